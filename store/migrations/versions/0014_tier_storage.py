"""How much a person of a tier may keep. A table made anew, as the newest code writes it; no tier has such a limit yet."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEPT = "name, running, queued, per_day, priority, monthly_credits"


def upgrade() -> None:
    op.rename_table("tiers", "tiers_before")
    op.create_table(
        "tiers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("queued", sa.Integer(), nullable=True),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("storage_mb", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("monthly_credits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tiers")),
    )
    op.execute(f"INSERT INTO tiers ({KEPT}) SELECT {KEPT} FROM tiers_before")
    op.drop_table("tiers_before")

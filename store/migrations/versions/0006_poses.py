"""Poses of a person's own, beside those of the gallery."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poses",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("credit", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poses")),
    )
    with op.batch_alter_table("poses", schema=None) as batch_op:
        batch_op.create_index("ix_poses_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index(
            "ix_poses_kept", ["owner", "id"], unique=False, sqlite_where=sa.text("deleted_at IS NULL")
        )
        batch_op.create_index(
            "ix_poses_slug", ["owner", "slug"], unique=True, sqlite_where=sa.text("deleted_at IS NULL")
        )

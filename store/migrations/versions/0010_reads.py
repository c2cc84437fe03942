"""Two look-ups that read whole tables before: an owner's jobs of a kind, and the orders that name a photo."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_kind", ["owner", "kind"], unique=False)
    names_photo = sa.text("instr(\"order\", '\"photo_id\"') > 0")
    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.create_index("ix_generations_of_photos", ["owner", "id"], unique=False, sqlite_where=names_photo)

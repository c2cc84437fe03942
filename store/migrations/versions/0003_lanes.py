"""Lanes: jobs wait by what they need, in an order of their own.

A table made anew, as in 0002: the preview stays the last column. Old jobs get their lane by their kind; of pictures,
those that the draft draws go to the processor's lane.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEPT = (
    "id, owner, kind, title, payload, idempotency_key, state, cancel_requested, attempt, not_before, lease_until, "
    "token, worker, stage, step, total, ends_at, error_code, error, result, created_at, started_at, finished_at, "
    "preview"
)
DRAWN_BY_DRAFT = (
    "EXISTS (SELECT 1 FROM generations WHERE generations.job_id = jobs_before.id "
    "AND coalesce(json_extract(generations.\"order\", '$.engine'), 'draft') = 'draft')"
)
LANE = (
    "CASE WHEN kind = 'download' THEN 'download' "
    f"WHEN kind = 'generation' AND NOT {DRAWN_BY_DRAFT} THEN 'gpu' ELSE 'cpu' END"
)


def upgrade() -> None:
    for index in ("ix_jobs_lease", "ix_jobs_owner", "ix_jobs_queue"):
        op.drop_index(index, table_name="jobs")
    op.rename_table("jobs", "jobs_before")
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("owner", "idempotency_key", name=op.f("uq_jobs_owner_idempotency_key")),
    )
    op.execute(f"INSERT INTO jobs (lane, priority, {KEPT}) SELECT {LANE}, 0, {KEPT} FROM jobs_before")
    op.drop_table("jobs_before")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_lease", ["state", "lease_until"], unique=False)
        batch_op.create_index("ix_jobs_owner", ["owner", "id"], unique=False)
        queue = ["state", "lane", "priority", "not_before", "id"]
        batch_op.create_index("ix_jobs_queue", queue, unique=False)

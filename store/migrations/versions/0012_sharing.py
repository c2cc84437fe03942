"""Turns between people: of every job when a worker last took it. Tiers of limits, accounts of credits, the ledger.

Jobs are made anew, as in 0003: the preview stays the last column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEPT = (
    "id, owner, kind, lane, priority, title, payload, idempotency_key, state, cancel_requested, attempt, not_before, "
    "lease_until, token, worker, stage, step, total, ends_at, error_code, error, result, created_at, started_at, "
    "finished_at, preview"
)
TAKEN = sa.text("claimed_at IS NOT NULL")
SUCCEEDED = sa.text("state = 'succeeded'")


def upgrade() -> None:
    _renew_jobs()
    _make_tiers()
    _make_ledger()


def _renew_jobs() -> None:
    for index in ("ix_jobs_kind", "ix_jobs_lease", "ix_jobs_owner", "ix_jobs_queue"):
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
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("owner", "idempotency_key", name=op.f("uq_jobs_owner_idempotency_key")),
    )
    op.execute(f"INSERT INTO jobs (claimed_at, {KEPT}) SELECT started_at, {KEPT} FROM jobs_before")
    op.drop_table("jobs_before")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_kind", ["owner", "kind"], unique=False)
        batch_op.create_index("ix_jobs_lease", ["state", "lease_until"], unique=False)
        batch_op.create_index("ix_jobs_owner", ["owner", "id"], unique=False)
        queue = ["state", "lane", "owner", "priority", "not_before", "id"]
        batch_op.create_index("ix_jobs_queue", queue, unique=False)
        turns = ["lane", "owner", "claimed_at"]
        batch_op.create_index("ix_jobs_turns", turns, unique=False, sqlite_where=TAKEN)
        batch_op.create_index("ix_jobs_times", ["lane", "finished_at"], unique=False, sqlite_where=SUCCEEDED)


def _make_tiers() -> None:
    op.create_table(
        "tiers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("queued", sa.Integer(), nullable=True),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("monthly_credits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tiers")),
    )


def _make_ledger() -> None:
    op.create_table(
        "accounts",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("available", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.CheckConstraint("available >= 0", name=op.f("ck_accounts_available")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_accounts_held")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_accounts_spent")),
        sa.CheckConstraint("available + held + spent + given = 0", name=op.f("ck_accounts_sum")),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_accounts")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_amount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("owner", "key", name=op.f("uq_ledger_owner_key")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_job_id", ["job_id"], unique=False)
        batch_op.create_index("ix_ledger_owner", ["owner", "id"], unique=False)

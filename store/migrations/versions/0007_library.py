"""Projects; and of every generation its project, favourite, rating, notes and tags.

Avatars and generations are made anew, as in 0002: the requests stay the last column. Other tables refer to them, and
go on doing so by name: without `legacy_alter_table` SQLite would point them at the table that goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AVATAR = "id, owner, name, persona, body, photo_id, thumbnail_id, created_at, updated_at, deleted_at"
GENERATION = (
    'id, owner, job_id, avatar_id, title, state, error_code, error, "order", prompt, negative_prompt, created_at, '
    "started_at, finished_at, deleted_at, requests"
)
KEPT = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.create_index("ix_projects_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_projects_kept", ["owner", "id"], unique=False, sqlite_where=KEPT)
    op.execute("PRAGMA legacy_alter_table=ON")
    _renew_avatars()
    _renew_generations()
    op.execute("PRAGMA legacy_alter_table=OFF")


def _renew_avatars() -> None:
    for index in ("deleted_at", "kept", "photo_id", "thumbnail_id"):
        op.drop_index(f"ix_avatars_{index}", table_name="avatars")
    op.rename_table("avatars", "avatars_before")
    op.create_table(
        "avatars",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=True),
        sa.Column("persona", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("photo_id", sa.String(), nullable=True),
        sa.Column("thumbnail_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_avatars_photo_id_photos"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_avatars_project_id_projects"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["thumbnail_id"], ["files.id"], name=op.f("fk_avatars_thumbnail_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avatars")),
    )
    op.execute(f"INSERT INTO avatars ({AVATAR}) SELECT {AVATAR} FROM avatars_before ORDER BY id")
    op.drop_table("avatars_before")
    with op.batch_alter_table("avatars", schema=None) as batch_op:
        batch_op.create_index("ix_avatars_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_avatars_kept", ["owner", "id"], unique=False, sqlite_where=KEPT)
        batch_op.create_index("ix_avatars_photo_id", ["photo_id"], unique=False)
        batch_op.create_index("ix_avatars_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_avatars_thumbnail_id", ["thumbnail_id"], unique=False)


def _renew_generations() -> None:
    for index in ("avatar_id", "deleted_at", "kept", "state"):
        op.drop_index(f"ix_generations_{index}", table_name="generations")
    op.rename_table("generations", "generations_before")
    op.create_table(
        "generations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("avatar_id", sa.String(), nullable=True),
        sa.Column("project_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("order", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("negative_prompt", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("requests", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["avatar_id"], ["avatars.id"], name=op.f("fk_generations_avatar_id_avatars"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_generations_project_id_projects"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_generations")),
        sa.UniqueConstraint("job_id", name=op.f("uq_generations_job_id")),
    )
    op.execute(
        f"INSERT INTO generations ({GENERATION}, favourite, notes, tags) "
        f"SELECT {GENERATION}, 0, '', '[]' FROM generations_before ORDER BY id"
    )
    op.drop_table("generations_before")
    with op.batch_alter_table("generations", schema=None) as batch_op:
        batch_op.create_index("ix_generations_avatar_id", ["avatar_id"], unique=False)
        batch_op.create_index("ix_generations_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_generations_kept", ["owner", "id"], unique=False, sqlite_where=KEPT)
        batch_op.create_index("ix_generations_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_generations_state", ["state"], unique=False)

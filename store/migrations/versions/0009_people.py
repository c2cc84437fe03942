"""Of every avatar where it came from and what it was before; and documents: what is a name and something in JSON.

Avatars are made anew, as in 0007: the versions stay the last column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AVATAR = "id, owner, name, project_id, persona, body, photo_id, thumbnail_id, created_at, updated_at, deleted_at"
KEPT = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_documents_kept", ["owner", "id"], unique=False, sqlite_where=KEPT)
    op.execute("PRAGMA legacy_alter_table=ON")
    _renew_avatars()
    op.execute("PRAGMA legacy_alter_table=OFF")


def _renew_avatars() -> None:
    for index in ("deleted_at", "kept", "photo_id", "project_id", "thumbnail_id"):
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
        sa.Column("origin", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("photo_id", sa.String(), nullable=True),
        sa.Column("thumbnail_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("versions", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_avatars_photo_id_photos"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_avatars_project_id_projects"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["thumbnail_id"], ["files.id"], name=op.f("fk_avatars_thumbnail_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avatars")),
    )
    op.execute(
        f"INSERT INTO avatars ({AVATAR}, origin, versions) "
        f"SELECT {AVATAR}, '{{}}', '[]' FROM avatars_before ORDER BY id"
    )
    op.drop_table("avatars_before")
    with op.batch_alter_table("avatars", schema=None) as batch_op:
        batch_op.create_index("ix_avatars_deleted_at", ["deleted_at"], unique=False)
        batch_op.create_index("ix_avatars_kept", ["owner", "id"], unique=False, sqlite_where=KEPT)
        batch_op.create_index("ix_avatars_photo_id", ["photo_id"], unique=False)
        batch_op.create_index("ix_avatars_project_id", ["project_id"], unique=False)
        batch_op.create_index("ix_avatars_thumbnail_id", ["thumbnail_id"], unique=False)

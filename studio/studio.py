"""Studio: everything that the window, REST and the command line can ask for, by use case.

`open_studio(settings)` opens the store and the pose library and nothing heavy. The walks themselves are told in
`studio/walks_*.py`; this class is their table of contents. Every method that touches a person's data takes the
owner first; a foreign id and a missing id both raise NotFound.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.types import ControlKind, KnownMeasures, Persona, View
from studio.settings import Settings
from studio.views import (
    AvatarView,
    BodyView,
    FileView,
    Finding,
    GenerationOrder,
    GenerationView,
    Health,
    JobView,
    Page,
    PhotoView,
    PoseView,
    StageScene,
)


class Studio:
    """The use cases. Construct with `open_studio`."""

    settings: Settings

    # --- photos ---
    def add_photo(self, owner: str, data: bytes, name: str = "") -> PhotoView:
        """Open, look at and keep a photo. Raises PhotoRefused (nothing is kept then)."""
        raise NotImplementedError

    def get_photo(self, owner: str, photo_id: str) -> PhotoView:
        raise NotImplementedError

    def example_photo(self) -> bytes:
        """A photo to try with: a rendered person, PNG."""
        raise NotImplementedError

    # --- bodies and avatars ---
    def order_body(
        self,
        owner: str,
        photo_id: str,
        known: KnownMeasures,
        *,
        name: str = "",
        extractor: str = "landmark-fit",
        idempotency_key: str | None = None,
    ) -> str:
        """Order the measuring of a photo; the job's id. Its result is a new avatar."""
        raise NotImplementedError

    def persona_body(self, persona: Persona) -> BodyView:
        """The body that a persona stands for, measured. Nothing is kept."""
        raise NotImplementedError

    def list_avatars(self, owner: str) -> Sequence[AvatarView]:
        raise NotImplementedError

    def get_avatar(self, owner: str, avatar_id: str) -> AvatarView:
        raise NotImplementedError

    def keep_avatar(self, owner: str, persona: Persona) -> AvatarView:
        """Keep a persona as an avatar with the body it stands for."""
        raise NotImplementedError

    def update_avatar(self, owner: str, avatar_id: str, persona: Persona) -> AvatarView:
        raise NotImplementedError

    def delete_avatar(self, owner: str, avatar_id: str) -> None:
        raise NotImplementedError

    def body_mesh(self, owner: str, avatar_id: str | None, persona: Persona, kind: str) -> bytes:
        """The mesh ("glb" or "obj") of an avatar's body, or of the persona's where avatar_id is None."""
        raise NotImplementedError

    # --- pictures ---
    def write_prompt(self, persona: Persona) -> tuple[str, str]:
        """The prompt and the negative prompt written from a persona."""
        raise NotImplementedError

    def order_generation(
        self, owner: str, order: GenerationOrder, *, idempotency_key: str | None = None
    ) -> str:
        """Plan, refuse what cannot be done, and order; the job's id."""
        raise NotImplementedError

    def list_generations(self, owner: str, *, cursor: str | None = None, limit: int = 60) -> Page:
        raise NotImplementedError

    def get_generation(self, owner: str, generation_id: str) -> GenerationView:
        raise NotImplementedError

    def make_again(self, owner: str, generation_id: str, *, idempotency_key: str | None = None) -> str:
        """Send the stored order again with the same seed; the new job's id."""
        raise NotImplementedError

    def delete_generation(self, owner: str, generation_id: str) -> None:
        """Delete softly; restore_generation brings it back."""
        raise NotImplementedError

    def restore_generation(self, owner: str, generation_id: str) -> None:
        raise NotImplementedError

    def render_control(self, kind: ControlKind, pose: str, view: View, width: int, height: int) -> bytes:
        """One control map of the default body, PNG."""
        raise NotImplementedError

    # --- jobs ---
    def list_jobs(self, owner: str, *, limit: int = 20) -> Sequence[JobView]:
        """Open jobs and those that ended in the last day, newest first."""
        raise NotImplementedError

    def get_job(self, owner: str, job_id: str) -> JobView:
        raise NotImplementedError

    def job_preview(self, owner: str, job_id: str) -> bytes | None:
        raise NotImplementedError

    def cancel_job(self, owner: str, job_id: str) -> JobView:
        """Ask a job to stop. A queued one is cancelled at once. Raises JobNotOpen when it has ended."""
        raise NotImplementedError

    def retry_job(self, owner: str, job_id: str) -> str:
        """Order a failed or cancelled job's work anew; the new job's id."""
        raise NotImplementedError

    # --- the rest ---
    def list_poses(self) -> Sequence[PoseView]:
        raise NotImplementedError

    def pose_thumbnail(self, slug: str, *, back: bool = False, dark: bool = False) -> bytes:
        """The gallery's picture of a pose, WEBP: public, the same for everyone. Raises UnknownName."""
        raise NotImplementedError

    def draw_stage(self, scene: StageScene, *, owner: str, lane: str) -> bytes | None:
        """The live draft, WEBP. `lane` names one page: a newer call on the same lane makes an older one, still
        waiting, return None. Raises DraftUnavailable while the worker starts."""
        raise NotImplementedError

    def get_file(self, owner: str, file_id: str) -> FileView:
        raise NotImplementedError

    def health(self) -> Health:
        raise NotImplementedError

    def fsck(self, *, repair: bool) -> Sequence[Finding]:
        """Compare rows with files; with `repair`, put right what disagrees."""
        raise NotImplementedError

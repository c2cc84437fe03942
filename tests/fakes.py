"""FakeStudio: the studio's use cases in memory, for tests of the window and of REST. Same signatures, no worker.

Pictures are simple drawings, jobs run by the clock (`job_seconds`), everything is lost when it goes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from pipelines.errors import UnknownName
from pipelines.photo.errors import PhotoRefused, Refusal
from pipelines.types import (
    BodyParameters,
    KnownMeasures,
    Measurement,
    Persona,
    View,
)
from studio.errors import CursorRefused, JobNotOpen, NotFound
from studio.presets import open_presets
from studio.settings import Settings
from studio.vocabulary.views import (
    OWNER_YOU,
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
from tests.fake_pictures import box_glb, draw_figure, encode
from tests.fake_work import FakeWork

FAKE_POSES = (
    ("relaxed-stand", "Relaxed stand", "standing"),
    ("hand-on-hip", "Hand on hip", "fashion"),
    ("arms-crossed", "Arms crossed", "business"),
    ("easy-walk", "Easy walk", "walking"),
    ("cross-legged", "Cross-legged", "seated"),
    ("big-wave", "Big wave", "gesture"),
)
FAKE_MEASURES = (("height", 172.0, 0.5), ("chest", 94.2, 2.9), ("waist", 78.4, 3.1), ("hip", 99.0, 2.6))


class FakeStudio(FakeWork):
    """The use cases in memory. `job_seconds` 0: a job is done the first time anybody looks."""

    def __init__(self, folder: Path, *, job_seconds: float = 0.0, settings: Settings | None = None) -> None:
        self.start_work(folder, job_seconds, settings)
        self.start_models()
        self.presets = open_presets(self.settings)

    def close(self) -> None:
        pass

    # --- photos ---
    def add_photo(self, owner: str, data: bytes, name: str = "") -> PhotoView:
        try:
            picture = Image.open(io.BytesIO(data)).convert("RGB")
        except OSError as error:
            raise PhotoRefused(
                Refusal("not-an-image", 422, "This is not a picture. Choose a JPEG, PNG, WEBP or AVIF.")
            ) from error
        sha256 = hashlib.sha256(data).hexdigest()
        for known in self._photos.values():
            if known.sha256 == sha256:
                return replace(known, is_duplicate=True)
        usable = picture.height >= picture.width
        photo = PhotoView(
            id=self._new_id("photo"),
            file_id=self._keep(encode(picture, "PNG"), "image/png"),
            thumbnail_id=self._keep(encode(picture.copy().resize((300, 300))), "image/webp"),
            sha256=sha256,
            width=picture.width,
            height=picture.height,
            is_duplicate=False,
            people=1,
            remarks=(),
            body_usable=usable,
            body_problem=""
            if usable
            else "The feet are outside the picture. Step back until your whole body is in it.",
            body_problem_code="" if usable else "cropped",
            landmarks={},
            created_at=datetime.now(UTC),
        )
        self._photos[photo.id] = photo
        return photo

    def get_photo(self, owner: str, photo_id: str) -> PhotoView:
        return self._own(owner, self._photos, photo_id)

    def example_photo(self) -> bytes:
        return encode(draw_figure(600, 900), "PNG")

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
        photo = self.get_photo(owner, photo_id)
        if not photo.body_usable:
            raise PhotoRefused(Refusal(photo.body_problem_code, 422, photo.body_problem))
        title = name or f"Avatar {len(self._avatars) + 1}"
        return self._submit("body", f"{title}, body", (photo_id, title, known), idempotency_key)

    def persona_body(self, persona: Persona) -> BodyView:
        self._adult(persona)
        return BodyView(
            parameters=BodyParameters(shape={"height": 0.4}),
            measurements=tuple(
                Measurement(name=name, cm=cm, plus_minus_cm=error, method="plane section")
                for name, cm, error in FAKE_MEASURES
            ),
            remarks=(),
            source="Drawn from the persona",
        )

    def list_avatars(self, owner: str) -> Sequence[AvatarView]:
        return tuple(reversed(self._avatars.values())) if owner == OWNER_YOU else ()

    def get_avatar(self, owner: str, avatar_id: str) -> AvatarView:
        return self._own(owner, self._avatars, avatar_id)

    def keep_avatar(self, owner: str, persona: Persona) -> AvatarView:
        body = self.persona_body(persona)
        return self._add_avatar(persona, body, None)

    def update_avatar(self, owner: str, avatar_id: str, persona: Persona) -> AvatarView:
        self._adult(persona)
        avatar = self.get_avatar(owner, avatar_id)
        self._avatars[avatar_id] = replace(
            avatar, persona=persona, name=persona.name or avatar.name, updated_at=datetime.now(UTC)
        )
        return self._avatars[avatar_id]

    def delete_avatar(self, owner: str, avatar_id: str) -> None:
        self.get_avatar(owner, avatar_id)
        del self._avatars[avatar_id]

    def body_mesh(self, owner: str, avatar_id: str | None, persona: Persona, kind: str) -> bytes:
        if avatar_id is not None:
            self.get_avatar(owner, avatar_id)
        return box_glb() if kind == "glb" else b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"

    # --- pictures ---
    def write_prompt(self, persona: Persona) -> tuple[str, str]:
        words = (
            persona.name,
            f"{persona.age} years old",
            persona.hair_style,
            persona.style,
            persona.own_words,
        )
        return ", ".join(word for word in words if word), "blurry, distorted"

    def order_generation(
        self, owner: str, order: GenerationOrder, *, idempotency_key: str | None = None
    ) -> str:
        self._adult(order.persona)
        known = {slug for slug, _, _ in FAKE_POSES}
        if set(order.poses) - known:
            raise UnknownName("There is no pose with that name.")
        noun = "picture" if order.pictures == 1 else "pictures"
        title = f"{order.persona.name or 'Avatar'}, {order.pictures} {noun}"
        return self._submit("generation", title, order, idempotency_key)

    def list_generations(self, owner: str, *, cursor: str | None = None, limit: int = 60) -> Page:
        self._run_jobs()
        kept = [g for g in reversed(self._generations.values()) if g.id not in self._deleted]
        kept = kept if owner == OWNER_YOU else []
        start = next((i + 1 for i, g in enumerate(kept) if g.id == cursor), 0)
        if cursor is not None and start == 0:
            raise CursorRefused
        items = tuple(kept[start : start + limit])
        return Page(items=items, next_cursor=items[-1].id if start + limit < len(kept) else None)

    def get_generation(self, owner: str, generation_id: str) -> GenerationView:
        if generation_id in self._deleted:
            raise NotFound
        return self._own(owner, self._generations, generation_id)

    def make_again(self, owner: str, generation_id: str, *, idempotency_key: str | None = None) -> str:
        order = self.get_generation(owner, generation_id).order
        return self.order_generation(owner, order, idempotency_key=idempotency_key)

    def delete_generation(self, owner: str, generation_id: str) -> None:
        self.get_generation(owner, generation_id)
        self._deleted.add(generation_id)

    def restore_generation(self, owner: str, generation_id: str) -> None:
        self._own(owner, self._generations, generation_id)
        self._deleted.discard(generation_id)

    def render_control(self, owner: str, *, width: int, height: int, view: View, **asked: object) -> bytes:
        return encode(draw_figure(width, height, view=view, dark=True), "PNG")

    # --- jobs ---
    def list_jobs(self, owner: str, *, limit: int = 20) -> Sequence[JobView]:
        self._run_jobs()
        return (
            tuple(job.view for job in list(self._jobs.values())[::-1][:limit]) if owner == OWNER_YOU else ()
        )

    def get_job(self, owner: str, job_id: str) -> JobView:
        self._run_jobs()
        return self._own(owner, self._jobs, job_id).view

    def job_preview(self, owner: str, job_id: str) -> bytes | None:
        self.get_job(owner, job_id)
        return None

    def cancel_job(self, owner: str, job_id: str) -> JobView:
        view = self.get_job(owner, job_id)
        if not view.is_open:
            raise JobNotOpen
        self._end(self._jobs[job_id], state="cancelled")
        return self._jobs[job_id].view

    def retry_job(self, owner: str, job_id: str) -> str:
        self.get_job(owner, job_id)
        job = self._jobs[job_id]
        return self._submit(job.view.kind, job.view.title, job.make, None)

    # --- the rest ---
    def list_poses(self) -> Sequence[PoseView]:
        return tuple(
            PoseView(
                slug=slug,
                name=name,
                category=category,
                tags=(category,),
                framing="full",
                thumbnail_url=f"/poses/thumbnails/{slug}.webp",
                back_url=f"/poses/thumbnails/{slug}-back.webp",
            )
            for slug, name, category in FAKE_POSES
        )

    def pose_thumbnail(self, slug: str, *, back: bool = False, dark: bool = False) -> bytes:
        if slug not in {known for known, _, _ in FAKE_POSES}:
            raise UnknownName("There is no pose with that name.")
        return encode(draw_figure(192, 256, view="back" if back else "front", dark=dark, shade=3 * back))

    def draw_stage(self, scene: StageScene, *, owner: str, lane: str) -> bytes | None:
        self._adult(scene.persona)
        shade = sum(map(ord, scene.pose + scene.persona.style)) % 9
        return encode(draw_figure(scene.width, scene.height, view=scene.view, dark=scene.dark, shade=shade))

    def warm_up(self) -> None:
        """There is no worker to warm up."""

    def get_file(self, owner: str, file_id: str) -> FileView:
        return self._own(owner, self._files, file_id)

    def health(self) -> Health:
        return Health(ok=True, version="0.1.0", parts={"database": "ok", "worker": "ok"})

    def fsck(self, *, repair: bool) -> Sequence[Finding]:
        return ()

    def clean_up(self) -> None:
        pass

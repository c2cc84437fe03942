"""How FakeStudio works: its ids, its files, and its jobs, which run by the clock."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pipelines.errors import PersonaRefused
from pipelines.options import ADULT_AGE
from pipelines.types import Persona
from studio.errors import KeyUsedTwice, NotFound
from studio.settings import Settings, read_settings
from studio.studio import Studio
from studio.vocabulary.views import (
    OWNER_YOU,
    AvatarView,
    BodyView,
    FileView,
    GenerationOrder,
    GenerationView,
    JobView,
    PhotoView,
    PictureView,
)
from tests.fake_models import FakeModels
from tests.fake_pictures import box_glb, draw_figure, encode

Kept = TypeVar("Kept")
STAGES = {
    "body": "Fitting the body",
    "generation": "Drawing the view",
    "download": "Downloading model.safetensors (1 of 2)",
}


@dataclass
class _Job:
    """What the fake keeps of a job: its view at the start, what it makes, and when it began."""

    view: JobView
    make: Any  # GenerationOrder, or (photo_id, name, known), or a preset's name
    began: float
    done: bool = False


class FakeWork(FakeModels, Studio):
    """What the use cases of the fake are made of; FakeStudio has the use cases."""

    def start_work(self, folder: Path, job_seconds: float, settings: Settings | None) -> None:
        """Begin with nothing."""
        self.settings = settings or read_settings({"data": str(folder)}, {})
        self.folder = folder
        self.job_seconds = job_seconds
        self.fail_with: tuple[str, str] | None = None  # (code, sentence): how every next job ends
        self._numbers = count(1)
        self._files: dict[str, FileView] = {}
        self._photos: dict[str, PhotoView] = {}
        self._avatars: dict[str, AvatarView] = {}
        self._generations: dict[str, GenerationView] = {}
        self._deleted: set[str] = set()
        self._jobs: dict[str, _Job] = {}
        self._keys: dict[str, str] = {}
        self._running = threading.RLock()

    def _own(self, owner: str, kept: dict[str, Kept], key: str) -> Kept:
        if owner != OWNER_YOU or key not in kept:
            raise NotFound
        return kept[key]

    def _new_id(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"

    def _adult(self, persona: Persona) -> None:
        if persona.age < ADULT_AGE:
            raise PersonaRefused

    def _keep(self, data: bytes, media_type: str) -> str:
        file_id = self._new_id("file")
        path = self.folder / file_id
        path.write_bytes(data)
        self._files[file_id] = FileView(
            id=file_id,
            media_type=media_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            path=str(path),
        )
        return file_id

    def _add_avatar(self, persona: Persona, body: BodyView, photo_id: str | None) -> AvatarView:
        now = datetime.now(UTC)
        body = replace(
            body,
            glb_id=self._keep(box_glb(), "model/gltf-binary"),
            obj_id=self._keep(self.body_mesh(OWNER_YOU, None, persona, "obj"), "text/plain"),
        )
        avatar = AvatarView(
            id=self._new_id("avatar"),
            name=persona.name or f"Avatar {len(self._avatars) + 1}",
            persona=persona,
            body=body,
            photo_id=photo_id,
            thumbnail_id=self._keep(encode(draw_figure(300, 300)), "image/webp"),
            created_at=now,
            updated_at=now,
        )
        self._avatars[avatar.id] = avatar
        return avatar

    def _submit(self, kind: str, title: str, make: Any, key: str | None) -> str:
        if key is not None and key in self._keys:
            if self._jobs[self._keys[key]].make != make:
                raise KeyUsedTwice
            return self._keys[key]
        view = JobView(
            id=self._new_id("job"),
            kind=kind,  # type: ignore[arg-type]
            title=title,
            state="running",
            stage=STAGES[kind],
            step=0,
            total=10,
            attempt=1,
            cancel_requested=False,
            error_code="",
            error="",
            preset=make if kind == "download" else "",
            result={},
            seconds_left=self.job_seconds,
            created_at=datetime.now(UTC),
            started_at=datetime.now(UTC),
            finished_at=None,
        )
        self._jobs[view.id] = _Job(view=view, make=make, began=time.monotonic())
        if key is not None:
            self._keys[key] = view.id
        return view.id

    def _run_jobs(self) -> None:
        with self._running:  # a server has many threads, a job is done once
            self._run_due_jobs()

    def _run_due_jobs(self) -> None:
        for job in list(self._jobs.values()):
            if not job.view.is_open:
                continue
            passed = time.monotonic() - job.began
            if passed < self.job_seconds:
                step = int(10 * passed / self.job_seconds)
                job.view = replace(job.view, step=step, seconds_left=self.job_seconds - passed)
            elif self.fail_with is not None:
                code, sentence = self.fail_with
                self._end(job, state="failed", error_code=code, error=sentence)
            elif job.view.kind == "body":
                photo_id, name, known = job.make
                persona = Persona(name=name, gender=known.gender or "neutral", height_cm=known.height_cm)
                body = replace(self.persona_body(persona), source="Measured from a photo")
                avatar = self._add_avatar(persona, body, photo_id)
                self._end(job, state="succeeded", result={"avatar_id": avatar.id})
            elif job.view.kind == "download":
                self._end(job, state="succeeded", result=self._bring(job.make, is_here=True))
            else:
                self._end(job, state="succeeded", result={})

    def _end(self, job: _Job, **changes: Any) -> None:
        job.view = replace(job.view, seconds_left=None, finished_at=datetime.now(UTC), **changes)
        if job.view.kind == "generation":
            generation = self._draw(job)
            self._generations[generation.id] = generation
            result = {"generation_id": generation.id, "pictures": len(generation.pictures)}
            job.view = replace(job.view, result=result)

    def _draw(self, job: _Job) -> GenerationView:
        order: GenerationOrder = job.make
        prompt, negative = self.write_prompt(order.persona)
        seed = order.seed if order.seed is not None else 7
        pictures: list[PictureView] = []
        wanted = job.view.state == "succeeded"
        for words, pose, view, extra in (
            (w, p, v, i)
            for w in (order.prompt or prompt, *order.more_prompts)
            for p in order.poses
            for v in order.views
            for i in range(order.count)
        ):
            if not wanted:
                break
            picture = draw_figure(order.width, order.height, view=view, shade=seed + extra)
            thumbnail = picture.resize((300, 300 * order.height // order.width))
            pictures.append(
                PictureView(
                    id=self._new_id("picture"),
                    file_id=self._keep(encode(picture, "PNG"), "image/png"),
                    thumbnail_id=self._keep(encode(thumbnail), "image/webp"),
                    view=view,
                    pose=pose,
                    seed=seed + extra,
                    width=order.width,
                    height=order.height,
                    alt=f"Draft of {order.persona.name or 'an avatar'}, {pose.replace('-', ' ')}, {view} view",
                    prompt=words,
                )
            )
        return GenerationView(
            id=self._new_id("generation"),
            job_id=job.view.id,
            title=job.view.title,
            state=job.view.state,
            error=job.view.error,
            error_code=job.view.error_code,
            order=replace(order, seed=seed),
            requests=tuple({"engine": order.engine, "seed": p.seed, "prompt": p.prompt} for p in pictures),
            pictures=tuple(pictures),
            prompt=order.prompt or prompt,
            negative_prompt=order.negative_prompt or negative,
            avatar_id=order.avatar_id,
            seconds=0.4,
            created_at=job.view.created_at,
            started_at=job.view.started_at,
            finished_at=job.view.finished_at or job.view.created_at + timedelta(seconds=1),
        )

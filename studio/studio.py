"""Studio: everything that the window, REST and the command line can ask for, by use case.

`open_studio(settings)` opens the store and nothing heavy. The walks themselves are told in `studio/walks/`; this
class is their table of contents. Every method that touches a person's data takes the owner first; a foreign id and
a missing id both raise NotFound.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.devices import may_have_gpu
from pipelines.errors import PipelineError
from pipelines.image.presets import PresetShelf
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.prompt.write import write_negative_prompt, write_prompt
from pipelines.types import KnownMeasures, Persona
from store.store import Store, open_store
from studio.errors import DraftUnavailable, translate_errors
from studio.presets import open_presets
from studio.services import poses
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
    ModelView,
    Page,
    PhotoView,
    PoseView,
    Recipe,
    StageScene,
    WeightsFinding,
)
from studio.worker.channel import ChannelClient
from studio.worker.inline import InlineNotifier
from studio.worker.notify import HueyNotifier

STAGE_TIMEOUT_S = 20.0  # the first draft of a fresh worker loads the body and cuts the clothes
HELD_TIMEOUT_S = 3.0
MOST_PER_PAGE = 200


@translate_errors
class Studio:
    """The use cases. Construct with `open_studio`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        notifier: HueyNotifier | InlineNotifier,
        lane: ChannelClient | None,
        presets: PresetShelf,
    ) -> None:
        self.settings, self.presets = settings, presets
        self._store, self._notifier, self._lane = store, notifier, lane
        self._ordering = (store, notifier, settings, presets)  # what every order needs

    def close(self) -> None:
        """Let go of the database and the notifier."""
        self._notifier.close()
        self._store.close()

    # --- photos ---

    def add_photo(self, owner: str, data: bytes, name: str = "") -> PhotoView:
        """Open, look at and keep a photo; its name decides nothing. Raises PhotoRefused (nothing is kept then)."""
        from studio.services import photos  # the landmark detector's room, opened when the first photo comes

        return photos.add_photo(self._store, self.settings, self._lane, owner, data)

    def get_photo(self, owner: str, photo_id: str) -> PhotoView:
        """One photo. Raises NotFound."""
        from studio.services import photos

        return photos.view_photo(self._store.photos.get(owner, photo_id))

    def example_photo(self) -> bytes:
        """A photo to try with: a drawn person, PNG."""
        return poses.read_example_photo()

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
        return self._services.bodies.order_body(
            self._store,
            self._notifier,
            owner,
            photo_id,
            known,
            name=name,
            extractor=extractor,
            idempotency_key=idempotency_key,
        )

    def persona_body(self, persona: Persona) -> BodyView:
        """The body that a persona stands for, measured. Nothing is kept."""
        return self._services.bodies.persona_body(persona)

    def list_avatars(self, owner: str) -> Sequence[AvatarView]:
        """Newest first."""
        return self._services.avatars.list_avatars(self._store, owner)

    def get_avatar(self, owner: str, avatar_id: str) -> AvatarView:
        """One avatar. Raises NotFound."""
        return self._services.avatars.view_avatar(self._store.avatars.get(owner, avatar_id))

    def keep_avatar(self, owner: str, persona: Persona) -> AvatarView:
        """Keep a persona as an avatar with the body it stands for."""
        return self._services.avatars.keep_avatar(self._store, owner, persona)

    def update_avatar(self, owner: str, avatar_id: str, persona: Persona) -> AvatarView:
        """Change who an avatar is. Raises NotFound."""
        return self._services.avatars.update_avatar(self._store, owner, avatar_id, persona)

    def delete_avatar(self, owner: str, avatar_id: str) -> None:
        """Delete softly. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.avatars.delete(transaction, owner, avatar_id)

    def body_mesh(self, owner: str, avatar_id: str | None, persona: Persona, kind: str) -> bytes:
        """The mesh ("glb" or "obj") of an avatar's body, or of the persona's where avatar_id is None."""
        body = self.get_avatar(owner, avatar_id).body if avatar_id else None
        return self._services.bodies.export_mesh((body or self.persona_body(persona)).parameters, kind)

    # --- pictures ---

    def write_prompt(self, persona: Persona) -> tuple[str, str]:
        """The prompt and the negative prompt written from a persona."""
        return write_prompt(persona), write_negative_prompt(persona)

    def order_generation(
        self, owner: str, order: GenerationOrder, *, idempotency_key: str | None = None
    ) -> str:
        """Plan, refuse what cannot be done here, order; the job's id. Raises as plan_order and refuse_unready do."""
        self._services.models.refuse_unknown_loras(self.settings, self.presets, order)
        return self._services.generations.order_generation(
            *self._ordering, owner, order, idempotency_key=idempotency_key
        )

    def read_recipe(self, owner: str, data: bytes) -> Recipe:
        """The order that a picture file of ours carries. Raises NoRecipe, and RequestRefused or PersonaRefused for
        settings that cannot be."""
        return self._services.recipes.read_recipe(self._store, self.settings, self.presets, owner, data)

    def judge_order(self, owner: str, order: GenerationOrder) -> Recipe:
        """A kept or a given order, without what is not the owner's any more. Raises PersonaRefused."""
        return self._services.recipes.judge_order(self._store, self.settings, self.presets, owner, order)

    def list_generations(self, owner: str, *, cursor: str | None = None, limit: int = 60) -> Page:
        """One page, newest first, without the requests. Raises CursorRefused."""
        limit = max(1, min(limit, MOST_PER_PAGE))
        return self._services.generations.list_page(self._store, owner, cursor=cursor, limit=limit)

    def get_generation(self, owner: str, generation_id: str) -> GenerationView:
        """One generation with its requests. Raises NotFound."""
        entry = self._store.generations.get(owner, generation_id)
        return self._services.generations.view_generation(
            entry, self._store.generations.requests(owner, generation_id)
        )

    def make_again(self, owner: str, generation_id: str, *, idempotency_key: str | None = None) -> str:
        """Send the stored requests again, to the letter; the new job's id."""
        return self._services.generations.make_again(
            *self._ordering, owner, generation_id, idempotency_key=idempotency_key
        )

    def delete_generation(self, owner: str, generation_id: str) -> None:
        """Delete softly; restore_generation brings it back."""
        with self._store.begin() as transaction:
            self._store.generations.delete(transaction, owner, generation_id)

    def restore_generation(self, owner: str, generation_id: str) -> None:
        """Undo a delete. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.generations.restore(transaction, owner, generation_id)

    def render_control(self, owner: str, **asked: Any) -> bytes:
        """One control map, PNG, as services.stage.render_owned_control is asked for it. Raises NotFound."""
        return self._services.stage.render_owned_control(self._store, owner, **asked)

    # --- image models ---

    def list_models(self, owner: str) -> Sequence[ModelView]:
        """Every preset: what it supports, what it costs, whether it can run here."""
        return self._services.models.list_models(
            self._store, self.settings, self.presets, owner, held_gb=self._held_gb()
        )

    def order_download(self, owner: str, name: str) -> str:
        """Order the weights of a preset; the job's id."""
        return self._services.models.order_download(*self._ordering, owner, name)

    def accept_licence(self, name: str) -> None:
        """Record once that the person accepts a preset's licence."""
        self._services.models.accept_licence(self.settings, self.presets.find(name))

    def remove_weights(self, name: str) -> int:
        """Delete a preset's downloads, save what another preset needs too; the bytes freed."""
        return self._services.models.remove_weights(self.settings, self.presets, name)

    def examine_weights(self) -> Sequence[WeightsFinding]:
        """Read every downloaded byte again and compare."""
        return self._services.models.examine_weights(self.settings)

    def list_loras(self) -> Sequence[str]:
        """The LoRA files in the data folder, by name."""
        return self._services.models.list_loras(self.settings)

    def add_lora(self, file: Path) -> str:
        """Copy a LoRA file of this machine into the data folder; its name. Raises LoraRefused (nothing is kept)."""
        return self._services.models.keep_lora(self.settings, file)

    def release_gpu(self) -> bool:
        """Free what image models hold; False while a picture is being made. Raises DraftUnavailable."""
        if self._lane is None:
            raise DraftUnavailable
        return self._lane.draw("release", {"release": True}, STAGE_TIMEOUT_S) == b"released"

    def _held_gb(self) -> float:
        """What the worker's engines hold of the GPU. Where it is too busy to say, nothing."""
        if self._lane is None or not may_have_gpu():
            return 0.0
        try:
            return float(self._lane.draw("held", {"held": True}, HELD_TIMEOUT_S) or b"0")
        except DraftUnavailable:
            return 0.0

    # --- jobs ---

    def list_jobs(self, owner: str, *, limit: int = 20) -> Sequence[JobView]:
        """Open jobs and those that ended in the last day, newest first."""
        return self._services.jobs.list_jobs(self._store, owner, limit)

    def get_job(self, owner: str, job_id: str) -> JobView:
        """One job. Raises NotFound."""
        return self._services.jobs.view_job(self._store.jobs.get(owner, job_id))

    def job_preview(self, owner: str, job_id: str) -> bytes | None:
        """The picture in the making, WEBP, where there is one. Raises NotFound."""
        return self._store.jobs.preview(owner, job_id)

    def cancel_job(self, owner: str, job_id: str) -> JobView:
        """Ask a job to stop. A queued one is cancelled at once. Raises JobNotOpen when it has ended."""
        return self._services.jobs.view_job(self._store.jobs.request_cancel(owner, job_id))

    def retry_job(self, owner: str, job_id: str) -> str:
        """Order a failed or cancelled job's work anew; the new job's id."""
        return self._services.jobs.retry_job(*self._ordering, owner, job_id)

    # --- the rest ---

    def list_poses(self) -> Sequence[PoseView]:
        """The gallery, in its order."""
        return poses.list_poses()

    def pose_thumbnail(self, slug: str, *, back: bool = False, dark: bool = False) -> bytes:
        """The gallery's picture of a pose, WEBP on a clear ground: public, the same for everyone and every theme.

        Raises UnknownName.
        """
        return poses.read_thumbnail(slug, back=back)

    def draw_stage(self, scene: StageScene, *, owner: str, lane: str) -> bytes | None:
        """The live draft, WEBP. `lane` names one page: a newer call on the same lane makes an older one, still
        waiting, return None. Raises DraftUnavailable while the worker starts."""
        request = self._services.stage.stage_request(self._store, owner, scene)
        if self._lane is None:
            raise DraftUnavailable
        return self._lane.draw(f"{owner}/{lane}", request, STAGE_TIMEOUT_S)

    def warm_up(self) -> None:
        """Have the worker draw the example persona while the first page still loads: the page need not wait then for
        the body to be read and the clothes to be cut. Nothing is kept, and it does not matter if it fails."""
        with suppress(PipelineError):
            self.draw_stage(StageScene(persona=EXAMPLE_PERSONA), owner=OWNER_YOU, lane="warm-up")

    def get_file(self, owner: str, file_id: str) -> FileView:
        """A kept file and where its bytes lie. Raises NotFound."""
        row = self._store.files.get(owner, file_id)
        return FileView(
            id=row.id,
            media_type=row.media_type,
            size=row.size,
            sha256=row.sha256,
            path=str(self._store.files.path(row)),
        )

    def health(self) -> Health:
        """Whether each part works."""
        return self._services.maintenance.report_health(self._store, self.settings, self.presets, self._lane)

    def fsck(self, *, repair: bool) -> Sequence[Finding]:
        """Compare rows with files; with `repair`, put right what disagrees."""
        return self._services.maintenance.check_data(self._store, repair_them=repair)

    def clean_up(self) -> None:
        """Delete for good what was deleted long ago, and the files that nobody holds."""
        self._services.maintenance.clean_up(self._store, self.settings)

    @cached_property
    def _services(self) -> _Services:
        return _Services()


class _Services:
    """The use cases, imported when the first is asked for: the page is up before the figure's tables are read."""

    def __init__(self) -> None:
        from studio.services import avatars, bodies, generations, jobs, maintenance, models, recipes, stage

        self.avatars, self.bodies, self.jobs, self.generations = avatars, bodies, jobs, generations
        self.models, self.recipes, self.stage, self.maintenance = models, recipes, stage, maintenance


def open_studio(settings: Settings, *, lane: ChannelClient | None = None, inline: bool = False) -> Studio:
    """Open the data folder. With `inline`, ordered jobs run in a thread of this process instead of a worker.

    Raises StorageTrouble for a data folder that cannot be used.
    """
    presets = open_presets(settings)
    store = _open_plainly(settings)
    notifier = InlineNotifier(store, settings, presets) if inline else HueyNotifier(settings.data)
    return Studio(settings, store, notifier, lane, presets)


@translate_errors
def _open_plainly(settings: Settings) -> Store:
    return open_store(settings.data)

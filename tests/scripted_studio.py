"""ScriptedStudio: the real studio over a real store. What is slow or outside follows a script, everything else ships.

Scripted are the engines, the fit of a body, what is seen in a photo, downloads, the live draft and the GPU. A job has
ended when its order is answered; with `job_seconds` it goes on for so long, on a thread.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from shutil import copy
from typing import Any, ClassVar
from unittest import mock

import numpy as np
from argon2 import PasswordHasher
from PIL import Image

from pipelines.body.estimate import BodyEstimate, PersonInPhoto
from pipelines.body.extractor import EXTRACTORS, ExtractorInfo, ExtractorSetup, PhotoSet
from pipelines.photo.landmarks import POINT_NAMES, DetectedPerson, Face, Landmarks
from pipelines.progress import OnProgress, Progress
from pipelines.types import BodyParameters, CameraFit, GenerationRequest, KnownMeasures, Pose
from pipelines.weights.folder import WeightsFolder
from pipelines.weights.listing import HubFile, Listing
from pipelines.weights.manager import WeightsManager
from store.database import DATABASE_NAME
from store.store import Store, open_store, utc_now
from studio.errors import DraftUnavailable
from studio.presets import open_presets
from studio.services import models as model_services
from studio.services.poses import list_categories
from studio.services.service import Resources
from studio.settings import read_settings
from studio.studio import Studio
from studio.vocabulary.codec import from_json
from studio.vocabulary.job import Job
from studio.vocabulary.model import Model
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.vocabulary.stage import StageScene
from studio.weights import models_folder
from studio.worker.bodies import measure_photo
from studio.worker.detection import answer_detect
from studio.worker.frames import Reply
from studio.worker.handlers import job_handlers
from studio.worker.jobs import LEASE_S, JobContext, run_job
from studio.worker.portraits import answer_portrait
from tests.fake_pictures import draw_figure, encode

LORA = "sketch-3f2a"
GPU_GB, RAM_GB = 24.0, 64.0  # enough for every model that the tests order from
DISK_BYTES = 100_000_000_000
STEPS = 1000  # of a job that takes its time
PATIENCE_S = 30


class ScriptedStudio(Studio):
    """The real use cases. Open with `open_scripted_studio`."""

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.folder = folder
        self.job_seconds = 0.0
        self.fail_with: Exception | None = None  # how every next job ends
        self.is_away = False  # nobody takes up what is ordered
        self.gpu_is_busy = False
        self.is_drawing_away = False  # the worker has no time for small pictures
        self.past_seconds: dict[tuple[str, str], float] = {}  # (preset, quality): what a picture took so far
        self.threads: list[threading.Thread] = []
        table = read_settings({"data": str(folder), "hf_token": "hf_scripted", **settings}, {})
        (folder / "loras").mkdir(parents=True, exist_ok=True)
        (folder / "loras" / f"{LORA}.safetensors").touch()
        store, presets = _open_store(folder), open_presets(table)
        resources = Resources(
            settings=table,
            store=store,
            presets=presets,
            notifier=self,
            channel=ScriptedChannel(self),  # type: ignore[arg-type]
        )
        super().__init__(resources)

    def close(self) -> None:
        """A command closes its studio; the next one of the same test goes on with it."""

    def end(self) -> None:
        """Have everything end and let go of the store."""
        self.job_seconds = 0
        self.settle()
        self.resources.store.close()

    def start_again(self, folder: Path) -> None:
        """Empty again, in another folder: for who is served to one test after the other."""
        self.end()
        vars(self).clear()
        self.__init__(folder, {})  # type: ignore[misc]

    # --- jobs ---

    def notify(self, job_id: str) -> None:
        """The JobNotifier: runs the job itself, by the path that ships."""
        store = self.resources.store
        job = None if self.is_away else store.jobs.claim(worker="here", lease_seconds=LEASE_S, job_id=job_id)
        if job is None:
            return
        handlers = {**job_handlers(self.settings, self.presets), "body": self._measure}
        run = partial(run_job, store, job, handlers)
        if not self.job_seconds:
            run()
            return
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def settle(self) -> None:
        """Wait for the jobs that run."""
        while self.threads:
            self.threads.pop().join(PATIENCE_S)

    def wait_for(self, job_id: str, is_so: Callable[[Job], object]) -> Job:
        """The job as soon as it is so."""
        until = time.monotonic() + PATIENCE_S
        while not is_so(job := self.for_person(YOU).jobs.get(job_id)):
            assert time.monotonic() < until, job
            time.sleep(0.01)
        return job

    def _measure(self, context: JobContext) -> Mapping[str, Any]:
        self.play("Fitting the body", context.on_progress)
        return measure_photo(context)

    def play(self, stage: str, on_progress: OnProgress) -> None:
        """What takes time, or fails."""
        began, passed = time.monotonic(), 0.0
        while passed < self.job_seconds:
            on_progress(Progress(stage=stage, step=int(STEPS * passed / self.job_seconds), total=STEPS))
            threading.Event().wait(0.01)  # time.sleep is a test's to double
            passed = time.monotonic() - began
        if self.fail_with is not None:
            raise self.fail_with

    # --- what tests ask for ---

    def make(self, order: GenerationOrder) -> str:
        """Order, and the id of the generation."""
        return self.for_person(YOU).generations.order(order).generation_id

    def model(self, name: str) -> Model:
        """The model of that name as it is now."""
        return next(model for model in self.for_person(YOU).models.list_all() if model.name == name)

    def bring(self, *names: str) -> None:
        """Have these presets' weights here, their licences accepted."""
        for name in names:
            self.weights.accept_licence(name)
            put_weights(WeightsFolder(models_folder(self.settings)), self.presets.find(name).components)


class ScriptedEngines:
    """The Engines of studio.worker.pictures: one flat picture after the other."""

    def __init__(self, studio: ScriptedStudio) -> None:
        self._studio = studio

    def draw(
        self, request: GenerationRequest, on_progress: OnProgress, read_reference: Callable[[str], bytes]
    ) -> Image.Image:
        self._studio.play("Drawing the view", on_progress)
        for reference in request.references:
            assert read_reference(reference.sha256)
        assert request.scene is not None
        view = request.scene.camera.view
        return draw_figure(request.width, request.height, view=view, shade=request.seed % 999)


class ScriptedChannel:
    """The app's end of a channel whose worker draws flat pictures."""

    is_attached = is_answering = True

    def __init__(self, studio: ScriptedStudio) -> None:
        self._studio = studio

    def call(
        self, name: str, arguments: Mapping[str, Any] | None = None, body: bytes = b"", **_: Any
    ) -> Reply:
        if name == "release":
            return Reply(values={"released": not self._studio.gpu_is_busy})
        if name == "memory":
            return Reply(values={"held_gb": 0.0})
        if name == "detect":
            return answer_detect({}, body)
        if name == "portrait" and self._studio.is_drawing_away:
            raise DraftUnavailable
        if name == "portrait":
            return answer_portrait(arguments or {}, body or encode(draw_figure(300, 300)))
        assert arguments is not None
        scene = from_json(StageScene, arguments["scene"])
        shade = sum(map(ord, scene.pose + scene.persona.style)) % 9
        picture = draw_figure(scene.width, scene.height, view=scene.view, dark=scene.dark, shade=shade)
        return Reply(body=encode(picture))


class ScriptedWeights(WeightsManager):
    """The real manager; a download needs no hub."""

    def __init__(self, studio: ScriptedStudio, root: Path, **options: Any) -> None:
        super().__init__(root, free_bytes=lambda path: DISK_BYTES, **options)
        self._studio, self._root = studio, root

    def download(self, preset: Any, on_progress: OnProgress, *, wait_s: float = 0.0) -> Any:
        self.check_download(preset)
        self._studio.play("Downloading model.safetensors (1 of 2)", on_progress)
        put_weights(WeightsFolder(self._root), preset.components)
        return self.state(preset)


def put_weights(folder: WeightsFolder, components: Any) -> None:
    """Files of the right names and sizes, and nothing in them."""
    for component in components:
        path = folder.staging(component) / "model.safetensors"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            file.truncate(component.size_bytes)
        file_of = HubFile(path=path.name, size=component.size_bytes, sha256="0" * 64)
        listing = Listing(repo=component.repo, revision="0" * 40, files=(file_of,))
        folder.write_pin(component, listing)
        folder.publish(component, listing)


class ScriptedExtractor:
    """Answers at once; obeys the BodyExtractor protocol."""

    info: ClassVar[ExtractorInfo] = ExtractorInfo(name="scripted", title="Scripted")

    def __init__(self, setup: ExtractorSetup) -> None:
        """Nothing is to be set up."""

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        height, width = photos.front.shape[:2]
        return BodyEstimate(
            parameters=BodyParameters(shape={"gender": 1.0}),
            pose=Pose(),
            camera=CameraFit(focal_px=500.0, center_px=(width / 2, height / 2), width=width, height=height),
            joints_m={"nose": (0.0, 0.0, 3.0)},
            uncertainty_cm={"height": 0.5, "waist": 3.0},
            confidence=0.9,
            people=(PersonInPhoto(number=1, box=(0, 0, width, height), measured=True),),
            coverage=0.5,
            remarks=tuple(
                f"Seen from the {side}." for side in ("side", "back") if getattr(photos, side) is not None
            ),
            extractor="scripted",
        )


def see(image: np.ndarray) -> Landmarks:
    """One person upright in the middle: whole in a tall picture, and without feet in a wide one."""
    height, width = image.shape[:2]
    rows = dict.fromkeys(POINT_NAMES, 0.12) | dict.fromkeys(POINT_NAMES[11:], 0.25)
    rows |= {name: row for name in POINT_NAMES[13:] for row in [0.4]}
    for part, row in (("hip", 0.5), ("knee", 0.7), ("ankle", 0.88), ("heel", 0.9), ("foot_index", 0.92)):
        rows |= {f"{side}_{part}": row for side in ("left", "right")}
    down = np.array([rows[name] for name in POINT_NAMES]) * (1.0 if height >= width else 1.13) * height
    across = np.array([0.45 if name.startswith("right") else 0.55 for name in POINT_NAMES]) * width
    mask = np.zeros((height, width), bool)
    mask[height // 12 : int(0.95 * height), int(0.4 * width) : int(0.6 * width)] = True
    person = DetectedPerson(
        box=(0.4 * width, height / 12, 0.2 * width, 0.85 * height),
        points_px=np.stack([across, down], 1).astype(np.float32),
        visibility=np.ones(len(POINT_NAMES), np.float32),
        world_m=np.stack([across, down, 0 * down], 1).astype(np.float32) * 1.75 / height,
        mask=mask,
        face=Face(box=(0.45 * width, 0.08 * height, 60.0, 60.0), score=0.9, yaw_deg=0.0),
    )
    return Landmarks(
        width=width,
        height=height,
        people=1,
        person=person,
        faces=(person.face,),
        boxes=(person.box,),  # type: ignore[arg-type]
    )


@cache
def light_hasher() -> PasswordHasher:
    """The real hash with little of the work: a real one takes 0.1 s and more of a busy machine."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def open_scripted_studio(folder: Path, **settings: Any) -> Iterator[ScriptedStudio]:
    """A studio in this folder, with the settings that are given; afterwards everything is as it was."""
    studio = ScriptedStudio(folder, settings)
    expected_seconds = model_services.expected_seconds
    doubles: dict[str, Any] = {
        "studio.worker.handlers.EnginePool": lambda *_: ScriptedEngines(studio),
        "studio.passwords._hasher": light_hasher,
        "studio.weights.WeightsManager": partial(ScriptedWeights, studio),
        "studio.services.models.free_gpu_gb": lambda: GPU_GB,
        "studio.services.models.free_ram_gb": lambda: RAM_GB,
        "studio.services.models.expected_seconds": lambda *of: expected_seconds(*of) | studio.past_seconds,
        "studio.services.readiness.choose_device": lambda preset: None,
        "studio.worker.detection.detect_landmarks": see,
    }
    with ExitStack() as patches:
        patches.enter_context(mock.patch.dict(EXTRACTORS, {"landmark-fit": f"{__name__}:ScriptedExtractor"}))
        for place, double in doubles.items():
            patches.enter_context(mock.patch(place, double))
        patches.callback(studio.end)
        yield studio


@cache
def _fresh_database() -> Path:
    """A database as a new store makes it, to be copied: making one takes a quarter of a second."""
    folder = Path(tempfile.mkdtemp(prefix="avatar-studio-tests-"))
    open_store(folder, categories=list_categories()).close()
    return folder / DATABASE_NAME


def _open_store(folder: Path) -> Store:
    if not (folder / DATABASE_NAME).exists():
        copy(_fresh_database(), folder)
    store = Store(folder, utc_now)
    store.objects.prepare()
    return store

"""The walks over a real store, real poses and the real draft engine; only the slow extractor has a double."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from pipelines.body.conversion import BodyModelMissing
from pipelines.body.estimate import BodyEstimate
from pipelines.body.extractor import EXTRACTORS, ExtractorInfo, ExtractorSetup, PhotoSet
from pipelines.errors import PersonaRefused, RequestRefused, UnknownName
from pipelines.image import engines
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.photo.errors import PhotoRefused
from pipelines.progress import OnProgress, Progress
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import VIEWS, BodyParameters, CameraFit, GenerationRequest, KnownMeasures, Persona, Pose
from store.files import FileTable
from store.objects import Blob
from studio.errors import JobNotOpen, JobStillOpen, KeyUsedTwice, NotFound
from studio.services.body_files import write_body_files
from studio.services.stage import Stage
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.generation import Ordered
from studio.vocabulary.job import Job
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU, Person
from studio.vocabulary.stage import StageScene
from studio.worker import bodies
from studio.worker.channel import ChannelClient
from studio.worker.frames import Reply
from studio.worker.handlers import CALLS, job_handlers
from studio.worker.jobs import run_job
from studio.worker.upkeep import clean_up

OTHER = Person(id="somebody else")
FIRST_FIELDS = (
    "persona", "avatar_id", "prompt", "negative_prompt", "poses", "views", "framing", "engine", "preset", "seed",
    "count", "width", "height", "look", "recipe",
)  # fmt: skip
SMALL = GenerationOrder(persona=EXAMPLE_PERSONA, width=96, height=128, seed=5)
WORDS = {"engine": "slow", "preset": "slow", "prompt": "one"}  # of an engine that reads them


class TinyExtractor:
    """Answers at once with a known body; obeys the BodyExtractor protocol."""

    info: ClassVar[ExtractorInfo] = ExtractorInfo(name="tiny", title="Tiny")

    def __init__(self, setup: ExtractorSetup) -> None:
        """Nothing is to be set up."""

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        assert photos.front.ndim == 3
        on_progress(Progress(stage="Fitting the body", step=1, total=2))
        return BodyEstimate(
            parameters=BodyParameters(shape={"gender": 1.0}),
            pose=Pose(),
            camera=CameraFit(focal_px=500.0, center_px=(50.0, 50.0), width=100, height=100),
            joints_m={"nose": (0.0, 0.0, 3.0)},
            uncertainty_cm={"height": 0.5, "waist": 3.0},
            confidence=0.9,
            extractor="tiny",
        )


class HalfBodyExtractor(TinyExtractor):
    """Takes photos without legs too, and has numbers of its own."""

    info: ClassVar[ExtractorInfo] = ExtractorInfo(
        name="half", title="Half", passes=frozenset({"cropped-below-the-knee"})
    )

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        whole = super().extract(photos, known, on_progress)
        return replace(whole, extractor="half", raw={"betas": (0.5, -1.0)})


class SlowEngine:
    """Draws flat colours step by step, until it is told to stop; obeys the ImageEngine protocol."""

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="slow",
        title="Slow",
        pose="none",
        identity="no",
        needs_gpu=False,
        source_type="algorithmicMedia",
    )
    colour: ClassVar[tuple[int, int, int]] = (200, 120, 80)

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        on_progress(Progress(stage="Loading"))

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        for step in range(200 if request.prompt == "slowly" else 2):
            on_progress(Progress(stage="Drawing", step=step, total=200))
            time.sleep(0.01)
        return Image.new("RGB", (request.width, request.height), self.colour)

    def unload(self) -> None:
        """Nothing is held."""


class OwnDrawings(ChannelClient):
    """A channel whose worker is this process."""

    def __init__(self) -> None:
        """Nothing is attached."""

    def call(
        self, name: str, arguments: Mapping[str, Any] | None = None, body: bytes = b"", **_: Any
    ) -> Reply:
        return CALLS[name](arguments or {}, body)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setitem(EXTRACTORS, "tiny", f"{__name__}:TinyExtractor")
    monkeypatch.setitem(EXTRACTORS, "half", f"{__name__}:HalfBodyExtractor")
    monkeypatch.setitem(engines.ENGINES, "slow", f"{__name__}:SlowEngine")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "slow.toml").write_text(
        'name = "slow"\nengine = "slow"\ntitle = "Slow"\ncomponents = []\n', encoding="utf-8"
    )
    opened = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    yield opened
    opened.close()


def wait_for(studio: Studio, ordered: Ordered | str, *states: str, timeout_s: float = 60) -> Job:
    """The job (an order, or a job's id) once it is in one of the states; by default once it has ended."""
    job_id = ordered if isinstance(ordered, str) else ordered.job_id
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        job = studio.for_person(YOU).jobs.get(job_id)
        if job.state in states or (not states and not job.is_open):
            return job
        time.sleep(0.02)
    raise AssertionError(f"job {job_id} is still {job.state}: {job.stage}")


def add_whole_person(studio: Studio) -> str:
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    assert photo.body_usable, photo.body_problem
    return photo.id


def test_a_persona_becomes_four_pictures_of_one_body(studio: Studio) -> None:
    order = replace(SMALL, views=("front", "back", "side", "quarter"))
    job = wait_for(studio, studio.for_person(YOU).generations.order(order))
    assert (job.state, job.title) == ("succeeded", "Mira, 4 pictures")
    made = studio.for_person(YOU).generations.get(str(job.result["generation_id"]))
    assert [picture.view for picture in made.pictures] == ["front", "back", "side", "quarter"]
    assert made.pictures[0].alt.startswith("Draft of Mira, ")
    assert len({request["scene"]["body"]["shape"]["weight"] for request in made.requests}) == 1
    for picture in made.pictures:
        path = studio.for_person(YOU).files.path(picture.file_id)
        with Image.open(path) as image:
            assert image.size == (96, 128)
            assert b"algorithmicMedia" in path.read_bytes()
    assert made.prompt.startswith("photograph of Mira")
    assert studio.for_person(YOU).generations.list_page().items[0].id == made.id


def test_make_again_gives_the_same_pixels(studio: Studio) -> None:
    first = wait_for(studio, studio.for_person(YOU).generations.order(replace(SMALL, seed=None)))
    again = wait_for(studio, studio.for_person(YOU).generations.again(str(first.result["generation_id"])))
    one, two = (
        studio.for_person(YOU).generations.get(str(job.result["generation_id"])) for job in (first, again)
    )
    assert one.requests == two.requests
    assert one.pictures[0].file_id == two.pictures[0].file_id  # the same bytes are the same file


def test_the_same_key_is_the_same_order(studio: Studio) -> None:
    first = studio.for_person(YOU).generations.order(replace(SMALL, seed=None), idempotency_key="a")
    assert studio.for_person(YOU).generations.order(replace(SMALL, seed=None), idempotency_key="a") == first
    with pytest.raises(KeyUsedTwice):
        studio.for_person(YOU).generations.order(SMALL, idempotency_key="a")
    wait_for(studio, first)
    assert len(studio.for_person(YOU).generations.list_page().items) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"poses": ("no-such-pose",)}, UnknownName),
        ({"persona": replace(EXAMPLE_PERSONA, age=17)}, PersonaRefused),
        ({"persona": replace(EXAMPLE_PERSONA, hair_style="beehive")}, RequestRefused),
        ({"width": 9}, RequestRefused),
        ({"engine": "slow"}, RequestRefused),
        ({"preset": "none"}, UnknownName),
        ({"avatar_id": "none"}, NotFound),
        ({"views": ("front", "front")}, RequestRefused),
        ({"prompt": "x" * 9000}, RequestRefused),
        ({"count": 2}, RequestRefused),
        ({"more_prompts": ("another",)}, RequestRefused),
        ({**WORDS, "more_prompts": ("",)}, RequestRefused),
        ({**WORDS, "more_prompts": ("one",)}, RequestRefused),
        ({**WORDS, "more_prompts": tuple("abcdefgh")}, RequestRefused),
        ({**WORDS, "more_prompts": ("x" * 9000,)}, RequestRefused),
        ({**WORDS, "more_prompts": tuple("abcdefg"), "views": VIEWS, "count": 3}, RequestRefused),
    ],
)
def test_what_cannot_be_done_is_refused_before_there_is_a_job(
    studio: Studio, change: dict, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        studio.for_person(YOU).generations.order(replace(SMALL, **change))
    assert list(studio.for_person(YOU).jobs.list_recent()) == []
    assert studio.for_person(YOU).generations.list_page().items == ()


def test_a_running_job_stops_when_asked_and_keeps_what_was_done(studio: Studio) -> None:
    order = replace(SMALL, engine="slow", preset="slow", prompt="slowly", count=2)
    job_id = studio.for_person(YOU).generations.order(order).job_id
    wait_for(studio, job_id, "running")
    studio.for_person(YOU).jobs.cancel(job_id)
    job = wait_for(studio, job_id)
    assert job.state == "cancelled"
    assert studio.for_person(YOU).generations.list_page().items[0].state == "cancelled"
    with pytest.raises(JobNotOpen):
        studio.for_person(YOU).jobs.cancel(job_id)
    assert studio.for_person(YOU).jobs.retry(job_id) == studio.for_person(YOU).jobs.retry(job_id)


def test_a_black_picture_is_a_failure_with_a_reason(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SlowEngine, "colour", (0, 0, 0))
    job = wait_for(
        studio, studio.for_person(YOU).generations.order(replace(SMALL, engine="slow", preset="slow"))
    )
    assert (job.state, job.error_code) == ("failed", "picture-refused")
    assert "black" in job.error
    made = studio.for_person(YOU).generations.list_page().items[0]
    assert (made.state, made.error) == ("failed", job.error)


def test_what_draws_itself_says_why_one_is_enough(studio: Studio) -> None:
    with pytest.raises(RequestRefused, match="the same picture whatever the seed"):
        studio.for_person(YOU).generations.order(replace(SMALL, count=2))


def test_several_prompts_make_their_own_pictures(studio: Studio) -> None:
    order = replace(SMALL, **WORDS, more_prompts=(" two ", "three"), views=("front", "back"), count=2)
    job = wait_for(studio, studio.for_person(YOU).generations.order(order))
    assert (job.state, job.title) == ("succeeded", "Mira, 12 pictures")
    made = studio.for_person(YOU).generations.get(str(job.result["generation_id"]))
    assert made.order.prompts == ("one", "two", "three")
    expected = [
        (words, view, seed)
        for words in ("one", "two", "three")
        for view in ("front", "back")
        for seed in (5, 6)
    ]
    assert [(picture.prompt, picture.view, picture.seed) for picture in made.pictures] == expected
    assert [(request["prompt"], request["seed"]) for request in made.requests] == [
        (words, seed) for words, _, seed in expected
    ]
    assert made.pictures[5].alt == "Picture of Mira, relaxed stand, front view, prompt 2 of 3"
    assert studio.for_person(YOU).generations.list_page().items[0].pictures == made.pictures
    again = wait_for(studio, studio.for_person(YOU).generations.again(made.id))
    pictures = studio.for_person(YOU).generations.get(str(again.result["generation_id"])).pictures
    assert [(picture.prompt, picture.alt) for picture in pictures] == [
        (picture.prompt, picture.alt) for picture in made.pictures
    ]


def test_what_was_cut_off_goes_on_at_its_place(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def generate(self: SlowEngine, request: GenerationRequest, *_: object) -> Image.Image:
        drawn.append(f"{request.prompt} {request.scene.camera.view if request.scene else ''}")
        if len(drawn) == 3:
            raise RuntimeError("the card fell out")
        return Image.new("RGB", (request.width, request.height), (200, 40 * len(drawn), 0))

    monkeypatch.setattr(SlowEngine, "generate", generate)
    order = replace(SMALL, **WORDS, more_prompts=("two",), views=("front", "back"))
    job_id = studio.for_person(YOU).generations.order(order).job_id
    until = time.monotonic() + 60
    while not studio.for_person(YOU).jobs.get(job_id).error and time.monotonic() < until:
        time.sleep(0.02)
    kept = [
        (picture.prompt, picture.view)
        for picture in studio.for_person(YOU).generations.list_page().items[0].pictures
    ]
    assert kept == [("one", "front"), ("one", "back")]
    waiting = studio.for_person(YOU).jobs.get(job_id)
    assert waiting.stage.startswith("Attempt 2 of 3 in ")
    assert (waiting.state, waiting.step, waiting.total) == ("queued", 0, 0)
    later = datetime.now(UTC) + timedelta(hours=1)
    job = studio.resources.store.jobs.claim(worker="another", lease_seconds=60, now=later, job_id=job_id)
    assert job is not None
    run_job(studio.resources.store, job, job_handlers(studio.settings, studio.presets))
    assert drawn == ["one front", "one back", "two front", "two front", "two back"]
    made = studio.for_person(YOU).generations.list_page().items[0]
    kept = [(picture.prompt, picture.view) for picture in made.pictures]
    assert (made.state, kept[2:]) == ("succeeded", [("two", "front"), ("two", "back")])


def test_an_order_from_before_there_were_several_prompts_still_means_the_same(studio: Studio) -> None:
    job = wait_for(studio, studio.for_person(YOU).generations.order(replace(SMALL, views=("front", "side"))))
    generation_id = str(job.result["generation_id"])
    before = studio.for_person(YOU).generations.get(generation_id)
    with studio.resources.store.begin() as transaction:
        old = {name: value for name, value in to_json(before.order).items() if name in FIRST_FIELDS}
        transaction.connection.execute(
            text('UPDATE generations SET "order" = :old WHERE id = :id'),
            {"old": json.dumps(old), "id": generation_id},
        )
    assert studio.for_person(YOU).generations.get(generation_id) == replace(before, stored_order=old)
    again = wait_for(studio, studio.for_person(YOU).generations.again(generation_id))
    assert (
        studio.for_person(YOU).generations.get(str(again.result["generation_id"])).requests == before.requests
    )


def test_a_photo_becomes_a_measured_avatar(studio: Studio) -> None:
    photo_id = add_whole_person(studio)
    known = KnownMeasures(height_cm=168, gender="female")
    job = wait_for(studio, studio.for_person(YOU).bodies.order(photo_id, known, extractor="tiny"))
    assert job.state == "succeeded", job.error
    assert job.step == job.total  # a quick job ends before it says where it is
    avatar = studio.for_person(YOU).avatars.get(str(job.result["avatar_id"]))
    assert (avatar.name, avatar.persona.gender, avatar.photo_id) == ("Avatar 1", "female", photo_id)
    assert avatar.body is not None
    measured = {measurement.name: measurement for measurement in avatar.body.measurements}
    assert measured["waist"].plus_minus_cm == 3.0
    for kind, file_id in (("glb", avatar.body.glb_id), ("obj", avatar.body.obj_id)):
        assert file_id is not None
        assert studio.for_person(YOU).files.path(file_id).read_bytes() == studio.for_person(YOU).bodies.mesh(
            avatar.id, Persona(), kind
        )
    order = wait_for(studio, studio.for_person(YOU).generations.order(replace(SMALL, avatar_id=avatar.id)))
    made = studio.for_person(YOU).generations.get(str(order.result["generation_id"]))
    assert made.requests[0]["scene"]["body"]["shape"] == {"gender": 1.0}


def test_an_extractor_has_a_gate_and_numbers_of_its_own(studio: Studio) -> None:
    with Image.open(io.BytesIO(studio.poses.example_photo())) as whole:
        half = whole.crop((0, 0, whole.width, int(0.62 * whole.height)))
    half_bytes = io.BytesIO()
    half.save(half_bytes, "PNG")
    mine = studio.for_person(YOU)
    photo = mine.photos.add(half_bytes.getvalue())
    assert photo.body_problem_code == "cropped-below-the-knee"
    known = KnownMeasures(height_cm=170)
    with pytest.raises(PhotoRefused):
        mine.bodies.order(photo.id, known, extractor="tiny")
    job = wait_for(studio, mine.bodies.order(photo.id, known, extractor="half"))
    body = mine.avatars.get(str(job.result["avatar_id"])).body
    assert body is not None
    assert (body.extractor, body.raw) == ("half", {"betas": (0.5, -1.0)})
    with np.load(io.BytesIO(write_body_files(body)["npz"]), allow_pickle=False) as stored:
        assert stored["betas"].tolist() == [0.5, -1.0]


def test_what_an_extractor_lacks_refuses_the_order(studio: Studio) -> None:
    photo_id = add_whole_person(studio)
    with pytest.raises(BodyModelMissing, match="STUDIO_SMPL_FOLDER"):
        studio.for_person(YOU).bodies.order(photo_id, KnownMeasures(), extractor="hmr2")
    assert list(studio.for_person(YOU).jobs.list_recent()) == []


def test_a_body_job_counts_in_tenths_and_never_back() -> None:
    told: list[Progress] = []
    report = bodies._in_tenths(told.append)
    for stage, step, total in (
        ("Reading the photo", 0, 0),
        ("Fitting the body", 0, 20),
        ("Fitting the body", 20, 20),
        ("Weighing how sure it is", 0, 0),
        ("Measuring", 0, 0),
    ):
        report(Progress(stage=stage, step=step, total=total))
    assert [progress.step for progress in told] == [0, 1, 8, 8, 9]
    assert {progress.total for progress in told} == {10}


def read_file(studio: Studio, file_id: str | None) -> bytes:
    assert file_id is not None
    return studio.for_person(YOU).files.path(file_id).read_bytes()


def test_a_photo_whose_bytes_somebody_else_deletes_meanwhile_is_kept_all_the_same(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, put, gone = studio.resources.store.files, FileTable.put, []

    def put_then_lose(self: FileTable, data: bytes) -> Blob:
        blob = put(self, data)
        if len(gone) < 2:  # deleted for good by another person, who had the same
            gone.append(blob)
            files._objects.path(blob.sha256).unlink()
        return blob

    monkeypatch.setattr(FileTable, "put", put_then_lose)
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    assert len(gone) == 2
    assert files.read(YOU.id, photo.file_id)


def test_the_same_photo_is_kept_once(studio: Studio) -> None:
    first = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    second = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    assert (second.id, second.is_duplicate, first.is_duplicate) == (first.id, True, False)


def test_a_refused_photo_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("objects/*/*"))
    with pytest.raises(PhotoRefused):
        studio.for_person(YOU).photos.add(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.jpg")
    assert sorted(tmp_path.rglob("objects/*/*")) == before


def test_a_portrait_is_kept_but_not_measured(studio: Studio) -> None:
    from skimage import data

    encoded = io.BytesIO()
    Image.fromarray(data.astronaut()).save(encoded, "PNG")
    photo = studio.for_person(YOU).photos.add(encoded.getvalue())
    assert not photo.body_usable
    assert photo.body_problem
    with pytest.raises(PhotoRefused, match="whole body"):
        studio.for_person(YOU).bodies.order(photo.id, KnownMeasures())


@pytest.mark.parametrize("known", [KnownMeasures(height_cm=90), KnownMeasures(weight_kg=900)])
def test_a_height_or_weight_that_no_adult_has_is_refused(studio: Studio, known: KnownMeasures) -> None:
    with pytest.raises(RequestRefused):
        studio.for_person(YOU).bodies.order("any", known)


def test_nobody_sees_what_is_anothers(studio: Studio) -> None:
    job_id = studio.for_person(YOU).generations.order(SMALL).job_id
    made = studio.for_person(YOU).generations.list_page().items[0]
    avatar = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    wait_for(studio, job_id)
    picture = studio.for_person(YOU).generations.get(made.id).pictures[0]
    asked = (
        lambda: studio.for_person(OTHER).jobs.get(job_id),
        lambda: studio.for_person(OTHER).jobs.cancel(job_id),
        lambda: studio.for_person(OTHER).jobs.retry(job_id),
        lambda: studio.for_person(OTHER).jobs.preview(job_id),
        lambda: studio.for_person(OTHER).generations.get(made.id),
        lambda: studio.for_person(OTHER).generations.again(made.id),
        lambda: studio.for_person(OTHER).generations.delete(made.id),
        lambda: studio.for_person(OTHER).avatars.get(avatar.id),
        lambda: studio.for_person(OTHER).avatars.update(avatar.id, EXAMPLE_PERSONA),
        lambda: studio.for_person(OTHER).avatars.delete(avatar.id),
        lambda: studio.for_person(OTHER).bodies.mesh(avatar.id, EXAMPLE_PERSONA, "glb"),
        lambda: studio.for_person(OTHER).files.get(picture.file_id),
        lambda: studio.for_person(OTHER).photos.get("none"),
        lambda: studio.for_person(OTHER).stage.draw(
            StageScene(persona=EXAMPLE_PERSONA, avatar_id=avatar.id), page="a"
        ),
    )
    for ask in asked:
        with pytest.raises(NotFound):
            ask()
    assert studio.for_person(OTHER).generations.list_page().items == ()
    assert list(studio.for_person(OTHER).avatars.list_recent()) == []
    assert list(studio.for_person(OTHER).jobs.list_recent()) == []


def test_delete_can_be_undone(studio: Studio) -> None:
    wait_for(studio, studio.for_person(YOU).generations.order(SMALL))
    made = studio.for_person(YOU).generations.list_page().items[0]
    studio.for_person(YOU).generations.delete(made.id)
    assert studio.for_person(YOU).generations.list_page().items == ()
    studio.for_person(YOU).generations.restore(made.id)
    assert studio.for_person(YOU).generations.list_page().items == (made,)


def test_an_open_job_is_not_retried(studio: Studio) -> None:
    job_id = (
        studio.for_person(YOU)
        .generations.order(replace(SMALL, engine="slow", preset="slow", prompt="slowly"))
        .job_id
    )
    with pytest.raises(JobStillOpen):
        studio.for_person(YOU).jobs.retry(job_id)
    studio.for_person(YOU).jobs.cancel(job_id)
    wait_for(studio, job_id)


def test_the_stage_draws_and_keeps_nothing(studio: Studio, tmp_path: Path) -> None:
    scene = StageScene(persona=EXAMPLE_PERSONA, width=96, height=128, view="quarter", dark=True)
    stage = Stage(replace(studio.resources, channel=OwnDrawings()), YOU)
    drawn = stage.draw(scene, page="a")
    assert drawn is not None
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("WEBP", (96, 128))
    assert not list(tmp_path.rglob("objects/*/*"))
    with pytest.raises(RequestRefused):
        stage.draw(replace(scene, width=5000), page="a")


def test_avatars_are_kept_changed_and_numbered(studio: Studio) -> None:
    mira = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    nameless = studio.for_person(YOU).avatars.keep(Persona())
    assert [avatar.name for avatar in studio.for_person(YOU).avatars.list_recent()] == ["Avatar 2", "Mira"]
    taller = studio.for_person(YOU).avatars.update(mira.id, replace(EXAMPLE_PERSONA, height_cm=185.0))
    assert mira.body is not None
    assert taller.body is not None
    assert read_file(studio, mira.body.glb_id)[:4] == read_file(studio, taller.body.glb_id)[:4] == b"glTF"
    assert taller.body.glb_id != mira.body.glb_id
    heights = {measurement.name: measurement.cm for measurement in taller.body.measurements}
    assert heights["height"] == pytest.approx(185, abs=0.6)
    studio.for_person(YOU).avatars.delete(nameless.id)
    assert [avatar.id for avatar in studio.for_person(YOU).avatars.list_recent()] == [mira.id]


def test_every_pose_of_the_gallery_has_its_pictures(studio: Studio) -> None:
    for pose in studio.poses.list_all():
        for back in (False, True):
            with Image.open(io.BytesIO(studio.poses.thumbnail(pose.slug, back=back))) as image:
                assert image.format == "WEBP"
    with pytest.raises(UnknownName):
        studio.poses.thumbnail("../MANIFEST")


def test_control_maps_come_as_pictures(studio: Studio) -> None:
    stage = studio.for_person(YOU).stage
    drawn = stage.render_control(kind="depth", pose="relaxed-stand", view="side", width=128, height=128)
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (128, 128)
        assert np.asarray(image.convert("L")).max() > 100


def test_a_control_map_is_of_whom_it_is_asked(studio: Studio) -> None:
    asked: dict[str, Any] = {"pose": "relaxed-stand", "view": "front", "width": 96, "height": 128}

    def pixels(kind: str, **choices: Any) -> np.ndarray:
        data = studio.for_person(YOU).stage.render_control(kind=kind, **asked, **choices)
        with Image.open(io.BytesIO(data)) as image:
            return np.asarray(image.convert("RGB")).astype(int)

    dressed, bare = pixels("depth"), pixels("depth", dressed=False)
    assert (dressed[-1] > 0).any()  # the floor
    assert not (bare[-1] > 0).any()
    tall = studio.for_person(YOU).avatars.keep(replace(EXAMPLE_PERSONA, height_cm=200))
    kept = pixels("normal", avatar_id=tall.id)
    assert not np.array_equal(kept, pixels("normal"))
    assert np.array_equal(kept, pixels("normal", avatar_id=tall.id))
    assert not np.array_equal(pixels("normal", framing="bust"), pixels("normal"))
    with Image.open(
        io.BytesIO(studio.for_person(YOU).stage.render_control(kind="segments", **asked))
    ) as image:
        colors = json.loads(image.text["segments"])  # type: ignore[attr-defined]
    assert {"skin", "hair", "shoes", "floor"} <= set(colors)
    assert colors["skin"] in pixels("segments").reshape(-1, 3).tolist()
    with pytest.raises(RequestRefused, match="The body alone has no gray map"):
        studio.for_person(YOU).stage.render_control(kind="gray", dressed=False, **asked)
    with pytest.raises(NotFound):
        studio.for_person(OTHER).stage.render_control(kind="depth", avatar_id=tall.id, **asked)


def test_the_house_is_in_order(studio: Studio) -> None:
    wait_for(studio, studio.for_person(YOU).generations.order(SMALL))
    assert list(studio.maintenance.fsck(repair=False)) == []
    health = studio.maintenance.health()
    assert health.parts["database"].startswith("ok")
    assert health.parts["body"] == "ok"
    clean_up(studio.resources.store, studio.settings)
    assert len(studio.for_person(YOU).generations.list_page().items[0].pictures) == 1

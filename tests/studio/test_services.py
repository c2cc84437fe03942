"""The walks over a real store, real poses and the real draft engine; only the slow extractor has a double."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from pipelines.body.extractor import EXTRACTORS, ExtractorInfo
from pipelines.errors import PersonaRefused, RequestRefused, UnknownName
from pipelines.image import engines
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.photo.errors import PhotoRefused
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import (
    VIEWS,
    BodyEstimate,
    BodyParameters,
    CameraFit,
    GenerationRequest,
    KnownMeasures,
    OnProgress,
    Persona,
    Pose,
    Progress,
)
from studio.errors import JobNotOpen, JobStillOpen, KeyUsedTwice, NotFound
from studio.services.stage import stage_request
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.views import GenerationOrder, JobView, StageScene
from studio.worker import bodies
from studio.worker.drafts import draw_scene
from studio.worker.handlers import job_handlers
from studio.worker.jobs import run_job

YOU, OTHER = "you", "somebody else"
FIRST_FIELDS = (
    "persona", "avatar_id", "prompt", "negative_prompt", "poses", "views", "framing", "engine", "preset", "seed",
    "count", "width", "height", "look", "recipe",
)  # fmt: skip
SMALL = GenerationOrder(persona=EXAMPLE_PERSONA, width=96, height=128, seed=5)
WORDS = {"engine": "slow", "preset": "slow", "prompt": "one"}  # of an engine that reads them


class TinyExtractor:
    """Answers at once with a known body; obeys the BodyExtractor protocol."""

    info: ClassVar[ExtractorInfo] = ExtractorInfo(name="tiny", title="Tiny")

    def extract(self, photo: np.ndarray, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        assert photo.ndim == 3
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


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setitem(EXTRACTORS, "tiny", f"{__name__}:TinyExtractor")
    monkeypatch.setitem(engines.ENGINES, "slow", f"{__name__}:SlowEngine")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "slow.toml").write_text(
        'name = "slow"\nengine = "slow"\ntitle = "Slow"\ncomponents = []\n', encoding="utf-8"
    )
    opened = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    yield opened
    opened.close()


def wait_for(studio: Studio, job_id: str, *states: str, timeout_s: float = 60) -> JobView:
    """The job once it is in one of the states; by default once it has ended."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        job = studio.get_job(YOU, job_id)
        if job.state in states or (not states and not job.is_open):
            return job
        time.sleep(0.02)
    raise AssertionError(f"job {job_id} is still {job.state}: {job.stage}")


def add_whole_person(studio: Studio) -> str:
    photo = studio.add_photo(YOU, studio.example_photo())
    assert photo.body_usable, photo.body_problem
    return photo.id


def test_a_persona_becomes_four_pictures_of_one_body(studio: Studio) -> None:
    order = replace(SMALL, views=("front", "back", "side", "quarter"))
    job = wait_for(studio, studio.order_generation(YOU, order))
    assert (job.state, job.title) == ("succeeded", "Mira, 4 pictures")
    made = studio.get_generation(YOU, str(job.result["generation_id"]))
    assert [picture.view for picture in made.pictures] == ["front", "back", "side", "quarter"]
    assert made.pictures[0].alt.startswith("Draft of Mira, ")
    assert len({request["scene"]["body"]["shape"]["weight"] for request in made.requests}) == 1
    for picture in made.pictures:
        file = studio.get_file(YOU, picture.file_id)
        with Image.open(file.path) as image:
            assert image.size == (96, 128)
            assert b"algorithmicMedia" in Path(file.path).read_bytes()
    assert made.prompt.startswith("photograph of Mira")
    assert studio.list_generations(YOU).items[0].id == made.id


def test_make_again_gives_the_same_pixels(studio: Studio) -> None:
    first = wait_for(studio, studio.order_generation(YOU, replace(SMALL, seed=None)))
    again = wait_for(studio, studio.make_again(YOU, str(first.result["generation_id"])))
    one, two = (studio.get_generation(YOU, str(job.result["generation_id"])) for job in (first, again))
    assert one.requests == two.requests
    assert one.pictures[0].file_id == two.pictures[0].file_id  # the same bytes are the same file


def test_the_same_key_is_the_same_order(studio: Studio) -> None:
    first = studio.order_generation(YOU, replace(SMALL, seed=None), idempotency_key="a")
    assert studio.order_generation(YOU, replace(SMALL, seed=None), idempotency_key="a") == first
    with pytest.raises(KeyUsedTwice):
        studio.order_generation(YOU, SMALL, idempotency_key="a")
    wait_for(studio, first)
    assert len(studio.list_generations(YOU).items) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"poses": ("no-such-pose",)}, UnknownName),
        ({"persona": replace(EXAMPLE_PERSONA, age=17)}, PersonaRefused),
        ({"persona": replace(EXAMPLE_PERSONA, hair_style="mohawk")}, RequestRefused),
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
        studio.order_generation(YOU, replace(SMALL, **change))
    assert list(studio.list_jobs(YOU)) == []
    assert studio.list_generations(YOU).items == ()


def test_a_running_job_stops_when_asked_and_keeps_what_was_done(studio: Studio) -> None:
    order = replace(SMALL, engine="slow", preset="slow", prompt="slowly", count=2)
    job_id = studio.order_generation(YOU, order)
    wait_for(studio, job_id, "running")
    studio.cancel_job(YOU, job_id)
    job = wait_for(studio, job_id)
    assert job.state == "cancelled"
    assert studio.list_generations(YOU).items[0].state == "cancelled"
    with pytest.raises(JobNotOpen):
        studio.cancel_job(YOU, job_id)
    assert studio.retry_job(YOU, job_id) == studio.retry_job(YOU, job_id)


def test_a_black_picture_is_a_failure_with_a_reason(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SlowEngine, "colour", (0, 0, 0))
    job = wait_for(studio, studio.order_generation(YOU, replace(SMALL, engine="slow", preset="slow")))
    assert (job.state, job.error_code) == ("failed", "picture-refused")
    assert "black" in job.error
    made = studio.list_generations(YOU).items[0]
    assert (made.state, made.error) == ("failed", job.error)


def test_what_draws_itself_says_why_one_is_enough(studio: Studio) -> None:
    with pytest.raises(RequestRefused, match="the same picture whatever the seed"):
        studio.order_generation(YOU, replace(SMALL, count=2))


def test_several_prompts_make_their_own_pictures(studio: Studio) -> None:
    order = replace(SMALL, **WORDS, more_prompts=(" two ", "three"), views=("front", "back"), count=2)
    job = wait_for(studio, studio.order_generation(YOU, order))
    assert (job.state, job.title) == ("succeeded", "Mira, 12 pictures")
    made = studio.get_generation(YOU, str(job.result["generation_id"]))
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
    assert studio.list_generations(YOU).items[0].pictures == made.pictures
    again = wait_for(studio, studio.make_again(YOU, made.id))
    pictures = studio.get_generation(YOU, str(again.result["generation_id"])).pictures
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
    job_id = studio.order_generation(YOU, order)
    until = time.monotonic() + 60
    while not studio.get_job(YOU, job_id).error and time.monotonic() < until:
        time.sleep(0.02)
    kept = [(picture.prompt, picture.view) for picture in studio.list_generations(YOU).items[0].pictures]
    assert kept == [("one", "front"), ("one", "back")]
    waiting = studio.get_job(YOU, job_id)
    assert waiting.stage.startswith("Attempt 2 of 3 in ")
    assert (waiting.state, waiting.step, waiting.total) == ("queued", 0, 0)
    later = datetime.now(UTC) + timedelta(hours=1)
    job = studio._store.jobs.claim(worker="another", lease_seconds=60, now=later, job_id=job_id)
    assert job is not None
    run_job(studio._store, job, job_handlers(studio.settings, studio.presets))
    assert drawn == ["one front", "one back", "two front", "two front", "two back"]
    made = studio.list_generations(YOU).items[0]
    kept = [(picture.prompt, picture.view) for picture in made.pictures]
    assert (made.state, kept[2:]) == ("succeeded", [("two", "front"), ("two", "back")])


def test_an_order_from_before_there_were_several_prompts_still_means_the_same(studio: Studio) -> None:
    job = wait_for(studio, studio.order_generation(YOU, replace(SMALL, views=("front", "side"))))
    generation_id = str(job.result["generation_id"])
    before = studio.get_generation(YOU, generation_id)
    with studio._store.begin() as transaction:
        old = {name: value for name, value in to_json(before.order).items() if name in FIRST_FIELDS}
        transaction.connection.execute(
            text('UPDATE generations SET "order" = :old WHERE id = :id'),
            {"old": json.dumps(old), "id": generation_id},
        )
    assert studio.get_generation(YOU, generation_id) == before
    again = wait_for(studio, studio.make_again(YOU, generation_id))
    assert studio.get_generation(YOU, str(again.result["generation_id"])).requests == before.requests


def test_a_photo_becomes_a_measured_avatar(studio: Studio) -> None:
    photo_id = add_whole_person(studio)
    known = KnownMeasures(height_cm=168, gender="female")
    job = wait_for(studio, studio.order_body(YOU, photo_id, known, extractor="tiny"))
    assert job.state == "succeeded", job.error
    assert job.step == job.total  # a quick job ends before it says where it is
    avatar = studio.get_avatar(YOU, str(job.result["avatar_id"]))
    assert (avatar.name, avatar.persona.gender, avatar.photo_id) == ("Avatar 1", "female", photo_id)
    assert avatar.body is not None
    measured = {measurement.name: measurement for measurement in avatar.body.measurements}
    assert measured["waist"].plus_minus_cm == 3.0
    for kind, file_id in (("glb", avatar.body.glb_id), ("obj", avatar.body.obj_id)):
        assert file_id is not None
        assert Path(studio.get_file(YOU, file_id).path).read_bytes() == studio.body_mesh(
            YOU, avatar.id, Persona(), kind
        )
    order = wait_for(studio, studio.order_generation(YOU, replace(SMALL, avatar_id=avatar.id)))
    made = studio.get_generation(YOU, str(order.result["generation_id"]))
    assert made.requests[0]["scene"]["body"]["shape"] == {"gender": 1.0}


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
    return Path(studio.get_file(YOU, file_id).path).read_bytes()


def test_the_same_photo_is_kept_once(studio: Studio) -> None:
    first = studio.add_photo(YOU, studio.example_photo())
    second = studio.add_photo(YOU, studio.example_photo())
    assert (second.id, second.is_duplicate, first.is_duplicate) == (first.id, True, False)


def test_a_refused_photo_leaves_nothing(studio: Studio, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("objects/*/*"))
    with pytest.raises(PhotoRefused):
        studio.add_photo(YOU, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.jpg")
    assert sorted(tmp_path.rglob("objects/*/*")) == before


def test_a_portrait_is_kept_but_not_measured(studio: Studio) -> None:
    from skimage import data

    encoded = io.BytesIO()
    Image.fromarray(data.astronaut()).save(encoded, "PNG")
    photo = studio.add_photo(YOU, encoded.getvalue())
    assert not photo.body_usable
    assert photo.body_problem
    with pytest.raises(PhotoRefused, match="whole body"):
        studio.order_body(YOU, photo.id, KnownMeasures())


@pytest.mark.parametrize("known", [KnownMeasures(height_cm=90), KnownMeasures(weight_kg=900)])
def test_a_height_or_weight_that_no_adult_has_is_refused(studio: Studio, known: KnownMeasures) -> None:
    with pytest.raises(RequestRefused):
        studio.order_body(YOU, "any", known)


def test_nobody_sees_what_is_anothers(studio: Studio) -> None:
    job_id = studio.order_generation(YOU, SMALL)
    made = studio.list_generations(YOU).items[0]
    avatar = studio.keep_avatar(YOU, EXAMPLE_PERSONA)
    wait_for(studio, job_id)
    picture = studio.get_generation(YOU, made.id).pictures[0]
    asked = (
        lambda: studio.get_job(OTHER, job_id),
        lambda: studio.cancel_job(OTHER, job_id),
        lambda: studio.retry_job(OTHER, job_id),
        lambda: studio.job_preview(OTHER, job_id),
        lambda: studio.get_generation(OTHER, made.id),
        lambda: studio.make_again(OTHER, made.id),
        lambda: studio.delete_generation(OTHER, made.id),
        lambda: studio.get_avatar(OTHER, avatar.id),
        lambda: studio.update_avatar(OTHER, avatar.id, EXAMPLE_PERSONA),
        lambda: studio.delete_avatar(OTHER, avatar.id),
        lambda: studio.body_mesh(OTHER, avatar.id, EXAMPLE_PERSONA, "glb"),
        lambda: studio.get_file(OTHER, picture.file_id),
        lambda: studio.get_photo(OTHER, "none"),
        lambda: studio.draw_stage(
            StageScene(persona=EXAMPLE_PERSONA, avatar_id=avatar.id), owner=OTHER, lane="a"
        ),
    )
    for ask in asked:
        with pytest.raises(NotFound):
            ask()
    assert studio.list_generations(OTHER).items == ()
    assert list(studio.list_avatars(OTHER)) == []
    assert list(studio.list_jobs(OTHER)) == []


def test_delete_can_be_undone(studio: Studio) -> None:
    wait_for(studio, studio.order_generation(YOU, SMALL))
    made = studio.list_generations(YOU).items[0]
    studio.delete_generation(YOU, made.id)
    assert studio.list_generations(YOU).items == ()
    studio.restore_generation(YOU, made.id)
    assert studio.list_generations(YOU).items == (made,)


def test_an_open_job_is_not_retried(studio: Studio) -> None:
    job_id = studio.order_generation(YOU, replace(SMALL, engine="slow", preset="slow", prompt="slowly"))
    with pytest.raises(JobStillOpen):
        studio.retry_job(YOU, job_id)
    studio.cancel_job(YOU, job_id)
    wait_for(studio, job_id)


def test_the_stage_draws_and_keeps_nothing(studio: Studio, tmp_path: Path) -> None:
    scene = StageScene(persona=EXAMPLE_PERSONA, width=96, height=128, view="quarter", dark=True)
    drawn = draw_scene(stage_request(studio._store, YOU, scene)).body
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("WEBP", (96, 128))
    assert not list(tmp_path.rglob("objects/*/*"))
    with pytest.raises(RequestRefused):
        stage_request(studio._store, YOU, replace(scene, width=5000))


def test_avatars_are_kept_changed_and_numbered(studio: Studio) -> None:
    mira = studio.keep_avatar(YOU, EXAMPLE_PERSONA)
    nameless = studio.keep_avatar(YOU, Persona())
    assert [avatar.name for avatar in studio.list_avatars(YOU)] == ["Avatar 2", "Mira"]
    taller = studio.update_avatar(YOU, mira.id, replace(EXAMPLE_PERSONA, height_cm=185.0))
    assert mira.body is not None
    assert taller.body is not None
    assert read_file(studio, mira.body.glb_id)[:4] == read_file(studio, taller.body.glb_id)[:4] == b"glTF"
    assert taller.body.glb_id != mira.body.glb_id
    heights = {measurement.name: measurement.cm for measurement in taller.body.measurements}
    assert heights["height"] == pytest.approx(185, abs=0.6)
    studio.delete_avatar(YOU, nameless.id)
    assert [avatar.id for avatar in studio.list_avatars(YOU)] == [mira.id]


def test_every_pose_of_the_gallery_has_its_pictures(studio: Studio) -> None:
    for pose in studio.list_poses():
        for back in (False, True):
            with Image.open(io.BytesIO(studio.pose_thumbnail(pose.slug, back=back))) as image:
                assert image.format == "WEBP"
    with pytest.raises(UnknownName):
        studio.pose_thumbnail("../MANIFEST")


def test_control_maps_come_as_pictures(studio: Studio) -> None:
    drawn = studio.render_control(YOU, kind="depth", pose="relaxed-stand", view="side", width=128, height=128)
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.size == (128, 128)
        assert np.asarray(image.convert("L")).max() > 100


def test_a_control_map_is_of_whom_it_is_asked(studio: Studio) -> None:
    asked: dict[str, Any] = {"pose": "relaxed-stand", "view": "front", "width": 96, "height": 128}

    def pixels(kind: str, **choices: Any) -> np.ndarray:
        data = studio.render_control(YOU, kind=kind, **asked, **choices)
        with Image.open(io.BytesIO(data)) as image:
            return np.asarray(image.convert("RGB")).astype(int)

    dressed, bare = pixels("depth"), pixels("depth", dressed=False)
    assert (dressed[-1] > 0).any()  # the floor
    assert not (bare[-1] > 0).any()
    tall = studio.keep_avatar(YOU, replace(EXAMPLE_PERSONA, height_cm=200))
    kept = pixels("normal", avatar_id=tall.id)
    assert not np.array_equal(kept, pixels("normal"))
    assert np.array_equal(kept, pixels("normal", avatar_id=tall.id))
    assert not np.array_equal(pixels("normal", framing="bust"), pixels("normal"))
    with Image.open(io.BytesIO(studio.render_control(YOU, kind="segments", **asked))) as image:
        colors = json.loads(image.text["segments"])  # type: ignore[attr-defined]
    assert {"skin", "hair", "shoes", "floor"} <= set(colors)
    assert colors["skin"] in pixels("segments").reshape(-1, 3).tolist()
    with pytest.raises(RequestRefused, match="The body alone has no gray map"):
        studio.render_control(YOU, kind="gray", dressed=False, **asked)
    with pytest.raises(NotFound):
        studio.render_control(OTHER, kind="depth", avatar_id=tall.id, **asked)


def test_the_house_is_in_order(studio: Studio) -> None:
    wait_for(studio, studio.order_generation(YOU, SMALL))
    assert list(studio.fsck(repair=False)) == []
    health = studio.health()
    assert health.parts["database"].startswith("ok")
    assert health.parts["body"] == "ok"
    studio.clean_up()
    assert len(studio.list_generations(YOU).items[0].pictures) == 1

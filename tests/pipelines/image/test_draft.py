"""The draft engine keeps the engines' contract: sizes, progress, cancel, the same pixels again."""

import numpy as np
import pytest

from pipelines.appearance import Appearance
from pipelines.errors import Cancelled, PersonaRefused, RequestRefused, UnknownName
from pipelines.image.draft import DraftEngine, draw_preview
from pipelines.image.engines import ENGINES, engine_class
from pipelines.image.presets import DRAFT_PRESET
from pipelines.progress import Progress, ignore_progress
from pipelines.types import BodyParameters, BodyScene, CameraSpec, GenerationRequest, Pose


def scene(**look: object) -> BodyScene:
    return BodyScene(
        body=BodyParameters(shape={"age": 0.7, "gender": 0.9}),
        pose=Pose(),
        camera=CameraSpec(),
        look=Appearance(finish="coloured", **look),  # type: ignore[arg-type]
    )


def request(width: int = 96, height: int = 128, **look: object) -> GenerationRequest:
    return GenerationRequest(
        engine="draft", preset="draft", prompt="", width=width, height=height, scene=scene(**look)
    )


@pytest.fixture(scope="module")
def engine() -> DraftEngine:
    made = DraftEngine()
    made.load(DRAFT_PRESET, ignore_progress)
    return made


def test_engine_is_in_the_table() -> None:
    assert "draft" in ENGINES
    assert engine_class("draft") is DraftEngine
    assert DraftEngine.info.source_type == "algorithmicMedia"


def test_picture_has_the_size_asked_for(engine: DraftEngine) -> None:
    picture = engine.generate(request(101, 77), ignore_progress)
    assert (picture.size, picture.mode) == ((101, 77), "RGB")


def test_equal_requests_give_equal_pixels(engine: DraftEngine) -> None:
    first = engine.generate(request(), ignore_progress).tobytes()
    fresh = DraftEngine()
    assert fresh.generate(request(), ignore_progress).tobytes() == first
    engine.generate(request(outfit="fantasy", hair_style="afro"), ignore_progress)
    assert engine.generate(request(), ignore_progress).tobytes() == first


def test_progress_names_every_stage_and_counts_up(engine: DraftEngine) -> None:
    told: list[Progress] = []
    engine.generate(request(backdrop="dark"), told.append)
    assert [progress.step for progress in told] == list(range(told[0].total))
    assert len({progress.stage for progress in told}) == len(told) >= 4


@pytest.mark.parametrize("stop_at", range(4))
def test_cancel_stops_between_stages_and_leaves_the_engine_usable(engine: DraftEngine, stop_at: int) -> None:
    def stop(progress: Progress) -> None:
        if progress.step == stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.generate(request(outfit="sporty"), stop)
    assert engine.generate(request(outfit="sporty"), ignore_progress).size == (96, 128)


def test_transparent_backdrop_gives_alpha(engine: DraftEngine) -> None:
    picture = engine.generate(request(backdrop="transparent"), ignore_progress)
    alpha = np.asarray(picture)[..., 3]
    assert picture.mode == "RGBA"
    assert alpha[0, 0] == 0
    assert alpha.max() == 255
    assert 0.05 < (alpha > 0).mean() < 0.5


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"outfit": "toga"}, UnknownName),
        ({"hair_style": "mullet"}, UnknownName),
        ({"skin_tone": "chartreuse"}, UnknownName),
        ({"facial_hair": "goatee"}, UnknownName),
    ],
)
def test_unknown_keys_are_refused(engine: DraftEngine, wrong: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        engine.generate(request(**wrong), ignore_progress)  # type: ignore[arg-type]


def test_refuses_what_it_cannot_draw(engine: DraftEngine) -> None:
    with pytest.raises(RequestRefused):
        engine.generate(GenerationRequest(engine="draft", preset="draft", prompt="x"), ignore_progress)
    with pytest.raises(RequestRefused):
        engine.generate(request(32, 32), ignore_progress)
    other = BodyScene(body=BodyParameters(model="smpl"), pose=Pose(), camera=CameraSpec(), look=Appearance())
    with pytest.raises(UnknownName, match="free body"):
        draw_preview(other, 96, 128)
    minor = BodyScene(
        body=BodyParameters(shape={"age": 0.3}), pose=Pose(), camera=CameraSpec(), look=Appearance()
    )
    with pytest.raises(PersonaRefused):
        draw_preview(minor, 96, 128)


def test_preview_is_close_to_the_picture(engine: DraftEngine) -> None:
    preview = np.asarray(draw_preview(scene(), 96, 128), np.int16)
    picture = np.asarray(engine.generate(request(), ignore_progress), np.int16)
    assert np.abs(preview - picture).mean() < 2

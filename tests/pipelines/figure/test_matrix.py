"""Every outfit, hair style, look, build, framing, view and backdrop draws without a warning."""

from __future__ import annotations

import itertools
from itertools import cycle
from typing import Any

import numpy as np
import pytest

from pipelines.appearance import BACKDROPS, LIGHTS, Appearance, Backdrop, Light, WornGarment
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.assembly import dress
from pipelines.figure.beard import FACIAL_HAIR
from pipelines.figure.builds import BUILDS
from pipelines.figure.drawing import Drawing
from pipelines.figure.garments.patterns import flatten_cloth
from pipelines.figure.hair_styles import HAIR_STYLES
from pipelines.figure.light import LightQuality
from pipelines.figure.materials import Surface
from pipelines.figure.outfits import OUTFITS
from pipelines.figure.people import canonical_map
from pipelines.figure.pieces import PIECES
from pipelines.figure.places import PLACES
from pipelines.figure.props import props_of_goals
from pipelines.pose.library import load_library
from pipelines.types import FRAMINGS, VIEWS, BodyScene, CameraSpec, Persona, Pose
from tests.pipelines.figure.scenes import ARMS_DOWN

COARSE = LightQuality(ambient=6, key=2)
SIZE = (48, 64)
POSES = ("walking", "squat-arms-forward", "cross-legged-on-the-floor", "lying-on-the-back", "leap")
DRAWING = Drawing()


def draw(persona: Persona, look: Appearance, camera: CameraSpec, pose: Pose) -> np.ndarray:
    scene = BodyScene(body=body_of(persona), pose=pose, camera=camera, look=look)
    return np.asarray(DRAWING.draw(scene, *SIZE, quality=COARSE))


def combinations() -> list[tuple[str, ...]]:
    """Each outfit and each hair style with each finish, framing, view, build and gender at least once over all."""
    hair, build = cycle(HAIR_STYLES), cycle(BUILDS)
    framing, view = cycle(FRAMINGS), cycle((*VIEWS, "front"))
    gender, facial = cycle(("female", "male", "neutral")), cycle(FACIAL_HAIR)
    backdrop = cycle(("paper", "dark", "plain", "transparent"))
    return [
        (
            outfit,
            next(hair),
            next(build),
            next(framing),
            next(view),
            next(gender),
            next(facial),
            next(backdrop),
            finish,
        )
        for outfit in (*OUTFITS, *OUTFITS)
        for finish in ("coloured", "clay")
    ]


@pytest.mark.parametrize("chosen", combinations(), ids="-".join)
def test_every_option_draws(chosen: tuple[str, ...]) -> None:
    outfit, hair, build, framing, view, gender, facial, backdrop, finish = chosen
    persona = Persona(gender=gender, body_type=build, hair_style=hair, facial_hair=facial)  # type: ignore[arg-type]
    look = Appearance(
        finish=finish,  # type: ignore[arg-type]
        outfit=outfit,
        hair_style=hair,
        facial_hair=facial,
        gender=persona.gender,
        backdrop=backdrop,  # type: ignore[arg-type]
    )
    picture = draw(persona, look, CameraSpec(view=view, framing=framing), ARMS_DOWN)  # type: ignore[arg-type]
    assert picture.shape == (64, 48, 4 if backdrop == "transparent" else 3)
    assert picture[..., :3].std() > 8  # something is there


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("outfit", ["elegant-dress", "fantasy", "streetwear"])
def test_hard_poses_draw(outfit: str, pose: str) -> None:
    template = load_library().find(pose)
    look = Appearance(outfit=outfit, hair_style="long", finish="clay")
    picture = draw(Persona(gender="female"), look, CameraSpec(yaw_deg=template.camera_yaw_deg), template.pose)
    assert picture.std() > 5


def test_a_seat_is_drawn_where_the_pose_says() -> None:
    template = load_library().find("sitting-upright-hands-on-knees")
    props = props_of_goals(template.goals)
    assert len(props) == 5, "a seat and four legs"
    assert max(prop.center_m[1] + prop.size_m[1] / 2 for prop in props) == pytest.approx(
        template.goals["props"][0]["size_m"][1]
    )
    scene = BodyScene(
        body=body_of(Persona()),
        pose=template.pose,
        camera=CameraSpec(view="quarter"),  # from the front the thighs hide most of a stool
        look=Appearance(backdrop="transparent"),
    )
    seated = BodyScene(body=scene.body, pose=scene.pose, camera=scene.camera, look=scene.look, props=props)
    without = np.asarray(DRAWING.draw(scene, *SIZE, quality=COARSE), np.int16)[..., 3]
    with_seat = np.asarray(DRAWING.draw(seated, *SIZE, quality=COARSE), np.int16)[..., 3]
    assert (with_seat >= without - 1).all()
    assert (with_seat > 200).sum() > 1.1 * (without > 200).sum()


@pytest.mark.parametrize("arm", [False, True], ids=["trunk", "sleeves"])
def test_a_pattern_is_about_as_wide_as_it_is_high(arm: bool) -> None:
    """Dots were bars on sleeves and shoulders: the flat cloth's axes may differ by half, but where it is sewn."""
    body = canonical_map()
    count = len(body.canonical)
    surface = Surface(
        canonical=body.canonical,
        field=np.ones(count),
        along_arm=body.points.along_arm,
        arm=body.points.arm,
        back=np.zeros(count, bool),
        pixel_m=np.full(count, 0.001),
    )
    flat = np.stack(flatten_cloth(surface), 1)
    a, b, c = body.faces.T
    share, height = body.points.arm[body.faces], body.canonical[:, 2][body.faces]
    chosen = (share.min(1) > 0.9) & (body.points.along_arm[body.faces].max(1) < body.elbow_m)
    if not arm:
        chosen = (
            (share.max(1) < 0.3)
            & (height.min(1) > 0.2)
            & (height.max(1) < 0.7)
            & (body.head[body.faces].max(1) < 0.1)
        )
    edges = np.stack([body.canonical[b] - body.canonical[a], body.canonical[c] - body.canonical[a]], 2)[
        chosen
    ]
    moved = np.stack([flat[b] - flat[a], flat[c] - flat[a]], 2)[chosen]
    first = edges[..., 0] / np.linalg.norm(edges[..., 0], axis=1, keepdims=True)
    square = edges[..., 1] - (edges[..., 1] * first).sum(1, keepdims=True) * first
    second = square / np.linalg.norm(square, axis=1, keepdims=True)
    on_skin = np.einsum("nkd,nde->nke", np.stack([first, second], 1), edges)
    stretch = np.linalg.svd(moved @ np.linalg.inv(on_skin), compute_uv=False)
    ratios = stretch[:, 0] / np.maximum(stretch[:, 1], 1e-6)
    assert float(np.median(ratios)) < 1.5
    assert float(np.mean(ratios < 2.5)) > 0.8


def test_the_back_of_a_chair_has_slats_and_its_top_stays_where_arms_lie() -> None:
    stored = next(
        prop
        for prop in load_library().find("astride-a-chair-arms-on-its-back").goals["props"]
        if prop.get("name") == "chair"
    )
    rail, *rest = props_of_goals({"props": [stored]})
    assert len(rest) == 6
    assert rail.center_m[1] + rail.size_m[1] / 2 == pytest.approx(
        stored["center_m"][1] + stored["size_m"][1] / 2
    )
    covered = sum(prop.size_m[0] * prop.size_m[1] for prop in (rail, *rest))
    assert covered < 0.7 * stored["size_m"][0] * stored["size_m"][1]


def test_a_prop_that_is_no_box_is_refused() -> None:
    for broken in ({"size_m": [1, 1], "center_m": [0, 0, 0]}, {"size_m": [1, 1, -1], "center_m": [0, 0, 0]}):
        with pytest.raises(ValueError, match="no box"):
            props_of_goals({"props": [broken]})


def test_appearance_of_uses_an_outfit_for_every_style() -> None:
    for style in (
        "professional",
        "business-casual",
        "casual",
        "sporty",
        "elegant",
        "fantasy",
        "outdoor",
        "streetwear",
    ):
        for gender in ("female", "male", "neutral"):
            assert appearance_of(Persona(style=style, gender=gender)).outfit in OUTFITS


@pytest.mark.parametrize("garment", PIECES)
def test_every_garment_draws(garment: str) -> None:
    look = Appearance(garments=(WornGarment(garment=garment, pattern="dots"),), finish="coloured")
    assert draw(Persona(), look, CameraSpec(view="quarter"), ARMS_DOWN).std() > 5


def test_no_hair_and_no_ear_shows_beside_a_headscarf() -> None:
    look = Appearance(garments=(WornGarment(garment="hijab", color="#ff00ff"),), hair_style="afro")
    figure = dress(open_anny().build(body_of(Persona(gender="female"))), look)
    named = {part.name: part for part in figure.parts}
    assert "Hair" not in named
    places, cloth = named["Skin"].pattern.points.canonical, named["Headscarf"]
    ears = (places[:, 2] > 0.86) & (places[:, 2] < 0.95) & (places[:, 1] > -0.04)
    level = (cloth.pattern.points.canonical[:, 2] > 0.86) & (cloth.pattern.points.canonical[:, 2] < 0.95)
    assert np.abs(named["Skin"].vertices[ears, 0]).max() < np.abs(cloth.vertices[level, 0]).max() - 0.004


@pytest.mark.parametrize("backdrop", BACKDROPS)
@pytest.mark.parametrize("light", LIGHTS)
def test_every_light_and_set_draws(light: Light, backdrop: Backdrop) -> None:
    look = Appearance(light=light, backdrop=backdrop, finish="coloured")
    picture = draw(Persona(), look, CameraSpec(view="quarter"), ARMS_DOWN)
    assert picture.shape[2] == (4 if backdrop == "transparent" else 3)
    assert picture[..., :3].std() > 4


def test_lights_and_sets_are_seen() -> None:
    def mean(**look: Any) -> np.ndarray:
        appearance = Appearance(finish="coloured", **look)
        return draw(Persona(), appearance, CameraSpec(), ARMS_DOWN)[..., :3].astype(float)

    pictures = [mean(light=light) for light in LIGHTS] + [mean(backdrop=place) for place in PLACES]
    for one, other in itertools.combinations(pictures, 2):
        assert np.abs(one - other).mean() > 1.5

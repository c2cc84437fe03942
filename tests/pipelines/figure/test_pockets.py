"""Hands in pockets: the cloth lies over a hand that its shape says is in one, where there is a pocket."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.control.dressed import render_dressed_maps
from pipelines.figure.appearance import appearance_of
from pipelines.figure.assembly import dress
from pipelines.figure.drawing import Drawing
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.types import BodyScene, CameraSpec, Persona

SIZE = (288, 384)
POCKETS = ("pocket", "pocket")


def scene_of(clothing: str, pose: str = "hands-in-pockets") -> BodyScene:
    template = load_library().find(pose)
    return BodyScene(
        body=POSE_BODY,
        pose=adapt_pose(template, open_anny(), POSE_BODY),
        camera=CameraSpec(),
        look=appearance_of(Persona(clothing=clothing)),
    )


def skin_below_the_waist(scene: BodyScene, drawing: Drawing) -> int:
    """Pixels of skin in the middle third of the picture, where the hands are."""
    drawn = render_dressed_maps(("segments",), scene, *SIZE, drawing)["segments"]
    color = np.array((drawn.segments or {})["skin"])
    third = np.asarray(drawn.image)[SIZE[1] * 2 // 5 : SIZE[1] * 3 // 5]
    return int((third == color).all(-1).sum())


@pytest.mark.parametrize(
    "clothing",
    ["white t-shirt, jeans", "suit", "quilted jacket, jeans", "camel coat, jeans"],
    ids=["jeans", "suit", "jacket", "coat"],
)
def test_a_hand_in_a_pocket_is_under_the_cloth(clothing: str) -> None:
    scene, drawing = scene_of(clothing), Drawing()
    beside = replace(scene, pose=replace(scene.pose, hands=("relaxed", "relaxed")))
    hidden, shown = skin_below_the_waist(scene, drawing), skin_below_the_waist(beside, drawing)
    assert shown > 150
    assert hidden < 0.5 * shown


def vertices_of(scene: BodyScene, hands: tuple[str, str]) -> list[np.ndarray]:
    body = open_anny().build(scene.body, scene.pose)
    return [part.vertices for part in dress(body, scene.look, hands=hands).parts]


@pytest.mark.parametrize(
    ("clothing", "pose"),
    [("summer dress", "hands-in-pockets"), ("white t-shirt, jeans", "t-pose")],
    ids=["nothing with pockets", "hands in the air"],
)
def test_other_hands_lift_no_cloth(clothing: str, pose: str) -> None:
    scene = scene_of(clothing, pose)
    with_shape, without = vertices_of(scene, POCKETS), vertices_of(scene, ("relaxed", "relaxed"))
    assert all(np.array_equal(one, other) for one, other in zip(with_shape, without, strict=True))


def test_only_cloth_near_the_hand_is_lifted() -> None:
    scene = scene_of("white t-shirt, jeans")
    body = open_anny().build(scene.body, scene.pose)
    palms = [body.joint(f"finger3-1.{side}") for side in "LR"]
    moved = 0
    for lifted, flat in zip(
        vertices_of(scene, POCKETS), vertices_of(scene, ("relaxed", "relaxed")), strict=True
    ):
        away = np.linalg.norm(lifted - flat, axis=1)
        assert away.max() < 0.12
        moved += int((away > 0.01).sum())
        far = np.min([np.linalg.norm(flat - palm, axis=1) for palm in palms], axis=0) > 0.25
        assert away[far].max(initial=0.0) < 1e-6
    assert moved > 50

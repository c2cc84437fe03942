"""What poses hold: every thing is made, lies in the hand that holds it, and is seen in drafts and control maps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.control.dressed import render_dressed_maps
from pipelines.figure.appearance import appearance_of
from pipelines.figure.drawing import Drawing
from pipelines.figure.held.all import THINGS, build_held, frame_scene
from pipelines.figure.held.grip import Carrier
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.library import load_library
from pipelines.pose.mirror import mirror_template
from pipelines.pose.resolve import adapt_pose
from pipelines.pose.template import PoseTemplate
from pipelines.pose.vocabulary import HELD_OF_PROP, HELD_THINGS
from pipelines.types import Appearance, Body, BodyScene, CameraSpec, Persona

HOLDING = [template for template in load_library().all() if template.held]
# From the middle of the grip to the nearest point of what it holds: flat things lie on the fingers.
IN_HAND_M = 0.1
WORN = (
    "backpack", "tote", "shield", "carton", "laptop", "folder", "handbag", "camera",
    "binoculars", "pram", "trolley",
)  # fmt: skip


def built(template: PoseTemplate) -> Body:
    model = open_anny()
    return model.build(POSE_BODY, adapt_pose(template, model, POSE_BODY))


def test_every_thing_that_a_pose_can_say_is_made_and_some_pose_holds_it() -> None:
    assert tuple(sorted(THINGS)) == HELD_THINGS
    assert {thing.name for template in HOLDING for thing in template.held} == set(THINGS)


def test_what_is_held_is_a_prop_of_its_pose() -> None:
    for template in HOLDING:
        for thing in template.held:
            assert any(thing.name in HELD_OF_PROP.get(prop, ()) for prop in template.props), template.slug


@pytest.mark.parametrize("template", HOLDING, ids=lambda template: template.slug)
def test_things_are_whole_and_in_the_hand(template: PoseTemplate) -> None:
    body = built(template)
    carrier = Carrier(body)
    for thing in template.held:
        parts = build_held((thing,), body)
        points = np.concatenate([part.vertices for part in parts])
        assert np.isfinite(points).all()
        assert points[:, 1].min() > -0.03, "through the floor"
        for part in parts:
            a, b, c = (part.vertices[part.pattern.faces[:, corner]].astype(float) for corner in range(3))
            assert float((a * np.cross(b, c)).sum()) > 0, f"{part.name} is inside out"
        if thing.name in WORN:
            continue
        hands = "LR" if thing.place == "both" else thing.place[-1]
        gaps = [np.linalg.norm(points - carrier.hand(side).center, axis=1).min() for side in hands]
        assert max(gaps) < IN_HAND_M, f"{thing.name} is {max(gaps):.3f} m from the hand"


@pytest.mark.parametrize(
    "slug", ["archer-kneeling", "playing-the-guitar", "sword-thrust", "tote-bag-on-the-shoulder"]
)
def test_a_mirrored_pose_holds_with_the_other_hand(slug: str) -> None:
    template = load_library().find(slug)
    mirrored = mirror_template(template)
    assert mirror_template(mirrored) == template
    here, there = (
        np.concatenate([part.vertices for part in build_held(one.held, built(one))])
        for one in (template, mirrored)
    )
    flipped = there * [-1, 1, 1]
    assert np.abs(here.min(0) - flipped.min(0)).max() < 0.02
    assert np.abs(here.max(0) - flipped.max(0)).max() < 0.02


def scene_of(slug: str, *, empty_handed: bool = False) -> BodyScene:
    template = load_library().find(slug)
    return BodyScene(
        body=POSE_BODY,
        pose=adapt_pose(template, open_anny(), POSE_BODY),
        camera=CameraSpec(view="designed", yaw_deg=template.camera_yaw_deg),
        look=Appearance(),
        held=() if empty_handed else template.held,
    )


def test_a_thing_is_seen_in_the_draft_and_said_by_the_segments() -> None:
    drawing = Drawing()
    shown, empty = (
        render_dressed_maps(
            ("segments", "depth"), scene_of("guard-with-a-spear", empty_handed=bare), 192, 256, drawing
        )
        for bare in (False, True)
    )
    assert "prop" in (shown["segments"].segments or {})
    assert "prop" not in (empty["segments"].segments or {})
    assert (np.asarray(shown["depth"].image) > 0).sum() > 0


def test_a_whole_figure_is_framed_with_what_it_carries() -> None:
    scene = scene_of("umbrella-in-one-hand")
    body = built(load_library().find("umbrella-in-one-hand"))
    points = np.concatenate([part.vertices for part in build_held(scene.held, body)])

    def seen(one: BodyScene) -> np.ndarray:
        return frame_scene(one, body, 600, 800).project(points)

    assert seen(replace(scene, held=()))[:, 1].min() < 0, "its top is cut off where only the body is framed"
    assert seen(scene)[:, 1].min() > 0
    assert seen(scene)[:, 0].min() > 0


def test_a_pose_with_a_hat_puts_one_on_and_leaves_what_is_worn() -> None:
    pose = load_library().find("hand-at-the-brim-arm-behind")

    def worn(**said: str) -> set[str]:
        return {one.garment for one in appearance_of(Persona(**said), pose=pose).garments}  # type: ignore[arg-type]

    assert "hat" in worn()
    assert worn(clothing="blue cap") >= {"cap"}
    assert "hat" not in worn(clothing="blue cap")
    assert appearance_of(Persona(), pose=load_library().find("relaxed-stand")) == appearance_of(Persona())

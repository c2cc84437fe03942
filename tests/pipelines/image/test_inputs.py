"""prepare_inputs: maps and draft from the one body, references opened as kept photos."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.control.maps import NORMAL_BACKGROUND
from pipelines.errors import Cancelled, RequestRefused
from pipelines.image.draft import DraftEngine
from pipelines.image.inputs import prepare_inputs
from pipelines.photo.errors import PhotoRefused
from pipelines.progress import ignore_progress
from pipelines.types import (
    CameraSpec,
    ControlSpec,
    FacePass,
    Framing,
    GenerationRequest,
    LoraUse,
    Reference,
    View,
)
from tests.pipelines.image.cases import SCENE, noise_picture

PERSON = Reference(role="person", sha256="0" * 64)


def request(**changes: Any) -> GenerationRequest:
    values: dict[str, Any] = {"engine": "flux1", "preset": "x", "prompt": "", "width": 96, "height": 128}
    return GenerationRequest(**{**values, "scene": SCENE, **changes})


def nothing(name: str) -> Any:
    raise AssertionError(f"{name} was not asked for")


def kept_photo(sha256: str) -> bytes:
    out = io.BytesIO()
    noise_picture(1).save(out, "JPEG")
    return out.getvalue()


def test_a_plain_request_needs_nothing() -> None:
    inputs = prepare_inputs(request(), nothing, nothing)
    assert (inputs.controls, inputs.references, inputs.draft, inputs.loras) == ({}, (), None, {})
    assert inputs.face_box is None


def test_maps_and_draft_show_the_same_body_at_the_pictures_size() -> None:
    specs = (ControlSpec(kind="pose"), ControlSpec(kind="normal"))
    inputs = prepare_inputs(request(controls=specs, draft_strength=0.6), nothing, nothing)
    assert {picture.size for picture in inputs.controls.values()} == {(96, 128)}
    assert inputs.draft is not None
    assert (
        inputs.draft.tobytes() == DraftEngine().generate(request(), ignore_progress).convert("RGB").tobytes()
    )
    body = (np.asarray(inputs.controls["normal"]) != NORMAL_BACKGROUND).any(axis=2)
    skeleton = np.asarray(inputs.controls["pose"]).max(axis=2) > 0
    assert 0.03 < body.mean() < 0.6
    assert (skeleton & body).sum() > 0.8 * skeleton.sum()  # the bones lie within the body
    corner = np.asarray(inputs.draft)[2, 2].astype(int)
    drawn = np.abs(np.asarray(inputs.draft).astype(int) - corner).max(axis=2) > 40
    assert (drawn & body).sum() > 0.7 * body.sum()  # and the figure is drawn where it stands


def test_references_and_loras_are_fetched_by_name(tmp_path: Path) -> None:
    loras = (LoraUse(name="mine"), LoraUse(name="presets-own"))
    found = {"mine": tmp_path / "mine.safetensors"}
    inputs = prepare_inputs(request(references=(PERSON,), loras=loras), kept_photo, found.get)
    assert inputs.references[0][0] is PERSON
    assert inputs.references[0][1].size == (64, 64)
    assert inputs.loras == found


def test_a_picture_of_ones_own_to_start_from_takes_the_drafts_place() -> None:
    own = Reference(role="init", sha256="1" * 64)
    assert prepare_inputs(request(references=(own,), draft_strength=0.5), kept_photo, nothing).draft is None


def test_what_is_no_kept_photo_is_refused() -> None:
    for data in (b"", b"\x89PNG\r\n", kept_photo("")[:200]):
        with pytest.raises(PhotoRefused):
            prepare_inputs(request(references=(PERSON,)), lambda sha256, data=data: data, nothing)


def test_without_a_scene_there_is_no_map() -> None:
    for changes in ({"controls": (ControlSpec(kind="pose"),)}, {"draft_strength": 0.5}):
        with pytest.raises(RequestRefused, match=r"choose both|Choose"):
            prepare_inputs(request(scene=None, **changes), nothing, nothing)


def test_it_can_be_ended() -> None:
    def end(progress: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        prepare_inputs(request(draft_strength=0.5), nothing, nothing, end)


def find_box(view: View = "front", framing: Framing = "full", **changes: Any) -> Any:
    scene = replace(SCENE, camera=CameraSpec(view=view, framing=framing))
    values = {"width": 768, "height": 768, "scene": scene, "face_pass": FacePass(strength=0.3, steps=4)}
    return prepare_inputs(request(**{**values, **changes}), nothing, nothing).face_box


def test_the_face_is_where_the_head_of_the_control_map_is() -> None:
    boxes = {framing: find_box(framing=framing) for framing in ("full", "bust", "portrait")}
    heights = [bottom - top for _, top, _, bottom in boxes.values()]
    assert heights == sorted(heights)
    spec = (ControlSpec(kind="depth"),)
    scene = replace(SCENE, camera=CameraSpec(framing="bust"))
    depth = prepare_inputs(request(width=768, height=768, scene=scene, controls=spec), nothing, nothing)
    seen = np.asarray(depth.controls["depth"])[:, :, 0] > 0
    left, top, right, bottom = boxes["bust"]
    assert seen[top:bottom, left:right].mean() > 0.9
    crown = int(np.flatnonzero(seen.any(axis=1))[0])
    assert 0 < top - crown < 2 * (bottom - top)  # brows below the crown, by less than two faces


def test_a_face_that_is_not_to_be_seen_is_not_drawn() -> None:
    assert None not in (find_box(), find_box("side"), find_box("quarter"))
    assert find_box("back") is None
    assert find_box(width=96, height=96) is None  # a few pixels
    assert find_box(scene=None) is None
    assert find_box(face_pass=None) is None
    own = (Reference(role="init", sha256="1" * 64),)
    values = {"width": 768, "height": 768, "references": own, "draft_strength": 0.5}
    inputs = prepare_inputs(request(**values, face_pass=FacePass(strength=0.3, steps=4)), kept_photo, nothing)
    assert inputs.face_box is None  # another picture, another place


def test_an_earlier_picture_of_the_order_is_opened_as_what_it_is() -> None:
    earlier = Reference(role="person", sha256="1" * 64, pictures_back=1)
    out = io.BytesIO()
    noise_picture(4).save(out, "PNG")
    inputs = prepare_inputs(request(references=(earlier,)), lambda sha256: out.getvalue(), nothing)
    assert inputs.references[0][1].tobytes() == noise_picture(4).tobytes()
    for data in (b"", out.getvalue()[:100], kept_photo("")):
        with pytest.raises(RequestRefused, match="Order it again"):
            prepare_inputs(request(references=(earlier,)), lambda sha256, data=data: data, nothing)

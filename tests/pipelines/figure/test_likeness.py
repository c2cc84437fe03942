"""The face of a photo on the free body: real detectors on drawn heads whose shape, marks and light are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from pipelines.figure.appearance import body_of
from pipelines.figure.drawing import Drawing
from pipelines.figure.face_fit import MIDDLE, compare_head, fit_face, points_on
from pipelines.figure.likeness import FaceTexture, lay_likeness, read_texture
from pipelines.figure.materials import Surface
from pipelines.figure.palette import mix_palette
from pipelines.figure.people import canonical_map
from pipelines.figure.portrait import portrait_scene
from pipelines.figure.skin import SkinMaterial
from pipelines.photo.errors import PhotoRefused
from pipelines.photo.face_mesh import find_face_points
from pipelines.photo.landmarks import detect_landmarks
from pipelines.types import Persona

SIDE_PX = 420
SHAPE = {"face_width": 0.6, "mouth_width": 0.8, "nose_width": 0.8, "eye_distance": -0.7, "jaw": 0.7}
WHO = Persona(hair_style="bald", skin_tone="light", face=SHAPE)
MOLE = np.array([0.048, -0.12, 0.853], np.float32)  # canonical: on the left cheek
MOLE_PX = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnFace:
    """A drawn head as a photo (H, W, 3) uint8, the box of its face, and canonical (H, W, 3) where skin is seen."""

    image: np.ndarray
    box: tuple[float, float, float, float]
    canonical: np.ndarray


@lru_cache
def drawn(yaw_deg: float = 0.0) -> DrawnFace:
    sight = Drawing().see(portrait_scene(WHO, yaw_deg=yaw_deg), SIDE_PX, SIDE_PX)
    image = np.asarray(sight.picture.convert("RGB"))
    canonical = np.full((SIDE_PX * SIDE_PX, 3), np.nan, np.float32)
    for part in sight.view.visible.seen:
        if part.part.name == "Skin":
            canonical[sight.view.visible.pixel[part.rows]] = part.surface.canonical
    box = detect_landmarks(image).faces[0].box
    return DrawnFace(image=image, box=box, canonical=canonical.reshape(SIDE_PX, SIDE_PX, 3))


def texture_of(image: np.ndarray) -> FaceTexture:
    return read_texture(image, find_face_points(image, drawn().box))


def at(texture: FaceTexture, *places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return lay_likeness(np.stack(places), texture)


def test_the_shape_of_a_face_is_found_again() -> None:
    found = fit_face(find_face_points(drawn().image, drawn().box))

    def off(face: Mapping[str, float]) -> float:
        gap = (points_on(replace(WHO, face=face)) - points_on(WHO))[:, [0, 2]]
        return float(np.linalg.norm(gap - gap.mean(0), axis=1).mean())

    assert off(found) < 0.75 * off({}), "nearer to the face than the middle one is"
    assert all(found.get(name, 0.0) * amount >= 0 for name, amount in SHAPE.items())


def test_a_head_that_has_the_shape_needs_no_sliders() -> None:
    """What the measured body already does to its head is not done twice."""
    heavy = body_of(replace(WHO, body_type="heavy"))
    assert np.abs(compare_head(WHO, body_of(MIDDLE))).max() < 1e-6
    assert np.abs(compare_head(WHO, heavy)).max() > 0.002
    points = find_face_points(drawn().image, drawn().box)
    assert fit_face(points, compare_head(WHO, heavy))["fullness"] < fit_face(points)["fullness"]


def test_a_mark_is_painted_where_it_is_and_on_any_skin() -> None:
    away = np.linalg.norm(drawn().canonical[..., [0, 2]] - MOLE[[0, 2]], axis=-1)
    row, column = np.unravel_index(np.nanargmin(away), away.shape)
    photo = drawn().image.copy()
    photo[row - MOLE_PX : row + MOLE_PX, column - MOLE_PX : column + MOLE_PX] = (60, 30, 20)
    texture = texture_of(photo)
    other_side = MOLE * np.array([-1, 1, 1], np.float32)
    nape, crown = np.array([0, 0.08, 0.85], np.float32), np.array([0, -0.05, 1.01], np.float32)
    ratio, share = at(texture, MOLE, other_side, nape, crown)
    assert ratio[0].max() < 0.5 < 0.85 < ratio[1].min()
    assert share[0] > 0.0 < share[1]
    assert not share[2:].any(), "only the face"

    body = canonical_map()
    canonical = body.canonical[(body.head > 0.5) & body.skin]
    count = len(canonical)
    surface = Surface(
        canonical=canonical,
        field=np.zeros(count, np.float32),
        along_arm=np.zeros(count, np.float32),
        arm=np.zeros(count, np.float32),
        back=np.zeros(count, bool),
        pixel_m=np.full(count, 0.001, np.float32),
    )
    for tone in ("light", "deep"):
        palette = mix_palette(portrait_scene(Persona(skin_tone=tone, hair_style="bald")).look)
        bare = SkinMaterial().paint(surface, palette).albedo
        alike = SkinMaterial(texture).paint(surface, palette).albedo
        assert np.abs(alike.mean(0) / bare.mean(0) - 1).max() < 0.1, "the persona's own tone"
        changed = np.abs(alike - bare).max(1) > 1e-6
        assert canonical[changed, 1].max() < -0.04, "the front of the head alone"


def test_light_from_one_side_is_taken_out() -> None:
    lit = drawn().image * np.linspace(0.45, 1.0, SIDE_PX)[None, :, None]
    left, right = (
        at(texture_of(lit.astype(np.uint8)), MOLE * np.array([s, 1, 1], np.float32))[0][0] for s in (1, -1)
    )
    assert np.abs(left / right - 1).max() < 0.2  # of the photo's 1.5 to 1


def test_a_face_that_cannot_be_used_says_why() -> None:
    def refused(image: np.ndarray, box: tuple[float, float, float, float]) -> str:
        with pytest.raises(PhotoRefused) as error:
            find_face_points(image, box)
        return error.value.code

    turned = drawn(55.0)
    assert refused(turned.image, turned.box) == "face-turned"
    small = drawn().image[::4, ::4]
    assert refused(small, tuple(length / 4 for length in drawn().box)) == "face-too-small"
    assert refused(np.full_like(small, 200), (20, 20, 50, 50)) == "no-face"

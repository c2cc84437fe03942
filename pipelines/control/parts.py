"""Parts of a dressed scene that can be drawn anew by name: where each is seen in the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from pipelines.control.dressed import DressedScene
from pipelines.control.keypoints import find_face
from pipelines.types import RedrawPart

NOT_WORN = ("skin", "hair", "prop")  # segments; all others are garments
FOREHEAD, BESIDE = 0.5, 0.15  # shares of the face, brows to chin, that belong to it above and on each side


def find_part(seen: DressedScene, part: RedrawPart) -> np.ndarray:
    """(H, W) bool: where that part is seen."""
    return PARTS[part](seen)


def _of_segments(seen: DressedScene, names: tuple[str, ...]) -> np.ndarray:
    wanted = [number for number, name in enumerate(seen.names) if name in names]
    return np.isin(seen.segment, wanted)


def _clothes(seen: DressedScene) -> np.ndarray:
    return _of_segments(seen, tuple(name for name in seen.names if name not in NOT_WORN))


def _hair(seen: DressedScene) -> np.ndarray:
    return _of_segments(seen, ("hair",))


def _face(seen: DressedScene) -> np.ndarray:
    """The skin of the head's front, forehead and all."""
    there = np.zeros(seen.mask.shape, bool)
    face = find_face(seen.body, seen.camera)
    if face is None:
        return there
    left, top, right, bottom = face
    high, wide = bottom - top, right - left
    rows = slice(max(0, round(top - FOREHEAD * high)), max(0, round(bottom + BESIDE * high)))
    columns = slice(max(0, round(left - BESIDE * wide)), max(0, round(right + BESIDE * wide)))
    there[rows, columns] = True
    return there & _of_segments(seen, ("skin",))


def _background(seen: DressedScene) -> np.ndarray:
    return ~seen.mask


PARTS: Mapping[RedrawPart, Callable[[DressedScene], np.ndarray]] = {
    "clothes": _clothes,
    "face": _face,
    "hair": _hair,
    "background": _background,
}

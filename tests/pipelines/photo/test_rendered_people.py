"""Rendered people, whose true outline and joints are known, are found where they are and judged usable."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.photo.checks import check_photo
from pipelines.photo.landmarks import POINT_NAMES, detect_landmarks
from pipelines.photo.open import open_photo
from tests.benchmarks.people import JOINT_BONES, make_person
from tests.pipelines.photo.pictures import save


@pytest.mark.parametrize("seed", [0, 5, 11])  # 11: a face is seen in the shirt, and belongs to nobody
def test_rendered_person_is_found_and_usable(seed: int) -> None:
    person = make_person(seed)
    photo = open_photo(save(Image.fromarray(person.photo), "PNG"))
    found = detect_landmarks(photo.image)
    assert found.people == 1
    assert found.person is not None
    overlap = (found.person.mask & person.mask).sum() / (found.person.mask | person.mask).sum()
    assert overlap > 0.96
    for name in ("left_knee", "right_knee", "left_shoulder", "right_shoulder", "left_ankle", "right_ankle"):
        true = person.camera.project(person.body.joint(JOINT_BONES[name])[None])[0]
        off = np.linalg.norm(found.person.points_px[POINT_NAMES.index(name)] - true[:2])
        assert off < 0.05 * found.person.box[3], name
    check = check_photo(photo, found, "body")
    assert check.usable_for_body, check.problem
    assert not {"blurred", "loose-clothing", "head-cut", "foot-outside"} & {
        remark.code for remark in check.remarks
    }

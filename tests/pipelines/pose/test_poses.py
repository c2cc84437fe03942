"""Every shipped pose: limits, floor, mesh, likeness, names; a sample of them on other bodies. All of them on all
bodies: `python -m tests.pose_check --all`."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.build import STILL_RAD, fingerprint
from pipelines.pose.catalog.all import ENTRIES
from pipelines.pose.catalog.entry import slug_of, write_goals
from pipelines.pose.library import load_library
from pipelines.pose.mirror import mirror_pose
from pipelines.pose.resolve import adapt_pose, place_props
from pipelines.pose.template import PoseTemplate
from pipelines.pose.vocabulary import CATEGORIES
from tests.pose_check import BODIES, NEAREST_CM, check_bodies, find_drift_faults, nearest_pairs
from tests.pose_faults import find_faults, find_made_faults

TEMPLATES = load_library().all()
LOST_EASILY = (
    "hugging-one-knee-standing",
    "floor-sit-one-knee-up",
    "legs-out-leaning-back",
    "tree-pose",
    "sitting-legs-crossed",
)
SAMPLE = ("arms-crossed", "hands-on-hips", "sitting-elbows-on-knees", "plank", "star-jump")


# at least so many of each, and 800 in all
WANTED = {
    "fashion": 140,
    "catalogue": 60,
    "lifestyle": 90,
    "portrait": 60,
    "business": 40,
    "seated": 60,
    "floor": 40,
    "walking": 40,
    "sport": 80,
    "dance": 30,
    "gesture": 50,
    "action": 50,
    "hero": 40,
    "pair": 20,
}
STANDARD_BODIES = ("slim", "heavy", "tall")
ONE_IN = 40  # of all poses, one in so many is tried on each standard body here; --all tries all on all


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.slug)
def test_a_shipped_pose_is_sound(template: PoseTemplate) -> None:
    """Within the joints' ranges, on the floor or as high as it jumps, no part deep inside another or a prop, contacts
    that touch, in balance, the face in its own framing."""
    pose = adapt_pose(template, open_anny(), POSE_BODY)
    assert [*find_faults(template, pose), *find_made_faults(template, pose)] == []


def test_no_two_poses_look_alike() -> None:
    alike = [pair for pair in nearest_pairs(TEMPLATES) if pair[0] < NEAREST_CM]
    assert alike == []


def test_there_are_enough_in_every_category() -> None:
    assert tuple(WANTED) == CATEGORIES
    assert sum(WANTED.values()) == 800
    counts = {category: sum(t.category == category for t in TEMPLATES) for category in CATEGORIES}
    assert {name: number for name, number in counts.items() if number < WANTED[name]} == {}


def test_the_readme_counts_the_poses() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert f"a gallery of {len(TEMPLATES)} poses" in readme


def test_the_reference_poses_are_what_they_say() -> None:
    for slug, drop in (("t-pose", 0.0), ("a-pose", 45.0)):
        body = open_anny().build(POSE_BODY, load_library().find(slug).pose)
        for side, sign in (("L", 1), ("R", -1)):
            arm = body.joint(f"wrist.{side}") - body.joint(f"upperarm01.{side}")
            assert np.degrees(np.arctan2(-arm[1], sign * arm[0])) == pytest.approx(drop, abs=8)
            assert abs(arm[2]) < 0.1


@pytest.mark.parametrize("name", STANDARD_BODIES)
def test_some_of_all_poses_hold_on_a_standard_body(name: str) -> None:
    """Other poses on each body, chosen by their slug."""
    first = STANDARD_BODIES.index(name)
    some = [
        t
        for t in TEMPLATES
        if zlib.crc32(t.slug.encode()) % (len(BODIES) * ONE_IN) in range(first * 8, first * 8 + 8)
    ]
    assert some
    assert check_bodies(some, [name]).faults == ()


def test_a_pose_that_left_the_gallery_finds_its_successor() -> None:
    library = load_library()
    assert library.aliases
    for old, new in library.aliases.items():
        assert library.find(old) == library.find(new)
        assert library.find(old + "-mirrored").slug == new + "-mirrored"
        assert old not in {t.slug for t in TEMPLATES}


def test_names_are_what_a_person_would_say() -> None:
    for template in TEMPLATES:
        assert re.fullmatch(r"[A-Z][A-Za-z',\- ]{2,39}", template.name), template.name
        assert template.slug == slug_of(template.name)
        assert template.category not in template.tags


def test_the_files_are_what_the_catalog_says() -> None:
    """A primitive or an entry that changed without `poses build` shows here."""
    written = {slug_of(entry.name): (entry, write_goals(entry)) for entry in ENTRIES}
    assert {t.slug for t in TEMPLATES} == set(written)
    for template in TEMPLATES:
        entry, goals = written[template.slug]
        assert template.source == fingerprint(goals), template.slug
        assert (template.framing, template.camera_yaw_deg) == (entry.framing, entry.yaw)
        assert template.pose.hands == tuple(goals.hands)


def test_only_declared_jumps_have_a_root() -> None:
    for template in TEMPLATES:
        assert (
            (template.pose.root_m is not None)
            == ("airborne_m" in template.goals)
            == ("jump" in template.tags)
        )
        assert all(
            abs(part) >= STILL_RAD or part == 0
            for v in template.pose.rotations.values()
            for part in [max(v, key=abs)]
        )


@pytest.mark.parametrize("slug", ["hand-on-hip", "long-stride", "leap", "lying-on-the-side-head-on-hand"])
def test_a_mirrored_pose_is_the_mirror_image(slug: str) -> None:
    model = open_anny()
    pose = load_library().find(slug).pose
    plain, mirrored = model.build(POSE_BODY, pose), model.build(POSE_BODY, mirror_pose(pose))
    flipped = plain.joints * np.array([-1, 1, 1])
    swapped = [model.bone_names.index(_other(bone)) for bone in model.bone_names]
    assert np.abs(mirrored.joints[swapped] - flipped).max() < 0.002


def _other(bone: str) -> str:
    return bone[:-1] + {"L": "R", "R": "L"}[bone[-1]] if bone.endswith((".L", ".R")) else bone


@pytest.mark.parametrize("name", list(BODIES))
def test_a_sample_holds_on_another_body_after_re_solving(name: str) -> None:
    templates = [load_library().find(slug) for slug in SAMPLE]
    assert check_bodies(templates, [name]).faults == ()


@pytest.mark.parametrize("name", ["male-heavy", "female-heavy"])
def test_a_pose_stays_itself_on_a_large_body(name: str) -> None:
    """Solving anew for a thick trunk neither straightens a raised knee nor spreads or bends legs."""
    assert check_bodies([load_library().find(slug) for slug in LOST_EASILY], [name]).faults == ()


def test_a_pose_that_is_another_is_found_out() -> None:
    template = load_library().find("hugging-one-knee-standing")
    assert find_drift_faults(template, template.pose, POSE_BODY) == []
    straight = {bone: v for bone, v in template.pose.rotations.items() if bone != "lowerleg01.L"}
    (fault,) = find_drift_faults(template, replace(template.pose, rotations=straight), POSE_BODY)
    assert "knee.L" in fault
    other = load_library().find("hands-on-hips").pose
    assert find_drift_faults(template, other, BODIES["male-heavy"]) != []


@pytest.mark.parametrize("name", ["slim", "heavy", "tall"])
def test_the_instant_answer_stands_on_the_floor_or_jumps(name: str) -> None:
    model = open_anny()
    for slug in ("relaxed-stand", "sitting-arms-crossed", "plank", "leap"):
        template = load_library().find(slug)
        body = model.build(BODIES[name], adapt_pose(template, model, BODIES[name]))
        lowest = float(body.vertices[:, 1].min())
        declared = template.goals.get("airborne_m", 0.0)
        assert lowest == pytest.approx(declared, abs=0.001 if not declared else 0.2 * declared)


@pytest.mark.parametrize("name", ["slim", "heavy", "tall"])
def test_a_block_is_where_the_body_sits(name: str) -> None:
    """The top of the block is within some centimetres of the lowest point of the seat, and under it."""
    model = open_anny()
    template = load_library().find("sitting-arms-crossed")
    body = model.build(BODIES[name], adapt_pose(template, model, BODIES[name]))
    (box,) = place_props(template, model, BODIES[name])
    top = box["center_m"][1] + box["size_m"][1] / 2
    hips = body.joint("root")
    beside = np.abs(body.vertices[:, [0, 2]] - hips[[0, 2]]).max(1) < 0.12
    assert float(body.vertices[beside][:, 1].min()) == pytest.approx(top, abs=0.05)
    assert abs(box["center_m"][2] - hips[2]) < 0.2

"""The pose library: what ships can be found, searched, mirrored and read again; a thousand poses are no burden."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.body.anny import open_anny
from pipelines.errors import UnknownName
from pipelines.pose.library import ALIASES_FILE, HANDS_FILE, PoseLibrary, load_library, read_poses
from pipelines.pose.mirror import mirror_pose, mirror_template
from pipelines.pose.template import PoseBroken, PoseTemplate, template_from_json, template_to_json
from pipelines.pose.vocabulary import CATEGORIES
from pipelines.types import BodyParameters

LIBRARY = load_library()
TEMPLATES = LIBRARY.all()
LOADED_S = 0.3  # a thousand poses; 0.15 is the bar of the benchmark, on a machine that does nothing else


def test_the_default_pose_is_there() -> None:
    template = LIBRARY.find("relaxed-stand")
    assert template.category == "catalogue"
    assert template.pose.root_m is None
    assert "finger2-1.R" in template.pose.rotations  # hand shapes have become rotations
    open_anny().build(BodyParameters(), template.pose)


def test_every_category_has_poses_in_its_order() -> None:
    found = list(dict.fromkeys(template.category for template in TEMPLATES))
    assert found == [category for category in CATEGORIES if category in found]


def test_slugs_and_names_are_unique() -> None:
    assert len({t.slug for t in TEMPLATES}) == len({t.name.casefold() for t in TEMPLATES}) == len(TEMPLATES)
    assert not [t.slug for t in TEMPLATES if t.slug.endswith("-mirrored")]


def test_an_unknown_pose_suggests_close_names() -> None:
    with pytest.raises(UnknownName, match="relaxed-stand"):
        LIBRARY.find("relaxed-stnd")
    with pytest.raises(UnknownName):
        LIBRARY.find("no such thing at all")


def test_search_wants_every_word() -> None:
    hits = LIBRARY.search("hand hip")
    assert any(t.slug == "hand-on-hip" for t in hits)
    assert all("hip" in " ".join((t.name, *t.tags)).casefold() for t in hits)
    assert {t.category for t in LIBRARY.search("", "catalogue")} == {"catalogue"}
    assert LIBRARY.search() == TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.slug)
def test_mirrored_twice_is_the_pose_itself(template) -> None:  # type: ignore[no-untyped-def]
    mirrored = LIBRARY.find(template.slug + "-mirrored")
    assert mirrored != template
    assert mirror_template(mirrored) == template
    assert mirror_pose(mirror_pose(template.pose)) == template.pose


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.slug)
def test_a_template_survives_its_file(template) -> None:  # type: ignore[no-untyped-def]
    stored = json.loads(json.dumps(template_to_json(template)))
    assert template_from_json(stored) == template


@pytest.mark.parametrize(
    "damage",
    [
        {"category": "nonsense"},
        {"framing": "wide"},
        {"rotations": {"root": [1, 2]}},
        {"rotations": {"root": [1, 2, float("nan")]}},
        {"rotations": {"root": [1, 2, 99]}},
        {"hands": ["relaxed"]},
        {"name": ""},
        {"tags": 3},
        {"tags": ["no such tag"]},
        {"mood": "hungry"},
        {"support": "water"},
        {"hand_uses": "free"},
        {"props": ["elephant"]},
        {"held": "sword"},
        {"held": [{"name": "elephant", "place": "L"}]},
        {"held": [{"name": "sword", "place": "tail"}]},
        {"held": [{"name": "sword"}]},
        {"held": [{"name": "sword", "place": "L"}] * 5},
    ],
    ids=str,
)
def test_a_damaged_template_is_refused(damage: dict) -> None:
    with pytest.raises(PoseBroken):
        template_from_json(template_to_json(TEMPLATES[0]) | damage)


def test_a_missing_field_is_refused() -> None:
    stored = template_to_json(TEMPLATES[0])
    del stored["rotations"]
    with pytest.raises(PoseBroken):
        template_from_json(stored)


def test_a_broken_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / HANDS_FILE).write_text('{"hands": {}}')
    (tmp_path / "standing.json").write_text("not json")
    with pytest.raises(PoseBroken, match=r"standing\.json"):
        PoseLibrary(tmp_path).all()


def test_two_poses_of_one_name_are_refused(tmp_path: Path) -> None:
    hands = (LIBRARY.folder / HANDS_FILE).read_text(encoding="utf-8")
    (tmp_path / HANDS_FILE).write_text(hands, encoding="utf-8")
    twice = [template_to_json(TEMPLATES[0]), template_to_json(replace(TEMPLATES[0], slug="another"))]
    (tmp_path / "standing.json").write_text(json.dumps({"poses": twice}))
    with pytest.raises(PoseBroken, match="Two poses"):
        PoseLibrary(tmp_path).all()


def _poses_of(path: Path) -> list[PoseTemplate]:
    """The poses of a file, hands by name, as they are stored."""
    return [] if path.name in (HANDS_FILE, ALIASES_FILE) else read_poses(path)


def test_a_thousand_poses_load_quickly(tmp_path: Path) -> None:
    hands = (LIBRARY.folder / HANDS_FILE).read_text(encoding="utf-8")
    (tmp_path / HANDS_FILE).write_text(hands, encoding="utf-8")
    plain = [template for path in LIBRARY.folder.glob("*.json") for template in _poses_of(path)]
    stored = []
    for number in range(1000):
        template = plain[number % len(plain)]
        stored.append(template_to_json(replace(template, slug=f"pose-{number}", name=f"Pose {number}")))
    (tmp_path / "standing.json").write_text(json.dumps({"poses": stored}))
    seconds = []
    for _ in range(3):
        started = time.process_time()
        library = PoseLibrary(tmp_path)
        assert len(library.all()) == 1000
        seconds.append(time.process_time() - started)
    assert library.find("pose-999-mirrored").name == "Pose 999 (mirrored)"
    assert min(seconds) < LOADED_S

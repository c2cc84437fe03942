"""PoseLibrary: the gallery's poses, read from assets when first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

import orjson

from pipelines.errors import UnknownName
from pipelines.pose.mirror import SUFFIX, mirror_pose, mirror_template
from pipelines.pose.template import PoseBroken, PoseTemplate, template_from_json
from pipelines.pose.vocabulary import CATEGORIES
from pipelines.types import Pose

POSES_FOLDER = Path(__file__).parents[2] / "assets" / "poses"
HANDS_FILE = "hands.json"  # hand shapes, so that a pose keeps two names and not thirty rotations
ALIASES_FILE = "aliases.json"  # slugs of earlier editions -> the pose that took their place
SUGGESTIONS = 3


class PoseLibrary:
    """All poses of a folder: one JSON file a category, plus the hand shapes. Nothing is read before it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> tuple[PoseTemplate, ...]:
        """Every pose, by category and in the order of its file. Raises PoseBroken."""
        return tuple(self._by_slug.values())

    def find(self, slug: str) -> PoseTemplate:
        """The pose of that id; "…-mirrored" is the same pose with left and right exchanged.

        The id of a pose that has left the gallery finds the one that took its place: kept orders name it.
        Raises UnknownName, with the closest names.
        """
        plain = slug.removesuffix(SUFFIX)
        if plain not in self._by_slug:
            plain = self.aliases.get(plain, plain)
        if plain in self._by_slug:
            template = self._by_slug[plain]
            return mirror_template(template) if slug.endswith(SUFFIX) else template
        close = get_close_matches(slug, self._by_slug, SUGGESTIONS)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise UnknownName(f"There is no pose called “{slug}”.{hint}")

    def search(self, text: str = "", category: str | None = None) -> tuple[PoseTemplate, ...]:
        """The poses whose name, tags and category hold every word of the text, in the order of `all`."""
        words = text.casefold().split()
        return tuple(
            template
            for template in self.all()
            if category in (None, template.category) and all(word in _search_text(template) for word in words)
        )

    @cached_property
    def hands(self) -> Mapping[str, Pose]:
        """Hand shape name -> a pose of the left hand's bones alone."""
        return read_hands(self.folder / HANDS_FILE)

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Slugs of earlier editions -> slug. Empty where the folder has no such file."""
        path = self.folder / ALIASES_FILE
        try:
            return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
        except (OSError, ValueError, TypeError) as problem:
            raise PoseBroken(f"The pose file {path.name} cannot be read: {problem}") from problem

    @cached_property
    def _by_slug(self) -> dict[str, PoseTemplate]:
        templates: dict[str, PoseTemplate] = {}
        fingers: dict[tuple[str, str], Mapping[str, tuple[float, float, float]]] = {}
        names: set[str] = set()
        for path in sorted(self.folder.glob("*.json"), key=_category_order):
            if path.name in (HANDS_FILE, ALIASES_FILE):
                continue
            for template in read_poses(path):
                if template.slug in templates or template.name in names:
                    raise PoseBroken(f"Two poses are called “{template.name}” ({template.slug}).")
                names.add(template.name)
                pose = template.pose
                if pose.hands not in fingers:
                    fingers[pose.hands] = _finger_rotations(pose.hands, self.hands)
                full = replace(pose, rotations={**fingers[pose.hands], **pose.rotations})
                templates[template.slug] = replace(template, pose=full)
        return templates


@lru_cache(1)
def load_library() -> PoseLibrary:
    """The library that ships with the studio, one per process."""
    return PoseLibrary(POSES_FOLDER)


def read_poses(path: Path) -> list[PoseTemplate]:
    """The poses of one file, hand shapes by name only. Raises PoseBroken."""
    try:
        stored = orjson.loads(path.read_bytes())
        return [template_from_json(entry) for entry in stored["poses"]]
    except (ValueError, KeyError, TypeError) as problem:
        raise PoseBroken(f"The pose file {path.name} cannot be read: {problem}") from problem


def read_hands(path: Path) -> dict[str, Pose]:
    """Hand shapes from their file: {name: {bone of the left hand: rotation vector}}. Raises PoseBroken."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: Pose(rotations={bone: (float(x), float(y), float(z)) for bone, (x, y, z) in bones.items()})
            for name, bones in stored["hands"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PoseBroken(f"The hand shapes {path.name} cannot be read: {problem}") from problem


def with_hands(pose: Pose, hands: Mapping[str, Pose]) -> Pose:
    """The pose with the finger rotations of its two hand shapes added; rotations of its own come first.

    Raises UnknownName.
    """
    return replace(pose, rotations={**_finger_rotations(pose.hands, hands), **pose.rotations})


def _finger_rotations(
    names: tuple[str, str], hands: Mapping[str, Pose]
) -> Mapping[str, tuple[float, float, float]]:
    """The rotations of all fingers for two hand shapes. Raises UnknownName."""
    for name in names:
        if name not in hands:
            raise UnknownName(f"There is no hand shape called “{name}”. Known: {', '.join(sorted(hands))}.")
    return {**hands[names[0]].rotations, **_right_hand(hands[names[1]].rotations)}


def _right_hand(left: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float, float]]:
    return dict(mirror_pose(Pose(rotations={bone: (v[0], v[1], v[2]) for bone, v in left.items()})).rotations)


def _search_text(template: PoseTemplate) -> str:
    return " ".join((template.name, template.category, *template.tags)).casefold()


def _category_order(path: Path) -> tuple[int, str]:
    return (CATEGORIES.index(path.stem) if path.stem in CATEGORIES else len(CATEGORIES), path.stem)

"""Pose: an entry of the gallery, a person's own, and one that travels inside an order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.appearance import Expression
from pipelines.bounds import ONE_LINE, KeyOf, Several, Text
from pipelines.pose.vocabulary import HAND_USES, TAGS
from pipelines.types import Framing

if TYPE_CHECKING:
    from pipelines.pose.template import PoseTemplate

LONGEST_POSE_NAME = 80
PoseName = Annotated[str, Text(LONGEST_POSE_NAME, least=1, pattern=ONE_LINE)]
PoseTags = Annotated[tuple[Annotated[str, KeyOf(TAGS)], ...], Several(16, each_once=True)]
HandUses = Annotated[tuple[Annotated[str, KeyOf(HAND_USES)], ...], Several(4, each_once=True)]
MOST_GIVEN = 32  # poses inside one order


@dataclass(frozen=True, slots=True)
class PosesByName:
    """A mapping from ids to whole poses (see pipelines.pose.exchange.studio_json), each looked at number by number."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        poses = core_schema.dict_schema(
            core_schema.str_schema(), core_schema.any_schema(), max_length=self.most
        )
        return core_schema.no_info_after_validator_function(_check_poses, poses)


def _check_poses(given: dict[str, Any]) -> dict[str, Any]:
    for slug, stored in given.items():
        if template_of_json(stored).slug != slug:
            raise ValueError("names a pose otherwise than it is called")
    return given


@dataclass(frozen=True, slots=True)
class WholePose:
    """A whole pose (see pipelines.pose.exchange.studio_json), looked at number by number."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        pose = core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
        return core_schema.no_info_after_validator_function(_check_pose, pose)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        from studio.vocabulary.pose_schema import describe_whole_pose

        return describe_whole_pose()


def _check_pose(stored: dict[str, Any]) -> dict[str, Any]:
    template_of_json(stored)
    return stored


def template_of_json(stored: Any) -> PoseTemplate:
    """A pose as it travels. Raises ValueError for one that cannot be read."""
    from pipelines.pose.exchange.found import template_of
    from pipelines.pose.exchange.limits import PoseFileRefused, read_json
    from pipelines.pose.exchange.studio_json import read_studio_json

    try:
        return template_of(read_studio_json(read_json(json.dumps(stored).encode()), ""))
    except PoseFileRefused as refusal:
        raise ValueError(f"cannot be read: {refusal.message}") from refusal
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError("cannot be read as a pose") from error


GivenPoses = Annotated[Mapping[str, Any], PosesByName(MOST_GIVEN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryPose:
    """A pose of the gallery."""

    slug: str
    name: str
    category: str
    tags: tuple[str, ...]
    framing: Framing
    view: str  # which side of the body its own front view shows
    difficulty: str
    gender: str  # whom the pose presents: feminine, masculine, any
    mood: str
    hands: tuple[str, ...]
    symmetry: str
    support: str
    props: tuple[str, ...]
    expression: Expression | None  # its own, else what its tags and its mood show
    thumbnail_url: str  # a public, cached route: "/poses/thumbnails/<slug>.webp"
    back_url: str
    is_own: bool = False  # the person's own, not of the gallery
    is_favourite: bool = False  # the person marked it
    author: str = ""
    licence: str = ""
    pack: str = ""  # what it was imported in

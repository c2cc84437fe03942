"""The pose gallery: what it lists, its pictures as they ship, and the example photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.errors import UnknownName
from pipelines.pose.library import load_library
from pipelines.pose.mirror import SUFFIX
from pipelines.pose.search import describe_pose, filter_poses
from pipelines.pose.template import PoseTemplate
from studio.errors import PoseUnknown
from studio.services.service import Service
from studio.vocabulary.pose import GalleryPose

ASSETS = Path(__file__).parents[2] / "assets"
THUMBNAILS = ASSETS / "poses" / "thumbnails"
EXAMPLE_PHOTO = ASSETS / "examples" / "person.png"


class Poses(Service):
    """The gallery, the same for everybody."""

    def list_all(self) -> Sequence[GalleryPose]:
        """The gallery, in its order."""
        return list_poses()

    def search(self, *, q: str = "", **wanted: str) -> Sequence[GalleryPose]:
        """What a search and all filters let through (see pipelines.pose.search). Raises UnknownName for a filter."""
        found = {template.slug for template in filter_poses(load_library(), q=q, **wanted)}
        return [pose for pose in list_poses() if pose.slug in found]

    def thumbnail(self, slug: str, *, back: bool = False, dark: bool = False) -> bytes:
        """The gallery's picture of a pose, WEBP on a clear ground: the same for every theme. Raises UnknownName."""
        return read_thumbnail(slug, back=back)

    def example_photo(self) -> bytes:
        """A photo to try with: a drawn person, PNG."""
        return read_example_photo()


@cache
def list_poses() -> tuple[GalleryPose, ...]:
    """The gallery, in the library's order."""
    return tuple(
        view_pose(
            template,
            f"/poses/thumbnails/{template.slug}.webp",
            f"/poses/thumbnails/{template.slug}-back.webp",
        )
        for template in load_library().all()
    )


@cache
def list_categories() -> Mapping[str, str]:
    """Which category each pose is of, by every name that an order may call it: mirrored, and those of before."""
    gallery = load_library()
    of = {template.slug: template.category for template in gallery.all()}
    of |= {before: of[slug] for before, slug in gallery.aliases.items() if slug in of}
    return of | {f"{slug}{SUFFIX}": category for slug, category in of.items()}


def view_pose(template: PoseTemplate, thumbnail_url: str, back_url: str, **more: Any) -> GalleryPose:
    """What is shown of a pose."""
    said = {name: _as_tuple(value) for name, value in describe_pose(template).items()}
    return GalleryPose(**said, thumbnail_url=thumbnail_url, back_url=back_url, **more)


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def find_pose(poses: Sequence[GalleryPose], name: str) -> str:
    """The slug of a pose by its slug ("…-mirrored" too) or its name, in capitals or not.

    Raises PoseUnknown, with the nearest.
    """
    known = {said.casefold(): pose.slug for pose in poses for said in (pose.name, pose.slug)}
    asked = name.strip().casefold()
    if asked in known:
        return known[asked]
    if asked in list_categories():  # mirrored, or what a pose was called before
        return asked
    near = list(dict.fromkeys(known[found] for found in get_close_matches(asked, known, n=3)))
    did_you_mean = f" Did you mean {', '.join(near)}?" if near else ""
    raise PoseUnknown(f"There is no pose called “{name}”.{did_you_mean}")


def read_thumbnail(slug: str, *, back: bool) -> bytes:
    """A pose's picture as it ships. Raises UnknownName."""
    load_library().find(slug)
    path = THUMBNAILS / f"{slug}{'-back' if back else ''}.webp"
    if not path.is_file():
        raise UnknownName(f"The pose “{slug}” has no picture. Run: python app.py poses build")
    return path.read_bytes()


def read_example_photo() -> bytes:
    """A drawn person, whole, in front of a plain wall: PNG."""
    return EXAMPLE_PHOTO.read_bytes()

"""The pose gallery: what it lists, its pictures as they ship, and the example photo."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pipelines.errors import UnknownName
from pipelines.pose.library import load_library
from studio.errors import PoseUnknown
from studio.vocabulary.views import PoseView

ASSETS = Path(__file__).parents[2] / "assets"
THUMBNAILS = ASSETS / "poses" / "thumbnails"
EXAMPLE_PHOTO = ASSETS / "examples" / "person.png"


@cache
def list_poses() -> tuple[PoseView, ...]:
    """The gallery, in the library's order."""
    return tuple(
        PoseView(
            slug=template.slug,
            name=template.name,
            category=template.category,
            tags=template.tags,
            framing=template.framing,
            thumbnail_url=f"/poses/thumbnails/{template.slug}.webp",
            back_url=f"/poses/thumbnails/{template.slug}-back.webp",
        )
        for template in load_library().all()
    )


def find_pose(poses: Sequence[PoseView], name: str) -> str:
    """The slug of a pose by its slug or its name, in capitals or not. Raises PoseUnknown, with the nearest."""
    known = {said.casefold(): pose.slug for pose in poses for said in (pose.name, pose.slug)}
    asked = name.strip().casefold()
    if asked in known:
        return known[asked]
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

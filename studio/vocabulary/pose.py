"""Pose: an entry of the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.types import Framing


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
    thumbnail_url: str  # a public, cached route: "/poses/thumbnails/<slug>.webp"
    back_url: str

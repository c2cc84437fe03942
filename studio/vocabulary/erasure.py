"""Erasure: what was deleted for good when a person had everything erased, and what was not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """How many of each went. `left` are sentences about what lies elsewhere."""

    generations: int
    avatars: int
    photos: int
    poses: int
    projects: int
    documents: int  # templates of orders and persona presets
    jobs: int
    left: tuple[str, ...]

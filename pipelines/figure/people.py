"""The bodies that figures are drawn on: the free body, its map, and posed bodies by their numbers."""

from __future__ import annotations

from functools import lru_cache

from pipelines.body.anny import open_anny
from pipelines.figure.body_map import BodyMap, map_body
from pipelines.types import Body, BodyParameters, Pose


@lru_cache(1)
def canonical_map() -> BodyMap:
    """The map of the free body's surface, made once per process."""
    return map_body(open_anny())


def build_body(parameters: BodyParameters, pose: Pose) -> Body:
    """The posed body. Raises UnknownName, PersonaRefused."""
    return open_anny().build(parameters, pose)

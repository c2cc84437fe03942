"""The bodies that figures are drawn on: the free body, its map, and posed bodies by their numbers."""

from __future__ import annotations

from functools import lru_cache

from pipelines.body.model import open_body_model
from pipelines.errors import RequestRefused
from pipelines.figure.body_map import BodyMap, map_body
from pipelines.types import Body, BodyParameters, Pose

FIGURE_BODY_MODEL = "anny"  # the body model whose surface the figure is painted on


@lru_cache(1)
def canonical_map() -> BodyMap:
    """The map of the free body's surface, made once per process."""
    return map_body(open_body_model(FIGURE_BODY_MODEL))


def build_body(parameters: BodyParameters, pose: Pose) -> Body:
    """The posed body. Raises UnknownName, PersonaRefused; RequestRefused for a body of another model."""
    if parameters.model != FIGURE_BODY_MODEL:
        raise RequestRefused(
            "The draft engine draws the free body only. Choose an image model for this body."
        )
    return open_body_model(parameters.model).build(parameters, pose)

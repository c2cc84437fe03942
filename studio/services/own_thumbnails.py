"""The pictures of a person's own poses: drawn when they are asked for, and kept while they are asked for."""

from __future__ import annotations

from functools import lru_cache

from pipelines.pose.template import PoseTemplate
from pipelines.types import View


class DrawnTemplate:
    """A template under the key by which its pictures are kept."""

    def __init__(self, template: PoseTemplate, key: str) -> None:
        self.template, self.key = template, key

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DrawnTemplate) and other.key == self.key


@lru_cache(256)
def draw_once(drawn: DrawnTemplate, back: bool) -> bytes:
    """Its picture from the front or the back, WEBP."""
    from studio.services.thumbnails import draw_thumbnail

    view: View = "back" if back else "designed"
    return draw_thumbnail(drawn.template, view)

"""The use cases, told as numbered stories: one noun a file. Below: what the worker does, by kind of job."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.jobs import Handler
from studio.walks.bodies import measure_photo
from studio.walks.pictures import draw_pictures
from studio.walks.stage import draw_scene

JOB_HANDLERS: Mapping[str, Handler] = MappingProxyType({"body": measure_photo, "generation": draw_pictures})

__all__ = ["JOB_HANDLERS", "draw_scene"]

"""Layers that lie apart for good: a renderer of other programs does not know which cloth is worn over which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipelines.figure.binding import push_out
from pipelines.figure.body_map import BodyMap
from pipelines.figure.export.pieces import is_of_body
from pipelines.figure.mesh import Part
from pipelines.figure.shell import Wearer

GAP_M = 0.004  # between two layers
NEAR_HEM_M = -0.03  # cloth this far outside its hem is moved along, so that the hem is
UNDER_OUTER_M = 0.035  # cloth ends this far under the cloth that is worn over it
UNDER_SEWN_M = 0.012  # and this far under what is sewn onto it
SKIN_UNDER_CLOTH_M = 0.10  # skin goes on this far under cloth: who looks into a sleeve sees an arm
SMOOTH_ROUNDS = 3
CLOTH = "cloth"


def separate_layers(parts: Sequence[Part], wearer: Wearer) -> list[Part]:
    """The parts with outer cloth moved off inner cloth, and what nobody can see of skin and inner cloth cut away."""
    body = wearer.map
    shells = sorted((part for part in parts if _is_shell(part, body)), key=lambda part: part.layer)
    others = [part for part in parts if not _is_shell(part, body)]
    moved: list[Part] = []
    for shell in shells:
        moved.append(_lift(shell, moved, wearer))
    moved = [_end_under(part, moved[number + 1 :], body) for number, part in enumerate(moved)]
    return [*moved, *(_clear(part, moved, wearer) for part in others)]


def _is_shell(part: Part, body: BodyMap) -> bool:
    return part.material.tone == CLOTH and is_of_body(part, body)


def _lift(part: Part, inner: Sequence[Part], wearer: Wearer) -> Part:
    """The shell, at least a gap above each shell beneath it."""
    body, count = wearer.map, len(wearer.vertices)
    push = np.zeros(count, np.float32)
    field = part.pattern.field[:count]
    for other in inner:
        both = (field > NEAR_HEM_M) & (other.pattern.field[:count] > NEAR_HEM_M)
        above = ((part.vertices[:count] - other.vertices[:count]) * part.normals[:count]).sum(1)
        needed = np.where(both, np.clip(GAP_M - above, 0, None), 0)
        push = np.maximum(push, needed.astype(np.float32))
    if not push.any():
        return part
    for _ in range(SMOOTH_ROUNDS):
        push = np.maximum(push, body.smoothing @ push)
    offset = part.normals * part.pattern.inherit(push)[:, None]
    return replace(part, vertices=(part.vertices + offset).astype(np.float32))


def _end_under(part: Part, outer: Sequence[Part], body: BodyMap) -> Part:
    """The shell without what lies deep under another garment, or under what is sewn onto it."""
    count = len(body.canonical)
    clip = part.pattern.clip
    for other in outer:
        is_garment = other.layer == int(other.layer)
        if int(other.layer) > int(part.layer) if is_garment else int(other.layer) == part.layer:
            hidden = part.pattern.inherit(other.pattern.field[:count])
            clip = np.minimum(clip, (UNDER_OUTER_M if is_garment else UNDER_SEWN_M) - hidden)
    return replace(part, pattern=replace(part.pattern, clip=clip.astype(np.float32)))


def _clear(part: Part, shells: Sequence[Part], wearer: Wearer) -> Part:
    """Skin that ends under cloth; cloth with a mesh of its own, off the shells beneath it."""
    if part.material.tone in ("skin", "eye"):
        clip = np.minimum(part.pattern.clip, SKIN_UNDER_CLOTH_M - part.pattern.field)
        return replace(part, pattern=replace(part.pattern, clip=clip.astype(np.float32)))
    inner = [shell for shell in shells if shell.layer < part.layer]
    if part.material.tone != CLOTH or part.name not in HANGING or not inner:
        return part
    bare = np.zeros(len(wearer.vertices), bool)
    return replace(part, vertices=push_out(part.vertices, inner, wearer, bare, GAP_M))


HANGING = ("Skirt",)

"""What an archive says, held to every bound of what may be kept, before anything of it comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from pipelines.errors import PersonaRefused, PipelineError
from pipelines.image.spec import MOST_STEPS
from pipelines.options import SIDE_PX
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.persona import check_persona
from pipelines.types import GenerationRequest, Persona
from studio.errors import ArchiveRefused
from studio.vocabulary.archive import ArchivedAvatar, ArchivedGeneration, ArchivedOrigin, ArchivedVersion
from studio.vocabulary.avatar import AvatarOrigin, AvatarVersion, MeasuredBody
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.order import GenerationOrder, read_order

LARGEST_SIDE_PX = 4 * SIDE_PX[1]  # of a request in hd


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAvatar:
    """An avatar of the archive that fits."""

    said: ArchivedAvatar
    persona: Persona
    body: MeasuredBody | None
    origin: AvatarOrigin
    versions: tuple[AvatarVersion, ...]


def check_generation(said: ArchivedGeneration) -> GenerationOrder:
    """The order of a generation that may come in. Raises ArchiveRefused, PersonaRefused under 18."""
    if said.created_at.tzinfo is None or len({one.position for one in said.pictures}) < len(said.pictures):
        raise ArchiveRefused("The recipe of this archive does not fit: a generation in it cannot be.")
    try:
        order = read_order(said.order)
        check_persona(order.persona)
        refuse_minors(said.prompt, *order.prompts)
    except PersonaRefused:
        raise
    except PipelineError as error:
        raise ArchiveRefused(f"“{said.title}” in this archive does not fit: {error.message}") from error
    return order


def check_avatar(said: ArchivedAvatar) -> CheckedAvatar:
    """An avatar that may come in. Raises ArchiveRefused, PersonaRefused under 18."""
    try:
        persona, body = _check_person(said.persona, said.body)
        origin = from_json(AvatarOrigin, to_json(said.origin or ArchivedOrigin()))
        refuse_minors(origin.prompt)
        versions = [_check_version(one) for one in said.versions]
    except PersonaRefused:
        raise
    except PipelineError as error:
        raise ArchiveRefused(
            f"The avatar “{said.name}” of this archive does not fit: {error.message}"
        ) from error
    numbers = [one.number for one in versions]
    if numbers != sorted(set(numbers)):
        raise ArchiveRefused(
            f"The avatar “{said.name}” of this archive does not fit: its versions cannot be."
        )
    return CheckedAvatar(said=said, persona=persona, body=body, origin=origin, versions=tuple(versions))


def _check_person(
    persona: Mapping[str, Any], body: Mapping[str, Any] | None
) -> tuple[Persona, MeasuredBody | None]:
    """Who an avatar is, or was. Raises RequestRefused, PersonaRefused under 18."""
    checked = from_json(Persona, persona)
    check_persona(checked)
    return checked, from_json(MeasuredBody, body) if body is not None else None


def _check_version(said: ArchivedVersion) -> AvatarVersion:
    """What an avatar was. Its meshes were files of another studio. Raises RequestRefused, PersonaRefused under 18."""
    persona, body = _check_person(said.persona, said.body)
    return AvatarVersion(
        number=said.number,
        name=said.name,
        persona=persona,
        body=replace(body, glb_id=None, obj_id=None) if body else None,
        kept_at=said.kept_at if said.kept_at.tzinfo else said.kept_at.replace(tzinfo=UTC),
    )


def check_requests(order: GenerationOrder, stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The exact requests, where they are of this order and could be sent; else none: they are planned anew when it is
    made again."""
    try:
        requests = [from_json(GenerationRequest, one) for one in stored]
    except PipelineError:
        return []
    of_order = all(
        (one.engine, one.preset) == (order.engine, order.preset)
        and max(one.width, one.height) <= LARGEST_SIDE_PX
        and min(one.width, one.height) > 0
        and 0 < one.steps <= MOST_STEPS
        for one in requests
    )
    return [to_json(one) for one in requests] if of_order and len(requests) == order.pictures else []

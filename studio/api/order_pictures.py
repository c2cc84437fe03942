"""Pictures that come inside an order, as base64, and what the order says with them."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Sequence

from pipelines.image.presets import PresetShelf
from pipelines.types import Persona
from studio.api.errors import RequestInvalid
from studio.api.schemas import GenerationOrderIn, ReferenceImage, ReferencePhoto, decode_picture
from studio.personal_studio import PersonalStudio
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.photo import PhotoRole

IsWanted = Callable[[], bool]


def read_image(text: str, field: str = "image") -> bytes:
    """The bytes of a picture in JSON. Raises RequestInvalid, naming its field."""
    try:
        return decode_picture(text)
    except binascii.Error as error:
        raise RequestInvalid(f"“{field}” cannot be read: its base64 is broken.") from error


def name_references(
    references: Sequence[ReferencePhoto | ReferenceImage], keep: Callable[[bytes, PhotoRole], str]
) -> tuple[OrderReference, ...]:
    """The references of an order, each by its photo. Raises RequestInvalid, PhotoRefused."""
    return tuple(
        OrderReference(
            role=one.role,
            photo_id=one.photo_id
            if isinstance(one, ReferencePhoto)
            else keep(read_image(one.image, f"references[{number}].image"), one.role),
        )
        for number, one in enumerate(references)
    )


def read_sent_order(
    presets: PresetShelf,
    mine: PersonalStudio,
    order: GenerationOrderIn,
    keep: Callable[[bytes, PhotoRole], str],
    is_wanted: IsWanted,
) -> GenerationOrder:
    """The order of the vocabulary: with the avatar's persona, the poses of pictures and photos, its references kept,
    and the rest of its template. Raises what these raise."""
    persona = Persona()
    if order.persona is not None:
        persona = order.persona
    elif order.avatar_id is not None:
        persona = mine.avatars.get(order.avatar_id).persona
    picture = None if order.pose_image is None else read_image(order.pose_image, "pose_image")
    given = mine.poses.give_once(order.pose or "", order.pose_photo_id, picture, is_wanted=is_wanted)
    references = name_references(order.references, keep)
    wanted = order.to_order(persona, mine.poses.find_slug, presets, given, references)
    if order.template_id is None:
        return wanted
    return mine.templates.fill(order.template_id, wanted, order.said)

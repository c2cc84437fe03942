"""The small picture of an avatar, 300 × 300: drawn from the persona, or cut out of its photo or picture.

The app asks the worker for it over the channel; nothing is drawn in the app's own process while a worker is there.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

from pipelines.errors import PipelineError
from pipelines.image.provenance import sign_picture
from pipelines.types import BodyParameters, Persona
from store.errors import StoreError
from store.rows import AvatarRow, PhotoRow
from store.store import Store
from studio.errors import DraftUnavailable
from studio.vocabulary.codec import from_json
from studio.worker.channel import ChannelClient
from studio.worker.frames import Reply
from studio.worker.scenes import make_scene

PORTRAIT_PX = 300
PORTRAIT_TYPE = "image/webp"
PORTRAIT_TIMEOUT_S = 6.0  # a worker that is busy for longer draws it at its next cleaning
DRAWN_BY_RULES = "algorithmicMedia"
POSE = "relaxed-stand"
AT_ONE_CLEANING = 200
HEADROOM = 2.6  # the side of the cut over that of the face's box
WEBP_QUALITY = 88

log = logging.getLogger(__name__)


def draw_portrait(persona: Persona, body: BodyParameters | None) -> bytes:
    """The persona's head and shoulders, WEBP."""
    from pipelines.image.draft import draw_preview

    scene = make_scene(
        persona, body=body, pose=POSE, view="front", framing="portrait", finish="coloured", backdrop="paper"
    )
    picture = draw_preview(scene, PORTRAIT_PX, PORTRAIT_PX)
    return sign_picture(picture, DRAWN_BY_RULES, file_format="WEBP")


def cut_portrait(
    data: bytes, face: tuple[float, float, float, float] | None, source_type: str | None
) -> bytes:
    """A square out of a kept picture, WEBP: around the face's box (x, y, width, height in pixels), else from the top.

    `source_type` is how the picture was made, for the mark; None for a photo. Only for bytes that the studio wrote.
    """
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    if face is not None:
        picture = picture.crop(_around(face, picture.size))
    small = ImageOps.fit(picture, (PORTRAIT_PX, PORTRAIT_PX), Image.Resampling.LANCZOS, centering=(0.5, 0.1))
    if source_type is not None:
        return sign_picture(small, source_type, file_format="WEBP")
    out = io.BytesIO()
    small.save(out, "WEBP", quality=WEBP_QUALITY)
    return out.getvalue()


def _around(face: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """A square around a face that lies inside the picture."""
    x, y, width, height = face
    side = min(HEADROOM * max(width, height), *size)
    left = min(max(x + width / 2 - side / 2, 0), size[0] - side)
    top = min(max(y + height / 2 - side / 2, 0), size[1] - side)
    return round(left), round(top), round(left + side), round(top + side)


def face_of_photo(photo: PhotoRow) -> tuple[float, float, float, float] | None:
    """The box of the face in a kept photo: of the person who is measured, else of the first that was seen."""
    seen = photo.look.get("landmarks") or {}
    person = seen.get("person") or {}
    faces = [face for face in (person.get("face"), *seen.get("faces", ())) if face]
    return tuple(faces[0]["box"]) if faces else None


def answer_portrait(arguments: Mapping[str, Any], body: bytes) -> Reply:
    """The worker's side: a cut out of `body` where there are bytes, else a drawing."""
    if body:
        face = arguments.get("face")
        return Reply(body=cut_portrait(body, tuple(face) if face else None, arguments.get("source_type")))
    shape = arguments.get("body")
    return Reply(
        body=draw_portrait(
            from_json(Persona, arguments["persona"]), from_json(BodyParameters, shape) if shape else None
        )
    )


def ask_portrait(
    channel: ChannelClient | None, arguments: Mapping[str, Any], body: bytes = b""
) -> bytes | None:
    """The small picture, made by the worker; made here where there is none by design (the command line); None where
    the worker is not there or too busy: it is made at the next cleaning."""
    if channel is None:
        return answer_portrait(arguments, body).body
    try:
        answer = channel.call("portrait", arguments, body, timeout=PORTRAIT_TIMEOUT_S)
    except DraftUnavailable as error:
        log.info("an avatar goes without its small picture for now: %s", error.message)
        return None
    return None if answer is None else answer.body


def make_portrait(store: Store, channel: ChannelClient | None, row: AvatarRow) -> bytes | None:
    """The small picture of an avatar: of its base picture, else of its photo, else of the persona; None where the
    worker is too busy for it.

    Raises RowMissing for a photo that is in the trash, FileDamaged, RequestRefused for what this version cannot read.
    """
    base_id = row.origin.get("base_id")
    if base_id is not None:
        data = store.files.read(row.owner, base_id)
        return ask_portrait(channel, {"source_type": row.origin["source_type"]}, data)
    if row.photo_id is not None:
        photo = store.photos.get(row.owner, row.photo_id)
        data = store.files.read(row.owner, photo.file_id)
        return ask_portrait(channel, {"face": face_of_photo(photo)}, data)
    return ask_portrait(channel, {"persona": row.persona, "body": (row.body or {}).get("parameters")})


def draw_missing_portraits(store: Store) -> int:
    """Draw those of avatars that have none, from before there were any or left by a busy worker; how many."""
    drawn = 0
    for row in store.avatars.find_faceless(AT_ONE_CLEANING):
        try:
            portrait = make_portrait(store, None, row)
            if portrait is not None:
                keep_portrait(store, row.owner, row.id, portrait)
                drawn += 1
        except (PipelineError, StoreError) as error:
            log.warning("the small picture of avatar %s cannot be drawn: %s", row.id, error)
    return drawn


def keep_portrait(store: Store, owner: str, avatar_id: str, portrait: bytes) -> None:
    """Give an avatar its small picture."""
    blob = store.files.put(portrait)
    with store.begin() as transaction:
        file, _ = store.files.register(transaction, owner, blob, PORTRAIT_TYPE)
        store.avatars.update(transaction, owner, avatar_id, thumbnail_id=file.id)

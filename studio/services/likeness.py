"""Pictures of a person to be looked at: chosen of an avatar's own where an order asks for some, and named in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.errors import PipelineError, RequestRefused
from pipelines.image.capabilities import narrow_info, suggest_controls
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from store.errors import RowMissing
from store.search import Search
from store.store import Store
from studio.vocabulary.avatar import OwnPicture
from studio.vocabulary.order import GenerationOrder, read_order

FACING = ("front", "quarter")  # views that show the face
LOOKED_THROUGH = 60  # the avatar's latest generations
MOST_OFFERED = 12  # pictures that a person chooses among
NO_AVATAR = "Choose a kept avatar: only that has pictures of its own to look at."
NO_PICTURE = (
    "This avatar has no picture yet that a model could look at: no photo, and none that a model drew from the front. "
    "Make one first, or turn “its own pictures” off."
)


def name_own_pictures(
    store: Store, presets: PresetShelf, owner: str, order: GenerationOrder
) -> GenerationOrder:
    """The order with as many of its avatar's own pictures as it asks for, by their files: made again it looks at the
    same. Not more than the engine has room for. Raises NotFound for the avatar, UnknownName, RequestRefused where there
    is none."""
    if not order.avatar_pictures:
        return order
    if order.avatar_id is None:
        raise RequestRefused(NO_AVATAR)
    own = [one.file_id for one in list_own_pictures(store, owner, order.avatar_id)]
    found = [one for one in own if one not in order.person_pictures]
    if not found and not order.person_pictures:
        raise RequestRefused(NO_PICTURE)
    chosen = found[: min(order.avatar_pictures, _room(presets, order))]
    return replace(order, avatar_pictures=0, person_pictures=(*order.person_pictures, *chosen))


def list_own_pictures(store: Store, owner: str, avatar_id: str) -> list[OwnPicture]:
    """An avatar's pictures: its base picture, its photo, then the latest that a model drew of it and that
    face the camera. Raises RowMissing."""
    avatar = store.avatars.get(owner, avatar_id)
    photos = store.photos.find_files(owner, [avatar.photo_id] if avatar.photo_id else [])
    base = (avatar.origin or {}).get("base_id")
    found = [
        *([OwnPicture(file_id=base, label="Its base picture")] if base else []),
        *(OwnPicture(file_id=file_id, label="Its photo") for file_id in photos.values()),
        *_drawn(store, owner, avatar_id),
    ]
    first_of = {one.file_id: one for one in reversed(found)}
    seen = [first_of[file_id] for file_id in dict.fromkeys(one.file_id for one in found)]
    return [one for one in seen if _is_there(store, owner, one.file_id)][:MOST_OFFERED]


def _drawn(store: Store, owner: str, avatar_id: str) -> Iterator[OwnPicture]:
    wanted = Search(facets={"avatar": avatar_id, "state": "succeeded"})
    for entry in store.generations.search_page(owner, wanted, None, LOOKED_THROUGH).entries:
        try:
            drawn = engine_class(read_order(entry.generation.order).engine).info.pose == "draws"
        except PipelineError:  # of another version
            continue
        if not drawn:
            facing = (picture for picture in entry.pictures if picture.view in FACING)
            yield from (
                OwnPicture(file_id=one.file_id, label=f"{one.alt}, seed {one.seed}") for one in facing
            )


def _is_there(store: Store, owner: str, file_id: str) -> bool:
    """Whether it is the person's own: what others share is theirs."""
    try:
        return store.files.get(owner, file_id).owner == owner
    except RowMissing:
        return False


def _room(presets: PresetShelf, order: GenerationOrder) -> int:
    """How many pictures more the engine looks at, and one at least: the engine says itself that it looks at none."""
    preset = presets.find(order.preset)
    info = narrow_info(engine_class(order.engine).info, preset)
    given = len(order.references) + len(order.person_pictures)
    controls = len(suggest_controls(info, preset) if order.controls is None else order.controls)
    room = info.max_references - given
    if info.max_pictures:
        room = min(room, info.max_pictures - given - controls)
    return max(1, room)

"""What is kept of a body beside its numbers: its meshes, and a name for who has none."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.body.anny import open_anny
from pipelines.body.export import MESH_MEDIA_TYPES, to_glb, to_obj
from pipelines.types import BodyParameters
from store.database import Transaction
from store.objects import Blob
from store.store import Store


def write_meshes(store: Store, parameters: BodyParameters) -> Mapping[str, Blob]:
    """A body's meshes at rest as files on the disk, by kind; rows come later."""
    model = open_anny()
    built = model.build(parameters)
    return {
        "glb": store.files.put(to_glb(built, model)),
        "obj": store.files.put(to_obj(built, model)),
    }


def hold_meshes(
    store: Store, transaction: Transaction, owner: str, blobs: Mapping[str, Blob]
) -> dict[str, str]:
    """The owner's rows of written meshes: kind → file id."""
    return {
        kind: store.files.register(transaction, owner, blob, MESH_MEDIA_TYPES[kind])[0].id
        for kind, blob in blobs.items()
    }


def next_name(store: Store, owner: str) -> str:
    """A name for a person whom nobody has named yet: "Avatar 3" after two."""
    return f"Avatar {len(store.avatars.list_recent(owner)) + 1}"

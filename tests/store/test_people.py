"""Photos and avatars: kept, found again, changed, deleted and brought back, with the files that they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import RowMissing
from store.store import Store


def test_a_photo_is_kept_with_what_was_found_in_it(store: Store, things) -> None:
    photo = things.photo(b"one")
    other = things.photo(b"two")
    assert store.photos.get("you", photo.id) == photo
    assert (photo.width, photo.height, photo.look) == (600, 900, {"people": 1, "remarks": []})
    assert {row.id for row in store.photos.list_recent("you")} == {photo.id, other.id}
    assert store.photos.find("you", photo.sha256) == photo
    assert store.photos.find("you", "unknown") is None
    with store.begin() as transaction:
        assert store.photos.update(transaction, "you", photo.id, look={"people": 2}).look == {"people": 2}
    assert store.photos.get("you", other.id).look == {"people": 1, "remarks": []}


def test_a_photo_needs_files_of_its_owner(store: Store, things) -> None:
    with store.begin() as transaction:
        theirs = things.file(transaction, b"theirs", "somebody")

    def add_with_theirs() -> None:
        with store.begin() as transaction:
            values = {"file_id": things.file(transaction, b"mine"), "thumbnail_id": theirs, "sha256": "x"}
            store.photos.add(transaction, "you", **values, width=1, height=1, look={})

    with pytest.raises(RowMissing):
        add_with_theirs()
    assert store.photos.list_recent("you") == []
    assert store.files.find("you", store.files.put(b"mine").sha256) is None, (
        "the whole transaction was undone"
    )


def test_a_deleted_photo_comes_back_with_its_files_until_it_is_purged(store: Store, things, clock) -> None:
    photo = things.photo()
    avatar = things.avatar(photo_id=photo.id)
    with store.begin() as transaction:
        store.photos.delete(transaction, "you", photo.id)
    assert store.photos.list_recent("you") == []
    assert store.photos.find("you", photo.sha256) is None
    with pytest.raises(RowMissing):
        store.photos.get("you", photo.id)
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.photos.update(transaction, "you", photo.id, look={})
    with store.begin() as transaction:
        store.photos.restore(transaction, "you", photo.id)
    assert store.files.read("you", photo.file_id) == b"photo"
    with store.begin() as transaction:
        store.photos.delete(transaction, "you", photo.id)
    clock.pass_seconds(86400)
    assert store.photos.purge(clock.now - timedelta(days=2)) == 0
    assert store.photos.purge(clock.now - timedelta(hours=1)) == 1
    assert store.avatars.get("you", avatar.id).photo_id is None
    assert store.files.count_uses("you", photo.file_id) == 0


def test_an_avatar_holds_its_thumbnail_and_its_meshes(store: Store, things, clock) -> None:
    avatar = things.avatar()
    assert avatar.body is not None
    assert store.files.count_uses("you", avatar.thumbnail_id) == 1
    assert store.files.count_uses("you", avatar.body["glb_id"]) == 1
    clock.pass_seconds(60)
    with store.begin() as transaction:
        mesh = things.file(transaction, b"a better mesh")
        body = {"glb_id": mesh}
        changed = store.avatars.update(
            transaction, "you", avatar.id, name="Eve", body=body, files={"glb": mesh}
        )
    assert (changed.name, changed.body, changed.persona) == ("Eve", body, avatar.persona)
    assert changed.updated_at - avatar.updated_at == timedelta(seconds=60)
    assert store.files.count_uses("you", avatar.body["glb_id"]) == 0
    assert store.files.count_uses("you", mesh) == 1
    assert store.files.count_uses("you", avatar.thumbnail_id) == 1


def test_avatars_are_listed_deleted_restored_and_purged(store: Store, things, clock) -> None:
    ada, eve = things.avatar(name="Ada"), things.avatar(name="Eve")
    generation = things.finished(avatar_id=ada.id)
    assert {row.id for row in store.avatars.list_recent("you")} == {ada.id, eve.id}
    with store.begin() as transaction:
        store.avatars.delete(transaction, "you", ada.id)
    assert [row.id for row in store.avatars.list_recent("you")] == [eve.id]
    with store.begin() as transaction:
        assert store.avatars.restore(transaction, "you", ada.id) == ada
        store.avatars.delete(transaction, "you", ada.id)
    clock.pass_seconds(60)
    assert store.avatars.purge(clock.now) == 1
    assert store.generations.get("you", generation.id).generation.avatar_id is None
    assert store.files.count_uses("you", ada.thumbnail_id) == 0


def test_an_avatar_may_have_neither_body_nor_photo(store: Store) -> None:
    with store.begin() as transaction:
        avatar = store.avatars.add(transaction, "you", name="Words", persona={"name": "Words"})
    assert (avatar.body, avatar.photo_id, avatar.thumbnail_id) == (None, None, None)


def test_nothing_of_somebody_elses_can_be_joined_to_mine(store: Store, things) -> None:
    photo, avatar = things.photo(owner="somebody"), things.avatar(owner="somebody")
    with pytest.raises(RowMissing):
        things.avatar(photo_id=photo.id)
    with pytest.raises(RowMissing):
        things.generation(avatar_id=avatar.id)
    mine = things.avatar(name="Mine")
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.avatars.update(transaction, "you", mine.id, thumbnail_id=avatar.thumbnail_id)

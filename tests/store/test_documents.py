"""Documents and versions of avatars: kept, changed, deleted and brought back, and rebuilt from manifests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.adopt import adopt_files
from store.errors import RowMissing
from store.rows import DocumentRow
from store.store import Store, open_again
from store.trash import count_trash, empty_trash
from tests.store.conftest import Clock


def keep(store: Store, name: str = "Heroes", owner: str = "you") -> DocumentRow:
    with store.begin() as transaction:
        return store.documents.add(transaction, owner, kind="template", name=name, content={"seed": 7})


def test_a_document_is_of_one_kind_and_one_owner(store: Store) -> None:
    mine, theirs = keep(store), keep(store, owner="other")
    assert store.documents.list_recent("you", "template") == [mine]
    assert store.documents.list_recent("you", "persona") == []
    for owner, document_id, kind in (("you", theirs.id, "template"), ("you", mine.id, "persona")):
        with pytest.raises(RowMissing):
            store.documents.get(owner, document_id, kind=kind)


def test_it_is_changed_deleted_brought_back_and_purged(store: Store, clock: Clock) -> None:
    row = keep(store)
    clock.pass_seconds(9)
    with store.begin() as transaction:
        changed = store.documents.update(transaction, "you", row.id, name="Villains")
        assert (changed.name, changed.content, changed.updated_at) == ("Villains", {"seed": 7}, clock.now)
        store.documents.delete(transaction, "you", row.id)
    assert count_trash(store, "you")["document"] == 1
    with store.begin() as transaction:
        assert store.documents.restore(transaction, "you", row.id).name == "Villains"
        store.documents.delete(transaction, "you", row.id)
    assert store.documents.purge(clock.now - timedelta(seconds=1)) == 0
    assert empty_trash(store, "you") == 1
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.documents.restore(transaction, "you", row.id)


def test_both_are_rebuilt_from_the_files(store: Store, things) -> None:
    row, avatar = keep(store), things.avatar()
    before = [{"number": 1, "name": "Ida"}]
    with store.begin() as transaction:
        store.avatars.update(transaction, "you", avatar.id, versions=before, origin={"source": "text"})
    store.close()
    (store.folder / "studio.sqlite3").unlink()
    again = open_again(store.folder, adopt=True)
    assert adopt_files(again)["document"] == 1
    assert again.documents.get("you", row.id) == row
    assert again.avatars.versions("you", avatar.id) == before
    assert again.avatars.get("you", avatar.id).origin == {"source": "text"}
    again.close()

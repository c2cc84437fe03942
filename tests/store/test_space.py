"""Space: what takes how much, the trash emptied for good, and all of that on a disk that is really full."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import RowMissing, StorageFull
from store.fsck import find_problems
from store.reserve import RESERVE_BYTES, Reserve
from store.store import Store
from store.trash import BATCH, count_trash, empty_trash
from store.usage import measure_folder, measure_kept

ROOT = Path(__file__).parents[2]
CAN_MOUNT = sys.platform == "linux" and (
    shutil.which("unshare") is not None
    and subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    ).returncode
    == 0
)
ON_A_FULL_DISK = """
import sys, os
from pathlib import Path
from store.errors import StorageFull
from store.store import open_store
from store.fsck import find_problems
from store.reserve import RESERVE_BYTES
import store.reserve
store.reserve.ROOM_BYTES = RESERVE_BYTES + 1_000_000
from store.trash import empty_trash
from tests.store.conftest import Things
folder = Path("/mnt/data")
kept = open_store(folder)
assert kept.reserve.keep()
things = Things(kept)
mine = [things.finished() for _ in range(8)]
photo = things.photo(os.urandom(100_000))
with kept.begin() as transaction:
    kept.photos.delete(transaction, "you", photo.id)
with open("/mnt/filler", "wb", buffering=0) as filler:
    try:
        while filler.write(bytes(4096)):
            pass
    except OSError:
        pass
try:
    things.finished()
except StorageFull:
    print("full")
def delete():
    with kept.begin() as transaction:
        kept.generations.delete(transaction, "you", mine[0].id)
try:
    delete()
    print("deleted without")
except StorageFull:
    kept.reserve.spend_on(delete)
    print("deleted with")
print(empty_trash(kept, "you"), kept.reserve.path.exists())
kept.close()
again = open_store(folder)
print(len(again.generations.list_page("you").entries), [one.kind for one in find_problems(again)])
Things(again).finished()
again.close()
"""


def test_each_byte_is_counted_once_and_for_what_is_shown_of_it(store: Store, things) -> None:
    photo = things.photo(b"p" * 100)
    things.avatar(photo_id=photo.id)
    first, second = things.finished(), things.finished(pictures=1)
    things.finished(owner="somebody")
    amounts = measure_kept(store, "you")
    assert {name: one.files for name, one in amounts.items()} == {
        "pictures": 6,
        "photos": 2,
        "meshes": 2,
        "trash": 0,
        "unheld": 0,
    }
    assert amounts["photos"].bytes == 100 + len(b"small ") + 100
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", second.id)
    assert measure_kept(store, "you")["trash"].files == 2
    assert measure_kept(store, "you")["pictures"].files == 4
    assert measure_folder(store.objects.folder).files > 12
    assert count_trash(store, "you") == {
        "generation": 1,
        "avatar": 0,
        "photo": 0,
        "pose": 0,
        "project": 0,
        "document": 0,
    }
    assert store.generations.get("you", first.id)


def test_the_trash_is_emptied_for_good_and_nothing_else(store: Store, things) -> None:
    kept = things.finished()
    mine = [things.finished(pictures=1) for _ in range(BATCH + 2)]
    theirs, open_one = things.finished(owner="somebody"), things.generation()
    photo, avatar = things.photo(), things.avatar()
    with store.begin() as transaction:
        for one in (*mine, open_one):
            store.generations.delete(transaction, "you", one.id)
        store.generations.delete(transaction, "somebody", theirs.id)
        store.photos.delete(transaction, "you", photo.id)
        store.avatars.delete(transaction, "you", avatar.id)
    assert empty_trash(store, "you") == BATCH + 4
    assert count_trash(store, "you") == {
        "generation": 1,
        "avatar": 0,
        "photo": 0,
        "pose": 0,
        "project": 0,
        "document": 0,
    }, "one is in work"
    assert measure_kept(store, "you")["trash"].files == 0
    with store.begin() as transaction:
        assert store.generations.restore(transaction, "somebody", theirs.id)
        with pytest.raises(RowMissing):
            store.generations.restore(transaction, "you", mine[0].id)
    assert store.generations.get("you", kept.id)
    assert find_problems(store) == []
    assert empty_trash(store, "you") == 0


def test_the_reserve_is_given_up_once_and_taken_again(tmp_path: Path) -> None:
    reserve, tried = Reserve(tmp_path), []

    def delete() -> str:
        tried.append(reserve.path.exists())
        if reserve.path.exists() or len(tried) > 2:
            raise StorageFull
        return "deleted"

    assert reserve.keep()
    assert reserve.path.stat().st_size == RESERVE_BYTES
    assert reserve.spend_on(delete) == "deleted"
    assert tried == [True, False]
    assert reserve.path.exists()
    with pytest.raises(StorageFull):
        reserve.spend_on(delete)
    reserve.give_up()
    with pytest.raises(StorageFull):
        reserve.spend_on(delete)


@pytest.mark.skipif(not CAN_MOUNT, reason="no disk of its own can be mounted here")
def test_deleting_works_on_a_full_disk() -> None:
    script = f'mount -t tmpfs -o size=14m tmpfs /mnt && exec "{sys.executable}" -W ignore -'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        input=ON_A_FULL_DISK,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines() == ["full", "deleted with", "2 True", "7 []"]

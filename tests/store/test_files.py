"""Files: the same bytes are one file, torn ones are mended, held ones stay, the collector takes the rest in time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import FileDamaged, FileVanished, RowMissing, StorageFull
from store.faults import FAULT_POINTS, install_fault_hook
from store.objects import ObjectStore
from store.objects_folder import TEMP_SUFFIX
from store.store import Store

DATA = b"some bytes " * 1000
GRACE = timedelta(hours=1)


class PowerCut(BaseException):
    """The process ends here."""


@pytest.fixture
def cut_power_at() -> Iterator:
    def install(point: str) -> None:
        assert point in FAULT_POINTS

        def hook(name: str) -> None:
            if name == point:
                raise PowerCut

        install_fault_hook(hook)

    yield install
    install_fault_hook(None)


def age(store: Store, path: Path, seconds: float) -> None:
    """Make a file that much older than the store's now."""
    then = store.clock().timestamp() - seconds
    os.utime(path, (then, then))


def objects_in(store: Store) -> list[Path]:
    return list(store.objects.walk())


def register(store: Store, data: bytes = DATA, owner: str = "you") -> tuple[str, bool]:
    blob = store.files.put(data)
    with store.begin() as transaction:
        row, is_duplicate = store.files.register(transaction, owner, blob, "image/png")
    return row.id, is_duplicate


def test_bytes_lie_under_their_hash(store: Store) -> None:
    blob = store.files.put(DATA)
    assert (blob.sha256, blob.size) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    [path] = objects_in(store)
    assert path == store.folder / "objects" / blob.sha256[:2] / blob.sha256
    assert path.read_bytes() == DATA
    if os.name == "posix":
        assert store.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("data", [b"", b"x", DATA])
def test_any_bytes_come_back(store: Store, data: bytes) -> None:
    file_id, is_duplicate = register(store, data)
    assert not is_duplicate
    assert store.files.read("you", file_id) == data
    assert store.files.get("you", file_id).size == len(data)


def test_the_same_bytes_are_not_written_again(store: Store) -> None:
    store.files.put(DATA)
    [path] = objects_in(store)
    number = path.stat().st_ino
    store.files.put(DATA)
    assert path.stat().st_ino == number


@pytest.mark.parametrize("torn", [b"", DATA[:100], DATA[:-1] + b"?"])
def test_a_torn_file_is_replaced_never_written_in_place(store: Store, torn: bytes) -> None:
    store.files.put(DATA)
    [path] = objects_in(store)
    path.write_bytes(torn)
    with path.open("rb") as reader:
        store.files.put(DATA)
        assert reader.read() == torn
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("point", [name for name in FAULT_POINTS if name.startswith("put.")])
def test_a_cut_while_writing_leaves_all_or_nothing(store: Store, point: str, cut_power_at) -> None:
    cut_power_at(point)
    with pytest.raises(PowerCut):
        store.files.put(DATA)
    install_fault_hook(None)
    whole = [path for path in objects_in(store) if not path.name.endswith(TEMP_SUFFIX)]
    assert [path.read_bytes() for path in whole] in ([], [DATA])
    store.files.put(DATA)
    for path in objects_in(store):
        age(store, path, 7200)
    store.files.collect_garbage(GRACE)
    assert objects_in(store) == []


def test_a_full_disk_is_named_and_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        store.files.put(DATA)
    monkeypatch.undo()
    assert objects_in(store) == []


def test_the_same_bytes_of_one_owner_are_one_file(store: Store) -> None:
    first, _ = register(store)
    assert register(store) == (first, True)
    other, is_duplicate = register(store, owner="somebody")
    assert (other != first, is_duplicate) == (True, False)
    found = store.files.find("you", hashlib.sha256(DATA).hexdigest())
    assert found is not None
    assert found.id == first
    assert store.files.find("nobody", hashlib.sha256(DATA).hexdigest()) is None


def test_a_held_file_is_deleted_when_the_last_holder_lets_go(store: Store) -> None:
    file_id, _ = register(store)
    with store.begin() as transaction:
        for holder in ("a", "b"):
            store.files.use(transaction, "you", "photo", holder, {"image": file_id})
            store.files.use(transaction, "you", "photo", holder, {"image": file_id})
        assert store.files.count_uses("you", file_id, transaction=transaction) == 2
        assert store.files.delete(transaction, "you", file_id) is False
    with pytest.raises(RowMissing):
        store.files.get("you", file_id)
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.files.use(transaction, "you", "photo", "c", {"image": file_id})
    with store.begin() as transaction:
        store.files.unuse(transaction, "photo", "a")
    assert register(store) == (file_id, False), "given again, it is back"
    with store.begin() as transaction:
        store.files.delete(transaction, "you", file_id)
        store.files.unuse(transaction, "photo", "b", role="image")
    assert register(store)[0] != file_id


def test_an_unheld_file_is_deleted_at_once_and_its_bytes_by_the_collector(store: Store) -> None:
    file_id, _ = register(store)
    register(store, owner="somebody")
    with store.begin() as transaction:
        assert store.files.delete(transaction, "you", file_id) is True
        with pytest.raises(RowMissing):
            store.files.delete(transaction, "you", file_id)
    [path] = objects_in(store)
    age(store, path, 7200)
    assert store.files.collect_garbage(GRACE).files == 0, "somebody has it still"
    with store.begin() as transaction:
        store.files.delete(
            transaction, "somebody", store.files.find("somebody", path.name, transaction=transaction).id
        )
    assert store.files.collect_garbage(GRACE).files == 1
    assert objects_in(store) == []


def test_the_collector_leaves_what_is_young_and_what_is_held(store: Store, clock) -> None:
    held, _ = register(store, b"held")
    unheld, _ = register(store, b"unheld")
    with store.begin() as transaction:
        store.files.use(transaction, "you", "photo", "a", {"image": held})
    store.files.put(b"on its way in")
    temp = store.objects.folder / "ab" / f"ab.1234{TEMP_SUFFIX}"
    temp.write_bytes(b"half")
    for path in objects_in(store):
        age(store, path, 3000)
    collected = store.files.collect_garbage(GRACE)
    assert (collected.rows, collected.files, collected.temps) == (0, 0, 0)
    clock.pass_seconds(3000)
    collected = store.files.collect_garbage(GRACE)
    assert (collected.rows, collected.files, collected.temps) == (0, 1, 1)
    clock.pass_seconds(3000)
    collected = store.files.collect_garbage(GRACE)
    assert (collected.rows, collected.files, collected.temps) == (1, 1, 0)
    assert store.files.read("you", held) == b"held"
    with pytest.raises(RowMissing):
        store.files.get("you", unheld)


def test_putting_again_makes_a_file_young_again(store: Store, clock) -> None:
    store.files.put(DATA)
    [path] = objects_in(store)
    age(store, path, 7200)
    store.files.put(DATA)
    assert store.files.collect_garbage(GRACE).files == 0


def test_a_file_collected_before_its_row_is_put_again_where_its_bytes_are_at_hand(store: Store) -> None:
    blob = store.files.put(DATA)
    [path] = objects_in(store)
    path.unlink()
    with store.begin() as transaction:
        row, _ = store.files.register(transaction, "you", blob, "image/png")
    assert store.files.read("you", row.id) == DATA
    written = store.files.put_written(lambda file: file.write(b"more than fits"))
    store.objects.delete(written.sha256)
    with pytest.raises(FileVanished), store.begin() as transaction:
        store.files.register(transaction, "you", written, "image/png")


def test_a_row_that_comes_while_the_collector_looks_saves_its_file(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look before the lock is only a hint: the row is written between the two."""
    import store.garbage as garbage

    blob = store.files.put(DATA)
    [path] = objects_in(store)
    age(store, path, 7200)
    look, looks = garbage._without_row, []

    def look_then_register(transaction, paths):
        found = look(transaction, paths)
        looks.append(found)
        return found

    real_begin = store.database.begin

    def begin_late():
        if looks:
            monkeypatch.setattr(store.database, "begin", real_begin)
            with real_begin() as transaction:
                store.files.register(transaction, "you", blob, "image/png")
        return real_begin()

    monkeypatch.setattr(garbage, "_without_row", look_then_register)
    monkeypatch.setattr(store.database, "begin", begin_late)
    assert store.files.collect_garbage(GRACE).files == 0
    assert [len(found) for found in looks] == [1, 0]
    assert path.read_bytes() == DATA


@pytest.mark.parametrize(
    ("start", "stop"), [(0, None), (5, None), (3, 9), (0, 0), (10_990, 20_000), (20_000, None)]
)
def test_any_part_of_a_file_is_read_without_a_path(store: Store, start: int, stop: int | None) -> None:
    file_id, _ = register(store)
    file, pieces = store.files.open("you", file_id, start, stop)
    assert (file.size, b"".join(pieces)) == (len(DATA), DATA[start:stop])
    with pytest.raises(RowMissing):
        store.files.open("somebody", file_id)


def test_the_folder_is_an_object_store(store: Store) -> None:
    kept: ObjectStore = store.objects
    first, second = kept.put(b"first"), kept.put(b"second")
    assert list(kept.list()) == sorted([first.sha256, second.sha256])
    assert (kept.holds(first), kept.has_size(first.sha256, 6)) == (True, False)
    kept.delete(first.sha256)
    kept.delete(first.sha256)
    assert list(kept.list()) == [second.sha256]
    with pytest.raises(FileNotFoundError):
        kept.open(first.sha256)
    assert kept.presign(second.sha256, 60) is None


@pytest.mark.parametrize("content", [DATA[:-1] + b"?", DATA[:100], b""])
def test_a_damaged_file_is_never_handed_out_and_a_whole_one_is_read_back_once(
    store: Store, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import store.objects_folder as folder

    file_id, _ = register(store)
    row, hashed = store.files.get("you", file_id), []
    hash_file = folder.hash_file
    monkeypatch.setattr(folder, "hash_file", lambda path: hashed.append(path) or hash_file(path))
    for _ in range(3):
        assert store.files.read("you", file_id) == DATA
        path = store.files.path(row)
    assert len(hashed) == 1
    path.write_bytes(content)
    for read in (
        lambda: store.files.path(row),
        lambda: store.files.read("you", file_id),
        lambda: store.files.open("you", file_id),
    ):
        with pytest.raises(FileDamaged, match="fsck --yes"):
            read()
    store.files.put(DATA)
    assert store.files.read("you", file_id) == DATA

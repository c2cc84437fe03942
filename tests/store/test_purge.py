"""Deleting for good: no byte of it is left in the folder, and what others hold stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import store.migrate
import store.sqlite
from store.database import Transaction
from store.errors import LostLease, RowMissing
from store.faults import install_fault_hook
from store.search import Search
from store.store import Store, open_store

CANARY = "canary-7f3a-"  # ASCII, so that JSON keeps it as it is
PICTURE_BYTES = (CANARY + "pixels ").encode() * 2000


class PowerCut(BaseException):
    """The process ends here."""


def search(folder: Path, words: str = CANARY) -> list[str]:
    """The files of the folder that hold the words, free pages and journals too."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in paths if words.encode() in path.read_bytes() or words in path.name]


@pytest.fixture(params=["TRUNCATE", "WAL"])
def journal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    for module in (store.sqlite, store.migrate):
        monkeypatch.setattr(module, "choose_journal_mode", lambda _: request.param)
    return request.param


@pytest.fixture
def cut_power() -> Iterator[Callable[[str], None]]:
    def install(point: str) -> None:
        def hook(name: str) -> None:
            if name == point:
                raise PowerCut

        install_fault_hook(hook)

    yield install
    install_fault_hook(None)


def run_export(store: Store, payload: dict[str, object]) -> str:
    """A job of an export that is still to be made."""
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction, owner="you", kind="export", title="ZIP", payload={"ids": None, **payload}
        )
    return job_id


def test_exports_go_with_what_they_hold_and_others_stay(store: Store, things) -> None:
    mine, other = things.finished(pictures=1), things.finished(pictures=1)
    naming, by_search = run_export(store, {"ids": ["x", mine.id]}), run_export(store, {"search": {}})
    without = run_export(store, {"ids": [other.id]})
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", mine.id)
    for gone in (naming, by_search):
        with pytest.raises(RowMissing):
            store.jobs.get("you", gone)
    assert store.jobs.get("you", without).kind == "export"


def test_exports_are_looked_up_and_not_searched_for(store: Store) -> None:
    wanted = "EXPLAIN QUERY PLAN SELECT id FROM jobs WHERE owner = 'you' AND kind = 'export'"
    with store.read() as look:
        plan = str(look.connection.exec_driver_sql(wanted).all())
    assert "ix_jobs_kind" in plan


def add_canaries(store: Store, things) -> tuple[str, str, str]:
    """A photo, an avatar made of it by a job, and a finished generation, all of them full of the canary."""
    photo = things.photo(PICTURE_BYTES)
    avatar = things.avatar(name=CANARY + "Ada", photo_id=photo.id)
    with store.begin() as transaction:
        words = {"name": CANARY + "name", "photo_id": photo.id}
        store.photos.update(transaction, "you", photo.id, look={"remarks": [CANARY + "x" * 9000]})
        body_job, _ = store.jobs.submit(
            transaction, owner="you", kind="body", title=CANARY + "title", payload=words
        )
    job = store.jobs.claim(worker="w", lease_seconds=30, job_id=body_job)
    assert job is not None
    store.jobs.set_progress(job.id, job.token or "", CANARY + "stage", 1, 2, PICTURE_BYTES)
    with store.begin() as transaction:
        store.jobs.finish(transaction, job.id, job.token or "", {"avatar_id": avatar.id})
        job_id, _ = store.jobs.submit(
            transaction,
            owner="you",
            kind="generation",
            title=CANARY + "title",
            payload={"order": {"prompt": CANARY * 800}},
        )
        generation = store.generations.add(
            transaction,
            "you",
            job_id=job_id,
            title=CANARY + "title",
            order={"prompt": CANARY * 800},
            requests=[{"prompt": CANARY * 900} for _ in range(2)],
            prompt=CANARY + "prompt",
            negative_prompt=CANARY,
            avatar_id=avatar.id,
        )
        said = {"title": CANARY + "title", "notes": CANARY * 50, "tags": [CANARY + "tag"]}
        store.generations.update(transaction, "you", generation.id, said)
    with store.begin() as transaction:  # what was said before is no more to be found either
        store.generations.update(transaction, "you", generation.id, {"notes": CANARY + "now"})
    job = things.claim(generation)
    store.jobs.set_progress(job.id, job.token, CANARY + "stage", 1, 2, PICTURE_BYTES)
    for position in range(2):
        things.picture(job, position, PICTURE_BYTES + bytes([position]))
    with store.begin() as transaction:
        store.jobs.finish(transaction, job.id, job.token, {"generation_id": generation.id})
    return photo.id, avatar.id, generation.id


def test_no_byte_is_left_of_what_was_deleted_for_good(tmp_path: Path, journal: str) -> None:
    from tests.store.conftest import Things

    folder = tmp_path / "data"
    opened = open_store(folder)
    things = Things(opened)
    things.finished()  # what stays
    photo_id, avatar_id, generation_id = add_canaries(opened, things)
    things.finished()
    assert search(folder)
    assert opened.generations.count("you", Search(words="canary"))["total", ""] == 1
    with opened.begin() as transaction:
        opened.generations.delete(transaction, "you", generation_id)
        opened.photos.purge_now(transaction, "you", photo_id)
        opened.avatars.purge_now(transaction, "you", avatar_id)
        opened.generations.purge_now(transaction, "you", generation_id)
    assert search(folder) == []
    for token in (CANARY + "tag", CANARY + "now"):  # as the index writes filters
        assert search(folder, token.encode().hex()) == []
    assert search(folder, CANARY.split("-")[0]) == []  # as it writes words
    for noun, row_id in (
        (opened.photos, photo_id),
        (opened.avatars, avatar_id),
        (opened.generations, generation_id),
    ):
        with opened.begin() as transaction, pytest.raises(RowMissing):
            noun.restore(transaction, "you", row_id)
        with opened.begin() as transaction, pytest.raises(RowMissing):
            noun.purge_now(transaction, "you", row_id)
    assert len(opened.generations.list_page("you").entries) == 2
    assert opened.files.collect_garbage(opened.clock() - opened.clock()).files == 0
    opened.close()
    assert search(folder) == []


def test_an_avatar_keeps_its_body_when_its_photo_is_purged(store: Store, things) -> None:
    photo = things.photo()
    avatar = things.avatar(photo_id=photo.id)
    with store.begin() as transaction:
        store.photos.purge_now(transaction, "you", photo.id)
    left = store.avatars.get("you", avatar.id)
    assert (left.photo_id, left.body, left.persona) == (None, avatar.body, avatar.persona)


def test_what_somebody_else_holds_stays(store: Store, things) -> None:
    mine, theirs = things.photo(b"the same"), things.photo(b"the same", owner="somebody")
    again = things.photo(b"the same")
    for photo_id in (mine.id, again.id):
        with store.begin() as transaction:
            store.photos.purge_now(transaction, "you", photo_id)
        assert store.files.read("somebody", theirs.file_id) == b"the same"
    with pytest.raises(RowMissing):
        store.files.get("you", mine.file_id)
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.photos.purge_now(transaction, "you", theirs.id)


def test_a_running_generation_that_is_purged_keeps_no_picture_any_more(store: Store, things) -> None:
    generation = things.generation()
    job = things.claim(generation)
    things.picture(job, 0)
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", generation.id)
    with pytest.raises(LostLease):
        things.picture(job, 1)
    assert not store.jobs.heartbeat(job.id, job.token, 30).is_held


@pytest.mark.parametrize("point", ["gc.before_unlink", "gc.after_unlink"])
def test_what_a_power_cut_left_is_removed_later(store: Store, things, cut_power, point: str) -> None:
    photo = things.photo(PICTURE_BYTES)

    def purge(transaction: Transaction) -> None:
        store.photos.purge_now(transaction, "you", photo.id)

    cut_power(point)
    with pytest.raises(PowerCut), store.begin() as transaction:
        purge(transaction)
    install_fault_hook(None)
    with pytest.raises(RowMissing):
        store.photos.get("you", photo.id)
    assert search(store.folder)
    store.files.collect_garbage(store.clock() - store.clock())
    assert search(store.folder) == []


def test_bytes_that_were_given_again_before_the_unlink_stay(store: Store, things, cut_power) -> None:
    photo = things.photo(b"given again")
    cut_power("gc.before_unlink")
    with pytest.raises(PowerCut), store.begin() as transaction:
        store.photos.purge_now(transaction, "you", photo.id)
    install_fault_hook(None)
    again = things.photo(b"given again")
    store.files.finish_erasures()
    assert store.files.read("you", again.file_id) == b"given again"


def test_what_lies_in_the_trash_is_not_shown_by_its_files(store: Store, things) -> None:
    photo, avatar, generation = things.photo(), things.avatar(), things.finished()
    picture = store.generations.get("you", generation.id).pictures[0]
    files = (photo.file_id, avatar.thumbnail_id, picture.file_id, picture.thumbnail_id)
    nouns = ((store.photos, photo.id), (store.avatars, avatar.id), (store.generations, generation.id))
    for noun, row_id in nouns:
        with store.begin() as transaction:
            noun.delete(transaction, "you", row_id)
    for file_id in files:
        with pytest.raises(RowMissing):
            store.files.get("you", file_id)
        assert store.files.get("you", file_id, in_trash=True).id == file_id
    for noun, row_id in nouns:
        with store.begin() as transaction:
            noun.restore(transaction, "you", row_id)
    assert [store.files.get("you", file_id).id for file_id in files] == list(files)


def test_a_file_is_shown_while_one_of_its_holders_is_not_in_the_trash(store: Store, things) -> None:
    first, second = things.photo(b"twice"), things.photo(b"twice")
    assert first.file_id == second.file_id
    with store.begin() as transaction:
        store.photos.delete(transaction, "you", first.id)
    assert store.files.get("you", first.file_id).id == second.file_id
    with store.begin() as transaction:
        store.photos.delete(transaction, "you", second.id)
    with pytest.raises(RowMissing):
        store.files.get("you", first.file_id)
    third = things.photo(b"twice")
    assert store.files.get("you", third.file_id).id == first.file_id, "given again, it is shown again"

"""Each kind of damage is made, found, said, repaired, and then gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from store.database import DATABASE_NAME
from store.errors import RowMissing
from store.fsck import DataProblem, find_problems, repair
from store.objects_folder import TEMP_SUFFIX
from store.problems import KINDS
from store.search import Search
from store.store import Store


def run(store: Store, *lines: str) -> None:
    """SQL past the foreign keys, as damage comes."""
    with closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for line in lines:
            connection.execute(line)


class Damaged:
    """A store with a photo, an avatar and a finished generation, and ways to damage it."""

    def __init__(self, store: Store, things) -> None:
        self.store = store
        self.photo = things.photo()
        self.avatar = things.avatar(photo_id=self.photo.id)
        self.generation = things.finished(avatar_id=self.avatar.id)
        self.open = things.generation()
        self.pictures = store.generations.get("you", self.generation.id).pictures
        self.things = things

    def path(self, file_id: str) -> Path:
        return self.store.files.path(self.store.files.get("you", file_id))

    def sha256(self, file_id: str) -> str:
        return self.store.files.get("you", file_id).sha256

    def state(self) -> tuple[str, str, int]:
        entry = self.store.generations.get("you", self.generation.id)
        return entry.generation.state, entry.generation.error_code, len(entry.pictures)

    def find(self, *kinds: str) -> list[DataProblem]:
        found = find_problems(self.store)
        assert [problem.kind for problem in found] == list(kinds)
        assert all(problem.sentence.endswith(".") for problem in found)
        return found

    def repair(self, *kinds: str) -> list[str]:
        """Find exactly these kinds, repair them, and find nothing more; what was said."""
        done = repair(self.store, self.find(*kinds))
        assert all(one.repaired for one in done)
        self.find()
        return [one.sentence for one in done]


@pytest.fixture
def damaged(store: Store, things) -> Damaged:
    made = Damaged(store, things)
    made.find()
    return made


def test_a_lost_picture_is_taken_out_and_its_generation_says_so(damaged: Damaged) -> None:
    lost, kept = damaged.pictures
    damaged.path(lost.file_id).unlink()
    [sentence] = damaged.repair("row-without-file")
    assert "lost" in sentence
    assert damaged.state() == ("failed", "files-lost", 1)
    with pytest.raises(RowMissing):
        damaged.store.generations.get_picture("you", lost.id)
    assert damaged.store.files.read("you", kept.file_id)
    damaged.store.files.collect_garbage(timedelta(0))
    damaged.find()


@pytest.mark.parametrize("content", [b"", b"half", b"picture 0 of something else, of another size"])
def test_a_damaged_picture_is_as_good_as_lost(damaged: Damaged, content: bytes) -> None:
    damaged.path(damaged.pictures[0].file_id).write_bytes(content)
    damaged.repair("damaged-file")
    assert damaged.state() == ("failed", "files-lost", 1)


def test_a_damaged_picture_is_put_aside_and_the_database_is_copied_first(damaged: Damaged) -> None:
    path = damaged.path(damaged.pictures[0].file_id)
    path.write_bytes(b"half a picture")
    damaged.repair("damaged-file")
    [aside] = (damaged.store.folder / "quarantine").rglob(path.name)
    assert aside.read_bytes() == b"half a picture"
    [copy] = damaged.store.folder.glob("before-repair-*.sqlite3")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM pictures").fetchone() == (2,)


def test_many_files_that_are_missing_at_once_cost_no_row(damaged: Damaged) -> None:
    for path in list(damaged.store.objects.walk())[:6]:
        path.unlink()
    done = repair(damaged.store, find_problems(damaged.store))
    assert [one.repaired for one in done] == [False] * 6
    assert "connect the drive" in done[0].sentence
    assert len(find_problems(damaged.store)) == 6


def test_a_changed_byte_is_found(damaged: Damaged) -> None:
    path = damaged.path(damaged.pictures[0].file_id)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    damaged.repair("damaged-file")


def test_for_a_lost_thumbnail_the_whole_picture_stands_in(damaged: Damaged) -> None:
    picture = damaged.pictures[0]
    damaged.path(picture.thumbnail_id).unlink()
    damaged.path(damaged.photo.thumbnail_id).unlink()
    damaged.repair("row-without-file", "row-without-file")
    assert damaged.state() == ("succeeded", "", 2)
    assert damaged.store.generations.get_picture("you", picture.id).thumbnail_id == picture.file_id
    photo = damaged.store.photos.get("you", damaged.photo.id)
    assert photo.thumbnail_id == photo.file_id


def test_a_lost_photo_goes_and_its_avatar_stays(damaged: Damaged) -> None:
    for file_id in (damaged.photo.file_id, damaged.photo.thumbnail_id):
        damaged.path(file_id).unlink()
    damaged.repair("row-without-file", "row-without-file")
    with pytest.raises(RowMissing):
        damaged.store.photos.get("you", damaged.photo.id)
    assert damaged.store.avatars.get("you", damaged.avatar.id).photo_id is None


def test_an_avatar_does_without_its_lost_thumbnail_and_mesh(damaged: Damaged) -> None:
    assert damaged.avatar.body is not None
    for file_id in (damaged.avatar.thumbnail_id, damaged.avatar.body["glb_id"]):
        damaged.path(file_id).unlink()
    damaged.repair("row-without-file", "row-without-file")
    avatar = damaged.store.avatars.get("you", damaged.avatar.id)
    assert (avatar.thumbnail_id, avatar.body) == (None, {"parameters": {}, "glb_id": None})


def test_files_that_no_row_knows_are_removed(damaged: Damaged) -> None:
    damaged.store.files.put(b"nobody's")
    folder = damaged.store.objects.folder
    known = damaged.path(damaged.photo.file_id)
    wrong_folder = folder / ("00" if known.parent.name != "00" else "01")
    (wrong_folder / known.name).write_bytes(known.read_bytes())
    (folder / "notes.txt").write_text("strange")
    (folder / "ab" / f"x{TEMP_SUFFIX}").write_bytes(b"half")
    before = sorted(damaged.store.objects.walk())
    assert find_problems(damaged.store, grace=timedelta(hours=1)) == [], "they may be on their way in"
    damaged.repair(*["file-without-row"] * 3, "leftover-temporary-file")
    assert len(sorted(damaged.store.objects.walk())) == len(before) - 4


def test_a_file_row_whose_blob_row_is_lost_gets_it_back_from_the_disk(damaged: Damaged) -> None:
    sha256 = damaged.sha256(damaged.pictures[0].file_id)
    run(damaged.store, f"DELETE FROM blobs WHERE sha256 = '{sha256}'")
    sentences = damaged.repair("file-row-without-blob", "file-without-row")
    assert "recorded again" in sentences[0]
    assert damaged.state() == ("succeeded", "", 2)


def test_a_file_row_whose_blob_row_and_bytes_are_lost_is_given_up(damaged: Damaged) -> None:
    path = damaged.path(damaged.pictures[0].file_id)
    path.unlink()
    run(damaged.store, f"DELETE FROM blobs WHERE sha256 = '{path.name}'")
    damaged.repair("file-row-without-blob")
    assert damaged.state() == ("failed", "files-lost", 1)


def test_a_picture_that_lost_its_file_row_is_taken_out(damaged: Damaged) -> None:
    run(damaged.store, f"DELETE FROM files WHERE id = '{damaged.pictures[0].file_id}'")
    damaged.repair("picture-without-file", "broken-reference")
    assert damaged.state() == ("failed", "files-lost", 1)


def test_a_picture_that_lost_its_thumbnails_row_keeps_its_picture(damaged: Damaged) -> None:
    picture = damaged.pictures[0]
    run(
        damaged.store,
        f"DELETE FROM file_uses WHERE file_id = '{picture.thumbnail_id}'",
        f"DELETE FROM files WHERE id = '{picture.thumbnail_id}'",
    )
    sentences = damaged.repair("picture-without-file", "use-missing")
    assert "stands for" in sentences[0]
    assert damaged.state() == ("succeeded", "", 2)


def test_references_to_rows_that_are_gone_are_cut(damaged: Damaged) -> None:
    run(
        damaged.store,
        f"DELETE FROM photos WHERE id = '{damaged.photo.id}'",
        f"DELETE FROM file_uses WHERE holder_id = '{damaged.photo.id}'",
    )
    damaged.repair("broken-reference")
    assert damaged.store.avatars.get("you", damaged.avatar.id).photo_id is None
    run(
        damaged.store,
        f"DELETE FROM avatars WHERE id = '{damaged.avatar.id}'",
        f"DELETE FROM file_uses WHERE holder_id = '{damaged.avatar.id}'",
    )
    damaged.repair("broken-reference")
    assert damaged.store.generations.get("you", damaged.generation.id).generation.avatar_id is None
    run(damaged.store, f"DELETE FROM generations WHERE id = '{damaged.generation.id}'")
    damaged.repair("broken-reference", "broken-reference")
    with pytest.raises(RowMissing):
        damaged.store.generations.get_picture("you", damaged.pictures[0].id)


def test_a_photo_and_an_avatar_that_lost_file_rows(damaged: Damaged) -> None:
    run(
        damaged.store,
        f"DELETE FROM files WHERE id IN ('{damaged.photo.file_id}', '{damaged.avatar.thumbnail_id}')",
        f"DELETE FROM file_uses WHERE file_id IN ('{damaged.photo.file_id}', '{damaged.avatar.thumbnail_id}')",
    )
    found = find_problems(damaged.store)
    assert {problem.kind for problem in found} == {"broken-reference", "use-missing"}
    assert all(one.repaired for one in repair(damaged.store, found))
    damaged.find()
    assert damaged.store.avatars.get("you", damaged.avatar.id).thumbnail_id is None
    with pytest.raises(RowMissing):
        damaged.store.photos.get("you", damaged.photo.id)


def test_the_reference_counts_are_put_right(damaged: Damaged) -> None:
    file_id = damaged.pictures[0].file_id
    run(
        damaged.store,
        f"DELETE FROM file_uses WHERE file_id = '{file_id}'",
        f"INSERT INTO file_uses VALUES ('{file_id}', 'picture', 'nobody', 'image', 'you')",
        f"INSERT INTO file_uses VALUES ('{file_id}', 'ghost', 'nobody', 'image', 'you')",
    )
    damaged.repair("use-without-holder", "use-without-holder", "use-missing")
    assert damaged.store.files.count_uses("you", file_id) == 1


def test_a_generation_without_its_job_ends_by_what_it_has(damaged: Damaged) -> None:
    run(damaged.store, "DELETE FROM jobs", "UPDATE generations SET state = 'running'")
    damaged.repair("generation-open-without-job", "generation-open-without-job")
    assert damaged.state() == ("succeeded", "", 2)
    row = damaged.store.generations.get("you", damaged.open.id).generation
    assert (row.state, row.error_code) == ("failed", "job-lost")
    assert row.finished_at is not None


def test_a_generation_out_of_step_follows_its_job(damaged: Damaged) -> None:
    run(
        damaged.store,
        f"UPDATE generations SET state = 'running' WHERE id = '{damaged.generation.id}'",
        f"UPDATE generations SET state = 'failed' WHERE id = '{damaged.open.id}'",
    )
    damaged.repair("generation-out-of-step", "generation-out-of-step")
    assert damaged.state() == ("succeeded", "", 2)
    assert damaged.store.generations.get("you", damaged.open.id).generation.state == "queued"


def test_a_success_with_too_few_pictures_is_none(damaged: Damaged) -> None:
    run(
        damaged.store,
        f"DELETE FROM pictures WHERE id = '{damaged.pictures[1].id}'",
        f"DELETE FROM file_uses WHERE holder_id = '{damaged.pictures[1].id}'",
    )
    damaged.repair("generation-lacks-pictures")
    assert damaged.state() == ("failed", "files-lost", 1)


def test_a_damaged_index_is_built_anew(damaged: Damaged) -> None:
    hidden = "name = 'ix_jobs_owner'"
    with closing(sqlite3.connect(damaged.store.folder / DATABASE_NAME)) as connection:
        [row] = connection.execute(f"SELECT * FROM sqlite_master WHERE {hidden}").fetchall()
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(f"DELETE FROM sqlite_master WHERE {hidden}")
        connection.commit()
    run(damaged.store, "UPDATE jobs SET owner = 'changed'")
    with closing(sqlite3.connect(damaged.store.folder / DATABASE_NAME)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        connection.commit()
    damaged.store.close()
    found = find_problems(damaged.store)
    assert {problem.kind for problem in found} == {"damaged-database"}
    assert all(one.repaired for one in repair(damaged.store, found))
    damaged.find()


def test_what_cannot_be_repaired_is_said(damaged: Damaged) -> None:
    damaged.store.close()
    path = damaged.store.folder / DATABASE_NAME
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 12] = b"\x00" * 4096 * 9
    path.write_bytes(bytes(data))
    found = find_problems(damaged.store)
    assert {problem.kind for problem in found} == {"damaged-database"}
    done = repair(damaged.store, found)
    assert not any(one.repaired for one in done)
    assert all("Restore a backup" in one.sentence for one in done)


def test_problems_may_have_gone_before_they_are_repaired(damaged: Damaged) -> None:
    """Nothing that is whole is touched by a list of problems that is out of date."""
    lost = damaged.pictures[0]
    path = damaged.path(lost.file_id)
    path.rename(path.with_name("aside"))
    path.with_name("aside").replace(damaged.store.folder / "aside")
    found = damaged.find("row-without-file")
    (damaged.store.folder / "aside").replace(path)
    done = repair(damaged.store, found)
    assert [one.repaired for one in done] == [True]
    damaged.find()
    assert damaged.state() == ("succeeded", "", 2)


def test_a_search_that_is_out_of_step_is_made_anew(store: Store, things) -> None:
    generation = things.finished()
    run(store, "DELETE FROM library")
    person = Search(words="person")
    assert store.generations.search_page("you", person).entries == ()
    assert [problem.kind for problem in find_problems(store)] == ["search-out-of-step"]
    repair(store, find_problems(store))
    [found] = store.generations.search_page("you", person).entries
    assert found.generation.id == generation.id
    assert find_problems(store) == []


def test_every_kind_is_made_somewhere_above() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    missing: list[str] = [kind for kind in KINDS if f'"{kind}"' not in text]
    assert missing == []

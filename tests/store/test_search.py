"""Search: words and filters find what the rows say, in step with every change, and nothing of anybody else's."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from store import database, sqlite_search
from store.adopt import adopt_files
from store.database import DATABASE_NAME
from store.errors import BadCursor, SearchDamaged
from store.fsck import find_problems, repair
from store.records import GenerationRecord
from store.search import Search
from store.store import Store, open_store
from tests.store.conftest import START, Clock

ORDER = {
    "persona": {"name": "Ada", "age": 30, "hair": {"style": "curly"}, "own_words": "a Café owner"},
    "poses": ["arms-crossed", "jump"],
    "more_prompts": ["seen from a bridge"],
    "engine": "draft",
    "picture_style": "anime",
}


def add(store: Store, owner: str = "you", **said: Any) -> str:
    order = ORDER | said.pop("order", {})
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction, owner=owner, kind="generation", title="Pictures", payload={}
        )
        row = store.generations.add(
            transaction,
            owner,
            job_id=job_id,
            title=said.pop("title", "Ada, 1 picture"),
            order=order,
            requests=[],
            prompt=said.pop("prompt", "a woman in a red coat"),
            negative_prompt="",
        )
        if said:
            store.generations.update(transaction, owner, row.id, said)
    return row.id


def find(store: Store, owner: str = "you", limit: int = 60, **asked: Any) -> list[str]:
    """The ids of all pages, in order."""
    search, ids, cursor = Search(**asked), [], None
    while True:
        page = store.generations.search_page(owner, search, cursor, limit)
        ids += [entry.generation.id for entry in page.entries]
        cursor = page.next_cursor
        if cursor is None:
            return ids


@pytest.mark.parametrize(
    "words",
    [
        "red",
        "RED coat",
        "coat red",
        "re",
        "cafe",
        "Café",
        "curly",
        "ada",
        "crossed",
        "arms-crossed",
        "bridge",
    ],
)
def test_words_are_found_wherever_they_stand(store: Store, words: str) -> None:
    found = add(store, tags=["night"], notes="For Tim")
    add(store, title="x", prompt="y", order={"persona": {}, "poses": ["stand"], "more_prompts": []})
    assert find(store, words=words) == [found]
    assert find(store, words="tim") == find(store, words="night") == [found]


@pytest.mark.parametrize(
    "words", ["green", "redcoat", "oat", "red green", '"', "!", "facets:x", "red NOT coat"]
)
def test_other_words_are_not(store: Store, words: str) -> None:
    add(store)
    assert find(store, words=words) == []


def test_filters_are_exact_and_combine(store: Store) -> None:
    with store.begin() as transaction:
        project = store.projects.add(transaction, "you", name="Summer")
    first = add(store, tags=["red", "Ünï cöde"], favourite=True, project_id=project.id)
    second = add(store, tags=["Red"], order={"engine": "flux", "poses": ["jump"], "picture_style": "photo"})
    assert find(store, facets={"tag": "red"}) == [first]
    assert find(store, facets={"tag": "Ünï cöde"}) == [first]
    assert find(store, facets={"tag": "Red"}) == [second]
    assert find(store, facets={"tag": "re"}) == []
    assert find(store, facets={"project": project.id, "favourite": "true"}, words="coat") == [first]
    assert find(store, facets={"project": project.id, "engine": "flux"}) == []
    assert find(store, facets={"pose": "jump"}) == [second, first]
    assert find(store, facets={"pose": "arms-crossed", "style": "anime"}) == [first]
    assert find(store, facets={"state": "queued"}) == [second, first]
    assert find(store, not_favourite=True) == [second]


def test_all_that_was_ordered_can_be_filtered_by(store: Store) -> None:
    tall = {"preset": "klein", "views": ["front", "back"], "width": 1024, "height": 1536}
    photo = {"references": [{"role": "style", "photo_id": "a"}, {"role": "person", "photo_id": "b"}]}
    first = add(store, order=tall | {"references": [{"role": "style", "photo_id": "a"}], "avatar_id": None})
    second = add(store, order=tall | photo | {"preset": "draft", "views": ["back"]})
    third = add(store, order={"avatar_id": "c", "width": 64, "height": 64, "references": "x"})
    assert find(store, facets={"preset": "klein"}) == [first]
    assert find(store, facets={"view": "back"}) == [second, first]
    assert find(store, facets={"view": "front", "size": "1024x1536"}) == [first]
    assert find(store, facets={"size": "64x64"}) == [third]
    assert find(store, facets={"person": "true"}) == [third, second]
    assert find(store, facets={"person": "false"}, words="coat") == [first]
    counts = store.generations.count("you", Search())
    assert (counts["view", "back"], counts["size", "1024x1536"], counts["person", "true"]) == (2, 2, 2)


def test_poses_are_found_by_what_the_gallery_files_them_under(store: Store) -> None:
    """Also those of before; a pose that came with its order says it itself."""
    given = {"mine": {"category": "dance"}, "other": {"category": "hero"}, "jump": "x"}
    before = add(store)
    assert find(store, facets={"category": "sport"}) == []
    store.prepare_search({"jump": "sport", "arms-crossed": "sport"})
    mine = add(store, order={"poses": ["mine", "jump"], "given_poses": given})
    assert find(store, facets={"category": "sport"}) == [mine, before]
    assert find(store, facets={"category": "dance"}) == [mine]
    assert find(store, facets={"category": "hero"}) == []
    assert store.generations.count("you", Search())["category", "sport"] == 2
    store.prepare_search({"jump": "action"})
    store.prepare_search()  # whoever does not know the gallery leaves it
    assert find(store, facets={"category": "action"}) == [mine, before]
    assert find(store, facets={"category": "sport"}) == []
    store.rebuild_search()
    assert find(store, facets={"category": "action"}) == [mine, before]
    assert find_problems(store) == []


def test_a_rare_word_finds_the_same_whichever_way_its_filters_are_looked_at(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [add(store, tags=["red"], favourite=bool(n % 2), notes="zebra" if n % 3 else "") for n in range(9)]
    add(store, "somebody", tags=["red"], notes="zebra")
    searches: list[dict[str, Any]] = [
        {"words": "zebra"},
        {"words": "zeb", "facets": {"tag": "red", "favourite": "true"}},
        {"words": "zebra", "facets": {"tag": "blue"}},
        {"words": "zebra", "not_favourite": True},
        {"words": "zebra coat", "facets": {"tag": "red"}, "not_favourite": True, "sort": "oldest"},
        {"words": "!", "facets": {"tag": "red"}},
    ]
    usual = [find(store, limit=2, **search) for search in searches]
    assert usual[1] == [ids[7], ids[5], ids[1]]
    assert usual[3] == [ids[8], ids[4], ids[2]]
    monkeypatch.setattr("store.sqlite_search.OFTEN", 0)
    assert [find(store, limit=2, **search) for search in searches] == usual
    monkeypatch.setattr("store.sqlite_search.FEW", 3)
    assert [find(store, limit=2, **search) for search in searches] == usual


def test_of_many_the_newest_are_counted_and_it_says_so(store: Store) -> None:
    add(store, tags=["old"])
    for _ in range(3):
        add(store, tags=["red"], favourite=True)
    some = store.generations.count("you", Search(words="coat"), most=3)
    assert (some["total", ""], some["more", ""], some["favourite", ""], some["tag", "red"]) == (3, 1, 3, 3)
    assert ("tag", "old") in some  # beyond the counted: how often is not known
    every = store.generations.count("you", Search(words="coat"), most=4)
    assert (every["total", ""], every["more", ""], every["tag", "old"]) == (4, 0, 1)
    assert store.generations.count("you", Search(), most=1)["total", ""] == 4  # counted already


def test_a_span_of_time_takes_its_first_moment_and_not_its_last(store: Store, clock: Clock) -> None:
    ids = []
    for _ in range(3):
        ids.append(add(store))
        clock.pass_seconds(60)
    minute = timedelta(minutes=1)
    assert find(store, since=START + minute) == [ids[2], ids[1]]
    assert find(store, until=START + minute) == [ids[0]]
    assert find(store, since=START + minute, until=START + 2 * minute, words="red") == [ids[1]]


def test_pages_follow_each_order(store: Store) -> None:
    titles, ratings = ["b", "A", "c", "a", "B"], [3, None, 5, 3, 0]
    ids = [add(store, title=title, rating=one) for title, one in zip(titles, ratings, strict=True)]
    assert find(store, limit=2, sort="oldest") == ids
    assert find(store, limit=2, words="red") == ids[::-1]
    assert find(store, limit=2, sort="title") == [ids[at] for at in (1, 3, 0, 4, 2)]
    assert find(store, limit=2, sort="rating") == [ids[at] for at in (2, 3, 0, 4, 1)]


def test_what_is_deleted_between_two_pages_moves_nothing(store: Store) -> None:
    ids = [add(store) for _ in range(4)]
    page = store.generations.search_page("you", Search(words="red"), None, 2)
    with store.begin() as transaction:
        store.generations.purge_now(transaction, "you", page.next_cursor or "")
    rest = store.generations.search_page("you", Search(words="red"), page.next_cursor, 9)
    assert [one.generation.id for one in rest.entries] == [ids[1], ids[0]]
    with pytest.raises(BadCursor):
        store.generations.search_page("you", Search(sort="title"), page.next_cursor, 9)
    with pytest.raises(BadCursor):
        store.generations.search_page("you", Search(), "x", 9)


def test_counts_say_how_many_of_each_fit(store: Store) -> None:
    add(store, "somebody", tags=["theirs"])
    add(store, tags=["red", "blue"], favourite=True)
    add(store, tags=["red"], order={"engine": "flux", "poses": ["jump"]})
    every = store.generations.count("you", Search())
    assert every == store.generations.count("you", Search(words="coat"))
    assert (every["total", ""], every["tag", "red"], every["tag", "blue"]) == (2, 2, 1)
    assert (every["favourite", ""], every["engine", "flux"], every["state", "queued"]) == (1, 1, 2)
    assert ("tag", "theirs") not in every
    blue = store.generations.count("you", Search(facets={"tag": "blue"}, since=START))
    assert (blue["total", ""], blue["tag", "red"], blue["engine", "flux"]) == (1, 1, 0)


def test_nobody_finds_what_is_somebody_elses(store: Store) -> None:
    theirs = add(store, "somebody", tags=["red"])
    for owner in ("you", "SOMEBODY", "some", "", "%", 'x" OR "y'):
        assert find(store, owner, words="red") == []
        assert find(store, owner, facets={"tag": "red"}) == []
        assert store.generations.count(owner, Search())["total", ""] == 0
    assert find(store, "somebody", words="red") == [theirs]


def test_it_is_in_step_with_every_change(store: Store, things) -> None:
    generation = things.finished()
    assert find(store, facets={"state": "succeeded"}) == [generation.id]
    avatar = things.avatar()
    of_avatar = things.finished(avatar_id=avatar.id)
    assert find(store, facets={"avatar": avatar.id}) == [of_avatar.id]
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", generation.id)
    assert find(store, words="person") == [of_avatar.id]
    with store.begin() as transaction:
        store.generations.restore(transaction, "you", generation.id)
        store.generations.update(transaction, "you", generation.id, {"notes": "zebra"})
        store.avatars.purge_now(transaction, "you", avatar.id)
    assert find(store, words="zebra") == [generation.id]
    assert find(store, facets={"avatar": avatar.id}) == []
    with suppress(ZeroDivisionError), store.begin() as transaction:
        store.generations.update(transaction, "you", generation.id, {"notes": "lion"})
        raise ZeroDivisionError
    assert (find(store, words="lion"), find(store, words="zebra")) == ([], [generation.id])
    assert find_problems(store) == []


def test_a_database_without_it_gets_it_when_it_is_opened(store: Store) -> None:
    mine = add(store)
    with closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection, connection:
        connection.execute("DROP TRIGGER library_changed")
        connection.execute("DELETE FROM library")
    store.prepare_search()
    assert find(store, words="red") == [mine]


def test_what_was_taken_in_lies_where_its_time_puts_it(store: Store) -> None:
    old, new = add(store), add(store)
    with store.begin() as transaction:  # as if it had been lost: only its manifest is left
        transaction.connection.exec_driver_sql("DELETE FROM generations WHERE id = ?", (old,))
    assert adopt_files(store)["generation"] == 1
    assert find(store, words="red") == [new, old]
    assert find(store, words="red", limit=1, sort="oldest") == [old, new]


def test_orders_of_any_shape_are_kept(store: Store) -> None:
    """A row of another version may say what it likes: it is found by what can be read of it."""
    mine = add(store)
    for order in ({}, {"persona": "Ada", "poses": "stand"}, {"poses": None}, [], "x", 7):
        with store.begin() as transaction:
            changed = update(GenerationRecord).where(GenerationRecord.id == mine)
            transaction.connection.execute(changed.values(order=order))
        assert find(store, words="coat") == [mine]


def test_a_tag_that_is_on_nothing_any_more_is_forgotten(store: Store) -> None:
    first, second = add(store, tags=["secret", "red"]), add(store, tags=["red"])
    assert store.generations.count("you", Search())["tag", "secret"] == 1
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", first)
    counts = store.generations.count("you", Search())
    assert (counts["tag", "red"], counts["total", ""], counts["tag", "secret"]) == (1, 1, 0)
    with store.read() as look:
        kept = look.connection.exec_driver_sql("SELECT token FROM library_counts").scalars().all()
    assert not [token for token in kept if b"secret".hex() in token]
    assert find(store) == [second]


def test_thousands_of_deletions_for_good_leave_a_whole_index(store: Store) -> None:
    """Each merging of the index may add two levels to it, and SQLite opens none of more than 2,000."""
    kept = add(store)
    with store.begin() as transaction:
        connection, search = transaction.connection, store.database.dialect.search
        for row in range(10_000, 11_200):
            with connection.begin_nested():  # is written to the index at its end, as a transaction is
                words = " ".join(f"word{row}of{number}" for number in range(60))
                connection.exec_driver_sql(
                    "INSERT INTO library (rowid, words, facets) VALUES (?, ?, '')", (row, words)
                )
            connection.exec_driver_sql("DELETE FROM library WHERE rowid = ?", (row - 8,))
            is_more = search.forget_deleted(connection, is_first=True)
            while is_more:
                is_more = search.forget_deleted(connection, is_first=False)
    assert find(store, words="red coat") == [kept]


def test_what_is_deleted_is_forgotten_in_steps_between_which_others_write(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_search, "PAGES_AT_ONCE", 2)
    made: list[str] = []
    monkeypatch.setattr(database.time, "sleep", lambda _: made.append(add(store)))
    with store.begin() as transaction:
        run = transaction.connection.exec_driver_sql
        for row in range(10_000, 10_400):
            words = " ".join(f"word{row}of{number}" for number in range(20))
            words += " zwitscherkanarie" if row == 10_123 else ""
            run("INSERT INTO library (rowid, words, facets) VALUES (?, ?, '')", (row, words))
    with store.begin() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM library WHERE rowid = 10123")
    path = store.folder / DATABASE_NAME
    store.database.forget_journal()
    assert b"zwitscher" in path.read_bytes(), "marked as gone, and still there"
    store.database.forget_deleted()
    store.database.forget_journal()
    assert b"zwitscher" not in path.read_bytes()
    assert len(made) > 3
    assert set(find(store, words="red coat")) == set(made)


def break_index(path: Path) -> None:
    """Leave the index as SQLite 3.40 leaves it after a thousand deletions for good: with 2,002 levels."""
    with closing(sqlite3.connect(path)) as connection, connection:
        structure = bytes.fromhex("00000000" + "8f52" + "00" + "01") + bytes(2 * 2002)
        connection.execute("UPDATE library_data SET block = ? WHERE id = 10", (structure,))


def test_an_index_that_cannot_be_read_is_made_anew_at_the_next_start(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        kept = add(store)
    break_index(tmp_path / DATABASE_NAME)
    with closing(open_store(tmp_path)) as store:
        assert find(store, words="red coat") == [kept]
        assert find_problems(store) == []


def test_a_running_studio_says_that_its_index_is_damaged_and_fsck_mends_it(store: Store) -> None:
    kept = add(store)
    break_index(store.folder / DATABASE_NAME)
    with pytest.raises(SearchDamaged, match="start it again"):
        add(store)
    problems = find_problems(store)
    assert [problem.kind for problem in problems] == ["search-out-of-step"]
    repair(store, problems)
    assert find(store, words="red coat") == [kept]

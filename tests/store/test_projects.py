"""Projects: shelves that go into the trash with what is on them, come back with it, and are rebuilt from manifests."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from store.adopt import adopt_files
from store.errors import RowMissing
from store.rows import ProjectRow
from store.store import Store, open_again
from store.trash import count_trash, empty_trash
from tests.store.conftest import Clock


def begin(store: Store, owner: str = "you", name: str = "Summer") -> ProjectRow:
    with store.begin() as transaction:
        return store.projects.add(transaction, owner, name=name)


def put_in(store: Store, project: ProjectRow, generation_id: str, avatar_id: str | None = None) -> None:
    with store.begin() as transaction:
        store.generations.update(transaction, "you", generation_id, {"project_id": project.id})
        if avatar_id:
            store.avatars.move(transaction, "you", avatar_id, project.id)


def test_a_project_is_its_owners_alone(store: Store, things) -> None:
    theirs, mine, avatar = begin(store, "other"), things.finished(), things.avatar()
    assert store.projects.list_recent("you") == []
    for reach in (
        lambda t: store.projects.get("you", theirs.id, transaction=t),
        lambda t: store.projects.update(t, "you", theirs.id, name="Mine"),
        lambda t: store.projects.delete(t, "you", theirs.id),
        lambda t: store.projects.restore(t, "you", theirs.id),
        lambda t: store.projects.purge_now(t, "you", theirs.id),
        lambda t: store.generations.update(t, "you", mine.id, {"project_id": theirs.id}),
        lambda t: store.avatars.move(t, "you", avatar.id, theirs.id),
    ):
        with store.begin() as transaction, pytest.raises(RowMissing):
            reach(transaction)


def test_a_project_is_renamed_archived_and_brought_back(store: Store, clock: Clock) -> None:
    project = begin(store)
    with store.begin() as transaction:
        archived = store.projects.update(transaction, "you", project.id, name="Winter", archived=True)
    assert (archived.name, archived.archived_at) == ("Winter", clock.now)
    clock.pass_seconds(9)
    with store.begin() as transaction:
        again = store.projects.update(transaction, "you", project.id, archived=True)
        assert again.archived_at == archived.archived_at
        assert store.projects.update(transaction, "you", project.id, archived=False).archived_at is None


def test_what_is_in_a_project_goes_and_comes_back_with_it(store: Store, things, clock: Clock) -> None:
    project, inside, outside, earlier = begin(store), things.finished(), things.finished(), things.finished()
    avatar = things.avatar()
    put_in(store, project, inside.id, avatar.id)
    put_in(store, project, earlier.id)
    with store.begin() as transaction:
        store.generations.delete(transaction, "you", earlier.id)
    clock.pass_seconds(60)
    with store.begin() as transaction:
        store.projects.delete(transaction, "you", project.id)
    assert [one.generation.id for one in store.generations.list_page("you").entries] == [outside.id]
    assert store.avatars.list_recent("you") == []
    assert count_trash(store, "you") == {
        "generation": 2,
        "avatar": 1,
        "photo": 0,
        "pose": 0,
        "project": 1,
        "document": 0,
    }
    with store.begin() as transaction:
        store.projects.restore(transaction, "you", project.id)
    kept = [one.generation.id for one in store.generations.list_page("you").entries]
    assert sorted(kept) == sorted([inside.id, outside.id])  # what was in the trash before stays there
    assert [one.id for one in store.avatars.list_recent("you")] == [avatar.id]


def test_a_project_is_deleted_for_good_with_what_is_in_it(store: Store, things) -> None:
    project, inside, outside = begin(store), things.finished(), things.finished()
    put_in(store, project, inside.id, things.avatar().id)
    with store.begin() as transaction:
        store.projects.purge_now(transaction, "you", project.id)
    assert [one.generation.id for one in store.generations.list_page("you").entries] == [outside.id]
    assert store.avatars.list_recent("you") == []
    assert count_trash(store, "you")["generation"] == 0


def test_what_was_taken_out_of_the_trash_outlives_its_project(store: Store, things, clock: Clock) -> None:
    project, saved, lost = begin(store), things.finished(), things.finished()
    put_in(store, project, saved.id)
    put_in(store, project, lost.id)
    with store.begin() as transaction:
        store.projects.delete(transaction, "you", project.id)
        store.generations.restore(transaction, "you", saved.id)
    assert empty_trash(store, "you") == 2
    [kept] = store.generations.list_page("you").entries
    assert (kept.generation.id, kept.generation.project_id) == (saved.id, None)
    other = begin(store)
    with store.begin() as transaction:
        store.projects.delete(transaction, "you", other.id)
    clock.pass_seconds(9)
    assert store.projects.purge(clock.now + timedelta(seconds=1)) == 1


def test_a_generation_is_in_the_project_of_its_avatar(store: Store, things) -> None:
    project, avatar = begin(store), things.avatar()
    with store.begin() as transaction:
        store.avatars.move(transaction, "you", avatar.id, project.id)
    assert things.generation(avatar_id=avatar.id).project_id == project.id


def test_the_library_comes_back_from_what_is_said_beside_the_files(store: Store, things) -> None:
    project, generation, avatar = begin(store), things.finished(), things.avatar()
    put_in(store, project, generation.id, avatar.id)
    said = {"title": "Ada", "tags": ["red", "blue"], "favourite": True, "rating": 4, "notes": "A note"}
    with store.begin() as transaction:
        store.generations.update(transaction, "you", generation.id, said)
    before = things.finished()  # as a release before this one said it
    path = store.objects.folder / "manifests" / f"generation-{before.id}.json"
    path = next(one for one in store.objects.manifests() if one.name == path.name)
    manifest = json.loads(path.read_bytes())
    for name in ("project_id", *said):
        if name != "title":
            del manifest["row"][name]
    path.write_text(json.dumps(manifest))
    folder = store.folder
    store.close()
    for path in folder.glob("studio.sqlite3*"):
        path.unlink()
    again = open_again(folder, adopt=True)
    assert adopt_files(again)["unreadable"] == 0
    assert again.projects.get("you", project.id) == project
    row = again.generations.get("you", generation.id).generation
    assert {name: getattr(row, name) for name in said} == said
    assert (row.project_id, again.avatars.get("you", avatar.id).project_id) == (project.id, project.id)
    old = again.generations.get("you", before.id).generation
    assert (old.project_id, old.favourite, old.rating, old.notes, old.tags) == (None, False, None, "", [])
    again.close()

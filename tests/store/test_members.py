"""Shared projects in the store: what members see and change, and that a share ends for everything at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from store.errors import NotOwner, RowMissing
from store.rows import AvatarRow, GenerationRow
from store.search import Search
from store.store import Store


@dataclass
class SharedProject:
    """Ada's project with an avatar and a generation in it, and a generation of hers that is in none."""

    project_id: str
    avatar: AvatarRow
    inside: GenerationRow
    outside: GenerationRow


@pytest.fixture
def people(store: Store) -> dict[str, str]:
    with store.begin() as transaction:
        return {
            name: store.people.add(transaction, name=name, name_key=name, password_hash="", role="creator").id
            for name in ("ada", "ben", "eve")
        }


@pytest.fixture
def shared(store: Store, things: Any, people: dict[str, str]) -> SharedProject:
    ada = people["ada"]
    avatar, outside = things.avatar(ada), things.finished(ada, 1)
    with store.begin() as transaction:
        project = store.projects.add(transaction, ada, name="Summer")
        avatar = store.avatars.move(transaction, ada, avatar.id, project.id)
    inside = things.finished(ada, 1, avatar.id)
    return SharedProject(project.id, avatar, inside, outside)


@pytest.fixture
def share(store: Store, people: dict[str, str], shared: SharedProject) -> Callable[[str, str], None]:
    def put(name: str, access: str) -> None:
        with store.begin() as transaction:
            store.members.put(
                transaction, people["ada"], shared.project_id, person_id=people[name], access=access
            )

    return put


def look(store: Store, person: str, shared: SharedProject) -> None:
    """Ask for everything of the project by id, and for what is on its pages."""
    entry = store.generations.get(person, shared.inside.id)
    store.generations.requests(person, shared.inside.id)
    store.avatars.get(person, shared.avatar.id)
    store.projects.get(person, shared.project_id)
    for file_id in (entry.pictures[0].file_id, shared.avatar.thumbnail_id or ""):
        assert store.files.read(person, file_id)
    rows, _ = store.avatars.list_page(person, project_id=shared.project_id)
    assert [row.id for row in rows] == [shared.avatar.id]


def test_who_reads_sees_all_of_the_project_and_changes_nothing(
    store: Store, people: dict[str, str], shared: SharedProject, share: Callable[[str, str], None]
) -> None:
    ben, eve = people["ben"], people["eve"]
    share("ben", "read")
    look(store, ben, shared)
    with pytest.raises(RowMissing):
        look(store, eve, shared)
    [(project, access)] = store.members.list_shared(ben)
    assert (project.id, access) == (shared.project_id, "read")
    assert store.members.list_shared(eve) == []
    for refused, one in ((NotOwner, shared.inside.id), (RowMissing, shared.outside.id)):
        with store.begin() as transaction, pytest.raises(refused):
            store.generations.update(transaction, ben, one, {"tags": ["mine"]})
    with store.begin() as transaction:
        with pytest.raises(NotOwner):
            store.avatars.update(transaction, ben, shared.avatar.id, name="Eve")
        with pytest.raises(NotOwner):
            store.projects.update(transaction, ben, shared.project_id, name="Mine")
        with pytest.raises(NotOwner):
            store.members.put(transaction, ben, shared.project_id, person_id=eve, access="read")
    assert store.avatars.list_page(eve, project_id=shared.project_id) == ([], None)
    assert store.avatars.list_recent(ben) == []
    assert store.generations.list_page(ben).entries == ()


def test_who_writes_changes_what_is_there_and_deletes_nothing_of_others(
    store: Store,
    things: Any,
    people: dict[str, str],
    shared: SharedProject,
    share: Callable[[str, str], None],
) -> None:
    ada, ben = people["ada"], people["ben"]
    share("ben", "write")
    with store.begin() as transaction:
        store.generations.update(transaction, ben, shared.inside.id, {"tags": ["by ben"]})
        changed = store.avatars.update(transaction, ben, shared.avatar.id, name="Lovelace")
        assert (changed.owner, changed.name) == (ada, "Lovelace")
        for rows, one in ((store.generations, shared.inside.id), (store.avatars, shared.avatar.id)):
            for act in (rows.delete, rows.purge_now):
                with pytest.raises(NotOwner):
                    act(transaction, ben, one)
        with pytest.raises(NotOwner):
            store.projects.delete(transaction, ben, shared.project_id)
        with pytest.raises(NotOwner):
            store.generations.update(transaction, ben, shared.inside.id, {"project_id": None})
        with pytest.raises(NotOwner):
            store.shares.add(transaction, ben, shared.inside.id, expires_at=store.clock())
    assert store.generations.get(ada, shared.inside.id).generation.tags == ["by ben"]
    made = things.finished(ben, 1, shared.avatar.id)  # of Ada's avatar: it lies in her project, and is Ben's
    assert (made.owner, made.project_id) == (ben, shared.project_id)
    look(store, ada, SharedProject(shared.project_id, shared.avatar, made, shared.outside))
    with store.begin() as transaction, pytest.raises(NotOwner):
        store.generations.purge_now(transaction, ada, made.id)


def test_a_page_of_the_project_shows_what_every_member_put_there(
    store: Store,
    things: Any,
    people: dict[str, str],
    shared: SharedProject,
    share: Callable[[str, str], None],
) -> None:
    ada, ben, eve = people["ada"], people["ben"], people["eve"]
    share("ben", "write")
    made = things.finished(ben, 1, shared.avatar.id)
    both = [made.id, shared.inside.id]
    for person, other in ((ada, ben), (ben, ada)):
        others = store.members.list_owners(person, shared.project_id)
        assert others == (other,)
        assert store.members.count_generations(person, shared.project_id) == 2
        for sort in ("newest", "title"):
            search = Search(facets={"project": shared.project_id}, others=others, sort=sort)  # type: ignore[arg-type]
            page = store.generations.search_page(person, search, limit=1)
            after = store.generations.search_page(person, search, page.next_cursor, limit=1)
            found = [entry.generation.id for entry in (*page.entries, *after.entries)]
            assert sorted(found, reverse=True) == both, sort
        counts = store.generations.count(person, search)
        assert (counts["total", ""], counts["project", shared.project_id]) == (2, 2)
        not_starred = Search(
            facets={"project": shared.project_id}, others=others, not_favourite=True, words="person"
        )
        assert len(store.generations.search_page(person, not_starred).entries) == 2
    assert store.members.list_owners(eve, shared.project_id) == ()
    assert store.generations.search_page(eve, Search(facets={"project": shared.project_id})).entries == ()


@pytest.mark.parametrize("how", ["ended", "left", "in the trash", "purged", "taken out", "removed"])
def test_a_share_ends_for_everything_at_once(
    store: Store, people: dict[str, str], shared: SharedProject, share: Callable[[str, str], None], how: str
) -> None:
    ada, ben = people["ada"], people["ben"]
    share("ben", "write")
    look(store, ben, shared)
    with store.begin() as transaction:
        if how in ("ended", "left"):
            by = ada if how == "ended" else ben
            store.members.remove(transaction, by, shared.project_id, person_id=ben)
        elif how == "in the trash":
            store.projects.delete(transaction, ada, shared.project_id)
        elif how == "purged":
            store.projects.purge_now(transaction, ada, shared.project_id)
        elif how == "taken out":
            store.generations.update(transaction, ada, shared.inside.id, {"project_id": None})
            store.avatars.move(transaction, ada, shared.avatar.id, None)
        else:
            store.people.remove(transaction, ben)
    for ask in (
        lambda: store.generations.get(ben, shared.inside.id),
        lambda: store.avatars.get(ben, shared.avatar.id),
        lambda: store.files.get(ben, shared.avatar.thumbnail_id or ""),
    ):
        with pytest.raises(RowMissing):
            ask()
    if how == "removed":
        assert store.members.list_of(ada, shared.project_id) == []


def test_what_somebody_made_there_is_not_shared_any_more_when_their_share_ends(
    store: Store,
    things: Any,
    people: dict[str, str],
    shared: SharedProject,
    share: Callable[[str, str], None],
) -> None:
    ada, ben = people["ada"], people["ben"]
    share("ben", "write")
    made = things.finished(ben, 1, shared.avatar.id)
    share("ben", "read")
    assert store.generations.get(ada, made.id)
    with store.begin() as transaction:
        store.members.remove(transaction, ada, shared.project_id, person_id=ben)
    with pytest.raises(RowMissing):
        store.generations.get(ada, made.id)
    assert store.generations.get(ben, made.id)


def test_a_photo_is_never_shared_and_the_same_bytes_are_not_told(
    store: Store,
    things: Any,
    people: dict[str, str],
    shared: SharedProject,
    share: Callable[[str, str], None],
) -> None:
    ada, ben = people["ada"], people["ben"]
    photo = things.photo(owner=ada)
    with store.begin() as transaction:
        store.avatars.add(
            transaction, ada, name="Of a photo", persona={}, photo_id=photo.id, project_id=shared.project_id
        )
    share("ben", "write")
    with pytest.raises(RowMissing):
        store.photos.get(ben, photo.id)
    with pytest.raises(RowMissing):
        store.files.get(ben, photo.file_id)
    theirs = store.files.get(ada, shared.avatar.thumbnail_id or "")
    assert store.files.find(ben, theirs.sha256) is None
    with store.begin() as transaction:
        _, had_it = store.files.register(transaction, ben, store.files.put(b"face of Ada"), "image/png")
    assert not had_it

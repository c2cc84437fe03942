"""Every public way to a person's row takes the owner, and a foreign id is a missing id."""

from __future__ import annotations

import inspect
from contextlib import nullcontext

import pytest

from store.errors import RowMissing
from store.search import Search
from store.store import Store

NOUNS = (
    "files", "photos", "avatars", "generations", "jobs", "projects", "documents", "shares", "webhooks",
    "members",
)  # fmt: skip

# What has no owner: the worker's side, which holds a token instead, and maintenance.
BY_TOKEN = {
    "heartbeat",
    "set_progress",
    "is_cancel_requested",
    "require_lease",
    "finish",
    "fail",
    "cancelled",
}
BY_TOKEN |= {"retry_later", "requeue", "add_picture", "set_requests"}
BY_MAINTENANCE = {
    "claim",
    "reconcile",
    "list_due",
    "list_newest",  # for the admin
    "purge",
    "collect_garbage",
    "put",
    "put_written",
    "erase_stray",
    "path",
    "unuse",
    "find_faceless",
    "find_idle",
    "erase",
    "describe",
    "finish_erasures",
    "find_shown",  # by a signed address
    "count_download",
    "settle",
    "disable",
    "count_all",
}


def public_methods(store: Store) -> list[tuple[str, str]]:
    found = []
    for noun in NOUNS:
        part = getattr(store, noun)
        found += [
            (noun, name) for name in dir(part) if not name.startswith("_") and callable(getattr(part, name))
        ]
    return found


def test_everything_else_takes_the_owner(store: Store) -> None:
    for noun, name in public_methods(store):
        parameters = inspect.signature(getattr(getattr(store, noun), name)).parameters
        if name in BY_TOKEN:
            assert {"job_id", "token"} <= set(parameters), f"{noun}.{name}"
        elif name not in BY_MAINTENANCE:
            assert "owner" in parameters, f"{noun}.{name}"
            assert parameters["owner"].default is inspect.Parameter.empty, f"{noun}.{name}"


@pytest.mark.parametrize("owner", ["somebody", "YOU", "you ", "%", ""])
def test_a_foreign_id_is_a_missing_id_everywhere(store: Store, things, owner: str) -> None:
    photo, avatar = things.photo(), things.avatar()
    generation = things.finished()
    picture = store.generations.get("you", generation.id).pictures[0]
    mine = {"file_id": photo.file_id, "photo_id": photo.id, "avatar_id": avatar.id, "picture_id": picture.id}
    mine |= {"generation_id": generation.id, "job_id": generation.job_id}
    with store.begin() as transaction:
        mine["project_id"] = store.projects.add(transaction, "you", name="Summer").id
        document = store.documents.add(transaction, "you", kind="persona", name="Ada", content={})
    mine["document_id"] = document.id
    tried = set()
    for noun, name in public_methods(store):
        method = getattr(getattr(store, noun), name)
        parameters = inspect.signature(method).parameters
        wanted = [key for key in parameters if key in mine]
        if "owner" not in parameters or len(wanted) != 1 or name in ("add", "count_uses"):
            continue
        if name in ("list_owners", "count_generations"):
            assert not method(owner, mine["project_id"])
            continue
        if name == "list_page":  # a filter: of what is foreign as of what is missing there is nothing
            pages = [method(owner, **{wanted[0]: one}) for one in (mine[wanted[0]], "0" * 28)]
            assert pages == [([], None)] * 2, noun
            continue
        extra = {
            ("photos", "update"): {"look": {}},
            ("photos", "note"): {"said": {}},
            ("generations", "update"): {"values": {"notes": "x"}},
            ("members", "put"): {"person_id": owner, "access": "write"},
            ("members", "remove"): {"person_id": owner},
        }
        extra = extra.get((noun, name), {})
        outcomes = []
        for row_id in (mine[wanted[0]], "0" * 28):
            arguments = {"owner": owner, wanted[0]: row_id, **extra}
            with store.begin() if "transaction" in parameters else nullcontext() as transaction:
                joined = {} if transaction is None else {"transaction": transaction}
                with pytest.raises(RowMissing) as refused:
                    method(**arguments, **joined)
            outcomes.append(str(refused.value))
        assert outcomes[0] == outcomes[1]
        tried.add(f"{noun}.{name}")
    assert {
        "files.get",
        "files.read",
        "files.delete",
        "photos.get",
        "photos.delete",
        "photos.restore",
    } <= tried
    assert {
        "avatars.get",
        "avatars.update",
        "avatars.delete",
        "generations.get",
        "generations.requests",
    } <= tried
    assert {"documents.get", "documents.update", "documents.delete", "avatars.versions"} <= tried
    assert {"projects.get", "projects.update", "projects.delete", "generations.update"} <= tried
    assert {"generations.get_picture", "generations.get_by_job", "jobs.get", "jobs.preview"} <= tried
    assert {"jobs.request_cancel", "generations.delete", "generations.restore"} <= tried
    assert store.files.count_uses(owner, photo.file_id) == 0


def test_lists_and_searches_show_the_owners_things_only(store: Store, things) -> None:
    photo = things.photo()
    things.avatar()
    things.finished()
    assert store.photos.list_recent("somebody") == []
    assert store.avatars.list_recent("somebody") == []
    assert store.generations.list_page("somebody").entries == ()
    assert store.jobs.list_recent("somebody") == []
    assert store.projects.list_recent("somebody") == []
    assert store.documents.list_recent("somebody", "persona") == []
    assert store.generations.search_page("somebody", Search(words="person")).entries == ()
    assert store.photos.find("somebody", photo.sha256) is None
    assert store.files.find("somebody", store.files.get("you", photo.file_id).sha256) is None


def test_a_generation_of_somebody_elses_job_is_refused(store: Store, things) -> None:
    job_id = things.generation().job_id
    values = {"title": "", "order": {}, "requests": [], "prompt": "", "negative_prompt": ""}
    with store.begin() as transaction, pytest.raises(RowMissing):
        store.generations.add(transaction, "somebody", job_id=job_id, **values)

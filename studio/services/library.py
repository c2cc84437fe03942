"""The library in the store's words: searches, counts, and what an action on several changes of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from pipelines.errors import RequestRefused
from store.search import Counts, Search
from store.store import Store
from studio.vocabulary.library import (
    MOST_TAGS,
    BulkAction,
    GenerationCounts,
    GenerationSearch,
    Notes,
    Rating,
    Tags,
    Title,
)
from studio.vocabulary.names import Id

FIRST_MOMENT, LAST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
YES, NO = "true", "false"
# The store's filters, and the fields of a search that say them.
FACETS = {
    "project": "project_id",
    "avatar": "avatar_id",
    "tag": "tag",
    "state": "state",
    "engine": "engine",
    "pose": "pose",
    "style": "style",
    "preset": "preset",
    "view": "view",
    "category": "category",
    "size": "size",
}
KIND_OF: dict[str, Any] = {
    "title": Title,
    "tags": Tags,
    "favourite": bool,
    "rating": Rating | None,
    "notes": Notes,
    "project_id": Id | None,
}


def view_counts(counted: Counts) -> GenerationCounts:
    """What is shown of how many fit: the most frequent first."""
    of: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for (facet, value), number in counted.most_common():
        if facet in of:
            of[facet][value] = number
    return GenerationCounts(
        total=counted["total", ""],
        favourite=counted["favourite", ""],
        person=counted["person", YES],
        is_all=not counted["more", ""],
        **of,
    )


def to_store(search: GenerationSearch, others: Sequence[str] = ()) -> Search:
    """The search as the store takes it; `others` are the further owners of what is found."""
    facets = {facet: value for facet, name in FACETS.items() if (value := getattr(search, name))}
    if search.favourite:
        facets["favourite"] = YES
    if search.person is not None:
        facets["person"] = YES if search.person else NO
    return Search(
        words=search.q,
        facets=cast(Any, facets),
        not_favourite=search.favourite is False,
        since=_clamp(search.since),
        until=_clamp(search.until),
        sort=search.sort,
        others=tuple(others),
    )


def find_search(store: Store, person_id: str, search: GenerationSearch | None) -> Search:
    """The search as the store takes it: of a shared project, what everybody in it put there."""
    search = search or GenerationSearch()
    others = store.members.list_owners(person_id, search.project_id) if search.project_id else ()
    return to_store(search, others)


def _clamp(moment: datetime | None) -> datetime | None:
    """A moment that can be reckoned with: before all that can have been made, and after it, nothing differs."""
    return None if moment is None else min(max(moment, FIRST_MOMENT), LAST_MOMENT)


def change_of(
    kept: Sequence[str], action: BulkAction, project_id: str | None, tags: Sequence[str]
) -> dict[str, Any]:
    """The columns that an action on several changes of one, whose tags are `kept`. Raises RequestRefused."""
    if action == "move":
        return {"project_id": project_id}
    if action in ("favourite", "unfavourite"):
        return {"favourite": action == "favourite"}
    if action == "untag":
        return {"tags": [tag for tag in kept if tag not in tags]}
    all_tags = list(dict.fromkeys([*kept, *tags]))
    if len(all_tags) > MOST_TAGS:
        raise RequestRefused(f"A generation can have {MOST_TAGS} tags at most.")
    return {"tags": all_tags}

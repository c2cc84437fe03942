"""Search in SQLite: one FTS5 table with a row for every generation that is not in the trash.

Its column `words` is what a person may look for, its column `facets` one token for each fact that can be filtered by:
text and filters are one look-up, newest first by rowid, and nothing has to be joined and sorted. Triggers keep it in
step with the rows, so that no way of writing a row can forget it; they also keep the number of rows that each token is
on, so that the counts of everything need no counting. All of it is made of the rows alone: whatever becomes of it,
`rebuild` makes it again.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from store.errors import BadCursor
from store.records import UtcDateTime
from store.search import Categories, Counts, Search, split_words
from store.sqlite_index import (
    CATEGORIES,
    CATEGORY_TABLE,
    COUNT,
    COUNTS,
    DIFFERENT,
    EMPTY,
    FACET_OF_KIND,
    FILL,
    FORMER,
    KIND_OF_FACET,
    MADE,
    OUT_OF_ORDER,
    RENUMBER,
    STRUCTURE_BYTES,
    TABLE,
)

OFTEN = 50_000  # rows that have a token; below, each step in its list is short
FEW = 2000  # rows that have the words; above, the newest sixty are found soon
ALL = -1  # as a limit
PAGES_AT_ONCE = 512  # of the index that one step of a merging writes, with the write lock held: 35 ms of work
# A merging of the whole index puts what it made two levels higher, and leaves the lower ones empty: two bytes each.
# SQLite 3.40 comes so to more than 2,000 levels, which it then refuses to open; an index made anew has one again.
MOST_STRUCTURE_BYTES = 2000
# What lies after the cursor, also where the row of the cursor itself is gone.
_AFTER = {
    "newest": f"{TABLE}.rowid < (SELECT rowid FROM generations WHERE id >= :cursor ORDER BY id LIMIT 1)",
    "oldest": f"{TABLE}.rowid > (SELECT rowid FROM generations WHERE id <= :cursor ORDER BY id DESC LIMIT 1)",
    "title": "(lower(g.title), g.rowid) > (SELECT lower(title), rowid FROM generations WHERE id = :cursor)",
    "rating": "(coalesce(g.rating, -1), g.rowid) < "
    "(SELECT coalesce(rating, -1), rowid FROM generations WHERE id = :cursor)",
}
_ORDER = {
    "newest": f"{TABLE}.rowid DESC",
    "oldest": f"{TABLE}.rowid",
    "title": "lower(g.title), g.rowid",
    "rating": "coalesce(g.rating, -1) DESC, g.rowid DESC",
}


class SqliteSearch:
    """The search of one SQLite database."""

    def is_ready(self, connection: Connection, categories: Categories | None = None) -> bool:
        """Whether all of it is there as this version makes it, with these categories of poses."""
        wanted = {**MADE, CATEGORIES: CATEGORY_TABLE}
        names = ", ".join(f"'{name}'" for name in wanted)
        found = connection.exec_driver_sql(f"SELECT name, sql FROM sqlite_master WHERE name IN ({names})")
        if {row.name: row.sql for row in found} != wanted or not _can_be_read(connection):
            return False
        return categories is None or _read_categories(connection) == categories

    def prepare(self, connection: Connection, categories: Categories | None = None) -> None:
        """Make it where it is not there, or was made by another version or with other categories of poses."""
        if not self.is_ready(connection, categories):
            self.rebuild(connection, categories)

    def rebuild(self, connection: Connection, categories: Categories | None = None) -> None:
        """Make it anew of the rows, which are put into the order of their ids first: rebuilt ones came later.

        Without `categories` the poses stay in those that were said last.
        """
        run = connection.exec_driver_sql
        kept = _read_categories(connection) if categories is None else categories
        self.drop(connection)
        if run(OUT_OF_ORDER).scalar():
            newest = run("SELECT max(rowid) FROM generations").scalar() or 0
            run(RENUMBER.format(start=int(newest)))
        for sql in (CATEGORY_TABLE, *MADE.values()):
            run(sql)
        if kept:
            run(f"INSERT INTO {CATEGORIES} VALUES (?, ?)", list(kept.items()))
        run(FILL)
        run(COUNT)

    def drop(self, connection: Connection) -> None:
        """Take it away, triggers too, also where it cannot be read."""
        if not _can_be_read(connection):
            connection.exec_driver_sql(EMPTY)
        for name in (*reversed(MADE), CATEGORIES, *FORMER):
            kind = "TABLE" if name in (TABLE, COUNTS, CATEGORIES, *FORMER) else "TRIGGER"
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")

    def is_in_step(self, connection: Connection) -> bool:
        """Whether it says of every row what the row says."""
        return self.is_ready(connection) and not connection.exec_driver_sql(DIFFERENT).scalar()

    def forget_deleted(self, connection: Connection, *, is_first: bool) -> bool:
        """Write some of it anew without what was deleted: until then the words of it lie there, marked as gone.

        The first step takes up all that is there, the others go on with it; whether there is more to do.
        """
        run = connection.exec_driver_sql
        before = int(run("SELECT total_changes()").scalar_one())
        pages = (
            -PAGES_AT_ONCE if is_first else PAGES_AT_ONCE
        )  # https://sqlite.org/fts5.html, "The 'merge' Command"
        run(f"INSERT INTO {TABLE}({TABLE}, rank) VALUES ('merge', {pages})")
        if int(run("SELECT total_changes()").scalar_one()) - before > 1:  # one change is the order itself
            return True
        if int(run(STRUCTURE_BYTES).scalar_one()) > MOST_STRUCTURE_BYTES:
            run(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")
        return False

    def find(
        self, connection: Connection, owner: str, search: Search, cursor: str | None, limit: int
    ) -> Sequence[str]:
        """The ids of what fits, after the cursor's. Raises BadCursor where the order needs a row that is gone."""
        where, values = _where(owner, search, _choose_looked_at(connection, owner, search))
        owners = {f"owner{number}": one for number, one in enumerate((owner, *search.others))}
        names = ", ".join(f":{name}" for name in owners)
        if cursor is not None:
            _check_cursor(connection, (owner, *search.others), search, cursor)
            where, values = f"{where} AND {_AFTER[search.sort]}", values | {"cursor": cursor}
        wanted = (
            f"SELECT g.id FROM {TABLE} CROSS JOIN generations g ON g.rowid = {TABLE}.rowid WHERE {where} "
            f"AND g.owner IN ({names}) AND g.deleted_at IS NULL ORDER BY {_ORDER[search.sort]} LIMIT :limit"
        )
        values |= {**owners, "limit": limit}
        return [row[0] for row in connection.exec_driver_sql(wanted, values)]

    def count(self, connection: Connection, owner: str, search: Search, most: int | None = None) -> Counts:
        """How many fit, in all and of each fact; where more than `most` fit, of the newest of them."""
        if not search.has_filters:
            return self._count_kept(connection, owner)
        where, values = _where(owner, search)
        joined = (
            f"CROSS JOIN generations g ON g.rowid = {TABLE}.rowid" if search.since or search.until else ""
        )
        values["most"] = ALL if most is None else most
        newest = f"FROM {TABLE} {joined} WHERE {where} ORDER BY {TABLE}.rowid DESC LIMIT"
        # Many have the same facts: they are put together before they come here.
        grouped = f"SELECT facets, count(*) FROM (SELECT facets {newest} :most) GROUP BY facets"
        counted: Counter[str] = Counter()
        for facets, number in connection.exec_driver_sql(grouped, values):
            for token in set(facets.split()):
                counted[token] += number
        said: Counts = Counter()
        for token, number in counted.items():  # the owner is hexadecimal, so that the first x ends it
            said[_read_token(token.lower(), token[: token.lower().index("x") + 1])] += number
        beyond = f"SELECT EXISTS (SELECT 1 {newest} 1 OFFSET :most)"
        if said["total", ""] != most or not connection.exec_driver_sql(beyond, values).scalar():
            return said
        for fact in self._count_kept(connection, owner):  # those beyond may have it
            said.setdefault(fact, 0)
        said["more", ""] = 1
        return said

    def _count_kept(self, connection: Connection, owner: str) -> Counts:
        """The counts of everything, which are counted already."""
        prefix = _token(owner)
        kept = f"SELECT token, number FROM {COUNTS} WHERE token >= ? AND token < ?"
        found = connection.exec_driver_sql(kept, (prefix, f"{prefix[:-1]}y")).all()
        return Counter({_read_token(token, prefix): number for token, number in found})


def _can_be_read(connection: Connection) -> bool:
    """Whether SQLite can open the index, or has none to open."""
    try:
        connection.exec_driver_sql(f"SELECT 1 FROM {TABLE} LIMIT 1")
    except DatabaseError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_CORRUPT_VTAB:
            return False
        if code != sqlite3.SQLITE_ERROR:  # which only says that there is none
            raise
    return True


def _read_categories(connection: Connection) -> dict[str, str]:
    """Slug of a pose → its category, as it was said last."""
    table = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = ?", (CATEGORIES,)).first()
    if table is None:
        return {}
    return {row.slug: row.category for row in connection.exec_driver_sql(f"SELECT * FROM {CATEGORIES}")}


def _where(owner: str, search: Search, looked_at: Collection[str] = ()) -> tuple[str, dict[str, Any]]:
    """SQL of what has to fit. The tokens in `looked_at` are read in each row that the rest finds, not looked up."""
    owners, unwanted = (owner, *search.others), _token(owner, "f")
    of_owners = [_match_facets(one, search, looked_at) for one in owners]
    facets = f"({' OR '.join(of_owners)})" if search.others else of_owners[0]
    match = " AND ".join(part for part in (facets, *_match_words(search)) if part)
    for one in owners if search.not_favourite else ():
        if _token(one, "f") not in looked_at:
            match = f'({match}) NOT facets : "{_token(one, "f")}"'
    where, values = f"{TABLE} MATCH :match", {"match": match}
    for number, token in enumerate(looked_at):
        sign = "=" if search.not_favourite and token == unwanted else ">"
        where += f" AND instr(' ' || lower(facets) || ' ', :token{number}) {sign} 0"
        values[f"token{number}"] = f" {token} "
    for name, sign, moment in (("since", ">=", search.since), ("until", "<", search.until)):
        if moment is not None:
            where += f" AND g.created_at {sign} :{name}"
            values[name] = _as_kept(moment)
    return where, values


def _tokens_of(owner: str, search: Search) -> list[str]:
    """The tokens that a row of this owner has to have."""
    tokens = [_token(owner, KIND_OF_FACET[facet], value) for facet, value in search.facets.items()]
    return tokens or [_token(owner)]  # every other token says the owner too


def _match_facets(owner: str, search: Search, looked_at: Collection[str] = ()) -> str:
    parts = [f'facets : "{token}"' for token in _tokens_of(owner, search) if token not in looked_at]
    return f"({' AND '.join(parts)})" if parts else ""


def _match_words(search: Search) -> list[str]:
    words = split_words(search.words)
    if not words:
        return ['facets : "nothing"'] if search.words.strip() else []  # signs alone: no word is made of them
    *whole, last = words
    return [*(f'words : "{word}"' for word in whole), f'words : "{last}" *']


def _choose_looked_at(connection: Connection, owner: str, search: Search) -> list[str]:
    """The tokens that are quicker read in the rows themselves: those that very many have, where few have the words.

    A step in the list of a token that a million rows have takes three times as long as to read one row.
    """
    if not split_words(search.words) or search.others:
        return []
    run, asked = connection.exec_driver_sql, _tokens_of(owner, search)
    if search.not_favourite:
        asked.append(_token(owner, "f"))
    marks = ", ".join("?" * len(asked))
    often = f"SELECT token FROM {COUNTS} WHERE token IN ({marks}) AND number > {OFTEN}"
    common = list(run(often, tuple(asked)).scalars())
    if not common:
        return []
    found = f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {TABLE} MATCH ? LIMIT {FEW + 1})"
    number: int = run(found, (" AND ".join(_match_words(search)),)).scalar_one()
    return common if number <= FEW else []


def _as_kept(moment: Any) -> str:
    """A time as the columns hold it."""
    plain = UtcDateTime().process_bind_param(moment, None)  # type: ignore[arg-type]
    return plain.strftime("%Y-%m-%d %H:%M:%S.%f") if plain else ""


def _check_cursor(connection: Connection, owners: Sequence[str], search: Search, cursor: str) -> None:
    if search.sort in ("title", "rating"):
        whose = connection.exec_driver_sql("SELECT owner FROM generations WHERE id = ?", (cursor,)).scalar()
        if whose not in owners:
            raise BadCursor


def _token(owner: str, kind: str = "", value: str = "") -> str:
    value = "" if kind == "f" else value
    return f"o{owner.encode().hex()}x{kind}{value.encode().hex()}"


def _read_token(token: str, prefix: str) -> tuple[str, str]:
    said = token[len(prefix) :]
    if not said:
        return "total", ""
    return FACET_OF_KIND[said[0]], bytes.fromhex(said[1:]).decode(errors="replace")

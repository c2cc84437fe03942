"""Search in SQLite: one FTS5 table with a row for every generation that is not in the trash.

Its column `words` is what a person may look for, its column `facets` one token for each fact that can be filtered by:
text and filters are one look-up, newest first by rowid, and nothing has to be joined and sorted. Triggers keep it in
step with the rows, so that no way of writing a row can forget it; they also keep the number of rows that each token is
on, so that the counts of everything need no counting. All of it is made of the rows alone: whatever becomes of it,
`rebuild` makes it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from store.errors import BadCursor
from store.records import UtcDateTime
from store.search import Counts, Search, split_words

TABLE, COUNTS = "library", "library_counts"
FORMER = ("library_terms",)  # tables of earlier versions
KIND_OF_FACET = {
    "project": "p",
    "avatar": "a",
    "tag": "t",
    "favourite": "f",
    "state": "s",
    "engine": "e",
    "pose": "q",
    "style": "y",
}
FACET_OF_KIND = {kind: facet for facet, kind in KIND_OF_FACET.items()}
INDEXED = 'title, favourite, notes, tags, state, "order", prompt, avatar_id, project_id, deleted_at'


# The beginning of a word is looked up like a word itself up to so many letters; of longer ones the rows of all words
# that begin so are gathered first, which takes 140 ms where a million rows have one.
BEGINNINGS = " ".join(map(str, range(1, 13)))


def _words(row: str) -> str:
    """SQL: what of a row can be looked for."""
    order = f'{row}."order"'
    parts = (
        f"SELECT value FROM json_tree({order}, '$.persona') WHERE type = 'text'",
        *(f"SELECT value FROM json_each({order}, '$.{name}')" for name in ("more_prompts", "poses")),
        f"SELECT value FROM json_each({row}.tags)",
    )
    inside = f"(SELECT group_concat(value, ' ') FROM ({' UNION ALL '.join(parts)}))"
    return f"{row}.title || ' ' || {row}.prompt || ' ' || {row}.notes || ' ' || coalesce({inside}, '')"


def _facets(row: str) -> str:
    """SQL: the tokens of a row's facts. Each begins with the owner; values are hexadecimal, so that a token is one."""
    owner = f"'o' || hex({row}.owner) || 'x'"
    several = {"q": f"{row}.\"order\", '$.poses'", "t": f"{row}.tags"}
    single = {"s": "state", "p": "project_id", "a": "avatar_id"}
    said = {"e": "engine", "y": "picture_style"}
    parts = [owner, f"CASE WHEN {row}.favourite THEN {owner} || 'f' ELSE '' END"]
    parts += [f"coalesce({owner} || '{kind}' || hex({row}.{name}), '')" for kind, name in single.items()]
    parts += [
        f"coalesce({owner} || '{kind}' || hex(json_extract({row}.\"order\", '$.{name}')), '')"
        for kind, name in said.items()
    ]
    parts += [
        f"coalesce((SELECT group_concat({owner} || '{kind}' || hex(value), ' ') FROM json_each({place})), '')"
        for kind, place in several.items()
    ]
    return " || ' ' || ".join(parts)


def _listed(row: str) -> str:
    """SQL: the tokens of a row's facts, as the index keeps them, as a table of one column."""
    return f"""json_each('["' || replace(lower({_facets(row)}), ' ', '","') || '"]')"""


def _tokens(row: str) -> str:
    return f"(SELECT DISTINCT value FROM {_listed(row)} WHERE value <> '')"


def _count_in(row: str, condition: str = "true") -> str:
    return (
        f"INSERT INTO {COUNTS} SELECT value, 1 FROM {_tokens(row)} WHERE {condition} "
        "ON CONFLICT (token) DO UPDATE SET number = number + 1"
    )


def _count_out(row: str, condition: str = "true") -> str:
    """SQL: two statements. A token that is on nothing goes: it may be the name of what was deleted for good."""
    mine = f"token IN {_tokens(row)} AND {condition}"
    return f"UPDATE {COUNTS} SET number = number - 1 WHERE {mine}; DELETE FROM {COUNTS} WHERE {mine} AND number < 1"


def _insert(row: str) -> str:
    return f"INSERT INTO {TABLE} (rowid, words, facets) SELECT {row}.rowid, {_words(row)}, {_facets(row)}"


def _changed() -> str:
    return " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in INDEXED.split(", "))


_DELETE = f"DELETE FROM {TABLE} WHERE rowid = OLD.rowid"
_NEW_IS_KEPT, _OLD_WAS_KEPT = "NEW.deleted_at IS NULL", "OLD.deleted_at IS NULL"
_IF_KEPT = f"WHERE {_NEW_IS_KEPT}"
_OUT, _IN = _count_out("OLD", _OLD_WAS_KEPT), _count_in("NEW", _NEW_IS_KEPT)
MADE: dict[str, str] = {
    TABLE: f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, facets, tokenize='unicode61 remove_diacritics 2', "
    f"prefix='{BEGINNINGS}')",
    COUNTS: f"CREATE TABLE {COUNTS} (token TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
    "library_added": "CREATE TRIGGER library_added AFTER INSERT ON generations "
    f"BEGIN {_insert('NEW')} {_IF_KEPT}; {_IN}; END",
    "library_changed": f"CREATE TRIGGER library_changed AFTER UPDATE OF {INDEXED} ON generations WHEN {_changed()} "
    f"BEGIN {_DELETE}; {_OUT}; {_insert('NEW')} {_IF_KEPT}; {_IN}; END",
    "library_removed": f"CREATE TRIGGER library_removed AFTER DELETE ON generations BEGIN {_DELETE}; {_OUT}; END",
}
_FILL = f"{_insert('g')} FROM generations g WHERE g.deleted_at IS NULL ORDER BY g.id"
_COUNTED = (
    f"SELECT one.value, count(DISTINCT g.rowid) FROM generations g, {_listed('g')} one "
    "WHERE g.deleted_at IS NULL AND one.value <> '' GROUP BY one.value"
)
_COUNT = f"INSERT INTO {COUNTS} {_COUNTED}"
_DIFFERENT = (
    f"SELECT EXISTS (SELECT g.rowid, {_words('g')}, {_facets('g')} FROM generations g WHERE g.deleted_at IS NULL "
    f"EXCEPT SELECT rowid, words, facets FROM {TABLE}) "
    f"OR (SELECT count(*) FROM {TABLE}) <> (SELECT count(*) FROM generations WHERE deleted_at IS NULL) "
    f"OR EXISTS ({_COUNTED} EXCEPT SELECT * FROM {COUNTS}) OR EXISTS (SELECT * FROM {COUNTS} EXCEPT {_COUNTED})"
)
_OUT_OF_ORDER = (
    "SELECT EXISTS (SELECT 1 FROM (SELECT id, lag(id) OVER (ORDER BY rowid) AS before FROM generations) "
    "WHERE id < before)"
)
_RENUMBER = (
    "UPDATE generations SET rowid = {start} + place FROM "
    "(SELECT id AS of_id, row_number() OVER (ORDER BY id) AS place FROM generations) WHERE id = of_id"
)
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

    def is_ready(self, connection: Connection) -> bool:
        """Whether all of it is there as this version makes it."""
        wanted = ", ".join(f"'{name}'" for name in MADE)
        found = connection.exec_driver_sql(f"SELECT name, sql FROM sqlite_master WHERE name IN ({wanted})")
        return {row.name: row.sql for row in found} == MADE

    def prepare(self, connection: Connection) -> None:
        """Make it where it is not there, or was made by another version."""
        if not self.is_ready(connection):
            self.rebuild(connection)

    def rebuild(self, connection: Connection) -> None:
        """Make it anew of the rows, which are put into the order of their ids first: rebuilt ones came later."""
        run = connection.exec_driver_sql
        self.drop(connection)
        if run(_OUT_OF_ORDER).scalar():
            newest = run("SELECT max(rowid) FROM generations").scalar() or 0
            run(_RENUMBER.format(start=int(newest)))
        for sql in MADE.values():
            run(sql)
        run(_FILL)
        run(_COUNT)

    def drop(self, connection: Connection) -> None:
        """Take it away, triggers too."""
        for name in (*reversed(MADE), *FORMER):
            kind = "TABLE" if name in (TABLE, COUNTS, *FORMER) else "TRIGGER"
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")

    def is_in_step(self, connection: Connection) -> bool:
        """Whether it says of every row what the row says."""
        return self.is_ready(connection) and not connection.exec_driver_sql(_DIFFERENT).scalar()

    def forget_deleted(self, connection: Connection) -> None:
        """Write it anew without what was deleted: until then the words of deleted rows lie in it, marked as gone."""
        connection.exec_driver_sql(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")

    def find(
        self, connection: Connection, owner: str, search: Search, cursor: str | None, limit: int
    ) -> Sequence[str]:
        """The ids of what fits, after the cursor's. Raises BadCursor where the order needs a row that is gone."""
        where, values = _where(owner, search)
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

    def count(self, connection: Connection, owner: str, search: Search) -> Counts:
        """How many fit, in all and of each fact."""
        prefix = _token(owner)
        if not search.has_filters:  # that is counted already
            kept = f"SELECT token, number FROM {COUNTS} WHERE token >= ? AND token < ?"
            kept_counts = connection.exec_driver_sql(kept, (prefix, f"{prefix[:-1]}y")).all()
            return Counter({_read_token(token, prefix): number for token, number in kept_counts})
        where, values = _where(owner, search)
        joined = (
            f"CROSS JOIN generations g ON g.rowid = {TABLE}.rowid" if search.since or search.until else ""
        )
        rows = connection.exec_driver_sql(f"SELECT facets FROM {TABLE} {joined} WHERE {where}", values)
        counted: Counter[str] = Counter()
        for facets, number in Counter(rows.scalars()).items():  # many have the same facts
            for token in set(facets.split()):
                counted[token] += number
        found: Counts = Counter()
        for token, number in counted.items():  # the owner is hexadecimal, so that the first x ends it
            found[_read_token(token.lower(), token[: token.lower().index("x") + 1])] += number
        return found


def _match_facets(owner: str, search: Search) -> str:
    tokens = [_token(owner, KIND_OF_FACET[facet], value) for facet, value in search.facets.items()]
    tokens = tokens or [_token(owner)]  # every other token says the owner too
    return "(" + " AND ".join(f'facets : "{token}"' for token in tokens) + ")"


def _where(owner: str, search: Search) -> tuple[str, dict[str, Any]]:
    owners = (owner, *search.others)
    match = " OR ".join(_match_facets(one, search) for one in owners)
    match = f"({match})" if search.others else match
    words = split_words(search.words)
    if words:
        *whole, last = words
        match += "".join(f' AND words : "{word}"' for word in whole) + f' AND words : "{last}" *'
    elif search.words.strip():
        match += ' AND facets : "nothing"'  # signs alone: no word is made of them
    if search.not_favourite:
        for one in owners:
            match = f'({match}) NOT facets : "{_token(one, "f")}"'
    where, values = f"{TABLE} MATCH :match", {"match": match}
    for name, sign, moment in (("since", ">=", search.since), ("until", "<", search.until)):
        if moment is not None:
            where += f" AND g.created_at {sign} :{name}"
            values[name] = _as_kept(moment)
    return where, values


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

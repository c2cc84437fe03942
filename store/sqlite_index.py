"""The search index of SQLite, as SQL: its tables, what of a row is in them, and the triggers that keep it in step."""

from __future__ import annotations

TABLE, COUNTS, CATEGORIES = "library", "library_counts", "library_categories"
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
    "preset": "r",
    "view": "v",
    "category": "c",
    "size": "z",
    "person": "n",
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
    owner, order = f"'o' || hex({row}.owner) || 'x'", f'{row}."order"'
    single = {
        "s": f"{row}.state",
        "p": f"{row}.project_id",
        "a": f"{row}.avatar_id",
        "e": f"json_extract({order}, '$.engine')",
        "r": f"json_extract({order}, '$.preset')",
        "y": f"json_extract({order}, '$.picture_style')",
        "z": f"json_extract({order}, '$.width') || 'x' || json_extract({order}, '$.height')",
        "n": f"CASE WHEN {_names_person(order)} THEN 'true' ELSE 'false' END",
    }
    several = {
        "q": f"SELECT value FROM json_each({order}, '$.poses')",
        "v": f"SELECT value FROM json_each({order}, '$.views')",
        "t": f"SELECT value FROM json_each({row}.tags)",
        "c": _categories(order),
    }
    parts = [owner, f"CASE WHEN {row}.favourite THEN {owner} || 'f' ELSE '' END"]
    parts += [f"coalesce({owner} || '{kind}' || hex({value}), '')" for kind, value in single.items()]
    parts += [
        f"coalesce((SELECT group_concat({owner} || '{kind}' || hex(value), ' ') FROM ({values})), '')"
        for kind, values in several.items()
    ]
    return " || ' ' || ".join(parts)


def _names_person(order: str) -> str:
    """SQL: whether an order says whom it shows: a kept avatar, or a photo of a person."""
    photo = f"SELECT 1 FROM json_tree({order}, '$.references') WHERE key = 'role' AND value = 'person'"
    return f"json_extract({order}, '$.avatar_id') IS NOT NULL OR EXISTS ({photo})"


def _categories(order: str) -> str:
    """SQL: the categories of an order's poses: the gallery's, and those that poses inside the order say themselves."""
    poses = f"(SELECT value FROM json_each({order}, '$.poses'))"
    return (
        f"SELECT category AS value FROM {CATEGORIES} WHERE slug IN {poses} "
        f"UNION SELECT json_extract(value, '$.category') FROM json_each({order}, '$.given_poses') "
        f"WHERE type = 'object' AND key IN {poses} AND json_type(value, '$.category') = 'text'"
    )


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
# Which category each pose of the gallery is of: the rows do not say it, whoever opens the store does.
CATEGORY_TABLE = (
    f"CREATE TABLE {CATEGORIES} (slug TEXT NOT NULL PRIMARY KEY, category TEXT NOT NULL) WITHOUT ROWID"
)
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
FILL = f"{_insert('g')} FROM generations g WHERE g.deleted_at IS NULL ORDER BY g.id"
_COUNTED = (
    f"SELECT one.value, count(DISTINCT g.rowid) FROM generations g, {_listed('g')} one "
    "WHERE g.deleted_at IS NULL AND one.value <> '' GROUP BY one.value"
)
COUNT = f"INSERT INTO {COUNTS} {_COUNTED}"
DIFFERENT = (
    f"SELECT EXISTS (SELECT g.rowid, {_words('g')}, {_facets('g')} FROM generations g WHERE g.deleted_at IS NULL "
    f"EXCEPT SELECT rowid, words, facets FROM {TABLE}) "
    f"OR (SELECT count(*) FROM {TABLE}) <> (SELECT count(*) FROM generations WHERE deleted_at IS NULL) "
    f"OR EXISTS ({_COUNTED} EXCEPT SELECT * FROM {COUNTS}) OR EXISTS (SELECT * FROM {COUNTS} EXCEPT {_COUNTED})"
)
OUT_OF_ORDER = (
    "SELECT EXISTS (SELECT 1 FROM (SELECT id, lag(id) OVER (ORDER BY rowid) AS before FROM generations) "
    "WHERE id < before)"
)
RENUMBER = (
    "UPDATE generations SET rowid = {start} + place FROM "
    "(SELECT id AS of_id, row_number() OVER (ORDER BY id) AS place FROM generations) WHERE id = of_id"
)
# FTS5 keeps in this row which pieces the index has: https://sqlite.org/fts5.html, "FTS5 Data Structures". Without any
# it can be opened, whatever it was before.
STRUCTURE_BYTES = f"SELECT length(block) FROM {TABLE}_data WHERE id = 10"
EMPTY = f"UPDATE {TABLE}_data SET block = x'00000000000000' WHERE id = 10"

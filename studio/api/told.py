"""What the window has told whom: the paths of files and the sessions of pages. Nobody may name another's."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Literal

Kind = Literal["file", "session"]

MOST_OWNERS = 256
MOST_THINGS = 8192  # of one owner; the oldest are forgotten first


class Told:
    """Remembers, for each owner, the things that were told to them. Kept in memory: a restart forgets."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, OrderedDict[tuple[Kind, str], None]] = OrderedDict()

    def note(self, owner: str, kind: Kind, thing: str) -> None:
        """Remember that this owner was told this thing."""
        things = self._owners.setdefault(owner, OrderedDict())
        self._owners.move_to_end(owner)
        things[kind, _normal(kind, thing)] = None
        things.move_to_end((kind, _normal(kind, thing)))
        while len(things) > MOST_THINGS:
            things.popitem(last=False)
        while len(self._owners) > MOST_OWNERS:
            self._owners.popitem(last=False)

    def knows(self, owner: str, kind: Kind, thing: str) -> bool:
        """Whether this owner was told this thing."""
        return (kind, _normal(kind, thing)) in self._owners.get(owner, ())


def is_inside(path: str, folder: str) -> bool:
    """Whether an absolute path lies in a folder, by its text alone: ".." is worked out, nothing is opened."""
    if not path or "\x00" in path or not os.path.isabs(path):  # noqa: PTH117 text, not a file
        return False
    inside, outside = (os.path.normcase(os.path.abspath(place)) for place in (path, folder))  # noqa: PTH100
    return inside.startswith(outside + os.sep)


def _normal(kind: Kind, thing: str) -> str:
    return os.path.normcase(thing) if kind == "file" else thing

"""Throttle: so many tries in so much time, by any text. In memory, and no larger than a bound."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil

MOST_REMEMBERED = 10_000
LONGEST_KEY = 64  # characters that are remembered as they are


class Throttle:
    """Counts tries by a key; of more than `most` within `within_s` seconds it says when to come again."""

    def __init__(self, most: int, within_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._within_s = within_s
        self._clock = clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> int:
        """Count a try: 0, or the whole seconds to wait, and then it is not counted."""
        key = _shorten(key)
        with self._lock:
            now = self._clock()
            tries = self._tries.setdefault(key, deque())
            self._tries.move_to_end(key)
            while len(self._tries) > MOST_REMEMBERED:
                self._tries.popitem(last=False)
            while tries and now - tries[0] >= self._within_s:
                tries.popleft()
            if len(tries) >= self._most:
                return max(1, ceil(self._within_s - (now - tries[0])))
            tries.append(now)
            return 0

    def forget(self, key: str) -> None:
        """Begin anew with a key, as after a try that succeeded."""
        with self._lock:
            self._tries.pop(_shorten(key), None)


def _shorten(key: str) -> str:
    """The key, or of a long one its hash: whoever makes keys up fills no memory by it."""
    if len(key) <= LONGEST_KEY:
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

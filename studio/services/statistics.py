"""Statistics of one person's work: counted when they are asked for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from store.statistics import Duration, count_states, count_things, list_durations, sum_bytes
from studio.account_errors import NotAllowed
from studio.services.credits import prices_of
from studio.services.service import PersonalService
from studio.vocabulary.statistics import EngineTimes, Statistics

NEWEST = 10_000  # completed generations whose times are looked at


class PersonalStatistics(PersonalService, reads=("look", "sum_up")):
    """One person's totals and times."""

    def look(self) -> Statistics:
        """All of them, as of now."""
        return self._look(self._owner)

    def sum_up(self) -> Statistics:
        """Those of everybody together. Raises NotAllowed."""
        if not self._person.may("people"):
            raise NotAllowed
        return self._look(None)

    def _look(self, owner: str | None) -> Statistics:
        store = self._store
        states = count_states(store, owner)
        durations = list_durations(store, owner, NEWEST)
        return Statistics(
            total=sum(states.values()),
            completed=states.get("succeeded", 0),
            failed=states.get("failed", 0),
            cancelled=states.get("cancelled", 0),
            queued=states.get("queued", 0),
            running=states.get("running", 0),
            **count_things(store, owner),
            average_processing_time_s=average([one.seconds for one in durations]),
            engines=_by_preset(durations),
            storage_bytes=sum_bytes(store, owner),
            credits_used=None if prices_of(self._settings) is None else store.ledger.sum_spent(owner),
        )


def average(numbers: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return sum(numbers) / len(numbers) if numbers else None


def percentile(numbers: Sequence[float], share: float) -> float:
    """The smallest number that at least this share (0..1) of them does not exceed: the nearest rank."""
    ordered = sorted(numbers)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _by_preset(durations: Sequence[Duration]) -> tuple[EngineTimes, ...]:
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in durations:
        seconds[one.engine, one.preset].append(one.seconds)
    return tuple(
        EngineTimes(
            engine=engine,
            preset=preset,
            completed=len(times),
            average_s=sum(times) / len(times),
            p95_s=percentile(times, 0.95),
        )
        for (engine, preset), times in sorted(seconds.items())
    )

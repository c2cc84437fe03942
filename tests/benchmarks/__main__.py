"""All benchmarks as one table: python -m tests.benchmarks [--quick] [--only WORD ...]

Each row stands beside its bar and, where there is one, beside the naive way in the same run. The quick form takes
fewer rounds; a missed bar is printed, not hidden, and does not fail the run: machines differ.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Sequence

from tests.benchmarks.table import Row, format_table

Measure = Callable[[bool], Sequence[Row]]


def _start(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.start import measure_start

    return [measure_start(rounds=1 if quick else 3)]


def _pickup(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.pickup import measure_pickup

    return [measure_pickup(idle_s=2 if quick else 20, n=6 if quick else 20)]


def _submit(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.submit import measure_submit

    return [measure_submit(n=20 if quick else 60)]


def _photo(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.photo import measure_photo_check, measure_upload

    rounds = 2 if quick else 7
    return [measure_upload(rounds), measure_photo_check(rounds)]


def _body(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.body import list_rows, measure_body_fit

    return list_rows(measure_body_fit(n=4 if quick else 40))


def _draft(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.draft import measure_draft

    return measure_draft(rounds=1 if quick else 5)


def _poses(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.poses import measure_poses

    return measure_poses(every=10 if quick else 1)


def _control(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.control import measure_control_maps

    return [measure_control_maps()]


def _history(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.history import measure_history_rows

    return measure_history_rows(20_000 if quick else 100_000)


def _library(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.library import measure_library

    return measure_library(10_000 if quick else 100_000)


def _gallery(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.gallery import measure_gallery

    return [measure_gallery(rounds=1 if quick else 3)]


def _stage(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.stage import measure_stage

    return measure_stage(rounds=3 if quick else 8)


def _detected(quick: bool) -> Sequence[Row]:
    from tests.benchmarks.detected import look_at_all, summarize

    return summarize(look_at_all(every=12 if quick else 1))


MEASURES: dict[str, Measure] = {
    "start": _start,
    "pickup": _pickup,
    "submit": _submit,
    "photo": _photo,
    "body": _body,
    "draft": _draft,
    "poses": _poses,
    "control": _control,
    "history": _history,
    "library": _library,
    "gallery": _gallery,
    "stage": _stage,
    "detected": _detected,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Avatar Studio's benchmarks, as one table.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, as in CI")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    asked = parser.parse_args()
    rows: list[Row] = []
    for name in asked.only:
        print(f"measuring {name} …", end=" ", flush=True)
        began = time.monotonic()
        rows.extend(MEASURES[name](asked.quick))
        print(f"{time.monotonic() - began:.0f} s", flush=True)
    cores, load = os.cpu_count(), os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"\n{platform.system()}, {cores} cores, Python {platform.python_version()}, load {load:.1f}\n")
    print(format_table(rows))


if __name__ == "__main__":
    main()

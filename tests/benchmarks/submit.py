"""Submitting an order over REST, beside solving its poses before the answer.

Run: python -m tests.benchmarks.submit [orders]. Each order has 16 poses, of a body that was never posed before.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.table import Row, format_table

BAR_MS = 40.0  # p95
MILLI = 1000.0
P95 = 0.95
POSES = 16
ORDERS, SOLVED = 60, 2
HOME = "http://localhost:7860"


def measure_submit(*, n: int = ORDERS) -> Row:
    """p95 of `n` warm submits, the durable row included."""
    from fastapi.testclient import TestClient

    from pipelines.pose.library import load_library
    from studio.api.app import build_app
    from studio.settings import read_settings
    from studio.studio import open_studio

    poses = [template.slug for template in load_library().all()][::13][:POSES]
    with tempfile.TemporaryDirectory() as folder:
        studio = open_studio(read_settings({"data": Path(folder)}, {}))
        with TestClient(build_app(studio), base_url=HOME) as client:
            took = []
            for number in range(n + 3):  # the first ones read the tables
                order = {"persona": {"height_cm": 150 + number % 60}, "poses": poses, "seed": number}
                started = time.perf_counter()
                answer = client.post("/api/v1/generations", json=order)
                took.append(time.perf_counter() - started)
                assert answer.status_code == 202, answer.text
        studio.close()
    slowest = sorted(took[3:])
    p95, p50 = slowest[int(P95 * n)], slowest[n // 2]
    return Row(
        what=f"submit an order of {POSES} poses for a new body, p95",
        value=p95 * MILLI,
        unit="ms",
        bar=BAR_MS,
        naive=_solve_first(poses) * MILLI,
        naive_way="its poses solved before the answer",
        note=f"{n} orders, p50 {p50 * MILLI:.1f} ms",
    )


def _solve_first(poses: list[str]) -> float:
    """Seconds to make the scenes of such an order, a mean of a few bodies."""
    from pipelines.figure.appearance import body_of
    from pipelines.types import Persona
    from studio.worker.scenes import make_scenes

    options: dict[str, Any] = {"body": None, "views": ("front",), "framing": None, "finish": "coloured"}
    body_of(Persona())  # what is read once
    started = time.perf_counter()
    for number in range(SOLVED):
        make_scenes(Persona(gender="male", height_cm=201 + number), poses=poses, **options)
    return (time.perf_counter() - started) / SOLVED


if __name__ == "__main__":
    print(format_table([measure_submit(**dict(zip(("n",), map(int, sys.argv[1:]), strict=False)))]))

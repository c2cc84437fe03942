"""Metrics in the text format of Prometheus (version 0.0.4). A few lines write it: no library is needed for that.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.services.statistics import percentile
from studio.vocabulary.queue import JobTimes, StudioReport

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.05, 0.5, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
QUANTILES = (0.5, 0.95)

Sample = tuple[str, Mapping[str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One family: its name, its kind (gauge, counter, histogram), a sentence, and (suffix, labels, value) each."""

    name: str
    kind: str
    help: str
    samples: Sequence[Sample]


class HttpCounts:
    """An ASGI layer that counts what is answered, by method and status, and how long it took to begin to answer."""

    def __init__(self, app: ASGIApp, *, counts: HttpNumbers) -> None:
        self.app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it through, and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counts.add(scope["method"], message["status"], time.monotonic() - began)
            await send(message)

        await self.app(scope, receive, count)


class HttpNumbers:
    """What was answered since the start; written by one event loop."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        self.buckets = [0] * (len(BUCKETS_S) + 1)
        self.seconds = 0.0

    def add(self, method: str, status: int, seconds: float) -> None:
        """One answer. Methods that nobody knows are one: a caller must not make up series."""
        self.answers[method if method in METHODS else "other", status] += 1
        self.buckets[bisect_left(BUCKETS_S, seconds)] += 1
        self.seconds += seconds

    def describe(self) -> list[Metric]:
        """The two families."""
        answers = [
            ("", {"method": method, "status": str(status)}, number)
            for (method, status), number in sorted(self.answers.items())
        ]
        return [
            Metric(
                name="studio_http_requests_total", kind="counter", help="Requests answered.", samples=answers
            ),
            Metric(
                name="studio_http_request_seconds",
                kind="histogram",
                help="Time until an answer began.",
                samples=[*self._describe_buckets()],
            ),
        ]

    def _describe_buckets(self) -> Iterator[Sample]:
        below = 0
        for limit, number in zip((*map(str, BUCKETS_S), "+Inf"), self.buckets, strict=True):
            below += number
            yield "_bucket", {"le": limit}, below
        yield "_sum", {}, self.seconds
        yield "_count", {}, below


def describe_report(report: StudioReport, now: datetime) -> list[Metric]:
    """Health, queue and storage."""
    health, lanes = report.health, sorted(report.lanes.items())
    queue = [
        ("", {"lane": name, "state": state}, number)
        for name, lane in lanes
        for state, number in (("queued", lane.queued), ("running", lane.running))
    ]
    waits = [
        ("", {"lane": name}, max(0.0, (now - lane.oldest).total_seconds()) if lane.oldest else 0.0)
        for name, lane in lanes
    ]
    parts = [
        ("", {"part": name}, float(said.startswith("ok"))) for name, said in sorted(health.parts.items())
    ]
    return [
        _gauge("studio_info", "The version that runs.", [("", {"version": health.version}, 1)]),
        _gauge("studio_healthy", "Whether all needed parts work.", [("", {}, float(health.ok))]),
        _gauge("studio_part_works", "Whether a part works.", parts),
        _gauge("studio_queue_jobs", "Jobs that wait or run.", queue),
        _gauge("studio_queue_oldest_wait_seconds", "For how long the oldest queued job has waited.", waits),
        _gauge("studio_storage_bytes", "Bytes of all kept files.", [("", {}, report.storage_bytes)]),
        _gauge("studio_disk_free_bytes", "Free bytes on the disk.", [("", {}, report.free_bytes)]),
    ]


def describe_jobs(times: Iterable[JobTimes]) -> list[Metric]:
    """The jobs that ended and are not forgotten yet: how many, and how long they took."""
    ended, seconds = [], []
    for one in times:
        labels = {"kind": one.kind, "state": one.state}
        ended.append(("", labels, float(len(one.seconds))))
        seconds += [
            ("", {**labels, "quantile": str(share)}, percentile(one.seconds, share)) for share in QUANTILES
        ]
    return [
        _gauge("studio_recent_jobs", "Jobs that ended and whose rows are still kept.", ended),
        _gauge("studio_recent_job_seconds", "How long those took, from their start.", seconds),
    ]


def write_metrics(metrics: Iterable[Metric]) -> str:
    """The text; a family without a sample is left out."""
    lines = []
    for metric in metrics:
        if metric.samples:
            lines += [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"]
        for suffix, labels, value in metric.samples:
            lines.append(f"{metric.name}{suffix}{_write_labels(labels)} {value:.15g}")
    return "\n".join(lines) + "\n"


def _gauge(name: str, help: str, samples: Sequence[Sample]) -> Metric:
    return Metric(name=name, kind="gauge", help=help, samples=samples)


def _write_labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    escaped = {
        name: value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped.items()) + "}"

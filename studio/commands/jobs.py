"""`jobs`: what was ordered and how far it is."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from studio.commands.console import Console
from studio.studio import Studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.job import Job
from studio.vocabulary.person import YOU

NONE_THERE = (
    "There is no such job. One that has ended is forgotten after a while; what it made is in the history."
)


def run_jobs(studio: Studio, asked: Namespace, console: Console) -> int:
    """List jobs, newest first. 0."""
    page = studio.for_person(YOU).jobs.list_page(state=asked.state, kind=asked.kind, limit=asked.limit)
    if asked.json:
        console.say_json([_as_json(job) for job in page.items])
        return 0
    if not page.items:
        console.note(NONE_THERE)
    for job in page.items:
        ordered = job.created_at.astimezone()
        how_far = f"{job.percent:>3} %" if job.is_open else "     "
        line = f"{job.id}  {ordered:%Y-%m-%d %H:%M}  {job.kind:<10}  {job.state:<9}  {how_far}  {job.title}"
        console.say(f"{line}  {job.error}".rstrip())
    return 0


def _as_json(job: Job) -> dict[str, Any]:
    return to_json(job) | {"percent": job.percent}

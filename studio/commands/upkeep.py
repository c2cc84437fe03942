"""`doctor` and `fsck`: whether this machine and this data folder are well."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from pipelines.errors import PipelineError
from store.problems import DAMAGED_DATABASE
from studio.commands.console import Console
from studio.commands.models import describe_sizes, describe_state
from studio.data_folder import find_holder
from studio.settings import Settings
from studio.studio import Studio
from studio.vocabulary.health import Finding
from studio.vocabulary.person import YOU

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 12)
HEALTH_PATH = "/api/v1/health"
ASK_S = 3.0
UNREADABLE = 2  # a database that nobody can look into
UNWELL = 1  # the exit status when something is not as it should be


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    said: str


def run_doctor(open_it: Callable[[], Studio], settings: Settings, asked: Namespace, console: Console) -> int:
    """Say of every part whether it works. 0 when all do, else 1."""
    checks = [*check_machine(settings), *check_studio(open_it)]
    well = all(check.ok for check in checks)
    if asked.json:
        console.say_json({"ok": well, "checks": [asdict(check) for check in checks]})
    else:
        breadth = max(len(check.name) for check in checks)
        for check in checks:
            console.say(f"{'ok ' if check.ok else 'BAD'} {check.name:<{breadth}}  {check.said}")
    return 0 if well else UNWELL


def check_machine(settings: Settings) -> list[Check]:
    """Python, cores, graphics, the data folder."""
    version = sys.version_info[:2]
    folder = settings.data if settings.data.exists() else settings.data.parent
    writable = os.access(folder, os.W_OK)
    return [
        Check(
            name="python",
            ok=OLDEST_PYTHON <= version <= NEWEST_PYTHON,
            said=f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        ),
        Check(name="cores", ok=True, said=str(os.cpu_count() or 1)),
        Check(name="sqlite", ok=True, said=sqlite3.sqlite_version),
        Check(name="gpu", ok=True, said=describe_gpu()),
        Check(
            name="data folder",
            ok=writable,
            said=f"{settings.data}{'' if writable else ' cannot be written: choose another with --data'}",
        ),
    ]


def describe_gpu() -> str:
    """What image engines could run on."""
    if find_spec("torch") is None:
        return "none: torch is not installed"
    from pipelines.devices import find_device

    device = find_device()
    if not device.is_gpu:
        return "none: the draft engine draws on the CPU"
    return f"{device.name}, {device.free_gb:.0f} of {device.total_gb:.0f} GB free"


def check_studio(open_it: Callable[[], Studio]) -> list[Check]:
    """The parts of the studio, as its own health says them."""
    try:
        studio = open_it()
    except PipelineError as error:
        return [Check(name="studio", ok=False, said=error.message)]
    try:
        health = studio.maintenance.health()
        models = check_models(studio)
    finally:
        studio.close()
    parts = {name: said for name, said in health.parts.items() if name != "worker"}
    return [
        Check(name="version", ok=True, said=health.version),
        check_worker(studio.settings),
        *(Check(name=name, ok=said.startswith("ok"), said=said) for name, said in parts.items()),
        *models,
    ]


def check_worker(settings: Settings) -> Check:
    """The worker of the window that has this data folder open, as that window says it."""
    holder = find_holder(settings.data)
    if holder is None:
        return Check(name="worker", ok=True, said="not needed now: it runs beside the window")
    try:
        with urllib.request.urlopen(f"{holder.url}{HEALTH_PATH}", timeout=ASK_S) as answer:
            parts = json.load(answer)["parts"]
    except urllib.error.HTTPError as error:  # 503 where a part is unwell: the body says which
        parts = json.load(error)["parts"]
    except (OSError, ValueError, KeyError):
        return Check(name="worker", ok=False, said=f"the window at {holder.url} does not answer")
    return Check(name="worker", ok=str(parts["worker"]).startswith("ok"), said=str(parts["worker"]))


def check_models(studio: Studio) -> list[Check]:
    """Each image model's state, and the LoRA files. A model that is not here is no illness."""
    loras = studio.weights.list_loras()
    return [
        *(
            Check(
                name=f"model {model.name}",
                ok=True,
                said=", ".join([describe_state(model), *describe_sizes(model)]),
            )
            for model in studio.for_person(YOU).models.list_all()
        ),
        Check(name="loras", ok=True, said=", ".join(loras) or "none in the data folder"),
    ]


def run_fsck(studio: Studio, asked: Namespace, console: Console) -> int:
    """List what rows and files disagree about; with --yes, repair it once that is said and the database copied. 0 when
    nothing is left, else 1; 2 for a database that cannot be read."""

    def say_first(found: Sequence[Finding], copy: Path) -> None:
        if not asked.json:
            for finding in found:
                console.say(_describe(finding))
            console.say(f"{len(found)} found. The database is copied to {copy.name}; now they are repaired:")

    findings = studio.maintenance.fsck(repair=asked.yes, on_begin=say_first)
    left = [finding for finding in findings if not finding.repaired]
    if asked.json:
        console.say_json({"ok": not left, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            console.say(_describe(finding))
        console.say(_sum_up(len(findings), len(left), repaired=asked.yes))
    if any(finding.kind == DAMAGED_DATABASE for finding in left):
        return UNREADABLE
    return UNWELL if left else 0


def _describe(finding: Finding) -> str:
    subject = f" {finding.subject}" if finding.subject else ""
    return f"{finding.kind}:{subject} {finding.sentence}{' (repaired)' if finding.repaired else ''}"


def _sum_up(found: int, left: int, *, repaired: bool) -> str:
    if not found:
        return "Rows and files agree."
    if repaired:
        return f"{found - left} of {found} repaired."
    return f"{found} found. To repair: python app.py fsck --yes"

"""Looking after the house: health, and whether rows and files agree."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.body.anny_data import ASSET
from pipelines.image.engines import ENGINES
from pipelines.image.presets import PresetShelf
from pipelines.pose.library import load_library
from store.errors import DatabaseDamaged, StoreError
from store.fsck import find_problems
from store.notes import COLLECTOR_NOTE, DATABASE_NOTE
from store.problems import DAMAGED_DATABASE
from store.repair import repair as repair_problems
from store.soundness import touch_tables
from store.store import Store
from studio.data_folder import find_holder
from studio.services.service import Service
from studio.vocabulary.health import Finding, Health
from studio.worker.channel import ChannelClient, describe_trouble

VERSION = "0.1.0"
LOW_DISK_BYTES = 500_000_000
UPLOAD_GRACE = timedelta(hours=1)  # a file may be on its way to its row


class Maintenance(Service):
    """The house itself."""

    def health(self) -> Health:
        """Each part in words; "ok" begins the line of a part that works."""
        free = shutil.disk_usage(self._settings.data).free
        mega = free // 1_000_000
        parts = {
            "database": _database(self._store),
            "worker": _worker(self._channel),
            "disk": f"ok, {mega} MB free" if free > LOW_DISK_BYTES else f"only {mega} MB free",
            "body": "ok" if ASSET.is_file() else "the free body's data is missing: fetch the checkout again",
            "poses": f"ok, {len(load_library().all())} poses",
            "engines": f"ok, {', '.join(ENGINES)}",
            "presets": _report_presets(self._presets),
            "landmarks": _installed("mediapipe", "."),
            "torch": _installed("torch", '".[gpu]"'),
        }
        optional = {"torch"} | (
            {"worker"} if self._channel is None else set()
        )  # the command line has no worker
        needed = {name: said for name, said in parts.items() if name not in optional}
        ok = all(said.startswith("ok") for said in needed.values())
        return Health(ok=ok, version=VERSION, parts=parts)

    def fsck(
        self, *, repair: bool, on_begin: Callable[[Sequence[Finding], Path], None] = lambda *_: None
    ) -> Sequence[Finding]:
        """Every disagreement between rows and files; with `repair`, what was put right says so.

        Before anything is changed `on_begin` is told what was found, and where the database was copied to.
        """
        is_running = find_holder(self._settings.data) is not None
        problems = find_problems(self._store, grace=UPLOAD_GRACE if is_running else timedelta(0))
        if not any(problem.kind == DAMAGED_DATABASE for problem in problems):
            self._store.notes.forget(DATABASE_NOTE)
        found = [Finding(kind=one.kind, subject=one.id, sentence=one.sentence) for one in problems]
        if not repair:
            return found
        done_all = repair_problems(self._store, problems, on_copied=lambda copy: on_begin(found, copy))
        self._store.notes.forget(COLLECTOR_NOTE)
        self._store.rebuild_search()  # also where its words are damaged, which only a search would notice
        return [
            Finding(
                kind=done.problem.kind,
                subject=done.problem.id,
                repaired=done.repaired,
                sentence=done.sentence,
            )
            for done in done_all
        ]


def _worker(channel: ChannelClient | None) -> str:
    return "not running" if channel is None else describe_trouble(channel) or "ok"


def _database(store: Store) -> str:
    if store.notes.read(DATABASE_NOTE).get("damage"):
        return str(DatabaseDamaged())
    try:
        touch_tables(store.database)
    except StoreError as error:
        return str(error)
    return f"ok, {store.database.journal_mode} journal"


def _report_presets(presets: PresetShelf) -> str:
    if presets.problems:
        return " ".join(problem.message for problem in presets.problems)
    return f"ok, {len(presets)} presets"


def _installed(package: str, extra: str) -> str:
    try:
        return f"ok, {package} {_find_version(package)}"
    except PackageNotFoundError:
        needed_by = "only image models need it" if extra != "." else "photos need it"
        return f"{package} is not installed ({needed_by}): python -m pip install -c constraints.txt {extra}"


@cache
def _find_version(package: str) -> str:
    """What is installed; its metadata is a file, read once. Raises PackageNotFoundError, at every look anew."""
    return version(package)

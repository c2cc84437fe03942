"""Child processes that start in milliseconds: forked from a server that has imported everything and opened nothing."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

MEMORY_DISK = Path("/dev/shm")  # where there is one: syncs cost nothing there, so more faults fit in a minute


def start_child(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a process of its own that runs `target`."""
    if sys.platform == "win32":
        context: Any = multiprocessing.get_context("spawn")
    else:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["tests.faults.work", "tests.faults.mutants", "tests.faults.invariants"]
        )
    process: BaseProcess = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def run_in_child(target: Callable[..., Any], *arguments: Any) -> Any:
    """What `target` returns, run in a process of its own, so that a mutant planted there stays there."""
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = start_child(_send_result, sender, target, *arguments)
    sender.close()
    try:
        return receiver.recv()
    finally:
        receiver.close()
        process.join()


def _send_result(sender: Connection, target: Callable[..., Any], *arguments: Any) -> None:
    sender.send(target(*arguments))


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""The real worker process with tiny work: handlers that count, hang or print, a drawing that refuses or dies."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping
from typing import Any

from pipelines.errors import UnknownName
from pipelines.progress import Progress
from studio.worker.frames import Reply
from studio.worker.jobs import LEASE_S, JobContext
from studio.worker.process import Work, run_and_leave


def count_slowly(context: JobContext) -> Mapping[str, Any]:
    """`steps` steps of `step_s` seconds each, reporting each."""
    steps, step_s = int(context.payload["steps"]), float(context.payload["step_s"])
    for step in range(steps):
        context.on_progress(Progress(stage="counting", step=step + 1, total=steps))
        time.sleep(step_s)
    return {"counted": steps}


def hang(context: JobContext) -> Mapping[str, Any]:
    """Never reports and does not notice that it is to stop."""
    time.sleep(float(context.payload["hang_s"]))
    return {}


def print_noise(context: JobContext) -> Mapping[str, Any]:
    """Print to standard output, where the channel's frames go."""
    print("noise on the channel" * 100, flush=True)
    os.write(1, b"more noise")
    logging.getLogger("studio.tiny").warning("noise was made")
    return {}


def draw_scene(request: Mapping[str, Any], _: bytes) -> Reply:
    """The request itself, after `sleep_s`; or an error, or the end of the process."""
    time.sleep(float(request.get("sleep_s", 0)))
    if "refuse" in request:
        raise UnknownName(f"There is no pose called “{request['refuse']}”.")
    if "die" in request:
        os._exit(7)
    return Reply(body=json.dumps(request).encode() + bytes(int(request.get("padding", 0))))


HANDLERS = {"count": count_slowly, "hang": hang, "noise": print_noise}

if __name__ == "__main__":
    lease_s = float(os.environ.get("TINY_LEASE_S", LEASE_S))
    stuck_after_s = float(os.environ.get("TINY_STUCK_S", 0)) or None
    work = Work(load_handlers=lambda _: HANDLERS, load_calls=lambda: {"draw": draw_scene})
    run_and_leave(work, lease_s=lease_s, stuck_after_s=stuck_after_s)

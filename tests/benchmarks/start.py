"""From the command to the page: the studio as it starts, beside the same studio with everything imported first."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.benchmarks.table import Row

ROOT = Path(__file__).parents[2]
BAR = 4.0  # times faster than importing everything first
ROUNDS = 3
LONGEST_S = 120.0
LOOK_EVERY_S = 0.01
TITLE = b"Avatar Studio"

# What a window that opens its engines at the top of its files would import before it answers.
EAGER = """
import sys
import torch, mediapipe, cv2, skimage.measure, scipy.optimize, trimesh
import diffusers, transformers
from diffusers import FluxControlNetPipeline, FluxPipeline
import pipelines.body.landmark_fit, pipelines.figure.drawing, studio.services.generations
import app
sys.argv[0] = "app.py"
sys.exit(app.main())
"""


def measure_start(rounds: int = ROUNDS) -> Row:
    """Seconds from the command to the page, the median of several starts in turn."""
    ours, naive = [], []
    for _ in range(rounds):
        ours.append(start_and_load([sys.executable, "app.py"]))
        naive.append(start_and_load([sys.executable, "-c", EAGER]))
    return Row(
        what="start → page",
        value=statistics.median(ours),
        unit="s",
        bar=BAR,
        bar_is_ratio=True,
        naive=statistics.median(naive),
        naive_way="everything imported first",
    )


def start_and_load(command: list[str]) -> float:
    """Seconds from starting that command on a new data folder to the whole page."""
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        port = free_port()
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--port", str(port), "--data", data],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for_page(f"http://127.0.0.1:{port}/")
            return time.perf_counter() - started
        finally:
            process.terminate()
            process.wait(20)


def wait_for_page(url: str) -> None:
    """Until the page is there with its title. Raises TimeoutError."""
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=LONGEST_S) as answer:
                if answer.status == 200 and TITLE in answer.read():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(LOOK_EVERY_S)
    raise TimeoutError(f"no page at {url} within {LONGEST_S:.0f} s")


def free_port() -> int:
    """A port that nobody listens on just now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    print(format_table([measure_start()]))

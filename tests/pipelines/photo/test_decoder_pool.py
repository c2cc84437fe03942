"""The decoder children: limited, replaced when they die, shared by threads."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.photo import decoder_pool
from pipelines.photo.decoder_pool import DecoderChild, DecoderDied, DecoderPool
from pipelines.photo.errors import PhotoRefused
from pipelines.photo.open import open_photo
from tests.pipelines.photo.pictures import draw_scene, noisy, save

DECODER = Path(decoder_pool.__file__).with_name("decoder.py")
needs_limits = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux bounds a process's memory surely"
)
OPTIONS = {
    "format": "PNG",
    "max_pixels": 40_000_000,
    "max_side": 16_384,
    "keep_side": 2048,
    "keep_floor": 1600,
    "quality": 92,
    "thumbnail_side": 512,
    "thumbnail_quality": 80,
    "cpu_s": 15,
}


@needs_limits
def test_memory_limit_holds() -> None:
    pool = DecoderPool(1, memory_bytes=200 << 20)
    big = save(draw_scene(7000, 5000), "PNG", compress_level=1)
    try:
        with pytest.raises(PhotoRefused) as refused:
            open_photo(big, pool=pool)
        assert refused.value.code == "out-of-memory"
        assert open_photo(save(draw_scene(), "PNG"), pool=pool).width == 240
        for pid in pool.idle_pids():
            peak = next(line for line in _status(pid) if line.startswith("VmPeak"))
            assert int(peak.split()[1]) << 10 <= 200 << 20
    finally:
        pool.close()


@needs_limits
def test_processor_limit_ends_a_picture_that_takes_too_long() -> None:
    child = DecoderChild()
    slow = save(noisy(2000, 1500), "PNG", compress_level=1)
    with pytest.raises(DecoderDied):
        ask_often(child, slow)
    child.close()


def ask_often(child: DecoderChild, data: bytes) -> None:
    for _ in range(50):  # each picture is given what is left of the second of processor that has begun
        child.ask(data, OPTIONS | {"cpu_s": -1}, 60.0)


def test_clock_ends_a_child_that_hangs() -> None:
    pool = DecoderPool(1)
    begun = time.monotonic()
    with pytest.raises(DecoderDied):
        pool.decode(save(noisy(3000, 2000), "PNG", compress_level=1), OPTIONS, wall_s=0.01)
    assert time.monotonic() - begun < 10
    assert pool.decode(save(draw_scene(), "PNG"), OPTIONS).facts["width"] == 240
    pool.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_dead_child_is_replaced_unseen() -> None:
    pool = DecoderPool(1)
    pool.warm()
    open_photo(save(draw_scene(), "PNG"), pool=pool)
    (pid,) = pool.idle_pids()
    os.kill(pid, signal.SIGKILL)
    assert open_photo(save(draw_scene(), "PNG"), pool=pool).width == 240
    assert pool.idle_pids() != (pid,)
    pool.close()


def test_child_is_kept_warm_and_ended() -> None:
    pool = DecoderPool(2)
    for _ in range(3):
        open_photo(save(draw_scene(), "PNG"), pool=pool)
    pids = pool.idle_pids()
    assert len(pids) == 1
    pool.close()
    assert not pool.idle_pids()
    if sys.platform == "linux":
        assert not Path(f"/proc/{pids[0]}").exists()


def test_threads_share_the_pool() -> None:
    pool = DecoderPool(2)
    sizes = [(100 + 10 * at, 100) for at in range(12)]
    pictures = [save(draw_scene(*size), "PNG") for size in sizes] + [b"\x89PNG\r\n\x1a\n cut"] * 4

    def width(data: bytes) -> int:
        try:
            return open_photo(data, pool=pool).width
        except PhotoRefused:
            return 0

    before = threading.active_count()
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(width, pictures)) == [size[0] for size in sizes] + [0] * 4
    assert len(pool.idle_pids()) <= 2
    pool.close()
    assert threading.active_count() <= before + 1


def test_child_ends_with_its_input() -> None:
    child = subprocess.Popen(
        [sys.executable, "-P", str(DECODER), str(1 << 30)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child.communicate(b"", timeout=20)
    assert child.returncode == 0


def test_child_imports_pillow_alone_and_speaks_our_format() -> None:
    heavy = {"numpy", "pipelines", "cv2", "torch", "mediapipe"}
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1], run_name='decoder'); "
        f"print(*sorted({{name.split('.')[0] for name in sys.modules}} & {heavy}))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(DECODER)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
    spec = importlib.util.spec_from_file_location("decoder", DECODER)
    assert spec is not None
    assert spec.loader is not None
    decoder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(decoder)
    assert decoder.MESSAGE.format == decoder_pool.MESSAGE.format


def _status(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/status").read_text().splitlines()

"""Every bad input is refused with its code and a sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from pipelines.photo.decoder_pool import DecoderPool, shared_pool
from pipelines.photo.errors import REFUSALS, PhotoRefused
from pipelines.photo.open import MAX_BYTES, open_photo
from tests.pipelines.photo.pictures import BAD, draw_scene, save

MEMORY_HELD = 450 << 20  # bytes a child may hold after any of the pictures here; alone it holds 30 MB


def test_there_are_at_least_sixty_bad_inputs() -> None:
    assert len(BAD) >= 60


@pytest.mark.parametrize("name", BAD)
def test_bad_picture_is_refused(name: str) -> None:
    code, make = BAD[name]
    with pytest.raises(PhotoRefused) as refused:
        open_photo(make())
    assert refused.value.code == code
    assert refused.value.http_status == REFUSALS[code].http_status
    assert "{" not in refused.value.message
    assert refused.value.message.endswith(".")
    good = open_photo(save(draw_scene(), "PNG"))  # the decoder is alive
    assert (good.width, good.height) == (240, 160)


def test_refusals_leave_no_file_and_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    pool = DecoderPool(1)
    try:
        for _, make in BAD.values():
            with pytest.raises(PhotoRefused):
                open_photo(make(), pool=pool)
        status = Path(f"/proc/{pool.idle_pids()[0]}/status")
        if status.exists():
            peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            assert int(peak.split()[1]) << 10 < MEMORY_HELD
    finally:
        pool.close()
    assert not list(tmp_path.iterdir())


def test_too_many_bytes_is_413_and_never_reaches_a_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DecoderPool, "decode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(PhotoRefused) as refused:
        open_photo(b"\xff\xd8\xff" + bytes(MAX_BYTES))
    assert (refused.value.code, refused.value.http_status) == ("too-many-bytes", 413)
    assert "50 MB" in refused.value.message


@pytest.mark.parametrize("name", ["huge png", "huge jpeg", "huge webp", "huge avif", "ribbon", "icon", "svg"])
def test_size_and_kind_are_judged_before_decoding(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DecoderPool, "decode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(PhotoRefused):
        open_photo(BAD[name][1]())


def test_limits_can_be_set() -> None:
    data = save(draw_scene(), "PNG")
    for limits, code in (
        ({"max_bytes": 100}, "too-many-bytes"),
        ({"max_pixels": 1000}, "too-many-pixels"),
        ({"max_side": 200}, "too-many-pixels"),
        ({"min_side": 161}, "too-small"),
    ):
        with pytest.raises(PhotoRefused) as refused:
            open_photo(data, **limits)
        assert refused.value.code == code


def test_shared_pool_is_one() -> None:
    assert shared_pool() is shared_pool()
    assert os.getpid() not in shared_pool().idle_pids()

"""What a photo costs: the upload of a phone's 12 megapixels, and looking at it.

Run: python -m tests.benchmarks.photo
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image, ImageCms, ImageOps

from pipelines.photo.checks import check_photo
from pipelines.photo.landmarks import detect_landmarks
from pipelines.photo.open import KEPT_QUALITY, THUMBNAIL_SIDE_PX, open_photo
from tests.benchmarks.table import Row

UPLOAD_BAR = 4.0  # times faster than the naive way
ROUNDS = 7
PHONE_SIZE_PX = (4000, 3000)
PHONE_ORIENTATION = 6  # held upright, as most photos of a whole person are
ORIENTATION_TAG = 0x0112
OCTAVES = (12, 48, 190, 750, 3000)  # grid cells on the short side
MILLI = 1000.0


def measure_upload(rounds: int = ROUNDS) -> Row:
    """A 12-megapixel photo, from its bytes to a clean kept file and a thumbnail on the disk, beside Pillow used
    plainly for the same: upright, sRGB, re-encoded at full size, thumbnail resized from full size."""
    data = make_phone_photo()
    with tempfile.TemporaryDirectory() as folder:
        ours, naive = _race(
            lambda: _store_ours(data, Path(folder)), lambda: _store_naively(data, Path(folder)), rounds
        )
    return Row(
        what="12 MP upload → stored and thumbnailed",
        value=ours,
        unit="ms",
        bar=UPLOAD_BAR,
        bar_is_ratio=True,
        naive=naive,
        naive_way="Pillow at full size in the process itself",
        note=f"{len(data) / 1e6:.1f} MB, turned by its EXIF, with an ICC profile; ours in a limited child process",
    )


def measure_photo_check(rounds: int = ROUNDS) -> Row:
    """Finding people, points, silhouette and faces in a kept photo, and judging it; detectors open."""
    canvas = Image.new("RGB", (1200, 1600), (205, 200, 190))
    canvas.paste(Image.fromarray(skimage.data.astronaut()).resize((900, 900)), (150, 300))
    sink = io.BytesIO()
    canvas.save(sink, "JPEG", quality=92)
    photo = open_photo(sink.getvalue())

    def look() -> None:
        check_photo(photo, detect_landmarks(photo.image), "body")

    begun = time.perf_counter()
    look()
    first = time.perf_counter() - begun
    times = [_time(look) for _ in range(rounds)]
    return Row(
        what="photo check, warm",
        value=statistics.median(times),
        unit="ms",
        note=f"the first one, with the detectors' start, {first:.1f} s",
    )


def make_phone_photo() -> bytes:
    """A picture as detailed as a phone's (about 4 MB), made by code: the same on every run."""
    rng = np.random.default_rng(12)
    width, height = PHONE_SIZE_PX
    total = np.zeros((height, width, 3), np.float32)
    for cells in OCTAVES:
        grid = rng.normal(0, 1, (cells, cells * width // height, 3)).astype(np.float32)
        layer = [
            Image.fromarray(grid[..., band]).resize((width, height), Image.Resampling.BICUBIC)
            for band in range(3)
        ]
        total += np.stack([np.asarray(band) for band in layer], axis=2) * (24 / (1 + OCTAVES.index(cells)))
    pixels = (total + 128).clip(0, 255).astype(np.uint8)
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = PHONE_ORIENTATION
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "JPEG", quality=88, exif=exif, icc_profile=profile)
    return sink.getvalue()


def _store_ours(data: bytes, folder: Path) -> None:
    photo = open_photo(data)
    _write(folder / "ours.jpg", photo.data)
    _write(folder / "ours.webp", photo.thumbnail)


def _store_naively(data: bytes, folder: Path) -> None:
    with Image.open(io.BytesIO(data)) as opened:
        source = ImageCms.ImageCmsProfile(io.BytesIO(opened.info["icc_profile"]))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    image = ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"))
    assert image is not None
    kept, small = io.BytesIO(), io.BytesIO()
    image.save(kept, "JPEG", quality=KEPT_QUALITY)
    scale = THUMBNAIL_SIDE_PX / max(image.size)
    image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS).save(
        small, "WEBP"
    )
    _write(folder / "naive.jpg", kept.getvalue())
    _write(folder / "naive.webp", small.getvalue())


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _race(one: Callable[[], None], two: Callable[[], None], rounds: int) -> tuple[float, float]:
    """The medians in milliseconds of two ways, run in turns so that a busy machine hurts both."""
    one()
    two()
    times = [(_time(one), _time(two)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in times), statistics.median(pair[1] for pair in times)


def _time(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * MILLI


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    print(format_table([measure_upload(), measure_photo_check()]))

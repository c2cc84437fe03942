"""Open a photo that somebody brought: refuse what is unsafe or useless, keep clean pixels and nothing else."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from pipelines.photo.containers import Header, read_header
from pipelines.photo.decoder_pool import CPU_SECONDS, DecoderDied, DecoderPool, shared_pool
from pipelines.photo.errors import refuse

MAX_BYTES = 50_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 16_384
MIN_SIDE_PX = 64  # anything a person could be seen on
MAX_ASPECT = 8.0  # long side to short side; a standing person with raised arms is 1 : 4
KEPT_SIDE_PX = 2048  # twice what engines and detectors look at
KEPT_FLOOR_PX = 1600  # a JPEG is halved while it is decoded as long as this much remains
KEPT_QUALITY = 92  # JPEG; above it files grow and nothing is seen
THUMBNAIL_SIDE_PX = 512
THUMBNAIL_QUALITY = 80  # WEBP
KEPT_MEDIA_TYPE = "image/jpeg"
THUMBNAIL_MEDIA_TYPE = "image/webp"
TOO_LONG = (
    "This picture is {width} × {height} pixels. Here it can be {limit} pixels on its longer side: make it smaller, "
    "then upload that."
)
PIXELS_PER_MEGAPIXEL = BYTES_PER_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedPhoto:
    """A photo as it is kept: upright, sRGB, on white, re-encoded, without metadata. Sizes in pixels.

    data: JPEG bytes; sha256: of data; thumbnail: WEBP bytes, long side at most 512;
    source_*: what the person brought (format "JPEG", "PNG", "WEBP" or "AVIF"; size as stored, before it was
    turned upright; the digest of its bytes, by which the same file is known again).
    """

    data: bytes
    sha256: str
    width: int
    height: int
    thumbnail: bytes
    source_format: str
    source_sha256: str
    source_width: int
    source_height: int
    media_type: str = KEPT_MEDIA_TYPE
    thumbnail_media_type: str = THUMBNAIL_MEDIA_TYPE

    @property
    def image(self) -> np.ndarray:
        """The pixels, (height, width, 3) uint8 RGB: decoded anew at each call, and the same that whoever reads
        the kept file sees."""
        return read_kept_photo(self.data)


def always_wanted() -> bool:
    """The `is_wanted` of a caller who waits for the photo, however long it takes."""
    return True


def open_photo(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    max_side: int = MAX_SIDE_PX,
    min_side: int = MIN_SIDE_PX,
    pool: DecoderPool | None = None,
    is_wanted: Callable[[], bool] = always_wanted,
) -> OpenedPhoto:
    """Open the bytes of a picture file and make of them what is kept. Any number of threads may call.

    1. The content decides the format (JPEG, PNG, WEBP, AVIF), never a name.
    2. Bytes, pixels, sides and shape are checked from the header, before anything is decoded.
    3. A child process with memory and time limits decodes, shrinks, cleans and encodes.

    Raises PhotoRefused with one of the codes empty, too-many-bytes, not-an-image, svg, animated, truncated,
    unreadable, too-small, too-many-pixels, bad-shape, blank, out-of-memory; Cancelled where `is_wanted` says, when a
    decoder is free, that nobody waits for the photo any more. Nothing is written anywhere.
    """
    if not data:
        raise refuse("empty")
    if len(data) > max_bytes:
        raise refuse("too-many-bytes", limit=max_bytes // BYTES_PER_MEGABYTE)
    header = read_header(data)
    _check_size(header, max_pixels=max_pixels, max_side=max_side, min_side=min_side)
    facts, blob = _decode(data, header, max_pixels, max_side, pool or shared_pool(), is_wanted)
    if facts.get("refused") == "too-many-pixels":
        raise _too_many_pixels(header, max_pixels)
    if "refused" in facts:
        raise refuse(str(facts["refused"]))
    kept = blob[: facts["kept"]]
    return OpenedPhoto(
        data=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
        width=facts["width"],
        height=facts["height"],
        thumbnail=blob[facts["kept"] :],
        source_format=header.format,
        source_sha256=hashlib.sha256(data).hexdigest(),
        source_width=header.width,
        source_height=header.height,
    )


def read_kept_photo(data: bytes) -> np.ndarray:
    """The pixels of a photo that `open_photo` made, (height, width, 3) uint8 RGB. For kept photos only: these
    bytes are our own encoder's. Raises PhotoRefused (unreadable) where they are not."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if max(image.size) <= KEPT_SIDE_PX and image.mode == "RGB":
                return np.asarray(image)
    except (OSError, SyntaxError, ValueError) as error:
        raise refuse("unreadable") from error
    raise refuse("unreadable")


def _check_size(header: Header, *, max_pixels: int, max_side: int, min_side: int) -> None:
    width, height = header.width, header.height
    if min(width, height) < min_side:
        raise refuse("too-small", width=width, height=height, limit=min_side)
    if width * height > max_pixels:
        raise _too_many_pixels(header, max_pixels)
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise refuse("bad-shape", width=width, height=height)
    if max(width, height) > max_side:
        raise refuse("too-many-pixels", TOO_LONG, width=width, height=height, limit=max_side)


def _too_many_pixels(header: Header, max_pixels: int) -> Exception:
    limit = max_pixels // PIXELS_PER_MEGAPIXEL
    return refuse("too-many-pixels", width=header.width, height=header.height, limit=limit)


def _decode(
    data: bytes,
    header: Header,
    max_pixels: int,
    max_side: int,
    pool: DecoderPool,
    is_wanted: Callable[[], bool],
) -> tuple[dict[str, Any], bytes]:
    options = {
        "format": header.format,
        "max_pixels": max_pixels,
        "max_side": max_side,
        "keep_side": KEPT_SIDE_PX,
        "keep_floor": KEPT_FLOOR_PX,
        "quality": KEPT_QUALITY,
        "thumbnail_side": THUMBNAIL_SIDE_PX,
        "thumbnail_quality": THUMBNAIL_QUALITY,
        "cpu_s": CPU_SECONDS,
    }
    try:
        answer = pool.decode(data, options, is_wanted=is_wanted)
    except DecoderDied as error:
        raise refuse("unreadable", "This picture takes too much to open. Save it again as JPEG.") from error
    return answer.facts, answer.blob

"""Look at a picture that is to be kept as somebody brought it: it is decoded once, where it can do no harm."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.photo.containers import read_header
from pipelines.photo.decoder_pool import CPU_SECONDS, DecoderDied, DecoderPool, shared_pool
from pipelines.photo.errors import refuse
from pipelines.photo.open import MAX_BYTES, MAX_PIXELS, MAX_SIDE_PX, PIXELS_PER_MEGAPIXEL

SMALL_QUALITY = 95  # WEBP; whoever keeps it encodes it once more


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPicture:
    """A picture that can be decoded: format ("JPEG", "PNG", "WEBP" or "AVIF"), size in pixels, a small copy (WEBP)."""

    format: str
    width: int
    height: int
    small: bytes


def look_at_picture(
    data: bytes, *, small_px: int, max_pixels: int = MAX_PIXELS, pool: DecoderPool | None = None
) -> SeenPicture:
    """What a picture file holds; its content decides the format. Decoded in a child process with limits.

    Raises PhotoRefused: empty, too-many-bytes, not-an-image, svg, animated, truncated, unreadable, too-many-pixels,
    out-of-memory.
    """
    if not data:
        raise refuse("empty")
    if len(data) > MAX_BYTES:
        raise refuse("too-many-bytes", limit=MAX_BYTES // 1_000_000)
    header = read_header(data)
    if header.width * header.height > max_pixels or max(header.width, header.height) > MAX_SIDE_PX:
        limit = max_pixels // PIXELS_PER_MEGAPIXEL
        raise refuse("too-many-pixels", width=header.width, height=header.height, limit=limit)
    options = {
        "format": header.format,
        "max_pixels": max_pixels,
        "max_side": MAX_SIDE_PX,
        "keep_side": small_px,
        "keep_floor": small_px,
        "quality": SMALL_QUALITY,
        "thumbnail_side": small_px,
        "thumbnail_quality": SMALL_QUALITY,
        "may_be_blank": True,
        "cpu_s": CPU_SECONDS,
    }
    try:
        answer = (pool or shared_pool()).decode(data, options)
    except DecoderDied as error:
        raise refuse("unreadable") from error
    if "refused" in answer.facts:
        code = str(answer.facts["refused"])
        raise refuse("unreadable" if code == "too-many-pixels" else code)
    small = answer.blob[answer.facts["kept"] :]
    return SeenPicture(format=header.format, width=header.width, height=header.height, small=small)

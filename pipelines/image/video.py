"""MP4: moving pictures as one video, VP9, which every browser plays; its XMP beside the film, as the format has it."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.errors import RequestRefused

CODEC = "vp09"  # VP9 in ISO's file format; OpenCV's own builds write it everywhere, H.264 nowhere
XMP_BOX = uuid.UUID("be7acfcb-97a9-42e8-9c71-999491e3afac")  # Adobe, XMP specification part 3: MPEG-4


def write_mp4(frames: Sequence[Image.Image], *, frame_ms: int, xmp: bytes) -> bytes:
    """RGB pictures of one size as a video that plays once. An odd side loses its last pixel: colours are kept for two
    by two. Raises RequestRefused where this machine's OpenCV writes no VP9."""
    import cv2

    width, height = (side - side % 2 for side in frames[0].size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        writer = cv2.VideoWriter(
            str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*CODEC), 1000 / frame_ms, (width, height)
        )
        if not writer.isOpened():
            raise RequestRefused(
                "This machine cannot write an MP4: its OpenCV has no VP9. Choose WebP or GIF."
            )
        for frame in frames:
            writer.write(np.ascontiguousarray(np.asarray(frame)[:height, :width, ::-1]))
        writer.release()
        film = path.read_bytes()
    return film + _box(b"uuid", XMP_BOX.bytes + xmp)


def _box(kind: bytes, content: bytes) -> bytes:
    """A box of ISO's base media file format: its length, its kind, its content."""
    return (8 + len(content)).to_bytes(4) + kind + content

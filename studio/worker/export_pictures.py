"""Pictures on their way out: in another format, smaller, without their recipes; the mark always stays."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from pipelines.image.provenance import (
    MEDIA_TYPES,
    PictureFormat,
    find_mark,
    holds_mark_alone,
    read_recipe,
    sign_picture,
)
from studio.vocabulary.export import PictureEncoding

SAYS_MOST = "trainedAlgorithmicMedia"  # of a picture whose own mark is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """One format of pictures."""

    name: PictureFormat
    ending: str

    @property
    def media_type(self) -> str:
        """Its media type."""
        return MEDIA_TYPES[self.name]


ENCODINGS: Mapping[PictureEncoding, Encoding] = {
    "png": Encoding(name="PNG", ending=".png"),
    "webp": Encoding(name="WEBP", ending=".webp"),
    "jpeg": Encoding(name="JPEG", ending=".jpg"),
    "avif": Encoding(name="AVIF", ending=".avif"),
}
OF_MEDIA_TYPE = {encoding.media_type: encoding for encoding in ENCODINGS.values()}


def encode_picture(
    data: bytes, media_type: str, *, wanted: PictureEncoding, longest_px: int | None, metadata: bool
) -> tuple[bytes, Encoding]:
    """A kept picture as it is to go out. As it was kept, to the byte, where nothing else is asked."""
    own = OF_MEDIA_TYPE.get(media_type, ENCODINGS["png"])
    encoding = own if wanted == "original" else ENCODINGS[wanted]
    with Image.open(io.BytesIO(data)) as image:
        is_larger = longest_px is not None and max(image.size) > longest_px
        if encoding == own and not is_larger and (metadata or holds_mark_alone(data)):
            return data, own
        image.load()
        pixels: Image.Image = image
        if image.mode not in ("L", "RGB", "RGBA"):
            pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
        if longest_px is not None:
            pixels = pixels.copy()
            pixels.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
        recipe: Mapping[str, Any] | None = read_recipe(data) if metadata else None
        mark = find_mark(data) or SAYS_MOST
        return sign_picture(pixels, mark, file_format=encoding.name, recipe=recipe), encoding

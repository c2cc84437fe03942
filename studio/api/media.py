"""How files leave: the right type, private, never run by a browser, and under a safe name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Response, status
from fastapi.responses import StreamingResponse

from studio.api.refusals import PartMissing
from studio.vocabulary.avatar_file import AVATAR_ENDING, AVATAR_TYPE
from studio.vocabulary.file import File
from studio.vocabulary.file_names import clean_name, safe_stem

# media type -> ending. Anything else is served as bytes to be saved.
SERVED_TYPES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "model/gltf-binary": ".glb",
    "model/obj": ".obj",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/json": ".json",
    "application/zip": ".zip",
    AVATAR_TYPE: AVATAR_ENDING,
    "application/octet-stream": ".bin",
}
PLAIN_BYTES = "application/octet-stream"
OWN_ENDINGS = {  # what files of a type may end in beside the usual one
    "text/plain": (".obj", ".bvh"),
    "model/gltf-binary": (".vrm",),
}
KEPT_BY_THE_BROWSER_S = 3600
AT_ONCE_BYTES = 1_000_000  # what is larger leaves in pieces
ONE_PART = re.compile(
    r"bytes=(?:-(?P<end>[1-9][0-9]{0,17})|(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18}))", re.ASCII
)
NEVER_STORED = {"Cache-Control": "no-store"}


def picture_content(media_type: str) -> dict[str, Any]:
    """The `content=` of an answer that is a picture, for the description."""
    return {media_type: {"schema": {"type": "string", "format": "binary"}}}


def serve_file(
    file: File, open_file: Callable[[int, int], Iterator[bytes]], asked: Mapping[str, str], *, download: str
) -> Response:
    """A kept file as an answer, or one part of it; 304 when the browser has it. `open_file` gives the bytes from one
    place to before another; `asked` are the headers. Raises PartMissing, and what opening it raises."""
    media_type = file.media_type if file.media_type in SERVED_TYPES else PLAIN_BYTES
    etag = f'"{file.sha256}"'
    headers = {
        "ETag": etag,
        "Cache-Control": f"private, max-age={KEPT_BY_THE_BROWSER_S}",
        "Accept-Ranges": "bytes",
    }
    if etag in asked.get("if-none-match", ""):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    part = find_part(asked.get("range", ""), file.size) if asked.get("if-range", etag) == etag else None
    code = status.HTTP_200_OK if part is None else status.HTTP_206_PARTIAL_CONTENT
    if part is not None and not part:
        raise PartMissing(file.size)
    if part is None:
        part = range(file.size)
    else:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
    pieces = open_file(part.start, part.stop)
    if download or media_type == PLAIN_BYTES:
        headers["Content-Disposition"] = attachment(download or file.id, media_type)
    if len(part) <= AT_ONCE_BYTES:
        return Response(b"".join(pieces), code, headers, media_type)
    headers["Content-Length"] = str(len(part))
    return StreamingResponse(pieces, code, headers, media_type)


def find_part(asked: str, size: int) -> range | None:
    """Which bytes of so many a Range like “bytes=0-9” asks for; none where it has no such part. None: the whole, also
    where several parts are asked for, or what cannot be read."""
    found = ONE_PART.fullmatch(asked)
    if found is None:
        return None
    if found["end"]:
        return range(max(0, size - int(found["end"])), size)
    first, last = int(found["first"]), int(found["last"] or size)
    return None if last < first and found["last"] else range(first, min(last + 1, size))


def attachment(name: str, media_type: str) -> str:
    """A Content-Disposition that saves under a safe form of this name, with the ending of the type (RFC 6266)."""
    safe = safe_name(name, media_type)
    ascii_name = unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode() or "file"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe, safe='')}"


def safe_name(name: str, media_type: str) -> str:
    """A file name that is good on every system: no path, no control character, the ending of its type."""
    ending = SERVED_TYPES[media_type]
    stem = clean_name(name)
    for own in (*OWN_ENDINGS.get(media_type, ()), ending):
        if stem.lower().endswith(own):
            stem, ending = stem[: -len(own)], own
    return (safe_stem(stem) or "file") + ending

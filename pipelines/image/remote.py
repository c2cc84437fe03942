"""What the engines on other machines share: addresses a person gave, one question at a time, answers checked."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from PIL import Image

from pipelines.errors import EngineUnavailable, PictureRefused, PipelineError
from pipelines.network import TICK_S, is_loopback
from pipelines.photo.containers import read_header
from pipelines.photo.errors import PhotoRefused

if TYPE_CHECKING:
    import httpx

CONNECT_S = 10.0
ANSWER_S = 300.0  # a large model, loaded for us first
MAX_PICTURE_BYTES = 64_000_000  # more than a PNG of 4096 x 4096 noise would need, were it asked for
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP")
NEARLY_FLAT = 1  # of 255: the spread of a picture that is one even colour
LONGEST_QUOTE = 200  # characters of another program's words in our sentence
PREVIEW_SIDE_PX = 384
PREVIEW_MAX_SIDE_PX = 2048
PREVIEW_QUALITY = 70  # WEBP

OnTick = Callable[[], None]  # may raise Cancelled


class ServiceUnreachable(EngineUnavailable):
    """The service cannot be reached. Check its address, and that it runs."""

    code = "service-unreachable"
    http_status = 503


class ServiceTrouble(PipelineError):
    """The service is busy or has trouble. Try again in a while."""

    code = "service-trouble"
    http_status = 503
    passing: ClassVar[bool] = True


class AnswerRefused(PictureRefused):
    """The service answered with something that is not the picture that was asked for. Nothing of it is kept."""

    code = "answer-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """A whole answer: status, headers with names in lower case, body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def check_address(url: str, what: str) -> str:
    """An http(s) address as the person gave it, without a trailing slash. Raises EngineUnavailable."""
    parts = urlsplit(url.strip())
    try:
        plain = parts.port is None or parts.port > 0
    except ValueError:
        plain = False
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or not plain
        or parts.username is not None
        or parts.query
        or parts.fragment
        or not url.strip().isascii()
    ):
        raise EngineUnavailable(f"The address of {what} must look like http://127.0.0.1:8188.")
    return url.strip().rstrip("/")


def open_client(url: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """A client that stays at one server: it follows no redirects. Close it after use.

    Each question has a connection of its own, so that none is left open by a question that nobody waits for any more.
    """
    import httpx

    own = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "avatar-studio"}
    return httpx.Client(
        headers={**own, **(headers or {})},
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=not is_loopback(urlsplit(url).hostname),  # this machine is never reached through a proxy
    )


def ask(
    client: httpx.Client, method: str, url: str, on_tick: OnTick, *, limit: int, **content: Any
) -> ServiceAnswer:
    """One question and its whole answer, at most `limit` bytes; on_tick is asked every quarter of a second.

    content: json=, files=, data= or content= as httpx takes them. Leaving by on_tick leaves the answer unread.
    Raises ServiceUnreachable, ServiceTrouble (a broken line, no answer in time), AnswerRefused (too large).
    """
    answers: queue.Queue[ServiceAnswer | PipelineError] = queue.Queue(1)
    thread = threading.Thread(
        target=lambda: answers.put(_send(client, method, url, limit, content)), name="remote-ask", daemon=True
    )
    thread.start()
    while True:
        on_tick()
        try:
            answer = answers.get(timeout=TICK_S)
        except queue.Empty:
            if thread.is_alive() or not answers.empty():
                continue
            raise ServiceTrouble from None
        if isinstance(answer, PipelineError):
            raise answer
        return answer


def _send(
    client: httpx.Client, method: str, url: str, limit: int, content: Mapping[str, Any]
) -> ServiceAnswer | PipelineError:
    import httpx

    body = bytearray()
    try:
        with client.stream(method, url, **content) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > limit:
                    return AnswerRefused("The service's answer is larger than any picture. It was not read.")
            return ServiceAnswer(
                status=response.status_code, headers=dict(response.headers), body=bytes(body)
            )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL):
        return ServiceUnreachable()
    except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError, ValueError):
        return ServiceTrouble()  # RuntimeError: the client was closed meanwhile


def open_picture(data: bytes, width: int, height: int) -> Image.Image:
    """A received picture of exactly that size, RGB. Kind and size are read from its header before it is decoded.

    Raises AnswerRefused: not a still PNG, JPEG or WEBP, another size, broken, one even colour.
    """
    try:
        header = read_header(data)
    except PhotoRefused as error:
        raise AnswerRefused from error
    if header.format not in PICTURE_FORMATS:
        raise AnswerRefused
    if (header.width, header.height) != (width, height):
        raise AnswerRefused(
            f"The service made a picture of {header.width} × {header.height} instead of {width} × {height}. "
            "Ask for a size that its model can make."
        )
    try:
        with Image.open(io.BytesIO(data), formats=[header.format]) as opened:
            if opened.size != (width, height):
                raise AnswerRefused
            picture = opened.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise AnswerRefused from error
    extrema = picture.getextrema()
    if all(high - low <= NEARLY_FLAT for low, high in extrema):  # type: ignore[misc]
        raise AnswerRefused(
            "The service returned an empty picture: one even colour. Try another seed or prompt."
        )
    return picture


def shrink_preview(data: bytes) -> bytes | None:
    """A received picture in the making as a small WEBP; None where it is not one."""
    try:
        header = read_header(data)
        if max(header.width, header.height) > PREVIEW_MAX_SIDE_PX or header.format not in PICTURE_FORMATS:
            return None
        with Image.open(io.BytesIO(data), formats=[header.format]) as opened:
            picture = opened.convert("RGB")
    except (PhotoRefused, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((PREVIEW_SIDE_PX, PREVIEW_SIDE_PX))
    small = io.BytesIO()
    picture.save(small, "WEBP", quality=PREVIEW_QUALITY)
    return small.getvalue()


def to_png(picture: Image.Image) -> bytes:
    """A picture as PNG bytes, without metadata."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


def quote(words: object) -> str:
    """Another program's words, short and printable, to stand inside a sentence of ours."""
    text = words if isinstance(words, str) else ""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST_QUOTE]).split())
    return text[:LONGEST_QUOTE] + ("…" if len(text) > LONGEST_QUOTE else "")

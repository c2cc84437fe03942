"""What a body may be: so many bytes, counted as they come, and a form that can be read, looked at as it comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from python_multipart.exceptions import MultipartParseError, ParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from studio.api.refusals import BodyTooLarge, BodyTooSlow, FormMalformed, HeaderMalformed, Refused
from studio.settings import Settings

PHOTO_PATH, RECIPE_PATH, POSE_PATH = "/api/v1/photos", "/api/v1/recipes", "/api/v1/poses"
IMPORT_PATH, AVATAR_PATH = "/api/v1/imports", "/api/v1/avatars/file"
FORM_PATHS = (
    IMPORT_PATH,
    AVATAR_PATH,
    PHOTO_PATH,
    RECIPE_PATH,
    POSE_PATH,
    "/stage/photo",
    "/stage/recipe",
    "/stage/pose",
)  # the last three: the window's own page
# Their JSON may hold a picture.
PICTURE_PATHS = (
    PHOTO_PATH,
    "/api/v1/photos/batch",
    "/api/v1/avatars",
    "/api/v1/bodies",
    "/api/v1/generations",
    "/api/v1/templates",
)
PICTURE_PATTERN = re.compile(r"/api/v1/generations/[A-Za-z0-9_-]{1,64}/redraw")  # a mask
TEMPLATE_PATHS = "/api/v1/templates/"
WINDOW_CALLS = "/gradio_api/"
BYTES_PER_MB = 1_000_000
FORM_SLACK_BYTES = 64_000  # boundaries and headers of the parts
SMALL_BODY_BYTES = 256_000
WINDOW_CALL_BYTES = 1_000_000
BASE64_GROWTH = 4 / 3
IDLE_S = 15.0  # between two pieces of a body
TOTAL_S, UPLOAD_TOTAL_S = 30.0, 120.0  # from the first to the last
ARCHIVE_TOTAL_S = 3600.0
MOST_FORM_PARTS = 16
LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1
FORM = b"multipart/form-data"

_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{1,%d}" % LONGEST_BOUNDARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyRule:
    """How much a body may hold, and the one field that its form may have; None: no form is looked for."""

    limit_bytes: int
    form_field: str | None = None
    within_s: float | None = None  # None: as its size says

    @property
    def total_s(self) -> float:
        """How long the body may take to arrive."""
        if self.within_s is not None:
            return self.within_s
        return UPLOAD_TOTAL_S if self.limit_bytes > WINDOW_CALL_BYTES else TOTAL_S


def rule_for(method: str, path: str, headers: Headers, settings: Settings) -> BodyRule:
    """What may be sent to this path; what a method may not send at all is for the routes to say."""
    upload_bytes = settings.max_upload_mb * BYTES_PER_MB + FORM_SLACK_BYTES
    is_form = headers.get("content-type", "").lower().startswith(FORM.decode())
    if path == IMPORT_PATH and is_form and method == "POST":
        most = settings.max_import_mb * BYTES_PER_MB + FORM_SLACK_BYTES
        return BodyRule(limit_bytes=most, form_field="file", within_s=ARCHIVE_TOTAL_S)
    if path in FORM_PATHS and is_form:
        return BodyRule(limit_bytes=upload_bytes, form_field="file" if method == "POST" else None)
    if path in PICTURE_PATHS or path.startswith(TEMPLATE_PATHS) or PICTURE_PATTERN.fullmatch(path):
        return BodyRule(limit_bytes=int(upload_bytes * BASE64_GROWTH))
    if path in (RECIPE_PATH, POSE_PATH):
        return BodyRule(limit_bytes=upload_bytes)
    return BodyRule(limit_bytes=WINDOW_CALL_BYTES if path.startswith(WINDOW_CALLS) else SMALL_BODY_BYTES)


def needs_seat(method: str, path: str, headers: Headers) -> bool:
    """Whether a body counts among the large ones, of which a few are taken at once: a form with a file, or JSON that is
    larger than any without a picture."""
    if method != "POST" or path in FORM_PATHS:
        return method == "POST"
    told = headers.get("content-length", "")
    may_hold = path in PICTURE_PATHS or PICTURE_PATTERN.fullmatch(path) is not None
    return may_hold and not (told.isdecimal() and int(told) <= SMALL_BODY_BYTES)


class StopReading(MultipartParseError):
    """Ends the reading of a body. Form parsers tidy their temporary files up after an error of their own library,
    so this is one."""

    def __init__(self, refusal: Refused | None = None) -> None:
        super().__init__("the shield stopped reading")
        self.refusal = refusal  # None: the client went away


class LimitedReceive:
    """A `receive` that counts and looks. `refusal` tells afterwards why it stopped."""

    def __init__(self, receive: Receive, headers: Headers, rule: BodyRule) -> None:
        """Raises BodyTooLarge, HeaderMalformed or FormMalformed for what the headers say already."""
        self._receive = receive
        self._rule = rule
        self._seen_bytes = 0
        self._complete = False
        self._until: float | None = None  # by the loop's clock, once reading has begun
        self.refusal: Refused | None = None
        self._check_length(headers.get("content-length"))
        self._form = FormWatch(headers, rule.form_field) if rule.form_field else None

    async def __call__(self) -> Message:
        """The next message. Raises StopReading where the body breaks the rule or a form breaks off."""
        message = await (self._receive() if self._complete else self._receive_in_time())
        if message["type"] == "http.request":
            self._look(message)
        elif self._form is not None and not self._complete:
            raise StopReading
        return message

    async def _receive_in_time(self) -> Message:
        now = asyncio.get_running_loop().time()
        if self._until is None:
            self._until = now + self._rule.total_s
        try:
            async with asyncio.timeout_at(min(now + IDLE_S, self._until)):
                return await self._receive()
        except TimeoutError as error:
            self.refusal = BodyTooSlow()
            raise StopReading(self.refusal) from error

    async def read_all(self) -> bytes:
        """The whole body. Raises Refused where it breaks the rule, StopReading where the client goes away."""
        chunks = []
        while not self._complete:
            message = await self()
            if message["type"] != "http.request":
                raise StopReading
            chunks.append(message.get("body", b""))
        return b"".join(chunks)

    def _check_length(self, told: str | None) -> None:
        if told is None:
            return
        if not (told.isascii() and told.isdecimal()):
            raise HeaderMalformed
        if int(told) > self._rule.limit_bytes:
            raise self._too_large()

    def _too_large(self) -> BodyTooLarge:
        limit = self._rule.limit_bytes
        amount = f"{limit // BYTES_PER_MB} MB" if limit >= BYTES_PER_MB else f"{limit // 1000} kB"
        return BodyTooLarge(f"The body is larger than {amount}, the most that is taken here.")

    def _look(self, message: Message) -> None:
        body = message.get("body", b"")
        self._seen_bytes += len(body)
        self._complete = not message.get("more_body", False)
        try:
            if self._seen_bytes > self._rule.limit_bytes:
                raise self._too_large()
            if self._form is not None:
                self._form.feed(body, last=self._complete)
        except Refused as refusal:
            self.refusal = refusal
            raise StopReading(refusal) from refusal


class FormWatch:
    """Reads along with a multipart form: every part is a named file in the one field that is expected."""

    def __init__(self, headers: Headers, field: str) -> None:
        """Raises FormMalformed for a content type that is no form or has no usable boundary."""
        kind, options = parse_options_header(headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != FORM or not _BOUNDARY.fullmatch(boundary):
            raise FormMalformed("Send a form (multipart/form-data) with an ordinary boundary.")
        if options.get(b"charset", b"utf-8").lower() != b"utf-8":
            raise FormMalformed("Send the form as UTF-8.")
        self._field = field.encode()
        self._parts = 0
        self._ended = False
        self._name, self._value = b"", b""
        self._disposition: bytes | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_name,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._check_part,
                "on_end": self._end,
            },
        )

    def feed(self, body: bytes, *, last: bool) -> None:
        """Look at the next bytes. Raises FormMalformed."""
        try:
            self._parser.write(body)
        except ParseError as error:
            raise FormMalformed from error
        if last and not (self._ended and self._parts):
            raise FormMalformed("The form breaks off, or holds nothing.")

    def _begin_part(self) -> None:
        self._parts += 1
        self._disposition = None
        if self._parts > MOST_FORM_PARTS:
            raise FormMalformed(f"A form may hold {MOST_FORM_PARTS} files at most.")

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name, self._value = b"", b""

    def _check_part(self) -> None:
        options: Mapping[bytes, bytes] = parse_options_header(self._disposition)[1]
        if options.get(b"name") != self._field:
            raise FormMalformed(f"The form may have the field “{self._field.decode()}” only.")
        name = options.get(b"filename", b"").decode("utf-8", "replace")
        last_part = re.split(r"[/\\]", name)[-1]
        if not any(letter.isalnum() for letter in last_part):
            raise FormMalformed("A file in the form has no name. Give it one and try again.")

    def _end(self) -> None:
        self._ended = True

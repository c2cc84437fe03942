"""What the shield refuses, each with its code, its status and what to do."""

from __future__ import annotations

from pipelines.errors import PipelineError


class Refused(PipelineError):
    """This request is not taken."""

    code = "refused"
    http_status = 400
    retry_after_s: int | None = None  # when the same request may be taken


class HostRefused(Refused):
    """The studio does not answer to that host name."""

    code = "host-refused"
    http_status = 403
    hint = "To reach it by another name, add the name to the setting “allowed_hosts”."


class OriginRefused(Refused):
    """This request was made by a page of another site."""

    code = "foreign-origin"
    http_status = 403


class BodyTooLarge(Refused):
    """The body is larger than is taken here."""

    code = "too-many-bytes"
    http_status = 413


class PartMissing(Refused):
    """The file has no such part. Content-Range says how long it is."""

    code = "no-such-part"
    http_status = 416

    def __init__(self, size: int) -> None:
        super().__init__()
        self.headers = {"Content-Range": f"bytes */{size}"}


class AddressTooLong(Refused):
    """There is nothing at an address that long."""

    code = "address-too-long"
    http_status = 414


class BodyTooSlow(Refused):
    """The body did not arrive in time. Send it again over a faster connection."""

    code = "too-slow"
    http_status = 408


class TooBusy(Refused):
    """More arrives here at once than can be looked at. Try again in a moment."""

    code = "too-busy"
    http_status = 503
    retry_after_s = 5


class ClientGone(Refused):
    """The client left before it was answered."""

    code = "client-gone"


class HeaderMalformed(Refused):
    """A header of this request cannot be understood."""

    code = "bad-header"


class FormMalformed(Refused):
    """The form cannot be read: a part of it is broken, nameless or missing."""

    code = "bad-form"


class CallMalformed(Refused):
    """The window does not understand this call. Load the page anew."""

    code = "bad-call"


class CallUnknown(Refused):
    """The window has nothing that goes by that name. Load the page anew."""

    code = "unknown-call"
    http_status = 404


class FileForeign(Refused):
    """A call of the window names no files: choose the file in the window, or send it to /api/v1/photos."""

    code = "foreign-file"
    http_status = 403

"""One shape for every error that leaves over HTTP: {"error": {"code", "message", "hint", "request_id"}}."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from pipelines.errors import (
    EngineUnavailable,
    PersonaRefused,
    PipelineError,
    PresetUnready,
    UnknownName,
    WeightsMissing,
)
from pipelines.weights.errors import HubOffline, LicenceNotAccepted, TokenNeeded
from studio.api.words import (
    ACCEPT_LICENCE,
    ORDER_DOWNLOAD,
    SEE_DOCS,
    SEE_MODELS,
    SEE_POSES,
    SEE_READY,
    describe_finding,
    hint_of_finding,
)
from studio.errors import (
    DATABASE_BUSY,
    TOO_MANY_FILES,
    CursorRefused,
    DraftUnavailable,
    NotFound,
    PoseUnknown,
    say_trouble,
)
from studio.vocabulary.findings import is_underage

logger = logging.getLogger(__name__)

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
RETRY_AFTER_S = 1  # how soon a drawing process that is starting again is worth another try


class ProblemBody(BaseModel):
    """What went wrong, for a program (code) and for a person (message, hint)."""

    code: str = Field(description="Stable: a program may branch on it.")
    message: str = Field(description="A sentence for a person.")
    hint: str = Field(description="What else may help; often empty.")
    request_id: str = Field(description="The x-request-id of this answer; the log knows it.")


class Problem(BaseModel):
    """The one error shape."""

    error: ProblemBody


class RequestInvalid(PipelineError):
    """This request does not fit its description."""

    code = "request-invalid"
    hint = SEE_DOCS

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint or type(self).hint  # type: ignore[misc]


class NotJson(PipelineError):
    """The body is not JSON. Send JSON with the content type application/json."""

    code = "not-json"
    http_status = 400
    hint = SEE_DOCS


class WrongMediaType(PipelineError):
    """The body has a content type that this address does not take."""

    code = "wrong-media-type"
    http_status = 415
    hint = SEE_DOCS


class UnexpectedError(PipelineError):
    """Something unexpected went wrong here. The log has the details under this request's id."""

    code = "unexpected"
    http_status = 500


# A name or a page mark that nothing answers to is a missing thing, also where it stands in a body or a query; an
# engine or a model that is not ready here is no fault of the request.
HTTP_STATUS_OF: dict[type[PipelineError], int] = {
    UnknownName: 404,
    CursorRefused: 404,
    EngineUnavailable: 409,
    LicenceNotAccepted: 409,
    TokenNeeded: 409,
    HubOffline: 409,
    WeightsMissing: 409,
}

# What a program can ask next, where the error itself does not say it.
HINT_OF: dict[type[PipelineError], str] = {
    PoseUnknown: SEE_POSES,
    UnknownName: SEE_MODELS,
    LicenceNotAccepted: ACCEPT_LICENCE,
    WeightsMissing: ORDER_DOWNLOAD,
    EngineUnavailable: SEE_READY,
}

PROBLEM_SENTENCES: dict[int, str] = {
    400: "The request is malformed.",
    401: "In a shared studio: nobody is signed in.",
    402: "You have fewer credits than this costs.",
    403: "This request is not allowed to whoever makes it, such as a page of another site.",
    404: "There is nothing here with that id or name.",
    408: "The body did not arrive in time.",
    409: "This does not fit the present state.",
    413: "The body is too large.",
    415: "The body has a content type that is not taken here.",
    416: "The file has no such part. Content-Range says how long it is.",
    429: "Too many of these at once, or of tries. Retry-After says when to come again.",
    422: "The request cannot be carried out as it stands; the message says why.",
    503: "A part of the studio is starting again, is too busy, or its disk does not do what it should. Retry-After "
    "says when to come again, where that is known.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may answer with these errors."""
    return {
        status: {"model": Problem, "description": PROBLEM_SENTENCES[status]}
        for status in (*statuses, 400, 403, 422)  # an unknown parameter is refused everywhere
    }


def problem_content(error: PipelineError, request_id: str) -> dict[str, Any]:
    """The JSON of an error."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "hint": hint_of(error),
            "request_id": request_id,
        }
    }


def hint_of(error: PipelineError) -> str:
    """The next step; "" where there is none."""
    hint = error.hint or next((hint for kind, hint in HINT_OF.items() if isinstance(error, kind)), "")
    if not isinstance(error, PresetUnready):
        return hint
    return hint.format(preset=error.preset) if error.preset else SEE_MODELS


def status_of(error: PipelineError) -> int:
    """The HTTP status of an error."""
    for kind, status in HTTP_STATUS_OF.items():
        if isinstance(error, kind):
            return status
    return error.http_status


def say_when_to_retry(error: PipelineError) -> dict[str, str]:
    """The header that says when the same request may be taken; none where time alone mends nothing."""
    passes = isinstance(error, DraftUnavailable) or error.code in (DATABASE_BUSY, TOO_MANY_FILES)
    wait_s = getattr(error, "retry_after_s", RETRY_AFTER_S if passes else None)
    return {} if wait_s is None else {"Retry-After": str(wait_s)}


def request_id_of(request: Request) -> str:
    """The id that the shield gave to this request."""
    return str(getattr(request.state, "request_id", ""))


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of this app in the one shape."""
    app.add_exception_handler(PipelineError, _answer_pipeline_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(OSError, _answer_system_error)
    app.add_exception_handler(Exception, _answer_unexpected)


def _answer(request: Request, error: PipelineError, headers: dict[str, str] | None = None) -> JSONResponse:
    content = problem_content(error, request_id_of(request))
    return JSONResponse(content, status_code=status_of(error), headers=headers)


async def _answer_pipeline_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PipelineError)
    return _answer(request, error, say_when_to_retry(error) | getattr(error, "headers", {}))


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _answer(request, refusal_of(error.errors()))


def refusal_of(findings: Sequence[Any]) -> PipelineError:
    """One error from what the description found wrong: the first finding, except that an age under 18 comes first."""
    if any(is_underage(finding) for finding in findings):
        return PersonaRefused()
    first = findings[0]
    place = [str(part) for part in first["loc"]]
    if first["type"] == "json_invalid":
        return NotJson()
    if place[0] == "path":
        return NotFound()
    return RequestInvalid(describe_finding(first), hint_of_finding(first))


class _PlainHttpError(PipelineError):
    """An error that the framework raised by its status alone, in our words."""

    codes: ClassVar[dict[int, str]] = {404: "not-found", 405: "method-not-allowed"}
    says: ClassVar[dict[int, str]] = {
        400: "The body cannot be read as what its content type says. Send a whole form, or plain JSON.",
        404: "There is nothing at this address.",
        405: "This address takes {allowed} only.",
    }
    hint = SEE_DOCS

    def __init__(self, status: int, allowed: str) -> None:
        super().__init__(self.says.get(status, "This request cannot be answered.").format(allowed=allowed))
        phrase = HTTPStatus(status).phrase
        self.code = self.codes.get(status, phrase.lower().replace(" ", "-"))  # type: ignore[misc]
        self.http_status = status  # type: ignore[misc]


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    allowed, headers = _methods_here(request), dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(allowed)
    return _answer(request, _PlainHttpError(error.status_code, " or ".join(allowed)), headers)


def _methods_here(request: Request) -> list[str]:
    """All methods of an address; the framework names those of its first route only.

    Where an address is described by itself ("/generations/bulk") and reads as an id too, it is the former.
    """
    found = [
        (getattr(route, "path", ""), method)
        for route in _single_routes(request.app)
        for method in METHODS
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    ]
    routed = {method for path, method in found if path == found[0][0]}
    if "GET" in routed:
        routed.add("HEAD")  # the shield answers it by the GET
    return [method for method in METHODS if method in routed]


def _single_routes(app: Any) -> Iterator[Any]:
    """The routes of an app, also those of the routers that it includes, each with its path."""
    for route in app.routes:
        router = getattr(route, "original_router", None)
        yield from (route,) if router is None else router.routes


async def _answer_system_error(request: Request, error: Exception) -> JSONResponse:
    """The disk's troubles, met outside of the services: while a form is read, or a file sent."""
    said = say_trouble(error)
    if said is None:
        raise error
    request_id = request_id_of(request)
    extra = {"request_id": request_id}
    logger.warning("request %s met the disk's trouble: %s", request_id, error, extra=extra)
    return await _answer_pipeline_error(request, said)


async def _answer_unexpected(request: Request, error: Exception) -> JSONResponse:
    request_id = request_id_of(request)
    extra = {"request_id": request_id}
    logger.error("request %s failed with %s", request_id, type(error).__name__, extra=extra)
    return _answer(request, UnexpectedError())

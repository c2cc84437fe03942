"""POST /exports, GET /exports/{id}: generations out of the studio as one file, which is fetched when it is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from fastapi import APIRouter, Response, status
from pydantic import ConfigDict, Field, create_model, model_validator

from studio.api.answers import API_PREFIX, Answer, ErrorOut, file_url
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.library_answers import LibraryFilters, to_search
from studio.api.parameters import IdempotencyKey, PathId
from studio.api.schemas import Strict
from studio.vocabulary.export import (
    DEFAULT_NAMES,
    NAME_FIELDS,
    Export,
    ExportFormat,
    ExportIds,
    ExportOrder,
    FileNames,
    LongestSide,
    PictureEncoding,
    Trigger,
)
from studio.vocabulary.job import JobState
from studio.vocabulary.order import Choice

ExportQuery: Any = create_model(
    "ExportQuery",
    __base__=(Strict, LibraryFilters),
    __doc__="What `GET /generations` takes: all of it has to fit. Empty: everything.",
    favourite=(Choice | None, None),
    person=(Choice | None, None),
)


def _tell_no_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class ExportIn(Strict):
    """What is to go out: `ids` of generations, or a `query`; one of the two."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["ids"]}, {"required": ["query"]}]})

    ids: ExportIds = Field(default=(), json_schema_extra=_tell_no_default)
    query: ExportQuery = Field(
        default_factory=ExportQuery, description="The names that `GET /generations` takes; {} is everything."
    )
    format: ExportFormat = "zip"
    image_format: PictureEncoding = Field(
        default="original", description="Of the pictures in a zip or a dataset, or a sheet."
    )
    longest_px: LongestSide | None = Field(
        default=None,
        description="Larger pictures of a zip or a dataset are made so long on their longer side.",
    )
    metadata: Choice = Field(
        default=True,
        description="false: without prompts, settings and recipes. The mark that a machine made them stays.",
    )
    names: FileNames = Field(
        default=DEFAULT_NAMES,
        description=f"Of a zip's pictures: text with {', '.join(f'{{{name}}}' for name in NAME_FIELDS)}; a slash "
        "makes a folder.",
    )

    trigger: Trigger = Field(
        default="",
        description="Of a dataset: the words that stand first in each caption, by which a LoRA is called.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if ("ids" in self.model_fields_set) == ("query" in self.model_fields_set):
            raise ValueError("needs “ids” or “query”, one of the two")
        return self

    def to_order(self) -> ExportOrder:
        """The order that this asks for."""
        is_query = "query" in self.model_fields_set
        return ExportOrder(
            ids=None if is_query else self.ids,
            search=to_search(self.query) if is_query else None,
            format=self.format,
            image_format=self.image_format,
            longest_px=self.longest_px,
            metadata=self.metadata,
            names=self.names,
            trigger=self.trigger,
        )


class ExportOut(Answer):
    """An export: how far it is, and its file."""

    id: str = Field(
        description="Of its job too: /jobs/{id} and /events tell of it, /jobs/{id}/cancel stops it."
    )
    state: JobState
    format: ExportFormat
    title: str
    percent: int = Field(ge=0, le=100)
    stage: str
    error: ErrorOut | None
    generations: int
    pictures: int
    left_out: int = Field(description="Pictures whose files are damaged or missing.")
    file_url: str | None = Field(description="Null until it is there, and once it has expired.")
    file_name: str
    size: int = Field(description="Bytes.")
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, view: Export) -> Self:
        """The answer that describes this export."""
        own: dict[str, Any] = {"error": None, "file_url": None}
        if view.error_code or view.error:
            own["error"] = ErrorOut(code=view.error_code, message=view.error)
        if view.file_id:
            own["file_url"] = f"{file_url(view.file_id)}?download={quote(view.file_name)}"
        return cls.model_validate(
            {name: getattr(view, name) for name in cls.model_fields if name not in own} | own
        )


def export_routes() -> APIRouter:
    """The routes of exports."""
    router = APIRouter(tags=["generations"])

    @router.post(
        "/exports", status_code=status.HTTP_202_ACCEPTED, responses=problems(404, 409, 413, 422, 429)
    )
    def start_export(
        wanted: ExportIn, response: Response, mine: Mine, idempotency_key: IdempotencyKey = ""
    ) -> ExportOut:
        """Order a ZIP of pictures, a table (CSV, JSON), a contact sheet, or a dataset to train a LoRA on
        (pictures, captions and the settings of the usual trainers) of generations; a job makes it."""
        export = mine.exports.start(wanted.to_order(), idempotency_key=idempotency_key or None)
        response.headers["Location"] = f"{API_PREFIX}/exports/{export.id}"
        return ExportOut.of(export)

    @router.get("/exports/{export_id}", responses=problems(404, 422))
    def get_export(export_id: PathId, mine: Mine) -> ExportOut:
        """How far an export is, and where its file is. The file expires after a day."""
        return ExportOut.of(mine.exports.get(export_id))

    return router

"""What REST takes and says of the library: searches, what a person says of a generation, projects."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, get_args

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, create_model

from pipelines.bounds import ONE_LINE, KeyOf, Text
from pipelines.image.engines import ENGINES
from pipelines.pose.vocabulary import CATEGORIES
from pipelines.prompt.styles import STYLES
from pipelines.types import View
from studio.api.answers import Answer, GenerationOut
from studio.api.paging import PagedList
from studio.api.schemas import Strict, tell_no_default
from studio.vocabulary.job import JobState
from studio.vocabulary.library import (
    BulkAction,
    GenerationSearch,
    Ids,
    Notes,
    Rating,
    SearchWords,
    Sort,
    Tags,
    Title,
)
from studio.vocabulary.names import Id
from studio.vocabulary.order import Choice
from studio.vocabulary.project import Access, ProjectName

NO_OR_ID = r"^[A-Za-z0-9_-]{0,64}$"
NoOrId = Annotated[str, Text(64, pattern=NO_OR_ID)]
NoOrPreset = Annotated[str, Text(64, pattern=r"^[a-z0-9._-]{0,64}$")]
NoOrSize = Annotated[str, Text(11, pattern=r"^([0-9]{1,5}x[0-9]{1,5})?$")]
Word = Annotated[str, Text(80, pattern=ONE_LINE)]
YES_NO = {"true": True, "false": False}
FROM, TO = "from", "to"  # Python keeps the first for itself


def _refuse_numbers(text: Any) -> Any:
    """A number alone could be seconds or milliseconds of any clock."""
    if not _DATE.match(str(text)):
        raise ValueError("has to be a time like 2026-01-31T12:00:00Z")
    return text


Moment = Annotated[AwareDatetime, BeforeValidator(_refuse_numbers)]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")

# One query parameter for each of the filters; the empty ones leave it out.
_FIELDS: dict[str, Any] = {
    "q": (Annotated[SearchWords, Field(description="Words; the last may be the beginning of one.")], ""),
    "project_id": (NoOrId, ""),
    "avatar_id": (NoOrId, ""),
    "tag": (Annotated[Word, Field(description="To the letter.")], ""),
    "favourite": (Annotated[str, KeyOf(("", *YES_NO))], ""),
    "state": (Annotated[str, KeyOf(("", *get_args(JobState)))], ""),
    "engine": (Annotated[str, KeyOf(("", *ENGINES))], ""),
    "pose": (Annotated[Word, Field(description="Its id.")], ""),
    "style": (Annotated[str, KeyOf(("", *(style.key for style in STYLES)))], ""),
    "preset": (Annotated[NoOrPreset, Field(description="The name of the model’s preset.")], ""),
    "view": (Annotated[str, KeyOf(("", *get_args(View)))], ""),
    "category": (Annotated[str, KeyOf(("", *CATEGORIES)), Field(description="Of its poses.")], ""),
    "size": (Annotated[NoOrSize, Field(description="As ordered: width x height, “1024x1536”.")], ""),
    "person": (
        Annotated[str, KeyOf(("", *YES_NO)), Field(description="It names an avatar or a photo of a person.")],
        "",
    ),
    FROM: (Annotated[Moment, Field(description="Made then or later; ISO, with zone.")], None),
    TO: (Annotated[Moment, Field(description="Made before; ISO, with zone.")], None),
    "sort": (Annotated[Sort, Field(description="rating: the best first.")], "newest"),
}
LibraryFilters: Any = create_model("LibraryFilters", **_FIELDS)


def to_search(filters: Any) -> GenerationSearch:
    """The search that query parameters, or the same names in JSON, ask for."""
    said = filters.model_dump(include=set(_FIELDS))
    for name in ("favourite", "person"):  # in JSON they are true or false themselves
        said[name] = said[name] if isinstance(said[name], bool) else YES_NO.get(said[name])
    return GenerationSearch(since=said.pop(FROM), until=said.pop(TO), **said)


class GenerationChangeIn(Strict):
    """What to change of a generation; what is left out stays."""

    title: Title = Field(default="", json_schema_extra=tell_no_default)
    tags: Tags = Field(default=(), description="All of them: they take the place of those before.")
    favourite: Choice = False
    rating: Rating | None = Field(default=None, description="0 to 5; null: none.")
    notes: Notes = ""
    project_id: Id | None = Field(default=None, description="null: in no project.")

    def said(self) -> dict[str, Any]:
        """Only what was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class BulkIn(Strict):
    """One thing to do to several generations: to all of them or, where one is not there, to none."""

    ids: Ids
    action: BulkAction
    project_id: Id | None = Field(default=None, description="Of move; null: in no project.")
    tags: Tags = Field(default=(), description="Of tag and untag; none: nothing changes.")


class BulkDone(BaseModel):
    """How many it was done to."""

    changed: int


class CountsOut(Answer):
    """How many fit the search, and of those how many of each; projects and avatars by their ids.

    Where `is_all` is false, more fit than `total`, and all numbers are of the newest `total` of them.
    """

    total: int
    is_all: bool
    favourite: int
    state: dict[str, int]
    project: dict[str, int]
    avatar: dict[str, int]
    tag: dict[str, int]
    engine: dict[str, int]
    pose: dict[str, int]
    style: dict[str, int]
    preset: dict[str, int]
    view: dict[str, int]
    category: dict[str, int]
    size: dict[str, int]
    person: int


class GenerationPage(BaseModel):
    """One page of the history; `next_cursor` is null on the last page. Newest first, unless sorted otherwise.

    `counts` are of all pages.
    """

    items: list[GenerationOut]
    next_cursor: str | None
    counts: CountsOut


class ProjectIn(Strict):
    """A project to begin."""

    name: ProjectName


class ProjectChangeIn(Strict):
    """What to change of a project; what is left out stays."""

    name: ProjectName | None = None
    archived: Choice | None = None


class ProjectOut(Answer):
    """A project; `generations` counts what is in it and not in the trash."""

    id: str
    name: str
    is_archived: bool
    generations: int
    created_at: datetime
    updated_at: datetime


class SharedProjectOut(ProjectOut):
    """A project where people share theirs; `generations` counts what is in it and not in the trash.

    Of one that somebody shares with you, `owner` is their name, and `access` what you may do in it.
    """

    owner: str
    access: Access
    is_shared: bool


class ProjectMemberIn(Strict):
    """What somebody may do in a project: look at it, or put things into it and change them too."""

    access: Access


class ProjectMemberOut(Answer):
    """Somebody with whom a project is shared."""

    name: str
    access: Access


class ProjectMemberList(BaseModel):
    """With whom a project is shared, the first first."""

    items: list[ProjectMemberOut]


class ProjectList(PagedList):
    """Projects, newest first."""

    items: list[ProjectOut]


class SharedProjectList(PagedList):
    """Projects, newest first; then those that others share with you."""

    items: list[SharedProjectOut]

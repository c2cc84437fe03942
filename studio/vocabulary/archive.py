"""The archive: what a ZIP export says of itself in `recipe.json`, so that another studio can take it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pipelines.bounds import ONE_LINE, Between, KeyOf, Several, Text
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES
from studio.vocabulary.avatar import MOST_VERSIONS, AvatarSource, Licence
from studio.vocabulary.library import MOST_TAGS, Notes, Rating, Tag
from studio.vocabulary.names import Id
from studio.vocabulary.order import LONGEST_PROMPT, Prompt
from studio.vocabulary.project import ProjectName

ARCHIVE_FORMAT = "avatar-studio-export"
ARCHIVE_VERSION = 1
RECIPE_NAME, SUMS_NAME = "recipe.json", "SHA256SUMS"
MOST_ARCHIVED = 50_000  # pictures of one archive, and generations
MOST_RECIPE_BYTES = 100_000_000
MOST_NUMBER = 1_000_000_000  # of a version

Line = Annotated[str, Text(300, pattern=ONE_LINE)]
SourceType = Literal["algorithmicMedia", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"]
Sha256Hex = Annotated[str, Text(64, least=64, pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPicture:
    """A picture of an archive: the member that holds it, its hash, and what is kept of it."""

    file: Annotated[str, Text(1000, least=1)]
    sha256: Sha256Hex
    size: Annotated[int, Between(1, 50_000_000)]  # bytes
    position: Annotated[int, Between(0, MOST_PICTURES - 1)]
    view: Line
    pose: Line
    seed: Annotated[int, Between(0, 2**63 - 1)]
    alt: Annotated[str, Text(1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedGeneration:
    """A generation of an archive. Its order is held to its own bounds by whoever takes it in."""

    id: Id
    project_id: Id | None = None
    avatar_id: Id | None = None
    title: Line
    favourite: bool = False
    rating: Rating | None = None
    notes: Notes = ""
    tags: Annotated[tuple[Tag, ...], Several(MOST_TAGS, each_once=True)] = ()
    state: Literal["succeeded", "failed", "cancelled"]
    error_code: Line = ""
    error: Annotated[str, Text(2000)] = ""
    order: Mapping[str, Any]
    requests: Annotated[tuple[Mapping[str, Any], ...], Several(MOST_PICTURES)] = ()
    prompt: Annotated[str, Text(LONGEST_PROMPT)] = ""
    negative_prompt: Annotated[str, Text(LONGEST_PROMPT)] = ""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    pictures: Annotated[tuple[ArchivedPicture, ...], Several(MOST_PICTURES)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedProject:
    """A project of an archive."""

    id: Id
    name: ProjectName
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedOrigin:
    """Where an avatar came from, in words and numbers: the picture or photo that it was made of stays behind."""

    source: AvatarSource = "text"
    prompt: Prompt = ""
    negative_prompt: Prompt = ""
    seed: Annotated[int, Between(0, LARGEST_SEED)] | None = None
    source_type: SourceType = "algorithmicMedia"
    licence: Licence = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedVersion:
    """What an avatar was until it was changed."""

    number: Annotated[int, Between(1, MOST_NUMBER)]
    name: Line
    persona: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedAvatar:
    """An avatar of an archive: persona and body as they are kept, where it came from and what it was before. Its photo
    stays behind, its meshes are made anew."""

    id: Id
    name: Line
    project_id: Id | None = None
    persona: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    origin: ArchivedOrigin | None = None  # None: written before archives said it
    versions: Annotated[tuple[ArchivedVersion, ...], Several(MOST_VERSIONS)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRecipe:
    """All of `recipe.json`."""

    format: Annotated[str, KeyOf((ARCHIVE_FORMAT,))]
    version: Annotated[int, Between(ARCHIVE_VERSION, ARCHIVE_VERSION)]
    projects: Annotated[tuple[ArchivedProject, ...], Several(MOST_ARCHIVED)] = ()
    avatars: Annotated[tuple[ArchivedAvatar, ...], Several(MOST_ARCHIVED)] = ()
    generations: Annotated[tuple[ArchivedGeneration, ...], Several(MOST_ARCHIVED)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came in. `known` generations were here already, and stay as they are."""

    generations: int = 0
    pictures: int = 0
    avatars: int = 0
    projects: int = 0
    known: int = 0

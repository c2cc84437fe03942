"""AvatarExport: an avatar on its way out as a file that other programs open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pipelines.bounds import Between, Several, Text
from pipelines.figure.export.choices import (
    FEWEST_TRIANGLES,
    LEAST_CLIP_PX,
    MOST_CLIP_PX,
    MOST_ON_PATH,
    MOST_TRIANGLES,
    AvatarFormat,
    ClipName,
    JointNaming,
)
from pipelines.options import LONGEST_NAME
from pipelines.types import Persona
from studio.vocabulary.avatar import Licence
from studio.vocabulary.job import JobState
from studio.vocabulary.names import Id

LONGEST_SLUG = 120
AVATAR_FILE = "avatar_file"  # an export with this in its payload is of an avatar
Triangles = Annotated[int, Between(FEWEST_TRIANGLES, MOST_TRIANGLES)]
ClipSide = Annotated[int, Between(LEAST_CLIP_PX, MOST_CLIP_PX)]  # pixels
AuthorName = Annotated[str, Text(LONGEST_NAME)]
PoseSlug = Annotated[str, Text(LONGEST_SLUG)]
Through = Annotated[tuple[PoseSlug, ...], Several(MOST_ON_PATH)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarExportOrder:
    """Who is to go out, and as what. `avatar_id` of a kept avatar, or a `persona`: one of the two.

    GLB has clips: all of them, or the one that is named, and the pose, held; WebP and GIF are one clip, drawn. What
    a format does not take (pipelines.figure.export.choices) is refused.
    """

    avatar_id: Id | None = None
    persona: Persona | None = None
    format: AvatarFormat = "glb"
    triangles: Triangles | None = None  # at most about so many; None: as fine as it is drawn
    clip: ClipName | None = None
    through: Through = ()  # poses of the gallery that a path goes through
    pose: PoseSlug = ""  # of the gallery
    suit: bool = False  # barefoot in a neutral body suit, for who dresses it elsewhere
    joints: JointNaming = "humanoid"  # of a GLB
    width: ClipSide | None = None  # of a WebP or GIF; None: the usual one
    height: ClipSide | None = None
    author: AuthorName = ""  # of a VRM, which names who made it
    licence: Licence = ""  # likewise, what they say about its use; "": what the avatar says


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarExport:
    """An avatar's export: a job, and the file that it made. The file goes when it expires."""

    id: str  # the job's too
    state: JobState
    avatar_id: str | None
    format: AvatarFormat
    title: str
    percent: int
    stage: str
    error_code: str
    error: str
    triangles: int = 0
    height_cm: float = 0.0  # without shoes and hair
    frames: int = 0  # of a clip that was drawn
    file_id: str | None = None  # None until it is there, and once it has expired
    file_name: str = ""
    size: int = 0
    created_at: datetime
    expires_at: datetime | None = None

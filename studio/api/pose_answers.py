"""What REST says of poses."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, Field

from pipelines.appearance import Expression
from pipelines.bounds import KeyOf, Named
from pipelines.pose.vocabulary import CATEGORIES, DIFFICULTIES, GENDER_PRESENTATIONS, MOODS, SUPPORTS
from pipelines.types import Framing
from studio.api.answers import Answer
from studio.api.paging import PagedList
from studio.api.schemas import Strict, tell_no_default
from studio.services.picture_poses import BodyOnPhoto
from studio.vocabulary.pose import HandUses, PoseName, PoseTags, WholePose


class PoseOut(Answer):
    """A pose of the gallery, whose thumbnails are public; or one of your own."""

    slug: str
    name: str
    category: str
    tags: list[str]
    framing: Framing
    view: str = Field(description="Which side of the body its own front view shows.")
    difficulty: str
    gender: str = Field(description="Whom the pose presents: feminine, masculine, any.")
    mood: str
    hands: list[str]
    symmetry: str
    support: str
    props: list[str]
    expression: Expression | None = Field(
        description="What the face shows, where the order and the persona say nothing of it: the pose's own, else "
        "what its tags and its mood show."
    )
    thumbnail_url: str
    back_url: str
    is_own: bool = Field(description="Yours, not the gallery's; its pictures are yours alone.")
    is_favourite: bool = Field(description="You marked it.")
    author: str
    licence: str
    pack: str = Field(description="The name of the pack that it was imported in.")


class PoseWhole(PoseOut):
    """A pose with all of it: joint rotations, goals, what is said of it."""

    pose: dict[str, Any]


class PoseChangeIn(Strict):
    """What to change of a pose of your own; what is left out stays."""

    name: PoseName = Field(default="", json_schema_extra=tell_no_default)
    category: Annotated[str, KeyOf(CATEGORIES)] = Field(default="", json_schema_extra=tell_no_default)
    tags: PoseTags = Field(default=(), description="All of them: they take the place of those before.")
    framing: Framing = "full"
    difficulty: Annotated[str, KeyOf(DIFFICULTIES)] = "easy"
    gender: Annotated[str, KeyOf(GENDER_PRESENTATIONS)] = "any"
    mood: Annotated[str, KeyOf(MOODS)] = "neutral"
    hands: HandUses = ("free",)
    support: Annotated[str, KeyOf(SUPPORTS)] = "standing"
    expression: Annotated[Expression, Named("name")] | None = Field(
        default=None, description="null: none of its own; what its tags and its mood show."
    )
    pose: Annotated[Mapping[str, Any], WholePose()] = Field(
        default_factory=dict,
        description="Another one in its place, with its framing, camera and expression; what is said of it in words "
        "stays.",
    )

    def said(self) -> dict[str, Any]:
        """Only what was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class PosesKept(BaseModel):
    """What was kept of a file; `slug` is the first one's."""

    slug: str
    items: list[PoseOut]


class BodyOnPhotoOut(BaseModel):
    """The body of a photo's pose; left and width in shares of the photo's width, top of its height."""

    picture: str = Field(description="WEBP on a clear ground, as a data URL.")
    left: float
    top: float
    width: float

    @classmethod
    def of(cls, body: BodyOnPhoto) -> BodyOnPhotoOut:
        """What is told of it."""
        picture = f"data:image/webp;base64,{base64.b64encode(body.picture).decode()}"
        return cls(picture=picture, **asdict(body.place))


class PosesSeen(PosesKept):
    """What was kept of a file; of a photo also the body, to be laid on it."""

    on_photo: BodyOnPhotoOut | None


class PoseList(BaseModel):
    """The gallery."""

    items: list[PoseOut]


class PosePage(PoseList, PagedList):
    """The gallery, or one page of it."""


class OwnPoseList(PoseList):
    """A person's own poses; and ids, be they the gallery's or their own: favourites, and what was ordered last."""

    favourites: list[str]
    recent: list[str]

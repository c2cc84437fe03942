"""AvatarFile: what a portable `.avatar` file says of itself in `avatar.json`, so that another studio can open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pipelines.bounds import ONLY_WHAT_IS_KNOWN, Between, Several, Text
from pipelines.image.plan import LARGEST_SEED
from pipelines.types import Persona
from studio.vocabulary.archive import Sha256Hex, SourceType
from studio.vocabulary.avatar import AvatarName, Licence
from studio.vocabulary.order import Prompt

AVATAR_FORMAT: Literal["avatar-studio-avatar"] = "avatar-studio-avatar"
AVATAR_VERSION = 1
AVATAR_JSON, AVATAR_ENDING, AVATAR_TYPE = "avatar.json", ".avatar", "application/vnd.avatar-studio.avatar+zip"
MOST_JSON_BYTES = 1_000_000
MOST_PICTURE_BYTES = 50_000_000

PictureRole = Literal["base", "photo"]
BodySource = Literal["Measured from a photo", "Drawn from the persona"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarFilePicture:
    """A picture of the file: the member that holds it, and the hash of its bytes."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    role: PictureRole
    name: Annotated[str, Text(200, least=1)]
    sha256: Sha256Hex
    size: Annotated[int, Between(1, MOST_PICTURE_BYTES)]  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarFileBody:
    """The numbers that rebuild the body, and how sure its measures are. The measures are taken anew."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    model: Literal["anny"] = "anny"
    shape: Mapping[str, Annotated[float, Between(-1.0, 1.0)]] = field(default_factory=dict)
    plus_minus_cm: Mapping[str, Annotated[float, Between(0.0, 100.0)]] = field(default_factory=dict)
    remarks: Annotated[tuple[Annotated[str, Text(500)], ...], Several(20)] = ()
    source: BodySource = "Drawn from the persona"
    confidence: Annotated[float, Between(0.0, 1.0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarFile:
    """A person on their way to another studio."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    format: Literal["avatar-studio-avatar"] = AVATAR_FORMAT
    version: Annotated[int, Between(AVATAR_VERSION, AVATAR_VERSION)] = AVATAR_VERSION
    name: AvatarName
    persona: Persona  # with the face
    body: AvatarFileBody | None = None
    prompt: Prompt = ""
    negative_prompt: Prompt = ""
    seed: Annotated[int, Between(0, LARGEST_SEED)] | None = None
    source_type: SourceType = "algorithmicMedia"  # how the base picture was made
    licence: Licence = ""
    pictures: Annotated[tuple[AvatarFilePicture, ...], Several(2)] = ()

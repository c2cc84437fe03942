"""How a person looks in a draft: what is worn, the face and its expression, hair, colours, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, get_args

from pipelines.bounds import ONLY_WHAT_IS_KNOWN, Between, KeyOf, Text
from pipelines.options import EXPRESSIONS

LONGEST_KEY = 40  # characters of a garment's key, a colour, a pattern
Gender = Literal["female", "male", "neutral"]
Finish = Literal["clay", "coloured"]
Backdrop = Literal[
    "paper", "dark", "plain", "transparent", "gradient", "studio", "room", "park", "street", "stage"
]  # what stands behind the figure
Light = Literal["soft", "window", "rim", "sun", "neon", "golden"]
LIGHTS: tuple[Light, ...] = get_args(Light)
BACKDROPS: tuple[Backdrop, ...] = get_args(Backdrop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """What a face shows, and how strongly."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    name: Annotated[str, KeyOf(tuple(option.key for option in EXPRESSIONS))]
    strength: Annotated[float, Between(0.0, 1.0)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WornGarment:
    """A garment, its colours ("navy" or "#rrggbb"; "": its own) and its pattern.

    Keys are those of `pipelines.prompt.garment_words`.
    """

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    garment: Annotated[str, Text(LONGEST_KEY, least=1)]
    color: Annotated[str, Text(LONGEST_KEY)] = ""
    second_color: Annotated[str, Text(LONGEST_KEY)] = ""
    pattern: Annotated[str, Text(LONGEST_KEY)] = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """How the draft figure is dressed and coloured. Keys of the tables in `pipelines.figure`.

    Empty `garments` leave the outfit as its table has it; otherwise they are all that is worn.
    """

    finish: Finish = "clay"
    style: str = "realistic"  # a key of `pipelines.prompt.styles`: how a coloured figure is drawn
    outfit: str = "casual"
    garments: tuple[WornGarment, ...] = ()
    garment_colors: Mapping[str, str] = field(default_factory=dict)  # slot -> "#rrggbb"
    hair_style: str = "bob"
    hair_color: str = "brown"
    facial_hair: str = "none"
    eye_color: str = "brown"
    skin_tone: str = "medium"
    age: int = 30
    gender: Gender = "neutral"  # of the face, and how strongly lips, brows and lashes are drawn
    ancestry: Mapping[str, float] = field(default_factory=dict)  # weights; empty: the mean of all
    face: Mapping[str, float] = field(default_factory=dict)  # slider -> -1..1
    face_seed: int = 0  # 0: the middle face
    expression: str = ""  # "": a friendly face
    expression_strength: float = 1.0
    backdrop: Backdrop = "paper"
    light: Light = "soft"

"""GenerationOrder: everything that a person asks for in one order, with its bounds.

The same class is read by REST, the window, the command line, the database column and the recipe in a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar, Literal, get_args

from pipelines.appearance import Backdrop, Expression, Finish, Light
from pipelines.bounds import ONE_LINE, Between, KeyOf, Named, Plain, Several, Text
from pipelines.errors import RequestRefused
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES
from pipelines.image.presets import DRAFT_PRESET
from pipelines.image.spec import MOST_GUIDANCE, MOST_STEPS
from pipelines.options import SIDE_PX
from pipelines.prompt.styles import STYLES
from pipelines.types import (
    CONTROL_KINDS,
    ONLY_WHAT_IS_KNOWN,
    VIEWS,
    ControlKind,
    Framing,
    LoraUse,
    Persona,
    RedrawPart,
    View,
)
from studio.vocabulary.character_sheet import CELLS
from studio.vocabulary.codec import from_json
from studio.vocabulary.names import Id
from studio.vocabulary.pose import LONGEST_POSE_NAME, GivenPoses

VERSION = 2
MOST_PROMPTS = 8  # in one order
MOST_POSES = 32
DEFAULT_POSES = ("relaxed-stand",)
MOST_REFERENCES = 8  # more than any engine looks at; each says how many it takes
MOST_OWN_PICTURES = 3  # of an avatar, chosen by the studio
MOST_LORAS = 8
MOST_OF_ONE = MOST_PICTURES // len(VIEWS)  # pictures of one pose and view
LONGEST_PROMPT = 8000

Prompt = Annotated[str, Text(LONGEST_PROMPT)]
PoseName = Annotated[str, Text(LONGEST_POSE_NAME, least=1, pattern=ONE_LINE)]
Side = Annotated[int, Between(*SIDE_PX)]
PictureStyle = Annotated[str, KeyOf(tuple(style.key for style in STYLES))]
Choice = Annotated[bool, Plain()]
RedrawParts = Annotated[tuple[RedrawPart, ...], Several(len(get_args(RedrawPart)), each_once=True)]
ReferenceRole = Literal["person", "style", "garment", "init"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReference:
    """A kept photo that the engine shall look at, and what for."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    role: ReferenceRole = "person"
    photo_id: Id


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrawWanted:
    """What to draw anew of one of a generation's pictures; without an id, of the first."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    picture_id: Id | None = None
    parts: RedrawParts = ()
    mask_photo_id: Id | None = None
    strength: Annotated[float, Between(above=0, most=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRedraw:
    """A part of a kept picture that is drawn anew, by name or by a mask (a kept photo, light where it is drawn anew);
    the rest stays as it is, to the pixel. `strength`: how much of the part is changed."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    picture_id: Id
    parts: RedrawParts = ()
    mask_photo_id: Id | None = None
    strength: Annotated[float, Between(above=0, most=1)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationOrder:
    """What a person asks for: one job, prompts x poses x views x count pictures. Stored whole, so that it can be
    sent again."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    version: Annotated[int, Between(VERSION, VERSION)] = VERSION
    persona: Persona
    avatar_id: Id | None = None  # its measured body, where it has one, takes the persona's place
    prompt: Prompt | None = None  # edited by the person; None: written from the persona
    more_prompts: Annotated[
        tuple[Prompt, ...], Several(MOST_PROMPTS - 1)
    ] = ()  # everything once more with each
    negative_prompt: Prompt | None = None
    picture_style: PictureStyle = "realistic"
    poses: Annotated[tuple[PoseName, ...], Several(MOST_POSES, least=1, each_once=True)] = DEFAULT_POSES
    given_poses: GivenPoses = field(default_factory=dict)  # by id: what is not, or might leave, the gallery
    views: Annotated[tuple[View, ...], Several(len(get_args(View)), least=1, each_once=True)] = ("front",)
    sheet: Choice = (
        False  # a character sheet: its own views and faces of one pose, and one picture of them all
    )
    framing: Framing | None = None  # None: the pose's own
    engine: str = DRAFT_PRESET.engine
    preset: str = DRAFT_PRESET.name
    quality: Literal["sd", "hd"] = "sd"  # hd: larger, more steps
    seed: Annotated[int, Between(0, LARGEST_SEED - MOST_OF_ONE)] | None = None  # None: chosen
    count: Annotated[int, Between(1, MOST_OF_ONE)] = 1  # pictures of every prompt, pose and view
    width: Side = 1024
    height: Side = 1024
    look: Finish = "coloured"
    light: Light = "soft"  # of a draft
    set: Backdrop = "paper"  # what stands behind the figure of a draft
    expression: Annotated[Expression, Named("name")] | None = (
        None  # what the face shows; None: as the persona has it, else the pose
    )
    controls: Annotated[tuple[ControlKind, ...], Several(len(CONTROL_KINDS), each_once=True)] | None = (
        None  # None: what suits the preset
    )
    references: Annotated[tuple[OrderReference, ...], Several(MOST_REFERENCES)] = ()
    person_pictures: Annotated[
        tuple[Id, ...], Several(MOST_REFERENCES, each_once=True)
    ] = ()  # kept pictures (by their files) that show the person, for the engine to look at
    avatar_pictures: Annotated[int, Between(0, MOST_OWN_PICTURES)] = (
        0  # so many of the avatar's own, which are named among those when it is ordered
    )
    loras: Annotated[tuple[LoraUse, ...], Several(MOST_LORAS)] | None = None  # None: the preset's own
    steps: Annotated[int, Between(1, MOST_STEPS)] | None = None  # None: the preset's
    guidance: Annotated[float, Between(0, MOST_GUIDANCE)] | None = None  # None: the preset's
    draft_strength: Annotated[float, Between(above=0, most=1)] | None = (
        None  # start from the draft, so much changed
    )
    second_pass: Choice | None = (
        None  # draw smaller first, then over the enlarged; None: in hd, where it can be
    )
    face_pass: Choice | None = None  # draw over the face by itself; None: in hd, where its place is known
    redraw: OrderRedraw | None = None  # only this of that picture; None: whole pictures
    recipe: Choice | None = None  # write the order into the pictures; None: as the settings say
    priority: Choice = False  # before its person's other jobs

    @property
    def prompts(self) -> tuple[str, ...]:
        """All prompts, in the order of the pictures; "" for one that is still to be written."""
        return (self.prompt or "", *self.more_prompts)

    @property
    def scenes(self) -> int:
        """How many scenes it has for each prompt."""
        return len(CELLS) if self.sheet else len(self.poses) * len(self.views)

    @property
    def pictures(self) -> int:
        """How many pictures are drawn; a character sheet is put together of them."""
        return len(self.prompts) * self.scenes * self.count


def _from_version_1(stored: dict[str, Any]) -> dict[str, Any]:
    """Orders had no version; every field of theirs is still one."""
    return stored | {"version": 2}


UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_version_1}


def read_order(stored: Any) -> GenerationOrder:
    """An order as it was stored, by this version or an earlier one.

    Raises RequestRefused for one that a later version wrote, or that no longer fits; PersonaRefused under 18.
    """
    if not isinstance(stored, Mapping):
        raise RequestRefused("No settings are stored with them.")
    order = dict(stored)
    while (version := order.get("version", 1)) != VERSION:
        if not isinstance(version, int) or version not in UPGRADES:
            raise RequestRefused(
                "These settings are of another version of the studio: update the studio to use them."
            )
        order = UPGRADES[version](order)
    return from_json(GenerationOrder, order)


ORDER_FIELDS = tuple(one.name for one in fields(GenerationOrder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """An order that comes back from a picture or from the history, and what of it is not here any more.

    The order goes without an avatar or a photo that its owner does not have; a pose, a model or a LoRA that is not
    known here stays in it, and is refused by name when it is ordered.
    """

    order: GenerationOrder
    missing: tuple[str, ...] = ()  # "the avatar", "the LoRA “ink”"
    is_edited: bool = False  # its words are the person's own, not what is written from the persona

    @property
    def says(self) -> str:
        """One sentence about what is missing; "" where everything is here."""
        if not self.missing:
            return ""
        *first, last = self.missing
        words = f"{', '.join(first)} and {last}" if first else last
        are = "is" if len(self.missing) == 1 and not last[0].isdigit() else "are"
        return f"The settings are back, but {words} {are} not here any more."

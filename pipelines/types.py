"""The vocabulary of the studio: the few central shapes that all layers speak.

Frames of reference, used everywhere:
  world      metres, x = subject's left, y up, z = the way the subject faces at rest (glTF's frame).
  reference  metres, x = subject's left, y = subject's back, z up: the free body's own frame, in which
             rest shapes, pose rotations and everything painted on the skin are written.
  camera     metres, x right, y down, z forward (OpenCV's frame).
`pipelines.body.frames` converts. Pictures are RGB everywhere, arrays (height, width, 3) uint8.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pipelines.appearance import Appearance, Expression, Gender, WornGarment
from pipelines.bounds import (
    ONE_LINE,
    ONLY_WHAT_IS_KNOWN,
    Between,
    KeyOf,
    Named,
    Numbers,
    NumbersOf,
    Several,
    Text,
)
from pipelines.options import (
    ADULT_AGE,
    ANCESTRIES,
    FACE_SLIDERS,
    HEIGHT_RANGE_CM,
    LARGEST_FACE_SEED,
    LONGEST_LORA_NAME,
    LONGEST_NAME,
    LONGEST_WORD,
    LONGEST_WORDS,
    MOST_LORA_WEIGHT,
    MOST_PERSONALITY_WORDS,
    MOST_WORN,
    OLDEST_AGE,
    OPTIONS,
    TAPE_RANGES_CM,
    WEIGHT_RANGE_KG,
)
from pipelines.props import Held, Prop

if TYPE_CHECKING:  # the command line reads choices here before anything heavy is imported
    import numpy as np
    from PIL import Image

# Of the body; or as the pose is best looked at.
View = Literal["front", "back", "side", "quarter", "designed"]
Framing = Literal["full", "three-quarter", "bust", "portrait"]
RedrawPart = Literal["clothes", "face", "hair", "background"]
ControlKind = Literal["pose", "depth", "normal", "edges", "gray", "segments"]

HeightCm = Annotated[float, Between(*HEIGHT_RANGE_CM)]
WeightKg = Annotated[float, Between(*WEIGHT_RANGE_KG)]
Tape = Annotated[
    Mapping[str, float], NumbersOf(tuple((name, *limits) for name, limits in TAPE_RANGES_CM.items()))
]
Words = Annotated[str, Text(LONGEST_WORDS)]

VIEWS: tuple[View, ...] = ("front", "back", "side", "quarter")  # of one turntable
FRAMINGS: tuple[Framing, ...] = ("full", "three-quarter", "bust", "portrait")
# Colours of a normal map. "opengl": red right, green up, blue to the viewer; "controlnet": red left, green up, blue to
# the viewer, as ControlNet 1.1's normals were trained.
Normals = Literal["opengl", "controlnet"]
CONTROL_KINDS: tuple[ControlKind, ...] = ("pose", "depth", "normal", "edges", "gray", "segments")


def _option(attribute: str) -> KeyOf:
    return KeyOf(tuple(option.key for option in OPTIONS[attribute]))


USUAL_HAIR: Mapping[Gender, str] = {"female": "bob", "male": "crop", "neutral": "bob"}


# --- who -----------------------------------------------------------------------------------------


Worn = Annotated[tuple[Annotated[WornGarment, Named("garment")], ...], Several(MOST_WORN)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who the avatar is, in words. Every field may be left out.

    Ancestry is what a person chose for the face: weights of which the proportions count, never read out of anything.
    """

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    name: Annotated[str, Text(LONGEST_NAME, pattern=ONE_LINE)] = ""
    age: Annotated[int, Between(ADULT_AGE, OLDEST_AGE)] = 30  # adults only
    gender: Gender = "neutral"
    personality: Annotated[
        tuple[Annotated[str, Text(LONGEST_WORD, least=1)], ...], Several(MOST_PERSONALITY_WORDS)
    ] = ()
    background: Words = ""
    ethnicity: Words = ""
    body_type: Annotated[str, _option("body_type")] = "average"
    height_cm: HeightCm | None = None
    hair_style: Annotated[str, _option("hair_style")] | None = None  # None: as is usual, see `hair`
    hair_color: Annotated[str, _option("hair_color")] = "brown"
    facial_hair: Annotated[str, _option("facial_hair")] = "none"
    eye_color: Annotated[str, _option("eye_color")] = "brown"
    skin_tone: Annotated[str, _option("skin_tone")] = "medium"
    style: Annotated[str, _option("style")] = "casual"
    clothing: Words = ""  # "navy blazer, white shirt": colours named here fill the outfit's slots
    own_words: Words = ""
    ancestry: Annotated[Mapping[str, float], Numbers(ANCESTRIES, 0.0, 1.0)] = field(default_factory=dict)
    face: Annotated[Mapping[str, float], Numbers(tuple(FACE_SLIDERS), -1.0, 1.0)] = field(
        default_factory=dict
    )
    face_seed: Annotated[int, Between(0, LARGEST_FACE_SEED)] = 0  # 0: the middle face; others by chance
    expression: Annotated[Expression, Named("name")] | None = None  # None: a friendly face
    outfit: Worn = ()  # all that is worn; empty: the outfit of the style
    accessories: Worn = ()

    @property
    def hair(self) -> str:
        """The style of hair that is drawn and written: the chosen one; else a man's is short, and others wear a bob."""
        return self.hair_style or USUAL_HAIR[self.gender]


# --- body ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyParameters:
    """The numbers that rebuild a body's shape at rest.

    `shape` maps flat names to numbers: for "anny" phenotype labels ("gender" 0 male .. 1 female, "age" 2/3 young
    adult .. 1 old, "muscle", "weight", "height", "proportions", each 0..1; left out: the middle) and local
    changes ("measure-waist-circ-incr", "mouth-angles-up", …, each -1..1; left out: 0).
    """

    model: str = "anny"
    shape: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """One concrete pose of a body.

    rotations: bone name -> rotation vector (radians) in the reference frame's axes, applied as
    G_child = G_parent @ exp(rotation) ("local-ref"; identity everywhere is the reference A-pose).
    root_m: where the root bone's head is, metres, reference frame with the floor at z = 0; None puts the
    body's lowest point on the floor above the origin.
    hands: the names of the hand shapes that the finger rotations came from.
    """

    rotations: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    root_m: tuple[float, float, float] | None = None
    hands: tuple[str, str] = ("relaxed", "relaxed")  # left, right: names of hand shapes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """A built body. Vertices and joints in metres, world frame; turns in reference axes, global.

    vertices (V, 3) float32; faces (F, 3) int32, counter-clockwise seen from outside; joints (B, 3) float32, heads of
    bone_names; rest_vertices (V, 3), rest_joints (B, 3): the same person in the reference pose; since then each
    bone was turned by bone_rotations (B, 3, 3), its skin by skin_turns (B, 3, 3), for a shape has its own bones.
    """

    vertices: np.ndarray
    faces: np.ndarray
    joints: np.ndarray
    bone_names: tuple[str, ...]
    bone_rotations: np.ndarray
    rest_vertices: np.ndarray
    rest_joints: np.ndarray
    skin_turns: np.ndarray

    def joint(self, bone: str) -> np.ndarray:
        """The head of one bone, (3,) metres, world frame."""
        return self.joints[self.bone_names.index(bone)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMeasures:
    """What the person told about their body; None where they did not. `tape`: what a tape said, in cm, by the names
    of the measures (pipelines.body.definitions)."""

    height_cm: HeightCm | None = None
    weight_kg: WeightKg | None = None
    gender: Gender | None = None
    tape: Tape = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One tailor's measure of the body, the error we expect, how it was taken."""

    name: str
    cm: float
    plus_minus_cm: float
    method: str
    told_cm: float | None = None  # by the person; the body follows it as far as it can
    left_cm: float | None = None  # of what both sides have: then `cm` is the mean of both
    right_cm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFit:
    """The camera that an extractor found: pinhole, principal point in pixels, camera frame = its own."""

    focal_px: float
    center_px: tuple[float, float]
    width: int
    height: int


# --- picture -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSpec:
    """How a scene is looked at; `pipelines.render.camera.frame_body` makes the camera from it."""

    view: View = "front"
    framing: Framing = "full"
    yaw_deg: float = 0.0  # a further turn: the pose's own, where it is seen as designed
    tilt_deg: float | None = None  # how far it looks down (up: below 0); None: as the framing has it
    lens_mm: float | None = None  # focal length, where the picture is 36 mm high; None: as the framing has it


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyScene:
    """A posed, dressed body in front of a camera: what the draft engine draws and control maps are made of."""

    body: BodyParameters
    pose: Pose
    camera: CameraSpec
    look: Appearance  # this name stays: stored requests have it
    props: tuple[Prop, ...] = ()
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSpec:
    """One control map to be rendered from the scene: kind, strength 0..1, and the part of the steps it acts on."""

    kind: ControlKind
    strength: float = 0.9
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlMap:
    """A rendered control map."""

    kind: ControlKind
    image: Image.Image
    segments: Mapping[str, tuple[int, int, int]] = field(
        default_factory=dict
    )  # name -> colour, of "segments" alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A picture that an engine looks at: its role and the SHA-256 of its bytes.

    A stored request may name a picture that its own order is still to make, by how many pictures ago that is: its
    hash is put in when it is there, and making the order again makes that picture again first.
    """

    role: Literal["person", "style", "garment", "init"]
    sha256: str
    pictures_back: int = 0  # 0: a kept photo


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraUse:
    """A LoRA of the data folder, or one that belongs to the preset, by name; and its weight."""

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    name: Annotated[str, Text(LONGEST_LORA_NAME, least=1, pattern=ONE_LINE)]
    weight: Annotated[float, Between(-MOST_LORA_WEIGHT, MOST_LORA_WEIGHT)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondPass:
    """The picture drawn smaller first, then enlarged to its size and drawn over.

    `scale`: final sides over those of the first pass; `strength`: how much is changed (0..1); `steps`: of a whole
    run, of which the strength leaves the last part.
    """

    scale: float
    strength: float
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePass:
    """The face cut out, enlarged, drawn over and put back. `strength` and `steps` as in SecondPass."""

    strength: float
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redraw:
    """What of a finished picture is drawn anew; the rest stays as it is, to the pixel. `scene` is that picture's; a
    mask is a kept photo, drawn anew where it is light; `strength` is how much is changed (0..1)."""

    picture_sha256: str
    parts: tuple[RedrawPart, ...] = ()
    mask_sha256: str = ""
    scene: BodyScene | None = None
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """Everything that decides a picture. Equal requests on the same engine give equal pictures."""

    engine: str
    preset: str
    prompt: str
    negative_prompt: str = ""
    seed: int = 0
    steps: int = 1
    guidance: float = 0.0
    width: int = 1024
    height: int = 1024
    controls: tuple[ControlSpec, ...] = ()
    references: tuple[Reference, ...] = ()
    loras: tuple[LoraUse, ...] = ()
    scene: BodyScene | None = None
    draft_strength: float | None = (
        None  # start from the draft picture, this much changed; None: from noise alone
    )
    second_pass: SecondPass | None = None  # None: one pass, at width x height
    face_pass: FacePass | None = None  # None: the face stays as it was drawn
    redraw: Redraw | None = None  # None: the whole picture is drawn


JsonValue = Any  # what json.dumps takes

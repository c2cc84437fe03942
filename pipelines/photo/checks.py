"""Is a photo good enough, for a body or for a face; what is missing, and what could be better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pipelines.photo.errors import REFUSALS, Refusal, refuse
from pipelines.photo.landmarks import POINT_NAMES, DetectedPerson, Landmarks
from pipelines.photo.looseness import MIN_LOOSE_SHARE, measure_looseness
from pipelines.photo.open import OpenedPhoto

Purpose = Literal["body", "face"]
Verdict = Literal["remark", "refuse"]

BODY_MIN_SIDE_PX = 512  # short side of the photo as it was brought
# An ankle is 0.04 of the height above the sole: nearer to the border than this, of the person's size, the foot is
# cut. Renders cut at the ankle gave 0.00 to 0.01, whole ones 0.10 and more.
FOOT_MARGIN = 0.02
HIDDEN_VISIBILITY = 0.3  # of an ankle: whole people gave 0.87 and more, legs cut at the knee 0.0 to 0.3
SMALL_PERSON_PX = 320  # silhouette height: a pixel is 5 mm then, and one pixel at each side 3 cm of a girth
SMALL_FACE_PX = 48  # box width; recognisers look at 112 pixels, of which fewer than a fifth would be real
TURNED_FACE_DEG = 35.0  # beyond it the far half of the face is hardly seen
SHARPNESS_SIDE_PX = 512  # the person is looked at in this size
# Sharp pictures gave 0.045 to 0.24; blurred by σ = 1 pixel of 512 0.008 to 0.02, by σ = 2 pixels 0.0017 to 0.0036.
MIN_SHARPNESS = 0.004
REFUSED_SHARPNESS = 0.001  # edges spread over 3 to 4 pixels of 512: 1 cm of a standing person
HEAD_TOP_ROWS = 2  # rows at the upper border that a head's silhouette must not touch

POINT = {name: index for index, name in enumerate(POINT_NAMES)}
HEAD_POINTS = ("nose", "left_eye", "right_eye")
LEGS_OUTSIDE = "The legs are outside the picture. Step back until your whole body is in it."
LOWER_LEGS_OUTSIDE = "The lower legs are outside the picture. Step back until your whole body is in it."
FEET_HIDDEN = "The lower legs cannot be seen. Stand so that nothing is in front of them."


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that could be better: a stable code, and the sentence that says what to do."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """How strict a check for a body is: whether a face that cannot be seen, and sharpness below REFUSED_SHARPNESS,
    refuse the photo or are remarked on."""

    face: Verdict = "remark"
    blur: Verdict = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCheck:
    """The verdict on a photo. `problem` (None where there is none) is about the purpose that was asked for."""

    purpose: Purpose
    usable_for_body: bool
    usable_for_face: bool
    problem: Refusal | None
    remarks: tuple[Remark, ...]

    @property
    def usable(self) -> bool:
        """Whether the photo serves its purpose."""
        return self.problem is None

    def to_json(self) -> dict[str, Any]:
        """{"purpose", "usable_for_body", "usable_for_face", "problem": null or {"code", "sentence"},
        "remarks": [{"code", "sentence"}]}."""
        problem = self.problem and {"code": self.problem.code, "sentence": self.problem.sentence}
        return {
            "purpose": self.purpose,
            "usable_for_body": self.usable_for_body,
            "usable_for_face": self.usable_for_face,
            "problem": problem,
            "remarks": [{"code": remark.code, "sentence": remark.sentence} for remark in self.remarks],
        }


def check_photo(
    photo: OpenedPhoto, landmarks: Landmarks, purpose: Purpose = "body", rules: CheckRules | None = None
) -> PhotoCheck:
    """Judge a photo by what was seen in it. Nothing is raised: the photo is kept, and `problem` says what it
    cannot be used for and what to do; `PhotoRefused(check.problem)` is the error for who goes on regardless.

    A body needs one whole person, head to feet, in a photo of at least 512 pixels a side, and what `rules` say;
    a face needs a face.
    """
    size = (photo.source_width, photo.source_height)
    body_problem = find_body_problem(photo.image, landmarks, rules or CheckRules(), size)
    face_problem = None if landmarks.faces else REFUSALS["no-face"]
    remarks = tuple(_remark(photo, landmarks, purpose, body_problem is None))
    return PhotoCheck(
        purpose=purpose,
        usable_for_body=body_problem is None,
        usable_for_face=face_problem is None,
        problem=body_problem if purpose == "body" else face_problem,
        remarks=remarks,
    )


def measure_sharpness(image: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """The variance of the Laplacian over the variance of the grey levels within a box, at 512 pixels for its long
    side: independent of size and contrast. Source: Pech-Pacheco et al., "Diatom autofocusing" (ICPR 2000)."""
    import cv2

    x, y, width, height = (int(length) for length in box)
    part = image[y : y + height, x : x + width]
    if min(part.shape[:2]) < 8:
        return 0.0
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    scale = SHARPNESS_SIDE_PX / max(grey.shape)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    levels = grey.astype(np.float32)
    spread = float(levels.var())
    return float(cv2.Laplacian(levels, cv2.CV_32F).var()) / spread if spread > 0 else 0.0


def find_body_problem(
    image: np.ndarray, landmarks: Landmarks, rules: CheckRules, source_size: tuple[int, int] | None = None
) -> Refusal | None:
    """What keeps the body of the person looked at from being measured in a photo (H, W, 3), the gravest first;
    source_size: width and height as it was brought, where they are to be judged."""
    person = landmarks.person
    if person is None:
        return REFUSALS["no-person"]
    missing = _find_missing_legs(person, landmarks)
    if missing:
        return Refusal("cropped-below-the-knee", REFUSALS["cropped-below-the-knee"].http_status, missing)
    if any(_is_outside(person, name, landmarks) for name in HEAD_POINTS):
        return REFUSALS["head-outside"]
    width, height = source_size or (BODY_MIN_SIDE_PX, BODY_MIN_SIDE_PX)
    if min(width, height) < BODY_MIN_SIDE_PX:
        facts = refuse("too-small", width=width, height=height, limit=BODY_MIN_SIDE_PX)
        return Refusal(facts.refusal.code, facts.refusal.http_status, facts.message)
    if rules.face == "refuse" and person.face is None:
        return REFUSALS["no-face"]
    if rules.blur == "refuse" and measure_sharpness(image, person.box) < REFUSED_SHARPNESS:
        return REFUSALS["blurred"]
    return None


def _find_missing_legs(person: DetectedPerson, landmarks: Landmarks) -> str:
    """The sentence for what of the legs is not in the picture; empty where one whole leg is."""

    def all_outside(part: str, margin: float = 0.0) -> bool:
        return all(_is_outside(person, f"{side}_{part}", landmarks, margin) for side in ("left", "right"))

    if all_outside("hip"):
        return "Only the upper body is in the picture. Step back until your whole body is in it."
    if all_outside("knee"):
        return LEGS_OUTSIDE
    size = max(person.box[2:])
    if all_outside("ankle"):
        return LOWER_LEGS_OUTSIDE
    if all_outside("ankle", FOOT_MARGIN * size):
        return REFUSALS["cropped-below-the-knee"].sentence
    seen = max(float(person.visibility[POINT[f"{side}_ankle"]]) for side in ("left", "right"))
    return FEET_HIDDEN if seen < HIDDEN_VISIBILITY else ""


def _is_outside(person: DetectedPerson, name: str, landmarks: Landmarks, margin: float = 0.0) -> bool:
    """Whether a point is outside the picture, or nearer than `margin` pixels to its border."""
    x, y = (float(value) for value in person.points_px[POINT[name]])
    inside_x = margin <= x <= landmarks.width - margin
    return not (inside_x and margin <= y <= landmarks.height - margin)


def _remark(photo: OpenedPhoto, landmarks: Landmarks, purpose: Purpose, is_whole: bool) -> Iterator[Remark]:
    """What could be better, in the order of weight."""
    person = landmarks.person
    if landmarks.people > 1 and person is not None:
        yield Remark(
            "several-people",
            f"{landmarks.people} people were found; the largest is meant"
            + (
                " unless another one is chosen."
                if len(landmarks.boxes) > 1
                else ". For another, crop the photo to them."
            ),
        )
    if person is not None and measure_sharpness(photo.image, person.box) < MIN_SHARPNESS:
        yield Remark(
            "blurred", "The picture is blurred. A sharper one gives a better likeness and better measures."
        )
    if purpose == "body" and person is not None and is_whole:
        yield from _remark_on_body(person, landmarks)
    yield from _remark_on_face(landmarks)


def _remark_on_body(person: DetectedPerson, landmarks: Landmarks) -> Iterator[Remark]:
    if person.box[3] < SMALL_PERSON_PX:
        yield Remark("small-person", "The person is small in the picture. Step closer, or crop the photo.")
    if any(_is_outside(person, f"{side}_ankle", landmarks) for side in ("left", "right")):
        yield Remark("foot-outside", "One foot is outside the picture. Measures of the leg are less sure.")
    nose = int(person.points_px[POINT["nose"]][0])
    reach = max(1, int(person.box[2] / 16))
    if person.mask[:HEAD_TOP_ROWS, max(0, nose - reach) : nose + reach].any():
        yield Remark("head-cut", "The top of the head is cut off. Leave some room above it.")
    if measure_looseness(person) > MIN_LOOSE_SHARE:
        yield Remark(
            "loose-clothing",
            "The clothes seem loose: what they hide is guessed. Close-fitting clothes give better measures.",
        )


def _remark_on_face(landmarks: Landmarks) -> Iterator[Remark]:
    face = landmarks.person.face if landmarks.person else None
    if face is None and landmarks.faces and landmarks.person is None:
        face = landmarks.faces[0]
    if face is None:
        if landmarks.person is not None:
            yield Remark("face-not-found", "The face cannot be seen. The body is measured without it.")
        return
    if face.box[2] < SMALL_FACE_PX:
        yield Remark("small-face", "The face is small. For a likeness, add a closer photo of it.")
    if face.yaw_deg is None or abs(face.yaw_deg) > TURNED_FACE_DEG:
        yield Remark("face-turned-away", "The face is turned away. For a likeness, look towards the camera.")

"""Why a photo cannot be used: one stable code, an HTTP status and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: stable code, HTTP status, the sentence shown to a person."""

    code: str
    http_status: int
    sentence: str


class PhotoRefused(PipelineError):
    """This photo cannot be used."""

    def __init__(self, refusal: Refusal, sentence: str = "") -> None:
        super().__init__(sentence or refusal.sentence)
        self.refusal = refusal
        self.code = refusal.code  # type: ignore[misc]
        self.http_status = refusal.http_status  # type: ignore[misc]


UNPROCESSABLE = 422
NOT_FOUND = 404  # as for every name or number that nothing answers to
TOO_LARGE = 413
UNSUPPORTED_TYPE = 415

# Sentences with {names} are filled by `refuse`; they never carry anything that the file itself said.
_TABLE = (
    # --- opening ---
    Refusal("empty", UNPROCESSABLE, "This file is empty. Choose the photo again."),
    Refusal(
        "unreadable",
        UNPROCESSABLE,
        "This picture is damaged and cannot be opened. Save it again as JPEG or PNG, then upload that.",
    ),
    Refusal(
        "out-of-memory",
        UNPROCESSABLE,
        "Opening this picture takes more memory than there is for it. Save it smaller, or as JPEG, then upload that.",
    ),
    Refusal(
        "truncated",
        UNPROCESSABLE,
        "The end of this picture is missing. Copy or download it again, then upload it.",
    ),
    Refusal(
        "not-an-image",
        UNSUPPORTED_TYPE,
        "This file is not a picture that the studio reads. Choose a JPEG, PNG, WEBP or AVIF.",
    ),
    Refusal(
        "svg", UNSUPPORTED_TYPE, "This is an SVG drawing, not a photo. Export it as PNG, then upload that."
    ),
    Refusal(
        "animated", UNPROCESSABLE, "This picture moves. Save one frame of it as JPEG or PNG and upload that."
    ),
    Refusal(
        "too-many-bytes",
        TOO_LARGE,
        "This file is larger than {limit} MB. Save the photo smaller, or as JPEG, then upload that.",
    ),
    Refusal(
        "too-many-pixels",
        TOO_LARGE,
        "This picture is {width} × {height} pixels, more than the studio opens. "
        "Make it smaller than {limit} million pixels, then upload that.",
    ),
    Refusal(
        "too-small",
        UNPROCESSABLE,
        "This picture is {width} × {height} pixels. Choose one with at least {limit} pixels on each side.",
    ),
    Refusal(
        "bad-shape",
        UNPROCESSABLE,
        "This picture is {width} × {height} pixels: too long and narrow. Crop it to the person.",
    ),
    Refusal("blank", UNPROCESSABLE, "This picture is one even colour. Choose one that shows a person."),
    # --- looking ---
    Refusal(
        "no-person",
        UNPROCESSABLE,
        "No person was found in this picture. Choose one that shows a whole person, well lit.",
    ),
    Refusal(
        "cropped-below-the-knee",
        UNPROCESSABLE,
        "The feet are outside the picture. Step back until your whole body is in it.",
    ),
    Refusal(
        "head-outside",
        UNPROCESSABLE,
        "The head is outside the picture. Step back until your whole body is in it.",
    ),
    Refusal(
        "no-face",
        UNPROCESSABLE,
        "No face was found in this picture. Choose one where the face looks towards the camera.",
    ),
    Refusal(
        "face-turned",
        UNPROCESSABLE,
        "The face is turned away too far. Choose a photo where it looks towards the camera.",
    ),
    Refusal(
        "face-too-small",
        UNPROCESSABLE,
        "The face is too small in this photo. Come closer, or choose a larger photo.",
    ),
    Refusal(
        "blurred",
        UNPROCESSABLE,
        "This picture is too blurred to measure. Hold the camera still, or wait for more light, and take another.",
    ),
    Refusal(
        "not-from-the-side",
        UNPROCESSABLE,
        "The side photo does not show the person from the side. Turn by a quarter, so that one shoulder points at the "
        "camera, let the arms hang, and take another.",
    ),
    Refusal(
        "not-from-behind",
        UNPROCESSABLE,
        "The back photo does not show the person from behind. Turn your back to the camera, and take another.",
    ),
    Refusal(
        "no-such-person",
        NOT_FOUND,
        "The people found in this photo have the numbers 1 to {people}, from the left. Choose one of these.",
    ),
    # --- fitting ---
    Refusal(
        "no-close-fit",
        UNPROCESSABLE,
        "The body that fits best agrees with only {percent} % of the person seen, so its measures would be wrong. "
        "Choose a photo of one person standing upright, whole, in front of a plain wall.",
    ),
    Refusal(
        "photos-disagree",
        UNPROCESSABLE,
        "No one body fits all the photos: with one of them it agrees to only {percent} %. See that all show the same "
        "person, upright, in the same clothes; or leave that photo out.",
    ),
)

REFUSALS: dict[str, Refusal] = {refusal.code: refusal for refusal in _TABLE}


def in_photo(side: str, refused: PhotoRefused) -> PhotoRefused:
    """The same refusal, of the photo from that side ("side", "back") of several."""
    return PhotoRefused(refused.refusal, f"The {side} photo: {refused.message}")


def refuse(code: str, sentence: str = "", **facts: int) -> PhotoRefused:
    """The error to raise for a code of REFUSALS; `sentence` replaces the table's where more is known."""
    refusal = REFUSALS[code]
    return PhotoRefused(refusal, (sentence or refusal.sentence).format(**facts))

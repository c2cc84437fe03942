"""Picture styles: the words that a style adds to a prompt and keeps out of it. Another style is another row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.errors import UnknownName
from pipelines.prompt.write import CARTOON_WORDS, REALISM_WORDS, join_parts
from pipelines.types import LoraUse


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStyle:
    """One style: its key, its label in the window, words for the prompt and for the negative prompt, the LoRAs of
    presets that are for it alone, and the presets that it suits best (none: all the same)."""

    key: str
    label: str
    words: tuple[str, ...]
    unwanted: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()


OPEN_TO_STYLES = ("klein-4b", "klein-9b", "z-image-turbo-pose")  # not bent towards photographs

STYLES = (
    PictureStyle(
        key="realistic",
        label="Realistic",
        words=REALISM_WORDS,
        unwanted=CARTOON_WORDS,
        loras=("realism",),
        suits=("flux1-dev-union", *OPEN_TO_STYLES),
    ),
    PictureStyle(
        key="cartoon",
        label="Cartoon",
        words=("cartoon illustration", "clean outlines", "flat colours", "friendly shapes"),
        unwanted=("photorealistic", "photograph"),
        suits=OPEN_TO_STYLES,
    ),
    PictureStyle(
        key="anime",
        label="Anime",
        words=("anime style", "cel shading", "expressive eyes", "detailed line art"),
        unwanted=("photorealistic", "photograph"),
        suits=OPEN_TO_STYLES,
    ),
    PictureStyle(
        key="clay",
        label="Clay",
        words=("clay sculpture", "matte clay material", "soft studio light", "visible tool marks"),
        unwanted=("photorealistic skin", "glossy"),
        suits=OPEN_TO_STYLES,
    ),
    PictureStyle(
        key="watercolour",
        label="Watercolour",
        words=("watercolour painting", "paper texture", "loose washes", "soft edges"),
        unwanted=("photorealistic", "3d render"),
        suits=OPEN_TO_STYLES,
    ),
    PictureStyle(
        key="render",
        label="3D render",
        words=("3d character render", "subsurface skin", "soft global illumination", "film still"),
        unwanted=("flat", "sketch"),
        suits=OPEN_TO_STYLES,
    ),
)


def find_style(key: str) -> PictureStyle:
    """The style of that key. Raises UnknownName."""
    for style in STYLES:
        if style.key == key:
            return style
    raise UnknownName(f"There is no style called “{key}”. Known: {', '.join(style.key for style in STYLES)}.")


def with_style(prompt: str, negative_prompt: str, style: PictureStyle) -> tuple[str, str]:
    """Both prompts with the style's words after them, nothing twice."""
    return join_parts([prompt, *style.words]), join_parts([negative_prompt, *style.unwanted])


def better_preset(preset: str, style: PictureStyle) -> str | None:
    """The preset that the style suits best, where that preset is one for other styles; None where it does well."""
    placed = {name for other in STYLES for name in other.suits}
    return style.suits[0] if preset in placed and preset not in style.suits else None


def style_loras(loras: Sequence[LoraUse], style: PictureStyle) -> tuple[LoraUse, ...]:
    """A preset's LoRAs without those that are for another style alone."""
    claimed = {name for other in STYLES for name in other.loras}
    return tuple(use for use in loras if use.name not in claimed or use.name in style.loras)

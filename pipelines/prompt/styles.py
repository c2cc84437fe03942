"""Picture styles: the words that a style adds to a prompt and keeps out of it. Another style is another row."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import UnknownName
from pipelines.prompt.write import CARTOON_WORDS, MORE_REALISM_WORDS, REALISM_WORDS, UNREAL_WORDS, join_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStyle:
    """One style: its key, its label in the window, words for the prompt and for the negative prompt, and those that
    the second wording added to each. Which presets draw it well, and which of their LoRAs are for it alone, the
    presets say."""

    key: str
    label: str
    words: tuple[str, ...]
    unwanted: tuple[str, ...] = ()
    more_words: tuple[str, ...] = ()
    more_unwanted: tuple[str, ...] = ()


STYLES = (
    PictureStyle(
        key="realistic",
        label="Realistic",
        words=REALISM_WORDS,
        unwanted=CARTOON_WORDS,
        more_words=MORE_REALISM_WORDS,
        more_unwanted=UNREAL_WORDS,
    ),
    PictureStyle(
        key="cartoon",
        label="Cartoon",
        words=("cartoon illustration", "clean outlines", "flat colours", "friendly shapes"),
        unwanted=("photorealistic", "photograph"),
        more_unwanted=("3d render", "painting", "wax figure", "mannequin"),
    ),
    PictureStyle(
        key="anime",
        label="Anime",
        words=("anime style", "cel shading", "expressive eyes", "detailed line art"),
        unwanted=("photorealistic", "photograph"),
        more_unwanted=("3d render", "painting", "plastic", "wax figure", "mannequin"),
    ),
    PictureStyle(
        key="clay",
        label="Clay",
        words=("clay sculpture", "matte clay material", "soft studio light", "visible tool marks"),
        unwanted=("photorealistic skin", "glossy"),
        more_unwanted=("cartoon", "anime", "illustration", "painting", "wax figure"),
    ),
    PictureStyle(
        key="watercolour",
        label="Watercolour",
        words=("watercolour painting", "paper texture", "loose washes", "soft edges"),
        unwanted=("photorealistic", "3d render"),
        more_unwanted=("cartoon", "anime", "plastic", "wax figure", "mannequin"),
    ),
    PictureStyle(
        key="blueprint",
        label="Blueprint",
        words=("blueprint drawing", "white lines on blue paper", "technical line art", "full outlines"),
        unwanted=("photorealistic", "photograph"),
        more_unwanted=("cartoon", "anime", "3d render", "painting", "plastic", "wax figure", "mannequin"),
    ),
    PictureStyle(
        key="render",
        label="3D render",
        words=("3d character render", "subsurface skin", "soft global illumination", "film still"),
        unwanted=("flat", "sketch"),
        more_unwanted=("anime", "illustration", "painting", "wax figure", "mannequin"),
    ),
)


def find_style(key: str) -> PictureStyle:
    """The style of that key. Raises UnknownName."""
    for style in STYLES:
        if style.key == key:
            return style
    raise UnknownName(f"There is no style called “{key}”. Known: {', '.join(style.key for style in STYLES)}.")


def with_style(
    prompt: str, negative_prompt: str, style: PictureStyle, *, earlier: bool = False
) -> tuple[str, str]:
    """Both prompts with the style's words after them, nothing twice; `earlier`: those of the first wording."""
    words = style.words if earlier else (*style.words, *style.more_words)
    unwanted = style.unwanted if earlier else (*style.unwanted, *style.more_unwanted)
    return join_parts([prompt, *words]), join_parts([negative_prompt, *unwanted])

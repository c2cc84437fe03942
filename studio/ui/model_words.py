"""What a model supports and costs, in words a person reads before the click."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from pipelines.image.plan import MOST_PICTURES
from pipelines.image.presets import DRAFT_PRESET, PresetShelf, better_preset
from pipelines.prompt.styles import STYLES
from studio.vocabulary.model import Model

DRAFT = DRAFT_PRESET.name
BYTES_PER_GB, BYTES_PER_MB = 1_000_000_000, 1_000_000
SECONDS_PER_MINUTE = 60
MINUTES_FROM = 90  # seconds; below, seconds are said
POSE_WORDS = {
    "lock": "holds the pose",
    "follow": "follows the pose",
    "none": "takes the pose from words",
}
IDENTITY_WORDS = {
    "keeps": "keeps the person",
    "weak": "resembles the person",
    "no": "makes up the person",
}
TIER_WORDS = {
    "bf16": "whole weights",
    "8bit": "8-bit weights",
    "4bit": "4-bit weights",
    "offload": "parts wait in the main memory",
}
LEAVES = "leaves this computer"


def reads_words(model: Model) -> bool:
    """Whether words and seed count: not where the scene itself is drawn."""
    return model.pose != "draws"


def modes_of(model: Model) -> str:
    """What becomes of pose and person: "holds the pose, keeps the person"."""
    if not reads_words(model):
        return "draws the pose and the persona"
    words = [POSE_WORDS.get(model.pose, ""), IDENTITY_WORDS.get(model.identity, "")]
    return ", ".join(word for word in words if word)


def choice_of(model: Model) -> tuple[str, str]:
    """The model as a choice of the stage's picker."""
    words = modes_of(model) if model.runs_here else "does not run here"
    return (model.title if model.name == DRAFT else f"{model.title} – {words}"), model.name


def write_size(count: int) -> str:
    """Bytes in words: "16.0 GB"."""
    if count >= BYTES_PER_GB:
        return f"{count / BYTES_PER_GB:.1f} GB"
    return f"{max(1, round(count / BYTES_PER_MB))} MB"


MOST_UNDRAWN = 4  # words said under Generate


def write_download(model: Model) -> str:
    """What is to be downloaded: "4.3 GB", "about 16.0 GB" where nobody has listed it yet; "" for nothing."""
    if not model.bytes_to_download:
        return ""
    return ("about " if model.size_estimated else "") + write_size(model.bytes_to_download)


def write_memory(model: Model) -> str:
    """The memory that it needs: "about 16.2 GB of GPU memory"; "" for none."""
    if not model.memory_needed_gb:
        return ""
    return f"{'about ' if model.memory_estimated else ''}{model.memory_needed_gb:.1f} GB of GPU memory"


def write_seconds(seconds: float) -> str:
    """A duration in words: "12 s", "3 min"."""
    if seconds < MINUTES_FROM:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{round(seconds / SECONDS_PER_MINUTE)} min"


def costs_of(model: Model, pictures: int, quality: str = "sd") -> Sequence[str]:
    """What pressing Generate takes, only what is not nothing: time, memory, download, licence, where it goes."""
    costs = [] if pictures == 1 else [f"{pictures} pictures"]
    seconds = model.expected_hd_seconds if quality == "hd" else model.expected_seconds
    if seconds is not None:
        costs.append(f"about {write_seconds(seconds * pictures)}")
    if model.memory_needed_gb:
        costs.append(write_memory(model))
    if model.bytes_to_download:
        costs.append(f"{write_download(model)} to download")
    if model.licence:
        costs.append(model.licence)
    if model.sends_data_out:
        costs.append(LEAVES)
    return costs


def why_not(model: Model) -> str:
    """Why a model cannot run just now, in one line on a phone too; its card on the Models page says the rest."""
    if not model.runs_here:
        return (
            "Is switched off in the settings." if model.sends_data_out else "Does not run on this computer."
        )
    if not model.licence_accepted:
        return "Its licence has to be accepted first."
    return "Has to be downloaded first." if model.bytes_to_download else model.says


def cost_html(model: Model, pictures: int, quality: str = "sd") -> str:
    """The lines under Generate: the costs, and the sentence that says why it cannot run with the way to the models."""
    title = html.escape(model.title)
    remote = " data-remote" if model.sends_data_out else ""
    costs = html.escape(" · ".join(costs_of(model, pictures, quality)))
    told = f'<p class="cost" data-model="{title}"{remote}>{costs}</p>'
    if pictures > MOST_PICTURES:
        many = f"{pictures} pictures are more than the {MOST_PICTURES} that one order can hold."
        return f'<p class="cost-why" role="status"><span class="sign" aria-hidden="true">!</span> {many}</p>{told}'
    if model.can_run:
        return told
    return (
        f'<p class="cost-why" role="status"><span class="sign" aria-hidden="true">!</span> '
        f'<span title="{html.escape(model.says)}">{html.escape(why_not(model))}</span>'
        f'<button type="button" class="link-button" data-models>Models</button></p>{told}'
    )


def undrawn_html(words: Sequence[str]) -> str:
    """Which of a person's own words are not drawn; "" where all are."""
    if not words:
        return ""
    said = ", ".join(f"“{html.escape(word)}”" for word in words[:MOST_UNDRAWN])
    more = f" and {len(words) - MOST_UNDRAWN} more" if len(words) > MOST_UNDRAWN else ""
    return f'<p class="cost" role="status">The draft does not draw {said}{more}.</p>'


def style_hint(presets: PresetShelf, name: str, picture_style: str) -> str:
    """That another model suits the style better, where one does."""
    style = next((style for style in STYLES if style.key == picture_style), None)
    better = better_preset(presets, name, style.key) if style else None
    if style is None or better is None:
        return ""
    return f'<p class="cost">{html.escape(style.label)} suits {html.escape(better.title)} better.</p>'

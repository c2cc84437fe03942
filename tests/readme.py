"""The parts of the README that come from the code: python -m tests.readme writes them anew."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.image.capabilities import narrow_info
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import EnginePreset
from pipelines.image.tiers import fitting_tier
from studio.settings import ENVIRONMENT_PREFIX, SETTINGS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TREE_ROOTS = ("app.py", "studio", "pipelines", "store")


def settings_table() -> str:
    """Every setting: its environment name, default and help."""
    rows = [
        f"| `{ENVIRONMENT_PREFIX}{setting.name.upper()}` | `{setting.default}` | {setting.help} |"
        for setting in SETTINGS
    ]
    return "\n".join(["| setting | default | what it does |", "| --- | --- | --- |", *rows])


def presets_table() -> str:
    """Every shipped preset: what it supports, its licence, its download and the memory of each tier, hd's passes."""
    rows = ["| preset | holds the pose | keeps the person | hd | licence | download | GPU memory by tier |"]
    rows.append("| --- | --- | --- | --- | --- | --- | --- |")
    for name, preset in sorted(PresetShelf().items()):
        info = narrow_info(engine_class(preset.engine).info, preset)
        about = "about " if any(component.size_estimated for component in preset.components) else ""
        size = f"{about}{preset.download_bytes / 1e9:.1f} GB" if preset.download_bytes else "none"
        if info.sends_data_out:
            size = "none; what you ask for leaves this computer"
        gate = ", gated" if any(component.gated for component in preset.components) else ""
        if any(component.may_ask_token for component in preset.components):
            gate += ", the page may ask for a token"
        tiers = ", ".join(f"{tier} {gb:g} GB" for tier, gb in preset.memory_gb.items()) or "–"
        if preset.memory_estimated:
            tiers = f"about: {tiers}"
        rows.append(
            f"| `{name}` | {info.pose} | {info.identity} | {_hd_of(preset)} | {preset.licence or '–'}{gate} | {size} "
            f"| {tiers} |"
        )
    return "\n".join(rows)


CARDS_GB = (8, 12, 16, 24, 48)  # as they are sold: 2^30 bytes each
DESKTOP_GB = 0.6  # of the card, for what else is on the screen
PLENTY_OF_RAM_GB = 64.0


def free_on(card_gb: int) -> float:
    """What a card of that size leaves to a model, in GB (10^9 bytes)."""
    return card_gb * 2**30 / 1e9 - DESKTOP_GB


def fits_table() -> str:
    """What fits on which card, by the plans that choose a tier; with the main memory that it takes."""
    rows = ["| preset | " + " | ".join(f"{card} GB card" for card in CARDS_GB) + " |"]
    rows.append("| --- |" + " --- |" * len(CARDS_GB))
    for name, preset in sorted(PresetShelf().items()):
        if not preset.memory_gb:
            continue
        cells = []
        for card in CARDS_GB:
            tier, _ = fitting_tier(preset, free_on(card), free_ram_gb=PLENTY_OF_RAM_GB)
            cells.append(f"{tier}, {preset.ram_gb[tier]:.0f} GB RAM" if tier else "–")
        rows.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _hd_of(preset: EnginePreset) -> str:
    """How much larger an hd picture is, and in which passes it is made."""
    size = f"× {preset.hd_scale:g}" if preset.hd_scale > 1 else "–"
    passes = {"second pass": preset.second_pass, "face pass": preset.face_pass}
    return ", ".join([size, *(words for words, settings in passes.items() if settings)])


def file_tree() -> str:
    """Every file of the product with the first line of its docstring."""
    lines = ["```"]
    for root in TREE_ROOTS:
        path = ROOT / root
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        for file in files:
            name = file.relative_to(ROOT).as_posix()
            if "/versions/" in name:
                continue
            said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            first = " ".join(said.split("\n\n")[0].split())
            lines.append(f"{name:<44} {_first_sentence(first)}")
    return "\n".join([*lines, "```"])


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?]) (?=[A-Z“\"])", text)[0]


SECTIONS: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "presets": presets_table,
    "fits": fits_table,
    "tree": file_tree,
}


def with_sections(text: str) -> str:
    """The README's text with every generated part as the code has it now."""
    for name, write in SECTIONS.items():
        start, end = f"<!-- {name}: from the code -->", f"<!-- {name}: end -->"
        before, rest = text.split(start)
        _, after = rest.split(end)
        text = f"{before}{start}\n{write()}\n{end}{after}"
    return text


if __name__ == "__main__":
    README.write_text(with_sections(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)

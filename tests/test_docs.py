"""The pages of docs: what they link to and show is there, and the commands and settings that they name are ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio.arguments import build_parser
from studio.settings import ENVIRONMENT_PREFIX, SETTINGS

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"`python app\.py ([a-z][a-z-]*)")
SETTING = re.compile(rf"`{ENVIRONMENT_PREFIX}([A-Z_]+)[`=]")


def anchors_of(page: Path) -> set[str]:
    """What can be named after a “#”, as the readers of Markdown make it of a heading."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        linked = page if not name else (page.parent / name).resolve()
        assert linked.exists(), target
        if anchor and linked.suffix == ".md":
            assert anchor.rstrip("-") in {one.rstrip("-") for one in anchors_of(linked)}, target
    commands = build_parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert set(COMMAND.findall(text)) <= set(commands or ()), page.name
    known = {setting.name.upper() for setting in SETTINGS}
    assert set(SETTING.findall(text)) <= known


def test_the_guide_shows_the_window() -> None:
    shown = LINK.findall((DOCS / "guide.md").read_text(encoding="utf-8"))
    assert len([one for one in shown if one.startswith("window/")]) >= 5

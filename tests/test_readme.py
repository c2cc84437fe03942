"""The front door says what is true: its tables are the code's, its files exist, its commands are the ones that run."""

from __future__ import annotations

import re
from pathlib import Path

from tests.readme import README, with_sections

ROOT = Path(__file__).parents[1]
TEXT = README.read_text(encoding="utf-8")


def test_generated_parts_are_up_to_date() -> None:
    assert with_sections(TEXT) == TEXT, "run: python -m tests.readme"


def test_every_picture_and_linked_file_is_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT) + re.findall(r'src="([^"]+)"', TEXT)
    local = [target for target in targets if not target.startswith("http")]
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_no_picture_is_fetched_from_elsewhere() -> None:
    assert not re.search(r"!\[[^\]]*\]\(https?:", TEXT)


def test_the_two_commands_come_first_and_are_one_line_each() -> None:
    blocks = re.findall(r"```(?:sh|bash)\n(.*?)```", TEXT, re.DOTALL)
    run, test = blocks[0].strip(), blocks[1].strip()
    assert "\n" not in run
    assert "\n" not in test
    assert run.endswith("python app.py")
    assert test.endswith("python -m pytest -n 2")  # two at once, a browser at a time
    assert "-c constraints.txt" in run
    assert "-c constraints.txt" in test

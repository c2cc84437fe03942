"""The table of the grammar: a line says a pose, and a line that does not is refused with itself."""

from __future__ import annotations

import pytest

from pipelines.pose.catalog.rows import read_rows

LINE = "Hand on hip, up | rest-L | hip | loose | 10 -8 4 | 0 2 6 | 30 | f mood:calm +hat @bust casual R=fist #hard"


def test_a_line_is_a_pose() -> None:
    (entry,) = read_rows("fashion", LINE)
    assert (entry.name, entry.category) == ("Hand on hip, up", "fashion")
    assert entry.face == (-20, -8, 4)  # the viewer is at the right of a body that is turned to its left
    assert entry.bend == (0, 2, 6)
    assert (entry.yaw, entry.framing, entry.gender, entry.mood) == (30, "bust", "feminine", "calm")
    assert (entry.tags, entry.props, entry.hands) == (("casual",), ("hat",), (None, "fist"))
    assert entry.difficulty == "hard"


def test_a_line_says_what_is_held_and_where() -> None:
    (entry,) = read_rows(
        "hero", "A | stand | hang | hang | 0 0 0 | | 0 | +sword@L +sword@R +tote@shoulder.L +stool"
    )
    assert entry.props == ("sword", "bag", "stool")
    assert [(thing.name, thing.place) for thing in entry.held] == [
        ("sword", "L"),
        ("sword", "R"),
        ("tote", "shoulder.L"),
    ]


def test_a_face_turns_no_further_than_a_neck_does() -> None:
    (entry,) = read_rows("fashion", "A | stand | hang | hang | 0 0 0 | | 150 | ")
    assert entry.face == (-72, 0, 0)


@pytest.mark.parametrize(
    "line",
    [
        "Too short | stand | hang",
        "A | no-stance | hang | hang | 0 0 0 | | 0 | ",
        "A | stand | no-arm | hang | 0 0 0 | | 0 | ",
        "A | stand | hang | hang | 0 0 | | 0 | ",
        "A | stand | hang | hang | 0 0 0 | | 0 | no-word",
        "A | stand | hang | hang | 0 0 0 | | 0 | +elephant",
        "A | stand | hang | hang | 0 0 0 | | 0 | +elephant@R",
        "A | stand | hang | hang | 0 0 0 | | 0 | +sword@tail",
    ],
)
def test_a_line_that_says_no_pose_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_rows("fashion", line)

"""What a pose file may hold: sizes, counts, depths and numbers, looked at before anything is made of them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pipelines.errors import PipelineError

MEGA = 1_000_000
MOST_FILE_BYTES = 20 * MEGA
MOST_JSON_BYTES = 2 * MEGA
MOST_JSON_DEPTH = 24
MOST_POSES = 200  # in one file
MOST_PEOPLE = 20  # in one picture's points
LONGEST_NAME = 80
LONGEST_CREDIT = 200  # of an author, of a licence
LARGEST_PIXEL = 100_000.0
LARGEST_NUMBER = 1e6


class PoseFileRefused(PipelineError):
    """This file holds no pose that can be read."""

    code = "pose-file-refused"


def read_json(data: bytes) -> Any:
    """A JSON document of bounded size and depth, without NaN and infinity. Raises PoseFileRefused."""
    if len(data) > MOST_JSON_BYTES:
        raise PoseFileRefused(f"The JSON is larger than {MOST_JSON_BYTES // MEGA} MB, the most that is read.")
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except PoseFileRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise PoseFileRefused("The JSON cannot be read: it is broken, or not UTF-8.") from error
    if _depth(document) > MOST_JSON_DEPTH:
        raise PoseFileRefused(f"The JSON is nested deeper than {MOST_JSON_DEPTH} levels.")
    return document


def check_number(value: Any, what: str, most: float = LARGEST_NUMBER) -> float:
    """A finite number within limits. Raises PoseFileRefused."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PoseFileRefused(f"{what}: there is something else where a number should be.")
    if not -most <= value <= most or not math.isfinite(value):
        raise PoseFileRefused(f"{what}: the number {value!s:.24} is not within ±{most:g}.")
    return float(value)


def check_list(value: Any, what: str, most: int, least: int = 0) -> list[Any]:
    """A list of so many. Raises PoseFileRefused."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise PoseFileRefused(f"{what}: a list of {least} to {most} is expected.")
    return value


def check_object(value: Any, what: str) -> dict[str, Any]:
    """A JSON object. Raises PoseFileRefused."""
    if not isinstance(value, dict):
        raise PoseFileRefused(f"{what}: a JSON object is expected.")
    return value


def check_text(value: Any, what: str, most: int) -> str:
    """One printable line without markup. Raises PoseFileRefused."""
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise PoseFileRefused(f"{what}: one line of at most {most} characters is expected.")
    return value.strip()


def slug_of(name: str) -> str:
    """An id out of a name: "Hand on hip" is "hand-on-hip"; "" where it has no letter of ASCII."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:LONGEST_NAME].strip("-")


def _refuse_constant(name: str) -> None:
    raise PoseFileRefused(f"The JSON holds “{name}”, which is not a number.")


def _depth(value: Any) -> int:
    """How deeply lists and objects lie in each other, looked at without recursion."""
    deepest, open_values = 0, [(value, 1)]
    while open_values:
        one, depth = open_values.pop()
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        deepest = max(deepest, depth)
        open_values += [(child, depth + 1) for child in inner]
    return deepest

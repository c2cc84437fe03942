"""What a setting may be: a text from the environment or a file, read as its row says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from studio.errors import SettingsRefused
from studio.setting import Setting

KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


def parse_value(row: Setting, value: Any) -> Any:
    """A value of the row's kind and within its bounds. Raises SettingsRefused."""
    if row.is_list:
        parts = value.split(",") if isinstance(value, str) else value
        listed = tuple(part.strip().lower() for part in parts if part.strip())
        for part in listed:
            _check_shape(row, part)
        return listed
    kind = type(row.default)
    try:
        parsed: Any = _BOOLEANS[value.lower()] if kind is bool and isinstance(value, str) else kind(value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise refuse_value(row, value, f"it has to be {KINDS[kind]}") from error
    if parsed != parsed:  # not a number: it would pass all bounds
        raise refuse_value(row, value, f"it has to be {KINDS[kind]}")
    if row.least is not None and parsed < row.least:
        raise refuse_value(row, value, f"it has to be {row.least} or more")
    if row.most is not None and parsed > row.most:
        raise refuse_value(row, value, f"it can be {row.most} at most")
    if row.choices:
        parsed = next((choice for choice in row.choices if choice.lower() == parsed.lower()), None)
        if parsed is None:
            raise refuse_value(row, value, f"choose one of {', '.join(row.choices)}")
    _check_shape(row, parsed)
    addresses = parsed.split(",") if row.is_url and parsed else ()
    if (len(addresses) > 1 and not row.several) or not all(map(_is_web_address, addresses)):
        raise refuse_value(row, value, "it has to be an address that begins with http:// or https://")
    return parsed


def refuse_value(row: Setting, value: Any, why: str) -> SettingsRefused:
    return SettingsRefused(f"The setting “{row.name}” cannot be “{value}”: {why}.")


def _check_shape(row: Setting, text: Any) -> None:
    """Raises SettingsRefused for a text of another shape than the row's."""
    if row.shape and text and not re.fullmatch(row.shape, str(text)):
        raise refuse_value(row, text, row.shape_says)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

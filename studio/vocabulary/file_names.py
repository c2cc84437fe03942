"""Names of files that are good on every system, made of what a person wrote."""

from __future__ import annotations

import re

LONGEST_STEM = 100

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*;%]+')
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # would show an ending where none is
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # of Windows


def clean_name(text: str) -> str:
    """The text without what no file's name may hold: no path, no control character; "" where nothing is left."""
    return _UNSAFE.sub(" ", _TURNS.sub("", text.encode("utf-8", "ignore").decode())).strip(" .")


def safe_stem(text: str) -> str:
    """The text as a file's name without its ending; "" where nothing is left."""
    stem = clean_name(text)[:LONGEST_STEM].strip(" .")
    return f"_{stem}" if _DEVICES.fullmatch(stem) else stem

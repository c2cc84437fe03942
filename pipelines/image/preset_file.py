"""A preset file: TOML, read strictly into EnginePreset; every refusal names the file and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pipelines.errors import PipelineError
from pipelines.image.engines import ENGINES
from pipelines.image.spec import (
    BASE,
    MOST_GUIDANCE,
    MOST_SCALE,
    MOST_STEPS,
    MOST_STRENGTH,
    Component,
    EnginePreset,
    IdentityMode,
    PoseMode,
)
from pipelines.image.tiers import TIERS
from pipelines.options import MOST_LORA_WEIGHT, SIDE_PX
from pipelines.tensor_files.transformer import MODELS
from pipelines.types import CONTROL_KINDS, FacePass, LoraUse, Normals, SecondPass

MOST_FILE_BYTES = 100_000
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
REPO = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
REVISION = re.compile(r"[\w./-]{0,100}", re.ASCII)
FILE_PATTERN = re.compile(r"[\w.*/ -]{1,200}", re.ASCII)
ROLES = (*CONTROL_KINDS, "person", "garment", "style", "init")
LEAST_PASS_STRENGTH = 0.01
MOST_MEMORY_GB = 10_000.0
MOST_BYTES = 10**13

Check = Callable[["Reader", Any], Any]


class PresetRefused(PipelineError):
    """This preset file cannot be used."""

    code = "preset-refused"
    hint = "Correct the file, or remove it from the presets folder."


def read_preset(file: Path) -> EnginePreset:
    """One preset file. A component is a repository, or a folder on this machine (absolute, or beside the file).

    Raises PresetRefused, naming the file, the key and what it should be.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_FILE_BYTES + 1)
        if len(raw) > MOST_FILE_BYTES:
            raise PresetRefused(f"{file.name}: it is larger than a preset can be.")
        table = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise PresetRefused(f"{file.name}: it cannot be opened.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PresetRefused(f"{file.name}: it is not TOML ({error}).") from error
    return Reader(file).read(table)


class Reader:
    """Reads one file's table, and names the file and the key in every refusal."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, table: Mapping[str, Any]) -> EnginePreset:
        """The whole preset. Raises PresetRefused."""
        values = self.fields("", table, PRESET_FIELDS, required=("name", "engine", "title", "components"))
        roles = [component.role for component in values["components"]]
        if roles and BASE not in roles:  # none at all: what draws lies on another machine
            raise self.refuse("components", f"one of them has the role “{BASE}”")
        if len(roles) > len(set(roles)):
            raise self.refuse("components", "each has a role of its own")
        for lora in values.get("loras", ()):
            if lora.name not in roles:
                raise self.refuse("loras", f"“{lora.name}” is the role of a component")
        return EnginePreset(**values)

    def fields(
        self, where: str, table: Any, checks: Mapping[str, Check], required: tuple[str, ...]
    ) -> dict[str, Any]:
        """Every key known and of its kind, the required ones there. Raises PresetRefused."""
        if not isinstance(table, dict):
            raise self.refuse(where, "a table")
        for key in required:
            if key not in table:
                raise self.refuse(where + key, "there")
        found = {}
        for key, value in table.items():
            if key not in checks:
                raise PresetRefused(
                    f"{self._file.name}: unknown key “{where}{key}”. Known: {', '.join(checks)}."
                )
            try:
                found[key] = checks[key](self, value)
            except ValueError as error:
                raise self.refuse(where + key, str(error)) from None
        return found

    def folder(self, value: Any) -> Path:
        """A folder on this machine."""
        path = (self._file.parent / Path(text(512)(self, value)).expanduser()).resolve()
        if not path.is_dir():
            raise ValueError("a folder on this machine")
        return path

    def component(self, value: Any) -> Component:
        """One [[components]] table."""
        values = self.fields("components.", value, COMPONENT_FIELDS, required=("role",))
        if ("repo" in values) == ("folder" in values):
            raise ValueError("either a repo or a folder, each")
        return Component(**{"repo": "", **values})

    def lora(self, value: Any) -> LoraUse:
        """One [[loras]] table."""
        return LoraUse(**self.fields("loras.", value, LORA_FIELDS, required=("name",)))

    def second_pass(self, value: Any) -> SecondPass:
        """The [second_pass] table."""
        checks = {"scale": number(1, MOST_SCALE), **PASS_FIELDS}
        return SecondPass(**self.fields("second_pass.", value, checks, required=tuple(checks)))

    def face_pass(self, value: Any) -> FacePass:
        """The [face_pass] table."""
        return FacePass(**self.fields("face_pass.", value, PASS_FIELDS, required=tuple(PASS_FIELDS)))

    def refuse(self, key: str, should_be: str) -> PresetRefused:
        """The error that names the key."""
        return PresetRefused(f"{self._file.name}: “{key.rstrip('.')}” should be {should_be}.")


# --- kinds of values: each returns the value or raises ValueError saying what it should be ---


def text(most: int) -> Check:
    """Text of at most so many characters, without control characters."""

    def check(reader: Reader, value: Any) -> str:
        if not isinstance(value, str) or len(value) > most or not value.replace("\n", " ").isprintable():
            raise ValueError(f"text of at most {most} characters")
        return value

    return check


def like(pattern: re.Pattern[str], what: str) -> Check:
    """Text of one form."""

    def check(reader: Reader, value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value) or ".." in value:
            raise ValueError(what)
        return value

    return check


def one_of(choices: Collection[str]) -> Check:
    """One of some words; a table's keys are looked at anew each time."""

    def check(reader: Reader, value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return check


def whole(low: int, high: int) -> Check:
    """A whole number in a range."""

    def check(reader: Reader, value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return check


def number(low: float, high: float) -> Check:
    """A number in a range."""

    def check(reader: Reader, value: Any) -> float:
        if type(value) not in (int, float) or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return float(value)

    return check


def flag(reader: Reader, value: Any) -> bool:
    """true or false."""
    if type(value) is not bool:
        raise ValueError("true or false")
    return value


def list_of(check: Check, most: int = 64) -> Check:
    """A list of one kind of value, as a tuple."""

    def check_all(reader: Reader, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"a list of at most {most}")
        return tuple(check(reader, item) for item in value)

    return check_all


def table_of(keys: Sequence[str], check: Check) -> Check:
    """A table with some of these keys and one kind of value."""

    def check_all(reader: Reader, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not set(value) <= set(keys):
            raise ValueError("a table with keys of " + ", ".join(keys))
        return {key: check(reader, item) for key, item in value.items()}

    return check_all


def options(reader: Reader, value: Any) -> dict[str, str | int | float | bool]:
    """The engine's own settings: plain values under plain names."""
    if not isinstance(value, dict) or not all(NAME.fullmatch(key) for key in value):
        raise ValueError("a table of plain names")
    if not all(type(item) in (str, int, float, bool) for item in value.values()):
        raise ValueError("a table of texts, numbers, true and false")
    return dict(value)


def lora_styles(reader: Reader, value: Any) -> dict[str, str]:
    """LoRA -> the picture style that it is for."""
    if not isinstance(value, dict):
        raise ValueError("a table of LoRAs and picture styles")
    return {PLAIN_NAME(reader, lora): PLAIN_NAME(reader, style) for lora, style in value.items()}


PLAIN_NAME = like(NAME, "small letters, digits, “.”, “_” and “-”")

COMPONENT_FIELDS: Mapping[str, Check] = {
    "role": PLAIN_NAME,
    "repo": like(REPO, "a repository: owner/name"),
    "folder": Reader.folder,
    "revision": like(REVISION, "a revision"),
    "files": list_of(like(FILE_PATTERN, "a list of file names or patterns"), 256),
    "size_bytes": whole(0, MOST_BYTES),
    "size_estimated": flag,
    "gated": flag,
    "may_ask_token": flag,
}
LORA_FIELDS: Mapping[str, Check] = {
    "name": PLAIN_NAME,
    "weight": number(-MOST_LORA_WEIGHT, MOST_LORA_WEIGHT),
}
PASS_FIELDS: Mapping[str, Check] = {
    "strength": number(LEAST_PASS_STRENGTH, 1),
    "steps": whole(1, MOST_STEPS),
}
PRESET_FIELDS: Mapping[str, Check] = {
    "name": PLAIN_NAME,
    "engine": one_of(ENGINES),
    "title": text(80),
    "about": text(400),
    "steps": whole(1, MOST_STEPS),
    "guidance": number(0, MOST_GUIDANCE),
    "width": whole(*SIDE_PX),
    "height": whole(*SIDE_PX),
    "hd_steps": whole(0, MOST_STEPS),
    "hd_scale": number(1, MOST_SCALE),
    "second_pass": Reader.second_pass,
    "face_pass": Reader.face_pass,
    "licence": text(120),
    "licence_url": like(re.compile(r"https://[\w./%-]{1,300}", re.ASCII), "an https address"),
    "non_commercial": flag,
    "components": list_of(Reader.component),
    "memory_gb": table_of(TIERS, number(0, MOST_MEMORY_GB)),
    "ram_gb": table_of(TIERS, number(0, MOST_MEMORY_GB)),
    "own_file": one_of(MODELS),
    "memory_estimated": flag,
    "tier": one_of(TIERS),
    "pose": one_of(get_args(PoseMode)),
    "identity": one_of(get_args(IdentityMode)),
    "control_strength": table_of(CONTROL_KINDS, number(0, MOST_STRENGTH)),
    "control_end": table_of(CONTROL_KINDS, number(0, 1)),
    "reference_order": list_of(one_of(ROLES)),
    "instruction": text(500),
    "role_sentences": table_of(ROLES, text(300)),
    "loras": list_of(Reader.lora, 16),
    "lora_styles": lora_styles,
    "normals": one_of(get_args(Normals)),
    "takes_guidance": flag,
    "preferred": flag,
    "styles": list_of(PLAIN_NAME),
    "options": options,
}

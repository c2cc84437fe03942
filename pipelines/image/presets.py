"""The presets: the draft's, the shipped ones in assets/presets, and a person's own, on a shelf that is passed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.errors import PipelineError, UnknownName
from pipelines.image.preset_file import PresetRefused, read_preset
from pipelines.image.spec import EnginePreset

SHIPPED = Path(__file__).parents[2] / "assets" / "presets"

DRAFT_PRESET = EnginePreset(
    name="draft",
    engine="draft",
    title="Draft on this CPU",
    about="Draws the body itself, on any machine, without weights.",
    hd_scale=1.5,
)


class PresetShelf(Mapping[str, EnginePreset]):
    """The presets by name: the draft, the shipped ones, a person's own. Files are read when first looked at."""

    def __init__(self) -> None:
        self._own: tuple[Path, ...] = ()
        self._known: Mapping[str, EnginePreset] | None = None
        self._problems: tuple[PipelineError, ...] = ()

    def look_in(self, own: Sequence[Path]) -> None:
        """From now on, also the preset files at these places (files, or folders of files)."""
        self._own, self._known = tuple(own), None

    @property
    def places(self) -> Sequence[Path]:
        """Where a person's own presets are looked for."""
        return self._own

    @property
    def problems(self) -> Sequence[PipelineError]:
        """Why some of a person's own files were refused; the others are there all the same."""
        self._read()
        return self._problems

    def __getitem__(self, name: str) -> EnginePreset:
        return DRAFT_PRESET if name == DRAFT_PRESET.name else self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> Mapping[str, EnginePreset]:
        if self._known is None:
            problems: list[PresetRefused] = []
            self._known = all_presets(self._own, problems)
            self._problems = tuple(problems)
        return self._known


PRESETS = PresetShelf()  # name -> preset. A preset's name is what a request stores.


def find_preset(name: str) -> EnginePreset:
    """The preset of that name. Raises UnknownName."""
    if name not in PRESETS:
        raise UnknownName(f"There is no preset called “{name}”. Known: {', '.join(PRESETS)}.")
    return PRESETS[name]


def all_presets(
    extra: Sequence[Path] = (), problems: list[PresetRefused] | None = None
) -> dict[str, EnginePreset]:
    """The draft, the shipped presets, and those at `extra` (files, or folders of *.toml), by name.

    Raises PresetRefused, naming the file and what is wrong with it; a name that is taken is refused too. Given a
    list of problems, a person's own files that are refused go in there instead, and the rest is read.
    """
    presets = {DRAFT_PRESET.name: DRAFT_PRESET}
    for file in _files_at(SHIPPED):
        _add(presets, file)
    for file in (file for place in extra for file in _files_at(place)):
        try:
            _add(presets, file)
        except PresetRefused as error:
            if problems is None:
                raise
            problems.append(error)
    return presets


def _add(presets: dict[str, EnginePreset], file: Path) -> None:
    preset = read_preset(file)
    if preset.name in presets:
        raise PresetRefused(f"{file.name}: the name “{preset.name}” is taken. Choose another.")
    presets[preset.name] = preset


def _files_at(place: Path) -> list[Path]:
    return sorted(place.glob("*.toml")) if place.is_dir() else [place] if place.suffix == ".toml" else []

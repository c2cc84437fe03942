"""The presets: the draft's, the shipped ones in assets/presets, and a person's own, on a shelf that is passed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines.errors import PipelineError, UnknownName
from pipelines.image.own_transformers import own_presets
from pipelines.image.preset_file import PresetRefused, read_preset
from pipelines.image.spec import EnginePreset
from pipelines.types import LoraUse

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

    def __init__(self, own: Sequence[Path] = (), transformers: Path | None = None) -> None:
        """own: where a person's own preset files lie (files, or folders of files); transformers: the folder of their
        own files of FLUX.1."""
        self._own, self._transformers = tuple(own), transformers
        self._known: dict[str, EnginePreset] | None = None
        self._problems: tuple[PipelineError, ...] = ()

    @property
    def problems(self) -> Sequence[PipelineError]:
        """Why some of a person's own files were refused; the others are there all the same."""
        self._read()
        return self._problems

    def find(self, name: str) -> EnginePreset:
        """The preset of that name. Raises UnknownName."""
        if name not in self:
            raise UnknownName(f"There is no preset called “{name}”. Known: {', '.join(self)}.")
        return self[name]

    def find_first(self, engine: str) -> EnginePreset:
        """The preferred one of an engine's presets, or the first. Raises UnknownName where there is none."""
        presets = [preset for preset in self.values() if preset.engine == engine]
        if not presets:
            raise UnknownName(f"There is no engine called “{engine}”, or it has no preset.")
        return next((preset for preset in presets if preset.preferred), presets[0])

    def choose(self, engine: str | None, name: str | None) -> tuple[str, str]:
        """The names of engine and preset, where one of them, or both, may be left out: each is the other's, or the
        draft's. Raises UnknownName for what is not there."""
        if name is not None:
            return engine or self.find(name).engine, name
        chosen = DRAFT_PRESET if engine is None else self.find_first(engine)
        return chosen.engine, chosen.name

    def take(self, file: Path) -> EnginePreset:
        """Read a person's preset file, wherever it lies, and let it stand beside the others from now on.

        Raises PresetRefused, naming the file and what is wrong with it, also where the name is taken. The same file
        may be taken again.
        """
        preset, known = read_preset(file), self._read()
        if known.get(preset.name, preset) != preset:
            raise _taken(file, preset)
        known[preset.name] = preset
        return preset

    def __getitem__(self, name: str) -> EnginePreset:
        return DRAFT_PRESET if name == DRAFT_PRESET.name else self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[str, EnginePreset]:
        if self._known is None:
            problems: list[PipelineError] = []
            known = all_presets(self._own, problems)
            if self._transformers is not None:
                for preset in own_presets(self._transformers, known, problems):
                    known.setdefault(preset.name, preset)
            self._known = known
            self._problems = tuple(problems)
        return self._known


def better_preset(presets: Mapping[str, EnginePreset], name: str, style: str) -> EnginePreset | None:
    """The preset that suits a picture style better than this one; None where this one does well, or none does.

    A preset that names no styles is as good at one as at another: it neither needs a better one nor is one.
    """
    preset = presets.get(name)
    if preset is None or not preset.styles or style in preset.styles:
        return None
    suiting = [other for other in presets.values() if style in other.styles]
    return next((other for other in suiting if other.preferred), suiting[0] if suiting else None)


def loras_for(preset: EnginePreset, style: str) -> tuple[LoraUse, ...]:
    """A preset's LoRAs without those that are for another picture style alone."""
    return tuple(use for use in preset.loras if preset.lora_styles.get(use.name, style) == style)


def all_presets(
    extra: Sequence[Path] = (), problems: list[PipelineError] | None = None
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
        raise _taken(file, preset)
    presets[preset.name] = preset


def _taken(file: Path, preset: EnginePreset) -> PresetRefused:
    return PresetRefused(f"{file.name}: the name “{preset.name}” is taken. Choose another.")


def _files_at(place: Path) -> list[Path]:
    return sorted(place.glob("*.toml")) if place.is_dir() else [place] if place.suffix == ".toml" else []

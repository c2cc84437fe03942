"""Opening weights: part by part, from local folders alone, safetensors alone; what stays the same stays loaded."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipelines.devices import CPU, Device, free_memory, is_out_of_memory, torch_dtype
from pipelines.errors import EngineUnavailable, WeightsMissing
from pipelines.image.quantize import packed_bytes, quantize
from pipelines.image.spec import BASE, Component, EnginePreset
from pipelines.image.tiers import EIGHT_BIT, OFFLOAD, QUANTISED
from pipelines.progress import OnProgress, Progress
from pipelines.tensor_files.transformer import read_transformer

log = logging.getLogger(__name__)

GGUF = ".gguf"  # packed by its maker; its layers unpack themselves, by the library's own
STAGE = "Opening the weights"
CONFIG_FILE = "config.json"
SINGLE_FILE_CONFIGS = Path(__file__).parents[2] / "assets" / "presets" / "configs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """One loadable thing of a family: a network, a tokenizer or a schedule, by the class that must read it.

    The class is stated here and never taken from a file.
    """

    name: str  # as the pipeline calls it
    source: str  # "diffusers:FluxTransformer2DModel"
    role: str = "base"
    subfolder: str = ""
    network: bool = True  # has weights
    large: bool = False  # packed in the quantised tiers
    config: str = ""  # folder in assets/presets/configs that describes a single file
    base_config: str = ""  # folder of the base that describes a person's own single file


@dataclass(frozen=True, slots=True)
class PartKey:
    """What decides a loaded part."""

    part: ModelPart
    folder: Path
    files: tuple[str, ...]
    tier: str
    device: str
    described_in: Path | None = None  # the folder that describes a single file
    fingerprint: str = ""  # of a person's own file


class Residents:
    """The parts that are loaded. `bytes_moved` counts the weights that were ever read into them."""

    def __init__(self) -> None:
        self._held: dict[PartKey, Any] = {}
        self.bytes_moved = 0

    @property
    def bytes_held(self) -> int:
        """Bytes of the weights that are loaded."""
        return sum(packed_bytes(part) for key, part in self._held.items() if key.part.network)

    @property
    def bytes_on_card(self) -> int:
        """Bytes of the weights that lie on an accelerator: what waits in the main memory takes none of it."""
        networks = [part for key, part in self._held.items() if key.part.network]
        return sum(packed_bytes(part, on_card=True) for part in networks)

    def open(
        self,
        parts: Sequence[ModelPart],
        preset: EnginePreset,
        device: Device,
        tier: str,
        on_progress: OnProgress,
    ) -> dict[str, Any]:
        """The parts by name: what is loaded already is kept, what is not asked for is let go.

        Raises WeightsMissing, EngineUnavailable where weights cannot be read, Cancelled between parts.
        """
        components = {component.role: component for component in preset.components}
        wanted = {part.name: _key(part, components, preset, device, tier) for part in parts}
        gone = [key for key in self._held if key not in wanted.values()]
        for key in gone:
            del self._held[key]
        if gone:
            free_memory(cycles=True)
        _quiet_libraries()
        opened: dict[str, Any] = {}
        for number, (name, key) in enumerate(wanted.items()):
            if key not in self._held:
                on_progress(Progress(stage=STAGE, step=number, total=len(wanted), counts=False))
                self._held[key] = _read(key, device, preset)
                if key.part.network:
                    self.bytes_moved += packed_bytes(self._held[key])
            opened[name] = self._held[key]
        return opened

    def clear(self) -> None:
        """Let everything go."""
        if self._held:
            self._held.clear()
            free_memory(cycles=True)


def file_of(component: Component) -> Path:
    """The one safetensors or GGUF file of a component. Raises WeightsMissing, EngineUnavailable for more than one."""
    folder = _folder(component)
    found = sorted(
        {path for pattern in component.files or ("*.safetensors",) for path in folder.glob(pattern)}
    )
    found = [path for path in found if path.suffix in (".safetensors", GGUF)]
    if len(found) != 1:
        raise EngineUnavailable(
            f"{component.repo or folder.name} should hold one weights file, not {len(found)}."
        )
    return found[0]


def _quiet_libraries() -> None:
    """No progress bars and no advice on the terminal: what matters is raised, and progress has its own way."""
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()


def _key(
    part: ModelPart, components: dict[str, Component], preset: EnginePreset, device: Device, tier: str
) -> PartKey:
    if part.role not in components:
        raise EngineUnavailable(f"The preset “{preset.name}” names no weights for “{part.role}”.")
    component = components[part.role]
    folder = _folder(component)
    is_packed = any(Path(name).suffix == GGUF for name in component.files)
    packs = part.large and tier in QUANTISED and not is_packed
    described_in = None
    if part.base_config:
        described_in = _folder(components[BASE]) / part.base_config
    elif part.config and not (folder / part.subfolder / CONFIG_FILE).is_file():
        described_in = SINGLE_FILE_CONFIGS / part.config
    return PartKey(
        part,
        folder,
        component.files,
        tier if part.network and (tier == OFFLOAD or packs) else "",
        device.kind if part.network else "",
        described_in,
        component.fingerprint,
    )


def _folder(component: Component) -> Path:
    if component.folder is None or not component.folder.is_dir():
        raise WeightsMissing
    return component.folder


def _read(key: PartKey, device: Device, preset: EnginePreset) -> Any:
    """One part from its folder, on its device. Raises EngineUnavailable."""
    from safetensors import SafetensorError

    try:
        if not key.part.network:
            return _class_of(key.part).from_pretrained(
                key.folder, subfolder=key.part.subfolder, local_files_only=True
            )
        network = _read_network(key, device).eval().requires_grad_(False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise _unreadable(key, preset) from error
    except RuntimeError as error:  # sizes that do not fit
        if is_out_of_memory(error):
            raise
        raise _unreadable(key, preset) from error
    if key.tier in QUANTISED:
        packed = quantize(network, 8 if key.tier == EIGHT_BIT else 4, device.kind)
        log.info("packed %d layers of %s", packed, key.part.name)
    return network.to(CPU if key.tier == OFFLOAD else device.kind)


def _read_network(key: PartKey, device: Device) -> Any:
    kind, dtype = _class_of(key.part), torch_dtype(device)
    if key.described_in is not None:
        return _read_single_file(key, dtype, key.described_in)
    with warnings.catch_warnings():  # a ControlNet of FLUX.1 warns of the library's own import
        warnings.filterwarnings("ignore", "`FluxPosEmbed` is deprecated", FutureWarning)
        network, found = kind.from_pretrained(
            key.folder,
            subfolder=key.part.subfolder,
            local_files_only=True,
            use_safetensors=True,
            dtype=dtype,
            output_loading_info=True,
        )
    if found["missing_keys"] or found["mismatched_keys"]:
        raise ValueError("weights are missing")
    return network


def _read_single_file(key: PartKey, dtype: Any, described_in: Path) -> Any:
    """A network out of one file. Numbers of 8 bits (fp8) become `dtype`; those of a GGUF stay packed."""
    file = file_of(Component(role=key.part.role, repo="", files=key.files, folder=key.folder))
    if key.fingerprint and read_transformer(file).fingerprint != key.fingerprint:
        raise EngineUnavailable(f"{file.name} is another file than when the studio started. Start it again.")
    packed: dict[str, Any] = {}
    if file.suffix == GGUF:
        if find_spec("gguf") is None:
            raise EngineUnavailable(
                "GGUF files need the package “gguf”. Install it, then start the studio again."
            )
        from diffusers import GGUFQuantizationConfig

        packed["quantization_config"] = GGUFQuantizationConfig(compute_dtype=dtype)
    network = _class_of(key.part).from_single_file(
        str(file), config=str(described_in), local_files_only=True, dtype=dtype, **packed
    )
    if any(tensor.is_meta for tensor in network.parameters()):
        raise ValueError("weights are missing")
    return network


def _class_of(part: ModelPart) -> Any:
    module, name = part.source.split(":")
    return getattr(import_module(module), name)


def _unreadable(key: PartKey, preset: EnginePreset) -> EngineUnavailable:
    if key.fingerprint:
        return EngineUnavailable(
            f"{key.files[0]} cannot be read as the {key.part.name} of {preset.title}. "
            "Take it out of the transformers folder, or bring another."
        )
    return EngineUnavailable(
        f"The {key.part.name.replace('_', ' ')} of {preset.title} cannot be read. "
        "Remove these weights (Models), then download them again."
    )

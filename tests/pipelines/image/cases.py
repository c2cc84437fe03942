"""The engines under contract. A new engine is one row of CASES: how to get a preset for it, and a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipelines.image.engine import (
    DRAFT_PRESET,
    Component,
    EngineInputs,
    EnginePreset,
    ImageEngine,
    engine_class,
)
from pipelines.types import (
    BodyParameters,
    BodyScene,
    CameraSpec,
    FigureLook,
    GenerationRequest,
    Pose,
    Progress,
    Reference,
    ignore_progress,
)

SIDE = 64
STEPS = 4
LIBRARY_NOISE = "ignore:`FluxPosEmbed` is deprecated:FutureWarning"  # raised by the library at its own call


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCase:
    """One engine under contract. `make_preset` gets the folder of the tiny repositories."""

    name: str
    make_preset: Callable[[Path], EnginePreset]
    width: int = SIDE
    height: int = SIDE
    seeded: bool = True  # another seed gives another picture


def component(folder: Path, role: str, name: str, *files: str) -> Component:
    return Component(role=role, repo="", folder=folder / name, files=files)


def flux1_preset(folder: Path, base: str = "flux1", union: str = "union2", **changes: Any) -> EnginePreset:
    preset = EnginePreset(
        name="flux1-tiny",
        engine="flux1",
        title="Tiny FLUX.1",
        steps=STEPS,
        guidance=3.5,
        width=SIDE,
        height=SIDE,
        components=(
            component(folder, "base", base),
            component(folder, "controlnet", union),
            component(folder, "ip-adapter", "ip", "ip_adapter.safetensors"),
            component(folder, "image-encoder", "clip-vision"),
            component(folder, "tiny", "loras", "flux1.safetensors"),
        ),
        options={"device": "cpu", "true_cfg": 3.0},
    )
    return replace(preset, **changes)


def klein_preset(folder: Path, **changes: Any) -> EnginePreset:
    preset = EnginePreset(
        name="klein-tiny",
        engine="flux2-klein",
        title="Tiny klein",
        steps=STEPS,
        guidance=1.0,
        width=SIDE,
        height=SIDE,
        components=(
            component(folder, "base", "klein"),
            component(folder, "tiny", "loras", "klein.safetensors"),
        ),
        reference_order=("pose", "depth", "person", "garment", "style"),
        role_sentences={"pose": "Match the pose in image {n}.", "person": "Keep the person from image {n}."},
        options={"device": "cpu"},
    )
    return replace(preset, **changes)


def z_image_preset(folder: Path, union: str = "z-union", **changes: Any) -> EnginePreset:
    preset = EnginePreset(
        name="z-image-tiny",
        engine="z-image",
        title="Tiny Z-Image",
        steps=STEPS,
        guidance=0.0,
        width=SIDE,
        height=SIDE,
        components=(
            component(folder, "base", "z-image"),
            component(folder, "controlnet", union),
            component(folder, "tiny", "loras", "z-image.safetensors"),
        ),
        options={"device": "cpu"},
    )
    return replace(preset, **changes)


CASES = (
    EngineCase(name="draft", make_preset=lambda folder: DRAFT_PRESET, height=96, seeded=False),
    EngineCase(name="flux1", make_preset=flux1_preset),
    EngineCase(name="flux2-klein", make_preset=klein_preset),
    EngineCase(name="z-image", make_preset=z_image_preset),
)


class Opened:
    """An engine with its preset loaded."""

    def __init__(self, case: EngineCase, preset: EnginePreset) -> None:
        self.case, self.preset = case, preset
        self.engine: ImageEngine = engine_class(case.name)()
        self.engine.load(preset, ignore_progress)

    @property
    def info(self) -> Any:
        return type(self.engine).info

    def request(self, **changes: Any) -> GenerationRequest:
        values: dict[str, Any] = {
            "engine": self.case.name,
            "preset": self.preset.name,
            "prompt": "a portrait photo of a person",
            "seed": 3,
            "steps": self.preset.steps,
            "guidance": self.preset.guidance,
            "width": self.case.width,
            "height": self.case.height,
            "scene": SCENE,
        }
        return GenerationRequest(**{**values, **changes})

    def draw(self, inputs: EngineInputs | None = None, **changes: Any) -> np.ndarray:
        """The pixels of one picture, as integers."""
        picture = self.engine.generate(self.request(**changes), ignore_progress, inputs or EngineInputs())
        return np.asarray(picture).astype(int)

    def watch(self, inputs: EngineInputs | None = None, **changes: Any) -> list[Progress]:
        """What one picture tells on its way."""
        seen: list[Progress] = []
        self.engine.generate(self.request(**changes), seen.append, inputs or EngineInputs())
        return seen


SCENE = BodyScene(
    body=BodyParameters(shape={"age": 0.7, "gender": 0.9}),
    pose=Pose(),
    camera=CameraSpec(),
    look=FigureLook(finish="coloured"),
)


def noise_picture(seed: int, width: int = SIDE, height: int = SIDE) -> Image.Image:
    """A picture that is like no other."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


def references(*roles: str) -> tuple[tuple[Reference, Image.Image], ...]:
    """A picture of its own for each role."""
    return tuple(
        (Reference(role=role, sha256=f"{number:064d}"), noise_picture(10 + number))  # type: ignore[arg-type]
        for number, role in enumerate(roles)
    )

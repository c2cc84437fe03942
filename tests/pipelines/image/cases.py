"""The engines under contract. A new engine is one row of CASES: how to get a preset for it, and a request."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.appearance import Appearance
from pipelines.errors import Cancelled
from pipelines.image.capabilities import narrow_info
from pipelines.image.engines import engine_class
from pipelines.image.latents import make_noise
from pipelines.image.presets import DRAFT_PRESET
from pipelines.image.spec import Component, EngineInfo, EngineInputs, EnginePreset, ImageEngine
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.types import (
    BodyParameters,
    BodyScene,
    CameraSpec,
    ControlKind,
    GenerationRequest,
    Pose,
    Reference,
)
from tests.pipelines.image.remote_cases import FaithfulComfy, FaithfulHf

PROMPT = "a portrait photo of a person"
SIDE = 64
FAR_SIDE = 256  # the least that the machines elsewhere draw
STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCase:
    """One engine under contract. `make_preset` gets the folder of the tiny repositories."""

    name: str
    make_preset: Callable[[Path], EnginePreset]
    width: int = SIDE
    height: int = SIDE
    seeded: bool = True  # another seed gives another picture
    shows_steps: bool = True  # tells of each step, with a small picture
    looks: int = 1  # of its network in each step, with its preset
    sees_rest: bool = False  # is shown the rest of a picture of which it draws a part, and not held to it
    serve: Callable[[], Any] | None = None  # the double of the machine that draws, where it is another one

    @property
    def capabilities(self) -> EngineInfo:
        """What counts with its preset."""
        return narrow_info(engine_class(self.name).info, self.make_preset(Path()))

    @property
    def draws_by_weights(self) -> bool:
        """Whether weights are opened in this process."""
        return self.capabilities.needs_gpu


def component(folder: Path, role: str, name: str, *files: str) -> Component:
    return Component(role=role, repo="", folder=folder / name, files=files)


def flux1_preset(folder: Path, base: str = "flux1", union: str = "union2", **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", base),
        component(folder, "controlnet", union),
        component(folder, "ip-adapter", "ip", "ip_adapter.safetensors"),
        component(folder, "image-encoder", "clip-vision"),
        component(folder, "tiny", "loras", "flux1.safetensors"),
    )
    own = {"name": "flux1-tiny", "title": "Tiny FLUX.1", "options": {"device": "cpu", "true_cfg": 3.0}}
    return _on_the_cpu("flux1", parts, **{"guidance": 3.5, **own, **changes})


def redux_preset(folder: Path, **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", "flux1"),
        component(folder, "controlnet", "union2"),
        component(folder, "redux", "redux"),
        component(folder, "tiny", "loras", "flux1.safetensors"),
    )
    own = {"name": "redux-tiny", "title": "Tiny FLUX.1 Redux", "options": {"device": "cpu", "true_cfg": 3.0}}
    return _on_the_cpu("flux1-redux", parts, **{"guidance": 3.5, **own, **changes})


def fill_preset(folder: Path, **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", "fill"),
        component(folder, "tiny", "loras", "flux1.safetensors"),
    )
    own = {"name": "fill-tiny", "title": "Tiny FLUX.1 Fill", "guidance": 30.0}
    return _on_the_cpu("flux1-fill", parts, **{**own, **changes})


def kontext_preset(folder: Path, **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", "kontext"),
        component(folder, "tiny", "loras", "flux1.safetensors"),
    )
    own = {"name": "kontext-tiny", "title": "Tiny FLUX.1 Kontext", "guidance": 2.5}
    said = {"role_sentences": {"person": "Keep the person."}}
    return _on_the_cpu("flux1-kontext", parts, **{**own, **said, **changes})


def klein_preset(folder: Path, **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", "klein"),
        component(folder, "tiny", "loras", "klein.safetensors"),
    )
    own = {"name": "klein-tiny", "title": "Tiny klein", "guidance": 1.0}
    said = {
        "reference_order": ("pose", "depth", "person", "garment", "style"),
        "role_sentences": {
            "pose": "Match the pose in image {n}.",
            "person": "Keep the person from image {n}.",
        },
    }
    return _on_the_cpu("flux2-klein", parts, **{**own, **said, **changes})


def klein_kv_preset(folder: Path, **changes: Any) -> EnginePreset:
    return klein_preset(folder, **{"name": "klein-kv-tiny", "engine": "flux2-klein-kv", **changes})


def qwen_preset(folder: Path, **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", "qwen-edit"),
        component(folder, "tiny", "loras", "qwen-edit.safetensors"),
    )
    own = {"name": "qwen-tiny", "title": "Tiny Qwen-Image-Edit", "guidance": 2.0}
    said = {
        "reference_order": ("person", "pose"),
        "role_sentences": {
            "person": "Keep the person of Picture {n}.",
            "pose": "The pose of Picture {n}.",
        },
        "options": {"device": "cpu", "true_cfg": 2.0},
    }
    return _on_the_cpu("qwen-image-edit", parts, **{**own, **said, **changes})


def z_image_preset(folder: Path, union: str = "z-union", **changes: Any) -> EnginePreset:
    parts = (
        component(folder, "base", "z-image"),
        component(folder, "controlnet", union),
        component(folder, "tiny", "loras", "z-image.safetensors"),
    )
    own = {"name": "z-image-tiny", "title": "Tiny Z-Image", "guidance": 0.0}
    return _on_the_cpu("z-image", parts, **{**own, **changes})


def _on_the_cpu(engine: str, parts: tuple[Component, ...], /, **own: Any) -> EnginePreset:
    """A preset of the miniatures' size; `own` is what sets it apart."""
    same = {"engine": engine, "steps": STEPS, "width": SIDE, "height": SIDE, "options": {"device": "cpu"}}
    return EnginePreset(**{**same, "components": parts, **own})


def hf_preset(folder: Path) -> EnginePreset:
    return EnginePreset(
        name="hf-double",
        engine="hf-inference",
        title="Hugging Face double",
        steps=STEPS,
        options={"model": "some/flux", "edit_model": "some/kontext"},
    )


def comfyui_preset(folder: Path) -> EnginePreset:
    return EnginePreset(
        name="comfyui-double",
        engine="comfyui",
        title="ComfyUI double",
        steps=STEPS,
        guidance=3.5,
        options={"references": True},
    )


CASES = (
    EngineCase(
        name="draft",
        make_preset=lambda folder: DRAFT_PRESET,
        height=96,
        seeded=False,
        shows_steps=False,
    ),
    EngineCase(name="flux1", make_preset=flux1_preset),
    EngineCase(name="flux2-klein", make_preset=klein_preset),
    EngineCase(name="z-image", make_preset=z_image_preset),
    EngineCase(name="flux1-kontext", make_preset=kontext_preset),
    EngineCase(name="flux1-fill", make_preset=fill_preset, sees_rest=True),
    EngineCase(name="flux1-redux", make_preset=redux_preset),
    EngineCase(name="qwen-image-edit", make_preset=qwen_preset, looks=2),
    EngineCase(name="flux2-klein-kv", make_preset=klein_kv_preset),
    EngineCase(
        name="hf-inference",
        make_preset=hf_preset,
        width=FAR_SIDE,
        height=FAR_SIDE,
        shows_steps=False,
        serve=FaithfulHf,
    ),
    EngineCase(
        name="comfyui", make_preset=comfyui_preset, width=FAR_SIDE, height=FAR_SIDE, serve=FaithfulComfy
    ),
)


def find_case(name: str) -> EngineCase:
    return next(case for case in CASES if case.name == name)


def over(wanted: Callable[[EngineCase], bool] = lambda case: True) -> pytest.MarkDecorator:
    """A test over every engine under contract that is wanted, by the fixture `opened`."""
    chosen = [case for case in CASES if wanted(case)]
    assert chosen
    names = [case.name for case in chosen]
    return pytest.mark.parametrize("opened", chosen, ids=names, indirect=True, scope="module")


class Opened:
    """An engine with its preset loaded."""

    def __init__(self, case: EngineCase, preset: EnginePreset, double: Any = None) -> None:
        self.case, self.preset, self.double = case, preset, double
        self.engine = self.make_engine()
        self.engine.load(preset, ignore_progress)

    def make_engine(self) -> ImageEngine:
        """A fresh one, allowed to ask the double where it draws elsewhere."""
        engine: Any = engine_class(self.case.name)()
        if self.double is not None:
            engine.allow(**self.double.permission)
        return engine

    def again(self) -> Opened:
        """A fresh engine with the same preset."""
        return Opened(self.case, self.preset, self.double)

    @property
    def info(self) -> EngineInfo:
        """What counts with its preset."""
        return narrow_info(type(self.engine).info, self.preset)

    def request(self, **changes: Any) -> GenerationRequest:
        values: dict[str, Any] = {
            "engine": self.case.name,
            "preset": self.preset.name,
            "prompt": PROMPT,
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

    def moments(self, inputs: EngineInputs | None = None, **changes: Any) -> list[tuple[str, int]]:
        """Every stage and step that one picture tells of; how long it waits elsewhere is chance, and left out."""
        seen = self.watch(inputs, **changes)
        told = dict.fromkeys((progress.stage, progress.step) for progress in seen)
        return [moment for moment in told if not moment[0].startswith("Waiting in")]


def cancel_when(moment: tuple[str, int]) -> OnProgress:
    """An on_progress that ends the run when it is told of that stage and step."""

    def on_progress(progress: Progress) -> None:
        if (progress.stage, progress.step) == moment:
            raise Cancelled

    return on_progress


def live_tensors() -> int:
    """How many tensors there are in this process."""
    import torch

    gc.collect()
    return sum(1 for thing in gc.get_objects() if issubclass(type(thing), torch.Tensor))


def controls(*kinds: ControlKind) -> EngineInputs:
    """A map of its own for each kind."""
    return EngineInputs(controls={kind: noise_picture(number) for number, kind in enumerate(kinds)})


def draw_by_library(pipe: Any, *, width: int = SIDE, **words: Any) -> np.ndarray:
    """What a pipeline of the FLUX.1 family makes of an engine's seed 3 by its own call, as integers."""
    noise = make_noise(3, (1, 16, SIDE // 8, width // 8))
    pipe.set_progress_bar_config(disable=True)
    drawn = pipe(
        latents=pipe._pack_latents(noise, 1, 16, SIDE // 8, width // 8),
        num_inference_steps=STEPS,
        width=width,
        height=SIDE,
        **words,
    ).images[0]
    return np.asarray(drawn).astype(int)


SCENE = BodyScene(
    body=BodyParameters(shape={"age": 0.7, "gender": 0.9}),
    pose=Pose(),
    camera=CameraSpec(),
    look=Appearance(finish="coloured"),
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

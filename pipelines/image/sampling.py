"""The steps of one picture: their noise, what is told after each, and what a family's call is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PIL import Image

from pipelines.image.latents import undo_step
from pipelines.image.spec import EngineInputs
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch

READING, LOOKING, DRAWING, FINISHING = (
    "Reading the words",
    "Looking at the pictures",
    "Drawing",
    "Finishing",
)
DRAWING_ELSEWHERE = "Drawing in ComfyUI"  # by a program that tells of its steps
DRAWING_LARGER, DRAWING_FACE = "Larger pass", "Face pass"


class Tell(Protocol):
    """Says where the run is; may raise what ends it."""

    def __call__(self, stage: str, step: int, preview: bytes | None = None) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One picture on its way: what the family's call needs."""

    request: GenerationRequest
    inputs: EngineInputs
    words: Mapping[str, Any]  # the encoded prompt, as the pipeline's keyword arguments
    latents: torch.Tensor  # to begin with, as the pipeline takes them
    sigmas: list[float]  # of the steps to be done, before the schedule shifts them
    on_step_end: Callable[..., dict[str, Any]]


def all_sigmas(steps: int) -> list[float]:
    """Noise before each step of a whole run, evenly from 1 to 1 / steps: the default of every family here."""
    return [1 - step / steps for step in range(steps)]


def first_sigma(scheduler: Any, sigmas: list[float], shift: float) -> float:
    """How much noise the schedule has at the first of these steps; a schedule of a fixed shift ignores this one."""
    own = type(scheduler).from_config(scheduler.config)  # the pipeline's keeps its state
    own.set_timesteps(sigmas=sigmas, mu=shift)
    return float(own.sigmas[0])


def watch_steps(
    latents: torch.Tensor,
    draw_preview: Callable[[torch.Tensor], bytes],
    tell: Callable[[int, bytes], None],
    hold: Callable[[torch.Tensor, float], torch.Tensor] | None = None,
) -> Callable[..., dict[str, Any]]:
    """What a pipeline calls after each step: shows the picture it has in mind, and lets the run be ended.

    `latents`: those of the beginning; `tell` gets the steps that this run has done, and the small picture;
    `hold` puts back what stays as it is, with so much noise.
    """
    before = latents

    def on_step_end(pipe: Any, step: int, timestep: Any, given: dict[str, Any]) -> dict[str, Any]:
        nonlocal before
        after = given["latents"].float().cpu()
        sigma, next_sigma = (float(pipe.scheduler.sigmas[place]) for place in (step, step + 1))
        finished = undo_step(before, after, sigma, next_sigma)
        if hold is not None:
            after = hold(after, next_sigma)
            given = {**given, "latents": after.to(given["latents"])}
        before = after
        tell(step + 1, draw_preview(finished))
        return given

    return on_step_end


def cell_px(vae: Any) -> int:
    """Pixels a side that one of the autoencoder's latents stands for."""
    widths = vae.config.get("block_out_channels") or vae.config["dim_mult"]
    return int(2 ** (len(widths) - 1))


def start_picture(inputs: EngineInputs) -> Image.Image | None:
    """The picture to start from: the person's own, else the draft."""
    own = [picture for reference, picture in inputs.references if reference.role == "init"]
    return own[0] if own else inputs.draft


def gate_forward(
    network: Any, narrow: Callable[[Mapping[str, Any]], Mapping[str, Any] | None], idle_answer: Any
) -> None:
    """Skip a network's work where it would count for nothing.

    `narrow` leaves of the named arguments what counts; where it leaves nothing (None), `idle_answer` is answered at
    once. A second gate takes the place of the first.
    """
    forward = type(network).forward.__get__(network)

    def gated(*given: Any, **named: Any) -> Any:
        counting = narrow(named)
        return idle_answer if counting is None else forward(*given, **counting)

    network.forward = gated

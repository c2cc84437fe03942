"""Latents: noise that a seed always means, the draft as a start, and a small picture of an unfinished one."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from pipelines.devices import CPU
from pipelines.image.tiers import TILE_PX, TILED_ABOVE_PX

if TYPE_CHECKING:
    import torch

CHART_CELLS = 32  # the colour chart's cells a side: 1,024 samples for at most 33 unknowns
CHART_SEED = 7
RIDGE = 1e-3  # keeps the fit sane where channels say the same
PREVIEW_SIDE_PX = 192
PREVIEW_QUALITY = 70  # WEBP


def make_noise(seed: int, shape: tuple[int, ...]) -> torch.Tensor:
    """Normal noise, float32, drawn on the processor: a seed means the same in every pipeline and on every card."""
    import torch

    return torch.randn(shape, generator=torch.Generator(CPU).manual_seed(seed))


def encode_by_mode(vae: Any) -> None:
    """Let an autoencoder encode a picture to the middle of what it thinks, wherever it is asked for a sample.

    The library's FLUX.1 pipeline samples a control map's latents with the picture's own generator: the noise in the
    map would be the noise that the picture begins with.
    """
    encode = type(vae).encode.__get__(vae)

    def encode_to_mode(*given: Any, **named: Any) -> Any:
        encoded = encode(*given, **named)
        encoded.latent_dist.sample = lambda generator=None: encoded.latent_dist.mode()
        return encoded

    vae.encode = encode_to_mode


def set_tiles(vae: Any, width: int, height: int) -> None:
    """Let the autoencoder work in tiles where the picture is large, and only there: the same on every machine."""
    vae.use_tiling = width * height > TILED_ABOVE_PX
    if hasattr(vae, "tile_sample_stride_height"):  # the kind that knows of frames: twice the memory
        vae.use_tiling = width * height > TILE_PX**2
        vae.tile_sample_min_height = vae.tile_sample_min_width = TILE_PX
        vae.tile_sample_stride_height = vae.tile_sample_stride_width = TILE_PX * 3 // 4  # as it is by itself
        return
    vae.tile_sample_min_size = TILE_PX
    vae.tile_latent_min_size = TILE_PX // 2 ** (len(vae.config.block_out_channels) - 1)


def start_step(steps: int, strength: float) -> int:
    """The step at which a run begins that changes its start picture by `strength` (0..1): at least one is left.

    The rule of diffusers' image-to-image pipelines (get_timesteps).
    """
    return min(int(max(steps - steps * strength, 0)), steps - 1)


def mix_start(picture: torch.Tensor, noise: torch.Tensor, sigma: float) -> torch.Tensor:
    """A picture's latents with as much noise as the schedule has at `sigma` (rectified flow: x = (1-s)·x0 + s·n)."""
    return (1 - sigma) * picture + sigma * noise


def undo_step(
    before: torch.Tensor, after: torch.Tensor, sigma_before: float, sigma_after: float
) -> torch.Tensor:
    """The finished latents that the model had in mind at an Euler step: x0 = x - s·v, with v from the step itself."""
    velocity = (after - before) / (sigma_after - sigma_before)
    return after - sigma_after * velocity


class Preview:
    """A linear map from latents to colours, fitted to the autoencoder that is loaded.

    The usual tables of such factors are least-squares fits on photos, one table for each published autoencoder.
    Here the fit is made when the weights are opened: the encoder is shown a chart of random smooth colours, and the
    map from each cell's latent to its mean colour is solved by ridge regression. So it fits any autoencoder, and
    costs one encoding of 256 x 256 pixels.
    """

    def __init__(self, encode: Callable[[torch.Tensor], torch.Tensor], cell_px: int) -> None:
        """`encode`: (1, 3, H, W) in -1..1 to latents (1, C, H / cell_px, W / cell_px)."""
        import torch

        chart = _make_chart()
        pixels = torch.from_numpy(chart).repeat_interleave(cell_px, 1).repeat_interleave(cell_px, 2)[None]
        latents = encode(pixels * 2 - 1)[0].float().cpu().flatten(1).T.numpy().astype(np.float64)
        self._mean, self._spread = latents.mean(0), latents.std(0) + 1e-9
        samples = (latents - self._mean) / self._spread
        samples = np.concatenate([samples, np.ones((len(samples), 1))], axis=1)
        colors = chart.reshape(3, -1).T
        ridge = RIDGE * len(samples) * np.eye(samples.shape[1])
        self._factors = np.linalg.solve(samples.T @ samples + ridge, samples.T @ colors)

    def colors(self, latents: torch.Tensor) -> np.ndarray:
        """(C, H, W) latents as colours (H, W, 3), 0..1."""
        channels, height, width = latents.shape
        flat = latents.float().cpu().numpy().reshape(channels, -1).T
        flat = (flat - self._mean) / self._spread
        colors = flat @ self._factors[:-1] + self._factors[-1]
        return np.clip(np.nan_to_num(colors), 0, 1).reshape(height, width, 3)

    def draw(self, latents: torch.Tensor) -> bytes:
        """(C, H, W) latents as a small WEBP."""
        pixels = np.round(self.colors(latents) * 255).astype(np.uint8)
        picture = Image.fromarray(pixels)
        scale = PREVIEW_SIDE_PX / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        out = io.BytesIO()
        picture.resize(size, Image.Resampling.BICUBIC).save(out, "WEBP", quality=PREVIEW_QUALITY, method=0)
        return out.getvalue()


def _make_chart() -> np.ndarray:
    """Colours (3, cells, cells) float32, 0..1: smooth fields of several sizes, so that neighbours are alike."""
    chance = np.random.default_rng(CHART_SEED)
    chart = np.zeros((3, CHART_CELLS, CHART_CELLS))
    for cells in (4, 8, 16):
        field = chance.random((3, cells, cells))
        chart += np.kron(field, np.ones((CHART_CELLS // cells, CHART_CELLS // cells)))
    chart -= chart.min()
    return (chart / chart.max()).astype(np.float32)

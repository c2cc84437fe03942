"""Repeatable value noise: the same numbers on every machine, from integer hashes instead of a generator."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

STRIP_SIZE = 4096  # samples of the one-dimensional noise before it repeats
BLOCK_SIZE = 24  # samples a side of the three-dimensional noise before it repeats

# A turn by which noise is sampled, so that its lattice never lines up with the body's axes.
TILTED = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0.0], [0.48, 0.64, 0.6]], np.float32)


def bell_numbers(count: int, seed: int) -> np.ndarray:
    """Bell-shaped numbers with mean 0 and deviation 1 by splitmix64 (Steele et al. 2014): four sums of uniforms."""
    keys = np.arange(count * 4, dtype=np.uint64) + np.uint64(seed << 32)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    keys = keys ^ (keys >> np.uint64(31))
    uniform = (keys >> np.uint64(40)).astype(np.float64) / 2**24
    bell = uniform.reshape(count, 4).sum(1) - 2
    return ((bell - bell.mean()) / bell.std()).astype(np.float32)


@lru_cache(1)
def _strip() -> np.ndarray:
    raw = bell_numbers(STRIP_SIZE, 3)
    soft = 0.25 * np.roll(raw, 1) + 0.5 * raw + 0.25 * np.roll(raw, -1)
    return (soft / soft.std()).astype(np.float32)


@lru_cache(1)
def _block() -> np.ndarray:
    return bell_numbers(BLOCK_SIZE**3, 5).reshape(BLOCK_SIZE, BLOCK_SIZE, BLOCK_SIZE)


def strand_noise(position: np.ndarray) -> np.ndarray:
    """Noise along one coordinate, one feature per unit, mean 0 and deviation about 1."""
    strip = _strip()
    base = np.floor(position)
    share = (position - base).astype(np.float32)
    low = base.astype(np.int64) % STRIP_SIZE
    return strip[low] * (1 - share) + strip[(low + 1) % STRIP_SIZE] * share


def solid_noise(points: np.ndarray, scale_m: float) -> np.ndarray:
    """Noise in space at points (N, 3) metres with features of that size, mean 0, deviation about 0.6."""
    from scipy import ndimage

    places = (points @ (TILTED * np.float32(1 / scale_m))).T
    base = np.floor(places)
    share = places - base
    places = (base + share * share * (3 - 2 * share)) % BLOCK_SIZE  # eased: no lattice shows in the relief
    return ndimage.map_coordinates(_block(), places, order=1, mode="grid-wrap", output=np.float32)

"""What this machine can compute on: the device, its number format, its free memory; the only file that names kinds."""

from __future__ import annotations

import ctypes
import gc
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import EngineUnavailable

BYTES_PER_GB = 1_000_000_000
CPU = "cpu"
NO_BF16 = (
    "This card has no bfloat16 of its own (cards since Nvidia's Ampere have): models run in float16, for which they "
    "were not made. Where a picture comes out black or broken, use another model or card."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A place to compute. `kind` is torch's word; memory in GB (10^9 bytes), of which an accelerator's own counts."""

    kind: str
    name: str
    dtype: str  # the name of the torch number format in which weights are kept there
    total_gb: float = 0.0
    free_gb: float = 0.0
    remark: str = ""  # what a person should know of it before they draw on it

    @property
    def is_gpu(self) -> bool:
        """Whether this is an accelerator."""
        return self.kind != CPU


PROCESSOR = Device(kind=CPU, name="this processor", dtype="float32")


def may_have_gpu() -> bool:
    """Whether a driver of an accelerator is there at all: asked before torch is imported, which takes seconds."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    driver = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(driver)
    except OSError:
        return Path("/dev/kfd").exists()  # AMD's driver on Linux
    return True


def find_device() -> Device:
    """The accelerator that torch finds, with the memory that is free on it now; else the processor."""
    if not may_have_gpu():
        return PROCESSOR
    import torch

    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        own_bf16 = torch.cuda.is_bf16_supported(including_emulation=False)  # emulated it is many times slower
        kept = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()  # held by torch, free for us
        return Device(
            kind="cuda",
            name=torch.cuda.get_device_name(),
            dtype="bfloat16" if own_bf16 else "float16",
            remark="" if own_bf16 else NO_BF16,
            total_gb=total / BYTES_PER_GB,
            free_gb=(free + kept) / BYTES_PER_GB,
        )
    if torch.backends.mps.is_available():
        total = torch.mps.recommended_max_memory()
        free = total - torch.mps.driver_allocated_memory()
        return Device(
            kind="mps",
            name="this Apple GPU",
            dtype="bfloat16",
            total_gb=total / BYTES_PER_GB,
            free_gb=free / BYTES_PER_GB,
        )
    return PROCESSOR


def choose_kind(wanted: str) -> str:
    """torch's word for where to compute: `wanted`, or what is found for "auto". Raises EngineUnavailable."""
    if wanted == "auto":
        return find_device().kind
    import torch

    there = {CPU: True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(wanted):
        raise EngineUnavailable(f"There is no “{wanted}” on this machine. Set STUDIO_DEVICE to auto or cpu.")
    return wanted


def card_remark() -> str:
    """What a person should know of the accelerator; "" for nothing, without one, or without torch."""
    try:
        return find_device().remark
    except ImportError:
        return ""


def free_ram_gb() -> float | None:
    """Main memory that programs can still have, in GB; None where nobody can say (no psutil)."""
    try:
        import psutil
    except ImportError:
        return None
    return psutil.virtual_memory().available / BYTES_PER_GB


def free_gpu_gb() -> float:
    """Free memory of the accelerator in GB; 0 where there is none, or no torch."""
    try:
        return find_device().free_gb
    except ImportError:
        return 0.0


def free_memory(*, cycles: bool = False) -> None:
    """Hand the memory that nobody holds back to the accelerator; `cycles`: look for what only holds itself first,
    as networks with hooks do (a third of a second)."""
    import torch

    if cycles:
        gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the accelerator's memory did not suffice."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "out of memory" in str(error).lower()
    )


def torch_dtype(device: Device) -> Any:
    """torch's object for a device's number format."""
    import torch

    return getattr(torch, device.dtype)


def peak_gb() -> float:
    """The most memory that torch held on the accelerator since `forget_peak`, in GB; 0 without one."""
    import torch

    return torch.cuda.max_memory_allocated() / BYTES_PER_GB if torch.cuda.is_available() else 0.0


def forget_peak() -> None:
    """Start counting the peak anew."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()

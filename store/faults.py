"""Named places where the power could go. Nothing happens at them unless a test installs a hook."""

from __future__ import annotations

from collections.abc import Callable

FAULT_POINTS: tuple[str, ...] = (
    "submit.reserved",
    "submit.mid",
    "submit.before_commit",
    "submit.after_commit",
    "put.mid_write",
    "put.before_fsync",
    "put.before_rename",
    "put.before_folder_sync",
    "put.after",
    "claim.before_commit",
    "claim.after_commit",
    "finish.begin",
    "finish.mid",
    "finish.settled",
    "finish.before_commit",
    "finish.after_commit",
    "gc.before_unlink",
    "gc.after_unlink",
)

FaultHook = Callable[[str], None]

_hook: FaultHook | None = None


def install_fault_hook(hook: FaultHook | None) -> None:
    """Call `hook` with the name of every fault point that is passed; None takes it away again."""
    global _hook
    _hook = hook


def fault_point(name: str) -> None:
    """A place where a process may be killed; a no-op without a hook."""
    if _hook is not None:
        _hook(name)

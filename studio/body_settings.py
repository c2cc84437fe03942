"""The settings of how photos become bodies, and what an extractor is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.setting import Setting

if TYPE_CHECKING:
    from pipelines.body.extractor import ExtractorSetup
    from studio.settings import Settings

BODY_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="device",
        default="auto",
        choices=("auto", "cpu", "cuda", "mps"),
        help="Where an extractor of bodies runs its network, as HMR2: auto, cpu, cuda or mps.",
    ),
    Setting(
        name="smpl_folder",
        default="",
        help="A folder with your own files for HMR2: `hmr2.ckpt` and `SMPL_NEUTRAL.npz` or `.pkl`; empty: none. What "
        "the studio makes of them lies in `converted` beside them.",
    ),
    Setting(
        name="person_threshold",
        default=0.5,
        least=0,
        most=1,
        help="How sure it has to be that a person is there, 0 to 1, before HMR2 looks at them.",
    ),
)


def extractor_setup(settings: Settings) -> ExtractorSetup:
    """What an extractor is opened with."""
    from pipelines.body.extractor import ExtractorSetup

    return ExtractorSetup(
        device=settings.device,
        smpl_folder=Path(settings.smpl_folder).expanduser() if settings.smpl_folder else None,
        person_threshold=settings.person_threshold,
    )

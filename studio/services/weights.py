"""Weights: what lies on this machine of image models; the same for everybody here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.errors import DraftUnavailable
from studio.services.loras import keep_lora
from studio.services.service import Service
from studio.vocabulary.model import WeightsFinding
from studio.weights import list_loras, open_weights

RELEASE_TIMEOUT_S = 20.0


class Weights(Service):
    """The weights and the LoRA files of this studio."""

    def accept_licence(self, name: str) -> None:
        """Record once that the person accepts a preset's licence. Raises UnknownName."""
        open_weights(self._settings).accept_licence(self._presets.find(name))

    def remove(self, name: str) -> int:
        """Delete a preset's downloads, save what another one that is ready needs too; the bytes freed.

        Raises UnknownName.
        """
        preset = self._presets.find(name)
        return open_weights(self._settings).remove(preset, among=tuple(self._presets.values()))

    def examine(self) -> Sequence[WeightsFinding]:
        """Read every downloaded byte again and compare."""
        return [
            WeightsFinding(subject=finding.subject, advice=finding.advice)
            for finding in open_weights(self._settings).doctor()
        ]

    def list_loras(self) -> Sequence[str]:
        """The LoRA files in the data folder, by name."""
        return list_loras(self._settings)

    def add_lora(self, file: Path) -> str:
        """Copy a LoRA file of this machine into the data folder; its name. Raises LoraRefused (nothing is kept)."""
        return keep_lora(self._settings, file)

    def release_gpu(self) -> bool:
        """Free what image models hold; False while a picture is being made. Raises DraftUnavailable."""
        if self._channel is None:
            raise DraftUnavailable
        answer = self._channel.call("release", timeout=RELEASE_TIMEOUT_S)
        return answer is not None and bool(answer.values["released"])

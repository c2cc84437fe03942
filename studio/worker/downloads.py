"""Downloads the weights of a preset."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pipelines.image.presets import PresetShelf
from pipelines.weights.manager import WeightsManager
from studio.worker.jobs import JobContext

log = logging.getLogger(__name__)


def download_weights(
    context: JobContext, weights: WeightsManager, presets: PresetShelf
) -> Mapping[str, object]:
    """Bring what is missing of a preset's weights; what is ready stays ready whatever happens."""
    preset = presets.find(str(context.payload["preset"]))
    state = weights.download(preset, context.on_progress)
    log.info("weights of %s are ready: %d bytes", preset.name, state.bytes_on_disk)
    return {"preset": preset.name, "bytes": state.bytes_on_disk}

"""What the browser tests order: small, so that a test waits for the window and not for pictures."""

from __future__ import annotations

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.vocabulary.order import GenerationOrder

ORDER = GenerationOrder(persona=EXAMPLE_PERSONA, views=("front", "back"), width=192, height=256)

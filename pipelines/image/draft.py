"""DraftEngine: draws the scene itself, on one processor core, without weights; and the stage's quick preview."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, ClassVar

from PIL import Image

from pipelines.errors import RequestRefused
from pipelines.image.plan import refuse_size
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.progress import OnProgress, Progress
from pipelines.types import BodyScene, GenerationRequest

if TYPE_CHECKING:
    from pipelines.figure.drawing import Drawing


class DraftEngine:
    """Draws request.scene as a dressed figure. Equal requests give equal pixels."""

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="draft",
        title="Draft on this CPU",
        pose="draws",
        identity="draws",
        redraws=True,
        needs_gpu=False,
        lane="cpu",
        source_type="algorithmicMedia",
    )

    def __init__(self) -> None:
        self._drawing: Drawing | None = None

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Read the free body."""
        if self._drawing is None:
            on_progress(Progress(stage="Opening the free body"))
            from pipelines.figure.drawing import Drawing

            self._drawing = Drawing()

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        """The scene at request.width x request.height; RGBA on the transparent backdrop.

        Raises RequestRefused without a scene or at a size it does not make, UnknownName for a look's unknown key,
        PersonaRefused for a body under 18; Cancelled through on_progress between the stages.
        """
        if request.scene is None:
            raise RequestRefused("The draft engine draws a body in a pose: choose both.")
        refuse_size(self.info, request.width, request.height)
        if self._drawing is None:
            from pipelines.figure.drawing import Drawing

            self._drawing = Drawing()
        return self._drawing.draw(request.scene, request.width, request.height, on_progress=on_progress)

    def unload(self) -> None:
        """Forget what was kept for the next picture."""
        self._drawing = None


@lru_cache(1)
def _preview() -> tuple[Drawing, Lock]:
    from pipelines.figure.drawing import Drawing

    return Drawing(), Lock()


def draw_preview(scene: BodyScene, width: int, height: int) -> Image.Image:
    """The scene for the stage: with fewer directions of light, and what did not change since the last call reused.

    Raises RequestRefused, UnknownName, PersonaRefused as the engine does.
    """
    from pipelines.figure.light import QUICK

    refuse_size(DraftEngine.info, width, height)
    drawing, lock = _preview()
    with lock:
        return drawing.draw(scene, width, height, quality=QUICK)

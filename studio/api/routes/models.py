"""GET /models, POST /models/{name}/download, POST /models/{name}/licence, DELETE /models/{name}; /local-models."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from studio.api.answers import API_PREFIX, BytesFreed, JobRef, LocalModelsOut, ModelList, ModelOut
from studio.api.asker import Mine, require
from studio.api.errors import problems
from studio.studio import Studio
from studio.vocabulary.names import PRESET_PATTERN

PresetName = Annotated[str, Path(pattern=PRESET_PATTERN)]


def model_routes(studio: Studio) -> APIRouter:
    """The routes of image models and their weights."""
    router = APIRouter(tags=["models"])

    @router.get("/models", responses=problems())
    def list_models(mine: Mine) -> ModelList:
        """Every preset: what it supports, what it costs, whether it can run here; and the LoRAs that are kept."""
        items = [ModelOut.of(model) for model in mine.models.list_all()]
        return ModelList(items=items, loras=list(studio.weights.list_loras()))

    @router.post(
        "/models/{name}/download",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(404, 409, 422, 429),
    )
    def order_download(name: PresetName, response: Response, mine: Mine) -> JobRef:
        """Download what is missing of a preset's weights, going on where an earlier download was cut off."""
        job_id = mine.models.download(name)
        response.headers["Location"] = f"{API_PREFIX}/jobs/{job_id}"
        return JobRef(job_id=job_id)

    @router.post("/models/{name}/licence", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404))
    def accept_licence(name: PresetName) -> None:
        """Record once that the licence of a preset, as /models names it, was read and is accepted."""
        studio.weights.accept_licence(name)

    @router.delete("/models/{name}", responses=problems(404, 409))
    def remove_weights(name: PresetName) -> BytesFreed:
        """Delete a preset's downloads, save what another preset needs too."""
        return BytesFreed(bytes_freed=studio.weights.remove(name))

    @router.get("/local-models", responses=problems(422), dependencies=[require("models")])
    def get_local_models() -> LocalModelsOut:
        """Whether what Hugging Face's own tools keep on the studio's computer is used. None of it is read for this."""
        return LocalModelsOut.of(studio.local_hub.state())

    @router.post("/local-models", responses=problems(422))
    def allow_local_models() -> LocalModelsOut:
        """Use the models in the usual folder of Hugging Face's tools, and the token that they saved, from now on."""
        return LocalModelsOut.of(studio.local_hub.allow())

    @router.delete("/local-models", responses=problems(422))
    def disallow_local_models() -> LocalModelsOut:
        """Use them no more; what was in use when the studio was started, from the next start on."""
        return LocalModelsOut.of(studio.local_hub.disallow())

    return router

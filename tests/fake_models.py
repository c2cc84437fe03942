"""FakeModels: what FakeStudio says of image models, LoRAs and recipes, in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.errors import UnknownName
from pipelines.prompt.persona import check_persona
from pipelines.tensor_files.errors import LoraRefused
from pipelines.weights.errors import LicenceNotAccepted
from studio.errors import NoRecipe, NotFound, NothingToDownload
from studio.vocabulary.codec import from_json
from studio.vocabulary.views import AvatarView, GenerationOrder, ModelView, Recipe, WeightsFinding

GB = 1_000_000_000
DRAFT = ModelView(
    name="draft",
    engine="draft",
    title="Draft on this CPU",
    about="Draws the body itself, on any machine, without weights.",
    pose="draws",
    identity="draws",
    controls=(),
    max_references=0,
    takes_loras=False,
    takes_negative_prompt=False,
    starts_from_draft=False,
    second_pass=False,
    face_pass=False,
    sends_data_out=False,
    licence="",
    licence_url="",
    licence_accepted=True,
    gated=False,
    bytes_on_disk=0,
    bytes_to_download=0,
    disk_free=100 * GB,
    tier="",
    memory_needed_gb=0.0,
    expected_seconds=0.4,
    can_run=True,
    is_downloadable=False,
    says="Draws the body itself, on any machine, without weights.",
)
KLEIN = replace(
    DRAFT,
    name="klein-4b",
    engine="flux2-klein",
    title="FLUX.2 klein 4B",
    preferred=True,
    about="Quick and open: keeps the person of a photo and follows the pose as best it can.",
    pose="follow",
    identity="keeps",
    controls=("pose", "depth"),
    max_references=4,
    takes_loras=True,
    licence="Apache-2.0",
    licence_url="https://www.apache.org/licenses/LICENSE-2.0",
    bytes_to_download=16 * GB,
    tier="4bit",
    memory_needed_gb=6.1,
    expected_seconds=None,
    can_run=False,
    is_downloadable=True,
    says="Needs 16.0 GB more, licence Apache-2.0; 100.0 GB are free on the disk. Press Download.",
)
FLUX = replace(
    KLEIN,
    preferred=False,
    name="flux1-dev-union",
    engine="flux1",
    title="FLUX.1 dev, pose lock, realistic",
    pose="lock",
    identity="weak",
    controls=("pose", "depth", "edges"),
    takes_negative_prompt=True,
    starts_from_draft=True,
    second_pass=True,
    face_pass=True,
    licence="FLUX.1 [dev] non-commercial licence",
    licence_url="https://huggingface.co/black-forest-labs/FLUX.1-dev",
    licence_accepted=False,
    gated=True,
    bytes_to_download=40 * GB,
    memory_needed_gb=13.4,
)


class FakeModels:
    """The use cases of image models. A download that has run has brought everything."""

    loras: tuple[str, ...] = ("sketch-3f2a",)
    findings: tuple[WeightsFinding, ...] = ()
    gpu_is_busy = False

    def start_models(self) -> None:
        """Begin with what ships: nothing is here, nothing is accepted."""
        self.models = {model.name: model for model in (DRAFT, KLEIN, FLUX)}

    def list_models(self, owner: str) -> Sequence[ModelView]:
        return tuple(self.models.values())

    def order_download(self, owner: str, name: str) -> str:
        model = self._model(name)
        if not model.is_downloadable and not model.bytes_on_disk:
            raise NothingToDownload(f"{model.title} needs no download.")
        if not model.licence_accepted:
            raise LicenceNotAccepted
        return self._submit("download", f"{model.title}, weights", name, None)

    def accept_licence(self, name: str) -> None:
        self.models[name] = replace(self._model(name), licence_accepted=True)

    def remove_weights(self, name: str) -> int:
        freed = self._model(name).bytes_on_disk
        self._bring(name, is_here=False)
        return freed

    def examine_weights(self) -> Sequence[WeightsFinding]:
        return self.findings

    def list_loras(self) -> Sequence[str]:
        return self.loras

    def add_lora(self, file: Path) -> str:
        if file.suffix != ".safetensors" or not file.is_file():
            raise LoraRefused
        name = f"{file.stem}-{len(file.read_bytes())}"
        self.loras = tuple(sorted({*self.loras, name}))
        return name

    def release_gpu(self) -> bool:
        return not self.gpu_is_busy

    def read_recipe(self, owner: str, data: bytes) -> Recipe:
        """In memory a picture's recipe is its bytes: an order as JSON."""
        try:
            return self.judge_order(owner, from_json(GenerationOrder, json.loads(data)))
        except ValueError:
            raise NoRecipe from None

    def judge_order(self, owner: str, order: GenerationOrder) -> Recipe:
        """Avatars, models and LoRAs are looked for; a prompt counts as the person's own."""
        check_persona(order.persona)
        own = (
            {lora.name for lora in self.presets[order.preset].loras}
            if order.preset in self.presets
            else set()
        )
        missing = [
            *(() if self._has_avatar(owner, order.avatar_id) else ("the avatar",)),
            *(() if order.preset in self.models else (f"the model “{order.preset}”",)),
            *(
                f"the LoRA “{lora.name}”"
                for lora in order.loras or ()
                if lora.name not in own | {*self.loras}
            ),
        ]
        avatar_id = None if "the avatar" in missing else order.avatar_id
        return Recipe(
            order=replace(order, avatar_id=avatar_id),
            missing=tuple(missing),
            is_edited=order.prompt is not None,
        )

    def _has_avatar(self, owner: str, avatar_id: str | None) -> bool:
        try:
            return avatar_id is None or bool(self.get_avatar(owner, avatar_id))
        except NotFound:
            return False

    def get_avatar(self, owner: str, avatar_id: str) -> AvatarView:
        raise NotImplementedError  # FakeStudio's

    def _model(self, name: str) -> ModelView:
        if name not in self.models:
            raise UnknownName(f"There is no preset called “{name}”. Known: {', '.join(self.models)}.")
        return self.models[name]

    def _bring(self, name: str, *, is_here: bool) -> dict[str, Any]:
        """What a download, or a removal, leaves; the result of the job."""
        fresh = {model.name: model for model in (DRAFT, KLEIN, FLUX)}[name]
        size = fresh.bytes_to_download if is_here else 0
        self.models[name] = replace(
            self.models[name],
            bytes_on_disk=size,
            bytes_to_download=fresh.bytes_to_download - size,
            is_downloadable=fresh.is_downloadable and not is_here,
            can_run=is_here or fresh.can_run,
            says="Ready." if is_here else fresh.says,
        )
        return {"preset": name, "bytes": size}

    def _submit(self, kind: str, title: str, make: Any, key: str | None) -> str:
        raise NotImplementedError  # FakeStudio's

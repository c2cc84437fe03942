"""A person's LoRA files: copied by content, checked as the copy, refused when they are anything else."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import UnknownName
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.tensor_files import lora as lora_files
from pipelines.tensor_files.errors import LoraRefused
from pipelines.types import LoraUse
from pipelines.weights.errors import HubOffline, LicenceNotAccepted
from studio import weights
from studio.services import loras
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.pipelines.weights.hub_double import safetensors_bytes

LORA = safetensors_bytes(
    {"transformer.a.lora_A.weight": (4, 8), "transformer.a.lora_B.weight": (8, 4)}, {"base_model": "flux"}
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    settings = read_settings({"data": tmp_path / "data"}, {"STUDIO_DOWNLOADS": "no"})
    opened = open_studio(settings, inline=True)
    yield opened
    opened.close()


def kept(studio: Studio) -> list[str]:
    folder = studio.settings.data / "loras"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_lora_is_kept_once_under_a_name_of_its_content(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "My Köln style (v2).safetensors"
    file.write_bytes(LORA)
    name = studio.weights.add_lora(file)
    assert name.startswith("my-k-ln-style-v2-")
    assert studio.weights.add_lora(file) == name
    assert kept(studio) == [f"{name}.safetensors"]
    assert studio.weights.list_loras() == (name,)
    found = weights.find_lora(studio.settings, name)
    assert found is not None
    assert found.read_bytes() == LORA
    other = tmp_path / "other" / file.name
    other.parent.mkdir()
    other.write_bytes(safetensors_bytes({"b.lora_A.weight": (2, 8), "b.lora_B.weight": (8, 2)}))
    assert studio.weights.add_lora(other) != name
    assert len(studio.weights.list_loras()) == 2


@pytest.mark.parametrize("name", ["…", "..", ".hidden", "CON", "a" * 200])
def test_no_file_name_leads_elsewhere(studio: Studio, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.safetensors"
    file.write_bytes(LORA)
    studio.weights.add_lora(file)
    (only,) = kept(studio)
    assert len(only) < 80
    assert only.replace("-", "").removesuffix(".safetensors").isalnum()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("style.pt", pickle.dumps({"a": 1})),
        ("style.safetensors", pickle.dumps({"a": 1})),
        ("style.safetensors", LORA[:-3]),
        ("style.safetensors", LORA + b"PK\x05\x06"),
        ("style.safetensors", safetensors_bytes({"model.weight": (8, 8)})),
        ("style.safetensors", b""),
        ("style.safetensors", None),
    ],
    ids=["pickle", "pickle renamed", "cut off", "more behind", "a whole model", "empty", "missing"],
)
def test_what_is_no_lora_is_refused_and_leaves_nothing(
    studio: Studio, tmp_path: Path, name: str, data: bytes | None
) -> None:
    file = tmp_path / name
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(LoraRefused) as refused:
        studio.weights.add_lora(file)
    assert kept(studio) == []
    assert str(studio.settings.data) not in refused.value.message


def test_a_file_without_end_is_cut_short(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = replace(lora_files.LORA_LIMITS, file_bytes=5_000_000)
    monkeypatch.setattr(loras, "LORA_LIMITS", limits)
    monkeypatch.setattr(lora_files, "LORA_LIMITS", limits)
    file = tmp_path / "large.safetensors"
    with file.open("wb") as stream:
        stream.truncate(1_000_000_000)
    with pytest.raises(LoraRefused, match="larger than 5 MB"):
        studio.weights.add_lora(file)
    assert kept(studio) == []


def test_an_order_with_an_unknown_lora_is_refused_before_there_is_a_job(studio: Studio) -> None:
    order = GenerationOrder(persona=EXAMPLE_PERSONA, loras=(LoraUse(name="nobody"),))
    with pytest.raises(UnknownName, match="nobody"):
        studio.for_person(YOU).generations.order(order)
    assert list(studio.for_person(YOU).jobs.list_recent()) == []


def test_a_download_that_cannot_be_is_refused_before_there_is_a_job(studio: Studio) -> None:
    with pytest.raises(HubOffline, match="switched off"):
        studio.for_person(YOU).models.download("klein-4b")
    with pytest.raises(LicenceNotAccepted, match="commercial"):
        studio.for_person(YOU).models.download("klein-9b")
    assert list(studio.for_person(YOU).jobs.list_recent()) == []


def test_a_cancelled_download_can_be_ordered_anew(studio: Studio) -> None:
    with studio.resources.store.begin() as transaction:
        job_id, _ = studio.resources.store.jobs.submit(
            transaction, owner=YOU.id, kind="download", title="klein", payload={"preset": "klein-4b"}
        )
    studio.for_person(YOU).jobs.cancel(job_id)
    with pytest.raises(HubOffline):
        studio.for_person(YOU).jobs.retry(job_id)

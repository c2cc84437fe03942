"""The room without a network: what it says of a preset, what it finds, resolves, removes and re-reads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import EngineUnavailable, WeightsMissing
from pipelines.image.spec import Component
from pipelines.types import ignore_progress
from pipelines.weights.places import MANIFEST, key_of
from pipelines.weights.room import WeightsRoom
from pipelines.weights.state import PresetState
from tests.pipelines.weights.hub_double import (
    COMMIT,
    NEEDED,
    WEIGHTS,
    HubDouble,
    drop_after,
    preset,
    safetensors_bytes,
    tiny_repo,
)

MakeRoom = Callable[..., WeightsRoom]
BIG = Component(role="base", repo="some/tiny", size_bytes=16_100_000_000)


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def lay_cache(cache: Path, *, revision: str = "main", links: bool = True) -> Path:
    """A Hub cache as the hub's own tools lay it: blobs by digest, a snapshot of links, a note of the revision."""
    home = cache / "models--some--tiny"
    snapshot = home / "snapshots" / COMMIT
    for number, (name, data) in enumerate(tiny_repo().items()):
        if name not in NEEDED:
            continue
        place = snapshot / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if links:
            blob = lay(home / "blobs", {str(number): data}) / str(number)
            place.symlink_to(os.path.relpath(blob, place.parent))
        else:
            place.write_bytes(data)
    lay(home / "refs", {revision: COMMIT.encode()})
    return snapshot


def test_missing_weights_say_what_they_cost_and_what_to_do(make_room: MakeRoom, hub: HubDouble) -> None:
    room = make_room(free_bytes=lambda path: 120_000_000_000)
    state = room.state(preset(BIG), free_gb=24)
    assert state.says == (
        "Needs a download of 16.1 GB; 120.0 GB are free on the disk. "
        "Press Download, or run “models pull tiny”."
    )
    assert (state.components[0].where, state.bytes_to_download, state.is_ready) == (
        "missing",
        16_100_000_000,
        False,
    )
    with pytest.raises(WeightsMissing, match=r"16\.1 GB.*Download the weights on the page “Models”"):
        room.resolve(preset(BIG))
    assert hub.asked == []


@pytest.mark.parametrize(
    ("facts", "component", "words"),
    [
        ({"free_bytes": lambda path: 5_000_000_000}, BIG, "not enough: free some first"),
        ({"offline": True}, BIG, "switched off"),
        ({}, replace(BIG, gated=True), "set your token"),
        ({}, replace(BIG, may_ask_token=True), "may ask for a token: if the download is refused, set yours"),
        ({}, replace(BIG, size_estimated=True), "a download of about 16.1 GB"),
        ({}, replace(BIG, size_bytes=0), "whose size the hub will say"),
        ({}, replace(BIG, folder=Path("/no/such/place")), "There is no folder /no/such/place"),
    ],
)
def test_every_hindrance_is_said(
    make_room: MakeRoom, facts: dict[str, object], component: Component, words: str
) -> None:
    state = make_room(**facts).state(preset(component))
    assert words in state.says
    assert not state.is_ready


def test_a_status_makes_no_folder_and_opens_no_connection(tmp_path: Path) -> None:
    code = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise SystemExit('connected')\n"
        "socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from pipelines.weights.room import WeightsRoom\n"
        "from pipelines.image.spec import Component, EnginePreset\n"
        "room = WeightsRoom(Path(sys.argv[1]))\n"
        "p = EnginePreset(name='a', engine='b', title='c', components=(Component(role='base', repo='a/b'),))\n"
        "room.state(p); room.doctor()\n"
        "heavy = {'torch', 'httpx', 'huggingface_hub', 'diffusers', 'safetensors'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "new")],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
    assert not (tmp_path / "new").exists()


def test_the_tier_is_the_first_that_fits(make_room: MakeRoom) -> None:
    asked = preset(memory_gb={"4bit": 8.0, "bf16": 17.0, "offload": 11.0})
    room = make_room()

    def tier(free_gb: float) -> tuple[str, float]:
        state: PresetState = room.state(asked, free_gb=free_gb)
        return state.tier, state.memory_needed_gb

    assert [tier(gb) for gb in (24, 12, 8, 6)] == [("bf16", 17), ("offload", 11), ("4bit", 8), ("", 8)]
    assert "It needs 8 GB of free GPU memory; 6 GB are free." in room.state(asked, free_gb=6).says


def test_resolve_fills_in_the_tier_and_refuses_where_none_fits(room: WeightsRoom) -> None:
    asked = preset(memory_gb={"bf16": 17.0, "4bit": 8.0})
    room.download(asked, ignore_progress)
    assert room.resolve(asked, free_gb=9).tier == "4bit"
    assert room.resolve(asked).tier == ""
    assert room.resolve(replace(asked, tier="bf16"), free_gb=9).tier == "bf16"  # the person's own choice
    with pytest.raises(EngineUnavailable, match="needs 8 GB"):
        room.resolve(asked, free_gb=2)


def test_a_preset_without_weights_is_ready(room: WeightsRoom) -> None:
    bare = replace(preset(), components=())
    assert room.state(bare).is_ready
    assert room.resolve(bare).components == ()


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("revision", ["", "main", "v2", COMMIT])
def test_a_hub_cache_is_used_as_it_is(
    hub: HubDouble, make_room: MakeRoom, tmp_path: Path, links: bool, revision: str
) -> None:
    snapshot = lay_cache(tmp_path / "cache", revision="v2" if revision == "v2" else "main", links=links)
    before = sorted((tmp_path / "cache").rglob("*"))
    room = make_room(hub_cache=tmp_path / "cache")
    asked = preset(Component(role="base", repo="some/tiny", revision=revision))
    assert room.resolve(asked).components[0].folder == snapshot
    assert room.state(asked).components[0].where == "hub-cache"
    room.download(asked, ignore_progress)
    room.remove(asked)
    assert hub.asked == []
    assert sorted((tmp_path / "cache").rglob("*")) == before


def test_a_hub_cache_that_lacks_something_is_not_used(make_room: MakeRoom, tmp_path: Path) -> None:
    snapshot = lay_cache(tmp_path / "cache")
    room = make_room(hub_cache=tmp_path / "cache")
    outside = lay(tmp_path, {"outside.safetensors": b"x"}) / "outside.safetensors"
    (snapshot / WEIGHTS).unlink()
    assert not room.state(preset()).is_ready
    (snapshot / WEIGHTS).symlink_to(outside)
    assert not room.state(preset()).is_ready
    (snapshot / WEIGHTS).unlink()
    (snapshot / WEIGHTS).symlink_to(tmp_path / "nowhere")
    assert not room.state(preset()).is_ready


def test_a_hub_cache_of_another_revision_than_the_pinned_one_is_not_used(
    hub: HubDouble, make_room: MakeRoom, tmp_path: Path
) -> None:
    hub.commits["some/tiny"] = "d" * 40
    make_room().download(preset(), ignore_progress)
    make_room().remove(preset())
    lay_cache(tmp_path / "cache")
    assert not make_room(hub_cache=tmp_path / "cache").state(preset()).is_ready


def test_a_folder_of_ones_own_works_like_a_download(
    hub: HubDouble, room: WeightsRoom, tmp_path: Path
) -> None:
    folder = lay(tmp_path / "mine", tiny_repo())
    asked = preset(Component(role="base", repo="", folder=folder))
    assert room.resolve(asked).components[0].folder == folder
    assert room.state(asked).says == "Ready, in folders of this machine."
    room.remove(asked)
    assert folder.exists()
    assert hub.asked == []


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        (WEIGHTS, "no safetensors file"),
        ("vae", "lacks its part “vae”"),
        ("tokenizer", "lacks its part “tokenizer”"),
    ],
)
def test_a_folder_of_ones_own_that_lacks_something_says_what(
    room: WeightsRoom, tmp_path: Path, lost: str, words: str
) -> None:
    folder = lay(tmp_path / "mine", {k: v for k, v in tiny_repo().items() if "fp16" not in k})
    shutil.rmtree(folder / lost) if (folder / lost).is_dir() else (folder / lost).unlink()
    asked = preset(Component(role="base", repo="", folder=folder))
    assert words in room.state(asked).says
    with pytest.raises(WeightsMissing, match=words):
        room.download(asked, ignore_progress)


def test_every_shard_must_be_there(room: WeightsRoom, tmp_path: Path) -> None:
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    files = {
        "model.safetensors.index.json": json.dumps(index).encode(),
        "model-00001-of-00002.safetensors": b"x",
    }
    folder = lay(tmp_path / "mine", files)
    asked = preset(Component(role="controlnet", repo="", folder=folder))
    assert "lacks “model-00002-of-00002.safetensors”" in room.state(asked).says
    lay(folder, {"model-00002-of-00002.safetensors": b"x"})
    assert room.state(asked).is_ready


def test_removing_keeps_what_another_preset_needs(hub: HubDouble, room: WeightsRoom) -> None:
    hub.repos["some/control"] = {
        "config.json": b"{}",
        "diffusion_pytorch_model.safetensors": safetensors_bytes({"a": (2, 2)}),
    }
    base, control = (
        Component(role="base", repo="some/tiny"),
        Component(role="controlnet", repo="some/control"),
    )
    plain, locked = preset(base, name="plain"), preset(base, control, name="locked")
    room.download(locked, ignore_progress)
    assert room.state(plain).is_ready
    freed = room.remove(locked, among=(plain, locked))
    assert 0 < freed < 2000
    assert room.state(plain).is_ready
    assert room.state(locked).components[1].where == "missing"
    room.download(locked, ignore_progress)
    assert room.remove(locked, role="base") > 50_000
    assert [component.where for component in room.state(locked).components] == ["missing", "ready"]


def test_removing_a_link_leaves_what_it_points_to(room: WeightsRoom, tmp_path: Path) -> None:
    ready = tmp_path / "weights" / "ready"
    ready.mkdir(parents=True)
    elsewhere = lay(tmp_path / "elsewhere", {"mine.txt": b"mine"})
    (ready / key_of(preset().components[0])).symlink_to(elsewhere, target_is_directory=True)
    assert not room.state(preset()).is_ready
    room.remove(preset())
    assert (elsewhere / "mine.txt").read_bytes() == b"mine"
    room.download(preset(), ignore_progress)
    assert room.state(preset()).is_ready


def test_a_file_that_shrinks_or_goes_is_noticed_at_once_and_fetched_again(
    hub: HubDouble, room: WeightsRoom
) -> None:
    room.download(preset(), ignore_progress)
    folder = room.resolve(preset()).components[0].folder
    assert folder is not None
    (folder / WEIGHTS).write_bytes(b"cut")
    assert not room.state(preset()).is_ready
    room.download(preset(), ignore_progress)
    assert room.doctor() == []


def test_the_doctor_finds_what_sizes_do_not_show(hub: HubDouble, room: WeightsRoom, tmp_path: Path) -> None:
    room.download(preset(), ignore_progress)
    folder = room.resolve(preset()).components[0].folder
    assert folder is not None
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    (folder / "vae" / "config.json").unlink()
    (folder / "stray.py").write_text("import os")
    hub.always[WEIGHTS] = drop_after(10)
    kinds = {finding.subject.split("/", 2)[2]: finding.kind for finding in room.doctor()}
    assert kinds == {WEIGHTS: "wrong-bytes", "vae/config.json": "missing-file", "stray.py": "stray-file"}
    assert room.doctor()[0].sentence.endswith(" Remove it and download it again.")
    (folder / MANIFEST).write_text("{")
    assert [finding.kind for finding in room.doctor()] == ["damaged-record"]
    room.remove(preset())
    assert room.doctor() == []


def test_the_doctor_compares_with_the_pin(room: WeightsRoom) -> None:
    room.download(preset(), ignore_progress)
    folder = room.resolve(preset()).components[0].folder
    assert folder is not None
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / "vae" / "config.json").write_bytes(b'{"a": 2}')
    for row in manifest["files"]:
        if row["path"] == "vae/config.json":
            row["git_sha1"] = "0" * 40
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert {finding.kind for finding in room.doctor()} == {"unpinned", "wrong-bytes"}


@pytest.mark.parametrize("words", ["{", "[]", '{"format": 1}', '{"format": 9, "files": []}', "[" * 50_000])
def test_damaged_records_never_break_a_status(room: WeightsRoom, tmp_path: Path, words: str) -> None:
    pins = tmp_path / "weights" / "pins"
    lay(pins, {f"{key_of(preset().components[0])}.json": words.encode()})
    lay(tmp_path / "weights", {"licences.json": words.encode()})
    closed = preset(non_commercial=True, licence="NC")
    state = room.state(closed)
    assert not state.is_ready
    assert not state.licence_accepted
    assert "damaged" in state.says
    room.accept_licence(closed)
    assert room.licence_accepted(closed)

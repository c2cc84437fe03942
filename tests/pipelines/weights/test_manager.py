"""The weights manager without a network: what it says of a preset, what it finds, resolves, removes and re-reads."""

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
from pipelines.progress import ignore_progress
from pipelines.weights.folder import MANIFEST, key_of
from pipelines.weights.manager import WeightsManager
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

MakeManager = Callable[..., WeightsManager]
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


def test_missing_weights_say_what_they_cost_and_what_to_do(make_manager: MakeManager, hub: HubDouble) -> None:
    manager = make_manager(free_bytes=lambda path: 120_000_000_000)
    state = manager.state(preset(BIG), free_gb=24)
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
        manager.resolve(preset(BIG))
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
    make_manager: MakeManager, facts: dict[str, object], component: Component, words: str
) -> None:
    state = make_manager(**facts).state(preset(component))
    assert words in state.says
    assert not state.is_ready


def test_a_status_makes_no_folder_and_opens_no_connection(tmp_path: Path) -> None:
    code = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise SystemExit('connected')\n"
        "socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from pipelines.weights.manager import WeightsManager\n"
        "from pipelines.image.spec import Component, EnginePreset\n"
        "manager = WeightsManager(Path(sys.argv[1]))\n"
        "p = EnginePreset(name='a', engine='b', title='c', components=(Component(role='base', repo='a/b'),))\n"
        "manager.state(p); manager.doctor()\n"
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


def test_the_tier_is_the_first_that_fits(make_manager: MakeManager) -> None:
    asked = preset(memory_gb={"4bit": 8.0, "bf16": 17.0, "offload": 11.0})
    manager = make_manager()

    def tier(free_gb: float) -> tuple[str, float]:
        state: PresetState = manager.state(asked, free_gb=free_gb)
        return state.tier, state.memory_needed_gb

    assert [tier(gb) for gb in (24, 12, 8, 6)] == [("bf16", 17), ("offload", 11), ("4bit", 8), ("", 8)]
    assert "It needs 8 GB of free GPU memory; 6 GB are free." in manager.state(asked, free_gb=6).says


def test_resolve_fills_in_the_tier_and_refuses_where_none_fits(manager: WeightsManager) -> None:
    asked = preset(memory_gb={"bf16": 17.0, "4bit": 8.0})
    manager.download(asked, ignore_progress)
    assert manager.resolve(asked, free_gb=9).tier == "4bit"
    assert manager.resolve(asked).tier == ""
    assert manager.resolve(replace(asked, tier="bf16"), free_gb=9).tier == "bf16"  # the person's own choice
    with pytest.raises(EngineUnavailable, match="needs 8 GB"):
        manager.resolve(asked, free_gb=2)


def test_a_preset_without_weights_is_ready(manager: WeightsManager) -> None:
    bare = replace(preset(), components=())
    assert manager.state(bare).is_ready
    assert manager.resolve(bare).components == ()


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("revision", ["", "main", "v2", COMMIT])
def test_a_hub_cache_is_used_as_it_is(
    hub: HubDouble, make_manager: MakeManager, tmp_path: Path, links: bool, revision: str
) -> None:
    snapshot = lay_cache(tmp_path / "cache", revision="v2" if revision == "v2" else "main", links=links)
    before = sorted((tmp_path / "cache").rglob("*"))
    manager = make_manager(hub_cache=tmp_path / "cache")
    asked = preset(Component(role="base", repo="some/tiny", revision=revision))
    assert manager.resolve(asked).components[0].folder == snapshot
    assert manager.state(asked).components[0].where == "hub-cache"
    manager.download(asked, ignore_progress)
    manager.remove(asked)
    assert hub.asked == []
    assert sorted((tmp_path / "cache").rglob("*")) == before


def test_a_hub_cache_one_folder_too_high_is_found(make_manager: MakeManager, tmp_path: Path) -> None:
    snapshot = lay_cache(tmp_path / "home" / "hub")
    manager = make_manager(hub_cache=tmp_path / "home")
    assert manager.resolve(preset()).components[0].folder == snapshot
    (snapshot / WEIGHTS).unlink()
    assert not manager.state(preset()).is_ready


def test_a_hub_cache_that_lacks_something_is_not_used(make_manager: MakeManager, tmp_path: Path) -> None:
    snapshot = lay_cache(tmp_path / "cache")
    manager = make_manager(hub_cache=tmp_path / "cache")
    outside = lay(tmp_path, {"outside.safetensors": b"x"}) / "outside.safetensors"
    (snapshot / WEIGHTS).unlink()
    assert not manager.state(preset()).is_ready
    (snapshot / WEIGHTS).symlink_to(outside)
    assert not manager.state(preset()).is_ready
    (snapshot / WEIGHTS).unlink()
    (snapshot / WEIGHTS).symlink_to(tmp_path / "nowhere")
    assert not manager.state(preset()).is_ready


@pytest.mark.parametrize(
    ("role", "files", "words"),
    [
        ("base", {"tiny-v1.safetensors": b"x"}, "model_index.json"),
        ("controlnet", {"tiny-v1.safetensors": b"x"}, "config.json"),
        ("controlnet", {"config.json": b"{}", "tiny-v1.safetensors": b"x"}, "diffusion_pytorch_model"),
    ],
)
def test_a_single_file_in_a_cache_is_not_the_repository(
    make_manager: MakeManager, tmp_path: Path, role: str, files: dict[str, bytes], words: str
) -> None:
    home = tmp_path / "cache" / "models--some--tiny"
    folder = lay(home / "snapshots" / COMMIT, files)
    lay(home / "refs", {"main": COMMIT.encode()})
    component = Component(role=role, repo="some/tiny")
    assert not make_manager(hub_cache=tmp_path / "cache").state(preset(component)).is_ready
    own = replace(component, repo="", folder=folder)
    assert words in make_manager().state(preset(own)).says


def test_a_hub_cache_of_another_revision_than_the_pinned_one_is_not_used(
    hub: HubDouble, make_manager: MakeManager, tmp_path: Path
) -> None:
    hub.commits["some/tiny"] = "d" * 40
    make_manager().download(preset(), ignore_progress)
    make_manager().remove(preset())
    lay_cache(tmp_path / "cache")
    assert not make_manager(hub_cache=tmp_path / "cache").state(preset()).is_ready


def test_a_folder_of_ones_own_works_like_a_download(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path
) -> None:
    folder = lay(tmp_path / "mine", tiny_repo())
    asked = preset(Component(role="base", repo="", folder=folder))
    assert manager.resolve(asked).components[0].folder == folder
    assert manager.state(asked).says == "Ready, in folders of this machine."
    manager.remove(asked)
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
    manager: WeightsManager, tmp_path: Path, lost: str, words: str
) -> None:
    folder = lay(tmp_path / "mine", {k: v for k, v in tiny_repo().items() if "fp16" not in k})
    shutil.rmtree(folder / lost) if (folder / lost).is_dir() else (folder / lost).unlink()
    asked = preset(Component(role="base", repo="", folder=folder))
    assert words in manager.state(asked).says
    with pytest.raises(WeightsMissing, match=words):
        manager.download(asked, ignore_progress)


def test_every_shard_must_be_there(manager: WeightsManager, tmp_path: Path) -> None:
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    files = {
        "config.json": b"{}",
        "model.safetensors.index.json": json.dumps(index).encode(),
        "model-00001-of-00002.safetensors": b"x",
    }
    folder = lay(tmp_path / "mine", files)
    asked = preset(Component(role="controlnet", repo="", folder=folder))
    assert "lacks “model-00002-of-00002.safetensors”" in manager.state(asked).says
    lay(folder, {"model-00002-of-00002.safetensors": b"x"})
    assert manager.state(asked).is_ready


def test_removing_keeps_what_another_preset_needs(hub: HubDouble, manager: WeightsManager) -> None:
    hub.repos["some/control"] = {
        "config.json": b"{}",
        "diffusion_pytorch_model.safetensors": safetensors_bytes({"a": (2, 2)}),
    }
    base, control = (
        Component(role="base", repo="some/tiny"),
        Component(role="controlnet", repo="some/control"),
    )
    plain, locked = preset(base, name="plain"), preset(base, control, name="locked")
    manager.download(locked, ignore_progress)
    assert manager.state(plain).is_ready
    freed = manager.remove(locked, among=(plain, locked))
    assert 0 < freed < 2000
    assert manager.state(plain).is_ready
    assert manager.state(locked).components[1].where == "missing"
    assert manager.remove(plain, among=(plain, locked)) > 50_000  # what is not here whole needs nothing
    manager.download(locked, ignore_progress)
    assert manager.remove(locked, role="base") > 50_000
    assert [component.where for component in manager.state(locked).components] == ["missing", "ready"]


def test_a_size_is_the_hubs_own_once_its_listing_was_seen(manager: WeightsManager) -> None:
    stated = preset(replace(BIG, size_estimated=True))
    before = manager.state(stated)
    assert (before.bytes_to_download, before.size_estimated) == (16_100_000_000, True)
    manager.download(stated, ignore_progress)
    here = manager.state(stated).bytes_on_disk
    manager.remove(stated)
    after = manager.state(stated)
    assert here * 0.95 < after.bytes_to_download <= here  # our own note of it lies beside
    assert not after.size_estimated
    assert "about" not in after.says


def test_a_part_of_the_base_is_there_where_the_whole_is(hub: HubDouble, manager: WeightsManager) -> None:
    whole = Component(role="base", repo="some/tiny")
    part = replace(whole, files=("model_index.json", "vae/*"))
    assert not manager.state(preset(part)).is_ready
    manager.download(preset(whole), ignore_progress)
    state = manager.state(preset(part))
    assert state.is_ready
    assert state.components[0].folder == manager.state(preset(whole)).components[0].folder
    assert not manager.state(preset(replace(part, role="controlnet"))).is_ready


def test_removing_a_link_leaves_what_it_points_to(manager: WeightsManager, tmp_path: Path) -> None:
    ready = tmp_path / "weights" / "ready"
    ready.mkdir(parents=True)
    elsewhere = lay(tmp_path / "elsewhere", {"mine.txt": b"mine"})
    (ready / key_of(preset().components[0])).symlink_to(elsewhere, target_is_directory=True)
    assert not manager.state(preset()).is_ready
    manager.remove(preset())
    assert (elsewhere / "mine.txt").read_bytes() == b"mine"
    manager.download(preset(), ignore_progress)
    assert manager.state(preset()).is_ready


def test_a_file_that_shrinks_or_goes_is_noticed_at_once_and_fetched_again(
    hub: HubDouble, manager: WeightsManager
) -> None:
    manager.download(preset(), ignore_progress)
    folder = manager.resolve(preset()).components[0].folder
    assert folder is not None
    (folder / WEIGHTS).write_bytes(b"cut")
    assert not manager.state(preset()).is_ready
    manager.download(preset(), ignore_progress)
    assert manager.doctor() == []


def test_the_doctor_finds_what_sizes_do_not_show(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path
) -> None:
    manager.download(preset(), ignore_progress)
    folder = manager.resolve(preset()).components[0].folder
    assert folder is not None
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    (folder / "vae" / "config.json").unlink()
    (folder / "stray.py").write_text("import os")
    hub.always[WEIGHTS] = drop_after(10)
    kinds = {finding.subject.split("/", 2)[2]: finding.kind for finding in manager.doctor()}
    assert kinds == {WEIGHTS: "wrong-bytes", "vae/config.json": "missing-file", "stray.py": "stray-file"}
    assert manager.doctor()[0].sentence.endswith(" Remove it and download it again.")
    (folder / MANIFEST).write_text("{")
    assert [finding.kind for finding in manager.doctor()] == ["damaged-record"]
    manager.remove(preset())
    assert manager.doctor() == []


def test_the_doctor_compares_with_the_pin(manager: WeightsManager) -> None:
    manager.download(preset(), ignore_progress)
    folder = manager.resolve(preset()).components[0].folder
    assert folder is not None
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / "vae" / "config.json").write_bytes(b'{"a": 2}')
    for row in manifest["files"]:
        if row["path"] == "vae/config.json":
            row["git_sha1"] = "0" * 40
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert {finding.kind for finding in manager.doctor()} == {"unpinned", "wrong-bytes"}


@pytest.mark.parametrize("words", ["{", "[]", '{"format": 1}', '{"format": 9, "files": []}', "[" * 50_000])
def test_damaged_records_never_break_a_status(manager: WeightsManager, tmp_path: Path, words: str) -> None:
    pins = tmp_path / "weights" / "pins"
    lay(pins, {f"{key_of(preset().components[0])}.json": words.encode()})
    lay(tmp_path / "weights", {"licences.json": words.encode()})
    closed = preset(non_commercial=True, licence="NC")
    state = manager.state(closed)
    assert not state.is_ready
    assert not state.licence_accepted
    assert "damaged" in state.says
    manager.accept_licence(closed)
    assert manager.licence_accepted(closed)

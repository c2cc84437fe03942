"""Downloads: what is fetched, what is checked, and what every kind of bad line leaves behind."""

from __future__ import annotations

import errno
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipelines.errors import Cancelled, PipelineError, TokenRefused
from pipelines.image.spec import Component
from pipelines.network import read_retry_after
from pipelines.progress import Progress, ignore_progress
from pipelines.tensor_files.errors import FileRefused
from pipelines.weights import fetch
from pipelines.weights.errors import (
    AccessNotGranted,
    DiskFull,
    DownloadBusy,
    DownloadStalled,
    HubOffline,
    HubTrouble,
    LicenceNotAccepted,
    ListingRefused,
    TokenNeeded,
    WeightsGone,
    WrongBytes,
)
from pipelines.weights.folder import MANIFEST, key_of
from pipelines.weights.manager import WeightsManager
from tests.pipelines.weights.hub_double import (
    COMMIT,
    NEEDED,
    WEIGHTS,
    HubDouble,
    answer_status,
    drop_after,
    preset,
    send_instead,
    stall_after,
    tiny_repo,
)

MakeManager = Callable[..., WeightsManager]


def ready_folder(manager: WeightsManager) -> Path:
    folder = manager.resolve(preset()).components[0].folder
    assert folder is not None
    return folder


def assert_nothing_is_ready(manager: WeightsManager, tmp_path: Path) -> None:
    assert not manager.state(preset()).is_ready
    ready = tmp_path / "weights" / "ready"
    assert not ready.exists() or not list(ready.iterdir())


def test_only_what_the_layout_names_is_fetched_and_it_is_the_same_bytes(
    hub: HubDouble, manager: WeightsManager
) -> None:
    state = manager.download(preset(), ignore_progress)
    folder = ready_folder(manager)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == NEEDED | {MANIFEST}
    assert all((folder / name).read_bytes() == hub.repos["some/tiny"][name] for name in NEEDED)
    assert set(hub.fetched()) == NEEDED
    assert state.is_ready
    assert state.components[0].where == "ready"
    assert state.bytes_to_download == 0
    assert manager.doctor() == []


def test_files_that_the_preset_lists_and_no_others(hub: HubDouble, manager: WeightsManager) -> None:
    asked = preset(
        Component(role="lora", repo="some/tiny", files=("vae/*model.safetensors", "vae/config.json"))
    )
    manager.download(asked, ignore_progress)
    assert hub.fetched() == [WEIGHTS, "vae/config.json"]


@pytest.mark.parametrize("pattern", ["vae/*.bin", "*.py", "nothing.safetensors"])
def test_pickles_code_and_what_is_not_there_are_never_fetched(
    hub: HubDouble, manager: WeightsManager, pattern: str
) -> None:
    with pytest.raises(WeightsGone):
        manager.download(preset(Component(role="x", repo="some/tiny", files=(pattern,))), ignore_progress)
    assert hub.fetched() == []


def test_a_second_download_asks_nobody(hub: HubDouble, manager: WeightsManager) -> None:
    manager.download(preset(), ignore_progress)
    hub.asked.clear()
    manager.download(preset(), ignore_progress)
    manager.state(preset())
    manager.resolve(preset())
    assert hub.asked == []


def test_progress_counts_up_to_the_whole(manager: WeightsManager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TELL_EVERY_S", 0.0)
    monkeypatch.setattr(fetch, "BYTES_PER_MB", 1000)
    told: list[Progress] = []
    manager.download(preset(), told.append)
    last = told[-1]
    assert last.step == last.total == sum(len(tiny_repo()[name]) for name in NEEDED) // 1000
    downloading = [progress.step for progress in told if "Downloading" in progress.stage]
    assert downloading == sorted(downloading)
    assert any(
        f"Downloading {WEIGHTS} (2 of 6)" in progress.stage or WEIGHTS in progress.stage for progress in told
    )


def test_a_broken_line_goes_on_where_it_stopped(hub: HubDouble, manager: WeightsManager) -> None:
    hub.faults[WEIGHTS].extend([drop_after(30_000), answer_status(503), drop_after(20_000)])
    manager.download(preset(), ignore_progress)
    asked = [headers for path, headers in hub.asked if path.endswith(WEIGHTS)]
    assert [headers.get("range") for headers in asked] == [
        None,
        "bytes=30000-",
        "bytes=30000-",
        "bytes=50000-",
    ]
    assert (ready_folder(manager) / WEIGHTS).read_bytes() == hub.repos["some/tiny"][WEIGHTS]


def test_a_changed_etag_loses_nothing_of_what_has_come(hub: HubDouble, manager: WeightsManager) -> None:
    hub.faults[WEIGHTS].append(drop_after(30_000, etag='"older"'))
    manager.download(preset(), ignore_progress)
    asked = [headers.get("range") for path, headers in hub.asked if path.endswith(WEIGHTS)]
    assert asked == [None, "bytes=30000-"]
    assert len(hub.repos["some/tiny"][WEIGHTS]) - 30_000 in hub.sent
    assert (ready_folder(manager) / WEIGHTS).read_bytes() == hub.repos["some/tiny"][WEIGHTS]


def test_a_file_that_changed_meanwhile_is_begun_anew(hub: HubDouble, manager: WeightsManager) -> None:
    other = bytes(30_000)
    hub.faults[WEIGHTS].append(lambda handler, data: handler.send(other + data[30_000:], cut=30_000))
    manager.download(preset(), ignore_progress)  # what does not fit together is known by its digest
    asked = [headers.get("range") for path, headers in hub.asked if path.endswith(WEIGHTS)]
    assert asked == [None, "bytes=30000-", None]
    assert (ready_folder(manager) / WEIGHTS).read_bytes() == hub.repos["some/tiny"][WEIGHTS]


def test_a_hub_that_asks_for_time_is_given_it(hub: HubDouble, manager: WeightsManager) -> None:
    hub.faults[WEIGHTS].append(answer_status(429, Retry_After="1"))
    started = time.monotonic()
    manager.download(preset(), ignore_progress)
    assert time.monotonic() - started >= 1.0  # the pauses of this manager are a hundredth of that


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0", 0), ("-3", 0), ("", 0), ("soon", 0), ("nan", 0), ("1e9", 300)],
)
def test_what_a_server_asks_for_is_read(value: str, seconds: float) -> None:
    assert read_retry_after(value) == seconds


def test_a_date_to_come_back_at_is_read() -> None:
    later = datetime.now(UTC) + timedelta(seconds=60)
    assert 55 < read_retry_after(format_datetime(later, usegmt=True)) <= 60


def test_a_line_that_breaks_again_and_again_gives_up_and_is_gone_on_with_later(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path
) -> None:
    hub.faults[WEIGHTS].append(drop_after(30_000))
    hub.always[WEIGHTS] = answer_status(500)
    with pytest.raises(HubTrouble) as caught:
        manager.download(preset(), ignore_progress)
    assert caught.value.passing
    assert_nothing_is_ready(manager, tmp_path)
    assert manager.state(preset()).components[0].where == "partial"
    assert manager.state(preset()).components[0].bytes_here >= 30_000
    hub.always.clear()
    hub.asked.clear()
    manager.download(preset(), ignore_progress)
    assert hub.asked[0][1]["range"] == "bytes=30000-"  # neither listed nor begun anew
    assert manager.doctor() == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), WrongBytes),
        (lambda data: data + b"more", WrongBytes),
        (lambda data: data[:-10], HubTrouble),
    ],
    ids=["wrong-bytes", "too-long", "too-short"],
)
def test_a_hub_that_lies_about_a_file_makes_nothing_ready(
    hub: HubDouble,
    manager: WeightsManager,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    error: type[PipelineError],
) -> None:
    hub.always[WEIGHTS] = send_instead(change)
    with pytest.raises(error):
        manager.download(preset(), ignore_progress)
    assert_nothing_is_ready(manager, tmp_path)
    hub.always.clear()
    manager.download(preset(), ignore_progress)
    assert manager.doctor() == []


def test_bytes_that_were_wrong_once_are_fetched_anew(hub: HubDouble, manager: WeightsManager) -> None:
    hub.faults[WEIGHTS].append(send_instead(lambda data: bytes(len(data))))
    manager.download(preset(), ignore_progress)
    assert hub.fetched().count(WEIGHTS) == 2


def test_a_small_file_with_wrong_bytes_is_refused_too(hub: HubDouble, manager: WeightsManager) -> None:
    hub.always["vae/config.json"] = send_instead(lambda data: b'{"a": 2}')
    with pytest.raises(WrongBytes):
        manager.download(preset(), ignore_progress)


def test_weights_that_are_no_safetensors_are_refused_though_their_hash_is_right(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path
) -> None:
    hub.repos["some/tiny"][WEIGHTS] = b"\x80\x04a pickle by another name"
    with pytest.raises(FileRefused):
        manager.download(preset(), ignore_progress)
    assert_nothing_is_ready(manager, tmp_path)


def test_a_hub_that_stands_still_is_left(hub: HubDouble, manager: WeightsManager) -> None:
    hub.always[WEIGHTS] = stall_after(1000)
    with pytest.raises(DownloadStalled):
        manager.download(preset(), ignore_progress)


def test_cancel_is_heard_while_nothing_comes(
    hub: HubDouble, make_manager: MakeManager, tmp_path: Path
) -> None:
    from pipelines.weights.line import Patience

    manager = make_manager(patience=Patience(stall_s=60))
    hub.always[WEIGHTS] = stall_after(40_000)
    started = time.monotonic()

    def stop(progress: Progress) -> None:
        if time.monotonic() - started > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        manager.download(preset(), stop)
    assert time.monotonic() - started < 10
    hub.let_go.set()
    hub.always.clear()
    manager.download(preset(), ignore_progress)
    assert [headers for path, headers in hub.asked if path.endswith(WEIGHTS)][-1]["range"] == "bytes=40000-"


@pytest.mark.parametrize(
    ("facts", "token", "error", "word"),
    [
        ({"token": "good"}, None, TokenNeeded, "set it here"),
        ({"token": "good"}, "bad", TokenRefused, "make a new one"),
        ({"token": "good"}, "stranger", AccessNotGranted, "no access to some/tiny"),
        ({"status": 401, "error_code": "RepoNotFound"}, None, WeightsGone, "private"),
        ({"status": 404, "error_code": "RepoNotFound"}, None, WeightsGone, "some/tiny"),
        ({"status": 429}, None, HubTrouble, "download again"),
        ({"status": 500}, None, HubTrouble, "download again"),
        ({"status": 400}, None, ListingRefused, "status 400"),
    ],
)
def test_every_refusal_has_its_own_sentence(
    hub: HubDouble,
    make_manager: MakeManager,
    facts: dict[str, Any],
    token: str | None,
    error: type,
    word: str,
) -> None:
    for name, value in facts.items():
        setattr(hub, name, value)
    with pytest.raises(error) as caught:
        make_manager(token=token).download(preset(), ignore_progress)
    assert type(caught.value) is error
    assert word in caught.value.message
    assert not token or token not in caught.value.message.split()


def test_gated_weights_come_with_the_right_token(hub: HubDouble, make_manager: MakeManager) -> None:
    hub.token = "good"
    make_manager(token="good").download(preset(), ignore_progress)
    assert all(headers["authorization"] == "Bearer good" for _, headers in hub.asked)


def test_the_token_stays_with_the_hub(hub: HubDouble, make_manager: MakeManager) -> None:
    with HubDouble(repos={"some/tiny": tiny_repo()}) as elsewhere:
        hub.faults[WEIGHTS].append(
            lambda handler, data: handler.redirect(f"{elsewhere.url}/some/tiny/resolve/{COMMIT}/{WEIGHTS}")
        )
        make_manager(token="secret").download(preset(), ignore_progress)
        assert len(elsewhere.asked) == 1
        assert "authorization" not in elsewhere.asked[0][1]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://192.0.2.1/file", ListingRefused),
        ("ftp://127.0.0.1/file", ListingRefused),
        ("file:///etc/passwd", ListingRefused),
        ("/some/tiny/resolve/main/" + WEIGHTS, HubTrouble),
    ],
    ids=["unencrypted", "ftp", "file", "in-circles"],
)
def test_redirects_lead_nowhere_odd(
    hub: HubDouble, manager: WeightsManager, location: str, error: type
) -> None:
    hub.always[WEIGHTS] = lambda handler, data: handler.redirect(location)
    with pytest.raises(error):
        manager.download(preset(), ignore_progress)


def test_nobody_is_asked_when_downloads_are_off_or_no_token_is_set(
    hub: HubDouble, make_manager: MakeManager
) -> None:
    with pytest.raises(HubOffline, match="switched off"):
        make_manager(offline=True).download(preset(), ignore_progress)
    with pytest.raises(TokenNeeded, match="Ask for access"):
        make_manager().download(preset(Component(role="base", repo="some/tiny", gated=True)), ignore_progress)
    assert hub.asked == []


def test_a_hub_that_is_not_there(make_manager: MakeManager, hub: HubDouble) -> None:
    with HubDouble() as gone:
        url = gone.url
    with pytest.raises(HubOffline):
        make_manager(hub_url=url).download(preset(), ignore_progress)


def test_a_hub_must_be_encrypted(make_manager: MakeManager) -> None:
    with pytest.raises(ListingRefused, match="https"):
        make_manager(hub_url="http://hub.example").download(preset(), ignore_progress)


@pytest.mark.parametrize(
    "path",
    [
        "../outside.safetensors",
        "vae/../../outside.safetensors",
        "/etc/outside.safetensors",
        "C:/outside.safetensors",
        "..\\outside.safetensors",
        "vae/aux.safetensors",
        "vae/a\x00.safetensors",
        "vae//model.safetensors",
        "vae/.hidden.safetensors",
        "a/b/c/d/e/f.safetensors",
    ],
)
def test_no_listed_name_leads_outside(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path, path: str
) -> None:
    hub.repos["some/tiny"][path] = b"evil"
    with pytest.raises(ListingRefused):
        manager.download(
            preset(Component(role="x", repo="some/tiny", files=("*.safetensors",))), ignore_progress
        )
    assert not list(tmp_path.rglob("outside*"))
    assert hub.fetched() == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda rows: [{**row, "size": -1, "lfs": None} for row in rows],
        lambda rows: [{**row, "size": "12", "lfs": None} for row in rows],
        lambda rows: [{**row, "lfs": {"sha256": "../../x", "size": 3}} for row in rows],
        lambda rows: [{"rfilename": row["rfilename"], "size": row["size"]} for row in rows],
        lambda rows: [{**row, "lfs": {"sha256": "a" * 64, "size": 10**13}} for row in rows],
        lambda rows: [*rows, {**rows[1], "rfilename": "vae/CONFIG.json"}],
        lambda rows: ["words"],
        lambda rows: {},
        lambda rows: rows * 2000,
    ],
)
def test_a_listing_that_cannot_be_true_is_refused(
    hub: HubDouble, manager: WeightsManager, edit: Callable[[Any], Any]
) -> None:
    hub.edit_rows = edit
    with pytest.raises((ListingRefused, WeightsGone)):
        manager.download(preset(), ignore_progress)
    assert set(hub.fetched()) <= {"model_index.json"}


@pytest.mark.parametrize("index", [b"[" * 100_000, b"{", b"[]", b'"x"'])
def test_an_index_that_cannot_be_read_is_refused(
    hub: HubDouble, manager: WeightsManager, index: bytes
) -> None:
    hub.repos["some/tiny"]["model_index.json"] = index
    with pytest.raises(ListingRefused):
        manager.download(preset(), ignore_progress)


@pytest.mark.parametrize(("repo", "revision"), [("../evil", ""), ("one", ""), ("a/b/c", ""), ("a/b", "../x")])
def test_names_that_do_not_belong_in_an_address(
    hub: HubDouble, manager: WeightsManager, repo: str, revision: str
) -> None:
    with pytest.raises(ListingRefused):
        manager.download(preset(Component(role="x", repo=repo, revision=revision)), ignore_progress)
    assert hub.asked == []


def test_a_revision_that_is_gone_or_another_one(hub: HubDouble, manager: WeightsManager) -> None:
    with pytest.raises(WeightsGone, match="revision"):
        manager.download(preset(Component(role="x", repo="some/tiny", revision="gone")), ignore_progress)
    with pytest.raises(ListingRefused, match="another revision"):
        manager.download(preset(Component(role="x", repo="some/tiny", revision="d" * 40)), ignore_progress)


def test_the_first_listing_is_pinned_and_checked_from_then_on(
    hub: HubDouble, manager: WeightsManager
) -> None:
    manager.download(preset(), ignore_progress)
    manager.remove(preset())
    hub.repos["some/tiny"] = tiny_repo(width=401)
    hub.commits["some/tiny"] = "d" * 40
    hub.asked.clear()
    with pytest.raises((WrongBytes, HubTrouble)):
        manager.download(preset(), ignore_progress)
    assert all(f"/resolve/{COMMIT}/" in path for path, _ in hub.asked)
    manager.remove(preset(), forget=True)
    manager.download(preset(), ignore_progress)
    assert manager.doctor() == []


def test_one_download_at_a_time(manager: WeightsManager, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    with FileLock(tmp_path / "weights" / "download.lock"):
        with pytest.raises(DownloadBusy):
            manager.download(preset(), ignore_progress)
        with pytest.raises(DownloadBusy):
            manager.remove(preset())
    manager.download(preset(), ignore_progress, wait_s=1)


def test_a_full_disk_is_seen_before_anything_comes(hub: HubDouble, make_manager: MakeManager) -> None:
    manager = make_manager(free_bytes=lambda path: 1_000_000_500)
    with pytest.raises(DiskFull, match="GB free"):
        manager.download(preset(), ignore_progress)
    assert set(hub.fetched()) <= {"model_index.json"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_on_the_way_leaves_nothing_half_ready(
    manager: WeightsManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(self: Any, chunk: bytes, stream: Any) -> None:
        stream.write(chunk[:100])
        raise OSError(code, "full")

    with monkeypatch.context() as patched:
        patched.setattr(fetch._Fetch, "_write", full)
        with pytest.raises(DiskFull):
            manager.download(preset(), ignore_progress)
    assert_nothing_is_ready(manager, tmp_path)
    manager.download(preset(), ignore_progress)
    assert manager.doctor() == []


CHILD = """
import sys
from pathlib import Path
from pipelines.weights.manager import WeightsManager
from tests.pipelines.weights.hub_double import preset
print("here", flush=True)
WeightsManager(Path(sys.argv[1]), hub_url=sys.argv[2]).download(preset(), lambda progress: None)
"""


def test_a_killed_download_frees_its_lock_and_is_gone_on_with(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path
) -> None:
    hub.faults[WEIGHTS].append(stall_after(50_000))
    arguments = [sys.executable, "-c", CHILD, str(tmp_path / "weights"), hub.url]
    child = subprocess.Popen(arguments, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE)
    try:
        part = tmp_path / "weights" / "staging" / key_of(preset().components[0]) / (WEIGHTS + ".part")
        until = time.monotonic() + 60
        while not (WEIGHTS in hub.fetched() and part.exists()) and time.monotonic() < until:
            time.sleep(0.02)
        with pytest.raises(DownloadBusy):
            manager.download(preset(), ignore_progress)
    finally:
        child.kill()
        child.communicate()
    assert_nothing_is_ready(manager, tmp_path)
    hub.let_go.set()
    manager.download(preset(), ignore_progress)
    assert manager.doctor() == []


def test_links_in_the_staging_folder_are_not_written_through(
    hub: HubDouble, manager: WeightsManager, tmp_path: Path
) -> None:
    staging = tmp_path / "weights" / "staging" / key_of(preset().components[0])
    staging.mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    (staging / "vae").symlink_to(outside, target_is_directory=True)
    with pytest.raises(FileRefused):
        manager.download(preset(), ignore_progress)
    assert list(outside.iterdir()) == []
    (staging / "vae").unlink()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (staging / "vae").mkdir()
    (staging / (WEIGHTS + ".part")).symlink_to(victim)
    with pytest.raises(FileRefused):
        manager.download(preset(), ignore_progress)
    assert victim.read_text() == "mine"


def test_a_licence_is_accepted_once_and_before_anything_else(hub: HubDouble, manager: WeightsManager) -> None:
    closed = preset(non_commercial=True, licence="Some NC licence", licence_url="https://example.org/licence")
    with pytest.raises(LicenceNotAccepted, match=r"Some NC licence.*https://example.org/licence"):
        manager.download(closed, ignore_progress)
    assert hub.asked == []
    assert "has to be accepted" in manager.state(closed).says
    manager.accept_licence(closed)
    manager.download(closed, ignore_progress)
    assert manager.state(closed).is_ready
    manager.accept_licence(replace(closed, name="another under the same"))
    other = replace(closed, licence_url="https://example.org/version-2")
    with pytest.raises(LicenceNotAccepted):
        manager.resolve(other)

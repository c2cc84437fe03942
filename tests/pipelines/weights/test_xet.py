"""Files out of the hub's store of pieces, by the hub's own client: resumed, checked, and without the person's token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.errors import Cancelled
from pipelines.progress import Progress, ignore_progress
from pipelines.weights.manager import WeightsManager
from tests.pipelines.weights.hub_double import WEIGHTS, HubDouble, drop_after, preset
from tests.pipelines.weights.xet_double import PieceHandler, XetStore

MakeManager = Callable[..., WeightsManager]


@pytest.fixture
def store(hub: HubDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[XetStore]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))  # the client keeps logs there
    with XetStore(files={WEIGHTS: hub.repos["some/tiny"][WEIGHTS]}) as pieces:
        hub.pieces = pieces
        yield pieces


def bytes_of(manager: WeightsManager) -> bytes:
    folder = manager.resolve(preset()).components[0].folder
    assert folder is not None
    return (folder / WEIGHTS).read_bytes()


def test_a_file_in_pieces_comes_by_the_hubs_own_client(
    hub: HubDouble, store: XetStore, make_manager: MakeManager
) -> None:
    manager = make_manager(token="secret")
    hub.token = "secret"
    manager.download(preset(), ignore_progress)
    assert bytes_of(manager) == hub.repos["some/tiny"][WEIGHTS]
    assert any(path.startswith("/xorb/") for path, _ in store.asked)
    assert {said for _, said in store.asked} == {"Bearer ticket-for-minutes", ""}  # never the person's token
    assert manager.doctor() == []


def test_what_has_come_already_is_not_asked_of_the_pieces_again(
    hub: HubDouble, store: XetStore, manager: WeightsManager
) -> None:
    hub.pieces = None
    hub.faults[WEIGHTS].append(drop_after(30_000))
    hub.faults[WEIGHTS].append(lambda handler, data: turn_on(handler, data, hub, store))
    manager.download(preset(), ignore_progress)
    assert bytes_of(manager) == hub.repos["some/tiny"][WEIGHTS]
    assert [a.get("range") for path, a in hub.asked if path.endswith(WEIGHTS)][:2] == [None, "bytes=30000-"]
    assert min(store.ranges) == 30_000


def turn_on(handler: object, data: bytes, hub: HubDouble, store: XetStore) -> None:
    """From now on the file lies in pieces."""
    hub.pieces = store
    handler.refuse(503)  # type: ignore[attr-defined]


@pytest.mark.parametrize("trouble", ["store", "tickets", "unencrypted", "switched off"])
def test_without_pieces_the_file_comes_as_it_is(
    hub: HubDouble,
    store: XetStore,
    manager: WeightsManager,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    if trouble == "store":
        store.status = 403
    elif trouble == "tickets":
        hub.tickets_refused = True
    elif trouble == "unencrypted":
        store.url = "http://192.0.2.1"
    else:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    manager.download(preset(), ignore_progress)
    assert bytes_of(manager) == hub.repos["some/tiny"][WEIGHTS]
    assert not any(path.startswith("/xorb/") for path, _ in store.asked)


def test_pieces_that_make_another_file_are_thrown_away_and_it_comes_as_it_is(
    hub: HubDouble, store: XetStore, manager: WeightsManager
) -> None:
    store.spoil = True
    manager.download(preset(), ignore_progress)
    assert any(path.startswith("/xorb/") for path, _ in store.asked)
    assert bytes_of(manager) == hub.repos["some/tiny"][WEIGHTS]


def test_cancel_is_heard_while_no_piece_comes(
    store: XetStore, manager: WeightsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, asked = threading.Event(), threading.Event()

    def stand_still(handler: PieceHandler) -> None:
        asked.set()
        let_go.wait(30)
        handler.send(404, b"")

    monkeypatch.setattr(PieceHandler, "do_GET", stand_still)

    def stop(progress: Progress) -> None:
        if asked.is_set():
            raise Cancelled

    started = time.monotonic()
    try:
        with pytest.raises(Cancelled):
            manager.download(preset(), stop)
        assert time.monotonic() - started < 20  # the store itself would have said nothing for longer
    finally:
        let_go.set()

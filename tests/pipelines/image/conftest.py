"""Tiny repositories of every family, built once; no connection from any engine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines load from folders: whoever reaches for the network fails."""

    def refuse(*given: object) -> None:
        raise AssertionError("an engine asked for a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with a repository of every family; one thread, as two on a busy machine wait for each other."""
    import torch

    from tests.pipelines.image import tiny_repos

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("tiny")
    tiny_repos.build_all(folder)
    yield folder
    torch.set_num_threads(threads)

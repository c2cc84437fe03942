"""Tiny repositories of every family, built once; the engines under contract; no connection from any engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest

from tests.pipelines.image.cases import EngineCase, Opened
from tests.pipelines.image.service_double import connect_at_home_only, connect_nowhere


@pytest.fixture(autouse=True)
def no_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines load from folders: whoever reaches for the network fails; a double on this machine is none."""
    case = getattr(request.node, "callspec", None) and request.node.callspec.params.get("opened")
    if isinstance(case, EngineCase) and case.serve:
        connect_at_home_only(monkeypatch)
    else:
        connect_nowhere(monkeypatch)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder with a repository of every family; one thread, as two on a busy machine wait for each other."""
    import torch
    from diffusers.pipelines.flux import pipeline_flux_kontext
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus

    from tests.pipelines.image import tiny_repos

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("tiny")
    tiny_repos.build_all(folder)
    with (  # else every picture that is looked at grows to a megapixel
        mock.patch.object(pipeline_qwenimage_edit_plus, "VAE_IMAGE_SIZE", 64 * 64),
        mock.patch.object(pipeline_flux_kontext, "PREFERRED_KONTEXT_RESOLUTIONS", [(64, 64)]),
    ):
        yield folder
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, tiny: Path) -> Iterator[Opened]:
    """The engine of a case of `over`, with its preset loaded."""
    case: EngineCase = request.param
    with ExitStack() as stack:
        double = stack.enter_context(case.serve()) if case.serve else None
        made = Opened(case, case.make_preset(tiny), double)
        yield made
        made.engine.unload()

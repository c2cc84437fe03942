"""REST is put together when it is first asked for: once, also where many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from fastapi.testclient import TestClient

from studio.api import rest
from studio.api.app import build_app
from tests.api.conftest import HOME
from tests.scripted_studio import ScriptedStudio


def test_who_asks_first_is_answered_and_rest_is_made_once(studio: ScriptedStudio) -> None:
    with (
        mock.patch.object(rest, "build_api", wraps=rest.build_api) as build_api,
        TestClient(build_app(studio), base_url=HOME) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        assert build_api.call_count == 0
        answers = list(pool.map(lambda _: client.get("/api/v1/poses"), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert build_api.call_count == 1

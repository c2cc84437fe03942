"""REST against its own description: schemathesis, every phase (edges, generated, chains of calls), every check."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from studio.api.app import build_app
from studio.settings import read_settings
from tests.fake_pictures import draw_figure, encode
from tests.fakes import FakeStudio

EXAMPLES = 25  # of every route and phase
KINDS = {"png": (520, 780), "jpeg": (600, 800), "webp": (640, 960)}
CONFIG = {
    "seed": 7,
    "continue-on-failure": True,
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": True},
}


@pytest.fixture(scope="module", autouse=True)
def photos_are_pictures() -> None:
    """What the description cannot say by itself: a photo is a picture's bytes, not any bytes."""
    pictures = {kind: encode(draw_figure(*size), kind.upper()) for kind, size in KINDS.items()}
    urls = [f"data:image/{kind};base64,{base64.b64encode(data).decode()}" for kind, data in pictures.items()]
    schemathesis.openapi.format("binary", st.sampled_from(list(pictures.values())))
    schemathesis.openapi.format("image-data-url", st.sampled_from(urls))


def find_broken_promises(app: object) -> Iterator[str]:
    """One line for every answer that is not as described, and for every error of the run itself."""
    description = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG)
    )
    calls = 0
    for event in from_schema(description).execute():
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                calls += 1
                for check in checks:
                    if check.failure_info is not None:
                        failure = check.failure_info.failure
                        yield f"{failure.operation}: {failure.title}\n{check.failure_info.code_sample}"
        elif isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.value!r}"
        elif isinstance(event, events.FatalError):
            yield repr(event.exception)
    if calls < 500:
        yield f"only {calls} calls were made: the description was not read"


@pytest.mark.slow
def test_routes_keep_their_word(tmp_path: Path) -> None:
    settings = read_settings({"data": str(tmp_path), "allowed_hosts": "testserver"}, {})
    broken = list(find_broken_promises(build_app(FakeStudio(tmp_path, settings=settings))))
    assert not broken, "\n".join(sorted(set(broken)))

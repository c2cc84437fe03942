"""REST against its own description: schemathesis, every phase (edges, generated, chains of calls), every check."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import strategies as st
from PIL import Image
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

from pipelines.image.engines import ENGINES
from pipelines.image.provenance import sign_picture
from pipelines.types import Persona
from store.store import open_store
from studio.api.app import build_app
from studio.api.examples import PICTURE
from studio.api.routes import events as event_routes
from studio.api.schemas import GenerationOrderIn
from studio.errors import DraftUnavailable
from studio.services.service import Resources
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.worker.detection import answer_detect
from studio.worker.frames import Reply

ORDER = GenerationOrder(persona=Persona(), width=64, height=64)
NOT_THE_DRAFTS = (
    "controls", "references", "loras", "draft_strength", "prompts", "count", "second_pass", "face_pass",
)  # fmt: skip
EXAMPLES = 15  # of every route and phase
CONFIG = {
    "seed": 7,
    "continue-on-failure": True,
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "no-shrink": True},
}


LEFT_OPEN = " leaves open: "

PERSON: list[str] = []  # a picture of a person, as base64
KEPT: list[bytes] = []  # an avatar as a file: what its route takes, as the others take pictures


class NoWorker:
    """A queue that nobody answers: jobs stay queued, so that thousands of orders cost no drawing."""

    def notify(self, job_id: str) -> None:
        """Nobody comes."""

    def close(self) -> None:
        """Nothing is open."""


class DetectingChannel:
    """A worker that looks at photos and draws nothing: avatars go without a small picture."""

    is_attached = is_answering = True

    def call(self, name: str, arguments: Any = None, body: bytes = b"", **_: Any) -> Reply:
        """The answer to "detect"."""
        if name != "detect":
            raise DraftUnavailable
        return answer_detect({}, body)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    """The real use cases over a real store that holds one finished generation."""
    settings = read_settings({"data": str(tmp_path), "allowed_hosts": "testserver", "downloads": False}, {})
    worked = open_studio(settings, inline=True)
    worked.for_person(YOU).generations.order(ORDER)
    worked.close()  # waits for the job
    store = open_store(tmp_path)
    resources = Resources(
        settings=settings,
        store=store,
        presets=worked.presets,
        notifier=NoWorker(),
        channel=DetectingChannel(),  # type: ignore[arg-type]
    )
    studio = Studio(resources)
    yield studio
    studio.close()


@pytest.fixture
def _photos_are_pictures(studio: Studio) -> None:
    """What the description cannot say by itself: a photo is a picture's bytes, and carries its order."""
    with Image.open(io.BytesIO(studio.poses.example_photo())) as example:
        pictures = {
            kind.lower(): sign_picture(
                example.convert("RGB"), "algorithmicMedia", file_format=kind, recipe={"order": to_json(ORDER)}
            )
            for kind in ("PNG", "JPEG", "WEBP")
        }
    urls = [f"data:image/{kind};base64,{base64.b64encode(data).decode()}" for kind, data in pictures.items()]
    schemathesis.openapi.format("binary", st.sampled_from(list(pictures.values())))
    schemathesis.openapi.format("image-data-url", st.sampled_from(urls))
    PERSON[:] = [base64.b64encode(pictures["jpeg"]).decode()]


def map_body(context: HookContext, body: Any) -> Any:
    """The draft engine draws everything that is described; what others refuse hangs on their weights, and what the
    draft refuses is left to them."""
    if not isinstance(body, dict):
        return body
    if body.get("engine") in [*ENGINES]:
        body = body | {"engine": "draft", "preset": None}
    return {
        name: value for name, value in body.items() if name not in NOT_THE_DRAFTS or not is_fine(name, value)
    }


@schemathesis.hook
def before_call(context: HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """The same for the orders that no generator made: the edges of every field, one by one.

    The description's example of a picture shows nobody: a person stands in for it, who can be measured. A template's
    order is filled by no other template: which fields that one leaves open is not described.
    """
    if isinstance(case.body, dict) and PICTURE in str(case.body):
        case.body = show_person(case.body)
    order = case.body.get("order") if isinstance(case.body, dict) else None
    if case.operation.label.endswith(("/templates", "/templates/{template_id}")) and isinstance(order, dict):
        order.pop("template_id", None)
    if case.operation.label == "POST /generations" and isinstance(case.body, dict):
        fine = isinstance(case.body.get("engine"), str | None)
        case.body = map_body(context, case.body) if fine else case.body
    if case.operation.label == "POST /avatars/file" and isinstance(case.body, dict) and KEPT:
        case.body = {
            name: KEPT[0] if isinstance(value, bytes) else value for name, value in case.body.items()
        }


def show_person(body: Any) -> Any:
    """The body with a picture of a person wherever the example of a picture stood."""
    if isinstance(body, dict):
        return {name: show_person(value) for name, value in body.items()}
    if isinstance(body, list):
        return [show_person(value) for value in body]
    return PERSON[0] if body == PICTURE and PERSON else body


def is_fine(name: str, value: Any) -> bool:
    """Whether an order may hold this: what it may not hold has to be refused, whoever draws."""
    try:
        GenerationOrderIn.model_validate(json.loads(json.dumps({name: value})))  # as REST reads it
    except ValueError:
        return False
    return True


def was_restored(event: events.ScenarioFinished, case_id: str, found: Any) -> bool:
    """Whether what "is still there after its deletion" had been taken out of the trash meanwhile."""
    calls = event.recorder.interactions
    restore = f"{calls[case_id].request.uri.partition('?')[0]}/restore"
    return isinstance(found.failure, UseAfterFree) and any(
        one.request.uri.partition("?")[0] == restore and one.response and one.response.status_code == 200
        for one in calls.values()
    )


def was_left_open(event: events.ScenarioFinished, case_id: str, found: Any) -> bool:
    """Whether an order was refused for what its template leaves open: which fields these are is not described."""
    answer = event.recorder.interactions[case_id].response
    return isinstance(found.failure, RejectedPositiveData) and answer is not None and LEFT_OPEN in answer.text


def find_broken_promises(app: object) -> Iterator[str]:
    """One line for every answer that is not as described, and for every error of the run itself."""
    description = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG)
    )
    description.hook(map_body)
    description = description.exclude(path="/erase")  # it would take away what the other calls are about
    calls = 0
    for event in from_schema(description).execute():
        if isinstance(event, events.ScenarioFinished):
            for case_id, checks in event.recorder.checks.items():
                calls += 1
                for check in checks:
                    found = check.failure_info
                    if found is not None and not any(
                        excuse(event, case_id, found) for excuse in (was_restored, was_left_open)
                    ):
                        failure = found.failure
                        said = event.recorder.interactions[case_id].response.text[:300]
                        yield f"{failure.operation}: {failure.title}: {said}\n{found.code_sample}"
        elif isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.value!r}"
        elif isinstance(event, events.FatalError):
            yield repr(event.exception)
    if calls < 500:
        yield f"only {calls} calls were made: the description was not read"


@pytest.mark.slow
@pytest.mark.timeout(1200)  # every route, beside other tests
@pytest.mark.usefixtures("_photos_are_pictures")
def test_routes_keep_their_word(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = studio.for_person(YOU)
    monkeypatch.setattr(
        f"{__name__}.KEPT", [mine.avatar_files.export(mine.avatars.keep(Persona(name="Ada")).id)]
    )
    monkeypatch.setattr(event_routes, "LONGEST_S", 0.0)  # nobody works here: a job's stream would not end
    broken = list(find_broken_promises(build_app(studio)))
    assert not broken, "\n".join(sorted(set(broken)))

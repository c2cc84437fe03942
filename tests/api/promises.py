"""REST against its own description: schemathesis, every phase (edges, generated, chains of calls), every check.

`python -m tests.api.promises --examples 50 --seed 11` is the long form: other requests at each seed.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import schemathesis
from hypothesis import strategies as st
from PIL import Image
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

from pipelines.image.engines import ENGINES
from pipelines.image.provenance import sign_picture
from pipelines.types import Body, Persona
from store.store import open_store
from studio.api.app import build_app
from studio.api.examples import PICTURE
from studio.api.routes import events as event_routes
from studio.api.schemas import GenerationOrderIn
from studio.errors import DraftUnavailable
from studio.services import persona_bodies
from studio.services.service import Resources
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.worker import meshes
from studio.worker.detection import answer_detect
from studio.worker.frames import Reply

ORDER = GenerationOrder(persona=Persona(), width=64, height=64)
NOT_THE_DRAFTS = (
    "controls", "references", "loras", "draft_strength", "prompts", "count", "second_pass", "face_pass",
)  # fmt: skip
TAKES_AN_ORDER = ("POST /templates", "PATCH /templates/{template_id}")  # as POST /generations does
SEED = 7
FEWEST_CALLS = 500  # fewer were made where the description was not read

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


def open_waiting_studio(folder: Path) -> Studio:
    """The real use cases over a real store that holds one finished generation; nobody works in it any more."""
    settings = read_settings({"data": str(folder), "allowed_hosts": "testserver", "downloads": False}, {})
    worked = open_studio(settings, inline=True)
    worked.for_person(YOU).generations.order(ORDER)
    worked.close()  # waits for the job
    return Studio(
        Resources(
            settings=settings,
            store=open_store(folder),
            presets=worked.presets,
            notifier=NoWorker(),
            channel=DetectingChannel(),  # type: ignore[arg-type]
        )
    )


def say_what_pictures_are(studio: Studio) -> None:
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


def fills_a_template(event: events.ScenarioFinished, case_id: str, found: Any) -> bool:
    """Whether the order that was refused fills a template: what that one holds and leaves open is not described."""
    body = event.recorder.interactions[case_id].request.body
    return (
        isinstance(found.failure, RejectedPositiveData) and body is not None and b'"template_id": "' in body
    )


def once_a_body(make: Callable[..., Any]) -> Callable[..., Any]:
    """Make of each body once what takes long to make of it: thousands of orders are about a few bodies."""
    made: dict[bytes, Any] = {}

    def made_once(*arguments: Any) -> Any:
        [key] = [one.vertices.tobytes() for one in arguments if isinstance(one, Body)]
        if key not in made:
            made[key] = make(*arguments)
        return made[key]

    return made_once


@contextmanager
def bodies_are_made_once() -> Iterator[None]:
    """Measure and write the same body once."""
    slow = ((persona_bodies, "measure_sides"), (meshes, "to_glb"), (meshes, "to_obj"))
    with ExitStack() as stack:
        for module, name in slow:
            stack.enter_context(mock.patch.object(module, name, once_a_body(getattr(module, name))))
        yield


def find_broken_promises(
    folder: Path, *, examples: int, seed: int = SEED, is_quick: bool = False
) -> Iterator[str]:
    """One line for every answer that is not as described, and for every error of the run itself.

    `examples` are made of every route and phase; other seeds than the first make other requests each time. The quick
    form leaves out the edges of what another route takes too.
    """
    with closing(open_waiting_studio(folder)) as studio, bodies_are_made_once():
        mine = studio.for_person(YOU)
        KEPT[:] = [mine.avatar_files.export(mine.avatars.keep(Persona(name="Ada")).id)]
        say_what_pictures_are(studio)
        # Nobody works here: a job's stream would not end.
        with mock.patch.object(event_routes, "LONGEST_S", 0.0):
            yield from _ask(build_app(studio), configure(examples, seed, is_quick=is_quick))


def configure(examples: int, seed: int, *, is_quick: bool = False) -> SchemathesisConfig:
    """How requests are made."""
    generation = {
        "max-examples": examples,
        "deterministic": seed == SEED,
        "database": "none",
        "no-shrink": True,
    }
    no_edges = {"phases": {"coverage": {"enabled": False}}}
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "generation": generation,
            "operations": [{"include-name": name, **no_edges} for name in TAKES_AN_ORDER if is_quick],
        }
    )


def _ask(app: object, config: SchemathesisConfig) -> Iterator[str]:
    description = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, config=config)
    description.hook(map_body)
    asked = description.exclude(path="/erase")  # it would take away what the other calls are about
    calls = 0
    for event in from_schema(asked).execute():
        if isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.checks)
            yield from _list_broken(event)
        elif isinstance(event, events.NonFatalError):
            yield f"{event.label}: {event.value!r}"
        elif isinstance(event, events.FatalError):
            yield repr(event.exception)
    if calls < FEWEST_CALLS:
        yield f"only {calls} calls were made: the description was not read"


def _list_broken(event: events.ScenarioFinished) -> Iterator[str]:
    for case_id, checks in event.recorder.checks.items():
        for found in (check.failure_info for check in checks if check.failure_info is not None):
            if was_restored(event, case_id, found) or fills_a_template(event, case_id, found):
                continue
            answer = event.recorder.interactions[case_id].response
            said = answer.text[:300] if answer else "no answer"
            yield f"{found.failure.operation}: {found.failure.title}: {said}\n{found.code_sample}"


def main() -> int:
    """0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.api.promises", description=__doc__)
    parser.add_argument("--examples", type=int, default=50, help="of every route and phase")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    began, broken = time.monotonic(), set()
    with tempfile.TemporaryDirectory() as folder:
        for line in find_broken_promises(Path(folder), examples=asked.examples, seed=asked.seed):
            if line not in broken:
                print(line, flush=True)
            broken.add(line)
    print(f"{len(broken)} promises broken, {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

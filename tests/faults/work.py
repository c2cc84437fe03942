"""The work that the faults interrupt: orders with several pictures, some of identical bytes, on the real store.

The pictures are planned, drawn, signed and kept by the worker's own `draw_pictures`; scripted are only the engine and
what makes the scenes, whose poses would take longer to solve than a child lives.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image
from sqlalchemy import func, select

from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.provenance import MEDIA_TYPES, sign_picture
from pipelines.pose.library import load_library
from pipelines.progress import OnProgress, Progress
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import GenerationRequest
from store.errors import JobEnded, StoreBusy
from store.faults import install_fault_hook
from store.records import OPEN_STATES, JobRecord
from store.store import Store, open_store
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.order import GenerationOrder
from studio.worker import pictures
from studio.worker.jobs import JobContext, run_job
from studio.worker.pictures import draw_pictures

OWNERS = ("ann", "ben")
ENGINE = "draft"
STALL_S = 1.5  # longer than the lease
STEP_S = 0.01  # of work outside any transaction
SHARED_SEEDS = 6  # below it, pictures of different jobs have the same bytes
SHARED_SHARE = 0.3
BACKLOG = 30  # open jobs at which the submitters pause
PRICE = 5  # credits a picture
SMALLEST_SIDE, SIDES = 12, 40  # pixels: bytes below and above a sector and a database page
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows' SIGTERM is just as sudden

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How one child process behaves: what it is, and where it dies (at the `pass_number`-th pass of `point`)."""

    folder: Path
    said: Path  # a file of lines that the child has told the world: its acknowledgements
    mutant: str = ""
    point: str = ""
    pass_number: int = 1
    stalls: bool = False  # there it is only stopped, for longer than its lease, as by a machine that sleeps
    stall_s: float = STALL_S
    lease_s: float = 0.8
    grace_s: float = 1.5
    seed: int = 0


def draw_image(seed: int) -> Image.Image:
    """The picture of this seed: noise, so that its file is as large as its pixels."""
    side = SMALLEST_SIDE + seed * 7919 % SIDES
    return Image.frombytes(
        "RGB", (side, side), hashlib.shake_256(f"picture {seed}".encode()).digest(3 * side**2)
    )


@lru_cache(maxsize=10_000)
def make_picture(seed: int) -> bytes:
    """The bytes of the file that a picture of this seed has, for ever."""
    return sign_picture(draw_image(seed), engine_class(ENGINE).info.source_type)


@lru_cache(maxsize=10_000)
def make_thumbnail(seed: int) -> bytes:
    """The bytes of its thumbnail, which shows all of so small a picture."""
    return sign_picture(draw_image(seed), engine_class(ENGINE).info.source_type, file_format="WEBP")


class ScriptedEngines:
    """Draws the picture of a seed, after a while."""

    def draw(
        self, request: GenerationRequest, on_progress: OnProgress, read_reference: Callable[[str], bytes]
    ) -> Image.Image:
        """One picture, in one step."""
        on_progress(Progress(stage="drawing", step=1, total=1))
        time.sleep(STEP_S)
        return draw_image(request.seed)


def make_payload(chance: random.Random) -> dict[str, Any]:
    """An order: it declares every result that it will have."""
    seeds = [
        chance.randrange(SHARED_SEEDS) if chance.random() < SHARED_SHARE else chance.randrange(10**9)
        for _ in range(chance.randint(1, 4))
    ]
    return {"seeds": seeds, "avatar": chance.random() < 0.5}


def order_work(store: Store, owner: str, key: str, payload: Mapping[str, Any], acknowledge: Say) -> str:
    """Submit a job with its generation in one transaction, and only then tell the world."""
    price = price_of(payload)
    with store.begin() as transaction:
        store.ledger.grant(transaction, owner, price, cause="an order", key=f"for {key}")
        job_id, is_new = store.jobs.submit(
            transaction,
            owner=owner,
            kind="tiny",
            title="Tiny",
            payload=payload,
            idempotency_key=key,
            price=price,
        )
        if is_new:
            store.generations.add(
                transaction,
                owner,
                job_id=job_id,
                title="Tiny",
                order=to_json(make_order(payload["seeds"])),
                requests=(),  # the worker makes and keeps them
                prompt="",
                negative_prompt="",
            )
    acknowledge(f"ordered {owner} {key} {job_id}")
    return job_id


def price_of(payload: Mapping[str, Any]) -> int:
    """What such an order costs."""
    return PRICE * len(payload["seeds"])


def make_order(seeds: Sequence[int]) -> GenerationOrder:
    """An order of these pictures: it carries the seeds in its words."""
    return GenerationOrder(persona=EXAMPLE_PERSONA, count=len(seeds), prompt=" ".join(map(str, seeds)))


def plan_requests(order: GenerationOrder, *_: Any, **__: Any) -> tuple[GenerationRequest, ...]:
    """The requests of such an order, as `studio.worker.planning` would make them, without scenes."""
    requests = []
    for seed in map(int, (order.prompt or "").split()):
        side = draw_image(seed).width
        request = GenerationRequest(
            engine=ENGINE, preset=ENGINE, prompt="", seed=seed, width=side, height=side
        )
        requests.append(request)
    return tuple(requests)


def do_work(context: JobContext) -> Mapping[str, Any]:
    """The handler: the worker's own for pictures, and an avatar with the end of the job."""
    if context.payload["avatar"]:
        context.at_finish(lambda transaction: {"avatar_id": keep_avatar(context, transaction)})
    with patch.object(pictures, "plan_requests", plan_requests):  # here alone: other tests share this process
        return draw_pictures(context, ScriptedEngines(), PresetShelf())


def keep_avatar(context: JobContext, transaction: Any) -> str:
    """An avatar that bears its job's id as its name."""
    return context.store.avatars.add(transaction, context.owner, name=context.job_id, persona={}).id


HANDLERS = {"tiny": do_work}
load_library()  # here and below: once in the server that the children are forked from, which live for moments
for first in (make_order([1]), *plan_requests(make_order([1]))):
    from_json(type(first), to_json(first))


def speaker(path: Path) -> Say:
    """Say lines to a file, each in one write, as a server answers a request."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    return lambda line: void(os.write(descriptor, f"{line}\n".encode()))


def void(_: object) -> None:
    """Drop a value."""


def arm(part: Part, say: Say) -> None:
    """Arm the fault point at which this process is to be killed, or stopped for a while."""
    passes = 0

    def hook(name: str) -> None:
        nonlocal passes
        passes += name == part.point
        if name != part.point or passes < part.pass_number:
            return
        if not part.stalls:
            os.kill(os.getpid(), KILL)
        install_fault_hook(None)
        say("stalled - - -")
        stall(part.stall_s)

    install_fault_hook(hook if part.point else None)


def stall(seconds: float) -> None:
    """Stop this process, every thread of it, for so long (POSIX)."""
    stopped = os.getpid()
    if os.fork() == 0:
        try:
            time.sleep(seconds)
            os.kill(stopped, signal.SIGCONT)  # unless it was killed meanwhile
        finally:
            os._exit(0)
    os.kill(stopped, signal.SIGSTOP)


def begin_part(part: Part) -> tuple[Store, random.Random, Say]:
    """What each child does first."""
    from tests.faults.mutants import plant

    plant(part.mutant)
    store, say = open_store(part.folder), speaker(part.said)
    arm(part, say)
    return store, random.Random(part.seed), say


def run_submitter(part: Part) -> None:
    """Order for ever; each order is sent twice, as by an impatient click, and some are cancelled."""
    store, chance, say = begin_part(part)
    number = 0
    while True:
        if count_open(store) > BACKLOG:
            time.sleep(0.05)
            continue
        number += 1
        owner, key, payload = (
            chance.choice(OWNERS),
            f"{os.getpid()}-{part.seed}-{number}",
            make_payload(chance),
        )
        try:
            for _ in range(2):
                job_id = order_work(store, owner, key, payload, say)
            if chance.random() < 0.05:
                store.jobs.request_cancel(owner, job_id)
                say(f"cancelling {owner} {key} {job_id}")
            if chance.random() < 0.3:  # an upload that nobody will use
                leave_upload(store, owner, chance)
        except JobEnded:
            pass  # it was quicker than the cancel
        except StoreBusy:
            continue  # not acknowledged
        time.sleep(chance.uniform(0, 0.1))


def count_open(store: Store) -> int:
    """How many jobs are queued or running."""
    with store.read() as transaction:
        wanted = select(func.count()).where(JobRecord.state.in_(OPEN_STATES))
        return transaction.connection.scalar(wanted) or 0


def leave_upload(store: Store, owner: str, chance: random.Random) -> None:
    """Put a file that nothing will hold; half of them do not even get a row."""
    blob = store.files.put(make_picture(chance.randrange(10**9)))
    if chance.random() < 0.5:
        with store.begin() as transaction:
            store.files.register(transaction, owner, blob, MEDIA_TYPES["PNG"])


def run_worker(part: Part) -> None:
    """Claim, run, reconcile and collect for ever."""
    store, chance, _ = begin_part(part)
    while True:
        try:
            job = store.jobs.claim(worker=str(os.getpid()), lease_seconds=part.lease_s)
            if job is not None:
                run_job(store, job, HANDLERS, lease_s=part.lease_s)
            if job is None or chance.random() < 0.1:
                store.jobs.reconcile()
                store.files.collect_garbage(timedelta(seconds=part.grace_s))
        except StoreBusy:
            continue
        if job is None:
            time.sleep(0.02)

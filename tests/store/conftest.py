"""A store in a temporary folder, with a clock that the test moves, and a person's things to put in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.database import Transaction
from store.entries import NewPicture
from store.rows import AvatarRow, GenerationRow, JobRow, PhotoRow, PictureRow
from store.store import Store, open_store

START = datetime(2026, 1, 1, tzinfo=UTC)
LEASE_S = 30.0


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Things:
    """Makes a person's things."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def file(self, transaction: Transaction, data: bytes, owner: str = "you") -> str:
        row, _ = self.store.files.register(transaction, owner, self.store.files.put(data), "image/png")
        return row.id

    def photo(self, data: bytes = b"photo", owner: str = "you") -> PhotoRow:
        with self.store.begin() as transaction:
            file_id, thumbnail_id = (
                self.file(transaction, data, owner),
                self.file(transaction, b"small " + data, owner),
            )
            look = {"people": 1, "remarks": []}
            values = {"file_id": file_id, "thumbnail_id": thumbnail_id, "sha256": data.hex()}
            return self.store.photos.add(transaction, owner, **values, width=600, height=900, look=look)

    def avatar(self, owner: str = "you", name: str = "Ada", photo_id: str | None = None) -> AvatarRow:
        with self.store.begin() as transaction:
            thumbnail_id = self.file(transaction, b"face of " + name.encode(), owner)
            glb_id = self.file(transaction, b"mesh of " + name.encode(), owner)
            return self.store.avatars.add(
                transaction,
                owner,
                name=name,
                persona={"name": name},
                body={"parameters": {}, "glb_id": glb_id},
                photo_id=photo_id,
                thumbnail_id=thumbnail_id,
                files={"glb": glb_id},
            )

    def generation(
        self, owner: str = "you", pictures: int = 2, avatar_id: str | None = None, *, price: int = 0
    ) -> GenerationRow:
        with self.store.begin() as transaction:
            if price:
                self.store.ledger.grant(transaction, owner, price, cause="a gift", key="gift")
            job_id, _ = self.store.jobs.submit(
                transaction,
                owner=owner,
                kind="generation",
                title="Pictures",
                payload={"n": pictures},
                price=price,
            )
            return self.store.generations.add(
                transaction,
                owner,
                job_id=job_id,
                title="Pictures",
                order={"poses": ["stand"]},
                requests=[{"seed": number} for number in range(pictures)],
                prompt="a person",
                negative_prompt="blur",
                avatar_id=avatar_id,
            )

    def claim(self, generation: GenerationRow) -> JobRow:
        job = self.store.jobs.claim(worker="w", lease_seconds=LEASE_S, job_id=generation.job_id)
        assert job is not None
        assert job.token is not None
        return job

    def picture(self, job: JobRow, position: int, data: bytes | None = None) -> PictureRow:
        content = data or f"picture {position} of {job.id}".encode()
        with self.store.begin() as transaction:
            new = NewPicture(
                position=position,
                file_id=self.file(transaction, content, job.owner),
                thumbnail_id=self.file(transaction, b"small " + content, job.owner),
                view="front",
                pose="stand",
                seed=position,
                width=512,
                height=512,
                alt="A person, front view",
            )
            return self.store.generations.add_picture(transaction, job.id, job.token or "", new)

    def finished(
        self, owner: str = "you", pictures: int = 2, avatar_id: str | None = None, *, price: int = 0
    ) -> GenerationRow:
        generation = self.generation(owner, pictures, avatar_id, price=price)
        job = self.claim(generation)
        for position in range(pictures):
            self.picture(job, position)
        with self.store.begin() as transaction:
            self.store.jobs.finish(transaction, job.id, job.token or "", {"generation_id": generation.id})
        return self.store.generations.get(owner, generation.id).generation


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = open_store(tmp_path / "data", clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def things(store: Store) -> Things:
    return Things(store)

"""The same bytes kept and deleted for good at one time, by people who do not know of each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from pipelines.types import Persona
from store.database import DATABASE_NAME
from store.objects_folder import FolderObjects
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio, open_scripted_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path) as opened:
        yield opened


@pytest.fixture
def losing(studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is put is deleted for good by somebody else before its row is there."""
    store = studio.resources.store
    put = store.files.put

    def put_and_lose(data: bytes) -> object:
        blob = put(data)
        other = sqlite3.connect(store.folder / DATABASE_NAME, timeout=0, isolation_level=None)
        with closing(other), suppress(sqlite3.OperationalError):  # raised where the write lock is held
            other.execute("BEGIN IMMEDIATE")  # without it nobody deletes for good
            store.objects.delete(blob.sha256)
        return blob

    monkeypatch.setattr(store.files, "put", put_and_lose)


@pytest.mark.usefixtures("losing")
def test_a_photo_is_kept_however_often_its_bytes_are_deleted(studio: ScriptedStudio) -> None:
    store = studio.resources.store
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    assert store.files.read(YOU.id, photo.file_id)


@pytest.mark.usefixtures("losing")
def test_a_picture_is_kept_however_often_its_bytes_are_deleted(studio: ScriptedStudio) -> None:
    made = studio.make(GenerationOrder(persona=Persona(name="Ada"), seed=1, width=64, height=64))
    [picture] = studio.for_person(YOU).generations.get(made).pictures
    assert studio.resources.store.files.read(YOU.id, picture.file_id)


def test_bytes_that_go_between_a_look_and_a_touch_are_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = FolderObjects(tmp_path / "objects")
    objects.prepare()
    blob, holds = objects.put(b"a picture"), objects.holds

    def look_and_lose(asked: object) -> bool:
        was_there = holds(blob)
        objects.delete(blob.sha256)
        return was_there

    monkeypatch.setattr(objects, "holds", look_and_lose)
    assert objects.put(b"a picture") == blob
    assert objects.read(blob.sha256) == b"a picture"

"""A picture whose file is damaged, as History shows it."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from pipelines.types import Persona
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio


def test_a_damaged_picture_is_a_card_that_says_what_to_do(
    studio: ScriptedStudio, window: Window, you: gr.Request, press: Callable[..., gr.EventData]
) -> None:
    mine = studio.for_person(YOU)
    ordered = mine.generations.order(GenerationOrder(persona=Persona(), width=64, height=64))
    studio.settle()
    [first] = mine.generations.get(ordered.generation_id).pictures
    store = studio.resources.store
    store.mark()
    store.objects.path(store.files.get("you", first.file_id).sha256).unlink()
    store.mending.mend(store.files.get("you", first.file_id).sha256, store.clock())
    grid = window.history.first_page(you)
    assert "Damaged" in grid
    sheet = window.history.open(press("open", ordered.generation_id), you)
    assert "Connect the drive with your backups" in sheet
    assert first.file_id not in sheet
    assert 'data-act="again"' in sheet


def test_a_damaged_photo_is_a_card_that_says_what_to_do_and_is_not_measured(
    studio: ScriptedStudio, window: Window, you: gr.Request
) -> None:
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    _, shown, measure, _ = window.upload.show_first(photo.id, you)
    assert (photo.file_id in shown, measure.interactive) == (True, True)
    store = studio.resources.store
    store.mark()
    kept = store.files.get("you", photo.file_id).sha256
    store.objects.path(kept).unlink()
    store.mending.mend(kept, store.clock())
    _, shown, measure, cost = window.upload.show_first(photo.id, you)
    assert "choose the photo once more" in shown
    assert photo.file_id not in shown
    assert not measure.interactive
    assert "Choose a photo first." in cost

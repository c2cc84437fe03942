"""More from a generation: variations, another model, a template; what cannot be is said in the dialog."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from PIL import Image

from pipelines.types import Persona
from studio.ui.redrawing import PNG_URL
from studio.ui.shell import Window
from studio.vocabulary.library import GenerationSearch
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.person import YOU
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

Press = Callable[..., gr.EventData]


@pytest.fixture
def draft(studio: ScriptedStudio) -> str:
    studio.bring("klein-4b")
    return studio.make(GenerationOrder(persona=Persona(name="Ada"), seed=3, width=64, height=64))


@pytest.fixture
def newest(studio: ScriptedStudio) -> Callable[[], Any]:
    """What was ordered last."""
    return lambda: studio.for_person(YOU).generations.list_page(GenerationSearch()).items[0]


def test_a_draft_is_made_real_with_its_seed(
    window: Window, you: gr.Request, press: Press, draft: str, newest: Callable[[], Any]
) -> None:
    said = window.history.follow_ups.open(press("onward", draft), you)
    for words in (
        "Make this draft real",
        "A draft is the same whatever the seed",
        '<option value="klein-4b">',
    ):
        assert words in said
    assert '<option value="draft">' not in said
    *_, dialog, sheet = window.history.follow_ups.proceed(
        [], press("proceed", draft, preset="klein-4b", beginning=""), you
    )
    assert (dialog, sheet) == ("", "")
    made = newest()
    assert (made.order.preset, made.order.seed, made.order.persona.name) == ("klein-4b", 3, "Ada")


def test_variations_are_ordered_with_other_seeds(
    window: Window, you: gr.Request, press: Press, draft: str, newest: Callable[[], Any]
) -> None:
    follow_ups = window.history.follow_ups
    follow_ups.proceed([], press("proceed", draft, preset="klein-4b"), you)
    real = newest().id
    for wrong in ("", "0", "99999", "two"):
        *_, dialog, sheet = follow_ups.vary([], press("vary", real, count=wrong), you)
        assert "Say how many" in dialog, wrong
        assert sheet != ""
    assert newest().id == real
    follow_ups.vary([], press("vary", real, count="3"), you)
    made = newest()
    assert (made.order.count, len({picture.seed for picture in made.pictures})) == (3, 3)
    assert made.order.seed != 3


def test_a_part_is_redrawn_by_its_name(
    window: Window, you: gr.Request, press: Press, draft: str, newest: Callable[[], Any]
) -> None:
    follow_ups = window.history.follow_ups
    assert "Redraw a part" in follow_ups.open(press("onward", draft), you)
    *_, dialog, sheet = follow_ups.redraw([], press("redraw", draft, words="a red coat"), you)
    assert "Choose what is to be drawn anew" in dialog
    fields = {"part-clothes": True, "part-hair": False, "words": "a red coat"}
    *_, dialog, sheet = follow_ups.redraw([], press("redraw", draft, **fields), you)
    assert (dialog, sheet) == ("", "")
    made = newest()
    assert made.order.redraw is not None
    assert (made.order.redraw.parts, made.order.prompt) == (("clothes",), "a red coat")
    assert made.requests == () or made.requests[0]["redraw"]["parts"] == ["clothes"]


def test_a_part_is_redrawn_by_another_model_without_the_photo_that_it_does_not_look_at(
    window: Window,
    you: gr.Request,
    press: Press,
    draft: str,
    newest: Callable[[], Any],
    studio: ScriptedStudio,
) -> None:
    follow_ups = window.history.follow_ups
    assert 'value="flux1-fill"' not in follow_ups.open(press("onward", draft), you)
    studio.bring("flux1-kontext", "flux1-fill")
    both = follow_ups.open(press("onward", draft), you)
    assert both.index('value="klein-4b"') < both.index('value="flux1-fill"')  # the pose is not lost by itself
    photo = studio.for_person(YOU).photos.add(encode(draw_figure(600, 900), "PNG"))
    order = GenerationOrder(
        persona=Persona(name="Ada"),
        engine="flux1-kontext",
        preset="flux1-kontext",
        references=(OrderReference(photo_id=photo.id),),
        width=64,
        height=64,
    )
    said = follow_ups.open(press("onward", studio.make(order)), you)
    redrawn = said[said.index("Redraw a part") : said.index("Keep as a template")]
    assert '<option value="flux1-fill">' in redrawn
    for no_choice in ("flux1-kontext", "draft"):  # whole pictures alone; the draft's own alone
        assert f'<option value="{no_choice}">' not in redrawn
    fields = {"part-clothes": True, "words": "a red coat", "preset": "flux1-fill"}
    *_, dialog, _ = follow_ups.redraw([], press("redraw", newest().id, **fields), you)
    assert dialog == ""
    made = newest().order
    assert (made.engine, made.preset, made.references) == ("flux1-fill", "flux1-fill", ())


def test_what_is_painted_over_a_picture_is_redrawn(
    window: Window,
    you: gr.Request,
    press: Press,
    draft: str,
    newest: Callable[[], Any],
    studio: ScriptedStudio,
) -> None:
    follow_ups, photos = window.history.follow_ups, studio.for_person(YOU).photos
    mask = Image.new("L", (64, 64))
    mask.paste(255, (16, 16, 48, 48))
    sent = BytesIO()
    mask.save(sent, "PNG")
    painted = PNG_URL + base64.b64encode(sent.getvalue()).decode()
    for wrong in (painted[:-3], PNG_URL + base64.b64encode(b"no picture").decode()):
        *_, dialog, _ = follow_ups.redraw([], press("redraw", draft, painted=wrong), you)
        assert 'role="alert"' in dialog, wrong[:40]
    *_, dialog, _ = follow_ups.redraw([], press("redraw", draft, painted=painted, picture="x" * 20), you)
    assert 'role="alert"' in dialog
    assert photos.list_page().items == ()  # what no order holds is not kept
    *_, dialog, sheet = follow_ups.redraw([], press("redraw", draft, painted=painted, words="a scar"), you)
    assert (dialog, sheet) == ("", "")
    [kept] = photos.list_page().items
    assert newest().order.redraw.mask_photo_id == kept.id


def test_where_no_model_runs_it_says_so(
    window: Window, you: gr.Request, press: Press, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.services.models.Models.list_all", lambda self: ())
    said = window.history.follow_ups.open(press("onward", draft), you)
    assert "No other model can draw it here now" in said
    assert "data-models" in said


def test_a_template_keeps_what_is_left_open(
    window: Window, you: gr.Request, press: Press, draft: str, studio: ScriptedStudio
) -> None:
    fields = {"name": "", "open-poses": True, "open-seed": True, "open-persona": False}
    dialog, _ = window.history.follow_ups.keep_template(press("keep", draft, **fields), you)
    assert 'role="alert"' in dialog
    dialog, toast = window.history.follow_ups.keep_template(
        press("keep", draft, **fields | {"name": "Shop <b>"}), you
    )
    [kept] = studio.for_person(YOU).templates.list_recent()
    assert (dialog, kept.name, kept.open) == ("", "Shop <b>", ("poses", "seed"))
    assert "Shop &lt;b&gt;" in toast


def test_a_picture_becomes_the_avatar(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    order = GenerationOrder(persona=Persona(name="Ada"), views=("front", "back"), width=64, height=64)
    made = studio.make(order)
    mine, follow_ups = studio.for_person(YOU), window.history.follow_ups
    back = mine.generations.get(made).pictures[1]
    said = follow_ups.open(press("onward", made), you)
    assert f'<option value="{back.id}">2: back</option>' in said
    dialog, _ = follow_ups.make_avatar(press("embody", made, who=" ", picture=back.id), you)
    assert 'role="alert"' in dialog
    other = studio.make(order)
    foreign = mine.generations.get(other).pictures[1]
    for chosen, base in ((back, back), (foreign, mine.generations.get(made).pictures[0])):
        dialog, toast = follow_ups.make_avatar(press("embody", made, who="Eve <b>", picture=chosen.id), you)
        newest = mine.avatars.list_recent()[0]
        assert (dialog, newest.origin.base_id, newest.origin.source) == ("", base.file_id, "picture")
        assert "Eve &lt;b&gt;" in toast


def test_links_are_offered_only_where_they_are_on(
    tmp_path: Path, window: Window, you: gr.Request, press: Press, draft: str
) -> None:
    assert "Share a link" not in window.history.follow_ups.open(press("onward", draft), you)
    with pytest.raises(gr.Error, match="Share links are off"):
        window.history.follow_ups.share(press("share", draft), you)
    with open_scripted_studio(tmp_path / "shared", share_links=True) as studio:
        made = studio.make(GenerationOrder(persona=Persona(name="Ada"), width=64, height=64))
        dialog = Window(studio).history.follow_ups
        assert "data-link" not in dialog.open(press("onward", made), you)
        shown = dialog.share(press("share", made, seconds="604800"), you)
        [link] = studio.for_person(YOU).sharing.list_valid(made)
        assert f'data-link="{link.path[1:]}"' in shown
        assert "fetched 0 times" in shown
        assert round((link.expires_at - link.created_at).total_seconds() / 86400) == 7
        assert "data-link" not in dialog.revoke(press("revoke", made), you)
        assert not studio.for_person(YOU).sharing.list_valid(made)

"""Errors reach a person as a sentence, never as an exception's text; events from the browser are not trusted."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr
import pytest

from pipelines.errors import PersonaRefused
from studio.ui.handlers import read_action, shows_errors


def test_what_a_person_can_act_on_is_said_in_its_own_words() -> None:
    @shows_errors
    def handler() -> None:
        raise PersonaRefused

    with pytest.raises(gr.Error) as caught:
        handler()
    assert caught.value.message == PersonaRefused().message
    assert not caught.value.print_exception


def test_anything_else_is_logged_and_only_referred_to(caplog: pytest.LogCaptureFixture) -> None:
    @shows_errors
    def handler() -> None:
        raise RuntimeError("/home/you/secret prompt")

    with caplog.at_level(logging.ERROR), pytest.raises(gr.Error) as caught:
        handler()
    assert caught.value.message.startswith("Unexpected error; see the log (reference ")
    assert "secret" not in caught.value.message
    reference = caught.value.message.removesuffix(").").rsplit(" ", 1)[1]
    assert reference in caplog.text
    assert caplog.records[0].exc_info is not None


def test_a_sentence_cannot_bring_markup() -> None:
    @shows_errors
    def handler() -> None:
        raise PersonaRefused("<img src=x onerror=alert(1)>")

    with pytest.raises(gr.Error) as caught:
        handler()
    assert "<img" not in caught.value.message


@pytest.mark.parametrize("data", [None, [], "open", {"act": 3, "id": "x"}, {"act": "open", "id": "x" * 81}])
def test_an_event_that_is_none_of_ours_reads_as_nothing(data: Any) -> None:
    assert read_action(gr.EventData(None, data)) == ("", "")


def test_an_event_of_ours_says_what_and_for_which(press: Any) -> None:
    assert read_action(press("open", "generation-1")) == ("open", "generation-1")

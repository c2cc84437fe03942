"""What every handler of the window shares: one catcher of errors, and the reading of events from our own HTML."""

from __future__ import annotations

import functools
import html
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import gradio as gr

from pipelines.errors import PipelineError
from studio.errors import say_trouble

log = logging.getLogger(__name__)

Handler = TypeVar("Handler", bound=Callable[..., Any])

TOAST_SECONDS = 8
LONGEST_ID = 80  # characters; ours are far shorter
# Every listener of the window: not in the public API, no overlay on what it changes, as many at once as are asked.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}

# The same where every press counts: a second one while the first is not answered is usually dropped.
EACH: dict[str, Any] = {**QUIET, "trigger_mode": "multiple"}

# The same for quick answers that write to no state whose change is listened to: one request, no queue and no stream.
DIRECT: dict[str, Any] = {**QUIET, "queue": False}


def shows_errors(handler: Handler) -> Handler:
    """Let a handler fail in words.

    What a person can act on becomes a toast with its own sentence. Anything else is logged with its traceback under
    a reference, and only the reference is shown: an exception's text may hold paths and prompts.
    """

    @functools.wraps(handler)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except PipelineError as error:
            raise _toast(error.message) from error
        except gr.Error:
            raise
        except Exception as error:  # one of the two catchers of the house
            if (said := say_trouble(error)) is not None:
                log.warning("%s in %s", error, handler.__qualname__)
                raise _toast(said.message) from error
            reference = uuid.uuid4().hex[:8]
            log.exception("unexpected error %s in %s", reference, handler.__qualname__)
            raise _toast(f"Unexpected error; see the log (reference {reference}).") from error

    return guarded  # type: ignore[return-value]


def _toast(sentence: str) -> gr.Error:
    return gr.Error(
        html.escape(sentence, quote=False), title="Not done", duration=TOAST_SECONDS, print_exception=False
    )


def read_action(event: gr.EventData) -> tuple[str, str]:
    """What our own HTML asks for, and for which id: the `data-act` and `data-id` of what was pressed.

    Anything else than two short texts reads as ("", ""): the browser is not trusted.
    """
    data = event._data if isinstance(event._data, dict) else {}
    action, target = data.get("act", ""), data.get("id", "")
    if not isinstance(action, str) or not isinstance(target, str) or len(target) > LONGEST_ID:
        return "", ""
    return action, target


def read_data(event: gr.EventData) -> Mapping[str, Any]:
    """All that our own HTML sent with a press; nothing where it is no mapping. Its values are anybody's."""
    return event._data if isinstance(event._data, dict) else {}


def read_texts(event: gr.EventData, name: str, *, most: int) -> tuple[str, ...]:
    """A list of short texts of that name, each once; what is no text is left out."""
    sent = read_data(event).get(name)
    texts = [one for one in sent if isinstance(one, str) and one] if isinstance(sent, list) else []
    return tuple(dict.fromkeys(text[:LONGEST_ID] for text in texts))[:most]


def read_text(event: gr.EventData, name: str, *, most: int) -> str:
    """A text of that name; "" where there is none."""
    sent = read_data(event).get(name)
    return sent[:most] if isinstance(sent, str) else ""

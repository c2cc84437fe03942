"""A small Gradio window for the shield's tests: a form, a picture that comes in, a picture that goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from fastapi import FastAPI
from PIL import Image

from studio.studio import Studio

Made = TypeVar("Made")
SEEN: list[Any] = []  # what the handlers were given, newest last


def build_tiny_window() -> gr.Blocks:
    """Function 0 echoes a text, 1 takes a picture's path, 2 makes a picture, 3 refuses; one part has a server function,
    which the shield does not let anyone call."""
    with gr.Blocks(analytics_enabled=False, title="Tiny") as blocks:
        text = gr.Textbox(label="Text")
        gr.HTML("<i></i>", js_on_load="element.dataset.ready = 1", server_functions=[shout], elem_id="part")
        picture = gr.Image(type="filepath", label="Photo")
        size = gr.Textbox(label="Size")
        drawn = gr.Image(label="Drawn")
        gr.Button("Echo").click(echo, text, text, api_name="echo", queue=False)
        gr.Button("Look").click(look, picture, size, api_name="look")
        gr.Button("Draw").click(draw, None, drawn, api_name="draw")
        gr.Button("Refuse").click(refuse, text, text, api_name="refuse", queue=False)
    return blocks


def echo(text: str) -> str:
    """The text again."""
    SEEN.append(text)
    return text


def look(path: str | None) -> str:
    """What the picture's file holds, in bytes."""
    SEEN.append(path)
    return str(Path(path).stat().st_size) if path else "nothing"


def draw() -> Image.Image:
    """A picture."""
    return Image.new("RGB", (8, 8), "red")


def refuse(text: str) -> str:
    """Says no."""
    raise gr.Error(f"No {text} here.", print_exception=False)


def shout(text: str) -> str:
    """A server function."""
    return str(text).upper()


def mount_tiny_window(app: FastAPI, studio: Studio) -> None:
    """The window's place in the app."""
    root_path = studio.settings.root_path or None
    gr.mount_gradio_app(
        app, build_tiny_window(), path="/", root_path=root_path, run_history=False, footer_links=[]
    )


def in_a_loop(make: Callable[[], Made]) -> Made:
    """Make it inside a running event loop: outside of one, Gradio opens a loop of its own and leaves it open."""

    async def made() -> Made:
        return make()

    return asyncio.run(made())

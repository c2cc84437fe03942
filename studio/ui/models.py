"""The Models page: every image model, what it costs and supports, and what can be done: choose, download, remove."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import gradio as gr

from pipelines.errors import PipelineError
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.model_words import (
    DRAFT,
    LEAVES,
    TIER_WORDS,
    modes_of,
    write_download,
    write_memory,
    write_seconds,
    write_size,
)
from studio.ui.shared import Shared, person_of
from studio.ui.tray import button
from studio.vocabulary.model import LocalModels, Model

STILL_USED = "Noted. What was in use when the studio was started stays so until it is started again."
KEPT = "Nothing is removed: another model that is here needs all of it. Remove that one first."
ACTS = ("download", "accept", "remove", "release", "allow", "disallow")
PAGE = """
<section class="models" aria-labelledby="models-title">
  <div class="models-head"><h2 id="models-title" tabindex="-1">Models</h2>
  <button type="button" class="button" data-models-close>Back to the studio</button></div>
  <p class="models-intro">The draft needs nothing. The others make photoreal pictures of the same body; their
  weights are downloaded once, and only when you say so.</p>
  <div data-list><p class="quiet">Looking at this machine.</p></div>
</section>
"""
JS = (
    "avatarStudio.models(element, props, watch, () => trigger('look', { act: 'look' }));"
    "avatarStudio.actions(element, trigger, 'use', 'download', 'accept', 'remove', 'release', 'allow', 'disallow');"
)


class ModelsPage:
    """A page in place of the desk, opened from the header and from the line under Generate."""

    tray_now: Any  # set by the shell

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the page, closed."""
        self.page = gr.HTML("", html_template=PAGE, js_on_load=JS, elem_id="models", apply_default_css=False)

    def wire(self, shared: Shared) -> None:
        """Read the models when the page opens and when a job ended; act on what is pressed."""
        preset = shared.model["preset"]
        self.page.look(self.look, [preset], [self.page], **QUIET)
        gr.on(
            [shared.revision.change, preset.change],
            self.refresh,
            [preset, self.page],
            [self.page],
            trigger_mode="always_last",
            **QUIET,
        )
        own = [shared.model["steps"], shared.model["guidance"]]
        self.page.use(self.use, outputs=[preset, *own], **QUIET)
        for name in ACTS:
            getattr(self.page, name)(self.act, [preset, shared.put_away], [self.page, *shared.tray], **QUIET)

    @shows_errors
    def look(self, preset: str, request: gr.Request) -> str:
        """The page's list now."""
        return self._list(request, preset)

    @shows_errors
    def refresh(self, preset: str, shown: str, request: gr.Request) -> Any:
        """The list again where it has been looked at; nothing is read before."""
        return self._list(request, preset) if shown else gr.skip()

    @shows_errors
    def use(self, event: gr.EventData, request: gr.Request) -> tuple[str, None, None]:
        """Put the model on the stage, with its own number of steps and its own guidance."""
        _, name = read_action(event)
        names = {model.name for model in self.studio.for_person(person_of(request)).models.list_all()}
        return (name if name in names else DRAFT), None, None

    @shows_errors
    def act(
        self, preset: str, put_away: Any, event: gr.EventData, request: gr.Request
    ) -> tuple[str, Any, Any]:
        """Do what was pressed; what cannot be done is said on the model's own card."""
        action, name = read_action(event)
        mine = self.studio.for_person(person_of(request))
        try:
            said, wrong = self._do(mine, action, name), False
        except PipelineError as error:
            said, wrong = error.message, True
        return self._list(request, preset, about=name, said=said, wrong=wrong), *self.tray_now(mine, put_away)

    def _do(self, mine: PersonalStudio, action: str, name: str) -> str:
        if action == "download":
            mine.models.download(name)
            return "The download is under way; the tray says how far it is."
        if action in ("accept", "remove", "release", "allow", "disallow"):
            mine.require("models")
        if action == "accept":
            self.studio.weights.accept_licence(name)
            return "Noted: you accept this licence."
        if action == "remove":
            freed = self.studio.weights.remove(name)
            return f"Removed; {write_size(freed)} are free again." if freed else KEPT
        if action == "release":
            free = self.studio.weights.release_gpu()
            return "The GPU is free." if free else "A picture is being made. Free the GPU when it is done."
        if action == "allow":
            self.studio.local_hub.allow()
            return (
                "Done: what is already on this computer is used. Each model says below whether it is ready."
            )
        if action == "disallow":
            still = self.studio.local_hub.disallow().is_used
            return STILL_USED if still else "Done: nothing of it is read any more."
        return ""

    def _list(
        self, request: gr.Request, preset: str, *, about: str = "", said: str = "", wrong: bool = False
    ) -> str:
        mine = self.studio.for_person(person_of(request))
        models = mine.models.list_all()
        coming = {job.preset for job in mine.jobs.list_recent() if job.kind == "download" and job.is_open}
        cards = "".join(
            card_html(
                model,
                is_chosen=model.name == preset,
                is_coming=model.name in coming,
                note=note_html(said, wrong) if said and model.name == about else "",
            )
            for model in sorted(models, key=lambda model: not model.runs_here)  # what leads on is first
        )
        note = note_html(said, wrong) if said and not about else ""
        local = local_html(self.studio.local_hub.state()) if mine.person.may("models") else ""
        return f'{note}{local}{release_html(models)}<div class="models-list">{cards}</div>'


def note_html(said: str, wrong: bool) -> str:
    """What became of a press."""
    style = "problem" if wrong else "model-note"
    sign = "!" if wrong else "✓"
    return (
        f'<p class="{style}" role="status"><span class="sign" aria-hidden="true">{sign}</span> '
        f"{html.escape(said)}</p>"
    )


def local_html(local: LocalModels) -> str:
    """What Hugging Face's own tools keep here: offered with what would be read, or allowed and to be undone."""
    act, words = (
        ("disallow", "Stop using it")
        if local.is_allowed
        else ("allow", "Use what is already on this computer")
    )
    about = f"{words}: models and token of Hugging Face"
    style = "button" if local.is_allowed else "button button-primary"
    return (
        '<section class="models-local" aria-labelledby="models-local-title">'
        '<h3 id="models-local-title">Already on this computer</h3>'
        f"<p>{html.escape(local.says)}</p>{button(act, '', words, about, style)}</section>"
    )


def release_html(models: Sequence[Model]) -> str:
    """Free the GPU: where one of the models can hold it."""
    if not any(model.can_run and model.memory_needed_gb and not model.sends_data_out for model in models):
        return ""
    return (
        '<p class="models-release">A model stays on the GPU between pictures, so that the next one is quick. '
        f"{button('release', '', 'Free the GPU', 'Free the GPU', 'button')}</p>"
    )


TERMS = (
    '<p class="model-terms">Its licence allows no commercial use of these weights; what it says of pictures made with '
    "them, read at the address above. That you accept it is kept on this computer, and asked once.</p>"
)


def card_html(model: Model, *, is_chosen: bool, is_coming: bool, note: str) -> str:
    """One model: what it is, what it supports, what it costs, whether it can run, and what can be done."""
    modes = [modes_of(model), LEAVES if model.sends_data_out else ""]
    words = " · ".join(word for word in modes if word)
    facts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts_of(model) if value)
    says = "Its download is under way." if is_coming else model.says
    state = "coming" if is_coming else "ready" if model.can_run else "missing"
    sign = {"ready": "✓", "coming": "…", "missing": "!"}[state]
    about = f'<p class="model-about">{html.escape(model.about)}</p>' if model.about else ""
    told = "" if says == model.about else html.escape(says)
    terms = TERMS if model.runs_here and not model.licence_accepted else ""
    return (
        f'<article class="model" data-chosen="{str(is_chosen).lower()}" aria-label="{html.escape(model.title)}">'
        f"<h3>{html.escape(model.title)}</h3>{runs_html(model)}{about}"
        f'<p class="quiet">{html.escape(words.capitalize())}.</p>'
        f"<dl>{facts}</dl>"
        f'<p class="model-says" data-state="{state}"><span class="sign" aria-hidden="true">{sign}</span>'
        f"<span>{told or 'Ready.'}</span></p>{note}"
        f'<div class="model-actions">{terms}{_buttons(model, is_chosen, is_coming)}</div></article>'
    )


def runs_html(model: Model) -> str:
    """First of all whether it is of any use on this machine."""
    runs = "Runs here." if model.can_run else "Would run here."
    if not model.runs_here:
        runs = "Is switched off." if model.sends_data_out else "Does not run here."
    return f'<p class="model-runs" data-runs="{str(model.runs_here).lower()}">{runs}</p>'


def facts_of(model: Model) -> list[tuple[str, str]]:
    """Licence, gate, memory, sizes and time, as HTML; empty where there is nothing to say."""
    licence = html.escape(model.licence)
    if licence and model.licence_url.startswith("https://"):
        address = html.escape(model.licence_url)
        licence = (
            f'{licence}<br><a href="{address}" target="_blank" rel="noopener noreferrer">{address[8:]}</a>'
        )
    memory = write_memory(model)
    tier = f", {html.escape(TIER_WORDS.get(model.tier, model.tier))}" if memory and model.tier else ""
    times = (("", model.expected_seconds), ("in HD ", model.expected_hd_seconds))
    takes = ", ".join(
        f"{words}about {write_seconds(seconds)}" for words, seconds in times if seconds is not None
    )
    return [
        ("Licence", licence),
        ("Gated", "Its makers ask you to sign in and agree first" if model.gated else ""),
        ("Token", "Its page may ask for one" if model.may_ask_token and not model.gated else ""),
        ("Needs", memory + tier),
        ("To download", write_download(model)),
        ("On disk", write_size(model.bytes_on_disk) if model.bytes_on_disk else ""),
        ("A picture takes", takes),
    ]


def _buttons(model: Model, is_chosen: bool, is_coming: bool) -> str:
    title = model.title
    buttons = []
    if is_chosen:
        buttons = ['<span class="model-chosen">✓ On the stage</span>']
    elif model.runs_here:
        style = "button button-primary" if model.can_run else "button"
        buttons = [button("use", model.name, "Choose", f"Choose {title}", style)]
    if not model.runs_here:
        pass  # neither a licence nor a download would lead on
    elif not model.licence_accepted:
        words = f"Accept the licence of {title}: {model.licence}"
        buttons.append(button("accept", model.name, "Accept this licence", words, "button"))
    elif model.is_downloadable and not is_coming:
        size = f" {write_size(model.bytes_to_download)}" if model.bytes_to_download else ""
        buttons.append(button("download", model.name, f"Download{size}", f"Download {title}{size}", "button"))
    if model.bytes_on_disk and not is_coming:
        buttons.append(button("remove", model.name, "Remove", f"Remove the weights of {title}", "button"))
    return "".join(buttons)

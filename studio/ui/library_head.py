"""The head of History as HTML: search, project, filters, size; and the bar of what can be done with what is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from studio.vocabulary.export import DEFAULT_NAMES, LONGEST_NAMES, LONGEST_TRIGGER, NAME_FIELDS
from studio.vocabulary.library import LONGEST_SEARCH

FILTER_LABELS = {
    "avatar_id": "Avatar",
    "tag": "Tag",
    "pose": "Pose",
    "category": "Kind of pose",
    "view": "View",
    "style": "Style",
    "size": "Size",
    "person": "Person",
    "preset": "Model",
    "engine": "Drawn by",
    "state": "State",
}
SORT_CHOICES = (("newest", "Newest"), ("oldest", "Oldest"), ("title", "Title"), ("rating", "Rating"))
BULK_CHOICES = (
    ("tag", "Tag", ""),
    ("move", "Move", ""),
    ("favourite", "Favourite", " (F)"),
    ("compare", "Compare", " (C)"),
    ("export", "Export", ""),
    ("delete", "Delete", " (Del)"),
)
EXPORT_FORMATS = (
    ("zip", "ZIP of the pictures"),
    ("sheet", "Contact sheet"),
    ("dataset", "Training set for a LoRA"),
    ("csv", "Table (CSV)"),
    ("json", "For programs (JSON)"),
)
PICTURE_FORMATS = (
    ("original", "As they are"),
    ("png", "PNG"),
    ("jpeg", "JPEG"),
    ("webp", "WEBP"),
    ("avif", "AVIF"),
)
# The longer side of a picture that goes out, in pixels: larger ones are made so long.
SIDE_CHOICES = (
    ("", "Their own size"),
    *((str(side), f"At most {side} px") for side in (2048, 1024, 512, 256)),
)


def _options(choices: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<option value="{value}">{words}</option>' for value, words in choices)


FILTERS = "".join(
    f'<label>{words}<select data-filter="{name}"></select></label>' for name, words in FILTER_LABELS.items()
)
NAMES_SAID = ", ".join(f"{{{name}}}" for name in NAME_FIELDS)
SORTS = _options(SORT_CHOICES)
ACTS = "".join(
    f'<button type="button" class="button" data-bulk="{act}" title="{words}{key}">{words}</button>'
    for act, words, key in BULK_CHOICES
)
# The browser fills in the choices of the fields, with their counts.
HEAD = f"""
<div class="library">
  <div class="library-head">
    <label class="search"><span class="sr-only">Search</span><input type="search" data-search data-filter="q" dir="auto"
      maxlength="{LONGEST_SEARCH}" autocomplete="off" placeholder="Titles, people, words, poses, tags, notes">
      <kbd>/</kbd></label>
    <select data-filter="project_id" class="choice" aria-label="Project"></select>
    <button type="button" class="button" data-shelves>Projects</button>
    <details class="filters"><summary class="button">Filters<i data-active></i></summary>
      <fieldset><legend>Every filter has to fit.</legend>{FILTERS}
      <label>From<input type="date" data-filter="from"></label>
      <label>To<input type="date" data-filter="to"></label>
      <label>Order<select data-filter="sort">{SORTS}</select></label></fieldset></details>
    <button type="button" class="chip" data-starred aria-pressed="false">★ Favourites <i></i></button>
    <input type="range" class="grid-size" data-size min="104" max="320" step="8" aria-label="Size of the pictures">
  </div>
  <p class="library-says" data-says hidden><span role="status"></span>
    <button type="button" class="link-button" data-show-all>Show everything</button>
    <button type="button" class="link-button" data-export-found>Export these as a ZIP</button></p>
  <p class="library-tools"><button type="button" class="link-button" data-use-picture
    title="A picture that was made here with its settings in it">Settings from a picture</button>
    <button type="button" class="link-button" data-collection="templates">Templates</button>
    <button type="button" class="link-button" data-collection="imports">Bring in</button></p>
  <div data-days></div>
  <div class="selection" role="region" aria-label="What is chosen" data-selection hidden>
    <b role="status" data-chosen></b><span class="selection-acts">{ACTS}</span>
    <button type="button" class="icon-button" data-none aria-label="Choose none" title="Choose none (Esc)">×</button>
    <form data-ask="tag" hidden><label><span class="sr-only">Tags to add</span><input name="tags" dir="auto" required
      autocomplete="off" placeholder="Tags, with commas between them"></label>
      <button class="button button-primary">Add</button></form>
    <form data-ask="move" hidden><label><span class="sr-only">Project to move to</span>
      <select name="project_id"></select></label><button class="button button-primary">Move</button></form>
    <form data-ask="export" hidden><label><span class="sr-only">As what</span>
      <select name="format">{_options(EXPORT_FORMATS)}</select></label>
      <label data-of="zip sheet dataset"><span class="sr-only">Kind of the pictures</span>
      <select name="image_format">{_options(PICTURE_FORMATS)}</select></label>
      <label data-of="zip dataset"><span class="sr-only">Size of the pictures</span>
      <select name="longest_px">{_options(SIDE_CHOICES)}</select></label>
      <label data-of="zip"><span class="sr-only">Names of the pictures</span>
      <input name="names" maxlength="{LONGEST_NAMES}" autocomplete="off" value="{DEFAULT_NAMES}" required
        title="Names of the pictures: text with {NAMES_SAID}"></label>
      <label data-of="dataset" hidden><span class="sr-only">Word that stands first in each caption</span>
      <input name="word" dir="auto" maxlength="{LONGEST_TRIGGER}" autocomplete="off"
        placeholder="Word to call them by"></label>
      <label class="with-settings"><input type="checkbox" name="metadata" checked> With the settings</label>
      <button class="button button-primary">Export</button></form>
  </div>
</div>
"""

"""The Poses tab: search, categories, a lazy grid of rendered thumbnails; a click puts a pose on the stage."""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Sequence

import gradio as gr

from pipelines.pose.search import SYNONYMS
from pipelines.pose.vocabulary import FILTERS
from studio.studio import Studio
from studio.ui.pose_editor import build_pose_editor
from studio.ui.shared import Shared
from studio.vocabulary.person import Person
from studio.vocabulary.pose import GalleryPose

AT_ONCE = 24  # pictures that are asked for before the layout is known: about what is in view
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 240, 320  # pixels, the shape of every tile
ATTRIBUTES = {"tag": "tags"}  # where a filter is not called as the gallery's entry calls it
# A pose of the person's own, to be filled in in the browser, with a way to save it as a file and to delete it.
OWN_TILE = """
<template data-own-tile><div class="own-tile" data-own>
  <button type="button" class="tile" data-act="put" data-category="own" aria-pressed="false">
    <span class="tile-picture"><img alt="" loading="lazy" decoding="async" width="240" height="320"></span>
    <span class="tile-name"></span>
  </button>
  <p class="own-tools"><button type="button" data-edit-own>Edit</button><a download>Save</a>
    <button type="button" data-forget>Delete</button></p>
</div></template>
"""
ADD_POSE = """
<label class="button add-pose" data-add-pose>Add a pose<input class="sr-only" type="file" data-pose-file
  accept="image/*,.json,.bvh,.npz,.glb,.gltf,.zip" aria-label="Add a pose from a photo or a file"></label>
"""
MARK_POSE = (
    '<button type="button" class="button" data-mark-pose aria-pressed="false" aria-label="Favourite pose" '
    'title="The pose on the stage is a favourite (F)">☆</button>'
)
EDIT_POSE = (
    '<button type="button" class="button" data-edit-pose>Edit this pose</button>'
    '<button type="button" class="button" data-new-pose>New pose</button>'
)
CHOOSE_SEVERAL = (
    '<button type="button" class="button" data-choose-several aria-pressed="false">Select</button>'
)
CHOOSE_BAR = """
<div class="choose-bar" data-choose-bar hidden><span data-chosen-words role="status"></span>
  <button type="button" class="button button-primary" data-order-poses></button>
  <button type="button" class="button" data-choose-none>Cancel</button></div>
"""
# After a pose came out of a photo: whether it is the photo's.
PHOTO_POSE = """
<dialog class="photo-pose" data-photo-pose aria-labelledby="photo-pose-title">
  <div class="photo-pose-head"><h2 id="photo-pose-title" data-title></h2>
    <button type="button" class="button" data-edit>Edit this pose</button>
    <button type="button" class="icon-button" data-close aria-label="Close">×</button></div>
  <div class="photo-pose-pair">
    <figure><div class="photo-pose-box"><img data-photo alt="Your photo"><img data-laid alt=""></div>
      <figcaption>Photo</figcaption></figure>
    <figure><div class="photo-pose-box"><img data-laid alt="The body in the photo’s pose"></div>
      <figcaption>Body</figcaption></figure>
  </div>
  <label class="photo-pose-slider"><span>Body over the photo</span>
    <input type="range" min="0" max="100" step="5" value="50" data-blend><output data-blend-says></output></label>
</dialog>
"""
JS = (
    "avatarStudio.poses(element, watch, props); avatarStudio.choosePoses(element, trigger, 'order');"
    "avatarStudio.actions(element, trigger, 'put');"
)


class PosesTab:
    """The gallery. What is shown of it is decided in the browser: 1,000 tiles are searched without a round trip."""

    label, id = "Poses", "poses"

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the whole gallery as one HTML; the pictures load when they come into view."""
        self.gallery = gr.HTML(
            gallery_html(self.studio.poses.list_all()),
            elem_id="pose-gallery",
            js_on_load=JS,
            apply_default_css=False,
        )
        self.editor = build_pose_editor()

    def wire(self, shared: Shared) -> None:
        """Nothing of its own: a pressed tile is put on the stage by the shell, which knows the stage."""

    def is_there(self, slug: object, person: Person) -> bool:
        """Whether that is a pose of the gallery, or of this person's own."""
        known = {pose.slug for pose in self.studio.for_person(person).poses.list_all()}
        return isinstance(slug, str) and slug in known


def gallery_html(poses: Sequence[GalleryPose]) -> str:
    """Search, chips, filters and the grid; the person's own poses come into it in the browser."""
    tiles = "".join(tile(pose, lazy=number >= AT_ONCE) for number, pose in enumerate(poses))
    synonyms = html.escape(json.dumps(SYNONYMS))
    return (
        f'<div class="gallery-head" data-synonyms="{synonyms}">'
        '<label class="search"><span class="sr-only">Search poses</span>'
        '<input type="search" placeholder="Search poses" data-search autocomplete="off" spellcheck="false">'
        "<kbd>/</kbd></label>"
        f"{_filters(poses)}{CHOOSE_SEVERAL}{MARK_POSE}{EDIT_POSE}{ADD_POSE}</div>{_chips(poses)}{CHOOSE_BAR}"
        '<p class="problem" data-pose-problem role="alert" hidden></p>'
        f'<div class="grid" role="group" aria-label="Poses" data-grid>{tiles}</div>{OWN_TILE}'
        '<div class="empty" data-empty role="status" hidden><p></p>'
        '<button type="button" class="button" data-show-all>Show all poses</button></div>'
        f"{PHOTO_POSE}"
    )


def tile(pose: GalleryPose, *, lazy: bool = True) -> str:
    """One pose: its picture, the back of it while it is pointed at, its name."""
    name = html.escape(pose.name)
    loading = "lazy" if lazy else "eager"
    facets = facets_of(pose)
    said = " ".join(facet.partition(":")[2] for facet in facets)
    words = html.escape(f"{pose.name} {said}".lower())
    return (
        f'<button type="button" class="tile" data-act="put" data-id="{html.escape(pose.slug)}" data-words="{words}" '
        f'data-category="{html.escape(pose.category)}" '
        f'data-facets="{html.escape(" ".join(facets))}" aria-pressed="false">'
        f'<span class="tile-picture"><img src="{html.escape(pose.thumbnail_url.lstrip("/"))}" alt="{name}, front" '
        f'loading="{loading}" decoding="async" width="{THUMBNAIL_WIDTH}" height="{THUMBNAIL_HEIGHT}" '
        f'data-back="{html.escape(pose.back_url.lstrip("/"))}"></span>'
        f'<span class="tile-name">{name}</span></button>'
    )


def facets_of(pose: GalleryPose) -> tuple[str, ...]:
    """What a pose is filtered by: "mood:calm", "props:cup", …"""
    values = {field: getattr(pose, ATTRIBUTES.get(field, field)) for field in FILTERS}
    return tuple(
        f"{field}:{word}"
        for field, said in values.items()
        for word in (said if isinstance(said, tuple) else (said,))
    )


def _chips(poses: Sequence[GalleryPose]) -> str:
    counts = Counter(pose.category for pose in poses)
    chips = [
        f'<button type="button" class="chip" data-chip="" aria-pressed="true">All <i>{len(poses)}</i></button>',
        '<button type="button" class="chip" data-chip="own" aria-pressed="false" hidden>Mine <i>0</i></button>',
        '<button type="button" class="chip" data-chip="favourite" aria-pressed="false" hidden>★ Favourites <i>0</i>'
        "</button>",
        '<button type="button" class="chip" data-chip="recent" aria-pressed="false" hidden>Recent <i>0</i></button>',
    ]
    chips += [
        f'<button type="button" class="chip" data-chip="{html.escape(category)}" aria-pressed="false">'
        f"{html.escape(category.capitalize())} <i>{number}</i></button>"
        for category, number in counts.items()
    ]
    return f'<div class="chip-row" role="group" aria-label="Categories">{"".join(chips)}</div>'


def _filters(poses: Sequence[GalleryPose]) -> str:
    """A choice for every structured field but the category, which has its chips; the counts follow in the browser."""
    counts = Counter(facet for pose in poses for facet in facets_of(pose))
    choices = []
    for field, words in FILTERS.items():
        if field == "category":
            continue
        options = "".join(
            f'<option value="{field}:{word}" data-label="{_label(word)}">{_label(word)} ({counts[f"{field}:{word}"]})'
            "</option>"
            for word in words
            if counts[f"{field}:{word}"]
        )
        choice = f'<select data-filter="{field}" aria-label="{_label(field)}"><option value="">Any</option>'
        choices.append(f"<label>{_label(field)}{choice}{options}</select></label>")
    # Of what the person has imported: filled in in the browser, where there is any.
    pack = '<select data-filter="pack" aria-label="Pack"><option value="">Any</option></select>'
    choices.append(f"<label hidden>Pack{pack}</label>")
    return (
        '<details class="filters"><summary class="button">Filters</summary>'
        f"<fieldset><legend>Show poses with</legend>{''.join(choices)}</fieldset></details>"
    )


def _label(word: str) -> str:
    return html.escape(word.replace("-", " ").capitalize())

"""The Poses tab: search, categories, a lazy grid of rendered thumbnails; a click puts a pose on the stage."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence

import gradio as gr

from pipelines.types import FRAMINGS
from studio.studio import Studio
from studio.ui.handlers import read_action
from studio.ui.shared import Shared
from studio.vocabulary.pose import GalleryPose

AT_ONCE = 24  # pictures that are asked for before the layout is known: about what is in view
THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT = 240, 320  # pixels, the shape of every tile
JS = "avatarStudio.poses(element, watch, props); avatarStudio.actions(element, trigger, 'put');"


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

    def wire(self, shared: Shared) -> None:
        """Nothing of its own: a pressed tile is put on the stage by the shell, which knows the stage."""

    def read_pose(self, event: gr.EventData, otherwise: str) -> str:
        """The pose that was pressed; the one before when the browser names none that exists."""
        _, slug = read_action(event)
        return slug if slug in {view.slug for view in self.studio.poses.list_all()} else otherwise


def gallery_html(poses: Sequence[GalleryPose]) -> str:
    """Search, chips, filters and the grid."""
    tiles = "".join(tile(pose, lazy=number >= AT_ONCE) for number, pose in enumerate(poses))
    return (
        '<div class="gallery-head">'
        '<label class="search"><span class="sr-only">Search poses</span>'
        '<input type="search" placeholder="Search poses" data-search autocomplete="off" spellcheck="false">'
        "<kbd>/</kbd></label>"
        f"{_filters(poses)}</div>{_chips(poses)}"
        f'<div class="grid" role="group" aria-label="Poses" data-grid>{tiles}</div>'
        '<div class="empty" data-empty role="status" hidden><p></p>'
        '<button type="button" class="button" data-show-all>Show all poses</button></div>'
    )


def tile(pose: GalleryPose, *, lazy: bool = True) -> str:
    """One pose: its picture, the back of it while it is pointed at, its name."""
    name = html.escape(pose.name)
    loading = "lazy" if lazy else "eager"
    words = html.escape(" ".join((pose.name, pose.category, *pose.tags)).lower())
    return (
        f'<button type="button" class="tile" data-act="put" data-id="{html.escape(pose.slug)}" data-words="{words}" '
        f'data-category="{html.escape(pose.category)}" data-framing="{html.escape(pose.framing)}" aria-pressed="false">'
        f'<span class="tile-picture"><img src="{html.escape(pose.thumbnail_url)}" alt="{name}, front" '
        f'loading="{loading}" decoding="async" width="{THUMBNAIL_WIDTH}" height="{THUMBNAIL_HEIGHT}" '
        f'data-back="{html.escape(pose.back_url)}"></span>'
        f'<span class="tile-name">{name}</span></button>'
    )


def _chips(poses: Sequence[GalleryPose]) -> str:
    counts = Counter(pose.category for pose in poses)
    chips = [
        f'<button type="button" class="chip" data-chip="" aria-pressed="true">All <i>{len(poses)}</i></button>'
    ]
    chips += [
        f'<button type="button" class="chip" data-chip="{html.escape(category)}" aria-pressed="false">'
        f"{html.escape(category.capitalize())} <i>{number}</i></button>"
        for category, number in counts.items()
    ]
    return f'<div class="chip-row" role="group" aria-label="Categories">{"".join(chips)}</div>'


def _filters(poses: Sequence[GalleryPose]) -> str:
    present = {pose.framing for pose in poses}
    boxes = "".join(
        f'<label><input type="checkbox" data-framing-filter value="{framing}"> {framing.capitalize()}</label>'
        for framing in FRAMINGS
        if framing in present
    )
    if len(present) < 2:
        return ""
    return (
        '<details class="filters"><summary class="button">Filters</summary>'
        f"<fieldset><legend>Framing</legend>{boxes}</fieldset></details>"
    )

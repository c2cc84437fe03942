"""Small drawings in the window's own ink: the good photo, and what was found in a photo."""

from __future__ import annotations

from studio.views import PhotoView

# A whole person, arms a little away, inside the corners of a frame. 120 x 160 units.
GOOD_PHOTO = (
    '<svg class="good-photo" viewBox="0 0 120 160" aria-hidden="true">'
    '<path class="corners" d="M8 26V8h18M94 8h18v18M112 134v18H94M26 152H8v-18"/>'
    '<circle cx="60" cy="34" r="11"/>'
    '<path d="M60 48c-9 0-14 3-15 9l-11 34 6 2 10-23 1 22-5 50h9l5-46 '
    '5 46h9l-5-50 1-22 10 23 6-2-11-34c-1-6-6-9-15-9z"/>'
    "</svg>"
)


def landmarks_svg(photo: PhotoView) -> str:
    """What was found, over the photo: in the photo's own pixels."""
    return ""

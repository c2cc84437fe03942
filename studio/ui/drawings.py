"""Small drawings in the window's own ink: the good photo, and what was found in a photo."""

from __future__ import annotations

from collections.abc import Sequence

from studio.vocabulary.photo import Photo

# A whole person, arms a little away, and one from the side. 120 x 160 units.
FRONT_FIGURE = (
    '<circle cx="60" cy="34" r="11"/>'
    '<path d="M60 48c-9 0-14 3-15 9l-11 34 6 2 10-23 1 22-5 50h9l5-46 '
    '5 46h9l-5-50 1-22 10 23 6-2-11-34c-1-6-6-9-15-9z"/>'
)
SIDE_FIGURE = (
    '<ellipse cx="61" cy="34" rx="9.5" ry="11"/>'
    '<path d="M58 48c-6 2-9 9-9 19 0 8 3 13 2 20-2 8-2 15 0 22l0 28-3 5h16l0-5-3-1 '
    '3-29c2-9 3-15 2-21 1-7 3-12 2-20-1-10-4-16-10-18z"/>'
)
# The one from the front inside the corners of a frame.
GOOD_PHOTO = (
    '<svg class="good-photo" viewBox="0 0 120 160" aria-hidden="true">'
    '<path class="corners" d="M8 26V8h18M94 8h18v18M112 134v18H94M26 152H8v-18"/>'
    f"{FRONT_FIGURE}</svg>"
)


# The lines of a found person, by the names of the landmark detector's points.
BONES = (
    ("left_shoulder", "right_shoulder"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_shoulder", "left_hip"),
    ("right_shoulder", "right_hip"),
    ("left_hip", "right_hip"),
    ("left_hip", "left_knee"),
    ("left_knee", "left_ankle"),
    ("right_hip", "right_knee"),
    ("right_knee", "right_ankle"),
    ("left_ankle", "left_foot_index"),
    ("right_ankle", "right_foot_index"),
)
SEEN = 0.5  # a point less visible than this is a guess and not drawn
DOT_PER_SIDE = 0.006  # radius of a point, of the longer side of the photo
CORNER_PER_SIDE = 0.02  # roundness of the frame around the person


def landmarks_svg(photo: Photo) -> str:
    """The chosen person in a frame with the points that were found, in the photo's own pixels; "" for nobody."""
    from pipelines.photo.landmarks import POINT_NAMES  # the detector's room, opened when a photo is there

    person = photo.landmarks.get("person")
    if not person:
        return ""
    points = {
        name: (x, y)
        for name, (x, y, visibility) in zip(POINT_NAMES, person["points"], strict=True)
        if visibility >= SEEN and 0 <= x <= photo.width and 0 <= y <= photo.height
    }
    side = max(photo.width, photo.height)
    lines = "".join(
        f'<path class="bone" d="M{points[a][0]:.0f} {points[a][1]:.0f}L{points[b][0]:.0f} {points[b][1]:.0f}"/>'
        for a, b in BONES
        if a in points and b in points
    )
    ends = {name for bone in BONES for name in bone} | {"nose"}
    dots = "".join(
        f'<circle class="joint" cx="{points[name][0]:.0f}" cy="{points[name][1]:.0f}" r="{DOT_PER_SIDE * side:.1f}"/>'
        for name in sorted(ends & points.keys())
    )
    return outline_svg(photo, person["box"], lines + dots)


def outline_svg(photo: Photo, box: Sequence[float], inside: str = "") -> str:
    """A frame around somebody, in the photo's own pixels, and what else is drawn there."""
    x, y, width, height = box
    frame = (
        f'<rect class="outline" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'rx="{CORNER_PER_SIDE * max(photo.width, photo.height):.0f}"/>'
    )
    return f'<svg viewBox="0 0 {photo.width} {photo.height}" aria-hidden="true">{frame}{inside}</svg>'

"""The pictures that ship with the poses, and the example photo, drawn anew: what `poses build` writes."""

from __future__ import annotations

from pipelines.image.draft import draw_preview
from pipelines.image.provenance import sign_picture
from pipelines.pose.library import load_library
from pipelines.types import Persona, View
from studio.services.poses import EXAMPLE_PHOTO, THUMBNAILS
from studio.worker.scenes import make_scene

THUMBNAIL_SIZE_PX = (240, 320)
EXAMPLE_SIZE_PX = (900, 1200)
EXAMPLE_POSE = "relaxed-stand"
EXAMPLE_PERSON = Persona(
    gender="female", style="sporty", hair_style="ponytail", height_cm=168, skin_tone="tan"
)
MANNEQUIN = Persona(
    gender="neutral", style="casual", hair_style="crop", body_type="average", skin_tone="medium"
)


def draw_example_photo() -> bytes:
    """The example photo anew, PNG."""
    scene = make_scene(
        EXAMPLE_PERSON,
        body=None,
        pose=EXAMPLE_POSE,
        view="front",
        framing="full",
        finish="coloured",
        backdrop="paper",
    )
    return sign_picture(draw_preview(scene, *EXAMPLE_SIZE_PX), "algorithmicMedia")


def draw_thumbnail(slug: str, view: View) -> bytes:
    """A pose on a clear ground, so that it stands on any page: WEBP."""
    scene = make_scene(
        MANNEQUIN, body=None, pose=slug, view=view, framing=None, finish="clay", backdrop="transparent"
    )
    return sign_picture(draw_preview(scene, *THUMBNAIL_SIZE_PX), "algorithmicMedia", file_format="WEBP")


def write_thumbnails() -> int:
    """Draw every pose from the front and the back, and the example photo, into the assets; how many poses' pictures."""
    THUMBNAILS.mkdir(parents=True, exist_ok=True)
    slugs = [template.slug for template in load_library().all()]
    wanted = {f"{slug}{suffix}.webp": (slug, view) for slug in slugs for suffix, view in _SIDES}
    for old in THUMBNAILS.glob("*.webp"):
        if old.name not in wanted:
            old.unlink()
    for name, (slug, view) in wanted.items():
        (THUMBNAILS / name).write_bytes(draw_thumbnail(slug, view))
    EXAMPLE_PHOTO.parent.mkdir(parents=True, exist_ok=True)
    EXAMPLE_PHOTO.write_bytes(draw_example_photo())
    return len(wanted)


_SIDES: tuple[tuple[str, View], ...] = (("", "designed"), ("-back", "back"))

"""The pose gallery: what it lists, its pictures, and the example photo."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.errors import UnknownName
from pipelines.image.provenance import sign_picture
from pipelines.pose.library import load_library
from pipelines.types import Persona, View
from studio.scenes import make_scene
from studio.views import PoseView

ASSETS = Path(__file__).parents[2] / "assets"
THUMBNAILS = ASSETS / "poses" / "thumbnails"
EXAMPLE_PHOTO = ASSETS / "examples" / "person.png"
THUMBNAIL_SIZE_PX = (240, 320)
EXAMPLE_SIZE_PX = (900, 1200)
EXAMPLE_POSE = "relaxed-stand"
EXAMPLE_PERSON = Persona(
    gender="female", style="sporty", hair_style="ponytail", height_cm=168, skin_tone="tan"
)
MANNEQUIN = Persona(
    gender="neutral", style="casual", hair_style="crop", body_type="average", skin_tone="medium"
)


@cache
def list_poses() -> tuple[PoseView, ...]:
    """The gallery, in the library's order."""
    return tuple(
        PoseView(
            slug=template.slug,
            name=template.name,
            category=template.category,
            tags=template.tags,
            framing=template.framing,
            thumbnail_url=f"/poses/thumbnails/{template.slug}.webp",
            back_url=f"/poses/thumbnails/{template.slug}-back.webp",
        )
        for template in load_library().all()
    )


def read_thumbnail(slug: str, *, back: bool) -> bytes:
    """A pose's picture as it ships. Raises UnknownName."""
    load_library().find(slug)
    path = THUMBNAILS / f"{slug}{'-back' if back else ''}.webp"
    if not path.is_file():
        raise UnknownName(f"The pose “{slug}” has no picture. Run: python app.py poses build")
    return path.read_bytes()


def read_example_photo() -> bytes:
    """A drawn person, whole, in front of a plain wall: PNG."""
    return EXAMPLE_PHOTO.read_bytes()


def draw_example_photo() -> bytes:
    """The example photo anew, PNG: what `poses build` writes."""
    from pipelines.image.draft import draw_preview

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
    """A pose on a clear ground, so that it stands on any page: WEBP. What `poses build` writes."""
    from pipelines.image.draft import draw_preview

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


_SIDES: tuple[tuple[str, View], ...] = (("", "front"), ("-back", "back"))

"""The pictures that ship with the poses, and the example photo, drawn anew: what `poses build` writes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from pipelines.figure.wardrobe import WORN_PROPS
from pipelines.image.draft import draw_preview
from pipelines.image.provenance import sign_picture
from pipelines.pose.library import load_library
from pipelines.pose.template import PoseTemplate
from pipelines.types import Persona, View
from studio.services.poses import EXAMPLE_PHOTO, THUMBNAILS
from studio.worker.scenes import make_scene

DRAWN = THUMBNAILS / "drawn.json"  # what each picture was drawn from
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


def draw_thumbnail(pose: str | PoseTemplate, view: View) -> bytes:
    """A pose on a clear ground, so that it stands on any page: WEBP."""
    scene = make_scene(
        MANNEQUIN, body=None, pose=pose, view=view, framing=None, finish="clay", backdrop="transparent"
    )
    return sign_picture(draw_preview(scene, *THUMBNAIL_SIZE_PX), "algorithmicMedia", file_format="WEBP")


def write_thumbnails(*, afresh: bool = False) -> int:
    """Draw poses from the front and the back, and the example photo, into the assets; how many pictures were drawn.

    Only poses that have changed since their pictures were drawn; `afresh` draws every one again.
    """
    THUMBNAILS.mkdir(parents=True, exist_ok=True)
    wanted = {template.slug: picture_source(template) for template in load_library().all()}
    drawn = {} if afresh else read_drawn()
    for old in THUMBNAILS.glob("*.webp"):
        if old.stem not in wanted and old.stem.removesuffix("-back") not in wanted:
            old.unlink()
    count = 0
    for slug, source in wanted.items():
        if drawn.get(slug) != source:
            count += draw_pictures(slug)
    DRAWN.write_text(json.dumps(wanted, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    EXAMPLE_PHOTO.parent.mkdir(parents=True, exist_ok=True)
    EXAMPLE_PHOTO.write_bytes(draw_example_photo())
    return count


def draw_pictures(slug: str) -> int:
    """Draw one pose from both sides into the assets; how many pictures."""
    for suffix, view in _SIDES:
        (THUMBNAILS / f"{slug}{suffix}.webp").write_bytes(draw_thumbnail(slug, view))
    return len(_SIDES)


def picture_source(template: PoseTemplate) -> str:
    """A fingerprint of what decides a pose's pictures."""
    shown: list[object] = [
        sorted(template.pose.rotations.items()),
        template.goals.get("props", ()),
        template.framing,
        template.camera_yaw_deg,
    ]
    if carried := [asdict(thing) for thing in template.held]:
        shown.append(carried)
    if worn := [prop for prop in template.props if prop in WORN_PROPS]:
        shown.append(worn)
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:12]


def read_drawn() -> dict[str, str]:
    """Slug -> what its pictures were drawn from; only poses whose pictures are there."""
    stored = json.loads(DRAWN.read_text(encoding="utf-8")) if DRAWN.is_file() else {}
    there = {path.stem for path in THUMBNAILS.glob("*.webp")}
    return {slug: source for slug, source in stored.items() if {slug, f"{slug}-back"} <= there}


_SIDES: tuple[tuple[str, View], ...] = (("", "designed"), ("-back", "back"))

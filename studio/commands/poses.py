"""`control`, `poses`, `poses export` and `poses build`: control maps, the gallery as a list and as files."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from pipelines.pose.vocabulary import FILTERS
from studio.commands.body import read_photo
from studio.commands.console import Console, writing_to
from studio.commands.order import find_pose, read_persona
from studio.studio import Studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.person import YOU
from studio.vocabulary.pose import GalleryPose

SIMILAR = 12  # poses that are shown as like another


def run_control(studio: Studio, asked: Namespace, console: Console) -> int:
    """Write one control map as PNG."""
    width, height = asked.size
    picture = studio.for_person(YOU).stage.render_control(
        kind=asked.kind,
        pose=find_pose(studio, asked.pose),
        view=asked.view,
        width=width,
        height=height,
        persona=read_persona(studio, asked) if asked.persona or asked.avatar else None,
        avatar_id=asked.avatar,
        framing=asked.framing,
        dressed=not asked.body,
    )
    with writing_to(asked.out):
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_bytes(picture)
    console.mention(str(asked.out))
    return 0


def run_poses(studio: Studio, asked: Namespace, console: Console) -> int:
    """List the gallery, or what of it a search and filters let through; or write poses as files."""
    if asked.action == "export":
        return export_poses(studio, asked, console)
    if asked.action == "import":
        return import_poses(studio, asked, console)
    if asked.action in ("mark", "unmark"):
        return mark_poses(studio, asked, console)
    if asked.like:
        poses, slug = studio.for_person(YOU).poses, find_pose(studio, asked.like)
        return list_found(poses.find_similar(slug, SIMILAR), asked, console)
    wanted = {field: getattr(asked, field) or "" for field in FILTERS}
    poses = studio.for_person(YOU).poses
    found = poses.search(q=asked.q, favourite=asked.favourite or None, pack=asked.pack, **wanted)
    return list_found(found, asked, console)


def list_found(poses: Sequence[GalleryPose], asked: Namespace, console: Console) -> int:
    """Poses, a line each or as JSON."""
    if asked.json:
        console.say_json([to_json(pose) for pose in poses])
        return 0
    breadth = max((len(pose.slug) for pose in poses), default=0)
    for pose in poses:
        console.say(f"{pose.slug:<{breadth}}  {pose.category:<10}  {pose.name}")
    return 0


def mark_poses(studio: Studio, asked: Namespace, console: Console) -> int:
    """Make poses favourites, or no more; and say which are."""
    mine = studio.for_person(YOU)
    does = mine.pose_marks.mark if asked.action == "mark" else mine.pose_marks.unmark
    for name in asked.what:
        does(find_pose(studio, name))
    return list_found(mine.poses.search(favourite=True), asked, console)


def import_poses(studio: Studio, asked: Namespace, console: Console) -> int:
    """Keep the poses of files, each file's all or none, and say which they are."""
    poses, kept = studio.for_person(YOU).poses, []
    for file in map(Path, asked.what):
        data = read_photo(file, studio.settings.max_upload_mb)
        kept += poses.import_file(data, file.name, frame=asked.frame, person=asked.person)
    return list_found(kept, asked, console)


def run_pose(studio: Studio, asked: Namespace, console: Console) -> int:
    """Take the pose of the person in a photo, and write it as a file. Nothing is kept."""
    from pipelines.pose.exchange.files import name_of, write_pose

    data = read_photo(asked.photo, studio.settings.max_upload_mb)
    template = studio.for_person(YOU).poses.of_picture(data, asked.name or name_of(asked.photo.name))
    with writing_to(asked.out):
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_bytes(write_pose(template, asked.format))
    console.mention(str(asked.out))
    return 0


def export_poses(studio: Studio, asked: Namespace, console: Console) -> int:
    """Write one pose as a file, several as a ZIP of such."""
    poses = studio.for_person(YOU).poses
    data, _ = poses.export([find_pose(studio, name) for name in asked.what], asked.format)
    with writing_to(asked.out):
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_bytes(data)
    console.mention(str(asked.out))
    return 0


def build_gallery(console: Console) -> int:
    """Solve the catalog anew and draw its thumbnails into the checkout. Slow; for who changes poses."""
    from pipelines.pose.build import build_poses
    from pipelines.pose.library import POSES_FOLDER, load_library
    from studio.services.thumbnails import write_thumbnails

    templates = build_poses(POSES_FOLDER)
    load_library.cache_clear()
    console.say(f"{len(templates)} poses, {write_thumbnails()} thumbnails in {POSES_FOLDER}")
    return 0

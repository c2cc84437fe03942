"""`control`, `poses`, `poses export` and `poses build`: control maps, the gallery as a list and as files."""

from __future__ import annotations

from argparse import Namespace

from pipelines.pose.vocabulary import FILTERS
from studio.commands.console import Console, writing_to
from studio.commands.order import find_pose, read_persona
from studio.studio import Studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.person import YOU


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
    from pipelines.pose.library import load_library
    from pipelines.pose.search import describe_pose, filter_poses

    wanted = {field: getattr(asked, field) for field in FILTERS}
    traits = {t.slug: describe_pose(t) for t in filter_poses(load_library(), q=asked.q, **wanted)}
    poses = [pose for pose in studio.poses.list_all() if pose.slug in traits]
    if asked.json:
        console.say_json([{**to_json(pose), **traits[pose.slug]} for pose in poses])
        return 0
    breadth = max((len(pose.slug) for pose in poses), default=0)
    for pose in poses:
        console.say(f"{pose.slug:<{breadth}}  {pose.category:<10}  {pose.name}")
    return 0


def export_poses(studio: Studio, asked: Namespace, console: Console) -> int:
    """Write one pose as a file, several as a ZIP of such."""
    data, _ = studio.poses.export([find_pose(studio, name) for name in asked.what], asked.format)
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

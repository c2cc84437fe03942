"""`generate`: a persona in a pose, as PNGs and generation.json."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from pathlib import Path
from typing import Any

from pipelines.errors import RequestRefused, UnknownName
from pipelines.prompt.persona import persona_from_json
from pipelines.types import VIEWS, Persona
from studio.codec import to_json
from studio.commands.console import Console, FileUnreadable
from studio.presets import first_preset
from studio.studio import Studio
from studio.views import OWNER_YOU, GenerationOrder, GenerationView, PictureView

ALL_VIEWS = "all"


def run_generate(studio: Studio, asked: Namespace, console: Console) -> int:
    """Order, wait, write. Raises what the walk refuses."""
    width, height = asked.size
    order = GenerationOrder(
        persona=read_persona(studio, asked),
        avatar_id=asked.avatar,
        prompt=asked.prompt,
        negative_prompt=asked.negative_prompt,
        poses=(find_pose(studio, asked.pose),),
        views=VIEWS if asked.view == ALL_VIEWS else (asked.view,),
        framing=asked.framing,
        engine=asked.engine,
        preset=asked.preset or first_preset(asked.engine),
        seed=asked.seed,
        count=asked.count,
        width=width,
        height=height,
        look=asked.look,
    )
    job = console.follow(studio, studio.order_generation(OWNER_YOU, order))
    generation = studio.get_generation(OWNER_YOU, job.result["generation_id"])
    for path in write_generation(studio, generation, asked.out):
        console.mention(str(path))
    return 0


def read_persona(studio: Studio, asked: Namespace) -> Persona:
    """The persona of a file, or of a kept avatar, or nobody in particular. Raises FileUnreadable, RequestRefused."""
    if asked.persona is None:
        return studio.get_avatar(OWNER_YOU, asked.avatar).persona if asked.avatar else Persona()
    try:
        stored = json.loads(asked.persona.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileUnreadable(f"“{asked.persona}” cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(f"“{asked.persona}” is not JSON.") from error
    if not isinstance(stored, dict):
        raise RequestRefused(f"“{asked.persona}” holds no persona: it has to be one JSON object.")
    return persona_from_json(stored)


def find_pose(studio: Studio, name: str) -> str:
    """The slug of a pose by its slug or its name. Raises UnknownName, with the nearest names."""
    from difflib import get_close_matches

    poses = {said.casefold(): pose.slug for pose in studio.list_poses() for said in (pose.name, pose.slug)}
    if name.casefold() in poses:
        return poses[name.casefold()]
    near = list(dict.fromkeys(poses[found] for found in get_close_matches(name.casefold(), poses, n=3)))
    raise UnknownName(
        f"There is no pose called “{name}”. "
        + (f"Did you mean {', '.join(near)}? " if near else "")
        + "All of them: python app.py poses"
    )


def write_generation(studio: Studio, generation: GenerationView, out: Path) -> list[Path]:
    """The pictures and generation.json; the paths written."""
    out.mkdir(parents=True, exist_ok=True)
    names = name_pictures(generation.pictures)
    for name, picture in names.items():
        shutil.copyfile(studio.get_file(OWNER_YOU, picture.file_id).path, out / name)
    text = json.dumps(describe_generation(generation, names), ensure_ascii=False, indent=2)
    (out / "generation.json").write_text(text + "\n", encoding="utf-8")
    return [out / name for name in (*names, "generation.json")]


def name_pictures(pictures: tuple[PictureView, ...]) -> dict[str, PictureView]:
    """A file name for each picture: pose and view, and a number where several share both."""
    names: dict[str, PictureView] = {}
    for picture in pictures:
        stem = f"{picture.pose}-{picture.view}"
        same = sum(other.pose == picture.pose and other.view == picture.view for other in names.values())
        names[f"{stem}.png" if not same else f"{stem}-{same + 1}.png"] = picture
    return names


def describe_generation(generation: GenerationView, names: dict[str, PictureView]) -> dict[str, Any]:
    """A generation as generation.json says it: what was ordered, every exact request, the words, the times."""
    times = {
        name: None if moment is None else moment.isoformat()
        for name, moment in (
            ("created_at", generation.created_at),
            ("started_at", generation.started_at),
            ("finished_at", generation.finished_at),
        )
    }
    return {
        "id": generation.id,
        "title": generation.title,
        "engine": generation.order.engine,
        "prompt": generation.prompt,
        "negative_prompt": generation.negative_prompt,
        "request": to_json(generation.order),
        "requests": [dict(request) for request in generation.requests],
        "pictures": [
            {
                "file": name,
                "view": picture.view,
                "pose": picture.pose,
                "seed": picture.seed,
                "width": picture.width,
                "height": picture.height,
                "alt": picture.alt,
            }
            for name, picture in names.items()
        ],
        "seconds": generation.seconds,
        **times,
    }

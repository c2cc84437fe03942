"""`generate`: a persona in a pose, as PNGs and generation.json."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.errors import PresetUnready, RequestRefused, WeightsMissing
from pipelines.weights.errors import LicenceNotAccepted
from studio.commands.body import read_photo
from studio.commands.console import Console, refuse_file, writing_to
from studio.commands.order import build_order
from studio.studio import Studio
from studio.vocabulary.character_sheet import CELLS
from studio.vocabulary.codec import to_json
from studio.vocabulary.generation import Generation, Ordered, Picture
from studio.vocabulary.order import RedrawWanted
from studio.vocabulary.person import YOU

# What a person in front of a terminal does where the window says to go to one of its pages.
STEP_OF: dict[type[PresetUnready], str] = {
    LicenceNotAccepted: "Read the licence, then accept it: python app.py models accept {}",
    WeightsMissing: "Download the weights: python app.py models pull {}",
}


def run_generate(studio: Studio, asked: Namespace, console: Console) -> int:
    """Order, wait, write. Raises what the walk refuses."""
    refuse_file(asked.out)
    order = build_order(studio, asked, console)
    return _draw(studio, lambda: studio.for_person(YOU).generations.order(order), asked.out, console)


def run_variations(studio: Studio, asked: Namespace, console: Console) -> int:
    """The same with other seeds. Raises what the service refuses."""
    refuse_file(asked.out)
    variations = studio.for_person(YOU).variations
    return _draw(studio, lambda: variations.vary(asked.id, asked.count), asked.out, console)


def run_continue(studio: Studio, asked: Namespace, console: Console) -> int:
    """The same of another engine. Raises what the service refuses."""
    refuse_file(asked.out)
    variations = studio.for_person(YOU).variations
    chosen = {"engine": asked.engine, "preset": asked.preset, "draft_strength": asked.from_draft}
    return _draw(studio, lambda: variations.proceed(asked.id, **chosen), asked.out, console)


def run_redraw(studio: Studio, asked: Namespace, console: Console) -> int:
    """A part of a picture anew. Raises what the service refuses, FileUnreadable for a mask."""
    refuse_file(asked.out)
    mine = studio.for_person(YOU)
    pictures = mine.generations.get(asked.id).pictures
    if not 1 <= asked.picture <= len(pictures):
        raise RequestRefused(f"It has {len(pictures)} pictures: say 1 to {max(1, len(pictures))}.")
    mask = None
    if asked.mask is not None:
        data = read_photo(asked.mask, studio.settings.max_upload_mb)
        mask = mine.photos.add(data, asked.mask.name, role="init").id
    wanted = RedrawWanted(
        picture_id=pictures[asked.picture - 1].id,
        parts=tuple(dict.fromkeys(asked.part or ())),
        mask_photo_id=mask,
        strength=asked.strength,
    )
    changed = {"preset": asked.preset, "prompt": asked.prompt, "seed": asked.seed}
    return _draw(studio, lambda: mine.variations.redraw(asked.id, wanted, **changed), asked.out, console)


def _draw(studio: Studio, order: Callable[[], Ordered], out: Path, console: Console) -> int:
    """Order, wait, write."""
    job = console.follow(studio, order_pictures(order))
    generation = studio.for_person(YOU).generations.get(job.result["generation_id"])
    for path in write_generation(studio, generation, out):
        console.mention(str(path))
    return 0


def order_pictures(order: Callable[[], Ordered]) -> str:
    """The job's id. What has to be done before is said as the command that does it."""
    try:
        return order().job_id
    except PresetUnready as error:
        if not error.preset:
            raise
        raise error.with_step(STEP_OF[type(error)].format(error.preset)) from error


def write_generation(studio: Studio, generation: Generation, out: Path) -> list[Path]:
    """The pictures and generation.json; the paths written."""
    names = name_sheet(generation.pictures) if generation.order.sheet else name_pictures(generation.pictures)
    text = json.dumps(describe_generation(generation, names), ensure_ascii=False, indent=2)
    with writing_to(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, picture in names.items():
            shutil.copyfile(studio.for_person(YOU).files.path(picture.file_id), out / name)
        (out / "generation.json").write_text(text + "\n", encoding="utf-8")
    return [out / name for name in (*names, "generation.json")]


def name_pictures(pictures: tuple[Picture, ...]) -> dict[str, Picture]:
    """A file name for each picture: pose and view, which prompt where there are several, and a number where several
    pictures share all that."""
    names: dict[str, Picture] = {}
    prompts = list(dict.fromkeys(picture.prompt for picture in pictures))
    for picture in pictures:
        stem = f"{picture.pose}-{picture.view}"
        if len(prompts) > 1:
            stem += f"-prompt-{prompts.index(picture.prompt) + 1}"
        same, name = 1, f"{stem}.png"
        while name in names:
            same, name = same + 1, f"{stem}-{same + 1}.png"
        names[name] = picture
    return names


def name_sheet(pictures: tuple[Picture, ...]) -> dict[str, Picture]:
    """A file name for each picture of a character sheet; the last is the sheet."""
    stems = (*(cell.name for cell in CELLS), "sheet")
    return {f"{stem}.png": picture for stem, picture in zip(stems, pictures, strict=True)}


def describe_generation(generation: Generation, names: dict[str, Picture]) -> dict[str, Any]:
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
                "prompt": picture.prompt,
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

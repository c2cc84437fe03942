"""`body`: photos to measured bodies, each as body.json and the files that other programs read."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.body.smpl_files import write_smpl_files
from pipelines.errors import PipelineError, RequestRefused
from pipelines.photo.errors import refuse
from pipelines.types import KnownMeasures
from studio.body_settings import extractor_setup
from studio.commands.console import REFUSED, Console, FileUnreadable, exit_status, refuse_file, writing_to
from studio.errors import NotFound
from studio.services.body_files import write_body_files
from studio.services.body_words import describe_body
from studio.services.face_files import write_face_files
from studio.studio import Studio
from studio.vocabulary.avatar import Avatar
from studio.vocabulary.person import YOU

BYTES_PER_MB = 1_000_000


def run_body(studio: Studio, asked: Namespace, console: Console) -> int:
    """Measure every photo; one that cannot be used is complained of, and the others go on. 0, or 2 if one was."""
    known = KnownMeasures(
        height_cm=asked.height_cm, weight_kg=asked.weight_kg, gender=asked.gender, tape=asked.tape
    )
    refuse_file(asked.out)
    more = {f"{side}_photo_id": photo for side in ("side", "back") if (photo := getattr(asked, side))}
    if (more or asked.person is not None or asked.avatar) and len(asked.photos) > 1:
        console.complain(
            RequestRefused("--side, --back, --person and --avatar go with one photo, of one person.")
        )
        return REFUSED
    status = 0
    for photo, folder in plan_folders(asked.photos, asked.out):
        try:
            avatar = measure_one(studio, photo, more, known, asked, console)
            write_body(studio, avatar, folder)
            if asked.face:
                write_face(studio, avatar, folder)
            console.mention(f"{photo.name}: {folder / 'body.json'}")
        except PipelineError as error:
            console.complain(error, photo.name if len(asked.photos) > 1 else "")
            status = max(status, exit_status(error))
    return status


def plan_folders(photos: Sequence[Path], out: Path) -> Iterator[tuple[Path, Path]]:
    """Where each photo's body goes: one photo's straight into `out`, several each into `out`/<photo name>."""
    taken: set[Path] = set()
    for photo in photos:
        folder = out if len(photos) == 1 else out / photo.stem
        number = 2
        while folder in taken:
            folder, number = out / f"{photo.stem}-{number}", number + 1
        taken.add(folder)
        yield photo, folder


def measure_one(
    studio: Studio,
    photo: Path,
    more: Mapping[str, Path],
    known: KnownMeasures,
    asked: Namespace,
    console: Console,
) -> Avatar:
    """One photo, and more of the same person by the names of `Bodies.order`, through the same walk as the window's.

    Raises PhotoRefused, FileUnreadable, JobFailed.
    """

    def keep(one: Path) -> str:
        return studio.for_person(YOU).photos.add(read_photo(one, studio.settings.max_upload_mb), one.name).id

    job_id = studio.for_person(YOU).bodies.order(
        keep(photo),
        known,
        name=photo.stem,
        extractor=asked.extractor,
        person=asked.person,
        avatar_id=asked.avatar,
        **{name: keep(one) for name, one in more.items()},
    )
    job = console.follow(studio, job_id)
    return studio.for_person(YOU).avatars.get(job.result["avatar_id"])


def read_photo(photo: Path, limit_mb: int) -> bytes:
    """The bytes of a photo. Raises FileUnreadable, PhotoRefused for one that is too large to be read at all."""
    try:
        if photo.stat().st_size > limit_mb * BYTES_PER_MB:
            raise refuse("too-many-bytes", limit=limit_mb)
        return photo.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"“{photo}” cannot be read: {error.strerror}.") from error


def write_body(studio: Studio, avatar: Avatar, folder: Path) -> None:
    """body.json of an avatar's body, body.glb, .obj, .ply, .stl, .npz, .bvh and .csv, sheet.html; SMPL's own, too."""
    body = avatar.body
    if body is None or body.glb_id is None or body.obj_id is None:
        raise NotFound
    text = json.dumps(describe_body(body), ensure_ascii=False, indent=2)
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for file_id, name in ((body.glb_id, "body.glb"), (body.obj_id, "body.obj")):
            shutil.copyfile(studio.for_person(YOU).files.path(file_id), folder / name)
        for ending, data in write_body_files(body).items():
            (folder / f"body.{ending}").write_bytes(data)
        for name, data in write_smpl_files(body.raw, extractor_setup(studio.settings).smpl_folder).items():
            (folder / name).write_bytes(data)
        sheet = studio.for_person(YOU).bodies.sheet(avatar.id, avatar.persona)
        (folder / "sheet.html").write_text(sheet, encoding="utf-8")
        (folder / "body.json").write_text(text + "\n", encoding="utf-8")


def write_face(studio: Studio, avatar: Avatar, folder: Path) -> None:
    """face.png, face-quarter.png, face.glb and face.json of the photo that an avatar was just measured in. Raises
    PhotoRefused for a face that cannot be used; the body is written all the same."""
    mine = studio.for_person(YOU)
    if avatar.body is None or avatar.photo_id is None:
        raise NotFound
    photo = mine.photos.get(avatar.photo_id)
    with Image.open(mine.files.path(photo.file_id)) as opened:
        image = np.asarray(opened.convert("RGB"))
    files = write_face_files(photo, image, avatar.persona, avatar.body.parameters)
    with writing_to(folder):
        for name, data in files.items():
            (folder / name).write_bytes(data)

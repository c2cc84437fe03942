"""A ZIP that a LoRA is trained on: pictures, a caption beside each, and what the usual trainers read.

`images/0001.png` with `images/0001.txt` is what kohya's sd-scripts, OneTrainer and ai-toolkit take; `metadata.jsonl`
beside them is the layout of Hugging Face's `imagefolder`; `dataset.toml` is a `--dataset_config` of sd-scripts.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections import Counter
from typing import IO, Any

from PIL import Image

from pipelines.errors import RequestRefused
from store.entries import GenerationEntry
from store.errors import FileDamaged, RowMissing
from studio.vocabulary.archive import MOST_ARCHIVED
from studio.vocabulary.export import ExportOrder
from studio.worker.export_pictures import encode_picture
from studio.worker.selection import Exported, Selection

FOLDER = "images"
SIDE_STEP = 64  # trainers sort pictures into buckets whose sides are multiples of this
REPEATS = 10  # how often a picture comes in one round, as the trainers' examples have it
READ_ME = """\
{pictures} pictures with their captions, made by a machine (Avatar Studio) and marked as such.

images/        a caption (.txt) beside each picture; metadata.jsonl says the same for Hugging Face datasets
dataset.toml   for sd-scripts: --dataset_config dataset.toml
Sizes: {sizes}
"""
TOML = """\
[general]
caption_extension = ".txt"
enable_bucket = true
bucket_reso_steps = {step}

[[datasets]]
resolution = [{side}, {side}]
batch_size = 1

  [[datasets.subsets]]
  image_dir = "{folder}"
  num_repeats = {repeats}
"""


def write_dataset(selection: Selection, order: ExportOrder, file: IO[bytes]) -> Exported:
    """The dataset. Without metadata the captions hold the trigger alone."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        return _DatasetWriter(selection, order, archive).write()


class _DatasetWriter:
    def __init__(self, selection: Selection, order: ExportOrder, archive: zipfile.ZipFile) -> None:
        self._selection, self._order, self._archive = selection, order, archive
        self._lines: list[str] = []
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._left_out = 0

    def write(self) -> Exported:
        """All pictures with their captions, then what describes them together."""
        generations = 0
        for entry in self._selection.entries():
            generations += 1
            if len(self._lines) + len(entry.pictures) > MOST_ARCHIVED:
                raise RequestRefused(f"A training set holds {MOST_ARCHIVED} pictures at most.")
            self._add(entry)
        sizes = ", ".join(
            f"{width} × {height}: {count}" for (width, height), count in self._sizes.most_common()
        )
        texts = {
            f"{FOLDER}/metadata.jsonl": "".join(f"{line}\n" for line in self._lines),
            "dataset.toml": TOML.format(step=SIDE_STEP, side=self._side(), folder=FOLDER, repeats=REPEATS),
            "README.txt": READ_ME.format(pictures=len(self._lines), sizes=sizes or "none"),
        }
        for name, text in texts.items():
            self._archive.writestr(name, text, zipfile.ZIP_DEFLATED)
        return Exported(generations=generations, pictures=len(self._lines), left_out=self._left_out)

    def _add(self, entry: GenerationEntry) -> None:
        store, owner, order = self._selection.store, self._selection.owner, self._order
        requests = store.generations.requests(owner, entry.generation.id)
        for picture in entry.pictures:
            if requests and picture.position >= len(requests):
                continue  # a sheet that was put together of the others
            try:
                kept = store.files.get(owner, picture.file_id)
                data = store.files.read(owner, picture.file_id)
            except (FileDamaged, RowMissing, FileNotFoundError):
                self._left_out += 1
                continue
            data, encoding = encode_picture(
                data,
                kept.media_type,
                wanted=order.image_format,
                longest_px=order.longest_px,
                metadata=False,  # the caption says what a trainer reads
            )
            with Image.open(io.BytesIO(data)) as image:
                size = image.size
            self._sizes[size] += 1
            stem = f"{len(self._lines) + 1:04d}"
            asked = requests[picture.position] if picture.position < len(requests) else {}
            caption = self._caption(asked.get("prompt") or entry.generation.prompt)
            self._archive.writestr(f"{FOLDER}/{stem}{encoding.ending}", data)
            self._archive.writestr(f"{FOLDER}/{stem}.txt", caption)
            self._lines.append(
                self._line(f"{stem}{encoding.ending}", caption, size, picture.pose, picture.view)
            )

    def _caption(self, prompt: str) -> str:
        words = prompt if self._order.metadata else ""
        return ", ".join(part for part in (self._order.trigger.strip(), words) if part)

    def _line(self, name: str, caption: str, size: tuple[int, int], pose: str, view: str) -> str:
        said: dict[str, Any] = {"file_name": name, "text": caption, "width": size[0], "height": size[1]}
        if self._order.metadata:
            said |= {"pose": pose, "view": view}
        return json.dumps(said, ensure_ascii=False)

    def _side(self) -> int:
        """The side of a square with the area of most pictures, in steps that trainers take."""
        if not self._sizes:
            return 1024
        ((width, height), _) = self._sizes.most_common(1)[0]
        return max(SIDE_STEP, round(math.sqrt(width * height) / SIDE_STEP) * SIDE_STEP)

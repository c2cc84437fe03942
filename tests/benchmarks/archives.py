"""An export of many pictures, and its import into an empty studio, in which fsck then finds nothing.

`python -m tests.benchmarks.archives [PICTURES]` prints how long each takes and how large the process grew.
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import time
from pathlib import Path

from pipelines.types import VIEWS, Persona
from store.fsck import find_problems
from studio.vocabulary.export import ExportOrder
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

PICTURES, SIDE_PX = 1000, 1024


def carry_over(folder: Path, pictures: int, side_px: int = SIDE_PX) -> dict[str, float]:
    """Make so many pictures, export them and import them elsewhere. Seconds, megabytes, and what fsck finds."""
    measured: dict[str, float] = {}
    archive = folder / "archive.zip"
    with open_scripted_studio(folder / "one") as studio:
        made = 0
        while made < pictures:
            views = VIEWS[: pictures - made]
            order = GenerationOrder(
                persona=Persona(name="Ada"),
                views=views,
                width=side_px,
                height=side_px,
                seed=made,
                recipe=True,  # so that no two files are the same
            )
            studio.make(order)
            made += len(views)
        began, mine = time.monotonic(), studio.for_person(YOU)
        done = mine.exports.get(mine.exports.start(ExportOrder()).id)
        measured["export, s"] = time.monotonic() - began
        assert done.pictures == pictures, done
        measured["archive, MB"] = done.size / 1e6
        archive.write_bytes(mine.files.path(done.file_id or "").read_bytes())
    with open_scripted_studio(folder / "two") as studio:
        measured |= _bring_in(studio, archive, pictures)
    return measured


def _bring_in(studio: ScriptedStudio, archive: Path, pictures: int) -> dict[str, float]:
    began, mine = time.monotonic(), studio.for_person(YOU)
    with archive.open("rb") as file:
        job = mine.jobs.get(mine.imports.start(file))
    taken_s = time.monotonic() - began
    assert job.result.get("pictures") == pictures, job
    began = time.monotonic()
    twice = mine.jobs.get(mine.imports.start(io.BytesIO(archive.read_bytes())))
    assert twice.result["generations"] == 0, twice
    return {
        "import, s": taken_s,
        "the same once more, s": time.monotonic() - began,
        "problems that fsck finds": len(find_problems(studio.resources.store)),
        "process at its largest, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def main() -> None:
    """Measure and print."""
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    with tempfile.TemporaryDirectory() as name:
        for what, number in carry_over(Path(name), pictures).items():
            print(f"{what:<28} {number:8.1f}")


if __name__ == "__main__":
    main()

"""Every asset with its origin, licence and hash: python -m tests.manifest writes assets/MANIFEST.json anew.

Hand-written entries stay as they are but for their hash; a file without one is described by its folder below.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"
MANIFEST = ASSETS / "MANIFEST.json"
OURS = "Made by this project"

# folder (longest first wins) -> what its files are, where they come from, their licence, what made them
FOLDERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("poses/thumbnails/", "A pose, drawn", OURS, "CC0-1.0", "python app.py poses build"),
    ("poses/", "Poses solved for the free body", OURS, "CC0-1.0", "python app.py poses build"),
    ("examples/", "A drawn person to try with", OURS, "CC0-1.0", "python app.py poses build"),
    ("presets/configs/", "Shape of published weights", "Read from the model's card", "Apache-2.0", "by hand"),
    ("presets/", "What an image model is, costs and supports", OURS, "Apache-2.0", "by hand"),
    ("theme/", "The window's look", OURS, "Apache-2.0", "by hand"),
    ("personas/", "Example personas", OURS, "CC0-1.0", "by hand"),
)


def describe_assets() -> dict[str, dict[str, str]]:
    """An entry for every file; the thumbnails' hash is over all of them, in one entry."""
    kept = json.loads(MANIFEST.read_text(encoding="utf-8"))
    entries: dict[str, dict[str, str]] = {}
    thumbnails = hashlib.sha256()
    for path in sorted(ASSETS.rglob("*")):
        name = path.relative_to(ASSETS).as_posix()
        if not path.is_file() or path == MANIFEST:
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        folder = next((row for row in FOLDERS if name.startswith(row[0])), None)
        if name.startswith("poses/thumbnails/"):
            thumbnails.update(f"{name} {digest}\n".encode())
            continue
        if folder is None:
            entries[name] = {**kept[name], "sha256": digest}  # a KeyError here means: describe the new asset
            continue
        _, what, origin, licence, made_by = folder
        entries[name] = {
            "what": what,
            "origin": origin,
            "licence": licence,
            "made_by": made_by,
            "sha256": digest,
        }
    _, what, origin, licence, made_by = FOLDERS[0]
    entries["poses/thumbnails/*"] = {
        "what": what,
        "origin": origin,
        "licence": licence,
        "made_by": made_by,
        "sha256": thumbnails.hexdigest(),
    }
    return dict(sorted(entries.items()))


def write_manifest() -> None:
    """Bring the file up to date."""
    text = json.dumps(describe_assets(), indent=2, ensure_ascii=False) + "\n"
    MANIFEST.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_manifest()

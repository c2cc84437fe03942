"""The words of the command `body`. Nothing heavy is imported to know them."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import get_args

from pipelines.appearance import Gender


def add_body_words(parser: argparse.ArgumentParser) -> None:
    """The options of `body`."""
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="JPEG, PNG, WEBP or AVIF")
    parser.add_argument(
        "--avatar", metavar="ID", help="the body of this kept one; its body before becomes a version"
    )
    parser.add_argument("--person", type=int, metavar="N", help="whom of several: 1 is the leftmost")
    parser.add_argument("--side", type=Path, metavar="FILE", help="one more photo, from one side")
    parser.add_argument("--back", type=Path, metavar="FILE", help="one more photo, from behind")
    parser.add_argument("--height-cm", type=float, required=True, help="the person's height")
    parser.add_argument("--weight-kg", type=float, help="the person's weight, if known")
    parser.add_argument("--gender", choices=get_args(Gender))
    parser.add_argument(
        "--tape",
        type=read_tape,
        default={},
        metavar="NAME=CM,…",
        help="what a tape says, as waist=82,hip=101: the body follows it",
    )
    parser.add_argument(
        "--extractor",
        default="landmark-fit",
        metavar="NAME",
        help="landmark-fit, which needs nothing; or hmr2, with your own files in STUDIO_SMPL_FOLDER",
    )
    parser.add_argument(
        "--face",
        action="store_true",
        help="the face of the photo on the body, too: face.png, face-quarter.png, face.glb, and face.json with the "
        "sliders of its shape; they are in DIR alone, and nothing of the face is kept in the studio",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="where body.json and the meshes go",
    )


def read_tape(text: str) -> dict[str, float]:
    """“waist=82,hip=101”; bounds are the studio's."""
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = (word.strip() for word in part.partition("="))
        try:
            cm = float(number)
        except ValueError:
            cm = math.nan
        if not math.isfinite(cm) or name in found:
            raise argparse.ArgumentTypeError(
                f"“{part.strip()}” is not a name and its centimetres, each name once, as in waist=82,hip=101"
            )
        found[name] = cm
    return found

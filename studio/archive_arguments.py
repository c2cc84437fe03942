"""The words of `export` and `import`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from pipelines.figure.export.choices import (
    CLIP_HEIGHT,
    CLIP_WIDTH,
    AvatarFormat,
    ClipName,
    JointNaming,
    usual_clips,
)
from studio.library_arguments import add_filters
from studio.vocabulary.export import DEFAULT_NAMES, NAME_FIELDS, ExportFormat, PictureEncoding


def add_import(parser: argparse.ArgumentParser) -> None:
    """What comes in."""
    parser.add_argument("file", type=Path, metavar="FILE.zip", help="that “export --format zip” made")


def add_export(parser: argparse.ArgumentParser) -> None:
    """What goes out, and how."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--ids", nargs="+", metavar="ID", help="of “app.py history”")
    what.add_argument("--q", metavar="WORDS", help='all that these words find; "" finds everything')
    what.add_argument(
        "--avatar", metavar="ID", help="of “app.py avatars”: the avatar itself, dressed and rigged"
    )
    what.add_argument(
        "--persona", type=Path, metavar="FILE.json", help="likewise, of a persona that is not kept"
    )
    # An avatar and a pose have a meaning of their own here.
    add_filters(parser.add_argument_group("with --q"), but=("avatar", "pose"))
    parser.add_argument(
        "--format",
        choices=(*get_args(ExportFormat), *get_args(AvatarFormat)),
        required=True,
        help="pictures in a ZIP, a table, one contact sheet, or a dataset to train a LoRA on; of an avatar glb, vrm, "
        "obj (a ZIP with its textures), a clip that is drawn: webp, gif, or the joints of one: bvh",
    )
    parser.add_argument(
        "--image-format", choices=get_args(PictureEncoding), default="original", help="of the pictures"
    )
    parser.add_argument("--longest-px", type=int, metavar="N", help="make larger pictures so long")
    parser.add_argument(
        "--no-metadata",
        dest="metadata",
        action="store_false",
        help="leave prompts, settings and recipes out; the mark that a machine made them stays",
    )
    parser.add_argument(
        "--names",
        default=DEFAULT_NAMES,
        metavar="TEXT",
        help=f"of the pictures in a ZIP: text with {', '.join(f'{{{name}}}' for name in NAME_FIELDS)}",
    )
    parser.add_argument(
        "--trigger", default="", metavar="WORDS", help="of a dataset: what stands first in each caption"
    )
    parser.add_argument(
        "--triangles", type=int, metavar="N", help="of an avatar: at most about so many; left out: all"
    )
    parser.add_argument(
        "--clip",
        choices=get_args(ClipName),
        help=f"of an avatar's GLB: only this one; left out: all of them. Left out {usual_clips()}",
    )
    parser.add_argument(
        "--through",
        nargs="+",
        default=(),
        metavar="NAME",
        help="of the clip “path”: the poses that it goes through",
    )
    parser.add_argument(
        "--width", type=int, metavar="PX", help=f"of a WebP or GIF of an avatar; left out: {CLIP_WIDTH}"
    )
    parser.add_argument("--height", type=int, metavar="PX", help=f"likewise; left out: {CLIP_HEIGHT}")
    parser.add_argument("--pose", default="", metavar="NAME", help="of an avatar's GLB: one more clip, held")
    parser.add_argument("--suit", action="store_true", help="of an avatar: barefoot in a neutral body suit")
    parser.add_argument(
        "--joints", choices=get_args(JointNaming), default="humanoid", help="of an avatar's GLB: their names"
    )
    parser.add_argument("--author", default="", metavar="NAME", help="of an avatar's VRM: who made it")
    parser.add_argument("--licence", default="", metavar="TEXT", help="likewise: what they say about its use")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file")

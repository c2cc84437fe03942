"""The files that a person brings for HMR2 and SMPL: what they are called, whose they are, and their plain arrays.

The studio has none of them and fetches none. STUDIO_SMPL_FOLDER names the folder they lie in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from pipelines.body.conversion import GB, BodyModelMissing, BodyModelRefused, ConversionLimits, convert_file
from pipelines.body.hmr2_network import Hmr2Config, parameter_shapes
from pipelines.body.smpl_model import (
    SmplModel,
    SmplParameters,
    pose_smpl,
    to_smpl_json,
    to_smpl_npz,
    to_smpl_obj,
)
from pipelines.tensor_files.header import HeaderLimits, read_header

SmplKind = Literal["SMPL", "SMPLX"]
SmplGender = Literal["NEUTRAL", "FEMALE", "MALE"]
NETWORK_FILE = "hmr2.ckpt"
ENDINGS = (".npz", ".pkl")

NO_FOLDER = (
    "This extractor needs files that only you can fetch. Set STUDIO_SMPL_FOLDER to the folder that holds them: "
    "hmr2.ckpt, and SMPL_NEUTRAL.npz or SMPL_NEUTRAL.pkl."
)
# What is missing, from whom, under which licence, and where it goes.
NO_NETWORK = (
    "HMR2's weights are missing: fetch 4D-Humans' hmr2_data.tar.gz from its authors (Goel et al., UC Berkeley; code "
    "under the MIT licence), and put its epoch=35-step=1000000.ckpt as hmr2.ckpt into “{folder}”."
)
NO_MODEL: Mapping[SmplKind, str] = {
    "SMPL": (
        "The body model SMPL is missing: fetch it at smpl.is.tue.mpg.de, or its neutral body at "
        "smplify.is.tue.mpg.de (Max Planck Society; its licence is for research only, commercial use is licensed by "
        "Meshcapade), and put it as {name}.npz or {name}.pkl into “{folder}”."
    ),
    "SMPLX": (
        "The body model SMPL-X is missing: fetch it at smpl-x.is.tue.mpg.de (Max Planck Society; its licence is for "
        "research only, commercial use is licensed by Meshcapade), and put it as {name}.npz or {name}.pkl into "
        "“{folder}”."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmplLayout:
    """How many of each a body model has."""

    vertices: int
    joints: int
    faces: int


LAYOUTS: Mapping[SmplKind, SmplLayout] = {
    "SMPL": SmplLayout(vertices=6890, joints=24, faces=13776),
    "SMPLX": SmplLayout(vertices=10475, joints=55, faces=20908),
}
MODEL_LIMITS = ConversionLimits(
    source_bytes=1 * GB,  # SMPL-X, the largest, has 0.6
    target_bytes=1 * GB,
    memory_bytes=8 * GB,
)
NETWORK_LIMITS = ConversionLimits(
    source_bytes=12 * GB,  # the weights have 2.7; a checkpoint may hold its optimiser's state beside them
    target_bytes=4 * GB,
    memory_bytes=24 * GB,  # of addresses: torch's libraries, and the file, which is mapped and not copied
)


def list_missing(folder: Path | None) -> Iterator[str]:
    """One sentence for each file that HMR2 needs and does not find."""
    if folder is None:
        yield NO_FOLDER
        return
    if not (folder / NETWORK_FILE).is_file():
        yield NO_NETWORK.format(folder=folder)
    if _find_model(folder, "SMPL_NEUTRAL") is None:
        yield NO_MODEL["SMPL"].format(name="SMPL_NEUTRAL", folder=folder)


def require_files(folder: Path | None) -> Path:
    """The folder, with all in it that HMR2 needs. Raises BodyModelMissing."""
    missing = list(list_missing(folder))
    if missing or folder is None:
        raise BodyModelMissing(" ".join(missing))
    return folder


def open_smpl(folder: Path, kind: SmplKind = "SMPL", gender: SmplGender = "NEUTRAL") -> SmplModel:
    """A body model of the folder. Raises BodyModelMissing, BodyModelRefused."""
    name = f"{kind}_{gender}"
    source = _find_model(folder, name)
    if source is None:
        raise BodyModelMissing(NO_MODEL[kind].format(name=name, folder=folder))
    layout = LAYOUTS[kind]
    asked = {"vertices": layout.vertices, "joints": layout.joints, "faces": layout.faces}
    kept = convert_file(source, "npz", asked, MODEL_LIMITS)
    try:
        with np.load(kept, allow_pickle=False) as stored:
            arrays = dict(stored.items())
        return SmplModel(
            template_m=arrays["v_template"],
            shape_directions=arrays["shapedirs"],
            pose_directions=arrays["posedirs"],
            joint_regressor=arrays["J_regressor"],
            weights=arrays["weights"],
            parents=tuple(int(parent) for parent in arrays["parents"]),
            faces=arrays["faces"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise BodyModelRefused(
            f"“{kept}” is damaged. Delete it: it is made anew from “{source.name}”."
        ) from error


def network_file(folder: Path, config: Hmr2Config | None = None) -> Path:
    """HMR2's weights as safetensors, of exactly its names and shapes. Raises BodyModelMissing, BodyModelRefused,
    FileRefused."""
    source = folder / NETWORK_FILE
    if not source.is_file():
        raise BodyModelMissing(NO_NETWORK.format(folder=folder))
    shapes = parameter_shapes(config or Hmr2Config())
    kept = convert_file(source, "safetensors", {"shapes": shapes}, NETWORK_LIMITS)
    if read_header(kept, HeaderLimits()).shapes != shapes:
        raise BodyModelRefused(f"“{kept}” is damaged. Delete it: it is made anew from “{source.name}”.")
    return kept


def write_smpl_files(raw: Mapping[str, tuple[float, ...]], folder: Path | None) -> Mapping[str, bytes]:
    """SMPL's own skin of a body's raw numbers, by file name: smpl.npz, smpl.obj and smpl.json; nothing where they are
    not SMPL's, or its model is not in the folder. Raises BodyModelRefused."""
    if folder is None or not {"betas", "body_pose", "global_orient"} <= raw.keys():
        return {}
    if _find_model(folder, "SMPL_NEUTRAL") is None:
        return {}
    model, parameters = open_smpl(folder), SmplParameters.from_raw(raw)
    body = pose_smpl(model, np.array(parameters.betas), parameters.rotations())
    return {
        "smpl.npz": to_smpl_npz(parameters, body, model),
        "smpl.obj": to_smpl_obj(body, model),
        "smpl.json": (to_smpl_json(parameters) + "\n").encode("ascii"),
    }


def _find_model(folder: Path, name: str) -> Path | None:
    return next((file for ending in ENDINGS if (file := folder / (name + ending)).is_file()), None)

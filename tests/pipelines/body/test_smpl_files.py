"""A person's own files: converted once by a child, exactly as they have to be; what is evil in them never runs."""

from __future__ import annotations

import io
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import sparse

from pipelines.body.conversion import (
    CONVERTED,
    GB,
    BodyModelMissing,
    BodyModelRefused,
    ConversionLimits,
    convert_file,
)
from pipelines.body.conversion_child import FileUnfit, convert_checkpoint, read_smpl
from pipelines.body.hmr2_network import Hmr2Network, parameter_shapes
from pipelines.body.smpl_files import LAYOUTS, list_missing, network_file, open_smpl, require_files
from pipelines.body.smpl_model import pose_smpl
from tests.pipelines.body.smpl_fakes import fake_smpl, stored_arrays
from tests.pipelines.body.test_hmr2_network import TINY, random_parameters

SMALL = {"vertices": 8, "joints": 3, "faces": 2}
LIMITS = ConversionLimits(source_bytes=GB, target_bytes=GB, memory_bytes=4 * GB, cpu_s=60, wall_s=120)


class Evil:
    """Would leave a file where it ran."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def small_arrays() -> dict[str, Any]:
    """A body model of 8 vertices and 3 joints."""
    rng = np.random.default_rng(2)
    return {
        "v_template": rng.standard_normal((8, 3)),
        "shapedirs": rng.standard_normal((8, 3, 12)),
        "posedirs": rng.standard_normal((8, 3, 18)),
        "J_regressor": rng.random((3, 8)),
        "weights": np.full((8, 3), 1 / 3),
        "kintree_table": np.array([[2**32 - 1, 0, 1], [0, 1, 2]], np.uint32),
        "f": np.array([[0, 1, 2], [3, 4, 5]], np.uint32),
    }


@contextmanager
def chumpy() -> Iterator[tuple[type, type]]:
    """Modules of chumpy's names, as long as a file is written, since pickles name their kinds' modules; and its arrays
    and choices of elements, which are stored with what chumpy notes beside the numbers (chumpy/ch.py, __getstate__)."""

    class Ch:
        def __init__(self, **terms: Any) -> None:
            self.__dict__.update(terms)
            self.__dict__ |= {"_dirty_vars": set(terms), "_itr": None, "_make_dense": False}
            self.__dict__["_depends_on_deps"] = {"r": {"deps": set(), "value": None, "out_of_date": True}}

    class Select(Ch):
        pass

    modules = {name: types.ModuleType(name) for name in ("chumpy", "chumpy.ch", "chumpy.reordering")}
    for kind, module in ((Ch, "chumpy.ch"), (Select, "chumpy.reordering")):
        kind.__module__, kind.__qualname__ = module, kind.__name__
        setattr(modules[module], kind.__name__, kind)
    sys.modules |= modules
    try:
        yield Ch, Select
    finally:
        for name in modules:
            del sys.modules[name]


def write_pickle(path: Path, found: Any, protocol: int = 2) -> Path:
    path.write_bytes(pickle.dumps(found, protocol=protocol))
    return path


def write_checkpoint(path: Path, held: Any) -> Path:
    torch.save(held, path)
    return path


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_pickle_with_chumpy_and_sparse_matrices_becomes_plain_arrays(tmp_path: Path, protocol: int) -> None:
    arrays = small_arrays()
    with chumpy() as (array, select):
        chosen = np.arange(8 * 3 * 12).reshape(8, 3, 12)[:, :, :11]  # of the directions, all but one
        stored = arrays | {
            "shapedirs": select(
                a=array(x=arrays["shapedirs"]), idxs=chosen.reshape(-1), preferred_shape=chosen.shape
            ),
            "posedirs": array(x=arrays["posedirs"]),
            "J_regressor": sparse.csc_matrix(arrays["J_regressor"]),
            "bs_style": "lbs",
            "J": array(x=np.zeros((3, 3))),
        }
        source = write_pickle(tmp_path / "SMPL_NEUTRAL.pkl", stored, protocol)
    kept = convert_file(source, "npz", SMALL, LIMITS)
    with np.load(kept, allow_pickle=False) as plain:
        assert plain["shapedirs"] == pytest.approx(arrays["shapedirs"][:, :, :10], rel=1e-6)
        assert plain["posedirs"] == pytest.approx(arrays["posedirs"], rel=1e-6)
        assert plain["J_regressor"] == pytest.approx(arrays["J_regressor"], rel=1e-6)
        assert plain["parents"].tolist() == [-1, 0, 1]
        assert set(plain.files) == {
            "v_template", "shapedirs", "posedirs", "J_regressor", "weights", "parents", "faces",
        }  # fmt: skip


def test_a_file_is_converted_once_and_again_when_it_changes(tmp_path: Path) -> None:
    source = tmp_path / "SMPL_MALE.npz"
    np.savez(source, **small_arrays())
    first = convert_file(source, "npz", SMALL, LIMITS)
    made = first.stat().st_mtime_ns
    assert convert_file(source, "npz", SMALL, LIMITS).stat().st_mtime_ns == made
    np.savez(source, **small_arrays(), more=np.zeros(3))
    second = convert_file(source, "npz", SMALL, LIMITS)
    assert second != first
    assert list((tmp_path / CONVERTED).iterdir()) == [second]  # the old form, and nothing half made, is left


def evil_models(mark: Path) -> dict[str, Any]:
    """What a hostile file could hold: at the top, in a list, in an array of objects, in a stand-in's state."""
    nested = np.empty(1, object)
    nested[0] = Evil(mark)
    return {
        "top": Evil(mark),
        "value": small_arrays() | {"v_template": Evil(mark)},
        "listed": small_arrays() | {"pose_training_info": {"a": [("b", Evil(mark))]}},
        "array of objects": small_arrays() | {"v_template": nested},
        "another name": small_arrays() | {"pose_training_info": OrderedDict(a=1)},
    }


@pytest.mark.parametrize("case", evil_models(Path()))
def test_an_evil_pickle_runs_nothing(tmp_path: Path, case: str) -> None:
    mark = tmp_path / "ran"
    source = write_pickle(tmp_path / "SMPL_NEUTRAL.pkl", evil_models(mark)[case])
    with pytest.raises(BodyModelRefused, match=r"nothing of it was run\. It asks for"):
        convert_file(source, "npz", SMALL, LIMITS)
    assert not mark.exists()
    assert list((tmp_path / CONVERTED).iterdir()) == []


def test_an_npz_with_a_pickle_in_it_runs_nothing(tmp_path: Path) -> None:
    mark, held = tmp_path / "ran", np.empty(1, object)
    held[0] = Evil(mark)
    source = tmp_path / "SMPL_NEUTRAL.npz"
    np.savez(source, **(small_arrays() | {"v_template": held}))
    with pytest.raises(BodyModelRefused):
        convert_file(source, "npz", SMALL, LIMITS)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"v_template": np.zeros((9, 3))}, "v_template"),
        ({"posedirs": np.zeros((8, 3, 17))}, "posedirs"),
        ({"shapedirs": np.zeros((8, 3, 9))}, "shapedirs"),
        ({"weights": np.full((8, 3), 0.5)}, "sum to one"),
        ({"f": np.array([[0, 1, 2], [3, 4, 8]])}, "faces"),
        ({"kintree_table": np.array([[2**32 - 1, 2, 1], [0, 1, 2]], np.uint32)}, "hang on"),
        ({"v_template": np.full((8, 3), np.nan)}, "none"),
        ({"J_regressor": np.array("text")}, "J_regressor"),
    ],
)
def test_an_odd_model_is_refused_by_name(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    source = tmp_path / "SMPL_NEUTRAL.npz"
    np.savez(source, **(small_arrays() | change))
    with pytest.raises(FileUnfit, match=said):
        read_smpl(source, SMALL)


def test_a_conversion_that_takes_too_much_is_ended(tmp_path: Path) -> None:
    source = write_pickle(tmp_path / "SMPL_NEUTRAL.pkl", small_arrays())
    with pytest.raises(BodyModelRefused, match="file of at most"):
        convert_file(
            source, "npz", SMALL, ConversionLimits(source_bytes=100, target_bytes=GB, memory_bytes=GB)
        )
    with pytest.raises(BodyModelRefused, match="too long"):
        convert_file(
            source,
            "npz",
            SMALL,
            ConversionLimits(source_bytes=GB, target_bytes=GB, memory_bytes=GB, wall_s=0.001),
        )
    if sys.platform == "linux":
        np.savez_compressed(
            tmp_path / "SMPL_MALE.npz", **(small_arrays() | {"v_template": np.zeros(50_000_000)})
        )
        with pytest.raises(BodyModelRefused, match=r"memory|took more"):
            convert_file(
                tmp_path / "SMPL_MALE.npz",
                "npz",
                SMALL,
                ConversionLimits(source_bytes=GB, target_bytes=GB, memory_bytes=300_000_000),
            )


class CfgNode(dict[str, Any]):
    """Stands for the trainer's settings, which its checkpoint holds beside the weights."""


def test_the_networks_checkpoint_becomes_safetensors_of_exactly_its_names(tmp_path: Path) -> None:
    """Also with a trainer's settings beside the weights, and other networks' weights among them."""
    parameters = random_parameters(TINY)
    others = {"discriminator.fc.weight": torch.zeros(3), "smpl.v_template": torch.zeros(4, 3)}
    module = types.ModuleType("yacs.config")
    module.CfgNode = CfgNode  # type: ignore[attr-defined]
    CfgNode.__module__ = "yacs.config"
    settings = CfgNode(MODEL=CfgNode(IMAGE_SIZE=256))
    settings.__dict__["__immutable__"] = True
    held = {
        "state_dict": OrderedDict(parameters | others),
        "epoch": 35,
        "hyper_parameters": {"cfg": settings, "folder": tmp_path},
    }
    sys.modules |= {"yacs": types.ModuleType("yacs"), "yacs.config": module}
    try:
        write_checkpoint(tmp_path / "hmr2.ckpt", held)
    finally:
        del sys.modules["yacs"], sys.modules["yacs.config"]
    from safetensors.torch import load_file

    loaded = load_file(network_file(tmp_path, TINY))
    assert loaded.keys() == parameters.keys()
    assert all(torch.equal(loaded[name], values) for name, values in parameters.items())
    Hmr2Network(loaded, TINY)


def test_an_evil_checkpoint_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    held = {
        "state_dict": random_parameters(TINY),
        "callbacks": [{"a": (1, {"b": Evil(mark)})}],
        "more": Evil(mark),
    }
    write_checkpoint(tmp_path / "hmr2.ckpt", held)
    with pytest.raises(BodyModelRefused, match="no weights need"):
        network_file(tmp_path, TINY)
    assert not mark.exists()


@pytest.mark.parametrize("values", [torch.zeros(4), torch.full((3,), float("nan")), torch.zeros(3).int()])
def test_a_checkpoint_of_another_network_is_refused_by_name(tmp_path: Path, values: torch.Tensor) -> None:
    changed = random_parameters(TINY) | {"smpl_head.deccam.bias": values}
    source = write_checkpoint(tmp_path / "hmr2.ckpt", {"state_dict": changed})
    with pytest.raises(FileUnfit, match="deccam"):
        convert_checkpoint(source, io.BytesIO(), {"shapes": parameter_shapes(TINY)})


def test_a_whole_model_of_the_published_size_is_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "SMPL_NEUTRAL.npz", **stored_arrays(fake_smpl()))
    opened = open_smpl(tmp_path)
    assert opened.parents == fake_smpl().parents
    assert opened.shape_directions == pytest.approx(fake_smpl().shape_directions, abs=1e-6)


def test_smpl_x_is_opened_and_posed_as_smpl_is(tmp_path: Path) -> None:
    """Of its published size: 55 joints, more betas than are kept, expressions among them."""
    layout, rng = LAYOUTS["SMPLX"], np.random.default_rng(3)
    parents = [2**32 - 1, *range(layout.joints - 1)]
    arrays = {
        "v_template": rng.standard_normal((layout.vertices, 3)),
        "shapedirs": np.ones((layout.vertices, 3, 20), np.float32),
        "posedirs": np.zeros((layout.vertices, 3, 9 * (layout.joints - 1)), np.float32),
        "J_regressor": np.full((layout.joints, layout.vertices), 1 / layout.vertices),
        "weights": np.full((layout.vertices, layout.joints), 1 / layout.joints),
        "kintree_table": np.array([parents, range(layout.joints)], np.uint32),
        "f": np.zeros((layout.faces, 3), np.uint32),
    }
    np.savez(tmp_path / "SMPLX_FEMALE.npz", **arrays)
    model = open_smpl(tmp_path, "SMPLX", "FEMALE")
    posed = pose_smpl(model, np.array([0.5]), np.eye(3)[None])
    assert posed.vertices_m == pytest.approx(arrays["v_template"] + 0.5, abs=1e-5)
    assert posed.joints_m.shape == (55, 3)


def test_what_is_missing_is_said_with_whom_it_comes_from_and_where_it_goes(tmp_path: Path) -> None:
    assert [sentence.count("STUDIO_SMPL_FOLDER") for sentence in list_missing(None)] == [1]
    network, model = list_missing(tmp_path)
    assert all(word in network for word in ("4D-Humans", "MIT", "hmr2.ckpt", str(tmp_path)))
    assert all(
        word in model for word in ("smpl.is.tue.mpg.de", "research", "SMPL_NEUTRAL.npz", str(tmp_path))
    )
    with pytest.raises(BodyModelMissing, match="4D-Humans"):
        require_files(tmp_path)
    with pytest.raises(BodyModelMissing, match=r"smpl-x\.is\.tue"):
        open_smpl(tmp_path, "SMPLX", "FEMALE")

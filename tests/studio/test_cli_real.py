"""The command line as a program of its own, over the real walks: what other programs rely on."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "assets" / "examples" / "person.png"
TIMEOUT_S = 240
SIDED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
JOINTS = {"nose", *(f"{side}_{joint}" for side in ("left", "right") for joint in SIDED)}
MEASURES = {
    "height", "chest", "waist", "hip", "neck", "thigh", "calf", "upper_arm", "wrist", "inseam", "shoulder_width",
    "arm_length", "underbust", "high_hip", "head", "knee", "ankle", "elbow", "back_width", "back_waist_length",
    "front_waist_length", "crotch_length", "rise", "outside_leg", "hand_length", "foot_length",
}  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all commands, as a person would have."""
    return tmp_path_factory.mktemp("data")


def run(data: Path, *argv: object) -> subprocess.CompletedProcess[str]:
    """app.py with these words, its output kept."""
    words = [sys.executable, "app.py", *map(str, argv), "--data", str(data)]
    return subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT_S, check=False
    )


def test_photos_become_bodies(data: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    Image.new("RGB", (40, 40), "red").save(small)
    out = tmp_path / "out"
    done = run(data, "body", EXAMPLE, small, "--height-cm", 175, "--gender", "female", "--face", "--out", out)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("too-small: ")
    assert done.stderr.count("\n") == 1, "nothing else may stand on the error stream"
    assert [path.name for path in out.iterdir()] == [EXAMPLE.stem]
    body = json.loads((out / EXAMPLE.stem / "body.json").read_text(encoding="utf-8"))
    assert body["model"] == "anny"
    assert {measure["name"] for measure in body["measurements"]} >= MEASURES
    height = next(measure for measure in body["measurements"] if measure["name"] == "height")
    assert height["cm"] == pytest.approx(175, abs=1)
    joints = {joint["name"]: joint["xyz_m"] for joint in body["joints"]}
    assert set(joints) == JOINTS
    assert all(z > 0.5 for _, _, z in joints.values()), "the person stands before the camera"
    assert joints["nose"][1] < joints["left_ankle"][1], "y points down"
    assert {"focal_px", "center_px", "width", "height"} <= body["camera"].keys()
    assert (out / EXAMPLE.stem / "body.glb").read_bytes()[:4] == b"glTF"
    assert "\nf " in (out / EXAMPLE.stem / "body.obj").read_text(encoding="utf-8")

    def is_kept(name: str) -> bool:
        digest = hashlib.sha256((out / EXAMPLE.stem / name).read_bytes()).hexdigest()
        return any(digest in path.name for path in data.rglob("*"))

    assert is_kept("body.glb")
    assert not any(map(is_kept, ("face.glb", "face.png", "face-quarter.png", "face.json")))
    assert (out / EXAMPLE.stem / "face.glb").read_bytes()[:4] == b"glTF"
    with Image.open(out / EXAMPLE.stem / "face.png") as portrait:
        assert portrait.size == (640, 640)


def test_a_persona_becomes_pictures_that_come_again(data: Path, tmp_path: Path) -> None:
    persona = tmp_path / "persona.json"
    persona.write_text(json.dumps({"name": "Ada", "age": 36, "style": "elegant"}), encoding="utf-8")
    pictures = []
    for out in (tmp_path / "first", tmp_path / "second"):
        done = run(
            data, "generate", "--persona", persona, "--pose", "relaxed-stand", "--view", "quarter",
            "--engine", "draft", "--seed", 7, "--size", "192x256", "--out", out,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        with Image.open(out / "relaxed-stand-quarter.png") as picture:
            pictures.append(picture.convert("RGB").tobytes())
    assert pictures[0] == pictures[1]
    facts = json.loads((tmp_path / "first" / "generation.json").read_text(encoding="utf-8"))
    assert facts["request"]["seed"] == facts["requests"][0]["seed"] == 7
    assert "Ada" in facts["prompt"]
    assert facts["started_at"] <= facts["finished_at"]


@pytest.mark.parametrize("kind", ["pose", "segments"])
def test_control_maps_are_written(data: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"{kind}.png"
    done = run(data, "control", "--pose", "relaxed-stand", "--kind", kind, "--size", "128x192", "--out", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(out) as image:
        assert image.size == (128, 192)
        darkest, lightest = image.convert("L").getextrema()
        assert darkest != lightest


def test_the_machine_and_the_data_are_well(data: Path) -> None:
    report = json.loads(run(data, "doctor", "--json").stdout)
    assert report["ok"], report
    agreed = run(data, "fsck", "--json")
    assert (agreed.returncode, json.loads(agreed.stdout)) == (0, {"ok": True, "findings": []})
    poses = json.loads(run(data, "poses", "--json").stdout)
    assert len(poses) >= 30

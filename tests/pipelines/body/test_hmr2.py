"""The extractor Hmr2, whole, on files of the right layout: a tiny network that always says one pose, and a body model
that is made of the free body. What HMR2 itself sees in photos is not shown here: nobody's weights are ours to have."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines.body import landmark_fit
from pipelines.body.anny import open_anny
from pipelines.body.bones import JOINT_BONES
from pipelines.body.conversion import BodyModelMissing
from pipelines.body.estimate import BodyEstimate
from pipelines.body.extractor import ExtractorSetup, PhotoSet, open_extractor
from pipelines.body.hmr2 import Hmr2
from pipelines.body.hmr2_crop import square_around
from pipelines.body.measure import measure_body
from pipelines.body.smpl_files import write_smpl_files
from pipelines.body.smpl_model import SmplParameters
from pipelines.errors import EngineUnavailable
from pipelines.photo.errors import PhotoRefused, refuse
from pipelines.photo.landmarks import detect_landmarks
from pipelines.pose.exchange.smpl import write_smpl
from pipelines.progress import Progress, ignore_progress
from pipelines.types import KnownMeasures
from tests.benchmarks.body import align
from tests.benchmarks.people import Person, make_person
from tests.pipelines.body.smpl_fakes import fake_smpl, stored_arrays
from tests.pipelines.body.test_hmr2_network import TINY, random_parameters

CONFIG = replace(TINY, crop_height=256, crop_width=192)
SEED = 11
SAID = ("decpose", "decshape", "deccam")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A rendered person, what they told, and a folder of files whose network says their pose."""

    person: Person
    told: KnownMeasures
    folder: Path
    said: SmplParameters
    camera: np.ndarray


def write_network(folder: Path, rotations: np.ndarray, camera: np.ndarray) -> None:
    """A checkpoint that says these rotations (24, 3, 3) and this camera (3,) of every photo."""
    parameters = random_parameters(CONFIG)
    for name in SAID:
        for kind in ("weight", "bias"):
            parameters[f"smpl_head.{name}.{kind}"] *= 0
    pose = rotations[:, :, :2].transpose(0, 2, 1).reshape(1, 144)
    parameters["smpl_head.init_body_pose"] = torch.tensor(pose, dtype=torch.float32)
    parameters["smpl_head.init_betas"] = torch.full((1, 10), 0.05)
    parameters["smpl_head.init_cam"] = torch.tensor(camera[None], dtype=torch.float32)
    torch.save({"state_dict": parameters}, folder / "hmr2.ckpt")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    person, folder = make_person(SEED), tmp_path_factory.mktemp("smpl")
    np.savez(folder / "SMPL_NEUTRAL.npz", **stored_arrays(fake_smpl()))
    with np.load(io.BytesIO(write_smpl(person.pose))) as arrays:
        vectors = np.append(arrays["poses"][0, :66], np.zeros(6))
    said = SmplParameters(betas=(0.05,) * 10, body_pose=tuple(vectors[3:]), global_orient=(0, 0, 0))
    rotations = said.rotations()
    whole = SmplParameters(betas=(), body_pose=(), global_orient=tuple(vectors[:3])).rotations()[0]
    rotations[0] = person.camera.rotation @ whole
    seen = detect_landmarks(person.photo).person
    assert seen is not None
    square = square_around(seen.box)
    pelvis = person.camera.rotation @ person.body.joint("root") + person.camera.translation
    pixel = person.camera.focal_px * pelvis[:2] / pelvis[2] + [
        person.camera.width / 2,
        person.camera.height / 2,
    ]
    per_metre = person.camera.focal_px / pelvis[2]
    camera = np.array([2 * per_metre / square.side_px, *((pixel - square.center_px) / per_metre)])
    write_network(folder, rotations, camera)
    told = KnownMeasures(height_cm=person.measures_cm["height"], gender=person.gender)
    return Case(
        person=person,
        told=told,
        folder=folder,
        said=SmplParameters.from_rotations(np.full(10, 0.05), rotations),
        camera=camera,
    )


def open_hmr2(folder: Path, threshold: float = 0.5) -> Hmr2:
    return Hmr2(ExtractorSetup(device="cpu", smpl_folder=folder, person_threshold=threshold), CONFIG)


@pytest.fixture(scope="module")
def estimate(case: Case) -> BodyEstimate:
    return open_hmr2(case.folder).extract(PhotoSet(front=case.person.photo), case.told, ignore_progress)


def test_its_own_numbers_are_kept_as_smpl_names_them(case: Case, estimate: BodyEstimate) -> None:
    assert {name: len(values) for name, values in estimate.raw.items()} == {
        "betas": 10, "body_pose": 69, "global_orient": 3, "camera": 3,
    }  # fmt: skip
    assert estimate.raw["body_pose"] == pytest.approx(case.said.body_pose, abs=1e-4)
    assert estimate.raw["betas"] == pytest.approx([0.05] * 10)
    assert estimate.extractor == "hmr2"


def test_smpls_own_skin_comes_back_from_the_numbers(case: Case, estimate: BodyEstimate) -> None:
    files = write_smpl_files(estimate.raw, case.folder)
    assert set(files) == {"smpl.npz", "smpl.obj", "smpl.json"}
    with np.load(io.BytesIO(files["smpl.npz"]), allow_pickle=False) as stored:
        assert stored["vertices"].shape == (6890, 3)
        assert stored["camera"] == pytest.approx(estimate.raw["camera"])
        shoulder = stored["joints"][16] + stored["camera"]
    assert shoulder == pytest.approx(estimate.joints_m["left_shoulder"], abs=1e-4)
    assert write_smpl_files({}, case.folder) == write_smpl_files(estimate.raw, None) == {}


def test_joints_and_pose_are_those_of_the_network(case: Case, estimate: BodyEstimate) -> None:
    names = list(JOINT_BONES)
    truth = np.array([case.person.joints_m[name] for name in names])
    seen = np.array([estimate.joints_m[name] for name in names])
    assert np.linalg.norm(align(seen, truth) - truth, axis=1).mean() < 0.04
    body = open_anny().build(estimate.parameters, estimate.pose)
    ours = np.array([body.joint(JOINT_BONES[name]) for name in names])
    assert np.linalg.norm(align(ours, truth) - truth, axis=1).mean() < 0.04
    camera = estimate.camera
    pixels = camera.focal_px * seen[:, :2] / seen[:, 2:] + camera.center_px
    size = (case.person.camera.width / 2, case.person.camera.height / 2)
    shown = case.person.camera.focal_px * truth[:, :2] / truth[:, 2:] + size
    assert np.linalg.norm(pixels - shown, axis=1).mean() < 0.04 * case.person.camera.height
    assert estimate.confidence > 0.6
    across = ours[names.index("left_shoulder")] - ours[names.index("right_shoulder")]
    assert across[0] > 0  # faces the camera as the person does, and is not mirrored


def test_centimetres_are_our_own_fits_and_that_is_said(case: Case, estimate: BodyEstimate) -> None:
    fitted = open_extractor("landmark-fit").extract(
        PhotoSet(front=case.person.photo), case.told, ignore_progress
    )
    assert estimate.parameters == fitted.parameters
    assert estimate.uncertainty_cm == fitted.uncertainty_cm
    assert "The centimetres are our own fit's to the outline, with the height told" in estimate.remarks[0]


def test_a_photo_that_our_fit_refuses_still_has_a_body(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_all(*_: object) -> BodyEstimate:
        raise refuse("no-close-fit", percent=40)

    monkeypatch.setattr(landmark_fit.LandmarkFit, "extract", refuse_all)
    heard: list[Progress] = []
    told = KnownMeasures(height_cm=181)
    rough = open_hmr2(case.folder).extract(PhotoSet(front=case.person.photo), told, heard.append)
    assert measure_body(open_anny(), rough.parameters)["height"] == pytest.approx(181, abs=1.5)
    assert "made as tall as told" in rough.remarks[0]
    assert rough.uncertainty_cm["waist"] >= 5
    assert [progress.stage for progress in heard] == [
        "Reading the photo", "Opening HMR2", "Seeing the pose", "Bringing SMPL onto our body",
    ]  # fmt: skip


def test_a_body_beside_the_person_is_refused(case: Case, tmp_path: Path) -> None:
    (tmp_path / "SMPL_NEUTRAL.npz").symlink_to(case.folder / "SMPL_NEUTRAL.npz")
    write_network(tmp_path, case.said.rotations(), case.camera + np.array([0, 2.0, 0]))
    with pytest.raises(PhotoRefused) as refused:
        open_hmr2(tmp_path).extract(PhotoSet(front=case.person.photo), case.told, ignore_progress)
    assert refused.value.code == "no-close-fit"


def test_how_sure_it_has_to_be_of_a_person_is_set(case: Case) -> None:
    with pytest.raises(PhotoRefused, match="STUDIO_PERSON_THRESHOLD"):
        open_hmr2(case.folder, threshold=1.01).extract(
            PhotoSet(front=case.person.photo), case.told, ignore_progress
        )
    wall = np.full((640, 640, 3), 180, np.uint8)
    with pytest.raises(PhotoRefused, match="No person was found"):
        open_hmr2(case.folder).extract(PhotoSet(front=wall), case.told, ignore_progress)


def test_what_it_lacks_is_said_when_it_is_opened(case: Case, tmp_path: Path) -> None:
    with pytest.raises(BodyModelMissing, match="STUDIO_SMPL_FOLDER"):
        open_extractor("hmr2")
    with pytest.raises(BodyModelMissing, match=r"4D-Humans.*research"):
        open_extractor("hmr2", ExtractorSetup(smpl_folder=tmp_path))
    wrong = ExtractorSetup(device="cuda", smpl_folder=case.folder)
    if not torch.cuda.is_available():
        with pytest.raises(EngineUnavailable, match="STUDIO_DEVICE"):
            Hmr2(wrong, CONFIG).extract(PhotoSet(front=case.person.photo), case.told, ignore_progress)


def test_opening_it_imports_no_torch(case: Case) -> None:
    code = (
        "import sys, pathlib\nfrom pipelines.body.extractor import ExtractorSetup, open_extractor\n"
        f"open_extractor('hmr2', ExtractorSetup(smpl_folder=pathlib.Path({str(case.folder)!r})))\n"
        "print([name for name in ('torch', 'mediapipe', 'cv2') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

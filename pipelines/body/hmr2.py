"""Hmr2: a photo becomes a body through the network HMR2 and the body model SMPL, both from the person's own files.

Pose and camera are the network's. Centimetres are our own fit's, with the height that was told: a network that has
seen one crop knows no scale, and drifts to the average body. Where our fit does not come close to a photo, they are
those of HMR2's body, made as tall as told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import ClassVar

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.bones import JOINT_BONES
from pipelines.body.estimate import BodyEstimate, PersonInPhoto
from pipelines.body.extractor import ExtractorInfo, ExtractorSetup, PhotoSet
from pipelines.body.from_smpl import from_smpl
from pipelines.body.hmr2_crop import cut_crop, place_camera, square_around
from pipelines.body.hmr2_network import Hmr2Config, Hmr2Network
from pipelines.body.landmark_fit import NO_HEIGHT, READING, ROUGH, ROUGH_OVERLAP, LandmarkFit
from pipelines.body.measure import measure_body
from pipelines.body.smpl_files import network_file, open_smpl, require_files
from pipelines.body.smpl_model import SmplBody, SmplModel, SmplParameters, pose_smpl
from pipelines.devices import choose_kind
from pipelines.errors import EngineUnavailable
from pipelines.photo.errors import PhotoRefused, refuse
from pipelines.photo.landmarks import POINT_NAMES, DetectedPerson, Landmarks, detect_landmarks
from pipelines.progress import OnProgress, Progress
from pipelines.types import CameraFit, KnownMeasures

NAME = "hmr2"
OPENING, SEEING, CONVERTING = "Opening HMR2", "Seeing the pose", "Bringing SMPL onto our body"
# Of the photo's problems, those that are our fit's alone: half a person, or a blurred one, still has a pose.
PASSED = frozenset({"cropped-below-the-knee", "head-outside", "no-face", "blurred", "too-small"})
REFUSED_OVERLAP = 0.30  # nearly upside down or beside the person; a guess: no weights were here to try it
SURE_POINTS = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
# SMPL's joints by number, and the vertex of its skin at the tip of the nose (smplx, vertex_ids.py and joint_names.py).
SMPL_JOINTS: Mapping[str, int] = {
    f"{side}_{joint}": number + place
    for joint, number in (
        ("shoulder", 16), ("elbow", 18), ("wrist", 20), ("hip", 1), ("knee", 4), ("ankle", 7),
    )
    for place, side in enumerate(("left", "right"))
}  # fmt: skip
NOSE_VERTEX = 332
CAMERA_FROM_WORLD = np.diag([1.0, -1.0, -1.0])  # x stays, y down, z away, of who faces the camera
ROUGH_SHARE, ROUGH_LEAST_CM, TOLD_HEIGHT_CM = 0.1, 2.0, 1.0  # ± of a regressed body's measures; a guess

NO_TORCH = 'HMR2 needs torch, which is not installed: python -m pip install -c constraints.txt ".[gpu]"'
UNSURE = (
    "A person was found, but only {percent} % sure; {threshold} % are asked for. Choose a photo that shows shoulders "
    "and hips clearly, or lower STUDIO_PERSON_THRESHOLD."
)
CENTIMETRES_OURS = (
    "Pose and camera are HMR2's. The centimetres are our own fit's to the outline{told}: such networks drift to the "
    "average body."
)
CENTIMETRES_THEIRS = (
    "Our own fit did not come close to this photo, so the centimetres are those of HMR2's body{told}. Such networks "
    "drift to the average body: take them as rough."
)
FROM_THE_FRONT = "HMR2 looks at the front photo alone; the other photos were used for the centimetres."


class Hmr2:
    """The extractor behind BodyExtractor that asks HMR2. Holds the network only while it works on a photo."""

    info: ClassVar[ExtractorInfo] = ExtractorInfo(
        name=NAME,
        title="HMR2 and SMPL",
        needs="HMR2's weights and SMPL, which you fetch yourself into STUDIO_SMPL_FOLDER; torch",
        licence="SMPL: research only; HMR2: MIT (code)",
        passes=PASSED,
    )

    def __init__(self, setup: ExtractorSetup | None = None, config: Hmr2Config | None = None) -> None:
        """Nothing is loaded yet. Raises BodyModelMissing, EngineUnavailable."""
        self._setup, self._config = setup or ExtractorSetup(), config or Hmr2Config()
        self._folder = require_files(self._setup.smpl_folder)
        if find_spec("torch") is None:
            raise EngineUnavailable(NO_TORCH)

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        """About 3.2 s of one processor for the network, 0.8 s to bring SMPL onto our body, and our own fit's time.

        Raises PhotoRefused where nobody is found or HMR2's body lies elsewhere, BodyModelMissing, BodyModelRefused and
        FileRefused for the files, EngineUnavailable for the device; Cancelled through on_progress.
        """
        on_progress(Progress(stage=READING))
        landmarks = detect_landmarks(photos.front, photos.person)
        person = self._require_person(landmarks)
        on_progress(Progress(stage=OPENING))
        model = open_smpl(self._folder)
        seen = self._see(model, photos.front, person, on_progress)
        overlap = _overlap(model, seen, person.mask)
        if overlap < REFUSED_OVERLAP:
            raise refuse("no-close-fit", percent=round(100 * overlap))
        on_progress(Progress(stage=CONVERTING))
        estimate = self._measure(model, seen, photos, known, on_progress)
        remarks = list(estimate.remarks)
        if photos.side is not None or photos.back is not None:
            remarks.append(FROM_THE_FRONT)
        if overlap < ROUGH_OVERLAP:
            remarks.append(ROUGH.format(percent=round(100 * overlap)))
        people = (
            PersonInPhoto(number=number, box=box, measured=box == person.box)
            for number, box in enumerate(landmarks.boxes, 1)
        )
        return replace(
            estimate,
            camera=seen.camera,
            joints_m=_name_joints(seen.body),
            confidence=round(overlap, 3),
            remarks=tuple(remarks),
            extractor=NAME,
            people=tuple(people),
            raw={name: tuple(row.tolist()) for name, row in seen.parameters.arrays().items()},
        )

    def _require_person(self, landmarks: Landmarks) -> DetectedPerson:
        person = landmarks.person
        if person is None:
            raise refuse("no-person")
        sure = float(np.mean([person.visibility[POINT_NAMES.index(name)] for name in SURE_POINTS]))
        threshold = self._setup.person_threshold
        if sure < threshold:
            raise refuse("no-person", UNSURE, percent=round(100 * sure), threshold=round(100 * threshold))
        return person

    def _see(
        self, model: SmplModel, photo: np.ndarray, person: DetectedPerson, on_progress: OnProgress
    ) -> SeenBody:
        """What the network says of the person, as a body in the camera's frame."""
        import torch
        from safetensors.torch import load_file

        square = square_around(person.box)
        device = choose_kind(self._setup.device)
        weights = load_file(network_file(self._folder, self._config), device=device)
        on_progress(Progress(stage=SEEING))
        with torch.inference_mode():
            crop = torch.from_numpy(cut_crop(photo, square))[None].to(device)
            said = Hmr2Network(weights, self._config)(crop)
        height, width = photo.shape[:2]
        rotations = said.rotations[0].double().cpu().numpy()
        betas = said.betas[0].double().cpu().numpy()
        camera, place = place_camera(said.camera[0].double().cpu().numpy(), square, width, height)
        body = pose_smpl(model, betas, rotations)
        return SeenBody(
            parameters=SmplParameters.from_rotations(betas, rotations, place),
            rotations=rotations,
            camera=camera,
            body=replace(body, vertices_m=body.vertices_m + place, joints_m=body.joints_m + place),
        )

    def _measure(
        self,
        model: SmplModel,
        seen: SeenBody,
        photos: PhotoSet,
        known: KnownMeasures,
        on_progress: OnProgress,
    ) -> BodyEstimate:
        """Our body in HMR2's pose, with our own fit's centimetres where it comes close to the photos."""
        turns = seen.rotations.copy()
        turns[0] = CAMERA_FROM_WORLD @ turns[0]
        betas = np.array(seen.parameters.betas)
        told = "" if known.height_cm is None else ", with the height told"
        try:
            ours = LandmarkFit().extract(photos, known, on_progress)
        except PhotoRefused:
            free = from_smpl(make_as_tall(model, betas, known.height_cm), betas, turns)
            values = measure_body(open_anny(), free.parameters)
            uncertainty = {
                name: round(max(ROUGH_LEAST_CM, ROUGH_SHARE * cm), 1) for name, cm in values.items()
            }
            if known.height_cm is not None:
                uncertainty["height"] = TOLD_HEIGHT_CM
            told = told.replace("with the height told", "made as tall as told")
            return BodyEstimate(
                parameters=free.parameters,
                pose=free.pose,
                camera=seen.camera,
                joints_m={},
                uncertainty_cm=uncertainty,
                confidence=0.0,
                remarks=(CENTIMETRES_THEIRS.format(told=told), *(() if known.height_cm else (NO_HEIGHT,))),
            )
        pose = from_smpl(model, betas, turns).pose
        return replace(ours, pose=pose, remarks=(CENTIMETRES_OURS.format(told=told), *ours.remarks))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenBody:
    """What HMR2 saw: SMPL's numbers, rotations (24, 3, 3), and camera and body in the camera's frame, metres."""

    parameters: SmplParameters
    rotations: np.ndarray
    camera: CameraFit
    body: SmplBody


def make_as_tall(model: SmplModel, betas: np.ndarray, height_cm: float | None) -> SmplModel:
    """The model scaled so that a body of these betas is as tall; as it is where no height is told."""
    if height_cm is None:
        return model
    shaped = model.template_m + model.shape_directions[:, :, : len(betas)] @ betas
    scale = height_cm / 100 / float(np.ptp(shaped[:, 1]))
    return replace(
        model,
        template_m=scale * model.template_m,
        shape_directions=scale * model.shape_directions,
        pose_directions=scale * model.pose_directions,
    )


def _name_joints(body: SmplBody) -> dict[str, tuple[float, float, float]]:
    places = {"nose": body.vertices_m[NOSE_VERTEX]}
    places |= {name: body.joints_m[SMPL_JOINTS[name]] for name in JOINT_BONES}
    return {name: (float(x), float(y), float(z)) for name, (x, y, z) in places.items()}


def _overlap(model: SmplModel, seen: SeenBody, mask: np.ndarray) -> float:
    """How well HMR2's body covers the silhouette (H, W): intersection over union, 0..1."""
    import cv2

    depth = np.maximum(seen.body.vertices_m[:, 2:], 0.1)
    pixels = seen.camera.focal_px * seen.body.vertices_m[:, :2] / depth + seen.camera.center_px
    covered = np.zeros(mask.shape, np.uint8)
    limit = 4 * max(mask.shape)
    for triangle in np.clip(pixels, -limit, limit).round().astype(np.int32)[model.faces]:
        cv2.fillConvexPoly(covered, triangle, (1,))
    both, either = (covered & mask).sum(), (covered | mask).sum()
    return float(both / max(either, 1))

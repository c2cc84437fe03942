"""LandmarkFit: a photo becomes a body by fitting the free body to the detector's points and the silhouette."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.bones import JOINT_BONES
from pipelines.body.definitions import DEFINITIONS
from pipelines.body.estimate import BodyEstimate
from pipelines.body.extractor import ExtractorInfo, ExtractorSetup, PhotoSet
from pipelines.body.fit_photos import see_photos
from pipelines.body.fit_priors import BONE_SPREADS
from pipelines.body.fit_sight import Sight
from pipelines.body.fit_solve import BodyFit
from pipelines.body.fit_uncertainty import measure_uncertainty, shape_parameters
from pipelines.body.fit_view import ViewFit
from pipelines.body.measure import measure_body
from pipelines.body.tape_marks import find_marks
from pipelines.photo.errors import refuse
from pipelines.photo.landmarks import POINT_NAMES
from pipelines.photo.looseness import MIN_LOOSE_SHARE
from pipelines.progress import OnProgress, Progress
from pipelines.types import CameraFit, KnownMeasures, Pose

HIDDEN_VISIBILITY = 0.5
# The overlap (intersection over union) of the fitted and the seen silhouette. Rendered people give 0.93 to 0.98; on 105
# photographs all bodies that were wrong, and most that were partly wrong, lay below the second.
REFUSED_OVERLAP, ROUGH_OVERLAP = 0.60, 0.76
LOOSE_CM = 1.0  # clothes that stand off more are remarked on; people in fitted clothes gave 0 to 0.3
LOOSE_FACTOR = (
    1.5  # of a girth's uncertainty under loose clothes; a guess: the people it was calibrated on wear none
)
FOLLOWED_CM = 1.0  # a told measure that the body misses by more is remarked on
READING, FITTING, WEIGHING = "Reading the photo", "Fitting the body", "Weighing how sure it is"

NO_HEIGHT = (
    "The height was not told: all centimetres are a guess from the average. Tell it for real measures."
)
NO_GENDER = "The gender was not told: it was guessed from the outline."
LOOSE = "The clothes seem to stand off by up to {cm} cm; the body under them is partly guessed."
TELL_WEIGHT = " Tell the weight: it says what clothes hide."
ROUGH = (
    "The body agrees with only {percent} % of the person seen: parts of it may be wrong. Close-fitting clothes, a "
    "plain wall and nothing in front of you help."
)


NOT_FOLLOWED = (
    "The {name} was told as {told:.0f} cm, but with everything else that is known the body comes to {cm:.1f} cm. "
    "Measure it again, and see that the number belongs to this measure."
)


class LandmarkFit:
    """The extractor behind BodyExtractor that needs no weights of its own. Keeps nothing between photos."""

    info: ClassVar[ExtractorInfo] = ExtractorInfo(
        name="landmark-fit",
        title="Landmark fit",
        licence="Apache-2.0 (code), CC0-1.0 (body)",
    )

    def __init__(self, _setup: ExtractorSetup | None = None) -> None:
        """Nothing is to be set up."""

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        """Fit a body to the person in each photo, the largest where nobody is named; under 2 s of processor a photo
        when warm.

        Raises PhotoRefused where nobody is found, or not from where a photo is said to be taken, or where no body
        comes close to what is seen; Cancelled through on_progress.
        """
        on_progress(Progress(stage=READING))
        seen = see_photos(photos, known)
        front, *others = seen.sights
        estimate = fit_person(front, on_progress, others)
        if estimate.confidence < REFUSED_OVERLAP:
            code = "no-close-fit" if not others else "photos-disagree"
            raise refuse(code, percent=round(100 * estimate.confidence))
        estimate = replace(estimate, people=seen.people, remarks=(*estimate.remarks, *seen.remarks))
        return widen_girths(estimate) if front.looseness > MIN_LOOSE_SHARE else estimate


def fit_person(sight: Sight, on_progress: OnProgress, others: Sequence[Sight] = ()) -> BodyEstimate:
    """The body behind what was seen of one person, in the front photo and in others. Raises Cancelled through
    on_progress."""
    fit = BodyFit((sight, *others))
    fit.run(lambda done, total: on_progress(Progress(stage=FITTING, step=done, total=total)))
    on_progress(Progress(stage=WEIGHING))
    model, shape, front = open_anny(), fit.layout.shape, fit.front
    covariance = np.linalg.inv(fit.information)[shape, shape]
    height, width = sight.mask.shape
    overlap = min(view.overlap() for view in fit.views)
    parameters = shape_parameters(fit.space, fit.raw_shape)
    cloth_cm = 100 * float(fit.cloth_m.max())
    uncertainty = measure_uncertainty(model, fit.space, fit.raw_shape, covariance)
    return BodyEstimate(
        parameters=parameters,
        pose=Pose(
            rotations={
                bone: (float(x), float(y), float(z))
                for bone, (x, y, z) in zip(BONE_SPREADS, front.rotations, strict=True)
            }
        ),
        camera=CameraFit(
            focal_px=front.focal_px,
            center_px=(float(front.center_px[0]), float(front.center_px[1])),
            width=width,
            height=height,
        ),
        joints_m=_name_joints(front),
        uncertainty_cm=uncertainty.measures_cm,
        confidence=round(overlap, 3),
        remarks=(
            *_remarks(sight, overlap, cloth_cm),
            *_remark_on_tape(sight.known, measure_body(model, parameters)),
        ),
        extractor=LandmarkFit.info.name,
        coverage=round(fit.coverage(), 3),
        volume_plus_minus_l=uncertainty.volume_l,
    )


def widen_girths(estimate: BodyEstimate) -> BodyEstimate:
    """The same body, less sure of its girths and its volume: loose clothes hide them."""
    girths = {row.name for row in DEFINITIONS if row.kind == "girth"}
    volume = estimate.volume_plus_minus_l
    return replace(
        estimate,
        uncertainty_cm={
            name: round(within * LOOSE_FACTOR, 1) if name in girths else within
            for name, within in estimate.uncertainty_cm.items()
        },
        volume_plus_minus_l=None if volume is None else round(volume * LOOSE_FACTOR, 1),
    )


def _name_joints(fit: ViewFit) -> dict[str, tuple[float, float, float]]:
    """COCO's joints in the camera's frame, metres; the nose is a point of the skin."""
    model = open_anny()
    nose = fit.body.skin_points(np.array([[find_marks(model).nose]]), np.ones((1, 1)))
    places = {"nose": fit.body.points(fit.at, nose)[0][0]}
    places |= {name: fit.at.joints[model.bone_names.index(bone)] for name, bone in JOINT_BONES.items()}
    seen = {name: fit.to_camera(place) for name, place in places.items()}
    return {name: (float(x), float(y), float(z)) for name, (x, y, z) in seen.items()}


def _remark_on_tape(known: KnownMeasures, values: Mapping[str, float]) -> Iterator[str]:
    """What a tape said that the body did not follow."""
    titles = {row.name: row.title.lower() for row in DEFINITIONS}
    for name, told in known.tape.items():
        if abs(values[name] - told) > FOLLOWED_CM:
            yield NOT_FOLLOWED.format(name=titles[name], told=told, cm=values[name])


def _remarks(sight: Sight, overlap: float, cloth_cm: float) -> list[str]:
    """What makes this body less sure, in sentences for a person."""
    remarks = []
    if sight.known.height_cm is None:
        remarks.append(NO_HEIGHT)
    if sight.known.gender is None:
        remarks.append(NO_GENDER)
    hidden = [
        name.replace("_", " ")
        for name in JOINT_BONES
        if sight.visibility[POINT_NAMES.index(name)] < HIDDEN_VISIBILITY
    ]
    if hidden:
        remarks.append(f"Hardly seen, so partly guessed: {', '.join(hidden)}.")
    if cloth_cm > LOOSE_CM:
        remarks.append(
            LOOSE.format(cm=round(cloth_cm)) + (TELL_WEIGHT if sight.known.weight_kg is None else "")
        )
    if overlap < ROUGH_OVERLAP:
        remarks.append(ROUGH.format(percent=round(100 * overlap)))
    return remarks

"""What is seen of one person in the photos from the front, the side and behind; and that each is from where it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.body.estimate import PersonInPhoto
from pipelines.body.extractor import PhotoSet
from pipelines.body.fit_sight import Sight
from pipelines.photo.checks import MIN_SHARPNESS, CheckRules, find_body_problem, measure_sharpness
from pipelines.photo.errors import PhotoRefused, in_photo, refuse
from pipelines.photo.landmarks import POINT_NAMES, DetectedPerson, detect_landmarks
from pipelines.photo.looseness import measure_looseness
from pipelines.types import KnownMeasures

QUARTER = np.pi / 2
# How far the shoulders and hips are turned from the camera. On renders the detector was right within 16 degrees.
SIDE_DEG, LEAST_BACK_DEG = (50.0, 130.0), 120.0
BLURRED = "The {name} photo is blurred, so it counts for less than it could. Take a sharper one."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenPhotos:
    """What is seen in each photo, the front first; who is in the front photo; and remarks on the others."""

    sights: tuple[Sight, ...]
    people: tuple[PersonInPhoto, ...]
    remarks: tuple[str, ...]


def see_photos(photos: PhotoSet, known: KnownMeasures) -> SeenPhotos:
    """Look at the photos. Raises PhotoRefused, and for a person who was asked for also what keeps just them from being
    measured."""
    landmarks = detect_landmarks(photos.front, photos.person)
    front = landmarks.person
    if front is None:
        raise refuse("no-person")
    problem = None if photos.person is None else find_body_problem(photos.front, landmarks, CheckRules())
    if problem is not None:
        raise PhotoRefused(problem)
    sights, remarks = [_look(front, known, looseness=measure_looseness(front))], []
    for name, photo, turn in (("side", photos.side, _turn_of_side), ("back", photos.back, _turn_of_back)):
        if photo is None:
            continue
        person = _find(photo, name)
        sights.append(_look(person, known, facing_rad=turn(person)))
        if measure_sharpness(photo, person.box) < MIN_SHARPNESS:
            remarks.append(BLURRED.format(name=name))
    people = tuple(
        PersonInPhoto(number=number, box=box, measured=box == front.box)
        for number, box in enumerate(landmarks.boxes, 1)
    )
    return SeenPhotos(sights=tuple(sights), people=people, remarks=tuple(remarks))


def turn_of(person: DetectedPerson) -> float:
    """How far a person is turned from the camera, to their left, in radians: the line through shoulders and hips."""
    world = dict(zip(POINT_NAMES, person.world_m, strict=True))
    across = sum(world[f"left_{part}"] - world[f"right_{part}"] for part in ("shoulder", "hip"))
    return float(np.arctan2(across[2], across[0]))


def _turn_of_side(person: DetectedPerson) -> float:
    turn, (least, most) = turn_of(person), SIDE_DEG
    if not least <= abs(np.degrees(turn)) <= most:
        raise refuse("not-from-the-side")
    return float(np.copysign(QUARTER, turn))


def _turn_of_back(person: DetectedPerson) -> float:
    if abs(np.degrees(turn_of(person))) < LEAST_BACK_DEG:
        raise refuse("not-from-behind")
    return 2 * QUARTER


def _find(photo: np.ndarray, name: str) -> DetectedPerson:
    person = detect_landmarks(photo).person
    if person is None:
        raise in_photo(name, refuse("no-person"))
    return person


def _look(
    person: DetectedPerson, known: KnownMeasures, *, looseness: float = 0.0, facing_rad: float = 0.0
) -> Sight:
    return Sight(
        points_px=person.points_px,
        visibility=person.visibility,
        world_m=person.world_m,
        mask=person.mask,
        known=known,
        looseness=looseness,
        facing_rad=facing_rad,
    )

"""The face of a photo on a measured body, as files: pictures of it, a dressed avatar with it, the sliders of its shape.
Nothing of it is kept in the studio."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipelines.figure.drawing import Drawing
from pipelines.figure.export.vrm import VrmMeta
from pipelines.figure.export.write import write_avatar
from pipelines.figure.face_fit import compare_head, fit_face
from pipelines.figure.likeness import read_texture
from pipelines.figure.portrait import portrait_scene
from pipelines.image.provenance import sign_picture
from pipelines.photo.errors import refuse
from pipelines.photo.face_mesh import find_face_points
from pipelines.types import BodyParameters, Persona
from studio.vocabulary.photo import Photo

PORTRAIT_PX = 640
VIEWS = {"face.png": 0.0, "face-quarter.png": 35.0}  # by how many degrees each is turned
WITH_A_PHOTO = "compositeWithTrainedAlgorithmicMedia"


def write_face_files(
    photo: Photo, image: np.ndarray, persona: Persona, body: BodyParameters
) -> Mapping[str, bytes]:
    """By name: face.json with the sliders, face.png and face-quarter.png, face.glb.

    image: the pixels of that photo (H, W, 3) uint8 RGB. Raises PhotoRefused for a face that cannot be used.
    """
    person = photo.landmarks.get("person") or {}
    face = person.get("face")
    if not face:
        raise refuse("no-face")
    points = find_face_points(image, tuple(face["box"]))
    likeness = read_texture(image, points)
    sliders = fit_face(points, compare_head(persona, body))
    whose = replace(persona, face=sliders)
    drawing = Drawing()
    files = {"face.json": json.dumps({"face": sliders}, indent=2).encode() + b"\n"}
    for name, yaw_deg in VIEWS.items():
        scene = portrait_scene(whose, body, yaw_deg=yaw_deg)
        picture = drawing.draw(scene, PORTRAIT_PX, PORTRAIT_PX, likeness=likeness)
        files[name] = sign_picture(picture, WITH_A_PHOTO)
    written = write_avatar(body, scene.look, VrmMeta(name=persona.name), likeness=likeness)
    return files | {"face.glb": written.data}

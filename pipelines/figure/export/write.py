"""Writes a person as a mesh: rig, decimate, clips, and the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.appearance import Appearance
from pipelines.body.anny import open_anny
from pipelines.figure.export.choices import CLIPS, AvatarFormat, ClipName, JointNaming
from pipelines.figure.export.clips import Choreographer
from pipelines.figure.export.decimate import decimate
from pipelines.figure.export.gltf import to_dressed_glb
from pipelines.figure.export.movements import MovementMaker
from pipelines.figure.export.obj import to_dressed_obj
from pipelines.figure.export.rigged import STAGES, Rest, rig_figure
from pipelines.figure.export.skeleton import Skeleton, name_for_mixamo
from pipelines.figure.export.vrm import VrmMeta, to_vrm
from pipelines.figure.likeness import FaceTexture
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.types import BodyParameters, Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAvatar:
    """A file's bytes, how many triangles it has, and how tall the person is without shoes and hair."""

    data: bytes
    triangles: int
    height_m: float


def write_avatar(
    parameters: BodyParameters,
    appearance: Appearance,
    meta: VrmMeta,
    *,
    format: AvatarFormat = "glb",
    triangles: int | None = None,
    clip: ClipName | None = None,
    through: Sequence[str] = (),
    pose: Pose | None = None,
    suit: bool = False,
    joints: JointNaming = "humanoid",
    likeness: FaceTexture | None = None,
    on_progress: OnProgress = ignore_progress,
) -> WrittenAvatar:
    """The person as that file, dressed or in the suit.

    triangles: at most about so many; clip: only this one (GLB, else all of them); through: the poses of a
    path; pose: held as one more clip of a
    GLB; joints: what they are called in a GLB; likeness: the face of a photo. Raises UnknownName, PersonaRefused.
    """
    rest: Rest = "t-pose" if format == "vrm" else "a-pose"
    figure = rig_figure(
        parameters, appearance, rest=rest, suit=suit, likeness=likeness, on_progress=on_progress
    )
    on_progress(Progress(stage=STAGES[3], step=3, total=len(STAGES)))
    if triangles is not None:
        figure = replace(figure, pieces=decimate(figure.pieces, triangles))
    if format == "vrm":
        data = to_vrm(figure, meta)
    elif format == "obj":
        data = to_dressed_obj(figure)
    else:
        choreographer = Choreographer(open_anny(), parameters, figure.skeleton)
        makes = MovementMaker(open_anny(), parameters)
        clips = [choreographer.play(makes.make(name, through)) for name in ((clip,) if clip else CLIPS)]
        if joints == "mixamo":
            figure = replace(figure, skeleton=_name_for_mixamo(figure.skeleton))
        data = to_dressed_glb(figure, [*clips, *([choreographer.hold(pose)] if pose else [])])
    return WrittenAvatar(data=data, triangles=figure.triangles, height_m=figure.height_m)


def _name_for_mixamo(skeleton: Skeleton) -> Skeleton:
    return replace(skeleton, names=tuple(map(name_for_mixamo, skeleton.names)))

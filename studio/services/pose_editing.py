"""The pose editor's side of the server: the rig for the browser, a pose opened, an edit settled."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from pipelines.types import BodyParameters
from studio.services.avatars import Avatars
from studio.services.own_poses import OwnPoses
from studio.services.service import PersonalService
from studio.vocabulary.pose_edit import PoseEdit

KEPT_RIGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RigFile:
    """A rig as JSON (see pipelines.pose.editor_rig), and its ETag."""

    data: bytes
    etag: str


class PoseEditing(PersonalService):
    """Editing poses on one person's bodies."""

    def rig(self, avatar_id: str | None = None) -> RigFile:
        """The rig of an avatar's body; of the body that poses are made on for None. Raises NotFound."""
        body = self._body(avatar_id)
        return _describe(body.model, tuple(sorted(body.shape.items())))

    def open(self, slug: str) -> dict[str, Any]:
        """A pose as the editor moves it, and what is said of it. Raises UnknownName."""
        from pipelines.body.anny import open_anny
        from pipelines.pose.editing import open_pose

        poses = OwnPoses(self._resources, self._person)
        template = poses.find(slug)
        return {
            "slug": slug,
            "is_own": bool(poses.carry([slug])),
            "name": template.name,
            "category": template.category,
            "tags": list(template.tags),
            "framing": template.framing,
            "yaw_deg": template.camera_yaw_deg,
            "tilt_deg": template.camera_tilt_deg,
            "lens_mm": template.lens_mm,
            "expression": template.expression and asdict(template.expression),
            **asdict(open_pose(template, open_anny())),
        }

    def settle(self, edit: PoseEdit) -> dict[str, Any]:
        """The edit within the joints' limits and on the floor: the whole pose to be kept, and what is to be said.

        Raises UnknownName, NotFound.
        """
        from pipelines.body.anny import open_anny
        from pipelines.pose.editing import PoseEdited, settle_edit
        from pipelines.pose.template import template_to_json

        template = OwnPoses(self._resources, self._person).find(edit.slug)
        edited = PoseEdited(
            angles=edit.angles,
            hands=(edit.hands[0], edit.hands[1]),
            fingers={bone: (turn[0], turn[1], turn[2]) for bone, turn in edit.fingers.items()},
            airborne_m=edit.airborne_m,
            yaw_deg=edit.yaw_deg,
        )
        settled = settle_edit(template, edited, open_anny(), self._body(edit.avatar_id))
        seen = replace(
            settled.template,
            framing=edit.framing,
            camera_tilt_deg=edit.tilt_deg,
            lens_mm=edit.lens_mm,
            expression=edit.expression,
        )
        said = {name: value for name, value in asdict(settled).items() if name != "template"}
        return {"pose": template_to_json(seen), **said}

    def _body(self, avatar_id: str | None) -> BodyParameters:
        from pipelines.figure.appearance import body_of
        from pipelines.pose.angles import POSE_BODY

        if avatar_id is None:
            return POSE_BODY
        avatar = Avatars(self._resources, self._person).get(avatar_id)
        return avatar.body.parameters if avatar.body else body_of(avatar.persona)


@lru_cache(KEPT_RIGS)
def _describe(model: str, shape: tuple[tuple[str, float], ...]) -> RigFile:
    from pipelines.body.anny import open_anny
    from pipelines.pose.editor_rig import describe_rig

    rig = describe_rig(open_anny(), BodyParameters(model=model, shape=dict(shape)))
    data = json.dumps(rig, separators=(",", ":")).encode()
    return RigFile(data=data, etag=f'"{hashlib.sha256(data).hexdigest()[:32]}"')

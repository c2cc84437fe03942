"""The live draft: a scene in, a small picture out; and control maps. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.types import ControlKind, Framing, Persona, View
from studio.errors import DraftUnavailable
from studio.services.avatars import Avatars
from studio.services.own_poses import OwnPoses
from studio.services.service import PersonalService
from studio.vocabulary.codec import to_json
from studio.vocabulary.stage import StageScene

STAGE_TIMEOUT_S = 20.0  # the first draft of a fresh worker loads the body and cuts the clothes


class Stage(PersonalService):
    """The live draft of one person."""

    def draw(self, scene: StageScene, *, page: str) -> bytes | None:
        """The live draft, WEBP. A newer call of the same page makes an older one, still waiting, return None.

        Raises NotFound for an avatar that is not there, DraftUnavailable while the worker starts.
        """
        if scene.pose not in scene.given_poses:
            own = OwnPoses(self._resources, self._person).carry([scene.pose])
            scene = replace(scene, given_poses=own)
        request: dict[str, Any] = {"scene": to_json(scene), "body": None}
        if scene.avatar_id is not None:  # the worker draws its measured body in place of its id
            kept = self._store.avatars.get(self._owner, scene.avatar_id).body
            request["body"] = kept["parameters"] if kept else None
        if self._channel is None:
            raise DraftUnavailable
        newest_of = f"{self._owner}/{page}"
        answer = self._channel.call("draw", request, timeout=STAGE_TIMEOUT_S, newest_of=newest_of)
        return None if answer is None else answer.body

    def render_control(
        self,
        *,
        kind: ControlKind,
        pose: str,
        view: View,
        width: int,
        height: int,
        persona: Persona | None = None,
        avatar_id: str | None = None,
        framing: Framing | None = None,
        dressed: bool = True,
    ) -> bytes:
        """One control map of a persona, or of a kept avatar with its measured body, PNG.

        Raises NotFound, UnknownName, PersonaRefused, RequestRefused.
        """
        from studio.services.controls import render_control  # opens the figure's tables

        body = None
        if avatar_id is not None:
            kept = Avatars(self._resources, self._person).get(avatar_id)
            persona = persona or kept.persona
            body = kept.body.parameters if kept.body else None
        return render_control(
            kind,
            persona or Persona(),
            OwnPoses(self._resources, self._person).find(pose),
            view,
            width,
            height,
            body=body,
            framing=framing,
            dressed=dressed,
        )

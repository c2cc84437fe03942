"""GET and POST /personas, GET, PATCH, DELETE /personas/{id}, its file, restore: personas to begin with."""

from __future__ import annotations

import json
from operator import attrgetter

from fastapi import APIRouter, Response, status

from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.paging import LimitOrAll, page_of
from studio.api.parameters import Cursor, PathId
from studio.api.query import Purge
from studio.api.template_answers import (
    PersonaPresetChangeIn,
    PersonaPresetIn,
    PersonaPresetList,
    PersonaPresetOut,
)
from studio.vocabulary.codec import to_json

JSON = "application/json"


def persona_routes() -> APIRouter:
    """The routes of persona presets."""
    router = APIRouter(tags=["personas"])

    @router.get("/personas", responses=problems(404, 422))
    def list_personas(mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None) -> PersonaPresetList:
        """Your persona presets, newest first."""
        page = page_of(mine.persona_presets.list_recent(), attrgetter("id"), cursor, limit)
        items = [PersonaPresetOut.of(preset) for preset in page.items]
        return PersonaPresetList(items=items, next_cursor=page.next_cursor)

    @router.post("/personas", status_code=status.HTTP_201_CREATED, responses=problems(404, 409, 413, 422))
    def add_persona(preset: PersonaPresetIn, mine: Mine) -> PersonaPresetOut:
        """Keep a persona, or take in the file of one."""
        return PersonaPresetOut.of(mine.persona_presets.add(preset.name, preset.persona))

    @router.get("/personas/{preset_id}", responses=problems(404, 422))
    def get_persona(preset_id: PathId, mine: Mine) -> PersonaPresetOut:
        """One persona preset."""
        return PersonaPresetOut.of(mine.persona_presets.get(preset_id))

    @router.get(
        "/personas/{preset_id}/file",
        response_class=Response,
        responses={200: {"content": {JSON: {}}}, **problems(404, 422)},
    )
    def get_persona_file(preset_id: PathId, mine: Mine) -> Response:
        """A persona preset as JSON to keep; POST /personas takes it in, here or in another studio."""
        preset = mine.persona_presets.get(preset_id)
        content = {"name": preset.name, "persona": to_json(preset.persona)}
        headers = {**NEVER_STORED, "Content-Disposition": 'attachment; filename="persona.json"'}
        return Response(json.dumps(content, ensure_ascii=False, indent=1), media_type=JSON, headers=headers)

    @router.patch("/personas/{preset_id}", responses=problems(404, 413, 422))
    def change_persona(preset_id: PathId, change: PersonaPresetChangeIn, mine: Mine) -> PersonaPresetOut:
        """Change name or persona of a preset."""
        changed = mine.persona_presets.update(preset_id, name=change.name, persona=change.persona)
        return PersonaPresetOut.of(changed)

    @router.delete(
        "/personas/{preset_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_persona(preset_id: PathId, mine: Mine, purge: Purge = False) -> None:
        """Put a persona preset into the trash, or delete it for good."""
        mine.persona_presets.delete(preset_id, purge=purge)

    @router.post("/personas/{preset_id}/restore", responses=problems(404, 422))
    def restore_persona(preset_id: PathId, mine: Mine) -> PersonaPresetOut:
        """Take a persona preset out of the trash."""
        return PersonaPresetOut.of(mine.persona_presets.restore(preset_id))

    return router

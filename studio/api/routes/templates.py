"""GET and POST /templates, GET, PATCH, DELETE /templates/{id}, restore: saved orders; POST /generations uses one."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, status

from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.order_pictures import IsWanted, read_sent_order
from studio.api.paging import LimitOrAll, page_of
from studio.api.parameters import Cursor, PathId
from studio.api.query import Purge
from studio.api.seats import run_while_wanted
from studio.api.template_answers import (
    TemplateChangeIn,
    TemplateIn,
    TemplateList,
    TemplateOfGeneration,
    TemplateOut,
)
from studio.personal_studio import PersonalStudio
from studio.services.sent_pictures import keep_sent
from studio.studio import Studio
from studio.vocabulary.template import OrderTemplate


def template_routes(studio: Studio) -> APIRouter:
    """The routes of templates."""
    router = APIRouter(tags=["templates"])

    @router.get("/templates", responses=problems(404, 422))
    def list_templates(mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None) -> TemplateList:
        """Your templates, newest first."""
        page = page_of(mine.templates.list_recent(), attrgetter("id"), cursor, limit)
        return TemplateList(items=[TemplateOut.of(one) for one in page.items], next_cursor=page.next_cursor)

    @router.post(
        "/templates",
        status_code=status.HTTP_201_CREATED,
        responses=problems(404, 408, 409, 413, 422, 429, 503),
    )
    async def add_template(
        request: Request, template: Annotated[TemplateIn, Body()], mine: Mine
    ) -> TemplateOut:
        """Keep an order, or what a generation was ordered with, with some of its fields left open."""
        made = await run_while_wanted(request, lambda is_wanted: _add(studio, mine, template, is_wanted))
        return TemplateOut.of(made)

    @router.get("/templates/{template_id}", responses=problems(404, 422))
    def get_template(template_id: PathId, mine: Mine) -> TemplateOut:
        """One template."""
        return TemplateOut.of(mine.templates.get(template_id))

    @router.patch("/templates/{template_id}", responses=problems(404, 408, 413, 422, 503))
    async def change_template(
        request: Request, template_id: PathId, change: TemplateChangeIn, mine: Mine
    ) -> TemplateOut:
        """Change name, order or open fields of a template."""
        made = await run_while_wanted(
            request, lambda is_wanted: _change(studio, mine, template_id, change, is_wanted)
        )
        return TemplateOut.of(made)

    @router.delete(
        "/templates/{template_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_template(template_id: PathId, mine: Mine, purge: Purge = False) -> None:
        """Put a template into the trash, or delete it for good."""
        mine.templates.delete(template_id, purge=purge)

    @router.post("/templates/{template_id}/restore", responses=problems(404, 422))
    def restore_template(template_id: PathId, mine: Mine) -> TemplateOut:
        """Take a template out of the trash."""
        return TemplateOut.of(mine.templates.restore(template_id))

    return router


def _add(studio: Studio, mine: PersonalStudio, template: TemplateIn, is_wanted: IsWanted) -> OrderTemplate:
    if isinstance(template, TemplateOfGeneration):
        return mine.templates.add_of(template.generation_id, template.name, template.open)
    with keep_sent(mine.photos, is_wanted) as keep:
        order = read_sent_order(studio.presets, mine, template.order, keep, is_wanted)
        return mine.templates.add(template.name, order, template.open)


def _change(
    studio: Studio, mine: PersonalStudio, template_id: str, change: TemplateChangeIn, is_wanted: IsWanted
) -> OrderTemplate:
    said: dict[str, Any] = {}
    if "name" in change.model_fields_set:
        said["name"] = change.name
    if "open" in change.model_fields_set:
        said["open_fields"] = change.open
    with keep_sent(mine.photos, is_wanted) as keep:
        if "order" in change.model_fields_set:
            said["order"] = read_sent_order(studio.presets, mine, change.order, keep, is_wanted)
        return mine.templates.update(template_id, **said)

"""build_api: REST, all of its routes and their description."""

from __future__ import annotations

import threading
from typing import Any

from fastapi import Depends, FastAPI, status

from studio.api.asker import allow
from studio.api.errors import install_error_handlers
from studio.api.examples import give_examples
from studio.api.query import refuse_unknown_query
from studio.api.rates import AnsweredOrders, OrderMemory, limit_costly
from studio.api.routes.avatar_bodies import avatar_body_routes
from studio.api.routes.avatar_exports import avatar_export_routes
from studio.api.routes.avatars import avatar_routes
from studio.api.routes.catalog import catalog_routes
from studio.api.routes.controls import control_routes
from studio.api.routes.description import (
    description_routes,
    forget_answer,
    forget_foreign_errors,
)
from studio.api.routes.erase import erase_routes
from studio.api.routes.events import event_routes
from studio.api.routes.exports import export_routes
from studio.api.routes.files import file_routes
from studio.api.routes.generations import generation_routes
from studio.api.routes.imports import import_routes
from studio.api.routes.jobs import job_routes
from studio.api.routes.models import model_routes
from studio.api.routes.orders import order_routes
from studio.api.routes.personas import persona_routes
from studio.api.routes.photos import photo_routes
from studio.api.routes.poses import pose_routes
from studio.api.routes.projects import project_routes
from studio.api.routes.prompts import prompt_routes
from studio.api.routes.recipes import recipe_routes
from studio.api.routes.redraws import redraw_routes
from studio.api.routes.shares import share_routes
from studio.api.routes.statistics import statistics_routes
from studio.api.routes.storage import storage_routes
from studio.api.routes.tags import tag_routes
from studio.api.routes.templates import template_routes
from studio.api.routes.webhooks import webhook_routes
from studio.studio import Studio


class DescribedApi(FastAPI):
    """An app whose description, made when it is first asked for, names no errors but ours, with an example of
    every body."""

    def openapi(self) -> dict[str, Any]:
        """The description."""
        is_new = self.openapi_schema is None
        description = super().openapi()
        if is_new:
            forget_foreign_errors(description)
            if self.state.studio.settings.mode != "shared":
                forget_answer(description, status.HTTP_402_PAYMENT_REQUIRED)
            give_examples(description)
        return description


def build_api(studio: Studio, closing: threading.Event | None = None) -> FastAPI:
    """REST alone, described at /openapi.json. `closing` is set when the server ends: open streams end then."""
    answered = AnsweredOrders()
    api = DescribedApi(
        title="Avatar Studio",
        version="1",
        description="Photo to body, persona and pose to picture. Errors have one shape; ids are opaque.",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        dependencies=[
            Depends(refuse_unknown_query),
            Depends(limit_costly(studio.settings, answered)),
        ],
    )
    api.state.studio = studio
    api.state.closing = closing or threading.Event()
    api.add_middleware(OrderMemory, answered=answered)
    install_error_handlers(api)
    api.include_router(catalog_routes(studio))  # says no more to whom nobody knows
    for everybodys in (
        order_routes,
        generation_routes,
        template_routes,
        control_routes,
        prompt_routes,
        project_routes,
        statistics_routes,
    ):
        api.include_router(everybodys(studio), dependencies=[allow()])
    api.include_router(model_routes(studio), dependencies=[allow(write="models")])
    api.include_router(storage_routes(studio), dependencies=[allow()])
    for personal in (
        photo_routes,
        recipe_routes,
        redraw_routes,
        job_routes,
        pose_routes,
        tag_routes,
        avatar_routes,
        avatar_body_routes,
        avatar_export_routes,
        persona_routes,
        file_routes,
        export_routes,
        import_routes,
        erase_routes,
        event_routes,
    ):
        api.include_router(personal(), dependencies=[allow()])
    for sending in (share_routes, webhook_routes):
        api.include_router(sending(), dependencies=[allow(write="send")])
    if studio.settings.mode != "single":  # of one creator there is no word about accounts
        from studio.api.routes.people import account_routes, people_routes, sign_in_routes

        for of_people in (sign_in_routes, account_routes, people_routes):
            api.include_router(of_people(studio))
    if studio.settings.mode == "shared":  # nor, elsewhere, about credits
        from studio.api.routes.credits import credit_routes, tier_routes
        from studio.api.routes.project_people import project_people_routes

        api.include_router(project_people_routes(), dependencies=[allow(write="send")])
        api.include_router(credit_routes(), dependencies=[allow()])
        api.include_router(tier_routes(), dependencies=[allow("people", "people")])
    api.include_router(description_routes(api))
    return api

"""build_app: REST, the media routes and a place for the window, all behind one shield."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI

from studio.api.answers import API_PREFIX
from studio.api.asker import allow, require
from studio.api.callers import find_callers
from studio.api.errors import install_error_handlers
from studio.api.examples import give_examples
from studio.api.metrics import HttpCounts, HttpNumbers
from studio.api.query import refuse_unknown_query
from studio.api.rates import limit_orders
from studio.api.routes.avatar_exports import avatar_export_routes
from studio.api.routes.avatars import avatar_routes
from studio.api.routes.catalog import catalog_routes
from studio.api.routes.controls import control_routes
from studio.api.routes.description import description_routes, forget_foreign_errors
from studio.api.routes.erase import erase_routes
from studio.api.routes.events import event_routes
from studio.api.routes.exports import export_routes
from studio.api.routes.files import file_routes
from studio.api.routes.generations import generation_routes
from studio.api.routes.imports import import_routes
from studio.api.routes.jobs import job_routes
from studio.api.routes.metrics import metric_routes
from studio.api.routes.models import model_routes
from studio.api.routes.orders import order_routes
from studio.api.routes.personas import persona_routes
from studio.api.routes.photos import photo_routes
from studio.api.routes.pose_editor import pose_editor_routes
from studio.api.routes.poses import pose_routes
from studio.api.routes.projects import project_routes
from studio.api.routes.prompts import prompt_routes
from studio.api.routes.recipes import recipe_routes
from studio.api.routes.shares import share_routes, shared_routes
from studio.api.routes.statistics import statistics_routes
from studio.api.routes.storage import storage_routes
from studio.api.routes.tags import tag_routes
from studio.api.routes.templates import template_routes
from studio.api.routes.vitals import vital_routes
from studio.api.routes.webhooks import webhook_routes
from studio.api.routes.window import window_routes
from studio.api.shield import Shield
from studio.studio import Studio

MountWindow = Callable[[FastAPI, Studio], Any]


def build_app(studio: Studio, window: MountWindow | None = None) -> FastAPI:
    """The whole of what is served: REST under /api/v1, the window's own routes, then the window at "/".

    `window(app, studio)` mounts it; without one there is REST alone.
    """
    app = FastAPI(title="Avatar Studio", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.studio = studio
    install_error_handlers(app)
    api = build_api(studio)
    app.state.closing = api.state.closing
    app.mount(API_PREFIX, api)
    http = HttpNumbers()
    app.include_router(vital_routes(studio))
    app.include_router(metric_routes(studio, http), dependencies=[require("house")])
    app.include_router(window_routes(studio), dependencies=[allow(write="read")])  # what keeps asks for more
    app.include_router(pose_editor_routes(), dependencies=[allow(write="read")])  # nothing is kept by these
    app.include_router(shared_routes(studio))
    if studio.settings.mode != "single":
        from studio.api.routes.account_pages import account_pages
        from studio.api.routes.joining_pages import joining_pages
        from studio.api.routes.sign_in_pages import sign_in_pages

        app.include_router(sign_in_pages(studio))
        app.include_router(joining_pages(studio))
        app.include_router(account_pages(studio))
    if window is not None:
        window(app, studio)
    app.add_middleware(Shield, settings=studio.settings, callers=find_callers(studio))
    app.add_middleware(HttpCounts, counts=http)  # outside of the shield: what it refuses counts too
    return app


class DescribedApi(FastAPI):
    """An app whose description, made when it is first asked for, names no errors but ours, with an example of
    every body."""

    def openapi(self) -> dict[str, Any]:
        """The description."""
        is_new = self.openapi_schema is None
        description = super().openapi()
        if is_new:
            forget_foreign_errors(description)
            give_examples(description)
        return description


def build_api(studio: Studio) -> FastAPI:
    """REST alone, described at /openapi.json."""
    api = DescribedApi(
        title="Avatar Studio",
        version="1",
        description="Photo to body, persona and pose to picture. Errors have one shape; ids are opaque.",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        dependencies=[
            Depends(refuse_unknown_query),
            Depends(limit_orders(studio.settings.orders_per_minute)),
        ],
    )
    api.state.studio = studio
    api.state.closing = threading.Event()  # set when the server ends: open streams end then
    install_error_handlers(api)
    api.include_router(catalog_routes(studio))  # says no more to whom nobody knows
    for everybodys in (order_routes, template_routes, control_routes, prompt_routes, project_routes):
        api.include_router(everybodys(studio), dependencies=[allow()])
    api.include_router(model_routes(studio), dependencies=[allow(write="models")])
    api.include_router(storage_routes(studio), dependencies=[allow()])
    for personal in (
        photo_routes,
        recipe_routes,
        job_routes,
        pose_routes,
        generation_routes,
        tag_routes,
        avatar_routes,
        avatar_export_routes,
        persona_routes,
        file_routes,
        export_routes,
        import_routes,
        statistics_routes,
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

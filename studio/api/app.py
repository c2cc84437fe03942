"""build_app: REST, the media routes and a place for the window, all behind one shield."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from studio.api.answers import API_PREFIX
from studio.api.asker import allow, require
from studio.api.callers import find_callers
from studio.api.errors import install_error_handlers
from studio.api.metrics import HttpCounts, HttpNumbers
from studio.api.rates import limit_costly
from studio.api.routes.metrics import metric_routes
from studio.api.routes.pose_editor import pose_editor_routes
from studio.api.routes.shared import shared_routes
from studio.api.routes.vitals import vital_routes
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
    app.state.closing = threading.Event()
    app.state.rest = DeferredApi(studio, app.state.closing)
    app.mount(API_PREFIX, app.state.rest)
    http = HttpNumbers()
    app.include_router(vital_routes(studio))
    app.include_router(metric_routes(studio, http), dependencies=[require("house")])
    uploads = Depends(limit_costly(studio.settings))
    app.include_router(
        window_routes(studio), dependencies=[allow(write="read"), uploads]
    )  # what keeps asks for more
    app.include_router(pose_editor_routes(), dependencies=[allow(write="read")])  # nothing is kept by these
    app.include_router(shared_routes(studio))
    if studio.settings.mode != "single":
        from studio.api.routes.account_pages import account_pages
        from studio.api.routes.joining_pages import joining_pages
        from studio.api.routes.oidc_pages import oidc_pages
        from studio.api.routes.sign_in_pages import sign_in_pages

        app.include_router(sign_in_pages(studio))
        app.include_router(joining_pages(studio))
        app.include_router(oidc_pages(studio))
        app.include_router(account_pages(studio))
    if window is not None:
        window(app, studio)
    app.add_middleware(Shield, settings=studio.settings, callers=find_callers(studio))
    app.add_middleware(HttpCounts, counts=http)  # outside of the shield: what it refuses counts too
    return app


class DeferredApi:
    """REST, put together when it is first asked for, or by `build` while nobody waits: the page needs none of its
    schemas and routes."""

    def __init__(self, studio: Studio, closing: threading.Event) -> None:
        self._studio, self._closing = studio, closing
        self._api: FastAPI | None = None
        self._building = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as REST does."""
        api = await run_in_threadpool(self.build) if self._api is None else self._api
        await api(scope, receive, send)

    def build(self) -> FastAPI:
        """REST, made by whoever comes first."""
        with self._building:
            if self._api is None:
                from studio.api.rest import build_api

                self._api = build_api(self._studio, self._closing)
            return self._api

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its route table."""
        return self.build().routes

"""GET and POST /projects; GET, PATCH, DELETE /projects/{id}; POST /projects/{id}/restore."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Query, status

from pipelines.bounds import KeyOf
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.library_answers import (
    YES_NO,
    ProjectChangeIn,
    ProjectIn,
    ProjectList,
    ProjectOut,
    SharedProjectList,
    SharedProjectOut,
)
from studio.api.paging import LimitOrAll, page_of
from studio.api.parameters import Cursor, PathId
from studio.api.query import Purge
from studio.studio import Studio

Archived = Annotated[
    Annotated[str, KeyOf(("", *YES_NO))],
    Query(description="Only those that are archived, or are not. Left out: all."),
]


def project_routes(studio: Studio) -> APIRouter:
    """The routes of projects; they say nothing of sharing where nobody is there to share with."""
    router = APIRouter(tags=["projects"])
    is_shared = studio.settings.mode == "shared"
    Shown = SharedProjectOut if is_shared else ProjectOut
    Listed = SharedProjectList if is_shared else ProjectList

    @router.get("/projects", response_model=Listed, responses=problems(404, 422))
    def list_projects(
        mine: Mine, archived: Archived = "", cursor: Cursor = "", limit: LimitOrAll = None
    ) -> Any:
        """Your projects, newest first."""
        found = mine.projects.list_recent(archived=YES_NO.get(archived))
        page = page_of(found, attrgetter("id"), cursor, limit)
        return {"items": [Shown.of(one) for one in page.items], "next_cursor": page.next_cursor}

    @router.post(
        "/projects",
        response_model=Shown,
        status_code=status.HTTP_201_CREATED,
        responses=problems(409, 413, 422),
    )
    def add_project(project: ProjectIn, mine: Mine) -> Any:
        """Begin a project."""
        return Shown.of(mine.projects.add(project.name))

    @router.get("/projects/{project_id}", response_model=Shown, responses=problems(404, 422))
    def get_project(project_id: PathId, mine: Mine) -> Any:
        """One project."""
        return Shown.of(mine.projects.get(project_id))

    @router.patch("/projects/{project_id}", response_model=Shown, responses=problems(404, 413, 422))
    def change_project(project_id: PathId, change: ProjectChangeIn, mine: Mine) -> Any:
        """Rename a project, put it out of the way, bring it back."""
        return Shown.of(mine.projects.update(project_id, name=change.name, archived=change.archived))

    @router.delete(
        "/projects/{project_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_project(project_id: PathId, mine: Mine, purge: Purge = False) -> None:
        """Put a project into the trash with all that is in it, or delete all of that for good."""
        mine.projects.delete(project_id, purge=purge)

    @router.post("/projects/{project_id}/restore", response_model=Shown, responses=problems(404, 422))
    def restore_project(project_id: PathId, mine: Mine) -> Any:
        """Take a project out of the trash, with what went there with it."""
        return Shown.of(mine.projects.restore(project_id))

    return router

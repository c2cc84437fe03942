"""GET and POST /projects; GET, PATCH, DELETE /projects/{id}; POST /projects/{id}/restore."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from pipelines.bounds import KeyOf
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.library_answers import YES_NO, ProjectChangeIn, ProjectIn, ProjectList, ProjectOut
from studio.api.query import Purge
from studio.vocabulary.names import ID_PATTERN

ProjectId = Annotated[str, Path(pattern=ID_PATTERN)]
Archived = Annotated[
    Annotated[str, KeyOf(("", *YES_NO))],
    Query(description="Only those that are archived, or are not. Left out: all."),
]


def project_routes() -> APIRouter:
    """The routes of projects."""
    router = APIRouter(tags=["projects"])

    @router.get("/projects", responses=problems(422))
    def list_projects(mine: Mine, archived: Archived = "") -> ProjectList:
        """Your projects, newest first."""
        found = mine.projects.list_recent(archived=YES_NO.get(archived))
        return ProjectList(items=[ProjectOut.of(project) for project in found])

    @router.post("/projects", status_code=status.HTTP_201_CREATED, responses=problems(409, 413, 422))
    def add_project(project: ProjectIn, mine: Mine) -> ProjectOut:
        """Begin a project."""
        return ProjectOut.of(mine.projects.add(project.name))

    @router.get("/projects/{project_id}", responses=problems(404, 422))
    def get_project(project_id: ProjectId, mine: Mine) -> ProjectOut:
        """One project."""
        return ProjectOut.of(mine.projects.get(project_id))

    @router.patch("/projects/{project_id}", responses=problems(404, 413, 422))
    def change_project(project_id: ProjectId, change: ProjectChangeIn, mine: Mine) -> ProjectOut:
        """Rename a project, put it out of the way, bring it back."""
        return ProjectOut.of(mine.projects.update(project_id, name=change.name, archived=change.archived))

    @router.delete(
        "/projects/{project_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_project(project_id: ProjectId, mine: Mine, purge: Purge = False) -> None:
        """Put a project into the trash with all that is in it, or delete all of that for good."""
        mine.projects.delete(project_id, purge=purge)

    @router.post("/projects/{project_id}/restore", responses=problems(404, 422))
    def restore_project(project_id: ProjectId, mine: Mine) -> ProjectOut:
        """Take a project out of the trash, with what went there with it."""
        return ProjectOut.of(mine.projects.restore(project_id))

    return router

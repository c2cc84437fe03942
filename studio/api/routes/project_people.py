"""GET /projects/{id}/people; PUT and DELETE /projects/{id}/people/{name}: with whom a project is shared."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, status

from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.library_answers import ProjectMemberIn, ProjectMemberList, ProjectMemberOut
from studio.api.parameters import PathId
from studio.vocabulary.person import LONGEST_NAME

MemberName = Annotated[str, Path(max_length=LONGEST_NAME, description="The name of an account.")]


def project_people_routes() -> APIRouter:
    """The routes of the people of projects."""
    router = APIRouter(tags=["projects"])

    @router.get("/projects/{project_id}/people", responses=problems(403, 404, 422))
    def list_project_people(project_id: PathId, mine: Mine) -> ProjectMemberList:
        """With whom a project of yours is shared."""
        found = mine.project_people.list_all(project_id)
        return ProjectMemberList(items=[ProjectMemberOut.of(one) for one in found])

    @router.put("/projects/{project_id}/people/{name}", responses=problems(403, 404, 413, 422))
    def share_project(
        project_id: PathId, name: MemberName, member: ProjectMemberIn, mine: Mine
    ) -> ProjectMemberOut:
        """Share a project of yours with somebody by their name, or change what they may do in it."""
        return ProjectMemberOut.of(mine.project_people.share(project_id, name, member.access))

    @router.delete(
        "/projects/{project_id}/people/{name}",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(404, 422),
    )
    def unshare_project(project_id: PathId, name: MemberName, mine: Mine) -> None:
        """End a share: as the project's owner, or, by your own name, as whom it is shared with."""
        mine.project_people.unshare(project_id, name)

    return router

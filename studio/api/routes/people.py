"""POST, DELETE /sessions; GET, PATCH /me; /keys; /invitations; and, for the admin, /people and /audit."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response, status

from studio.api.asker import Asker, Mine, allow, require
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.outside import home_of
from studio.api.paging import LimitOrAll, page_of
from studio.api.parameters import Cursor, PathId, QueryId
from studio.api.people_answers import (
    AccountIn,
    AccountList,
    AccountOut,
    AuditEntryOut,
    AuditList,
    InvitationIn,
    InvitationOut,
    KeyIn,
    KeyList,
    KeyOut,
    MeChangeIn,
    MeOut,
    MoveIn,
    NewKeyOut,
    PersonChangeIn,
    PersonsJobList,
    PersonsJobOut,
    SignedInOut,
    SignInIn,
)
from studio.api.sign_in import address_of, forget_session, keep_session
from studio.studio import Studio
from studio.vocabulary.permission import EVERYTHING
from studio.vocabulary.person import Profile

Code = Annotated[str, Path(max_length=100)]
Everywhere = Annotated[bool, Query(description="Sign out of all sessions, not only of this one.")]


def sign_in_routes(studio: Studio) -> APIRouter:
    """What is asked before anybody is known."""
    router = APIRouter(tags=["people"])

    @router.post(
        "/sessions", status_code=status.HTTP_201_CREATED, responses=problems(401, 409, 413, 422, 429, 503)
    )
    def sign_in(asked: SignInIn, request: Request, response: Response, asker: Asker) -> SignedInOut:
        """Sign in: a cookie for browsers, a token for programs. The session that you had before ends."""
        signed = studio.people.sign_in(asked.name, asked.password, address=address_of(request), former=asker)
        keep_session(request, response, signed)
        return SignedInOut.of(signed)

    @router.post(
        "/invitations/{code}",
        status_code=status.HTTP_201_CREATED,
        responses=problems(404, 409, 413, 422, 429, 503),
    )
    def accept_invitation(
        code: Code, account: AccountIn, request: Request, response: Response
    ) -> SignedInOut:
        """Make the account that an invitation is for, and sign in."""
        signed = studio.people.accept(code, account.name, account.password, address=address_of(request))
        keep_session(request, response, signed)
        return SignedInOut.of(signed)

    return router


def account_routes(studio: Studio) -> APIRouter:
    """What is one's own."""
    router = APIRouter(tags=["people"], dependencies=[allow(write="read")])  # the service asks for the rest

    @router.delete("/sessions", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401, 422))
    def sign_out(asker: Asker, response: Response, everywhere: Everywhere = False) -> None:
        """Sign out, from the next request on. A visitor of a Space is erased at once, with everything of theirs."""
        studio.people.sign_out(asker, everywhere=everywhere)
        forget_session(response, asker)

    @router.get("/me", responses=problems(401, 422))
    def get_me(mine: Mine) -> MeOut:
        """Who you are, and what you may do."""
        return _say_me(mine)

    @router.patch("/me", responses=problems(401, 413, 422), dependencies=[require("account")])
    def change_me(change: MeChangeIn, mine: Mine) -> MeOut:
        """Change your profile, or your password."""
        if change.new_password is not None:
            mine.account.change_password(change.password or "", change.new_password)
        kept = mine.account.get().profile
        profile = Profile(
            units=change.units or kept.units, about=kept.about if change.about is None else change.about
        )
        if profile != kept:
            mine.account.change_profile(profile)
        return _say_me(mine)

    @router.get("/keys", responses=problems(401, 404, 422), dependencies=[require("account")])
    def list_keys(mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None) -> KeyList:
        """Your API keys."""
        page = page_of(mine.account.list_keys(), attrgetter("id"), cursor, limit)
        return KeyList(items=[KeyOut.of(key) for key in page.items], next_cursor=page.next_cursor)

    @router.post(
        "/keys",
        status_code=status.HTTP_201_CREATED,
        responses=problems(401, 409, 413, 422),
        dependencies=[require("account")],
    )
    def add_key(wanted: KeyIn, mine: Mine, response: Response) -> NewKeyOut:
        """A new API key, for what you may do yourself; it is shown this once."""
        key, shown = mine.account.add_key(wanted.name, wanted.scopes, wanted.expires_in_s)
        response.headers.update(NEVER_STORED)
        return NewKeyOut(**KeyOut.of(shown).model_dump(), key=key)

    @router.delete(
        "/keys/{key_id}",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 422),
        dependencies=[require("account")],
    )
    def revoke_key(key_id: PathId, mine: Mine) -> None:
        """Let a key open nothing any more, from the next request on."""
        mine.account.revoke_key(key_id)

    @router.delete(
        "/keys",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 422),
        dependencies=[require("account")],
    )
    def revoke_named_key(key_id: QueryId, mine: Mine) -> None:
        """The same, for programs that name it in the query."""
        mine.account.revoke_key(key_id)

    return router


def people_routes(studio: Studio) -> APIRouter:
    """What the admin does about people."""
    router = APIRouter(tags=["people"], dependencies=[require("people")])

    @router.get("/people", responses=problems(401, 404, 422))
    def list_people(cursor: Cursor = "", limit: LimitOrAll = None) -> AccountList:
        """Everybody."""
        page = page_of(studio.people.list_all(), attrgetter("id"), cursor, limit)
        return AccountList(items=[AccountOut.of(one) for one in page.items], next_cursor=page.next_cursor)

    @router.get("/people/{person_id}", responses=problems(401, 404, 422))
    def get_person(person_id: PathId) -> AccountOut:
        """One account."""
        return AccountOut.of(studio.people.get(person_id))

    @router.patch("/people/{person_id}", responses=problems(401, 404, 409, 413, 422))
    def change_person(person_id: PathId, change: PersonChangeIn, asker: Asker) -> AccountOut:
        """Change somebody's role or tier, lock them out or let them in again, set a forgotten password."""
        changed = studio.people.update(
            person_id,
            by=asker,
            role=change.role,
            state=change.state,
            tier=change.tier,
            password=change.password,
        )
        return AccountOut.of(changed)

    @router.delete(
        "/people/{person_id}",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 409, 422, 503),
    )
    def remove_person(person_id: PathId, asker: Asker) -> None:
        """Erase somebody, and everything that they have here. There is no way back."""
        studio.people.remove(person_id, by=asker)

    @router.post("/invitations", status_code=status.HTTP_201_CREATED, responses=problems(401, 413, 422))
    def invite(wanted: InvitationIn, request: Request, asker: Asker, response: Response) -> InvitationOut:
        """A link by which one person makes an account; it is shown this once."""
        code, invitation = studio.people.invite(wanted.role, by=asker)
        response.headers.update(NEVER_STORED)
        url = f"{home_of(request)}/invitations/{code}"
        return InvitationOut(code=code, url=url, role=invitation.role, expires_at=invitation.expires_at)

    @router.get("/queue", responses=problems(401, 404, 422))
    def list_queue(mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None) -> PersonsJobList:
        """The newest jobs of everybody: whose they are and how they go, not what they are of."""
        page = page_of(mine.house.list_jobs(), attrgetter("id"), cursor, limit)
        return PersonsJobList(
            items=[PersonsJobOut.of(job) for job in page.items], next_cursor=page.next_cursor
        )

    @router.post(
        "/queue/{job_id}/move",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 409, 413, 422),
    )
    def move_job(job_id: PathId, move: MoveIn, mine: Mine) -> None:
        """Put anybody's waiting job before all of its lane, or behind the other jobs of whoever ordered it."""
        mine.house.move_job(job_id, move.to)

    @router.post(
        "/queue/{job_id}/cancel",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 409, 422),
    )
    def cancel_job(job_id: PathId, mine: Mine) -> None:
        """Stop anybody's job; what it cost goes back to them."""
        mine.house.cancel_job(job_id)

    @router.get("/audit", responses=problems(401, 404, 422))
    def list_audit(cursor: Cursor = "", limit: LimitOrAll = None) -> AuditList:
        """Who did what about people, the newest first."""
        found = studio.people.list_audit()
        page = page_of(found, lambda one: f"{one.at} {one.action} {one.subject}", cursor, limit)
        return AuditList(items=[AuditEntryOut.of(one) for one in page.items], next_cursor=page.next_cursor)

    return router


def _say_me(mine: Mine) -> MeOut:
    account = AccountOut.of(mine.account.get())
    allowed: list[str] = sorted(permission for permission in EVERYTHING if mine.person.may(permission))
    return MeOut(**account.model_dump(), permissions=allowed)

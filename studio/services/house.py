"""House: what whoever runs a shared studio sees of everybody and decides: use, anybody's job, the settings in force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

from store.moves import Move, move_job
from store.owners import OwnerSums, find_owner_of_job, list_oldest_open, sum_by_owner
from store.places import PlaceRow, find_places
from studio.services.accounts import view_account
from studio.services.service import PersonalService
from studio.settings import SETTINGS
from studio.vocabulary.person import PersonsJob, PersonUse

MOST_JOBS = 100  # of each in one look
# Settings with such a word in their name are said to be set, and not what they are.
HIDDEN = ("token", "password", "secret", "key")
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")  # of somebody, in an address


class House(PersonalService, needs="people", reads=()):
    """The studio as one whole. Nobody's words and pictures are in it."""

    def list_people(self) -> Sequence[PersonUse]:
        """Everybody with what they use, the first who came first."""
        sums = sum_by_owner(self._store)
        return [
            PersonUse(
                account=view_account(row),
                storage_bytes=(mine := sums.get(row.id, OwnerSums())).bytes,
                open_jobs=mine.open_jobs,
                credits=mine.credits,
            )
            for row in self._store.people.list_all()
        ]

    def list_jobs(self) -> Sequence[PersonsJob]:
        """The newest jobs of everybody and the oldest open ones: whose they are and how they go, not of what."""
        names = {row.id: row.name for row in self._store.people.list_all()}
        found = [*self._store.jobs.list_newest(MOST_JOBS), *list_oldest_open(self._store, MOST_JOBS)]
        rows = sorted({row.id: row for row in found}.values(), key=lambda row: row.id, reverse=True)
        waiting: dict[str, list[str]] = {}
        for row in rows:
            if row.state == "queued":
                waiting.setdefault(row.owner, []).append(row.id)
        places: dict[str, PlaceRow] = {}
        for owner, ids in waiting.items():
            places |= find_places(self._store, owner, ids)
        return [
            PersonsJob(
                id=row.id,
                person=names.get(row.owner, row.owner),
                kind=row.kind,
                lane=row.lane,
                state=row.state,
                place=places[row.id].place if row.id in places else None,
                attempt=row.attempt,
                created_at=row.created_at,
                started_at=row.started_at,
                finished_at=row.finished_at,
            )
            for row in rows
        ]

    def move_job(self, job_id: str, move: Move) -> None:
        """Put anybody's waiting job before all of its lane, or behind its owner's others. Raises NotFound,
        JobNotWaiting."""
        owner = find_owner_of_job(self._store, job_id)
        with self._store.begin() as transaction:
            move_job(transaction, owner, job_id, move, self._store.clock())
            self._store.audit.add(
                transaction, actor=self._person.id, action="job.move", subject=owner, to=move
            )

    def cancel_job(self, job_id: str) -> None:
        """Stop anybody's job, as its owner would; what it cost goes back to them. Raises NotFound, JobNotOpen."""
        owner = find_owner_of_job(self._store, job_id)
        self._store.jobs.request_cancel(owner, job_id)
        with self._store.begin() as transaction:
            self._store.audit.add(transaction, actor=self._person.id, action="job.cancel", subject=owner)

    def list_settings(self) -> Sequence[tuple[str, str, str]]:
        """What is in force: name, value, what it does. Of a secret only whether it is set."""
        known = {one.name for one in fields(self._settings)}
        return [
            (one.name, _say(one.name, getattr(self._settings, one.name)), one.help)
            for one in SETTINGS
            if one.name in known
        ]


def _say(name: str, value: object) -> str:
    if any(word in name for word in HIDDEN):
        return "set, not shown" if value else "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = ", ".join(map(str, value)) if isinstance(value, tuple | frozenset) else str(value)
    return CREDENTIALS.sub("…@", said)

"""House: what whoever runs a shared studio sees of everybody and decides: use, anybody's job, the settings in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from store.owners import OwnerSums, find_owner_of_job, sum_by_owner
from studio.services.people import view_account
from studio.services.service import PersonalService
from studio.settings import SETTINGS
from studio.vocabulary.person import PersonUse

HIDDEN = (
    "token",
    "password",
    "secret",
)  # settings with such a name are said to be set, and not what they are


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
    return ", ".join(map(str, value)) if isinstance(value, tuple | frozenset) else str(value)

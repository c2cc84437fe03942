"""Credits: what an order costs, what a person has, and what the admin gives. Off for a single creator."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from pipelines.errors import RequestRefused
from store.errors import BalanceTooLow
from store.ledger import LedgerRow
from store.tiers import TierRow
from studio.limit_errors import CreditsOff, CreditsTooFew
from studio.services.service import PersonalService
from studio.services.tiers import STANDARD, find_tier, require_tier
from studio.vocabulary.codec import check_values
from studio.vocabulary.credits import (
    TIER_FIELDS,
    CreditBalance,
    Credits,
    Movement,
    MovementKind,
    Prices,
    Reason,
)
from studio.vocabulary.person import Person
from studio.worker.export_tables import make_safe

if TYPE_CHECKING:
    from store.database import Transaction
    from store.store import Store
    from studio.settings import Settings
    from studio.vocabulary.order import GenerationOrder

NEWEST_SHOWN = 200
COLUMNS = ("at", "kind", "amount", "balance_change", "cause", "job_id")


def prices_of(settings: Settings) -> Prices | None:
    """What pictures cost; None where nothing costs credits."""
    prices = Prices(
        picture=settings.credits_per_picture, hd=settings.credits_hd, priority=settings.credits_priority
    )
    return prices if settings.mode == "shared" else None


def price_of(settings: Settings, order: GenerationOrder) -> int:
    """What an order costs, if it succeeds."""
    prices = prices_of(settings)
    if prices is None:
        return 0
    return prices.of(order.pictures, hd=order.quality == "hd", priority=order.priority)


def pay_allowance(store: Store, settings: Settings, owner: str, transaction: Transaction) -> None:
    """Give this month's allowance, once a month."""
    tier = find_tier(store, settings, owner, transaction)
    if tier is None or tier.monthly_credits <= 0:
        return
    key = allowance_key(store)
    if not store.ledger.has_key(transaction, owner, key):
        store.ledger.grant(transaction, owner, tier.monthly_credits, cause="monthly allowance", key=key)


def allowance_key(store: Store) -> str:
    """Of this month's allowance."""
    return f"allowance:{store.clock():%Y-%m}"


class PersonalCredits(PersonalService, reads=("look", "prices", "write_csv")):
    """The credits of one person."""

    @property
    def are_on(self) -> bool:
        """Whether anything costs credits."""
        return prices_of(self._settings) is not None

    @property
    def house(self) -> CreditHouse:
        """What an admin does about those of others."""
        return CreditHouse(self._resources, self._person)

    def prices(self) -> Prices:
        """What pictures cost. Raises CreditsOff."""
        prices = prices_of(self._settings)
        if prices is None:
            raise CreditsOff
        return prices

    def look(self) -> CreditBalance:
        """What this person has, this month's allowance included. Raises CreditsOff."""
        prices = self.prices()
        with self._store.read() as look:  # nearly always it is a look and no more
            is_paid = self._store.ledger.has_key(look, self._owner, allowance_key(self._store))
        if not is_paid:
            with self._store.begin() as transaction:
                pay_allowance(self._store, self._settings, self._owner, transaction)
        account = self._store.ledger.look(self._owner)
        rows = self._store.ledger.list_entries(self._owner, limit=NEWEST_SHOWN)
        return CreditBalance(
            balance=account.available,
            held=account.held,
            spent=account.spent,
            prices=prices,
            entries=tuple(view_movement(row) for row in rows),
        )

    def write_csv(self) -> Iterator[str]:
        """All movements as lines of CSV, the newest first. Raises CreditsOff."""
        self.prices()
        rows = self._store.ledger.list_entries(self._owner)
        yield _csv_line(COLUMNS)
        for row in rows:
            moved = view_movement(row)
            yield _csv_line(
                (
                    row.at.isoformat(),
                    row.kind,
                    str(moved.amount),
                    str(row.change),
                    make_safe(row.cause),
                    row.job_id or "",
                )
            )


class CreditHouse(PersonalService, needs="people"):
    """What an admin does about the credits and the tiers of others."""

    def give(self, person_id: str, amount: int, reason: str, *, key: str) -> CreditBalance:
        """Give somebody credits, or take some away (below zero): once, for each key.

        Raises NotFound, CreditsOff, RequestRefused, CreditsTooFew where more would be taken than there is,
        KeyUsedTwice.
        """
        theirs = PersonalCredits(self._resources, Person(id=person_id))
        theirs.prices()
        check_values(amount=(Credits, amount), reason=(Reason, reason))
        if not amount:
            raise RequestRefused("Say how many credits: above zero to give, below to take away.")
        with self._store.begin() as transaction:
            self._store.people.get(person_id, transaction=transaction)
            pay_allowance(self._store, self._settings, person_id, transaction)
            way = self._store.ledger.grant if amount > 0 else self._store.ledger.adjust
            try:
                way(transaction, person_id, amount, cause=reason, key=f"given:{key}")
            except BalanceTooLow as error:
                raise CreditsTooFew(f"There are {error.available:,} credits to take away.") from error
            said = {"amount": amount, "reason": reason}
            self._store.audit.add(
                transaction, actor=self._person.id, action="credits.give", subject=person_id, **said
            )
        return theirs.look()

    def list_tiers(self) -> Sequence[TierRow]:
        """All tiers, the one that accounts begin in included."""
        with self._store.begin() as transaction:
            require_tier(self._store, self._settings, STANDARD, transaction)
            return self._store.tiers.list_all(transaction=transaction)

    def put_tier(self, tier: TierRow) -> TierRow:
        """Make a tier, or change the one of that name. Raises RequestRefused."""
        check_values(**{name: (kind, getattr(tier, name)) for name, kind in TIER_FIELDS.items()})
        with self._store.begin() as transaction:
            self._store.tiers.put(transaction, tier)
            self._store.audit.add(transaction, actor=self._person.id, action="tier.put", subject=tier.name)
        return tier

    def set_tier(self, person_id: str, tier: str) -> None:
        """Put somebody into a tier. Raises NotFound for a person or a tier that is not there."""
        with self._store.begin() as transaction:
            require_tier(self._store, self._settings, tier, transaction)
            self._store.people.change(transaction, person_id, tier=tier)
            self._store.audit.add(
                transaction, actor=self._person.id, action="person.tier", subject=person_id, tier=tier
            )


def view_movement(row: LedgerRow) -> Movement:
    """What is shown of a movement."""
    is_less = row.kind == "adjust" and row.change < 0
    return Movement(
        kind=cast(MovementKind, row.kind),
        job_id=row.job_id,
        amount=-row.amount if is_less else row.amount,
        cause=row.cause,
        at=row.at,
    )


def _csv_line(values: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()

"""The limits of one person: those of the settings, and those of the person's tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.limits import Limits
from store.tiers import TierRow
from studio.errors import NotFound

if TYPE_CHECKING:
    from store.database import Transaction
    from store.store import Store
    from studio.settings import Settings

VISITORS_STORAGE_MB = 500  # about as many pictures, or their photos and archives
STANDARD = "standard"  # the tier that an account begins in


def find_limits(store: Store, settings: Settings, owner: str, transaction: Transaction) -> Limits:
    """How much this person may order."""
    tier = find_tier(store, settings, owner, transaction)
    most, a_minute = settings.queued_per_person, settings.orders_per_minute
    if tier is None:
        return Limits(waiting=most, a_minute=a_minute)
    waiting = most if tier.queued is None else min(tier.queued, most)
    return Limits(waiting=waiting, a_minute=a_minute, a_day=tier.per_day)


def find_tier(store: Store, settings: Settings, owner: str, transaction: Transaction) -> TierRow | None:
    """A person's tier; None for a single creator. The standard one is made when it is first asked for."""
    if settings.mode == "single":
        return None
    found = store.tiers.find(owner, transaction=transaction)
    if found is None:
        store.tiers.put(transaction, standard_tier(settings))
        found = store.tiers.find(owner, transaction=transaction)
    return found


def require_tier(store: Store, settings: Settings, name: str, transaction: Transaction) -> None:
    """Raises NotFound for a tier that is not there; the one that accounts begin in always is."""
    kept = {one.name for one in store.tiers.list_all(transaction=transaction)}
    if name == STANDARD and name not in kept:
        store.tiers.put(transaction, standard_tier(settings))
    elif name not in kept:
        raise NotFound(f"There is no tier called “{name}”.")


def standard_tier(settings: Settings) -> TierRow:
    """What an account begins with: in a shared studio no limit but those of the settings, as a visitor a few."""
    if settings.mode == "space":
        return TierRow(name=STANDARD, running=1, queued=8, per_day=100, storage_mb=VISITORS_STORAGE_MB)
    return TierRow(name=STANDARD, monthly_credits=settings.credits_monthly)

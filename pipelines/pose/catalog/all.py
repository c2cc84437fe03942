"""Every entry of the catalog, in the order of the gallery."""

from __future__ import annotations

from pipelines.pose.catalog.action import ACTION
from pipelines.pose.catalog.business import BUSINESS
from pipelines.pose.catalog.dance import DANCE
from pipelines.pose.catalog.entry import Entry
from pipelines.pose.catalog.fashion import FASHION
from pipelines.pose.catalog.fight import FIGHT
from pipelines.pose.catalog.fitness import FITNESS
from pipelines.pose.catalog.floor import KNEELING, LYING
from pipelines.pose.catalog.gesture import GESTURE
from pipelines.pose.catalog.moving import RUNNING, WALKING
from pipelines.pose.catalog.portrait import PORTRAIT
from pipelines.pose.catalog.seated import SEATED
from pipelines.pose.catalog.sport import SPORT
from pipelines.pose.catalog.standing import STANDING

ENTRIES: tuple[Entry, ...] = (
    *STANDING,
    *FASHION,
    *WALKING,
    *RUNNING,
    *SEATED,
    *KNEELING,
    *LYING,
    *SPORT,
    *FITNESS,
    *DANCE,
    *GESTURE,
    *BUSINESS,
    *PORTRAIT,
    *ACTION,
    *FIGHT,
)

"""Every entry of the catalog, in the order of the gallery."""

from __future__ import annotations

from pipelines.pose.catalog.action import ACTION
from pipelines.pose.catalog.entry import Entry
from pipelines.pose.catalog.low import KNEELING, LYING, SEATED
from pipelines.pose.catalog.moving import RUNNING, WALKING
from pipelines.pose.catalog.speaking import BUSINESS, GESTURE, PORTRAIT
from pipelines.pose.catalog.sport import DANCE, SPORT
from pipelines.pose.catalog.standing import FASHION, STANDING

ENTRIES: tuple[Entry, ...] = (
    *STANDING,
    *FASHION,
    *WALKING,
    *RUNNING,
    *SEATED,
    *KNEELING,
    *LYING,
    *SPORT,
    *DANCE,
    *GESTURE,
    *BUSINESS,
    *PORTRAIT,
    *ACTION,
)

"""Every entry of the catalog, in the order of the gallery."""

from __future__ import annotations

from pipelines.pose.catalog.action import ACTION
from pipelines.pose.catalog.action_rows import ACTION_ROWS
from pipelines.pose.catalog.business import BUSINESS
from pipelines.pose.catalog.business_rows import BUSINESS_ROWS
from pipelines.pose.catalog.catalogue_rows import CATALOGUE_ROWS
from pipelines.pose.catalog.dance import DANCE
from pipelines.pose.catalog.dance_rows import DANCE_ROWS
from pipelines.pose.catalog.entry import Entry
from pipelines.pose.catalog.fashion import FASHION
from pipelines.pose.catalog.fashion_rows import FASHION_ROWS
from pipelines.pose.catalog.fight import FIGHT
from pipelines.pose.catalog.fitness import FITNESS
from pipelines.pose.catalog.floor import KNEELING, LYING
from pipelines.pose.catalog.floor_rows import FLOOR_ROWS
from pipelines.pose.catalog.gesture import GESTURE
from pipelines.pose.catalog.gesture_rows import GESTURE_ROWS
from pipelines.pose.catalog.hero_rows import HERO_ROWS
from pipelines.pose.catalog.lifestyle_rows import LIFESTYLE_ROWS
from pipelines.pose.catalog.moving import RUNNING, WALKING
from pipelines.pose.catalog.pair_rows import PAIR_ROWS
from pipelines.pose.catalog.portrait import PORTRAIT
from pipelines.pose.catalog.portrait_rows import PORTRAIT_ROWS
from pipelines.pose.catalog.seated import SEATED
from pipelines.pose.catalog.seated_rows import SEATED_ROWS
from pipelines.pose.catalog.sport import SPORT
from pipelines.pose.catalog.sport_rows import SPORT_ROWS
from pipelines.pose.catalog.standing import STANDING
from pipelines.pose.catalog.walking_rows import WALKING_ROWS

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
    *ACTION_ROWS,
    *BUSINESS_ROWS,
    *CATALOGUE_ROWS,
    *DANCE_ROWS,
    *FASHION_ROWS,
    *FLOOR_ROWS,
    *GESTURE_ROWS,
    *HERO_ROWS,
    *LIFESTYLE_ROWS,
    *PAIR_ROWS,
    *PORTRAIT_ROWS,
    *SEATED_ROWS,
    *SPORT_ROWS,
    *WALKING_ROWS,
)

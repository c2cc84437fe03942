"""The settings of what people share: limits of orders, and what pictures cost."""

from __future__ import annotations

from studio.setting import Setting

SHARING_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="orders_per_minute",
        default=600,
        least=1,
        help="How many orders one person, or one address, may send in a minute; with several people as many "
        "uploads and control maps, too.",
    ),
    Setting(
        name="queued_per_person",
        default=5000,
        least=1,
        help="How many jobs of one person may wait in the queue.",
    ),
    Setting(
        name="credits_per_picture",
        default=5,
        least=0,
        help="In a shared studio: what a picture costs, in credits.",
    ),
    Setting(name="credits_hd", default=2, least=0, help="What a picture in hd costs more."),
    Setting(
        name="credits_priority",
        default=3,
        least=0,
        help="What a picture of an order with priority costs more.",
    ),
    Setting(
        name="credits_monthly",
        default=500,
        least=0,
        help="In a shared studio: the credits that everybody is given each month, unless their tier says otherwise.",
    ),
)

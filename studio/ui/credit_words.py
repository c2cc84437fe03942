"""What an order costs in credits and what its person has, said before the click; nothing where nothing does."""

from __future__ import annotations

from studio.personal_studio import PersonalStudio


def credits_html(mine: PersonalStudio, pictures: int, quality: str, priority: bool) -> str:
    """The line under Generate; "" where nothing costs credits."""
    if not mine.credits.are_on:
        return ""
    have = mine.credits.look()
    price = have.prices.of(pictures, hd=quality == "hd", priority=bool(priority))
    if price > have.balance:
        return (
            f'<p class="cost-why" role="status"><span class="sign" aria-hidden="true">!</span> <span>This costs '
            f"{price:,} credits, and you have {have.balance:,}.</span></p>"
        )
    return f'<p class="cost" data-credits="{have.balance}">{price:,} of your {have.balance:,} credits</p>'

"""Share links of one generation, in the dialog over its details: for how long, which there are, ending them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from studio.ui.tray import button
from studio.vocabulary.generation import Generation
from studio.vocabulary.outgoing import ShareLink

DAY_S = 24 * 3600
LENGTHS = ((DAY_S, "a day"), (7 * DAY_S, "a week"), (30 * DAY_S, "a month"), (365 * DAY_S, "a year"))


def links_html(item: Generation, links: Sequence[ShareLink]) -> str:
    """What a link shows, for how long one is made, and those that there are."""
    lengths = "".join(f'<option value="{seconds}">{words}</option>' for seconds, words in LENGTHS)
    make = button("make_link", item.id, "Make a link", "Make a link", "button")
    there = "".join(_link(one) for one in links)
    end = (
        f"<p>{button('end_links', item.id, 'End all links', 'End all links', 'link-button')}</p>"
        if links
        else ""
    )
    return (
        '<p class="quiet">Whoever has the link sees the pictures, marked as made by a machine, and nothing else.</p>'
        f'<p class="follow-row"><label>For<select name="seconds">{lengths}</select></label>{make}</p>{there}{end}'
    )


def _link(link: ShareLink) -> str:
    """One link; the browser makes its whole address."""
    until = link.expires_at.astimezone()
    fetched = "once" if link.downloads == 1 else f"{link.downloads:,} times"
    said = f"Until {until.day} {until.strftime('%B %Y, %H:%M')}; fetched {fetched}"
    return (
        f'<p class="follow-row"><label>{said}<input readonly dir="ltr" '
        f'data-link="{html.escape(link.path.removeprefix("/"))}"></label></p>'
    )


def read_seconds(text: str) -> int:
    """The length that was chosen; the shortest for what is none."""
    return next((seconds for seconds, _ in LENGTHS if str(seconds) == text), DAY_S)

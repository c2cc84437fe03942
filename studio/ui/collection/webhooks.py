"""Messages: the addresses that are told when a job ends, and what became of what was sent to each."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from pipelines.errors import RequestRefused
from studio.personal_studio import PersonalStudio
from studio.ui.collection.section import (
    Act,
    Extent,
    Said,
    link,
    list_html,
    note,
    row_html,
    text_of,
    write_day,
    write_moment,
)
from studio.ui.tray import button
from studio.vocabulary.outgoing import MAIL_ADDRESS, WEB_ADDRESS, Delivery, DeliveryState, Webhook

LONGEST_ADDRESS = 1000
STATE_WORDS: dict[DeliveryState, str] = {
    "waiting": "Waits for the next try",
    "delivered": "Arrived",
    "given_up": "Given up",
}
ADD = (
    '<p class="follow-row collection-add" data-fields><label>Address<input name="url" dir="ltr" autocomplete="off" '
    f'spellcheck="false" maxlength="{LONGEST_ADDRESS}" '
    'placeholder="https://example.org/hook or mailto:you@example.org">'
    f"</label>{button('add_webhook', '', 'Add', 'Add the address', 'button')}</p>"
)
MOST_SHOWN = 20


class WebhookSection:
    """One row an address; its messages when they are asked for."""

    id: ClassVar[str] = "webhooks"
    label: ClassVar[str] = "Messages"
    about: str = "Addresses that are told when a job of yours ends: of a program of yours, or of an e-mail."

    @property
    def acts(self) -> Mapping[str, Act]:
        """What can be pressed."""
        return {"add_webhook": self.add, "delete_webhook": self.delete}

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """All of them, newest first."""
        rows = [_row(mine, one, is_open=one.id == extent.opened) for one in mine.webhooks.list_recent()]
        return ADD + list_html(rows, "Nobody is told yet.")

    def add(self, mine: PersonalStudio, _: str, said: Said) -> str:
        """Tell an address from now on; its secret is said this once."""
        url = text_of(said, "url", 2 * LONGEST_ADDRESS)
        if not re.fullmatch(f"{WEB_ADDRESS}|{MAIL_ADDRESS}", url):
            raise RequestRefused(
                "Write a whole address: https://… of a program, or mailto: before an e-mail address."
            )
        made = mine.webhooks.add(url)
        address = html.escape(made.url)
        if not made.secret:
            return note(f"<bdi>{address}</bdi> is told from now on.")
        return note(
            f"<bdi>{address}</bdi> is told from now on. Messages are signed with this secret, which is shown only now: "
            f"<code>{html.escape(made.secret)}</code>"
        )

    def delete(self, mine: PersonalStudio, webhook_id: str, said: Said) -> str:
        """Tell it nothing any more."""
        mine.webhooks.delete(webhook_id)
        return note("It is told nothing any more.")


def _row(mine: PersonalStudio, hook: Webhook, *, is_open: bool) -> str:
    acts = "" if is_open else link("open_webhook", hook.id, "What was sent", hook.url)
    acts += (
        f'<button type="button" class="link-button" data-act="delete_webhook" data-id="{html.escape(hook.id)}" '
        f'aria-label="Delete: {html.escape(hook.url)}" data-sure="Tell this address nothing any more? Its secret goes, '
        'too." data-yes="Delete" data-no="Keep it">Delete</button>'
    )
    problem = "The address said that it is gone: it is told nothing any more." if hook.is_disabled else ""
    more = _sent(mine.webhooks.list_deliveries(hook.id)) if is_open else ""
    return row_html(hook.url, (f"since {write_day(hook.created_at)}",), acts, problem=problem, more=more)


def _sent(deliveries: Sequence[Delivery]) -> str:
    """The log of one address, newest first."""
    if not deliveries:
        return '<p class="collection-more quiet">Nothing was sent yet.</p>'
    rows = "".join(
        f"<tr><td>{write_moment(one.created_at)}</td><td>{html.escape(_say_event(one))}</td>"
        f"<td>{html.escape(_say_end(one))}</td></tr>"
        for one in deliveries[:MOST_SHOWN]
    )
    head = '<thead class="sr-only"><tr><th>When</th><th>What</th><th>What became of it</th></tr></thead>'
    return f'<table class="collection-more deliveries">{head}<tbody>{rows}</tbody></table>'


def _say_event(delivery: Delivery) -> str:
    """ "A job succeeded"."""
    _, _, state = delivery.type.partition(".")
    return f"A job {'was cancelled' if state == 'cancelled' else state}" if state else delivery.type


def _say_end(delivery: Delivery) -> str:
    tries = "1 try" if delivery.attempts == 1 else f"{delivery.attempts} tries"
    answer = f"answered {delivery.status}" if delivery.status else delivery.error
    then = f"again {write_moment(delivery.next_at)}" if delivery.next_at else ""
    return ", ".join(part for part in (STATE_WORDS[delivery.state], tries, answer, then) if part)

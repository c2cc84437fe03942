"""Webhooks: the addresses that a person wants told when jobs end. The worker delivers."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import cast
from urllib.parse import urlsplit

from store.webhooks import DeliveryRow, WebhookRow
from studio.errors import MailOff, PrivateWebhook, TooManyWebhooks
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values
from studio.vocabulary.outgoing import Delivery, DeliveryState, Webhook, WebhookUrl
from studio.worker.mail_sender import MAILTO, is_mail_on
from studio.worker.webhook_sender import SECRET_PREFIX, is_private_host

MOST_WEBHOOKS = 20
SECRET_BYTES = 32


class Webhooks(PersonalService, needs="send"):
    """The webhooks of one person."""

    def add(self, url: str) -> Webhook:
        """Tell this address from now on; the answer alone holds the secret that its messages are signed with.

        Nothing is sent yet, and no name is looked up. A `mailto:` is told by e-mail, and has no secret.
        Raises RequestRefused, PrivateWebhook, MailOff, TooManyWebhooks.
        """
        check_values(url=(WebhookUrl, url))
        if url.startswith(MAILTO):
            if not is_mail_on(self._settings):
                raise MailOff
        elif not self._settings.webhooks_private and is_private_host(urlsplit(url).hostname or ""):
            raise PrivateWebhook
        if len(self._store.webhooks.list_recent(self._owner)) >= MOST_WEBHOOKS:
            raise TooManyWebhooks
        made = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        secret = "" if url.startswith(MAILTO) else SECRET_PREFIX + made
        with self._store.begin() as transaction:
            row = self._store.webhooks.add(transaction, self._owner, url=url, secret=secret)
        return _view(row, secret)

    def list_recent(self) -> Sequence[Webhook]:
        """All, newest first, without their secrets."""
        return [_view(row) for row in self._store.webhooks.list_recent(self._owner)]

    def delete(self, webhook_id: str) -> None:
        """Tell this address nothing any more. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.webhooks.delete(transaction, self._owner, webhook_id)

    def list_deliveries(self, webhook_id: str) -> Sequence[Delivery]:
        """The newest messages to an address and what became of them. Raises NotFound."""
        return [_view_delivery(row) for row in self._store.webhooks.list_deliveries(self._owner, webhook_id)]


def _view(row: WebhookRow, secret: str = "") -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        is_disabled=row.disabled_at is not None,
        created_at=row.created_at,
        secret=secret,
    )


def _view_delivery(row: DeliveryRow) -> Delivery:
    state = cast(DeliveryState, row.state)
    return Delivery(
        id=row.id,
        type=str(row.body.get("type", "")),
        job_id=row.job_id,
        state=state,
        attempts=row.attempts,
        status=row.status,
        error=row.error,
        created_at=row.created_at,
        next_at=row.not_before if state == "waiting" else None,
        ended_at=row.ended_at,
    )

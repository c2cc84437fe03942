"""Delivers what waits in the database for webhooks. A row is settled after its message was answered: what is killed in
between is sent again, under the same id."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from store.errors import StoreError
from store.store import Store
from store.webhooks import DeliveryRow, WebhookRow
from studio.settings import Settings
from studio.worker.mail_sender import MAILTO, send_mail
from studio.worker.webhook_sender import Message, NotSent, send_message

LOOK_EVERY_S = 1.0
AT_ONCE = 4  # so that one slow address does not hold up the others
# After the first, the second, … attempt (Standard Webhooks, "retries").
AGAIN_IN_S = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
GONE = 410  # “stop telling me”, says the specification

Send = Callable[..., int]

log = logging.getLogger(__name__)


def deliver_until(
    store: Store, settings: Settings, stop: threading.Event, *, every_s: float = LOOK_EVERY_S
) -> None:
    """Deliver whatever is due, until `stop` is set."""
    while not stop.wait(every_s):
        try:
            deliver_due(store, settings)
        except StoreError as error:
            log.warning("could not look for what webhooks wait for: %s", error)


def deliver_due(store: Store, settings: Settings, *, send: Send = send_message) -> int:
    """Send what is due now, once each; how many messages."""
    due = store.webhooks.list_due(AT_ONCE)
    if not due:
        return 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as pool:
        for _ in pool.map(lambda pair: _deliver(store, settings, *pair, send=send), due):
            pass
    return len(due)


def _deliver(store: Store, settings: Settings, row: DeliveryRow, hook: WebhookRow, *, send: Send) -> None:
    message, status, error = Message(id=f"msg_{row.id}", body=row.body), None, ""
    now_s = int(store.clock().timestamp())
    try:
        if hook.url.startswith(MAILTO):
            status = send_mail(settings, hook.url, message, now_s=now_s)
        else:
            allow_private = settings.webhooks_private
            status = send(hook.url, hook.secret, message, now_s=now_s, allow_private=allow_private)
    except NotSent as reason:
        error = str(reason)
    arrived = status is not None and 200 <= status < 300
    again_in_s = None if row.attempts >= len(AGAIN_IN_S) else AGAIN_IN_S[row.attempts]
    log.info("message %s, attempt %d: %s", message.id, row.attempts + 1, status or "no answer")
    store.webhooks.settle(row.id, status=status, error=error, again_in_s=again_in_s, arrived=arrived)
    if status == GONE:
        store.webhooks.disable(hook.id)

"""GET, POST, DELETE /webhooks; DELETE /webhooks/{id}; GET /webhooks/{id}/deliveries."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

from fastapi import APIRouter, status
from pydantic import Field

from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.paging import LimitOrAll, PagedList, page_of
from studio.api.parameters import Cursor, PathId, QueryId
from studio.api.schemas import Strict
from studio.vocabulary.outgoing import DeliveryState, WebhookUrl


class WebhookIn(Strict):
    """An address to tell when jobs end."""

    url: WebhookUrl = Field(
        description="Of the open internet; of a private network only where the studio allows it. Or mailto: and an "
        "address of e-mail, where the studio has a mail server."
    )


class WebhookOut(Answer):
    """An address that is told when jobs end."""

    id: str
    url: str
    is_disabled: bool = Field(description="It answered 410, Gone, and is told nothing any more.")
    created_at: datetime


class WebhookMade(WebhookOut):
    """A new one, with the secret of its signatures: it is said here and never again."""

    secret: str = Field(description="Empty for e-mail.")


class WebhookList(PagedList):
    """All, newest first."""

    items: list[WebhookOut]


class DeliveryOut(Answer):
    """One message, and what became of it."""

    id: str
    type: str = Field(description="job.succeeded, job.failed or job.cancelled.")
    job_id: str
    state: DeliveryState
    attempts: int
    status: int | None = Field(description="Of the last answer; null where there was none.")
    error: str
    created_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


class DeliveryList(PagedList):
    """The newest 50, newest first."""

    items: list[DeliveryOut]


def webhook_routes() -> APIRouter:
    """The routes of webhooks."""
    router = APIRouter(tags=["jobs"])

    @router.get("/webhooks", responses=problems(404, 422))
    def list_webhooks(mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None) -> WebhookList:
        """The addresses that are told when jobs end."""
        page = page_of(mine.webhooks.list_recent(), attrgetter("id"), cursor, limit)
        return WebhookList(items=[WebhookOut.of(hook) for hook in page.items], next_cursor=page.next_cursor)

    @router.post("/webhooks", status_code=status.HTTP_201_CREATED, responses=problems(409, 413, 422))
    def add_webhook(wanted: WebhookIn, mine: Mine) -> WebhookMade:
        """Have an address told when your jobs end: a POST with ids and the state, signed after Standard Webhooks
        (webhook-id, webhook-timestamp, webhook-signature), and sent again where it does not answer with 2xx."""
        return WebhookMade.of(mine.webhooks.add(wanted.url))

    @router.delete(
        "/webhooks/{webhook_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_webhook(webhook_id: PathId, mine: Mine) -> None:
        """Tell an address nothing any more, not even what waits for it."""
        mine.webhooks.delete(webhook_id)

    @router.delete("/webhooks", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422))
    def delete_named_webhook(webhook_id: QueryId, mine: Mine) -> None:
        """The same, for programs that name it in the query."""
        mine.webhooks.delete(webhook_id)

    @router.get("/webhooks/{webhook_id}/deliveries", responses=problems(404, 422))
    def list_deliveries(
        webhook_id: PathId, mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None
    ) -> DeliveryList:
        """The newest messages to an address, and what became of each; kept for as long as the trash."""
        page = page_of(mine.webhooks.list_deliveries(webhook_id), attrgetter("id"), cursor, limit)
        return DeliveryList(items=[DeliveryOut.of(one) for one in page.items], next_cursor=page.next_cursor)

    return router

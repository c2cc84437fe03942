"""How Alembic meets the store: on the connection, and in the transaction, that `store.migrate` hands it."""

from __future__ import annotations

from alembic import context

from store.records import Record

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_as_batch=True,
)
context.run_migrations()

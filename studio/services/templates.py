"""Templates: saved orders with some fields left open, used for new orders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from pipelines.errors import PipelineError, RequestRefused
from pipelines.prompt.persona import check_persona
from pipelines.types import Persona
from store.documents import MOST_DOCUMENTS, DocumentsOfKind
from store.rows import DocumentRow
from studio.errors import TooManyDocuments
from studio.services.orders import is_edited, refuse_several_redrawn
from studio.services.own_poses import OwnPoses
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values, to_json
from studio.vocabulary.library import UNCHANGED, Unchanged
from studio.vocabulary.order import ORDER_FIELDS, GenerationOrder, read_order
from studio.vocabulary.template import SAID_TOGETHER, OpenFields, OrderTemplate, TemplateName


class Templates(PersonalService):
    """The templates of one person."""

    def list_recent(self) -> Sequence[OrderTemplate]:
        """Newest first; one that this version cannot read says so."""
        return [view_template(row) for row in self._store.documents.list_recent(self._owner, "template")]

    def get(self, template_id: str) -> OrderTemplate:
        """One template. Raises NotFound, and RequestRefused for one that this version cannot read."""
        template = view_template(self._store.documents.get(self._owner, template_id, kind="template"))
        if template.unreadable:
            raise RequestRefused(template.unreadable)
        return template

    def add(self, name: str, order: GenerationOrder, open_fields: Sequence[str] = ()) -> OrderTemplate:
        """Keep an order as a template; own poses travel in it. Raises RequestRefused, PersonaRefused,
        TooManyDocuments."""
        content = self._content(order, open_fields)
        check_values(name=(TemplateName, name))
        if len(self._store.documents.list_recent(self._owner, "template")) >= MOST_DOCUMENTS:
            raise TooManyDocuments
        with self._store.begin() as transaction:
            row = self._store.documents.add(
                transaction, self._owner, kind="template", name=name, content=content
            )
        return view_template(row)

    def add_of(self, generation_id: str, name: str, open_fields: Sequence[str] = ()) -> OrderTemplate:
        """Keep what a generation was ordered with; words that were written from its persona are written anew when it
        is used. Raises NotFound, and what `add` raises."""
        return self.add(name, self.order_of(generation_id), open_fields)

    def order_of(self, generation_id: str) -> GenerationOrder:
        """What a generation was ordered with, as a template keeps it. Raises NotFound, RequestRefused."""
        order = read_order(self._store.generations.get(self._owner, generation_id).generation.order)
        return order if is_edited(order) else replace(order, prompt=None, negative_prompt=None)

    def update(
        self,
        template_id: str,
        *,
        name: str | Unchanged = UNCHANGED,
        order: GenerationOrder | Unchanged = UNCHANGED,
        open_fields: Sequence[str] | Unchanged = UNCHANGED,
    ) -> OrderTemplate:
        """Change what is given. Raises NotFound, and what `add` raises."""
        kept = self.get(template_id)
        wanted = kept.order if isinstance(order, Unchanged) else order
        opened = kept.open if isinstance(open_fields, Unchanged) else open_fields
        said_name = kept.name if isinstance(name, Unchanged) else name
        check_values(name=(TemplateName, said_name))
        content = self._content(wanted, opened)
        with self._store.begin() as transaction:
            row = self._store.documents.update(
                transaction, self._owner, template_id, name=said_name, content=content
            )
        return view_template(row)

    def fill(self, template_id: str, order: GenerationOrder, said: Collection[str]) -> GenerationOrder:
        """The template's order, with the fields of `order` that are `said` in place of its own.

        Raises NotFound, and RequestRefused naming those that it leaves open and nobody said.
        """
        template = self.get(template_id)
        given = {name for one in said for name in (one, *SAID_TOGETHER.get(one, ()))}
        missing = [name for name in template.open if name not in given]
        if missing:
            raise RequestRefused(
                f"The template “{template.name}” leaves open: {', '.join(missing)}. Say so much."
            )
        taken: dict[str, Any] = {name: getattr(order, name) for name in ORDER_FIELDS if name in given}
        return replace(template.order, **taken)

    def delete(self, template_id: str, *, purge: bool = False) -> None:
        """Put a template into the trash; or, with `purge`, delete it for good. Raises NotFound."""
        self._delete(DocumentsOfKind(table=self._store.documents, kind="template"), template_id, purge=purge)

    def restore(self, template_id: str) -> OrderTemplate:
        """Take a template out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            row = DocumentsOfKind(table=self._store.documents, kind="template").restore(
                transaction, self._owner, template_id
            )
        return view_template(row)

    def _content(self, order: GenerationOrder, open_fields: Sequence[str]) -> dict[str, Any]:
        check_values(open=(OpenFields, tuple(open_fields)))
        check_persona(order.persona)
        refuse_several_redrawn(order)
        own = [pose for pose in order.poses if pose not in order.given_poses]
        carried = OwnPoses(self._resources, self._person).carry(own)
        order = replace(order, given_poses={**carried, **order.given_poses})
        read_order(to_json(order))  # what is stored can be read again
        return {"order": to_json(order), "open": list(open_fields)}


def view_template(row: DocumentRow) -> OrderTemplate:
    """What is shown of a template."""
    order, unreadable = GenerationOrder(persona=Persona()), ""
    try:
        order = read_order(row.content["order"])
    except PipelineError as error:
        unreadable = f"The template “{row.name}” cannot be read here. {error.message}"
    return OrderTemplate(
        id=row.id,
        name=row.name,
        order=order,
        open=tuple(row.content["open"]),
        unreadable=unreadable,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )

"""Persona presets: personas that are kept to begin with; nobody is made of them yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.errors import PipelineError
from pipelines.prompt.persona import check_persona
from pipelines.types import Persona
from store.documents import MOST_DOCUMENTS, DocumentsOfKind
from store.rows import DocumentRow
from studio.errors import TooManyDocuments
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values, from_json, to_json
from studio.vocabulary.template import PersonaPreset, TemplateName


class PersonaPresets(PersonalService):
    """The persona presets of one person."""

    def list_recent(self) -> Sequence[PersonaPreset]:
        """Newest first; one that this version cannot read says so."""
        return [view_preset(row) for row in self._store.documents.list_recent(self._owner, "persona")]

    def get(self, preset_id: str) -> PersonaPreset:
        """One preset. Raises NotFound."""
        return view_preset(self._store.documents.get(self._owner, preset_id, kind="persona"))

    def add(self, name: str, persona: Persona) -> PersonaPreset:
        """Keep a persona. Raises PersonaRefused, RequestRefused, TooManyDocuments."""
        check_values(name=(TemplateName, name))
        check_persona(persona)
        if len(self._store.documents.list_recent(self._owner, "persona")) >= MOST_DOCUMENTS:
            raise TooManyDocuments
        content = {"persona": to_json(replace(persona, name=name))}
        with self._store.begin() as transaction:
            row = self._store.documents.add(
                transaction, self._owner, kind="persona", name=name, content=content
            )
        return view_preset(row)

    def update(
        self, preset_id: str, *, name: str | None = None, persona: Persona | None = None
    ) -> PersonaPreset:
        """Change what is given; None leaves it as it is. Raises NotFound, PersonaRefused, RequestRefused."""
        kept = self.get(preset_id)
        wanted, said_name = persona or kept.persona, name or kept.name
        check_values(name=(TemplateName, said_name))
        check_persona(wanted)
        content = {"persona": to_json(replace(wanted, name=said_name))}
        with self._store.begin() as transaction:
            row = self._store.documents.update(
                transaction, self._owner, preset_id, name=said_name, content=content
            )
        return view_preset(row)

    def delete(self, preset_id: str, *, purge: bool = False) -> None:
        """Put a preset into the trash; or, with `purge`, delete it for good. Raises NotFound."""
        self._delete(DocumentsOfKind(table=self._store.documents, kind="persona"), preset_id, purge=purge)

    def restore(self, preset_id: str) -> PersonaPreset:
        """Take a preset out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            return view_preset(
                DocumentsOfKind(table=self._store.documents, kind="persona").restore(
                    transaction, self._owner, preset_id
                )
            )


def view_preset(row: DocumentRow) -> PersonaPreset:
    """What is shown of a preset."""
    persona, unreadable = Persona(), ""
    try:
        persona = from_json(Persona, row.content["persona"])
    except PipelineError as error:
        unreadable = f"The persona “{row.name}” cannot be read here. {error.message}"
    return PersonaPreset(
        id=row.id,
        name=row.name,
        persona=persona,
        unreadable=unreadable,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )

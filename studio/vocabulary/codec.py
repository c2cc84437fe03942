"""Dataclasses of the vocabulary to plain JSON and back, checked by their own type hints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipelines.errors import PersonaRefused, RequestRefused
from studio.vocabulary.findings import is_underage, say_finding

T = TypeVar("T")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}  # made when first used: making one takes a millisecond


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def to_json(value: Any) -> Any:
    """The plain form of a dataclass: only what json.dumps takes."""
    return _adapter(type(value)).dump_python(value, mode="json")


def check_values(**given: tuple[Any, Any]) -> None:
    """Hold values to their types, name=(type, value). Raises RequestRefused, naming the one that does not fit."""
    for name, (kind, value) in given.items():
        try:
            TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise RequestRefused(f"“{name}” does not fit: it {say_finding(first)}.") from error


def from_json(kind: type[T], stored: Mapping[str, Any]) -> T:
    """The dataclass again. Raises RequestRefused, naming the field that does not fit, and PersonaRefused."""
    try:
        return _adapter(kind).validate_python(stored)
    except ValidationError as error:
        findings = error.errors(include_url=False, include_input=False)
        if any(is_underage(finding) for finding in findings):
            raise PersonaRefused from error
        first = findings[0]
        place = ".".join(str(part) for part in first["loc"]) or kind.__name__
        raise RequestRefused(f"“{place}” does not fit: it {say_finding(first)}.") from error

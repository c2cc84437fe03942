"""What a field can hold, said once, beside the field: read by whoever takes it from a person or a program.

A bound is written into a dataclass's annotation (`age: Annotated[int, Between(18, 110)]`). REST's description,
stored rows, the window's fields and the command line read it from there. pydantic asks each bound for its schema;
nothing of pydantic is imported before it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

NO_CONTROL_CHARACTERS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # tabs and new lines are fine
ONLY_WHAT_IS_KNOWN = {"extra": "forbid"}  # for pydantic: an unknown field is refused
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `least` to `most`, both included; `above` is excluded. A whole one may be written 7.0."""

    least: float | None = None
    most: float | None = None
    above: float | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        given = {"ge": self.least, "le": self.most, "gt": self.above}
        limits: dict[str, Any] = {name: limit for name, limit in given.items() if limit is not None}
        if source is not int:
            return core_schema.float_schema(**limits, allow_inf_nan=False, strict=True)
        whole: dict[str, Any] = {name: int(limit) for name, limit in limits.items()}
        return core_schema.no_info_before_validator_function(
            _as_whole, core_schema.int_schema(**whole, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Text:
    """A text of so many characters, without control characters, and without new lines where it is one line."""

    most: int
    least: int = 0
    pattern: str = NO_CONTROL_CHARACTERS

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.str_schema(
            pattern=self.pattern, max_length=self.most, min_length=self.least or None, strict=True
        )


@dataclass(frozen=True, slots=True)
class Plain:
    """True or false, or a text without bounds: no number that could be read as one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source) | {"strict": True}


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A text that is one of these keys; the description lists them."""

    keys: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.literal_schema(list(self.keys))


@dataclass(frozen=True, slots=True)
class Several:
    """A tuple of so many items, each once where they are a choice; JSON's lists are taken."""

    most: int
    least: int = 0
    each_once: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        items = handler(source)["items_schema"][0]
        several = core_schema.tuple_variable_schema(
            items, min_length=self.least or None, max_length=self.most, strict=False
        )
        if not self.each_once:
            return several
        return core_schema.no_info_after_validator_function(_refuse_twice, several)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        described = handler(schema)
        return described | ({"uniqueItems": True} if self.each_once else {})


@dataclass(frozen=True, slots=True)
class Numbers:
    """A mapping from some of these keys to numbers from `least` to `most`, both included."""

    keys: tuple[str, ...]
    least: float
    most: float

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        number = core_schema.float_schema(ge=self.least, le=self.most, allow_inf_nan=False, strict=True)
        return core_schema.dict_schema(core_schema.literal_schema(list(self.keys)), number)


@dataclass(frozen=True, slots=True)
class NumbersOf:
    """A mapping from some of these keys to numbers, each between bounds of its own: (key, least, most)."""

    ranges: tuple[tuple[str, float, float], ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        fields = {
            key: core_schema.typed_dict_field(
                core_schema.float_schema(ge=least, le=most, allow_inf_nan=False, strict=True)
            )
            for key, least, most in self.ranges
        }
        return core_schema.typed_dict_schema(fields, total=False, extra_behavior="forbid")


@dataclass(frozen=True, slots=True)
class Named:
    """A dataclass that may be written as its name alone: "glasses" for {"garment": "glasses"}."""

    field: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self._write_out, handler(source))

    def _write_out(self, given: Any) -> Any:
        return {self.field: given} if isinstance(given, str) else given


@cache  # reading a class's hints takes milliseconds
def find_bound(kind: type, name: str) -> Any:
    """The bound of a dataclass's field; None where it has none."""
    hint = get_type_hints(kind, include_extras=True)[name]
    found = [hint, *get_args(hint)]  # "Annotated[…] | None" holds it one level deeper
    for one in found:
        for extra in getattr(one, "__metadata__", ()):
            if isinstance(extra, Between | Text | KeyOf | Several | Numbers | NumbersOf):
                return extra
    return None


def _as_whole(number: Any) -> Any:
    """JSON has one kind of number: 7.0 is as whole as 7."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _refuse_twice(items: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(items)) != len(items):
        raise ValueError("has to name each once")
    return items

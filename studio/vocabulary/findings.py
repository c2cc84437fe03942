"""What a description finds wrong with a value, in words for a person instead of the library's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]


def _plain(number: Any) -> str:
    return f"{int(number):d}" if float(number).is_integer() else f"{number:g}"


def _count(facts: Facts, noun: str) -> str:
    number = facts.get("max_length", facts.get("min_length"))
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _quote(expected: Any) -> str:
    return re.sub(r"'([^']*)'", r"“\1”", str(expected))


WHOLE_NUMBER = "has to be a whole number"
NUMBER = "has to be a number"
TRUE_OR_FALSE = "has to be true or false"
TEXT = "has to be text"
OBJECT = "has to be a JSON object"

# What is said after the field's name, by the kind of finding.
SAYS_OF_KIND: dict[str, str | Callable[[Facts], str]] = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is not a field that is taken here: leave it out, or look at its spelling",
    "extra_forbidden": "is not a field that is taken here: leave it out, or look at its spelling",
    "string_pattern_mismatch": "holds characters that are not taken here",
    "string_too_long": lambda facts: f"can be {_count(facts, 'character')} long at most",
    "string_too_short": lambda facts: (
        "cannot be empty"
        if facts["min_length"] == 1
        else f"has to be {_count(facts, 'character')} long at least"
    ),
    "too_long": lambda facts: f"can hold {_count(facts, 'item')} at most",
    "too_short": lambda facts: f"has to hold {_count(facts, 'item')} at least",
    "greater_than_equal": lambda facts: f"has to be {_plain(facts['ge'])} or more",
    "less_than_equal": lambda facts: f"has to be {_plain(facts['le'])} or less",
    "greater_than": lambda facts: f"has to be more than {_plain(facts['gt'])}",
    "less_than": lambda facts: f"has to be less than {_plain(facts['lt'])}",
    "literal_error": lambda facts: f"can be {_quote(facts['expected'])}",
    "enum": lambda facts: f"can be {_quote(facts['expected'])}",
    "value_error": lambda facts: str(facts["error"]),
    "timezone_aware": "has to say its zone, as 2026-01-31T12:00:00Z does",
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_parsing_size": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": TRUE_OR_FALSE,
    "bool_parsing": TRUE_OR_FALSE,
    "string_type": TEXT,
    "string_unicode": "has to be text that can be written as UTF-8",
    "list_type": "has to be a list",
    "tuple_type": "has to be a list",
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dataclass_type": OBJECT,
}
SAYS_OF_OTHERS = "cannot be used as it is"


def say_finding(finding: Mapping[str, Any]) -> str:
    """What the value has to be, to be put after its name: "has to be a whole number"."""
    says = SAYS_OF_KIND.get(finding["type"], SAYS_OF_OTHERS)
    return says if isinstance(says, str) else says(finding.get("ctx", {}))


def is_underage(finding: Mapping[str, Any]) -> bool:
    """Whether this is an age under 18, which is said before everything else."""
    return bool(finding["type"] == "greater_than_equal" and finding["loc"] and finding["loc"][-1] == "age")

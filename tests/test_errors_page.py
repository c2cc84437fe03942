"""docs/troubleshooting.md: its tables are the code's, and each code means one thing."""

from __future__ import annotations

from collections import Counter

from pipelines.photo.errors import REFUSALS
from tests.errors_page import PAGE, error_classes, write_page


def test_the_page_lists_every_code_with_its_sentence() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert write_page(page) == page, "python -m tests.errors_page"
    assert page.count("\n| `") > len(REFUSALS) + 60


def test_every_error_says_what_happened_in_whole_sentences() -> None:
    for kind in error_classes():
        said = " ".join((kind.__doc__ or "").split())
        assert said[:1].isupper(), kind
        assert said.endswith((".", '"/path".')), f"{kind}: {said}"


def test_a_code_belongs_to_one_error() -> None:
    codes = Counter(kind.code for kind in error_classes() if "code" in vars(kind))
    assert [code for code, number in codes.items() if number > 1] == []

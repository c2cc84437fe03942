"""Every route answers as the description of REST says that it does, whatever is asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.promises import find_broken_promises

EXAMPLES = 6  # of every route and phase; `python -m tests.api.promises` makes more


@pytest.mark.slow
@pytest.mark.timeout(1200)  # every route, beside other tests
def test_routes_keep_their_word(tmp_path: Path) -> None:
    broken = list(find_broken_promises(tmp_path, examples=EXAMPLES, is_quick=True))
    assert not broken, "\n".join(sorted(set(broken)))

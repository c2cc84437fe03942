"""How the tests are shared out where several run at once (`-n 2`): a file stays together, and so do all browsers."""

from __future__ import annotations

import pytest

BROWSERS = "browsers"  # one at a time: two chromiums and two servers on two cores wait for each other


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name each test's group; the longest group, the browsers, is the first to be taken."""
    if not hasattr(config, "workerinput"):  # nothing is shared out
        return
    for item in items:
        is_browser = item.get_closest_marker("browser") is not None
        group = BROWSERS if is_browser else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)

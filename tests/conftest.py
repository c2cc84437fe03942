"""How the tests are shared out where several run at once (`-n 2`): a file stays together, and so do all browsers."""

from __future__ import annotations

from typing import Any

import pytest

BROWSERS = "browsers"  # one at a time: two chromiums and two servers on two cores wait for each other
BROWSER_FILES = ("tests/ui/test_browser", "tests/ui/test_walk")


def group_of(nodeid: str) -> str:
    """What a test stays together with: its file, or all tests that drive a browser."""
    return BROWSERS if nodeid.startswith(BROWSER_FILES) else nodeid.partition("::")[0]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest group, the browsers, is the first to be taken."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: group_of(item.nodeid) != BROWSERS)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out whole groups, in the order of collection."""
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return GroupScheduling(config, log)

"""Who runs what with `-n` (pytest-xdist): the tests of one running stack stay together, on one worker, and begin first.

Starting a stack costs more than most of its tests. xdist's own marks for that (`--dist loadgroup`) do nothing under
pytest 9.2, silently; so what is shared is named here, by module.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

#: Modules, or folders of them, whose tests have a stack in common; and the longest of the others, not to end with it.
SHARED = {
    "tests/demo/": "show",
    "tests/journeys/test_suzie.py": "story",
    "tests/platform/test_supervisor.py": "supervisor",
    "tests/prove/test_races.py": "races",
    "tests/requirements/test_p29_contract.py": "contract",
}
#: Fixtures that start the product's processes for more than one test.
STACKS = frozenset({"stack", "base"})


class TogetherByStack(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """The fullest groups first, then every other test alone, in the order they were found."""

    def _split_scope(self, nodeid: str) -> str:
        return find_shared(nodeid) or nodeid


def find_shared(nodeid: str) -> str | None:
    return next((name for place, name in SHARED.items() if nodeid.startswith(place)), None)


def expect_named(items: list[pytest.Item]) -> None:
    """A module whose stack several workers would start says so before they do."""
    for item in items:
        if STACKS & set(getattr(item, "fixturenames", ())) and find_shared(item.nodeid) is None:
            raise pytest.UsageError(f"{item.nodeid} uses a running stack: name its module in tests/sharing.py")

"""The step whose effect can be counted is known while journeys are tested."""

from collections.abc import Iterator

import pytest

from campaigns.journeys.ports import step_kinds
from tests.journeys.factories import LeaveMark


@pytest.fixture(autouse=True)
def leave_mark() -> Iterator[type[LeaveMark]]:
    kinds = step_kinds._providers
    kinds["leave_mark"] = (900, LeaveMark())
    yield LeaveMark
    LeaveMark.fail_with.clear()
    kinds.pop("leave_mark", None)

"""What tests of the catalogue share."""

import pytest

from omnichannel.kernel.context import Context
from tests.catalog.factories import TaxCategoryFactory


@pytest.fixture
def by() -> Context:
    return Context(channel="system", actor="staff:1")


@pytest.fixture
def standard_tax(db):
    """The one the migrations make."""
    return TaxCategoryFactory()

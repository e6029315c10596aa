"""B6, stock part: 500 takes at once on 50 units over 3 places, tills and pickup holds mixed: exactly 50, no deadlock.

(The whole checkout's proof stands with the orders.)
"""

import random

import pytest

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.errors import InsufficientStock
from stores.models import StockLevel
from stores.services import stock
from stores.services.reconciling import reconcile_stock
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory
from tests.stores.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_five_hundred_takes_sell_exactly_fifty():
    variant = VariantFactory()
    levels = [StockLevelFactory(store=StoreFactory(), variant=variant, on_hand=units) for units in (20, 20, 10)]

    def shopper(seed):
        def take_25():
            chance, taken = random.Random(seed), 0
            for _ in range(25):
                for level in chance.sample(levels, 3):
                    try:
                        if chance.random() < 0.5:
                            stock.sell_now(
                                store_id=level.store_id,
                                lines={variant.id: 1},
                                reference_kind="order",
                                reference_id=uuid7(),
                                by=SYSTEM,
                                at=now(),
                            )
                        else:
                            stock.hold_stock(
                                store_id=level.store_id,
                                wanted={variant.id: 1},
                                holder_kind="order",
                                holder_id=uuid7(),
                                until=None,
                                by=SYSTEM,
                                at=now(),
                            )
                    except InsufficientStock:
                        continue
                    taken += 1
                    break
            return taken

        return take_25

    assert sum(race([shopper(seed) for seed in range(20)])) == 50
    assert sum(level.on_hand - level.reserved for level in StockLevel.objects.all()) == 0
    assert reconcile_stock(repair=False, by=SYSTEM, at=now()) == []

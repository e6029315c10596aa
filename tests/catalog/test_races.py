"""Two people change one price at once: with the product locked both changes stand in the history, one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.errors import CategoryCycle
from catalog.models import Category, Price, Product, ProductDocument, Variant
from catalog.services.categories import create_category, ensure_categories, move_category
from catalog.services.data import PriceData, ProductData, VariantData
from catalog.services.prices import apply_prices, plan_prices, set_prices
from catalog.services.products import create_product
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("standard_tax")]
WRITERS = 8


def together(calls: list[Callable[[], object]]) -> list[object]:
    """Run all at once, each on a connection of its own; answers what each returned or raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return call()
        except (DomainError, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def variant(by):
    product = create_product(
        data=ProductData(
            name="Dune dress", status="active", variants=(VariantData(sku="DUNE", prices=(PriceData("USD", 9000),)),)
        ),
        by=by,
        at=now(),
    )
    return Variant.objects.get(product=product)


def test_price_changes_at_once_all_stand_in_the_history(variant, by):
    # given a product at its second version
    version = Product.objects.get(pk=variant.product_id).version
    # when eight people set eight prices at once
    results = together(
        [
            lambda n=n: set_prices(variant_id=variant.pk, prices=[PriceData("USD", 100 + n)], by=by, at=now())
            for n in range(WRITERS)
        ]
    )
    # then nobody was refused, every price is a row, the spans touch and do not overlap, and one is open
    assert not [result for result in results if isinstance(result, Exception)]
    rows = list(Price.objects.filter(variant=variant, withdrawn_at=None).order_by("valid_from"))
    assert sorted(row.amount_minor for row in rows) == [*range(100, 100 + WRITERS), 9000]
    assert [row.valid_until for row in rows[:-1]] == [row.valid_from for row in rows[1:]] and rows[
        -1
    ].valid_until is None
    # and the document shows the open one, at a version for each change
    product = Product.objects.get(pk=variant.product_id)
    assert product.version == version + WRITERS
    assert ProductDocument.objects.get(product=product, currency="USD").price_minor in {
        row.amount_minor for row in rows
    }


def test_without_the_lock_the_changes_collide(variant, by):
    # given the same change without the product's lock, both planned before either is written
    planned = Barrier(2)

    def unlocked(amount: int) -> None:
        with transaction.atomic():
            changes = plan_prices([(variant, [PriceData("USD", amount)])], now())
            planned.wait()
            apply_prices(changes, by=by, at=now(), publish=False)

    # when two run at once
    results = together([lambda: unlocked(1), lambda: unlocked(2)])
    # then one is refused by the database, which is what the lock is for
    assert [type(result) for result in results].count(IntegrityError) == 1
    assert Price.objects.filter(variant=variant, valid_until=None).count() == 1


def test_two_moves_at_once_never_make_a_ring():
    # given two categories side by side
    one, two = create_category(name="One"), create_category(name="Two")
    # when each is put below the other at once
    results = together(
        [
            lambda: move_category(category_id=one.pk, parent_id=two.pk, at=now()),
            lambda: move_category(category_id=two.pk, parent_id=one.pk, at=now()),
        ]
    )
    # then one move stands and the other is refused
    assert [type(result) for result in results].count(CategoryCycle) == 1
    assert sorted(Category.objects.values_list("path", flat=True)) in (["one", "one/two"], ["two", "two/one"])


def test_the_same_new_branch_made_by_many_is_made_once():
    results = together([lambda: ensure_categories(paths=["Women > Dresses > Long"]) for _ in range(4)])
    assert not [result for result in results if isinstance(result, Exception)]
    assert list(Category.objects.values_list("path", flat=True)) == ["women", "women/dresses", "women/dresses/long"]

"""Many at once on one code, one budget, one person's limit; and what happens without the guard."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from campaigns.offers.errors import CodeUsed, OfferUsedByPerson, OfferUsedUp
from campaigns.offers.models import Code, Offer, PersonUse, Redemption
from campaigns.offers.services.claiming import claim_offers
from campaigns.offers.services.publishing import Limits
from campaigns.offers.services.rolling_back import roll_back_order
from carts.ports import Adjustment, CartSnapshot, SnapshotCode
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from orders.models import Order
from tests.offers.world import amount, percent, publish, shared_code

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


def orders(count: int, **fields: Any) -> list[UUID]:
    """Orders as they stand at the moment offers are claimed."""
    made = Order.objects.bulk_create(
        Order(
            id=uuid7(), number=f"R{place}", currency="USD", items_minor=5000, total_minor=5000,
            current_total_minor=5000, channel="web", placed_at=now(), **{"email": f"p{place}@example.com", **fields},
        )
        for place in range(count)
    )  # fmt: skip
    return [order.pk for order in made]


def claim(offer: Offer, order_id: UUID, code: Code | None = None, minor: int = 500, email: str = "") -> str:
    """One buyer's claim in a transaction of its own: what it came to."""
    text = code.code if code else ""
    snapshot = CartSnapshot(
        cart_id=uuid7(), version=1, currency="USD", at=now(), lines=(), email=email,
        codes=(SnapshotCode(text, "offers"),) if text else (),
    )  # fmt: skip
    row = Adjustment(
        kind="discount", amount_minor=-minor, label="x", code=text, source="offers", reference=str(offer.live_id)
    )
    try:
        with transaction.atomic():
            claim_offers(snapshot=snapshot, adjustments=[row], order_id=order_id, at=now())
        return "claimed"
    except (CodeUsed, OfferUsedUp, OfferUsedByPerson) as error:
        return error.problem_code
    finally:
        connection.close()


def at_once(calls: list[Any]) -> list[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda call: call(), calls))


def test_two_hundred_redemptions_of_a_single_use_code_come_to_one():
    offer = publish("ten", percent("10"), by_code=True)
    code = shared_code(offer, "ONCE", max_uses=1)
    answers = at_once([lambda order=order: claim(offer, order, code) for order in orders(200)])
    assert (answers.count("claimed"), answers.count("code_used")) == (1, 199)
    code.refresh_from_db()
    assert (code.uses, Redemption.objects.count()) == (1, 1)


def test_control_without_the_guard_one_code_is_used_more_than_once():
    # given a code that is read first and written from what was read, as a claim without its lock would
    offer = publish("ten", percent("10"), by_code=True)
    code = shared_code(offer, "ONCE", max_uses=1)
    import threading

    barrier = threading.Barrier(AT_ONCE)

    def use() -> str:
        try:
            found = Code.objects.get(pk=code.pk)
            barrier.wait(30)
            if found.uses >= 1:
                return "code_used"
            Code.objects.filter(pk=code.pk).update(uses=found.uses + 1)
            return "claimed"
        finally:
            connection.close()

    assert at_once([use] * AT_ONCE).count("claimed") > 1


def test_a_budget_is_never_overstepped_by_a_cent():
    # given 17.50 to give away and a hundred carts that would get 3.00, 4.00 or 5.00
    offer = publish("five", amount(500), Limits(budget_minor=1750))
    calls = [
        lambda order=order, minor=300 + 100 * (place % 3): claim(offer, order, minor=minor)
        for place, order in enumerate(orders(100))
    ]
    answers = at_once(calls)
    offer.refresh_from_db()
    given = sum(Redemption.objects.values_list("amount_minor", flat=True))
    assert offer.used_minor == given <= 1750 and offer.used_minor > 1750 - 500
    assert offer.uses == answers.count("claimed") == Redemption.objects.count()


def test_one_person_uses_an_offer_once_whatever_is_open_at_the_same_time():
    offer = publish("ten", percent("10"), Limits(per_customer=1))
    answers = at_once([lambda order=order: claim(offer, order, email="Suzie@Example.com") for order in orders(40)])
    assert (answers.count("claimed"), answers.count("offer_used_by_person")) == (1, 39)
    assert PersonUse.objects.get().uses == 1


def test_many_codes_in_any_order_do_not_deadlock():
    offers = [publish(f"o{place}", percent("10"), Limits(max_uses=1000), by_code=True) for place in range(3)]
    codes = [shared_code(offer, f"CODE{place}", max_uses=1000) for place, offer in enumerate(offers)]

    def claim_all(order_id: UUID, turn: int) -> str:
        rows = [
            Adjustment(
                kind="discount", amount_minor=-100, label="x", code=code.code, source="offers", reference=str(offer.live_id)
            )
            for offer, code in zip(offers, codes, strict=True)
        ]  # fmt: skip
        rows = rows[turn % 3 :] + rows[: turn % 3]
        snapshot = CartSnapshot(cart_id=uuid7(), version=1, currency="USD", at=now(), lines=())
        try:
            with transaction.atomic():
                claim_offers(snapshot=snapshot, adjustments=rows, order_id=order_id, at=now())
            return "claimed"
        finally:
            connection.close()

    answers = at_once([lambda order=order, turn=turn: claim_all(order, turn) for turn, order in enumerate(orders(60))])
    assert answers == ["claimed"] * 60
    assert list(Code.objects.values_list("uses", flat=True)) == [60] * 3


def test_using_up_and_giving_back_at_the_same_time_do_not_deadlock():
    # given one code that many use, of an offer with a budget and a limit for each person
    offer = publish("ten", percent("10"), Limits(budget_minor=10_000_000, per_customer=50), by_code=True)
    code = shared_code(offer, "MANY", max_uses=10_000)
    placed = orders(60)
    assert set(
        at_once([lambda order=order: claim(offer, order, code, email="a@example.com") for order in placed[:30]])
    ) == {"claimed"}

    def give_back(order_id: UUID) -> str:
        try:
            with transaction.atomic():
                roll_back_order(order_id=order_id, whole=True, at=now())
            return "back"
        finally:
            connection.close()

    # when thirty come back while thirty others are placed
    calls = [
        call
        for old, new in zip(placed[:30], placed[30:], strict=True)
        for call in (lambda old=old: give_back(old), lambda new=new: claim(offer, new, code, email="a@example.com"))
    ]
    answers = at_once(calls)
    # then each has its effect once
    assert (answers.count("back"), answers.count("claimed")) == (30, 30)
    offer.refresh_from_db()
    code.refresh_from_db()
    assert (code.uses, offer.uses, offer.used_minor) == (30, 30, 30 * 500)
    assert PersonUse.objects.get().uses == 30

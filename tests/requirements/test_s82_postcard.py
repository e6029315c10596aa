"""S82: the postcard in the parcel shows items that go with the order, a single-use code and the way in."""

from datetime import timedelta

import pytest

from campaigns.messages.services.printing import make_postcard, read_print
from catalog.services.documents import refresh_documents
from catalog.services.relations import set_relations
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Order
from tests.messages.people import willing
from tests.orders.shop import checkout, customer, fill, for_shipping, stocked
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_card_goes_with_the_order(web):
    # given a dress that a hat goes with, ordered
    store = StoreFactory(ships=True)
    dress, hat = stocked(store), stocked(store)
    set_relations(product_id=dress.product_id, kind="accessory", related_ids=[hat.product_id], by=SYSTEM, at=now())
    refresh_documents(product_ids=[dress.product_id, hat.product_id], at=now())
    suzie = willing(first_name="Suzie")
    web(suzie)
    suzie.refresh_from_db()
    me = customer(suzie.user)
    fill(me, (dress, 1))
    for_shipping(me)
    bought = checkout(me)
    assert bought.status_code == 201, bought.content
    order = Order.objects.get(customer=suzie)
    # when
    code = {"code": "ONCE-7F3K", "label": "10% off", "expires_at": (now() + timedelta(days=60)).isoformat()}
    card = make_postcard(
        customer_id=suzie.pk, order_id=order.pk, data={"code": code}, dedup_key=f"postcard:{order.pk}", at=now()
    )
    # then
    assert card.words["items"] == [hat.product.name] and card.words["code"] == "ONCE-7F3K"
    assert "token=" in card.words["join_url"] and read_print(card).startswith(b"%PDF")

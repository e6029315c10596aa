"""S18, S85: the mail about a cart left behind shows what is in it, with a code of its own and the way back."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.messages.services.sending import send_due
from carts.models import Cart
from omnichannel.kernel.clock import now
from tests.messages.conftest import html_of, plain_of, smtp  # noqa: F401
from tests.messages.people import proposed, willing
from tests.orders.shop import stocked
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_jacket_its_price_the_code_and_the_link_back(client, web, smtp):  # noqa: F811
    # given
    suzie = willing(first_name="Suzie")
    me = web(suzie)
    variant = stocked(StoreFactory(ships=True))
    assert me.post_json("/cart/lines", {"sku": variant.sku, "quantity": 1}).status_code in (200, 201)
    cart = Cart.objects.get(customer=suzie)
    # when a journey proposes the mail with the code it issued
    expires = now() + timedelta(days=2)
    verdict = proposed(
        suzie, "abandoned_cart", priority=100,
        data={"code": {"code": "JACKET-9F3K", "label": "10% off", "expires_at": expires.isoformat()}},
        utm={"utm_source": "omnichannel", "utm_medium": "email", "utm_campaign": "abandoned_cart"},
    )  # fmt: skip
    assert (verdict.outcome, verdict.reason) == ("send", "Every check was passed.")
    send_due(at=now())
    # then
    [mail] = smtp.mails
    name = variant.product.name
    for part in (html_of(mail), plain_of(mail)):
        assert name in part and "JACKET-9F3K" in part and f"{expires:%M:%S}" in part
    # and the link restores this cart, with its campaign
    [link] = [word for word in plain_of(mail).split() if "cart=" in word]
    given = parse_qs(urlsplit(unescape(link)).query)
    assert given["utm_campaign"] == ["abandoned_cart"] and given["code"] == ["JACKET-9F3K"]
    restored = client.post("/api/v1/cart-links/restore", {"token": given["cart"][0]}, content_type="application/json")
    assert str(cart.pk) in restored.content.decode()


def test_without_a_cart_nothing_is_sent(smtp):  # noqa: F811
    assert proposed(willing(), "abandoned_cart").code == "content"

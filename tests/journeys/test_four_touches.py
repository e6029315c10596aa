"""Four touches: an ad, the newsletter with its one code, a reminder of what was looked at, a QR in the store."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

from campaigns.journeys.models import Enrolment
from campaigns.journeys.services.advancing import advance_due
from campaigns.journeys.services.defaults import default_graph
from campaigns.messages.models import Decision
from campaigns.messages.services.sending import send_due
from campaigns.offers.services.publishing import ensure_ready_made
from customers.services.consent import give_consent
from customers.services.sources import create_source
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory, UserFactory
from tests.journeys.story.mails import html_of, text_of
from tests.journeys.story.stage import StageHere, basic, said
from tests.messages.conftest import smtp  # noqa: F401  a real mail server
from tests.requirements.world import World, add, check_out, staff_of, web_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db(transaction=True)
AD = "utm_source=google&utm_medium=cpc&utm_campaign=jackets&gclid=G-4"
BROWSER_ID = "lenas-browser-0001"


def publish(staff: Any, key: str, graph: dict[str, Any]) -> None:
    journey = said(staff.post_json("/journeys", {"key": key, "name": key, "graph": graph}), 201)["id"]
    said(staff.post_json(f"/journeys/{journey}/publish", {}))


def test_an_order_is_attributed_to_the_ad_the_newsletter_and_the_store(smtp: Any) -> None:  # noqa: F811
    world, staff = World.build(), staff_of(is_superuser=True)
    world.sell("JACKET", 9900)
    ensure_ready_made(key="newsletter-10", by=SYSTEM, at=now())
    publish(staff, "newsletter_welcome", default_graph("newsletter_welcome", welcome_offer="newsletter-10"))
    stage = StageHere({}, smtp, dict)
    _, write_key = create_source(name="Shop", channel="web", by=SYSTEM, at=now())
    page = stage.client(basic(write_key))
    # given an ad's click on a jacket by somebody nobody knows
    seen = {
        "type": "track", "event": "Product Viewed", "messageId": "seen-0001", "anonymousId": BROWSER_ID,
        "properties": {"sku": "JACKET"},
        "context": {
            "userAgent": "Mozilla/5.0", "page": {"url": f"https://shop.example/jacket?{AD}"},
            "campaign": {"source": "google", "medium": "cpc", "name": "jackets"},
        },
    }  # fmt: skip
    said(page.call("POST", "/v1/batch", {"batch": [seen]}))
    # when they ask for the newsletter and confirm it, twice
    visitor = stage.client({"X-Anonymous-Id": BROWSER_ID})
    said(visitor.call("POST", "/newsletter", {"email": "lena@example.com"}), 202)
    stage.settle()
    [asked] = smtp.to("lena@example.com")
    [token] = set(re.findall(r"/newsletter/([^/\s]+)/", text_of(asked)))
    for _ in range(2):
        said(visitor.call("POST", "/newsletter/confirm", {"token": token}))
    stage.settle()
    # then one code came, for ten per cent, and the visit before is theirs
    welcome = [mail for mail in smtp.to("lena@example.com") if "onfirm" not in str(mail["Subject"])]
    assert len(welcome) == 1
    [code] = re.findall(r"Your code: ([A-Z0-9-]+)", text_of(welcome[0]))
    desk = key_api("customers:read", "insights:read", "orders:read")
    [lena] = said(desk.get_json("/customers?q=lena@example.com"))["items"]
    names = [row["name"] for row in said(desk.get_json(f"/customers/{lena['id']}/timeline?limit=100"))["items"]]
    assert {"Product Viewed", "newsletter.confirmed", "code.issued"} <= set(names)
    # when the mail is followed to the shop, and later
    stage.mails_were_read()
    link = urlsplit(unescape(next(iter(re.findall(r'href="([^"]*/m/c/[^"]*)"', html_of(welcome[0]))))))
    assert stage.client().call("GET", link.path).status_code == 302
    # the jacket is bought in the store with the code
    opened = said(world.till.post_json(f"/customers/{lena['id']}/cart"), 201)
    path = f"/carts/{opened['id']}"
    add(world.till, "JACKET", path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    cart = said(world.till.post_json(f"{path}/codes", {"code": code}))
    assert cart["totals"]["discount"]["amount_minor"] == -990
    order = check_out(world.till, {"provider": "cash"}, path=path)
    stage.settle()
    # then the ad, the mail and the store share it, to the cent
    found = said(desk.get_json(f"/insights/paths/{order['id']}"))
    assert {"ad", "email", "store"} <= {touch["kind"] for touch in found["touches"]}
    for model in ("first", "last", "linear", "time_decay", "position"):
        assert (
            sum(touch["credits"][model]["amount_minor"] for touch in found["touches"]) == found["net"]["amount_minor"]
        )


def test_the_house_comes_with_a_reminder_of_what_was_looked_at(smtp: Any) -> None:  # noqa: F811
    world, staff = World.build(), staff_of(is_superuser=True)
    jacket = world.sell("JACKET-10", 9900)
    world.sell("JACKET-12", 9900, product=jacket.product)
    ensure_ready_made(key="item-off-48h", by=SYSTEM, at=now())
    publish(staff, "browse_reminder", default_graph("browse_reminder", item_offer="item-off-48h"))
    stage = StageHere({}, smtp, dict)
    _, write_key = create_source(name="Shop", channel="web", by=SYSTEM, at=now())
    page = stage.client(basic(write_key))
    # given one who looks at a size of a jacket and goes away, one who puts it into the cart, one who wants no mail
    eager, quiet = (CustomerFactory(user=UserFactory(email=f"{name}@example.com")) for name in ("eager", "quiet"))
    for person in (world.suzie, eager):
        give_consent(
            customer_id=person.pk, channel="email", purpose="marketing", wording="1", source="test", proof={},
            by=SYSTEM, at=now(),
        )  # fmt: skip
    for person in (world.suzie, eager, quiet):
        seen = {
            "type": "track", "event": "Product Viewed", "messageId": f"seen-{person.pk}", "userId": str(person.pk),
            "properties": {"sku": "JACKET-10"}, "context": {"userAgent": "Mozilla/5.0"},
        }  # fmt: skip
        said(page.call("POST", "/v1/batch", {"batch": [seen]}))
    stage.settle()
    add(web_of(eager), "JACKET-10")
    stage.settle()
    assert smtp.mails == []
    # when a day has gone by
    tomorrow = now() + timedelta(hours=24, seconds=5)
    while advance_due(at=tomorrow):
        pass
    send_due(at=tomorrow + timedelta(hours=12))
    # then one mail shows that jacket, with a code for that size alone
    [mail] = smtp.mails
    words = text_of(mail)
    assert str(mail["Subject"]) == f"{jacket.product.name}: still thinking about it?"
    assert "Jacket 10  $99.00" in words and re.search(r"Look at it again: \S+[?&]product=jacket-10", words)
    [code] = said(world.web.get_json("/me/codes"))["items"]
    assert f"Your code: {code['code']}, until " in words
    add(world.web, "JACKET-12")
    add(world.web, "JACKET-10")
    cart = said(world.web.post_json("/cart/codes", {"code": code["code"]}))
    paid = {line["sku"]: line["line_total"]["amount_minor"] for line in cart["lines"]}
    assert paid == {"JACKET-12": 9900, "JACKET-10": 8400}
    told = {row.customer_id: (row.state, row.reason) for row in Enrolment.objects.all()}
    assert told[eager.pk] == ("exited", "They put something into the cart by themselves")
    # who wants no mail finds it in the app
    assert Decision.objects.get(customer=quiet).channel == "inbox"

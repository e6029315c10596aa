"""One life in sentences, in a real browser, at the three sizes."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.messages.models import Message
from customers.models import Merge
from customers.services.consent import give_consent, withdraw_consent
from customers.services.labels import set_label
from customers.services.merging import merge_customers
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from tests.customers.factories import CustomerFactory, StaffFactory, UserFactory
from tests.customers.test_tracking_api import Sender, identify, track
from tests.fixtures.auth import session_of
from tests.stores.factories import StoreFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [(1280, 800), (1024, 768), (390, 844)]
PICTURES = os.environ.get("PICTURES", "")


def live_a_life(suzie):
    """Two months: an ad, visits, a newsletter, a store, a merge."""
    shop, at = Sender(), now()
    store = StoreFactory(name="Harbour Street")
    ad = {"page": {"url": "https://shop.example/?utm_source=instagram&utm_campaign=Dunes&fbclid=F1"}}

    def sent(message, days):
        return {**message, "timestamp": (at - timedelta(days=days)).isoformat()}

    shop.send(
        "import",
        {
            "batch": [
                sent(track("Product Viewed", properties={"name": "Linen wrap dress"}, context=ad), 58),
                *[sent({"type": "page", "anonymousId": "visitor-1", "name": f"Jackets {n}", "messageId": str(uuid.uuid4())}, 58 - 4.3 * n) for n in range(12)],
                sent(track("Products Searched", properties={"query": "rain jacket"}), 9),
                sent(track("Product Viewed", properties={"name": "Quay rain jacket", "price": 168, "sku": "JKT-10"}), 8.9),
                sent(track("Checkout Started"), 0.01),
                sent(identify(suzie.pk), 30),
            ]
        },
    )  # fmt: skip
    for days, channel, place in [(20, "tablet", store.pk), (2, "mobile", None)]:
        give_consent(
            customer_id=suzie.pk, channel="email" if place else "push", purpose="marketing", wording="1",
            source="checkout", proof={}, by=Context(channel=channel, store_id=place), at=at - timedelta(days=days),
        )  # fmt: skip
    withdraw_consent(
        customer_id=suzie.pk,
        channel="sms",
        purpose="marketing",
        source="preferences",
        by=SYSTEM,
        at=at - timedelta(days=1),
    )
    guest = CustomerFactory(first_name="S.", last_name="Lindquist", email="suzie@example.com")
    merge_customers(from_id=guest.pk, to_id=suzie.pk, reason="same till card", by=SYSTEM, at=at - timedelta(days=3))
    set_label(customer_id=suzie.pk, kind="segment", key="coastal-linen", reason="bought linen twice", at=at)
    CustomerFactory(first_name="Susan", last_name="Lindqvist", email="susan@example.com", phone="+12075550131")


@pytest.fixture
def page(browser, live_server):
    boss = StaffFactory(is_superuser=True, name="Inês Rocha")
    context = browser.new_context()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(boss), "url": live_server.url}])
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("response", lambda answer: answer.status >= 500 and page.problems.append(answer.url))
    yield page
    context.close()


def picture(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=False)


def test_one_life_read_and_taken_apart(page, live_server):
    suzie = CustomerFactory(user=UserFactory(email="suzie@example.com"), phone="+12075550131")
    live_a_life(suzie)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}/admin/customers/customer/{suzie.pk}/profile/")
        page.wait_for_selector(".life-entry")
        picture(page, f"profile-{width}")
        # nothing is wider than the screen
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    withdraw_consent(
        customer_id=suzie.pk, channel="email", purpose="marketing", source="preferences", by=SYSTEM, at=now()
    )
    # she is written to: what the gate refuses stays typed, with its reason
    page.get_by_role("button", name="Write to Suzie").click()
    page.get_by_label("Subject").fill("Your jacket")
    page.get_by_role("textbox", name="Message").fill("It waits until Friday.")
    page.get_by_label("Goes by").select_option("email")
    page.get_by_label("It is").select_option("marketing")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Not sent.").wait_for()
    picture(page, "profile-letter")
    page.get_by_label("It is").select_option("transactional")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("It is on its way").wait_for()
    picture(page, "profile-letter-sent")
    page.get_by_role("button", name="Good").click()
    assert Message.objects.get(source="letter").subject == "Your jacket"
    # a note is left on the phone, and stands on the timeline
    page.get_by_role("button", name="Note", exact=True).click()
    assert page.get_by_role("button", name="Leave the note").is_disabled()
    page.get_by_label("Note", exact=True).fill("Rings twice when she collects")
    picture(page, "profile-note")
    page.get_by_role("button", name="Leave the note").click()
    page.get_by_role("button", name="Notes", exact=True).click()
    page.get_by_text("Inês Rocha noted: Rings twice when she collects").wait_for()
    page.get_by_role("button", name="All", exact=True).click()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_text("Viewed Linen wrap dress on the website, from “Dunes” (instagram)").wait_for()
    # narrowed down to visits
    page.get_by_role("button", name="Visits").click()
    page.wait_for_function("!document.querySelector('.life-time').textContent.includes('Said yes')")
    # the merge is undone, after a question
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo the merge").click()
    page.wait_for_function("!document.querySelector('.life-known').textContent.includes('Lindquist')")
    assert Merge.objects.get().undone_at is not None
    # and the browser's history let go
    page.get_by_role("button", name="Separate").click()
    picture(page, "profile-question")
    page.get_by_role("button", name="Separate").last.click()
    page.wait_for_function("!document.querySelector('.life-known').textContent.includes('A browser')")
    assert page.problems == []


def test_what_comes_in_is_watched(page, live_server):
    shop = Sender(name="Storefront")
    shop.batch(
        track(), "no object", {"type": "dance", "anonymousId": "v"}, track("Order Completed"), identify("nobody-7")
    )
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live_server.url}/admin/customers/source/{shop.source.pk}/debug/")
        page.wait_for_selector(".watch li")
        picture(page, f"watch-{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    assert page.locator(".watch li").count() == 5
    assert page.get_by_text("joins nobody: we know no such user").count() == 1
    assert page.problems == []

"""The screens of offers in a real browser, as a marketer uses them. PICTURES=<folder> keeps what they look like."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.offers.models import CodeBatch, Offer, Redemption
from campaigns.offers.services.codes import issue_code
from campaigns.offers.services.publishing import Limits, ensure_ready_made
from campaigns.segments.models import Segment
from omnichannel.kernel.clock import now
from tests.fixtures.screens import SIZES, axe, fits, picture
from tests.offers.world import STAFF, percent, publish
from tests.requirements.world import World, add, check_out, said

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    world = World.build()
    for sku, price in (("QUAY-JACKET", 17900), ("COVE-SWIMSUIT", 6400), ("BOAT-SOCK", 1400)):
        world.sell(sku, price)
    at = now()
    publish(
        "summer", percent("20"), Limits(budget_minor=500_000), group="promotions", label="Summer by the sea",
        starts_at=(at - timedelta(days=9)).isoformat(), ends_at=(at + timedelta(days=12)).isoformat(),
    )  # fmt: skip
    publish("vip", percent("10"), label="Friends of the house", condition={"segments": ["vip"]})
    publish(
        "autumn", {"kind": "buy_get", "buy": 2, "get": 1}, label="Three for two", group="promotions",
        starts_at=(at + timedelta(days=20)).isoformat(), ends_at=(at + timedelta(days=41)).isoformat(),
    )  # fmt: skip
    for key in ("newsletter-10", "item-off-48h", "postcard-15", "free-shipping-75"):
        ensure_ready_made(key=key, by=STAFF, at=at)
    issue_code(
        offer_key="item-off-48h", customer_id=world.suzie.pk, variant_ids=[world.variants["QUAY-JACKET"].pk],
        expires_at=at + timedelta(hours=48), issue_key="abandoned:1", reason="She left a jacket", by=STAFF, at=at,
    )  # fmt: skip
    add(world.app, "COVE-SWIMSUIT")
    Offer.objects.filter(key="summer").update(used_minor=461_250, uses=214, name="Summer by the sea")
    Offer.objects.filter(key="vip").update(name="Friends of the house")
    Offer.objects.filter(key="autumn").update(name="Three for two in autumn")
    return world


@pytest.fixture
def open_page(pages: Any) -> Any:
    return lambda path, *size: pages(f"/admin/campaign_offers/{path}", *size)


def looks_right(page: Page, name: str) -> None:
    """Nothing breaks accessibility, nothing sticks out; and, where wanted, three pictures."""
    assert axe(page) == []
    assert fits(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        picture(page, f"{name}-{width}")


def test_a_marketer_writes_an_offer_sees_what_it_takes_off_and_publishes_it(world: World, open_page):
    # given an empty editor
    page = open_page("offer/add/")
    page.get_by_label("Name, for the team").fill("Jackets in autumn")
    page.get_by_label("Per cent", exact=True).fill("25")
    page.get_by_role("button", name="Chosen goods").click()
    page.get_by_role("combobox", name="Add a category or product").fill("quay")
    page.get_by_role("button", name="Quay Jacket", exact=True).click()
    page.get_by_label("Add a condition").select_option("min_spend")
    page.get_by_label("Least spend").fill("100")
    page.get_by_label("Least spend").press("Tab")
    # then it reads as a sentence, and the sample cart shows it
    page.get_by_text("Takes 25% off Quay Jacket, when at least $100.00 is spent on it, without a code.").wait_for()
    page.locator(".oe-line .off", has_text="Jackets in autumn").get_by_text("−$44.75").wait_for()
    looks_right(page, "editor")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("It is live.").wait_for()
    offer = Offer.objects.get(key="jackets-in-autumn")
    assert (offer.status, offer.live.definition["benefit"]["percent"]) == ("live", "25")
    assert offer.live.definition["condition"] == {"min_spend": {"USD": 10000}}
    # and it can be paused from where she stands
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("It is paused").wait_for()
    assert str(offer.pk) in page.url


def test_a_segment_is_chosen_by_its_name_and_said_by_it(world: World, open_page):
    # given a live segment nobody is in, a draft, and one that was archived after an offer asked for it
    Segment.objects.create(key="regulars-4", name="Regulars: four orders or more", state="live")
    Segment.objects.create(key="sketch", name="A sketch", state="draft")
    Segment.objects.create(key="vip", name="Friends since the first shop", state="archived")
    page = open_page("offer/add/")
    page.get_by_label("Name, for the team").fill("For regulars")
    page.get_by_label("Add a condition").select_option("segments")
    add_one = page.get_by_label("Add: the customer is in")
    assert add_one.locator("option").all_inner_texts() == ["add …", "Regulars: four orders or more"]
    add_one.select_option(label="Regulars: four orders or more")
    page.get_by_text("for customers in “Regulars: four orders or more”", exact=False).wait_for()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("It is live.").wait_for()
    assert Offer.objects.get(key="for-regulars").live.definition["condition"] == {"segments": ["regulars-4"]}
    # then what an offer asks for keeps its name, whatever became of the segment
    page = open_page(f"offer/{Offer.objects.get(key='vip').pk}/change/")
    page.locator(".oe-pick", has_text="Friends since the first shop").wait_for()


def test_what_an_offer_gave_opens_the_orders_it_gave_it_on(world: World, open_page):
    # given an offer in an order that stands and in one that was cancelled, and another without a budget
    summer = Offer.objects.get(key="summer")
    Offer.objects.filter(pk=summer.pk).update(used_minor=0, uses=0)
    publish("till", percent("10"), label="At the till", condition={"channels": ["tablet"]})
    path = world.walk_in(world.till)
    add(world.till, "COVE-SWIMSUIT", path=path)
    check_out(world.till, {"provider": "cash"}, path=path)
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.app, email="suzie@example.com")
    said(world.till.post_json(f"/orders/{order['id']}/cancel", {"reason": "changed her mind"}))
    assert Redemption.objects.filter(offer=summer).count() == 2
    page = open_page("offer/")
    page.get_by_role("link", name="$5.12", exact=True).wait_for()
    page.get_by_role("link", name="$12.80 of $5,000.00").click()
    page.get_by_role("heading", name="Uses of offers").wait_for()
    assert page.locator("#result_list tbody tr").count() == 1
    page.get_by_role("cell", name="$12.80").wait_for()
    assert fits(page)
    page = open_page(f"offer/{summer.pk}/change/")
    page.get_by_role("link", name="$12.80 off 1 order so far").click()
    page.get_by_role("heading", name="Uses of offers").wait_for()


def test_what_cannot_be_is_said_beside_it_and_is_not_published(world: World, open_page):
    page = open_page("offer/add/")
    page.get_by_label("Name, for the team").fill("Too much")
    page.get_by_label("Per cent", exact=True).fill("120")
    page.get_by_text("Use a percentage above 0 and up to 100").wait_for()
    assert page.get_by_role("button", name="Publish").is_disabled()
    assert not Offer.objects.filter(key="too-much").exists()


def test_list_calendar_and_codes(world: World, open_page):
    page = open_page("offer/")
    page.get_by_text("$4,612.50 of $5,000.00").wait_for()
    looks_right(page, "offers")
    page = open_page("offer/calendar/")
    page.get_by_text("both come off the same goods").first.wait_for()
    looks_right(page, "calendar")
    page = open_page("code/")
    looks_right(page, "codes")
    page = open_page("code/why/")
    code = said(world.app.get_json("/me/codes"))["items"][0]["code"]
    page.get_by_label("Code").fill(code)
    page.get_by_label("Customer").fill(world.suzie.email or "suzie@example.com")
    page.get_by_role("button", name="Find out").click()
    page.get_by_role("heading", name="The item this code is for is not in the cart.").wait_for()
    looks_right(page, "why")


def test_codes_are_made_and_taken_along(world: World, open_page):
    page = open_page("codebatch/add/")
    page.get_by_label("Offer").select_option(label="15% from the postcard")
    page.get_by_label("What they are for").fill("October parcels")
    page.get_by_label("Begins with").fill("card")
    looks_right(page, "batch")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Make them").click()
    page.get_by_text("500 codes are made.").wait_for()
    batch = CodeBatch.objects.get()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert (len(lines), lines[1][:5], batch.codes.count()) == (501, "CARD-", 500)

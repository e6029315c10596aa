"""Settings of steps on the canvas: chosen and built, never typed as JSON or by a key."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from campaigns.audiences.models import Audience
from campaigns.journeys.models import Journey, JourneyVersion
from campaigns.journeys.services.publishing import save_draft
from campaigns.journeys.states import VersionState
from campaigns.segments.models import Segment
from catalog.models import Category
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from stores.models import Store
from tests.customers.factories import CustomerFactory
from tests.fixtures.screens import SIZES, axe, fits, picture
from tests.journeys.factories import step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def settings_of(journey: Journey) -> dict[str, dict[str, Any]]:
    draft = JourneyVersion.objects.get(journey=journey, state=VersionState.DRAFT)
    return {each["id"]: each["settings"] for each in draft.graph["steps"]}


def test_a_rule_is_built_and_everything_named_is_chosen_from_a_list(pages: Any) -> None:
    # given a journey, an audience, a store, and a category of the same name under two parents
    for path in ("women", "women/jackets", "men", "men/jackets"):
        parent = Category.objects.filter(path=path.rpartition("/")[0]).first()
        Category.objects.create(
            name=path.rpartition("/")[2].capitalize(), slug=path.replace("/", "-"), path=path, parent=parent
        )
    Store.objects.create(code="pier", name="Pier 7", kind="popup", time_zone="UTC", is_active=True)
    Audience.objects.create(key="lookalikes", name="Like our regulars", rule={"kind": "by_hand"})
    Segment.objects.create(key="regulars", name="Regulars", state="live")
    CustomerFactory(first_name="Suzie", last_name="Lindqvist")
    journey = Journey.objects.create(key="new", name="Jackets", created_at=now(), updated_at=now())
    graph = {
        "steps": [
            step("came", "trigger", "ask", on="event", event="order.confirmed"),
            step("ask", "condition", {"yes": "add", "no": "out"}, on="rule"),
            step("add", "add_to_audience", "write"),
            step("write", "send", "out", template="newsletter_welcome", data={"reward": {"amount": "50"}}),
            step("out", "exit"),
        ]
    }
    save_draft(journey_id=journey.pk, graph=graph, by=SYSTEM, at=now())
    page = pages(f"/admin/campaign_journeys/journey/{journey.pk}/canvas/")
    # when the rule is built with the builder's controls
    page.locator("#step-ask").click()
    expect(page.get_by_text("Rule is missing.").first).to_be_visible()
    page.get_by_role("button", name="Build the rule").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Use this rule")).to_be_disabled()
    dialog.get_by_role("button", name="Add a condition").click()
    dialog.get_by_role("menuitem", name="Did not buy").click()
    dialog.get_by_label("Which products").select_option("women/jackets")
    dialog.get_by_role("button", name="Or other products").click()
    dialog.get_by_label("Or which products").select_option("men/jackets")
    # then it is said back, told apart by path, and counted
    said = "Everyone who did not buy Women › Jackets or Men › Jackets in the last 60 days."
    expect(dialog.locator(".sb-say")).to_have_text(said)
    expect(dialog.get_by_role("status")).to_have_text("1 of 1 customers match it now, Suzie Lindqvist among them.")
    # and a window of nothing is said at its place
    dialog.get_by_label("In the last: how many days").fill("0")
    expect(dialog.get_by_role("alert")).to_have_text("A window of 0 days holds nothing: at least 1.")
    expect(dialog.get_by_role("button", name="Use this rule")).to_be_disabled()
    dialog.get_by_label("In the last: how many days").fill("60")
    expect(dialog.get_by_role("button", name="Use this rule")).to_be_enabled()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page)
        picture(page, f"canvas-rule-{width}")
    assert axe(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog.get_by_role("button", name="Use this rule").click()
    expect(page.locator(".jc-said")).to_have_text(said)
    # the audience, the event, its properties and its values are chosen
    page.locator("#step-add").click()
    page.get_by_label("Audience", exact=True).select_option(label="Like our regulars")
    page.locator("#step-came").click()
    page.get_by_label("What happens").select_option(label="Return recorded")
    page.get_by_role("button", name="Condition", exact=True).click()
    page.get_by_label("Property 1").select_option(label="store")
    page.get_by_label("Value 1").select_option(label="Pier 7")
    page.get_by_role("button", name="Condition", exact=True).click()
    page.get_by_label("Property 2").select_option(label="refund")
    page.get_by_label("Comparison 2").select_option(label="is at least")
    page.get_by_label("Value 2").fill("20.50")
    assert axe(page) == []
    picture(page, "canvas-settings-1280")
    # and words for the message are rows of name and words
    page.locator("#step-write").click()
    expect(page.get_by_label("Name 1")).to_have_value("reward.amount")
    page.get_by_label("Words 1", exact=True).fill("75")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    assert page.locator("textarea").count() == 0
    kept = settings_of(journey)
    goods = {"categories": ["women/jackets", "men/jackets"]}
    assert kept["ask"]["tree"] == {
        "all": [{"kind": "order", "did": False, "goods": goods, "window": {"last_days": 60}}]
    }  # fmt: skip
    assert kept["add"]["audience"] == "lookalikes"
    assert (kept["came"]["event"], kept["came"]["where"]) == (
        "return.recorded",
        [
            {"field": "store_id", "op": "=", "value": str(Store.objects.get().pk)},
            {"field": "refund_minor", "op": ">=", "value": 2050},
        ],
    )
    assert kept["write"]["data"] == {"reward": {"amount": "75"}}


def test_a_circle_without_a_wait_is_said_where_it_is_drawn(pages: Any) -> None:
    journey = Journey.objects.create(key="round", name="Round", created_at=now(), updated_at=now())
    graph = {
        "steps": [
            step("came", "trigger", "give", on="event", event="order.confirmed"),
            step("give", "points", "again", points=10, reason="Round"),
            step("again", "jump", "give"),
        ]
    }
    save_draft(journey_id=journey.pk, graph=graph, by=SYSTEM, at=now())
    page = pages(f"/admin/campaign_journeys/journey/{journey.pk}/canvas/")
    words = "People would go round in circles without a pause"
    page.locator("#jc-problems").get_by_role("button", name=words).click()
    expect(page.locator(".jc-panel .wrong")).to_contain_text(words)
    expect(page.get_by_role("button", name="Publish version 1")).to_be_disabled()
    expect(page.locator(".jc-node.faulty")).to_have_count(1)

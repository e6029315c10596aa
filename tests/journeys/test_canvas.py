"""The canvas in a real browser: drawn with its people, edited, published, tried; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from campaigns.journeys.models import Enrolment, Journey, JourneyVersion
from campaigns.journeys.services.advancing import advance_due
from campaigns.journeys.services.publishing import save_draft
from campaigns.journeys.states import VersionState
from campaigns.offers.services.publishing import ensure_ready_made
from customers.services.consent import give_consent
from omnichannel.events.services import deliver_due, record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.fixtures.screens import axe, picture
from tests.journeys.factories import Bought, Happened, make_journey

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = [
    "Suzie Lindqvist",
    "Amara Diallo",
    "Grace Kim",
    "Lena Fischer",
    "Priya Nair",
    "Marta Sousa",
    "Jonas Berg",
    "Yuki Tanaka",
]


def named(step_id: str, kind: str, name: str, then: Any = "", **given: Any) -> dict[str, Any]:
    following = {"then": then} if isinstance(then, str) and then else dict(then or {})
    return {"id": step_id, "kind": kind, "name": name, "settings": given, "next": following}


GRAPH = [
    named("left", "trigger", "Cart left behind", "rest", on="event", event="tests.happened", reentry="always"),
    named("rest", "wait", "Two hours", "meanwhile", mode="for", amount=2, unit="hours"),
    named("meanwhile", "condition", "Bought meanwhile?", {"yes": "anyway", "no": "write"}, on="happened", event="tests.bought"),
    named("anyway", "exit", "Bought anyway", reason="Before we wrote"),
    named("write", "send", "Your jacket is waiting", "halves", template="newsletter_welcome", channels=["email"], priority=80),
    named("halves", "split", "Code or points", {"a": "more", "b": "thanks"},
          parts=[{"name": "a", "label": "one half", "percent": 50}, {"name": "b", "label": "other half", "percent": 50}]),
    named("more", "points", "Double points", "think", points=100, reason="For thinking it over"),
    named("thanks", "points", "Some points", "think", points=20, reason="For thinking it over"),
    named("think", "wait", "Two days to think", {"event": "bought", "timeout": "gone"}, mode="until_event", event="tests.bought", amount=2, unit="days"),
    named("bought", "goal", "Bought the jacket", anywhere=False),
    named("gone", "exit", "Did not buy", reason="Did not buy in time"),
]  # fmt: skip


@pytest.fixture
def journey(transactional_db: None) -> Journey:
    """Twenty-four people on their way: some bought at once, some may not be written to, some think about it."""
    start = now() - timedelta(hours=9)
    made = make_journey(*GRAPH, key="cart-left", at=start)
    Journey.objects.filter(pk=made.pk).update(
        name="Cart left behind", about="A word about what they left, and points to come back."
    )
    people = []
    for n in range(24):
        first, _, last = NAMES[n % len(NAMES)].partition(" ")
        person = CustomerFactory(first_name=first, last_name=last, email=f"person-{n}@example.com", email_verified=True)
        people.append(person)
        if n % 4:
            give_consent(
                customer_id=person.pk, channel="email", purpose="marketing", wording="v1", source="checkout", proof={},
                by=SYSTEM, at=start,
            )  # fmt: skip
    record(*(Happened(customer_id=person.pk) for person in people[:20]), by=SYSTEM, at=start)
    deliver_due(at=now() + timedelta(seconds=1))
    Enrolment.objects.update(due_at=start)
    work_off(start + timedelta(seconds=1))
    record(*(Bought(customer_id=person.pk) for person in people[:5]), by=SYSTEM, at=start + timedelta(hours=1))
    work_off(start + timedelta(hours=3))
    record(*(Bought(customer_id=person.pk) for person in people[8:13]), by=SYSTEM, at=start + timedelta(hours=6))
    deliver_due(at=now() + timedelta(seconds=1))
    record(*(Happened(customer_id=person.pk) for person in people[20:]), by=SYSTEM, at=now())
    deliver_due(at=now() + timedelta(seconds=1))
    work_off(now() + timedelta(seconds=1))
    made.refresh_from_db()
    return made


def work_off(at: Any) -> None:
    while advance_due(at=at):
        pass


@pytest.fixture
def open_canvas(pages: Any) -> Any:
    def open_it(journey: Journey, *size: int) -> Page:
        page = pages(f"/admin/campaign_journeys/journey/{journey.pk}/canvas/", *size)
        page.locator(".jc-canvas, .jc-empty").first.wait_for(timeout=30_000)
        return page

    return open_it


def test_drawn_with_its_people_and_edited(journey: Journey, open_canvas: Any) -> None:
    # given the journey on the screen, with its counts
    page = open_canvas(journey)
    page.locator("#step-write .count").get_by_text("15").wait_for()
    assert page.locator("#step-left .count").inner_text() == "24"
    assert "4 here now" in page.locator("#step-rest").inner_text()
    assert page.locator(".jc-node.ghost", has_text="Not sent").locator(".count").inner_text() == "3"
    assert axe(page) == []
    picture(page, "canvas-1280")
    # when a step is opened, its people and reasons are there
    page.locator("#step-write").click()
    page.locator(".jc-panel .jc-bars button", has_text="not sent").click()
    page.locator(".jc-people li").first.wait_for()
    assert axe(page) == []
    picture(page, "canvas-1280-step")
    # when a setting is wrong, it is said beside the field and nothing can be published
    page.get_by_label("Priority").fill("400")
    page.get_by_text("is between 0 and 100").first.wait_for()
    assert page.get_by_role("button", name="Publish version 2").is_disabled()
    picture(page, "canvas-1280-wrong")
    page.get_by_label("Priority").fill("70")
    page.get_by_text("Draft kept").wait_for()
    # when a step is added by keyboard between two others and published
    page.locator("#step-left").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "step-rest"
    plus = page.get_by_role("button", name="Add a step after Double points")
    plus.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Add a step").wait_for()
    picture(page, "canvas-1280-add")
    page.locator(".jc-kinds").get_by_role("button", name="Wait", exact=False).press("Enter")
    page.locator("#step-wait-1").wait_for()
    page.get_by_label("Name").fill("A day more")
    page.get_by_text("Draft kept").wait_for()
    page.get_by_role("button", name="Publish version 2").click()
    page.get_by_text("They finish on the version they are on").wait_for()
    assert axe(page) == []
    page.locator("dialog").get_by_role("button", name="Publish version 2").click()
    page.get_by_text("Version 2 is live").wait_for()
    # then
    live = JourneyVersion.objects.get(journey=journey, state=VersionState.LIVE)
    steps = {step["id"]: step for step in live.graph["steps"]}
    assert (live.number, steps["more"]["next"], steps["wait-1"]["next"], steps["wait-1"]["name"]) == (
        2, {"then": "wait-1"}, {"then": "think"}, "A day more",
    )  # fmt: skip
    assert steps["write"]["settings"]["priority"] == 70


def test_tried_with_a_person(journey: Journey, open_canvas: Any) -> None:
    before = Enrolment.objects.count()
    page = open_canvas(journey)
    page.get_by_role("button", name="Try with a person").click()
    page.get_by_label("Who?").fill("person-6@example.com")
    page.locator(".jc-found button").first.click()
    page.locator(".jc-walk li").nth(5).wait_for()
    assert "left" in page.locator(".jc-panel h3").inner_text()
    assert axe(page) == []
    picture(page, "canvas-1280-try")
    assert Enrolment.objects.count() == before


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (390, 844)])
def test_on_smaller_screens(journey: Journey, open_canvas: Any, width: int, height: int) -> None:
    page = open_canvas(journey, width, height)
    page.locator("#step-write .count").get_by_text("15").wait_for()
    picture(page, f"canvas-{width}")
    page.locator("#step-write").click()
    page.get_by_role("heading", name="Settings").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"canvas-{width}-step")


def test_a_journey_begins_with_one_that_is_ready(transactional_db: None, pages: Any) -> None:
    # given a house with one of the two offers that such a journey may give
    ensure_ready_made(key="item-off-48h", by=SYSTEM, at=now())
    page = pages("/admin/campaign_journeys/journey/add/")
    page.get_by_label("Name").fill("Looked and left")
    page.get_by_label("Begin with").select_option(
        label="Looked at, left alone: A reminder of what they looked at, with a code for that very item."
    )
    assert axe(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    # then it is drawn as a draft that could be published as it is
    page.get_by_role("button", name="Publish version 1").wait_for()
    page.locator("#step-write").get_by_text("What they looked at").wait_for()
    assert page.get_by_role("button", name="Publish version 1").is_enabled()
    made = JourneyVersion.objects.get(journey__key="looked-and-left")
    [code] = [step for step in made.graph["steps"] if step["kind"] == "issue_code"]
    assert (made.state, code["settings"]["offer"]) == ("draft", "item-off-48h")


def test_an_empty_journey_says_what_to_do(transactional_db: None, open_canvas: Any) -> None:
    journey = Journey.objects.create(key="new", name="New one", created_at=now(), updated_at=now())
    save_draft(journey_id=journey.pk, graph={"steps": []}, by=SYSTEM, at=now())
    page = open_canvas(journey)
    page.get_by_role("button", name="Add a trigger").click()
    page.locator(".jc-kinds").get_by_role("button", name="Trigger").click()
    page.get_by_text("What happens").wait_for()
    picture(page, "canvas-1280-new")
    assert axe(page) == []

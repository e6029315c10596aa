"""Journeys over the API: drawn, checked, published, tried, counted; people with their reasons."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.journeys.models import Enrolment, Journey, StepRun
from campaigns.journeys.services.defaults import NAMES, make_default_journeys
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.fixtures.auth import ApiClient
from tests.journeys.factories import Happened, happen, make_journey, run_all, step, trigger

pytestmark = pytest.mark.django_db

GRAPH = {
    "steps": [
        trigger("pause"),
        step("pause", "wait", "ask", amount=1, unit="hours"),
        step("ask", "condition", {"yes": "mark", "no": "bye"}, on="happened", event="tests.bought"),
        step("mark", "leave_mark", "bye"),
        step("bye", "exit", reason="Enough"),
    ]
}


def made(api: ApiClient, graph: Any = GRAPH, key: str = "one") -> str:
    answer = api.post_json("/api/v1/journeys", {"key": key, "name": "One", "graph": graph})
    assert answer.status_code == 201, answer.content
    return f"/api/v1/journeys/{answer.json()['id']}"


def test_drawn_published_and_walked_with_reasons(staff_web: ApiClient) -> None:
    home = made(staff_web)
    draft = staff_web.get(f"{home}/draft").json()
    assert (draft["number"], draft["state"], draft["problems"]) == (1, "draft", [])
    assert [way["name"] for way in draft["steps"][2]["ways"]] == ["yes", "no"]
    published = staff_web.post_json(f"{home}/publish", {})
    assert (published.status_code, published.json()["state"]) == (200, "live")
    assert staff_web.get(home).json()["live_version"] == 1
    # when somebody goes through it
    customer, at = CustomerFactory(first_name="Suzie", last_name="Ode"), now()
    happen(Happened(customer_id=customer.pk), at=at)
    run_all(at=at)
    here = staff_web.get(f"{home}/steps/pause/here").json()["items"]
    assert [row["customer"]["name"] for row in here] == ["Suzie Ode"]
    run_all(at=at + timedelta(hours=2))
    # then counts and people say which way and why
    counts = {row["step"]: row for row in staff_web.get(f"{home}/counts").json()["steps"]}
    assert (counts["start"]["came"], counts["ask"]["ways"]) == (
        1, [{"way": "no", "count": 1, "reasons": [{"reason": "No tests bought since they came in", "count": 1}]}],
    )  # fmt: skip
    people = staff_web.get(f"{home}/steps/ask/people?way=no").json()["items"]
    assert [(row["customer"]["name"], row["way"], row["reason"]) for row in people] == [
        ("Suzie Ode", "no", "No tests bought since they came in")
    ]
    # of the days that were counted, and no others
    Enrolment.objects.update(entered_at=at - timedelta(days=40))
    StepRun.objects.filter(step="ask").update(left_at=at - timedelta(days=40))
    for days, count in ((30, 0), (50, 1)):
        for path in (f"people?days={days}", f"steps/ask/people?way=no&days={days}"):
            assert len(staff_web.get(f"{home}/{path}").json()["items"]) == count, path
    person = staff_web.get(f"{home}/people/{people[0]['enrolment']}").json()
    assert [run["step"] for run in person["runs"]] == ["start", "pause", "ask", "bye"]
    assert (person["state"], person["reason"]) == ("exited", "Enough")


def test_a_journey_with_faults_is_refused_with_each_at_its_step(staff_web: ApiClient) -> None:
    home = made(staff_web, {"steps": [trigger("one"), step("one", "jump", "two"), step("two", "jump", "one"),
                                      step("write", "send", template="nothing_like_it")]})  # fmt: skip
    refused = staff_web.post_json(f"{home}/publish", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "journey_invalid")
    assert [(each["step"], each["field"], each["code"]) for each in refused.json()["data"]["problems"]] == [
        ("one", "", "circle_without_wait"),
        ("write", "template", "template_unknown"),
        ("write", "", "unreachable"),
    ]
    assert Journey.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("graph", "pointer"),
    [
        ({"steps": [{"id": "A", "kind": "exit"}]}, "/graph/steps/0/id"),
        ({"steps": 3}, "/graph"),
        ({"walk": []}, "/graph"),
    ],
)
def test_what_is_no_graph_is_a_coded_problem(staff_web: ApiClient, graph: Any, pointer: str) -> None:
    answer = staff_web.post_json("/api/v1/journeys/check", {"graph": graph})
    assert (answer.status_code, answer.json()["code"]) == (422, "journey_graph_malformed")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_draft_is_kept_by_version(staff_web: ApiClient) -> None:
    home = made(staff_web)
    first = staff_web.put_json(f"{home}/draft", {"graph": GRAPH}, **{"If-Match": '"1"'})
    assert (first.status_code, first["ETag"]) == (200, '"2"')
    assert staff_web.put_json(f"{home}/draft", {"graph": GRAPH}, **{"If-Match": '"1"'}).status_code == 412
    assert staff_web.post_json("/api/v1/journeys", {"key": "one", "name": "Two"}).json()["code"] == "journey_key_taken"


def test_paused_taken_up_and_ended(staff_web: ApiClient) -> None:
    home = made(staff_web)
    assert staff_web.post_json(f"{home}/pause", {}).json()["code"] == "journey_status"
    staff_web.post_json(f"{home}/publish", {})
    assert [staff_web.post_json(f"{home}/{verb}", {}).json()["status"] for verb in ("pause", "resume", "end")] == [
        "paused", "live", "ended",
    ]  # fmt: skip


def test_tried_with_a_real_customer_and_nothing_stays(staff_web: ApiClient) -> None:
    home, customer = made(staff_web), CustomerFactory()
    before = Event.objects.count()
    told = staff_web.post_json(f"{home}/simulate", {"customer": str(customer.pk), "answers": {"ask": "yes"}}).json()
    assert [(run["step"], run["way"]) for run in told["runs"]] == [
        ("start", "then"), ("pause", "then"), ("ask", "yes"), ("mark", "then"), ("bye", "exit"),
    ]  # fmt: skip
    assert (told["end"], told["reason"]) == ("exited", "Enough")
    assert (Enrolment.objects.count(), Event.objects.count()) == (0, before)


def test_what_a_journey_can_be_made_of(staff_web: ApiClient) -> None:
    told = staff_web.get("/api/v1/journeys/kinds").json()
    names = [kind["name"] for kind in told["kinds"]]
    assert {"trigger", "wait", "condition", "split", "send", "issue_code", "points", "postcard", "goal", "exit"} <= set(
        names
    )
    assert {"value": "cart.abandoned", "label": "Cart abandoned"} in told["events"]


def test_only_staff_with_the_permission_come_in(anonymous_api: ApiClient, customer_web: ApiClient) -> None:
    assert anonymous_api.get("/api/v1/journeys").status_code == 401
    assert customer_web.get("/api/v1/journeys").status_code == 403


def test_the_journeys_of_the_house_are_made_once(db: None) -> None:
    first = make_default_journeys(by=SYSTEM, at=now())
    assert make_default_journeys(by=SYSTEM, at=now()) == first
    assert sorted(Journey.objects.values_list("key", flat=True)) == sorted(NAMES)
    # those that name an offer or a segment that is not there stay drafts
    assert dict(Journey.objects.values_list("key", "status"))["abandoned_cart"] == "draft"
    assert dict(Journey.objects.values_list("key", "status"))["photo_thanks"] == "live"


def test_merged_people_go_on_as_one(db: None) -> None:
    from campaigns.journeys.personal_data import JourneysOfPeople
    from omnichannel.kernel.ids import uuid7

    make_journey(
        trigger("pause", reentry="always"), step("pause", "wait", "bye", amount=1, unit="days"), step("bye", "exit")
    )
    one, two, merge = CustomerFactory(), CustomerFactory(), uuid7()
    happen(Happened(customer_id=one.pk))
    happen(Happened(customer_id=two.pk))
    JourneysOfPeople().move(from_id=one.pk, to_id=two.pk, merge_id=merge)
    assert sorted(Enrolment.objects.filter(customer=two).values_list("entry_no", "state")) == [
        (1, "active"),
        (2, "exited"),
    ]
    JourneysOfPeople().restore(merge_id=merge)
    assert Enrolment.objects.get(customer=one).entry_no == 1
    assert "journeys" in JourneysOfPeople().export(customer_id=one.pk)

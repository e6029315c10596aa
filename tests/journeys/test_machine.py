"""People on their way: in by an event, on by time or by what happens, out where they should be, each step once."""

from datetime import timedelta

import pytest

from campaigns.journeys.handlers import hear_events
from campaigns.journeys.models import Enrolment, Listener, StepRun
from campaigns.journeys.services.advancing import advance_due, resume, take_out
from campaigns.journeys.services.publishing import publish, save_draft, set_status
from campaigns.journeys.states import EnrolmentState, JourneyStatus
from omnichannel.events.models import Event
from omnichannel.events.queries import load_events
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.errors import RuleViolation
from tests.customers.factories import CustomerFactory
from tests.journeys.factories import (
    Bought,
    Happened,
    LeaveMark,
    effects,
    happen,
    make_journey,
    run_all,
    step,
    trigger,
    way_of,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def one() -> Enrolment:
    return Enrolment.objects.get()


def test_an_event_brings_somebody_in_and_they_are_taken_to_the_end() -> None:
    # given
    make_journey(trigger("mark"), step("mark", "leave_mark", "bye"), step("bye", "exit", reason="That was it"))
    customer, at = CustomerFactory(), now()
    # when
    happen(Happened(customer_id=customer.pk), at=at)
    run_all(at=at)
    # then
    enrolment = one()
    assert way_of(enrolment) == [("start", "then"), ("mark", "then"), ("bye", "exit")]
    assert (enrolment.state, enrolment.reason, enrolment.due_at) == (EnrolmentState.EXITED, "That was it", None)
    assert effects() == [f"journey:{enrolment.pk}:2"]
    assert list(Event.objects.filter(name__startswith="journey.", identity_id=customer.pk).order_by("id").values_list("name", flat=True)) == [
        "journey.entered", "journey.left",
    ]  # fmt: skip
    assert StepRun.objects.get(step="mark").reason == "A mark was left"


def test_an_event_heard_twice_changes_nothing() -> None:
    make_journey(trigger("mark", reentry="always"), step("mark", "leave_mark"))
    customer, at = CustomerFactory(), now()
    happen(Happened(customer_id=customer.pk), at=at)
    event = load_events(Event.objects.filter(name="tests.happened").values_list("id", flat=True))
    hear_events(event)
    run_all(at=at)
    hear_events(event)
    run_all(at=at)
    assert Enrolment.objects.count() == 1
    assert len(effects()) == 1


def test_conditions_of_the_trigger_keep_others_out() -> None:
    make_journey(trigger("bye", where=[{"field": "worth", "op": ">=", "value": 10}]), step("bye", "exit"))
    rich, poor = CustomerFactory(), CustomerFactory()
    happen(Happened(customer_id=rich.pk, worth=10))
    happen(Happened(customer_id=poor.pk, worth=9))
    assert [each.customer_id for each in Enrolment.objects.all()] == [rich.pk]


def test_a_wait_holds_until_its_time() -> None:
    make_journey(trigger("pause"), step("pause", "wait", "mark", amount=2, unit="hours"), step("mark", "leave_mark"))
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    run_all(at=at)
    run_all(at=at + timedelta(minutes=119))
    assert (one().step, effects()) == ("pause", [])
    run_all(at=at + timedelta(hours=2))
    assert one().state == EnrolmentState.DONE
    assert len(effects()) == 1
    assert StepRun.objects.get(step="pause").reason == "The time was over"


def waiting_journey() -> None:
    make_journey(
        trigger("pause"),
        step("pause", "wait", {"event": "thanks", "timeout": "mark"}, mode="until_event", event="tests.bought",
             where=[{"field": "worth", "op": ">", "value": 1}], amount=1, unit="days"),
        step("thanks", "exit"),
        step("mark", "leave_mark"),
    )  # fmt: skip


def test_a_wait_for_an_event_ends_by_it() -> None:
    waiting_journey()
    customer, other, at = CustomerFactory(), CustomerFactory(), now()
    happen(Happened(customer_id=customer.pk), at=at)
    run_all(at=at)
    # when somebody else buys, or they buy too little, they wait on
    happen(Bought(customer_id=other.pk, worth=5), at=at + timedelta(minutes=1))
    happen(Bought(customer_id=customer.pk, worth=1), at=at + timedelta(minutes=2))
    run_all(at=at + timedelta(minutes=3))
    assert one().state == EnrolmentState.ACTIVE
    # when they buy
    happen(Bought(customer_id=customer.pk, worth=5), at=at + timedelta(hours=3, minutes=1))
    run_all(at=at + timedelta(hours=3, minutes=1))
    # then
    assert way_of(one()) == [("start", "then"), ("pause", "event"), ("thanks", "exit")]
    assert StepRun.objects.get(step="pause").reason == "Tests bought after 3 hours"
    assert effects() == []


def test_a_wait_for_an_event_ends_by_time() -> None:
    waiting_journey()
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    run_all(at=at)
    run_all(at=at + timedelta(days=1))
    assert way_of(one()) == [("start", "then"), ("pause", "timeout"), ("mark", "then")]


def test_what_happened_just_before_the_wait_began_counts() -> None:
    # given somebody who bought between coming in and being taken on
    waiting_journey()
    customer, at = CustomerFactory(), now()
    happen(Happened(customer_id=customer.pk), at=at)
    happen(Bought(customer_id=customer.pk, worth=5), at=at + timedelta(seconds=1))
    run_all(at=at + timedelta(seconds=2))
    assert way_of(one())[1] == ("pause", "event")


def test_a_goal_ends_any_wait_from_anywhere() -> None:
    make_journey(
        trigger("pause"),
        step("pause", "wait", "mark", amount=30, unit="days"),
        step("mark", "leave_mark"),
        step("bought", "goal", event="tests.bought"),
    )
    customer, at = CustomerFactory(), now()
    happen(Happened(customer_id=customer.pk), at=at)
    run_all(at=at)
    happen(Bought(customer_id=customer.pk), at=at + timedelta(hours=5))
    run_all(at=at + timedelta(hours=5, seconds=1))
    enrolment = one()
    assert enrolment.state == EnrolmentState.GOAL
    assert way_of(enrolment) == [("start", "then"), ("pause", "goal"), ("bought", "then")]
    assert enrolment.reason == "Tests bought after 5 hours"
    assert effects() == []
    assert Event.objects.filter(name="journey.goal_reached").count() == 1


def test_a_goal_met_before_the_first_wait_counts_too() -> None:
    make_journey(
        trigger("pause"), step("pause", "wait", "bye", amount=30, unit="days"), step("bye", "exit"),
        step("bought", "goal", event="tests.bought"),
    )  # fmt: skip
    customer, at = CustomerFactory(), now()
    happen(Bought(customer_id=customer.pk), at=at - timedelta(minutes=5))  # before they came: does not count
    happen(Happened(customer_id=customer.pk), at=at)
    happen(Bought(customer_id=customer.pk), at=at + timedelta(seconds=1))
    run_all(at=at + timedelta(seconds=2))
    assert one().state == EnrolmentState.GOAL


def test_loops_go_round_once_for_each_event_and_are_counted() -> None:
    # given a journey that waits for the same event again and again
    make_journey(
        trigger("pause"),
        step("pause", "wait", {"event": "mark", "timeout": "bye"}, mode="until_event", event="tests.bought", amount=1, unit="days"),
        step("mark", "leave_mark", "pause"),
        step("bye", "exit"),
    )  # fmt: skip
    customer, at = CustomerFactory(), now()
    happen(Happened(customer_id=customer.pk), at=at)
    run_all(at=at)
    for minute in (1, 2, 3):
        happen(Bought(customer_id=customer.pk), at=at + timedelta(minutes=minute))
        run_all(at=at + timedelta(minutes=minute, seconds=1))
    assert len(effects()) == 3
    assert (one().step, one().visit) == ("pause", 8)


@pytest.mark.parametrize(
    ("settings", "entries"),
    [
        ({}, 1),
        ({"reentry": "always"}, 3),
        ({"reentry": "always", "most": 2}, 2),
        ({"reentry": "after_days", "days": 2}, 2),
    ],
)
def test_coming_again_is_by_rule_and_counted(settings: dict, entries: int) -> None:
    make_journey(trigger("bye", **settings), step("bye", "exit"))
    customer, at = CustomerFactory(), now() - timedelta(days=9)
    for days in (0, 1, 3):
        happen(Happened(customer_id=customer.pk), at=at + timedelta(days=days))
        hear_now(at + timedelta(days=days))
    assert sorted(Enrolment.objects.values_list("entry_no", flat=True)) == list(range(1, entries + 1))


def hear_now(at: object) -> None:
    """Deliver again as of that day: the handler's clock is the present one."""
    from campaigns.journeys.services.listening import hear

    events = load_events(Event.objects.filter(name="tests.happened", occurred_at=at).values_list("id", flat=True))
    hear(events=events, at=at)  # type: ignore[arg-type]
    run_all(at=at)  # type: ignore[arg-type]


def test_history_brings_nobody_in() -> None:
    make_journey(trigger("bye"), step("bye", "exit"))
    happen(Happened(customer_id=CustomerFactory().pk), at=now() - timedelta(days=3))
    assert Enrolment.objects.count() == 0


def test_those_inside_finish_on_their_version() -> None:
    journey = make_journey(
        trigger("pause"), step("pause", "wait", "mark", amount=1, unit="hours"), step("mark", "leave_mark")
    )
    first, second, at = CustomerFactory(), CustomerFactory(), now()
    happen(Happened(customer_id=first.pk), at=at)
    run_all(at=at)
    save_draft(journey_id=journey.pk, graph={"steps": [trigger("bye"), step("bye", "exit")]}, by=SYSTEM, at=at)
    publish(journey_id=journey.pk, by=SYSTEM, at=at)
    happen(Happened(customer_id=second.pk), at=at)
    run_all(at=at + timedelta(hours=1))
    assert way_of(Enrolment.objects.get(customer=first)) == [("start", "then"), ("pause", "then"), ("mark", "then")]
    assert way_of(Enrolment.objects.get(customer=second)) == [("start", "then"), ("bye", "exit")]
    assert Listener.objects.count() == 2


def test_or_migrate_by_choice() -> None:
    graph = [trigger("pause"), step("pause", "wait", "mark", amount=1, unit="hours"), step("mark", "leave_mark")]
    journey = make_journey(*graph)
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    run_all(at=at)
    # when the new version does not know where they stand
    save_draft(journey_id=journey.pk, graph={"steps": [trigger("bye"), step("bye", "exit")]}, by=SYSTEM, at=at)
    with pytest.raises(Exception, match="journey_cannot_move"):
        publish(journey_id=journey.pk, move_people=True, by=SYSTEM, at=at)
    # when it does
    save_draft(
        journey_id=journey.pk,
        graph={"steps": [graph[0], graph[1] | {"next": {"then": "bye"}}, step("bye", "exit")]},
        by=SYSTEM, at=at,
    )  # fmt: skip
    publish(journey_id=journey.pk, move_people=True, by=SYSTEM, at=at)
    run_all(at=at + timedelta(hours=1))
    assert way_of(one())[-1] == ("bye", "exit")


def test_a_paused_journey_rests_and_goes_on() -> None:
    journey = make_journey(
        trigger("pause"), step("pause", "wait", "mark", amount=1, unit="hours"), step("mark", "leave_mark")
    )
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    run_all(at=at)
    set_status(journey_id=journey.pk, status=JourneyStatus.PAUSED, by=SYSTEM, at=at)
    happen(Happened(customer_id=CustomerFactory().pk), at=at)  # nobody comes in
    run_all(at=at + timedelta(hours=2))
    assert (Enrolment.objects.count(), effects()) == (1, [])
    set_status(journey_id=journey.pk, status=JourneyStatus.LIVE, by=SYSTEM, at=at + timedelta(hours=2))
    run_all(at=at + timedelta(hours=2))
    assert len(effects()) == 1


def test_an_ended_journey_lets_everybody_leave() -> None:
    journey = make_journey(
        trigger("pause"), step("pause", "wait", "mark", amount=1, unit="hours"), step("mark", "leave_mark")
    )
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    run_all(at=at)
    set_status(journey_id=journey.pk, status=JourneyStatus.ENDED, by=SYSTEM, at=at)
    assert (one().state, one().reason) == (EnrolmentState.EXITED, "The journey was ended")


def test_a_step_that_fails_leaves_nothing_and_is_tried_again_then_left_for_staff() -> None:
    make_journey(trigger("mark"), step("mark", "leave_mark"))
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    LeaveMark.fail_with["mark"] = RuleViolation("broken", "The offer is gone.")
    run_all(at=at)
    assert (one().state, one().attempts, one().reason) == (EnrolmentState.ACTIVE, 1, "The offer is gone.")
    assert effects() == []
    for _ in range(6):
        at += timedelta(hours=3)
        run_all(at=at)
    assert (one().state, effects()) == (EnrolmentState.FAILED, [])
    # when the cause is gone
    LeaveMark.fail_with.clear()
    resume(enrolment_id=one().pk, at=at)
    run_all(at=at)
    assert (one().state, len(effects())) == (EnrolmentState.DONE, 1)


def test_others_go_on_when_one_fails() -> None:
    make_journey(
        trigger("mark"),
        step("mark", "leave_mark", "split"),
        step("split", "split", {"a": "bye", "b": "bye"}),
        step("bye", "exit"),
    )
    at = now()
    people = [CustomerFactory() for _ in range(3)]
    for each in people:
        happen(Happened(customer_id=each.pk), at=at)
    broken = Enrolment.objects.get(customer=people[1])
    Enrolment.objects.filter(pk=broken.pk).update(step="nowhere")
    assert advance_due(at=at + timedelta(seconds=5)) == 3
    assert Enrolment.objects.filter(state=EnrolmentState.EXITED).count() == 2
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (EnrolmentState.ACTIVE, 1)


def test_staff_take_somebody_out() -> None:
    make_journey(trigger("pause"), step("pause", "wait", "mark", amount=1, unit="hours"), step("mark", "leave_mark"))
    at = now()
    happen(Happened(customer_id=CustomerFactory().pk), at=at)
    run_all(at=at)
    take_out(enrolment_id=one().pk, reason="Asked on the phone", by=SYSTEM, at=at)
    run_all(at=at + timedelta(days=2))
    assert (one().state, one().reason, effects()) == (EnrolmentState.EXITED, "Asked on the phone", [])

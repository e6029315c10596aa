"""Whatever dies at whatever point, and whoever else is at work: no step twice, none lost."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.journeys.models import Enrolment, Journey, StepRun
from campaigns.journeys.services import advancing
from campaigns.journeys.services.advancing import advance_due, run_step
from campaigns.journeys.states import EnrolmentState
from omnichannel.events.models import Event
from omnichannel.events.queries import load_events
from omnichannel.events.services import deliver_due, record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.journeys.factories import Bought, Effect, Happened, LeaveMark, effects, happen, make_journey, step, trigger

KEYS = iter(range(10_000_000))


class Crash(BaseException):
    """The process dies: nothing of ours catches it."""


def marks(key: str) -> Any:
    return make_journey(
        trigger("m1", reentry="always"),
        step("m1", "leave_mark", "pause"),
        step("pause", "wait", {"event": "m2", "timeout": "m2"}, mode="until_event", event="tests.bought", amount=1, unit="hours"),
        step("m2", "leave_mark", "ask"),
        step("ask", "split", {"a": "m3", "b": "m4"}),
        step("m3", "leave_mark", "again"),
        step("m4", "leave_mark", "again"),
        step("again", "wait", "m5", amount=1, unit="hours"),
        step("m5", "leave_mark"),
        key=key,
    )  # fmt: skip


def each_statement(test: Any) -> Any:
    """Whatever is drawn, these are tried too: dying four times over after the first, second … statement of a step."""
    for number in range(7):
        test = example(deaths=[number] * 4, buys=number % 2 == 0)(test)
    return test


@pytest.mark.django_db
@each_statement
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    deaths=st.lists(
        st.one_of(
            st.none(),
            st.just("effect"),  # within whatever step is next, after its effect
            st.integers(min_value=0, max_value=6),  # after so many statements of a step
            st.just("hear"),  # events are heard again
        ),
        min_size=2,
        max_size=10,
    ),
    buys=st.booleans(),
)
def test_crash_at_any_point_and_replay_no_step_twice(db: None, deaths: list[Any], buys: bool) -> None:
    # given somebody in a journey of four effects, an advancer that dies at these points, and events heard again
    Enrolment.objects.all().delete()
    Journey.objects.all().delete()
    journey = marks(f"crash-{next(KEYS)}")
    customer, at = CustomerFactory(), now()
    happen(Happened(customer_id=customer.pk), at=at)
    at += timedelta(seconds=5)
    for death in deaths:
        die_once(death, customer.pk, at)
        at += timedelta(minutes=40)
        if buys:
            record(Bought(customer_id=customer.pk), by=SYSTEM, at=at)
            deliver_due(at=now() + timedelta(seconds=1))
    # when it is worked off in the end
    LeaveMark.fail_with.clear()
    for _ in range(8):
        while advance_due(at=at):
            pass
        at += timedelta(hours=2)
    # then each step was run once, each effect is there once, and the way is whole
    enrolment = Enrolment.objects.get(journey=journey)
    runs = list(StepRun.objects.filter(enrolment=enrolment).order_by("visit").values_list("visit", "step"))
    assert enrolment.state == EnrolmentState.DONE
    assert [visit for visit, _ in runs] == list(range(1, 9))
    kept = Event.objects.filter(name=Effect.NAME, identity_id=customer.pk).values_list("data__reference", flat=True)
    assert sorted(kept) == sorted(
        f"journey:{enrolment.pk}:{visit}" for visit, step_id in runs if step_id.startswith("m")
    )


def die_once(death: Any, customer_id: UUID, at: datetime) -> None:
    LeaveMark.fail_with.clear()
    if death == "effect":
        LeaveMark.fail_with |= {name: Crash() for name in ("m1", "m2", "m3", "m4", "m5")}
    if death == "hear":
        from campaigns.journeys.services.listening import hear

        ids = Event.objects.filter(identity_id=customer_id, name__in=["tests.happened", "tests.bought"]).values_list(
            "id", flat=True
        )
        hear(events=load_events(ids), at=at)
        return

    left = [death if isinstance(death, int) and not isinstance(death, bool) else -1]

    def dying(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE")):
            if left[0] == 0:
                left[0] = -1
                raise Crash()
            left[0] -= 1
        return done

    try:
        # What a step did not commit is gone with the process.
        with connection.execute_wrapper(dying):
            ids = Enrolment.objects.filter(due_at__lte=at, state="active").values_list("pk", flat=True)
            for enrolment_id in list(ids):
                run_step(enrolment_id=enrolment_id, at=at)
    except Crash:
        pass


def all_at_once(count: int, work: Any) -> None:
    ready = threading.Barrier(count)

    def run() -> None:
        ready.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def let_in(people: int, at: datetime) -> list[UUID]:
    make_journey(trigger("m1"), step("m1", "leave_mark", "m2"), step("m2", "leave_mark"))
    customers = [CustomerFactory() for _ in range(people)]
    with transaction.atomic():
        record(*(Happened(customer_id=each.pk) for each in customers), by=SYSTEM, at=at)
    deliver_due(at=at + timedelta(seconds=1))
    return [each.pk for each in customers]


@pytest.mark.django_db(transaction=True)
def test_four_advancers_share_the_work_and_no_step_is_run_twice() -> None:
    at = now()
    let_in(30, at)
    all_at_once(4, lambda: [advance_due(at=at + timedelta(seconds=9)) for _ in range(4)])
    assert Enrolment.objects.filter(state=EnrolmentState.DONE).count() == 30
    assert len(effects()) == len(set(effects())) == 60
    assert StepRun.objects.count() == 90


@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_a_step_is_run_twice_and_the_key_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two advancers that both look before either writes: the unique visit stops the second, as an error."""
    at = now()
    let_in(1, at)
    enrolment_id = Enrolment.objects.get().pk
    both, refused = threading.Barrier(2), []

    def unlocked(enrolment_id: UUID, at: datetime) -> Enrolment | None:
        found = Enrolment.objects.select_related("journey", "version").filter(pk=enrolment_id, due_at__lte=at).first()
        both.wait(10)
        return found

    monkeypatch.setattr(advancing, "_claim", unlocked)
    monkeypatch.setattr(advancing, "_after_failure", lambda _id, error, _at: refused.append(type(error).__name__))
    all_at_once(2, lambda: run_step(enrolment_id=enrolment_id, at=at + timedelta(seconds=9)))
    assert refused == ["IntegrityError"]
    assert StepRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_let_somebody_in_once() -> None:
    at = now()
    make_journey(trigger("pause"), step("pause", "wait", "bye", amount=1, unit="days"), step("bye", "exit"))
    customer = CustomerFactory()
    with transaction.atomic():
        record(*(Happened(customer_id=customer.pk) for _ in range(6)), by=SYSTEM, at=at)
    events = load_events(Event.objects.filter(name="tests.happened").values_list("id", flat=True))
    waiting = iter(events)

    def deliver() -> None:
        from campaigns.journeys.handlers import hear_events

        with transaction.atomic():
            hear_events([next(waiting)])

    all_at_once(6, deliver)
    assert Enrolment.objects.count() == 1
    assert Event.objects.filter(name="journey.entered").count() == 1

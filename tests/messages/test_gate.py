"""Every candidate passes one gate, and why it passed or not can be read."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.messages.models import Decision, Message, SendingPolicy, Template
from campaigns.messages.rules import gate
from campaigns.messages.rules.gate import Policy, Seat
from campaigns.messages.services.proposing import propose, release_held
from campaigns.messages.services.sending import send_due
from campaigns.messages.services.templates import live_template
from campaigns.messages.states import MessageState
from customers.services.consent import suppress_address, withdraw_consent
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.messages.conftest import CaughtBySmtp, html_of, plain_of
from tests.messages.people import candidate, proposed, willing

NOON = datetime(2026, 6, 12, 12, tzinfo=UTC)


def seat(number: int, priority: int, *, ago: timedelta = timedelta(hours=1), waits: bool = True) -> Seat:
    return Seat(UUID(int=number), priority, NOON - ago, waits)


def test_the_cap_gives_the_place_of_the_least_urgent_that_still_waits():
    # given three places, all taken, one of them by a message that is gone already
    seats = [seat(1, 20), seat(2, 10), seat(3, 5, waits=False)]
    # then
    check, gives_up = gate.check_cap("email", 50, seats, Policy(per_day=3), at=NOON)
    assert check.passed and gives_up == (UUID(int=2),)
    check, gives_up = gate.check_cap("email", 10, seats, Policy(per_day=3), at=NOON)
    assert (check.passed, check.code, gives_up) == (False, "cap", ())
    assert check.words == "They already have 3 of at most 3 in a day, 2 of them no less urgent."


def test_a_place_is_free_again_after_a_day_and_a_week():
    old = [seat(number, 90, ago=timedelta(hours=25), waits=False) for number in range(3)]
    assert gate.check_cap("email", 1, old, Policy(per_day=3), at=NOON)[0].passed
    assert not gate.check_cap("email", 1, old, Policy(per_day=3, per_week=3), at=NOON)[0].passed
    assert gate.check_cap("inbox", 1, old, Policy(per_day=0, per_week=0), at=NOON)[0].passed


@given(st.lists(st.integers(0, 99), min_size=1, max_size=9, unique=True), st.integers(1, 4))
def test_whoever_is_most_urgent_has_the_places_whatever_order_they_arrive(priorities: list[int], places: int):
    kept: list[Seat] = []
    for number, priority in enumerate(priorities):
        check, gives_up = gate.check_cap("email", priority, kept, Policy(per_day=places, per_week=99), at=NOON)
        kept = [each for each in kept if each.message_id not in gives_up]
        if check.passed:
            kept.append(Seat(UUID(int=number + 1), priority, NOON, True))
    assert sorted(each.priority for each in kept) == sorted(priorities)[-places:]


@pytest.mark.parametrize(
    ("clock", "zone", "until"),
    [
        ("2026-06-12T22:30:00+00:00", "UTC", "2026-06-13T08:00:00+00:00"),
        ("2026-06-12T03:00:00+00:00", "UTC", "2026-06-12T08:00:00+00:00"),
        ("2026-06-12T12:00:00+00:00", "America/New_York", None),
        # Eight in New York is noon in UTC.
        ("2026-06-12T03:00:00+00:00", "America/New_York", "2026-06-12T12:00:00+00:00"),
        ("2026-06-12T20:59:59+00:00", "UTC", None),
        ("2026-06-12T21:00:00+00:00", "UTC", "2026-06-13T08:00:00+00:00"),
        ("2026-06-12T08:00:00+00:00", "UTC", None),
    ],
)
def test_quiet_hours_are_those_of_the_wall_clock_where_they_live(clock: str, zone: str, until: str | None):
    check, waits = gate.check_quiet("sms", Policy(), ZoneInfo(zone), at=datetime.fromisoformat(clock))
    assert (check.passed, waits.isoformat() if waits else None) == (until is None, until)
    assert gate.check_quiet("email", Policy(), ZoneInfo(zone), at=datetime.fromisoformat(clock))[0].passed


def test_the_same_people_are_held_out_for_ever():
    people = [UUID(int=number) for number in range(2000)]

    def out(pct: int) -> set[UUID]:
        return {p for p in people if not gate.check_holdout(p, house_pct=0, own_pct=pct, own_key="c").passed}

    assert out(0) == set() and out(10) == out(10) and out(10) < out(30)
    assert 120 < len(out(10)) < 280


db = pytest.mark.django_db


@db
def test_a_message_that_passes_is_sent_once_and_says_why(smtp: CaughtBySmtp):
    # given
    customer = willing("email", first_name="Suzie")
    # when proposed, also again, as a worker that was killed would
    first = proposed(customer, utm={"utm_campaign": "summer"})
    again = proposed(customer)
    # then
    assert (first.outcome, first.code, first.channel) == ("send", "sent", "email") and again == first
    assert send_due(at=now()) == 0, "it waits a moment for one that is more urgent"
    assert send_due(at=now() + timedelta(minutes=1)) == 1
    [mail] = smtp.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<http://testserver/m/u/")
    assert (
        "/m/c/" in html_of(mail)
        and "/m/o/" in html_of(mail)
        and "Unsubscribe: http://testserver/m/u/" in plain_of(mail)
    )
    decision = Decision.objects.get()
    assert [(check["gate"], check["passed"]) for check in decision.checks] == [
        ("consent", True), ("holdout", True), ("cap", True), ("quiet", True), ("duplicate", True), ("content", True),
    ]  # fmt: skip
    assert Event.objects.get(name="message.sent").data["campaign"] == "summer"


@db
def test_without_a_yes_nothing_is_sent_and_the_next_channel_is_tried():
    nobody = CustomerFactory(email="nobody@example.com")
    refused = proposed(nobody)
    assert (refused.outcome, refused.code, refused.reason) == (
        "refused", "no_consent", "They never said yes to news and offers by email.",
    )  # fmt: skip
    taken = proposed(nobody, dedup="two", channels=("email", "inbox"))
    assert (taken.outcome, taken.channel) == ("send", "inbox")
    assert Message.objects.get().state == MessageState.SENT
    withdraw_consent(customer_id=nobody.pk, channel="inbox", purpose="marketing", source="x", by=SYSTEM, at=now())
    assert proposed(nobody, dedup="three", channels=("email", "inbox")).outcome == "refused"


@db
def test_transactional_minds_suppression_alone_and_marketing_cannot_call_itself_that():
    SendingPolicy.objects.create(per_day=0, per_week=0, holdout_pct=50)
    customer = CustomerFactory(email="suzie@example.com")
    reward = {"reward": {"amount": "$15.00", "words": "A friend came."}}
    assert proposed(customer, "referral_reward", purpose="transactional", data=reward).outcome == "send"
    assert proposed(customer, "points_statement", "two", purpose="transactional").code == "no_consent"
    suppress_address(address=customer.email, reason="bounced", by=SYSTEM, at=now())
    assert proposed(customer, "referral_reward", "3", purpose="transactional", data=reward).code == "suppressed"


@db
@pytest.mark.parametrize("order", list(permutations((10, 50, 90))))
def test_the_most_urgent_wins_the_cap_whatever_order_they_arrive(order: tuple[int, ...]):
    SendingPolicy.objects.create(per_day=1, settle_seconds=30)
    customer = willing()
    at = now()
    for priority in order:
        propose(candidates=[candidate(customer, dedup=str(priority), priority=priority)], at=at)
    assert list(Message.objects.filter(state=MessageState.INTENDED).values_list("priority", flat=True)) == [90]
    assert dict(Decision.objects.values_list("priority", "outcome")) == {10: "refused", 50: "refused", 90: "send"}
    assert set(Decision.objects.filter(outcome="refused").values_list("code", flat=True)) <= {"cap", "superseded"}


@db
def test_of_one_batch_too_the_most_urgent_wins():
    SendingPolicy.objects.create(per_day=1)
    customer = willing()
    verdicts = propose(
        candidates=[candidate(customer, dedup=str(priority), priority=priority) for priority in (10, 90, 50)], at=now()
    )
    assert [verdict.outcome for verdict in verdicts] == ["refused", "send", "refused"]


@db
def test_one_already_on_its_way_is_not_taken_back(smtp: CaughtBySmtp):
    SendingPolicy.objects.create(per_day=1, settle_seconds=0)
    customer = willing()
    proposed(customer, priority=10)
    send_due(at=now())
    assert proposed(customer, dedup="two", priority=90).code == "cap"
    assert len(smtp.mails) == 1


@db
def test_what_comes_in_quiet_hours_is_held_and_judged_again_in_the_morning():
    # given a night that lasts until an hour from now
    here = now().astimezone(ZoneInfo("America/Vancouver"))
    SendingPolicy.objects.create(
        quiet_from=(here - timedelta(hours=2)).time(), quiet_until=(here + timedelta(hours=1)).time(),
        quiet_channels=["email"],
    )  # fmt: skip
    stays, leaves = (willing(time_zone="America/Vancouver") for _ in range(2))
    for number, customer in enumerate((stays, leaves)):
        held = proposed(customer, dedup=str(number))
        assert (held.outcome, held.code) == ("held", "quiet_hours")
        assert held.until is not None and timedelta(minutes=59) < held.until - now() <= timedelta(hours=1)
    assert Message.objects.count() == 0 and release_held(at=now()) == 0
    # when one of them says no in the night
    withdraw_consent(customer_id=leaves.pk, channel="email", purpose="marketing", source="x", by=SYSTEM, at=now())
    morning = now() + timedelta(hours=1, seconds=5)
    assert release_held(at=morning) == 2
    # then
    assert dict(Decision.objects.values_list("customer_id", "outcome")) == {stays.pk: "send", leaves.pk: "refused"}
    assert Message.objects.get().customer_id == stays.pk
    assert release_held(at=morning) == 0


@db
def test_a_variable_that_is_missing_for_one_stops_that_one_alone():
    member, stranger = willing(first_name="Ana"), willing(first_name="Bo")
    verdicts = propose(
        candidates=[
            candidate(person, "referral_reward", str(number), data=data)
            for number, (person, data) in enumerate(
                [(stranger, {}), (member, {"reward": {"amount": "$15.00", "words": "A friend came."}})]
            )
        ],
        at=now(),
    )
    assert [verdict.outcome for verdict in verdicts] == ["refused", "send"]
    assert (verdicts[0].code, verdicts[0].reason) == ("content", "Subject: There is no reward.amount to put in here.")


@db
def test_a_content_failure_gives_no_place_up():
    SendingPolicy.objects.create(per_day=1)
    customer = willing()
    first = proposed(customer, priority=10)
    assert proposed(customer, "referral_reward", "two", priority=90).code == "content"
    assert Message.objects.get(pk=first.message_id).state == MessageState.INTENDED


@db
def test_an_unknown_template_or_customer_is_refused_in_words():
    customer = willing()
    assert proposed(customer, "nonsense").code == "no_template"
    gone = candidate(customer, dedup="x")
    assert propose(candidates=[gone.__class__(template_key="points_statement", customer_id=UUID(int=1), dedup_key="y")], at=now())[0].code == "unknown_customer"  # fmt: skip
    assert Message.objects.count() == 0


@db
def test_a_channel_the_template_has_no_words_for_is_a_content_problem():
    live_template("newsletter_welcome")
    Template.objects.update(sms="")
    customer = willing("sms", phone="+15551234567")
    SendingPolicy.objects.create(quiet_channels=[])
    assert proposed(customer, "newsletter_welcome", channels=("sms",)).code == "content"


@db
def test_two_records_with_one_address_get_a_campaign_once():
    from campaigns.messages.models import Campaign

    campaign = Campaign.objects.create(name="Summer", template_key="points_statement")
    one, two = willing(email="shared@example.com"), willing(email="shared@example.com")
    verdicts = propose(
        candidates=[
            candidate(person, dedup=f"{campaign.pk}:{person.pk}", campaign_id=campaign.pk) for person in (one, two)
        ],
        at=now(),
    )
    assert [(verdict.outcome, verdict.code) for verdict in verdicts] == [
        ("send", "sent"),
        ("refused", "duplicate_address"),
    ]

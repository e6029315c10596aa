"""Loyalty's staff screens open, read as sentences, and do what their buttons say."""

import random
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from loyalty.models import Account, Adjustment, EarningRule, Journal, Programme, ReferralProgramme, ReferralUse
from loyalty.queries.reports import find_report
from loyalty.services.adjusting import approve_adjustment, request_adjustment
from loyalty.services.posting import grant_points
from loyalty.services.qualifying import settle_order
from loyalty.services.spending import spend
from loyalty.services.terms import next_version, publish_terms, withdraw_terms
from omnichannel.accounts.models import User
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.ids import uuid7
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import EarningRuleFactory, ProgrammeFactory, give
from tests.loyalty.member_factories import TermsFactory, event_rule, member
from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db
NAMES = [
    "Amara Diallo",
    "Lena Fischer",
    "Noah Blum",
    "Priya Nair",
    "Grace Kim",
    "Olga Petrova",
    "Suzie Holm",
    "Ida Berg",
]


def boss(email: str = "boss@example.com", name: str = "Inês Rocha") -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(email, "correct horse battery", name=name))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:loyalty_{name}", args=args)


def seed() -> dict[str, Any]:
    """A year of a small programme: members, movements by month, drafts, a referral in review."""
    at = now()
    draw = random.Random(7)
    programme = ProgrammeFactory(note="First terms")
    EarningRuleFactory(key="spend", name="A point for a dollar")
    draft = EarningRuleFactory(
        key="women", name="Double points on women’s wear", kind="multiplier", factor="2.00", state="draft",
        conditions={"categories": ["women"], "channels": ["mobile", "web"]}, priority=50,
    )  # fmt: skip
    event_rule("social_follow", 50, once_per_customer=True, name="Follows us")
    event_rule("photo_approved", 100, cap_points=500, cap_days=365, name="A photo with our hashtag")
    terms = TermsFactory(minimum_minor=2500, note="Fifteen each")
    world = World.build()
    world.sell("GLOVES", 3900, stock=500)
    people = []
    for place, name in enumerate(NAMES):
        first, _, last = name.partition(" ")
        person = CustomerFactory(first_name=first, last_name=last, email=f"p{place}@example.com")
        member(person.pk)
        people.append(person)
    for back in range(11, -1, -1):
        when = at - timedelta(days=30 * back, hours=2)
        for person in people:
            points = draw.randint(120, 900)
            grant_points(
                customer_id=person.pk, points=points, reason="Order K7QM-2XRD", reference=f"seed:{uuid7()}",
                active_from=when, expires_at=when + timedelta(days=365), by=SYSTEM, at=when,
            )  # fmt: skip
            if draw.random() < 0.6:
                spend(
                    customer_id=person.pk, unit="points", amount=points // 2, key=str(uuid7()), order_id=uuid7(),
                    cart_id=None, by=SYSTEM, at=when,
                )  # fmt: skip
    owner = member(people[0].pk)
    home = {
        "name": "A",
        "line1": "27 Spring Street",
        "city": "Portland",
        "region": "ME",
        "postal_code": "04102",
        "country": "US",
    }
    uses = []
    for place, email in enumerate(("finn@example.com", "mate@example.com", "kim@example.com")):
        friend = CustomerFactory(first_name=email.split("@")[0].title(), last_name="Quist", email=email)
        if place == 1:
            for each in (friend, people[0]):
                said(world.till.post_json(f"/customers/{each.pk}/addresses", home), 201)
        path = f"/carts/{said(world.till.post_json(f'/customers/{friend.pk}/cart'), 201)['id']}"
        said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
        add(world.till, "GLOVES", place + 1, path=path)
        said(world.till.post_json(f"{path}/codes", {"code": owner.referral_code}))
        uses.append(check_out(world.till, {"provider": "cash"}, path=path)["id"])
        deliver_due()
    return {"programme": programme, "draft": draft, "terms": terms, "people": people, "world": world, "orders": uses}


def test_every_screen_opens_and_says_what_it_is_about():
    made = seed()
    client = boss()
    flagged = ReferralUse.objects.get(state="flagged")
    account = Account.objects.get(customer=made["people"][0], unit="points")
    for page, words in (
        (address("programme_changelist"), "Every customer we know earns points for orders in USD"),
        (address("programme_change", made["programme"].pk), "They expire 12 months after they were earned."),
        (address("programme_add"), "Minutes a cart keeps points"),
        (address("earningrule_changelist"), "Gives 1 point for every $1.00 spent."),
        (address("earningrule_change", made["draft"].pk), "in the app or on the website."),
        (address("earningrule_add"), "What it gives"),
        (address("earningrule_simulator"), "The draft gives"),
        (address("referralprogramme_changelist"), "A friend’s first order of $25.00 or more gives the member $15.00"),
        (address("referralprogramme_change", made["terms"].pk), "Vouchers expire after 365 days."),
        (address("referraluse_changelist") + "?state__exact=flagged", "Both have the same address"),
        (address("referraluse_change", flagged.pk), "27 spring st, 04102, US"),
        (address("account_changelist"), "Amara Diallo"),
        (address("account_change", account.pk), "May be spent"),
        (address("account_report"), "Breakage"),
        (address("account_report") + "?unit=credit:USD", "Store credit, USD"),
        (address("adjustment_changelist"), "Adjustments"),
        (address("journal_changelist"), "Order K7QM-2XRD"),
        (address("member_changelist"), made["people"][0].member.referral_code),
    ):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert words.lower() in answer.content.decode().lower(), page
    assert client.get(address("referraluse_changelist")).status_code == 302  # to what waits


def test_the_simulator_gives_what_the_orders_would_earn_and_writes_nothing():
    made = seed()
    client = boss()
    page = client.get(
        address("earningrule_simulator"), {"on": "cart", "goods": "GLOVES 2\nNOTHING", "draft": str(made["draft"].pk)}
    )
    text = page.content.decode()
    # 78.00 dollars: 78 points, twice as many on women's wear from the website
    assert "The draft gives 78 more points (+100.0%) for this cart." in text
    assert "Nothing is sold as NOTHING." in text
    month = client.get(address("earningrule_simulator"), {"on": "month", "month": f"{now():%Y-%m}", "without": "spend"})
    assert "points" in month.content.decode()
    assert EarningRule.objects.filter(state="draft").count() == 1


def test_terms_are_versioned_published_with_a_date_and_never_changed_after():
    ProgrammeFactory(version=1)
    client = boss()
    live = Programme.objects.get()
    by = Context(actor="staff:1")
    draft = next_version(terms=live, by=by, at=now())
    assert (draft.version, draft.state) == (Programme.objects.count(), "draft")
    client.post(address("programme_change", live.pk), {"name": "Changed", "burn_points": 1})
    live.refresh_from_db()
    assert (live.name, live.burn_points) == ("Points", 100)
    with pytest.raises(DomainError, match="go_live_in_past"):
        publish_terms(terms=draft, goes_live_at=now() - timedelta(days=1), at=now())
    later = publish_terms(terms=draft, goes_live_at=now() + timedelta(days=5), at=now())
    assert withdraw_terms(terms=later, at=now()).state == "withdrawn"
    with pytest.raises(DomainError, match="programme_published"):
        withdraw_terms(terms=live, at=now())
    empty = ReferralProgramme(member_minor=0, friend_minor=0, version=9, created_at=now())
    empty.save()
    with pytest.raises(DomainError, match="terms_invalid"):
        publish_terms(terms=empty, goes_live_at=None, at=now())


def test_a_large_adjustment_waits_for_somebody_else():
    ProgrammeFactory(approval_points=500)
    customer = CustomerFactory()
    give(customer.pk, 100)
    asker, other = Context(actor="staff:1"), Context(actor="staff:2")

    def ask(amount: int) -> Adjustment:
        return request_adjustment(
            customer_id=customer.pk, unit="points", amount=amount, reason="Lost parcel", by=asker, at=now()
        )

    def balance() -> int:
        return Account.objects.get(customer=customer, unit="points").balance

    assert (ask(500).state, balance()) == ("booked", 600)
    waiting = ask(501)
    assert (waiting.state, balance()) == ("waiting", 600)
    with pytest.raises(DomainError, match="adjustment_own"):
        approve_adjustment(adjustment_id=waiting.pk, by=asker, at=now())
    approve_adjustment(adjustment_id=waiting.pk, by=other, at=now())
    with pytest.raises(DomainError, match="adjustment_closed"):
        approve_adjustment(adjustment_id=waiting.pk, by=other, at=now())
    assert balance() == 1101
    with pytest.raises(DomainError, match="not_enough_points"):
        request_adjustment(
            customer_id=CustomerFactory().pk, unit="points", amount=-5, reason="Wrong", by=asker, at=now()
        )
    with pytest.raises(DomainError, match="amount_zero"):
        ask(0)


def test_the_report_sums_to_what_customers_hold():
    seed()
    report = find_report("points", at=now(), zone="UTC")
    held = sum(Account.objects.filter(unit="points").values_list("balance", flat=True))
    assert report.liability == held == sum(bucket.amount for bucket in report.ages)
    assert sum(bucket.amount for bucket in report.lapsing) == held
    assert report.redeemed_pct > 0


def test_each_bar_of_the_report_opens_what_it_is_made_of():
    seed()
    client = boss()
    page = client.get(address("account_report")).content.decode()
    # the bars of age and of lapsing: as many accounts as they say
    bars = re.findall(r'<b><a href="([^"]+)">[^<]*</a></b><small>([0-9,]+) people', page)
    assert len(bars) == 9 and sum(int(people) for _, people in bars) > 0
    for url, people in bars:
        assert client.get(unescape(url)).context["cl"].result_count == int(people), url
    # the months: their movements in the ledger, and those of no other
    months = dict.fromkeys(re.findall(r'<td><a href="([^"]+journal[^"]+)"', page))
    assert len(months) == 12
    assert sum(client.get(unescape(url)).context["cl"].result_count for url in months) == Journal.objects.count()
    assert page.count('aria-label="The ledger in ') == 12


def test_an_address_that_names_no_row_leads_back_to_the_list():
    client = boss()
    for kind in ("programme", "earningrule", "referralprogramme", "account"):
        assert client.get(address(f"{kind}_change", "none")).status_code == 302, kind


def test_settling_twice_changes_nothing():
    made = seed()
    before = list(ReferralUse.objects.order_by("pk").values_list("state", flat=True))
    assert sorted(before) == ["flagged", "rewarded", "rewarded"]
    for order_id in made["orders"]:
        settle_order(order_id=order_id, by=SYSTEM, at=now())
    assert list(ReferralUse.objects.order_by("pk").values_list("state", flat=True)) == before


def test_the_forms_take_money_as_people_type_it():
    client = boss()
    terms = {
        "name": "Points", "currency": "USD", "pending_days": "30", "expiry": "rolling", "expiry_months": "12",
        "return_grace_days": "30", "burn_points": "100", "burn_minor": "1.00", "burn_minimum": "100", "burn_step": "1",
        "burn_max_share_pct": "100", "hold_minutes": "60", "debt_policy": "debt", "approval_points": "1000", "approval_minor": "50.00",
    }  # fmt: skip
    assert client.post(address("programme_add"), terms).status_code == 302
    assert Programme.objects.values_list("version", "state", "burn_minor", "approval_minor").get() == (
        1,
        "draft",
        100,
        5000,
    )
    friends = {
        "is_open": "on", "member_minor": "20.00", "friend_minor": "10", "currency": "USD", "voucher_days": "90", "minimum_minor": "25.50",
        "qualifies": "at_once", "qualify_days": "30", "clawback": "debt", "velocity_limit": "10", "velocity_hours": "24",
    }  # fmt: skip
    assert client.post(address("referralprogramme_add"), friends).status_code == 302
    assert ReferralProgramme.objects.values_list("member_minor", "friend_minor", "minimum_minor").get() == (
        2000,
        1000,
        2550,
    )
    rule = {
        "name": "App", "key": "app", "kind": "spend", "points": "2", "per_minor": "1.00", "factor": "1", "channels": ["mobile"],
        "minimum_minor": "50.00", "priority": "100",
    }  # fmt: skip
    assert client.post(address("earningrule_add"), rule).status_code == 302
    made = EarningRule.objects.get()
    assert (made.per_minor, made.conditions) == (100, {"channels": ["mobile"], "minimum_minor": 5000})
    # negative amounts and rules that give nothing are told beside their field
    wrong = client.post(address("earningrule_add"), {**rule, "key": "b", "points": "0", "minimum_minor": "-1"})
    assert set(wrong.context["adminform"].form.errors) == {"minimum_minor"}
    wrong = client.post(address("earningrule_add"), {**rule, "key": "b", "points": "0"})
    assert wrong.context["adminform"].form.errors == {"points": ["Say how many points it gives."]}


def press(client: Client, model: str, pk: Any, name: str, **form: Any) -> Any:
    url = f"/admin/loyalty/{model}/{pk}/{name}/"
    return client.post(url, {"_form_submitted": "1", **form}, headers={"HX-Request": "true"})


def test_the_buttons_do_what_they_say():
    made = seed()
    client, other = boss(), boss("other@example.com", "Helen Brandt")
    # publish the draft rule, and make the next version of the programme
    assert "HX-Redirect" in press(client, "earningrule", made["draft"].pk, "publish").headers
    made["draft"].refresh_from_db()
    assert made["draft"].state == "published"
    press(client, "programme", made["programme"].pk, "new-version")
    assert Programme.objects.filter(state="draft").count() == 1
    # let the referral in review count
    flagged = ReferralUse.objects.get(state="flagged")
    press(client, "referraluse", flagged.pk, "approve", note="Flatmates")
    flagged.refresh_from_db()
    assert (flagged.state, flagged.decision) == ("rewarded", "Flatmates")
    # a large adjustment waits for another person
    account = Account.objects.get(customer=made["people"][1], unit="points")
    before = account.balance
    press(client, "account", account.pk, "adjust", amount="5000", reason="A mistake of ours")
    waiting = Adjustment.objects.get()
    press(client, "adjustment", waiting.pk, "approve")
    account.refresh_from_db()
    assert account.balance == before
    press(other, "adjustment", waiting.pk, "approve")
    account.refresh_from_db()
    assert account.balance == before + 5000
    # half a point is none
    press(client, "account", account.pk, "adjust", amount="1.5", reason="Half a point")
    account.refresh_from_db()
    assert (account.balance, Adjustment.objects.count()) == (before + 5000, 1)

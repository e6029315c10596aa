"""The figures on the screen and over the API: every number opens the rows behind it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from insights.services.paths import build_paths
from loyalty.models.ledger import Account
from omnichannel.accounts.models import User
from omnichannel.events.states import EventKind
from omnichannel.kernel.clock import now
from tests.insights.figures import figures_of
from tests.insights.test_paths import an_event, an_order, customer  # noqa: F401 - a fixture
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db
DASHBOARD = "/admin/insights/path/dashboard/"
ROWS = "/admin/insights/path/rows/"


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com", "correct horse battery", name="Helen"))
    return client


@pytest.fixture
def two_orders(customer):  # noqa: F811 - the fixture
    an_event(customer.pk, days=4, utm_source="june", utm_medium="email", utm_campaign="june-sale")
    an_event(customer.pk, days=1, name="Product Viewed")
    orders = [an_order(customer, total=8_000), an_order(None, total=2_000, channel="pos")]
    build_paths(order_ids=[order.pk for order in orders], at=now())
    return orders


def test_the_dashboard_says_what_it_found_before_there_is_anything(boss):
    page = boss.get(DASHBOARD).content.decode()
    assert "No sales in this period" in page
    assert "Nobody was seen in this period" in page


def test_every_number_of_the_dashboard_opens_its_rows(boss, two_orders, customer):  # noqa: F811 - the fixture
    # given what sales must not count, touches of several kinds, members with points and credit, and a wide funnel
    cancelled = an_order(customer, total=7_700)
    type(cancelled).objects.filter(pk=cancelled.pk).update(status="cancelled")
    unpaid = an_order(customer, total=6_600)
    type(unpaid).objects.filter(pk=unpaid.pk).update(confirmed_at=None)
    store = StoreFactory(name="Harbour Street")
    an_event(customer.pk, days=2, name="cart.line_added", kind=EventKind.DOMAIN)
    an_event(uuid4(), days=2)
    again = an_order(customer, total=150_050, channel="tablet", store=store)
    for n in range(12):
        an_event(customer.pk, days=3, utm_source=f"s{n}", utm_medium="email", utm_campaign=f"c{n}")
    build_paths(order_ids=[again.pk, *(order.pk for order in two_orders)], at=now())
    for unit, balance, pending in (("points", 1_240, 90), ("credit:USD", 1_500, 0)):
        Account.objects.create(
            customer=customer, unit=unit, balance=balance, pending=pending, created_at=now(), updated_at=now()
        )
    # when every figure of the page is followed
    seen = figures_of(boss, f"{DASHBOARD}?days=7&model=linear")
    # then the rows behind it count or sum to what was shown
    assert len(seen) > 100
    assert {figure for figure, *_ in seen} == {"sold", "funnel", "buyers", "crossed", "touched", "credit", "owed"}
    assert [each for each in seen if each[1] != each[2]] == []
    for shown in ("$1,600", "2 orders", "3 orders", "1,240 points", "90 points"):
        assert any(shown in each for each in seen), shown


def test_the_rows_of_a_figure_are_the_very_ones(boss, two_orders, customer):  # noqa: F811 - the fixture
    rows = f"{ROWS}?figure=credit&model=first&kind=email&source=june&campaign=june-sale"
    page = boss.get(rows).content.decode()
    assert two_orders[0].number in page
    assert two_orders[1].number not in page
    people = boss.get(f"{ROWS}?figure=funnel&step=visited").content.decode()
    assert f"/admin/customers/customer/{customer.pk}/profile/" in people
    for nonsense in (
        "", "figure=x", "figure=sold&channel=pigeon", "figure=sold&store=x", "figure=sold&day=x", "figure=funnel&step=x",
        "figure=credit&model=x", "figure=credit&model=first&kind=x", "figure=owed&what=x", "figure=crossed&to=x",
    ):  # fmt: skip
        assert boss.get(f"{ROWS}?{nonsense}").status_code == 404, nonsense


def test_a_path_shows_each_touch_and_columns_that_sum_to_the_order(boss, two_orders):
    page = boss.get(f"/admin/insights/path/{two_orders[0].pk}/change/").content.decode()
    assert "2 touches before $80.00" in page
    assert page.count("$40.00") >= 2  # linear
    assert boss.get(f"/admin/insights/path/{uuid4()}/change/").status_code == 404


def test_paths_are_found_by_order_and_by_whose_they_are(boss, two_orders, customer):  # noqa: F811 - the fixture
    hers, nobodys = two_orders
    for typed, found in ((hers.number.lower(), hers), ("Suzie.L@example.com", hers), (nobodys.number, nobodys)):
        rows = boss.get("/admin/insights/path/", {"q": typed})
        assert [row.order_id for row in rows.context["cl"].result_list] == [found.pk], typed
        assert ("A guest" in rows.content.decode()) == (found == nobodys)


def test_who_may_not_read_figures_sees_none():
    client = Client()
    client.force_login(User.objects.create_user("s@example.com", "correct horse battery", is_staff=True))
    for link in (DASHBOARD, f"{ROWS}?figure=funnel&step=visited", f"{ROWS}?figure=sold"):
        assert client.get(link).status_code == 403
    # who reads orders reads the rows of sales, and nothing else
    reader = User.objects.get(email="s@example.com")
    reader.user_permissions.add(Permission.objects.get(codename="view_order"))
    assert client.get(f"{ROWS}?figure=sold").status_code == 200
    assert client.get(f"{ROWS}?figure=owed&what=points").status_code == 403


def test_the_api_gives_the_same_figures(boss, two_orders, customer):  # noqa: F811 - the fixture
    def get(path: str, **query: str):
        return boss.get(f"/api/v1/insights/{path}", query).json()

    assert {row["key"]: row["sales"]["amount_minor"] for row in get("sales")["items"]} == {"web": 8_000, "pos": 2_000}
    sources = get("attribution")["items"]
    for model in ("first", "last", "linear", "time_decay", "position"):
        assert sum(row["credits"][model]["amount_minor"] for row in sources) == 10_000
    rows = get("credits", model="first", kind="email", source="june", campaign="june-sale")["items"]
    assert [(row["number"], row["amount"]["amount_minor"]) for row in rows] == [(two_orders[0].number, 8_000)]
    assert [touch["kind"] for touch in get(f"paths/{two_orders[0].pk}")["touches"]] == ["email", "direct"]
    assert [row["number"] for row in get("paths", customer=str(customer.pk))["items"]] == [two_orders[0].number]
    assert get(f"customers/{customer.pk}")["worth"] == {"amount_minor": 8_000, "currency": "USD"}
    assert get("overview")["repeat"]["customers"] == 1


@pytest.mark.parametrize(
    "query", [{"since": "2026-02-01", "until": "2026-01-01"}, {"since": "0001-01-01"}, {"since": "x"}]
)
def test_a_period_that_is_none_is_named(boss, query):
    answer = boss.get("/api/v1/insights/sales", query)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("period_invalid", "validation_failed", "invalid")


def test_the_period_before_is_beside_it(boss, customer):  # noqa: F811 - the fixture
    order = an_order(customer, total=5_000)
    type(order).objects.filter(pk=order.pk).update(placed_at=now() - timedelta(days=40))
    row = boss.get("/api/v1/insights/sales").json()["items"][0]
    assert (row["sales"]["amount_minor"], row["sales_before"]["amount_minor"]) == (0, 5_000)

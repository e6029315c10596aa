"""The home page: figures from their rows, few statements, and the roles that may see it."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from backoffice.rules import charts, colours, findings, roles
from omnichannel.accounts.models import User
from orders.models import Order
from tests.insights.figures import figures_of
from tests.orders.shop import stocked, till, walk_in


@pytest.fixture
def administrator(db):
    return User.objects.create_superuser("ines@example.com", "correct horse battery", name="Inês Rocha")


def test_home_greets_and_shows_every_card_when_the_shop_is_new(administrator):
    # given an empty shop
    client = Client()
    client.force_login(administrator)
    # when the home page is opened
    page = client.get("/admin/").content.decode()
    # then it greets by name and each card says what will show there
    assert ", Inês" in page
    for sentence in (
        "No sales yet today",
        "No cart is open",
        "No pickups wait",
        "Nothing runs out within 3 days",
        "All works",
    ):
        assert sentence in page


def test_home_takes_a_fixed_number_of_statements(administrator, django_assert_max_num_queries):
    client = Client()
    client.force_login(administrator)
    client.get("/admin/")
    with django_assert_max_num_queries(16):
        client.get("/admin/")


@pytest.mark.django_db
def test_roles_are_groups_with_their_permissions():
    names = {group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}
    assert set(names) == set(roles.ROLES)
    assert {"view_order", "change_order"} <= names["Service agent"] and "view_apikey" not in names["Service agent"]
    assert "view_apikey" not in names["Analyst"] and "delete_apikey" in names["Administrator"]
    assert not any(codename.startswith(("add_", "change_", "delete_")) for codename in names["Analyst"])


def test_findings_read_as_sentences():
    by_group = {"store": (842, 691), "social": (128, 154), "web": (1231, 1187)}
    assert (
        findings.sales_finding(today=2895, usual=2644, usual_day=9800, by_group=by_group, weekday="Tuesday")
        == "Sales are 9% above a usual Tuesday. Stores lead, social lags."
    )
    first = {"by_group": {}, "weekday": "Monday"}
    assert findings.sales_finding(today=0, usual=0, usual_day=0, **first) == "No sales yet today"
    assert (
        findings.sales_finding(today=413, usual=66, usual_day=4752, **first)
        == "Too early to compare with a usual Monday"
    )
    assert (
        findings.sales_finding(today=413, usual=0, usual_day=4752, **first)
        == "Too early to compare with a usual Monday"
    )
    assert findings.sales_finding(today=413, usual=0, usual_day=0, **first) == "Sales today, the first of their kind"
    assert findings.pickups_finding(waiting=28, late=3) == "3 of 28 pickups are late"


def test_the_brand_scale_keeps_text_readable():
    scale = colours.accent_scale("#0b6480")
    lightness, chroma, hue = colours.hex_to_oklch("#0b6480")
    assert (round(lightness, 2), round(chroma, 2), round(hue)) == (0.47, 0.09, 226)
    assert scale["600"] != scale["50"] and all(value.startswith("rgb(") for value in scale.values())


def test_axis_is_round_and_covers_the_highest_value():
    assert charts.axis(41_900) == [0, 20_000, 40_000, 60_000]
    assert charts.axis(0) == [0, 1]


def test_every_figure_of_the_home_page_opens_its_rows(boss, pickup, store):
    # given three sales at the till, one of them cancelled, and two carts that are still open
    placed = [pickup().order for _ in range(3)]
    Order.objects.filter(pk=placed[0].pk).update(status="cancelled")
    till_ = till(store)
    for quantity in (1, 2):
        walk_in(till_, (stocked(store), quantity), kind="pickup", store=store)
    # when every figure is followed
    seen = figures_of(boss, "/admin/")
    # then its rows count or sum to what was shown
    assert {figure for figure, *_ in seen} == {"sold", "carts", "stock"}
    assert [each for each in seen if each[1] != each[2]] == []
    assert any(shown == "Open the 2 orders" for _, shown, _ in seen)
    assert any((figure, shown) == ("carts", "2") for figure, shown, _ in seen)
    # and what is asked for in other words is not there
    assert boss.get(reverse("backoffice:behind") + "?figure=x").status_code == 404


def test_rows_of_carts_and_stock_are_for_those_who_may_read_them(person_of):
    marketer = person_of("Marketer")
    assert marketer.get(reverse("backoffice:behind") + "?figure=carts").status_code == 200
    assert marketer.get(reverse("backoffice:behind") + "?figure=stock").status_code == 403

"""Every list of the back office: it opens, is found in, and costs the same whatever it holds."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omnichannel.staff.admin import EstimatingPaginator, StaffAdmin
from orders.models import Order

MOST_STATEMENTS = 14
MODELS = [model for model in admin.site._registry if model._meta.app_label != "django_celery_beat"]


def page_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_statements_of_every_list_do_not_grow_with_its_rows(boss, trade):
    def statements():
        counted = {}
        for model in MODELS:
            with CaptureQueriesContext(connection) as seen:
                answer = boss.get(page_of(model))
            if answer.status_code == 200:
                counted[model._meta.label] = len(seen)
        return counted

    # given a shop with little trade
    trade(1)
    for model in MODELS:
        boss.get(page_of(model))  # what is read once in a process is not counted
    few = statements()
    # when there is three times as much
    trade(2)
    many = statements()
    # then every list takes the same statements, and few of them
    assert many == few
    assert {label: count for label, count in many.items() if count > MOST_STATEMENTS} == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_every_list_opens_empty_searched_and_sorted_and_says_what_it_searches(boss, model):
    page, screen = page_of(model), admin.site._registry[model]
    assert boss.get(page).status_code in (200, 302)  # the one brand kit opens at once
    if screen.search_fields:
        assert screen.search_help_text, f"{model._meta.label} does not say what its search looks at"
        for typed in ("7", "somebody@example.com", "01a2001b-ad44-7512-9b4e-ac367ae15dee", "a\x00b", "%", "'; --"):
            assert boss.get(page, {"q": typed}).status_code in (200, 302), typed


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_no_list_counts_a_large_table(model):
    screen = admin.site._registry[model]
    assert isinstance(screen, StaffAdmin), model._meta.label
    assert not screen.show_full_result_count and issubclass(screen.paginator, EstimatingPaginator)


@pytest.mark.django_db
def test_pages_beyond_the_count_are_answered(boss, trade):
    trade(1)
    assert boss.get(page_of(Order), {"p": 50}).status_code == 200


@pytest.mark.django_db
def test_every_form_opens_and_shows_no_machine_words(boss, trade):
    # given trade that left rows in most tables
    trade(1)
    shown = set()
    for model in MODELS:
        row = model._default_manager.first()
        if row is None:
            continue
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        # when the page of one is opened
        answer = boss.get(address, follow=True)  # templates have an editor of their own
        # then it is there, in words
        assert answer.status_code == 200, address
        text = answer.content.decode()
        for raw in (
            "_minor",
            "Hold id",
            "Pickup code hash",
            "Client secret",
            "Version</label>",
            "('placed'",
            "{&#x27;",
        ):
            assert raw not in text, f"{raw} on {address}"
        shown.add(model._meta.label)
    assert {
        "orders.Order",
        "orders.Fulfilment",
        "orders.Payment",
        "carts.Cart",
        "stores.StockMovement",
        "events.Event",
    } <= shown

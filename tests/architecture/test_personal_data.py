"""Every table that leads to a person is answered for: nothing that is added can be forgotten at an export or an erasure."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import defaultdict

import pytest
from django.apps import apps
from django.db import models

from customers.models import Customer
from omnichannel.kernel.personal_data import personal_data

OURS = ("accounts", "brand", "events", "rest", "integrations", "catalog", "customers", "stores", "carts", "orders", "loyalty", "insights", "demo")  # fmt: skip
#: Words that people write of themselves, or that are written of them, in tables that do not point at a customer.
TELLING = {
    "email", "phone", "address", "recipient", "handle", "ship_to", "note", "proof", "user_agent", "ip_address",
    "user_data", "page_url", "personalisation", "first_name", "last_name", "method",
}  # fmt: skip

#: What no provider names, and why that is right.
ELSEWHERE = {
    "events.Event": "emptied through events.services.redacting, which customers' provider calls",
    "integrations.WebhookMessage": "emptied as a copy of the facts, with them; customer.erased tells the other systems",
    "accounts.User": "goes with the customer, in customers' provider",
    "customers.Customer": "the row itself, blanked",
    "carts.CartLine": "goes with the cart, or stays with the order the law keeps",
    "carts.WishListItem": "goes with the list",
    "campaign_audiences.ItemMove": "ids of a merge, nothing of the person",
    "campaign_social.SocialMove": "ids of a merge, nothing of the person",
    "loyalty.MemberMove": "ids of a merge, nothing of the person",
    "orders.OrderMove": "ids of a merge, nothing of the person",
    "stores.Store": "the store's own number",
    "brand.BrandKit": "the brand's own address",
    "loyalty.Account": "balances, closed through the ledger; the row stays for the books, of a blank record",
    "loyalty.Member": "a code drawn by lot and a date, of a blank record; friends' rewards stand on it",
    "loyalty.Programme": "terms, written by staff of nobody",
    "loyalty.ReferralProgramme": "terms, written by staff of nobody",
    "campaign_journeys.JourneyVersion": "a version, written by staff of nobody",
}


def _is_ours(model: type[models.Model]) -> bool:
    return model._meta.app_label in OURS or model._meta.app_label.startswith("campaign_")


def _tells(model: type[models.Model]) -> bool:
    for field in model._meta.get_fields():
        if field.auto_created or not getattr(field, "concrete", False):
            continue
        if field.is_relation and field.related_model is Customer:
            return True
        if field.name in TELLING or field.name.endswith("customer_id"):
            return True
    return False


def _named_in(method: object) -> set[str]:
    """The names that a provider's method, or a function of its module that it calls, speaks of."""
    module = inspect.getmodule(method)
    functions = dict(inspect.getmembers(module, inspect.isfunction))
    names: set[str] = set()
    waiting = [method]
    seen: set[object] = set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        tree = ast.parse(textwrap.dedent(inspect.getsource(each)))
        found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= found
        waiting += [
            functions[name] for name in found & functions.keys() if functions[name].__module__ == module.__name__
        ]
    return names


@pytest.fixture(scope="module")
def named() -> dict[str, dict[str, set[str]]]:
    """App label → what its providers' `export` and `erase` name."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"export": set(), "erase": set()})
    for provider in personal_data:
        config = apps.get_containing_app_config(type(provider).__module__)
        for what in ("export", "erase"):
            found[config.label][what] |= _named_in(getattr(type(provider), what))
    return found


def test_every_table_that_leads_to_a_person_is_erased_by_its_app(named):
    # given every table with a customer or with words of one
    telling = [model for model in apps.get_models() if _is_ours(model) and _tells(model)]
    assert len(telling) > 35
    # then the provider of its app names it when it erases, or the list above says why not
    missing = [
        model._meta.label
        for model in telling
        if model.__name__ not in named[model._meta.app_label]["erase"] and model._meta.label not in ELSEWHERE
    ]
    assert missing == []


def test_what_says_why_not_is_still_there():
    labels = {model._meta.label for model in apps.get_models()}
    assert set(ELSEWHERE) <= labels


def test_every_app_with_a_person_in_it_answers_all_four_questions():
    for provider in personal_data:
        for question in ("export", "erase", "move", "restore"):
            assert callable(getattr(provider, question)), f"{type(provider).__name__}.{question}"

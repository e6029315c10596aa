"""Sources in the admin: the key is shown once, renewed, and switched off."""

import json
import re

import pytest

from customers.models import Source, Suppression
from tests.customers.factories import StaffFactory
from tests.customers.test_tracking_api import track
from tests.fixtures.auth import ApiClient, session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    client.cookies["sessionid"] = session_of(StaffFactory(is_superuser=True))
    return client


def send(key):
    return ApiClient().generic(
        "POST", "/v1/batch", json.dumps({"writeKey": key, "batch": [track()]}), content_type="text/plain"
    )


def key_in(page):
    return re.search(r"write key: (\S+)", page.content.decode()).group(1)


def test_a_key_is_shown_once_and_renewed(boss):
    page = boss.post("/admin/customers/source/add/", {"name": "Storefront", "channel": "web"}, follow=True)
    key, source = key_in(page), Source.objects.get()
    assert send(key).status_code == 200
    # it is not kept and not shown again
    assert key not in boss.get(f"/admin/customers/source/{source.pk}/change/").content.decode()
    assert key not in str(Source.objects.values().get())
    # a new one takes its place at once
    answer = boss.post(
        f"/admin/customers/source/{source.pk}/new-key/", {"_form_submitted": "1"}, headers={"HX-Request": "true"}
    )
    assert "HX-Redirect" in answer
    renewed = key_in(boss.get(answer["HX-Redirect"]))
    assert (send(key).status_code, send(renewed).status_code) == (401, 200)
    boss.post(f"/admin/customers/source/{source.pk}/switch/", {"_form_submitted": "1"}, headers={"HX-Request": "true"})
    assert send(renewed).status_code == 401


def test_an_address_is_suppressed_by_staff(boss):
    form = {"channel": "email", "address": "Gone@Example.com", "reason": "asked by phone", "detail": ""}
    boss.post("/admin/customers/suppression/add/", form)
    assert Suppression.objects.get().address == "gone@example.com"
    again = boss.post("/admin/customers/suppression/add/", form)
    assert "on the list already" in again.content.decode()
    assert boss.get("/admin/customers/suppression/").status_code == 200

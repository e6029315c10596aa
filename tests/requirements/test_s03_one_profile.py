"""S3: a single source of truth for a customer: every channel reads one profile version."""

import pytest

from tests.stores.fixtures import *  # noqa: F403
from tests.stores.fixtures import associate_api, key_api

pytestmark = pytest.mark.django_db


def test_web_app_tablet_and_other_systems_read_one_version(customer, customer_web, customer_app, device, associate):
    # given a change on each channel in turn
    tablet, system = associate_api(device, associate), key_api("customers:read", "customers:write")
    at = f"/customers/{customer.pk}"
    customer_web.patch_json("/me", {"first_name": "Suzie"}, if_match=1)
    customer_web.patch_json("/me", {"phone": "+12075550131"})
    customer_app.patch_json("/me", {"locale": "en_GB"})
    tablet.patch_json(at, {"note": "Likes wool"})
    system.patch_json(at, {"tags": ["vip"]})
    # when each reads
    read = [customer_web.get_json("/me"), customer_app.get_json("/me"), tablet.get_json(at), system.get_json(at)]
    # then all see the same version with everybody's change
    assert [answer.json()["version"] for answer in read] == [5, 5, 5, 5]
    assert {answer["ETag"] for answer in read} == {'"5"'}
    assert {(answer.json()["phone"], answer.json()["locale"]) for answer in read} == {("+12075550131", "en_GB")}
    assert [answer.json()["note"] for answer in read[2:]] == ["Likes wool"] * 2
    # and whoever acts on what it read before is told
    assert customer_app.patch_json("/me", {"first_name": "Late"}, if_match=1).status_code == 412

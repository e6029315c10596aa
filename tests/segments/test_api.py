"""The segments API, as staff use it through the builder and other systems with a key."""

import base64
from datetime import timedelta
from typing import Any

from campaigns.segments.models import Segment
from campaigns.segments.services.membership import build_due
from customers.services.consent import give_consent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.segments.conftest import NEWCOMERS_RULE, VIEWED_TWICE, Shop


def consent(customer: Any) -> None:
    give_consent(
        customer_id=customer.pk, channel="email", purpose="marketing", wording="v1", source="test", proof={},
        by=SYSTEM, at=now(),
    )  # fmt: skip


def test_a_preview_counts_exactly_and_says_why(shop: Shop, staff_web: Any):
    # given Suzie who fits, and Amara who bought
    suzie, amara = shop.person(email="suzie@example.com"), shop.person("Amara Diallo")
    for person in (suzie, amara):
        shop.view(person)
        shop.view(person)
        shop.owns(person, 120)
    shop.buy(amara, shop.jacket)
    consent(suzie)
    # when the rule is tried
    answer = staff_web.post_json(
        "/segments/preview", {"tree": NEWCOMERS_RULE, "reach": True, "customer": str(amara.pk)}
    )
    # then
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["count"], told["of"]) == (1, 2)
    assert told["alone"] == {"/all/0": 2, "/all/1": 1, "/all/2": 2}
    assert told["reach"] == {"email": 1, "push": 0, "sms": 0, "any": 1}
    [sample] = told["sample"]
    assert (sample["customer"], sample["name"]) == (str(suzie.pk), "Suzie Lindqvist")
    assert sample["reasons"][0].startswith("Looked at Jackets 2 times")
    assert sample["reasons"][1:] == ["Did not buy Jackets in the last 60 days", "Has 120 points"]
    assert told["person"]["inside"] is False
    assert told["person"]["reason"] == "Not so: did not buy Jackets in the last 60 days"
    assert Segment.objects.count() == 0


def test_problems_stand_at_their_place_in_the_request(shop: Shop, staff_web: Any):
    tree = {"all": [{**VIEWED_TWICE, "name": "Moon Viewed", "window": {"last_days": 0}}]}
    answer = staff_web.post_json("/segments/preview", {"tree": tree})
    assert answer.status_code == 400
    # first the shape; what it names is looked up once that stands
    assert {(row["pointer"], row["code"]) for row in answer.json()["errors"]} == {
        ("/tree/all/0/window/last_days", "window_zero")
    }
    tree["all"][0]["window"] = {"last_days": 7}
    answer = staff_web.post_json("/segments/preview", {"tree": tree})
    assert {(row["pointer"], row["code"]) for row in answer.json()["errors"]} == {("/tree/all/0/name", "event_unknown")}


def test_a_segment_is_saved_in_versions_and_lives(shop: Shop, staff_web: Any):
    suzie = shop.person()
    shop.view(suzie)
    shop.view(suzie)
    made = staff_web.post_json("/segments", {"name": "Jackets, seen twice", "tree": VIEWED_TWICE, "live": True})
    assert made.status_code == 201, made.content
    segment = made.json()
    assert (segment["key"], segment["state"], segment["version"]) == ("jackets-seen-twice", "live", 1)
    build_due(at=now())
    members = staff_web.get_json(f"/segments/{segment['id']}/members").json()["items"]
    assert [(row["name"], row["until"]) for row in members] == [("Suzie Lindqvist", None)]
    # the same rule again is no new version; another one is
    again = staff_web.patch_json(f"/segments/{segment['id']}", {"tree": VIEWED_TWICE})
    assert again.json()["version"] == 1
    other = staff_web.patch_json(f"/segments/{segment['id']}", {"tree": {"kind": "order"}})
    assert (other.json()["version"], other.json()["building"]) == (2, True)
    versions = staff_web.get_json(f"/segments/{segment['id']}/versions").json()["items"]
    assert [row["version"] for row in versions] == [2, 1]
    assert versions[1]["tree"] == VIEWED_TWICE
    # as of a moment that has been
    build_due(at=now())
    assert staff_web.get_json(f"/segments/{segment['id']}/members").json()["items"] == []
    before = (now() - timedelta(days=1)).isoformat().replace("+", "%2B")
    assert staff_web.get_json(f"/segments/{segment['id']}/members?at={before}").json()["items"] == []


def test_a_segment_that_others_ask_for_cannot_be_archived(shop: Shop, staff_web: Any):
    used = shop.live(VIEWED_TWICE, "Lookers")
    user = shop.live({"kind": "segment", "segment": used.key}, "Users")
    refused = staff_web.patch_json(f"/segments/{used.pk}", {"state": "archived"})
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_in_use")
    assert refused.json()["data"] == {"used_by": ["Users"]}
    circle = staff_web.patch_json(f"/segments/{used.pk}", {"tree": {"kind": "segment", "segment": user.key}})
    assert circle.json()["errors"][0]["code"] == "segment_circular"


def test_a_list_is_filled_by_upload_and_names_the_lines_that_are_nobody(shop: Shop, staff_web: Any):
    suzie, lena = shop.person(email="suzie@example.com"), shop.person("Lena Fischer")
    made = staff_web.post_json("/segments", {"name": "Press"}).json()
    assert (made["kind"], made["state"], made["tree"]) == ("list", "live", None)
    text = f"email\nSuzie@Example.com\n{lena.number}\nnobody@example.com\n\nsuzie@example.com\n"
    body = {"content_base64": base64.b64encode(text.encode()).decode()}
    report = staff_web.post_json(f"/segments/{made['id']}/upload", body).json()
    assert (report["added"], report["already"], report["removed"]) == (2, 0, 0)
    assert report["unknown"] == [{"line": 4, "value": "nobody@example.com", "why": "There is no such customer."}]
    members = staff_web.get_json(f"/segments/{made['id']}/members").json()["items"]
    assert {row["customer"] for row in members} == {str(suzie.pk), str(lena.pk)}
    # a rule has nobody put in by hand, and rubbish is no list
    gone = staff_web.post_json(f"/segments/{made['id']}/members", {"remove": [str(lena.pk)]}).json()
    assert gone["removed"] == 1
    rubbish = staff_web.post_json(f"/segments/{made['id']}/upload", {"content_base64": "???"})
    assert rubbish.json()["code"] == "segment_list_unreadable"
    ruled = shop.live(VIEWED_TWICE)
    refused = staff_web.post_json(f"/segments/{ruled.pk}/members", {"add": [str(lena.pk)]})
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_has_a_rule")


def test_the_vocabulary_offers_what_was_seen(shop: Shop, staff_web: Any):
    shop.view(shop.person())
    told = staff_web.get_json("/segments/vocabulary").json()
    viewed = next(row for row in told["events"] if row["name"] == "Product Viewed")
    assert viewed["seen"] is True and viewed["properties"] == ["price"]
    assert {"path": "women/jackets", "name": "Jackets"} in told["categories"]
    assert any(row["name"] == "cart.line_added" for row in told["events"])
    assert not any(row["name"].startswith("stock") for row in told["events"])


def test_who_may_not_see_segments(shop: Shop, anonymous_api: Any, customer_web: Any):
    assert anonymous_api.get_json("/segments").status_code == 401
    assert customer_web.get_json("/segments/vocabulary").status_code == 403


def test_the_profile_says_which_segments_since_when_and_why(shop: Shop):
    from customers.ports import profile_panels

    suzie = shop.person()
    shop.view(suzie)
    shop.view(suzie)
    shop.live(VIEWED_TWICE)
    panel = profile_panels.get("segments").panel(customer_id=suzie.pk, at=now())
    [row] = panel["items"]
    assert row["name"] == "Jacket lovers" and row["reason"].startswith("Looked at Jackets 2 times")

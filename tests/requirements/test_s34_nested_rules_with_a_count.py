"""S34: "segmentation of audiences for targeted messaging": rules nested by hand, with the exact count as one builds."""

from typing import Any

import pytest

from tests.customers.factories import CustomerFactory
from tests.requirements.segment_people import Marketer, marketer
from tests.requirements.world import said

__all__ = ["marketer"]
pytestmark = pytest.mark.django_db


def test_a_nested_rule_is_counted_explained_and_shown_with_people(marketer: Marketer):
    # given three people: one viewed twice, one has the tag, one neither
    viewer, tagged, other = (CustomerFactory(first_name=name, last_name="Berg") for name in ("Ann", "Bo", "Cy"))
    type(tagged).objects.filter(pk=tagged.pk).update(tags=["press"])
    for _ in range(2):
        marketer.send(viewer, "Product Viewed")
    marketer.send(other, "Product Viewed")
    rule: dict[str, Any] = {
        "all": [
            {"any": [{"kind": "event", "name": "Product Viewed", "count": {"op": ">=", "value": 2}, "window": {"last_days": 7}}, {"kind": "profile", "field": "tags", "op": "has", "value": "press"}]},
            {"not": {"kind": "order"}},
        ]
    }  # fmt: skip
    # when it is tried
    told = said(marketer.staff.post_json("/segments/preview", {"tree": rule}))
    # then the count is exact, said back, each condition has its own, and everyone has a reason
    assert (told["count"], told["of"]) == (2, 3)
    assert told["alone"] == {"/all/0/any/0": 1, "/all/0/any/1": 1, "/all/1/not": 0}
    assert told["sentence"].startswith("Everyone who either looked at something 2 or more times in the last 7 days or ")
    reasons = {row["name"]: row["reasons"] for row in told["sample"]}
    assert reasons["Ann Berg"][0].startswith("Looked at something 2 times")
    assert reasons["Bo Berg"][0] == "Has tags that include “press”"
    # and a slip is marked where it is
    rule["all"][0]["any"][0]["window"] = {"last_days": 0}
    wrong = marketer.staff.post_json("/segments/preview", {"tree": rule})
    assert [(row["pointer"], row["code"]) for row in wrong.json()["errors"]] == [
        ("/tree/all/0/any/0/window/last_days", "window_zero")
    ]

"""Suzie: what is known of her, and what each step of her story leaves behind, whoever acts and wherever it is played."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from typing import Any

import orjson

from campaigns.journeys.services.defaults import NAMES, default_graph
from tests.journeys.story.mails import html_of, text_of
from tests.journeys.story.stage import Client, Stage, said

EMAIL, FRIEND = "suzie.story@example.com", "finn.story@example.com"
PASSWORD = "the-sea-and-the-weather-27"
HANDLE = "suzie.l.story"
ADDRESS = {
    "name": "Suzie Lindqvist", "line1": "8 Commercial Street", "city": "Provincetown", "region": "MA", "postal_code": "02657",
    "country": "US",
}  # fmt: skip
DRESS, JACKET, SWIMSUIT = "LINEN-WRAP-DRESS-SAGE-10", "QUAY-RAIN-JACKET-OCHRE-10", "COVE-SWIMSUIT-INK-10"
LOOKED = {"quay-rain-jacket", "cove-swimsuit"}


@dataclass
class Suzie:
    stage: Stage
    customer_id: str = ""
    orders: dict[str, Any] = field(default_factory=dict)
    audiences: dict[str, str] = field(default_factory=dict)
    journeys: dict[str, str] = field(default_factory=dict)
    code: dict[str, Any] = field(default_factory=dict)
    referral: str = ""
    friend_id: str = ""
    points: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cast = self.stage.cast
        self.staff: Client = self.stage.client(cookies=cast["staff"]["cookies"])
        self.office: Client = self.stage.client(cast["office"]["headers"])

    # What is looked at after each step

    def timeline(self) -> list[dict[str, Any]]:
        """All of it, oldest first."""
        rows, cursor = [], ""
        while True:
            answer = said(self.office.call("GET", f"/customers/{self.customer_id}/timeline?limit=100{cursor}"))
            rows += answer["items"]
            if not answer["next"]:
                return rows[::-1]
            cursor = f"&cursor={answer['next']}"

    def told(self, name: str) -> list[dict[str, Any]]:
        return [row for row in self.timeline() if row["name"] == name]

    def expect_told(self, name: str, *, times: int | None = None, sentence: str = "") -> dict[str, Any]:
        """A fact on her timeline, the last one of its name."""

        def look() -> dict[str, Any]:
            rows = self.told(name)
            assert rows if times is None else len(rows) == times, (name, [row["name"] for row in self.timeline()])
            assert sentence in rows[-1]["sentence"], rows[-1]
            return rows[-1]

        return self.stage.eventually(look)

    def loyalty(self, customer_id: str = "") -> Any:
        return said(self.office.call("GET", f"/customers/{customer_id or self.customer_id}/loyalty"))

    def credit(self, customer_id: str) -> int:
        return int(self.loyalty(customer_id)["credit"]["amount_minor"])

    def audience(self, key: str) -> set[str]:
        items = said(
            self.staff.call("GET", f"/audiences/{self.audiences[key]}/items?customer={self.customer_id}&limit=100")
        )["items"]
        return {row["product"]["slug"] for row in items}

    def mail(self, subject: str, to: str = EMAIL) -> EmailMessage:
        def look() -> EmailMessage:
            found = [mail for mail in self.stage.mails(to) if subject in str(mail["Subject"])]
            assert found, [str(mail["Subject"]) for mail in self.stage.mails(to)]
            return found[-1]

        return self.stage.eventually(look)

    def find(self, email: str = EMAIL) -> str:
        """Who the brand knows under an address."""

        def look() -> str:
            rows = said(self.office.call("GET", f"/customers?q={email}"))["items"]
            [found] = [row["id"] for row in rows if row["email"] == email]
            return str(found)

        return self.stage.eventually(look)

    def keep_order(self, name: str, number_or_id: str) -> Any:
        """The order of this number, once it is paid."""

        def paid() -> Any:
            rows = said(self.office.call("GET", f"/orders?q={number_or_id}"))["items"]
            found = said(self.office.call("GET", f"/orders/{rows[0]['id']}"))
            assert found["payment_status"] == "paid", found["payment_status"]
            return found

        self.orders[name] = self.stage.eventually(paid)
        return self.orders[name]

    # The marketer before it begins

    def marketer_prepares(self) -> None:
        """Journeys as the house has them, two audiences with the advertising platform behind them."""
        for key in ("abandoned_cart", "after_delivery"):
            self.publish(key, item_offer="item-off-48h", next_offer="postcard-15")
        for key, name, rule in (
            ("looked", "Looked at, not bought", {"kind": "viewed_or_carted_not_bought", "within_days": 30}),
            ("related", "Goes with what they bought", {"kind": "related_to_bought", "within_days": 90, "most": 20}),
        ):
            body = {"key": f"story-{key}", "name": name, "rule": rule, "destinations": [{"platform": "meta"}]}
            self.audiences[key] = said(self.staff.call("POST", "/audiences", body), 201)["id"]

    def publish(self, key: str, **names: str) -> None:
        """The house's journey of this key, unless it is there."""
        there = {row["key"]: row for row in said(self.staff.call("GET", "/journeys?status=live&limit=100"))["items"]}
        if key in there:
            self.journeys[key] = there[key]["id"]
            return
        body = {"key": key, "name": NAMES[key][0], "graph": default_graph(key, **names)}
        self.journeys[key] = said(self.staff.call("POST", "/journeys", body), 201)["id"]
        assert said(self.staff.call("POST", f"/journeys/{self.journeys[key]}/publish", {}))["state"] == "live"

    # 1

    def dress_is_ordered(self) -> None:
        """Channel social, the post as its source; no log-in."""
        order = self.orders["dress"]
        assert (order["channel"], [line["options"]["Size"] for line in order["lines"]]) == ("social", ["10"])
        placed = self.expect_told("order.placed", times=1)
        assert (placed["channel"], placed["context"]["utm_source"]) == ("social", "instagram")
        assert placed["context"]["post_id"]

    def dress_arrives(self) -> None:
        for part in said(self.office.call("GET", f"/orders/{self.orders['dress']['id']}"))["fulfilments"]:
            tracked = {"carrier": "Coast Post", "tracking_number": "CP-1"}
            path = f"/fulfilments/{part['id']}"
            said(self.staff.call("POST", f"{path}/ship", tracked))
            said(self.staff.call("POST", f"{path}/deliver", {}))
        self.expect_told("fulfilment.delivered", times=1)

    # 2

    def postcard_is_made(self) -> None:
        self.expect_told("code.issued", times=1)
        self.expect_told("postcard.made", times=1)

    def is_a_member(self) -> None:
        """Once, with the welcome and the card's bonus; what was the guest's is hers: the order, the membership, the visit."""
        self.expect_told("member.enrolled", times=1)
        assert self.loyalty()["points"]["active"] == 250
        self.expect_told("customer.identified")
        assert self.expect_told("order.placed", times=1)["channel"] == "social"
        assert [row["name"] for row in self.timeline() if row["kind"] == "tracked"].count("page") >= 1

    # 3

    def is_in_the_audience(self) -> None:
        """What she looked at, and each view went out as a conversion with its own id, hashed."""
        her = hashlib.sha256(EMAIL.encode()).hexdigest()

        def looked() -> None:
            assert self.audience("looked") == LOOKED
            views = [
                event
                for event in self.stage.ads()["events"]
                if event["event_name"] == "ViewContent" and her in orjson.dumps(event["user_data"]).decode()
            ]
            assert len(views) == len({event["event_id"] for event in views}) == 2, views
            [rows] = [one["rows"] for one in self.stage.ads()["lists"] if one["name"] == "Looked at, not bought"]
            assert len([row for row in rows if her in row]) == 1, rows

        self.stage.eventually(looked)
        viewed = [row["sentence"] for row in self.told("Product Viewed")]
        for name, sku in (("Quay rain jacket", JACKET), ("Cove swimsuit", SWIMSUIT)):
            # a shop that tells no name is told of by the SKU
            assert len([sentence for sentence in viewed if name in sentence or sku in sentence]) == 1, viewed
        sentences = {row["sentence"] for row in self.told("audience.item_added")}
        assert any("Quay rain jacket" in sentence for sentence in sentences), sentences

    # 4

    def is_reminded(self) -> str:
        """The mail shows that jacket, with a code for it alone that ends at a second; returns the cart's link."""
        self.expect_told("cart.abandoned", times=1)
        mail = self.mail("Quay rain jacket")
        codes = said(self.office.call("GET", f"/customers/{self.customer_id}/offers"))["codes"]
        self.code = next(row for row in codes if row["code"] in text_of(mail))
        for part in (text_of(mail), html_of(mail)):
            assert "Quay rain jacket" in part and "Cove swimsuit" not in part
            # to the second: minutes and seconds are the same in every zone of hers
            assert self.code["expires_at"][13:19] in part, (self.code, part)
        self.expect_told("message.sent", sentence="")
        [link] = {word for word in text_of(mail).split() if "cart=" in word}
        return unescape(link)

    # 5

    def jacket_is_ordered(self) -> None:
        """The discount on the jacket alone; both things leave the audience, and what goes with them comes."""
        order = self.orders["jacket"]
        by_line = {line["sku"]: line["discount"]["amount_minor"] for line in order["lines"]}
        assert by_line == {JACKET: -1500, SWIMSUIT: 0}, order["lines"]
        assert sum(by_line.values()) == order["totals"]["discount"]["amount_minor"]
        self.expect_told("code.redeemed", sentence="$15.00 off this item was taken off")

        def turned() -> None:
            assert self.audience("looked") == set()
            gained = self.audience("related")
            assert {"tidal-towel", "skerry-straw-hat"} <= gained, gained
            assert not {*LOOKED, "linen-wrap-dress"} & gained

        self.stage.eventually(turned)
        self.referral = self.loyalty()["referral"]["code"]
        mail = self.mail(f"{order['number']} is confirmed")
        for part in (text_of(mail), html_of(mail)):
            assert self.referral in part and "$15.00" in part

    # 6

    def popup_is_announced(self) -> None:
        """By a mail with the points of that moment."""
        self.expect_told("segment.entered")
        points = self.loyalty()["points"]["available"]
        assert f"You have {points:,} points" in text_of(self.mail(self.stage.cast["popup"]["name"]))
        self.points["announced"] = points

    def earns_before_she_looks(self) -> int:
        """Something earned between the mail and the app; returns what she has then."""
        told = {"customer_id": self.customer_id, "trigger": "review", "reference": "review:1"}
        given = said(self.office.call("POST", "/loyalty/rewards", told))["points"]
        assert given > 0
        return int(self.points["announced"] + given)

    def towel_is_paid_with_points(self, points: int) -> None:
        paid = {row["provider"]: row["amount"]["amount_minor"] for row in self.orders["towel"]["payments"]}
        assert (paid["points"], set(paid)) == (points, {"points", "cash"}), paid
        burned = self.expect_told("points.burned", times=1)
        assert burned["store"]["name"] == self.stage.cast["popup"]["name"]

    # 7

    def both_have_a_voucher(self) -> None:
        self.friend_id = self.orders["gloves"]["customer_id"]

        def both() -> None:
            assert (self.credit(self.customer_id), self.credit(self.friend_id)) == (1500, 1500)

        self.stage.eventually(both)
        self.expect_told("referral.rewarded", times=1)
        self.expect_told("credit.issued", times=1)

    def nobody_has_a_voucher(self) -> None:
        def neither() -> None:
            assert (self.credit(self.customer_id), self.credit(self.friend_id)) == (0, 0)

        self.stage.eventually(neither)
        self.expect_told("referral.clawed_back", times=1)
        self.expect_told("credit.clawed_back", times=1)

    # 8

    def follow_earned(self) -> None:
        self.expect_told("follow.verified", times=1)
        self._has_earned("before_social", 50)

    def photo_is_judged(self, answer_rights: Any) -> dict[str, Any]:
        """Tagged, asked for, approved; `answer_rights(post)` is her yes. Returns the post."""
        queue = said(self.staff.call("GET", "/social/moderation?state=pending"))["items"]
        [post] = [row for row in queue if row["handle"].lstrip("@") == HANDLE]
        path = f"/social/moderation/{post['id']}"
        said(self.staff.call("PUT", f"{path}/products", {"skus": [JACKET]}))
        assert self.staff.call("POST", f"{path}/approve", {}).status_code == 409  # not without her word
        said(self.staff.call("POST", f"{path}/ask-rights", {}))
        answer_rights(post)
        for _ in range(2):
            said(self.staff.call("POST", f"{path}/approve", {}))
        said(self.staff.call("POST", f"{path}/repost", {"url": "https://instagram.example/p/8"}))
        self.expect_told("post.approved", times=1)
        self._has_earned("before_social", 200)
        return dict(post)

    def _has_earned(self, since: str, points: int) -> None:
        def earned() -> None:
            assert self.loyalty()["points"]["active"] - self.points[since] == points

        self.stage.eventually(earned)

    def shown(self, post: dict[str, Any]) -> Any:
        """The jacket as everybody sees it under her picture."""
        rows = said(self.stage.client().call("GET", "/social/posts?limit=100"))["items"]
        return next(row for row in rows if row["id"] == post["id"])["products"][0]

    def post_can_be_shopped(self, post: dict[str, Any]) -> None:
        """Live stock: when somebody orders a jacket from it, the post says so at once."""
        jacket = self.shown(post)
        assert (jacket["sku"], jacket["in_stock"]) == (JACKET, True)
        token = said(self.stage.client().call("POST", "/cart", {}), 201)["token"]
        guest = self.stage.client({"X-Cart-Token": token})
        said(guest.call("POST", "/cart/lines", {"sku": JACKET}))
        way = {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}
        cart = said(guest.call("PUT", "/cart/fulfilment", way))
        body = {"expected_total": cart["totals"]["total"], "payments": [], "email": "somebody.story@example.com"}
        said(guest.call("POST", "/checkout", body), 201)
        assert self.shown(post)["available"] == jacket["available"] - 1

    # 9

    def is_understood(self, *, touches: set[str]) -> None:
        """Her path to the jacket, with credits that sum to it under each model; what she is worth."""

        def path() -> Any:
            found = said(self.office.call("GET", f"/insights/paths/{self.orders['jacket']['id']}"))
            kinds = [touch["kind"] for touch in found["touches"]]
            assert touches <= set(kinds), [(t["kind"], t["source"], t["channel"]) for t in found["touches"]]
            for model in ("first", "last", "linear", "time_decay", "position"):
                credited = sum(touch["credits"][model]["amount_minor"] for touch in found["touches"])
                assert credited == found["net"]["amount_minor"], model
            return found

        assert self.stage.eventually(path)["is_first_order"] is False
        first = said(self.office.call("GET", f"/insights/paths/{self.orders['dress']['id']}"))
        assert ({touch["kind"] for touch in first["touches"]}, first["is_first_order"]) == ({"social"}, True)
        worth = said(self.office.call("GET", f"/insights/customers/{self.customer_id}"))
        orders = [self.orders[name]["totals"]["total"]["amount_minor"] for name in ("dress", "jacket", "towel")]
        assert (worth["orders"], worth["worth"]["amount_minor"]) == (3, sum(orders))

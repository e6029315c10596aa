"""Suzie's story, step by step, through what the public may call. Each step asserts what it leaves behind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from campaigns.journeys.services.defaults import NAMES, default_graph
from omnichannel.kernel.clock import now
from tests.journeys.story.stage import Client, Stage, basic, said
from tests.social.tools import picture

EMAIL, FRIEND = "suzie.story@example.com", "finn.story@example.com"
PASSWORD = "the-sea-and-the-weather-27"
ADDRESS = {
    "name": "Suzie Lindqvist", "line1": "8 Commercial Street", "city": "Provincetown", "region": "MA", "postal_code": "02657",
    "country": "US",
}  # fmt: skip
DRESS, JACKET, SWIMSUIT = "LINEN-WRAP-DRESS-SAGE-10", "QUAY-RAIN-JACKET-OCHRE-10", "COVE-SWIMSUIT-INK-10"
TOWEL, GLOVES = "TIDAL-TOWEL-SHELL", "WOOL-GLOVES-INK-S"
POST = "utm_source=instagram&utm_medium=social&utm_campaign=dune-days&post_id=17900001"
AD = "utm_source=instagram&utm_medium=paid_social&utm_campaign=still-yours&fbclid=IwAR-71"
CARD = {"provider": "sandbox", "method": {"token": "tok_visa"}}
BROWSER_ID = "suzies-phone-0001"


@dataclass
class Suzie:
    stage: Stage
    customer_id: str = ""
    app: Client | None = None
    orders: dict[str, Any] = field(default_factory=dict)
    audiences: dict[str, str] = field(default_factory=dict)
    journeys: dict[str, str] = field(default_factory=dict)
    code: dict[str, Any] = field(default_factory=dict)
    referral: str = ""

    def __post_init__(self) -> None:
        cast = self.stage.cast
        self.staff = self.stage.client(cookies=cast["staff"]["cookies"])
        self.social = self.stage.client(cast["social"]["headers"])
        self.office = self.stage.client(cast["office"]["headers"])
        self.till = self.stage.client(cast["till"]["headers"])

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

    def loyalty(self) -> Any:
        return said(self.office.call("GET", f"/customers/{self.customer_id}/loyalty"))

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

    # The marketer before it begins

    def marketer_prepares(self) -> None:
        """Journeys as the house has them, two audiences with the advertising platform behind them."""
        for key in ("abandoned_cart", "after_delivery"):
            self._publish(key, item_offer="item-off-48h", next_offer="postcard-15")
        for key, name, rule in (
            ("looked", "Looked at, not bought", {"kind": "viewed_or_carted_not_bought", "within_days": 30}),
            ("related", "Goes with what they bought", {"kind": "related_to_bought", "within_days": 90, "most": 20}),
        ):
            body = {"key": f"story-{key}", "name": name, "rule": rule, "destinations": [{"platform": "meta"}]}
            self.audiences[key] = said(self.staff.call("POST", "/audiences", body), 201)["id"]

    def _publish(self, key: str, **names: str) -> None:
        """The house's journey of this key, unless it is there."""
        there = {row["key"]: row for row in said(self.staff.call("GET", "/journeys?status=live&limit=100"))["items"]}
        if key in there:
            self.journeys[key] = there[key]["id"]
            return
        body = {"key": key, "name": NAMES[key][0], "graph": default_graph(key, **names)}
        self.journeys[key] = said(self.staff.call("POST", "/journeys", body), 201)["id"]
        assert said(self.staff.call("POST", f"/journeys/{self.journeys[key]}/publish", {}))["state"] == "live"

    # 1

    def buys_a_dress_from_the_post(self) -> None:
        """An order through the API, channel social, the post as its source; no log-in. The parcel is delivered."""
        made = said(
            self.social.call("POST", "/customers", {"first_name": "Suzie", "last_name": "Lindqvist", "email": EMAIL}),
            201,
        )
        self.customer_id = made["id"]
        cart = said(self.social.call("POST", f"/customers/{self.customer_id}/cart", {}, x_campaign=POST), 201)
        path = f"/carts/{cart['id']}"
        said(self.social.call("POST", f"{path}/lines", {"sku": DRESS}, x_campaign=POST))
        self.orders["dress"] = self._ship_and_pay(self.social, path=path, x_campaign=POST)
        order = self.orders["dress"]
        assert (order["channel"], [line["options"]["Size"] for line in order["lines"]]) == ("social", ["10"])
        self.expect_told("order.confirmed")
        placed = self.expect_told("order.placed", times=1)
        assert placed["channel"] == "social"
        assert (placed["context"]["utm_source"], placed["context"]["post_id"]) == ("instagram", "17900001")

    def dress_arrives(self) -> None:
        self._send_off(self.orders["dress"]["id"])
        self.expect_told("fulfilment.delivered", times=1)

    def _ship_and_pay(self, client: Client, *, path: str = "", **headers: str) -> Any:
        way = {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}
        cart = said(client.call("PUT", f"{path or '/cart'}/fulfilment", way, **headers))
        body = {"expected_total": cart["totals"]["total"], "payments": [CARD], "email": EMAIL}
        order = said(client.call("POST", f"{path}/checkout", body, **headers), 201)

        def paid() -> Any:
            found = said(self.office.call("GET", f"/orders/{order['id']}"))
            assert found["payment_status"] == "paid", found["payment_status"]
            return found

        return self.stage.eventually(paid)

    def _send_off(self, order_id: str) -> None:
        for part in said(self.office.call("GET", f"/orders/{order_id}"))["fulfilments"]:
            tracked = {"carrier": "Coast Post", "tracking_number": "CP-1"}
            path = f"/fulfilments/{part['id']}"
            said(self.staff.call("POST", f"{path}/ship", tracked))
            said(self.staff.call("POST", f"{path}/deliver", {}))

    # 2

    def finds_a_postcard(self, read_card: Any) -> dict[str, Any]:
        """Made for her: what goes with the dress, a code that works once, the way in."""
        self.expect_told("code.issued", times=1)
        self.expect_told("postcard.made", times=1)
        pdf, words = read_card(self.customer_id)
        assert pdf.startswith(b"%PDF")
        assert "Skerry straw hat" in words["items"], words
        assert words["code"] and "Suzie" in words["title"]
        offered = said(self.office.call("GET", f"/customers/{self.customer_id}/offers"))
        assert words["code"] in orjson.dumps(offered).decode()
        return dict(words)

    # 3

    def joins_by_its_qr(self, card: dict[str, Any]) -> None:
        """On her phone: the page sees a visitor, she gives her address, and the visit is hers."""
        url = card["join_url"]
        token = parse_qs(urlsplit(url).query)["token"][0]
        self.track("page", name="Join", url=url, campaign={"source": "postcard"}, user=False)
        phone = self.stage.client({"X-Anonymous-Id": BROWSER_ID})
        body = {"token": token, "email": EMAIL, "first_name": "Suzie"}
        for _ in range(2):
            said(phone.call("POST", "/loyalty/join", body, x_campaign="utm_source=postcard"))
        self.expect_told("member.enrolled", times=1)
        assert self.loyalty()["points"]["active"] == 250
        self.expect_told("customer.identified")
        assert [row["name"] for row in self.timeline() if row["kind"] == "tracked"] == ["page"]
        self._signs_up()
        assert self.loyalty()["points"]["active"] == 250

    def _signs_up(self) -> None:
        """With the address she gave: what the guest had is hers once she has proven it."""
        phone = self.stage.client({"X-Anonymous-Id": BROWSER_ID})
        begun = phone.call("POST", "/_allauth/app/v1/auth/signup", {"email": EMAIL, "password": PASSWORD})
        assert begun.status_code == 401, begun.content
        token = begun.json()["meta"]["session_token"]
        mail = self.mail("onfirm")
        key = unquote(re.search(r"key=([^\s]+)", text_of(mail)).group(1))  # type: ignore[union-attr]  # it is there, or the test fails
        proven = phone.call("POST", "/_allauth/app/v1/auth/email/verify", {"key": key}, X_Session_Token=token)
        assert proven.status_code == 200, proven.content
        token = proven.json()["meta"].get("session_token", token)
        self.app = self.stage.client({"X-Session-Token": token, "X-Anonymous-Id": BROWSER_ID})
        me = said(self.app.call("GET", "/me"))
        self.customer_id = me["id"]
        choices = [
            {"channel": channel, "purpose": purpose, "granted": True}
            for channel, purpose in (("email", "marketing"), ("ads", "advertising"))
        ]
        said(self.app.call("PUT", "/me/preferences", {"choices": choices}))
        said(self.app.call("POST", "/me/addresses", {**ADDRESS, "is_default": True}), 201)
        # What was the guest's is hers: the order, the membership, the visit.
        assert self.expect_told("order.placed", times=1)["channel"] == "social"
        self.expect_told("member.enrolled", times=1)

    def track(self, type_: str, *, name: str, url: str, user: bool = True, **more: Any) -> str:
        """What the page's script sends: Segment's own shape."""
        message_id = str(uuid.uuid4())
        message: dict[str, Any] = {
            "type": type_, "messageId": message_id, "anonymousId": BROWSER_ID,
            **({"event": name} if type_ == "track" else {"name": name}),
            "properties": more.get("properties", {}),
            "context": {
                "page": {"url": url}, "userAgent": "Mozilla/5.0 (iPhone)",
                **({"campaign": more["campaign"]} if "campaign" in more else {}),
            },
        }  # fmt: skip
        if user:
            message["userId"] = self.customer_id
        page = self.stage.client(basic(self.stage.cast["write_key"]))
        taken = said(page.call("POST", "/v1/batch", {"batch": [message]}))
        assert not taken.get("rejected"), taken
        return message_id

    def looks_around(self) -> None:
        """The audience gains what she looks at; each view goes out as a conversion with its own id, hashed."""
        views = {
            sku: self.track(
                "track", name="Product Viewed", url=f"https://marram.example/{sku.lower()}", properties={"sku": sku}
            )
            for sku in (JACKET, SWIMSUIT)
        }

        def looked() -> None:
            assert self.audience("looked") == {"quay-rain-jacket", "cove-swimsuit"}
            events = [event for event in self.stage.ads()["events"] if event["event_name"] == "ViewContent"]
            mine = [event for event in events if event["event_id"] in views.values()]
            assert sorted(event["event_id"] for event in mine) == sorted(views.values())
            her = hashlib.sha256(EMAIL.encode()).hexdigest()
            assert all(her in orjson.dumps(event["user_data"]).decode() for event in mine)
            [rows] = [one["rows"] for one in self.stage.ads()["lists"] if one["name"] == "Looked at, not bought"]
            assert len([row for row in rows if her in row]) == 1, rows

        self.stage.eventually(looked)
        assert len(self.told("Product Viewed")) == 2
        assert "Quay rain jacket" in self.expect_told("audience.item_added")["sentence"] + str(
            [row["sentence"] for row in self.told("audience.item_added")]
        )

    # 4

    def leaves_a_jacket(self) -> str:
        """The mail shows that jacket, with a code for it alone that ends at a second; returns the cart's link."""
        assert self.app is not None
        cart = said(self.app.call("POST", "/cart/lines", {"sku": JACKET}))
        self.stage.rest_cart(cart["id"])
        self.expect_told("cart.abandoned", times=1)
        mail = self.mail("Quay rain jacket")
        self.code = next(
            row for row in said(self.app.call("GET", "/me/codes"))["items"] if row["code"] in text_of(mail)
        )
        for part in (text_of(mail), html_of(mail)):
            assert "Quay rain jacket" in part and "Cove swimsuit" not in part
            # to the second: minutes and seconds are the same in every zone of hers
            assert self.code["expires_at"][13:19] in part, (self.code, part)
        self.expect_told("message.sent", sentence="")
        [link] = {word for word in text_of(mail).split() if "cart=" in word}
        return unescape(link)

    # 5

    def comes_back_by_the_ad(self, link: str) -> None:
        """Another visit, led by an ad: the cart as she left it, then both things with the code, split per line."""
        assert self.app is not None
        token = parse_qs(urlsplit(link).query)["cart"][0]
        restored = said(self.app.call("POST", "/cart-links/restore", {"token": token}, x_campaign=AD))
        assert [line["sku"] for line in restored["lines"]] == [JACKET]
        said(self.app.call("POST", "/cart/lines", {"sku": SWIMSUIT}, x_campaign=AD))
        cart = said(self.app.call("POST", "/cart/codes", {"code": self.code["code"]}, x_campaign=AD))
        assert [(row["code"], row["applied"]) for row in cart["codes"]] == [(self.code["code"], True)], cart["codes"]
        assert cart["priced_until"] == self.code["expires_at"]
        order = self.orders["jacket"] = self._ship_and_pay(self.app, x_campaign=AD)
        by_line = {line["sku"]: line["discount"]["amount_minor"] for line in order["lines"]}
        assert by_line == {JACKET: -1500, SWIMSUIT: 0}, order["lines"]
        assert sum(by_line.values()) == order["totals"]["discount"]["amount_minor"]
        self.expect_told("code.redeemed", sentence="$15.00 off this item was taken off")

        def turned() -> None:
            assert self.audience("looked") == set()
            gained = self.audience("related")
            assert {"tidal-towel", "skerry-straw-hat"} <= gained, gained
            assert not {"quay-rain-jacket", "cove-swimsuit", "linen-wrap-dress"} & gained

        self.stage.eventually(turned)
        self.referral = self.loyalty()["referral"]["code"]
        mail = self.mail(f"{order['number']} is confirmed")
        for part in (text_of(mail), html_of(mail)):
            assert self.referral in part and "$15.00" in part

    # 6

    def is_invited_to_the_popup(self) -> None:
        """A mail about the pop-up near her; in the app the same words with the points of that moment."""
        assert self.app is not None
        near = [{"kind": "store", "store": self.stage.cast["popup"]["id"], "how": "lives"}]
        tree = {"all": [*near, {"kind": "consent", "channel": "email", "purpose": "marketing", "state": "granted"}]}
        body = {"name": "Near the pop-up, story", "key": "story-near-popup", "tree": tree}
        if not said(self.staff.call("GET", "/segments?state=live&q=Near"))["items"]:
            segment = said(self.staff.call("POST", "/segments", body), 201)["id"]
            self._publish("popup_invitation", popup_segment="story-near-popup")
            said(self.staff.call("PATCH", f"/segments/{segment}", {"state": "live"}))
        self.expect_told("segment.entered")
        name = self.stage.cast["popup"]["name"]
        mail = self.mail(name)
        before = self.loyalty()["points"]["available"]
        assert f"You have {before:,} points" in text_of(mail)
        # when she earns something before she opens the app
        told = {"customer_id": self.customer_id, "trigger": "review", "reference": "review:1"}
        given = said(self.office.call("POST", "/loyalty/rewards", told))["points"]
        assert given > 0
        [item] = [row for row in said(self.app.call("GET", "/me/inbox"))["items"] if name in row["title"] + row["body"]]
        assert f"You have {before + given:,} points" in item["body"], item
        said(self.app.call("POST", f"/me/inbox/{item['id']}/read", {}))
        self.expect_told("message.opened")

    def pays_with_points_at_the_popup(self) -> None:
        """The tablet scans her card, sees cart, history and points, and part of the bill is paid with them."""
        card = said(self.app.call("GET", "/me/loyalty"))["member"]["card"]  # type: ignore[union-attr]  # she has signed up
        seen = said(self.till.call("GET", f"/loyalty/members/by-card/{card}"))
        assert seen["customer"]["id"] == self.customer_id
        history = said(self.till.call("GET", f"/customers/{self.customer_id}/timeline?limit=100"))["items"]
        assert "order.placed" in {row["name"] for row in history}
        cart = said(self.till.call("POST", f"/customers/{self.customer_id}/cart", {}), 201)
        path = f"/carts/{cart['id']}"
        said(self.till.call("POST", f"{path}/lines", {"sku": TOWEL}))
        said(self.till.call("PUT", f"{path}/fulfilment", {"kind": "carry_out"}))
        before = seen["points"]["available"]
        points = before // 50 * 50
        held = said(self.till.call("PUT", f"{path}/points", {"points": points}))
        cart = said(self.till.call("GET", path))
        body = {"expected_total": cart["totals"]["total"], "payments": [held["tender"], {"provider": "cash"}]}
        order = self.orders["towel"] = said(self.till.call("POST", f"{path}/checkout", body), 201)
        paid = {row["provider"]: row["amount"]["amount_minor"] for row in order["payments"]}
        assert (paid["points"], set(paid)) == (points, {"points", "cash"}), paid
        assert said(self.app.call("GET", "/me/loyalty"))["points"]["available"] == before - points  # type: ignore[union-attr]
        burned = self.expect_told("points.burned", times=1)
        assert burned["store"]["name"] == self.stage.cast["popup"]["name"]

    # 7

    def friend_buys_gloves(self) -> None:
        """At the same till with her code: a voucher for each, once."""
        cart = said(self.till.call("POST", "/carts", {}), 201)
        path = f"/carts/{cart['id']}"
        said(self.till.call("POST", f"{path}/lines", {"sku": GLOVES}))
        said(self.till.call("PUT", f"{path}/fulfilment", {"kind": "carry_out"}))
        said(self.till.call("PUT", f"{path}/contact", {"email": FRIEND}))
        cart = said(self.till.call("POST", f"{path}/codes", {"code": self.referral}))
        assert [row["applied"] for row in cart["codes"]] == [True], cart["codes"]
        body = {"expected_total": cart["totals"]["total"], "payments": [{"provider": "cash"}]}
        order = self.orders["gloves"] = said(self.till.call("POST", f"{path}/checkout", body), 201)

        def both() -> None:
            friend = said(self.office.call("GET", f"/orders/{order['id']}"))["customer_id"]
            assert friend
            self.orders["gloves"]["customer_id"] = friend
            assert (self.credit(self.customer_id), self.credit(friend)) == (1500, 1500)

        self.stage.eventually(both)
        self.expect_told("referral.rewarded", times=1)
        self.expect_told("credit.issued", times=1)

    def credit(self, customer_id: str) -> int:
        return int(said(self.office.call("GET", f"/customers/{customer_id}/loyalty"))["credit"]["amount_minor"])

    def friend_brings_them_back(self) -> None:
        order = self.orders["gloves"]
        lines = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
        said(self.till.call("POST", f"/orders/{order['id']}/returns", {"lines": lines}), 201)

        def neither() -> None:
            assert (self.credit(self.customer_id), self.credit(order["customer_id"])) == (0, 0)

        self.stage.eventually(neither)
        self.expect_told("referral.clawed_back", times=1)
        self.expect_told("credit.clawed_back", times=1)

    # 8

    def earns_on_social(self) -> None:
        """A follow and a photo, told by the platform more than once, earn once; the photo becomes a post to shop."""
        assert self.app is not None
        before = self.loyalty()["points"]["active"]
        handle = {"platform": "instagram", "handle": "suzie.l.story"}
        said(self.app.call("POST", "/me/social-handles", handle), 201)
        for _ in range(2):
            self._platform_tells("follows", {**handle, "followed_at": now().isoformat()})
        self.expect_told("follow.verified", times=1)
        after_follow = self.stage.eventually(lambda: self.loyalty()["points"]["active"])
        assert after_follow - before == 50
        external = uuid.uuid4().hex
        for _ in range(2):
            self._platform_tells("posts", {
                **handle, "external_id": external, "caption": "Rain? #Marram", "permalink": "https://instagram.example/p/7",
                "media_base64": base64.b64encode(picture()).decode(), "posted_at": now().isoformat(),
            })  # fmt: skip
        queue = said(self.staff.call("GET", "/social/moderation?state=pending"))["items"]
        [post] = [row for row in queue if row["handle"].lstrip("@") == "suzie.l.story"]
        path = f"/social/moderation/{post['id']}"
        said(self.staff.call("PUT", f"{path}/products", {"skus": [JACKET]}))
        assert self.staff.call("POST", f"{path}/approve", {}).status_code == 409  # not without her word
        said(self.staff.call("POST", f"{path}/ask-rights", {}))
        said(self.app.call("POST", f"/me/posts/{post['id']}/rights", {"given": True}))
        for _ in range(2):
            said(self.staff.call("POST", f"{path}/approve", {}))
        said(self.staff.call("POST", f"{path}/repost", {"url": "https://instagram.example/p/8"}))
        self.expect_told("post.approved", times=1)
        assert self.loyalty()["points"]["active"] - after_follow == 150

        def shoppable() -> Any:
            shown = said(self.stage.client().call("GET", "/social/posts?limit=100"))["items"]
            return next(row for row in shown if row["id"] == post["id"])["products"][0]

        jacket = shoppable()
        assert (jacket["sku"], jacket["in_stock"]) == (JACKET, True)
        # when somebody orders one from it, the post says so at once
        token = said(self.stage.client().call("POST", "/cart", {}), 201)["token"]
        guest = self.stage.client({"X-Cart-Token": token})
        said(guest.call("POST", "/cart/lines", {"sku": JACKET}))
        way = {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}
        cart = said(guest.call("PUT", "/cart/fulfilment", way))
        body = {"expected_total": cart["totals"]["total"], "payments": [], "email": "somebody.story@example.com"}
        said(guest.call("POST", "/checkout", body), 201)
        assert shoppable()["available"] == jacket["available"] - 1

    def _platform_tells(self, what: str, message: dict[str, Any]) -> None:
        body = orjson.dumps({"id": f"evt-{uuid.uuid4().hex}", **message})
        stamp = int(now().timestamp())
        secret = self.stage.cast["social_secret"].encode()
        signature = hmac.new(secret, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        bridge = self.stage.client()
        said(bridge.call("POST", f"/social/{what}/webhook", body, x_signature=f"t={stamp},v1={signature}"))

    # 9

    def is_understood(self) -> None:
        """Her path to the jacket, with credits that sum to it under each model; what she is worth."""

        def path() -> Any:
            found = said(self.office.call("GET", f"/insights/paths/{self.orders['jacket']['id']}"))
            kinds = [touch["kind"] for touch in found["touches"]]
            assert {"mail", "ad"} <= set(kinds), [(t["kind"], t["source"], t["channel"]) for t in found["touches"]]
            for model in ("first", "last", "linear", "time_decay", "position"):
                credited = sum(touch["credits"][model]["amount_minor"] for touch in found["touches"])
                assert credited == found["net"]["amount_minor"], model
            return found

        found = self.stage.eventually(path)
        assert found["is_first_order"] is False
        first = said(self.office.call("GET", f"/insights/paths/{self.orders['dress']['id']}"))
        assert ([touch["kind"] for touch in first["touches"]], first["is_first_order"]) == (["social"], True)
        worth = said(self.office.call("GET", f"/insights/customers/{self.customer_id}"))
        orders = [self.orders[name]["totals"]["total"]["amount_minor"] for name in ("dress", "jacket", "towel")]
        assert (worth["orders"], worth["worth"]["amount_minor"]) == (3, sum(orders))


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    return str(part.get_content()) if part is not None else ""

"""Suzie, her friend and the associate act through the public API: the story without a screen."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from campaigns.social.rules.signatures import sign
from omnichannel.kernel.clock import now
from tests.journeys.story.mails import text_of
from tests.journeys.story.stage import Client, StageHere, basic, said
from tests.journeys.story.suzie import ADDRESS, DRESS, EMAIL, FRIEND, HANDLE, JACKET, PASSWORD, SWIMSUIT, Suzie
from tests.social.tools import picture

POST = "utm_source=instagram&utm_medium=social&utm_campaign=dune-days&post_id=17900001"
AD = "utm_source=instagram&utm_medium=paid_social&utm_campaign=still-yours&fbclid=IwAR-71"
CARD = {"provider": "sandbox", "method": {"token": "tok_visa"}}
BROWSER_ID = "suzies-phone-0001"
TOWEL, GLOVES = "TIDAL-TOWEL-SHELL", "WOOL-GLOVES-INK-S"


class ByApi:
    def __init__(
        self, suzie: Suzie, stage: StageHere, read_card: Callable[[str], tuple[bytes, dict[str, Any]]]
    ) -> None:
        cast = stage.cast
        self.suzie, self.stage, self._read_card = suzie, stage, read_card
        self.social = self.stage.client(cast["social"]["headers"])
        self.till = self.stage.client(cast["till"]["headers"])
        self.app: Client = self.stage.client()

    def buys_the_dress(self) -> None:
        """From the brand's post: an order of the social shop's own system, with the post as its source."""
        person = {"first_name": "Suzie", "last_name": "Lindqvist", "email": EMAIL}
        self.suzie.customer_id = said(self.social.call("POST", "/customers", person), 201)["id"]
        path = f"/customers/{self.suzie.customer_id}/cart"
        cart = said(self.social.call("POST", path, {}, x_campaign=POST), 201)
        path = f"/carts/{cart['id']}"
        said(self.social.call("POST", f"{path}/lines", {"sku": DRESS}, x_campaign=POST))
        self._ship_and_pay("dress", self.social, path=path, x_campaign=POST)

    def joins_by_the_postcard(self) -> None:
        """Its QR, on her phone: the page sees a visitor, she gives her address, and the visit is hers. Then an account."""
        pdf, words = self._read_card(self.suzie.customer_id)
        assert pdf.startswith(b"%PDF")
        assert "Skerry straw hat" in words["items"], words
        assert words["code"] and "Suzie" in words["title"]
        offered = said(self.suzie.office.call("GET", f"/customers/{self.suzie.customer_id}/offers"))
        assert words["code"] in orjson.dumps(offered).decode()
        url = words["join_url"]
        token = parse_qs(urlsplit(url).query)["token"][0]
        self.track("page", name="Join", url=url, campaign={"source": "postcard"}, user=False)
        phone = self.stage.client({"X-Anonymous-Id": BROWSER_ID})
        body = {"token": token, "email": EMAIL, "first_name": "Suzie"}
        for _ in range(2):
            said(phone.call("POST", "/loyalty/join", body, x_campaign="utm_source=postcard"))
        self.suzie.expect_told("member.enrolled", times=1)
        assert self.suzie.loyalty()["points"]["active"] == 250
        self._signs_up()

    def _signs_up(self) -> None:
        """With the address she gave: what the guest had is hers once she has proven it."""
        phone = self.stage.client({"X-Anonymous-Id": BROWSER_ID})
        begun = phone.call("POST", "/_allauth/app/v1/auth/signup", {"email": EMAIL, "password": PASSWORD})
        assert begun.status_code == 401, begun.content
        token = begun.json()["meta"]["session_token"]
        found = re.search(r"key=([^\s]+)", text_of(self.suzie.mail("onfirm")))
        assert found is not None
        key = unquote(found[1])
        proven = phone.call("POST", "/_allauth/app/v1/auth/email/verify", {"key": key}, X_Session_Token=token)
        assert proven.status_code == 200, proven.content
        token = proven.json()["meta"].get("session_token", token)
        self.app = self.stage.client({"X-Session-Token": token, "X-Anonymous-Id": BROWSER_ID})
        self.suzie.customer_id = said(self.app.call("GET", "/me"))["id"]

    def track(self, type_: str, *, name: str, url: str, user: bool = True, **more: Any) -> None:
        """What the page's script sends: Segment's own shape."""
        message: dict[str, Any] = {
            "type": type_, "messageId": str(uuid.uuid4()), "anonymousId": BROWSER_ID,
            **({"event": name} if type_ == "track" else {"name": name}),
            "properties": more.get("properties", {}),
            "context": {
                "page": {"url": url}, "userAgent": "Mozilla/5.0 (iPhone)",
                **({"campaign": more["campaign"]} if "campaign" in more else {}),
            },
        }  # fmt: skip
        if user:
            message["userId"] = self.suzie.customer_id
        page = self.stage.client(basic(self.stage.cast["write_key"]))
        taken = said(page.call("POST", "/v1/batch", {"batch": [message]}))
        assert not taken.get("rejected"), taken

    def looks_around(self) -> None:
        """She allows mails and advertising, and looks at two things."""
        choices = [
            {"channel": channel, "purpose": purpose, "granted": True}
            for channel, purpose in (("email", "marketing"), ("ads", "advertising"))
        ]
        said(self.app.call("PUT", "/me/preferences", {"choices": choices}))
        for sku in (JACKET, SWIMSUIT):
            self.track(
                "track", name="Product Viewed", url=f"https://marram.example/{sku.lower()}", properties={"sku": sku}
            )

    def leaves_the_jacket(self) -> None:
        cart = said(self.app.call("POST", "/cart/lines", {"sku": JACKET}))
        self.stage.rest_cart(cart["id"])

    def comes_back_by_the_ad(self, link: str) -> None:
        """Another visit, led by an ad: the cart as she left it, then both things with the code, split per line."""
        code = self.suzie.code
        token = parse_qs(urlsplit(link).query)["cart"][0]
        restored = said(self.app.call("POST", "/cart-links/restore", {"token": token}, x_campaign=AD))
        assert [line["sku"] for line in restored["lines"]] == [JACKET]
        said(self.app.call("POST", "/cart/lines", {"sku": SWIMSUIT}, x_campaign=AD))
        cart = said(self.app.call("POST", "/cart/codes", {"code": code["code"]}, x_campaign=AD))
        assert [(row["code"], row["applied"]) for row in cart["codes"]] == [(code["code"], True)], cart["codes"]
        assert cart["priced_until"] == code["expires_at"]
        self._ship_and_pay("jacket", self.app, x_campaign=AD)

    def says_where_she_lives(self) -> None:
        said(self.app.call("POST", "/me/addresses", {**ADDRESS, "is_default": True}), 201)

    def reads_in_the_app(self, points: int) -> None:
        """The same words as in the mail, with the points of this moment."""
        name = self.stage.cast["popup"]["name"]
        [item] = [row for row in said(self.app.call("GET", "/me/inbox"))["items"] if name in row["title"] + row["body"]]
        assert f"You have {points:,} points" in item["body"], item
        said(self.app.call("POST", f"/me/inbox/{item['id']}/read", {}))

    def pays_with_points(self) -> int:
        """The tablet scans her card, sees cart, history and points; returns how many paid."""
        card = said(self.app.call("GET", "/me/loyalty"))["member"]["card"]
        seen = said(self.till.call("GET", f"/loyalty/members/by-card/{card}"))
        assert seen["customer"]["id"] == self.suzie.customer_id
        history = said(self.till.call("GET", f"/customers/{self.suzie.customer_id}/timeline?limit=100"))["items"]
        assert "order.placed" in {row["name"] for row in history}
        cart = said(self.till.call("POST", f"/customers/{self.suzie.customer_id}/cart", {}), 201)
        path = f"/carts/{cart['id']}"
        said(self.till.call("POST", f"{path}/lines", {"sku": TOWEL}))
        said(self.till.call("PUT", f"{path}/fulfilment", {"kind": "carry_out"}))
        before = seen["points"]["available"]
        points: int = before // 50 * 50
        held = said(self.till.call("PUT", f"{path}/points", {"points": points}))
        cart = said(self.till.call("GET", path))
        body = {"expected_total": cart["totals"]["total"], "payments": [held["tender"], {"provider": "cash"}]}
        order = said(self.till.call("POST", f"{path}/checkout", body), 201)
        self.suzie.keep_order("towel", order["number"])
        assert said(self.app.call("GET", "/me/loyalty"))["points"]["available"] == before - points
        return points

    def friend_buys_gloves(self) -> None:
        """At the same till, with her code."""
        path = f"/carts/{said(self.till.call('POST', '/carts', {}), 201)['id']}"
        said(self.till.call("POST", f"{path}/lines", {"sku": GLOVES}))
        said(self.till.call("PUT", f"{path}/fulfilment", {"kind": "carry_out"}))
        said(self.till.call("PUT", f"{path}/contact", {"email": FRIEND}))
        cart = said(self.till.call("POST", f"{path}/codes", {"code": self.suzie.referral}))
        assert [row["applied"] for row in cart["codes"]] == [True], cart["codes"]
        body = {"expected_total": cart["totals"]["total"], "payments": [{"provider": "cash"}]}
        order = said(self.till.call("POST", f"{path}/checkout", body), 201)
        self.suzie.keep_order("gloves", order["number"])

    def friend_brings_them_back(self) -> None:
        order = self.suzie.orders["gloves"]
        lines = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
        said(self.till.call("POST", f"/orders/{order['id']}/returns", {"lines": lines}), 201)

    def follows(self) -> None:
        """Told by the platform twice."""
        handle = {"platform": "instagram", "handle": HANDLE}
        said(self.app.call("POST", "/me/social-handles", handle), 201)
        for _ in range(2):
            self._platform_tells("follows", {**handle, "followed_at": now().isoformat()})

    def shares_a_photo(self) -> None:
        external = uuid.uuid4().hex
        for _ in range(2):
            self._platform_tells("posts", {
                "platform": "instagram", "handle": HANDLE, "external_id": external, "caption": "Rain? #Marram",
                "permalink": "https://instagram.example/p/7", "posted_at": now().isoformat(),
                "media_base64": base64.b64encode(picture()).decode(),
            })  # fmt: skip

    def says_yes(self, post: dict[str, Any]) -> None:
        said(self.app.call("POST", f"/me/posts/{post['id']}/rights", {"given": True}))

    def _platform_tells(self, what: str, message: dict[str, Any]) -> None:
        body = orjson.dumps({"id": f"evt-{uuid.uuid4().hex}", **message})
        signature = sign(body, self.stage.cast["social_secret"], int(now().timestamp()))
        said(self.stage.client().call("POST", f"/social/{what}/webhook", body, x_signature=signature))

    def _ship_and_pay(self, name: str, client: Client, *, path: str = "", **headers: str) -> None:
        way = {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}
        cart = said(client.call("PUT", f"{path or '/cart'}/fulfilment", way, **headers))
        body = {"expected_total": cart["totals"]["total"], "payments": [CARD], "email": EMAIL}
        order = said(client.call("POST", f"{path}/checkout", body, **headers), 201)
        self.suzie.keep_order(name, order["number"])

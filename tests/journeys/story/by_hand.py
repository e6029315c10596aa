"""Suzie, her friend and the associate act by hand: in the windows of the show page, as the guide beside them says."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.journeys.story.screens import PATIENCE_MS, Screens
from tests.journeys.story.suzie import ADDRESS, EMAIL, FRIEND, HANDLE, PASSWORD, Suzie

#: As a person's browser calls itself: what a machine looks at is nobody's visit.
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
FIELDS = (
    ("Name", "name"),
    ("Street and number", "line1"),
    ("City", "city"),
    ("State", "region"),
    ("ZIP code", "postal_code"),
)
PLACED = re.compile(r"Order (M-\w+) is (placed|paid)")


class ByHand:
    def __init__(self, suzie: Suzie, browser: Browser, screens: Screens) -> None:
        self.suzie, self._desk = suzie, screens
        self._context = browser.new_context(
            viewport={"width": 1280, "height": 800}, reduced_motion="reduce", user_agent=PERSON
        )
        self._context.set_default_timeout(PATIENCE_MS)
        self._page = self._context.new_page()
        self.broken: list[str] = []
        self._context.on("weberror", lambda error: self.broken.append(str(error.error)))
        self._base = screens.base
        self._page.goto(f"{self._base}/demo/#story")
        self._phone, self._social, self._tablet = (
            self._page.frame_locator(f'iframe[title="{title}"]')
            for title in ("Phone storefront", "A social network", "Store tablet")
        )
        begin = self._press("Begin as somebody new")
        expect(begin).to_be_enabled(timeout=3 * PATIENCE_MS)

    def close(self) -> None:
        self._context.close()
        assert self.broken == []

    # Ways of a hand

    def _press(self, name: str | re.Pattern[str]) -> Locator:
        """A button of the show page itself."""
        button = self._page.get_by_role("button", name=name)
        button.click()
        return button

    def _step(self, number: int, act: str = "") -> None:
        self._press(f"Step {number}:")
        if act:
            self._press(act)

    def _tab(self, name: str) -> None:
        self._phone.get_by_role("navigation", name="Main").get_by_role("button", name=name).click()

    def _row(self, name: str) -> None:
        """A page behind the account."""
        self._tab("You")
        self._phone.locator(".you-rows").get_by_role("button", name=re.compile(f"^{name}")).click()

    def _open_product(self, word: str, name: str) -> None:
        self._tab("Shop")
        self._phone.get_by_role("searchbox").fill(word)
        self._phone.get_by_role("button", name=name).first.click()
        expect(self._phone.get_by_role("heading", name=name)).to_be_visible()

    def _add_size_10(self, client: FrameLocator) -> None:
        client.get_by_role("button", name="10", exact=True).click()
        client.get_by_role("button", name=re.compile("^Add to bag")).click()

    def _fill_address(self, client: FrameLocator) -> None:
        for label, name in FIELDS:
            client.get_by_label(label, exact=True).fill(ADDRESS[name])

    def _pay(self, client: FrameLocator) -> str:
        """The button that pays; returns the order's number."""
        client.get_by_role("button", name=re.compile("^Pay .* and place order")).click()
        return self._number(client)

    def _number(self, client: FrameLocator) -> str:
        done = client.get_by_text(PLACED)
        expect(done).to_be_visible(timeout=2 * PATIENCE_MS)
        found = PLACED.search(done.inner_text())
        assert found is not None
        return found[1]

    # 1

    def buys_the_dress(self) -> None:
        self._step(1)
        self._social.get_by_label("Post of marram").get_by_role("button", name="Linen wrap dress").click()
        self._add_size_10(self._social)
        self._fill_address(self._social)
        self._social.get_by_label("Email for the receipt").fill(EMAIL)
        self._social.get_by_role("button", name="Use this address").click()
        number = self._pay(self._social)
        self._social.get_by_role("button", name="Back to the shop").click()
        self.suzie.customer_id = self.suzie.find()
        self.suzie.keep_order("dress", number)

    # 2

    def joins_by_the_postcard(self) -> None:
        """Staff have the card on a screen; where its QR leads is opened as her phone would."""
        prints = self._desk.page
        prints.goto(f"{self._base}/admin/campaign_messages/print/")
        row = prints.get_by_role("row").filter(has_text="Suzie Lindqvist").first
        pdf = row.get_by_role("link", name="Open the PDF").get_attribute("href")
        assert prints.request.get(f"{self._base}{pdf}").body().startswith(b"%PDF")
        card = self._context.new_page()
        card.goto(str(row.get_by_role("link", name="Follow its QR").get_attribute("href")))
        card.get_by_label("Email").fill(EMAIL)
        card.get_by_label("First name").fill("Suzie")
        card.get_by_role("button", name="Join").click()
        card.get_by_label("Choose a password").fill(PASSWORD)
        card.get_by_role("button", name="Confirm my email").click()
        expect(card.get_by_text(f"We wrote to {EMAIL}")).to_be_visible()
        with self._context.expect_page() as opened:
            card.get_by_role("link", name="Open the mailbox").click()
        self._confirm(opened.value)
        # the phone beside is signed in by that
        expect(self._phone.get_by_text("You are signed in")).to_be_visible()
        self.suzie.customer_id = self.suzie.find()
        card.close()

    def _confirm(self, mailbox: Page) -> None:
        self.suzie.mail("onfirm your email")
        mailbox.reload()
        mailbox.get_by_role("link", name=re.compile("Confirm your email")).first.click()
        with self._context.expect_page() as opened:
            mailbox.frame_locator("iframe").get_by_role("link", name="Confirm my email").click()
        expect(opened.value.get_by_text("Thank you, this is your email")).to_be_visible()
        opened.value.close()
        mailbox.close()

    # 3

    def looks_around(self) -> None:
        self._row("What we may send you")
        for name in ("News and offers by email", "Advertising"):
            switch = self._phone.get_by_role("switch", name=re.compile(f"^{name}"))
            switch.click()
            expect(switch).to_have_attribute("aria-checked", "true")
        self._open_product("quay rain", "Quay rain jacket")
        self._open_product("cove swim", "Cove swimsuit")

    # 4

    def leaves_the_jacket(self) -> None:
        """And the time that has to pass passes."""
        self._tab("Shop")
        # what is in the bag is a look no more: the page is opened once
        self._phone.get_by_role("searchbox").fill("quay rain")
        self._phone.get_by_role("button", name="Quay rain jacket").first.click()
        self._add_size_10(self._phone)
        expect(self._phone.get_by_text("Quay rain jacket is in your bag")).to_be_visible()

    # 5

    def comes_back_by_the_ad(self, _: str) -> None:
        self._step(5, "Show the social network")
        self._social.get_by_role("button", name="Who are you here?").click()
        self._social.get_by_label("Handle").fill(f"@{HANDLE}")
        self._social.get_by_label("Email you gave the network").fill(EMAIL)
        self._social.get_by_role("button", name="Keep").click()
        ad = self._social.get_by_label("Advertisement")
        expect(ad).to_contain_text("Quay rain jacket", timeout=3 * PATIENCE_MS)
        ad.get_by_role("link").click()
        expect(self._phone.locator('[data-line^="QUAY-RAIN-JACKET"]')).to_be_visible()
        self._open_product("cove swim", "Cove swimsuit")
        self._add_size_10(self._phone)
        expect(self._phone.get_by_text("Cove swimsuit is in your bag")).to_be_visible()
        self._tab("You")
        self._phone.get_by_role("button", name=re.compile("^Wallet")).click()
        self._phone.get_by_role("button", name=f"Use {self.suzie.code['code']}").click()
        self._phone.get_by_role("button", name="Check out").click()
        self._phone.get_by_role("radio", name=re.compile("^Ship")).click()
        self._fill_address(self._phone)
        self._phone.get_by_role("button", name="Use this address").click()
        self.suzie.keep_order("jacket", self._pay(self._phone))
        self._phone.get_by_role("button", name="Back to the shop").click()

    # 6

    def says_where_she_lives(self) -> None:
        self._row("Where you live")
        self._fill_address(self._phone)
        self._phone.get_by_role("button", name="Keep this address").click()
        expect(self._phone.get_by_text("We keep that address")).to_be_visible()

    def reads_in_the_app(self, points: int) -> None:
        self._row("Messages")
        message = self._phone.locator(".messages li").filter(has_text=self.suzie.stage.cast["popup"]["name"]).first
        message.get_by_role("button").click()
        expect(message).to_contain_text(f"You have {points:,} points")

    def pays_with_points(self) -> int:
        self._step(6, "Take the tablet to the pop-up")
        popup = self.suzie.stage.cast["popup"]["name"]
        expect(self._tablet.get_by_role("button", name=re.compile(popup))).to_be_attached(timeout=2 * PATIENCE_MS)
        self._press("Hold up her card")
        self._press("Scan it with the tablet")
        expect(self._tablet.get_by_role("heading", name="Suzie Lindqvist")).to_be_visible()
        self._into_the_cart("tidal towel", "Tidal towel")
        self._tablet.get_by_role("button", name="Take payment").click()
        self._tablet.get_by_role("switch", name=re.compile("points")).click()
        take = self._tablet.get_by_role("button", name=re.compile(r"^Take \$.* in cash"))
        expect(self._tablet.get_by_text(re.compile(r"of \$"))).to_be_visible()
        take.click()
        order = self.suzie.keep_order("towel", self._number(self._tablet))
        self._tablet.get_by_role("button", name="Next customer").click()
        return int(next(row["amount"]["amount_minor"] for row in order["payments"] if row["provider"] == "points"))

    def _into_the_cart(self, word: str, name: str) -> None:
        self._tablet.get_by_role("searchbox").fill(word)
        self._tablet.get_by_role("button", name=name).click()
        sheet = self._tablet.get_by_role("dialog")
        expect(sheet.get_by_role("heading", name=name)).to_be_visible()
        for choice in sheet.locator("fieldset").all():
            if not choice.locator("[aria-pressed=true]").count():
                choice.get_by_role("button").first.click()
        sheet.get_by_role("button", name=re.compile("^Add to bag")).click()
        expect(self._tablet.get_by_text(f"{name} is in the cart")).to_be_visible()

    # 7

    def friend_buys_gloves(self) -> None:
        """A walk-in, enrolled while the gloves lie in the cart already."""
        self._step(7)
        self._page.get_by_label("Play the story").get_by_role("button", name="Serve a walk-in").click()
        self._into_the_cart("wool gloves", "Wool gloves")
        self._tablet.get_by_role("button", name="Enrol", exact=True).locator("visible=true").first.click()
        self._tablet.get_by_label("Name").fill("Finn Okafor")
        self._tablet.get_by_label("Email or phone").fill(FRIEND)
        self._tablet.get_by_role("dialog").get_by_role("button", name="Enrol", exact=True).click()
        expect(self._tablet.get_by_role("heading", name="Finn Okafor")).to_be_visible()
        expect(self._tablet.locator('[data-line^="WOOL-GLOVES"]')).to_be_visible()
        self._tablet.get_by_role("button", name="Add a code, or a friend’s code").click()
        self._tablet.get_by_placeholder("Code").fill(self.suzie.referral)
        self._tablet.get_by_role("button", name="Use code").click()
        expect(self._tablet.locator(".typed")).to_contain_text("You both get")
        self._tablet.get_by_role("button", name="Take payment").click()
        self._tablet.get_by_role("button", name=re.compile(r"^Take \$.* in cash")).click()
        self.suzie.keep_order("gloves", self._number(self._tablet))

    def friend_brings_them_back(self) -> None:
        """At the same counter, a moment later: what he got for coming is gone before he is."""
        self._tablet.get_by_role("button", name="Next customer").click()
        self._tablet.get_by_role("button", name="More about Finn").click()
        purse = self._tablet.get_by_role("dialog").get_by_label("Points and credit")
        expect(purse).to_contain_text("$15.00 store credit")
        self._tablet.get_by_role("button", name=f"Return goods of {self.suzie.orders['gloves']['number']}").click()
        self._tablet.get_by_role("button", name=re.compile(r"^Refund \$")).click()
        expect(self._tablet.get_by_text(re.compile(r"Return R-\w+ is recorded"))).to_be_visible()
        self._tablet.get_by_role("button", name="Done").click()
        self._tablet.get_by_role("button", name="More about Finn").click()
        expect(purse).to_be_visible()
        expect(purse).not_to_contain_text("store credit", timeout=2 * PATIENCE_MS)

    # 8

    def follows(self) -> None:
        self._row("Your handles and photos")
        self._phone.get_by_label("Your handle on Instagram").fill(f"@{HANDLE}")
        self._phone.get_by_role("button", name="Add handle").click()
        expect(self._phone.get_by_text("Not yet")).to_be_visible()
        self._step(8, "Show the social network")
        self._social.get_by_role("button", name="Follow").click()
        expect(self._social.get_by_text("You follow Marram")).to_be_visible()

    def shares_a_photo(self) -> None:
        self._social.get_by_role("button", name="Share a photo").click()
        self._social.get_by_role("button", name=f"Post as @{HANDLE}").click()
        expect(self._social.get_by_text("The brand sees it by its hashtag")).to_be_visible()

    def says_yes(self, _: dict[str, Any]) -> None:
        self._phone.get_by_role("button", name="Look again").click()
        self._phone.get_by_role("button", name="Yes, show it").click()
        expect(self._phone.get_by_role("button", name="Take it back")).to_be_visible()

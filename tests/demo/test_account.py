"""A customer's account on phone and website, and the associate who serves them: points, credit, codes, friends, messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.demo.conftest import JACKET, PATIENCE_MS, line, manage, violations, watch
from tests.stack import Stack

pytestmark = pytest.mark.browser
#: A person's browser: what says of itself that it is driven by a program is kept, and counted for nobody.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36"
SIZES = {"phone": (390, 844), "web": (1280, 800), "tablet": (1024, 768)}
Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, base: str) -> Iterator[Open]:
    """Open one client alone, each in a browser of its own."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_client(
        name: str, *, address: str = "", scheme: str = "light", within: BrowserContext | None = None
    ) -> Page:
        width, height = SIZES[name]
        context = within or browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            user_agent=BROWSER,
        )
        contexts.append(context)
        page = context.new_page()
        watch(page, broken)
        page.goto(f"{base}/demo/{name}/{address}")
        return page

    yield open_client
    for context in contexts:
        context.close()
    assert broken == []


def home(page: Page) -> Page:
    """The front of the account, on the phone or the website."""
    if "/phone/" in page.url:
        page.get_by_role("navigation", name="Main").get_by_role("button", name="You").click(timeout=PATIENCE_MS)
    else:
        page.get_by_role("button", name=re.compile("Suzie, your account")).click(timeout=PATIENCE_MS)
    expect(page.get_by_text("Show at the till")).to_be_visible(timeout=PATIENCE_MS)
    return page


def me(page: Page, base: str, path: str) -> Any:
    """What the public API answers to whom this browser is signed in as."""
    return page.request.get(f"{base}/api/v1/me/{path}").json()


def with_jacket(page: Page) -> Page:
    """A tablet with one jacket in Suzie's cart."""
    expect(page.get_by_role("heading", name="Suzie Lindqvist")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile(r"^version \d")).first).to_be_visible(timeout=PATIENCE_MS)
    if not line(page, JACKET).count():
        page.get_by_role("searchbox").fill("quay rain")
        page.get_by_role("button", name="Quay rain jacket").click(timeout=PATIENCE_MS)
        page.get_by_role("button", name="10", exact=True).click(timeout=PATIENCE_MS)
        page.get_by_role("button", name=re.compile("^Add to bag")).click()
    expect(line(page, JACKET)).to_be_visible(timeout=PATIENCE_MS)
    return page


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_account_shows_card_points_money_and_what_friends_get(visit: Open, base: str):
    # given what the API says of her
    web = home(visit("web"))
    loyalty = me(web, base, "loyalty")
    assert loyalty["points"]["available"] > 0 and loyalty["points"]["pending"] >= 128
    for page in (web, home(visit("phone"))):
        # then her account shows it, with a card that a till can read
        expect(page.locator(".member-sum")).to_have_text(f"{loyalty['points']['available']:,}")
        expect(page.locator(".member")).to_contain_text(f"{loyalty['points']['pending']:,} more on their way")
        expect(page.locator(".member")).to_contain_text(
            re.compile(rf"{loyalty['next_expiry']['points']:,} lapse on \d+ \w+")
        )
        card = page.get_by_role("img", name=f"Membership card {loyalty['member']['number']}, to show at the till")
        expect(card).to_be_visible()
        expect(page.locator(".tile-2").first).to_contain_text(f"${loyalty['credit']['amount_minor'] / 100:.2f}")
        expect(page.locator(".friends")).to_contain_text(f"Give $15, get $15Your code {loyalty['referral']['code']}")


def test_a_log_in_that_fails_at_first_is_tried_again(browser: Browser, base: str):
    # given a website whose first log-in is answered with an error, and whose second answer never arrives
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", user_agent=BROWSER)
    page = context.new_page()
    faults: list[Callable[[Route], object]] = [
        lambda route: (route.fetch(), route.abort()),
        lambda route: route.fulfill(status=500),
    ]
    page.route("**/auth/login", lambda route: faults.pop()(route) if faults else route.continue_())
    # then she is signed in all the same
    page.goto(f"{base}/demo/web/")
    home(page)
    assert faults == []
    context.close()


def test_a_visitor_without_a_bag_asks_for_it_once_a_minute_until_there_is_one(browser: Browser, base: str):
    # given somebody new on the website
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", user_agent=BROWSER)
    context.add_init_script("localStorage.setItem('omnichannel.demo.web.stranger', 'true')")
    page = context.new_page()
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/cart") else None)
    page.goto(f"{base}/demo/web/")
    expect(page.get_by_text("Your bag is empty")).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    # when two minutes go by
    asked.clear()
    for _ in range(24):
        page.clock.run_for(5_000)
    page.wait_for_load_state("networkidle")
    # then it asked once or twice, each time for the stream and for the bag
    assert len(asked) <= 4
    # and what is put into a bag is followed from then on
    page.clock.resume()
    page.get_by_role("searchbox").first.fill("bucket hat")
    page.get_by_role("button", name=re.compile("Dune bucket hat")).first.click(timeout=PATIENCE_MS)
    expect(page.locator("fieldset").first).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_request(re.compile(r"/live/cart"), timeout=PATIENCE_MS):
        for choice in page.locator("fieldset").all():
            if not choice.locator("[aria-pressed=true]").count():
                choice.get_by_role("button").first.click()
        page.get_by_role("button", name=re.compile("^Add to bag")).click(timeout=PATIENCE_MS)
    expect(page.get_by_text(re.compile(r"^version \d")).first).to_be_visible(timeout=PATIENCE_MS)
    context.close()


def test_points_and_credit_pay_a_part_and_every_screen_knows_at_once(visit: Open, base: str):
    # given a jacket in her cart, and her phone showing what she has
    tablet = with_jacket(visit("tablet"))
    phone = home(visit("phone"))
    before = number(phone.locator(".member-sum").inner_text())
    # when the associate takes 700 points and her credit, the rest in cash
    tablet.get_by_role("button", name="Use points").click()
    tablet.get_by_role("switch", name="Use Suzie’s points").click(timeout=PATIENCE_MS)
    tablet.get_by_role("button", name="100", exact=True).click(timeout=PATIENCE_MS)
    tablet.get_by_role("switch", name="Use Suzie’s store credit").click()
    total, rest = tablet.locator(".big-sum small"), tablet.get_by_role("button", name=re.compile("^Take .* in cash$"))
    expect(total).to_be_visible()
    # then the points are kept for this cart, and the phone says so without being asked
    expect(phone.locator(".member-sum")).to_have_text(f"{before - 100:,}", timeout=PATIENCE_MS)
    expect(phone.locator(".member")).to_contain_text("100 more kept for your bag")
    rest.click()
    # and the receipt names all three
    expect(tablet.get_by_text(re.compile(r"Order M-\w+ is paid"))).to_be_visible(timeout=PATIENCE_MS)
    paid = tablet.locator(".paid")
    expect(paid).to_contain_text("Points, paid$1.00")
    expect(paid).to_contain_text("Store credit, paid$15.00")
    expect(paid).to_contain_text("Cash, paid")
    expect(phone.locator(".tile-2").first).to_contain_text("$0.00", timeout=PATIENCE_MS)
    # and the statement tells it
    phone.locator(".member-words").click()
    expect(phone.locator(".moves")).to_contain_text("−100", timeout=PATIENCE_MS)


def test_a_code_of_the_wallet_is_used_and_one_nobody_gave_out_says_why_not(visit: Open):
    with_jacket(visit("tablet"))
    page = home(visit("phone"))
    # when she uses the code of her wallet
    page.locator(".tile-2").first.click()
    code = page.locator(".voucher[data-state=open] .code").first.inner_text(timeout=PATIENCE_MS)
    label = page.locator(".voucher[data-state=open] b").first.inner_text()
    page.get_by_role("button", name=f"Use {code}").click()
    # then it is in her bag, and what it takes off
    expect(page.locator(".totals .less")).to_contain_text(f"Code {code}", timeout=PATIENCE_MS)
    expect(page.locator(".typed")).to_contain_text(label)
    # when she types one that does not exist
    page.get_by_role("button", name="Add a code").click()
    page.get_by_placeholder("Code").fill("NOTHING1")
    page.get_by_role("button", name="Use code").click()
    expect(page.locator(".codes .field-error")).to_have_text("We do not know this code.", timeout=PATIENCE_MS)
    # then what she typed stands there still, and the other counts still
    expect(page.get_by_placeholder("Code")).to_have_value("NOTHING1")
    page.get_by_role("button", name=f"Take off {code}").click()
    expect(page.locator(".typed")).to_have_count(0, timeout=PATIENCE_MS)


def test_a_link_of_a_friend_is_in_the_bag_or_says_why_not(visit: Open, base: str):
    with_jacket(visit("tablet"))
    page = visit("web")
    expect(page.get_by_role("button", name=re.compile("Suzie, your account"))).to_be_visible(timeout=PATIENCE_MS)
    own = me(page, base, "loyalty")["referral"]["code"]
    # when she follows her own link
    page.goto(f"{base}/demo/web/?referral={own}")
    # then her code does not count, in words, and the address forgets it
    expect(page.get_by_text(re.compile("own code", re.I)).first).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_url(f"{base}/demo/web/")


def test_a_message_is_read_and_says_what_she_has_now(visit: Open, base: str):
    page = home(visit("web"))
    points = me(page, base, "loyalty")["points"]["available"]
    page.locator(".you-rows").get_by_role("button", name=re.compile("^Messages")).click()
    message = page.locator(".messages > li").first
    expect(message).to_contain_text(f"You have {points:,} points", timeout=PATIENCE_MS)
    message.get_by_role("button").click()
    expect(message.get_by_role("link", name="Use them")).to_be_visible()
    # then none is unread any more
    expect(page.locator(".messages [data-unread]")).to_have_count(0, timeout=PATIENCE_MS)
    assert me(page, base, "inbox")["unread"] == 0


def test_what_may_be_sent_is_changed_with_one_touch_and_kept(visit: Open, base: str):
    page = home(visit("phone"))
    page.get_by_role("button", name="What we may send you").click()
    choice = page.get_by_role("switch", name="News and offers by text message")
    expect(choice).to_have_attribute("aria-checked", "true", timeout=PATIENCE_MS)
    choice.click()
    expect(choice).to_have_attribute("aria-checked", "false", timeout=PATIENCE_MS)
    # then it is so on the website too, and she may take it back
    web = home(visit("web"))
    web.get_by_role("button", name="What we may send you").click()
    same = web.get_by_role("switch", name="News and offers by text message")
    expect(same).to_have_attribute("aria-checked", "false", timeout=PATIENCE_MS)
    same.click()
    expect(same).to_have_attribute("aria-checked", "true", timeout=PATIENCE_MS)


def test_what_was_looked_at_before_the_log_in_is_in_her_history_and_on_the_tablet(visit: Open, base: str):
    # given a visitor who looks at a picture's swimsuit on the website
    page = visit("web")
    expect(page.get_by_role("heading", name="As you wear it")).to_be_visible(timeout=PATIENCE_MS)
    good = page.locator(".post-good", has_text="Cove swimsuit")
    expect(good).to_contain_text(re.compile(r"\$74\.00, (\d+ left|In stock)"))
    good.click()
    expect(page.get_by_role("heading", name="Cove swimsuit")).to_be_visible(timeout=PATIENCE_MS)
    # then the tracker's events are hers
    expect(page.get_by_role("button", name=re.compile("Suzie, your account"))).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_response(lambda answer: answer.url.endswith("/v1/batch"), timeout=PATIENCE_MS) as sent:
        page.evaluate("omTrack.track('Product Viewed', {product_id: 'cove-swimsuit'}); omTrack.flush()")
    assert sent.value.status == 200
    page.get_by_role("button", name=re.compile("Suzie, your account")).click()
    page.get_by_role("button", name="Everything that happened").click()
    expect(page.locator(".timeline").get_by_text(re.compile("Cove swimsuit")).first).to_be_visible(timeout=PATIENCE_MS)
    # and whoever serves her knows
    tablet = visit("tablet")
    expect(tablet.locator(".looked")).to_contain_text("Cove swimsuit", timeout=PATIENCE_MS)


def test_the_tablet_knows_who_shows_a_card_and_what_to_tell_them(visit: Open, base: str):
    web = home(visit("web"))
    loyalty = me(web, base, "loyalty")
    label = next(row["label"] for row in me(web, base, "codes")["items"] if row["state"] == "open")
    tablet = visit("tablet")
    expect(tablet.get_by_role("heading", name="Suzie Lindqvist")).to_be_visible(timeout=PATIENCE_MS)
    tablet.get_by_role("button", name="Serve someone else").click()
    # when the card is scanned
    tablet.get_by_role("button", name="Scan", exact=True).click()
    tablet.get_by_label("Card, phone code or barcode").fill(loyalty["member"]["card"])
    tablet.get_by_role("button", name="Use this code").click()
    # then she is here, with what she has and what is open for her
    expect(tablet.get_by_role("heading", name="Suzie Lindqvist")).to_be_visible(timeout=PATIENCE_MS)
    expect(tablet.locator(".purse-sum")).to_have_text(f"{loyalty['points']['available']:,} points", timeout=PATIENCE_MS)
    expect(tablet.locator(".offers")).to_contain_text(label, timeout=PATIENCE_MS)
    # and what she was told is not said twice
    prompt = tablet.locator(".prompts")
    expect(prompt).to_contain_text("Suzie has")
    prompt.get_by_role("button", name="Told").click()
    expect(prompt).to_have_count(0, timeout=PATIENCE_MS)
    # and a card of nobody says so where it was typed
    tablet.get_by_role("button", name="Scan", exact=True).click()
    tablet.get_by_label("Card, phone code or barcode").fill("OMM:ABCDEFGHJK:XX")
    tablet.get_by_role("button", name="Use this code").click()
    expect(tablet.locator(".sheet .field-error")).to_be_visible(timeout=PATIENCE_MS)


def test_a_walk_in_is_enrolled_in_two_fields_and_uses_a_friends_code(visit: Open, base: str):
    web = home(visit("web"))
    code = me(web, base, "loyalty")["referral"]["code"]
    tablet = visit("tablet")
    expect(tablet.get_by_role("heading", name="Suzie Lindqvist")).to_be_visible(timeout=PATIENCE_MS)
    tablet.get_by_role("button", name="Serve someone else").click()
    tablet.get_by_role("button", name="Serve a walk-in customer").click()
    tablet.get_by_role("button", name="Enrol").click(timeout=PATIENCE_MS)
    tablet.get_by_label("Name").fill("Hedda Walkinshaw")
    tablet.get_by_label("Email or phone").fill("hedda.walkinshaw@example.com")
    tablet.get_by_role("dialog").get_by_role("button", name="Enrol", exact=True).click()
    # then she is a member with her welcome
    expect(tablet.get_by_role("heading", name="Hedda Walkinshaw")).to_be_visible(timeout=PATIENCE_MS)
    expect(tablet.locator(".who-long")).to_contain_text("Marram member since", timeout=PATIENCE_MS)
    # when she names her friend's code at the till
    tablet.get_by_role("searchbox").fill("wool gloves")
    tablet.get_by_role("button", name="Wool gloves").click(timeout=PATIENCE_MS)
    expect(tablet.get_by_role("dialog").locator("fieldset").first).to_be_visible(timeout=PATIENCE_MS)
    for choice in tablet.get_by_role("dialog").locator("fieldset").all():
        if not choice.locator("[aria-pressed=true]").count():
            choice.get_by_role("button").first.click()
    tablet.get_by_role("button", name=re.compile("^Add to bag")).click(timeout=PATIENCE_MS)
    tablet.get_by_role("button", name="Add a code, or a friend’s code").click(timeout=PATIENCE_MS)
    tablet.get_by_placeholder("Code").fill(code)
    tablet.get_by_role("button", name="Use code").click()
    expect(tablet.locator(".typed")).to_contain_text("You both get", timeout=PATIENCE_MS)


def test_a_postcard_makes_its_reader_a_member_once(visit: Open, browser: Browser, base: str, shop: Stack):
    # given a postcard for nobody in particular
    make = (
        "from loyalty.services.membership import make_enrol_token as make; from omnichannel.kernel.clock import now; "
        "print(make(customer_id=None, source='postcard', reference='card-1', at=now()))"
    )
    token = manage(shop, "shell", "--no-imports", "-c", make).strip().splitlines()[-1]
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"{base}/demo/join/?token={token}&utm_source=postcard&code=SHORE")
    # then the page says what there is, and asks for no more than an address
    expect(page.get_by_text("200 points")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Email").fill("postcard.reader@example.com")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name="Go to the shop")).to_have_attribute(
        "href", "/demo/web/?utm_source=postcard&code=SHORE"
    )
    page.close()
    # when Suzie, who is signed in, scans one of hers
    web = home(visit("web"))
    before = me(web, base, "loyalty")["points"]["available"]
    own = manage(shop, "shell", "--no-imports", "-c", make.replace("card-1", "card-2")).strip().splitlines()[-1]
    for heading in ("200 points are yours", "You are a member"):
        web.goto(f"{base}/demo/join/?token={own}")
        web.get_by_role("button", name="Join as Suzie").click(timeout=PATIENCE_MS)
        expect(web.get_by_role("heading", name=heading)).to_be_visible(timeout=PATIENCE_MS)
    assert me(web, base, "loyalty")["points"]["available"] == before + 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_account(visit: Open, scheme: str):
    page = home(visit("phone", scheme=scheme))
    assert violations(page) == []
    page.locator(".tile-2").first.click()
    expect(page.locator(".voucher").first).to_be_visible(timeout=PATIENCE_MS)
    assert violations(page) == []
    for name in ("Messages", "What we may send you", "Everything that happened"):
        page.get_by_role("button", name="You").first.click()
        page.locator(".you-rows").get_by_role("button", name=re.compile(f"^{name}")).click(timeout=PATIENCE_MS)
        expect(page.locator(".messages, .toggles, .timeline")).to_be_visible(timeout=PATIENCE_MS)
        assert violations(page) == []
    web = home(visit("web", scheme=scheme))
    assert violations(web) == []
    tablet = with_jacket(visit("tablet", scheme=scheme))
    assert violations(tablet) == []
    tablet.get_by_role("button", name="Use points").click()
    expect(tablet.get_by_role("switch", name="Use Suzie’s points")).to_be_visible(timeout=PATIENCE_MS)
    assert violations(tablet) == []


def test_what_is_touched_is_large_enough_for_a_thumb(visit: Open):
    page = home(visit("phone"))
    expect(page.locator(".tile-2").first).to_be_visible(timeout=PATIENCE_MS)
    small = "all => all.filter((e) => e.offsetParent && Math.min(e.offsetWidth, e.offsetHeight) < 44).map((e) => e.outerHTML)"
    assert page.locator(".you-scroll button, .tabs button").evaluate_all(small) == []

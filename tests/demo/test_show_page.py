"""A visitor plays the show page: one cart on three channels, from the first look to the goods in hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.demo.conftest import HAT, JACKET, PATIENCE_MS, SWIMSUIT, Show, line, violations

pytestmark = pytest.mark.browser


def test_what_one_client_adds_the_others_show_with_who_and_where(show: Show):
    # given a cart that each channel put one thing into
    show.start_again()
    # then every client names who added the hat, in its reader's words
    expect(line(show.phone, HAT)).to_contain_text("Maya, just now")
    expect(line(show.web, HAT)).to_contain_text("Maya, just now")
    expect(line(show.tablet, HAT)).to_contain_text("You, just now")
    expect(line(show.tablet, JACKET)).to_contain_text("Suzie on the phone")
    # and the page says who changed the cart and that the others have seen it
    expect(show.page.locator(".node.src")).to_contain_text("changed it")
    expect(show.page.get_by_text(re.compile(r"seen after \d+ ms|seen after \d")).first).to_be_visible()
    # and the log tells it
    expect(show.fact("cart.line_added").first).to_contain_text("Maya added a Dune bucket hat", timeout=PATIENCE_MS)

    # when the website wants two swimsuits
    line(show.web, SWIMSUIT).get_by_role("button", name="One Cove swimsuit more").click()
    # then the phone and the tablet count two
    for client in (show.phone, show.tablet):
        expect(line(client, SWIMSUIT).get_by_role("status")).to_have_text("2", timeout=PATIENCE_MS)


def test_a_line_taken_out_on_the_tablet_leaves_every_client_and_comes_back_by_undo(show: Show):
    show.start_again()
    # when the associate takes the hat out
    line(show.tablet, HAT).get_by_role("button", name="Take out Dune bucket hat").click()
    # then it is gone everywhere
    for client in show.clients:
        show.expect_lines(client, JACKET, SWIMSUIT)
    # and undo brings it back everywhere
    show.tablet.get_by_role("button", name="Undo").click()
    for client in show.clients:
        show.expect_lines(client, JACKET, SWIMSUIT, HAT)


def test_a_product_is_found_looked_at_and_added_on_the_website(show: Show):
    show.start_again()
    # when the visitor types the beginning of two words and opens what is found
    show.web.get_by_role("searchbox").fill("wra dre")
    show.web.get_by_role("button", name="Linen wrap dress").click()
    # then a size is asked for before anything can be added, and stock near by is shown after
    expect(show.web.get_by_role("button", name="Choose a size")).to_be_disabled(timeout=PATIENCE_MS)
    show.web.get_by_role("button", name="12", exact=True).click()
    expect(show.web.locator(".stock-lines")).to_contain_text("Harbour Street", timeout=PATIENCE_MS)
    show.web.get_by_role("button", name="Add to bag, $128.00").click()
    # then it is in the cart of every client
    for client in show.clients:
        show.expect_lines(client, JACKET, SWIMSUIT, HAT, "LINEN-WRAP-DRESS-SAGE-12")


def test_the_cart_is_handed_from_the_phone_to_the_tablet_by_a_code(show: Show):
    show.start_again()
    # given the code on the phone
    show.page.get_by_role("button", name="Hand off by QR").click()
    expect(show.phone.get_by_role("img", name="QR code of this cart")).to_be_visible(timeout=PATIENCE_MS)
    # when the tablet reads it
    show.page.get_by_role("button", name="Scan it with the tablet").click()
    # then the cart is on the tablet, and the hand-off is on record
    expect(show.tablet.get_by_text("Suzie’s cart is here")).to_be_visible(timeout=PATIENCE_MS)
    show.expect_lines(show.tablet, JACKET, SWIMSUIT, HAT)
    expect(show.fact("cart.handed_off").first).to_be_visible(timeout=PATIENCE_MS)


def test_the_cart_is_handed_from_the_tablet_to_the_phone_by_a_code(show: Show):
    show.start_again()
    # given the code on the tablet, in letters for whoever has no camera
    show.tablet.get_by_role("button", name="Send to phone").click()
    expect(show.tablet.locator(".short-code")).to_have_text(re.compile(r"^\w{4}-\w{4}$"), timeout=PATIENCE_MS)
    # when the phone reads it
    show.page.get_by_role("button", name="Scan it with the phone").click()
    # then the customer goes on there
    expect(show.phone.get_by_text("The bag is on this phone now")).to_be_visible(timeout=PATIENCE_MS)
    show.expect_lines(show.phone, JACKET, SWIMSUIT, HAT)


def test_a_parcel_to_the_door_is_chosen_and_paid_on_the_website(show: Show):
    show.start_again()
    show.web.get_by_role("button", name="Check out").click()
    show.web.get_by_role("radio", name="Ship").click()
    # given the address she keeps, when it is used and the fast parcel chosen
    expect(show.web.get_by_label("Street and number")).to_have_value("27 Spring Street")
    show.web.get_by_role("button", name="Use this address").click()
    show.web.get_by_role("radio", name="Express").click(timeout=PATIENCE_MS)
    # then shipping and tax stand in what is to be paid, on every client
    expect(show.web.locator(".sheet .totals")).to_contain_text("Shipping$14.90", timeout=PATIENCE_MS)
    expect(show.phone.locator(".totals")).to_contain_text("Shipping$14.90", timeout=PATIENCE_MS)
    show.web.get_by_role("button", name=re.compile(r"^Pay \$.* and place order$")).click(timeout=PATIENCE_MS)
    expect(show.web.get_by_text(re.compile(r"Order M-\w+ is placed"))).to_be_visible(timeout=PATIENCE_MS)
    expect(show.web.get_by_text("To your door").last).to_be_visible()


def test_an_order_for_pickup_empties_every_cart_takes_stock_and_is_handed_over(show: Show):
    show.start_again()
    before = show.available(HAT)
    # when the customer checks out on the phone, for pickup in Harbour Street, by card
    show.phone.get_by_role("button", name="Check out").click()
    store = show.phone.get_by_role("radio", name=re.compile("Harbour Street"))
    store.click(timeout=PATIENCE_MS)
    show.phone.get_by_role("button", name=re.compile(r"^Pay \$.* and place order$")).click(timeout=PATIENCE_MS)
    # then there is an order, no cart any more on any channel, and one hat less to sell
    expect(show.phone.get_by_text(re.compile(r"Order M-\w+ is placed"))).to_be_visible(timeout=PATIENCE_MS)
    number = re.search(r"M-\w+", show.phone.get_by_text(re.compile(r"Order M-\w+ is placed")).inner_text())
    assert number is not None
    expect(show.web.get_by_text("Your bag is empty")).to_be_visible(timeout=PATIENCE_MS)
    expect(show.tablet.get_by_role("heading", name="Nothing in the cart")).to_be_visible(timeout=PATIENCE_MS)
    assert show.available(HAT) == before - 1
    # and the tablet shows what fell
    expect(show.tablet.locator(".fell li", has_text="Dune bucket hat")).to_contain_text(
        f"{before - 1} left was {before}", timeout=PATIENCE_MS
    )
    expect(show.fact("order.placed").first).to_contain_text(number[0], timeout=PATIENCE_MS)

    # when the store moves the pickup on, step by step
    show.tablet.get_by_role("button", name=re.compile("Harbour Street")).click()
    row = show.tablet.get_by_role("listitem").filter(has_text=number[0])
    for step, state in (("Accept", "Accepted"), ("Start picking", "Being picked"), ("Shelve as ready", "Ready")):
        row.get_by_role("button", name=step).click(timeout=PATIENCE_MS)
        expect(row).to_contain_text(state, timeout=PATIENCE_MS)
    # then the phone says so by itself
    expect(show.phone.locator(".progress .now")).to_contain_text("Ready to collect", timeout=PATIENCE_MS)


def test_the_till_takes_cash_and_what_is_paid_is_carried_out(show: Show):
    show.start_again()
    before = {sku: show.available(sku) for sku in (JACKET, SWIMSUIT, HAT)}
    # when the associate takes cash
    show.tablet.get_by_role("button", name="Take payment").click()
    show.tablet.get_by_role("button", name=re.compile(r"^Take \$.* in cash$")).click(timeout=PATIENCE_MS)
    # then the order is paid and the goods are out of the shop
    expect(show.tablet.get_by_text(re.compile(r"Order M-\w+ is paid"))).to_be_visible(timeout=PATIENCE_MS)
    assert {sku: show.available(sku) for sku in before} == {sku: left - 1 for sku, left in before.items()}
    # and the customer's own clients have an empty bag
    expect(show.phone.get_by_text("Your bag is empty")).to_be_visible(timeout=PATIENCE_MS)
    # and the next customer finds a fresh cart
    show.tablet.get_by_role("button", name="Next customer").click()
    expect(show.tablet.get_by_role("heading", name="Nothing in the cart")).to_be_visible(timeout=PATIENCE_MS)


def test_a_declined_card_says_so_and_another_one_pays(show: Show):
    show.start_again()
    show.web.get_by_role("button", name="Check out").click()
    show.web.get_by_role("radio", name=re.compile("Harbour Street")).click(timeout=PATIENCE_MS)
    # when the first card is declined
    show.web.get_by_role("radio", name=re.compile("0002")).click()
    show.web.get_by_role("button", name=re.compile(r"^Pay \$.* and place order$")).click(timeout=PATIENCE_MS)
    expect(show.web.get_by_text("The card was declined")).to_be_visible(timeout=PATIENCE_MS)
    # then the order waits, and another card pays it
    show.web.get_by_role("radio", name=re.compile("4242")).click()
    show.web.get_by_role("button", name=re.compile(r"^Pay \$")).click()
    expect(show.web.get_by_text(re.compile(r"Order M-\w+ is placed"))).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, base: str, scheme: str):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    show = Show(context.new_page(), base)
    show.start_again()
    assert violations(show.page) == []
    context.close()


@pytest.mark.parametrize(
    ("client", "width", "height"), [("phone", 390, 844), ("tablet", 1024, 768), ("web", 1280, 800)]
)
def test_each_client_is_usable_alone_and_fits_its_window(browser: Browser, base: str, client, width, height):
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{base}/demo/{client}/")
    expect(page.get_by_text("version").first).to_be_visible(timeout=PATIENCE_MS)
    fits = "[document.scrollingElement, document.getElementById('app')].every((e) => e.scrollWidth <= innerWidth && e.scrollHeight <= innerHeight)"
    assert page.evaluate(fits)
    assert violations(page) == []
    context.close()


def test_the_pages_are_not_there_without_a_demo_brand(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for path in ("/demo/", "/demo/phone/", "/demo/web/", "/demo/tablet/", "/demo/log-ins"):
        assert client.get(path).status_code == 404
    assert client.post("/demo/device-codes").status_code == 404

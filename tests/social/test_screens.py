"""The moderation queue and the page on which rights are given, in a real browser."""

from __future__ import annotations

import base64
import random
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFilter

from campaigns.social.models import Post
from campaigns.social.queries.links import rights_token
from catalog.models import ProductImage
from tests.fixtures.auth import ApiClient
from tests.fixtures.screens import SIZES, axe, fits, picture
from tests.requirements.world import World, said, staff_of
from tests.social.tools import hook, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SKIES = (
    ("#f4c9a0", "#2f6f8f"),
    ("#f1e3d3", "#6b8f71"),
    ("#dfe9f0", "#34506b"),
    ("#f6d6c4", "#a4543a"),
    ("#e9e2f2", "#4d5a7c"),
)


def photo(n: int) -> str:
    """A horizon, a sun, a figure: enough to look like a picture."""
    rnd, (sky, sea) = random.Random(n), SKIES[n % len(SKIES)]
    image = Image.new("RGB", (640, 800), sky)
    draw = ImageDraw.Draw(image)
    line = 380 + rnd.randrange(120)
    draw.rectangle((0, line, 640, 800), fill=sea)
    x = 120 + rnd.randrange(380)
    draw.ellipse((x, 90, x + 110, 200), fill="#fff4dc")
    draw.polygon([(x - 90, 760), (x - 10, line - 110), (x + 70, 760)], fill=SKIES[(n + 2) % len(SKIES)][1])
    draw.ellipse((x - 40, line - 190, x + 20, line - 120), fill="#7a4a34")
    buffer = BytesIO()
    image.filter(ImageFilter.GaussianBlur(2)).save(buffer, "JPEG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture
def world(transactional_db: None) -> World:
    """Nine pictures came in; one has been asked for."""
    world = World.build()
    for sku, name, image in (
        ("DRESS-10", "Deck shirt dress", "deck-shirt-dress-sky"), ("HAT", "Dune bucket hat", "dune-bucket-hat-sand"),
    ):  # fmt: skip
        variant = world.sell(sku, 8900)
        type(variant.product).objects.filter(pk=variant.product_id).update(name=name)
        ProductImage.objects.filter(product=variant.product).update(url=f"/static/demo/products/{image}.svg")
    for n, handle in enumerate(
        ("noor.h", "jonas_b", "elena.r", "gracekim", "tomw", "amara.d", "yuki.t", "priya.n", "suzie.l")
    ):
        caption = "First swim of the year, in my favourite thing #Marram #harbour"
        assert said(hook("posts", told(handle=handle, media_base64=photo(n), caption=caption)))["received"]
    return world


def test_a_picture_is_tagged_asked_for_and_approved_by_keyboard(world, pages):
    page = pages("/admin/campaign_social/post/")
    page.get_by_role("heading", name="9 pictures wait to be looked at").wait_for()
    page.get_by_role("heading", name="@suzie.l").wait_for()
    assert axe(page) == []
    # T finds what is on it by name
    page.keyboard.press("t")
    page.keyboard.type("DRESS-10")
    page.keyboard.press("Enter")
    page.get_by_text("$89.00, 30 left").wait_for()
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 5, "y": 5})
    # R asks: it goes to the other tab, and the next picture is there
    page.keyboard.press("r")
    page.get_by_role("heading", name="8 pictures wait to be looked at").wait_for()
    post = Post.objects.get(handle="suzie.l")
    said(ApiClient().post_json(f"/social/rights/{rights_token(post.pk)}", {"given": True}))
    page.get_by_role("button", name="Rights asked for").click()
    page.get_by_role("button", name="Approve A", exact=True).wait_for()
    picture(page, "queue-asked-1280")
    page.keyboard.press("a")
    page.get_by_text("Nobody has been asked yet").wait_for()
    post.refresh_from_db()
    assert post.state == "approved"
    # X asks why
    page.get_by_role("button", name="To be looked at").click()
    page.get_by_role("heading", name="@priya.n").wait_for()
    page.keyboard.press("x")
    page.get_by_label("Reason").fill("Not our goods")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="7 pictures wait to be looked at").wait_for()
    assert Post.objects.get(handle="priya.n").rejected_reason == "Not our goods"


def test_the_queue_fits_every_size(world, pages):
    for width, height in SIZES:
        page = pages("/admin/campaign_social/post/", width, height)
        page.get_by_role("heading", name="@suzie.l").wait_for()
        page.wait_for_function("[...document.images].every((image) => image.complete)")
        picture(page, f"queue-{width}")
        assert fits(page)


def test_its_owner_says_yes_on_the_phone(world, pages):
    post = Post.objects.get(handle="suzie.l")
    said(staff_of(is_superuser=True).post_json(f"/social/moderation/{post.pk}/ask-rights"))
    page = pages(f"/social/rights/{rights_token(post.pk)}", 390, 844, signed_in=False)
    page.get_by_role("heading", name="@suzie.l, may we show your picture?").wait_for()
    picture(page, "rights-390", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="Yes, show it").click()
    page.get_by_text("Thank you. We may show it now.").wait_for()
    post.refresh_from_db()
    assert (post.rights, post.rights_proof["how"]) == ("given", "link")

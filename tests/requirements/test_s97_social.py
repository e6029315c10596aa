"""S97 to S100: a verified follow and an approved photo earn once; rights before a repost; posts that can be shopped."""

import pytest

from loyalty.queries.balances import find_balance
from omnichannel.kernel.clock import now
from stores.models import StockLevel
from tests.events.tools import deliver_twice
from tests.fixtures.auth import ApiClient
from tests.loyalty.factories import EarningRuleFactory, ProgrammeFactory
from tests.requirements.world import World, add, check_out, refused, said, staff_of
from tests.social.tools import SECRET, follow, hook, told


@pytest.fixture(autouse=True)
def bridge(settings) -> None:
    settings.SOCIAL_WEBHOOK_SECRET, settings.SOCIAL_HASHTAGS = SECRET, ["marram"]


@pytest.fixture
def rules(db) -> None:
    ProgrammeFactory()
    EarningRuleFactory(kind="event", trigger="photo_approved", points=150, name="Your photo")
    EarningRuleFactory(kind="event", trigger="social_follow", points=50, name="You follow us")


def points(world: World) -> int:
    return find_balance(world.suzie.pk, now()).points_active


def test_s97_a_verified_follow_earns_once(world: World, rules):
    said(hook("follows", follow()))
    assert points(world) == 0
    said(world.web.post_json("/me/social-handles", {"platform": "instagram", "handle": "suzie.l"}), 201)
    for _ in range(3):
        said(hook("follows", follow()))
    deliver_twice()
    assert points(world) == 50


def test_s98_s99_s100_a_photo_with_the_hashtag_becomes_a_post_that_can_be_shopped(world: World, rules):
    world.sell("DRESS-10", 8900, stock=2)
    staff = staff_of(is_superuser=True)
    said(world.web.post_json("/me/social-handles", {"platform": "instagram", "handle": "suzie.l"}), 201)
    said(hook("follows", follow()))
    before = points(world)
    said(hook("posts", told()))
    [post] = said(staff.get_json("/social/moderation?state=pending"))["items"]
    path = f"/social/moderation/{post['id']}"
    said(staff.put_json(f"{path}/products", {"skus": ["DRESS-10"]}))
    # S99: neither shown nor reposted before its owner says yes
    refused(staff.post_json(f"{path}/approve"), 409, "rights_missing")
    refused(staff.post_json(f"{path}/repost"), 409, "rights_missing")
    said(staff.post_json(f"{path}/ask-rights"))
    said(world.web.post_json(f"/me/posts/{post['id']}/rights", {"given": True}))
    # S98: approved, it earns once, however often
    for _ in range(3):
        said(staff.post_json(f"{path}/approve"))
    assert points(world) - before == 150
    assert said(staff.post_json(f"{path}/repost", {"url": "https://instagram.example/p/9"}))["state"] == "reposted"
    # S100: anybody sees what is on it, its price and what is left now
    anybody = ApiClient()
    [shown] = said(anybody.get_json("/social/posts"))["items"]
    [dress] = shown["products"]
    assert (dress["sku"], dress["price"], dress["available"], dress["in_stock"]) == (
        "DRESS-10", {"amount_minor": 8900, "currency": "USD"}, 6, True,
    )  # fmt: skip
    # when one is bought from it, the post is the order's source and the stock is one less
    add(world.web, dress["sku"])
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    check_out(world.web, email="suzie@example.com")
    [shown] = said(anybody.get_json("/social/posts"))["items"]
    assert shown["products"][0]["available"] == 5
    StockLevel.objects.filter(variant=world.variants["DRESS-10"]).update(on_hand=1)
    [shown] = said(anybody.get_json("/social/posts"))["items"]
    assert shown["products"][0]["available"] == 2

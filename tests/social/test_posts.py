"""From a hashtag to the shop window: rights with proof, goods with live stock, points once."""

import base64
import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns.social.models import Follow, HandleClaim, Post
from campaigns.social.queries.links import rights_token
from customers.models import Consent, Identity
from customers.services.consent import withdraw_consent
from loyalty.models import EventReward
from loyalty.queries.balances import find_balance
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.personal_data import personal_data
from stores.models import StockLevel
from tests.customers.factories import CustomerFactory, UserFactory
from tests.events.tools import deliver_twice
from tests.fixtures.auth import ApiClient
from tests.loyalty.factories import EarningRuleFactory, ProgrammeFactory
from tests.requirements.world import refused, said, web_of
from tests.social.tools import SECRET, follow, hook, picture, signed, told

pytestmark = pytest.mark.django_db
PUBLIC = ApiClient()


@pytest.fixture
def points(world):
    ProgrammeFactory()
    EarningRuleFactory(kind="event", trigger="photo_approved", points=150, name="Your photo")
    EarningRuleFactory(kind="event", trigger="social_follow", points=50, name="You follow us")


def mine(world):
    """Suzie's handle, proven by a follow after she named it."""
    said(world.web.post_json("/me/social-handles", {"platform": "instagram", "handle": "@Suzie.L"}), 201)
    assert said(hook("follows", follow())) == {"received": True}


def posted(**more):
    assert said(hook("posts", told(**more))) == {"received": True}
    return Post.objects.order_by("-created_at", "-id").first()


def balance(customer):
    return find_balance(customer.pk, now()).points_active


def steps(post):
    return list(Event.objects.filter(subject_id=post.pk).order_by("id").values_list("name", flat=True))


def test_a_picture_becomes_a_shoppable_post(world, staff, points):
    # given Suzie's handle is proven and she posts with the hashtag
    mine(world)
    post = posted()
    assert (post.customer_id, post.handle, post.state) == (world.suzie.pk, "suzie.l", "pending")
    path = f"/social/moderation/{post.pk}"
    # then it cannot be shown before she says yes, nor before something is tagged
    refused(staff.post_json(f"{path}/approve"), 409, "rights_missing")
    assert said(staff.post_json(f"{path}/ask-rights"))["state"] == "rights_asked"
    [asked] = said(world.web.get_json("/me/posts"))["items"]
    assert (asked["rights"], "take this back" in asked["words"]) == ("asked", True)
    said(world.web.post_json(f"/me/posts/{post.pk}/rights", {"given": True}))
    refused(staff.post_json(f"{path}/approve"), 409, "nothing_tagged")
    said(staff.put_json(f"{path}/products", {"skus": ["DRESS-10", "HAT"]}))
    assert said(PUBLIC.get_json("/social/posts"))["items"] == []
    # when it is approved, twice
    before = balance(world.suzie)
    said(staff.post_json(f"{path}/approve"))
    said(staff.post_json(f"{path}/approve"))
    deliver_twice()
    # then she has the points once, and her yes is kept with its proof
    assert balance(world.suzie) - before == 150
    consent = Consent.objects.get(customer=world.suzie, purpose="photos")
    assert (consent.state, consent.proof["post_id"], consent.proof["how"]) == ("granted", str(post.pk), "account")
    # then everybody sees it with prices and what is left
    [shown] = said(PUBLIC.get_json("/social/posts"))["items"]
    assert [(good["sku"], good["price"]["amount_minor"], good["available"], good["in_stock"]) for good in shown["products"]] == [
        ("DRESS-10", 8900, 9, True), ("HAT", 2500, 0, False),
    ]  # fmt: skip
    assert f"post_id={post.pk}" in shown["campaign"]
    StockLevel.objects.filter(variant=world.variants["DRESS-10"]).update(on_hand=0)
    [shown] = said(PUBLIC.get_json(f"/social/posts?product={world.variants['DRESS-10'].product.slug}"))["items"]
    assert shown["products"][0]["in_stock"] is False
    # when the brand reposts it
    done = said(staff.post_json(f"{path}/repost", {"url": "https://instagram.example/p/ours"}))
    assert (done["state"], done["repost_url"]) == ("reposted", "https://instagram.example/p/ours")
    assert steps(post) == [
        "post.received", "post.rights_asked", "post.rights_given", "post.approved", "post.reposted",
    ]  # fmt: skip


def test_a_verified_follow_earns_once(world, points):
    mine(world)
    assert balance(world.suzie) == 50
    # when the platform tells it again, and she unfollows and follows again
    hook("follows", follow())
    hook("follows", follow(id="another"))
    deliver_twice()
    assert balance(world.suzie) == 50
    assert EventReward.objects.count() == 1
    identity = Identity.objects.get(kind="social")
    assert (identity.customer_id, identity.value) == (world.suzie.pk, "instagram:suzie.l")
    assert Event.objects.filter(name="follow.verified").count() == 1
    [shown] = said(world.web.get_json("/me/social-handles"))["items"]
    assert (shown["verified"], shown["how"]) == (True, "")


def test_a_follow_older_than_the_claim_proves_nothing(world, points):
    # given a stranger who follows the brand, as all can see
    said(hook("follows", follow(handle="famous.person")))
    # when Suzie says the handle is hers
    claim = said(world.web.post_json("/me/social-handles", {"platform": "instagram", "handle": "famous.person"}), 201)
    assert (claim["verified"], claim["how"].startswith("Follow Marram on Instagram")) == (False, True)
    said(hook("follows", follow(handle="famous.person", followed_at="2020-01-01T00:00:00Z")))
    assert (balance(world.suzie), Identity.objects.filter(kind="social").count()) == (0, 0)


def test_a_handle_that_two_claim_is_nobodys_until_staff_decide(world, points):
    olga = web_of(CustomerFactory(user=UserFactory()))
    for client in (world.web, olga):
        said(client.post_json("/me/social-handles", {"platform": "instagram", "handle": "suzie.l"}), 201)
    said(hook("follows", follow()))
    assert not HandleClaim.objects.filter(verified_at__isnull=False).exists()
    from campaigns.social.services.handles import settle_claim

    settle_claim(claim_id=HandleClaim.objects.get(customer=world.suzie).pk, by=SYSTEM, at=now())
    assert (balance(world.suzie), Follow.objects.get().customer_id) == (50, world.suzie.pk)
    refused(
        web_of(CustomerFactory(user=UserFactory())).post_json(
            "/me/social-handles", {"platform": "instagram", "handle": "suzie.l"}
        ),
        409,
        "handle_taken",
    )


def test_a_post_before_the_handle_is_proven_joins_and_earns_then(world, staff, points):
    post = posted()
    path = f"/social/moderation/{post.pk}"
    said(staff.put_json(f"{path}/products", {"skus": ["DRESS-10"]}))
    said(staff.post_json(f"{path}/ask-rights"))
    # when its owner answers by the link that went to the handle
    token = rights_token(post.pk)
    page = ApiClient().get(f"/social/rights/{token}")
    assert (page.status_code, b"may we show your picture" in page.content) == (200, True)
    assert said(ApiClient().post_json(f"/social/rights/{token}", {"given": True}))["rights"] == "given"
    said(staff.post_json(f"{path}/approve"))
    assert balance(world.suzie) == 0
    mine(world)
    post.refresh_from_db()
    assert (post.customer_id, balance(world.suzie)) == (world.suzie.pk, 200)


def test_a_yes_taken_back_hides_the_picture_at_once(world, staff, points):
    mine(world)
    post = posted()
    path = f"/social/moderation/{post.pk}"
    said(staff.put_json(f"{path}/products", {"skus": ["DRESS-10"]}))
    said(staff.post_json(f"{path}/ask-rights"))
    said(world.web.post_json(f"/me/posts/{post.pk}/rights", {"given": True}))
    said(staff.post_json(f"{path}/approve"))
    assert ApiClient().get(f"/api/v1/social/posts/{post.pk}/picture").status_code == 200
    # when she withdraws her consent to photos
    withdraw_consent(customer_id=world.suzie.pk, channel="social", purpose="photos", source="test", by=SYSTEM, at=now())
    deliver_twice()
    assert said(PUBLIC.get_json("/social/posts"))["items"] == []
    refused(PUBLIC.get_json(f"/social/posts/{post.pk}"), 404, "not_found")
    assert ApiClient().get(f"/api/v1/social/posts/{post.pk}/picture").status_code == 404
    refused(staff.post_json(f"{path}/repost"), 409, "rights_missing")


def test_webhooks_are_believed_only_when_signed_and_act_once(world):
    message = told()
    body = json.dumps(message).encode()
    for signature in (
        "", "t=1", "nonsense", signed(body, secret="wrong"), signed(body + b" "), signed(body, at=int(now().timestamp()) - 4000),
    ):  # fmt: skip
        refused(hook("posts", body, signature=signature), 403, "webhook_signature_invalid")
    assert not Post.objects.exists()
    assert said(hook("posts", body)) == {"received": True}
    assert said(hook("posts", body)) == {"received": False}
    # the same post under another message id
    assert said(hook("posts", message | {"id": "other"})) == {"received": False}
    assert Post.objects.count() == 1


def test_without_a_secret_nothing_is_believed(world, settings):
    settings.SOCIAL_WEBHOOK_SECRET = ""
    body = json.dumps(told()).encode()
    refused(hook("posts", body, signature=signed(body, secret="")), 403, "webhook_signature_invalid")
    refused(hook("follows", body, signature=signed(body, secret=SECRET)), 403, "webhook_signature_invalid")


def test_posts_without_our_hashtag_are_not_kept(world):
    assert said(hook("posts", told(caption="Nice day #marramgrass"))) == {"received": False}
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"handle": "not a handle!"}, "handle_invalid"),
        ({"platform": "myspace"}, "webhook_unreadable"),
        ({"posted_at": "yesterday"}, "webhook_unreadable"),
        ({"posted_at": "2026-13-40T99:00:00Z"}, "webhook_unreadable"),
        ({"media_base64": "%%%"}, "webhook_unreadable"),
        ({"media_base64": base64.b64encode(b"<svg onload=alert(1)>").decode()}, "picture_invalid"),
        ({"media_base64": base64.b64encode(picture(size=(20, 20))).decode()}, "picture_invalid"),
        ({"permalink": "javascript:alert(1)"}, "webhook_unreadable"),
        ({"id": ""}, "webhook_unreadable"),
        ({"caption": "\x00"}, "webhook_unreadable"),
    ],
)
def test_signed_nonsense_is_refused_and_may_come_again(world, change, code):
    refused(hook("posts", told(**change)), 422, code)
    assert not Post.objects.exists()


def test_pictures_are_written_anew_without_what_the_camera_said(world, staff):
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    post = posted(media_base64=base64.b64encode(picture(size=(3000, 2000), exif=exif)).decode())
    with post.media.open("rb") as file:
        kept = Image.open(BytesIO(file.read()))
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (1600, 1067), {})
    # a picture nobody approved is for staff and its owner alone
    path = f"/api/v1/social/posts/{post.pk}/picture"
    assert (ApiClient().get(path).status_code, staff.get(path).status_code) == (404, 200)
    assert world.web.get(path).status_code == 404


def test_staff_upload_and_turn_down_and_look_again(world, staff):
    upload = SimpleUploadedFile("photo.png", picture(kind="PNG"), content_type="image/png")
    made = staff.post("/api/v1/social/moderation", {"file": upload, "handle": "@Noor", "caption": "From an email"})
    assert made.status_code == 201, made.content
    path = f"/social/moderation/{made.json()['id']}"
    refused(staff.post_json(f"{path}/reject", {"reason": ""}), 400, "invalid")
    assert said(staff.post_json(f"{path}/reject", {"reason": "Blurred"}, if_match=1))["state"] == "rejected"
    refused(staff.post_json(f"{path}/approve", if_match=1), 412, "stale")
    assert said(staff.post_json(f"{path}/reconsider"))["state"] == "pending"
    queue = said(staff.get_json("/social/moderation?state=pending"))
    assert (len(queue["items"]), queue["counts"]["pending"]) == (1, 1)
    bad = SimpleUploadedFile("photo.jpg", b"MZ not a picture", content_type="image/jpeg")
    answer = staff.post("/api/v1/social/moderation", {"file": bad, "handle": "noor"})
    assert (answer.status_code, answer.json()["code"]) == (422, "picture_invalid")
    refused(staff.put_json(f"{path}/products", {"skus": ["NOPE"]}), 422, "unknown_sku")


def test_others_cannot_answer_for_her_nor_moderate(world, staff, points):
    mine(world)
    post = posted()
    olga = web_of(CustomerFactory(user=UserFactory()))
    refused(world.web.post_json(f"/me/posts/{post.pk}/rights", {"given": True}), 409, "rights_not_asked")
    said(staff.post_json(f"/social/moderation/{post.pk}/ask-rights"))
    refused(olga.post_json(f"/me/posts/{post.pk}/rights", {"given": True}), 404, "not_found")
    refused(ApiClient().post_json("/social/rights/forged:token", {"given": True}), 404, "rights_link_not_valid")
    for method, path in (("GET", ""), ("POST", f"/{post.pk}/approve")):
        assert world.web.call(method, f"/social/moderation{path}").status_code == 403
        assert ApiClient().call(method, f"/social/moderation{path}").status_code == 401


def test_erasing_takes_the_picture_along_and_a_merge_can_be_undone(
    world, staff, points, django_capture_on_commit_callbacks
):
    mine(world)
    post = posted()
    data = personal_data.get("social")
    assert data.export(customer_id=world.suzie.pk)["social_posts"][0]["handle"] == "suzie.l"
    other, merge = CustomerFactory(), post.pk
    assert data.move(from_id=world.suzie.pk, to_id=other.pk, merge_id=merge).moved["social_posts"] == 1
    data.restore(merge_id=merge)
    post.refresh_from_db()
    assert post.customer_id == world.suzie.pk
    name, storage = post.media.name, post.media.storage
    with django_capture_on_commit_callbacks(execute=True):
        data.erase(customer_id=world.suzie.pk, at=now())
    post.refresh_from_db()
    assert (post.handle, post.customer_id, post.caption, storage.exists(name)) == ("erased", None, "", False)
    assert not HandleClaim.objects.exists()

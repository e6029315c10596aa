"""Every identifier of one caller in the hands of another: answered like an identifier that nobody has.

The addresses come from the OpenAPI document. Each is called with somebody else's ids and with ids that do not
exist; status and body must be the same, refuse, and nothing may have changed.
"""

from datetime import timedelta
from typing import Any

import pytest

from carts.models import Cart, CartAccess
from omnichannel.integrations.models import ApiKey
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from stores.models import AssociateSession
from tests.fixtures.auth import ApiClient
from tests.requirements.house import WRITES, House, Operation, database, operations, undone
from tests.requirements.world import add, guest_of, refused, said, staff_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db

#: Path parameters that name something of a person or of a store.
OWNED = (
    "cart_id", "line_id", "merge_id", "customer_id", "address_id", "list_id", "item_id", "order_id", "fulfilment_id", "link_id",
    "claim_id", "inbox_id", "prompt_id", "identity_id", "customer_merge_id", "enrolment_id", "conversion_id", "referral_id",
)  # fmt: skip
NAMING = sorted(
    (each for each in operations("get", *WRITES) if any(f"{{{name}}}" in each.path for name in OWNED)),
    key=lambda each: each.id,
)

#: Questions asked by POST.
ASKING = {
    each.id for each in operations("post") if each.id.endswith(("_preview", "_quote", "_simulate", "_simulate_one", "_check"))
} | {"campaigns_audience", "message_template_paper"}  # fmt: skip
#: Whoever lost a link may ask for it, and a signed link is enough for what it is for.
FOR_ANYBODY = {
    "orders_request_link", "newsletter_request", "newsletter_confirm", "preferences_change", "social_rights_answer",
}  # fmt: skip


def call(house: House, client: ApiClient, operation: Operation, ids: dict[str, Any]) -> Any:
    body = house.body(operation) if operation.method != "GET" else None
    return client.call(operation.method, operation.address(ids), body)


def exchange(
    house: House, client: ApiClient, subtests: Any, *, mine: dict[str, str], operations: list[Operation]
) -> None:
    """Call every operation as this client with Suzie's ids, each alone and all together, beside ids nobody has."""
    client.get_json("/me")  # a key notes the day of its first use
    before = database()
    for operation in operations:
        named = [name for name in OWNED if f"{{{name}}}" in operation.path]
        for foreign in {tuple(named), *((name,) for name in named)}:
            own = {name: mine[name] for name in named if name not in foreign and name in mine}
            with subtests.test(f"{operation.id} {'+'.join(foreign)}"), undone():
                theirs = call(house, client, operation, house.ids | own)
                missing = call(house, client, operation, house.ids | {name: str(uuid7()) for name in named} | own)
                assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)
                assert theirs.status_code in (401, 403, 404), theirs.content[:500]
                assert operation.method == "GET" or database() == before


def test_one_customer_with_the_ids_of_another(house: House, subtests: Any) -> None:
    exchange(house, house.olga.web, subtests, mine=house.olga.ids, operations=NAMING)


def test_a_guest_with_the_ids_of_a_customer(house: House, subtests: Any) -> None:
    guest = guest_of()
    cart = add(guest, "SOCKS")
    exchange(house, guest, subtests, mine={"cart_id": cart["id"], "line_id": cart["lines"][0]["id"]}, operations=NAMING)


def test_nobody_with_the_ids_of_a_customer(house: House, subtests: Any) -> None:
    exchange(house, ApiClient(), subtests, mine={}, operations=NAMING)


def test_a_key_without_scopes_with_any_ids(house: House, subtests: Any) -> None:
    exchange(house, key_api(), subtests, mine={}, operations=NAMING)


def test_a_tablet_with_nobody_signed_in_with_the_ids_of_a_customer(house: House, subtests: Any) -> None:
    # orders of its own store it may read: they are picked up there
    tablet = house.world.till_in(house.world.mill)
    nobody = ApiClient({"Authorization": tablet.defaults["HTTP_AUTHORIZATION"]})
    exchange(house, nobody, subtests, mine={}, operations=NAMING)


def test_a_store_with_the_work_of_another(house: House, subtests: Any) -> None:
    work = [each for each in NAMING if "{fulfilment_id}" in each.path]
    assert len(work) >= 7
    exchange(house, house.world.till_in(house.world.mill), subtests, mine={}, operations=work)


def test_staff_without_permissions_with_any_ids(house: House, subtests: Any) -> None:
    exchange(house, staff_of(), subtests, mine={}, operations=NAMING)


def test_an_analyst_reads_and_changes_nothing(house: House, subtests: Any) -> None:
    analyst, before = staff_of(groups=["Analyst"]), database()
    for operation in operations(*WRITES):
        with subtests.test(operation.id), undone():
            answer = call(house, analyst, operation, house.ids)
            if operation.id in FOR_ANYBODY:
                continue
            assert answer.status_code >= 400 or operation.id in ASKING, answer.content[:300]
            assert database() == before


def test_a_walk_in_cart_stays_with_its_tablet(house: House) -> None:
    # given a cart opened at one tablet
    path = house.world.walk_in(house.world.till)
    # then another store's associate does not find it, and neither does another customer
    other = house.world.till_in(house.world.mill)
    for client in (other, house.suzie.web, guest_of()):
        refused(client.get_json(path), 404, "no_cart")
        refused(client.post_json(f"{path}/lines", {"sku": "SOCKS", "quantity": 1}), 404, "no_cart")
    assert said(house.world.till.get_json(path))["lines"] == []


def test_whoever_holds_a_cart_link_holds_that_cart_and_not_its_person(house: House, subtests: Any) -> None:
    # given a link to Suzie's cart, opened by a stranger
    link = said(house.suzie.web.post_json("/cart/links"), 201)
    opened = said(ApiClient().post_json("/cart-links/restore", {"token": link["token"]}))
    stranger = ApiClient({"X-Cart-Token": opened["token"]})
    assert said(stranger.get_json("/cart"))["id"] == house.suzie.ids["cart_id"]
    # then nothing of Suzie's but the cart is reached with it
    others = [each for each in NAMING if "{cart_id}" not in each.path and not each.path.startswith("/api/v1/cart/")]
    exchange(house, stranger, subtests, mine={}, operations=others)
    # and not the order either that the cart becomes
    said(house.suzie.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(house.world.harbour.pk)}))
    total = said(house.suzie.web.get_json("/cart"))["totals"]["total"]
    refused(stranger.post_json("/checkout", {"expected_total": total}), 403, "cart_link_only")
    order = said(house.suzie.web.post_json("/checkout", {"expected_total": total}), 201)
    refused(stranger.get_json(f"/orders/{order['id']}"), 404, "not_found")
    refused(stranger.post_json(f"/orders/{order['id']}/cancel"), 404, "not_found")
    assert said(stranger.get_json("/orders"))["items"] == []


class TestEndedCredentials:
    """What was valid once is answered like what never was."""

    def test_a_session_that_was_signed_out(self, house: House) -> None:
        said(house.suzie.app.get_json("/me"))
        house.suzie.customer.user.set_password("another-dune-28")
        house.suzie.customer.user.save()
        refused(house.suzie.app.get_json("/me"), 401, "authentication_failed")
        assert house.suzie.web.get_json("/me").status_code == 401

    def test_a_guest_token_that_has_run_out(self, house: House) -> None:
        handed = said(house.suzie.web.post_json("/cart/handoff"), 201)
        token = said(ApiClient().post_json("/handoffs/redeem", {"code": handed["code"]}))["token"]
        friend = ApiClient({"X-Cart-Token": token})
        said(friend.get_json("/cart"))
        CartAccess.objects.update(expires_at=now() - timedelta(days=1))
        refused(friend.get_json("/cart"), 401, "authentication_failed")

    def test_a_tablet_that_was_revoked(self, house: House) -> None:
        said(house.world.till.get_json("/devices/current"))
        house.world.device.__class__.objects.update(state="revoked")
        refused(house.world.till.get_json("/devices/current"), 401, "authentication_failed")

    def test_an_associate_whose_session_ended(self, house: House) -> None:
        AssociateSession.objects.update(ended_at=now())
        before = Cart.objects.count()
        refused(house.world.till.post_json("/carts"), 401, "authentication_failed")
        assert Cart.objects.count() == before

    def test_a_key_that_was_revoked_or_has_expired(self, house: House) -> None:
        said(house.key.get_json("/orders"))
        ApiKey.objects.update(revoked_at=now())
        refused(house.key.get_json("/orders"), 401, "authentication_failed")

"""Endpoints and keys over the API: secrets once, scopes, replay, nothing for strangers."""

from datetime import timedelta

import orjson
import pytest
from django.contrib.auth.models import Permission

from omnichannel.accounts.models import User
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from omnichannel.integrations.errors import ScopeUnknown
from omnichannel.integrations.models import ApiKey, WebhookEndpoint
from omnichannel.integrations.queries import list_scopes
from omnichannel.integrations.services.keys import create_api_key, revoke_api_key
from omnichannel.integrations.services.sending import continue_replays, send_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from omnichannel.rest.models import IdempotencyKey
from tests.integrations.conftest import ring

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    return create_api_key(
        name="ERP", scopes=["webhooks:read", "webhooks:write", "keys:read", "keys:write"], at=now(), by=SYSTEM
    )


@pytest.fixture
def call(client, key):
    def call(method: str, path: str, body=None, *, secret: str = "", **headers):
        return client.generic(
            method,
            f"/api/v1/{path}",
            b"" if body is None else orjson.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret or key[1]}", **headers},
        )

    return call


def test_an_endpoint_is_made_changed_and_forgotten(call, receiver, bells):
    # when one is made
    made = call("POST", "webhook-endpoints", {"url": receiver.url, "facts": ["bell.*"], "description": "ERP"})
    assert made.status_code == 201
    endpoint_id, secret = made.json()["id"], made.json()["secret"]
    assert secret.startswith("whsec_") and made["Cache-Control"] == "no-store"
    # then its secret is never shown again
    shown = call("GET", f"webhook-endpoints/{endpoint_id}").json()
    assert "secret" not in shown and shown["state"] == "active"
    assert [item["id"] for item in call("GET", "webhook-endpoints").json()["items"]] == [endpoint_id]
    # and it can be changed
    changed = call("PATCH", f"webhook-endpoints/{endpoint_id}", {"state": "paused", "facts": ["bell.rung"]})
    assert (changed.json()["state"], changed.json()["facts"], changed.json()["description"]) == (
        "paused",
        ["bell.rung"],
        "ERP",
    )
    # and forgotten
    assert call("DELETE", f"webhook-endpoints/{endpoint_id}").status_code == 204
    assert call("GET", f"webhook-endpoints/{endpoint_id}").status_code == 404


def test_a_repeated_creation_gives_the_same_secret_which_no_table_shows(call, receiver):
    body, headers = {"url": receiver.url}, {"Idempotency-Key": "once"}
    first, second = (call("POST", "webhook-endpoints", body, **headers) for _ in range(2))
    assert first.json() == second.json() and WebhookEndpoint.objects.count() == 1
    assert second["Cache-Control"] == "no-store"
    assert first.json()["secret"].encode() not in bytes(IdempotencyKey.objects.get().body)


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"url": "http://x.example"}, 422, "webhook_address_refused", "/url"),
        ({"url": "https://10.0.0.1/"}, 422, "webhook_address_refused", "/url"),
        ({"url": "https://x.example", "facts": ["nothing.happened"]}, 422, "fact_unknown", "/facts/0"),
        ({"url": 5}, 400, "invalid", "/url"),
        ({}, 400, "invalid", "/url"),
        ({"url": "https://x.example", "secret": "mine"}, 400, "invalid", "/secret"),
        ({"url": "https://x.example", "facts": "order.*"}, 400, "invalid", "/facts"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused(call, body, status, code, pointer):
    answer = call("POST", "webhook-endpoints", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (status, code, pointer)
    assert WebhookEndpoint.objects.count() == 0


def test_the_log_of_an_endpoint_and_its_replay(call, receiver, endpoint):
    # given two messages delivered
    endpoint, secret = endpoint
    first, _ = ring(1, 2)
    deliver_due()
    send_due(at=now())
    base = f"webhook-endpoints/{endpoint.id}"
    messages = call("GET", f"{base}/messages?state=delivered").json()["items"]
    assert [message["sequence"] for message in messages] == [2, 1] or {message["sequence"] for message in messages} == {
        1,
        2,
    }
    detail = call("GET", f"{base}/messages/{messages[0]['id']}").json()
    assert (detail["attempts"], detail["log"][0]["status"], orjson.loads(detail["body"])["type"]) == (
        1,
        200,
        "bell.rung",
    )
    # when one is replayed, then everything after the first
    assert call("POST", f"{base}/replay", {"message_id": messages[0]["id"]}).status_code == 202
    send_due(at=now())
    assert len(receiver.received) == 3
    assert call("POST", f"{base}/replay", {"after": str(first)}).json()["replaying"] is True
    continue_replays(at=now())
    send_due(at=now())
    # then each came again, verified
    assert len(receiver.verified(secret)) == 4
    assert call("GET", base).json()["replaying"] is False


def test_a_replay_says_one_thing(call, endpoint):
    base = f"webhook-endpoints/{endpoint[0].id}/replay"
    for body in ({}, {"after": str(uuid7()), "since": now().isoformat()}):
        answer = call("POST", base, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "replay_unclear")
    assert call("POST", base, {"message_id": str(uuid7())}).status_code == 404


def test_a_ping_and_a_new_secret(call, endpoint, receiver):
    base = f"webhook-endpoints/{endpoint[0].id}"
    rotated = call("POST", f"{base}/rotate-secret", {})
    assert call("POST", f"{base}/ping", {}).status_code == 202
    send_due(at=now())
    assert receiver.verified(rotated.json()["secret"]) and receiver.verified(endpoint[1])


def test_scopes_are_demanded_one_by_one(call, client):
    # given a key that may only read
    _, reader = create_api_key(name="reader", scopes=["webhooks:read"], at=now(), by=SYSTEM)
    assert call("GET", "webhook-endpoints", secret=reader).status_code == 200
    answer = call("POST", "webhook-endpoints", {"url": "https://x.example"}, secret=reader)
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (
        403,
        "scope_missing",
        {"scope": "webhooks:write"},
    )
    assert client.get("/api/v1/webhook-endpoints").status_code == 401


def test_a_key_is_used_once_a_day_in_the_books(call, key, django_assert_num_queries):
    call("GET", "api-keys")
    assert ApiKey.objects.get().last_used_on == now().date()
    # then a second call writes nothing: the key, the list
    with django_assert_num_queries(2):
        call("GET", "api-keys")


def test_a_rotated_key_is_good_for_a_day_beside_the_new_one(call, key):
    key, old = key
    new = call("POST", f"api-keys/{key.id}/rotate", {}).json()["secret"]
    assert [call("GET", "api-keys", secret=secret).status_code for secret in (old, new)] == [200, 200]
    ApiKey.objects.update(previous_until=now())
    assert [call("GET", "api-keys", secret=secret).status_code for secret in (old, new)] == [401, 200]
    assert not ApiKey.objects.filter(secret_hash__contains=new[:8]).exists()


def test_a_key_sees_and_rotates_itself_alone(call, key):
    other, _ = create_api_key(name="powerful", scopes=["*"], at=now(), by=SYSTEM)
    assert [item["id"] for item in call("GET", "api-keys").json()["items"]] == [str(key[0].id)]
    assert call("POST", f"api-keys/{other.id}/rotate", {}).status_code == 404


def test_an_expired_and_a_revoked_key_open_nothing(call, key):
    _, short = create_api_key(name="short", scopes=["*"], at=now(), by=SYSTEM, expires_at=now() - timedelta(seconds=1))
    assert call("GET", "api-keys", secret=short).status_code == 401
    revoke_api_key(key_id=key[0].id, at=now(), by=SYSTEM)
    assert call("GET", "api-keys").status_code == 401
    assert {"api_key.created", "api_key.revoked"} <= set(Event.objects.values_list("name", flat=True))


def test_a_scope_nobody_knows_cannot_be_given():
    assert {"webhooks:write", "catalog:write", "events:read"} <= set(list_scopes())
    with pytest.raises(ScopeUnknown):
        create_api_key(name="x", scopes=["everything:write"], at=now(), by=SYSTEM)


def test_staff_need_the_permission(client, receiver):
    # given a member of staff without it
    staff = User.objects.create_user(email="sam@example.com", password="a long pass phrase", is_staff=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/webhook-endpoints").status_code == 403
    # when a role gives it
    staff.user_permissions.add(Permission.objects.get(codename="change_webhookendpoint"))
    # then they may
    assert client.get("/api/v1/webhook-endpoints").status_code == 200

"""Staff screens of keys and webhooks: what changes goes through services, secrets are shown once."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages

from omnichannel.events.services import deliver_due
from omnichannel.integrations.models import ApiKey, WebhookEndpoint, WebhookMessage
from omnichannel.integrations.services.sending import continue_replays, send_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import token_hash
from tests.integrations.conftest import ring

pytestmark = pytest.mark.django_db


def told(answer) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def run(staff_web, model: str, pk, name: str, **form):
    """Press a button of a row's page and confirm."""
    return staff_web.post(
        f"/admin/integrations/{model}/{pk}/{name}/", {"_form_submitted": "1", **form}, headers={"HX-Request": "true"}
    )


def test_a_key_is_made_in_the_admin_and_its_secret_shown_once(staff_web):
    # when staff make a key
    answer = staff_web.post(
        "/admin/integrations/apikey/add/",
        {"name": "ERP", "scopes": ["catalog:write", "events:read"], "expires_at_0": "", "expires_at_1": ""},
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    secret = re.search(r"omk_\S+", told(answer)).group()
    # then it opens the API, and is found nowhere else
    assert ApiKey.objects.get().secret_hash == token_hash(secret)
    assert ApiKey.objects.get().scopes == ["catalog:write", "events:read"]
    assert staff_web.get("/api/v1/events", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    staff_web.get("/admin/")  # shows the message
    page = staff_web.get(f"/admin/integrations/apikey/{ApiKey.objects.get().pk}/change/").content.decode()
    assert secret not in page and secret[:12] in page
    assert not LogEntry.objects.filter(change_message__contains=secret[:20]).exists()


def test_a_key_is_rotated_and_revoked(staff_web):
    staff_web.post("/admin/integrations/apikey/add/", {"name": "ERP", "scopes": ["*"]})
    key = ApiKey.objects.get()
    answer = run(staff_web, "apikey", key.pk, "rotate")
    assert "omk_" in told(answer), (answer.status_code, answer.content[:2000])
    run(staff_web, "apikey", key.pk, "revoke")
    key.refresh_from_db()
    assert key.revoked_at is not None and key.previous_hash
    assert staff_web.get("/admin/integrations/apikey/").status_code == 200


def test_an_endpoint_is_made_changed_tested_and_replayed(staff_web, receiver, bells):
    # when staff make one
    answer = staff_web.post(
        "/admin/integrations/webhookendpoint/add/",
        {"url": receiver.url, "description": "ERP", "facts": "bell.*", "state": "active"},
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    secret = re.search(r"whsec_\S+", told(answer)).group()
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.facts in (["bell.*"], [])
    # and test it
    run(staff_web, "webhookendpoint", endpoint.pk, "ping")
    send_due(at=now())
    assert receiver.verified(secret)[0]["type"] == "webhook.ping"
    # and replay an hour
    ring(1)
    deliver_due()
    since = now() - timedelta(hours=1)
    answer = run(
        staff_web, "webhookendpoint", endpoint.pk, "replay", since_0=f"{since:%Y-%m-%d}", since_1=f"{since:%H:%M:%S}"
    )
    continue_replays(at=now())
    send_due(at=now())
    assert receiver.verified(secret)[-1]["type"] == "bell.rung"
    # then the pages show it
    page = staff_web.get("/admin/integrations/webhookmessage/").content.decode()
    assert "bell.rung" in page and "Delivered" in page
    message = WebhookMessage.objects.get(name="bell.rung")
    assert "200" in staff_web.get(f"/admin/integrations/webhookmessage/{message.pk}/change/").content.decode()
    assert run(staff_web, "webhookmessage", message.pk, "send-again").status_code == 200
    message.refresh_from_db()
    assert message.state == "waiting"


def test_an_endpoint_leading_inside_is_refused_beside_the_field(staff_web, settings):
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    answer = staff_web.post(
        "/admin/integrations/webhookendpoint/add/", {"url": "https://10.0.0.1/", "facts": "", "state": "active"}
    )
    assert answer.status_code == 200 and "public https addresses only" in answer.content.decode()
    assert WebhookEndpoint.objects.count() == 0

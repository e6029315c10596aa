"""What did not get through, both ways: staff see it without reading logs."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission

from omnichannel.events.services import deliver_due
from omnichannel.integrations.models import RefusedMessage, WebhookMessage
from omnichannel.integrations.services.refusals import count_refused, forget_refused
from omnichannel.integrations.services.sending import send_due
from omnichannel.kernel.clock import now
from tests.customers.factories import StaffFactory
from tests.fixtures.auth import ApiClient, session_of
from tests.integrations.conftest import answer, ring

pytestmark = pytest.mark.django_db
PAGE = "/admin/integrations/refusedmessage/failures/"


def test_what_others_sent_and_we_did_not_believe_is_counted_by_door_and_reason(client, settings):
    # given a gateway, a mail service and a network whose secrets are ours alone
    settings.STRIPE_API_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", "whsec_ours"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}
    api = ApiClient()
    # when each is spoken to by somebody who knows none of them
    for _ in range(3):
        assert (
            api.post_json("/gateways/stripe/webhook", {"id": "evt_1"}, stripe_signature="t=1,v1=no").status_code == 403
        )
    assert api.post_json("/social/posts/webhook", {"id": "1"}, x_signature="t=1,v1=no").status_code == 403
    assert client.post("/m/hooks/postmark/", "{}", content_type="application/json").status_code == 400
    # then each is counted once a door and reason, and nothing of what they said is kept
    rows = {(row.door, row.code): row.count for row in RefusedMessage.objects.all()}
    assert rows == {
        ("gateway stripe", "signature_invalid"): 3,
        ("social post", "webhook_signature_invalid"): 1,
        ("mail postmark", "bad_signature"): 1,
    }
    # and names that nobody has make no rows, however many are tried
    assert api.post_json("/gateways/nobody/webhook", {}).status_code == 404
    assert client.post("/m/hooks/nobody/", "{}", content_type="application/json").status_code == 404
    assert RefusedMessage.objects.count() == 3


def test_a_new_hour_is_a_new_row_and_a_month_is_kept():
    at = now().replace(minute=10, second=0, microsecond=0)
    for moment in (at, at + timedelta(minutes=20), at + timedelta(hours=1)):
        count_refused(door="mail postmark", code="bad_signature", reason="No", at=moment)
    assert sorted(RefusedMessage.objects.values_list("count", flat=True)) == [1, 2]
    assert forget_refused(before=at + timedelta(minutes=50)) == 1


def test_both_ways_stand_on_one_page_for_those_who_may_read_the_log(endpoint, receiver, bells, staff_web, staff_client):
    receiver.behave = answer(500, b"no")
    ring(1)
    deliver_due()
    send_due(at=now())
    count_refused(door="gateway stripe", code="signature_invalid", reason="The message is not signed.", at=now())
    page = staff_web.get(PAGE).content.decode()
    message = WebhookMessage.objects.get()
    assert f"/admin/integrations/webhookmessage/{message.pk}/change/" in page and "Waiting" in page and "500" in page
    assert "Gateway stripe" in page and "The message is not signed." in page
    home = staff_web.get("/admin/").content.decode()
    assert "1 refused" in home and home.count(PAGE) == 3  # two lines of the health card, and the sidebar
    # one right alone is not enough
    reader = StaffFactory()
    reader.user_permissions.add(Permission.objects.get(codename="view_refusedmessage"))
    assert staff_client(reader).get(PAGE).status_code == 403


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_fits_every_screen(browser, live_server, endpoint, receiver, bells):
    receiver.behave = answer(503, b"down for maintenance")
    ring(1, 2, 3)
    deliver_due()
    send_due(at=now())
    WebhookMessage.objects.filter(pk=WebhookMessage.objects.first().pk).update(state="failed")
    for door, reason in (("gateway stripe", "The message is not signed by the gateway."), ("mail postmark", "The signature is not that of this mail service.")):  # fmt: skip
        count_refused(door=door, code="signature_invalid", reason=reason, at=now())
    context = browser.new_context()
    boss = session_of(StaffFactory(is_superuser=True))
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": boss, "url": live_server.url}])
    page = context.new_page()
    for width, height in ((1280, 800), (1024, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(live_server.url + PAGE)
        page.get_by_role("heading", name="We told, and nobody took it").wait_for()
        if pictures := os.environ.get("PICTURES"):
            page.screenshot(path=Path(pictures) / f"failures-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    context.close()

"""P21: Segment's own libraries and our page script work against `/v1/` by changing the host alone."""

import json
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from customers.models import Customer, Identity
from customers.services.sources import create_source
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def source(**more):
    _, key = create_source(name=f"Shop {uuid.uuid4()}", channel="web", by=SYSTEM, at=now(), **more)
    return key


def tracked():
    return Event.objects.exclude(kind="domain").order_by("occurred_at", "id")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_segment_analytics_python(live_server):
    from segment.analytics import request
    from segment.analytics.client import Client

    errors = []
    client = Client(
        source(is_trusted=True), host=live_server.url, gzip=True, max_retries=1,
        on_error=lambda error, items: errors.append(str(error)),
    )  # fmt: skip
    client.identify(user_id="ada-42", anonymous_id="python-1", traits={"email": "ada@example.com", "name": "Ada Byron"})
    client.track(user_id="ada-42", event="Product Viewed", properties={"name": "Linen jacket", "price": 128.0})
    client.page(user_id="ada-42", name="Jackets", properties={"path": "/jackets"})
    client.screen(anonymous_id="python-1", name="Wallet")
    client.group(user_id="ada-42", group_id="acme", traits={"name": "Acme"})
    client.alias(previous_id="python-0", user_id="ada-42")
    client.flush()
    client.join()
    request._session.close()  # else the server's thread waits for it, with a connection to the database
    assert errors == []
    ada = Customer.objects.get()
    assert (ada.name, ada.email, ada.external_id) == ("Ada Byron", "ada@example.com", "ada-42")
    assert sorted(event.name for event in tracked()) == [
        "Product Viewed",
        "alias",
        "group",
        "identify",
        "page",
        "screen",
    ]
    # all on her timeline, the former names of her browser among them
    mine = set(Identity.objects.filter(customer=ada).values_list("pk", flat=True))
    assert {event.identity_id for event in tracked()} <= mine
    assert set(Identity.objects.filter(customer=ada, kind="anonymous").values_list("value", flat=True)) == {
        "python-0", "python-1",
    }  # fmt: skip


SCRIPT = """
const { Analytics } = require("@segment/analytics-node");
const [key, host] = process.argv.slice(2);
const analytics = new Analytics({ writeKey: key, host, path: "/v1/batch", flushAt: 20 });
analytics.on("error", (error) => { console.error(error); process.exitCode = 1; });
analytics.track({ anonymousId: "node-1", event: "Product Viewed", properties: { name: "Cove swimsuit" } });
analytics.identify({ anonymousId: "node-1", userId: "nora-7", traits: { firstName: "Nora" } });
analytics.page({ userId: "nora-7", name: "Swim" });
analytics.closeAndFlush({ timeout: 10000 }).then(() => console.log(JSON.stringify({ done: true })));
"""


@pytest.mark.prove
def test_segment_analytics_node(live_server, tmp_path):
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("NO NPM: @segment/analytics-node was not tried; install nodejs and npm")
    (tmp_path / "package.json").write_text("{}")
    told = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--silent", "@segment/analytics-node@2"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if told.returncode:
        pytest.skip(f"NO NPM PACKAGES: @segment/analytics-node was not tried: {told.stderr[-200:]}")
    (tmp_path / "send.js").write_text(SCRIPT)
    sent = subprocess.run(
        ["node", "send.js", source(is_trusted=True), live_server.url], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert sent.returncode == 0 and json.loads(sent.stdout)["done"], sent.stderr
    nora = Customer.objects.get(external_id="nora-7")
    assert [event.name for event in tracked()] == ["Product Viewed", "identify", "page"]
    assert Identity.objects.get(value="node-1").customer_id == nora.pk


@pytest.mark.browser
def test_our_own_page_script(browser, live_server):
    suzie, key = CustomerFactory(user=UserFactory()), source()
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "**/shop*",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<title>Jackets</title><script src="{live_server.url}/static/track.js" data-key="{key}"></script>',
        ),
    )
    page.goto(f"{live_server.url}/shop?utm_source=instagram&fbclid=F1")
    page.evaluate("omTrack.page(); omTrack.track('Product Viewed', {name: 'Linen jacket'})")
    visitor = page.evaluate("omTrack.anonymousId()")
    page.evaluate("omTrack.flush()")
    assert [event.name for event in tracked()] == ["page", "Product Viewed"]
    page.evaluate(f"omTrack.identify('{suzie.pk}'); omTrack.flush()")
    assert Identity.objects.get(value=visitor).customer_id == suzie.pk
    assert Identity.objects.get(value=visitor).touch.first == {"utm_source": "instagram", "fbclid": "F1"}
    # who said no is not followed
    page.evaluate("omTrack.consent(false); omTrack.track('Product Viewed'); omTrack.flush()")
    assert page.evaluate("omTrack.anonymousId()") == ""
    assert tracked().count() == 3
    context.close()
    script = Path("static/track.js").read_bytes()
    assert len(script) < 5_120

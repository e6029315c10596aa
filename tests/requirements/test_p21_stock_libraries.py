"""P21: Segment's own libraries and our page script work against `/v1/` by changing the host alone."""

import gzip
import json
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


class BadDay:
    """A road to our server on a bad day: what comes first is answered 503, what comes next arrives and its answer is
    lost on the way back. From then on all is well. Sizes of what passed are kept.
    """

    def __init__(self, url: str) -> None:
        self.refused: list[tuple[int, int]] = []
        self.sizes: list[int] = []
        self.statuses: list[int] = []
        lock, day = threading.Lock(), self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    place = len(day.statuses)
                    day.statuses.append(503 if place < 2 else 200)
                    plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
                    day.sizes.append(len(plain))
                if place == 0:
                    self._answer(503, b'{"error": "busy"}')
                    return
                kept = {
                    name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")
                }
                asked = urllib.request.Request(url + self.path, data=body, headers={**kept, "Connection": "close"})
                try:
                    with urllib.request.urlopen(asked, timeout=20) as answer:
                        status, told = answer.status, answer.read()
                except urllib.error.HTTPError as refusal:
                    status, told = refusal.code, refusal.read()
                    day.refused.append((len(plain), status))
                self._answer(503 if place == 1 else status, told)

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def bad_day(live_server):
    day = BadDay(live_server.url)
    yield day
    day.end()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_segment_analytics_python_on_a_bad_day_with_its_largest_batches(bad_day, monkeypatch):
    from segment.analytics import consumer, request
    from segment.analytics.client import Client

    # given the library's own limits, and no patience between its attempts
    monkeypatch.setattr(consumer.Consumer, "_wait", lambda self, seconds: self.running)
    errors = []
    client = Client(
        source(), host=bad_day.url, gzip=True, on_error=lambda error, items: errors.append(str(error)),
    )  # fmt: skip
    # when forty messages are as large as the library allows, and one is larger
    for place in range(40):
        client.track(anonymous_id=f"python-{place}", event="Story Told", properties={"text": "x" * 31_000, "n": place})
    with pytest.raises(RuntimeError, match="32"):
        client.track(anonymous_id="python-40", event="Story Told", properties={"text": "x" * 33_000})
    client.flush()
    client.join()
    request._session.close()
    # then it went in batches near its limit, was sent again after both failures, and each message is there once
    assert errors == bad_day.refused == []
    assert bad_day.statuses[:2] == [503, 503] and set(bad_day.statuses[2:]) == {200}
    assert 400_000 < max(bad_day.sizes) <= 500 * 1024
    told = list(Event.objects.filter(name="Story Told").values_list("data__n", flat=True))
    assert sorted(told) == list(range(40))


SCRIPT = """
const { Analytics } = require("@segment/analytics-node");
const [key, host] = process.argv.slice(2);
const analytics = new Analytics({ writeKey: key, host, path: "/v1/batch", flushAt: 20 });
analytics.on("error", (error) => { console.error(error); process.exitCode = 1; });
analytics.track({ anonymousId: "node-1", event: "Product Viewed", properties: { name: "Cove swimsuit" } });
analytics.identify({ anonymousId: "node-1", userId: "nora-7", traits: { firstName: "Nora" } });
analytics.page({ userId: "nora-7", name: "Swim" });
for (let n = 0; n < 40; n++)
  analytics.track({ anonymousId: `node-${n + 2}`, event: "Story Told", properties: { n, text: "x".repeat(31000) } });
analytics.closeAndFlush({ timeout: 10000 }).then(() => console.log(JSON.stringify({ done: true })));
"""


@pytest.mark.prove
def test_segment_analytics_node(bad_day, tmp_path):
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
        ["node", "send.js", source(is_trusted=True), bad_day.url], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    assert bad_day.refused == [], bad_day.sizes
    assert sent.returncode == 0 and json.loads(sent.stdout)["done"], sent.stderr
    nora = Customer.objects.get(external_id="nora-7")
    told = [event.data["n"] for event in tracked() if event.name == "Story Told"]
    assert sorted(told) == list(range(40))
    others = [event.name for event in tracked() if event.name != "Story Told"]
    assert sorted(others) == ["Product Viewed", "identify", "page"]
    assert bad_day.refused == []
    # more than Segment's 500 KB in one batch: the library counts its letters wrong
    assert bad_day.statuses.count(503) == 2 and max(bad_day.sizes) > 600_000
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

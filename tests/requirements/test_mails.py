"""Order and account mails in the brand kit, HTML and plain, over a real SMTP server, shown on the demo's mailbox page."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo.mailbox import CaughtMail

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def mailbox(tmp_path):
    """`manage.py mailbox` in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "mailbox", "--smtp-port", str(port), "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip
    assert process.stdout is not None and "listens" in process.stdout.readline()
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process.stdout.close()


def send(port: int, to: str, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Marram <hello@marram.example>", to, subject
    mail["Date"] = "Fri, 12 Jun 2026 15:04:00 +0000"
    mail.set_content("Hello & welcome: https://marram.example/orders")
    mail.add_alternative("<html><head></head><body><p>Hello</p><script>alert(1)</script></body></html>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
        server.send_message(mail)


def test_what_the_server_took_is_on_the_page(mailbox, tmp_path, settings, client, db):
    # given
    send(mailbox, "suzie@example.com", "Your order is confirmed")
    send(mailbox, "omar@example.com", "<b>Ready</b>")
    settings.DATA_DIR = tmp_path
    # then all are listed, newest first, and one address's alone when asked
    page = client.get("/demo/mailbox/").content.decode()
    assert page.index("&lt;b&gt;Ready&lt;/b&gt;") < page.index("Your order is confirmed")
    only = client.get("/demo/mailbox/?to=suzie").content.decode()
    assert "Your order is confirmed" in only and "Ready" not in only
    # and one is shown as HTML that cannot act, as plain text with its links, and with its headers
    mail = next(CaughtMail(tmp_path / "mailbox").newest(to="suzie"))
    html = client.get(f"/demo/mailbox/{mail.id}/html")
    assert (
        html["Content-Security-Policy"].startswith("sandbox ") and "script-src" not in html["Content-Security-Policy"]
    )
    assert html["X-Frame-Options"] == "SAMEORIGIN"
    plain = client.get(f"/demo/mailbox/{mail.id}/?view=text").content.decode()
    assert 'href="https://marram.example/orders"' in plain
    assert "hello@marram.example" in client.get(f"/demo/mailbox/{mail.id}/?view=headers").content.decode()
    assert client.get("/demo/mailbox/01900000-0000-7000-8000-000000000000/").status_code == 404


def test_elsewhere_than_on_this_machine_only_staff_see_it(client, settings, db, staff_web):
    settings.ALLOWED_HOSTS = ["testserver", "shop.example"]
    assert client.get("/demo/mailbox/").status_code == 404
    assert staff_web.get("/demo/mailbox/").status_code == 200


def test_half_a_mail_is_never_seen(tmp_path):
    caught = CaughtMail(tmp_path)
    (tmp_path / ".x.part").write_bytes(b"Subject: half")
    caught.keep(b"Subject: whole\r\n\r\nx")
    assert [mail.subject for mail in caught.newest()] == ["whole"]

"""A template as it would look to somebody, before it is saved; with what is wrong in it."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import Resolver404, resolve

from campaigns.messages.queries.brand import brand_data, brand_kit
from campaigns.messages.queries.orders import list_latest_orders, order_data
from campaigns.messages.queries.profile import data_for, referral_of
from campaigns.messages.rules.catalogue import ORDER_KEYS, PEOPLE_KEYS, sample_data
from campaigns.messages.rules.rendering import TemplateProblem, compile_mjml
from campaigns.messages.services.pictures import picture_bytes
from campaigns.messages.services.printing import preview_postcard
from campaigns.messages.services.rendering import Rendered, frame, render, render_for
from campaigns.messages.services.templates import TemplateText, check_template, live_template
from campaigns.messages.states import Purpose, Way
from catalog.queries.documents import find_product_id
from omnichannel.kernel.ids import uuid7

# Gmail cuts what is longer, the way out at its foot included.
CLIPPED_BYTES = 102_000
_ADDRESS = re.compile(r'\s(href|src)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Preview:
    """problems: {part, title, line} for the writer; the parts are empty while there are any.

    links    {url, ok, words} of everything the mail leads to or shows.
    others   how it reads by the other channels: {channel, title, words, problem}.
    notes    hints that stop nothing.
    """

    subject: str = ""
    preheader: str = ""
    html: str = ""
    text: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def preview(
    *,
    key: str,
    words: TemplateText,
    order_id: UUID | None = None,
    customer_id: UUID | None = None,
    at: datetime | None = None,
) -> Preview:
    """The words filled with a real order or person, or with the sample where there is none. Reads, saves nothing.

    What the person lacks that the words need is a problem too: for them it would not be sent.
    """
    if problems := check_template(key, words):
        return Preview(problems=[_told(problem) for problem in problems])
    data = _data(key, order_id, customer_id, at)
    try:
        shown = render(words, compile_mjml(frame("mjml"), words.mjml), data)
    except TemplateProblem as problem:
        return Preview(problems=[_told(problem)])
    links = [_check(url, kind) for kind, url in _addresses(shown.html)]
    notes = []
    size = len(shown.html.encode())
    if size > CLIPPED_BYTES:
        notes.append(f"{size // 1000} KB: mail programs cut what is longer than 102 KB.")
    if len(shown.subject) > 60:
        notes.append(f"The subject has {len(shown.subject)} letters; phones show about 40 of them.")
    if shown.subject.isupper() or "!!" in shown.subject:
        notes.append("Capitals and rows of exclamation marks make spam filters wary.")
    return Preview(
        subject=shown.subject, html=shown.html, text=shown.text, links=links, notes=notes,
        others=_others(words, data),
    )  # fmt: skip


def preview_paper(*, key: str, words: TemplateText, customer_id: UUID | None, at: datetime) -> str:
    """The postcard as a PDF in base64; empty for a template that has no words for paper. Raises TemplateProblem."""
    if not words.print_body:
        return ""
    return base64.b64encode(preview_postcard(words, _data(key, None, customer_id, at))).decode()


def send_test(
    *, key: str, words: TemplateText, recipient: str, customer_id: UUID | None, order_id: UUID | None, at: datetime
) -> Preview:
    """A mail of these words to a colleague, marked as a test, counted nowhere. Over the connection at once.

    Raises  OSError when the mail server is away.
    """
    shown = preview(key=key, words=words, order_id=order_id, customer_id=customer_id, at=at)
    if not shown.problems:
        kit = brand_kit()
        mail = EmailMultiAlternatives(
            subject=f"[Test] {shown.subject}", body=shown.text, from_email=f"{kit.name} <{kit.sender_email}>",
            to=[recipient], headers={"Message-ID": f"<test-{uuid4()}@{kit.sender_email.rpartition('@')[2]}>"},
        )  # fmt: skip
        mail.attach_alternative(shown.html, "text/html")
        mail.send()
    return shown


def latest_orders() -> list[tuple[UUID, str]]:
    """(id, what to call it) of orders to try a template with."""
    return list_latest_orders(12)


def _data(key: str, order_id: UUID | None, customer_id: UUID | None, at: datetime | None) -> dict[str, Any]:
    sample = sample_data(key)
    data: dict[str, Any] = sample | {"brand": brand_data(), "unsubscribe_url": f"{settings.SITE_URL}/m/u/preview"}
    if key not in PEOPLE_KEYS or live_template(key).purpose != Purpose.MARKETING:
        data["unsubscribe_url"] = ""
    if order_id is not None and key in ORDER_KEYS:
        order, data["order"] = order_data(order_id)
        data["referral"] = referral_of(order["customer_id"], at=at or order["placed_at"])
    if customer_id is not None and key in PEOPLE_KEYS and at is not None:
        person = data_for(customer_id, at)
        # Of a real person only what is theirs; what a sender adds (codes, rewards) stays the sample's.
        mine = {
            name: value
            for name, value in data.items()
            if name in ("code", "reward", "newsletter", "looked_at", "unsubscribe_url")
        }
        data = {"preferences_url": "", **person, **mine}
    return data


def _others(words: TemplateText, data: dict[str, Any]) -> list[dict[str, str]]:
    shown = []
    for way in (Way.SMS, Way.INBOX, Way.TABLET, Way.MAIL):
        source = {Way.SMS: words.sms, Way.INBOX: words.inbox_body, Way.TABLET: words.tablet, Way.MAIL: words.print_body}
        if not source[way].strip():
            continue
        try:
            filled: Rendered = render_for(words, way, data, html="", purpose=words.purpose, message_id=uuid7(), utm={})
            shown.append({"channel": way.value, "title": filled.subject, "words": filled.text, "problem": ""})
        except TemplateProblem as problem:
            shown.append({"channel": way.value, "title": "", "words": "", "problem": problem.title})
    return shown


def _addresses(html: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for kind, raw in _ADDRESS.findall(html):
        url = unescape(raw)
        if (kind, url) not in seen:
            seen.add((kind, url))
            yield kind, url


def _check(url: str, kind: str) -> dict[str, Any]:
    """Whether an address leads somewhere, as far as can be told without fetching it."""
    words = ""
    parts = urlsplit(url)
    if not url.strip():
        words = "It leads nowhere: the address is empty."
    elif parts.scheme in ("mailto", "tel"):
        words = ""
    elif parts.scheme not in ("http", "https") or not parts.netloc:
        words = "It is not a whole address: it should begin with https://."
    elif parts.netloc == urlsplit(settings.SITE_URL).netloc:
        words = _check_own(url, kind)
    return {"url": url, "ok": not words, "words": words}


def _check_own(url: str, kind: str) -> str:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)) or parts.path.startswith("/m/p/"):
        return "" if picture_bytes(url) is not None or kind != "src" else "There is no such picture."
    try:
        resolve(parts.path)
    except Resolver404:
        return "There is no such page."
    if "product" in query and find_product_id(query["product"][0]) is None:
        return "There is no such product."
    return ""


def _told(problem: TemplateProblem) -> dict[str, Any]:
    return {"part": problem.part, "title": problem.title, "line": problem.line}


__all__ = ["Preview", "latest_orders", "preview", "preview_paper", "send_test"]

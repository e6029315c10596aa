"""Signed first-party links in messages: what was opened, what was clicked, and the way out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from django.core import signing

CLICK, OPEN, UNSUBSCRIBE = "messages.click", "messages.open", "messages.unsubscribe"


@dataclass(frozen=True, slots=True)
class ClickTarget:
    message_id: UUID
    url: str


def open_url(message_id: UUID) -> str:
    return f"{site()}/m/o/{_sign(message_id, OPEN)}"


def click_url(message_id: UUID, url: str) -> str:
    return f"{site()}/m/c/{signing.dumps([message_id.hex, url], salt=CLICK, compress=True)}"


def unsubscribe_url(message_id: UUID) -> str:
    return f"{site()}/m/u/{_sign(message_id, UNSUBSCRIBE)}"


def unsubscribe_headers(message_id: UUID) -> dict[str, str]:
    """RFC 8058: the mail program itself may unsubscribe, by POST, without asking anybody further."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(message_id)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read_click(token: str) -> ClickTarget | None:
    """Where a signed link leads; None when it was not made by us."""
    try:
        message, url = signing.loads(token, salt=CLICK)
        return ClickTarget(UUID(hex=message), str(url))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def read_message_id(token: str, *, salt: str) -> UUID | None:
    try:
        return UUID(hex=signing.loads(token, salt=salt))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


_HREF = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]+)(")', re.IGNORECASE)


def track(html: str, message_id: UUID, utm: Mapping[str, str]) -> str:
    """The mail with its links through us, carrying where they came from, and a pixel at its end."""

    def replaced(found: re.Match[str]) -> str:
        url = unescape(found.group(2))
        if url.startswith((f"{site()}/m/", f"{site()}/api/")):
            return found.group()
        return f"{found.group(1)}{escape(click_url(message_id, with_campaign(url, message_id, utm)))}{found.group(3)}"

    pixel = f'<img src="{escape(open_url(message_id))}" alt="" width="1" height="1" style="display:block;border:0;width:1px;height:1px">'
    linked = _HREF.sub(replaced, html)
    head, body, tail = linked.rpartition("</body>")
    return f"{head}{pixel}{body}{tail}" if body else linked + pixel


def with_campaign(url: str, message_id: UUID, utm: Mapping[str, str]) -> str:
    """The address with utm fields and the message's id. What the writer put there stays."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in given}
    more = {**utm, "om_m": str(message_id)}
    query = urlencode([*given, *((name, value) for name, value in more.items() if name not in names and value)])
    return urlunsplit(parts._replace(query=query))


def site() -> str:
    return (settings.SITE_URL or "http://127.0.0.1:8000").rstrip("/")


def _sign(message_id: UUID, salt: str) -> str:
    return signing.dumps(message_id.hex, salt=salt)

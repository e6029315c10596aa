"""The demo's mailbox: mails a local SMTP server caught, kept as files, shown on a page.

Anyone who sees it can confirm addresses and reset passwords, so it opens on this machine's own addresses
or to staff, never elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from omnichannel.brand.models import BrandKit
from omnichannel.environment import is_local
from omnichannel.kernel.ids import uuid7

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Mail:
    id: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(no subject)")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def at(self) -> datetime | None:
        try:
            return parsedate_to_datetime(str(self.message["Date"]))
        except (TypeError, ValueError):
            return None

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


class CaughtMail:
    """A folder of mails, newest names last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, raw: bytes) -> str:
        """Store a mail whole or not at all: a reader never sees half of one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = str(uuid7())
        unfinished = self.folder / f".{name}.part"
        unfinished.write_bytes(raw)
        unfinished.replace(self.folder / f"{name}.eml")
        return name

    def newest(self, *, to: str = "", limit: int = SHOWN) -> Iterator[Mail]:
        for file in sorted(self.folder.glob("*.eml"), reverse=True):
            mail = self._read(file)
            if to.lower() in mail.to.lower():
                yield mail
                limit -= 1
            if limit == 0:
                return

    def find(self, mail_id: str) -> Mail | None:
        file = self.folder / f"{mail_id}.eml"
        return self._read(file) if file.parent == self.folder and file.is_file() else None

    def _read(self, file: Path) -> Mail:
        return Mail(file.stem, message_from_bytes(file.read_bytes(), policy=policy.default))


def caught_mail() -> CaughtMail:
    return CaughtMail(Path(settings.DATA_DIR) / "mailbox")


def _guard(request: HttpRequest) -> None:
    if not (is_local(settings.ALLOWED_HOSTS) or getattr(request.user, "is_staff", False)):
        raise Http404


@require_GET
@xframe_options_sameorigin  # in a window of the show page
def mailbox(request: HttpRequest, mail_id: str = "") -> HttpResponse:
    """The list beside the open mail; the newest is open when none is named."""
    _guard(request)
    to = request.GET.get("to", "")[:254]
    mails = list(caught_mail().newest(to=to))
    if mail_id:
        opened = caught_mail().find(mail_id)
        if opened is None:
            raise Http404
    else:
        opened = mails[0] if mails else None
    view = request.GET.get("view", "html")
    shown = {
        "brand": BrandKit.objects.first() or BrandKit(name="Omnichannel"),
        "mails": mails,
        "opened": opened,
        "is_chosen": bool(mail_id),
        "view": view if view in {"html", "phone", "text", "headers"} else "html",
        "to": to,
        "query": f"&to={quote(to)}" if to else "",
    }
    return render(request, "demo/mailbox.html", shown)


@require_GET
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """The HTML part alone, for a sandboxed frame: no script runs, nothing but pictures is fetched."""
    _guard(request)
    mail = caught_mail().find(mail_id)
    if mail is None:
        raise Http404
    # Links open beside the mailbox, not in the frame.
    response = HttpResponse(mail.html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'"
    )
    return response


urlpatterns = [
    path("", mailbox, name="demo-mailbox"),
    path("<uuid:mail_id>/", lambda request, mail_id: mailbox(request, str(mail_id)), name="demo-mail"),
    path("<uuid:mail_id>/html", lambda request, mail_id: mail_html(request, str(mail_id)), name="demo-mail-html"),
]

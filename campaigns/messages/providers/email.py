"""Email through Django's backend. Over SMTP each mail goes out exactly once, whatever dies (see `services.journal`)."""

import logging
import re
import smtplib
import socket
from collections.abc import Callable, Iterator, Sequence
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from campaigns.messages.ports import Carried, Fate, Outgoing
from campaigns.messages.queries.brand import brand_kit

logger = logging.getLogger(__name__)
# So many are settled at once: a few statements for all of them.
CHUNK = 50


class _Smtp(smtplib.SMTP):
    """Tells the moment before the dot that makes a mail the server's."""

    before_dot: Callable[[], None] | None = None

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.putcmd("data")
        code, words = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, words)
        body = msg.encode("ascii") if isinstance(msg, str) else bytes(msg)
        body = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r?\n", b"\r\n", body))
        self.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        # Nothing may stand between these two lines: the dot is one write, so either both happened or neither.
        if self.before_dot is not None:
            self.before_dot()
        self.send(b".\r\n")
        code, words = self.getreply()
        return code, words


class _SmtpSsl(_Smtp, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> Any:
        return _SmtpSsl if self.use_ssl else _Smtp

    def open(self) -> Any:
        opened = super().open()
        if opened and self.connection is not None and self.connection.sock is not None:
            # The dot is three bytes on their own: they must not wait for the body's acknowledgement.
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened


class EmailCarrier:
    """One connection a batch. A server that is gone costs delay; an address it refuses stops nobody else."""

    def carry(self, batch: Sequence[Outgoing]) -> Iterator[Sequence[Carried]]:
        kit = brand_kit()
        sender = formataddr((kit.sender_name or kit.name, kit.sender_email))
        connection = _connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            yield [Carried(mail.message_id, Fate.LATER, _reason(error)) for mail in batch]
            return
        done: list[Carried] = []
        try:
            for position, mail in enumerate(batch):
                _listen(connection, mail)
                carried, alive = _hand_over(mail, sender, kit.reply_to, connection)
                done.append(carried)
                if not alive:
                    # The connection is gone, most likely: the others wait with this one.
                    done += [
                        Carried(rest.message_id, Fate.WAITS, "waits for the mail server")
                        for rest in batch[position + 1 :]
                    ]
                    break
                if len(done) >= CHUNK:
                    yield done
                    done = []
            if done:
                yield done
        finally:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                logger.info("the mail server hung up first")


def _connection() -> BaseEmailBackend:
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return _Backend()
    return get_connection()


def _listen(connection: BaseEmailBackend, mail: Outgoing) -> None:
    if isinstance(connection, _Backend) and isinstance(connection.connection, _Smtp):
        connection.connection.before_dot = mail.going


def _hand_over(mail: Outgoing, sender: str, reply_to: str, connection: BaseEmailBackend) -> tuple[Carried, bool]:
    """What became of it, and whether the server can still be talked to."""
    letter = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender,
        to=[mail.recipient],
        reply_to=[reply_to] if reply_to else None,
        connection=connection,
        headers={"Message-ID": f"<{mail.message_id}@{sender.rpartition('@')[2].rstrip('>')}>", **mail.headers},
    )
    letter.attach_alternative(mail.html, "text/html")
    # What comes back from a mail service names the message by this (django-anymail).
    letter.metadata = {"message_id": str(mail.message_id)}  # type: ignore[attr-defined]  # anymail reads it
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _refused(mail, code, _words(words)), True
    except smtplib.SMTPResponseException as error:
        return _refused(mail, error.smtp_code, _words(error.smtp_error)), not isinstance(
            error, smtplib.SMTPConnectError
        )
    except (OSError, smtplib.SMTPException) as error:
        return Carried(mail.message_id, Fate.LATER, _reason(error)), False
    except Exception as error:
        # A mail that cannot be built, or a service that answers nonsense: this one waits, the rest goes on.
        logger.exception("a mail could not be handed over")
        return Carried(mail.message_id, Fate.LATER, _reason(error)), True
    return Carried(mail.message_id, Fate.SENT), True


def _refused(mail: Outgoing, code: int, words: str) -> Carried:
    """5xx is for good (RFC 5321 §4.2.1), 4xx for now."""
    return Carried(mail.message_id, Fate.REFUSED if code >= 500 else Fate.LATER, f"{code} {words}"[:200])


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]


def _words(told: bytes | str) -> str:
    return told.decode(errors="replace") if isinstance(told, bytes) else told

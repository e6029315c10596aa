"""The id of the request at hand: in from `X-Request-ID`, on every log line, out with the answer."""

from __future__ import annotations

import re
from contextvars import ContextVar
from os import urandom

#: Sixty-four characters: the event log keeps it.
_ACCEPTABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII)

current_request_id: ContextVar[str] = ContextVar("request_id", default="")


def accept_or_make(given: str | None) -> str:
    """The caller's id when it is fit for logs and headers, else a fresh one."""
    if given and _ACCEPTABLE.fullmatch(given):
        return given
    return urandom(16).hex()

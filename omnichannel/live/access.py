"""Who watches what: the API's own credentials, checked off the event loop by a few threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.settings import api_settings

from omnichannel.live.ports import Standing, live_topics
from omnichannel.rest.principal import principal_of
from omnichannel.rest.problems import problem, render_error

_sessions = import_module(settings.SESSION_ENGINE)


@dataclass(frozen=True, slots=True)
class Watcher:
    """What identifies a stream's caller, kept so that it can be asked again."""

    topic: str
    headers: Mapping[str, str]
    query: str


@dataclass(frozen=True, slots=True)
class Refused:
    status: int
    body: bytes


def find_standing(watcher: Watcher) -> Standing | Refused:
    """One or two statements, as the credential and the topic need. A database that went away is asked once more."""
    try:
        return _find(watcher)
    except (InterfaceError, DatabaseError):
        connection.close()
    try:
        return _find(watcher)
    except (InterfaceError, DatabaseError) as error:
        connection.close()
        return _refused(error)


def _find(watcher: Watcher) -> Standing | Refused:
    topic = live_topics.find(watcher.topic)
    if topic is None:
        return _refuse(problem(404, "not_found", "There is no such stream."))
    request = _request(watcher)
    try:
        return topic.stand(principal_of(request), dict(parse_qsl(watcher.query)))
    except Exception as error:
        if isinstance(error, InterfaceError | DatabaseError):
            raise
        return _refused(error)


def _request(watcher: Watcher) -> Request:
    bare = HttpRequest()
    bare.method = "GET"
    bare.path = bare.path_info = f"/live/{watcher.topic}"
    bare.META = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in watcher.headers.items()}
    bare.COOKIES = parse_cookie(watcher.headers.get("cookie", ""))
    bare.session = _sessions.SessionStore(bare.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return Request(bare, authenticators=[each() for each in _authenticators()])


def _authenticators() -> list[type[BaseAuthentication]]:
    return cast(list[type[BaseAuthentication]], api_settings.DEFAULT_AUTHENTICATION_CLASSES)


def _refused(error: Exception) -> Refused:
    answer = render_error(error, {})
    if answer is None:
        raise error
    return _refuse(answer)


def _refuse(answer: Any) -> Refused:
    assert isinstance(answer, HttpResponse)
    return Refused(answer.status_code, answer.content)

"""What the environment says, read once by the settings, and what production refuses to start with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from kombu import Exchange, Queue

QUEUES = ("reactions", "messages", "webhooks", "bulk")
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
#: Fifty characters are what Django's own `check --deploy` asks for.
SECRET_KEY_LENGTH = 50


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return default


def integer(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def json_list(name: str) -> list[dict[str, Any]]:
    """A JSON list of objects; empty when the name is not set."""
    value = text(name)
    try:
        found = json.loads(value) if value else []
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be JSON.") from None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ImproperlyConfigured(f"{name} must be a JSON list of objects.")
    return found


def postgres_settings(url: str, *, pgbouncer: bool, prepare_threshold: int | None) -> dict[str, Any]:
    """Django's database settings from a libpq URL; its query (`?sslmode=…&host=…`) goes to libpq as it is.

    pgbouncer           behind PgBouncer in transaction mode: no server-side cursors, no start-up options.
    prepare_threshold   after how many runs a statement is prepared; None never (PgBouncer before 1.21).
    """
    parts = urlsplit(url or "postgresql://")  # a missing one is refused with everything else that is missing
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    options: dict[str, Any] = {
        "server_side_binding": True,
        "prepare_threshold": prepare_threshold,
        "connect_timeout": 5,
        **{name: value for name, value in query.items() if name not in {"host", "port"}},
    }
    if not pgbouncer:
        # Behind PgBouncer `ALTER ROLE … SET lock_timeout = '3s'` says the same (docs/runbook.md).
        options["options"] = " ".join(filter(None, [query.get("options"), "-c lock_timeout=3s"]))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": query.get("port") or str(parts.port or ""),
        # One connection per thread for good: opening one costs more than most requests.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": pgbouncer,
        "OPTIONS": options,
    }


def celery_url(redis_url: str) -> str:
    """The same Redis in Celery's notation, for when no broker is named."""
    if not redis_url.startswith("unix://"):
        return redis_url
    parts = urlsplit(redis_url)
    database = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def broker_options(url: str) -> dict[str, Any]:
    """Celery's transport options by kind of broker."""
    if url.startswith(("redis", "sentinel")):
        # Longer than the longest task: a shorter one runs a long task twice. What a killed worker held comes
        # back sooner all the same, because the relay hands deliveries without a receipt out again.
        return {"visibility_timeout": 3_600, "socket_timeout": 10, "socket_connect_timeout": 5}
    return {"confirm_publish": True}


def queues(url: str) -> list[Queue]:
    """The work queues: what reacts to facts never waits behind a newsletter or an import."""
    if url.startswith(("redis", "sentinel")):
        return [Queue(name, routing_key=name) for name in QUEUES]
    # Behind a topic exchange, because Celery's own way to delay a task of a quorum queue takes no other.
    exchange = Exchange("tasks", type="topic")
    return [Queue(name, exchange, routing_key=name, queue_arguments={"x-queue-type": "quorum"}) for name in QUEUES]


def server_urls(data_dir: Path, *, fall_back: bool) -> tuple[str, str]:
    """PostgreSQL's and Redis's address; those of the built-in servers of this folder where one is not given."""
    database, redis = text("DATABASE_URL"), text("REDIS_URL")
    if fall_back and not (database and redis):
        from omnichannel.embedded.layout import prepare_layout

        built_in = prepare_layout(data_dir).urls
        return database or built_in.database_url, redis or built_in.redis_url
    return database, redis


def find_unsafe(values: Mapping[str, Any]) -> list[str]:
    """What would make a production start unsafe, each beginning with the name of the setting at fault."""
    hosts: list[str] = values["ALLOWED_HOSTS"]
    local = is_local(hosts)
    problems = []
    key = values["SECRET_KEY"]
    if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 5 or key.startswith("django-insecure"):
        problems.append(f"SECRET_KEY must be random and at least {SECRET_KEY_LENGTH} characters long.")
    if not hosts:
        problems.append("ALLOWED_HOSTS must name the host names served.")
    if any(host in {"*", "."} for host in hosts):
        problems.append("ALLOWED_HOSTS must not be a wildcard for everything.")
    for name in ("DATABASE_URL", "REDIS_URL"):
        if not values[name]:
            problems.append(f"{name} must be set.")
    for origin in values["CSRF_TRUSTED_ORIGINS"]:
        if not origin.startswith("https://") and not values["ALLOW_HTTP"]:
            problems.append(f"CSRF_TRUSTED_ORIGINS must be https, not {origin}.")
    for name in ("SITE_URL", "LIVE_URL"):
        if values[name] and not values[name].startswith("https://") and not values["ALLOW_HTTP"]:
            problems.append(f"{name} must be https.")
    if not local and not values["SITE_URL"]:
        problems.append("SITE_URL must be set: mails and webhooks link to it.")
    return problems


def refuse_unsafe(values: Mapping[str, Any]) -> None:
    if problems := find_unsafe(values):
        raise ImproperlyConfigured("Refusing to start in production:\n  " + "\n  ".join(problems))


def is_local(hosts: list[str]) -> bool:
    return bool(hosts) and set(hosts) <= LOOPBACK

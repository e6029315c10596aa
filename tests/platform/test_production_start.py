"""Production refuses to start on a missing or unsafe setting and says which; a safe one passes the deploy check."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from omnichannel import environment
from omnichannel.environment import broker_options, celery_url, find_unsafe, postgres_settings, queues

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "SECRET_KEY": "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "ALLOWED_HOSTS": ["shop.example"],
    "DATABASE_URL": "postgresql://omni@db/omni",
    "REDIS_URL": "redis://cache:6379/0",
    "CSRF_TRUSTED_ORIGINS": ["https://shop.example"],
    "SITE_URL": "https://shop.example",
    "LIVE_URL": "https://live.shop.example",
    "ALLOW_HTTP": False,
}


def test_a_safe_environment_is_not_refused():
    assert find_unsafe(SAFE) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "django-insecure-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2),
        ("ALLOWED_HOSTS", ["*"]),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
        ("CSRF_TRUSTED_ORIGINS", ["http://shop.example"]),
        ("SITE_URL", ""),
        ("SITE_URL", "http://shop.example"),
        ("LIVE_URL", "http://live.shop.example"),
    ],
)
def test_an_unsafe_setting_is_named(name: str, value: object):
    # given one unsafe value, when looked at, then exactly that setting is named
    problems = find_unsafe({**SAFE, name: value})
    assert [problem.split()[0] for problem in problems] == [name]


def test_no_host_names_are_refused():
    assert "ALLOWED_HOSTS must name the host names served." in find_unsafe({**SAFE, "ALLOWED_HOSTS": []})


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def production(**changes: str) -> dict[str, str]:
    return {
        "SECRET_KEY": SAFE["SECRET_KEY"],
        "ALLOWED_HOSTS": "shop.example",
        "SITE_URL": "https://shop.example",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        **changes,
    }


def test_the_deploy_check_is_clean():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **production())
    assert (done.returncode, done.stdout.split("(")[0]) == (0, "System check identified no issues "), done.stderr


def test_a_production_command_stops_before_it_does_anything():
    done = manage("check", **production(SECRET_KEY="", SITE_URL="http://shop.example"))
    assert done.returncode != 0
    assert "SECRET_KEY must be random" in done.stderr
    assert "SITE_URL must be https." in done.stderr


def test_a_production_host_never_falls_back_to_the_built_in_servers():
    # given host names of the outside and no database
    done = manage("check", ALLOWED_HOSTS="shop.example", REDIS_URL="redis://cache/0")
    # then it says what is missing and starts nothing
    assert done.returncode != 0
    assert done.stderr.startswith("DATABASE_URL must be set")


def test_pgbouncer_takes_no_startup_options_and_no_cursors():
    direct = postgres_settings(
        "postgresql://u:p%40ss@db:6432/shop?sslmode=require", pgbouncer=False, prepare_threshold=1
    )
    pooled = postgres_settings("postgresql://u@db/shop", pgbouncer=True, prepare_threshold=None)
    assert (direct["PASSWORD"], direct["PORT"], direct["OPTIONS"]["sslmode"]) == ("p@ss", "6432", "require")
    assert direct["OPTIONS"]["options"] == "-c lock_timeout=3s"
    assert (direct["OPTIONS"]["prepare_threshold"], direct["DISABLE_SERVER_SIDE_CURSORS"]) == (1, False)
    assert "options" not in pooled["OPTIONS"]
    assert (pooled["OPTIONS"]["prepare_threshold"], pooled["DISABLE_SERVER_SIDE_CURSORS"]) == (None, True)


def test_the_broker_is_told_by_its_address():
    assert celery_url("unix:///run/redis.sock?db=3") == "redis+socket:///run/redis.sock?virtual_host=3"
    assert celery_url("redis://cache:6379/0") == "redis://cache:6379/0"
    assert broker_options("redis://cache/0")["visibility_timeout"] == 3_600
    assert broker_options("amqp://rabbit//") == {"confirm_publish": True}
    at_rabbit = queues("amqp://rabbit//")
    assert [queue.queue_arguments for queue in at_rabbit] == [{"x-queue-type": "quorum"}] * 4
    # Any other kind is warned of by each worker, four times at its start.
    assert {queue.exchange.type for queue in at_rabbit} == {"topic"}
    assert [queue.name for queue in queues("redis://cache/0")] == ["reactions", "messages", "webhooks", "bulk"]


def test_a_flag_is_1_or_0(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEBUG", "perhaps")
    with pytest.raises(environment.ImproperlyConfigured, match="DEBUG must be 1 or 0"):
        environment.flag("DEBUG", default=False)

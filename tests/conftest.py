"""The ground under every test: a real PostgreSQL and a real Redis, of this run alone.

Where they will be is said when this file is read, before Django's settings are; they start when the tests have been
read. DATABASE_URL and REDIS_URL say where others are. fsync is off: a crash of the machine during a test run loses
nothing. The database is a copy of one that was migrated before (tests/cluster.py). With `-n` each worker has servers of
its own; the process that hands the tests out has none, and sees to the migrating while the workers read the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import django
import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from omnichannel.embedded.layout import prepare_layout
from omnichannel.embedded.servers import Server, describe_servers, start_server, stop_process
from tests.cluster import place_cluster, restore_rows
from tests.sharing import TogetherByStack, expect_named
from tests.stack import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A busy machine is slow, which says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

_started: list[tuple[Server, subprocess.Popen[bytes]]] = []
_folder: Path | None = None
_migrating: subprocess.Popen[bytes] | None = None


def _others_are_given() -> bool:
    return "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ


def _name_servers() -> None:
    """Say in the environment where the servers of this run will be."""
    global _folder
    if _others_are_given():
        return
    _folder = Path(tempfile.mkdtemp(prefix="omnichannel-test-"))
    os.environ.setdefault("DATA_DIR", str(_folder))
    for name, value in prepare_layout(_folder).urls.as_environment().items():
        os.environ.setdefault(name, value)


def _start_servers() -> None:
    if _folder is None:
        return
    layout, servers = describe_servers(_folder, durable=False)
    place_cluster(layout)
    for server in servers:
        _started.append((server, start_server(server, layout, death_signal=True)))


def _stop_servers() -> None:
    while _started:
        server, process = _started.pop()
        stop_process(process, server.stop_signal)
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


def _only_hands_out() -> bool:
    """Whether this process gives its tests to workers (pytest-xdist)."""
    asked = any(word == "-n" or word.startswith(("-n", "--numprocesses")) for word in sys.argv[1:])
    return asked and "PYTEST_XDIST_WORKER" not in os.environ


if settings.configured:
    # pytest-django reads them before any conftest when the environment or the command line names them.
    raise pytest.UsageError(
        "Unset DJANGO_SETTINGS_MODULE and --ds: tests/conftest.py sets it after the servers are up."
    )


def _set_up_django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "omnichannel.settings"
    os.environ.setdefault("SECRET_KEY", "tests-only-" + "0123456789abcdef" * 4)
    os.environ.setdefault("ALLOWED_HOSTS", "testserver localhost 127.0.0.1")
    os.environ.setdefault("SITE_URL", "http://testserver")
    os.environ.setdefault("LIVE_URL", "http://testserver")
    os.environ.setdefault("ACCESS_LOG", "0")
    # Else every test client would read the whole static tree first.
    os.environ.setdefault("STATIC_AUTOREFRESH", "1")
    django.setup()
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]


if _only_hands_out():
    # Folders named on the command line have their conftest read here too, and those import models: the settings must
    # be there, though nobody asks the database. The workers start with the environment as it was.
    if not _others_are_given():
        _migrating = subprocess.Popen([sys.executable, "-m", "tests.cluster"], cwd=ROOT)
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"}
    with mock.patch.dict(os.environ, nowhere | dict(os.environ)):
        _set_up_django()
else:
    _name_servers()
    _set_up_django()


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly:
        _start_servers()


def pytest_unconfigure() -> None:
    if _migrating:
        _migrating.wait()
    _stop_servers()


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherByStack:
    return TogetherByStack(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    expect_named(items)
    if find_chromium() is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.section("NO BROWSER", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} browser tests were skipped: install chromium, or set CHROMIUM to its path."
        )


if _folder is not None:

    @pytest.fixture(scope="session")
    def django_db_setup() -> None:
        """Nothing to set up: the database of the copied cluster is this run's alone, and migrated."""

    TransactionTestCase._fixture_teardown = lambda self: restore_rows(connection)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium through Playwright's sync API; use with `@pytest.mark.browser`."""
    from playwright.sync_api import sync_playwright

    # The sync API runs an event loop in this thread, in which Django would refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test finds what another one left."""
    cache.clear()


@pytest.fixture
def fresh_redis() -> Iterator[None]:
    """Redis empty before and after, for tests that count what is in it."""
    import redis

    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.flushdb()
    yield
    client.flushdb()
    client.close()


# Below `django.setup()`: they import models.
from tests.fixtures.auth import *  # noqa: E402, F403
from tests.fixtures.screens import pages  # noqa: E402, F401

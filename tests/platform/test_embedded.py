"""The built-in servers: where they live, who starts and who ends them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from omnichannel.embedded import layout as layouts
from omnichannel.embedded.binaries import PostgresPrograms, find_postgres, find_redis
from omnichannel.embedded.layout import prepare_layout
from omnichannel.embedded.local import NotLocal, kept_secret, local_environment
from omnichannel.embedded.servers import Lease, Postgres, Redis
from omnichannel.embedded.welcome import describe_demo

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="omni-data-") as name:
        yield Path(name)


def test_the_last_user_ends_the_servers_and_the_data_stay(folder: Path):
    # given two commands that use the servers of one folder
    first, second = Lease(folder), Lease(folder)
    urls = first.acquire()
    assert second.acquire() == urls
    with psycopg.connect(urls.database_url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    redis.Redis.from_url(urls.redis_url).set("kept", "7")
    # when the one that started them leaves
    first.release()
    # then they go on for the other
    assert all(server.is_ready() for server in second.servers)
    # when that one leaves too, then they end
    second.release()
    assert [server.find_pid() for server in second.servers] == [None, None]
    # and the next one finds what was written
    third = Lease(folder)
    third.acquire()
    with psycopg.connect(urls.database_url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
        settings = connection.execute("SELECT current_setting('fsync'), current_setting('lock_timeout')").fetchone()
    assert settings == ("on", "3s")
    assert redis.Redis.from_url(urls.redis_url).get("kept") == b"7"
    third.release()


def test_a_cluster_cut_short_while_it_was_made_is_made_again(folder: Path):
    # given half of a cluster from a start that was killed
    layout = prepare_layout(folder)
    half = layout.postgres_data.with_name("postgres.new")
    (half / "base").mkdir(parents=True)
    # when the server is prepared, then it is whole
    postgres = Postgres(layout, find_postgres().bin, durable=False)
    postgres.prepare()
    assert (layout.postgres_data / "PG_VERSION").exists()
    assert not half.exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path):
    deep = folder / ("d" * 60) / ("e" * 60)
    layout = prepare_layout(deep)
    try:
        assert len(str(layout.redis_socket)) < 103
        assert layout.sockets.stat().st_mode & 0o777 == 0o700
        # and two folders never share one
        assert prepare_layout(folder / ("d" * 60) / ("f" * 60)).sockets != layout.sockets
    finally:
        for entry in Path("/tmp").glob(f"omnichannel-{os.geteuid()}-*"):
            if entry.is_dir() and not any(entry.iterdir()):
                entry.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that belongs to someone else")
def test_a_folder_someone_else_made_first_is_refused(folder: Path):
    (folder / "run").mkdir()
    os.chown(folder / "run", 12_345, 12_345)
    with pytest.raises(RuntimeError, match="belongs to someone else"):
        prepare_layout(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database another account")
def test_as_root_a_closed_folder_moves_the_database_where_its_account_can_go(folder: Path, monkeypatch):
    # given a checkout below a closed home
    shared = folder / "shared"
    monkeypatch.setattr("omnichannel.embedded.account.SHARED_ROOT", shared)
    home = folder / "home"
    home.mkdir(mode=0o700)
    folder.chmod(0o711)
    # when the folders are prepared
    layout = prepare_layout(home / "data")
    # then the database lives outside, and the home stays closed
    assert layout.postgres_data.is_relative_to(shared)
    assert home.stat().st_mode & 0o777 == 0o700


def test_servers_on_path_are_used_where_a_wheel_is_missing(monkeypatch, folder: Path):
    # given no wheel and programs on PATH
    monkeypatch.setattr("omnichannel.embedded.binaries._package_folder", lambda name: None)
    for name in ("initdb", "postgres", "redis-server"):
        program = folder / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    # when looked for, then these are found
    assert find_postgres() == PostgresPrograms(bin=folder.resolve())
    assert find_redis() == folder / "redis-server"


def test_redis_appends_what_it_acknowledged_and_never_evicts(folder: Path):
    # given a durable Redis with writes
    argv = Redis(prepare_layout(folder), find_redis()).argv()
    # then it appends every second and never evicts
    assert argv[argv.index("--appendonly") + 1] == "yes"
    assert argv[argv.index("--maxmemory-policy") + 1] == "noeviction"
    assert Redis(prepare_layout(folder), find_redis(), durable=False).argv()[argv.index("--appendonly") + 1] == "no"


def test_the_secret_is_made_once_and_for_its_owner_alone(folder: Path):
    first = kept_secret(folder / "secret_key")
    assert kept_secret(folder / "secret_key") == first
    assert len(first) > 50
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_names_of_the_outside_are_not_served_by_built_in_servers(folder: Path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "ALLOW_HTTP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALLOWED_HOSTS", "shop.example")
    with pytest.raises(NotLocal, match="DATABASE_URL and REDIS_URL must be set"):
        local_environment(folder, layouts.Urls("", "", ""))


def test_the_supervisor_never_loads_django():
    # 15 MB instead of 90: it is there all the time and needs none of it.
    script = "import sys, omnichannel.embedded.stack; sys.exit('django' in sys.modules or 'celery' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_the_demo_notes_are_printed_whatever_their_shape():
    notes = {
        "staff": [{"email": "ana@shop.example", "password": "demo"}],
        "devices": {"tablet": "7K2M-9QTR"},
        "brand": "Marea",
    }
    assert describe_demo(notes) == [
        "  Staff",
        "    ana@shop.example  demo",
        "  Devices",
        "    tablet  7K2M-9QTR",
        "  brand  Marea",
    ]

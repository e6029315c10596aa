"""A migrated PostgreSQL cluster to copy: migrations run once for all runs and workers of the same code, not in each.

Beside its tables it keeps, in a schema of their own, the rows that migrations left; a test with real transactions ends
with just those in the tables (Django's own way, emptying all tables, costs half a second and takes them along).
It is kept under `.data` by a key of the migrations, of what they read and of the versions they run on; a change of
any of them makes a new one. Only the newest few stay.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from omnichannel.embedded.binaries import find_postgres
from omnichannel.embedded.layout import Layout
from omnichannel.embedded.servers import describe_servers, exclusive, start_server, stop_process
from tests.stack import ROOT, clean_environment

KEPT = 3
#: What the migrations read besides themselves, and the lock of the libraries whose tables stand beside ours.
READ = (
    "backoffice/rules/roles.py",
    "campaigns/messages/services/shipped.py",
    "requirements-dev.lock",
    "tests/cluster.py",
)
#: The words of messages that the product comes with, which migrating stores.
WORDS = "campaigns/messages/templates"
MIGRATED = "migrated"
TABLES = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND relname <> 'django_migrations'
"""


def place_cluster(layout: Layout) -> None:
    """Put a migrated cluster where the servers of `layout` look for theirs; nothing when one is there already."""
    if layout.postgres_data.exists():
        return
    with _migrated() as template:
        _copy(template, layout.postgres_data)


@contextmanager
def _migrated() -> Iterator[Path]:
    """The cluster of this very code, made when there is none; nobody else makes or removes one meanwhile."""
    home = _home()
    template = home / _key()
    with exclusive(home / "lock"):
        if not template.exists():
            _make(template)
        os.utime(template)
        yield template
        for old in sorted(home.glob("*.cluster"), key=lambda folder: folder.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)


def restore_rows(connection: BaseDatabaseWrapper) -> None:
    """Leave in every table what the migrations left there, and nothing else."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Neither foreign keys nor the triggers that refuse to delete from a ledger.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(TABLES, ["public"])
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.{name})" for name in tables)
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM public.{name}")
        cursor.execute(TABLES, [MIGRATED])
        for (name,) in cursor.fetchall():
            cursor.execute(f"INSERT INTO public.{name} OVERRIDING SYSTEM VALUE SELECT * FROM {MIGRATED}.{name}")


def _remember_rows(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {MIGRATED}")
        for (name,) in connection.execute(TABLES, ["public"]).fetchall():
            if connection.execute(f"SELECT FROM public.{name} LIMIT 1").fetchone() is not None:
                connection.execute(f"CREATE TABLE {MIGRATED}.{name} AS TABLE public.{name}")


def _make(template: Path) -> None:
    """Migrate an empty cluster of its own, ended in order before it is copied."""
    with tempfile.TemporaryDirectory(prefix="omni-make-") as folder:
        layout, (postgres, redis) = describe_servers(Path(folder), durable=False)
        started = [(server, start_server(server, layout, death_signal=True)) for server in (postgres, redis)]
        try:
            environment = clean_environment() | layout.urls.as_environment()
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"],
                cwd=ROOT,
                env=environment | {"DEBUG": "1", "DATA_DIR": folder},
                check=True,
            )
            _remember_rows(layout.urls.database_url)
        finally:
            for server, process in reversed(started):
                stop_process(process, server.stop_signal)
        half = template.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        _copy(layout.postgres_data, half)
        half.rename(template)


def _copy(source: Path, target: Path) -> None:
    # `cp` keeps the owner: as root the database runs as somebody else.
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def _home() -> Path:
    home = ROOT / ".data" / "migrated"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _key() -> str:
    apps = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    migrations = [path for app in apps for path in app.glob("**/migrations/*.py")]
    words = [path for path in (ROOT / WORDS).rglob("*") if path.is_file()]
    found = hashlib.sha256(f"PostgreSQL {find_postgres().major()}".encode())
    for path in sorted([*migrations, *words, *(ROOT / name for name in READ)]):
        found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return f"{found.hexdigest()[:16]}.cluster"


if __name__ == "__main__":
    # Ahead of those who will copy it.
    with _migrated():
        pass

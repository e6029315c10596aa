"""What must hold before this instance may be sent requests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from omnichannel.kernel.registry import Registry
from omnichannel.observability.heartbeat import ping, seconds_since_beat

logger = logging.getLogger(__name__)

WORKER_SILENT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    detail: str = ""


#: A condition asked by `/readyz`; it raises or answers not ok. Apps above add theirs (the relay's lag).
conditions: Registry[Callable[[], Finding]] = Registry("readiness")

_migrated = False


def check_database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(ok=True)


def check_redis() -> Finding:
    ping()
    return Finding(ok=True)


def check_migrations() -> Finding:
    # Asked until it holds once: the code of a running process gains no migrations.
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            return Finding(ok=False, detail=f"{len(plan)} migrations to apply")
        _migrated = True
    return Finding(ok=True)


def check_worker() -> Finding:
    age = seconds_since_beat("worker")
    if age is None:
        return Finding(ok=False, detail="no worker has reported")
    if age > WORKER_SILENT_SECONDS:
        return Finding(ok=False, detail=f"silent for {age:.0f} s")
    return Finding(ok=True, detail=f"{age:.0f} s ago")


conditions.register("database", check_database, order=10)
conditions.register("redis", check_redis, order=20)
conditions.register("migrations", check_migrations, order=30)
conditions.register("worker", check_worker, order=40)


def ask_all() -> dict[str, Finding]:
    findings = {}
    for name in conditions.names():
        try:
            findings[name] = conditions.get(name)()
        except Exception as error:
            # Whatever breaks is the answer; its text may hold addresses, so only its kind leaves the house.
            logger.warning("not ready", extra={"condition": name, "reason": str(error)})
            findings[name] = Finding(ok=False, detail=type(error).__name__)
    return findings

"""System checks of the infrastructure, run by `manage.py check` and before a migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection


@register(Tags.database)
def check_lock_timeout(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Without a lock timeout a stuck transaction holds every customer who wants the same row."""
    if not databases or "default" not in databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        row = cursor.fetchone()
    if row and row[0] == "0":
        return [
            Warning(
                "The database role has no lock_timeout.",
                hint="ALTER ROLE <role> SET lock_timeout = '3s'; behind PgBouncer nothing else sets it.",
                id="omnichannel.W001",
            )
        ]
    return []

"""For writes that end on a row everybody wants: its lock is given back before the disk has answered.

PostgreSQL keeps a transaction's locks until its commit is on disk, so that writers of one row wait for one flush
each, in single file. Here the commit does not wait; the request does, for a flush that all who wait share, before
anything else after the commit happens and before anybody is told (docs/adr/0006-hot-rows-are-released-early.md).
"""

import functools
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

View = Callable[..., HttpResponse]

# In one round trip, both until the end of this transaction. Statements of a hot path find rows by their keys
# whatever the values are: planning them anew for each costs more than running them.
BEGIN_HOT = """
SELECT current_setting('synchronous_commit'),
       set_config('synchronous_commit', 'off', true),
       set_config('plan_cache_mode', 'force_generic_plan', true)
"""
# A transaction of its own that writes as good as nothing: its commit waits for the disk (and for synchronous
# replicas) up to itself, and so for all that was committed before.
REACH_DISK = "SELECT pg_logical_emit_message(true, 'omnichannel', '')"


def releases_early(method: View) -> View:
    """Directly inside `@write`, for a method that takes its hottest lock last."""

    @functools.wraps(method)
    def run(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(BEGIN_HOT)
            was = cursor.fetchone()[0]
        if was != "off":
            # The first of all that waits for the commit, and not robust: when it fails, nothing has been promised.
            transaction.on_commit(reach_disk)
        return method(view, request, *args, **kwargs)

    return run


def reach_disk() -> None:
    """Return when everything committed so far is as durable as the database makes any commit."""
    with connection.cursor() as cursor:
        cursor.execute(REACH_DISK)

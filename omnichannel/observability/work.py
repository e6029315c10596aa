"""What can be seen of background work: how long tasks waited and ran, and the request that caused them."""

from __future__ import annotations

import time
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from prometheus_client import Counter, Histogram

from omnichannel.observability.request_id import current_request_id

_BUCKETS = (0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 120.0)
WAIT = Histogram("omnichannel_task_wait_seconds", "Time a task waited for a worker.", ["task"], buckets=_BUCKETS)
RUN = Histogram("omnichannel_task_seconds", "Time a task ran.", ["task"], buckets=_BUCKETS)
TASKS = Counter("omnichannel_tasks", "Tasks ended.", ["task", "state"])


@before_task_publish.connect
def stamp(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    if headers is not None:
        headers["sent_at"] = time.time()
        headers["caused_by"] = current_request_id.get()


@task_prerun.connect
def note_start(task: Any = None, **kwargs: Any) -> None:
    request = task.request
    current_request_id.set(str(getattr(request, "caused_by", None) or request.id or ""))
    request.started = time.perf_counter()
    if sent_at := getattr(request, "sent_at", None):
        WAIT.labels(task.name).observe(max(0.0, time.time() - sent_at))


@task_postrun.connect
def note_end(task: Any = None, state: str | None = None, **kwargs: Any) -> None:
    if started := getattr(task.request, "started", None):
        RUN.labels(task.name).observe(time.perf_counter() - started)
    TASKS.labels(task.name, state or "UNKNOWN").inc()
    current_request_id.set("")

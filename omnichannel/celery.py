"""The Celery application, and the pulse by which `/readyz` knows that a worker lives."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, bootsteps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

app = Celery("omnichannel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class Pulse(bootsteps.StartStopStep):
    """Writes a heartbeat from the worker's own timer: a worker whose loop hangs stops beating."""

    requires = {"celery.worker.components:Timer"}
    every_seconds = 5

    def __init__(self, worker: Any, **options: Any) -> None:
        self._entry: Any = None

    def start(self, worker: Any) -> None:
        from omnichannel.observability.heartbeat import beat

        beat("worker", worker.hostname)
        self._entry = worker.timer.call_repeatedly(self.every_seconds, beat, ("worker", worker.hostname), priority=10)

    def stop(self, worker: Any) -> None:
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None


app.steps["worker"].add(Pulse)

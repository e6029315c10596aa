"""Gauges read when somebody scrapes: from a statement of the app that registers one, and from the broker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from kombu import Connection

Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class SqlGauge:
    """Rows of label values followed by the number. The statement must stay cheap with millions of rows."""

    documentation: str
    sql: str
    labels: tuple[str, ...] = ()

    def samples(self) -> Iterable[Sample]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            for row in cursor.fetchall():
                yield tuple(str(value) for value in row[:-1]), float(row[-1])


@dataclass(frozen=True, slots=True)
class QueueLength:
    """Tasks that wait at the broker, whichever broker it is."""

    documentation: str = "Tasks waiting at the broker."
    labels: tuple[str, ...] = ("queue",)

    def samples(self) -> Iterable[Sample]:
        options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 2, "socket_connect_timeout": 2}
        with Connection(settings.CELERY_BROKER_URL, transport_options=options, connect_timeout=2) as broker:
            channel = broker.default_channel
            for queue in settings.CELERY_TASK_QUEUES:
                # Declared as the worker declares it: asking for one that is not there yet would be an error.
                yield (queue.name,), float(queue.bind(channel).queue_declare().message_count)

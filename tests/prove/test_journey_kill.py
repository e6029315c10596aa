"""`kill -9` of advancers again and again: everybody arrives, and each step was run once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from campaigns.journeys.models import Enrolment, StepRun
from omnichannel.events.services import deliver_due, record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.journeys.factories import Happened, make_journey, step, trigger

pytestmark = [pytest.mark.prove, pytest.mark.django_db(transaction=True)]
PEOPLE = 150
KILLS = 12
ADVANCER = """
import django
django.setup()
from campaigns.journeys.services.advancing import advance_due
from omnichannel.kernel.clock import now
print("ready", flush=True)
while True:
    advance_due(at=now(), limit=20)
"""


def start_advancer() -> subprocess.Popen[str]:
    base = str(settings.DATABASES["default"]["NAME"])
    url = os.environ["DATABASE_URL"].replace("/omnichannel?", f"/{connection.settings_dict['NAME']}?")
    assert base
    process = subprocess.Popen(
        [sys.executable, "-c", ADVANCER], env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True,
        cwd=settings.BASE_DIR,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "ready"
    return process


def test_kills_of_advancers_repeat_and_lose_no_step() -> None:
    # given people before four grants of points, and two advancers
    make_journey(
        trigger("p1"),
        *(step(f"p{n}", "points", f"p{n + 1}", points=1, reason="For walking") for n in range(1, 5)),
        step("p5", "exit"),
    )
    people = [CustomerFactory() for _ in range(PEOPLE)]
    with transaction.atomic():
        record(*(Happened(customer_id=each.pk) for each in people), by=SYSTEM, at=now())
    deliver_due()
    chance, advancers = random.Random(7), [start_advancer(), start_advancer()]
    try:
        # when one after the other is killed in the middle of its work
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.4))
            victim = chance.randrange(2)
            advancers[victim].send_signal(signal.SIGKILL)
            advancers[victim].communicate()
            advancers[victim] = start_advancer()
        until = time.monotonic() + 120
        while Enrolment.objects.filter(state="active").exists():
            assert time.monotonic() < until
            time.sleep(0.2)
    finally:
        for each in advancers:
            each.kill()
            each.communicate()
    # then all arrived, by six steps each, with four points each
    assert StepRun.objects.count() == PEOPLE * 6
    with connection.cursor() as cursor:
        cursor.execute("SELECT balance, count(*) FROM loyalty_account WHERE unit = 'points' GROUP BY balance")
        assert cursor.fetchall() == [(4, PEOPLE)]

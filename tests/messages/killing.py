"""A send to many people while its workers are killed with SIGKILL, counted at a real SMTP server."""

import contextlib
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from campaigns.messages.models import Campaign, Message, SendingPolicy
from customers.models import Consent, Customer, Label
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.messages.conftest import CaughtBySmtp
from tests.messages.sender import start_sender


class Counting(CaughtBySmtp):
    """Counts instead of keeping."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken[envelope.rcpt_tos[0]] += 1
        return "250 OK"


def make_audience(count: int) -> Campaign:
    """So many people in one segment, all of whom said yes to mail, and a campaign for them that is due."""
    from campaigns.segments.models import Segment

    at = now()
    people = Customer.objects.bulk_create(
        [
            Customer(number=f"K{number:09d}", email=f"person{number}@example.com", first_name=f"P{number}")
            for number in range(count)
        ],
        batch_size=2000,
    )
    Consent.objects.bulk_create(
        [
            Consent(
                customer=person,
                channel="email",
                purpose="marketing",
                state="granted",
                source="test",
                actor="test",
                at=at,
            )
            for person in people
        ],
        batch_size=2000,
    )
    segment = Segment.objects.create(key="everybody", name="Everybody", state="live")
    Label.objects.bulk_create(
        [Label(customer=person, kind="segment", key="everybody", valid_from=at) for person in people], batch_size=2000
    )
    SendingPolicy.objects.create(settle_seconds=0, per_day=50, per_week=50)
    return Campaign.objects.create(
        id=uuid7(), name="To all", template_key="points_statement", segments=[segment.pk], state="scheduled", send_at=at
    )


def send_while_killing(campaign_id: UUID, *, count: int, kills: int, data_dir: Path, patience: float) -> Counter[str]:
    """What the server took of each recipient, with `kills` workers killed on the way."""
    server = Counting()
    server.start()
    chance = random.Random(20)
    workers = [start_sender(server.port, data_dir) for _ in range(2)]
    until = time.monotonic() + patience
    try:
        for number in range(kills):
            wanted = count * (number + 1) // (kills + 1)
            while server.taken.total() < wanted and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(chance.random() * 0.02)
            victim = workers.pop(0)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            workers.append(start_sender(server.port, data_dir))
        while time.monotonic() < until:
            time.sleep(0.1)
            if Message.objects.filter(campaign_id=campaign_id, state="sent").count() == count:
                break
    finally:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            worker.wait()
        server.stop()
    return server.taken

"""Sending at size: `python -m benchmarks.sending [--people N] [--workers W]`, and once more at a tenth.

A campaign to N people who all said yes: judged and rendered (`plan`), then handed over to a real SMTP server in a
process of its own (`send`). Prints mails a second and the most memory a worker ever held.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from benchmarks.growing import Figure
from benchmarks.stack import ROOT, Ground, ground

TITLE = "Sending"
NOTE = (
    "A campaign to people who all said yes, by two workers: every one judged by the gate and rendered, the intent written, then handed "
    "over to an SMTP server in a process of its own. The floor is the same server fed by `smtplib` alone over as many connections."
)
PEOPLE_AT_FULL, WORKERS, LEAST = 10_000, 2, 300

PEOPLE = """
WITH made AS (
    INSERT INTO customers_customer (id, number, first_name, last_name, email, phone, locale, time_zone, currency, source,
                                    note, tags, version, created_at, updated_at)
    SELECT gen_random_uuid(), 'S%(run)s' || n, 'Person', 'Number ' || n, 's%(run)s-' || n || '@example.com', '', '', '',
           '', 'import', '', '[]', 1, now(), now()
      FROM generate_series(1, %(people)s::int) AS n RETURNING id),
said AS (
    INSERT INTO customers_consent (id, customer_id, channel, purpose, state, wording, source, proof, actor, at)
    SELECT gen_random_uuid(), id, 'email', 'marketing', 'granted', '', 'import', '{}', 'bench', now() FROM made)
INSERT INTO customers_label (customer_id, kind, key, value, valid_from, reason)
SELECT id, 'segment', 'bench-%(run)s', 'null', now(), '' FROM made
"""


class Sink(asyncio.Protocol):
    """Takes every mail and forgets it, as Postfix's `smtp-sink` does: what is measured is who sends.

    The commands of RFC 5321 that a client needs, one at a time (no PIPELINING is offered).
    """

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.received = b""
        self.in_data = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.in_data:
            if not self.received.endswith(b"\r\n.\r\n"):
                return
            self.in_data, answer = False, b"250 taken\r\n"
        elif not self.received.endswith(b"\r\n"):
            return
        else:
            command = self.received[:4].upper()
            self.in_data = command == b"DATA"
            answer = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(command, b"250 sink\r\n")
        self.received = b""
        self.transport.write(answer)


def serve(port: int) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


def work(step: str, campaign: str) -> None:
    """One worker: plans or sends until nothing is left; prints how long it worked and its peak memory in MB."""
    import django

    django.setup()
    from uuid import UUID

    from campaigns.messages.services.campaigns import plan_batch
    from campaigns.messages.services.sending import send_due
    from omnichannel.kernel.clock import now

    started = time.perf_counter()
    if step == "plan":
        while plan_batch(campaign_id=UUID(campaign), at=now()):
            pass
    else:
        while send_due(at=now()):
            pass
    print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def measure(ground: Ground, scale: float) -> list[Figure]:
    """The section of `make bench`: both steps, at a size."""
    people = int(PEOPLE_AT_FULL * scale)
    with taking_mails() as port:
        os.environ.update({"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "LOG_LEVEL": "ERROR"})
        plan, send = send_to(people, WORKERS, 1)
        both = people / (plan + send)
        size = f"{people:,} recipients"
        return [
            Figure("mails judged and rendered", people / plan, "/s", size),
            Figure(
                "mails handed over",
                people / send,
                "/s",
                size,
                hand_over_bare(port, min(people, 5_000)),
                "smtplib alone",
            ),
            Figure("mails rendered and handed over, together", both, "/s", size, least=LEAST),
        ]


def hand_over_bare(port: int, mails: int) -> float:
    """The same size of mail from as many connections by smtplib alone, a second."""
    import smtplib
    from concurrent.futures import ThreadPoolExecutor

    text = "Subject: x\r\nContent-Type: text/html\r\n\r\n" + ("<p>Points and words.</p>\r\n" * 400)

    def send(count: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for _ in range(count):
                server.sendmail("a@example.com", ["b@example.com"], text)

    started = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(send, [mails // WORKERS] * WORKERS))
    return mails // WORKERS * WORKERS / (time.perf_counter() - started)


@contextmanager
def taking_mails() -> Iterator[int]:
    """A mail server in a process of its own; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.sending", "--step", "serve", "--campaign", str(port)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield port
    finally:
        server.kill()
        server.wait()


def send_to(people: int, workers: int, run: int) -> tuple[float, float]:
    """One campaign; the seconds of judging and rendering, and of handing over."""
    from django.db import connection

    from campaigns.messages.models import Campaign, Message, SendingPolicy
    from campaigns.messages.services.campaigns import start_due
    from campaigns.segments.models import Segment
    from omnichannel.kernel.clock import now

    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.replace("%(run)s", str(run)), {"people": people})
        cursor.execute("ANALYZE customers_customer, customers_consent, customers_label")
    SendingPolicy.objects.get_or_create(defaults={"settle_seconds": 0})
    segment = Segment.objects.create(key=f"bench-{run}", name=f"Bench {run}", state="live")
    campaign = Campaign.objects.create(
        name="Bench", template_key="points_statement", segments=[segment.pk], state="scheduled", send_at=now()
    )
    started = time.perf_counter()
    start_due(at=now())
    print(f"{people:>7,} recipients written down      {time.perf_counter() - started:7.2f} s")
    seconds_of = []
    for step, title in (("plan", "judged and rendered"), ("send", "handed over by SMTP")):
        command = [sys.executable, "-m", "benchmarks.sending", "--step", step, "--campaign", str(campaign.pk)]
        hands = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
        told = [hand.communicate()[0].split()[-2:] for hand in hands]
        # Without the seconds that a process needs to start.
        took, memory = max(float(seconds) for seconds, _ in told), max(int(peak) for _, peak in told)
        seconds_of.append(took)
        print(f"{people:>7,} {title:28} {took:7.2f} s {people / took:9,.0f}/s  at most {memory} MB a worker")
    if (sent := Message.objects.filter(campaign=campaign, state="sent").count()) != people:
        raise RuntimeError(f"{sent} of {people} mails were sent")
    return seconds_of[0], seconds_of[1]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.sending", description=__doc__)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--step", choices=["plan", "send", "serve"], help=argparse.SUPPRESS)
    options.add_argument("--campaign", default="", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.step == "serve":
        serve(int(given.campaign))
        return 0
    if given.step:
        work(given.step, given.campaign)
        return 0
    with ground() as servers, taking_mails() as port:
        os.environ.update(
            servers.environment | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "LOG_LEVEL": "ERROR"}
        )
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        send_to(max(1, given.people // 10), given.workers, 1)
        send_to(given.people, given.workers, 2)
    return 0


if __name__ == "__main__":
    sys.exit(main())

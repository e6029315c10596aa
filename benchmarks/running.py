"""One run: make the data, capture the plans, then let the floors and the product take turns under the same load."""

from __future__ import annotations

import os
import pickle
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from benchmarks.cases import Case, make_cases
from benchmarks.checking import check_correctness, count_statements, measure_sizes
from benchmarks.data import READ_CARTS, CartPool, fill_pool, load_shop, make_cart
from benchmarks.load import Load, http_request, lay_out_entities, pgbench, pgbench_scripts, wrk
from benchmarks.plans import capture, spendable
from benchmarks.replay import Plan
from benchmarks.stack import Ground, WebServer
from omnichannel.kernel.clock import now

#: Templates of carts to be ordered: as many stores and pairs of variants, so that no stock row is hot by accident.
SPREAD = 50
# A second of load spends at most this many carts: of pgbench, of the bare callable, of ours.
PGBENCH_PER_SECOND, BARE_PER_SECOND, OURS_PER_SECOND = 5_000, 3_000, 1_500


@dataclass
class Measured:
    """A case, each side's rounds in the order they ran."""

    case: Case
    floor1: list[Load] = field(default_factory=list)
    floor2: list[Load] = field(default_factory=list)
    ours: list[Load] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of the bare callable; the median of rounds run one after the other."""
        return statistics.median(
            ours.per_second / bare.per_second for bare, ours in zip(self.floor2, self.ours, strict=True)
        )

    @property
    def cpu_share(self) -> float:
        """The same by CPU time of a request, which other work on the machine disturbs far less."""
        return statistics.median(bare.cpu_ms / ours.cpu_ms for bare, ours in zip(self.floor2, self.ours, strict=True))


@dataclass
class Results:
    measured: list[Measured]
    statements: dict[str, dict[int, tuple[int, int]]]
    correctness: dict[str, int]
    resident_mib: float
    #: What they take of the machine, their parent with them: pages that they share are counted once.
    proportional_mib: float
    sizes: dict[str, int]
    seconds: float
    rounds: int
    #: The machine's load average before anything was measured.
    load_before: float

    @property
    def errors(self) -> int:
        return sum(load.errors for each in self.measured for load in (*each.floor2, *each.ours))

    @property
    def is_correct(self) -> bool:
        return not self.errors and not any(self.correctness.values())


class Run:
    def __init__(
        self,
        ground: Ground,
        *,
        seconds: float,
        rounds: int,
        only: Sequence[str] | None,
        with_pgbench: bool,
        profile: Path | None,
    ) -> None:
        self.ground, self.seconds, self.rounds, self.only = ground, seconds, rounds, only
        self.with_pgbench, self.profile = with_pgbench, profile
        self.resident_mib = self.proportional_mib = 0.0

    def measure(self) -> Results:
        load_before = os.getloadavg()[0]
        say("loading the shop")
        if self.only is None:
            call_command("collectstatic", interactive=False, verbosity=0)
        cases = self._load()
        say("capturing what the floors replay")
        plans = {case.name: capture(case) for case in cases}
        shares = {case.name: self._allot(case, plans[case.name]) for case in cases if case.once}
        path = self.ground.folder / "plans.pickle"
        path.write_bytes(pickle.dumps(plans))
        with connection.cursor() as cursor:
            cursor.execute("CREATE SEQUENCE bench_worker")
            cursor.execute("VACUUM ANALYZE")
            # What loading has left to write is written now, not beside the first case.
            cursor.execute("CHECKPOINT")
        product = WebServer(self.ground, "omnichannel.wsgi:application", 8_700)
        runs = str(int(self.seconds * self.rounds * 40 + 40))
        bare = WebServer(
            self.ground, "benchmarks.bare:application", 8_701, {"BENCH_PLAN": str(path), "BENCH_RUNS": runs}
        )
        try:
            product.wait("/healthz")
            bare.wait(f"/floor/{cases[0].name}", seconds=300)
            _settle(product.seconds, bare.seconds, self.ground.database_seconds)
            measured = [self._measure(case, plans[case.name], product, bare, shares.get(case.name)) for case in cases]
            sizes = {} if self.only is not None else measure_sizes()
            say("checking what must be zero")
            correctness = {} if self.only is not None else check_correctness(product.port, self.shop, self.at)
        finally:
            bare.stop()
            product.stop()
        statements = {} if self.only is not None else count_statements(self.shop, self.at)
        return Results(
            measured,
            statements,
            correctness,
            self.resident_mib,
            self.proportional_mib,
            sizes,
            self.seconds,
            self.rounds,
            load_before,
        )

    def _load(self) -> list[Case]:
        self.at = at = now()
        self.shop = shop = load_shop(at)
        variants, stores = shop.variant_ids, shop.store_ids
        readers = [make_cart(variants[5 * n + 500 : 5 * n + 505], stores[n % len(stores)], at) for n in range(10)]
        spread = [make_cart(variants[2 * n : 2 * n + 2], stores[n % len(stores)], at) for n in range(SPREAD)]
        hot = [make_cart(variants[1_900:1_901], stores[0], at)]
        spent = round(self.seconds * (self.rounds * (BARE_PER_SECOND + OURS_PER_SECOND) + PGBENCH_PER_SECOND))

        def pool(name: str, templates: list, first: int, count: int) -> CartPool:  # type: ignore[type-arg]
            return fill_pool(templates, first=first, count=count if self._wants(name) else 4 * len(templates))

        every = make_cases(
            shop,
            readers=pool("cart", readers, 0, READ_CARTS),
            orders=pool("order", spread, 1_000_000, spent),
            hot=pool("hot", hot, 2_000_000, spent),
        )
        return [case for case in every if self._wants(case.name)]

    def _wants(self, name: str) -> bool:
        return self.only is None or name in self.only

    def _allot(self, case: Case, plan: Plan) -> range:
        """Share a pool's carts out: to pgbench, to the bare callable, the rest to ours."""
        assert case.pool is not None
        width = len(case.pool.templates)
        parts = round(self.seconds * PGBENCH_PER_SECOND), round(self.seconds * self.rounds * BARE_PER_SECOND)
        first, second = (part // width * width for part in parts)
        lay_out_entities(case.name, plan, [case.pool.ids(number) for number in range(first)])
        plan.entities = [case.pool.ids(number) for number in range(first, first + second)]
        return range(first + second, spendable(case))

    def _measure(self, case: Case, plan: Plan, product: WebServer, bare: WebServer, carts: range | None) -> Measured:
        found = Measured(case)
        floor = http_request(case.method, f"/floor/{case.name}", {}, b"{}" if case.writes else b"")
        if self.with_pgbench:
            scripts = pgbench_scripts(case.name, plan)
            found.floor1.append(pgbench(self.ground, scripts, seconds=self.seconds))
        if carts is None:
            self._warm(case, floor, product, bare)
        for number in range(self.rounds):
            found.floor2.append(self._loaded(bare, [floor]))
            numbers = range(case.count)
            if carts is not None:
                step = len(carts) // self.rounds
                numbers = carts[number * step : (number + 1) * step]
            requests = [_request(case, n) for n in numbers]
            with self._watching(product, case.name if number == 0 else ""):
                found.ours.append(self._loaded(product, requests))
        say(
            f"{case.name}: floors {_median(found.floor1):,.0f} and {_median(found.floor2):,.0f}, ours {_median(found.ours):,.0f}/s, "
            f"share {found.share:.2f} (by CPU {found.cpu_share:.2f}), p50 {found.ours[-1].p50_ms:.1f} p99 {found.ours[-1].p99_ms:.1f} ms, "
            f"errors {sum(load.errors for load in (*found.floor2, *found.ours))}"
        )
        return found

    def _warm(self, case: Case, floor: str, product: WebServer, bare: WebServer) -> None:
        """A second that is not counted: each thread opens its connection and plans its statements once in its life."""
        wrk(self.ground.folder, bare.port, [floor], seconds=1)
        wrk(self.ground.folder, product.port, [_request(case, number) for number in range(case.count)], seconds=1)

    def _loaded(self, server: WebServer, requests: list[str]) -> Load:
        database, worker = self.ground.database_seconds(), server.seconds()
        load = wrk(self.ground.folder, server.port, requests, seconds=self.seconds)
        worker, database = server.seconds() - worker, self.ground.database_seconds() - database
        answers = max(1.0, load.per_second * self.seconds)
        return replace(load, cpu_ms=1_000 * (worker + database) / answers, server_cpu_ms=1_000 * worker / answers)

    @contextmanager
    def _watching(self, product: WebServer, name: str) -> Iterator[None]:
        """Take the highest resident memory of the workers while the load runs; profile one of them when asked to."""
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(0.5):
                self.resident_mib = max(self.resident_mib, product.resident_mib())
            self.proportional_mib = max(self.proportional_mib, product.proportional_mib())

        watcher = threading.Thread(target=watch)
        watcher.start()
        spy = self._spy(product, name) if self.profile and name else None
        try:
            yield
        finally:
            ended.set()
            watcher.join()
            if spy:
                spy.wait()

    def _spy(self, product: WebServer, name: str) -> subprocess.Popen[bytes]:
        assert self.profile is not None
        self.profile.mkdir(parents=True, exist_ok=True)
        argv = [
            str(Path(sys.executable).with_name("py-spy")),
            "record",
            "--pid",
            str(product.workers()[0].pid),
            "--rate",
            "250",
        ]
        argv += [
            "--duration",
            str(max(1, round(self.seconds - 1))),
            "--format",
            "raw",
            "--output",
            str(self.profile / f"{name}.txt"),
        ]
        return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _request(case: Case, number: int) -> str:
    return http_request(case.method, case.path(number), case.headers(number), case.body(number))


def _settle(*seconds: Callable[[], float]) -> None:
    """Wait until nobody works: of two workers the first to answer is not the last to be ready, and the database
    looks after its tables in the background once they have grown."""
    before = -1.0
    while (used := sum(each() for each in seconds)) - before > 0.05:
        before = used
        time.sleep(1)


def _median(loads: Sequence[Load]) -> float:
    return statistics.median(load.per_second for load in loads) if loads else 0.0


_started = time.monotonic()


def say(text: str, out: Callable[..., None] = print) -> None:
    out(f"[{time.monotonic() - _started:5.0f} s] {text}", flush=True)

"""`python -m benchmarks [--seconds N] [--rounds N] [--scale X] [--only CASE …]`: measure, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.stack import ROOT, ground


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--seconds", type=float, default=4.0, help="of load, for each case, floor and round")
    options.add_argument("--rounds", type=int, default=3, help="floors and ours take turns this often")
    options.add_argument(
        "--only", nargs="*", default=None, metavar="CASE", help="only these cases and sections; writes no report"
    )
    options.add_argument("--scale", type=float, default=1.0, help="of the sections' data: 0.1 is a tenth")
    options.add_argument("--no-floor1", action="store_true", help="leave pgbench out")
    options.add_argument("--profile", type=Path, help="a folder for py-spy's flame graphs of a worker")
    given = options.parse_args()
    only = None if given.only is None else [name for names in given.only for name in names.split(",")]
    with ground() as servers:
        # The servers under load write their access log; this process, which only captures, does not.
        os.environ.update(servers.environment | {"ACCESS_LOG": "0"})
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks.growing import SECTIONS, describe, keep_empty_database, measure_sections, verdicts
        from benchmarks.report import show, write_report
        from benchmarks.running import Run, say

        say("migrating")
        call_command("migrate", verbosity=0)
        keep_empty_database()
        sections = [name for name in SECTIONS if only is None or name in only]
        cases = None if only is None else [name for name in only if name not in SECTIONS]
        results = None
        if cases is None or cases:
            results = Run(
                servers,
                seconds=given.seconds,
                rounds=given.rounds,
                only=cases,
                with_pgbench=not given.no_floor1,
                profile=given.profile,
            ).measure()
            print(show(results))
        grown = list(measure_sections(servers, sections, scale=given.scale, say=say))
        print("\n".join([*describe(grown), *verdicts(grown)]))
        if only is None and results is not None:
            write_report(results, grown, ROOT / "docs", command="make bench")
            print("docs/benchmarks.md and docs/benchmarks.svg are written.")
    return 0 if results is None or results.is_correct else 1


if __name__ == "__main__":
    sys.exit(main())

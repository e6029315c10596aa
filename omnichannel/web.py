"""`python -m omnichannel.web` with granian's own options: the web server, its workers forked from a loaded application.

Each worker would otherwise hold its own copy of all the code: a hundred MiB that they share this way. New code
needs a new server; SIGHUP forks workers of the old.
"""

import gc
import sys

from granian.cli import entrypoint

import omnichannel.wsgi  # noqa: F401  what the workers share


def main() -> None:
    # Pages that hold these objects stay shared: no collection of a worker writes into them.
    gc.collect()
    gc.freeze()
    entrypoint()


if __name__ == "__main__":
    sys.argv[0] = "granian"
    main()

#!/usr/bin/env python
"""Command-line entry point. Without DATABASE_URL and REDIS_URL, commands use the built-in servers."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

#: Commands that read no data: starting servers for them would only make them slow.
WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "help",
    "makemessages",
    "spectacular",
    "version",
}


def needs_servers(arguments: list[str]) -> bool:
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_SERVERS or "--database" in arguments


def use_built_in_servers(*, start: bool) -> None:
    from omnichannel.embedded.layout import prepare_layout
    from omnichannel.embedded.local import NotLocal, local_environment
    from omnichannel.embedded.servers import ensure

    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
    try:
        defaults = local_environment(data_dir, prepare_layout(data_dir).urls)
    except NotLocal as error:
        sys.exit(str(error))
    if start:
        ensure(data_dir)
    os.environ.update(defaults)
    os.environ.setdefault("LOG_JSON", "0")  # a person is looking


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"]:
        # The supervisor outlives everything it starts, so it stays small: no Django in it.
        from omnichannel.embedded.stack import main as run

        sys.exit(run(arguments[1:]))
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        use_built_in_servers(start=needs_servers(arguments))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""What the environment would have to say, for a stack that serves this machine alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from omnichannel.embedded.layout import Urls

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class NotLocal(RuntimeError):
    """The environment is that of a production host with its database left out."""


def local_environment(data_dir: Path, urls: Urls, *, web_port: int = 8000, live_port: int = 8001) -> dict[str, str]:
    """Defaults beside what is set already: the built-in servers, a kept secret, loopback names, plain http."""
    given = os.environ
    hosts = given.get("ALLOWED_HOSTS", "").replace(",", " ").split()
    if set(hosts) - set(LOOPBACK) and not given.get("ALLOW_HTTP"):
        missing = " and ".join(name for name in ("DATABASE_URL", "REDIS_URL") if not given.get(name))
        raise NotLocal(
            f"{missing or 'ALLOW_HTTP'} must be set: ALLOWED_HOSTS names other hosts than this machine, "
            "and the built-in servers are for this machine alone."
        )
    defaults = urls.as_environment() | {
        "DATA_DIR": str(data_dir),
        "DEBUG": "0",
        "SECRET_KEY": kept_secret(data_dir / "secret_key"),
        "ALLOWED_HOSTS": ",".join(LOOPBACK),
        "SITE_URL": f"http://127.0.0.1:{web_port}",
        "LIVE_URL": f"http://127.0.0.1:{live_port}",
        "ALLOW_HTTP": "1",
    }
    if given.get("REDIS_URL"):
        # Someone else's Redis is then the broker too, unless one is named.
        del defaults["CELERY_BROKER_URL"]
    return {name: value for name, value in defaults.items() if not given.get(name)}


def kept_secret(path: Path) -> str:
    """A key made once, so that a restart logs nobody out."""
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        fresh.rename(path)
    return path.read_text().strip()

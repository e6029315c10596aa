"""Which user the database server runs as: PostgreSQL refuses root, so root lends it another account."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnichannel.embedded.binaries import PostgresPrograms, ServerMissing

#: World-readable home of what another user must reach when the checkout lies under a closed directory.
SHARED_ROOT = Path("/var/lib/omnichannel")


@dataclass(frozen=True)
class Account:
    """The user a server runs as; `uid` None means: whoever runs this."""

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, Any]:
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        return self._succeeds(["/bin/sh", "-c", 'cd "$0"', str(folder)])

    def can_run(self, program: Path) -> bool:
        return self._succeeds([str(program), "--version"])

    def _succeeds(self, argv: list[str]) -> bool:
        try:
            # cwd: the caller's own may be closed to the account.
            done = subprocess.run(argv, capture_output=True, cwd="/", check=False, **self.popen_options())
        except PermissionError:
            return False
        return done.returncode == 0


def database_account() -> Account:
    if os.geteuid() != 0:
        return Account()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise ServerMissing("PostgreSQL does not run as root and this machine has no `postgres` or `nobody` user.")


def reachable_programs(programs: PostgresPrograms, account: Account) -> PostgresPrograms:
    """The programs themselves, or a copy of them where the account can read it."""
    if account.uid is None or account.can_run(programs.bin / "postgres"):
        return programs
    if programs.root is None:
        raise ServerMissing(f"{programs.bin} cannot be run by another user than root.")
    stat = (programs.bin / "postgres").stat()
    key = hashlib.sha256(f"{programs.bin}:{stat.st_size}:{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    home = shared_folder(f"postgresql-{key}")
    relative_bin = programs.bin.relative_to(programs.root)
    if not (home / relative_bin / "postgres").exists():
        # Copied aside and renamed: a copy that was cut short must never be taken for whole.
        fresh = home.with_name(f"{home.name}.{os.getpid()}")
        for part in programs.parts:
            if (programs.root / part).exists():
                shutil.copytree(programs.root / part, fresh / part, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
        shutil.rmtree(home, ignore_errors=True)
        fresh.rename(home)
    return PostgresPrograms(bin=home / relative_bin)


def shared_folder(name: str) -> Path:
    SHARED_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    SHARED_ROOT.chmod(0o755)
    return SHARED_ROOT / name

"""Where the embedded servers keep their data and their sockets."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from omnichannel.embedded.account import Account, database_account, shared_folder

#: A socket's path may have 107 bytes on Linux and 103 on macOS; PostgreSQL refuses to start beyond.
SOCKET_PATH_LIMIT = 103
DATABASE = "omnichannel"


@dataclass(frozen=True)
class Urls:
    database_url: str
    redis_url: str
    celery_broker_url: str

    def as_environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CELERY_BROKER_URL": self.celery_broker_url,
        }


@dataclass(frozen=True)
class Layout:
    data_dir: Path
    account: Account
    postgres_data: Path
    redis_data: Path
    sockets: Path
    logs: Path

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def urls(self) -> Urls:
        socket = quote(str(self.redis_socket))
        return Urls(
            database_url=f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(self.sockets), safe='')}",
            redis_url=f"unix://{socket}?db=0",
            celery_broker_url=f"redis+socket://{socket}?virtual_host=1",
        )


def prepare_layout(data_dir: Path) -> Layout:
    """Make the folders, each reachable by the account the database runs as."""
    data_dir = data_dir.resolve()
    account = database_account()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    postgres_home = data_dir
    if account.uid is not None:
        data_dir.chmod(0o711)
        if not account.can_enter(data_dir):
            # A checkout below /root: opening every directory above it to the world would be worse.
            postgres_home = _own_folder(shared_folder(f"data-{_key(data_dir)}"), Account(), 0o711)
    redis_data = _own_folder(data_dir / "redis", Account(), 0o700)
    logs = _own_folder(data_dir / "logs", Account(), 0o700)
    return Layout(
        data_dir=data_dir,
        account=account,
        postgres_data=postgres_home / "postgres",
        redis_data=redis_data,
        sockets=_own_folder(_sockets_folder(postgres_home, data_dir), account, 0o700),
        logs=logs,
    )


def _sockets_folder(home: Path, data_dir: Path) -> Path:
    folder = home / "run"
    plain = re.fullmatch(r"[\w./@+-]+", str(folder), flags=re.ASCII)
    if plain and len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return folder
    return Path("/tmp") / f"omnichannel-{os.geteuid()}-{_key(data_dir)}"


def _own_folder(folder: Path, account: Account, mode: int) -> Path:
    """The folder, ours alone: in /tmp someone else may have made it first to read along."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    owners = {os.geteuid(), account.uid if account.uid is not None else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise RuntimeError(f"{folder} exists and belongs to someone else; remove it or choose another DATA_DIR.")
    folder.chmod(mode)
    account.own(folder)
    return folder


def _key(data_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]

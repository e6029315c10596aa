"""What a sender was doing when it died, kept where `kill -9` cannot reach it: in the kernel's memory, not in ours.

SMTP has no idempotency key: a mail is the server's from the moment it reads the final dot. Each batch has a file,
mapped into memory, with a mark for each message that is set in the instant before its dot goes out. The file is
locked while its sender lives; the kernel lets go of the lock when the process ends, however it ends. Whoever sends
next on this machine finds the file unlocked and knows of each message whether the dot went out.
"""

import fcntl
import mmap
import os
import struct
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

_ROW = 17  # a UUID and its mark
_HEAD = 8  # the lease the batch was claimed under, as seconds


class Journal:
    """One batch on its way. Made before its claim is committed, ended when everything about it is in the database."""

    def __init__(self, folder: Path, message_ids: Sequence[UUID], lease: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="sending-", suffix=".part", dir=folder)
        self._file = os.fdopen(handle, "r+b")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._file.write(
            struct.pack("d", lease.timestamp()) + b"".join(message_id.bytes + b"\0" for message_id in message_ids)
        )
        self._file.flush()
        # Seen by others only when it is complete and locked.
        self.path = Path(name).with_suffix(".journal")
        Path(name).rename(self.path)
        self._marks = mmap.mmap(self._file.fileno(), 0)

    def mark(self, position: int) -> None:
        """The dot of this message goes out now."""
        self._marks[_HEAD + position * _ROW + 16] = 1

    def end(self) -> None:
        self.path.unlink(missing_ok=True)
        self._marks.close()
        self._file.close()


def abandoned(folder: Path) -> Iterator[tuple[list[UUID], list[UUID], datetime]]:
    """(handed over, never begun, lease) of each batch whose sender died; forgotten when the next is asked for."""
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.journal")):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            # Its sender may have ended it between our look and our lock.
            if not path.exists():
                continue
            kept = file.read()
            lease = datetime.fromtimestamp(struct.unpack("d", kept[:_HEAD])[0], tz=UTC)
            rows = kept[_HEAD:]
            handed: list[UUID] = []
            begun_not: list[UUID] = []
            for start in range(0, len(rows) - _ROW + 1, _ROW):
                message_id = UUID(bytes=rows[start : start + 16])
                (handed if rows[start + 16] else begun_not).append(message_id)
            yield handed, begun_not, lease
            path.unlink(missing_ok=True)

"""Identifiers: sortable UUIDs, hashed secrets and codes that people read aloud."""

import hashlib
import secrets
import threading
from datetime import UTC, datetime
from uuid import UUID, uuid5

from omnichannel.kernel.clock import now

# Crockford's base 32 without the letters people confuse (I, L, O, U).
READABLE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": ""})


_RANDOM_BITS = 74
_last = 0
_lock = threading.Lock()


def uuid7(at: datetime | None = None) -> UUID:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits; sorts by time.

    Of the present moment, each sorts after those this process made before it, also within a millisecond or when
    the clock steps back: the log keeps the order of what one process did.
    """
    global _last
    bits = (_milliseconds(at or now()) << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    if at is None:
        with _lock:
            if bits <= _last:
                bits = _last + 1 + secrets.randbits(32)
            _last = bits
    moment, high, low = bits >> _RANDOM_BITS, (bits >> 62) & 0xFFF, bits & ((1 << 62) - 1)
    return UUID(int=(moment << 80) | (0x7 << 76) | (high << 64) | (0x2 << 62) | low)


def uuid7_floor(at: datetime) -> UUID:
    """The smallest UUID that sorts at or after every UUIDv7 made before `at`: for range conditions."""
    return UUID(int=_milliseconds(at) << 80)


def uuid7_time(value: UUID) -> datetime:
    """The moment a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((value.int >> 80) / 1000, tz=UTC)


_VISITORS = UUID("6f0b1a52-5f0e-5c55-9a4e-0d2f6d3f7c10")


def visitor_identity(kind: str, value: str) -> UUID:
    """The id of an identity that somebody brings along (`anonymous`, a browser's own id): known without a look-up."""
    return uuid5(_VISITORS, f"{kind}:{value}")


def new_token() -> str:
    """A secret of 256 bits for a URL or a header. Store its `token_hash`, never the token."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 of a high-entropy token, hex. (Low-entropy secrets such as PINs need a password hash.)"""
    return hashlib.sha256(token.encode()).hexdigest()


def readable_code(length: int) -> str:
    """A random code of `length` characters, 5 bits each, that survives being read aloud."""
    return "".join(secrets.choice(READABLE_ALPHABET) for _ in range(length))


def normalize_code(typed: str) -> str:
    """What a person typed, as the code was made: upper case, no dashes, look-alikes folded."""
    return typed.strip().upper().translate(_MISREAD)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)

"""What goes to whom, when again, signed how, and to which addresses never."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta

SECRET_PREFIX = "whsec_"

#: Waits after each failure: 27.6 hours in all, which outlives a bad night and the morning after.
RETRY_WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000)
#: An endpoint that has failed without a success for so long is told no more.
DISABLE_AFTER = timedelta(days=5)
LONGEST_RETRY_AFTER = timedelta(hours=6)


def retry_wait(attempts: int, chance: float, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after `attempts` tries; None when that was the last one.

    Spread by `chance` (0 to 1) up to a fifth longer, so that what failed together does not come back together.
    The receiver may ask for more (`Retry-After`), within limits.
    """
    if attempts > len(RETRY_WAITS):
        return None
    wait = timedelta(seconds=RETRY_WAITS[attempts - 1] * (1 + chance / 5))
    return max(wait, min(retry_after, LONGEST_RETRY_AFTER)) if retry_after else wait


def wants(patterns: Iterable[str], fact_name: str) -> bool:
    """Whether an endpoint with these names (`order.*` takes all of a kind; none means all) wants a fact."""
    names = list(patterns)
    return not names or any(
        name == fact_name or (name.endswith("*") and fact_name.startswith(name[:-1])) for name in names
    )


def sign(*, secrets: Iterable[str], message_id: str, at: datetime, body: str) -> str:
    """The `webhook-signature` header: one v1 signature for each secret (Standard Webhooks 1.0)."""
    signed = f"{message_id}.{int(at.timestamp())}.{body}".encode()
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def is_public_address(address: str) -> bool:
    """Whether an IP address is one of the public internet: not ours, not this machine's, not a cloud's metadata.

    IPv6 forms that carry an IPv4 address (mapped, 6to4, NAT64, Teredo) are judged by what they carry.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        carried = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if carried is None and ip in _NAT64:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if carried is not None:
            return is_public_address(str(carried))
        if ip in _IPV4_COMPATIBLE:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")

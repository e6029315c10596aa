"""What a platform (or the bridge to it) signs a webhook with. Pure."""

import hashlib
import hmac

TOLERANCE_SECONDS = 300


def sign(body: bytes, secret: str, at: int) -> str:
    """`t=<seconds>,v1=<hmac>` over time and body, so that an old message cannot be sent again much later."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_signed(body: bytes, header: str, secret: str, *, at: int) -> bool:
    """Whether the header fits body and secret, and is of these minutes. Without a secret nothing fits."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not secret or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    expected = sign(body, secret, int(stamp))
    fits = hmac.compare_digest(expected.encode(), f"t={stamp},v1={parts.get('v1', '')}".encode())
    return fits and abs(at - int(stamp)) <= TOLERANCE_SECONDS

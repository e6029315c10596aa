"""Which messages there are, and what each may be filled with. Pure.

A template's variables are exactly those of its sample: a template that fills the sample fills the real thing.
"""

from collections.abc import Mapping
from typing import Any

ORDER_KEYS = frozenset(
    {
        "order_confirmed",
        "order_placed_awaiting_payment",
        "order_cancelled",
        "pickup_ready",
        "shipped",
        "refund_done",
        "return_recorded",
        "payment_link",
        "guest_order_link",
    }
)
ACCOUNT_KEYS = frozenset(
    {
        "verify_email",
        "reset_password",
        "account_exists",
        "unknown_account",
        "login_code",
        "email_changed",
        "mfa_added",
        "mfa_removed",
        "password_changed",
        "account_notice",
    }
)
ALL_KEYS = ORDER_KEYS | ACCOUNT_KEYS
# Whoever reads one of these can act for its recipient: the text is dropped as soon as it is handed over.
SECRET_KEYS = frozenset({"verify_email", "reset_password", "login_code", "payment_link", "guest_order_link"})

_LINES = [
    {"name": "Gansey jumper", "options": "Harbour, M", "quantity": 1, "total": "$120.00"},
    {"name": "Watch beanie", "options": "Moss", "quantity": 2, "total": "$56.00"},
]
_STORE = {
    "name": "Harbour Street",
    "address": "12 Harbour Street, Portland, ME 04101",
    "phone": "+12075550112",
    "hours_today": "Open today 10:00 to 19:00",
}
SAMPLE_ORDER: Mapping[str, Any] = {
    "number": "K7QM-2XRD",
    "first_name": "Suzie",
    "placed_on": "June 12, 2026",
    "pay_until": "June 12, 2026 at 16:30",
    "total": "$182.00",
    "open": "$182.00",
    "lines": _LINES,
    "sums": [{"label": "Items", "amount": "$176.00"}, {"label": "Shipping", "amount": "$6.00"}],
    "parts": [{"kind": "pickup", "sentence": "To be collected at Harbour Street, from June 12, 2026 at 17:00."}],
    "url": "https://example.com/orders/K7QM-2XRD",
}
SAMPLE_PART: Mapping[str, Any] = {
    "kind": "pickup",
    "store": _STORE,
    "code": "4F7K",
    "collect_until": "June 17, 2026",
    "lines": _LINES,
    "carrier": "Parcel Post",
    "tracking_number": "PP123456789",
    "tracking_url": "https://example.com/track/PP123456789",
}
SAMPLE_ACCOUNT: Mapping[str, Any] = {
    "url": "https://example.com/account",
    "code": "Q7RT-2M",
    "at": "June 12, 2026 at 15:04 UTC",
    "title": "Your account is linked to another log-in now",
    "from_email": "old@example.com",
    "to_email": "suzie@example.com",
}
_EXTRA: Mapping[str, Mapping[str, Any]] = {
    "order_cancelled": {
        "cancelled": {"whole": False, "reason": "Changed mind", "refund": "$56.00", "lines": _LINES[1:]}
    },
    "pickup_ready": {"part": SAMPLE_PART},
    "shipped": {"part": {**SAMPLE_PART, "kind": "ship", "code": ""}},
    "refund_done": {"refund": {"amount": "$56.00", "method": "your card ending in 4242"}},
    "return_recorded": {
        "return": {"number": "R-7QK2", "store": "Harbour Street", "refund": "$56.00", "lines": _LINES[1:]}
    },
    "payment_link": {
        "link": {"amount": "$182.00", "expires_at": "June 14, 2026 at 12:00", "url": "https://example.com/pay/x"}
    },
}


def sample_data(key: str) -> dict[str, Any]:
    """What a message of this key is filled with, without the brand."""
    if key in ACCOUNT_KEYS:
        return {"account": dict(SAMPLE_ACCOUNT)}
    return {"order": dict(SAMPLE_ORDER), **_EXTRA.get(key, {})}

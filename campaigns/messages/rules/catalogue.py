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
#: About news, offers and membership. Those of purpose `marketing` say so in their file.
PEOPLE_KEYS = frozenset(
    {
        "abandoned_cart",
        "browse_reminder",
        "letter",
        "postcard",
        "popup_invitation",
        "points_statement",
        "newsletter_confirm",
        "newsletter_welcome",
        "referral_reward",
        "points_earned_social",
    }
)
ALL_KEYS = ORDER_KEYS | ACCOUNT_KEYS | PEOPLE_KEYS
#: How many products that go with something are shown.
MOST_RELATED = 4
# Whoever reads one of these can act for its recipient: the text is dropped as soon as it is handed over.
SECRET_KEYS = frozenset(
    {"verify_email", "reset_password", "login_code", "payment_link", "guest_order_link", "newsletter_confirm"}
)

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
_JACKET: Mapping[str, Any] = {
    "name": "Chandler jacket",
    "slug": "chandler-jacket",
    "product_id": "01900000-0000-7000-8000-000000000001",
    "variant_id": "01900000-0000-7000-8000-000000000002",
    "sku": "CHANDLER-CLAY-10",
    "options": "Clay, 10",
    "quantity": 1,
    "price": "$148.00",
    "total": "$148.00",
    "image_url": "",
    "url": "https://example.com/products/chandler-jacket",
}
_CARD: Mapping[str, Any] = {
    "name": "Dune bucket hat",
    "slug": "dune-bucket-hat",
    "product_id": "01900000-0000-7000-8000-000000000003",
    "price": "$38.00",
    "list_price": "",
    "image_url": "",
    "picture": "",
    "url": "https://example.com/products/dune-bucket-hat",
}
#: What any message to a customer may speak of (`queries.profile`), and what a sender may add.
SAMPLE_PERSON: Mapping[str, Any] = {
    "customer": {
        "first_name": "Suzie", "last_name": "Ode", "name": "Suzie Ode", "number": "C7QM2XRD", "email": "suzie@example.com",
    },
    "points": {
        "available": 1240, "shown": "1,240", "pending": "120", "worth": "$12.40", "lapsing": "200",
        "lapse_on": "August 1, 2026",
    },
    "credit": {"amount": "$15.00", "has_any": True},
    "referral": {
        "code": "SUZIE-7QM2", "url": "https://example.com/?referral=SUZIE-7QM2", "gives": "$15.00", "gets": "$15.00",
    },
    "cart": {
        "id": "", "lines": [_JACKET], "last": _JACKET, "count": 1, "total": "$148.00",
        "restore_url": "https://example.com/?cart=x",
    },
    "related": [_CARD, {**_CARD, "name": "Market tote", "price": "$24.00"}],
    "store": {
        "id": "", "name": "Harbour Street", "city": "Portland", "address": "12 Harbour Street, Portland, ME 04101",
        "phone": "+12075550112", "from": "", "until": "",
    },
    "popup": {
        "id": "", "name": "Pier 7 pop-up", "city": "Portland", "address": "Pier 7, Portland, ME 04101", "phone": "",
        "from": "June 20, 2026", "until": "June 28, 2026",
    },
    "code": {
        "code": "JACKET-9F3K", "label": "10% off this jacket", "expires_at": "2026-06-14T16:00:00Z",
        "expires": "June 14, 2026 at 12:00:00 (EDT)",
    },
    "preferences_url": "https://example.com/preferences/x",
}  # fmt: skip
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
    "order_confirmed": {"referral": SAMPLE_PERSON["referral"]},
    "newsletter_confirm": {
        "newsletter": {
            "email": "suzie@example.com",
            "url": "https://example.com/newsletter/x",
            "expires": "June 14, 2026 at 12:00:00 (EDT)",
        }
    },
    "browse_reminder": {"looked_at": {**_CARD, **{name: _JACKET[name] for name in ("name", "slug", "price", "url")}}},
    "letter": {
        "letter": {
            "subject": "Your jacket is here",
            "words": "We put one aside for you.\nIt waits until Friday.",
            "from": "Maya",
        }
    },
    "referral_reward": {"reward": {"amount": "$15.00", "words": "Your friend Ana bought with your code."}},
    "points_earned_social": {"reward": {"amount": "50", "words": "We saw your photo and love it."}},
    "payment_link": {
        "link": {"amount": "$182.00", "expires_at": "June 14, 2026 at 12:00", "url": "https://example.com/pay/x"}
    },
}


def sample_data(key: str) -> dict[str, Any]:
    """What a message of this key is filled with, without the brand."""
    if key in ACCOUNT_KEYS:
        return {"account": dict(SAMPLE_ACCOUNT)}
    if key in ORDER_KEYS:
        return {"order": dict(SAMPLE_ORDER), **_EXTRA.get(key, {})}
    return {**SAMPLE_PERSON, **_EXTRA.get(key, {})}


# Keys whose template is called otherwise.
_TITLES: Mapping[str, str] = {
    "abandoned_cart": "Cart left behind", "browse_reminder": "Looked at", "newsletter_welcome": "Newsletter: welcome",
    "letter": "Written by a person", "newsletter_confirm": "Newsletter: please confirm", "popup_invitation": "Pop-up near you",
    "postcard": "Postcard in the parcel", "pickup_ready": "Ready for pickup", "points_earned_social": "Points for social",
    "return_recorded": "Return received", "account_notice": "Account changed", "account_exists": "Account already exists",
    "guest_order_link": "Link to a guest order", "login_code": "Log-in code", "mfa_added": "Second step added",
    "mfa_removed": "Second step removed", "order_placed_awaiting_payment": "Order placed, payment awaited",
}  # fmt: skip


def title_of(key: str) -> str:
    """`abandoned_cart` → `Cart left behind`, `refund_done` → `Refund done`."""
    return _TITLES.get(key) or key.replace("_", " ").capitalize()

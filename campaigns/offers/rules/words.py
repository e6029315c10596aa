"""Words that reasons and sentences share."""

from collections.abc import Sequence

#: Every channel, as the end of "begun …".
CHANNEL_WORDS = {
    "web": "on the website",
    "mobile": "in the app",
    "tablet": "on a store tablet",
    "pos": "at a till",
    "social": "on social media",
    "email": "from an email",
    "sms": "from a text message",
    "push": "from a push message",
    "voice": "by voice",
    "marketplace": "on a marketplace",
    "phone": "by phone",
    "mail": "by post",
    "system": "by another system",
}


def either(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return _listed(words, "or")


def both(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return _listed(words, "and")


def _listed(words: Sequence[str], last: str) -> str:
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end

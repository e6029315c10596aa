"""Codes that people say and show: the referral code, and what the membership card's QR holds. Pure."""

import re
import secrets
from collections.abc import Callable

#: No vowels (nothing that reads as a word), no 0 O, 1 I L, and no V that is heard as B or W.
REFERRAL_ALPHABET = "23456789BCDFGHJKMNPQRSTWXZ"
REFERRAL_LENGTH = 8
CARD_PREFIX = "OMM"
#: Crockford's base 32, as customers' numbers are made of.
_NUMBERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SEPARATORS = re.compile(r"[\s\-_.]+")
_HEARD_AS = str.maketrans({"V": "W"})


def make_referral_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """`7KQM-2XRD`: 37 bits, more than can be guessed past the lock-out."""
    drawn = "".join(choose(REFERRAL_ALPHABET) for _ in range(REFERRAL_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


def read_referral_code(typed: str) -> str | None:
    """What a person typed or said as the code was made; None when it cannot be one."""
    bare = _SEPARATORS.sub("", typed).upper().translate(_HEARD_AS)
    if len(bare) != REFERRAL_LENGTH or any(letter not in REFERRAL_ALPHABET for letter in bare):
        return None
    return f"{bare[:4]}-{bare[4:]}"


def card_text(number: str) -> str:
    """What the membership QR holds. It says who, proves nothing, and never changes."""
    return f"{CARD_PREFIX}:{number}:{_check(number)}"


def read_card(scanned: str) -> str | None:
    """The customer's number on a scanned card; None when it is none of ours or was misread."""
    prefix, _, rest = scanned.strip().upper().partition(":")
    number, _, check = rest.partition(":")
    if prefix != CARD_PREFIX or not number or len(number) > 16 or any(letter not in _NUMBERS for letter in number):
        return None
    return number if check == _check(number) else None


def _check(number: str) -> str:
    """Two letters that change with any one wrong letter and any two swapped."""
    total = 0
    for letter in number:
        total = (total * 33 + _NUMBERS.index(letter) + 7) % 1021
    return _NUMBERS[total // 32] + _NUMBERS[total % 32]

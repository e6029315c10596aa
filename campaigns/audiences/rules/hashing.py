"""How Meta wants people named: normalised first, then SHA-256, lower-case hex.

https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences (hashing and normalisation)
https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters
"""

import hashlib
import unicodedata


def normal_email(email: str) -> str:
    """Without blanks around it, in lower case. Dots and plus signs stay: Meta keeps them apart."""
    return email.strip().lower()


def normal_phone(phone: str) -> str:
    """Digits with the country code in front, no plus, no leading zeros: +1 (650) 555-1212 → 16505551212."""
    return "".join(digit for digit in phone if digit.isascii() and digit.isdigit()).lstrip("0")


def normal_name(name: str) -> str:
    """Lower case without punctuation and blanks; letters of other scripts stay as they are."""
    kept = (letter for letter in unicodedata.normalize("NFC", name.strip().lower()) if letter.isalnum())
    return "".join(kept)


def hashed(normal: str) -> str:
    """SHA-256 as 64 lower-case hex digits; nothing for nothing, never the hash of an empty text."""
    return hashlib.sha256(normal.encode()).hexdigest() if normal else ""

"""One spelling for every email, phone number and name. Pure."""

import re
import unicodedata

from customers.rules.countries import DIALLING_CODES, TRUNK_PREFIXES

_LOCAL_PART = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")
# As in migration `search`: ASCII punctuation and the curly dashes and quotes people's names come with.
_BETWEEN_WORDS = re.compile(r"[ -/:-@\[-`{-~\u2010-\u2019]+")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def normalize_email(typed: str) -> str | None:
    """Lower case, the domain in its ASCII form (IDNA); None when nothing can be delivered there.

    The local part of an address may be case-sensitive by RFC 5321; no provider makes it so, people mistype case.
    """
    local, at, domain = unicodedata.normalize("NFKC", typed).strip().rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    try:
        ascii_domain = domain.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    email = f"{local.lower()}@{ascii_domain}"
    return email if len(email) <= 254 else None


def normalize_phone(typed: str, *, country: str = "") -> str | None:
    """E.164 (`+12075550131`), read as a number of `country` when it has no country code; None when it is none.

    Checks the shape, not the numbering plan of each country: 7 to 15 digits in all, a known country code.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text or re.search(r"[^\d\s().+/\-\u2010-\u2015]", text) or "+" in text[1:]:
        return None
    digits = re.sub(r"\D", "", text)
    # (0) between country code and number is a habit of print, not part of the number.
    if "(0)" in text and (text.startswith("+") or digits.startswith("00")):
        digits = re.sub(r"\D", "", text.replace("(0)", ""))
    if text.startswith("+"):
        pass
    elif digits.startswith("00"):
        digits = digits[2:]
    else:
        code = DIALLING_CODES.get(country.upper())
        if code is None:
            return None
        if code == "1" and len(digits) == 11 and digits.startswith("1"):
            digits = digits[1:]
        trunk = TRUNK_PREFIXES.get(country.upper(), "0")
        if trunk and digits.startswith(trunk):
            digits = digits[len(trunk) :]
        digits = code + digits
    if not 7 <= len(digits) <= 15 or digits.startswith("0"):
        return None
    if not any(digits.startswith(code) for code in _CODES):
        return None
    if digits.startswith("1") and len(digits) != 11:
        return None
    return f"+{digits}"


def normalize_name(typed: str) -> str:
    """Composed characters, single spaces, no control characters."""
    composed = unicodedata.normalize("NFC", typed)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed).split())


def split_name(whole: str) -> tuple[str, str]:
    """`Suzie van Lindqvist` → (`Suzie`, `van Lindqvist`); one word is a first name."""
    first, _, last = normalize_name(whole).partition(" ")
    return first, last


def search_words(typed: str) -> list[str]:
    """What a person typed into the search box, as the words the index holds; see migration `search`.

    A whole or begun email is one word, a phone number is its digits, anything else splits into words without accents.
    """
    text = typed.strip()[:200]
    if "@" in text:
        return [text.lower().replace(" ", "")]
    if re.fullmatch(r"[\d\s().+/\-]+", text):
        digits = re.sub(r"\D", "", text).lstrip("0")
        return [digits] if digits else []
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f").lower()
    return [word for word in _BETWEEN_WORDS.split(plain) if word][:8]


_CODES = frozenset(DIALLING_CODES.values())

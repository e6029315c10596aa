"""The addresses nothing may go to, also those of people who were erased: kept as a keyed hash alone.

SQL and Python make the same hash, so that one statement can ask for many. Keys that were in use before
(`SECRET_KEY_FALLBACKS`) are asked for too; a key that is dropped from both forgets the people erased under it.
"""

from collections.abc import Sequence
from hashlib import sha256

from django.conf import settings
from django.utils.encoding import force_str

ERASED = "erased:"
#: The spellings that `address` may stand under; `peppers` as text[].
FORMS = """
ARRAY(SELECT {address} UNION ALL
      SELECT 'erased:' || encode(sha256(convert_to(pepper || {address}, 'UTF8')), 'hex') FROM unnest(%(peppers)s::text[]) AS pepper)
"""


def peppers() -> list[str]:
    """Of each key in use, the newest first."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [sha256(f"{force_str(key)}:customers.suppression".encode()).hexdigest() for key in keys]


def mark_of(address: str) -> str:
    """What stays of an address whose owner was erased."""
    return ERASED + sha256((peppers()[0] + address).encode()).hexdigest()


def forms_of(addresses: Sequence[str]) -> dict[str, str]:
    """Every spelling to look for, and the address it is of."""
    found = {address: address for address in addresses}
    for pepper in peppers():
        found |= {ERASED + sha256((pepper + address).encode()).hexdigest(): address for address in addresses}
    return found

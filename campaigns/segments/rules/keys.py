"""A key made of a name."""

import re
import unicodedata


def key_of(name: str) -> str:
    """`Jackets, seen twice` → `jackets-seen-twice`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:70].strip("-") or "segment"

"""What a scanner reads: a bare SKU or GTIN, a GS1 Digital Link, or the QR that hangs in a store."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_GS1_GTIN = re.compile(r"/(?:01|gtin)/(\d{8,14})(?:/|$)")


@dataclass(frozen=True, slots=True)
class Scan:
    """`code` is a SKU or a barcode; `store` the code or id of the store whose QR it was."""

    code: str
    store: str = ""


def read_scan(text: str) -> Scan:
    """A store's QR is an address with `sku` (or `code`) and `store` in its query; a GS1 link names the GTIN in its path."""
    text = text.strip()
    if "://" not in text:
        return Scan(text)
    try:
        parts = urlsplit(text)
    except ValueError:
        return Scan("")
    query = {name: values[-1].strip() for name, values in parse_qs(parts.query).items()}
    code = query.get("sku") or query.get("code") or query.get("barcode") or ""
    if not code and (gtin := _GS1_GTIN.search(parts.path)):
        code = gtin[1]
    return Scan(code, query.get("store", ""))

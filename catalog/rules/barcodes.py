"""Barcodes: GTINs with their check digit (GS1 General Specifications §7.9), and in-house codes with letters."""

import re

GTIN_LENGTHS = (8, 12, 13, 14)
_IN_HOUSE = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ._/+$%-]{0,31}")


def check_digit(body: str) -> str:
    """The last digit of a GTIN: weights 3 and 1 in turn from the right, to the next ten."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return str(-total % 10)


def is_valid_barcode(code: str) -> bool:
    """Digits alone must be a GTIN (EAN-8, UPC-A, EAN-13, GTIN-14) with the right check digit."""
    if code.isascii() and code.isdigit():
        return len(code) in GTIN_LENGTHS and check_digit(code[:-1]) == code[-1]
    return _IN_HOUSE.fullmatch(code) is not None


def same_gtin(code: str) -> list[str]:
    """Every way the same GTIN may be written: scanners add or drop leading zeros (UPC-A 12, EAN-13, GTIN-14)."""
    if not (code.isascii() and code.isdigit() and len(code) in GTIN_LENGTHS):
        return [code]
    bare = code.lstrip("0")
    return [bare.rjust(length, "0") for length in GTIN_LENGTHS if len(bare) <= length]

"""How codes are spelled and found."""

import re

from omnichannel.kernel.ids import normalize_code

#: Characters of a made code: 5 bits each.
CODE_LENGTH = 10
_SPELLED = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}")


def spelled(typed: str) -> str | None:
    """A code as it is shown, or None when it is none: 3 to 40 letters, digits and dashes."""
    code = typed.strip().upper()
    return code if _SPELLED.fullmatch(code) and normalize_code(code) else None


def lookup_of(typed: str) -> str:
    """What a typed code is found by: upper case, without dashes and blanks, look-alikes folded."""
    return normalize_code(typed[:80])[:40]


def grouped(characters: str, prefix: str = "") -> str:
    """`PREFIX-ABCDE-FGHJK`: made codes in groups of five, to be read aloud."""
    groups = [characters[start : start + 5] for start in range(0, len(characters), 5)]
    return "-".join([prefix, *groups] if prefix else groups)

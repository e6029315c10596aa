"""Reading an uploaded list."""

import csv
import io

MAX_LINES = 500_000
MAX_VALUE = 254
_HEADS = {"email", "e-mail", "email address", "number", "customer", "customer number", "customer_id", "id"}


def read_list(content: bytes) -> list[tuple[int, str]] | None:
    """(line, value) of each line's first column, without the heading and repeats; None when it is no text.

    UTF-8, with or without a mark, UTF-16 with one, else the code page that spreadsheets in the West write.
    """
    text = _decoded(content)
    if text is None or "\x00" in text:
        return None
    found: list[tuple[int, str]] = []
    seen: set[str] = set()
    try:
        delimiter = ";" if ";" in text[:2_000] and "," not in text[:2_000] else ","
        for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            value = row[0].strip() if row else ""
            if not value or (line == 1 and value.lower() in _HEADS) or value.lower() in seen:
                continue
            seen.add(value.lower())
            found.append((line, value[:MAX_VALUE]))
            if len(found) > MAX_LINES:
                return None
    except csv.Error:
        return None
    return found


def _decoded(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None

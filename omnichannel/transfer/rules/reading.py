"""Bytes to records. Whatever a file holds, every record comes out: whole, or with the reason why it is not."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import IO

# A cell larger than this is an unclosed quote that swallows the file.
LARGEST_CELL = 1_000_000
ENCODINGS = ("utf-8", "utf-16", "latin-1", "cp1252")


@dataclass(frozen=True, slots=True)
class Record:
    """`number` as a spreadsheet counts (the header is 1). With a `problem`, `raw` is what stood in the file."""

    number: int
    cells: list[str]
    problem: str = ""
    title: str = ""
    raw: str = ""


def detect_encoding(head: bytes) -> str:
    """By its byte-order mark; UTF-8 without one. UTF-16 without a mark shows by its zero bytes."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = head[: len(head) // 2 * 2]
    if len(pairs) >= 8 and pairs[1::2].count(0) > len(pairs) // 3:
        return "utf-16-le"
    if len(pairs) >= 8 and pairs[::2].count(0) > len(pairs) // 3:
        return "utf-16-be"
    return "utf-8"


def detect_delimiter(header: str) -> str:
    """Comma, unless the header has none and has semicolons (European spreadsheets) or tabs."""
    return max(",;\t", key=header.count) if "," not in header else ","


def read_records(file: IO[bytes], encoding: str = "") -> Generator[Record, None, None]:
    """Records in order, blank lines left out. Bytes that are not of the encoding are kept, and the record says so."""
    head = file.read(4096)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding or detect_encoding(head), errors="surrogateescape", newline="")
    try:
        yield from _records(text)
    finally:
        text.detach()


def _records(text: io.TextIOWrapper) -> Iterator[Record]:
    csv.field_size_limit(LARGEST_CELL)
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        for line in text:
            consumed.append(line)
            # The csv reader takes NUL for the end of a line in some versions and for text in others.
            yield line.replace("\x00", "\ufffd") if "\x00" in line else line

    first = next(lines(), None)
    if first is None:
        return
    text.seek(0)
    consumed.clear()
    reader = csv.reader(lines(), delimiter=detect_delimiter(first), strict=True)
    number = 0
    width = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            unfinished = "unexpected end" in str(error) or "field larger" in str(error)
            title = (
                "A quote is opened and never closed, or the file ends within the row."
                if unfinished
                else "The quotes of this row do not match."
            )
            yield Record(number, [], "row_unfinished" if unfinished else "row_malformed", title, _raw(consumed))
            consumed.clear()
            continue
        if not cells or (len(cells) == 1 and not cells[0].strip() and width != 1):
            consumed.clear()
            continue
        width = width or len(cells)
        problem, title = _problem(cells, width, consumed)
        yield Record(number, cells, problem, title, _raw(consumed) if problem else "")
        consumed.clear()


def _problem(cells: list[str], width: int, consumed: list[str]) -> tuple[str, str]:
    for line in consumed:
        if line.isascii():
            if "\x00" in line:
                return "nul_character", "The row holds a NUL character."
            continue
        if "\x00" in line:
            return "nul_character", "The row holds a NUL character."
        try:
            line.encode()
        except UnicodeEncodeError:
            return "encoding_invalid", "The row is not in the encoding of the file."
    if len(cells) < width:
        return "row_short", f"The row has {len(cells)} cells, the header {width}."
    if len(cells) > width:
        return "row_long", f"The row has {len(cells)} cells, the header {width}."
    return "", ""


def _raw(lines: list[str]) -> str:
    """The row as text the database takes: foreign bytes shown as Latin-1 would, NUL as its sign."""
    text = "".join(lines)[:LARGEST_CELL].rstrip("\r\n")
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "latin_1_fallback").replace("\x00", "␀")


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin_1_fallback", _as_latin_1)

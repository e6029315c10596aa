"""The postcard on paper: A6, two sides, in the brand kit. Drawn with fpdf2, without the network."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omnichannel.kernel.lazily import lazily

if TYPE_CHECKING:
    # Loaded when a card is drawn: it brings 40 MB along that no web process needs.
    from fpdf import FPDF

segno = lazily("segno")
# It tells every glyph it drops.
logging.getLogger("fontTools").setLevel(logging.WARNING)
FONTS = Path(__file__).resolve().parent.parent / "fonts"
WIDTH, HEIGHT, MARGIN = 148.0, 105.0, 9.0
INK, MUTED, PAPER, LINE = (27, 27, 24), (95, 93, 86), (250, 249, 247), (214, 209, 200)
_PANEL = 62.0  # the coloured part of the front


@dataclass(frozen=True, slots=True)
class PrintedItem:
    name: str
    price: str
    png: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcard:
    """What is printed. `colour` and `on_colour` as #rrggbb; `join_url` is what the QR leads to."""

    brand: str
    tagline: str
    colour: str
    on_colour: str
    footer: str
    logo_png: bytes | None
    title: str
    body: str
    items: Sequence[PrintedItem] = field(default_factory=tuple)
    code: str = ""
    code_label: str = ""
    code_expires: str = ""
    join_url: str = ""
    join_words: str = ""
    made_at: datetime | None = None


def draw_postcard(card: Postcard) -> bytes:
    """The PDF: pictures and title on the front; words, code and QR on the back."""
    from fpdf import FPDF

    pdf = FPDF(orientation="landscape", unit="mm", format=(HEIGHT, WIDTH))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0  # words stand exactly over the lines
    for style, name in (("", "Regular"), ("B", "Bold")):
        pdf.add_font("inter", style, FONTS / f"Inter-latin-{name}.ttf")
        pdf.add_font("inter-ext", style, FONTS / f"Inter-latin-ext-{name}.ttf")
    pdf.set_fallback_fonts(["inter-ext"], exact_match=False)
    pdf.set_title(f"{card.brand}: {card.title}")
    if card.made_at is not None:
        pdf.set_creation_date(card.made_at)
    _front(pdf, card)
    _back(pdf, card)
    return bytes(pdf.output())


def _front(pdf: FPDF, card: Postcard) -> None:
    pdf.add_page()
    _fill(pdf, card.colour, 0, 0, WIDTH, HEIGHT)
    shown = [item for item in card.items if item.png][:4]
    left = _PANEL if shown else WIDTH
    text = _rgb(card.on_colour)
    if card.logo_png:
        pdf.image(io.BytesIO(card.logo_png), x=MARGIN, y=MARGIN, w=13)
    size = _fitting(pdf, card.title, width=left - 2 * MARGIN, most_lines=5, sizes=(23, 21, 19, 17, 15, 13))
    lines = _lines(pdf, card.title, left - 2 * MARGIN, size)
    height = size * 0.3528 * 1.18
    _words(pdf, card.title, x=MARGIN, y=HEIGHT - MARGIN - 9 - height * lines, w=left - 2 * MARGIN, size=size, bold=True,
           colour=text, line=height)  # fmt: skip
    _words(
        pdf,
        card.brand,
        x=MARGIN,
        y=HEIGHT - MARGIN - 4.5,
        w=left - 2 * MARGIN,
        size=9,
        bold=True,
        colour=text,
        line=4.5,
    )
    _pictures(pdf, shown, x=left, w=WIDTH - left)


def _pictures(pdf: FPDF, shown: Sequence[PrintedItem], *, x: float, w: float) -> None:
    """Edge to edge: one picture, two beside each other, or four in a square; three with the first one tall."""
    gap = 0.9
    half_w, half_h = (w - gap) / 2, (HEIGHT - gap) / 2
    places = {
        0: [],
        1: [(x, 0.0, w, HEIGHT)],
        2: [(x, 0.0, w, half_h), (x, half_h + gap, w, half_h)],
        3: [(x, 0.0, half_w, HEIGHT), (x + half_w + gap, 0.0, half_w, half_h), (x + half_w + gap, half_h + gap, half_w, half_h)],
        4: [(x + (half_w + gap) * (n % 2), (half_h + gap) * (n // 2), half_w, half_h) for n in range(4)],
    }[len(shown)]  # fmt: skip
    for item, (left, top, width, height) in zip(shown, places, strict=True):
        _cover(pdf, item.png or b"", left, top, width, height)


def _back(pdf: FPDF, card: Postcard) -> None:
    pdf.add_page()
    pdf.set_fill_color(*PAPER)
    pdf.rect(0, 0, WIDTH, HEIGHT, style="F")
    _fill(pdf, card.colour, 0, 0, WIDTH, 2.4)
    right = 46.0 if card.join_url else 0.0
    column = WIDTH - 2 * MARGIN - (right + 8 if right else 0)
    y = 12.0
    y = _words(pdf, card.body, x=MARGIN, y=y, w=column, size=10, colour=INK, line=4.9) + 3.5
    for item in list(card.items)[:4]:
        pdf.set_draw_color(*LINE)
        pdf.set_line_width(0.2)
        _words(pdf, item.name, x=MARGIN, y=y, w=column - 24, size=9.5, bold=True, colour=INK, line=4.6, one_line=True)
        _words(pdf, item.price, x=MARGIN + column - 24, y=y, w=24, size=9.5, colour=INK, line=4.6, align="R")
        pdf.line(MARGIN, y + 6, MARGIN + column, y + 6)
        y += 7.4
    if card.code:
        _coupon(pdf, card, y=max(y + 2, HEIGHT - 38), w=column)
    if card.join_url:
        _qr(pdf, card, x=WIDTH - MARGIN - right, w=right)
    _words(pdf, " · ".join(part for part in (card.brand, *card.footer.splitlines()) if part), x=MARGIN, y=HEIGHT - 8.5,
           w=WIDTH - 2 * MARGIN, size=6.8, colour=MUTED, line=3.4, one_line=True)  # fmt: skip


def _coupon(pdf: FPDF, card: Postcard, *, y: float, w: float) -> None:
    height = 26.0
    pdf.set_draw_color(*_rgb(card.colour))
    pdf.set_line_width(0.45)
    pdf.set_dash_pattern(dash=1.6, gap=1.2)
    pdf.rect(MARGIN, y, w, height, style="D", round_corners=True, corner_radius=2.6)
    pdf.set_dash_pattern()
    inner = w - 10
    top = y + 4.2
    if card.code_label:
        top = (
            _words(pdf, card.code_label, x=MARGIN + 5, y=top, w=inner, size=9, colour=INK, line=4.3, one_line=True)
            + 0.6
        )
    size = _fitting(pdf, card.code, width=inner, most_lines=1, sizes=(20, 18, 16, 14, 12))
    top = _words(
        pdf, card.code, x=MARGIN + 5, y=top, w=inner, size=size, bold=True, colour=_dark(card.colour), line=8.6
    )
    if card.code_expires:
        until = f"Works once, until {card.code_expires}"
        small = _fitting(pdf, until, width=inner, most_lines=1, sizes=(7.6, 7, 6.4, 6))
        _words(
            pdf,
            until,
            x=MARGIN + 5,
            y=top + 0.4,
            w=inner,
            size=small,
            colour=MUTED,
            line=3.6,
        )


def _qr(pdf: FPDF, card: Postcard, *, x: float, w: float) -> None:
    """Modules as one shape each row, in ink on white, with the quiet zone readers need."""
    drawn: Any = segno.make(card.join_url, error="m", micro=False)
    rows = [list(row) for row in drawn.matrix]
    pad = 4.0
    y = 12.0
    pdf.set_fill_color(255, 255, 255)
    pdf.set_draw_color(*LINE)
    pdf.set_line_width(0.2)
    pdf.rect(x, y, w, w, style="DF", round_corners=True, corner_radius=2.6)
    unit = (w - 2 * pad) / len(rows)
    pdf.set_fill_color(*INK)
    for number, row in enumerate(rows):
        start = 0
        while start < len(row):
            if not row[start]:
                start += 1
                continue
            end = start
            while end < len(row) and row[end]:
                end += 1
            # A hair more than a module, so that no white line shows between two rows.
            pdf.rect(x + pad + start * unit, y + pad + number * unit, (end - start) * unit, unit * 1.03, style="F")
            start = end
    _words(pdf, card.join_words, x=x, y=y + w + 3.2, w=w, size=8.6, bold=True, colour=INK, line=4.1, align="C")


def _words(
    pdf: FPDF, text: str, *, x: float, y: float, w: float, size: float, colour: tuple[int, int, int], line: float,
    bold: bool = False, align: str = "L", one_line: bool = False,
) -> float:  # fmt: skip
    """Returns where the next line would begin."""
    pdf.set_font("inter", "B" if bold else "", size)
    pdf.set_text_color(*colour)
    if one_line:
        text = _cut(pdf, text, w)
    pdf.set_xy(x, y)
    pdf.multi_cell(w, line, text, align=align, new_x="LEFT", new_y="NEXT", padding=0)
    return float(pdf.get_y())


def _cut(pdf: FPDF, text: str, w: float) -> str:
    if pdf.get_string_width(text) <= w - 2:
        return text
    while text and pdf.get_string_width(text + "…") > w - 2:
        text = text[:-1]
    return text.rstrip() + "…"


def _fitting(pdf: FPDF, text: str, *, width: float, most_lines: int, sizes: Sequence[float]) -> float:
    return next((size for size in sizes if _lines(pdf, text, width, size) <= most_lines), sizes[-1])


def _lines(pdf: FPDF, text: str, width: float, size: float) -> int:
    pdf.set_font("inter", "B", size)
    lines: Any = pdf.multi_cell(width, size * 0.4, text, dry_run=True, output="LINES")
    return len(lines)


def _cover(pdf: FPDF, png: bytes, x: float, y: float, w: float, h: float) -> None:
    """The picture over the whole place, its middle kept."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    wanted = w / h
    width, height = picture.size
    if width / height > wanted:
        cut = round((width - height * wanted) / 2)
        picture = picture.crop((cut, 0, width - cut, height))
    else:
        cut = round((height - width / wanted) / 2)
        picture = picture.crop((0, cut, width, height - cut))
    pdf.image(picture, x=x, y=y, w=w, h=h)


def _fill(pdf: FPDF, colour: str, x: float, y: float, w: float, h: float) -> None:
    pdf.set_fill_color(*_rgb(colour))
    pdf.rect(x, y, w, h, style="F")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _dark(colour: str) -> tuple[int, int, int]:
    """The brand's colour where it can be read on paper, ink where it is too light."""
    red, green, blue = _rgb(colour)
    return (red, green, blue) if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else INK

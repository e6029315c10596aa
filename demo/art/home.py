"""Drawings of things for the house and the beach."""

from __future__ import annotations

from demo.art.drawing import Sheet, both, darker, lighter, mirrored


def towel(sheet: Sheet) -> str:
    """Folded in three, stripes along the fold."""
    loop = sheet.pattern("l", 3, 3, '<circle cx="1.5" cy="1.5" r=".7" fill="#28180c" fill-opacity=".07"/>')
    for y, inset in ((98, 0), (78, 1.6), (58, 3)):
        left, right = 22 + inset, 98 - inset
        slab = (
            f"M{left + 9} {y} L{right - 9} {y} C{right - 2} {y} {right} {y + 3} {right} {y + 11} C{right} {y + 19} {right - 2} {y + 23} "
            f"{right - 9} {y + 23} L{left + 9} {y + 23} C{left + 2} {y + 23} {left} {y + 19} {left} {y + 11} C{left} {y + 3} {left + 2} {y} {left + 9} {y} Z"
        )
        sheet.part(slab, weave=loop)
        for x, width in ((38, 6), (48, 3), (70, 3), (77, 6)):
            sheet.flat(f"M{x} {y} L{x + width} {y} L{x + width} {y + 23} L{x} {y + 23} Z", sheet.second)
        sheet.part(slab, "none", volume="t")
        sheet.seam(
            f"M{left + 1.4} {y + 12} C{left + 10} {y + 14} {right - 10} {y + 14} {right - 1.4} {y + 12}", 1, 0.18
        )
    return sheet.render(floor=122, spread=43)


def blanket(sheet: Sheet, *, check: bool = False) -> str:
    if check:
        weave = sheet.pattern(
            "c",
            16,
            16,
            f'<rect width="16" height="5" fill="{sheet.second}" fill-opacity=".55"/><rect width="5" height="16" fill="{sheet.second}" fill-opacity=".55"/>',
        )
    else:
        weave = sheet.pattern(
            "h",
            8,
            4,
            '<path d="M0 4L2 0L4 4L6 0L8 4" fill="none" stroke="#28180c" stroke-opacity=".14" stroke-width=".8"/>',
        )
    sheet.part(
        "M24 62 C24 54 28 50 36 50 L86 50 C93 50 96 54 96 60 L96 112 C96 119 93 122 86 122 L34 122 C27 122 24 119 24 112 Z",
        darker(sheet.base, 0.05),
        weave=weave,
    )
    sheet.part("M24 62 C24 54 28 50 36 50 L86 50 C93 50 96 54 96 60 L96 84 C96 92 92 96 84 96 L24 96 Z", weave=weave)
    sheet.shade("M24 96 L84 96 C92 96 96 92 96 84 L96 89 C96 97 92 101 84 101 L24 101 Z", 0.17)
    fringe = " ".join(f"M{x} 95 L{x - 0.6} 105" for x in range(27, 86, 4))
    sheet.stroke(fringe, lighter(sheet.base, 0.02), 1.7)
    sheet.seam("M27 91 L86 91", 0.9, 0.24)
    if not check:
        sheet.stroke("M24 66 L96 66 M24 71 L96 71", sheet.second, 1.8)
    return sheet.render(floor=123, spread=43)


def cushion(sheet: Sheet) -> str:
    weave = sheet.stripes(sheet.second, gap=12, width=3.4, turn=90)
    sheet.part(
        "M20 46 C34 50 86 50 100 46 C104 45 105.6 47 104.6 50 C100 68 100 100 104.6 118 C105.6 121 104 123 100 122 C86 118 34 118 20 122 "
        "C16 123 14.4 121 15.4 118 C20 100 20 68 15.4 50 C14.4 47 16 45 20 46 Z",
        weave=weave,
    )
    sheet.part(
        "M20 46 C34 50 86 50 100 46 C104 45 105.6 47 104.6 50 C100 68 100 100 104.6 118 C105.6 121 104 123 100 122 C86 118 34 118 20 122 C16 123 14.4 121 15.4 118 C20 100 20 68 15.4 50 C14.4 47 16 45 20 46 Z",
        "none",
        volume="t",
    )
    sheet.seam(
        "M22 51 C30 58 34 66 34 74 M98 51 C90 58 86 66 86 74 M22 117 C30 110 34 102 34 94 M98 117 C90 110 86 102 86 94",
        1.2,
        0.15,
    )
    return sheet.render(floor=121, spread=46)


def mug(sheet: Sheet) -> str:
    sheet.stroke("M86 68 C104 66 106 98 84 100", darker(sheet.base, 0.05), 6.4)
    sheet.stroke("M86 67.4 C102.6 66 104.4 97 84 99", sheet.base, 4)
    sheet.part(
        "M30 56 L90 56 C90.6 78 89 98 85 112 C83.6 117 80 120 74 120 L46 120 C40 120 36.4 117 35 112 C31 98 29.4 78 30 56 Z"
    )
    sheet.part(
        "M33.4 104 C50 109 70 109 86.8 104.4 C86.2 107.4 85.6 109.8 85 112 C83.6 117 80 120 74 120 L46 120 C40 120 36.4 117 35 112 C34.4 109.6 33.8 107 33.4 104 Z",
        sheet.second,
    )
    sheet.flat(
        "M60 50.4 C78 50.4 90.4 53 90.4 56.4 C90.4 60 78 62.4 60 62.4 C42 62.4 29.6 60 29.6 56.4 C29.6 53 42 50.4 60 50.4 Z",
        lighter(sheet.base, 0.05),
    )
    sheet.flat(
        "M60 52.4 C76 52.4 86.6 54.2 86.6 56.6 C86.6 59 76 60.6 60 60.6 C44 60.6 33.4 59 33.4 56.6 C33.4 54.2 44 52.4 60 52.4 Z",
        "#4d3526",
    )
    sheet.stroke("M44 84 C49 77 54 77 58.6 81 C62 84 66 84 74 78", sheet.second, 2.2)
    sheet.gleam("M81 66 C81.4 80 80 92 78 101", 3, 0.3)
    return sheet.render(floor=121, spread=38)


def candle(sheet: Sheet) -> str:
    sheet.part("M33 58 L87 58 L85.6 116 C85.4 120.4 82.6 122.6 78 122.6 L42 122.6 C37.4 122.6 34.6 120.4 34.4 116 Z")
    sheet.flat(
        "M60 52.6 C76 52.6 87 55 87 58 C87 61.2 76 63.6 60 63.6 C44 63.6 33 61.2 33 58 C33 55 44 52.6 60 52.6 Z",
        "#f6efe0",
    )
    sheet.shade(
        "M60 52.6 C76 52.6 87 55 87 58 C87 58.6 86.4 59.2 85.4 59.8 C80 57.4 71 56.6 60 56.6 C49 56.6 40 57.4 34.6 59.8 C33.6 59.2 33 58.6 33 58 C33 55 44 52.6 60 52.6 Z",
        0.12,
    )
    sheet.stroke("M60 58.6 L60 46", "#3a322b", 1.5)
    sheet.flat(
        "M60 26 C66 34 67 39 65.4 43 C64 46.4 62 47.6 60 47.6 C58 47.6 56 46.4 54.6 43 C53 39 54 34 60 26 Z", "#f3bd5b"
    )
    sheet.flat(
        "M60 34 C63 39 63.4 42 62.4 44.4 C61.6 46.2 60.8 46.8 60 46.8 C59.2 46.8 58.4 46.2 57.6 44.4 C56.6 42 57 39 60 34 Z",
        "#fbe7b4",
    )
    sheet.flat("M46 80 L74 80 L74 106 L46 106 Z", lighter(sheet.second, 0.02))
    sheet.stroke("M52 91 C55 87 58 87 60.4 89.4 C62.6 91.6 65 91.6 68 88", darker(sheet.base, 0.06), 1.6)
    sheet.stroke("M52 98.6 L68 98.6", darker(sheet.base, 0.06), 1)
    sheet.gleam("M80.6 66 L79.6 110", 3, 0.28)
    return sheet.render(floor=123.6, spread=34)


def bottle(sheet: Sheet) -> str:
    sheet.part("M52 20 L68 20 C70 20 71 21 71 23 L71 34 L49 34 L49 23 C49 21 50 20 52 20 Z", sheet.second)
    sheet.seam("M49 25 L71 25 M49 29.6 L71 29.6", 0.9, 0.3)
    sheet.part(mirrored("M60 33 L50.6 33 L50.6 40 C44 45 41 52 41 62 L41 124 C41 129.4 44 132 49 132 L60 132"))
    sheet.shade("M50.6 33 L69.4 33 L69.4 36.4 L50.6 36.4 Z", 0.22)
    for y in (84, 92, 100):
        sheet.stroke(f"M47 {y + 3} C51 {y - 4} 55 {y - 4} 59 {y} C62 {y + 3} 66 {y + 3} 73 {y - 3}", sheet.second, 2)
    sheet.gleam("M72 56 L72 122", 3.4, 0.28)
    sheet.seam(both("M41 124 L60 124"), 0.9, 0.12)
    return sheet.render(floor=133, spread=25)


def lunch_tin(sheet: Sheet) -> str:
    sheet.stroke("M44 62 C44 44 76 44 76 62", darker(sheet.second, 0.05), 3)
    sheet.part("M24 66 L96 66 L94.6 114 C94.4 119 91.6 121.6 87 121.6 L33 121.6 C28.4 121.6 25.6 119 25.4 114 Z")
    sheet.part(
        "M22 62 C22 58.6 24 57 27.4 57 L92.6 57 C96 57 98 58.6 98 62 L97.4 72 L22.6 72 Z", lighter(sheet.base, 0.03)
    )
    sheet.seam("M22.8 72.4 L97.2 72.4", 1.1, 0.34)
    sheet.part("M55 66 L65 66 L65 80 L55 80 Z", sheet.second)
    for y in (92, 100, 108):
        sheet.stroke(f"M37 {y + 3} C45 {y - 4} 53 {y - 4} 60 {y} C67 {y + 4} 75 {y + 4} 83 {y - 3}", sheet.second, 2)
    return sheet.render(floor=122.6, spread=42)

"""Drawings of what one carries and wears at the edges: hats, bags, gloves, scarves."""

from __future__ import annotations

from demo.art.drawing import Sheet, both, darker, flipped, lighter, mirrored


def hat(sheet: Sheet, *, kind: str = "bucket") -> str:
    weave = None
    if kind == "straw":
        weave = sheet.pattern(
            "w",
            5,
            4,
            '<path d="M0 1H5M0 3H5" stroke="#28180c" stroke-opacity=".16" stroke-width=".8" stroke-dasharray="3.4 1.6"/>',
        )
    wide = 49 if kind == "straw" else 44
    left = 60 - wide
    brim = (
        f"M60 76 C48 76 38 77 33 79 C{left + 10} 85 {left + 3} 91 {left} 98 C{left - 1.4} 101.6 {left + 1} 104.6 {left + 5} 105.6 "
        f"C{left + 18} 109.4 46 111 60 111"
    )
    sheet.part(mirrored(brim), weave=weave, volume="v")
    sheet.shade(
        mirrored(
            f"M60 90 C48 90 39 88.4 33 85 C{left + 12} 89 {left + 4} 94 {left} 98 C{left - 1} 101.6 {left + 1} 104.6 {left + 5} 105.6 C{left + 18} 109.4 46 111 60 111"
        ),
        0.06,
    )
    crown = "M60 41 C52 41 45 42 41.4 45.4 C36.6 50.4 34.6 65 33.6 80 C41 86.4 50 88.6 60 88.6"
    sheet.part(mirrored(crown), weave=weave)
    band = "M60 80 C50 80 41.6 78 34.4 73.4 L33.6 80 C41 86.4 50 88.6 60 88.6"
    sheet.part(mirrored(band), sheet.second if kind == "straw" else darker(sheet.base, 0.07))
    if kind == "bucket":
        for inset in (5, 11, 17):
            y = 103.4 - inset * 0.75
            sheet.seam(f"M{left + inset} {y:g} C40 {y + 8.4:g} 80 {y + 8.4:g} {120 - left - inset} {y:g}", 0.8, 0.2)
        sheet.seam("M40.6 48 C50 51.4 70 51.4 79.4 48", 0.8, 0.24)
        sheet.dots([(44, 62), (47.6, 62.8)], 1.1, darker(sheet.base, 0.18))
    sheet.gleam("M70.6 47 C75 54 76.8 62 77.6 72", 3, 0.2)
    return sheet.render(floor=111, spread=wide)


def beanie(sheet: Sheet, *, bobble: bool = False) -> str:
    rib = sheet.pattern("r", 4, 8, '<path d="M.8 0V8" stroke="#28180c" stroke-opacity=".18" stroke-width="1.1"/>')
    if bobble:
        sheet.part("M60 16 C69 16 75 22 75 30 C75 38 69 44 60 44 C51 44 45 38 45 30 C45 22 51 16 60 16 Z", sheet.second)
        sheet.seam(
            "M50 24 L47 21 M56 19 L54 15.6 M64 19 L65.6 15.4 M70 25 L73.6 22.6 M72 33 L75.8 34.4 M48 34 L44.4 36",
            1.2,
            0.2,
        )
    sheet.part(mirrored("M60 36 C44 36 32.6 50 30.4 70 C29.4 79 29 86 29.4 92 L60 95"), weave=rib)
    sheet.part(
        mirrored(
            "M60 86 C48 86 37 85 29.6 83 C26.6 83 25.6 85.4 25.8 88 C26 96 26.6 103 28 110 C37 114 48 115.4 60 115.4"
        ),
        darker(sheet.base, 0.03),
        weave=rib,
    )
    sheet.shade(mirrored("M60 82 C48 82 38 81 29.8 79 L29.4 84 C38 86 48 87 60 87"), 0.14)
    sheet.part("M66 95 L80 94 L80.6 103 L66.6 104 Z", lighter(sheet.second, 0.02))
    sheet.seam("M68.6 99.6 C71 97 73 97 75.4 99.4", 1, 0.4)
    return sheet.render(floor=116.4, spread=36)


def cap(sheet: Sheet) -> str:
    sheet.part("M28 88 C28 60 42 44 62 44 C82 44 95 60 95 86 C76 80 46 81 28 88 Z")
    sheet.seam("M62 44 C58 56 57 70 58 83 M62 44 C76 52 84 66 86 83.6 M62 44 C48 50 40 62 37 85", 0.9, 0.3)
    sheet.part(
        "M28 88 C46 80 76 79 95 86 C94 92 90 96 84 97.4 C66 92 42 94 26.6 101.6 C18 105.6 9.6 105 8 101.6 C7 98.6 14 92.6 28 88 Z",
        darker(sheet.base, 0.035),
    )
    sheet.seam("M13 100 C26 91.6 50 86 76 88.6 M10.6 102.6 C26 94.6 50 89.4 80 92.4", 0.8, 0.22)
    sheet.dots([(62, 44)], 2.3, darker(sheet.base, 0.06))
    sheet.stroke("M70 68 C73 65 75.6 65 78 68 M72 72.6 C74 70.6 75.4 70.6 77 72.6", sheet.second, 1.7)
    return sheet.render(floor=107, spread=46)


def tote(sheet: Sheet, *, kind: str = "market") -> str:
    weave = None
    if kind == "basket":
        weave = sheet.pattern(
            "w",
            8,
            8,
            '<path d="M0 2H4M4 6H8" stroke="#28180c" stroke-opacity=".2" stroke-width="2.6"/>'
            '<path d="M2 4V8M6 0V4" stroke="#fff" stroke-opacity=".12" stroke-width="2.6"/>',
        )
    if kind == "stripe":
        weave = sheet.stripes(sheet.second, gap=10, width=4)
    strap = darker(sheet.base, 0.1) if kind != "stripe" else sheet.second
    sheet.stroke("M42 64 C40 34 48 22 60 22 C72 22 80 34 78 64", darker(strap, 0.06), 4)
    flare = 5 if kind == "basket" else 0
    sheet.part(
        mirrored(
            f"M60 58 L{29 - flare} 58 C{27.6 - flare * 0.4} 82 {26 + flare * 0.8} 106 {25 + flare * 1.4} 129 C25.4 132.4 27.6 134 31 134 L60 134"
        ),
        weave=weave,
    )
    sheet.shade(f"M{29 - flare} 58 L{91 + flare} 58 L{91 + flare} 64 L{29 - flare} 64 Z", 0.13)
    sheet.stroke("M46 78 L46 61 C44.6 38 50 28.6 60 28.6 C70 28.6 75.4 38 74 61 L74 78", strap, 4)
    sheet.seam(both("M44.4 66 L47.6 66 L47.6 77 L44.4 77 Z"), 0.7, 0.36)
    if kind == "market":
        for y in (92, 100, 108):
            sheet.stroke(
                f"M45 {y + 4} C49.6 {y - 4.4} 54 {y - 4.4} 58.6 {y} C62 {y + 3.4} 66 {y + 3.4} 75 {y - 3}",
                sheet.second,
                2.2,
            )
    if kind == "leather":
        sheet.part("M48 88 L72 88 L72 106 C72 110 66 113 60 113 C54 113 48 110 48 106 Z")
        sheet.seam("M48 88 L72 88 L72 106 C72 110 66 113 60 113 C54 113 48 110 48 106 Z")
        sheet.dots([(60, 104)], 1.8, "#d9b36a")
    sheet.seam("M36 72 C35 92 34 112 33.4 128 M86 76 C87 94 87.4 112 87.6 126", 1.1, 0.13)
    return sheet.render(floor=134.6, spread=38)


def backpack(sheet: Sheet, *, roll: bool = False) -> str:
    sheet.stroke(both("M41 62 C31 74 29 98 33 118"), darker(sheet.base, 0.1), 5)
    sheet.stroke("M53 31 C53 22 67 22 67 31", darker(sheet.base, 0.1), 2.6)
    sheet.part(mirrored("M60 34 C46 34 36.6 42 35.6 58 C34.4 80 34.4 104 36 124 C36.6 130 40 133 46 133 L60 133"))
    if roll:
        sheet.part(mirrored("M60 26 L37 26 C35 28.6 35 34 37 37 L60 37"), darker(sheet.base, 0.045))
        sheet.seam("M37.6 30 L82.4 30 M37.6 33.6 L82.4 33.6", 0.9, 0.26)
        sheet.part("M57.4 24 L62.6 24 L62.6 62 L57.4 62 Z", sheet.second)
        sheet.part("M55.4 56 L64.6 56 L64.6 65 L55.4 65 Z", darker(sheet.second, 0.16))
    else:
        sheet.part(
            mirrored("M60 34 C46 34 37.4 41 36 56 L35.6 66 C36 72 40 74 46 74.4 L60 74.8"), darker(sheet.base, 0.03)
        )
        for x in (47, 73):
            sheet.part(f"M{x - 2.4} 58 L{x + 2.4} 58 L{x + 2.4} 88 L{x - 2.4} 88 Z", sheet.second)
            sheet.dots([(x, 80)], 1.3, "#d9b36a")
    sheet.part(
        "M42 92 C42 89.6 43.4 88.4 45.6 88.4 L74.4 88.4 C76.6 88.4 78 89.6 78 92 L78.6 117 C78.6 121.6 76 124 71.6 124 L48.4 124 C44 124 41.4 121.6 41.4 117 Z"
    )
    sheet.seam(
        "M42 92 C42 89.6 43.4 88.4 45.6 88.4 L74.4 88.4 C76.6 88.4 78 89.6 78 92 L78.6 117 C78.6 121.6 76 124 71.6 124 L48.4 124 C44 124 41.4 121.6 41.4 117 Z M42.4 96 L77.6 96"
    )
    sheet.gleam("M81 58 C82.4 78 82.4 98 82 116", 3, 0.15)
    return sheet.render(floor=133.6, spread=34)


def gloves(sheet: Sheet, *, mitten: bool = False) -> str:
    rib = sheet.pattern("r", 2.8, 8, '<path d="M.6 0V8" stroke="#28180c" stroke-opacity=".22" stroke-width=".8"/>')

    def hand(transform: str) -> None:
        sheet.parts.append(f'<g transform="{transform}">')
        thumb = "M61 92 C63 84 66 77 70 73 C74 70 78 73.6 76.6 78 C74.6 86 71 95 66.6 102 C64 106 62 108 60 109 Z"
        sheet.part(thumb, darker(sheet.base, 0.025))
        if mitten:
            sheet.part(
                "M46 38 C56 38 62.6 47 63 60 C63.4 78 63 96 62 112 L31.6 112 C29.6 96 28.6 78 29.4 60 C30 47 36.6 38 46 38 Z"
            )
        else:
            sheet.part(
                "M31.6 112 C29.6 98 29 86 29.2 74 L28.2 58 C28 52 35.6 51.4 36.2 57.4 L37 66 L37.4 44 C37.6 38 45.2 38 45.4 44 L45.8 64 "
                "L47 40.6 C47.4 34.6 55 34.8 55 41 L54.6 65 L56.6 49 C57.4 43.4 64.4 44.4 64 50 L62.8 76 C63.2 88 63 100 62 112 Z"
            )
            sheet.seam("M37 66 L37.4 80 M45.8 64 L46 79 M54.6 65 L54.2 80", 0.9, 0.28)
        sheet.part("M30.4 108 L63 108 L62.4 126 C52 128.4 41 128.4 31 126 Z", darker(sheet.base, 0.05), weave=rib)
        if mitten:
            sheet.stroke("M29.6 84 L63.2 84 M29.6 90 L63 90", sheet.second, 2.2)
        sheet.parts.append("</g>")

    hand("translate(-3 4) rotate(-7 46 82)")
    hand("translate(123 4) scale(-1 1) rotate(-7 46 82)")
    return sheet.render(floor=131.6, spread=42)


def scarf(sheet: Sheet, *, check: bool = False) -> str:
    weave = None
    if check:
        weave = sheet.pattern(
            "c",
            14,
            14,
            f'<rect width="14" height="4" fill="{sheet.second}" fill-opacity=".5"/><rect width="4" height="14" fill="{sheet.second}" fill-opacity=".5"/>'
            '<path d="M0 9H14M9 0V14" stroke="#fff" stroke-opacity=".35" stroke-width=".8"/>',
        )
    else:
        weave = sheet.stripes(sheet.second, gap=22, width=3.4)
    for x, low in ((44, 124), (66, 132)):
        fringe = " ".join(f"M{x + i} {low - 2} L{x + i - 0.4} {low + 7}" for i in (1.5, 4.5, 7.5, 10.5, 13.5))
        sheet.stroke(fringe, darker(sheet.base, 0.05), 1.4)
    sheet.part("M62 58 C66 80 66.4 106 66 131 L80.6 132 C81.6 106 80 80 74 54 Z", weave=weave)
    sheet.part(
        "M46 58 C42 80 42 102 43.4 124 L58.6 123.4 C58.4 100 60 80 64 60 Z", darker(sheet.base, 0.02), weave=weave
    )
    sheet.part("M60 18 C43 18 32 28 32 42 C32 57 44 66 60 66 C76 66 88 57 88 42 C88 28 77 18 60 18 Z", weave=weave)
    sheet.shade("M60 27 C71 27 79 33 79 40 C79 46 71 49.6 60 49.6 C49 49.6 41 46 41 40 C41 33 49 27 60 27 Z", 0.46)
    sheet.seam("M35 50 C46 60 66 62 84 52 M33.4 40 C40 54 60 58.6 78 53", 1.2, 0.2)
    sheet.part(
        "M50 55 C58 59 68 58 75 53 C77 58 76.6 64 74 68 C66 71 56 70.6 50 66.6 C48 62.6 48 58 50 55 Z", weave=weave
    )
    sheet.shade("M50 66.6 C56 70.6 66 71 74 68 L73 73 C66 75 56 74.6 50.6 71 Z", 0.2)
    return sheet.render(floor=139.6, spread=32)


def sunglasses(sheet: Sheet) -> str:
    sheet.stroke("M23 68 C29 54 37 47 45 45", darker(sheet.base, 0.05), 3)
    sheet.stroke("M97 68 C91 54 83 47 75 45", darker(sheet.base, 0.05), 3)
    lens = "M22 68 C30 65.4 44 65.4 53 68 C55 76 52 90 41 92 C29 93.6 21 84 22 68 Z"
    for path in (lens, flipped(lens)):
        sheet.part(path, darker(sheet.second, 0.1))
        sheet.stroke(path, sheet.base, 4)
    sheet.stroke("M53 70.6 C57 66.6 63 66.6 67 70.6", sheet.base, 3.4)
    sheet.gleam("M29 73 L35 71 M75 73 L81 71", 2.6, 0.4)
    return sheet.render(floor=102, spread=44)


def belt(sheet: Sheet) -> str:
    sheet.part(
        "M60 42 C84 42 102 55 102 74 C102 93 84 106 60 106 C36 106 18 93 18 74 C18 55 36 42 60 42 Z",
        darker(sheet.base, 0.06),
    )
    sheet.parts.append(
        '<path d="M60 49 C80 49 94.6 59 94.6 71.6 C94.6 84 80 92.6 60 92.6 C40 92.6 25.4 84 25.4 71.6 C25.4 59 40 49 60 49 Z" fill="url(#b)"/>'
    )
    sheet.part(
        "M18 74 C18 93 36 106 60 106 C84 106 102 93 102 74 L101.4 84 C100 104 82 117 60 117 C38 117 20 104 18.6 84 Z"
    )
    sheet.seam("M21 88 C26 103 42 112.6 60 112.6 C78 112.6 94 103 99 88", 0.9, 0.3)
    sheet.stroke("M50 103 L72 103 L72 120 L50 120 Z", "#c9a45c", 3)
    sheet.stroke("M50 111.6 L63 111.6", "#c9a45c", 2.2)
    sheet.dots([(40, 109.4), (33, 105.6), (27.4, 100.6)], 1.2, darker(sheet.base, 0.2))
    return sheet.render(floor=121, spread=42)

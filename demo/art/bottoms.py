"""Drawings of what is worn below the waist, down to the feet."""

from __future__ import annotations

from demo.art.drawing import Sheet, both, darker, flipped, lighter, mirrored


def trousers(sheet: Sheet, *, cut: str = "straight", denim: bool = False, drawstring: bool = False) -> str:
    hem = {"straight": (30, 53), "wide": (24.6, 54.6), "slim": (35.4, 52.6)}[cut]
    weave = None
    if denim:
        weave = sheet.pattern(
            "d", 2.4, 2.4, '<path d="M0 2.4L2.4 0" stroke="#fff" stroke-opacity=".13" stroke-width=".7"/>'
        )
    leg = (
        f"M60 21 L41 21 C38.6 42 {hem[0] + 3} 90 {hem[0]} 134 C{hem[0] + 6} 137.4 {hem[1] - 8} 138.2 {hem[1]} 137.4 "
        f"C55 112 57.4 88 60 64 Z"
    )
    sheet.part(leg, weave=weave)
    sheet.part(flipped(leg), weave=weave)
    sheet.shade(f"M60 64 C57.4 88 55 112 {hem[1]} 137.4 L{hem[1] - 5} 137.8 C51.6 110 55 84 60 56 Z", 0.13)
    sheet.part(
        mirrored("M60 18 C52 18 46 17.6 41.4 17 L40.6 25 C47 26 53 26.4 60 26.4"),
        darker(sheet.base, 0.025),
        weave=weave,
    )
    sheet.shade(mirrored("M60 18 C52 18 46 17.6 41.4 17 C47 20.4 54 21 60 21"), 0.24)
    sheet.seam("M60 27 L60 64 M62.8 27 C63 40 63 47 60.4 52 " + both("M46.6 26.4 C45.6 32.6 43 36.6 39 38.4"))
    if drawstring:
        sheet.stroke("M57.6 24 C55 30 54.4 37 55.6 43", lighter(sheet.second, 0.06), 1.3)
        sheet.stroke("M62.4 24 C65 30 65.8 36 64.8 41", lighter(sheet.second, 0.06), 1.3)
    else:
        sheet.dots([(60, 22.4)], 1.35, lighter(sheet.second, 0.1))
        sheet.seam(both("M48 17.6 L47.6 25.8") + " M41 37.4 L41 37.4", 1.6, 0.22)
    sheet.seam(both(f"M47.4 42 C43.4 74 {hem[0] + 11} 104 {hem[0] + 10} 135"), 1.1, 0.16)
    sheet.seam(both(f"M{hem[0] + 0.4} 131 C{hem[0] + 6} 134 {hem[1] - 8} 135 {hem[1] + 0.2} 134.2"), 0.9, 0.26)
    return sheet.render(floor=138.6, spread=34)


def shorts(sheet: Sheet, *, swim: bool = False, stripes: bool = False) -> str:
    weave = sheet.stripes(sheet.second, gap=6, width=1.6, turn=90) if stripes else None
    leg = "M60 40 L37.4 40 C33.4 60 29.4 82 25.6 104 C33 109.4 44 112 55 112 C56.6 101 58.4 89 60 77 Z"
    sheet.part(leg, weave=weave)
    sheet.part(flipped(leg), weave=weave)
    sheet.shade("M60 77 C58.4 89 56.6 101 55 112 L49.6 111.8 C52.6 98 56 82 60 66 Z", 0.13)
    sheet.part(
        mirrored("M60 37 C51 37 43 36.4 38 35.4 L36.6 45 C44 46.4 52 47 60 47"), darker(sheet.base, 0.025), weave=weave
    )
    sheet.shade(mirrored("M60 37 C51 37 43 36.4 38 35.4 C44 39.6 52 40.6 60 40.6"), 0.24)
    gather = " ".join(f"M{x} 41 L{x - 0.4} 46" for x in (41, 44.5, 48, 51.5, 55, 65, 68.5, 72, 75.5, 79))
    sheet.seam(gather, 0.9, 0.26)
    sheet.seam(
        "M60 48 L60 77 " + both("M41.6 47 C41 55 38.6 60 34.2 63") + both(" M27 100 C34 105 45 107.6 55.6 107.6")
    )
    if swim:
        sheet.stroke("M57 44 C53 49 51 55 52.6 62", "#f4efe3", 1.5)
        sheet.stroke("M63 44 C66 50 67.6 55 66.4 61", "#f4efe3", 1.5)
        sheet.part("M72 84 L86.6 81.6 L88.6 93 L74 95.6 Z", weave=weave)
        sheet.seam("M72 84 L86.6 81.6 L88.6 93 L74 95.6 Z M73 87.4 L87.4 85")
    else:
        sheet.dots([(60, 42)], 1.4, lighter(sheet.second, 0.1))
        sheet.seam("M62.8 48 C63 57 63 61 60.6 64")
    sheet.seam("M44 64 C41 80 39.6 92 38.4 104 M77 66 C80 82 81 92 82.4 103", 1.1, 0.15)
    return sheet.render(floor=113.4, spread=38)


def skirt(sheet: Sheet, *, stripes: bool = False) -> str:
    weave = sheet.stripes(sheet.second, gap=7.4, width=2.2) if stripes else None
    sheet.part(mirrored("M60 38 L43 38 C38 64 31 92 25.4 124 C35 130 47 132 60 132"), weave=weave)
    sheet.part(mirrored("M60 35 C53 35 47.6 34.6 43.6 34 L42.6 42.6 C48 44 54 44.4 60 44.4"), darker(sheet.base, 0.03))
    sheet.shade(mirrored("M60 35 C53 35 47.6 34.6 43.6 34 C48 37.6 54 38.4 60 38.4"), 0.24)
    for x in (47, 53.6, 66.4, 73):
        foot = 60 + (x - 60) * 2.05
        sheet.seam(f"M{x} 44.6 C{x + (x - 60) * 0.3:.1f} 72 {foot - (x - 60) * 0.25:.1f} 100 {foot} 129", 1.2, 0.17)
    sheet.shade("M60 45 C62 74 63 104 62.6 132 L55 131.8 C57.6 104 59.4 74 60 45 Z", 0.07)
    sheet.seam("M26.2 120 C48 127.6 72 127.6 93.8 120", 0.9, 0.26)
    sheet.gleam("M73 50 C79 74 83.4 96 87.4 116", 3, 0.14)
    return sheet.render(floor=132.6, spread=38)


def boots(sheet: Sheet, *, height: str = "tall") -> str:
    top = {"tall": 38, "ankle": 74}[height]
    sole = darker(sheet.second, 0.05)

    def boot(dx: float, shade: float) -> None:
        body = (
            f"M{32 + dx} {top} C{38 + dx} {top - 2.4} {48 + dx} {top - 2.4} {54 + dx} {top} C{54 + dx} {top + 9} {53.4 + dx} 92 {55 + dx} 101 "
            f"C{60 + dx} 106 {70 + dx} 107.6 {72.4 + dx} 114 C{73.6 + dx} 117.6 {73.6 + dx} 121 {73.4 + dx} 123.6 L{33.4 + dx} 123.6 "
            f"C{31.6 + dx} 114 {33.4 + dx} 106 {32.6 + dx} 97 C{32 + dx} 88 {32 + dx} {top + 9} {32 + dx} {top} Z"
        )
        sheet.part(body, darker(sheet.base, shade) if shade else None)
        sheet.part(
            f"M{32.4 + dx} 121.4 L{74 + dx} 121.4 C{74.8 + dx} 124.6 {74.6 + dx} 127.6 {73.6 + dx} 130 L{47 + dx} 130 L{46 + dx} 128.4 L{34 + dx} 130 "
            f"C{32.4 + dx} 127.6 {32 + dx} 124.6 {32.4 + dx} 121.4 Z",
            sole,
        )
        sheet.shade(
            f"M{32 + dx} {top} C{38 + dx} {top - 2.4} {48 + dx} {top - 2.4} {54 + dx} {top} C{48 + dx} {top + 3} {38 + dx} {top + 3} {32 + dx} {top} Z",
            0.42,
        )
        if height == "tall":
            sheet.part(
                f"M{31.8 + dx} {top + 7} C{39 + dx} {top + 9.4} {47 + dx} {top + 9.4} {54.2 + dx} {top + 7} L{54.2 + dx} {top + 11} C{47 + dx} {top + 13.4} {39 + dx} {top + 13.4} {31.8 + dx} {top + 11} Z",
                sheet.second,
            )
            sheet.gleam(f"M{48.6 + dx} {top + 18} C{49 + dx} 76 {48.2 + dx} 88 {49.8 + dx} 99", 2.6, 0.26)
        else:
            sheet.shade(f"M{41 + dx} {top + 2} L{46.6 + dx} {top + 2} L{46.6 + dx} 103 L{41.4 + dx} 104 Z", 0.24)
            sheet.stroke(
                f"M{34.5 + dx} {top + 1} C{34.5 + dx} {top - 6} {39 + dx} {top - 6} {39 + dx} {top + 1}",
                darker(sheet.base, 0.1),
                1.5,
            )
        sheet.seam(f"M{55 + dx} 101 C{57 + dx} 106 {57.4 + dx} 113 {56 + dx} 121", 0.9, 0.24)

    boot(13, 0.055)
    boot(-7, 0)
    return sheet.render(floor=131, spread=41, zoom=1 if height == "tall" else 1.28)


def shoes(sheet: Sheet, *, kind: str = "plimsoll") -> str:
    """A pair seen from the side, one behind the other."""
    rubber = "#f4efe3" if kind != "espadrille" else "#d8bf94"

    def shoe(dx: float, dy: float, shade: float) -> None:
        def at(path: str) -> str:
            out, numbers = [], iter(path.split())
            for token in numbers:
                if token.isalpha():
                    out.append(token)
                else:
                    out.append(f"{float(token) + dx:g} {float(next(numbers)) + dy:g}")
            return " ".join(out)

        upper = "M 20 86 C 19 78 20 70 23 64 C 29 67 38 68 45 65 C 52 72 62 80 74 84 C 86 86 95 90 97 98 L 97 102 L 20 102 Z"
        if kind == "espadrille":
            upper = "M 20 88 C 19 82 20 77 23 72 C 32 76 44 76 52 74 C 60 78 68 84 78 86 C 88 88 95 92 97 98 L 97 102 L 20 102 Z"
        sheet.part(at(upper), darker(sheet.base, shade) if shade else None)
        sheet.part(at("M 18.6 99 L 98 99 C 99.4 102 99.4 106 97.6 109 L 21 109 C 18.6 106 18 102 18.6 99 Z"), rubber)
        if kind == "espadrille":
            sheet.seam(at("M 20 102 L 98 102 M 20 105 L 98.4 105"), 1, 0.3)
            ropes = " ".join(f"M {x} 100 L {x + 2} 108" for x in range(23, 97, 5))
            sheet.seam(at(ropes), 0.8, 0.3)
            sheet.seam(at("M 52 74 C 50 84 48 92 47 99"), 0.9, 0.3)
        else:
            sheet.stroke(at("M 19 105 L 98.6 105"), sheet.second, 1.1)
            sheet.part(at("M 80 88 C 90 90 96 93 97.6 99 L 78 99 C 77 95 77.6 91 80 88 Z"), rubber)
            for x, y in ((50, 70), (56, 75), (62, 79.4), (68, 82.6)):
                sheet.stroke(at(f"M {x} {y} L {x - 5} {y + 6.4}"), "#f4efe3", 1.9)
            sheet.seam(at("M 45 66 C 43 77 48 88 60 98 M 26 76 C 32 79 38 79.6 44 78"), 0.9, 0.3)
        sheet.shade(
            at("M 23 64 C 29 67 38 68 45 65 C 40 70 30 71 22.6 67.6 Z")
            if kind != "espadrille"
            else at("M 23 72 C 32 76 44 76 52 74 C 44 79 30 79.6 22 76 Z"),
            0.34,
        )

    shoe(6, -13, 0.06)
    shoe(-3, 9, 0)
    return sheet.render(floor=118.6, spread=47)


def sandals(sheet: Sheet, *, strap: str = "cross") -> str:
    """A pair from above."""
    insole = "#cdb48a" if strap == "cross" else lighter(sheet.base, 0.16)

    def sandal(turn: float, dx: float) -> None:
        sheet.parts.append(f'<g transform="translate({dx:g} 0) rotate({turn:g} 44 82)">')
        sole = "M44 34 C33.6 34 28.4 43 29.4 55 C30 64 33 72 33 84 C33 94 31 102 32.4 112 C33.6 121 38.4 127 44 127 C49.6 127 54.4 121 55.6 112 C57 102 54.4 94 54.8 84 C55.2 72 59 64 59.4 54 C60 42 54.4 34 44 34 Z"
        sheet.part(sole, darker(insole, 0.18))
        inner = "M44 37 C35.6 37 31.4 45 32.4 55.4 C33 64 35.8 72 35.8 84 C35.8 94 34 102 35.2 111 C36.2 119 39.8 124 44 124 C48.2 124 52 119 52.8 111 C54 102 51.8 94 52 84 C52.4 72 56 64 56.4 54.4 C56.8 44 52.4 37 44 37 Z"
        sheet.part(inner, insole)
        if strap == "cross":
            sheet.part("M29 50 C36 52 50 66 58 76 L54.6 82 C46 72 36 62 29.4 60 Z", darker(sheet.base, 0.03))
            sheet.part("M59.6 50 C52 52 40 64 32.4 76 L34 82 C41 72 53 61 59 59.4 Z")
            sheet.part("M33 96 C40 91 49 91 55.2 96 L55.2 102 C49 97 40 97 32.6 102 Z")
            sheet.dots([(54.4, 99)], 1.6, lighter(sheet.second, 0.1))
        else:
            sheet.part(
                "M44 51 C38 54 34 62 32.2 76 L37.4 78 C38.4 67 41 60 44 57 C47 60 50 67 51.2 78 L56.4 76 C54.4 62 50 54 44 51 Z"
            )
            sheet.dots([(44, 52)], 2.2, darker(sheet.base, 0.08))
        sheet.parts.append("</g>")

    sandal(-5, -3)
    sandal(6, 35)
    return sheet.render(floor=128, spread=42)


def socks(sheet: Sheet, *, stripes: bool = True) -> str:
    rib = sheet.pattern("r", 2.6, 8, '<path d="M.6 0V8" stroke="#28180c" stroke-opacity=".2" stroke-width=".7"/>')

    def sock(dx: float, dy: float, shade: float) -> None:
        def at(*points: float) -> str:
            return " ".join(f"{x + dx:g} {y + dy:g}" for x, y in zip(points[::2], points[1::2], strict=True))

        base = darker(sheet.base, shade) if shade else sheet.base
        sheet.part(
            f"M{at(36, 34)} L{at(60, 34)} C{at(60, 52, 58.6, 70, 60.4, 84)} C{at(66, 92, 78, 98, 82, 106)} "
            f"C{at(84.6, 112, 81, 119, 74, 118.4)} C{at(62, 117.4, 46, 112, 40, 104)} C{at(34, 96, 36.6, 84, 37, 74)} C{at(37.6, 60, 36.4, 47, 36, 34)} Z",
            base,
        )
        sheet.part(f"M{at(35.4, 31)} L{at(60.6, 31)} L{at(60.2, 44)} L{at(36, 44)} Z", darker(base, 0.03), weave=rib)
        if stripes:
            for y in (49, 55.5):
                sheet.stroke(f"M{at(37.4, y)} L{at(58.8, y)}", sheet.second, 2.4)
        toe = f"M{at(74, 97.6)} C{at(79, 101, 82, 105, 82.8, 109)} C{at(83.6, 114.6, 80, 118.6, 74, 118.4)} C{at(71.6, 118.2, 69.4, 117.8, 67, 117.2)} C{at(71, 111, 73.4, 104, 74, 97.6)} Z"
        sheet.part(toe, sheet.second)
        heel = f"M{at(37, 88)} C{at(42, 89, 46, 94, 46.6, 100)} C{at(46.6, 104, 45.6, 106.6, 43.6, 107.6)} C{at(37, 102, 35.8, 95, 37, 88)} Z"
        sheet.part(heel, sheet.second)
        sheet.seam(f"M{at(42, 62)} C{at(42.6, 70, 41.6, 78, 41.6, 84)}", 1.1, 0.14)

    sock(12, -9, 0.05)
    sock(-7, 6, 0)
    return sheet.render(floor=127, spread=38)

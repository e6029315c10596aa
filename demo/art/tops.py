"""Drawings of what is worn above the waist, and of what covers everything."""

from __future__ import annotations

from demo.art.drawing import Sheet, both, darker, flipped, lighter, mirrored


def tee(sheet: Sheet, *, sleeve: str = "short", stripes: bool = False, pocket: bool = False) -> str:
    weave = sheet.stripes(sheet.second, gap=8.6, width=3) if stripes else None
    arm = (
        "M36 40 C29 42.6 25 48 22.4 55 L16 71.4 C20.4 75 26 77 32 77.6 L37.4 62 Z"
        if sleeve == "short"
        else "M36 40 C28 43 24.4 50 22.4 58 L14.2 107 C17.6 109.6 21.6 110.8 26.4 110.8 L37 70 Z"
    )
    sheet.part(arm, weave=weave)
    sheet.part(flipped(arm), weave=weave)
    sheet.inside(mirrored("M60 37.4 C54 37.4 49 36.8 45 35.4 C48 41 53.5 44.6 60 44.6"))
    sheet.part(
        mirrored(
            "M60 44.6 C53.5 44.6 48 41 45 35.4 C41 37 37 38.6 34.6 41.4 C33.8 55 34.2 68 33.8 82 "
            "C33.5 96 33.2 110 32.8 121.4 C41 124.4 50 125.2 60 125.2"
        ),
        weave=weave,
    )
    sheet.flat(
        mirrored("M60 44.6 C53.5 44.6 48 41 45 35.4 L43 36.3 C46.2 43.4 52.6 47.6 60 47.6"),
        darker(sheet.base, 0.05),
    )
    sheet.seam(both("M34.4 44 C36 52 36.8 58 36.6 66") + " M33 119.6 C51 123 69 123 87 119.6")
    sheet.seam("M44 70 C42.6 86 43 102 41 116 M78 78 C79.6 92 78.4 104 80 115", 1.1, 0.13)
    if pocket:
        sheet.part("M66 61 L80 61 L80 73 C80 75 76 77.6 73 78.4 C70 77.6 66 75 66 73 Z", weave=weave)
        sheet.seam("M66 63.4 L80 63.4 M66 61 L66 73 C66 75 70 77.6 73 78.4 C76 77.6 80 75 80 73 L80 61")
    return sheet.render(floor=126.5, spread=36)


def shirt(sheet: Sheet, *, sleeve: str = "long", stripes: bool = False, overshirt: bool = False) -> str:
    weave = sheet.stripes(sheet.second, gap=3.4, width=0.9, turn=90) if stripes else None
    arm = (
        "M37 38.6 C29 41.6 25 48 22.8 57 L15.4 106 L27.4 108.8 L37.6 70 Z"
        if sleeve == "long"
        else "M37 38.6 C29.6 41 25.4 47 22.8 54.6 L16.6 72 L31.4 78.4 L37.6 62 Z"
    )
    sheet.part(arm, weave=weave)
    sheet.part(flipped(arm), weave=weave)
    if sleeve == "long":
        cuff = "M14.2 105.4 L28.4 108.6 L27.4 115.2 C22.4 115.6 17 114.4 13.2 112.4 Z"
        sheet.part(cuff, weave=weave)
        sheet.part(flipped(cuff), weave=weave)
        sheet.seam(both("M15.2 106.2 L28 109.2"))
    sheet.inside(mirrored("M60 32 C54 32 50 32.8 47 34.4 C50 40 55 46 60 49"))
    sheet.part(
        mirrored(
            "M60 49 C54 46 49.6 41 46.6 34.8 C42 36.4 38 37.6 35 40.4 C34.2 60 34.4 80 33.6 100 "
            "C33.4 108 32.8 114 33 118.6 C38 124.6 47 127.4 60 127.4"
        ),
        weave=weave,
    )
    sheet.shade("M60 48 L63.4 47.2 L63.4 127.2 L60 127.4 Z", 0.09)
    collar = "M60 49.4 C54.4 46 49.6 40.4 46.8 33.4 C44.2 35 43 37 42.4 39.4 L50.4 50.4 Z"
    sheet.part(collar, lighter(sheet.base, 0.025), weave=weave)
    sheet.part(flipped(collar), lighter(sheet.base, 0.025), weave=weave)
    sheet.seam(collar + " " + flipped(collar), 0.8, 0.26)
    sheet.seam("M56.6 50 L56.6 127 M63.4 50 L63.4 127 " + both("M35 44 C36.6 52 37.4 58 37.2 66"))
    sheet.dots([(60, y) for y in (56, 68, 80, 92, 104, 116)], 1.15, lighter(sheet.second, 0.1))
    if overshirt:
        for pocket in ("M40 64 L53 64 L53 77 L46.5 80 L40 77 Z", "M67 64 L80 64 L80 77 L73.5 80 L67 77 Z"):
            sheet.part(pocket)
            sheet.seam(pocket)
        sheet.seam("M40 68 L46.5 70.6 L53 68 M67 68 L73.5 70.6 L80 68")
    else:
        sheet.seam("M67 63 L80 63 L80 76 L73.5 79 L67 76 Z", 0.9, 0.26)
    sheet.seam("M44 86 C43 98 43.6 108 41.6 119 M76 88 C77.4 100 76 110 78.4 119", 1.1, 0.13)
    return sheet.render(floor=128.4, spread=36)


def knit(sheet: Sheet, *, neck: str = "crew", cable: bool = False, open_front: bool = False, yoke: bool = False) -> str:
    rib = sheet.pattern("r", 3, 8, '<path d="M.6 0V8" stroke="#28180c" stroke-opacity=".2" stroke-width=".8"/>')
    purl = sheet.pattern(
        "k", 4, 3.4, '<path d="M0 .4L2 2.6L4 .4" fill="none" stroke="#28180c" stroke-opacity=".11" stroke-width=".8"/>'
    )
    arm = "M36 41 C27 44 23.6 52 21.6 62 L14.6 104 L28 107 L38 72 Z"
    cuff = "M14.4 103 L28.4 106.2 L27.2 115.6 C22.4 116.2 17 115 13 113 Z"
    for path in (arm, flipped(arm)):
        sheet.part(path, weave=purl)
    for path in (cuff, flipped(cuff)):
        sheet.part(path, darker(sheet.base, 0.03), weave=rib)
    sheet.inside(mirrored("M60 36 C54 36 49 35.4 45 34.6 C48 41 53.5 45 60 45"))
    body = (
        "M60 45 C53 45 47.6 41.4 44.4 35.6 C40 37.4 36.6 39.4 34.2 43 C33 60 33.4 80 33 96 C32.8 104 32.6 110 33 113 "
        "L60 115"
    )
    sheet.part(mirrored(body), weave=purl)
    hem = "M60 113.4 L33 111.6 C32.6 116 32.8 120 33.6 123 C42 125 51 125.6 60 125.6"
    sheet.part(mirrored(hem), darker(sheet.base, 0.03), weave=rib)
    if neck == "roll":
        roll = "M60 25 C53 25 48 26 46.4 28.6 C45.6 33 44.6 38 43.4 41.4 C48 46 54 47.8 60 47.8"
        sheet.part(mirrored(roll), darker(sheet.base, 0.015), weave=rib)
        sheet.shade(mirrored("M60 25 C53.4 25 48.6 26 46.6 28.4 C50 30.6 55 31.2 60 31.2"), 0.22)
    elif not open_front:
        ring = "M60 45 C53 45 47.6 41.4 44.4 35.6 L41 37.2 C44.8 45.4 52 50 60 50"
        sheet.part(mirrored(ring), darker(sheet.base, 0.03), weave=rib)
    if yoke:
        for y, width in ((56, 2.4), (62, 1.2)):
            sheet.stroke(f"M34.6 {y - 2} C48 {y + 3} 72 {y + 3} 85.4 {y - 2}", sheet.second, width)
        sheet.dots([(38 + 5.5 * i, 71.5 - 0.06 * (i - 4) ** 2) for i in range(9)], 1.1, sheet.second)
    if cable:
        for x in (46, 60, 74):
            twist = " ".join(
                f"C{x - 5} {y + 3.2} {x + 5} {y + 6.4} {x} {y + 9.6}" for y in (54, 63.6, 73.2, 82.8, 92.4, 102)
            )
            back = " ".join(
                f"C{x + 5} {y + 3.2} {x - 5} {y + 6.4} {x} {y + 9.6}" for y in (54, 63.6, 73.2, 82.8, 92.4, 102)
            )
            sheet.seam(f"M{x} 54 {twist}", 1.3, 0.26)
            sheet.seam(f"M{x} 54 {back}", 1.3, 0.26)
    if open_front:
        sheet.inside("M60 66 L44.4 35.6 C49 41 54 44 60 45 C66 44 71 41 75.6 35.6 Z")
        band = "M60 63 L45.6 34.8 L41.8 36.6 L57 66 L57 125.6 L63 125.6 L63 66 L78.2 36.6 L74.4 34.8 Z"
        sheet.part(band, darker(sheet.base, 0.03), weave=rib)
        sheet.dots([(60, y) for y in (72, 86, 100, 114)], 1.5, lighter(sheet.second, 0.05))
    sheet.seam(both("M34.4 46 C36.6 54 37.6 62 37.4 70"), 0.9, 0.24)
    return sheet.render(floor=127, spread=37)


def jacket(sheet: Sheet, *, hood: bool = True, quilted: bool = False, sleeves: bool = True, length: float = 0) -> str:
    quilt = None
    if quilted:
        quilt = sheet.pattern(
            "q",
            60,
            11,
            '<path d="M0 .6H60" stroke="#28180c" stroke-opacity=".3" stroke-width="1"/>'
            '<rect y="1.2" width="60" height="3" fill="#fff" fill-opacity=".1"/>',
        )
    if sleeves:
        arm = "M38 45 C29.6 48 25.6 56 23 67 L14.4 108 C17.4 111.6 23 113.4 28.4 113 L39.6 78 Z"
        for path in (arm, flipped(arm)):
            sheet.part(path, weave=quilt)
        sheet.seam(both("M15.6 103.4 C19.8 106.6 25 108 30 107.6"))
    low = 124 + length
    if hood:
        back = "M60 17 C47 17 39.6 27 42 43 C47 52 54 55 60 55"
        sheet.part(mirrored(back), darker(sheet.base, 0.02))
        sheet.inside(mirrored("M60 24 C51 24 45.8 31.4 47.4 43 C51 49 55.6 51.4 60 51.4"))
        sheet.shade(mirrored("M60 38 C54.6 38 50.4 40.6 48 44.4 C51.6 49 55.8 51.2 60 51.2"), 0.16)
    else:
        sheet.inside(mirrored("M60 34 C54 34 49 35 45.4 37 C43 44 52 53 60 55"))
    sheet.part(
        mirrored(
            f"M60 53 C54 52 48 48.4 43.6 41 C39 43 35.4 46 34.6 51 C33 74 32.4 98 30.6 {low - 4} "
            f"C38 {low + 1.6} 49 {low + 3} 60 {low + 3}"
        ),
        weave=quilt,
    )
    if hood:
        sheet.shade(mirrored("M60 53 C54 52 48 48.4 43.6 41 L42.2 43.6 C46.6 52 53 56.4 60 57"), 0.17)
    else:
        collar = "M60 53 C54.6 51 49 45.4 46.6 37.4 C44 38.2 42 40 41.2 42.4 C43.6 50 50 56.4 60 58.4 Z"
        for path in (collar, flipped(collar)):
            sheet.part(path, lighter(sheet.base, 0.02))
            sheet.seam(path, 0.8, 0.24)
    sheet.shade(f"M60 54 L64.4 54 L64.4 {low + 2.8} L60 {low + 3} Z", 0.1)
    sheet.seam(f"M60 55 L60 {low + 3} M64.4 56 L64.4 {low + 2.8}")
    sheet.dots([(62.2, y) for y in (64, 79, 94, 109)], 1.25, lighter(sheet.second, 0.06))
    flap = "M38.4 92 L52.4 93.2 L52.4 97.6 L38.2 96.4 Z"
    for path in (flap, flipped(flap)):
        sheet.part(path)
        sheet.seam(path)
    sheet.seam(both("M38.2 96.4 L37.6 112 C42 113.4 47 113.8 52.2 113.6 L52.4 97.6"), 0.9, 0.2)
    sheet.seam(both("M35 52 C37.6 60 39 68 39.2 77") + f" M31.2 {low - 7} C50 {low - 2} 70 {low - 2} 88.8 {low - 7}")
    sheet.gleam(f"M80.6 60 C82.4 80 82.6 96 84 {low - 14}", 3, 0.13)
    return sheet.render(floor=low + 4.4, spread=39)


def dress(sheet: Sheet, *, cut: str = "wrap", length: float = 0, stripes: bool = False) -> str:
    weave = sheet.stripes(sheet.second, gap=5.4, width=1.1, turn=90) if stripes else None
    low = 131 + length
    skirt = (
        f"M60 66 L45 66 C37 86 28.6 108 25 {low - 3} C35 {low + 3.4} 47 {low + 5} 60 {low + 5}"
        if cut != "shirt"
        else f"M60 66 L43.6 66 C38.6 86 34.4 108 32.6 {low - 5} C40 {low + 1.4} 49 {low + 3} 60 {low + 3}"
    )
    if cut == "shirt":
        arm = "M42 31 C34 34 29.6 40 26.8 48 L21 62 C25 66.6 31 69 37 69.6 L43 56 Z"
        for path in (arm, flipped(arm)):
            sheet.part(path, weave=weave)
    if cut == "slip":
        sheet.stroke(both("M47.6 38 C48 30 48.6 24 49.4 18"), darker(sheet.base, 0.04), 1.7)
        bodice = "M60 46 C56 44 51 40 48 36 C46 40 44.4 44 43.8 48 C44.4 55 45 61 45 68 L60 69"
        sheet.inside(mirrored("M60 40 C55 40 51 39 48 36 C51 41 56 45 60 46"))
    elif cut == "shirt":
        sheet.inside(mirrored("M60 25 C55 25 51 25.6 48.6 27 C51 33 55.6 38 60 40"))
        bodice = "M60 40 C55 37.4 51 33 48.4 27.4 C45 28.8 42 30.4 40.4 33 C41.6 44 43 56 43.6 68 L60 69"
    else:
        sheet.inside(mirrored("M60 61 C52.6 50 47.4 38 45.6 22.4 C50 26.6 55 28 60 28"))
        bodice = "M60 60 C52.6 50 47.4 38 45.8 22 L40 24.4 C37.6 33 38.6 42 43 51 L45 68 L60 69"
    sheet.part(mirrored(skirt), weave=weave)
    sheet.part(mirrored(bodice), weave=weave)
    if cut == "wrap":
        sheet.part(
            "M74.2 22 C71 40 61 54 45 66.4 L44.4 61 C54 52 60.6 40 64.6 31 C68.6 29 72 26 74.2 22 Z", weave=weave
        )
        sheet.seam("M74.2 22 C71 40 61 54 45 66.4", 0.9, 0.3)
    sheet.part(
        "M44.4 64.6 C54 67.6 66 67.6 75.6 64.6 L75.8 70.6 C66 73.6 54 73.6 44.2 70.6 Z", darker(sheet.base, 0.06)
    )
    if cut == "wrap":
        sheet.part("M73 69 C79 74 81.4 82 81 92 L77.6 92.6 C77.6 84 75.6 77 71.4 71 Z", darker(sheet.base, 0.05))
        sheet.part("M71 70 C73.6 78 73.4 88 70.4 97 L67.2 96 C69.6 88 69.6 79 68.4 71 Z", darker(sheet.base, 0.07))
        sheet.shade(f"M60 73 C66 92 69 112 68.6 {low + 4.6} L60 {low + 5} C62 112 62 92 60 73 Z", 0.1)
    if cut == "shirt":
        collar = "M60 40.6 C54.6 37.4 50.6 32 48.4 26.4 C46.2 27.8 45 29.4 44.6 31.4 L51.6 41.6 Z"
        for path in (collar, flipped(collar)):
            sheet.part(path, lighter(sheet.base, 0.025), weave=weave)
            sheet.seam(path, 0.8, 0.25)
        sheet.seam(f"M57.4 41 L57.4 {low + 2.6} M62.6 41 L62.6 {low + 2.6}")
        sheet.dots([(60, y) for y in (47, 57, 80, 93, 106, 119)], 1.1, lighter(sheet.second, 0.08))
    sheet.seam(
        f"M52 74 C47.6 92 43 112 40.6 {low - 1} M68 74 C72 92 77.4 112 79.6 {low - 2} M56 76 C55 96 53.6 116 53 {low + 2}",
        1.2,
        0.15,
    )
    sheet.gleam(f"M72.4 76 C77.6 92 83 110 86.4 {low - 8}", 3, 0.15)
    return sheet.render(floor=low + 5, spread=39)


def swimsuit(sheet: Sheet, *, back: str = "classic", stripes: bool = False) -> str:
    weave = sheet.stripes(sheet.second, gap=6.4, width=2.2) if stripes else None
    sheet.inside(mirrored("M60 47 C53 46 49.4 38 48.2 27 L46.6 27 C47 36 47.6 47 50 56 L60 58"))
    neckline = {
        "classic": "M60 50 C51.6 49 47.8 38 46.8 21 L42 21 C42 32 41 40 39.4 47",
        "high": "M60 34 C54 34 49.6 29.4 47.4 22 L43.6 23 C43 32 41.4 40 39.2 47",
        "bandeau": "M60 44 C54 41.6 46 41.6 40.4 44 L39.6 47 L39.4 47.4 L39.2 47.6",
    }[back]
    sheet.part(
        mirrored(
            f"{neckline} C40.4 55 41.2 62 40.2 70 C39.4 77 37 84 36 91 C35.4 95.6 35.4 99 35.8 102.4 "
            "C44.6 105 52 113.6 55.2 124.6 C56 127.6 57.6 128.8 60 128.8"
        ),
        weave=weave,
    )
    if back == "bandeau":
        sheet.stroke(both("M45 43 C46 34 47.4 27 49.4 20"), darker(sheet.base, 0.03), 1.4)
    sheet.seam(both("M36.6 100.4 C45.4 103.4 53 112.6 56.4 124") + " M41 72 C53 76.6 67 76.6 79 72", 0.9, 0.3)
    sheet.seam("M46.6 78 C45 88 44.6 94 45.4 101 M60 80 C60.6 94 60 108 60 120", 1.1, 0.12)
    sheet.gleam("M73.6 54 C75.6 68 73.4 82 76 95", 3, 0.2)
    return sheet.render(floor=131, spread=25)


def poncho(sheet: Sheet) -> str:
    """A changing robe of towelling: hood, wide sleeves, one pocket."""
    loop = sheet.pattern("l", 3, 3, '<circle cx="1.5" cy="1.5" r=".75" fill="#28180c" fill-opacity=".09"/>')
    arm = "M38 44 C28 47 21 56 16.6 70 L12.6 86 C18 91.6 27 94.4 36 94 L42 74 Z"
    for path in (arm, flipped(arm)):
        sheet.part(path, weave=loop)
    sheet.part(mirrored("M60 16 C46.6 16 39 27 41.4 44 C47 53 54 56 60 56"), darker(sheet.base, 0.02), weave=loop)
    sheet.inside(mirrored("M60 24 C51 24 45.6 32 47 44 C51 50 55.6 52.4 60 52.4"))
    sheet.part(
        mirrored(
            "M60 56 C53 54.6 46.6 50 43 42.4 C38 44 34.6 47 33.4 52 C31.4 78 30.8 104 29 129 C38 133 49 134 60 134"
        ),
        weave=loop,
    )
    sheet.flat(mirrored("M60 57.6 L56.6 56.4 L57.4 72 L60 73"), darker(sheet.base, 0.16))
    sheet.part("M40 92 C53 94 67 94 80 92 L81 113 C67 115.6 53 115.6 39 113 Z", weave=loop)
    sheet.seam("M40 92 C53 94 67 94 80 92 L81 113 C67 115.6 53 115.6 39 113 Z")
    sheet.stroke("M29.6 122 C50 127 70 127 90.4 122", sheet.second, 2.6)
    sheet.stroke(both("M13.6 82 C19 87.6 27.4 90 37 89.8"), sheet.second, 2.2)
    return sheet.render(floor=135, spread=38)

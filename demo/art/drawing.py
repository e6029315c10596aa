"""The sheet every product is drawn on: backdrop, shadow, and the way a part gets its volume.

Coordinates are those of a sheet 120 wide and 150 high, symmetry axis at x = 60.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from demo.art.colour import darker, from_hex, lighter, tint

_TOKEN = re.compile(r"[MLCQZ]|-?\d+(?:\.\d+)?")
_ARITY = {"M": 1, "L": 1, "C": 3, "Q": 2}
_WIDTH = 120.0

Point = tuple[float, float]


@dataclass
class Sheet:
    """Collects the parts of one drawing, back to front."""

    base: str
    second: str
    parts: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)

    @property
    def dark(self) -> bool:
        return from_hex(self.base).lightness < 0.42

    def part(self, path: str, fill: str | None = None, *, weave: str | None = None, volume: str = "v") -> None:
        """Add a solid part: its colour, its weave, and light from the upper right over both."""
        name = f"p{len(self.shapes)}"
        self.shapes.append(f'<path id="{name}" d="{path}"/>')
        layers = [f'<use href="#{name}" fill="{fill or self.base}"/>']
        if weave:
            layers.append(f'<use href="#{name}" fill="url(#{weave})"/>')
        layers.append(f'<use href="#{name}" fill="url(#{volume})"/>')
        self.parts.append("".join(layers))

    def shade(self, path: str, strength: float = 0.13) -> None:
        """Darken an area: a fold, an inside, an overlap."""
        self.parts.append(f'<path d="{path}" fill="#28180c" fill-opacity="{strength:g}"/>')

    def inside(self, path: str) -> None:
        """Fill what is seen through an opening: the same cloth, in its own shadow."""
        self.flat(path, darker(self.base, 0.15))

    def flat(self, path: str, fill: str) -> None:
        self.parts.append(f'<path d="{path}" fill="{fill}"/>')

    def seam(self, path: str, width: float = 0.9, strength: float = 0.34) -> None:
        """Draw stitching and folds, dark on light cloth and light on dark cloth."""
        ink, opacity = ("#ffffff", strength * 0.62) if self.dark else ("#28180c", strength)
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{ink}" stroke-opacity="{opacity:g}" stroke-width="{width:g}" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )

    def stroke(self, path: str, colour: str, width: float) -> None:
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" '
            'stroke-linejoin="round"/>'
        )

    def gleam(self, path: str, width: float = 2.6, strength: float = 0.2) -> None:
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="#fff" stroke-opacity="{strength:g}" stroke-width="{width:g}" '
            'stroke-linecap="round"/>'
        )

    def dots(self, points: list[Point], radius: float, colour: str) -> None:
        self.parts.extend(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>' for x, y in points)

    def pattern(self, name: str, width: float, height: float, content: str, *, turn: float = 0) -> str:
        """Define a weave: a tile that repeats over the parts asking for it."""
        turned = f' patternTransform="rotate({turn:g})"' if turn else ""
        self.shapes.append(
            f'<pattern id="{name}" width="{width:g}" height="{height:g}" patternUnits="userSpaceOnUse"{turned}>'
            f"{content}</pattern>"
        )
        return name

    def stripes(self, colour: str, *, gap: float, width: float, turn: float = 0, name: str = "s") -> str:
        return self.pattern(name, 60, gap, f'<rect width="60" height="{width:g}" fill="{colour}"/>', turn=turn)

    def render(self, *, floor: float = 130.0, spread: float = 34.0, zoom: float = 1.0) -> str:
        """The finished SVG. ``floor`` and ``spread`` place the shadow below the thing; ``zoom`` enlarges both."""
        top, bottom = _backdrop(self.base)
        opening = closing = ""
        if zoom != 1:
            opening = f'<g transform="translate(60 {floor:g}) scale({zoom:g}) translate(-60 {-floor:g})">'
            closing = "</g>"
        volume = (
            '<stop offset="0" stop-color="#28180c" stop-opacity=".24"/><stop offset=".3" stop-color="#28180c" '
            'stop-opacity=".06"/><stop offset=".62" stop-color="#fff" stop-opacity=".05"/><stop offset=".82" '
            'stop-color="#fff" stop-opacity=".14"/><stop offset="1" stop-color="#28180c" stop-opacity=".07"/>'
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 150" width="480" height="600">'
            f'<defs><linearGradient id="b" gradientUnits="userSpaceOnUse" x1="24" y1="0" x2="96" y2="150">'
            f'<stop stop-color="{top}"/>'
            f'<stop offset="1" stop-color="{bottom}"/></linearGradient>'
            '<radialGradient id="f"><stop stop-color="#3c2d1e" stop-opacity=".26"/><stop offset=".55" '
            'stop-color="#3c2d1e" stop-opacity=".12"/><stop offset="1" stop-color="#3c2d1e" stop-opacity="0"/>'
            "</radialGradient>"
            f'<linearGradient id="v">{volume}</linearGradient>'
            '<linearGradient id="t" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".14"/><stop offset=".5" '
            'stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#28180c" stop-opacity=".2"/>'
            "</linearGradient>"
            f'{"".join(self.shapes)}</defs><rect x="-120" y="-150" width="360" height="450" fill="url(#b)"/>'
            f'{opening}<ellipse cx="60" cy="{floor:g}" rx="{spread:g}" ry="4.6" fill="url(#f)"/>'
            f"{''.join(self.parts)}{closing}</svg>\n"
        )


def mirrored(half: str) -> str:
    """Close a left half, drawn from the axis around to the axis, with its mirror image."""
    start, segments = _parse(half)
    forward = " ".join(f"{command}{_points(points)}" for command, points in segments)
    ends = [start, *(points[-1] for _, points in segments)]
    back = []
    for index in range(len(segments) - 1, -1, -1):
        command, points = segments[index]
        controls = [_flip(p) for p in reversed(points[:-1])]
        back.append(f"{command}{_points([*controls, _flip(ends[index])])}")
    return f"M{_points([start])} {forward} {' '.join(back)}Z"


def flipped(path: str) -> str:
    """The mirror image of a whole open or closed path."""
    start, segments = _parse(path)
    closed = "Z" if path.rstrip().endswith("Z") else ""
    body = " ".join(f"{command}{_points([_flip(p) for p in points])}" for command, points in segments)
    return f"M{_points([_flip(start)])} {body}{closed}"


def both(path: str) -> str:
    return f"{path} {flipped(path)}"


def _parse(path: str) -> tuple[Point, list[tuple[str, list[Point]]]]:
    tokens = _TOKEN.findall(path)
    numbers: list[float] = []
    segments: list[tuple[str, list[Point]]] = []
    start: Point = (0.0, 0.0)
    command = "M"
    for token in tokens:
        if token in _ARITY or token == "Z":
            command = token
            continue
        numbers.append(float(token))
        if len(numbers) == 2 * _ARITY[command]:
            points = [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]
            numbers = []
            if command == "M":
                start = points[0]
            else:
                segments.append((command, points))
    return start, segments


def _flip(point: Point) -> Point:
    return _WIDTH - point[0], point[1]


def _points(points: list[Point]) -> str:
    return " ".join(f"{round(x, 2):g} {round(y, 2):g}" for x, y in points)


def _backdrop(base: str) -> tuple[str, str]:
    """A pale wall in the thing's own hue; very pale things get a cooler, deeper wall to stand out from."""
    if from_hex(base).lightness > 0.87:
        return "#e9ecea", "#d3dad9"
    return tint(base, 0.945, 0.013), tint(base, 0.875, 0.024)


__all__ = ["Sheet", "both", "darker", "flipped", "lighter", "mirrored"]

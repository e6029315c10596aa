"""OKLCH arithmetic for the drawings: tints and shades that keep their hue."""

from __future__ import annotations

import math
from typing import NamedTuple


class Oklch(NamedTuple):
    lightness: float  # 0 black … 1 white
    chroma: float  # 0 grey … about 0.3
    hue: float  # degrees


def from_hex(value: str) -> Oklch:
    """Read ``#rrggbb``."""
    red, green, blue = (_linear(int(value[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def to_hex(colour: Oklch) -> str:
    """Write ``#rrggbb``; chroma gives way until the colour exists in sRGB."""
    lightness, chroma, hue = colour
    while True:
        channels = _channels(Oklch(lightness, chroma, hue))
        if chroma < 0.001 or all(-0.0005 <= c <= 1.0005 for c in channels):
            break
        chroma -= 0.002
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, c)))):02x}" for c in channels)


def _channels(colour: Oklch) -> tuple[float, float, float]:
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def lighter(value: str, by: float) -> str:
    colour = from_hex(value)
    return to_hex(colour._replace(lightness=min(0.99, colour.lightness + by)))


def darker(value: str, by: float) -> str:
    """Shade towards the warm shadow of the room: a little more chroma, never black."""
    colour = from_hex(value)
    return to_hex(colour._replace(lightness=max(0.12, colour.lightness - by), chroma=colour.chroma * 1.04))


def tint(value: str, lightness: float, chroma: float) -> str:
    """The hue of a colour at a fixed lightness; greys borrow the warm hue of paper."""
    colour = from_hex(value)
    hue = colour.hue if colour.chroma > 0.012 else 85.0
    return to_hex(Oklch(lightness, min(chroma, max(colour.chroma * 0.5, 0.006)), hue))

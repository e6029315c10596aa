"""A brand colour as the scale that the admin paints with.

The brand gives hue and strength, we fix the lightness, so text keeps its contrast under any brand colour.
Conversion: sRGB → linear → OKLab (Björn Ottosson, 2020) → polar.
"""

from math import atan2, cos, degrees, hypot, radians, sin

# Lightness and the most chroma of each step, as in static/brand/tokens.css.
_STEPS = {
    "50": (0.975, 0.010),
    "100": (0.955, 0.014),
    "200": (0.90, 0.030),
    "300": (0.84, 0.055),
    "400": (0.79, 0.085),
    "500": (0.60, 0.11),
    "600": (0.44, 0.13),
    "700": (0.40, 0.12),
    "800": (0.36, 0.10),
    "900": (0.30, 0.08),
    "950": (0.22, 0.05),
}


def hex_to_oklch(colour: str) -> tuple[float, float, float]:
    """`#0b6480` → lightness 0–1, chroma, hue in degrees."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(a, b), degrees(atan2(b, a)) % 360


def accent_scale(colour: str) -> dict[str, str]:
    """Steps 50 to 950 as CSS `rgb(…)`, which browsers of any age read."""
    _, chroma, hue = hex_to_oklch(colour)
    return {step: _rgb(lightness, min(chroma, most), hue) for step, (lightness, most) in _STEPS.items()}


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> int:
    clipped = min(1.0, max(0.0, value))
    return round(255 * (12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055))


def _rgb(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return f"rgb({_encoded(red)} {_encoded(green)} {_encoded(blue)})"

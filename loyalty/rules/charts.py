"""Geometry of the report's charts: numbers in, SVG coordinates out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 760.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 752.0, 14.0, 190.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: `given` stands above the line, `gone` (spent, lapsed) below it; `held` is a point of the curve."""

    x: float
    width: float
    middle: float
    given_y: float
    given_height: float
    spent_y: float
    spent_height: float
    lapsed_y: float
    lapsed_height: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class MovementChart:
    bars: Sequence[Bar]
    rows: Sequence[Line]
    zero: float


def movement_chart(
    *,
    given: Sequence[int],
    spent: Sequence[int],
    lapsed: Sequence[int],
    labels: Sequence[str],
    axis: Sequence[tuple[int, str]],
) -> MovementChart:
    """Bars of one axis in both directions. `axis`: values and labels, rising, from the most that went to the most given."""
    low, high = axis[0][0], max(axis[-1][0], axis[0][0] + 1)
    scale = (BOTTOM - TOP) / (high - low)

    def y(value: int) -> float:
        return TOP + (high - value) * scale

    step = (RIGHT - LEFT) / max(len(labels), 1)
    bars = []
    for place, label in enumerate(labels):
        x = LEFT + step * place + step * 0.22
        bars.append(
            Bar(
                x=x, width=step * 0.56, middle=x + step * 0.28,
                given_y=y(given[place]), given_height=given[place] * scale,
                spent_y=y(0), spent_height=spent[place] * scale,
                lapsed_y=y(-spent[place]), lapsed_height=lapsed[place] * scale,
                label=label,
            )
        )  # fmt: skip
    return MovementChart(bars, [Line(y(value), text) for value, text in axis], y(0))


def both_ways(most_up: int, most_down: int, *, steps: int = 4) -> list[int]:
    """Round values around 0 that hold both: 1, 2 or 5 times a power of ten apart."""
    rough = max((most_up + most_down) / steps, 1)
    magnitude = 10 ** (len(str(int(rough))) - 1)
    step = next(int(m * magnitude) for m in (1, 2, 5, 10) if m * magnitude >= rough)
    down = -(-most_down // step)
    up = max(-(-most_up // step), 1)
    return [step * place for place in range(-down, up + 1)]

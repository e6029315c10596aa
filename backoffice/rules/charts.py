"""Geometry of the home page's charts: pure numbers in, SVG coordinates out."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    position: float
    label: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Coordinates for a `0 0 600 152` view box; values share one axis that starts at 0."""

    now_path: str
    now_area: str
    usual_path: str
    usual_ahead_path: str
    now_at: tuple[float, float]
    usual_end: tuple[float, float]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


LEFT, RIGHT, TOP, BOTTOM = 40.0, 500.0, 16.0, 132.0


def line_chart(
    *, now: Sequence[int], usual: Sequence[int], first_hour: int, axis_labels: Sequence[tuple[int, str]]
) -> LineChart:
    """Cumulative sales by the hour: `now` up to this hour, `usual` to closing.

    axis_labels  value and its label, rising, the last one the top of the axis.
    """
    top = max(axis_labels[-1][0], 1)
    steps = max(len(usual) - 1, 1)

    def point(position: int, value: int) -> tuple[float, float]:
        return LEFT + (RIGHT - LEFT) * position / steps, BOTTOM - (BOTTOM - TOP) * value / top

    now_points = [point(i, value) for i, value in enumerate(now)]
    usual_points = [point(i, value) for i, value in enumerate(usual)]
    last = max(len(now) - 1, 0)
    area = [*now_points, (now_points[-1][0], BOTTOM), (LEFT, BOTTOM)] if now_points else []
    return LineChart(
        now_path=_path(now_points),
        now_area=_path(area) + ("Z" if area else ""),
        usual_path=_path(usual_points[: last + 1]),
        usual_ahead_path=_path(usual_points[last:]),
        now_at=now_points[-1] if now_points else (LEFT, BOTTOM),
        usual_end=usual_points[-1] if usual_points else (RIGHT, BOTTOM),
        rows=tuple(Tick(point(0, value)[1], label) for value, label in axis_labels),
        columns=tuple(Tick(point(i, 0)[0], f"{first_hour + i}") for i in range(0, len(usual), 2)),
    )


def axis(highest: int, *, steps: int = 4) -> list[int]:
    """Round values from 0 to at least `highest`: 1, 2, 2.5 or 5 times a power of ten apart."""
    if highest <= 0:
        return [0, 1]
    rough = highest / steps
    magnitude = 10 ** (len(str(int(rough))) - 1)
    step = next(int(m * magnitude) for m in (1, 2, 2.5, 5, 10) if m * magnitude >= rough) or 1
    return list(range(0, highest + step, step))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{'M' if i == 0 else 'L'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(points))

"""Charts as shapes on a plane, so that a template only has to draw them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pack_parts import Bars, Trend

WIDTH, LABELS, SAYS = 1100, 300, 320
"""Of a chart of bars, in the units of its plane: all of it, and what its labels and its figures take."""
ROW, THICK = 30, 16
LINE_WIDTH, LINE_HEIGHT, EDGE, BELOW = 560, 160, 40, 30
"""Of a chart over time, of which two stand side by side: what is free at its edges, and below for the periods."""
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Piece:
    x: float
    width: float
    series: int


@dataclass(frozen=True)
class Row:
    label: str
    says: str
    y: int
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Point:
    x: float
    y: float | None
    """None where there is no figure."""
    period: str
    says: str


@dataclass(frozen=True)
class Line:
    points: Sequence[Point]
    paths: Sequence[str]
    """The stretches without a gap, as SVG has them: `x,y x,y`."""
    target: float | None
    """How low it is on the plane."""


def rows(chart: Bars) -> list[Row]:
    """Each bar below the one before, as long as its share of the longest."""
    longest = max((sum(bar.values) for bar in chart.bars), default=0) or 1
    scale = (WIDTH - LABELS - SAYS) / longest
    found = []
    for number, bar in enumerate(chart.bars):
        x, pieces = float(LABELS), []
        for series, value in enumerate(bar.values):
            if value:
                pieces.append(Piece(round(x, 1), round(value * scale, 1), series))
                x += value * scale
        found.append(Row(_short(bar.label), bar.says, number * ROW, pieces))
    return found


def line(chart: Trend) -> Line:
    """The values from left to right, the highest on top; from 0, so that small changes do not look large."""
    known = [value for value in (*chart.values, chart.target) if value is not None]
    top = max(known, default=0) or 1
    step = (LINE_WIDTH - 2 * EDGE) / max(1, len(chart.periods) - 1)

    def height(value: float) -> float:
        return round(EDGE + (LINE_HEIGHT - EDGE - BELOW) * (1 - value / top), 1)

    points = [
        Point(round(EDGE + number * step, 1), None if value is None else height(value), period, says)
        for number, (period, value, says) in enumerate(zip(chart.periods, chart.values, chart.says, strict=True))
    ]
    return Line(points, _paths(points), None if chart.target is None else height(chart.target))


def _paths(points: Sequence[Point]) -> list[str]:
    stretches: list[list[str]] = [[]]
    for point in points:
        if point.y is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{point.x},{point.y}")
    return [" ".join(each) for each in stretches if len(each) > 1]


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"

"""The line of one benchmark's scores over the years, as an SVG places it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 20, 24, 40


@dataclass(frozen=True, slots=True)
class Point:
    """A score in a year, and where it stands in the picture."""

    x: int
    y: int
    year: int
    score: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """A score of the scale and its height."""

    y: int
    score: int
    is_met_line: bool


@dataclass(frozen=True, slots=True)
class ScoreLineChart:
    """Scores over the years; `description` says the same in words."""

    points: tuple[Point, ...]
    grid: tuple[GridLine, ...]
    description: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT

    @property
    def right(self) -> int:
        """Where the lines of the scale end."""
        return self.width - RIGHT

    @property
    def baseline(self) -> int:
        """Where the letters of the years stand."""
        return self.height - 10

    @property
    def path(self) -> str:
        """The points of the line."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def score_line(scores: Sequence[tuple[int, int]], *, lowest: int, highest: int, met: int) -> ScoreLineChart | None:
    """The picture of (year, score) pairs, oldest first; None for fewer than two, which make no line."""
    if len(scores) < 2:
        return None
    first, last = scores[0][0], scores[-1][0]
    span = max(last - first, 1)

    def height(score: int) -> int:
        return round(TOP + (highest - score) * (HEIGHT - TOP - BOTTOM) / max(highest - lowest, 1))

    points = tuple(
        Point(round(LEFT + 20 + (year - first) * (WIDTH - LEFT - RIGHT - 40) / span), height(score), year, score)
        for year, score in scores
    )
    grid = tuple(GridLine(height(score), score, score == met) for score in range(lowest, highest + 1))
    said = ", ".join(_("%(score)d in %(year)d") % {"score": score, "year": year} for year, score in scores)
    return ScoreLineChart(points, grid, _("Scores: %(said)s. The duty is met at %(met)d.") % {"said": said, "met": met})

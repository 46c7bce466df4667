"""What the shared partials of papers are given: the cover, key figures, the RAG bar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000
NARROWEST = 48
"""A part with anything in it is wide enough for its symbol and number, so that one red in a thousand still shows."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The head of a paper, for `reports/_cover.html`, the running headers and the file's properties.

    `marking` is the protective marking as it is to stand on every page (empty: none). `facts` are further lines
    of the cover: (label, value).
    """

    title: str
    authority: str
    dated_on: dt.date
    period: str = ""
    marking: str = ""
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number of a summary sheet, for `reports/_key_figures.html`; `note` is a short line below it."""

    label: str
    value: int | str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RagPart:
    """One colour: its key (green, amber, red, blue, not_stated), its word, how many, and its place in the bar.

    `left`, `width` and `middle` are in units of which the whole bar has `WIDTH`; whole numbers, since a template
    would write a fraction with the decimal sign of the reader's language.
    """

    key: str
    label: str
    count: int
    percent: int
    left: int
    width: int

    @property
    def middle(self) -> int:
        return self.left + self.width // 2


@dataclass(frozen=True, slots=True)
class RagBar:
    """The parts in the order given, those without actions included (for the table beside the bar)."""

    parts: tuple[RagPart, ...]

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def description(self) -> str:
        """The bar in words, for those who don't see it: `15 Green, 2 Amber`."""
        return ", ".join(f"{part.count} {part.label}" for part in self.parts if part.count)


def rag_bar(counts: Sequence[tuple[str, str, int]]) -> RagBar:
    """The bar for (key, label, count) in the order in which the colours are to stand."""
    total = sum(count for _, _, count in counts)
    filled = sum(1 for _, _, count in counts if count)
    spare = WIDTH - NARROWEST * filled
    parts, left, seen = [], 0, 0
    for number, (key, label, count) in enumerate(counts):
        seen += count
        done = sum(1 for _, _, earlier in counts[: number + 1] if earlier)
        right = NARROWEST * done + round(spare * seen / total) if total else 0
        # Each rounded for itself: shares that add up to 100 at the price of unlike shares of like counts look wrong.
        percent = round(100 * count / total) if total else 0
        parts.append(RagPart(key, str(label), count, percent, left, right - left))
        left = right
    return RagBar(tuple(parts))

"""Lines of a cell, and telling words from what a bad scan leaves."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prevent_portal.tables_in import Cell

_TAG = re.compile(r"</?(?:p|ul|ol|li|br|b|i|u|em|strong|span|div|td|tr|a)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_ITEM = re.compile(r"<li(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:p|ul|ol|br|div|li)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_BULLET = re.compile(r"^[•·▪◦‣]\s*")


def word_set(text: str) -> frozenset[str]:
    """A list of words as it is best read and kept: one text."""
    return frozenset(text.split())


_COMMON = word_set(
    """a an and are as at be by for from has have if in into is it its not of on or our that the their this to via
    was we when where which who will with all any new other than staff training review update ensure develop"""
)


@dataclass(frozen=True)
class Line:
    """One paragraph of a cell; `marker` is its bullet or its automatic number, "" for plain text."""

    text: str
    marker: str = ""

    @property
    def is_bullet(self) -> bool:
        return self.marker == "•"

    @property
    def full_text(self) -> str:
        return f"{self.marker} {self.text}" if self.marker else self.text


def lines_of(cell: Cell | None) -> list[Line]:
    """A cell's paragraphs without empty ones; HTML tags that stand in the text literally become paragraphs."""
    lines: list[Line] = []
    for paragraph in cell.paragraphs if cell else ():
        marker = paragraph.marker
        for piece in without_tags(paragraph.text).split("\n"):
            piece = re.sub(r"\s+", " ", piece).strip()
            while match := _BULLET.match(piece):
                marker, piece = marker or "•", piece[match.end() :]
            if piece:
                lines.append(Line(piece, marker))
                marker = ""
    return lines


def has_tags(cell: Cell | None) -> bool:
    return cell is not None and any(_TAG.search(paragraph.text) for paragraph in cell.paragraphs)


def readable(lines: Iterable[Line]) -> str:
    """The lines as one text; a cell that consists of one bullet needs none."""
    lines = list(lines)
    if len(lines) == 1 and lines[0].is_bullet:
        return lines[0].text
    return "\n".join(line.full_text for line in lines)


def words_in(text: str) -> list[str]:
    """The words of a text in lower case."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def is_nonsense(text: str, known_words: frozenset[str]) -> bool:
    """A few words in small letters, none of them common and none used anywhere else in the document."""
    words = words_in(text)
    return 0 < len(words) <= 5 and text == text.lower() and not any(w in _COMMON or w in known_words for w in words)


def share_repeated(text: str, earlier: str) -> float:
    """How much of a text stands in an earlier one, 0 to 1, by runs of three words."""
    words, before = words_in(text), words_in(earlier)
    runs = _runs_of_three(words)
    if not runs:
        return 0.0
    seen = set(_runs_of_three(before))
    return sum(run in seen for run in runs) / len(runs)


def _runs_of_three(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(words, words[1:], words[2:], strict=False))


def without_tags(text: str) -> str:
    """The text with literal HTML tags left out; those that part paragraphs become line breaks."""
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK.sub("\n", _ITEM.sub("\n• ", text)))

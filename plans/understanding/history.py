"""An action's history as a plan has it: update columns of quarters and months, and dated paragraphs in one cell.

A note is dated with the last day of the time that its heading or first words name. Quarters are those of the financial
year, Q1 being April to June, unless the plan's own year begins in January. A season has no date.
"""

import datetime as dt
import re
from collections.abc import Iterable

from .dates import MAX_LINE, date_at_start, dates_named, short_year_span, time_of_words
from .draft import ProgressDraft
from .words import Line, readable

Span = tuple[dt.date, dt.date]

_AS_AT = re.compile(
    r"^\W*(?:(?:update[ds]?|position|progress|status|as)\s*(?:as\s)?(?:at|on|of|for)?\s*:?\s*)?", re.IGNORECASE
)
_ENDS_A_HEAD = re.compile(r"^[\])]?\s*(?:(?:update|meeting|position)\s*)?(?:[:–—-]|[\])]|$)\s*")
_GOES_ON_AS_NOTE = re.compile(r"^[\])]?\s+(?=[A-Z])")
_QUARTER_WORDS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3"} | {
    "4th": "4"
}
_ORDINAL_QUARTER = re.compile(rf"\b({'|'.join(_QUARTER_WORDS)})\s+quarter\b", re.IGNORECASE)
_HALF = re.compile(
    r"\b(?:h(?P<half>[12])\b|mid[\s-]?year|half[\s-]year|year[\s-]end|end of (?:the )?year)", re.IGNORECASE
)
_MAY = re.compile(r"\bmay\b")
"""In small letters it is no month: "Comments (may include risks)"."""

_NOTHING = re.compile(r"\W*(?:n/?a|none|nil)?\W*", re.IGNORECASE)
_FINANCIAL_YEAR = re.compile(r"(?<![\d/-])(20\d{2})\s?[/–-]\s?((?:20)?\d{2})(?![\d/-])")


def time_of_heading(heading: str, period: Span | None) -> Span | None:
    """The first and last day of the time that a column's heading names ("Q1 update", "Apr–Jun 24"); None for none.

    `period`, the plan's first and last day, gives the year of a heading without one, if the plan is of about a year.
    """
    heading = _ORDINAL_QUARTER.sub(lambda match: f"Q{_QUARTER_WORDS[match[1].lower()]}", heading[:MAX_LINE])
    named = dates_named(heading)
    if len(named) == 1:
        return named[0][1], named[0][2]
    if named:
        first, last = named[0][1], named[-1][2]
        return (first, last) if len(named) == 2 and first <= last else None
    if span := time_of_words(_MAY.sub(" ", heading), period):
        return span
    if match := _FINANCIAL_YEAR.search(heading):
        year, to = int(match[1]), int(match[2][-2:])
        if to == (year + 1) % 100:
            return _half_of((dt.date(year, 4, 1), dt.date(year + 1, 3, 31)), heading)
    if (
        period
        and _HALF.search(heading)
        and (period[0].month, period[1].month) == (4, 3)
        and (period[1] - period[0]).days < 370
    ):
        return _half_of(period, heading)
    return None


def _half_of(year: Span, heading: str) -> Span:
    match = _HALF.search(heading)
    if match and (match["half"] == "1" or match[0].lower().startswith(("mid", "half"))):
        return year[0], dt.date(year[0].year, 9, 30)
    return year


def read_progress(columns: Iterable[tuple[str, list[Line]]], period: Span | None) -> tuple[str, list[ProgressDraft]]:
    """The progress of no particular time, and the dated notes, the earliest first, of an action's progress cells.

    `columns` are the cells in the order of the table: heading and lines. A heading that names a time makes a note of
    its cell; paragraphs that begin with a date are notes of their own wherever they stand. No words are lost.
    """
    filled = [(heading, lines) for heading, lines in columns if lines and not _NOTHING.fullmatch(readable(lines))]
    timeless: list[tuple[str, str]] = []
    notes: list[ProgressDraft] = []
    for heading, lines in filled:
        rest, dated = _dated_paragraphs(lines, period)
        notes += [ProgressDraft(text, on, heading if names_time(heading) else "") for text, on in dated]
        if not rest:
            continue
        if names_time(heading):
            span = time_of_heading(heading, period)
            notes.append(ProgressDraft(readable(rest), span[1] if span else None, heading))
        else:
            timeless.append((heading, readable(rest)))
    if len(timeless) > 1:
        # Without their headings nobody could tell the one column from the other.
        text = "\n".join(f"{heading}: {said}".lstrip(": ") for heading, said in timeless)
    else:
        text = timeless[0][1] if timeless else ""
    return text, in_order(notes)


def names_time(heading: str) -> bool:
    """Whether a column's heading names a time at all, with or without its year: "Q1 update", "Autumn progress"."""
    return _NAMES_TIME.search(_MAY.sub(" ", heading)) is not None or bool(dates_named(heading[:MAX_LINE]))


def in_order(notes: list[ProgressDraft]) -> list[ProgressDraft]:
    """The earliest first; one without a date stays behind the one that it follows in the table."""
    keyed: list[tuple[dt.date, int, ProgressDraft]] = []
    last = dt.date.min
    for at, note in enumerate(notes):
        last = note.made_on or last
        keyed.append((last, at, note))
    return [note for _, _, note in sorted(keyed, key=lambda each: each[:2])]


def late_notes(notes: Iterable[ProgressDraft], updated_on: dt.date | None, period: Span | None = None) -> list[str]:
    """A flag for each note that is dated after the plan's own date of update."""
    if updated_on is None:
        return []
    update = f"{updated_on.day} {updated_on:%B %Y}"
    return [
        f"The progress note of {note.made_on.day} {note.made_on:%B %Y} is later than the plan's update of {update}."
        for note in notes
        if note.made_on and note.made_on > updated_on and not _covers(note, updated_on, period)
    ]


def _covers(note: ProgressDraft, day: dt.date, period: Span | None) -> bool:
    """Whether the time of the note's heading includes the day: the quarter of the plan's update is not late."""
    span = time_of_heading(note.heading, period)
    return span is not None and span[0] <= day <= span[1]


_NAMES_TIME = re.compile(
    r"\b(?:q[1-4]|qtr\.?\s?[1-4]|quarter\s?(?:[1-4]|one|two|three|four)|(?:first|second|third|fourth|1st|2nd|3rd|4th)\s"
    r"quarter|h[12]|half[\s-]year|mid[\s-]?year|year[\s-]end|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|"
    r"july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|spring|summer|autumn|winter|20\d\d)\b",
    re.IGNORECASE,
)


def _dated_paragraphs(lines: list[Line], period: Span | None) -> tuple[list[Line], list[tuple[str, dt.date]]]:
    """The lines before the first dated one, and each dated one with the lines that follow it."""
    before: list[Line] = []
    dated: list[tuple[list[Line], dt.date]] = []
    for line in lines:
        if on := _date_that_heads(line.text, period):
            dated.append(([line], on))
        elif dated:
            dated[-1][0].append(line)
        else:
            before.append(line)
    return before, [(readable(own), on) for own, on in dated]


def _date_that_heads(text: str, period: Span | None) -> dt.date | None:
    """The date of a paragraph such as "14/12/23: training held" or "Update 10/01/24 - ..."; None for a sentence."""
    head = text[:80]
    start = _AS_AT.match(head)
    found = date_at_start(head, start.end() if start else 0)
    if found is None and (match := _SHORT_MONTH.match(head)) and period and _ENDS_A_HEAD.match(head[match.end() :]):
        span = short_year_span(match, period)
        return span[1] if span else None
    if found is None:
        return None
    end, first, last = found
    rest = head[end:]
    is_head = _ENDS_A_HEAD.match(rest) or (first == last and _GOES_ON_AS_NOTE.match(rest))
    return last if is_head else None


_SHORT_MONTH = re.compile(
    r"^\W*(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?\s(?P<year>\d{2})(?!\d)",
    re.IGNORECASE,
)

"""Target dates as councils write them: the text is kept, a kind is found, and a date only where one follows.

Rules: a month is due on its last day; a start is its first day; numbers are day first, as in Britain; two-digit years
are of this century; school terms have no date, since they differ by authority; a year alone is not a date.
"""

import calendar
import datetime as dt
import itertools
import re
from dataclasses import dataclass

from plans.rules import DateKind

from .draft import TargetDateDraft

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\d./-])(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])",
        r"(?<![\d./-])(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)?\d{2})(?![\d/-]|\.\d)",
        rf"(?<![\w/]){_DAY}(?:\s+of)?[\s-]+(?P<name>{_MONTH})[\s,-]*(?P<year>(?:19|20)\d{{2}}|(?<=-)\d{{2}}|'\d{{2}})(?!\d)",
        rf"(?<!\w)(?P<name>{_MONTH})\s+{_DAY},?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)",
        rf"(?<!\w)(?P<name>{_MONTH})[\s,]*-?\s*(?P<year>(?:19|20)\d{{2}}|(?<=-)\d{{2}}|['’]\d{{2}})(?![\d/])",
        r"(?<![\d./-])(?P<month>\d{1,2})[/.](?P<year>(?:19|20)\d{2})(?![\d/]|\.\d)",
        r"\b(?:Q|quarter\s)(?P<quarter>[1-4])[\s,(of]*(?P<year>20\d{2})\s?[/-]\s?(?P<to>(?:20)?\d{2})(?!\d)",
        r"\bend(?:\sof)?(?:\s(?:the\s)?financial\s?year)\s(?P<year>20\d{2})\s?[/-]\s?(?P<to>(?:20)?\d{2})(?!\d)",
        r"\bend\sof\s(?:the\s)?(?:calendar\s)?(?:year\s)?(?P<year>20\d{2})(?![\d/-])",
    )
)

_START = re.compile(r"\b(?:with effect from|w\.?e\.?f\.?|from|starting|starts?|commenc\w+|beginning|since)\b", re.I)
_RECURRING = re.compile(
    r"\b(?:annual(?:ly)?|yearly|each year|every\s+(?:\w+\s+)?(?:year|month|quarter|week|term)s?|monthly|quarterly|"
    r"termly|weekly|bi-?annual(?:ly)?|six[- ]monthly|half[- ]yearly|(?:twice|once) (?:a|per) (?:year|month|term)|"
    r"regularly|per annum|refresh\w* annually)\b",
    re.I,
)
_ONGOING = re.compile(r"\b(?:on[\s-]?going|continu(?:ous|ously|ing|ed|es)|business as usual|bau|throughout)\b", re.I)
_TERM = re.compile(
    r"\b(?:spring|summer|autumn|winter|michaelmas|school|academic)\s+(?:half[\s-])?(?:term|year)\b|\bterm\s+(?:\d|time)\b"
    r"|\bhalf[\s-]term\b",
    re.I,
)
_CONDITIONAL = re.compile(
    r"\b(?:when(?:ever)?|if|once|as|where|subject to|depend\w*|until)\b.*\b(?:resourc\w+|allow\w*|available|"
    r"availability|permit\w*|approv\w+|fund\w*|agreed|required|needed|necessary|appropriate|capacity|launch\w*|publish\w*|released)\b"
    r"|\b(?:subject to|dependent (?:up)?on|depending on|as and when|when required|as required|as needed)\b",
    re.I,
)
_CROSS_REFERENCE = re.compile(r"^(?:please\s+)?(?:see|as|same as|refer to)\s+(?:for\s+)?.*(?:\d|above|below)", re.I)
_TO_BE_CONFIRMED = re.compile(
    r"^\W*(?:t\.?\s?b\.?\s?[cda]\.?|to be (?:confirmed|agreed|determined|decided|set|advised))\b", re.I
)
_RANGE = re.compile(r"^\W*(?:(?:from|between)\s+)?$", re.I)
_RANGE_LINK = re.compile(r"^\s*(?:-|–|—|to|until|and)\s*$", re.I)
_LINK_BEFORE = re.compile(
    r"(?:[\s,:;(–—-]|\b(?:by|before|due|due by|no later than|not later than|in|on|the|end of|(?:the )?end|start of|"
    r"completed?(?: by)?|deadline|target(?: date)?|complete|next review|review(?: due)?|until))+$",
    re.I,
)
_LINK_AFTER = re.compile(r"^(?:[\s,:;)–—.-]|\bfor\b)+", re.I)


MAX_LINE = 500
"""A longer line is not searched for a target date; it is kept as written."""


@dataclass(frozen=True)
class _Found:
    """A date within a line; `first` is the first day that the words can mean, `last` the last."""

    start: int
    end: int
    first: dt.date
    last: dt.date


def read_target_dates(lines: list[str]) -> list[TargetDateDraft]:
    """The target dates of a cell, one a line or bullet; a line that names two deadlines gives two. Blank gives none."""
    dates: list[TargetDateDraft] = []
    for line in lines:
        written = line.strip()
        if re.search(r"\w", written):
            dates.extend(_read_line(written))
    return dates


def unread_dates(dates: list[TargetDateDraft]) -> list[str]:
    """A flag for each target date with digits in it that could not be read as a date."""
    return [
        f"Target date “{date.as_written[:80]}” was not read as a date: it is kept as written and cannot fall overdue."
        for date in dates
        if date.kind is DateKind.UNREADABLE and re.search(r"\d", date.as_written)
    ]


def read_date(text: str) -> dt.date | None:
    """The one date that a text states, a month as its last day; None when it states none or several."""
    found = _find(text)
    return found[0].last if len(found) == 1 else None


def dates_named(text: str) -> list[tuple[str, dt.date, dt.date]]:
    """Every date in a running text: as written, the first and the last day that it can mean."""
    return [(text[each.start : each.end], each.first, each.last) for each in _find(text)]


def _read_line(line: str) -> list[TargetDateDraft]:
    if len(line) > MAX_LINE:
        return [_unreadable(line)]
    found = _find(line)
    if len(found) == 2 and _is_range(line, found):
        # "April 2024 to March 2025": the work is due when the range ends.
        return [TargetDateDraft(line, DateKind.FIXED, found[1].last)]
    if len(found) > 1:
        parts = _split_at_dates(line, found)
        return [date for part in parts for date in _read_line(part)] if parts else [_unreadable(line)]
    if not found:
        return [TargetDateDraft(line, _kind_without_date(line))]
    return [_with_date(line, found[0])]


def _with_date(line: str, found: _Found) -> TargetDateDraft:
    before, after = line[: found.start], line[found.end :]
    around = f"{before} {after}"
    if _CROSS_REFERENCE.match(before):
        return TargetDateDraft(line, DateKind.CROSS_REFERENCE)
    if _RECURRING.search(around):
        # "Quarterly from April 2024" gives no day by which anything is due; "March 2016 and annual review" does.
        is_start = _START.search(before) is not None
        return TargetDateDraft(line, DateKind.RECURRING, None if is_start else found.last)
    if _TERM.search(around):
        return TargetDateDraft(line, DateKind.TERM)
    if _START.search(before):
        return TargetDateDraft(line, DateKind.START, found.first)
    if _CONDITIONAL.search(around):
        return TargetDateDraft(line, DateKind.CONDITIONAL)
    if _ONGOING.search(around):
        # "March 2025 and ongoing" does name a day; "Ongoing - last newsletter November 2024" does not.
        if _ONGOING.search(before):
            return TargetDateDraft(line, DateKind.ONGOING)
        return TargetDateDraft(line, DateKind.FIXED, found.last)
    if re.search(r"\b(?:after|last|was|were|completed? (?:in|on))\b", before, re.I):
        return _unreadable(line)
    if re.search(r"\b(?:mid(?:dle)?|early)\b(?:[\s-]+of)?[\s-]*$", before, re.I):
        return TargetDateDraft(line, DateKind.FIXED, found.last)
    return TargetDateDraft(line, DateKind.FIXED, found.last, _scope(before, after))


def _scope(before: str, after: str) -> str:
    """What the date is for, when the line says so: the words before "by", or those after the date."""
    lead = _LINK_BEFORE.sub("", before).strip(" .,:;()–—-")
    tail = _LINK_AFTER.sub("", after).strip(" .,:;()–—-")
    return "; ".join(part for part in (lead, tail) if re.search(r"\w", part))


def _kind_without_date(line: str) -> DateKind:
    if _TO_BE_CONFIRMED.match(line):
        return DateKind.TO_BE_CONFIRMED
    if _CROSS_REFERENCE.match(line):
        return DateKind.CROSS_REFERENCE
    if _TERM.search(line):
        return DateKind.TERM
    if _RECURRING.search(line) and not re.match(r"\s*on[\s-]?going\b", line, re.I):
        return DateKind.RECURRING
    if _ONGOING.search(line):
        return DateKind.ONGOING
    if _CONDITIONAL.search(line):
        return DateKind.CONDITIONAL
    return DateKind.UNREADABLE


def _unreadable(line: str) -> TargetDateDraft:
    return TargetDateDraft(line, DateKind.UNREADABLE)


def _is_range(line: str, found: list[_Found]) -> bool:
    before, between = line[: found[0].start], line[found[0].end : found[1].start]
    if not _RANGE.match(before) or not _RANGE_LINK.match(between) or found[1].last < found[0].first:
        return False
    return "and" not in between.lower() or before.strip().lower() == "between"


def _split_at_dates(line: str, found: list[_Found]) -> list[str]:
    """Cut a line between its dates at "and", a comma, a semicolon or a slash; nothing if it does not fall apart so."""
    cuts = []
    for left, right in itertools.pairwise(found):
        links = list(re.finditer(r"\s*(?:;|,|/|&|\band\b)\s*", line[left.end : right.start], re.I))
        if not links:
            return []
        cuts.append((left.end + links[-1].start(), left.end + links[-1].end()))
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(line)]
    parts = [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return parts if all(len(_find(part)) == 1 for part in parts) else []


def _find(line: str) -> list[_Found]:
    """The dates of a line from left to right, none overlapping; impossible ones (31/02/2024) are not dates."""
    found: list[_Found] = []
    impossible: list[tuple[int, int]] = []
    for form in _FORMS:
        for match in form.finditer(line):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            span = _span(match.groupdict())
            if span is None and match.groupdict().get("day"):
                # "30 February 2026" is not "February 2026": nothing within it is a date.
                impossible.append((match.start(), match.end()))
            if span and not any(match.start() < end and start < match.end() for start, end in impossible):
                found.append(_Found(match.start(), match.end(), *span))
    return sorted(found, key=lambda each: each.start)


def _span(parts: dict[str, str | None]) -> tuple[dt.date, dt.date] | None:
    digits = re.sub(r"\D", "", parts.get("year") or "")
    year = int(digits) + (2000 if len(digits) == 2 else 0)
    if parts.get("to") is not None:
        return _financial_span(year, parts)
    name, number = parts.get("name"), parts.get("month")
    if name is None and number is None:
        return dt.date(year, 12, 31), dt.date(year, 12, 31)
    month = _MONTHS[name.lower().rstrip(".")] if name else int(number or 0)
    if not 1 <= month <= 12:
        return None
    last_day = calendar.monthrange(year, month)[1]
    if parts.get("day"):
        day = int(parts["day"] or 0)
        return (dt.date(year, month, day),) * 2 if 1 <= day <= last_day else None
    return dt.date(year, month, 1), dt.date(year, month, last_day)


def _financial_span(year: int, parts: dict[str, str | None]) -> tuple[dt.date, dt.date] | None:
    """A quarter, or the end, of a financial year written "2024/25" (April to March)."""
    if int((parts["to"] or "")[-2:]) != (year + 1) % 100:
        return None
    quarter = int(parts.get("quarter") or 4)
    first_year, first_month = (year + 1, 1) if quarter == 4 else (year, 1 + 3 * quarter)
    last_month = first_month + 2
    last = dt.date(first_year, last_month, calendar.monthrange(first_year, last_month)[1])
    return (dt.date(first_year, first_month, 1), last) if parts.get("quarter") else (last, last)

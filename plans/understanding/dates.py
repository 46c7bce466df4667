"""Target dates as councils write them: the text is kept, a kind is found, and a date only where one follows.

Rules: a month is due on its last day, so is a week; a start is its first day; numbers are day first, as in Britain;
two-digit years are of this century; school terms and seasons have no date, since nobody says on which day they end; a
year alone is not a date. Three readings are interpretations and are always flagged: "2024/25" alone is due at the end
of that financial year (31 March 2025); "Q2", "March" or "31 March" without a year lie in the plan's own year, if it has
one; "45382" is Excel's number of a day, if all of its column looks like that.
"""

import calendar
import datetime as dt
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from plans.rules import DateKind

from .draft import TargetDateDraft

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_WELSH = "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr"
_MONTHS |= {name: number for number, name in enumerate(_WELSH.split(), start=1)}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FINANCIAL = r"(?P<year>(?:20)?\d{2})\s?[/-]\s?(?P<to>(?:20)?\d{2})(?![\d/-])"
_QUARTER = r"(?:Q|qtr\.?\s?|quarter\s)(?P<quarter>[1-4])\b"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<![\d./-])(?P<year>(?:19|20)\d{2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d/-])",
        r"(?<![\d./-])(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)?\d{2})(?![\d/-]|\.\d)",
        rf"(?<![\w/]){_DAY}(?:\s+of)?[\s-]+(?P<name>{_MONTH})[\s,-]*(?P<year>(?:19|20)\d{{2}}|(?<=-)\d{{2}}|['’]\d{{2}})(?!\d)",
        rf"(?<![\w/]){_DAY}[\s-]+(?P<name>{_MONTH})\s+(?P<year>\d{{2}})(?![\d:/]|\s?[ap]m\b)",
        rf"(?<!\w)(?P<name>{_MONTH})\s+{_DAY},?\s+(?P<year>(?:19|20)\d{{2}})(?!\d)",
        rf"(?<!\w)(?P<name>{_MONTH})[\s,]{{0,4}}-?\s{{0,2}}(?P<year>(?:19|20)\d{{2}}|(?<=-)\d{{2}}|['’]\d{{2}})(?!\d|/\d)",
        rf"(?<!\w)(?P<name>{_MONTH})\s?/\s?(?P<year>(?:19|20)\d{{2}})(?![\d/])",
        r"(?<![\d./-])(?P<month>\d{1,2})[/.](?P<year>(?:19|20)\d{2})(?![\d/]|\.\d)",
        r"(?<![\d./-])(?P<iso>20\d{2})-(?P<month>0[1-9]|1[0-2])(?![\d/-])",
        rf"\b{_QUARTER}[\s,(of:-]*(?:(?:fy|financial year)\s?)?{_FINANCIAL}",
        rf"(?<![\w/-])(?:(?:fy|financial year)\s?)?{_FINANCIAL}[\s,:-]*{_QUARTER}",
        rf"\b(?:end|close)(?:\sof)?(?:\s(?:the\s)?(?:financial\s?year|year|fy))?\s?(?<!\d){_FINANCIAL}",
        rf"\b(?:financial\s?)?year[\s-]end\s{_FINANCIAL}",
        r"\bend\sof\s(?:the\s)?(?:calendar\s)?(?:year\s)?(?P<year>20\d{2})(?!\d|[/-]\s?\d)",
    )
)

_START = re.compile(r"\b(?:with effect from|w\.?e\.?f\.?|from|starting|starts?|commenc\w+|beginning|since)\b", re.I)
_ONWARDS = re.compile(r"^\W*(?:and\s)?(?:onwards?|start\b|ymlaen)", re.I)
_WEEK = re.compile(r"\b(?:week\s(?:commencing|beginning|of|starting)|w\s?[/.]?\s?[cb]\.?)\s*:?\s*(?:the\s)?$", re.I)
_RECURRING = re.compile(
    r"\b(?:annual(?:ly)?|yearly|(?:each|per|every)\s+(?:\w+\s+)?(?:year|month|quarter|week|term|meeting|autumn|spring|summer|"
    r"winter)s?|monthly|quarterly|termly|weekly|fortnightly|daily|bi-?annual(?:ly)?|biennial(?:ly)?|bi-?monthly|bi-?weekly|"
    r"(?:six|three|two|\d{1,2})[- ](?:monthly|yearly|weekly)|half[- ]?yearly|(?:twice|once) (?:a|per|each|every) "
    r"(?:year|month|term|quarter)|\d{1,2} times (?:a|per) (?:year|month|term)|regular(?:ly)?|per annum|p\.a\.|"
    r"refresh\w* annually|recurring|rolling|"
    r"bob (?:blwyddyn|mis|chwarter|tymor)|yn flynyddol|blynyddol|chwarterol|misol)(?!\w)",
    re.I,
)
_ONGOING = re.compile(
    r"\b(?:on[\s-]?going|continu(?:ous|ously|ing|ed|es|al|ally)|business as usual|bau|throughout|"
    r"permanent(?:ly)?|parhaus)\b",
    re.I,
)
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
_CROSS_REFERENCE = re.compile(
    r"^(?:please\s+)?(?:see|as|same as|refer to)\s+(?:for\s+)?.*(?:\d|above|below)|^\W*(?:ditto|as per|in line with|in "
    r"accordance with|according to|aligned (?:to|with)|as (?:set out|detailed|described|stated) in)\b.*"
    r"\b(?:schedules?|plans?|"
    r"programme|timetable|calendar|polic(?:y|ies)|strategy|cycle|timelines?|guidance|above|below)\b|^\W*ditto\W*$",
    re.I,
)
_TO_BE_CONFIRMED = re.compile(
    r"^\W*(?:t\.?\s?b\.?\s?[cda]\.?|(?:date|dates|timescale)?\s?to be (?:confirmed|agreed|determined|decided|set|"
    r"advised|scheduled|arranged)|i['’]w (?:gadarnhau|gytuno))(?!\w)",
    re.I,
)
_RANGE = re.compile(r"^\W*(?:(?:from|between)\s+)?$", re.I)
_RANGE_LINK = re.compile(r"^\s*(?:-|–|—|to|until|and)\s*$", re.I)
_LINK_BEFORE = re.compile(
    r"(?:[\s,:;(–—-]|\b(?:by|before|due|due by|no later than|not later than|in|on|the|end of|(?:the )?end|start of|"
    r"completed?(?: by)?|deadline|target(?: date)?|complete|next review|review(?: due)?|until|delivery|delivered by|"
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|late|"
    r"week (?:commencing|beginning|ending|of)|w[/.][cbe]|during|erbyn|diwedd|mis|to be|Q[1-4]))+$",
    re.I,
)
_LINK_AFTER = re.compile(
    r"^(?:[\s,:;)–—.-]|T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m)?Z?|\d{1,2}\s?[ap]m\b|\bfor\b)+", re.I
)
_REVISED = re.compile(
    r"^\W*(?:(?:now|revised|extended|moved|changed|amended|postponed|deferred|put back|slipped|rescheduled)\W*"
    r"(?:date\W*)?(?:to|until|date)?|→|->|=>)\W*(?:now\s)?$",
    re.I,
)
_FORMERLY = re.compile(
    r"^\W*(?:was|were|previously|formerly|originally|(?:moved|changed|revised|extended|deferred|slipped|put back) from|"
    r"(?:original|previous|former|old)(?: target| due)?(?: date| deadline)?(?: was)?)\W*$",
    re.I,
)
"""Between two dates of which the first one holds: "March 2027 (was December 2026)"."""

_FINISHED = re.compile(
    rf"\b(?:completed|complete(?=[\W\d]*$|\W*(?:in\W)?(?:\d|{_MONTH}))|done|achieved|delivered|closed|"
    r"finished|signed off|cwblhawyd)\b",
    re.I,
)
_STILL_TO_DO = re.compile(r"\b(?:by|be|to|before|until|due|deadline|no later than|within|for|target)\b", re.I)
_FINANCIAL_YEAR_ALONE = re.compile(
    r"^\W*(?:(?:by|in|during|within|for|end of|over|the|financial year|fy|f/y)[\s:]*)*"
    r"(?P<year>(?:20)\d{2}|(?<=fy)\d{2}|"
    r"(?<=fy )\d{2})\s?[/–-]\s?(?P<to>(?:20)?\d{2})(?:\s(?:financial year|fy))?\W*$",
    re.I,
)
_YEARLESS = re.compile(
    rf"^\W*(?:(?:by|before|due|in|on|the|no later than|not later than|end|end of|of|early|mid|late|during)[\s:]+)*"
    rf"(?:(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?)?(?P<name>{_MONTH})|{_QUARTER}|(?P<end>(?:financial\s)?year[\s-]end|"
    rf"(?:(?<=end of )|(?<=end ))(?:the\s)?(?:financial\s)?year))\W*$",
    re.I,
)
_SHORT_YEAR = re.compile(
    rf"^\W*(?:(?:by|before|due|in|no later than|not later than|end|end of|early|mid|late|during)[\s:]+)*"
    rf"(?P<name>{_MONTH})\s(?P<year>\d{{2}})\W*$",
    re.I,
)
"""In Britain "Sept 25" is a month and a year if that is a year of the plan; a day would stand in front."""

_EARLIER = re.compile(
    rf"(?:(?<!\w)(?P<name>{_MONTH})|(?<![\w/.-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?)(?P<link>\s*(?:/|-|–|—|to|or|and|&|,)\s*)$",
    re.I,
)
_SHORT_YEAR_IN = re.compile(
    rf"(?<!\w)(?:(?P<from_name>{_MONTH})\s*(?:-|–|—|to|/)\s*)?(?P<name>{_MONTH})[\s(]*(?P<year>\d{{2}})(?![\w/])", re.I
)
_YEARLESS_IN = re.compile(
    rf"(?<!\w)(?:{_QUARTER}|(?:(?P<from_name>{_MONTH})\s*(?:-|–|—|to|/)\s*)?(?P<name>{_MONTH})(?!\w))", re.I
)
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_EXCEL_DAYS = range(36526, 55154)
"""1 January 2000 to 31 December 2050: Excel counts days, and shows the number where a cell has lost its format."""


_WITHIN = re.compile(
    r"\b(?:with)?in\s(?:the next\s)?(?:\d{1,3}|\w{2,6})\s(?:working\s)?(?:day|week|month|year)s?\b", re.I
)
_PRESSING = re.compile(
    r"\b(?:asap|a\.s\.a\.p|as soon as|immediate(?:ly)?|urgent(?:ly)?|now|within|"
    r"(?:short|medium|long)(?:er)?[\s-]+term)\b",
    re.I,
)
"""Words that call for a day without giving one."""

MAX_LINE = 500
"""A longer line is not searched for a target date; it is kept as written."""


@dataclass(frozen=True)
class _Found:
    """A date within a line; `first` is the first day that the words can mean, `last` the last."""

    start: int
    end: int
    first: dt.date
    last: dt.date
    is_range: bool = False
    is_inherited: bool = False  # its year, or year and month, stand at the date after it


def read_target_dates(
    lines: list[str], *, period: tuple[dt.date, dt.date] | None = None, serials: bool = False
) -> list[TargetDateDraft]:
    """The target dates of a cell, one a line or bullet; a line that names two deadlines gives two. Blank gives none.

    `period` is the plan's first and last day: if it is about a year, "Q2" or "March" is read as that year's. `serials`
    says that the whole column holds Excel's day numbers (`looks_like_serials`).
    """
    dates: list[TargetDateDraft] = []
    for line in lines:
        written = line.strip()
        if not re.search(r"\w", written):
            continue
        read = [_from_serial(written)] if serials and _is_serial(written) else _read_line(written)
        for date in (_in_period(each, period) for each in read):
            same = next((each for each in dates if date.on and (each.kind, each.on, each.scope) == _said(date)), None)
            if same is None:
                dates.append(date)
            elif date.as_written not in same.as_written:
                # "31 Mawrth 2027" and "31 March 2027": one day, said twice.
                same.as_written = f"{same.as_written} / {date.as_written}"
    return dates


def _said(date: TargetDateDraft) -> tuple[DateKind, dt.date | None, str]:
    return date.kind, date.on, date.scope


def unread_dates(dates: list[TargetDateDraft]) -> list[str]:
    """What a person is told about target dates: which could not be read, and which are one reading among others."""
    flags = []
    for date in dates:
        written = f"“{date.as_written[:80]}”"
        if date.kind is DateKind.UNREADABLE:
            if _says_finished(date.as_written):
                flags.append(f"Target date {written} says that the work is done, not when it was due: kept as written.")
            elif re.search(r"\d", date.as_written) or _PRESSING.search(date.as_written[:MAX_LINE]):
                flags.append(
                    f"Target date {written} was not read as a date: it is kept as written and cannot fall overdue."
                )
        elif date.kind is DateKind.FIXED and date.on and (why := _interpreted(date)):
            flags.append(f"Target date {written} was read as {_long(date.on)}, {why}.")
    return flags


def looks_like_serials(texts: Iterable[str]) -> bool:
    """Whether a column holds Excel's day numbers: at least two, and nothing else that has digits."""
    found = [text.strip() for text in texts if re.search(r"\d", text)]
    return len(found) > 1 and all(_is_serial(text) for text in found)


def read_date(text: str) -> dt.date | None:
    """The one date that a text states, a month as its last day; None when it states none or several."""
    found = _find(text)
    return found[0].last if len(found) == 1 else None


def dates_named(text: str) -> list[tuple[str, dt.date, dt.date]]:
    """Every date in a running text: as written, the first and the last day that it can mean."""
    return [(text[each.start : each.end], each.first, each.last) for each in _find(text)]


def date_at_start(text: str, start: int) -> tuple[int, dt.date, dt.date] | None:
    """The date that a text has at this place: where it ends, its first and its last day; None if none stands there."""
    for each in _find(text):
        if each.start == start:
            return each.end, each.first, each.last
    return None


def time_of_words(text: str, period: tuple[dt.date, dt.date] | None) -> tuple[dt.date, dt.date] | None:
    """The time that a heading names without a full year: "Apr–Jun 24", or in a plan of about a year "Q1", "April"."""
    if match := _SHORT_YEAR_IN.search(text):
        span, from_name = _short_year(match), match["from_name"]
        if from_name is None:
            return span
        year = span[0].year - (_MONTHS[from_name.lower().rstrip(".")] > span[0].month)
        first = _span({"year": str(year), "name": from_name})
        return (first[0], span[1]) if first else None
    if period is None or not (match := _YEARLESS_IN.search(text)):
        return None
    last = yearless_span(match.groupdict(), period)
    if last and match["from_name"]:
        first = yearless_span({"name": match["from_name"]}, period)
        return (first[0], last[1]) if first and first[0] <= last[0] else None
    return last


def _short_year(match: re.Match[str]) -> tuple[dt.date, dt.date]:
    year, month = 2000 + int(match["year"]), _MONTHS[match["name"].lower().rstrip(".")]
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _is_serial(text: str) -> bool:
    return re.fullmatch(r"[345]\d{4}(?:\.0+)?", text) is not None and int(text[:5]) in _EXCEL_DAYS


def _from_serial(text: str) -> TargetDateDraft:
    return TargetDateDraft(text, DateKind.FIXED, _EXCEL_DAY_0 + dt.timedelta(days=int(text[:5])))


def _interpreted(date: TargetDateDraft) -> str:
    """Why a date is one reading of its words; "" if they say it outright."""
    written = date.as_written
    found = _find(written) if len(written) <= MAX_LINE else []
    if len(found) > 1 and _REVISED.match(written[found[-2].end : found[-1].start]):
        return "the later of its dates"
    if found:
        return ""
    if _is_serial(written):
        return "Excel's number of that day"
    if _FINANCIAL_YEAR_ALONE.match(written):
        return "the end of that financial year"
    if _SHORT_YEAR.match(written):
        return "a month and a year of the plan"
    return "by the year of the plan or of the date beside it" if _YEARLESS.match(written) else ""


def _in_period(date: TargetDateDraft, period: tuple[dt.date, dt.date] | None) -> TargetDateDraft:
    """A date without a year, read in a plan of about one year; any other as it is."""
    if date.kind is not DateKind.UNREADABLE or period is None or len(date.as_written) > MAX_LINE:
        return date
    span = None
    if match := _YEARLESS.match(date.as_written):
        span = yearless_span(match.groupdict(), period)
    elif match := _SHORT_YEAR.match(date.as_written):
        span = short_year_span(match, period)
    return replace(date, kind=DateKind.FIXED, on=span[1]) if span else date


def yearless_span(parts: dict[str, str | None], period: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a quarter ("quarter"), a month ("name") or the year's end in a plan of about a year.

    Quarters count from the plan's first day if that is 1 April or 1 January. None for longer plans, where the words
    could mean any of their years.
    """
    first, last = period
    if not 300 <= (last - first).days <= 370:
        return None
    if parts.get("end"):
        return (last, last) if (last.month, last.day) == (3, 31) else None
    if parts.get("quarter"):
        if (first.month, first.day) not in ((4, 1), (1, 1)):
            return None
        month = first.month + 3 * (int(parts["quarter"] or 1) - 1)
        year, month = first.year + (month - 1) // 12, (month - 1) % 12 + 1
        return dt.date(year, month, 1), dt.date(year, month + 2, calendar.monthrange(year, month + 2)[1])
    if not parts.get("name"):
        return None
    month = _MONTHS[(parts["name"] or "").lower().rstrip(".")]
    year = first.year + (month < first.month)
    span = _span({"year": str(year), "month": str(month), "day": parts.get("day")})
    return span if span and span[0] <= last else None


def short_year_span(match: re.Match[str], period: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date] | None:
    """The month of "Sept 25" if 2025 is a year of the plan or the one after."""
    span = _short_year(match)
    return span if period[0].year <= span[0].year <= period[1].year + 1 else None


def _says_finished(line: str) -> bool:
    """ "Completed March 2024" and "DONE", but not "to be completed by March 2024"."""
    match = _FINISHED.search(line[:MAX_LINE])
    return match is not None and not _STILL_TO_DO.search(line)


def _read_line(line: str) -> list[TargetDateDraft]:
    if len(line) > MAX_LINE:
        return [_unreadable(line)]
    found = _find(line)
    if _says_finished(line) and (found or _FINISHED.match(line.lstrip(" -–•*("))):
        return [_unreadable(line)]
    if len(found) == 2 and _is_range(line, found):
        # "April 2024 to March 2025": the work is due when the range ends.
        return [TargetDateDraft(line, DateKind.FIXED, found[1].last)]
    if len(found) > 1 and _REVISED.match(line[found[-2].end : found[-1].start]):
        return [TargetDateDraft(line, DateKind.FIXED, found[-1].last)]
    if len(found) == 2 and _FORMERLY.match(line[found[0].end : found[1].start]):
        return [TargetDateDraft(line, DateKind.FIXED, found[0].last)]
    if len(found) > 1:
        parts = _split_at_dates(line, found)
        return [date for part, each in parts for date in _read_part(part, each)] if parts else [_unreadable(line)]
    if not found:
        if (match := _FINANCIAL_YEAR_ALONE.match(line)) and (span := _span({**match.groupdict(), "quarter": None})):
            return [TargetDateDraft(line, DateKind.FIXED, span[1])]
        return [TargetDateDraft(line, _kind_without_date(line))]
    return [_with_date(line, found[0])]


def _read_part(part: str, found: _Found) -> list[TargetDateDraft]:
    return [TargetDateDraft(part, DateKind.FIXED, found.last)] if found.is_inherited else _read_line(part)


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
    if _WEEK.search(before) and found.first == found.last:
        return TargetDateDraft(line, DateKind.FIXED, found.last + dt.timedelta(days=6))
    if found.is_range and _RANGE.match(before):
        return TargetDateDraft(line, DateKind.FIXED, found.last)
    if _START.search(before) or _ONWARDS.match(after):
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
    if _WITHIN.search(line):
        return (
            DateKind.CONDITIONAL if re.search(r"\b(?:of|from|after|following)\b", line, re.I) else DateKind.UNREADABLE
        )
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


def _long(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _unreadable(line: str) -> TargetDateDraft:
    return TargetDateDraft(line, DateKind.UNREADABLE)


def _is_range(line: str, found: list[_Found]) -> bool:
    before, between = line[: found[0].start], line[found[0].end : found[1].start]
    if not _RANGE.match(before) or not _RANGE_LINK.match(between) or found[1].last < found[0].first:
        return False
    return "and" not in between.lower() or before.strip().lower() == "between"


def _split_at_dates(line: str, found: list[_Found]) -> list[tuple[str, _Found]]:
    """Cut a line between its dates at "and", a comma, a semicolon or a slash; nothing if it does not fall apart so."""
    cuts = []
    for left, right in itertools.pairwise(found):
        links = list(re.finditer(r"\s*(?:;|,|/|&|\band\b)\s*", line[left.end : right.start], re.I))
        if not links:
            return []
        cuts.append((left.end + links[-1].start(), left.end + links[-1].end()))
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(line)]
    parts = [(line[start:end].strip(), each) for start, end, each in zip(starts, ends, found, strict=True)]
    return parts if all(each.is_inherited or len(_find(part)) == 1 for part, each in parts) else []


def _find(line: str) -> list[_Found]:
    """The dates of a line from left to right, none overlapping; impossible ones (31/02/2024) are not dates."""
    found: list[_Found] = []
    taken = bytearray(len(line))
    for form in _FORMS:
        for match in form.finditer(line):
            start, end = match.span()
            if 1 in taken[start:end]:
                continue
            span = _span(match.groupdict())
            if span is None and not match.groupdict().get("day"):
                continue
            # "30 February 2026" is not "February 2026": nothing within an impossible date is one.
            taken[start:end] = b"\x01" * (end - start)
            if span:
                found.append(_Found(start, end, *span))
    return _with_earlier_months(line, sorted(found, key=lambda each: each.start))


def _with_earlier_months(line: str, found: list[_Found]) -> list[_Found]:
    """ "March/April 2025" is one date, from March to the end of April; "March and September 2025" are two."""
    whole: list[_Found] = []
    for each in found:
        floor = whole[-1].end if whole else 0
        parts = [each]  # from right to left
        while match := _EARLIER.search(line, max(floor, parts[-1].start - 30), parts[-1].start):
            earlier = _earlier(match, parts[-1])
            if earlier is None:
                break
            if match["link"].strip().lower() in ("and", "&", ","):
                parts.append(earlier)
            else:
                parts[-1] = replace(parts[-1], start=earlier.start, first=earlier.first, is_range=True)
                break
        whole += reversed(parts)
    return whole


def _earlier(match: re.Match[str], later: _Found) -> _Found | None:
    """The month or day that takes its year, or year and month, from the date after it."""
    end = match.start("link")
    if match["day"]:
        day = int(match["day"])
        if later.first != later.last or "," in match["link"] or not 0 < day < later.first.day:
            return None
        return _Found(match.start(), end, *[later.first.replace(day=day)] * 2, is_inherited=True)
    if later.first == later.last:
        return None
    month = _MONTHS[match["name"].lower().rstrip(".")]
    if month == later.first.month:
        return None
    year = later.first.year - (month > later.first.month)
    span = _span({"year": str(year), "month": str(month)})
    return _Found(match.start(), end, *span, is_inherited=True) if span else None


def _span(parts: dict[str, str | None]) -> tuple[dt.date, dt.date] | None:
    digits = re.sub(r"\D", "", parts.get("year") or parts.get("iso") or "")
    year = int(digits) + (2000 if len(digits) == 2 else 0)
    if parts.get("iso") and int(parts["month"] or 0) == (year + 1) % 100:
        return None  # "2011-12" may be a month or a financial year
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

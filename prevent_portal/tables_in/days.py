"""Days as lists from other systems write them."""

import datetime as dt
import re
from typing import Any

EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
"""1954 to 2119: a number outside is no day of a list."""

_TIME = re.compile(
    r"(?:[T\s]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?(?:Z|[+-]\d{2}:?\d{2})?)$", re.I
)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.I)
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b", re.I)
_NUMBERS = re.compile(r"(\d{1,4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,4})$")
_WORDS = re.compile(r"(\d{1,2})[\s\-/]+([A-Za-z]{3,9})\.?,?[\s\-/]+(\d{4}|\d{2})$")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_day(value: Any) -> dt.date | None:
    """The day in a cell; None for an empty one.

    A date cell, 2026-12-08, 8/12/2026 (the day first, always), 8.12.26, 8 December 2026, December 8, 2026, each with or
    without a time, or Excel's number of a day. Raises ValueError for anything else, impossible days among them.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, int | float):
        return _excel_day(int(value))
    text = str(value or "").strip()
    if not text:
        return None
    if text.isdecimal() and text.isascii() and len(text) == 5:
        return _excel_day(int(text))
    text = _ORDINAL.sub(r"\1", _WEEKDAY.sub("", _TIME.sub("", text)))
    if found := _NUMBERS.match(text):
        first, month, last = found.groups()
        if len(first) == 4:
            return dt.date(int(first), int(month), int(last))
        if len(first) <= 2 and len(last) in (2, 4):
            return dt.date(_full(last), int(month), int(first))
    elif found := _WORDS.match(text):
        day, month, year = found.groups()
        return dt.date(_full(year), _month(month), int(day))
    elif found := _MONTH_FIRST.match(text):
        month, day, year = found.groups()
        return dt.date(int(year), _month(month), int(day))
    raise ValueError(text)


def _excel_day(number: int) -> dt.date:
    if number not in EXCEL_DAYS:
        raise ValueError(number)
    return EXCEL_DAY_ZERO + dt.timedelta(days=number)


def _full(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


def _month(word: str) -> int:
    try:
        return _MONTHS.index(word[:3].lower()) + 1
    except ValueError:
        raise ValueError(word) from None

"""What a plan says about itself outside its tables: title, period, marking, date of update, declared totals."""

import datetime as dt
import re
from collections.abc import Iterable

from .dates import dates_named
from .draft import PlanDraft

_UPDATED = re.compile(
    r"^(?:date of (?:last |latest )?(?:update|version|revision)|(?:date )?last (?:updated|update|reviewed)|"
    r"updated(?: on)?|date updated|version date|update date)\b",
    re.I,
)
_MARKING = re.compile(
    r"^(?:(?:protective |security )?(?:marking|classification)\s*[:–-]?\s*)?(OFFICIAL(?:\s*[-–—:]?\s*SENSITIVE)?)\b"
)
_MARKING_KEY = re.compile(r"^(?:protective |security )?(?:marking|classification)$", re.I)
_TOTAL = re.compile(r"^(?:total\s+(?:number\s+of\s+)?actions?|number\s+of\s+actions?|total)\W*$", re.I)
_COLOUR = re.compile(r"\b(green|amber|red|blue)\b", re.I)
_COUNTED = re.compile(
    r"^(?:(?:total\s+)?(?:number|no\.?)\s+of\b|total\b|actions?\b|green\b|amber\b|red\b|blue\b|completed?\b)", re.I
)
_COMPLETE = re.compile(r"\bcompleted?\b", re.I)
_YEARS = re.compile(r"\b(20\d{2})\s?(?:[-–/]|to)\s?(20\d{2}|\d{2})(?![\d/])")
_PERIOD_KEY = re.compile(r"^(?:plan |reporting )?period(?: covered)?$", re.I)
_PLAN_TITLE = re.compile(r"\b(?:action|delivery|partnership|prevent)\s+plan\b", re.I)
_MAX_TITLE_WORDS = 16
_ITEM = re.compile(r"\d{1,2}[.)]|\W")
_OF_A_REPORT = re.compile(
    r"^(?:(?:\d{1,2}(?:\.\d{1,2})*|appendix|annex)\W*)?(?:executive summary|summary|introduction(?: and background)?|"
    r"background(?: and (?:introduction|context))?|context|recommendations?(?: ?\(s\))?|(?:table of )?contents|"
    r"foreword|purpose(?: of (?:the |this )?report)?|consultation.{0,60}|"
    r"(?:financial|legal|other|diversity and equality)?\s*implications?|background papers.{0,80}|"
    r"(?:issues|reasons|options|impact) (?:for|on|and|,).{0,80}|conclusions?|glossary|key|legend|appendices.{0,30}|"
    r"appendix \w{1,3}|annex \w{1,3}|report author.{0,40}|next steps|overview)\W*$",
    re.I,
)


def read_fact(draft: PlanDraft, texts: Iterable[str]) -> bool:
    """Take a fact about the plan from a row's texts or a paragraph ("Date of update: 14/12/23"); False without one."""
    parts = [text.strip() for text in texts if text.strip()]
    if len(parts) == 1 and ":" in parts[0]:
        parts = [part.strip() for part in parts[0].split(":", 1)]
    if len(parts) == 1:
        return _read_marking(draft, parts[0])
    if len(parts) != 2:
        return False
    key, value = re.sub(r"\s+", " ", parts[0]).rstrip(" :"), parts[1]
    if re.fullmatch(r"\d{1,4}", value):
        return _read_total(draft, key, int(value))
    if _UPDATED.match(key):
        named = dates_named(value)
        if len(named) == 1 and named[0][1] == named[0][2]:
            draft.updated_on = named[0][2]
            return True
        return False
    if _MARKING_KEY.match(key):
        return _read_marking(draft, value)
    if _PERIOD_KEY.match(key) and len(days := dates_named(value)) == 2:
        draft.period_start, draft.period_end = days[0][1], days[1][2]
        return True
    if key.lower() in ("aim", "overall aim", "aim of the plan") and not draft.aim:
        draft.aim = value
        return True
    return False


def read_marking_in(draft: PlanDraft, texts: Iterable[str]) -> None:
    """Take the highest marking among page headers and footers."""
    for text in texts:
        _read_marking(draft, text)


def names_plan(text: str) -> bool:
    """Whether a line calls itself a plan, as a title does."""
    return bool(_PLAN_TITLE.search(text))


def heads_report(text: str) -> bool:
    """Whether a line is what any report's section may be called ("Executive summary", "Financial implications")."""
    return bool(_OF_A_REPORT.match(text.strip()))


def find_title(headings: list[str], texts: list[str], property_title: str, filename: str) -> str:
    """The plan's title: a heading or an early line that calls itself a plan, else the first heading, line or name.

    What any report's section may be called is no title.
    """
    headings = [text for text in headings if not heads_report(text)]
    lines = [
        text
        for text in texts[:40]
        if not _ITEM.match(text) and not heads_report(text) and not text.rstrip().endswith((":", ";", "."))
    ]
    short = [text for text in (*headings, *lines) if len(text.split()) <= _MAX_TITLE_WORDS]
    for text in (*short, property_title):
        if _PLAN_TITLE.search(text) and not text.rstrip().endswith((":", ";", ".")):
            return text
    for text in (*headings, property_title, *short):
        if text:
            return text
    return re.sub(r"[\W_]+", " ", filename.rsplit(".", 1)[0]).strip() or "Prevent action plan"


def find_period(texts: Iterable[str]) -> tuple[dt.date, dt.date] | None:
    """The financial years that the first text with years names: 2024-25 is 1 April 2024 to 31 March 2025."""
    for text in texts:
        for match in _YEARS.finditer(text):
            first, last = int(match[1]), int(match[2])
            last += 2000 if last < 100 else 0
            if first < last <= first + 5:
                return dt.date(first, 4, 1), dt.date(last, 3, 31)
        # "April 2025 to March 2026"
        named = dates_named(text) if len(text) < 200 else []
        if len(named) == 2 and 80 < (named[1][2] - named[0][1]).days < 5 * 366:
            return named[0][1], named[1][2]
    return None


def written(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _read_total(draft: PlanDraft, key: str, number: int) -> bool:
    colours = {colour.lower() for colour in _COLOUR.findall(key)}
    if len(colours) == 1 and _COUNTED.match(key):
        draft.declared[colours.pop()] = number
    elif not colours and _TOTAL.match(key):
        draft.declared["total"] = number
    elif not colours and _COMPLETE.search(key) and _COUNTED.match(key):
        draft.declared["blue"] = number
    else:
        return False
    return True


def _read_marking(draft: PlanDraft, text: str) -> bool:
    match = _MARKING.match(text.strip())
    # "OFFICIAL" in capitals at the head of a short line; "Official CTLP (redacted)" in a sentence is no marking.
    if not match or len(text.split()) > 8:
        return False
    found = "OFFICIAL-SENSITIVE" if "SENSITIVE" in match[1] else "OFFICIAL"
    if draft.marking != "OFFICIAL-SENSITIVE":
        draft.marking = found
    return True

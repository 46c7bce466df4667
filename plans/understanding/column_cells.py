"""What the cells of a column are like, which says what it holds where its heading does not."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plans.rules import DateKind
from prevent_portal.tables_in import Row

from .columns import Field, is_ref
from .dates import looks_like_serials, read_target_dates
from .fills import colour_family
from .owners import read_owners
from .rag import rag_from_text
from .rag_words import ticked
from .words import ACTION_VERBS, words_in

PROFILED_ROWS = 60
"""So many rows below a heading are looked at to learn what a column holds."""

_GRADE = re.compile(r"^(?:high|medium|med|low|h|m|l|critical|urgent|\d)$", re.IGNORECASE)
_YES_NO = re.compile(r"^(?:y|n|yes|no|✓|✔|✗|x|n/a)$", re.IGNORECASE)
_DUE = frozenset({DateKind.FIXED, DateKind.RECURRING, DateKind.ONGOING, DateKind.TO_BE_CONFIRMED, DateKind.TERM})


@dataclass(frozen=True)
class Profile:
    """What the cells of a column are like; shares are of its filled cells, 0 to 1."""

    filled: int
    words: float  # the mean
    refs: float
    dates: float
    rag: float
    owners: float
    verbs: float  # cells that begin with an order: "Publish ..."
    grades: float
    yes_no: float
    repeats: float  # cells that say what an earlier one said
    rows: int
    merged: float  # rows that a cell goes on into from above
    serials: bool  # a spreadsheet's day numbers, and nothing else: dates only under a heading that asks for dates

    @property
    def is_text(self) -> bool:
        return self.words >= 4 and self.dates < 0.5 and self.rag < 0.5 and self.refs < 0.5


def fit(each: Field, profile: Profile | None) -> float:
    """How well a column's cells go with a field, as a factor on what its heading says; 1 where they say nothing."""
    if profile is None or (profile.filled == 0 and profile.rag == 0):
        return 1.0
    few = profile.filled < 3
    holds_dates = profile.dates >= 0.4 or profile.serials
    if each is Field.TARGET_DATE:
        return 1.05 if holds_dates else 0.95 if few or profile.dates > 0.1 else 0.45
    if each in (Field.START_DATE, Field.COMPLETED):
        return 1.05 if holds_dates else 0.9 if few and not profile.yes_no else 0.3
    if each is Field.RAG:
        if profile.rag >= 0.3:
            return 1.1
        return 0.95 if profile.words <= 4 and profile.grades < 0.5 else 0.5
    if each is Field.SECTION:
        if profile.grades > 0.5:
            return 0.1
        return 1.05 if profile.repeats > 0.3 else 0.85 if profile.words > 12 else 1.0
    if each is Field.REF:
        if profile.refs > 0.5:
            return 1.05
        return 0.2 if profile.grades > 0.5 else 0.35 if profile.words > 3 else 0.9
    if each in (Field.OWNER, Field.PARTNERS):
        if profile.rag > 0.5 or profile.dates > 0.5 or profile.yes_no > 0.5:
            return 0.3
        return 1.05 if profile.owners > 0.5 and profile.words <= 12 else 0.5 if profile.verbs > 0.5 else 0.9
    if each is Field.ACTION:
        if profile.rag > 0.5 or profile.dates > 0.5 or profile.refs > 0.5:
            return 0.3
        return 1.1 if profile.verbs > 0.4 else 1.0
    if each is Field.OBJECTIVE:
        return 0.2 if max(profile.rag, profile.dates, profile.grades, profile.refs - 0.1) > 0.5 else 1.0
    if each is Field.PROGRESS:
        if profile.grades > 0.5 or profile.yes_no > 0.5:
            return 0.4
        return 0.6 if profile.rag > (0.99 if few else 0.6) and profile.words <= 3 else 1.0
    if each in (Field.OUTCOME, Field.MILESTONES):
        return 0.5 if profile.dates > 0.6 or profile.rag > 0.6 or profile.grades > 0.6 else 1.0
    return 1.0


def profiles_of(rows: Sequence[Row], width: int) -> dict[int, Profile]:
    """What each column's cells are like, by column from 0; columns without any are left out."""
    texts: dict[int, list[str]] = {column: [] for column in range(width)}
    fills, merged = Counter[int](), Counter[int]()
    counted = 0
    for row in rows:
        if len(row.filled_cells) < 2:
            continue
        counted += 1
        if counted > PROFILED_ROWS:
            break
        usual = [cell.fill for cell in row.cells]
        for cell in row.cells:
            if cell.column >= width:
                continue
            if cell.is_continuation:
                merged[cell.column] += 1
            elif not cell.is_empty:
                texts[cell.column].append(" ".join(cell.text[:400].split()))
            elif cell.fill and 2 * usual.count(cell.fill) <= len(usual):
                fills[cell.column] += colour_family(cell.fill) in ("green", "amber", "red", "blue", "purple")
    return {
        column: _profile(found, fills[column], merged[column], min(counted, PROFILED_ROWS))
        for column, found in texts.items()
        if found or fills[column]
    }


def _profile(texts: list[str], filled_by_colour: int, merged: int, rows: int) -> Profile:
    count = len(texts)
    share = count or 1
    rags = sum(len(ticked(text)) < 40 and (rag_from_text(text) is not None or ticked(text) != text) for text in texts)
    return Profile(
        filled=count,
        words=sum(len(text.split()) for text in texts) / share,
        refs=sum(is_ref(text) for text in texts) / share,
        dates=sum(is_date(text) for text in texts) / share,
        rag=(rags + filled_by_colour) / max(count + filled_by_colour, 1),
        owners=sum(_is_owner(text) for text in texts) / share,
        verbs=sum(is_order(text) for text in texts) / share,
        grades=sum(bool(_GRADE.match(text)) for text in texts) / share,
        yes_no=sum(bool(_YES_NO.match(text)) for text in texts) / share,
        repeats=1 - len(set(texts)) / share if count else 0.0,
        rows=rows,
        merged=merged / rows,
        serials=looks_like_serials(texts),
    )


def is_date(text: str) -> bool:
    """Whether a cell is a target date and not a sentence that names one."""
    if len(text) > 80 or len(text.split()) > 10 or is_order(text):
        return False  # "Write the yearly report" orders something and dates nothing
    return any(date.kind in _DUE for date in read_target_dates([text]))


def _is_owner(text: str) -> bool:
    if len(text.split()) > 12 or is_date(text) or is_ref(text) or _YES_NO.match(text):
        return False
    return bool(read_owners([text])) and not is_order(text)


def is_order(text: str) -> bool:
    """Whether a cell begins with what somebody is to do: "Publish ..."."""
    words = words_in(text[:80])
    if words[:1] == ["to"]:
        words = words[1:]
    return len(words) >= 3 and words[0] in ACTION_VERBS


KINDS: dict[str, Callable[[str], bool]] = {
    Field.REF: is_ref,
    Field.ACTION: is_order,
    Field.TARGET_DATE: is_date,
    Field.START_DATE: is_date,
    Field.COMPLETED: is_date,
    Field.RAG: lambda text: rag_from_text(text) is not None,
}

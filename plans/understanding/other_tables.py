"""Tables of a plan's file that are no part of the plan: what they are, so that setting them aside can say why."""

import re
from collections.abc import Iterable, Sequence

from prevent_portal.tables_in import Row, Table

from .columns import Field, candidates, normalised
from .words import word_set

LOOKED_AT = 3
"""Rows at the top of a table in which its heading is looked for."""

_OF_A_RISK_REGISTER = re.compile(r"\b(?:likelihood|probability|inherent|residual|mitigation|mitigating)\b")
_OF_MEETINGS = {
    "meeting": 2, "meetings": 2, "name of meeting": 2, "date of meeting": 2, "meeting date": 2, "agenda": 2,
    "agenda item": 2, "attendees": 2, "decision": 2, "decisions": 2, "date": 1, "dates": 1, "time": 1, "venue": 1,
    "location": 1, "chair": 1, "event": 1, "events": 1, "frequency": 1,
}  # fmt: skip
"""Headings of lists of meetings, events and decisions, and how plainly each says so."""

_ENOUGH = 3
_MEETINGS = "It looks like a list of meetings or events, not of actions."
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])(?::[0-5]\d(?:\s?[ap]\.?m\.?)?|(?:\.[0-5]\d)?\s?[ap]\.?m\.?)(?!\w)", re.IGNORECASE
)

_EQUALITY = "It looks like an equality impact assessment, not a list of the plan's actions."
_KINDS: tuple[tuple[str, frozenset[str], int], ...] = (
    (
        "It looks like a list of risks, not of actions.",
        word_set("risk risks likelihood impact probability severity mitigation mitigations inherent residual controls"),
        3,
    ),
    (
        "It looks like a record of the document's versions.",
        word_set("version author amendment amendments revision revisions changes issued approved"),
        2,
    ),
    (
        "It looks like a list of abbreviations or terms.",
        word_set("abbreviation abbreviations acronym acronyms term terms glossary definition meaning"),
        1,
    ),
    ("It looks like a table of contents.", word_set("contents"), 1),
    (
        "It looks like a list of people or bodies, not of actions.",
        word_set(
            "name role organisation telephone phone mobile email e-mail contact member members position title post"
        ),
        2,
    ),
    (
        _MEETINGS,
        word_set("meeting meetings venue location time agenda chair date event attendees"),
        2,
    ),
    ("It looks like a record of decisions, not of actions.", word_set("decision decisions"), 1),
    (
        "It looks like a list of sums of money, not of actions.",
        word_set("budget cost costs expenditure spend total income grant amount funding"),
        2,
    ),
)


def is_risk_register(headings: Iterable[str]) -> bool:
    """Whether these headings are a risk register's, whose "actions" and "owners" are not the plan's."""
    names = [normalised(heading) for heading in headings]
    return any(_OF_A_RISK_REGISTER.search(name) for name in names) and any("risk" in name for name in names)


def assesses_equality(headings: Iterable[str]) -> bool:
    """Whether these head an equality impact assessment, whose mitigations are not the plan's actions."""
    return any("protected characteristic" in normalised(heading) for heading in headings)


def lists_meetings(headings: Iterable[str], following: Sequence[Row]) -> bool:
    """Whether these are the headings of a list of meetings, events or decisions, though a plan has some of them too.

    "Date", "Meeting", "Lead", "Purpose" are, unless there is a column of actions or RAG beside them: minutes list the
    actions that were agreed. An agenda is known by the times of day in the rows below its headings.
    """
    texts = list(headings)
    if not heads_meetings(texts) and not _is_agenda(texts, following):
        return False
    likeliest = [found[0][2] for text in texts if (found := candidates(text))]
    return Field.ACTION not in likeliest and Field.RAG not in likeliest


def heads_meetings(headings: Iterable[str]) -> bool:
    """Whether a row's cells are the words that head a list of meetings, whatever else it lists."""
    return sum(_OF_MEETINGS.get(name, 0) for name in {normalised(each) for each in headings}) >= _ENOUGH


def _is_agenda(headings: Iterable[str], following: Sequence[Row]) -> bool:
    if not {normalised(heading) for heading in headings} & {"time", "times", "start time"}:
        return False
    rows = [row for row in following if len(row.filled_cells) > 1][:LOOKED_AT]
    timed = sum(any(_CLOCK.match(cell.text.strip()) for cell in row.filled_cells) for row in rows)
    return timed > 0 and 2 * timed > len(rows)


def kind_of_other_table(table: Table) -> str:
    """Why a table without a plan's headings is none of the plan's, by the words of its own headings; "" if unclear."""
    for at, row in enumerate(table.rows[:LOOKED_AT]):
        texts = [normalised(cell.text) for cell in row.filled_cells if len(cell.text) < 60]
        for reason, words, enough in _KINDS:
            # A single word has to be the whole heading: "Term", and not "Spring term".
            found = sum(text in words if enough == 1 else bool(words & set(text.split())) for text in texts)
            if found >= enough:
                return reason
        if assesses_equality(texts):
            return _EQUALITY
        if _is_agenda(texts, table.rows[at + 1 :]):
            return _MEETINGS
    return ""

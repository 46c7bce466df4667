"""Tables of a plan's file that are no part of the plan: what they are, so that setting them aside can say why."""

from prevent_portal.tables_in import Table

from .columns import normalised
from .words import word_set

LOOKED_AT = 3
"""Rows at the top of a table in which its heading is looked for."""

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
        "It looks like a list of meetings or events, not of actions.",
        word_set("meeting meetings venue location time agenda chair date event attendees"),
        2,
    ),
    (
        "It looks like a list of sums of money, not of actions.",
        word_set("budget cost costs expenditure spend total income grant amount funding"),
        2,
    ),
)


def kind_of_other_table(table: Table) -> str:
    """Why a table without a plan's headings is none of the plan's, by the words of its own headings; "" if unclear."""
    for row in table.rows[:LOOKED_AT]:
        texts = [normalised(cell.text) for cell in row.filled_cells if len(cell.text) < 60]
        for reason, words, enough in _KINDS:
            # A single word has to be the whole heading: "Term", and not "Spring term".
            found = sum(text in words if enough == 1 else bool(words & set(text.split())) for text in texts)
            if found >= enough:
                return reason
    return ""

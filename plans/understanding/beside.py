"""Comments and notes beside the text: no part of a row, and never printed, but a person may want them in the plan."""

from collections import Counter

from prevent_portal.tables_in import Document

from .draft import PlanDraft, QuarantinedDraft

_ON_A_CELL = "This stands beside a cell of this row, not in it: look whether it belongs to the plan."
_ELSEWHERE = "This stands beside the text, not in it: look whether it belongs to the plan."
_PLACE = "the notes beside the text"


def set_notes_aside(draft: PlanDraft, document: Document) -> None:
    """Set each comment, note and text box on a sheet aside, with the row that it is fixed to, if any."""
    left = Counter(document.notes)
    for table in document.tables:
        for row in table.rows:
            for note in (note for cell in row.cells for note in cell.notes):
                draft.quarantined.append(QuarantinedDraft(table.name, row.number, _ON_A_CELL, note))
                left[note] -= 1
    draft.quarantined += [QuarantinedDraft(_PLACE, 0, _ELSEWHERE, note) for note in left.elements()]

"""The plan as it grows while its tables are read: which section and objective the next row belongs to."""

import re

from .accounting import Ledger
from .draft import ActionDraft, ObjectiveDraft, PlanDraft, QuarantinedDraft, RemarkDraft, SectionDraft, Source
from .words import Line

SECTION = re.compile(
    r"^(?:priority|theme|section|part|strand|benchmark|objective|pillar|workstream|aim|goal)\s+(?:area\s+)?"
    r"(?:\d{1,2}|[ivx]{1,4}|[a-h]|one|two|three|four|five|six|seven|eight)\b",
    re.IGNORECASE,
)
"""How a section's heading begins where it is not merged across or styled as a heading: "Priority 3", "Theme B"."""

NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2})*)(?:[.):]\s*|\s+)(?P<rest>[^\d\s].*)$", re.DOTALL)
"""A bare number in front of a heading or objective: "2. Risk assessment"."""

_CONTINUED = re.compile(r"\s*\(?\b(?:continued|cont'?d?\.?)\)?\s*$", re.IGNORECASE)
_DASH = re.compile(r"\s+[–—-]\s+")
_UNNAMED_SECTION = "Actions"


class Outline:
    """The draft, and the place in it where the next row goes."""

    def __init__(self, draft: PlanDraft) -> None:
        self.draft = draft
        self.ledger = Ledger()
        self.objective: ObjectiveDraft | None = None
        self.last_letter = ""  # the last action letter of the section: letters may run on over its objectives
        self._section: SectionDraft | None = None
        self._heading = ""
        self._by_column: dict[str, SectionDraft] = {}

    @property
    def section(self) -> SectionDraft:
        """The section that is being read; rows that no heading precedes open one of their own."""
        return self._section or self.start_section(_UNNAMED_SECTION)

    def start_section(self, heading: str, introduction: str = "") -> SectionDraft:
        """Open a section, unless the heading only repeats the present one's ("Priority 1 (continued)")."""
        heading = _CONTINUED.sub("", heading) or heading
        if self._section is None or heading != self._heading:
            match = NUMBERED.match(heading)
            ref, title = (match["number"], match["rest"]) if match else ("", heading)
            self._enter(SectionDraft(ref, title, introduction), heading)
            self.draft.sections.append(self.section)
        return self.section

    def section_from_column(self, text: str) -> None:
        """The section that a row names in its own column; an earlier one of that name goes on."""
        if not text or text == self._heading:
            return
        if text in self._by_column:
            self._enter(self._by_column[text], text)
        else:
            self._by_column[text] = self.start_section(text)

    def promote(self, lines: list[Line]) -> list[Line]:
        """Open the section that a numbered first line of an objective heads; return what is left for the objective."""
        match = NUMBERED.match(lines[0].full_text)
        if not match:
            return lines
        title, introduction = match["rest"].strip(), ""
        pieces = _DASH.split(title, maxsplit=1)
        if len(lines) > 1 and len(pieces) == 2 and len(pieces[1].split()) > 6:
            title, introduction = pieces
        self.start_section(f"{match['number']}. {title}", introduction)
        return lines[1:] or [Line(title)]

    def add_objective(self, objective: ObjectiveDraft) -> None:
        self.objective = objective
        self.section.objectives.append(objective)

    def remark(self, text: str, source: Source) -> None:
        """Keep text of the plan that is no action with its section."""
        self.section.remarks.append(RemarkDraft("statement", text, "", source))

    def set_aside(self, source: Source, reason: str, text: str) -> None:
        self.draft.quarantined.append(QuarantinedDraft(source.table, source.row, reason, text))

    def note(self, text: str) -> None:
        """Tell the person who confirms, once."""
        if text not in self.draft.notes:
            self.draft.notes.append(text)

    def letters_used(self, actions: list[ActionDraft]) -> None:
        letter = actions[-1].letter if actions else ""
        if len(letter) == 1 and letter.isalpha():
            self.last_letter = letter

    def _enter(self, section: SectionDraft, heading: str) -> None:
        self._section, self._heading = section, heading
        self.objective, self.last_letter = None, ""

"""Plans without any table: headings and lists ("1.1 Nominate ... / Lead: ... / By: ..."), put into tables to be read.

Only a file in which no table is the plan's is looked at so, and only its lists of actions become tables: what heads
them stays text and heads sections, as it does above a table. Owners and dates that stand in an action's words are
found by `guesses`, marked as such.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from prevent_portal.tables_in import Cell, Document, Paragraph, Row, Table

from . import cover
from .outline import NUMBERED, SECTION
from .words import ACTION_VERBS

FEWEST_ACTIONS = 2
"""A single item of a list is no plan."""

MAX_HEADING_WORDS = 20
NOTE = "The file has no table of actions: its lists were read as the plan. Look at each row before you go on."

_ITEM = re.compile(
    r"^(?:action\s+)?(?P<ref>\d{1,2}(?:\.\d{1,2}){1,2}|\d{1,2}(?=[.)])|[a-z](?=\)))[.):]?\s+(?P<text>[^\W\d_].*)$",
    re.IGNORECASE | re.DOTALL,
)
_OBJECTIVE = re.compile(r"^(?:strategic )?objective\b[\s:.–—-]*(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL)
_LABELS = {
    "Lead": r"(?:action |overall )?(?:lead(?: officer| agency)?|owner)|responsible(?: officer| person)?|responsibility|"
    r"by whom|who|assigned to|arweinydd",
    "Target date": r"by(?: when)?|deadline|due(?: date| by)?|target date|timescale|completion date|date|when|erbyn",
    "RAG": r"rag(?: rating| status)?|brag|status",
    "Progress": r"progress|update|latest (?:progress|update)|comments?|position",
    "Outcome": r"outcomes?(?: measure)?|measures?(?: of success)?|success measures?|success|evidence",
    "Partners": r"partners?|with|supported by",
    "Resources": r"resources?|budget|cost",
}
_ANY_LABEL = "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in _LABELS.items())
_LABELLED = re.compile(
    rf"^(?:{_ANY_LABEL})\s*[:–—]\s*(?P<said>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_PRIORITIES = re.compile(r"\b(?:plan|priorit(?:y|ies)|objectives?|actions?|strategy|cynllun)\b", re.IGNORECASE)
_HANDS_OUT = re.compile(
    r"\b(?:lead|owner|by whom|deadline|due|by (?:the end of )?(?:\d{1,2} )?[a-z]{3,9} \d{4})\b", re.IGNORECASE
)


@dataclass
class _Item:
    """One action as the text has it."""

    ref: str
    action: list[Paragraph]
    objective: str
    labelled: dict[str, list[Paragraph]] = field(default_factory=dict)

    def is_action(self) -> bool:
        """Whether it says what somebody is to do."""
        text = self.action[0].text
        first = re.match(r"\W*(?:to\s+|we will\s+)?([\w'’-]+)", text, re.IGNORECASE)
        return bool(self.labelled or _HANDS_OUT.search(text) or (first and first[1].lower() in ACTION_VERBS))


def with_lists_as_tables(document: Document) -> Document | None:
    """The document with its lists of actions as tables; None if it has none, or is no plan by what it is called."""
    if not _calls_itself_a_plan(document):
        return None
    reading = _Reading(document)
    blocks = list(reading.blocks())
    if reading.actions < FEWEST_ACTIONS:
        return None
    return replace(document, blocks=blocks, warnings=[*document.warnings, NOTE])


def _calls_itself_a_plan(document: Document) -> bool:
    """A letter or an agenda has lists, too."""
    names = [document.title, document.filename]
    names += [each.text for each in document.paragraphs[:3]]
    names += [each.text for each in document.paragraphs if each.heading_level is not None]
    return any(_PRIORITIES.search(name) for name in names if len(name.split()) <= MAX_HEADING_WORDS)


class _Reading:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.actions = 0
        self.number = max((table.number for table in document.tables), default=0)
        self.items: list[_Item] = []
        self.raw: list[Paragraph] = []  # what the items were made of, in case they are none
        self.objective = ""
        self.is_objective_used = True
        self.line_above: _Item | None = None  # a numbered line right above
        self.section_level: int | None = None
        self.columns = self._columns()

    def _columns(self) -> list[str]:
        """The headings of the tables, those of labels the same for all, so that the file is one plan."""
        said = {_label(found) for each in self.document.paragraphs if (found := _labelled(each.text))}
        return ["Ref", "Objective", "Action", *(name for name in _LABELS if name in said)]

    def blocks(self) -> Iterator[Paragraph | Table]:
        """The paragraphs and tables of the document, in its order."""
        has_title = False
        for block in self.document.blocks:
            if isinstance(block, Table):
                yield from self._finished()
                yield block
            elif (level := _heading_level(block)) is not None and not has_title and block.heading_level == 1:
                # The first of all heads the file, not its first section.
                has_title = True
                yield block
            elif level is not None:
                yield from self._heading(block, level)
            elif not self._take(block):
                yield from self._finished()
                yield block
        yield from self._finished()
        yield from self._objective_without_items()

    def _heading(self, heading: Paragraph, level: int) -> Iterator[Paragraph | Table]:
        is_below = self.section_level is not None and level > self.section_level
        if is_below:
            # "1.1 Raise awareness" below "1 Communications" is what its list is for.
            self._begin_objective(heading.text)
            self.raw.append(heading)
            return
        yield from self._finished()
        yield from self._objective_without_items()
        self.section_level, self.objective = level, ""
        yield replace(heading, heading_level=2)

    def _take(self, paragraph: Paragraph) -> bool:
        """Make the paragraph an item, or part of the last one; False if it is other text."""
        text, line_above = paragraph.text, self.line_above
        self.line_above = None
        if self.items and (found := _labelled(text)):
            self.items[-1].labelled.setdefault(_label(found), []).append(
                replace(paragraph, text=found["said"], marker="")
            )
        elif self.items and paragraph.list_level:
            self.items[-1].action.append(paragraph)
        elif (found := _OBJECTIVE.match(text)) and paragraph.list_level is None:
            self._begin_objective(found["rest"])
        elif paragraph.list_level is not None:
            ref = paragraph.marker.strip(".()") if re.match(r"\W?\w{1,5}(?:\.\d{1,2})*\W?$", paragraph.marker) else ""
            if line_above is not None:
                # "1.1 Raise awareness" with a list below it is what the list is for.
                self.items.pop()
                self._begin_objective(f"{line_above.ref} {line_above.action[0].text}")
            self._add(_Item(ref, [replace(paragraph, marker="", list_level=None)], self.objective))
        elif found := _ITEM.match(text):
            self.line_above = self._add(_Item(found["ref"], [replace(paragraph, text=found["text"])], self.objective))
        else:
            return False
        self.raw.append(paragraph)
        return True

    def _add(self, item: _Item) -> _Item:
        self.items.append(item)
        self.is_objective_used = True
        return item

    def _begin_objective(self, text: str) -> None:
        if not self.is_objective_used:
            # Nothing stands below the one before: it is kept with this one.
            text = f"{self.objective}\n{text}"
        self.objective, self.is_objective_used = text, False

    def _objective_without_items(self) -> Iterator[Paragraph]:
        if not self.is_objective_used:
            yield Paragraph(self.objective)
        self.is_objective_used = True

    def _finished(self) -> Iterator[Paragraph | Table]:
        """The items so far as a table, or as the text that they were if most of them are no actions."""
        items, raw = self.items, self.raw
        self.items, self.raw = [], []
        if items and 2 * sum(each.is_action() for each in items) >= len(items):
            self.actions += len(items)
            self.number += 1
            yield self._table(items)
        else:
            yield from raw
            self.is_objective_used = True

    def _table(self, items: list[_Item]) -> Table:
        name = f"list {self.number}"
        # An empty objective would be read as that of the row above.
        columns = [each for each in self.columns if each != "Objective" or any(item.objective for item in items)]
        rows = [self._row(name, 1, [[Paragraph(each)] for each in columns], is_header=True)]
        for number, item in enumerate(items, start=2):
            ref, objective = item.ref, item.objective
            if not ref and (numbered := NUMBERED.match(objective)):
                ref, objective = numbered["number"], numbered["rest"]
            by_name = {"Ref": [Paragraph(ref)], "Objective": [Paragraph(objective)], "Action": item.action}
            texts = [(by_name | item.labelled).get(column, []) for column in columns]
            rows.append(self._row(name, number, texts))
        return Table(name=name, rows=tuple(rows), number=self.number)

    @staticmethod
    def _row(name: str, number: int, texts: list[list[Paragraph]], *, is_header: bool = False) -> Row:
        cells = tuple(
            Cell(paragraphs=tuple(each for each in paragraphs if each.text), column=column, is_header=is_header)
            for column, paragraphs in enumerate(texts)
        )
        return Row(cells=cells, number=number, location=f"{name} row {number}", is_header=is_header)


def _label(found: re.Match[str]) -> str:
    return next(name for name in _LABELS if found[name.replace(" ", "_")] is not None)


def _labelled(text: str) -> re.Match[str] | None:
    return _LABELLED.match(text.strip())


def _heading_level(paragraph: Paragraph) -> int | None:
    """How high a heading the paragraph is; None for text. A line "Priority 2: Training" is one, styled or not."""
    if len(paragraph.text.split()) > MAX_HEADING_WORDS or _OBJECTIVE.match(paragraph.text):
        return None
    if paragraph.heading_level is not None:
        return paragraph.heading_level
    is_section = paragraph.list_level is None and SECTION.match(paragraph.text)
    return 2 if is_section and not cover.names_plan(paragraph.text) else None

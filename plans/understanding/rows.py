"""One row of a plan's table: its letters, steps, dates and owners, as actions."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from plans.rules import Rag
from prevent_portal.tables_in import Cell, Row

from .columns import Field
from .dates import read_target_dates, unread_dates
from .draft import ActionDraft, QuarantinedDraft, RecommendationDraft, RemarkDraft, Source
from .owners import read_owners, read_partners
from .rag import rag_from_fill, rag_from_text, says_not_stated
from .words import ACTION_VERBS, Line, is_nonsense, lines_of, readable

_LETTER = re.compile(r"^\(?(?P<letter>[a-zA-Z])[.)]\s*(?P<rest>.*)$", re.DOTALL)
_LETTER_MARKER = re.compile(r"^\(?(?P<letter>[a-zA-Z])[.)]$")
_ROMAN = re.compile(r"^\(?(?:ii|iii|iv|vi|vii|viii|ix)[.)]", re.IGNORECASE)
_INLINE = re.compile(r"(?:(?<=\s)|^)\(?([a-z])\)\s*")
_POINTER = re.compile(
    r"^(?:please\s+)?(?:see|refer to)\s+(?P<target>.+?\b(?:plans?|strateg(?:y|ies)|programme|policy|report|appendix|"
    r"annex|document|protocol|agreement)\b.*|(?:action|objective|item|ref|no|number)?\.?\s*\d+(?:\s+(?:above|below))?)\W*$",
    re.IGNORECASE,
)
_RECOMMENDATION = re.compile(
    r"(?:(?P<before>[^.;()\n]{0,160}?)\s*\brecommendation\b\s*)?\(?\s*(?P<text>(?:recommendation\s+|rec\.?\s+)?#?\s?"
    r"(?P<number>\d{1,2})\s+of\s+(?P<total>\d{1,2}))\s*\)?",
    re.IGNORECASE,
)
_IMPLEMENT = re.compile(r"^\s*(?:to\s+)?(?:implement|address|deliver|complete|answer)\w*\s+(?:the\s+)?", re.IGNORECASE)
_FINITE = re.compile(r"\b(?:is|are|has|have|was|were)\b(?!\s+to\b)", re.IGNORECASE)
_DEMAND = re.compile(r"\b(?:will|shall|must|should|to be|needs? to|required to)\b", re.IGNORECASE)
MAX_SEARCHED = 5_000
"""Characters of an objective or action that are searched for the recommendation that it answers."""

_MAX_POINTER_WORDS = 15


@dataclass
class RowParts:
    """A row sorted by field. A field's cells are in the order of the columns."""

    row: Row
    table: str
    cells: dict[Field, list[Cell]] = field(default_factory=dict)
    unmapped: list[Cell] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    fields: frozenset[Field] = frozenset()  # every field that the table has a column for
    period: tuple[dt.date, dt.date] | None = None  # the plan's first and last day

    @property
    def source(self) -> Source:
        return Source(self.table, self.row.number)

    def lines(self, each: Field) -> list[Line]:
        cells = [cell for cell in self.cells.get(each, ()) if not cell.is_empty]
        if each is Field.PROGRESS and len(cells) > 1:
            # Two columns of progress: without their headings nobody could tell the first quarter from the second.
            return [
                Line(f"{self.headings.get(cell.column, '')}: {readable(lines_of(cell))}".lstrip(": ")) for cell in cells
            ]
        return [line for cell in cells for line in lines_of(cell)]

    def text(self, each: Field) -> str:
        return readable(self.lines(each))

    @property
    def all_text(self) -> str:
        return "\n".join(cell.text for cell in self.row.filled_cells)


@dataclass
class Understood:
    """What became of a row's action cell and of the cells that belong to it."""

    actions: list[ActionDraft] = field(default_factory=list)
    remarks: list[RemarkDraft] = field(default_factory=list)
    quarantined: list[QuarantinedDraft] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    shared: dict[Field, list[Line]] = field(default_factory=dict)  # for the whole row: owners, dates, outcome


def understand_row(
    parts: RowParts, action_lines: list[Line], known_words: frozenset[str], last_letter: str
) -> Understood:
    """The row's actions: one, or one a letter. `last_letter` is the last one used in the section, if any."""
    understood = Understood()
    lead, lettered = split_letters(action_lines, last_letter)
    if not lettered:
        _understand_plain(parts, lead, understood)
        return understood
    for line in lead:
        understood.remarks.append(_remark(line, parts.source))
    for letter, lines in _without_nonsense(parts, lettered, known_words, understood):
        understood.actions.append(_action(parts.source, lines, letter))
    _share_out(parts, understood)
    return understood


def split_letters(lines: list[Line], last_letter: str = "") -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """The lines before the first letter, and the lines of each letter.

    Letters count only if they start at "a" or go on from the last one of the section, so that a sentence that begins
    with "I." is not taken for one; "i) ii)" are Roman numbers.
    """
    lines = [piece for line in lines for piece in _split_inline(line)]
    if any(_ROMAN.match(line.full_text) for line in lines):
        return lines, []
    lead: list[Line] = []
    lettered: list[tuple[str, list[Line]]] = []
    allowed = {"a"} | ({chr(ord(last_letter) + 1)} if last_letter else set())
    for line in lines:
        letter, rest = _letter_of(line)
        if letter and (lettered or letter in allowed):
            lettered.append((letter, [Line(rest)] if rest else []))
        elif lettered:
            lettered[-1][1].append(line)
        else:
            lead.append(line)
    return lead, [(letter, body) for letter, body in lettered if body]


def find_recommendation(*texts: str) -> RecommendationDraft | None:
    """The assurance recommendation that a text says it answers: "... recommendation (recommendation #1 of 3)"."""
    for text in texts:
        for match in _RECOMMENDATION.finditer(text[:MAX_SEARCHED]):
            if "recommendation" not in match[0].lower():
                continue
            number, total = int(match["number"]), int(match["total"])
            if 0 < number <= total:
                exercise = _IMPLEMENT.sub("", match["before"] or "").strip()
                return RecommendationDraft(exercise, number, total, match["text"].strip())
    return None


def pointer_target(text: str) -> str | None:
    """What a line such as "See LCC Delivery Plan" points to; None if it is no pointer."""
    if len(text.split()) > _MAX_POINTER_WORDS:
        return None
    match = _POINTER.match(text.strip())
    return match["target"].strip(" .") if match else None


def _letter_of(line: Line) -> tuple[str, str]:
    if match := _LETTER_MARKER.match(line.marker):
        return match["letter"].lower(), line.text
    match = _LETTER.match(line.text) if not line.marker or line.is_bullet else None
    if match and (match["letter"].islower() or ")" in line.text[:3]):
        return match["letter"].lower(), match["rest"].strip()
    return "", line.text


def _split_inline(line: Line) -> list[Line]:
    """ "a) one b) two" on one line as two; only for letters in their order from "a"."""
    wanted, cuts = ord("a"), []
    for match in _INLINE.finditer(line.text):
        if ord(match[1]) == wanted:
            cuts.append(match.start())
            wanted += 1
    if len(cuts) < 2:
        return [line]
    pieces = [line.text[: cuts[0]], *(line.text[a:b] for a, b in zip(cuts, [*cuts[1:], None], strict=True))]
    return [Line(piece.strip(), line.marker if at == 0 else "") for at, piece in enumerate(pieces) if piece.strip()]


def _without_nonsense(
    parts: RowParts,
    lettered: list[tuple[str, list[Line]]],
    known_words: frozenset[str],
    understood: Understood,
) -> Iterable[tuple[str, list[Line]]]:
    """A letter that occurs twice is a scan's if its words are none: set that one aside, flag any other repetition."""
    counts = Counter(letter for letter, _ in lettered)
    for letter, lines in lettered:
        text = readable(lines)
        if counts[letter] > 1 and is_nonsense(text, known_words):
            reason = (
                f"Letter {letter}) occurs twice in this cell, and these are no words: it looks like a scanning error."
            )
            understood.quarantined.append(QuarantinedDraft(parts.table, parts.row.number, reason, f"{letter}) {text}"))
            counts[letter] -= 1
        else:
            yield letter, lines
    for letter, count in counts.items():
        if count > 1:
            understood.flags.append(f"Letter {letter}) occurs {count} times in this row.")


def _understand_plain(parts: RowParts, lines: list[Line], understood: Understood) -> None:
    body = []
    for line in lines:
        if pointer_target(line.text) is not None:
            understood.remarks.append(_remark(line, parts.source))
        else:
            body.append(line)
    if body and _is_statement(parts, body):
        understood.remarks.append(RemarkDraft("statement", readable(body), "", parts.source))
        understood.flags.append("The action cell reads as a statement, not as something to do: kept as a remark.")
        body = []
    if body:
        action = _action(parts.source, body)
        for each in (Field.OWNER, Field.TARGET_DATE, Field.OUTCOME, *_PER_ACTION):
            _fill_in(action, each, parts.lines(each))
        _read_rag(parts, [action])
        _read_marking(parts, [action])
        understood.actions.append(action)
    else:
        _keep_without_action(parts, understood)


def _keep_without_action(parts: RowParts, understood: Understood) -> None:
    """A pointer or statement takes no progress or milestones: what the row says besides becomes a remark too."""
    for each in (Field.OWNER, Field.TARGET_DATE, Field.OUTCOME):
        understood.shared[each] = parts.lines(each)
    for each in (*_PER_ACTION, Field.RAG, Field.MARKING):
        if lines := parts.lines(each):
            text = f"{_heading(parts, each)}: {readable(lines)}"
            understood.remarks.append(RemarkDraft("statement", text, "", parts.source))


def _share_out(parts: RowParts, understood: Understood) -> None:
    """Give each letter what is lettered alike in the other cells; what is not stays with the row."""
    actions = understood.actions
    for each in (Field.OWNER, Field.TARGET_DATE, Field.OUTCOME, *_PER_ACTION):
        lines = parts.lines(each)
        if not lines:
            continue
        if len(actions) == 1:
            _fill_in(actions[0], each, lines)
        elif matched := _match_letters(lines, actions):
            for action, own in matched:
                _fill_in(action, each, own)
        elif each in _PER_ACTION:
            for action in actions:
                _fill_in(action, each, lines)
            understood.flags.append(f"“{_heading(parts, each)}” stands once for all letters of the row.")
        else:
            understood.shared[each] = lines
    for each, name in ((Field.TARGET_DATE, "target dates"), (Field.OWNER, "owners")):
        if len(understood.shared.get(each, [])) > 1:
            understood.flags.append(f"The row's {name} could not be matched to its letters; they stay with the row.")
    _read_rag(parts, actions)
    _read_marking(parts, actions)
    if not actions:
        _keep_without_action(parts, understood)


def _match_letters(lines: list[Line], actions: list[ActionDraft]) -> list[tuple[ActionDraft, list[Line]]]:
    lead, lettered = split_letters(lines)
    by_letter = {action.letter: action for action in actions}
    if lead or not lettered or any(letter not in by_letter for letter, _ in lettered):
        return []
    return [(by_letter[letter], own) for letter, own in lettered]


def _read_rag(parts: RowParts, actions: list[ActionDraft]) -> None:
    cells = parts.cells.get(Field.RAG, [])
    lines = parts.lines(Field.RAG)
    matched = _match_letters(lines, actions) if len(actions) > 1 else []
    if matched:
        for action, own in matched:
            _state_rag(action, readable(own), None)
        return
    fill = next((cell.fill for cell in cells if cell.fill), None)
    for action in actions:
        _state_rag(action, readable(lines), fill)
        if fill and _is_row_shading(parts, fill) and not lines and action.rag is not Rag.NOT_STATED:
            action.rag, action.rag_as_written = Rag.NOT_STATED, ""
            action.flags.append("The whole row is shaded alike, so its colour was not read as RAG.")
        elif len(actions) > 1 and action.rag is not Rag.NOT_STATED:
            action.flags.append("RAG was stated once for the whole row.")


def _state_rag(action: ActionDraft, text: str, fill: str | None) -> None:
    by_words, by_fill = rag_from_text(text), rag_from_fill(fill)
    action.rag = by_words or by_fill or Rag.NOT_STATED
    action.rag_as_written = text or (f"cell shading #{fill}" if by_fill else "")
    if text and by_words and by_fill and by_words is not by_fill:
        action.flags.append(f"RAG reads “{text}” but its cell is shaded {by_fill.value}; the words were taken.")
    elif text and not by_words and by_fill:
        action.flags.append(f"RAG was read from the cell's shading; its words are “{text}”.")
    elif not by_words and not says_not_stated(text):
        action.flags.append(f"“{text}” in the RAG column states no colour: RAG is not stated.")


def _read_marking(parts: RowParts, actions: list[ActionDraft]) -> None:
    if "SENSITIVE" in parts.text(Field.MARKING).upper():
        for action in actions:
            action.marking = "OFFICIAL-SENSITIVE"


def _is_row_shading(parts: RowParts, fill: str) -> bool:
    others = [cell for cell in parts.row.cells if cell not in parts.cells.get(Field.RAG, [])]
    return len(others) > 1 and sum(cell.fill == fill for cell in others) * 2 > len(others)


_PER_ACTION = (Field.PARTNERS, Field.MILESTONES, Field.PROGRESS)


def _fill_in(action: ActionDraft, each: Field, lines: list[Line]) -> None:
    texts = [line.text for line in lines]
    if each is Field.OWNER:
        action.owners, action.owners_as_written = read_owners(texts), readable(lines)
    elif each is Field.TARGET_DATE:
        action.target_dates = read_target_dates(texts)
        action.flags += unread_dates(action.target_dates)
    elif each is Field.OUTCOME:
        action.outcome = readable(lines)
    elif each is Field.PARTNERS:
        action.partners = read_partners(texts)
    elif each is Field.MILESTONES:
        action.milestones = texts
    elif each is Field.PROGRESS:
        action.progress = readable(lines)


def _action(source: Source, lines: list[Line], letter: str = "") -> ActionDraft:
    steps = [line.text for line in lines if line.is_bullet]
    if not steps and len(lines) > 1:
        steps = [line.full_text for line in lines]
    return ActionDraft(letter=letter, text=readable(lines), steps=steps, source=source)


def _remark(line: Line, source: Source) -> RemarkDraft:
    target = pointer_target(line.text)
    return RemarkDraft("pointer" if target else "statement", line.text, target or "", source)


def _is_statement(parts: RowParts, lines: list[Line]) -> bool:
    """A row that only says how things are: no date, progress, RAG or measure, and a sentence without an order."""
    said = (Field.TARGET_DATE, Field.OUTCOME, Field.PROGRESS, Field.RAG, Field.MILESTONES)
    if any(parts.lines(each) for each in said) or any(cell.fill for cell in parts.cells.get(Field.RAG, [])):
        return False
    text = readable(lines)
    first = re.findall(r"[a-z]+", text.lower())[:1]
    if not first or first[0] in ACTION_VERBS or first[0].endswith("ing") or _DEMAND.search(text):
        return False
    return _FINITE.search(text) is not None


def _heading(parts: RowParts, each: Field) -> str:
    for cell in parts.cells.get(each, []):
        if heading := parts.headings.get(cell.column):
            return heading
    return each.value.replace("_", " ").capitalize()

"""One row of a plan's table: its letters, steps, dates and owners, as actions."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from plans.rules import DateKind, Rag
from prevent_portal.tables_in import Cell, Row

from .columns import Field
from .dates import dates_named, read_date, read_target_dates, unread_dates
from .draft import (
    ActionDraft,
    ProgressDraft,
    QuarantinedDraft,
    RecommendationDraft,
    RemarkDraft,
    Source,
    TargetDateDraft,
)
from .fills import is_coloured
from .guesses import guess
from .history import in_order, names_time, read_progress, time_of_heading
from .owners import read_owners, read_partners
from .rag import RagKey, Stated, rag_from_text, read_rag
from .words import ACTION_VERBS, Line, is_nonsense, lines_of, readable

_LETTER = re.compile(r"^\(?(?P<letter>[a-zA-Z])[.)]\s*(?P<rest>.*)$", re.DOTALL)
_WEAK_LETTER = re.compile(r"^\(?(?P<letter>[a-zA-Z])(?:[.)]|\s?[:–—-](?=\s))\s*(?P<rest>.*)$", re.DOTALL)
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]")
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

MAX_START = 500
"""A longer text is no start date; it is kept as written."""

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
    key: RagKey | None = None  # the file's colour key
    serial_columns: frozenset[int] = frozenset()  # columns of dates that hold Excel's day numbers
    rows_shaded_by_status: bool = False  # the shading of whole rows varies with their status

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

    def columns(self, each: Field) -> list[tuple[str, list[Line]]]:
        """Heading and lines of each of the field's cells."""
        return [(self.headings.get(cell.column, ""), lines_of(cell)) for cell in self.cells.get(each, ())]

    def has_column(self, each: Field) -> bool:
        return each in self.fields or each in self.cells

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
    for action in understood.actions:
        guess(
            action,
            parts.has_column(Field.OWNER) or bool(understood.shared.get(Field.OWNER)),
            parts.has_column(Field.TARGET_DATE) or bool(understood.shared.get(Field.TARGET_DATE)),
        )
    return understood


def split_letters(
    lines: list[Line], last_letter: str = "", *, is_action: bool = True
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """The lines before the first letter, and the lines of each letter.

    Letters count only if they start at "a" or go on from the last one of the section, so that a sentence that begins
    with "I." is not taken for one. "A." and "a -" count only where a "b" follows, and nowhere but in actions: elsewhere
    they are initials. "i) ii)" are Roman numbers, and letters that restart under numbers are steps of those.
    """
    lines = [piece for line in lines for piece in _split_inline(line)]
    found = [_letter_of(line) for line in lines]
    if is_action and not any(letter for letter, _ in found):
        found = _weak_letters(lines) or found
    letters = [letter for letter, _ in found if letter]
    if any(_ROMAN.match(line.full_text) for line in lines):
        if not {"a", "b"} <= set(letters):
            return lines, []
        found = [
            ("", line.text) if each[0] in ("i", "v", "x") else each for each, line in zip(found, lines, strict=True)
        ]
    if letters.count("a") > 1 and any(_NUMBERED.match(line.full_text) for line in lines):
        return lines, []
    lead: list[Line] = []
    lettered: list[tuple[str, list[Line]]] = []
    allowed = {"a"} | ({chr(ord(last_letter) + 1)} if last_letter else set())
    for line, (letter, rest) in zip(lines, found, strict=True):
        if letter and (lettered or letter in allowed):
            lettered.append((letter, [Line(rest)] if rest else []))
        elif lettered:
            lettered[-1][1].append(line)
        else:
            lead.append(line)
    return lead, [(letter, body) for letter, body in lettered if body]


def _weak_letters(lines: list[Line]) -> list[tuple[str, str]]:
    """ "A. one", "B. two" or "a - one", "b - two": letters if the first is an a and the next one a b."""
    found = []
    for line in lines:
        match = _WEAK_LETTER.match(line.text) if not line.marker or line.is_bullet else None
        found.append((match["letter"].lower(), match["rest"].strip()) if match else ("", line.text))
    return found if [letter for letter, _ in found if letter][:2] == ["a", "b"] else []


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
            _fill_in(parts, action, each, parts.lines(each))
        action.progress, action.progress_notes = read_progress(parts.columns(Field.PROGRESS), parts.period)
        _note_completion(parts, action, parts.columns(Field.COMPLETED))
        _read_rag(parts, [action])
        _read_marking(parts, [action])
        guess(action, parts.has_column(Field.OWNER), parts.has_column(Field.TARGET_DATE))
        understood.actions.append(action)
    else:
        _keep_without_action(parts, understood)


def _keep_without_action(parts: RowParts, understood: Understood) -> None:
    """A pointer or statement takes no progress or milestones: what the row says besides becomes a remark too."""
    for each in (Field.OWNER, Field.TARGET_DATE, Field.OUTCOME):
        understood.shared[each] = parts.lines(each)
    for each in (*_PER_ACTION, Field.PROGRESS, Field.COMPLETED, Field.RAG, Field.MARKING):
        if lines := parts.lines(each):
            text = f"{_heading(parts, each)}: {readable(lines)}"
            understood.remarks.append(RemarkDraft("statement", text, "", parts.source))
    for cell in parts.cells.get(Field.RAG, []):
        if cell.is_empty and _says_by_fill(parts, cell):
            heading = parts.headings.get(cell.column, "") or "RAG"
            understood.remarks.append(
                RemarkDraft("statement", f"{heading}: cell shading #{cell.fill}", "", parts.source)
            )


def _share_out(parts: RowParts, understood: Understood) -> None:
    """Give each letter what is lettered alike in the other cells; what is not stays with the row."""
    actions = understood.actions
    for each in (Field.OWNER, Field.TARGET_DATE, Field.OUTCOME, *_PER_ACTION):
        lines = parts.lines(each)
        if not lines:
            continue
        if len(actions) == 1:
            _fill_in(parts, actions[0], each, lines)
        elif matched := _match_letters(lines, actions):
            for action, own in matched:
                _fill_in(parts, action, each, own)
        elif each in _PER_ACTION:
            for action in actions:
                _fill_in(parts, action, each, lines)
            understood.flags.append(f"“{_heading(parts, each)}” stands once for all letters of the row.")
        else:
            understood.shared[each] = lines
    for each, name in ((Field.TARGET_DATE, "target dates"), (Field.OWNER, "owners")):
        if len(understood.shared.get(each, [])) > 1:
            understood.flags.append(f"The row's {name} could not be matched to its letters; they stay with the row.")
    _share_history(parts, understood)
    _read_rag(parts, actions)
    _read_marking(parts, actions)
    if not actions:
        _keep_without_action(parts, understood)


def _share_history(parts: RowParts, understood: Understood) -> None:
    """Progress and completion of lettered actions, column by column: each its own, or all the same."""
    of_each: list[tuple[list[tuple[str, list[Line]]], list[tuple[str, list[Line]]]]] = [
        ([], []) for _ in understood.actions
    ]
    for at, each in enumerate((Field.PROGRESS, Field.COMPLETED)):
        for heading, lines in parts.columns(each):
            matched = _match_letters(lines, understood.actions) if len(understood.actions) > 1 else []
            for action, columns in zip(understood.actions, of_each, strict=True):
                own = [line for other, its in matched if other is action for line in its] if matched else lines
                columns[at].append((heading, own))
            if lines and not matched and len(understood.actions) > 1:
                understood.flags.append(f"“{heading or 'Progress'}” stands once for all letters of the row.")
    for action, (progress, completed) in zip(understood.actions, of_each, strict=True):
        action.progress, action.progress_notes = read_progress(progress, parts.period)
        _note_completion(parts, action, completed)


def _note_completion(parts: RowParts, action: ActionDraft, columns: list[tuple[str, list[Line]]]) -> None:
    """A column of dates of completion becomes a note of that date. It doesn't state a RAG."""
    for heading, lines in columns:
        if text := readable(lines):
            note = f"{heading or 'Completed'}: {text}"
            action.progress_notes = in_order([*action.progress_notes, ProgressDraft(note, read_date(text))])


def _match_letters(lines: list[Line], actions: list[ActionDraft]) -> list[tuple[ActionDraft, list[Line]]]:
    lead, lettered = split_letters(lines, is_action=False)
    by_letter = {action.letter: action for action in actions}
    if lead or not lettered or any(letter not in by_letter for letter, _ in lettered):
        return []
    return [(by_letter[letter], own) for letter, own in lettered]


def _read_rag(parts: RowParts, actions: list[ActionDraft]) -> None:
    """The RAG of the row: of several columns the current one; the others become notes of its history."""
    current, earlier = _rag_cells(parts)
    lines = [line for cell in current for line in lines_of(cell)]
    matched = _match_letters(lines, actions) if len(actions) > 1 else []
    if matched:
        for action, own in matched:
            _state(action, read_rag(readable(own), None, parts.key))
    else:
        stated = _stated(parts, current)
        for action in actions:
            _state(action, stated)
            if len(actions) > 1 and action.rag is not Rag.NOT_STATED:
                action.flags.append("RAG was stated once for the whole row.")
    for cell in earlier:
        stated = _stated(parts, [cell])
        if not stated.as_written:
            continue
        heading = parts.headings.get(cell.column, "")
        span = time_of_heading(heading, parts.period)
        for action in actions:
            note = ProgressDraft(stated.as_written, span[1] if span else None, heading, stated.rag)
            action.progress_notes = in_order([*action.progress_notes, note])


def _rag_cells(parts: RowParts) -> tuple[list[Cell], list[Cell]]:
    """The cells that state the present RAG, and the filled ones that state an earlier one or something else."""
    cells = parts.cells.get(Field.RAG, [])
    if len(cells) < 2 or _colour_columns(parts, cells):
        return cells, []
    filled = [cell for cell in cells if not cell.is_empty or _says_by_fill(parts, cell)]
    headings = {cell.column: parts.headings.get(cell.column, "") for cell in cells}
    past = [cell for cell in filled if _PREVIOUS.search(headings[cell.column])]
    timed = [cell for cell in filled if cell not in past and names_time(headings[cell.column])]
    present = [cell for cell in filled if cell not in past and cell not in timed]
    named = [cell for cell in present if _CURRENT.search(headings[cell.column])]
    states = [cell for cell in present if _stated(parts, [cell]).rag is not Rag.NOT_STATED]
    chosen = (named or states or present)[:1]
    if not chosen and timed and not any(_CURRENT.search(heading) for heading in headings.values()):
        ends = [
            span[1] if (span := time_of_heading(headings[cell.column], parts.period)) else dt.date.min for cell in timed
        ]
        chosen = [timed[max(range(len(timed)), key=lambda at: (ends[at], at))]]
    return chosen, [cell for cell in filled if cell not in chosen]


def _stated(parts: RowParts, cells: list[Cell]) -> Stated:
    """What these RAG cells state together: as a rule there is one, or columns "Red", "Amber", "Green" with a cross."""
    if len(cells) > 1 and (columns := _colour_columns(parts, cells)):
        return _crossed(parts, cells, columns)
    text = readable(line for cell in cells for line in lines_of(cell))
    heading = parts.headings.get(cells[0].column, "") if cells else ""
    if _ASKS_COMPLETE.fullmatch(heading.strip()) and _YES.fullmatch(text.strip()):
        return Stated(Rag.BLUE, text)
    fill = next((cell.fill for cell in cells if _own_fill(parts, cell)), None)
    stated = read_rag(text, fill, parts.key)
    shaded = next((cell for cell in cells if is_coloured(cell.fill)), None)
    if shaded and fill is None and not text:
        return Stated(flags=("The whole row is shaded alike, so its colour was not read as RAG.",))
    return stated


def _colour_columns(parts: RowParts, cells: list[Cell]) -> dict[int, Rag]:
    """The colour that each column's heading names, if all do: a cross in one of them states the RAG."""
    found = {cell.column: rag_from_text(parts.headings.get(cell.column, "")) for cell in cells}
    colours = {column: rag for column, rag in found.items() if rag}
    return colours if len(colours) == len(cells) == len(set(colours.values())) else {}


def _crossed(parts: RowParts, cells: list[Cell], columns: dict[int, Rag]) -> Stated:
    filled = [cell for cell in cells if not cell.is_empty] or [cell for cell in cells if _says_by_fill(parts, cell)]
    said = [(parts.headings[cell.column], cell.text.strip() or f"cell shading #{cell.fill}") for cell in filled]
    written = "; ".join(f"{heading}: {text}" for heading, text in said)
    if len(filled) == 1 and (filled[0].is_empty or _CROSS.fullmatch(filled[0].text.strip())):
        return Stated(columns[filled[0].column], written)
    if not filled:
        return Stated()
    return Stated(as_written=written, flags=(f"“{written}” in the RAG columns states no one colour.",))


def _own_fill(parts: RowParts, cell: Cell) -> str | None:
    """The fill of a RAG cell if it means anything: not white or grey, and not the shading of the whole row."""
    if not cell.fill or (_is_row_shading(parts, cell.fill) and not parts.rows_shaded_by_status):
        return None
    return cell.fill


def _says_by_fill(parts: RowParts, cell: Cell) -> bool:
    fill = _own_fill(parts, cell)
    return fill is not None and (is_coloured(fill) or (parts.key is not None and parts.key.of_fill(fill) is not None))


def _state(action: ActionDraft, stated: Stated) -> None:
    action.rag, action.rag_as_written = stated.rag, stated.as_written
    action.flags += stated.flags


def _read_marking(parts: RowParts, actions: list[ActionDraft]) -> None:
    if "SENSITIVE" in parts.text(Field.MARKING).upper():
        for action in actions:
            action.marking = "OFFICIAL-SENSITIVE"


def _is_row_shading(parts: RowParts, fill: str) -> bool:
    others = [cell for cell in parts.row.cells if cell not in parts.cells.get(Field.RAG, [])]
    return len(others) > 1 and sum(cell.fill == fill for cell in others) * 2 > len(others)


_PER_ACTION = (Field.PARTNERS, Field.RESOURCES, Field.MILESTONES, Field.START_DATE)
_PREVIOUS = re.compile(
    r"\b(?:prev(?:ious)?|last|prior|former|old|baseline|initial|original|start(?:ing)?|opening)\b", re.I
)
_CURRENT = re.compile(r"\b(?:current|latest|now|present|this)\b", re.I)
_ASKS_COMPLETE = re.compile(
    r"(?:is |action |task )*(?:completed?|done|closed|achieved)\s*\??\s*(?:\(?y(?:es)?\s*/\s*no?\)?)?", re.I
)
_YES = re.compile(r"y|yes|✓|✔|☑|✅", re.I)
_CROSS = re.compile(r"[x✓✔☑✅●■•*1y]|yes", re.I)


def _fill_in(parts: RowParts, action: ActionDraft, each: Field, lines: list[Line]) -> None:
    texts = [line.text for line in lines]
    if each is Field.OWNER:
        action.owners, action.owners_as_written = read_owners(texts), readable(lines)
    elif each is Field.TARGET_DATE:
        has_serials = any(cell.column in parts.serial_columns for cell in parts.cells.get(each, ()))
        action.target_dates = read_target_dates(texts, period=parts.period, serials=has_serials)
        action.flags += unread_dates(action.target_dates)
    elif each is Field.START_DATE:
        has_serials = any(cell.column in parts.serial_columns for cell in parts.cells.get(each, ()))
        action.target_dates += [_start(text, has_serials) for text in texts]
        action.flags += [
            f"Start date “{date.as_written[:80]}” was not read as a date: it is kept as written."
            for date in action.target_dates
            if date.kind is DateKind.START and date.on is None and date.as_written in texts
        ]
    elif each is Field.OUTCOME:
        action.outcome = readable(lines)
    elif each is Field.PARTNERS:
        action.partners = read_partners(texts)
    elif each is Field.MILESTONES:
        action.milestones = texts
    elif each is Field.RESOURCES:
        action.resources = readable(lines)


def _start(text: str, has_serials: bool) -> TargetDateDraft:
    """A date in a column of starts: its first day, never one by which anything is due."""
    named = dates_named(text[:MAX_START])
    if len(named) == 1:
        return TargetDateDraft(text, DateKind.START, named[0][1])
    read = read_target_dates([text], serials=has_serials)
    on = read[0].on if has_serials and len(read) == 1 else None
    return TargetDateDraft(text, DateKind.START, on)


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
    said = (Field.TARGET_DATE, Field.OUTCOME, Field.PROGRESS, Field.COMPLETED, Field.RAG, Field.MILESTONES)
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

"""One row of a plan's table: its letters, steps, dates and owners, as actions."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from plans.rules import DateKind
from prevent_portal.markings import carries_marking

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
from .guesses import guess
from .history import in_order, read_progress
from .letters import match_letters, split_letters
from .markings import FLAG, SENSITIVE
from .owners import read_owners, read_partners
from .row_parts import RowParts
from .row_rag import says_by_fill, state_rag
from .words import ACTION_VERBS, Line, is_nonsense, readable

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
_SHORT_MARKING = re.compile(r"\W*O\W?S\W*", re.IGNORECASE)
"""How a column of markings abbreviates it; in a sentence these letters are other things."""

MAX_SEARCHED = 5_000
"""Characters of an objective or action that are searched for the recommendation that it answers."""

MAX_START = 500
"""A longer text is no start date; it is kept as written."""

_MAX_POINTER_WORDS = 15


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
    understood = _understand(parts, action_lines, known_words, last_letter)
    _read_marking(parts, understood)
    return understood


def _understand(parts: RowParts, action_lines: list[Line], known_words: frozenset[str], last_letter: str) -> Understood:
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
        state_rag(parts, [action])
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
        if cell.is_empty and says_by_fill(parts, cell):
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
        elif matched := match_letters(lines, actions):
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
    state_rag(parts, actions)
    if not actions:
        _keep_without_action(parts, understood)


def _share_history(parts: RowParts, understood: Understood) -> None:
    """Progress and completion of lettered actions, column by column: each its own, or all the same."""
    of_each: list[tuple[list[tuple[str, list[Line]]], list[tuple[str, list[Line]]]]] = [
        ([], []) for _ in understood.actions
    ]
    for at, each in enumerate((Field.PROGRESS, Field.COMPLETED)):
        for heading, lines in parts.columns(each):
            matched = match_letters(lines, understood.actions) if len(understood.actions) > 1 else []
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


def _read_marking(parts: RowParts, understood: Understood) -> None:
    """A row is marked by its column for it, or by the words in whichever cell, also one that nobody recognised."""
    said = parts.text(Field.MARKING)
    in_column = "SENSITIVE" in said.upper() or bool(_SHORT_MARKING.fullmatch(said))
    in_words = carries_marking(parts.all_text)
    if not in_column and not in_words:
        return
    for action in understood.actions:
        action.marking = SENSITIVE
        if not in_column and FLAG not in action.flags:
            action.flags.append(FLAG)
    for remark in understood.remarks:
        remark.marking = SENSITIVE


_PER_ACTION = (Field.PARTNERS, Field.RESOURCES, Field.MILESTONES, Field.START_DATE)


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

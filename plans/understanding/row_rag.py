"""The RAG of a row: its one cell, or of several columns the current one, the others as history."""

import datetime as dt
import re
from dataclasses import replace

from plans.rules import Rag
from prevent_portal.tables_in import Cell

from .columns import Field
from .draft import ActionDraft, ProgressDraft
from .fills import is_coloured
from .history import in_order, names_time, time_of_heading
from .letters import match_letters
from .rag import Stated, rag_from_text, read_rag
from .row_parts import RowParts
from .words import lines_of, readable

_PREVIOUS = re.compile(
    r"\b(?:prev(?:ious)?|last|prior|former|old|baseline|initial|original|start(?:ing)?|opening)\b", re.I
)
_CURRENT = re.compile(r"\b(?:current|latest|now|present|this)\b", re.I)
_ASKS_COMPLETE = re.compile(
    r"(?:is |action |task )*(?:completed?|done|closed|achieved)\s*\??\s*(?:\(?y(?:es)?\s*/\s*no?\)?)?", re.I
)
_OF_STATUS = re.compile(r"\b(?:status|b?rag|rating|statws)\b", re.I)
_FIRST_WORDS = re.compile(r"^([^\W\d_]{2,}(?: [^\W\d_]+){0,3})\s*(?::|[–—-]\s|[.;,]|$)")
_YES = re.compile(r"y|yes|✓|✔|☑|✅", re.I)
_QUARTER = re.compile(r"\bq(?:uarter|tr)?\s?([1-4])\b", re.I)
_OF_PERCENT = re.compile(
    r"(?:%|\bper ?cent(?:age)?)\s*(?:complete|done|progress)|\b(?:complete|progress)\w*\s*\(?%", re.I
)
_ALL_OF_IT = re.compile(r"100(?:\.0+)?\s*%?|1\.0+")
_CROSS = re.compile(r"[x✓✔☑✅●■•*1y]|yes", re.I)


def state_rag(parts: RowParts, actions: list[ActionDraft]) -> None:
    """The RAG of the row: of several columns the current one; the others become notes of its history."""
    if not parts.has_column(Field.RAG):
        if len(actions) == 1:
            _state_by_comment(parts, actions[0])
        _state_by_shading(parts, actions)
        _state_by_percentage(parts, actions)
        return
    current, earlier = _rag_cells(parts)
    lines = [line for cell in current for line in lines_of(cell)]
    matched = match_letters(lines, actions) if len(actions) > 1 else []
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
            _keep_earlier(action, stated, heading, span[1] if span else None)
    _state_by_percentage(parts, actions)


def _keep_earlier(action: ActionDraft, stated: Stated, heading: str, on: dt.date | None) -> None:
    """An earlier RAG goes with what was said of progress at that time; by itself it is a note of its own."""
    for at, note in enumerate(action.progress_notes):
        is_same_time = note.made_on == on if on else _quarter(note.heading) == _quarter(heading) != ""
        if is_same_time and note.rag is Rag.NOT_STATED:
            said = replace(note, rag=stated.rag, rag_as_written=stated.as_written)
            action.progress_notes[at] = said
            return
    action.progress_notes = in_order(
        [*action.progress_notes, ProgressDraft(stated.as_written, on, heading, stated.rag)]
    )


def _quarter(heading: str) -> str:
    """The quarter that a heading names, with or without its year: "3" for "Q3 update"."""
    found = _QUARTER.search(heading)
    return found[1] if found else ""


def _state_by_percentage(parts: RowParts, actions: list[ActionDraft]) -> None:
    """A column "% complete" states one thing for certain: what is done to the last hundredth is complete."""
    for column, heading in parts.headings.items():
        cell = parts.row.at(column)
        if cell and _OF_PERCENT.search(heading) and _ALL_OF_IT.fullmatch(cell.text.strip()):
            for action in actions:
                if action.rag is Rag.NOT_STATED:
                    action.rag, action.rag_as_written = Rag.BLUE, cell.text.strip()
                    action.flags.append(f"“{cell.text.strip()}” under “{heading}” was read as complete.")


def _state_by_comment(parts: RowParts, action: ActionDraft) -> None:
    """A column "Current status and comments" in a table without RAG: "On track: draft circulated" states one."""
    for heading, lines in reversed(parts.columns(Field.PROGRESS)):
        said = _FIRST_WORDS.match(lines[0].text) if lines and _OF_STATUS.search(heading) else None
        rag = rag_from_text(said[1]) if said else None
        if said and rag:
            action.rag, action.rag_as_written = rag, said[1]
            action.flags.append(f"RAG was read from the first words of “{heading}”: “{said[1]}”.")
            return


def _state_by_shading(parts: RowParts, actions: list[ActionDraft]) -> None:
    """In a table without RAG whose rows are coloured as wholes, and not in turns, the colour states one."""
    fills = [cell.fill for cell in parts.row.cells]
    fill = fills[0] if parts.rows_shaded_by_status and 2 * fills.count(fills[0]) > len(fills) else None
    stated = read_rag("", fill, parts.key) if is_coloured(fill) else Stated()
    if stated.rag is Rag.NOT_STATED:
        return
    for action in actions:
        if action.rag is Rag.NOT_STATED:
            action.rag, action.rag_as_written = stated.rag, stated.as_written
            action.flags.append(f"RAG was read from the colour of the whole row: {stated.rag.value}.")


def _rag_cells(parts: RowParts) -> tuple[list[Cell], list[Cell]]:
    """The cells that state the present RAG, and the filled ones that state an earlier one or something else."""
    cells = parts.cells.get(Field.RAG, [])
    if len(cells) < 2 or _colour_columns(parts, cells):
        return cells, []
    filled = [cell for cell in cells if not cell.is_empty or says_by_fill(parts, cell)]
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
    # A sign such as "●" by itself counts as a bullet without text.
    text = text or next((each.marker for cell in cells for each in cell.paragraphs if each.marker), "")
    if stated.rag is Rag.NOT_STATED and text and (by_ink := _by_ink(cells, parts)):
        return Stated(by_ink, text, (f"RAG was read from the colour of the text “{text}”: {by_ink.value}.",))
    shaded = next((cell for cell in cells if is_coloured(cell.fill)), None)
    if shaded and fill is None and not text:
        return Stated(flags=("The whole row is shaded alike, so its colour was not read as RAG.",))
    return stated


def _by_ink(cells: list[Cell], parts: RowParts) -> Rag | None:
    """What coloured letters or signs state where neither their words nor the cell's shading do."""
    inks = {cell.ink for cell in cells if not cell.is_empty or any(each.marker for each in cell.paragraphs)}
    ink = inks.pop() if len(inks) == 1 else None
    stated = read_rag("", ink, parts.key).rag if is_coloured(ink) else Rag.NOT_STATED
    return None if stated is Rag.NOT_STATED else stated


def _colour_columns(parts: RowParts, cells: list[Cell]) -> dict[int, Rag]:
    """The colour that each column's heading names, if all do: a cross in one of them states the RAG."""
    found = {cell.column: rag_from_text(parts.headings.get(cell.column, "")) for cell in cells}
    colours = {column: rag for column, rag in found.items() if rag}
    return colours if len(colours) == len(cells) == len(set(colours.values())) else {}


def _crossed(parts: RowParts, cells: list[Cell], columns: dict[int, Rag]) -> Stated:
    filled = [cell for cell in cells if not cell.is_empty] or [cell for cell in cells if says_by_fill(parts, cell)]
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


def says_by_fill(parts: RowParts, cell: Cell) -> bool:
    fill = _own_fill(parts, cell)
    return fill is not None and (is_coloured(fill) or (parts.key is not None and parts.key.of_fill(fill) is not None))


def _state(action: ActionDraft, stated: Stated) -> None:
    action.rag, action.rag_as_written = stated.rag, stated.as_written
    action.flags += stated.flags


def _is_row_shading(parts: RowParts, fill: str) -> bool:
    others = [cell for cell in parts.row.cells if cell not in parts.cells.get(Field.RAG, [])]
    return len(others) > 1 and sum(cell.fill == fill for cell in others) * 2 > len(others)

"""Files that hold more than one plan, and sheets that hold what is over."""

import re
from collections.abc import Callable
from dataclasses import replace

from prevent_portal.tables_in import Document, Paragraph, SourceKind, Table

from . import cover

_CONTINUED = re.compile(r"\(?\bcont(?:inued|'?d)?\b\.?\)?", re.IGNORECASE)
_ARCHIVE = re.compile(r"\b(?:archived?|completed?|closed|old|previous|superseded)\b", re.IGNORECASE)


def split_plans(document: Document, is_plan: Callable[[Table], bool]) -> list[Document]:
    """The file's plans, each with what stands around it; one where nothing says that there are several."""
    starts = _sheets(document, is_plan) if document.kind is SourceKind.EXCEL else _titles(document, is_plan)
    if len(starts) < 2:
        return [document]
    ends = [*starts[1:], len(document.blocks)]
    parts = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        blocks = document.blocks[start if number else 0 : end]
        parts.append(replace(document, blocks=blocks, properties={}))
    return parts


def archives(document: Document) -> list[str]:
    """The names of sheets that seem to hold what is over."""
    if document.kind is not SourceKind.EXCEL:
        return []
    return [table.title for table in document.tables if _ARCHIVE.search(table.title)]


def _titles(document: Document, is_plan: Callable[[Table], bool]) -> list[int]:
    """Where in a text a new plan begins: at a title of the first rank that calls itself a plan and has a table."""
    found: list[tuple[int, str]] = []
    for at, block in enumerate(document.blocks):
        if isinstance(block, Paragraph) and block.heading_level == 1 and cover.names_plan(block.text):
            found.append((at, _key(block.text)))
    starts, seen = [], set()
    for number, (at, key) in enumerate(found):
        end = found[number + 1][0] if number + 1 < len(found) else len(document.blocks)
        if key not in seen and any(isinstance(b, Table) and is_plan(b) for b in document.blocks[at:end]):
            starts.append(at)
            seen.add(key)
    return starts


def _sheets(document: Document, is_plan: Callable[[Table], bool]) -> list[int]:
    """Where in a workbook a new plan begins: every sheet of a plan names a year, or a plan, of its own."""
    plans = [(at, block) for at, block in enumerate(document.blocks) if isinstance(block, Table) and is_plan(block)]
    names = [_names_plan(table) for _, table in plans]
    if len(plans) < 2 or not all(names) or len(set(names)) < 2:
        return []
    starts, last = [], ""
    for (at, _table), name in zip(plans, names, strict=True):
        if name != last:
            starts.append(at)
            last = name
    return starts if len(set(names)) == len(starts) else []


def _names_plan(table: Table) -> str:
    """The years or the plan's title that a sheet states by its name or in the rows above its headings."""
    texts = [table.title] + [
        cell.text for row in table.rows[:3] for cell in row.filled_cells if len(row.filled_cells) == 1
    ]
    if period := cover.find_period(texts):
        return str(period)
    return next((_key(text) for text in texts if cover.names_plan(text) and len(text.split()) < 16), "")


def _key(text: str) -> str:
    return " ".join(_CONTINUED.sub("", text).lower().split())

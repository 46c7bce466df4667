"""The plan as a Word file, laid out so that the import reads it back."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from prevent_portal.documents import (
    Block,
    Column,
    Contents,
    Derived,
    Heading,
    Noted,
    Pages,
    Table,
    Text,
    write_document,
)

from .report import PlanObjective, PlanReport, PlanRow, PlanSection
from .tables import rag_mark

HEADINGS = {
    "ref": "Ref",
    "objective": "Objective",
    "tier": "Tier",
    "action": "Action",
    "owner": "Owner",
    "partners": "Partners",
    "resources": "Resources",
    "date": "Target date",
    "outcome": "Outcome measure",
    "progress": "Progress",
    "rag": "RAG",
    "marking": "Marking",
}
"""The headings of the actions' tables. They are what the import reads, so they stay in English."""

KINDS = {"rag": "rag", "date": "date", "marking": "rag"}


def plan_docx(report: PlanReport) -> bytes:
    """The paper as a Word file."""
    return write_document(list(_blocks(report)), cover=report.cover)


def _blocks(report: PlanReport) -> Iterator[Block]:
    if report.aim:
        yield Text(report.aim, "lead", label=_("Aim:"))
    if not report.is_short:
        yield Contents()
    yield Derived(list(_summary(report)))
    if report.introduction:
        yield Derived([Heading(_("Introduction"))])
        yield Text(report.introduction)
    if not report.is_withheld:
        lines = "\n".join(f"• {line}" for line in report.reading)
        yield Derived([Heading(_("How to read this paper")), Text(lines)])
        if not report.sections:
            yield Derived([Text(_("Nothing has been written into this plan yet."))])
    if report.sections:
        yield Pages(is_wide=True)
        yield Derived([Heading(_("Objectives and actions"))])
    keys = _columns(report)
    for section in report.sections:
        yield from _section(section, keys, report)
    if report.sections:
        yield Derived([Text(_in_all(report), "note")])
    yield Pages(is_wide=False)
    answers = _answers(report)
    if report.owners_table:
        yield Derived([Heading(_("Who answers for what")), report.owners_table])
    if answers.rows:
        yield Derived([Heading(_("What the objectives answer")), answers])


def _summary(report: PlanReport) -> Iterator[Block]:
    if report.changed:
        yield Heading(_("What has changed"))
        yield Text(report.changed.in_words)
        yield from (each.table for each in report.changed.kinds)
    yield Heading(_("Summary sheet"))
    if not report.is_withheld:
        figures = [[figure.label, figure.value] for figure in report.figures]
        columns = [Column(_("What is counted")), Column(_("Number"), "number")]
        yield Table(_("The plan in figures"), columns, figures)
        if report.rag_figure:
            yield report.rag_figure
        if report.disagreeing:
            lines = [
                _("%(label)s: declared %(declared)s, counted %(counted)s")
                % {"label": each.label, "declared": each.declared, "counted": each.counted}
                for each in report.disagreeing
            ]
            yield Text("\n".join(lines), "callout", label=_("The plan declares other totals than were counted."))
    if left_out := report.left_out_in_words:
        yield Text(left_out, "callout")
    if report.sections_figure:
        yield report.sections_figure
    yield from report.list_tables


def _section(section: PlanSection, keys: list[str], report: PlanReport) -> Iterator[Block]:
    yield Heading(section.heading, 2)
    if section.benchmark:
        yield Derived([Text(_("Answers benchmark %s") % section.benchmark, "note")])
    if section.introduction:
        yield Text(section.introduction)
    if section.objectives:
        rows = [_cells(objective, row, keys) for objective in section.objectives for row in objective.rows]
        kinds = KINDS | {"ref": report.ref_kind}
        columns = [Column(HEADINGS[key], kinds.get(key, "text")) for key in keys]
        yield Table(section.heading, columns, rows, shows_caption=False)
    for remark in section.remarks:
        marking = f"{remark.marking}: " if report.marks_rows and remark.is_sensitive else ""
        see = f"{pgettext('pointer to another plan', 'See')} {remark.see}\n" if remark.see else ""
        yield Text(f"{marking}{see}{remark.text}", "callout")
    if not section.objectives:
        if section.left_out:
            said = _("What is in this section has been left out, since it is OFFICIAL-SENSITIVE.")
            yield Derived([Text(said)])
        elif not section.remarks:
            yield Derived([Text(_("No actions in this section."))])


def _columns(report: PlanReport) -> list[str]:
    """The keys of the columns that have anything in them in any section."""
    rows = report.rows
    needed = {
        "tier": any(objective.tier for section in report.sections for objective in section.objectives),
        "owner": report.has_owners,
        "partners": report.has_partners,
        "resources": any(row.resources for row in rows),
        "outcome": report.has_outcomes,
        "progress": report.has_progress,
        "rag": report.has_rag,
        "marking": report.marks_rows and any(row.is_sensitive for row in rows),
    }
    return [key for key in HEADINGS if needed.get(key, True)]


def _cells(objective: PlanObjective, row: PlanRow, keys: list[str]) -> list[object]:
    values = {
        "ref": objective.ref,
        "objective": objective.text,
        "tier": objective.tier,
        "action": _action(objective, row),
        "owner": "\n\n".join(row.owners),
        "partners": _lines(*row.partners),
        "resources": row.resources,
        "date": "\n\n".join(row.target_dates),
        "outcome": _lines(row.outcome_measure, *(f"• {milestone}" for milestone in row.milestones)),
        "progress": _progress(row),
        "rag": rag_mark(row.rag) if row.rag else None,
        "marking": row.marking if row.is_sensitive else "",
    }
    return [values[key] for key in keys]


def _action(objective: PlanObjective, row: PlanRow) -> str:
    if row.rag is None:
        return _("Left out: OFFICIAL-SENSITIVE") if objective.left_out else ""
    letter = f"{row.letter}) " if row.letter else ""
    return _lines(f"{letter}{row.action}", *(f"• {step}" for step in row.further_steps))


def _progress(row: PlanRow) -> str:
    made_on = f" ({date_format(row.progress_on, 'j F Y')})" if row.progress and row.progress_on else ""
    reason = f"{_('Reason for the RAG:')} {row.rag_reason}" if row.rag_reason else ""
    return "\n\n".join(part for part in (f"{row.progress}{made_on}", reason) if part)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _answers(report: PlanReport) -> Table:
    """Which benchmarks and recommendations the objectives answer."""
    columns = [Column(_("Ref"), report.ref_kind), Column(_("Objective")), Column(_("Answers"))]
    rows = [
        [objective.ref, Noted(objective.text, section.heading), "\n".join(f"• {each}" for each in objective.answers)]
        for section in report.sections
        for objective in section.objectives
        if objective.answers
    ]
    note = _("Objectives that name no benchmark and no recommendation are not in this table.")
    return Table(_("Benchmarks and recommendations"), columns, rows, note=note, shows_caption=False)


def _in_all(report: PlanReport) -> str:
    counted = ngettext("%d action in all.", "%d actions in all.", report.action_count)
    return counted % report.action_count

"""The plan as an Excel file, which the import reads back."""

from django.utils.translation import gettext as _

from plans.models import RAG_LABELS
from prevent_portal.documents import Sheet, write_workbook

from .report import PlanObjective, PlanReport, PlanRow, PlanSection
from .words import due_soon_in_words

TABLE_COLUMNS = (
    "Section", "Ref", "Objective", "Tier", "Action ref", "Action", "Owners", "Partners", "Target date",
    "Outcome measure", "Milestones", "Progress", "RAG", "RAG by dates", "Reason", "Due", "Marking",
)  # fmt: skip
"""The spreadsheet's headings. They are what the import reads, so they stay in English."""

OPTIONAL_COLUMNS = ("Resourcing", "Answers")
"""Headings of columns that are left out where no row has anything in them; the import does not know them."""

_WIDTHS = (24, 8, 40, 16, 10, 50, 28, 28, 22, 34, 30, 44, 22, 22, 28, 16, 20, 24, 24)


def plan_workbook(report: PlanReport) -> bytes:
    """The paper's tables as an Excel file: the summary sheet, the plan, and its remarks."""
    summary_rows = [
        (_("Plan"), report.title),
        (_("Authority"), report.authority),
        (_("Period"), report.period),
        (_("As at"), report.as_of),
        (_("State"), report.state),
        (_("Marking"), report.marking),
        (_("Date of update"), report.updated_on),
        (_("Total number of actions"), report.action_count),
        *((str(RAG_LABELS[rag]), count) for rag, count in report.rag_counts),
        (_("Overdue"), len(report.overdue)),
        (due_soon_in_words(), len(report.due_soon)),
        (_("Edition"), report.edition_in_words),
    ]
    if report.is_public or not report.is_complete:
        summary_rows.append((_("Actions left out of this edition"), report.left_out))
    rows = [_cells(s, o, row) for s in report.sections for o in s.objectives for row in o.rows]
    columns = (*TABLE_COLUMNS, *OPTIONAL_COLUMNS)
    kept = [i for i, column in enumerate(columns) if column in TABLE_COLUMNS or any(row[i] for row in rows)]
    sheets = [
        Sheet(_("Summary"), (_("Figure"), _("Value")), summary_rows, (40, 60)),
        Sheet(
            _("Plan"),
            [columns[i] for i in kept],
            [[row[i] for i in kept] for row in rows],
            [_WIDTHS[i] for i in kept],
        ),
    ]
    remarks = [
        (s.heading, _("Pointer to another plan") if r.is_pointer else _("Statement"), r.text, r.points_to)
        for s in report.sections
        for r in s.remarks
    ]
    if remarks:
        sheets.append(Sheet(_("Remarks"), (_("Section"), _("Kind"), _("Text"), _("Points to")), remarks))
    return write_workbook(sheets, title=report.title)


def _cells(section: PlanSection, objective: PlanObjective, row: PlanRow) -> tuple:
    return (
        section.heading,
        objective.ref,
        objective.text,
        objective.tier,
        row.letter,
        "\n".join((row.action, *(f"• {step}" for step in row.further_steps))),
        "\n".join(row.owners),
        "\n".join(row.partners),
        "\n".join(row.target_dates),
        row.outcome_measure,
        "\n".join(row.milestones),
        row.progress,
        row.rag_label,
        row.computed_rag_label,
        row.rag_reason,
        row.due_on,
        row.marking,
        row.resources,
        "\n".join(objective.answers),
    )

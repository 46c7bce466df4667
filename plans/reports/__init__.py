"""The plan as a paper: one builder does all the queries, one dataclass feeds preview, PDF, Word and spreadsheet.

build_plan_report(plan, as_of=...) -> PlanReport          the full edition
build_public_plan_report(plan, as_of=...) -> PlanReport   posts instead of names, nothing OFFICIAL-SENSITIVE
plan_pdf(report), plan_workbook(report) -> bytes
"""

from .builder import build_plan_report, build_public_plan_report
from .pdf import plan_pdf
from .public import PrintedOwner, SeemsToName, printed_owners, seeming_names
from .report import LISTED_AT_MOST, Edition, PlanReport, PlanRow
from .word import plan_docx
from .words import period_in_words, state_in_words
from .workbook import OPTIONAL_COLUMNS, TABLE_COLUMNS, plan_workbook

__all__ = [
    "LISTED_AT_MOST",
    "OPTIONAL_COLUMNS",
    "TABLE_COLUMNS",
    "Edition",
    "PlanReport",
    "PlanRow",
    "PrintedOwner",
    "SeemsToName",
    "build_plan_report",
    "build_public_plan_report",
    "period_in_words",
    "plan_docx",
    "plan_pdf",
    "plan_workbook",
    "printed_owners",
    "seeming_names",
    "state_in_words",
]

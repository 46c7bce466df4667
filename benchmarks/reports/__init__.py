"""The self-assessment as a paper: one builder does all the queries, one dataclass feeds every format.

build_assessment_report(assessment, as_of=..., is_for_outsiders=False) -> AssessmentReport
build_form_report(framework, authority, as_of=...) -> AssessmentReport           the empty tool, to fill in by hand
summary(report) -> AssessmentReport                                               the same on one page
assessment_pdf, assessment_docx, assessment_workbook (report) -> bytes
"""

from .builder import build_assessment_report, build_form_report
from .papers import assessment_docx, assessment_pdf, assessment_workbook, blocks_of, paper_context
from .report import AnswerReport, AssessmentReport, BenchmarkReport, Edition, WorkReport, summary

__all__ = [
    "AnswerReport",
    "AssessmentReport",
    "BenchmarkReport",
    "Edition",
    "WorkReport",
    "assessment_docx",
    "assessment_pdf",
    "assessment_workbook",
    "blocks_of",
    "build_assessment_report",
    "build_form_report",
    "paper_context",
    "summary",
]

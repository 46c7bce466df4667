"""Frameworks of benchmarks, and the authorities' assessments of themselves against them."""

from .answers import Answer, AnswerComment, AnswerEvidence, LocalQuestion, Respondent
from .assessments import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    Assessment,
    AssessmentIsClosed,
    BenchmarkResult,
    Moderation,
    ResultRecommendation,
    SaysItIsSensitive,
    Submission,
)
from .frameworks import Benchmark, Crosswalk, Framework, FrameworkIsPublished, Level, Prompt, Question

__all__ = [
    "EARLIEST_YEAR",
    "LATEST_YEAR",
    "Answer",
    "AnswerComment",
    "AnswerEvidence",
    "Assessment",
    "AssessmentIsClosed",
    "Benchmark",
    "BenchmarkResult",
    "Crosswalk",
    "Framework",
    "FrameworkIsPublished",
    "Level",
    "LocalQuestion",
    "Moderation",
    "Prompt",
    "Question",
    "Respondent",
    "ResultRecommendation",
    "SaysItIsSensitive",
    "Submission",
]

"""What a paper on a self-assessment says: plain values, so that a frozen copy outlives the tables."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.text import slugify


class Edition(StrEnum):
    """Which paper it is."""

    FULL = "full"
    SUMMARY = "summary"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class WorkReport:
    """Something that is done about a gap."""

    text: str
    source: str
    status: str
    rag: str
    owners: tuple[str, ...] = ()
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """One question and what was answered.

    `stage` is achieved, under_way, not_started, or empty without an answer; `needs_review` says that the answer was
    carried forward from an earlier year and nobody has looked at it since, so that it does not count as one.
    """

    reference: str
    kind: str
    text: str
    level: str = ""
    stage: str = ""
    details: str = ""
    evidence: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    is_expectation: bool = False
    needs_review: bool = False

    @property
    def counted_level(self) -> str:
        """Its level, if it counts as an answer."""
        return "" if self.needs_review else self.level

    work: tuple[WorkReport, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierScore:
    """What the assessment before had: with its benchmark's name where that was another one."""

    score: int
    benchmark: str = ""
    target: int | None = None
    is_target_reached: bool | None = None


@dataclass(frozen=True, slots=True)
class YearReport:
    """One assessment of those set beside each other; `framework` is empty where it is the paper's own.

    The total is of its own framework's benchmarks; `total_change` is None where the one before had other ones.
    """

    year: int
    framework: str = ""
    total: int | None = None
    scored_count: int = 0
    total_change: int | None = None


@dataclass(frozen=True, slots=True)
class YearScores:
    """What a benchmark had in one of the years: several scores where it has taken up several benchmarks."""

    scores: tuple[EarlierScore, ...] = ()
    change: int | None = None


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """One benchmark with its score and answers; `over_the_years` has an entry for each of the paper's `years`."""

    number: int
    title: str
    standard: str = ""
    outcome: str = ""
    is_scored: bool = True
    self_score: int | None = None
    moderated_score: int | None = None
    target_score: int | None = None
    earlier: tuple[EarlierScore, ...] = ()
    change: int | None = None
    over_the_years: tuple[YearScores, ...] = ()
    rationale: str = ""
    strengths: str = ""
    development: str = ""
    moderated_strengths: str = ""
    moderated_comment: str = ""
    answers: tuple[AnswerReport, ...] = ()
    work: tuple[WorkReport, ...] = ()

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number}. {self.title}"

    @property
    def score(self) -> int | None:
        """The score that counts: the Home Office's where there is one."""
        return self.self_score if self.moderated_score is None else self.moderated_score

    @property
    def all_work(self) -> tuple[WorkReport, ...]:
        """What is done about it or one of its questions, each once."""
        return tuple(dict.fromkeys((*self.work, *(each for answer in self.answers for each in answer.work))))

    @property
    def unmet_answers(self) -> tuple[AnswerReport, ...]:
        """Answers to expectations of compliance that say less than achieved."""
        return tuple(
            each for each in self.answers if each.is_expectation and each.stage in ("not_started", "under_way")
        )


@dataclass(frozen=True, slots=True)
class AssessmentReport:
    """A self-assessment as at a day."""

    edition: Edition
    title: str
    authority: str
    framework: str
    year: int
    as_of: dt.date
    as_at: dt.date | None
    state: str
    version: int
    marking: str
    met_score: int
    lowest_score: int
    highest_score: int
    below_label: str
    met_label: str
    above_label: str
    levels: tuple[tuple[str, str], ...]
    benchmarks: tuple[BenchmarkReport, ...]
    earlier_title: str = ""
    earlier_year: int | None = None
    years: tuple[YearReport, ...] = ()
    signed_off_by: str = ""
    signed_off_on: dt.date | None = None

    @property
    def scored(self) -> tuple[BenchmarkReport, ...]:
        """The benchmarks that the framework scores."""
        return tuple(each for each in self.benchmarks if each.is_scored)

    @property
    def has_years(self) -> bool:
        """Whether there is another year to set this one beside."""
        return len(self.years) > 1

    @property
    def has_moderation(self) -> bool:
        """Whether the Home Office has scored any of them."""
        return any(each.moderated_score is not None for each in self.benchmarks)

    @property
    def below(self) -> tuple[BenchmarkReport, ...]:
        """The benchmarks below the line at which the duty is met."""
        return tuple(each for each in self.scored if each.score is not None and each.score < self.met_score)

    @property
    def on_line(self) -> tuple[BenchmarkReport, ...]:
        """The benchmarks exactly on it."""
        return tuple(each for each in self.scored if each.score == self.met_score)

    @property
    def unmet(self) -> tuple[BenchmarkReport, ...]:
        """The benchmarks below the line, or with an expectation of compliance that has not been achieved."""
        below = {each.number for each in self.below}
        return tuple(each for each in self.benchmarks if each.number in below or each.unmet_answers)

    @property
    def file_stem(self) -> str:
        """The name of its files, without the ending."""
        name = slugify(f"{self.title} {self.framework}")[:80] if self.edition is Edition.FORM else slugify(self.title)
        suffix = "" if self.edition is Edition.FULL else f"-{self.edition.value}"
        return f"{name or 'assessment'}{suffix}-{self.as_of.isoformat()}"


def summary(report: AssessmentReport) -> AssessmentReport:
    """The same assessment for one page."""
    return dataclasses.replace(report, edition=Edition.SUMMARY)

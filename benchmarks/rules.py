"""The rules of a self-assessment; pure functions, no Django.

The duty toolkit of 2018 answers each question with a level, and the Home Office scores each benchmark. Nothing is
published that leads from one to the other, so no score is ever computed from answers: the portal says where the two do
not seem to fit, and people decide.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What a framework's level means, whatever it is called there."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    ACHIEVED = "achieved"


class Kind(StrEnum):
    """What a framework says a question is for."""

    EXPECTATION = "expectation"
    GOOD_PRACTICE = "good_practice"
    LOCAL = "local"


class Standing(StrEnum):
    """How a score stands to the line at which the duty is met."""

    BELOW = "below"
    MET = "met"
    ABOVE = "above"


class HintKind(StrEnum):
    """Why an assessor should look again."""

    MET_BUT_NOT_STARTED = "met_but_not_started"
    ACHIEVED_WITHOUT_EVIDENCE = "achieved_without_evidence"
    EVIDENCE_EXPIRED = "evidence_expired"
    TARGET_BELOW_SCORE = "target_below_score"


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the hints need to know of one answer. `evidence_ends` are the last good days of what it relies on."""

    reference: str
    kind: Kind
    stage: Stage | None
    evidence_ends: Sequence[dt.date | None] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at again, and the questions that it is about."""

    kind: HintKind
    references: tuple[str, ...] = ()


def standing_of(score: int | None, *, met: int) -> Standing | None:
    """How a score stands to the line `met`; None without a score.

    On the scale of the Home Office's benchmarking 3 is the duty met, 1 and 2 are below it, 4 and 5 above.
    """
    if score is None:
        return None
    if score == met:
        return Standing.MET
    return Standing.BELOW if score < met else Standing.ABOVE


def has_expired(ends: dt.date | None, *, as_at: dt.date) -> bool:
    """Whether evidence was no longer good on that day: its last good day is still a good one."""
    return ends is not None and ends < as_at


def hints(
    *, score: int | None, target: int | None, met: int, answers: Sequence[AnswerFacts], as_at: dt.date
) -> tuple[Hint, ...]:
    """Where a benchmark's score and its answers do not seem to fit. A hint stands in nobody's way.

    A benchmark without expectations of compliance has none that could be unmet, and nothing is said of it.
    """
    found = []
    if score is not None and score >= met:
        unstarted = tuple(
            each.reference for each in answers if each.kind is Kind.EXPECTATION and each.stage is Stage.NOT_STARTED
        )
        if unstarted:
            found.append(Hint(HintKind.MET_BUT_NOT_STARTED, unstarted))
    bare = tuple(each.reference for each in answers if each.stage is Stage.ACHIEVED and not each.evidence_ends)
    if bare:
        found.append(Hint(HintKind.ACHIEVED_WITHOUT_EVIDENCE, bare))
    expired = tuple(
        each.reference for each in answers if any(has_expired(end, as_at=as_at) for end in each.evidence_ends)
    )
    if expired:
        found.append(Hint(HintKind.EVIDENCE_EXPIRED, expired))
    if score is not None and target is not None and target < score:
        found.append(Hint(HintKind.TARGET_BELOW_SCORE))
    return tuple(found)

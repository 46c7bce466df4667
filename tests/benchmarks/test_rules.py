"""Hints say where score and answers do not seem to fit; nothing computes a score."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.rules import AnswerFacts, HintKind, Kind, Stage, Standing, hints, standing_of

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def answer(reference="1.1", kind=Kind.EXPECTATION, stage=Stage.ACHIEVED, ends=(None,)) -> AnswerFacts:
    return AnswerFacts(reference, kind, stage, tuple(ends))


def kinds(score=3, target=None, answers=(), as_at=TODAY) -> set[HintKind]:
    return {each.kind for each in hints(score=score, target=target, met=3, answers=list(answers), as_at=as_at)}


def test_three_is_met_and_below_it_the_duty_is_not() -> None:
    assert [standing_of(score, met=3) for score in (1, 2, 3, 4, 5)] == [
        Standing.BELOW, Standing.BELOW, Standing.MET, Standing.ABOVE, Standing.ABOVE,
    ]  # fmt: skip
    assert standing_of(None, met=3) is None


def test_a_score_that_is_met_beside_an_expectation_not_yet_started() -> None:
    unstarted = answer(stage=Stage.NOT_STARTED, ends=())
    assert kinds(3, answers=[unstarted]) == {HintKind.MET_BUT_NOT_STARTED}
    assert kinds(2, answers=[unstarted]) == set()
    assert kinds(None, answers=[unstarted]) == set()


def test_good_practice_not_yet_started_is_no_contradiction() -> None:
    assert kinds(5, answers=[answer(kind=Kind.GOOD_PRACTICE, stage=Stage.NOT_STARTED, ends=())]) == set()


def test_a_benchmark_without_expectations_has_none_unmet() -> None:
    assert kinds(5, answers=[]) == set()


def test_achieved_needs_evidence_whatever_the_question_is_for() -> None:
    for kind in Kind:
        assert kinds(None, answers=[answer(kind=kind, ends=())]) == {HintKind.ACHIEVED_WITHOUT_EVIDENCE}
    assert kinds(None, answers=[answer(stage=Stage.UNDER_WAY, ends=())]) == set()


def test_evidence_is_good_on_its_last_day_and_not_on_the_next() -> None:
    assert kinds(None, answers=[answer(ends=[TODAY])]) == set()
    assert kinds(None, answers=[answer(ends=[TODAY])], as_at=TODAY + DAY) == {HintKind.EVIDENCE_EXPIRED}


def test_a_target_below_the_score_is_named_and_one_at_it_is_not() -> None:
    assert kinds(4, target=3) == {HintKind.TARGET_BELOW_SCORE}
    assert kinds(4, target=4) == kinds(4, target=5) == kinds(None, target=1) == set()


facts = st.builds(
    AnswerFacts,
    reference=st.sampled_from(["1.1", "1.2", "10.2"]),
    kind=st.sampled_from(Kind),
    stage=st.sampled_from([None, *Stage]),
    evidence_ends=st.lists(st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1)), max_size=3),
)


@given(st.none() | st.integers(1, 5), st.none() | st.integers(1, 5), st.lists(facts, max_size=6))
def test_hints_name_only_answers_that_are_there(score, target, answers) -> None:
    found = hints(score=score, target=target, met=3, answers=answers, as_at=TODAY)
    assert len({each.kind for each in found}) == len(found)
    for each in found:
        assert set(each.references) <= {fact.reference for fact in answers}
        assert bool(each.references) is (each.kind is not HintKind.TARGET_BELOW_SCORE)

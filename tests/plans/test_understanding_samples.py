"""The known answers of three published plans. They are kept beside the repository, not in it."""

import datetime as dt
from pathlib import Path

import pytest

from plans.rules import DateKind
from plans.understanding import PlanDraft, summary, understand_plan
from prevent_portal.tables_in import Document, read_document

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published plans are not beside this repository")


def document(name: str) -> Document:
    return read_document((SAMPLES / name).read_bytes(), name)


def understood(name: str) -> PlanDraft:
    return understand_plan(document(name))


def test_plan_with_rag_by_colour_meets_its_declared_totals():
    figures = summary(understood("hinckley-bosworth-delivery-plan-2023-24.docx"))
    assert [(section["objectives"], section["actions"]) for section in figures["sections"]] == [
        (4, 4),
        (3, 3),
        (5, 5),
        (3, 3),
        (4, 4),
    ]
    assert figures["rag"] == {"green": 15, "amber": 2, "red": 2, "blue": 0}
    assert figures["declared"] == {"total": 19, "green": 15, "amber": 2, "red": 2}
    assert figures["mismatches"] == []
    assert figures["quarantined"] == []
    assert figures["dates"] == {"fixed": 2}


def test_its_cover_and_its_late_progress_note():
    draft = understood("hinckley-bosworth-delivery-plan-2023-24.docx")
    assert draft.updated_on == dt.date(2023, 12, 14)
    assert draft.period_start == dt.date(2023, 4, 1)
    assert [len(action.owners) for action in draft.actions][:4] == [2, 1, 1, 2]
    assert [index for index, action in enumerate(draft.actions) if action.flags] == [18]
    assert any("recommendation 3 of 3" in note for note in draft.notes)


def test_its_text_has_the_same_rows_and_no_rag():
    figures = summary(understood("hinckley-bosworth-delivery-plan-2023-24.txt"))
    assert [section["actions"] for section in figures["sections"]] == [4, 3, 5, 3, 4]
    assert figures["not_stated"] == 19
    assert [(each["what"], each["declared"], each["computed"]) for each in figures["mismatches"]] == [
        ("green", 15, 0),
        ("amber", 2, 0),
        ("red", 2, 0),
    ]


@pytest.mark.parametrize("kind", ["docx", "txt"])
def test_plan_of_bullets_has_its_objectives_and_every_kind_of_date(kind):
    draft = understood(f"harrow-prevent-action-plan.{kind}")
    assert [(section.title, len(section.objectives)) for section in draft.sections] == [
        ("Governance", 10),
        ("Engagement", 5),
        ("Communications", 1),
        ("Training", 5),
    ]
    assert [objective.ref for objective in draft.objectives] == [str(number) for number in range(1, 22)]
    assert [index + 1 for index, action in enumerate(draft.actions) if len(action.target_dates) > 1] == [4, 9, 11, 20]
    assert summary(draft)["dates"] == {
        "fixed": 9,
        "recurring": 4,
        "ongoing": 3,
        "start": 2,
        "term": 1,
        "conditional": 3,
        "cross_reference": 2,
        "unreadable": 2,
    }
    assert draft.actions[6].target_dates[0].on == dt.date(2016, 1, 1)
    # The text file has the cover report in front of the plan; the Word file is the plan alone.
    assert len(draft.quarantined) == (kind == "txt")


def test_word_and_text_of_the_plan_of_bullets_say_the_same():
    from_word, from_text = (understood(f"harrow-prevent-action-plan.{kind}") for kind in ("docx", "txt"))
    for one, other in zip(from_word.actions, from_text.actions, strict=True):
        assert (one.text, one.steps, one.partners, one.milestones) == (
            other.text,
            other.steps,
            other.partners,
            other.milestones,
        )


def test_lettered_plan():
    draft = understood("harborough-action-plan-2024-25.docx")
    assert [len(section.objectives) for section in draft.sections] == [1, 1, 1, 1, 1, 1, 3, 2]
    assert sum(bool(action.letter) for action in draft.actions) == 29
    assert len(draft.actions) == 30
    pointers = [r.points_to for section in draft.sections for r in section.remarks if r.kind == "pointer"]
    assert "LCC Delivery Plan" in pointers
    assert [objective.text.split(" –")[0] for objective in draft.sections[6].objectives] == [
        "Venue hire",
        "IT Policy",
        "Grants/ Contracts",
    ]
    assert [(each.row, each.text[:4]) for each in draft.quarantined] == [(3, "mult"), (12, "f) a")]
    dates = draft.sections[1].objectives[0].target_dates
    assert [(date.kind, date.on) for date in dates] == [
        (DateKind.FIXED, dt.date(2024, 3, 31)),
        (DateKind.FIXED, dt.date(2024, 9, 30)),
    ]
    assert any("“03/2024” lies before" in flag for flag in draft.sections[1].objectives[0].flags)


def test_bad_scan_of_the_lettered_plan_is_set_aside():
    draft = understood("harborough-action-plan-2024-25.txt")
    assert draft.sections == []
    assert len(draft.quarantined) > 100
    assert all(each.reason for each in draft.quarantined)
    assert draft.aim.startswith("Work with local partners")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")) + sorted(SAMPLES.glob("*.csv")), ids=lambda p: p.name)
def test_documents_that_are_no_plans_do_not_crash(path):
    draft = understand_plan(read_document(path.read_bytes(), path.name))
    assert PlanDraft.from_json(draft.to_json()) == draft

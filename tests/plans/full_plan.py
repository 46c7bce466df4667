"""A plan with something in every table, for the tests of the admin and of its files."""

import datetime as dt

from django.utils import timezone

from benchmarks.models import Benchmark
from plans.models import (
    Action,
    ActionEvidence,
    Assignment,
    DateRequest,
    Delivery,
    ImportedFile,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    PlanImport,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from prevent_portal.models import Evidence, Organisation, Recommendation, User
from prevent_portal.scoping import acting_for

TABLES = (
    Owner, Recommendation, Plan, Section, Objective, ObjectiveBenchmark, Remark, Action, TargetDate, Assignment, Step,
    Milestone, ProgressUpdate,
)  # fmt: skip
"""Each table after those that it names."""


def fill(organisation: Organisation, *, word: str, rows: int = 2, user: User | None = None) -> Plan:
    """A draft plan with `rows` rows, each with an action that has all parts; `word` stands in every text.

    Texts begin with what a spreadsheet would calculate, and some rows are alike.
    """
    with acting_for(organisation):
        benchmark = Benchmark.objects.first()
        owner = _saved(Owner(organisation=organisation, kind="post", post=f"@{word} lead"))
        person = _saved(Owner(organisation=organisation, kind="person", name=f"{word} Person", user=user))
        answered = _saved(
            Recommendation(organisation=organisation, exercise=f"{word} assurance", number=1, total=3, text=f"={word}")
        )
        plan = _saved(
            Plan(
                organisation=organisation,
                title=f"{word} plan",
                period_start=dt.date(2026, 4, 1),
                period_end=dt.date(2027, 3, 31),
                aim=f"+{word} aim\r\nsecond line",
                declared_total=rows,
            )
        )
        common = {"organisation": organisation, "plan": plan}
        section = _saved(Section(**common, ref="=1", title=f"{word} section", benchmark=benchmark))
        _saved(Remark(**common, section=section, kind="pointer", text=f"-{word} remark", points_to="County"))
        for number in range(rows):
            objective = _saved(
                Objective(
                    **common,
                    section=section,
                    position=number,
                    ref=str(number + 1),
                    text=f"'={word} objective {number}",
                    tier="district",
                    recommendation=answered,
                    flags=["=one", "two"],
                    owners_as_written=f"{word} lead / {word} Person",
                )
            )
            _saved(ObjectiveBenchmark(organisation=organisation, objective=objective, benchmark=benchmark))
            _saved(TargetDate(organisation=organisation, objective=objective, as_written="Ongoing", kind="ongoing"))
            action = _saved(
                Action(
                    **common,
                    objective=objective,
                    letter="a",
                    text=f"{word} action {number}, “quoted”; with, commas",
                    stated_rag="amber",
                    rag_reason="Slipped",
                    rag_as_written="A",
                    resources="\tOfficer time",
                )
            )
            part = {"organisation": organisation, "action": action}
            _saved(TargetDate(**part, as_written="-June 2026", on=dt.date(2026, 6, 30), scope="Halls"))
            _saved(Assignment(**part, owner=owner, role="lead"))
            _saved(Assignment(**part, owner=person, role="owner", position=1))
            _saved(Step(**part, text=f"={word} step"))
            _saved(Step(**part, text=f"={word} step"))
            _saved(Milestone(**part, text=f"{word} milestone", due_on=dt.date(2026, 5, 1)))
            _saved(
                ProgressUpdate(
                    **part,
                    made_on=dt.date(2026, 5, 2),
                    note=f"{word} note",
                    rag="amber",
                    reason="Slipped",
                    made_by=user,
                )
            )
            _saved(DateRequest(**part, wanted_on=dt.date(2026, 9, 1), reason=f"{word} asks", state="accepted"))
            evidence = _saved(Evidence(organisation=organisation, title=f"{word} evidence {number}"))
            _saved(ActionEvidence(**part, evidence=evidence, note=f"{word} shows"))
            _saved(Delivery(**part, delivered_by=action, note=f"{word} delivers"))
        file = _saved(ImportedFile(organisation=organisation, sha256=f"{word} {plan.pk}", data=b"the file itself"))
        _saved(
            PlanImport(
                organisation=organisation,
                file_name=f"{word}.docx",
                file=file,
                draft={"secret": f"{word} draft"},
                expires_at=timezone.now() + dt.timedelta(days=1),
            )
        )
    return plan


def _saved(row):
    row.save()
    return row

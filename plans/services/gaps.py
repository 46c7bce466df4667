"""Making and linking actions that close gaps of a self-assessment."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from benchmarks.models import Answer, BenchmarkResult
from plans.models import Action, ActionGap, Assignment, Objective, ObjectiveBenchmark, Owner, Section, TargetDate
from plans.rules import DateKind


@transaction.atomic
def make_action_for_gap(
    *,
    result: BenchmarkResult,
    answer: Answer | None,
    section: Section,
    text: str,
    owner: Owner | None,
    due_on: dt.date | None,
    due_as_written: str,
) -> Action:
    """Write an action into the section, in the row of this gap if it has one there, and link both."""
    objective = _objective_for(result, answer, section)
    last = objective.actions.aggregate(last=Max("position"))["last"]
    action = Action(
        organisation=section.organisation,
        plan=section.plan,
        objective=objective,
        text=text,
        position=0 if last is None else last + 1,
    )
    action.save()
    if due_on:
        TargetDate(
            organisation=section.organisation,
            action=action,
            as_written=due_as_written,
            kind=DateKind.FIXED.value,
            on=due_on,
        ).save()
    if owner:
        Assignment(
            organisation=section.organisation,
            objective=objective,
            action=action,
            owner=owner,
            role=Assignment.Role.LEAD,
        ).save()
    link_gap(result=result, answer=answer, actions=[action])
    return action


def _objective_for(result: BenchmarkResult, answer: Answer | None, section: Section) -> Objective:
    gaps = ActionGap.objects.filter(result=result, answer=answer, action__objective__section=section)
    if known := gaps.select_related("action__objective__plan").first():
        return known.action.objective
    last = Objective.objects.filter(section=section).aggregate(last=Max("position"))["last"]
    objective = Objective(
        organisation=section.organisation,
        plan=section.plan,
        section=section,
        position=0 if last is None else last + 1,
        text=answer.asked.text if answer else result.benchmark.title,
    )
    objective.save()
    ObjectiveBenchmark(organisation=section.organisation, objective=objective, benchmark=result.benchmark).save()
    return objective


@transaction.atomic
def link_gap(*, result: BenchmarkResult, answer: Answer | None, actions: Iterable[Action]) -> int:
    """Let these actions close the gap as well; how many did not before."""
    known = set(ActionGap.objects.filter(result=result, answer=answer).values_list("action", flat=True))
    made = ActionGap.objects.bulk_create(
        ActionGap(organisation=result.organisation, action=each, result=result, answer=answer)
        for each in actions
        if each.pk not in known
    )
    return len(made)

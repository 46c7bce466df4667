"""Next year's plan: open actions carried over with the way back to their history, finished ones left."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from plans.models import (
    Action,
    ActionGap,
    ActionRecommendation,
    Assignment,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Plan,
    PlanPart,
    Remark,
    Section,
    Step,
    TargetDate,
)
from prevent_portal.audit import because


def next_plan(plan: Plan) -> Plan | None:
    """The plan into which this one has been rolled forward, if it has."""
    return Plan.objects.filter(follows=plan).select_related("organisation").first()


@transaction.atomic
def roll_forward(*, plan: Plan, title: str, period_start: dt.date | None, period_end: dt.date | None) -> Plan:
    """A draft for the next period with the plan's sections, remarks, and objectives that still have something open.

    Every open action goes along with its owners, steps, unmet dates, milestones ahead and recommendations, says which
    one it was carried from, and needs review. Progress, evidence and whatever is complete stay with the plan before.
    As many queries however many actions there are.

    Raises ValidationError for a draft, and for a plan that has been rolled forward already.
    """
    # Held, so that two who do it at once do not make two.
    plan = Plan.objects.of(plan.organisation).select_for_update(of=("self",)).select_related("organisation").get(
        pk=plan.pk
    )  # fmt: skip
    if plan.state == Plan.State.DRAFT:
        raise ValidationError(_("This plan is a draft itself. Agree it first."))
    if already := next_plan(plan):
        raise ValidationError(_("This plan has been rolled forward already, into “%(plan)s”.") % {"plan": already})
    new = Plan(
        organisation=plan.organisation,
        title=title,
        period_start=period_start,
        period_end=period_end,
        aim=plan.aim,
        introduction=plan.introduction,
        marking=plan.marking,
        follows=plan,
    )
    with because(_("Rolled forward from “%(plan)s”") % {"plan": plan}):
        new.save()
        _Carrying(plan, new).carry()
    return new


class _Carrying:
    """Copies the rows of one plan into another, kind by kind, each kind in one write."""

    def __init__(self, old: Plan, new: Plan):
        self.old, self.new = old, new

    def carry(self) -> None:
        new = self.new
        actions = Action.objects.filter(plan=self.old).incomplete().in_plan_order()
        open_ones = list(actions.select_related("objective__section__plan", "plan"))
        all_finished = Objective.objects.filter(plan=self.old).exclude(actions=None)
        all_finished = all_finished.exclude(pk__in={each.objective_id for each in open_ones})
        sections = self._copied(Section.objects.filter(plan=self.old), plan=new)
        in_section = {"section": sections}
        self._copied(Remark.objects.filter(plan=self.old), among=in_section, plan=new)
        objectives = self._copied(
            Objective.objects.filter(plan=self.old).exclude(pk__in=all_finished.values("pk")),
            among=in_section,
            plan=new,
        )
        carried = self._copied(
            open_ones, among={"objective": objectives}, plan=new, is_review_needed=True, rag_as_written="", flags=[]
        )
        of_objective = {"objective": objectives}
        self._copied(ObjectiveBenchmark.objects.filter(objective__in=objectives), among=of_objective)
        for model in (Assignment, TargetDate):
            rows = model.objects.filter(objective__in=objectives)
            rows = rows.filter(models.Q(action=None) | models.Q(action__in=carried))
            rows = rows.filter(met_on=None) if model is TargetDate else rows
            self._copied(rows, among={"objective": objectives, "action": carried})
        for model in (Step, Milestone, ActionRecommendation, ActionGap):
            rows = model.objects.filter(action__in=carried)
            rows = rows.filter(done_on=None) if model is Milestone else rows
            self._copied(rows, among={"action": carried})

    def _copied(
        self, rows: Iterable[PlanPart], *, among: dict[str, dict[int, PlanPart]] | None = None, **values: Any
    ) -> dict[int, PlanPart]:
        """Copies of these rows by the keys of the old ones; `among` has the copies that keys of theirs lead to."""
        rows = list(rows)
        copies = []
        for row in rows:
            copy = _copy_of(row)
            for name, found in (among or {}).items():
                key = getattr(row, f"{name}_id")
                setattr(copy, name, None if key is None else found[key])
            for name, value in values.items():
                setattr(copy, name, value)
            if isinstance(copy, Action):
                copy.carried_from = row
            copies.append(copy)
        if not copies:
            return {}
        written = type(copies[0]).objects.bulk_create(copies)
        return {row.pk: copy for row, copy in zip(rows, written, strict=True)}


LEFT_BEHIND = frozenset({"id", "revision", "added_at", "carried_from"})
"""Fields that begin anew."""


def _copy_of(row: PlanPart) -> PlanPart:
    fields = (field for field in row._meta.concrete_fields if field.name not in LEFT_BEHIND)
    return type(row)(**{field.attname: getattr(row, field.attname) for field in fields})


@transaction.atomic
def confirm_carried(*, action: Action) -> None:
    """Somebody has looked at an action that was carried over, and it stands as it is."""
    action.is_review_needed = False
    action.save(update_fields=["is_review_needed"])

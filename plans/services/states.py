"""A plan's life: agreeing, amending and closing it, handing actions over."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from plans.models import Action, Assignment, Objective, Owner, Plan, PlanImport, Remark, Section
from prevent_portal.audit import because, written_together

from .files import drop_unused_files


@transaction.atomic
def agree_plan(*, plan: Plan, agreed_on: dt.date, agreed_by: str) -> Plan:
    """Record when and by whom the plan was agreed: from now on outsiders with access see it.

    Raises ValidationError unless the plan is a draft or amended.
    """
    _require_state(plan, Plan.State.DRAFT, Plan.State.AMENDED)
    plan.state, plan.agreed_on, plan.agreed_by = Plan.State.AGREED, agreed_on, agreed_by
    plan.save()
    return plan


@transaction.atomic
def amend_plan(*, plan: Plan, amended_on: dt.date, note: str) -> Plan:
    """Record that an agreed plan was changed in substance and waits to be agreed again."""
    _require_state(plan, Plan.State.AGREED, Plan.State.AMENDED)
    plan.state, plan.amended_on, plan.state_note = Plan.State.AMENDED, amended_on, note
    with because(note):
        plan.save()
    return plan


@transaction.atomic
def close_plan(*, plan: Plan, closed_on: dt.date, note: str = "") -> Plan:
    """End the plan. From now on it is a record: nothing in it changes."""
    _require_state(plan, Plan.State.AGREED, Plan.State.AMENDED)
    plan.state, plan.closed_on, plan.state_note = Plan.State.CLOSED, closed_on, note
    with because(note):
        plan.save()
    return plan


def _require_state(plan: Plan, *states: Plan.State) -> None:
    if plan.state not in states:
        raise ValidationError(
            _("The plan is “%(state)s”, so this cannot be done.") % {"state": plan.get_state_display()}
        )


@transaction.atomic
def delete_draft_plan(*, plan: Plan) -> None:
    """Delete a draft plan with all that is in it, and the file that it came from.

    Raises ValidationError for a plan that was ever agreed, or frozen for a meeting.
    """
    _require_state(plan, Plan.State.DRAFT)
    if plan.snapshots.exists():
        raise ValidationError(_("A snapshot of this plan was frozen for a meeting, so the plan cannot be deleted."))
    imports = PlanImport.objects.filter(plan=plan)
    files = set(imports.values_list("file", flat=True))
    imports.filter(state=PlanImport.State.DONE).update(
        plan=None, state=PlanImport.State.DISCARDED, file=None, draft={}, written={}
    )
    drop_unused_files(plan.organisation, files)
    delete_plan_rows(plan=plan)


def delete_plan_rows(*, plan: Plan) -> None:
    """Delete a plan and all that is in it, whatever its state; imports that point at it stay and lead nowhere."""
    PlanImport.objects.filter(plan=plan).update(plan=None)
    with written_together():
        for model in (Action, Objective, Remark, Section):
            model.objects.filter(plan=plan).delete()
        plan.delete()


@transaction.atomic
def reassign_actions(*, from_owner: Owner, to_owner: Owner, actions: Sequence[Action], reason: str = "") -> int:
    """Put `to_owner` in `from_owner`'s place on these actions, in the same role; returns how many.

    An assignment to a whole row moves with the first of its actions. Where `to_owner` is there already the
    leaver is only taken away.
    """
    theirs = Assignment.objects.filter(owner=from_owner).select_related("objective__plan", "action")
    chosen = {action.pk for action in actions}
    rows = {action.objective_id for action in actions}
    moving = [a for a in theirs if a.action_id in chosen or (a.action_id is None and a.objective_id in rows)]
    already = set(
        Assignment.objects.filter(owner=to_owner, objective__in=rows).values_list("objective_id", "action_id")
    )
    with because(reason):
        Assignment.objects.filter(pk__in=[a.pk for a in moving if (a.objective_id, a.action_id) in already]).delete()
        Assignment.objects.filter(pk__in=[a.pk for a in moving if (a.objective_id, a.action_id) not in already]).update(
            owner=to_owner
        )
    return len(chosen)

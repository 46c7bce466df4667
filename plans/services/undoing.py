"""Taking an import back, as long as nothing else has touched what it wrote."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from plans import snapshot
from plans.models import Action, ActionRecommendation, Assignment, Objective, Owner, Plan, PlanImport
from prevent_portal.audit import because, reason_so_far
from prevent_portal.models import LogEntry, Recommendation

from .states import delete_plan_rows
from .updating import locked_plan

LINES_OF_THE_LOG = 500
"""How far back is looked for whoever changed the plan."""


def undo_blocked_by(*, plan_import: PlanImport) -> str:
    """Why this import cannot be undone, in a sentence for a person; "" if it can."""
    plan = plan_import.plan
    if plan_import.state != PlanImport.State.DONE or plan is None:
        return _("This file is in no plan.")
    if plan.state == Plan.State.CLOSED:
        return _("The plan is closed, so the import cannot be undone.")
    if not plan_import.fingerprint:
        return _("This file was imported before the portal kept what is needed to undo an import.")
    later = PlanImport.objects.filter(plan=plan, state=PlanImport.State.DONE, done_at__gt=plan_import.done_at).first()
    if later is not None:
        return _("“%(file)s” has updated the plan since. Undo that import first.") % {"file": later.file_name}
    if plan.state != plan_import.written.get("state") or (not plan_import.is_update and plan.state != Plan.State.DRAFT):
        return _("The plan is “%(state)s” by now, so the import cannot be undone.") % {
            "state": plan.get_state_display()
        }
    if not plan_import.is_update and plan.snapshots.exists():
        return _("The plan was frozen for a meeting, so the import cannot be undone.")
    # None of this changes the plan itself, and so its fingerprint.
    if carried := Action.objects.filter(carried_from__plan=plan).select_related("plan").first():
        return _("Actions of the plan have been carried into “%(plan)s”, so the import cannot be undone.") % {
            "plan": carried.plan
        }
    now = snapshot.take(plan)
    if snapshot.fingerprint(now) != plan_import.fingerprint:
        return _what_touched(plan_import, now)
    return ""


def _what_touched(plan_import: PlanImport, now: snapshot.Snapshot) -> str:
    """A sentence that names the latest change of the plan and whoever made it, as far as the log tells."""
    there = {(f"plans.{name.lower()}", pk) for name, rows in now.items() for pk in rows}
    tables = [f"plans.{name.lower()}" for name in now]
    lines = (
        LogEntry.objects.filter(organisation=plan_import.organisation_id, at__gt=plan_import.done_at, model__in=tables)
        .select_related("actor")
        .order_by("-pk")[:LINES_OF_THE_LOG]
    )
    line = next((each for each in lines if (each.model, each.object_id) in there), None)
    if line is None:
        return _("The plan has been changed since, so the import cannot be undone.")
    said = {"what": line.label, "day": date_format(localtime(line.at), "j F Y"), "who": str(line.actor or "")}
    if line.actor is None:
        return _("“%(what)s” was changed on %(day)s, so the import cannot be undone.") % said
    return _("%(who)s changed “%(what)s” on %(day)s, so the import cannot be undone.") % said


@transaction.atomic
def undo_import(*, plan_import: PlanImport) -> PlanImport:
    """Take back what an import wrote: its plan, or in a plan that was there the values that it changed.

    Owners and recommendations that only it brought go with it, unless somebody uses or has changed them. The file is
    kept. Raises ValidationError with the sentence of `undo_blocked_by`.
    """
    plan_import = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
    if plan_import.plan is not None:
        plan_import.plan = locked_plan(plan_import.plan)
    if sentence := undo_blocked_by(plan_import=plan_import):
        raise ValidationError(sentence)
    plan, written = plan_import.plan, plan_import.written
    reason = _("Undoing the import of %(file)s") % {"file": plan_import.file_name}
    with because(f"{reason}: {said}"[:500] if (said := reason_so_far()) else reason):
        if plan_import.is_update:
            snapshot.put_back(plan, written["way_back"])
        else:
            delete_plan_rows(plan=plan)
            plan_import.plan = None
            # The deletion has counted it as changed.
            plan_import.refresh_from_db(fields=["revision", "plan"])
        _drop_from_registers(written.get("registers", {}))
        plan_import.state, plan_import.written, plan_import.fingerprint = PlanImport.State.UNDONE, {}, ""
        plan_import.save()
    return plan_import


def _drop_from_registers(made: dict[str, list[int]]) -> None:
    untouched = Owner.objects.filter(revision=0)
    used = Assignment.objects.filter(owner__in=made.get("owners", ())).values_list("owner", flat=True)
    snapshot.delete_in_batches(untouched, set(made.get("owners", ())) - set(used))
    untouched = Recommendation.objects.filter(revision=0)
    brought = set(made.get("recommendations", ()))
    for model in (Objective, ActionRecommendation):
        brought -= set(model.objects.filter(recommendation__in=brought).values_list("recommendation", flat=True))
    snapshot.delete_in_batches(untouched, brought)

"""Snapshots: a plan frozen for a board, as data and as papers."""

import dataclasses
import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prevent_portal import freezing
from prevent_portal.models import FrozenEdition, Marking, User

from . import reports
from .models import Plan, PlanSnapshot
from .querysets import RELEASED_STATES

KIND = "plans.plan"


@transaction.atomic
def take_snapshot(
    *,
    plan: Plan,
    on: dt.date,
    meeting: str,
    meeting_on: dt.date | None = None,
    note: str = "",
    user: User | None = None,
) -> PlanSnapshot:
    """Freeze the plan as it stands: the full edition and the public one, each with its PDF.

    Raises ValidationError for a plan without actions: there is nothing to put before a board.
    """
    full = reports.build_plan_report(plan, as_of=on)
    if not full.action_count:
        raise ValidationError(_("This plan has no actions yet, so there is nothing to freeze."))
    is_released = plan.state in RELEASED_STATES
    if is_released:
        # SECURITY: built as its coordinator sees it, read by outsiders; recommendations are for the authority's staff.
        full = dataclasses.replace(full, unanswered=())
    public = reports.build_public_plan_report(plan, as_of=on)
    copy = freezing.freeze(
        organisation=plan.organisation,
        kind=KIND,
        title=plan.title,
        on=on,
        meeting=meeting,
        meeting_on=meeting_on,
        note=note,
        marking=Marking(plan.marking),
        is_released=is_released,
        user=user,
        editions=[_edition(full), _edition(public)],
    )
    snapshot = PlanSnapshot(organisation=plan.organisation, plan=plan, copy=copy)
    snapshot.save()
    return snapshot


def report_of(edition: FrozenEdition) -> reports.PlanReport:
    """What the frozen edition says, from its content alone."""
    return freezing.from_text(reports.PlanReport, edition.content)


def _edition(report: reports.PlanReport) -> freezing.Edition:
    is_sensitive = not report.is_public and report.marking == Marking.OFFICIAL_SENSITIVE.label
    marking = Marking.OFFICIAL_SENSITIVE if is_sensitive else Marking.OFFICIAL
    return freezing.Edition(report.edition.value, marking, freezing.to_text(report), reports.plan_pdf(report))

"""What an owner says of an action, all at once: progress, milestones reached, evidence, and a new date asked for."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plans.models import Action, ActionEvidence, DateRequest, Milestone, Owner, ProgressUpdate, TargetDate
from plans.rules import KINDS_THAT_FALL_DUE, DateKind, Rag
from prevent_portal.audit import because
from prevent_portal.models import Evidence, User


@transaction.atomic
def record_progress(
    *,
    action: Action,
    made_on: dt.date,
    note: str,
    rag: Rag,
    reason: str = "",
    user: User | None,
    owner: Owner | None = None,
    completed_on: dt.date | None = None,
) -> ProgressUpdate:
    """Add to the action's history and make `rag` what is now stated of it; blue also says when it was completed.

    `owner` is who answered without an account. Raises SaysItIsSensitive if note or reason carry a marking that the
    action does not have.
    """
    update = ProgressUpdate(
        organisation=action.organisation,
        action=action,
        made_on=made_on,
        note=note,
        rag=rag.value,
        reason=reason,
        made_by=user,
        made_by_owner=owner,
    )
    update.save()
    action.stated_rag = rag.value
    action.rag_reason = reason
    action.completed_on = (completed_on or made_on) if rag is Rag.BLUE else None
    # Nothing else of the action: somebody may be changing its words at the same time.
    action.save(update_fields=["stated_rag", "rag_reason", "completed_on"])
    return update


def reach_milestones(*, milestones: Sequence[Milestone], on: dt.date) -> None:
    """Say that these milestones were reached on this day."""
    for milestone in milestones:
        milestone.done_on = on
        milestone.save()


def link_evidence(*, action: Action, evidence: Evidence, note: str = "") -> ActionEvidence:
    """Say that a piece of the register supports this action; once is enough."""
    known = ActionEvidence.objects.filter(action=action, evidence=evidence).first()
    if known is not None:
        return known
    position = ActionEvidence.objects.filter(action=action).count()
    link = ActionEvidence(
        organisation=action.organisation, action=action, evidence=evidence, note=note, position=position
    )
    link.save()
    return link


@transaction.atomic
def ask_for_date(
    *, action: Action, wanted_on: dt.date, reason: str, user: User | None, owner: Owner | None = None
) -> DateRequest:
    """Ask for a new date. The date until now stays in force until somebody accepts; an earlier request gives way."""
    for earlier in DateRequest.objects.select_for_update(of=("self",)).filter(
        action=action, state=DateRequest.State.WAITING
    ):
        earlier.state, earlier.answered_at = DateRequest.State.WITHDRAWN, timezone.now()
        earlier.save()
    now_in_force = date_in_force(action)
    request = DateRequest(
        organisation=action.organisation,
        action=action,
        old_on=now_in_force.on if now_in_force else None,
        old_as_written=now_in_force.as_written if now_in_force else "",
        wanted_on=wanted_on,
        reason=reason,
        asked_by=user,
        asked_by_owner=owner,
    )
    request.save()
    return request


@transaction.atomic
def answer_date_request(*, request: DateRequest, is_accepted: bool, answer: str = "", user: User | None) -> None:
    """Accept a request, which moves the action's date, or refuse it.

    Raises ValidationError if it has been answered meanwhile, or is refused without a reason.
    """
    request = DateRequest.objects.select_for_update(of=("self",)).select_related("action__plan").get(pk=request.pk)
    if request.state != DateRequest.State.WAITING:
        raise ValidationError(
            _("This request has been answered meanwhile: %(state)s.") % {"state": request.get_state_display()}
        )
    if not is_accepted and not answer:
        raise ValidationError(_("Say why the new date is refused."))
    request.state = DateRequest.State.ACCEPTED if is_accepted else DateRequest.State.REFUSED
    request.answer, request.answered_by, request.answered_at = answer, user, timezone.now()
    request.save()
    if is_accepted:
        with because(request.reason):
            move_date(action=request.action, to=request.wanted_on)


def date_in_force(action: Action) -> TargetDate | None:
    """The target date that says when the action is due (`ActionQuerySet.with_due_on`), its own or its row's."""
    falls_due = {"kind__in": [kind.value for kind in KINDS_THAT_FALL_DUE], "met_on": None}
    own = TargetDate.objects.filter(action=action)
    if own.exists():
        return own.filter(**falls_due).order_by("on", "pk").first()
    of_row = TargetDate.objects.filter(objective=action.objective_id, action=None)
    return of_row.filter(**falls_due).order_by("-on", "pk").first()


def move_date(*, action: Action, to: dt.date) -> None:
    """Make this the day by which the action is due: its date in force moves, or it gets one of its own."""
    date = date_in_force(action)
    if date is None or date.action_id is None:
        # The row's date is that of other actions, too.
        last = TargetDate.objects.filter(action=action).aggregate(last=Max("position"))["last"]
        date = TargetDate(
            organisation=action.organisation,
            objective=action.objective,
            action=action,
            position=0 if last is None else last + 1,
        )
    if date.kind != DateKind.RECURRING:
        date.kind = DateKind.FIXED
        date.as_written = date_format(to, "j F Y")
    date.on = to
    date.save()

"""What owners and coordinators of plans are reminded of; the rules are in `rules.py`, the mail in the base app."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal.links import portal_url
from prevent_portal.models import Organisation
from prevent_portal.panels import Figure, Reason, Recipient, Reminder

from .models import Action, Assignment, DateRequest, Plan
from .rules import DUE_NOW_DAYS, DUE_SOON_DAYS, is_quiet

TEXT_CHARACTERS = 140
ABOUT_REQUESTS = (
    "organisation", "action__organisation", "action__plan", "action__objective__section__plan",
    "action__objective__plan",
)  # fmt: skip
WAITS_FOR_ANSWER = "plans.answer_date_request"

OVERDUE = Reason("is_overdue_wanted", gettext_lazy("Overdue"), order=10)
REQUESTED = Reason("is_request_wanted", gettext_lazy("New dates that owners ask you for"), order=20)
DUE_NOW = Reason("is_due_wanted", gettext_lazy("Due within 7 days"), order=30)
DUE_SOON = Reason("is_due_wanted", gettext_lazy("Due within 30 days"), order=40)
ANSWERED = Reason("is_request_wanted", gettext_lazy("New dates that you asked for"), order=15)
QUIET = Reason("is_quiet_wanted", gettext_lazy("No update for 90 days"), order=50)


def find(*, organisation: Organisation, recipients: Iterable[Recipient], today: dt.date) -> dict[int, list[Reminder]]:
    """Everybody's reminders by the key of their account; four queries."""
    answerers = {each.user_id for each in recipients if each.may(WAITS_FOR_ANSWER)}
    owners = {each.user_id for each in recipients if each.may("plans.update_own_action")}
    found: dict[int, list[Reminder]] = defaultdict(list)
    of_action, of_row = _owners_of_actions(organisation, owners)
    for action in Action.objects.of(organisation).to_be_reminded_of(today):
        reminder = _of_action(action, today)
        for user_id in of_action[action.pk] | of_row[action.objective_id]:
            found[user_id].append(reminder)
    for request in _answered(organisation):
        if request.asked_by_id in owners:
            found[request.asked_by_id].append(_of_answer(request))
    if answerers:
        requests = [_of_request(each) for each in _waiting(organisation)]
        for user_id in answerers if requests else ():
            found[user_id] += requests
    return found


def overview(*, organisation: Organisation, today: dt.date) -> list[Figure]:
    """How the authority's plans stand, for those who coordinate them; three queries."""
    counts = {row["plan"]: row for row in Action.objects.of(organisation).counted_by_plan(today)}
    figures = []
    for plan in Plan.objects.of(organisation).filter(pk__in=counts).select_related("organisation"):
        row, table = counts[plan.pk], portal_url(organisation, "plans:plan_table", pk=plan.pk)
        title = _("a plan marked OFFICIAL-SENSITIVE") if plan.is_sensitive else plan.title
        given = {"plan": title}
        figures += [
            Figure(_("Open in %(plan)s") % given, row["open"], f"{table}?due=open"),
            Figure(_("Overdue in %(plan)s") % given, row["overdue"], f"{table}?due=overdue"),
            Figure(_("Due within 30 days in %(plan)s") % given, row["soon"], f"{table}?due=soon"),
            Figure(_("Red in %(plan)s") % given, row["red"], f"{table}?rag=red"),
            Figure(_("Without an update for 90 days in %(plan)s") % given, row["quiet"], f"{table}?due=open"),
        ]
    waiting = _waiting(organisation).count()
    requests = portal_url(organisation, "plans:date_request_list")
    return [*figures, Figure(_("Requests for new dates"), waiting, requests)] if figures or waiting else []


def _waiting(organisation: Organisation):
    waiting = DateRequest.objects.of(organisation).filter(state=DateRequest.State.WAITING).order_by("asked_at", "pk")
    return waiting.select_related(*ABOUT_REQUESTS)


def _answered(organisation: Organisation):
    """Requests that were answered in the last seven days: since the digest before this one."""
    week_ago = timezone.now() - dt.timedelta(days=7)
    answered = DateRequest.objects.of(organisation).filter(
        state__in=[DateRequest.State.ACCEPTED, DateRequest.State.REFUSED], answered_at__gt=week_ago
    )
    return answered.order_by("answered_at", "pk").select_related(*ABOUT_REQUESTS)


def _owners_of_actions(organisation: Organisation, owners: set[int]) -> tuple[defaultdict, defaultdict]:
    """The accounts of those who own or lead: by action, and by objective where the whole row is theirs."""
    of_action, of_row = defaultdict(set), defaultdict(set)
    assignments = Assignment.objects.of(organisation).exclude(role=Assignment.Role.PARTNER)
    open_ones = assignments.filter(owner__user__isnull=False).exclude(objective__plan__state=Plan.State.CLOSED)
    for action_id, objective_id, user_id in open_ones.values_list("action", "objective", "owner__user"):
        if user_id in owners:
            (of_row[objective_id] if action_id is None else of_action[action_id]).add(user_id)
    return of_action, of_row


def _of_action(action: Action, today: dt.date) -> Reminder:
    days = (action.due_on - today).days if action.due_on else None
    reasons = []
    if days is not None and days <= DUE_SOON_DAYS:
        reasons.append(OVERDUE if days < 0 else DUE_NOW if days <= DUE_NOW_DAYS else DUE_SOON)
    if is_quiet(heard_of_on=action.heard_of_on, today=today):
        reasons.append(QUIET)
    details = []
    if days is not None:
        details.append(_("due %(on)s") % {"on": _date(action.due_on)})
        if days < 0:
            details.append(ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days})
    details.append(
        _("last update %(on)s") % {"on": _date(action.updated_on)} if action.updated_on else _("no update yet")
    )
    if not action.plan.is_sensitive:
        details.append(action.plan.title)
    address = portal_url(action.organisation, "plans:action_progress", pk=action.pk) + "?from=mine"
    return Reminder(tuple(reasons), outside_name(action), "; ".join(details), address)


def _of_answer(request: DateRequest) -> Reminder:
    detail = f"{_date(request.wanted_on)}: {request.get_state_display()}"
    if request.answer and not request.action.is_sensitive:
        detail = f"{detail}. {Truncator(request.answer).chars(TEXT_CHARACTERS)}"
    return Reminder((ANSWERED,), outside_name(request.action), detail, request.action.get_absolute_url())


def _of_request(request: DateRequest) -> Reminder:
    detail = _("asked on %(asked)s for %(wanted)s") % {
        "asked": _date(timezone.localtime(request.asked_at)),
        "wanted": _date(request.wanted_on),
    }
    address = portal_url(request.organisation, "plans:date_request_answer", pk=request.pk)
    return Reminder((REQUESTED,), outside_name(request.action), detail, address)


def outside_name(action: Action) -> str:
    """What an e-mail or a calendar may call it: no server on the way reads what is OFFICIAL-SENSITIVE."""
    if action.is_sensitive:
        return _("An action marked OFFICIAL-SENSITIVE: sign in to read it")
    return Truncator(str(action)).chars(TEXT_CHARACTERS)


def _date(on: dt.date | dt.datetime) -> str:
    return date_format(on, "j F Y")

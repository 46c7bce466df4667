"""Due dates of plans for people's calendars; the addresses and the file are the base app's."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from prevent_portal.links import portal_url
from prevent_portal.models import Organisation, User
from prevent_portal.panels import CalendarEntry

from .models import Action, Milestone, Plan
from .reminders import outside_name

MINE = "plans.mine"
PLAN = "plans.plan"


def myself(organisation: Organisation) -> list[tuple[None, str]]:
    """The one calendar of one's own actions."""
    return [(None, _("My actions"))]


def plans(organisation: Organisation) -> list[tuple[int, str]]:
    """A calendar for each plan that has been agreed and not closed."""
    return [(plan.pk, plan.title) for plan in Plan.objects.of(organisation).released().open()]


def entries_of_mine(*, organisation: Organisation, user: User, subject_id: int | None) -> Iterator[CalendarEntry]:
    """The due dates of this account's open actions."""
    return _entries(organisation, Action.objects.of(organisation).owned_by_user(user))


def entries_of_plan(*, organisation: Organisation, user: User, subject_id: int | None) -> Iterator[CalendarEntry]:
    """The due dates of a plan's open actions."""
    return _entries(organisation, Action.objects.of(organisation).filter(plan=subject_id))


def _entries(organisation: Organisation, actions) -> Iterator[CalendarEntry]:
    """One entry for an action, on the day that counts for its RAG, and one for each milestone ahead; two queries."""
    working = actions.released().in_open_plans().incomplete()
    by_key = {}
    for action in working.for_calendar():
        by_key[action.pk] = action
        if action.due_on:
            yield CalendarEntry(
                uid=f"action-{action.pk}@{organisation.slug}.prevent-portal",
                sequence=action.change_count,
                on=action.due_on,
                text=outside_name(action),
                detail=_("Due date of an action in the Prevent plan"),
                address=action.get_absolute_url(),
                changed_at=action.changed_at or _LONG_AGO,
            )
    for milestone in Milestone.objects.of(organisation).filter(action__in=working.order_by(), done_on=None):
        if milestone.due_on:
            action = by_key[milestone.action_id]
            yield CalendarEntry(
                uid=f"milestone-{milestone.pk}@{organisation.slug}.prevent-portal",
                sequence=milestone.revision,
                on=milestone.due_on,
                text=outside_name(action) if action.is_sensitive else _("Milestone: %(text)s") % {"text": milestone},
                detail=_("Milestone of an action in the Prevent plan"),
                address=portal_url(organisation, "plans:action_detail", pk=milestone.action_id),
                changed_at=action.changed_at or _LONG_AGO,
            )


_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""For rows from before it was written down when they changed."""

"""An action's story: how its RAG went, and each change with who and why."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from .changes import day_in_words
from .models import Action, ActionEvent
from .rules import Rag

Kind = ActionEvent.Kind

EARLIER_AT_MOST = 5
"""So many years back an action's page looks by itself; the oldest one leads on."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change: what it was and became, in words or as RAG."""

    on: dt.date
    what: str
    before: str
    after: str
    by: str
    reason: str
    is_rag: bool


@dataclass(frozen=True, slots=True)
class Story:
    """`strip` is the RAG from one day on, oldest first; `events` are the changes, newest first."""

    strip: tuple[tuple[dt.date, Rag], ...]
    events: tuple[Told, ...]


def story_of(action: Action) -> Story:
    """The story of an action whose progress updates have been fetched; one query.

    What a progress update says of the RAG counts from the day that it names, an event from the day that it happened.
    """
    events = action.actionevents.select_related("by", "owner_before", "owner_after").order_by("-at", "-pk")
    told = tuple(_told(event) for event in events if event.may_be_told)
    said = [(update.made_on, Rag(update.rag)) for update in action.progressupdates.all()]
    said += [(each.on, Rag(each.after)) for each in told if each.is_rag]
    strip: list[tuple[dt.date, Rag]] = []
    said.reverse()  # of one day, the older first
    for on, rag in sorted(said, key=lambda each: each[0]):
        if rag is not Rag.NOT_STATED and (not strip or strip[-1][1] is not rag):
            strip.append((on, rag))
    return Story(tuple(strip), told)


def carried_from(action: Action) -> list[Action]:
    """The same action in the plans before, nearest first, as far as the viewer may see them; a query for each."""
    found: list[Action] = []
    key = action.carried_from_id
    while key is not None and len(found) < EARLIER_AT_MOST:
        before = Action.objects.filter(pk=key).select_related("plan", "objective", "organisation").first()
        if before is None:
            break
        found.append(before)
        key = before.carried_from_id
    return found


def _told(event: ActionEvent) -> Told:
    before, after = event.before, event.after
    if event.kind == Kind.OWNER:
        before, after = str(event.owner_before or ""), str(event.owner_after or "")
    elif event.kind in (Kind.DATE, Kind.COMPLETED):
        before, after = (day_in_words(day) if day else "" for day in (before, after))
    elif event.kind == Kind.MARKING:
        labels = dict(Action._meta.get_field("marking").choices)
        before, after = str(labels.get(before, "")), str(labels.get(after, ""))
    return Told(
        on=timezone.localtime(event.at).date(),
        what=str(Kind(event.kind).label),
        before=before,
        after=after,
        by=str(event.by or ""),
        reason=event.reason,
        is_rag=event.kind == Kind.RAG,
    )

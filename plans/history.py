"""The story of an action, written as it happens: RAG, dates, owners, completion, wording, marking.

Whichever way a change comes (a form, the admin, an import, a service), the log is told of it, and this module with the
log. The log is for the auditor and never read back; these events are the plan's own facts, which the action's page,
the snapshots and "what changed since" read.
"""

import contextlib
from collections.abc import Collection, Iterator
from contextvars import ContextVar
from typing import Any

from django.db import models

from prevent_portal.audit import Event, actor_so_far, reason_so_far, rows_written
from prevent_portal.markings import carries_marking
from prevent_portal.models import Marking

from .models import Action, ActionEvent, Assignment, TargetDate

Kind = ActionEvent.Kind
EVENT_BATCH_ROWS = 500
MAX_REASON = 500

_new_actions: ContextVar[Collection[Action]] = ContextVar("new_actions", default=())


@contextlib.contextmanager
def written_anew(actions: Collection[Action]) -> Iterator[None]:
    """Inside, the first dates and owners of these actions are written: that they are there is no event."""
    token = _new_actions.set(actions)
    try:
        yield
    finally:
        _new_actions.reset(token)


def connect() -> None:
    """Start writing events; called once when the app is ready."""
    for model, note in ((Action, _note_actions), (TargetDate, _note_dates), (Assignment, _note_owners)):
        rows_written.connect(note, sender=model, dispatch_uid=f"history of {model.__name__}")


Written = list[tuple[Any, dict, Any]]


def _note_actions(sender: type, event: Event, rows: Written, **kwargs: Any) -> None:
    if event != Event.CHANGED:
        return
    events = []
    for action, changes, _origin in rows:
        for field, kind in (("stated_rag", Kind.RAG), ("text", Kind.WORDING), ("marking", Kind.MARKING)):
            if field in changes:
                why = action.rag_reason if kind == Kind.RAG else ""
                events.append(_event(action, kind, *changes[field], why))
        if "completed_on" in changes and "stated_rag" not in changes:
            events.append(_event(action, Kind.COMPLETED, *changes["completed_on"]))
        if Marking.OFFICIAL_SENSITIVE in changes.get("marking", ()):
            # What was said while it was marked stays marked.
            lowered = [event for event in events if event.action == action]
            for event in lowered:
                event.marking = Marking.OFFICIAL_SENSITIVE
    _write(events)


def _note_dates(sender: type, event: Event, rows: Written, **kwargs: Any) -> None:
    events = []
    for date, changes, action in _with_actions(event, rows):
        now = _date_in_words(date.on, date.as_written)
        if event == Event.CREATED:
            before, after = "", now
        elif event == Event.DELETED:
            before, after = now, ""
        else:
            (on, _on), (written, _written) = (
                changes.get("on", [date.on, None]),
                changes.get("as_written", [date.as_written, None]),
            )
            before, after = _date_in_words(on, written), now
        if before != after:
            events.append(_event(action, Kind.DATE, before, after))
    _write(events)


def _note_owners(sender: type, event: Event, rows: Written, **kwargs: Any) -> None:
    events = []
    for assignment, changes, action in _with_actions(event, rows):
        if event == Event.CREATED:
            before, after = None, assignment.owner_id
        elif event == Event.DELETED:
            before, after = assignment.owner_id, None
        else:
            before, after = changes.get("owner_id", [None, None])
        if before != after:
            told = _event(action, Kind.OWNER, "", "")
            told.owner_before_id, told.owner_after_id = before, after
            events.append(told)
    _write(events)


def _with_actions(event: Event, rows: Written) -> Iterator[tuple[Any, dict, Action]]:
    """Each part, its changes and its action; one of a whole row of the plan, with every action of that row.

    Two queries, however many. Left out are parts that were deleted with their action, which takes its story along,
    and the first parts of a new action.
    """
    meant = [(part, changes) for part, changes, origin in rows if event != Event.DELETED or _is_meant(part, origin)]
    by_itself = Action.objects.select_related("plan").in_bulk(
        {part.action_id for part, _changes in meant if part.action_id}
    )
    of_row: dict[int, list[Action]] = {}
    shared = {part.objective_id for part, _changes in meant if part.action_id is None}
    for action in Action.objects.filter(objective_id__in=shared).select_related("plan") if shared else ():
        of_row.setdefault(action.objective_id, []).append(action)
    new = {action.pk for action in _new_actions.get()} if event == Event.CREATED else frozenset()
    for part, changes in meant:
        one = [by_itself[part.action_id]] if part.action_id in by_itself else []
        for action in one if part.action_id else of_row.get(part.objective_id, ()):
            if action.pk not in new:
                yield part, changes, action


def _is_meant(part: Any, origin: Any) -> bool:
    """Whether the part was deleted for itself."""
    model = type(part)
    return isinstance(origin, model) or (isinstance(origin, models.QuerySet) and origin.model is model)


def _date_in_words(on: Any, as_written: str | None) -> str:
    """The day, as 2027-03-31, so that days can be compared; what was written where there is none."""
    return str(on) if on else as_written or ""


def _event(action: Action, kind: Kind, before: Any, after: Any, reason: str = "") -> ActionEvent:
    return ActionEvent(
        organisation_id=action.organisation_id,
        action=action,
        kind=kind,
        before="" if before is None else str(before),
        after="" if after is None else str(after),
        reason=(reason or reason_so_far())[:MAX_REASON],
        by_id=actor_so_far(),
    )


def _write(events: list[ActionEvent]) -> None:
    """Write them, two queries however many, each marked as its action is or its words say."""
    if not events:
        return
    rows = Action.objects.select_related("plan", "objective__plan", "objective__section__plan")
    actions = rows.in_bulk({event.action_id for event in events})
    for event in events:
        event.action = actions[event.action_id]
        if event.action.is_sensitive or any(map(carries_marking, (event.before, event.after, event.reason))):
            event.marking = Marking.OFFICIAL_SENSITIVE
    ActionEvent.objects.bulk_create(events, batch_size=EVENT_BATCH_ROWS)

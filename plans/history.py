"""The story of an action, written as it happens: RAG, dates, owners, completion, wording, marking.

Whichever way a change comes (a form, the admin, an import, a service), the log is told of it, and this module with the
log. The log is for the auditor and never read back; these events are the plan's own facts, which the action's page,
the snapshots and "what changed since" read.
"""

import contextlib
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from django.db import models

from prevent_portal.audit import Event, actor_so_far, reason_so_far, rows_written

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


def _note_actions(sender: type, event: Event, pairs: list[tuple[Action, dict]], **kwargs: Any) -> None:
    if event != Event.CHANGED:
        return
    events = []
    for action, changes in pairs:
        for field, kind in (("stated_rag", Kind.RAG), ("text", Kind.WORDING), ("marking", Kind.MARKING)):
            if field in changes:
                before, after = changes[field]
                why = action.rag_reason if kind == Kind.RAG else ""
                events.append(_event(action, kind, before, after, why))
        if "completed_on" in changes and "stated_rag" not in changes:
            events.append(_event(action, Kind.COMPLETED, *changes["completed_on"]))
    _write(events)


def _note_dates(
    sender: type, event: Event, pairs: list[tuple[TargetDate, dict]], origin: Any = None, **kwargs: Any
) -> None:
    if not _is_meant(sender, event, origin):
        return
    events = []
    for date, changes, action in _with_actions(event, pairs):
        now = _date_in_words(date.on, date.as_written)
        if event == Event.CREATED:
            events.append(_event(action, Kind.DATE, "", now))
        elif event == Event.DELETED:
            events.append(_event(action, Kind.DATE, now, ""))
        elif "on" in changes or "as_written" in changes:
            before = _date_in_words(
                changes["on"][0] if "on" in changes else date.on,
                changes["as_written"][0] if "as_written" in changes else date.as_written,
            )
            if before != now:
                events.append(_event(action, Kind.DATE, before, now))
    _write(events)


def _note_owners(
    sender: type, event: Event, pairs: list[tuple[Assignment, dict]], origin: Any = None, **kwargs: Any
) -> None:
    if not _is_meant(sender, event, origin):
        return
    events = []
    for assignment, changes, action in _with_actions(event, pairs):
        before = after = None
        if event == Event.CREATED:
            after = assignment.owner_id
        elif event == Event.DELETED:
            before = assignment.owner_id
        elif "owner_id" in changes:
            before, after = changes["owner_id"]
        else:
            continue
        told = _event(action, Kind.OWNER, "", "")
        told.owner_before_id, told.owner_after_id = before, after
        events.append(told)
    _write(events)


def _is_meant(model: type, event: Event, origin: Any) -> bool:
    """Whether rows were deleted for themselves, and not because their action, which tells its story, went."""
    if event != Event.DELETED:
        return True
    return isinstance(origin, model) or (isinstance(origin, models.QuerySet) and origin.model is model)


def _with_actions(event: Event, pairs: list[tuple[Any, dict]]) -> Iterator[tuple[Any, dict, Action]]:
    """Each row, its changes and its action; one that belongs to a whole row of the plan, with every action of that."""
    rows = {part.objective_id for part, _changes in pairs if part.action_id is None}
    of_row: dict[int, list[Action]] = {}
    for action in Action.objects.filter(objective_id__in=rows) if rows else ():
        of_row.setdefault(action.objective_id, []).append(action)
    new = {action.pk for action in _new_actions.get()} if event == Event.CREATED else frozenset()
    for part, changes in pairs:
        for action in [part.action] if part.action_id else of_row.get(part.objective_id, ()):
            if action.pk not in new:
                yield part, changes, action


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


def _write(events: Iterable[ActionEvent]) -> None:
    if events := list(events):
        ActionEvent.objects.bulk_create(events, batch_size=EVENT_BATCH_ROWS)

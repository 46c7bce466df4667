"""What has changed in a plan between two moments: new, closed, better and worse, dates moved, owners changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Action, ActionEvent, Plan
from .rules import Rag

Kind = ActionEvent.Kind

_RANK = {Rag.RED: 0, Rag.AMBER: 1, Rag.GREEN: 2, Rag.BLUE: 3}


@dataclass(frozen=True, slots=True)
class Change:
    """One action and what is different about it, with the last reason that somebody gave."""

    pk: int
    ref: str
    section: str
    text: str
    before: str = ""
    after: str = ""
    reason: str = ""
    rag_before: Rag | None = None
    rag_after: Rag | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed, each kind in the plan's order."""

    new: tuple[Change, ...] = ()
    closed: tuple[Change, ...] = ()
    better: tuple[Change, ...] = ()
    worse: tuple[Change, ...] = ()
    stated: tuple[Change, ...] = ()
    """Actions whose RAG had not been stated, or is not any more: neither better nor worse."""
    dates: tuple[Change, ...] = ()
    owners: tuple[Change, ...] = ()
    wording: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.new, self.closed, self.better, self.worse, self.stated, self.dates, self.owners, self.wording)
        )


def changes_between(
    plan: Plan,
    since: dt.datetime,
    until: dt.datetime,
    *,
    narrowed: Callable[[QuerySet], QuerySet] = lambda events: events,
) -> Changes:
    """What happened to the plan's actions after `since`, up to and including `until`; three queries at most.

    `narrowed` says which events are told.

    Of several changes of one kind to one action, the first `before` and the last `after` count; where they are the
    same in the end, nothing has changed. An action that is itself new is only new.
    """
    events = narrowed(ActionEvent.objects.filter(action__plan=plan, at__gt=since, at__lte=until))
    events = events.select_related("action__objective__section", "owner_before", "owner_after").order_by("at", "pk")
    added = (
        Action.objects.filter(plan=plan, added_at__gt=since, added_at__lte=until)
        .select_related("objective__section")
        .in_plan_order()
    )
    new = {action.pk: _change(action) for action in added}
    of_action: dict[int, list[ActionEvent]] = defaultdict(list)
    for event in events:
        if event.action_id not in new and event.may_be_told:
            of_action[event.action_id].append(event)
    found: dict[str, list[tuple[tuple, Change]]] = defaultdict(list)
    for told in of_action.values():
        action = told[0].action
        for name, change in _changes_of(action, told):
            found[name].append((_place(action), change))
    sorted_changes = {
        name: tuple(change for _at, change in sorted(changes, key=lambda each: each[0]))
        for name, changes in found.items()
    }
    return Changes(new=tuple(new.values()), **sorted_changes)


def _changes_of(action: Action, events: list[ActionEvent]) -> Iterable[tuple[str, Change]]:
    by_kind: dict[str, list[ActionEvent]] = defaultdict(list)
    for event in events:
        by_kind[event.kind].append(event)
    if rag := by_kind.get(Kind.RAG):
        before, after = Rag(rag[0].before), Rag(rag[-1].after)
        if before is not after:
            yield _direction(before, after), _change(action, rag[-1].reason, rag_before=before, rag_after=after)
    if dates := by_kind.get(Kind.DATE):
        gone, come = _difference([event.before for event in dates], [event.after for event in dates])
        if gone or come:
            before, after = (", ".join(map(day_in_words, days)) for days in (gone, come))
            yield "dates", _change(action, dates[-1].reason, before=before, after=after)
    if owners := by_kind.get(Kind.OWNER):
        gone, come = _difference(
            [str(event.owner_before or "") for event in owners], [str(event.owner_after or "") for event in owners]
        )
        if gone or come:
            yield "owners", _change(action, owners[-1].reason, before=", ".join(gone), after=", ".join(come))
    if words := by_kind.get(Kind.WORDING):
        before, after = words[0].before, words[-1].after
        if before != after:
            yield "wording", _change(action, words[-1].reason, before=before, after=after)


def _direction(before: Rag, after: Rag) -> str:
    if after is Rag.BLUE:
        return "closed"
    if before not in _RANK or after not in _RANK:
        return "stated"
    return "better" if _RANK[after] > _RANK[before] else "worse"


def _difference(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """What went and what came, less what only came and went in between."""
    gone, come = [each for each in before if each], [each for each in after if each]
    for each in list(gone):
        if each in come:
            gone.remove(each)
            come.remove(each)
    return gone, come


def _change(action: Action, reason: str = "", **values) -> Change:
    section = str(action.objective.section)
    return Change(action.pk, action.ref, section, action.text, reason=reason, **values)


def _place(action: Action) -> tuple:
    objective, section = action.objective, action.objective.section
    return section.position, section.pk, objective.position, objective.pk, action.position, action.pk


def day_in_words(text: str) -> str:
    """A day that an event holds ("2027-03-31") as people write it; other words as they are."""
    try:
        return date_format(dt.date.fromisoformat(text), "j F Y")
    except ValueError:
        return text or _("no date")

"""What a file that was given again would change in a plan: row by row, and who changed what since the last time.

A field is looked at three ways: as the file gave it the last time, as the portal has it, as the file gives it now.
Changed in the file alone it is a change; in the portal alone it is left alone; in both it is a conflict.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import ngettext

from prevent_portal.models import Recommendation

from . import snapshot, values
from .matching import Row, match
from .models import Owner, Plan, PlanImport
from .staged import draft_of
from .understanding.draft import ActionDraft, ObjectiveDraft, PlanDraft, SectionDraft

PLAN_KEY = "plan"
"""The key under which a PlanDiff lists what is said of the plan as a whole."""


@dataclass(frozen=True)
class FieldChange:
    """One field that the file gives anew. `action` says of which action of the row, "" of the row itself.

    `is_conflict`: somebody changed it in the portal too, since the last import, when it was `at_last_import`.
    """

    field: str
    label: str
    before: str
    after: str
    action: str = ""
    is_conflict: bool = False
    at_last_import: str = ""


@dataclass(frozen=True)
class RowDiff:
    """A row of the file that is new or changed; `key` is the draft's, or PLAN_KEY."""

    key: str
    section: str
    ref: str
    text: str
    changes: tuple[FieldChange, ...] = ()

    @property
    def is_conflict(self) -> bool:
        return any(change.is_conflict for change in self.changes)

    @property
    def takes_away(self) -> bool:
        """Whether the file has nothing where the plan has something, an owner say."""
        return any(change.before and not change.after for change in self.changes)


@dataclass(frozen=True)
class MissingRow:
    """What the plan has and the file has not: listed, never deleted. `is_from_portal`: no file ever had it."""

    section: str
    ref: str
    text: str
    is_action: bool = False
    is_from_portal: bool = False


@dataclass(frozen=True)
class PlanDiff:
    """What an update would do. `fingerprint` names both the plan and the file as they were compared."""

    plan: Plan
    new: tuple[RowDiff, ...]
    changed: tuple[RowDiff, ...]
    missing: tuple[MissingRow, ...]
    unchanged: int
    fingerprint: str

    @property
    def rows(self) -> tuple[RowDiff, ...]:
        """All that can be chosen."""
        return self.changed + self.new

    @property
    def keys_without_conflict(self) -> list[str]:
        """What can be taken without a second look."""
        return [row.key for row in self.rows if not row.is_conflict]

    @property
    def keys_to_tick(self) -> list[str]:
        """What is ticked before a person has looked: nothing that was changed on both sides or would be taken away."""
        return [row.key for row in self.rows if not row.is_conflict and not row.takes_away]


def compare(*, plan_import: PlanImport, plan: Plan) -> PlanDiff:
    """What `plan_import` would change in `plan`; reads each table once and writes nothing."""
    return Comparison(plan_import, plan).diff()


@dataclass
class ActionPair:
    """An action of the file and the one of the plan that it is; `pk` None: none, it is new."""

    draft: ActionDraft
    theirs: values.Values
    pk: int | None = None
    ours: values.Values = field(default_factory=dict)
    changes: list[FieldChange] = field(default_factory=list)


@dataclass
class RowPair:
    """A row of the file and the one of the plan that it is; `pk` None: none, it is new."""

    section: SectionDraft
    draft: ObjectiveDraft
    theirs: values.Values
    pk: int | None = None
    ours: values.Values = field(default_factory=dict)
    changes: list[FieldChange] = field(default_factory=list)
    actions: list[ActionPair] = field(default_factory=list)
    unmatched_actions: list[int] = field(default_factory=list)

    @property
    def all_changes(self) -> list[FieldChange]:
        """Those of the row and those of its actions."""
        return self.changes + [change for action in self.actions for change in action.changes]


class Comparison:
    """The rows of a file beside those of a plan."""

    def __init__(self, plan_import: PlanImport, plan: Plan):
        self.plan = plan
        self.draft: PlanDraft = draft_of(plan_import)
        self.snapshot = snapshot.take(plan)
        self.fingerprint = hashlib.sha256(
            f"{snapshot.fingerprint(self.snapshot)} {plan_import.pk} {plan_import.revision}".encode()
        ).hexdigest()
        self.base: dict[str, Any] = last_import(plan)
        self.stored = values.stored_rows(
            self.snapshot,
            {o.pk: (o.kind, o.name, o.post) for o in Owner.objects.of(plan.organisation)},
            {r.pk: (r.exercise, r.number) for r in Recommendation.objects.of(plan.organisation)},
        )
        self.columns = {column.field for table in self.draft.tables if table.is_used for column in table.columns}
        self.pairs = self._pair_rows()
        self.theirs = values.plan_values(self.draft)
        self.ours = values.stored_plan_values(self.snapshot)
        self.plan_changes = self._plan_changes()

    def diff(self) -> PlanDiff:
        """What there is to choose from, and what is only told."""
        chosen = [pair for pair in self.pairs if not pair.draft.is_left_out]
        changed = [_row_diff(pair) for pair in chosen if pair.pk is not None and pair.all_changes]
        if self.plan_changes:
            changed.insert(0, RowDiff(PLAN_KEY, "", "", self.plan.title, tuple(self.plan_changes)))
        return PlanDiff(
            plan=self.plan,
            new=tuple(_row_diff(pair) for pair in chosen if pair.pk is None),
            changed=tuple(changed),
            missing=tuple(self._missing()),
            unchanged=sum(pair.pk is not None and not pair.all_changes for pair in chosen),
            fingerprint=self.fingerprint,
        )

    # Which row is which

    def _pair_rows(self) -> list[RowPair]:
        pairs = [
            RowPair(section, draft, values.row_values(section, draft))
            for section in self.draft.sections
            for draft in section.objectives
        ]
        old = list(self.stored)
        found = match(
            [
                Row.of(pair.section.title, pair.draft.ref, pair.draft.text, *(a.text for a in pair.draft.actions))
                for pair in pairs
            ],
            [self._row(pk) for pk in old],
        )
        for index, pair in enumerate(pairs):
            if index in found:
                pair.pk = old[found[index]]
                pair.ours = self.stored[pair.pk][0]
                base = self.base.get("rows", {}).get(str(pair.pk))
                pair.changes = self._changes(values.ROW_LABELS, base, pair.ours, pair.theirs)
            self._pair_actions(pair)
        return pairs

    def _row(self, pk: int) -> Row:
        row, actions = self.stored[pk]
        section = self.snapshot["Section"][self.snapshot["Objective"][pk]["section_id"]]
        return Row.of(section["title"], row["ref"], row["text"], *(action["text"] for action in actions.values()))

    def _pair_actions(self, pair: RowPair) -> None:
        pair.actions = [ActionPair(draft, values.action_values(draft)) for draft in pair.draft.actions]
        if pair.pk is None:
            return
        stored = self.stored[pair.pk][1]
        old = list(stored)
        if len(pair.actions) == len(old) == 1:
            found = {0: 0}
        else:
            found = match(
                [Row.of("", action.draft.letter, action.draft.text) for action in pair.actions],
                [Row.of("", stored[pk]["letter"], stored[pk]["text"]) for pk in old],
            )
        bases = self.base.get("rows", {}).get(str(pair.pk), {}).get("actions", {})
        for index, action in enumerate(pair.actions):
            if index not in found:
                text = f"{action.draft.letter} {action.draft.text}".strip()
                action.changes = [FieldChange("new", str(values.ACTION_LABELS["text"]), "", text, text)]
                continue
            action.pk = old[found[index]]
            action.ours = stored[action.pk]
            name = f"{action.ours['letter']} {action.ours['text']}".strip() if len(old) > 1 else ""
            action.changes = [
                change
                for change in self._changes(
                    values.ACTION_LABELS, bases.get(str(action.pk)), action.ours, action.theirs, name
                )
                if not _stands_at_the_row(change.field, pair, action)
            ]
        pair.unmatched_actions = [pk for index, pk in enumerate(old) if index not in set(found.values())]

    def _missing(self) -> Iterable[MissingRow]:
        found = {pair.pk for pair in self.pairs}
        imported = self.base.get("rows", {})
        for pk, (row, _actions) in self.stored.items():
            if pk not in found:
                is_ours = bool(imported) and str(pk) not in imported
                yield MissingRow(row["section"], row["ref"], row["text"], is_from_portal=is_ours)
        for pair in self.pairs:
            for pk in pair.unmatched_actions:
                action = self.stored[pair.pk][1][pk]
                was_imported = str(pk) in imported.get(str(pair.pk), {}).get("actions", {})
                yield MissingRow(
                    pair.ours["section"],
                    f"{pair.ours['ref']} {action['letter']}".strip(),
                    action["text"],
                    is_action=True,
                    is_from_portal=bool(imported) and not was_imported,
                )

    # What has changed

    def _plan_changes(self) -> list[FieldChange]:
        return self._changes(values.PLAN_LABELS, self.base.get("plan"), self.ours, self.theirs)

    def _changes(
        self,
        labels: Mapping[str, Any],
        base: values.Values | None,
        ours: values.Values,
        theirs: values.Values,
        action="",
    ) -> list[FieldChange]:
        found = []
        for name, label in labels.items():
            if name in _LISTS_THAT_GROW:
                known = {values.key_of(text) for text in (*ours[name], *(base or {}).get(name, ()))}
                added = [text for text in theirs[name] if values.key_of(text) not in known]
                if added:
                    found.append(FieldChange(name, str(label), _which_stay(ours[name]), "\n".join(added), action))
                continue
            was = base.get(name) if base else None
            if not self._is_changed(name, was, ours[name], theirs[name]):
                continue
            # A marking that the file raises is taken in any case: nobody has to weigh it.
            is_conflict = was is not None and name != "marking" and not values.is_same(name, was, ours[name])
            found.append(
                FieldChange(
                    name,
                    str(label),
                    values.in_words(name, ours[name]),
                    values.in_words(name, theirs[name]),
                    action,
                    is_conflict,
                    values.in_words(name, was) if is_conflict else "",
                )
            )
        return found

    def _is_changed(self, name: str, was: Any, ours: Any, theirs: Any) -> bool:
        if values.is_same(name, ours, theirs):
            return False
        if values.is_silent(name, theirs):
            # Emptied on purpose only if it was filled the last time, in a column that the file still has.
            return was is not None and not values.is_silent(name, was) and _COLUMN_OF.get(name) in self.columns
        return was is None or not values.is_same(name, was, theirs)


def _which_stay(entries: Sequence[str]) -> str:
    if not entries:
        return ""
    counted = ngettext("%(count)d entry, which stays", "%(count)d entries, which stay", len(entries))
    return counted % {"count": len(entries)}


_LISTS_THAT_GROW = {"notes", "remarks"}
"""What a file no longer says of the past still happened."""

_COLUMN_OF = {
    "owners": "owner",
    "target_dates": "target_date",
    "outcome_measure": "outcome",
    "milestones": "milestones",
    "resources": "resources",
    "tier": "tier",
}


def last_import(plan: Plan) -> dict[str, Any]:
    """What the last import that stands wrote into this plan: "plan", "rows" by key; empty if there was none."""
    done = PlanImport.objects.filter(plan=plan, state=PlanImport.State.DONE)
    return done.order_by("-done_at", "-pk").values_list("written", flat=True).first() or {}


def _stands_at_the_row(name: str, pair: RowPair, action: ActionPair) -> bool:
    """Whether the portal has for the whole row what the file, as the portal's own do, repeats for each action."""
    return (
        name in ("owners", "target_dates", "outcome_measure")
        and values.is_silent(name, action.ours[name])
        and values.is_same(name, pair.ours[name], action.theirs[name])
    )


def _row_diff(pair: RowPair) -> RowDiff:
    if pair.pk is not None:
        changes = pair.all_changes
    else:
        parts = [(values.ROW_LABELS, pair.theirs, "")]
        parts += [(values.ACTION_LABELS, action.theirs, action.draft.text) for action in pair.actions]
        changes = [
            FieldChange(name, str(label), "", values.in_words(name, said[name]), action)
            for labels, said, action in parts
            for name, label in labels.items()
            if name not in ("section", "marking") and not values.is_silent(name, said[name])
        ]
    return RowDiff(pair.draft.key, pair.theirs["section"], pair.draft.ref, pair.draft.text, tuple(changes))

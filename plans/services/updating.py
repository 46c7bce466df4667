"""A file that was given again brings its plan up to date: the rows that a person chose, and nothing is deleted."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from plans import snapshot, values
from plans.comparison import PLAN_KEY, ActionPair, Comparison, FieldChange, RowPair
from plans.models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    Plan,
    PlanImport,
    Section,
    Step,
    TargetDate,
)
from plans.rules import Rag
from plans.understanding.draft import ActionDraft, ObjectiveDraft, SectionDraft
from plans.understanding.markings import says_it_is_sensitive
from prevent_portal.audit import because
from prevent_portal.models import Marking, Recommendation

from .imports import base_of, finish_import, locked, new_in_registers, reason_for
from .writing import ROWS_PER_INSERT, RowWriter


@transaction.atomic
def update_plan_from_import(
    *, plan_import: PlanImport, plan: Plan, rows: Collection[str], fingerprint: str
) -> PlanImport:
    """Write the chosen rows (keys of a PlanDiff) of a staged file into its plan.

    Owners, target dates, steps and milestones are replaced as wholes, a new RAG or note becomes a progress update.
    Raises ValidationError if plan or file are not what was compared (`fingerprint`), if the plan is closed, if nothing
    was chosen, and as `imports.locked` does.
    """
    plan_import = locked(plan_import)
    plan = locked_plan(plan)
    if plan.is_locked:
        raise ValidationError(_("The plan is closed, so it cannot be updated."))
    comparison = Comparison(plan_import, plan)
    if comparison.fingerprint != fingerprint:
        raise ValidationError(_("The plan has changed since you compared it with the file. Look at the changes again."))
    diff = comparison.diff()
    if not rows:
        raise ValidationError(_("Choose at least one row."))
    if set(rows) - {row.key for row in diff.rows}:
        raise ValidationError(_("One of these rows is no longer there. Load the page again."))
    with because(reason_for(plan_import)):
        update = _Update(plan, comparison, set(rows))
        update.write()
        after = snapshot.take(plan)
        written = {
            "plan": update.plan_base(),
            "rows": update.base(),
            "registers": new_in_registers(update.writer),
            "state": plan.state,
            "way_back": snapshot.difference(comparison.snapshot, after),
        }
        plan_import.is_update = True
        finish_import(plan_import, plan, written, after)
    return plan_import


def locked_plan(plan: Plan) -> Plan:
    """The plan as it is stored; neither it nor its rows are written by anybody else until the transaction ends."""
    stored = Plan.objects.select_for_update().get(pk=plan.pk)
    for model in (Objective, Action):
        list(model.objects.filter(plan=stored).order_by("pk").select_for_update().values_list("pk"))
    return stored


class _Update:
    def __init__(self, plan: Plan, comparison: Comparison, keys: set[str]):
        self.plan, self.comparison, self.keys = plan, comparison, keys
        self.pairs = [pair for pair in comparison.pairs if pair.draft.key in keys]
        self.writer = RowWriter(plan, comparison.draft, named_in=[_what_names(pair) for pair in self.pairs])
        self.sections = {values.key_of(section.title): section for section in Section.objects.filter(plan=plan)}
        stored = comparison.snapshot
        self.next_section = _next_place(stored["Section"].values())
        self.objectives = self._stored(Objective, [pair.pk for pair in self.pairs])
        self.actions = self._stored(Action, [action.pk for pair in self.pairs for action in pair.actions])
        self.replaced: dict[type, set[int]] = {TargetDate: set(), Assignment: set(), Step: set(), Milestone: set()}
        self.changed_fields: dict[type, set[str]] = {Objective: set(), Action: set()}
        self.changed_rows: dict[type, dict[int, Any]] = {Objective: {}, Action: {}}
        self.new_actions: list[tuple[RowPair, ActionPair, Action]] = []
        self.next_places: dict[int, int] = {}
        self.held = self._held(stored)
        # So that asking whether a row is locked asks nothing of the database.
        for row in (*self.objectives.values(), *self.actions.values()):
            row.plan = plan

    @staticmethod
    def _held(stored: snapshot.Snapshot) -> dict[tuple, list[tuple[int, dict]]]:
        """The rows of each table by what they hang on: ("Step", "action", 7)."""
        held: dict[tuple, list[tuple[int, dict]]] = {}
        for model in ("Step", "Milestone"):
            for pk, row in stored[model].items():
                held.setdefault((model, "action", row["action_id"]), []).append((pk, row))
        for model in ("TargetDate", "Assignment"):
            for pk, row in stored[model].items():
                on = ("action", row["action_id"]) if row["action_id"] else ("objective", row["objective_id"])
                held.setdefault((model, *on), []).append((pk, row))
        for pk, row in stored["Action"].items():
            held.setdefault(("Action", "objective", row["objective_id"]), []).append((pk, row))
        for pk, row in stored["Objective"].items():
            held.setdefault(("Objective", "section", row["section_id"]), []).append((pk, row))
        return held

    @staticmethod
    def _stored(model: type, pks: list[int | None]) -> dict[int, Any]:
        wanted = [pk for pk in pks if pk is not None]
        found: dict[int, Any] = {}
        for start in range(0, len(wanted), ROWS_PER_INSERT):
            found |= {row.pk: row for row in model.objects.filter(pk__in=wanted[start : start + ROWS_PER_INSERT])}
        return found

    def write(self) -> None:
        if PLAN_KEY in self.keys:
            self._change_plan()
        elif self.comparison.theirs["marking"] == Marking.OFFICIAL_SENSITIVE != self.plan.marking:
            # Text of a file that is OFFICIAL-SENSITIVE as a whole comes into no plan that is not.
            self.plan.marking = Marking.OFFICIAL_SENSITIVE
            self.plan.save()
        for pair in self.pairs:
            if pair.pk is None:
                self._add_row(pair)
            else:
                self._change_row(pair)
        for model, pks in self.replaced.items():
            snapshot.delete_in_batches(model.objects.all(), pks)
        self.writer.insert()
        for model, rows in self.changed_rows.items():
            if rows:
                fields = sorted(self.changed_fields[model])
                model.objects.bulk_update(rows.values(), fields, batch_size=ROWS_PER_INSERT)

    # The plan as a whole

    def _change_plan(self) -> None:
        draft = self.comparison.draft
        for change in self.comparison.plan_changes:
            if change.field == "remarks":
                self._add_remarks()
            elif change.field.startswith("declared_"):
                setattr(self.plan, change.field, draft.declared.get(change.field.removeprefix("declared_")))
            elif change.field == "marking":
                self.plan.marking = self.comparison.theirs["marking"]
            else:
                setattr(self.plan, change.field, getattr(draft, change.field))
        self.plan.full_clean()
        self.plan.save()

    def _add_remarks(self) -> None:
        known = {values.key_of(text) for text in self.comparison.ours["remarks"]}
        known |= {values.key_of(text) for text in self.comparison.base.get("plan", {}).get("remarks", ())}
        place = _next_place(self.comparison.snapshot["Remark"].values())
        for section in self.comparison.draft.sections:
            for remark in section.remarks:
                if values.key_of(remark.text) not in known:
                    self.writer.remark(self._section(section), place, remark)
                    place += 1

    def _section(self, draft: SectionDraft) -> Section:
        key = values.key_of(draft.title[:500] or _("Actions"))
        if key not in self.sections:
            self.sections[key] = self.writer.section(draft, self.next_section)
            self.next_section += 1
        return self.sections[key]

    # Rows

    def _add_row(self, pair: RowPair) -> None:
        section = self._section(pair.section)
        place = self.next_places.get(id(section))
        if place is None:
            place = _next_place(row for _pk, row in self.held.get(("Objective", "section", section.pk), ()))
        self.next_places[id(section)] = place + 1
        self.writer.objective(section, place, pair.draft)

    def _change_row(self, pair: RowPair) -> None:
        objective = self.objectives[pair.pk]
        for change in pair.changes:
            if change.field == "section":
                self._set(objective, "section", self._section(pair.section))
            elif change.field == "recommendation":
                answered = self.writer.recommendations.get(values.recommendation_key(pair.draft))
                self._set(objective, "recommendation", answered)
            elif change.field == "owners":
                self._replace(Assignment, "objective", pair.pk)
                self.writer.assign(pair.draft.owners, (), objective=objective)
                self._set(objective, "owners_as_written", pair.draft.owners_as_written)
            elif change.field == "target_dates":
                met = self._replace(TargetDate, "objective", pair.pk)
                self.writer.dates(pair.draft.target_dates, met=_met(met), objective=objective)
            else:
                self._set(objective, change.field, pair.theirs[change.field])
        if pair.changes:
            self._raise_marking(objective, pair.draft)
            self._add_flags(objective, pair.draft.flags)
        place = _next_place(row for _pk, row in self.held.get(("Action", "objective", pair.pk), ()))
        for action in pair.actions:
            if action.pk is None:
                self.new_actions.append((pair, action, self.writer.action(objective, place, action.draft)))
                place += 1
            elif action.changes:
                self._change_action(objective, action)

    def _change_action(self, objective: Objective, pair: ActionPair) -> None:
        action, draft = self.actions[pair.pk], pair.draft
        action.objective = objective
        names = {change.field for change in pair.changes}
        for name in names:
            if name == "owners":
                self._replace(Assignment, "action", pair.pk)
                self.writer.assign(draft.owners, draft.partners, objective=objective, action=action)
                self._set(action, "owners_as_written", draft.owners_as_written)
            elif name == "target_dates":
                met = self._replace(TargetDate, "action", pair.pk)
                self.writer.dates(draft.target_dates, met=_met(met), objective=objective, action=action)
            elif name == "steps":
                kept = _days(self._replace(Step, "action", pair.pk), "done_on")
                self.writer.texts(Step, draft.steps, kept=kept, action=action)
            elif name == "milestones":
                kept = _days(self._replace(Milestone, "action", pair.pk), "due_on", "done_on")
                self.writer.texts(Milestone, draft.milestones, kept=kept, action=action)
            elif name not in ("rag", "notes"):
                self._set(action, name, pair.theirs[name])
        if "rag" in names:
            self._set(action, "stated_rag", draft.rag.value)
            self._set(action, "rag_as_written", draft.rag_as_written[:200])
            self._set(action, "rag_reason", "")
            if draft.rag is not Rag.BLUE:
                self._set(action, "completed_on", None)
        if names & {"rag", "notes"}:
            self._add_progress(action, pair, names)
        self._raise_marking(action, draft)
        self._add_flags(action, draft.flags)

    def _raise_marking(self, row: Objective | Action, draft: ObjectiveDraft | ActionDraft) -> None:
        # Also where somebody took the marking away since the last file: its words are written anew.
        if says_it_is_sensitive(draft):
            self._set(row, "marking", Marking.OFFICIAL_SENSITIVE)

    def _add_progress(self, action: Action, pair: ActionPair, names: set[str]) -> None:
        known = frozenset(map(values.key_of, pair.ours["notes"]))
        if "notes" not in names:
            known |= frozenset(map(values.key_of, pair.theirs["notes"]))
        known |= frozenset(map(values.key_of, self._base_of(action).get("notes", ())))
        self.writer.progress(action, pair.draft, rag=pair.draft.rag if "rag" in names else Rag.NOT_STATED, known=known)

    def _base_of(self, action: Action) -> dict[str, Any]:
        row = self.comparison.base.get("rows", {}).get(str(action.objective_id), {})
        return row.get("actions", {}).get(str(action.pk), {})

    # How a row is changed

    def _set(self, row: Objective | Action, name: str, value: Any) -> None:
        # Each field that is written costs every row of the batch.
        if not isinstance(value, Section | Recommendation) and getattr(row, name) == value:
            return
        setattr(row, name, value)
        self.changed_fields[type(row)].add(name)
        self.changed_rows[type(row)][row.pk] = row

    def _add_flags(self, row: Objective | Action, flags: list[str]) -> None:
        if added := [flag for flag in flags if flag not in row.flags]:
            self._set(row, "flags", [*row.flags, *added])

    def _replace(self, model: type, hangs_on: str, pk: int) -> list[dict[str, Any]]:
        """Have these rows deleted; returns what they held."""
        there = self.held.get((model.__name__, hangs_on, pk), [])
        self.replaced[model].update(key for key, _row in there)
        return [row for _key, row in there]

    # What the next version is compared with

    def plan_base(self) -> dict[str, Any]:
        """What this file said of the plan as a whole, or an earlier one where that was not taken."""
        before = self.comparison.base.get("plan", {})
        if self.comparison.plan_changes and PLAN_KEY not in self.keys:
            return before
        return _merged(before, self.comparison.theirs, self.comparison.plan_changes)

    def base(self) -> dict[str, Any]:
        """What this file said of each row by key, or an earlier one where a row was not taken."""
        rows = dict(self.comparison.base.get("rows", {}))
        new_actions: dict[int, dict[str, Any]] = {}
        for pair, of_it, action in self.new_actions:
            new_actions.setdefault(pair.pk, {})[str(action.pk)] = of_it.theirs
        for pair in self.comparison.pairs:
            is_taken = pair.draft.key in self.keys or not (pair.all_changes or pair.draft.is_left_out)
            if pair.pk is None or not is_taken:
                continue
            before = rows.get(str(pair.pk), {})
            actions = dict(before.get("actions", {}))
            for action in pair.actions:
                if action.pk is not None:
                    was = actions.get(str(action.pk), {})
                    actions[str(action.pk)] = _merged(was, action.theirs, action.changes)
            actions |= new_actions.get(pair.pk, {})
            rows[str(pair.pk)] = {**_merged(before, pair.theirs, pair.changes), "actions": actions}
        return rows | base_of(self.comparison.draft, self.writer.written)


def _merged(before: dict[str, Any], theirs: dict[str, Any], changes: list[FieldChange]) -> dict[str, Any]:
    """What the file says; where it is silent and that was no change, what an earlier one said."""
    changed = {change.field for change in changes}
    merged = {
        name: before[name] if name in before and name not in changed and values.is_silent(name, value) else value
        for name, value in theirs.items()
    }
    for name in ("notes", "remarks"):
        if name in merged:
            merged[name] = list(dict.fromkeys([*before.get(name, ()), *theirs[name]]))
    return merged


def _what_names(pair: RowPair) -> ObjectiveDraft:
    """Of a row that is written, the parts that name owners and recommendations; of others nobody is listed anew."""
    if pair.pk is None:
        return pair.draft
    changed = {change.field for change in pair.changes}
    named = ObjectiveDraft(
        owners=pair.draft.owners if "owners" in changed else [],
        recommendation=pair.draft.recommendation if "recommendation" in changed else None,
    )
    for action in pair.actions:
        if action.pk is None or any(change.field == "owners" for change in action.changes):
            named.actions.append(ActionDraft(owners=action.draft.owners, partners=action.draft.partners))
    return named


def _next_place(rows: Iterable[dict[str, Any]]) -> int:
    return max((row["position"] for row in rows), default=-1) + 1


def _met(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dt.date]:
    """When those of these dates were met that were, by as written and scope."""
    return {(row["as_written"], row["scope"]): dt.date.fromisoformat(row["met_on"]) for row in rows if row["met_on"]}


def _days(rows: list[dict[str, Any]], *names: str) -> dict[str, dict[str, dt.date]]:
    """The days that are known of these steps or milestones, by their words."""
    return {row["text"]: {name: dt.date.fromisoformat(row[name]) for name in names if row[name]} for row in rows}

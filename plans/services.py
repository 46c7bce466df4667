"""Writes that touch several rows of a plan."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prevent_portal import clock
from prevent_portal.audit import because
from prevent_portal.models import Marking, Organisation, Recommendation, User
from prevent_portal.tables_in import UnreadableFile, read_document

from .models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    PlanImport,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from .rules import Rag
from .understanding import understand_plan
from .understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft, PlanDraft, TargetDateDraft

STAGED_IMPORT_DAYS = 14
"""A file that nobody has confirmed is removed after this many days."""

ROWS_PER_INSERT = 500

MAX_IMPORTED_ACTIONS = 2_000
"""A file with more actions than this is no action plan; councils' plans have some 20 to 200."""


# Progress and states


@transaction.atomic
def record_progress(
    *,
    action: Action,
    made_on: dt.date,
    note: str,
    rag: Rag,
    reason: str = "",
    user: User | None,
    completed_on: dt.date | None = None,
) -> ProgressUpdate:
    """Add to the action's history and make `rag` what is now stated of it; blue also says when it was completed."""
    update = ProgressUpdate(
        organisation=action.organisation,
        action=action,
        made_on=made_on,
        note=note,
        rag=rag.value,
        reason=reason,
        made_by=user,
    )
    update.save()
    action.stated_rag = rag.value
    action.rag_reason = reason
    action.completed_on = (completed_on or made_on) if rag is Rag.BLUE else None
    action.save()
    return update


@transaction.atomic
def agree_plan(*, plan: Plan, agreed_on: dt.date, agreed_by: str) -> Plan:
    """Record when and by whom the plan was agreed: from now on outsiders with access see it.

    Raises ValidationError unless the plan is a draft or amended.
    """
    _require_state(plan, Plan.State.DRAFT, Plan.State.AMENDED)
    plan.state, plan.agreed_on, plan.agreed_by = Plan.State.AGREED, agreed_on, agreed_by
    plan.save()
    return plan


@transaction.atomic
def amend_plan(*, plan: Plan, amended_on: dt.date, note: str) -> Plan:
    """Record that an agreed plan was changed in substance and waits to be agreed again."""
    _require_state(plan, Plan.State.AGREED, Plan.State.AMENDED)
    plan.state, plan.amended_on, plan.state_note = Plan.State.AMENDED, amended_on, note
    with because(note):
        plan.save()
    return plan


@transaction.atomic
def close_plan(*, plan: Plan, closed_on: dt.date, note: str = "") -> Plan:
    """End the plan. From now on it is a record: nothing in it changes."""
    _require_state(plan, Plan.State.AGREED, Plan.State.AMENDED)
    plan.state, plan.closed_on, plan.state_note = Plan.State.CLOSED, closed_on, note
    with because(note):
        plan.save()
    return plan


def _require_state(plan: Plan, *states: Plan.State) -> None:
    if plan.state not in states:
        raise ValidationError(
            _("The plan is “%(state)s”, so this cannot be done.") % {"state": plan.get_state_display()}
        )


@transaction.atomic
def delete_draft_plan(*, plan: Plan) -> None:
    """Delete a draft plan with all that is in it. Raises ValidationError for a plan that was ever agreed."""
    _require_state(plan, Plan.State.DRAFT)
    PlanImport.objects.filter(plan=plan).update(plan=None, state=PlanImport.State.DISCARDED)
    for model in (Action, Objective, Remark, Section):
        model.objects.filter(plan=plan).delete()
    plan.delete()


@transaction.atomic
def reassign_actions(*, from_owner: Owner, to_owner: Owner, actions: Sequence[Action], reason: str = "") -> int:
    """Put `to_owner` in `from_owner`'s place on these actions, in the same role; returns how many.

    An assignment to a whole row moves with the first of its actions. Where `to_owner` is there already the
    leaver is only taken away.
    """
    theirs = Assignment.objects.filter(owner=from_owner).select_related("objective__plan", "action")
    chosen = {action.pk for action in actions}
    rows = {action.objective_id for action in actions}
    moving = [a for a in theirs if a.action_id in chosen or (a.action_id is None and a.objective_id in rows)]
    already = set(
        Assignment.objects.filter(owner=to_owner, objective__in=rows).values_list("objective_id", "action_id")
    )
    with because(reason):
        Assignment.objects.filter(pk__in=[a.pk for a in moving if (a.objective_id, a.action_id) in already]).delete()
        Assignment.objects.filter(pk__in=[a.pk for a in moving if (a.objective_id, a.action_id) not in already]).update(
            owner=to_owner
        )
    return len(chosen)


# Import


@transaction.atomic
def stage_import(
    *,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    user: User | None,
    title: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
) -> PlanImport:
    """Read a file, understand it as a plan and keep both until somebody has checked them.

    Raises `UnreadableFile` with a message for the person if the file cannot be read. Writes nothing but the
    staged import; the same file may be given twice.
    """
    draft = understand_plan(read_document(data, file_name), title=title, period=period)
    if len(draft.actions) > MAX_IMPORTED_ACTIONS or len(draft.objectives) > MAX_IMPORTED_ACTIONS:
        raise UnreadableFile(
            _("The file holds more than %(limit)d actions. Split it into several plans, or check that it is one.")
            % {"limit": MAX_IMPORTED_ACTIONS}
        )
    staged = PlanImport(
        organisation=organisation,
        file_name=file_name[-255:],
        sha256=hashlib.sha256(data).hexdigest(),
        original=data,
        draft=draft.to_json(),
        uploaded_by=user,
        expires_at=timezone.now() + dt.timedelta(days=STAGED_IMPORT_DAYS),
    )
    staged.save()
    return staged


def draft_of(plan_import: PlanImport) -> PlanDraft:
    """What was understood of the file, corrections included."""
    return PlanDraft.from_json(plan_import.draft)


def earlier_import(*, plan_import: PlanImport) -> PlanImport | None:
    """The import of the very same file, under the same title, that a plan came of; None if there is none."""
    title = draft_of(plan_import).title[:200]
    return (
        PlanImport.objects.of(plan_import.organisation)
        .filter(sha256=plan_import.sha256, state=PlanImport.State.DONE, plan__title=title)
        .first()
    )


@transaction.atomic
def discard_import(*, plan_import: PlanImport) -> None:
    """Throw a staged import away, file included."""
    _require_staged(plan_import)
    plan_import.state, plan_import.original, plan_import.draft = PlanImport.State.DISCARDED, b"", {}
    plan_import.save()


@transaction.atomic
def commit_import(*, plan_import: PlanImport, draft: PlanDraft | None = None) -> Plan:
    """Write the staged draft, or `draft` as corrected, as a new draft plan: all that was not set aside, or nothing.

    Raises ValidationError if it was imported or discarded before, or if a plan of that title and period exists.
    """
    # Two people pressing the button at once must not make two plans.
    plan_import = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
    _require_staged(plan_import)
    if draft is not None:
        plan_import.draft = draft.to_json()
    plan = write_draft(organisation=plan_import.organisation, draft=draft_of(plan_import))
    plan_import.plan, plan_import.state = plan, PlanImport.State.DONE
    plan_import.save()
    return plan


def _require_staged(plan_import: PlanImport) -> None:
    if plan_import.state != PlanImport.State.STAGED:
        raise ValidationError(_("This file has already been imported or discarded."))


@dataclass
class _Rows:
    """Rows waiting to be inserted, by model, in an order in which each one's parents come first."""

    organisation: Organisation
    by_model: dict[type, list]

    def add(self, model: type, **values):
        row = model(organisation=self.organisation, **values)
        self.by_model.setdefault(model, []).append(row)
        return row

    def insert(self) -> None:
        for model, rows in self.by_model.items():
            model.objects.bulk_create(rows, batch_size=ROWS_PER_INSERT)


@transaction.atomic
def write_draft(*, organisation: Organisation, draft: PlanDraft) -> Plan:
    """Write an understood plan as a draft plan; a constant number of queries per kind of row, however many.

    Raises ValidationError, with the field, if the plan itself is not acceptable (a second one of the same title
    and period, say).
    """
    plan = Plan(
        organisation=organisation,
        title=draft.title[:200],
        period_start=draft.period_start,
        period_end=draft.period_end,
        aim=draft.aim,
        introduction=draft.introduction,
        marking=_marking(draft.marking),
        updated_on=draft.updated_on,
        **{f"declared_{name}": number for name, number in draft.declared.items()},
    )
    plan.full_clean()
    plan.save()
    made_on = draft.updated_on or clock.today()
    owners = _OwnerRegister(organisation, draft)
    recommendations = _recommendations(organisation, draft)
    rows = _Rows(organisation, {model: [] for model in _MODELS_PARENTS_FIRST})
    for position, section_draft in enumerate(draft.sections):
        section = rows.add(
            Section,
            plan=plan,
            position=position,
            ref=section_draft.ref[:30],
            title=section_draft.title[:500] or _("Actions"),
            introduction=section_draft.introduction,
        )
        for index, remark in enumerate(section_draft.remarks):
            rows.add(
                Remark,
                plan=plan,
                section=section,
                position=index,
                kind=remark.kind,
                text=remark.text,
                points_to=remark.points_to[:300],
            )
        for index, objective_draft in enumerate(section_draft.objectives):
            _add_objective(rows, plan, section, index, objective_draft, owners, recommendations, made_on)
    rows.insert()
    return plan


_MODELS_PARENTS_FIRST = (
    Section, Remark, Objective, ObjectiveBenchmark, Action, Assignment, TargetDate, Step, Milestone, ProgressUpdate,
)  # fmt: skip


def _add_objective(
    rows: _Rows,
    plan: Plan,
    section: Section,
    position: int,
    draft: ObjectiveDraft,
    owners: "_OwnerRegister",
    recommendations: dict[tuple[str, int], Recommendation],
    made_on: dt.date,
) -> None:
    objective = rows.add(
        Objective,
        plan=plan,
        section=section,
        position=position,
        ref=draft.ref[:30],
        text=draft.text,
        tier=draft.tier[:200],
        owners_as_written=draft.owners_as_written,
        outcome_measure=draft.outcome,
        recommendation=recommendations.get(_recommendation_key(draft)),
        flags=draft.flags,
    )
    _add_owners(rows, owners, draft.owners, (), objective=objective)
    _add_dates(rows, draft.target_dates, objective=objective)
    for index, action_draft in enumerate(draft.actions):
        _add_action(rows, plan, objective, index, action_draft, owners, made_on)


def _add_action(
    rows: _Rows,
    plan: Plan,
    objective: Objective,
    position: int,
    draft: ActionDraft,
    owners: "_OwnerRegister",
    made_on: dt.date,
) -> None:
    action = rows.add(
        Action,
        plan=plan,
        objective=objective,
        position=position,
        letter=draft.letter[:10],
        text=draft.text,
        outcome_measure=draft.outcome,
        owners_as_written=draft.owners_as_written,
        marking=_marking(draft.marking),
        stated_rag=draft.rag.value,
        rag_as_written=draft.rag_as_written[:200],
        completed_on=None,
        flags=draft.flags,
    )
    _add_owners(rows, owners, draft.owners, draft.partners, objective=objective, action=action)
    _add_dates(rows, draft.target_dates, objective=objective, action=action)
    for index, text in enumerate(draft.steps):
        rows.add(Step, action=action, position=index, text=text)
    for index, text in enumerate(draft.milestones):
        rows.add(Milestone, action=action, position=index, text=text)
    if draft.progress or draft.rag is not Rag.NOT_STATED:
        rows.add(
            ProgressUpdate, action=action, made_on=made_on, note=draft.progress, rag=draft.rag.value, is_imported=True
        )


def _add_dates(rows: _Rows, drafts: Iterable[TargetDateDraft], **belongs_to) -> None:
    for index, draft in enumerate(drafts):
        rows.add(
            TargetDate,
            position=index,
            as_written=draft.as_written[:500],
            kind=draft.kind.value,
            on=draft.on,
            scope=draft.scope[:500],
            **belongs_to,
        )


def _add_owners(
    rows: _Rows, owners: "_OwnerRegister", named: Iterable[OwnerDraft], partners: Iterable[str], **belongs_to
) -> None:
    roles: dict[Owner, str] = {}
    for draft in named:
        roles.setdefault(owners.find(draft), Assignment.Role.LEAD if draft.is_lead else Assignment.Role.OWNER)
    for name in partners:
        roles.setdefault(owners.find_partner(name), Assignment.Role.PARTNER)
    for index, (owner, role) in enumerate(roles.items()):
        rows.add(Assignment, owner=owner, role=role, position=index, **belongs_to)


class _OwnerRegister:
    """The authority's owners, with those that a draft names added; two queries and one insert."""

    def __init__(self, organisation: Organisation, draft: PlanDraft):
        self.organisation = organisation
        self.known = {self._key(o.kind, o.name, o.post): o for o in Owner.objects.of(organisation)}
        missing: dict[tuple, Owner] = {}
        for kind, name, post in self._named(draft):
            key = self._key(kind, name, post)
            if key not in self.known and key not in missing:
                missing[key] = Owner(organisation=organisation, kind=kind, name=name[:200], post=post[:200])
        Owner.objects.bulk_create(missing.values())
        self.known |= missing

    @staticmethod
    def _key(kind: str, name: str, post: str) -> tuple[str, str, str]:
        return kind, name[:200].casefold(), post[:200].casefold()

    @staticmethod
    def _values(draft: OwnerDraft) -> tuple[str, str, str]:
        # A post stands in the field of posts, whichever one the plan's author put it in.
        if draft.kind == Owner.Kind.POST and not draft.post:
            return Owner.Kind.POST, "", draft.name
        return draft.kind, draft.name, draft.post

    def _named(self, draft: PlanDraft) -> Iterable[tuple[str, str, str]]:
        for section in draft.sections:
            for objective in section.objectives:
                yield from map(self._values, objective.owners)
                for action in objective.actions:
                    yield from map(self._values, action.owners)
                    yield from ((Owner.Kind.BODY, name, "") for name in action.partners)

    def find(self, draft: OwnerDraft) -> Owner:
        return self.known[self._key(*self._values(draft))]

    def find_partner(self, name: str) -> Owner:
        return self.known[self._key(Owner.Kind.BODY, name, "")]


def _recommendation_key(draft: ObjectiveDraft) -> tuple[str, int] | None:
    found = draft.recommendation
    return (found.exercise[:120], found.number) if found else None


def _recommendations(organisation: Organisation, draft: PlanDraft) -> dict[tuple[str, int], Recommendation]:
    found = {
        _recommendation_key(objective): objective.recommendation
        for section in draft.sections
        for objective in section.objectives
        if objective.recommendation
    }
    known = {(r.exercise, r.number): r for r in Recommendation.objects.of(organisation)} if found else {}
    missing = {
        key: Recommendation(
            organisation=organisation, exercise=key[0], number=key[1], total=draft_of_it.total, text=draft_of_it.text
        )
        for key, draft_of_it in found.items()
        if key not in known
    }
    Recommendation.objects.bulk_create(missing.values())
    return known | missing


def _marking(written: str) -> str:
    return Marking.OFFICIAL_SENSITIVE if "SENSITIVE" in written.upper() else Marking.OFFICIAL

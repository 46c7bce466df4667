"""Writing an understood plan: all of it, or rows of it into a plan that is there."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from plans.history import written_anew
from plans.models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from plans.rules import Rag
from plans.understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft, PlanDraft, RemarkDraft, TargetDateDraft
from plans.understanding.markings import says_it_is_sensitive
from plans.values import DECLARED, marking_of, owner_values, progress_notes, recommendation_key
from prevent_portal import clock
from prevent_portal.markings import any_carries_marking
from prevent_portal.models import Marking, Organisation, Recommendation

ROWS_PER_INSERT = 500


@transaction.atomic
def write_draft(*, organisation: Organisation, draft: PlanDraft) -> Plan:
    """Write an understood plan as a draft plan; a constant number of queries per kind of row, however many.

    Raises ValidationError, with the field, if the plan itself is not acceptable (a second one of the same title
    and period, say).
    """
    plan, _writer = write_new_plan(organisation=organisation, draft=draft)
    return plan


def write_new_plan(*, organisation: Organisation, draft: PlanDraft) -> "tuple[Plan, RowWriter]":
    """`write_draft`, and the writer that knows which row came of what."""
    plan = Plan(
        organisation=organisation,
        title=draft.title[:200],
        period_start=draft.period_start,
        period_end=draft.period_end,
        aim=draft.aim,
        introduction=draft.introduction,
        marking=_raised(draft.marking, any_carries_marking((draft.title, draft.aim, draft.introduction))),
        updated_on=draft.updated_on,
        **{f"declared_{name}": draft.declared.get(name) for name in DECLARED},
    )
    plan.full_clean()
    plan.save()
    writer = RowWriter(plan, draft, named_in=draft.objectives)
    for position, section_draft in enumerate(draft.sections):
        section = writer.section(section_draft, position)
        for index, remark in enumerate(section_draft.remarks):
            writer.remark(section, index, remark)
        for index, objective_draft in enumerate(section_draft.objectives):
            writer.objective(section, index, objective_draft)
    writer.insert()
    return plan, writer


def _raised(written: str, says_so: bool) -> str:
    """The marking that a file gives a row, and at least the one that the row's own words have."""
    return Marking.OFFICIAL_SENSITIVE if says_so else marking_of(written)


def _says_so(answered: Recommendation | None) -> bool:
    return answered is not None and any_carries_marking((answered.exercise, answered.text))


_MODELS_PARENTS_FIRST = (
    Section, Remark, Objective, ObjectiveBenchmark, Action, Assignment, TargetDate, Step, Milestone, ProgressUpdate,
)  # fmt: skip


@dataclass
class Written:
    """An objective's row as it was written, with the drafts that it came of."""

    draft: ObjectiveDraft
    objective: Objective
    actions: list[tuple[ActionDraft, Action]] = field(default_factory=list)


class RowWriter:
    """Collects a plan's rows and inserts them by table, those first that others point at.

    `named_in` are the rows whose owners and recommendations it can write; those that are missing from the authority's
    registers are added to them at once.
    """

    def __init__(self, plan: Plan, draft: PlanDraft, *, named_in: list[ObjectiveDraft]):
        self.plan = plan
        self.made_on = draft.updated_on or clock.today()
        self.owners = OwnerRegister(plan.organisation, named_in)
        self.recommendations, self.new_recommendations = _recommendations(plan.organisation, named_in)
        self.rows: dict[type, list] = {model: [] for model in _MODELS_PARENTS_FIRST}
        self.written: list[Written] = []

    def _add(self, model: type, **values):
        row = model(organisation=self.plan.organisation, **values)
        self.rows[model].append(row)
        return row

    def insert(self) -> None:
        """Write what has been collected."""
        with written_anew(self.rows[Action]):
            for model, rows in self.rows.items():
                model.objects.bulk_create(rows, batch_size=ROWS_PER_INSERT)

    def section(self, draft, position: int) -> Section:
        """A heading, without what stands under it."""
        return self._add(
            Section,
            plan=self.plan,
            position=position,
            ref=draft.ref[:30],
            title=draft.title[:500] or _("Actions"),
            introduction=draft.introduction,
            marking=_raised(draft.marking, any_carries_marking((draft.title, draft.introduction))),
        )

    def remark(self, section: Section, position: int, draft: RemarkDraft) -> None:
        """A row that is no action."""
        self._add(
            Remark,
            plan=self.plan,
            section=section,
            position=position,
            kind=draft.kind,
            text=draft.text,
            points_to=draft.points_to[:300],
            marking=_raised(draft.marking, says_it_is_sensitive(draft)),
        )

    def objective(self, section: Section, position: int, draft: ObjectiveDraft) -> Objective:
        """A whole row with its actions."""
        answered = self.recommendations.get(recommendation_key(draft))
        objective = self._add(
            Objective,
            plan=self.plan,
            section=section,
            position=position,
            ref=draft.ref[:30],
            text=draft.text,
            tier=draft.tier[:200],
            owners_as_written=draft.owners_as_written,
            outcome_measure=draft.outcome,
            marking=_raised(draft.marking, says_it_is_sensitive(draft) or _says_so(answered)),
            recommendation=answered,
            flags=draft.flags,
        )
        self.written.append(Written(draft, objective))
        self.assign(draft.owners, (), objective=objective)
        self.dates(draft.target_dates, objective=objective)
        for index, action_draft in enumerate(draft.actions):
            action = self.action(objective, index, action_draft)
            self.written[-1].actions.append((action_draft, action))
        return objective

    def action(self, objective: Objective, position: int, draft: ActionDraft) -> Action:
        """One action with all that belongs to it."""
        action = self._add(
            Action,
            plan=self.plan,
            objective=objective,
            position=position,
            letter=draft.letter[:10],
            text=draft.text,
            outcome_measure=draft.outcome,
            resources=draft.resources,
            owners_as_written=draft.owners_as_written,
            marking=_raised(draft.marking, says_it_is_sensitive(draft)),
            stated_rag=draft.rag.value,
            rag_as_written=draft.rag_as_written[:200],
            completed_on=None,
            flags=draft.flags,
        )
        self.assign(draft.owners, draft.partners, objective=objective, action=action)
        self.dates(draft.target_dates, objective=objective, action=action)
        self.texts(Step, draft.steps, action=action)
        self.texts(Milestone, draft.milestones, action=action)
        self.progress(action, draft, rag=draft.rag)
        return action

    def progress(self, action: Action, draft: ActionDraft, *, rag: Rag, known: frozenset[str] = frozenset()) -> None:
        """The notes of the action's history that are not `known` (see `values.key_of`), and where it stands.

        The RAG of the file's own day stands with the note of no particular time or, if there is none, with the latest;
        earlier ones have the RAG that the file gives for their time. Where the latest has one as well, the file's own
        day gets an entry of its own.
        """
        notes = [note for note in progress_notes(draft) if note.key not in known]
        at = None
        if rag is not Rag.NOT_STATED and notes:
            last = len(notes) - 1 if notes[-1].rag is Rag.NOT_STATED else None
            at = next((n for n, note in enumerate(notes) if note.is_current), last)
        for index, note in enumerate(notes):
            self._progress(action, note.made_on, note.text, rag if index == at else note.rag)
        if rag is not Rag.NOT_STATED and at is None:
            self._progress(action, None, "", rag)

    def _progress(self, action: Action, made_on: dt.date | None, note: str, rag: Rag) -> None:
        self._add(
            ProgressUpdate, action=action, made_on=made_on or self.made_on, note=note, rag=rag.value, is_imported=True
        )

    def dates(
        self, drafts: Iterable[TargetDateDraft], *, met: dict[tuple, dt.date] | None = None, **belongs_to
    ) -> None:
        """Target dates of a row or an action; `met` says which of them (as written, scope) have been met when."""
        for index, draft in enumerate(drafts):
            self._add(
                TargetDate,
                position=index,
                as_written=draft.as_written[:500],
                kind=draft.kind.value,
                on=draft.on,
                scope=draft.scope[:500],
                met_on=(met or {}).get((draft.as_written[:500], draft.scope[:500])),
                **belongs_to,
            )

    def texts(self, model: type, texts: Iterable[str], *, kept: dict[str, dict] | None = None, **belongs_to) -> None:
        """Steps or milestones of an action; `kept` are the days that the portal knows of those with the same words."""
        for index, text in enumerate(texts):
            self._add(model, position=index, text=text, **(kept or {}).get(text, {}), **belongs_to)

    def assign(self, named: Iterable[OwnerDraft], partners: Iterable[str], **belongs_to) -> None:
        """Who answers for a row or an action; nobody twice."""
        roles: dict[Owner, str] = {}
        for draft in named:
            roles.setdefault(
                self.owners.find(*owner_values(draft)), Assignment.Role.LEAD if draft.is_lead else Assignment.Role.OWNER
            )
        for name in partners:
            roles.setdefault(self.owners.find(Owner.Kind.BODY, name, ""), Assignment.Role.PARTNER)
        for index, (owner, role) in enumerate(roles.items()):
            self._add(Assignment, owner=owner, role=role, position=index, **belongs_to)


class OwnerRegister:
    """The authority's owners, with those that drafts name added; one query and one insert."""

    def __init__(self, organisation: Organisation, named_in: Iterable[ObjectiveDraft]):
        self.known = {self._key(o.kind, o.name, o.post): o for o in Owner.objects.of(organisation)}
        self.new: dict[tuple, Owner] = {}
        for kind, name, post in self._named(named_in):
            key = self._key(kind, name, post)
            if key not in self.known and key not in self.new:
                self.new[key] = Owner(organisation=organisation, kind=kind, name=name[:200], post=post[:200])
        Owner.objects.bulk_create(self.new.values(), batch_size=ROWS_PER_INSERT)
        self.known |= self.new

    @staticmethod
    def _key(kind: str, name: str, post: str) -> tuple[str, str, str]:
        return kind, name[:200].casefold(), post[:200].casefold()

    @staticmethod
    def _named(drafts: Iterable[ObjectiveDraft]) -> Iterable[tuple[str, str, str]]:
        for objective in drafts:
            yield from map(owner_values, objective.owners)
            for action in objective.actions:
                yield from map(owner_values, action.owners)
                yield from ((Owner.Kind.BODY, name, "") for name in action.partners)

    def find(self, kind: str, name: str, post: str) -> Owner:
        """The owner; KeyError if the drafts that the register was made from do not name them."""
        return self.known[self._key(kind, name, post)]


def _recommendations(
    organisation: Organisation, drafts: Iterable[ObjectiveDraft]
) -> tuple[dict[tuple[str, int] | None, Recommendation], list[Recommendation]]:
    found = {recommendation_key(row): row.recommendation for row in drafts if row.recommendation}
    known = {(r.exercise, r.number): r for r in Recommendation.objects.of(organisation)} if found else {}
    missing = {
        key: Recommendation(
            organisation=organisation, exercise=key[0], number=key[1], total=draft_of_it.total, text=draft_of_it.text
        )
        for key, draft_of_it in found.items()
        if key not in known
    }
    Recommendation.objects.bulk_create(missing.values(), batch_size=ROWS_PER_INSERT)
    return known | missing, list(missing.values())

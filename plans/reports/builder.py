"""Reads a plan for its papers: all the queries are here, in a constant number.

The public edition is built from another queryset, the rows that are not OFFICIAL-SENSITIVE. Of the others only their
number is read, also where the viewer may not see them, so that the paper can say how much it leaves out. It prints
posts, not names: `public.py` says what becomes of those that stand in its texts.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import (
    RAG_LABELS,
    Action,
    Assignment,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    Remark,
    Section,
)
from plans.rules import DUE_SOON_DAYS, Rag
from prevent_portal.markings import any_carries_marking
from prevent_portal.models import Marking, Recommendation
from prevent_portal.recommendations import without_action

from .changed import changed_since_last_frozen
from .public import without_names
from .report import Declared, Edition, PlanObjective, PlanRemark, PlanReport, PlanRow, PlanSection, Unanswered
from .words import period_in_words, state_in_words


def build_plan_report(plan: Plan, *, as_of: dt.date) -> PlanReport:
    """The full edition: every row of the plan that the current viewer may see, with names."""
    return _Builder(plan, as_of, Edition.FULL, narrowed=lambda rows: rows, named=str).build()


def build_public_plan_report(plan: Plan, *, as_of: dt.date) -> PlanReport:
    """The public edition: no OFFICIAL-SENSITIVE row, posts instead of people, and how many actions are left out."""
    # Of a plan that is sensitive as a whole nothing is public.
    is_withheld = _is_withheld(plan)
    report = _Builder(
        plan,
        as_of,
        Edition.PUBLIC,
        narrowed=lambda rows: rows.none() if is_withheld else rows.official(),
        named=lambda owner: owner.public_name,
    ).build()
    return without_names(report, plan.organisation)


def _is_withheld(plan: Plan) -> bool:
    return plan.marking == Marking.OFFICIAL_SENSITIVE or bool(plan.texts_carrying_marking())


@dataclass(frozen=True)
class _Builder:
    """Reads a plan in a constant number of queries. `narrowed` says which rows, `named` how a person is called."""

    plan: Plan
    as_of: dt.date
    edition: Edition
    narrowed: Callable[[QuerySet], QuerySet]
    named: Callable[[Owner], str]

    def _rows_of(self, model: type) -> QuerySet:
        return self.narrowed(model.objects.filter(plan=self.plan))

    def build(self) -> PlanReport:
        plan = self.plan
        actions = list(self._rows_of(Action).for_table(self.as_of))
        objectives = self._objectives()
        remarks = list(self._rows_of(Remark).order_by("position", "pk"))
        headings = list(self._rows_of(Section).select_related("benchmark").order_by("position", "pk"))
        if self.edition is Edition.PUBLIC:
            # Whatever the markings say: what carries the words itself is never public.
            headings = [each for each in headings if not each.texts_carrying_marking()]
            kept = {each.pk for each in headings}
            remarks = [each for each in remarks if each.section_id in kept and not each.texts_carrying_marking()]
            objectives = [each for each in objectives if each.section_id in kept and not _carries(each)]
            kept = {each.pk for each in objectives}
            actions = [each for each in actions if each.objective_id in kept and not _carries(each)]
        hidden = self._hidden_actions(actions)
        sections = self._sections(headings, objectives, actions, remarks, hidden)
        rows = [row for section in sections for row in section.rows if row.rag]
        pending = sorted((r for r in rows if r.computed_rag is not Rag.BLUE and r.due_on), key=lambda r: r.due_on)
        counts = {rag: sum(1 for row in rows if row.rag is rag) for rag in Rag}
        is_public = self.edition is Edition.PUBLIC
        left_out, besides = sum(hidden.values()), self._hidden_besides(objectives, remarks)
        is_withheld = is_public and _is_withheld(plan)
        return PlanReport(
            edition=self.edition,
            as_of=self.as_of,
            title=_("Prevent action plan") if is_withheld else plan.title,
            authority=plan.organisation.name,
            period=period_in_words(plan),
            marking=_highest_marking([] if is_public else [plan, *headings, *objectives, *actions, *remarks]),
            state=str(plan.get_state_display()) if is_withheld else state_in_words(plan),
            updated_on=plan.updated_on,
            aim="" if is_withheld else plan.aim,
            introduction="" if is_withheld else plan.introduction,
            objective_count=len(objectives),
            action_count=len(rows),
            rag_counts=tuple(counts.items()),
            # The declared totals are of the whole plan: beside a part of it they would mislead.
            declared=() if is_public or left_out else _declared(plan, counts),
            sections=sections,
            overdue=tuple(row for row in pending if row.due_on < self.as_of),
            due_soon=tuple(row for row in pending if 0 <= (row.due_on - self.as_of).days <= DUE_SOON_DAYS),
            differing=tuple(row for row in rows if row.differs),
            left_out=left_out,
            left_out_besides=besides,
            is_withheld=is_withheld,
            unanswered=() if is_public else self._unanswered(),
            changed=None if is_public else changed_since_last_frozen(plan, timezone.now()),
        )

    def _unanswered(self) -> tuple[Unanswered, ...]:
        """What the viewer may see of the authority's recommendations without an action: outsiders nothing."""
        rows = without_action(Recommendation.objects.of(self.plan.organisation_id))
        return tuple(Unanswered(each.exercise, each.place, each.text) for each in rows.order_by("exercise", "number"))

    def _objectives(self) -> list[Objective]:
        return list(
            self._rows_of(Objective)
            .select_related("recommendation")
            .prefetch_related(
                Prefetch("assignments", Assignment.objects.filter(action=None).select_related("owner")),
                "targetdates",
                Prefetch("benchmark_links", ObjectiveBenchmark.objects.select_related("benchmark")),
            )
            .order_by("position", "pk")
        )

    def _hidden_actions(self, shown: Sequence[Action]) -> Counter[int]:
        """How many actions of each objective are not shown."""
        # Below the manager, which would hide them from an elected member: only numbers come of it.
        every = QuerySet(Action).filter(plan=self.plan).values_list("objective_id", flat=True)
        return Counter(every) - Counter(action.objective_id for action in shown)

    def _hidden_besides(self, objectives: Sequence[Objective], remarks: Sequence[Remark]) -> int:
        """How many objectives without actions, and remarks, are not shown."""
        seen = {objective.pk for objective in objectives}
        bare = QuerySet(Objective).filter(plan=self.plan, actions=None).values_list("pk", flat=True)
        return sum(pk not in seen for pk in bare) + QuerySet(Remark).filter(plan=self.plan).count() - len(remarks)

    def _sections(
        self,
        headings: Sequence[Section],
        objectives: Sequence[Objective],
        actions: Sequence[Action],
        remarks: Sequence[Remark],
        hidden: Counter[int],
    ) -> tuple[PlanSection, ...]:
        actions_of, objectives_of, remarks_of = defaultdict(list), defaultdict(list), defaultdict(list)
        for action in actions:
            actions_of[action.objective_id].append(action)
        sections = {section.pk: section for section in headings}
        for remark in remarks:
            is_pointer = remark.kind == Remark.Kind.POINTER
            marking = self._marking(sections[remark.section_id], remark)
            remarks_of[remark.section_id].append(
                PlanRemark(is_pointer, remark.text, remark.points_to, marking, remark.pk)
            )
        for each in objectives:
            objective = self._objective(sections[each.section_id], each, actions_of[each.pk], hidden[each.pk])
            objectives_of[each.section_id].append(objective)
        hidden_in = self._hidden_by_section(hidden)
        return tuple(
            PlanSection(
                ref=section.ref,
                title=section.title,
                introduction=section.introduction,
                benchmark=str(section.benchmark) if section.benchmark else "",
                remarks=tuple(remarks_of[section.pk]),
                objectives=tuple(objectives_of[section.pk]),
                left_out=hidden_in[section.pk],
                pk=section.pk,
            )
            for section in sections.values()
        )

    def _hidden_by_section(self, hidden: Counter[int]) -> Counter[int]:
        found: Counter[int] = Counter()
        if hidden:
            # As above: an objective that is sensitive itself is not among those shown.
            for pk, section_id in QuerySet(Objective).filter(pk__in=hidden).values_list("pk", "section_id"):
                found[section_id] += hidden[pk]
        return found

    def _marking(self, *rows: Any) -> str:
        return _highest_marking([self.plan, *rows])

    def _objective(
        self, section: Section, objective: Objective, actions: Sequence[Action], left_out: int
    ) -> PlanObjective:
        # A benchmark that the section answers as a whole stands at its head.
        links = [link for link in objective.benchmark_links.all() if link.benchmark_id != section.benchmark_id]
        answers = [_("benchmark %s") % link.benchmark for link in links]
        if objective.recommendation:
            answers.append(str(objective.recommendation))
        return PlanObjective(
            ref=objective.ref,
            text=objective.text,
            tier=objective.tier,
            answers=tuple(answers),
            marking=self._marking(section, objective),
            left_out=left_out,
            rows=tuple(self._rows(section, objective, actions)),
            pk=objective.pk,
        )

    def _rows(self, section: Section, objective: Objective, actions: Sequence[Action]) -> list[PlanRow]:
        row_owners, row_partners = self._people(objective.assignments.all())
        row_dates = tuple(str(each) for each in objective.targetdates.all() if each.action_id is None)
        if not actions:
            return [
                PlanRow(
                    section=str(section), ref=objective.ref, letter="", action="", steps=(), owners=row_owners,
                    partners=row_partners, resources="", target_dates=row_dates, milestones=(),
                    outcome_measure=objective.outcome_measure, progress="", progress_on=None, rag=None,
                    computed_rag=None, rag_reason="", due_on=None,
                    marking=self._marking(section, objective),
                )
            ]  # fmt: skip
        rows = []
        for index, action in enumerate(actions):
            owners, partners = self._people(action.assignments.all())
            latest = next(iter(action.progressupdates.all()), None)
            rows.append(
                PlanRow(
                    section=str(section),
                    ref=f"{objective.ref.rstrip('.')} {action.letter}".strip(),
                    letter=action.letter,
                    action=action.text,
                    steps=tuple(step.text for step in action.steps.all()),
                    owners=owners or row_owners,
                    partners=partners or row_partners,
                    resources=action.resources,
                    target_dates=tuple(str(each) for each in action.targetdates.all()) or row_dates,
                    outcome_measure=action.outcome_measure or (objective.outcome_measure if index == 0 else ""),
                    milestones=tuple(milestone.text for milestone in action.milestones.all()),
                    progress=latest.note if latest else "",
                    progress_on=latest.made_on if latest else None,
                    rag=action.rag,
                    computed_rag=Rag(action.computed_rag),
                    rag_reason=action.rag_reason,
                    due_on=action.due_on,
                    marking=self._marking(section, objective, action),
                    pk=action.pk,
                )
            )
        return rows

    def _people(self, assignments: Sequence[Assignment]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(owners, the leading one first; partners), each named once."""
        ranked = sorted(assignments, key=lambda a: (a.role != Assignment.Role.LEAD, a.position, a.pk))
        owners = dict.fromkeys(self.named(a.owner) for a in ranked if a.role != Assignment.Role.PARTNER)
        partners = dict.fromkeys(self.named(a.owner) for a in ranked if a.role == Assignment.Role.PARTNER)
        return tuple(owners), tuple(partners)


def _carries(row: Objective | Action) -> bool:
    """Whether a text of the row, or of what belongs to it, carries the marking."""
    parts = [row, *row.targetdates.all()]
    if isinstance(row, Action):
        parts += [*row.steps.all(), *row.milestones.all(), *row.progressupdates.all()]
    elif row.recommendation and any_carries_marking((row.recommendation.exercise, row.recommendation.text)):
        return True
    owners = [assignment.owner for assignment in row.assignments.all()]
    return any(part.texts_carrying_marking() for part in parts) or any(owner.carries_marking for owner in owners)


def _declared(plan: Plan, counts: dict[Rag, int]) -> tuple[Declared, ...]:
    """One for each RAG in order and one for the total; none at all where the plan declares nothing."""
    declared = plan.declared
    if not declared:
        return ()
    by_rag = [Declared(str(RAG_LABELS[rag]), declared.get(rag.value), counts[rag]) for rag in Rag]
    return (*by_rag, Declared(_("All actions"), declared.get("total"), sum(counts.values())))


def _highest_marking(rows: Sequence[Any]) -> str:
    is_sensitive = any(row.marking == Marking.OFFICIAL_SENSITIVE for row in rows)
    return str((Marking.OFFICIAL_SENSITIVE if is_sensitive else Marking.OFFICIAL).label)

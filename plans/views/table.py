"""The whole plan as a table, as councils know it."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import PortalDetailView

from ..models import Action, Assignment, Objective, ObjectiveBenchmark, Plan, Remark, Section, TargetDate
from ..table_filter import TableFilterForm
from .base import PlanPageMixin


@dataclass(slots=True)
class TableRow:
    """An objective with those of its actions that are shown, and what is said of the whole row."""

    objective: Objective
    actions: list[Action] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    targetdates: list[TargetDate] = field(default_factory=list)
    benchmarks: list[ObjectiveBenchmark] = field(default_factory=list)


@dataclass(slots=True)
class TableSection:
    """A section with its rows."""

    section: Section
    remarks: list[Remark] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)

    @property
    def action_count(self) -> int:
        return sum(len(row.actions) for row in self.rows)


def table_of(plan: Plan, *, actions, today: dt.date, is_narrowed: bool) -> list[TableSection]:
    """The plan's sections with their rows; twelve queries however long the plan.

    `actions` are those to show. If they have been narrowed, rows and sections without any are left out.
    """
    sections = {
        section.pk: TableSection(section)
        for section in Section.objects.filter(plan=plan).select_related("benchmark", "benchmark__framework")
    }
    rows: dict[int, TableRow] = {}
    objectives = Objective.objects.filter(plan=plan).select_related("recommendation", "organisation")
    for objective in objectives.order_by("position", "pk"):
        rows[objective.pk] = TableRow(objective)
    for action in actions.for_table(today):
        rows[action.objective_id].actions.append(action)
    for assignment in Assignment.objects.filter(objective__plan=plan, action=None).select_related("owner"):
        rows[assignment.objective_id].assignments.append(assignment)
    for target in TargetDate.objects.filter(objective__plan=plan, action=None).order_by("position", "pk"):
        rows[target.objective_id].targetdates.append(target)
    links = ObjectiveBenchmark.objects.filter(objective__plan=plan).select_related("benchmark", "benchmark__framework")
    for link in links.order_by("benchmark__framework", "benchmark__number"):
        rows[link.objective_id].benchmarks.append(link)
    for row in rows.values():
        if row.actions or not is_narrowed:
            sections[row.objective.section_id].rows.append(row)
    if is_narrowed:
        return [section for section in sections.values() if section.rows]
    remarks: dict[int, list[Remark]] = defaultdict(list)
    for remark in Remark.objects.filter(plan=plan).select_related("organisation").order_by("position", "pk"):
        remarks[remark.section_id].append(remark)
    for pk, section in sections.items():
        section.remarks = remarks[pk]
    return list(sections.values())


class PlanTableView(PlanPageMixin, PortalDetailView):
    """Every row of the plan by section; the query string narrows it."""

    permission = "plans.view_plan"
    model = Plan
    template_name = "plans/plan_table.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_title(self) -> str:
        return self.object.title

    def get_plan(self) -> Plan:
        return self.object

    @cached_property
    def filter_form(self) -> TableFilterForm:
        """What of the table was asked for."""
        return TableFilterForm(self.request.GET, plan=self.object, use_required_attribute=False)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today = clock.today()
        asked = self.filter_form.asked()
        actions = self.filter_form.narrow(Action.objects.filter(plan=self.object), today)
        sections = table_of(self.object, actions=actions, today=today, is_narrowed=bool(asked))
        return super().get_context_data(
            filter_form=self.filter_form,
            is_narrowed=bool(asked),
            sections=sections,
            action_count=sum(section.action_count for section in sections),
            page_heading=gettext_lazy("Whole plan"),
            **kwargs,
        )

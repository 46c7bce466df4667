"""The plan along its time."""

from typing import Any

from prevent_portal import clock

from ..models import RAG_LABELS
from ..table_groups import Grouping, grouped, page_of
from ..timeline import axis_of, heat_of, rags_shown, sections_of
from .table import EVERYTHING, WholePlanView

ROWS_PER_PAGE = 50
"""Drawn and in words, an action takes twice the room that it has in the table."""


class PlanTimelineView(WholePlanView):
    """When what is due, by section, drawn and as a table; what all sections have to do when, if there is much."""

    template_name = "plans/plan_timeline.html"
    trail_name = "timeline"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today, plan = clock.today(), self.object
        groups = grouped(
            self.outlines, by=Grouping.SECTION, plan=plan, sections=self.sections, today=today, with_empty=False
        )
        everything = self.page_asked_for == EVERYTHING
        page, parts = page_of(groups, self.page_asked_for, everything=everything, per_page=ROWS_PER_PAGE)
        axis = axis_of(plan, today=today)
        sections = sections_of(parts, axis, today=today)
        has_overview = axis is not None and len(self.outlines) > ROWS_PER_PAGE
        return super().get_context_data(
            axis=axis,
            sections=sections,
            heat=[
                (row, self.filter.query(section=str(row.section.pk)))
                for row in (heat_of(self.sections, self.outlines, axis) if has_overview else [])
            ],
            key=[{"rag": rag.value, "label": RAG_LABELS[rag]} for rag in rags_shown(sections)],
            page_obj=page,
            action_count=len(self.outlines),
            trail=self.trail_from(page.number),
            **kwargs,
        )

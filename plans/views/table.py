"""The whole plan as a table, as councils know it, and what the pages that look at a whole plan share."""

from typing import Any, ClassVar

from django.utils.functional import cached_property

from prevent_portal import clock
from prevent_portal.views import PortalDetailView

from ..models import Action, Plan, Section
from ..querysets import ActionOutline
from ..table_filter import TableFilter
from ..table_groups import Group, Grouping, grouped, page_of
from ..table_rows import blocks_of
from .base import PlanPageMixin

EVERYTHING = "all"
"""The number of the page that has everything, for printing."""


class WholePlanView(PlanPageMixin, PortalDetailView):
    """A page over all actions of a plan, which the query string narrows."""

    permission = "plans.view_plan"
    model = Plan
    trail_name: ClassVar[str] = ""
    """What pages opened from here call this one in their address, so that they can lead back."""

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_title(self) -> str:
        return self.object.title

    def get_plan(self) -> Plan:
        return self.object

    @cached_property
    def sections(self) -> list[Section]:
        """The plan's sections in its order."""
        return list(
            Section.objects.filter(plan=self.object).select_related("benchmark__framework").order_by("position", "pk")
        )

    @cached_property
    def filter(self) -> TableFilter:
        """What of the plan was asked for."""
        return TableFilter(self.request.GET, plan=self.object, sections=self.sections, extra=self.get_extra())

    def get_extra(self) -> dict[str, str]:
        """Parameters of the address that a filter leaves alone."""
        return {}

    @cached_property
    def outlines(self) -> list[ActionOutline]:
        """The actions asked for."""
        return self.filter.narrow(Action.objects.filter(plan=self.object), clock.today())

    @property
    def page_asked_for(self) -> str:
        return self.request.GET.get("page", "")

    def trail_from(self, page_number: int) -> str:
        """The query to give to pages opened from here."""
        is_first = page_number == 1 and self.page_asked_for != EVERYTHING
        page = None if is_first else self.page_asked_for if self.page_asked_for == EVERYTHING else str(page_number)
        here = self.filter.query(page=page)
        return f"?from={self.trail_name}{here.replace('?', '&', 1)}"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked = self.filter
        return super().get_context_data(
            ways=self.ways_of_looking(self.object, self.trail_name, asked.query(group=None)),
            filter=asked,
            is_narrowed=asked.is_narrowed,
            everything_href=asked.query(page=EVERYTHING),
            clear_href=asked.query(**dict.fromkeys(asked.asked)) or "?",
            in_pages_href=(asked.query() or "?") if self.page_asked_for == EVERYTHING else "",
            **kwargs,
        )


class PlanTableView(WholePlanView):
    """Every row of the plan, by section or otherwise grouped; a page of it at a time."""

    template_name = "plans/plan_table.html"
    trail_name = "table"

    @cached_property
    def grouping(self) -> Grouping:
        """By what the rows are grouped; by section if the address makes no sense."""
        wanted = self.request.GET.get("group", "")
        return Grouping(wanted) if wanted in Grouping.values else Grouping.SECTION

    def get_extra(self) -> dict[str, str]:
        return {} if self.grouping is Grouping.SECTION else {"group": self.grouping.value}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today, plan, asked = clock.today(), self.object, self.filter
        by_section = self.grouping is Grouping.SECTION
        # One whole section has been asked for: it is shown with all that is in it.
        is_whole = by_section and asked.asked.keys() <= {"section"}
        wanted = asked.asked.get("section")
        groups = grouped(
            self.outlines,
            by=self.grouping,
            plan=plan,
            sections=[each for each in self.sections if wanted is None or str(each.pk) == wanted],
            today=today,
            with_empty=is_whole,
        )
        number = self.page_asked_for or self._page_with_section(groups)
        page, parts = page_of(groups, number, everything=number == EVERYTHING)
        blocks = blocks_of(plan, parts, today=today, with_remarks=is_whole, by_objective=by_section)
        contents = [
            {
                "title": group.title,
                "count": group.action_count,
                "href": self._address_of_group(group, page),
                "overdue": 0 if by_section else group.overdue_count(today),
            }
            for group in groups
        ]
        return super().get_context_data(
            groupings=[
                {
                    "text": each.label,
                    "href": asked.query(group=None if each is Grouping.SECTION else each.value) or "?",
                    "is_current": each is self.grouping,
                }
                for each in Grouping
            ],
            grouping=self.grouping,
            contents=contents,
            blocks=blocks,
            page_obj=page,
            action_count=len(self.outlines),
            line_count=sum(group.action_count for group in groups),
            trail=self.trail_from(page.number),
            **kwargs,
        )

    def _page_with_section(self, groups: list[Group]) -> str:
        """The number of the page with the section that `at` names; what follows "#" in an address never comes here."""
        wanted = f"section-{self.request.GET.get('at', '')}"
        return next((str(group.page_number) for group in groups if group.anchor == wanted), "")

    def _address_of_group(self, group, page) -> str:
        number = min(group.page_number, page.paginator.num_pages)
        if number == page.number:
            return f"#{group.anchor}"
        return f"{self.filter.query(page=str(number))}#{group.anchor}"

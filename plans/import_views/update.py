"""Updating a plan from a file: every difference, ticked or not, before anything is changed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.paging import NearestPaginator
from prevent_portal.views import PortalTemplateView

from .. import services
from ..comparison import PlanDiff, RowDiff
from ..models import Plan
from .base import ROWS_PER_PAGE, StagedImportMixin, page_links


class PlanImportUpdateView(StagedImportMixin, PortalTemplateView):
    """The differences between a file and a plan; those that are ticked are written at once."""

    permission = "plans.change_plan"
    template_name = "plans/plan_import_update.html"
    title = gettext_lazy("What would change")
    tab = "plan_import_preview"

    @cached_property
    def plan(self) -> Plan:
        """The plan to be updated: an open one of this authority, whichever one the file was likeliest meant for."""
        plans = Plan.objects.of(self.organisation).exclude(state=Plan.State.CLOSED)
        return get_object_or_404(plans.select_related("organisation"), pk=self.kwargs["plan"])

    @cached_property
    def diff(self) -> PlanDiff:
        """Every difference between the file and the plan as it is at this moment."""
        return services.compare(plan_import=self.plan_import, plan=self.plan)

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (self.plan_import.file_name, self.import_url("plan_import_preview"))]

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if "to" in request.POST:
            # Another page of the differences: the ticks come along, nothing is written.
            ticked = frozenset(request.POST.getlist("rows"))
            return self.render_to_response(self.get_context_data(ticked=ticked, number=request.POST["to"]))
        try:
            services.update_plan_from_import(
                plan_import=self.plan_import,
                plan=self.plan,
                rows=request.POST.getlist("rows"),
                fingerprint=request.POST.get("fingerprint", ""),
            )
        except ValidationError as error:
            # Compared anew, with the ticks as they were: nobody has to go through all of it again.
            return self.render_to_response(
                self.get_context_data(
                    errors=[{"text": text, "href": None} for text in error.messages],
                    ticked=frozenset(request.POST.getlist("rows")),
                )
            )
        messages.success(request, _("The plan has been updated."))
        return HttpResponseRedirect(self.import_url("plan_import_detail"))

    def get_context_data(self, *, ticked: frozenset[str] | None = None, number: str = "1", **kwargs) -> dict[str, Any]:
        diff = self.diff
        # What was changed on both sides, or would be taken away, is taken only if a person says so.
        chosen = frozenset(diff.keys_to_tick) if ticked is None else ticked
        page, new = NearestPaginator(diff.rows, ROWS_PER_PAGE).get_page(number), set(diff.new)
        # Django's own view hands over what the address says, the number of the plan with it.
        return super().get_context_data(
            **kwargs
            | {
                "plan": self.plan,
                "diff": diff,
                "page": page,
                "page_links": page_links(page),
                "ticked_elsewhere": sorted(chosen - {row.key for row in page}),
                "changed": [_line(row, chosen) for row in page if row not in new],
                "new": [_line(row, chosen) for row in page if row in new],
                "figures": self._figures(diff),
            }
        )

    @staticmethod
    def _figures(diff: PlanDiff) -> list[dict[str, Any]]:
        both = sum(row.is_conflict for row in diff.changed)
        return [
            {
                "number": len(diff.changed),
                "label": _("changed"),
                "href": "#changed" if diff.changed else "",
                "note": _("%(count)d of them on both sides") % {"count": both} if both else "",
            },
            {"number": len(diff.new), "label": _("new in the file"), "href": "#new" if diff.new else ""},
            {"number": diff.unchanged, "label": _("the same")},
            {"number": len(diff.missing), "label": _("not in the file: they stay")},
        ]


def _line(row: RowDiff, chosen: frozenset[str]) -> dict[str, Any]:
    """A row as the page shows it; one without an objective goes by its first action."""
    name = row.text or next((change.after for change in row.changes if change.field == "text"), "")
    has_several = len({change.action for change in row.changes if change.action}) > 1
    return {"row": row, "name": name, "is_ticked": row.key in chosen, "has_several_actions": has_several}

"""What the pages of a plan share: breadcrumbs, the lock of a closed plan, the plan that a new part goes into."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.forms_fields import error_links
from prevent_portal.views import PortalCreateView, PortalDeleteView, PortalMixin, PortalUpdateView

from ..models import Action, Plan, PlanPart
from ..table_filter import TableFilterForm

LISTS = {
    "table": (gettext_lazy("Whole plan"), "plans:plan_table"),
    "timeline": (gettext_lazy("Timeline"), "plans:plan_timeline"),
}
"""What a page may have been opened from, by the `from` of its address: (name, page)."""

MINE, MEETING = "mine", "meeting"
"""Origins that are no list of one plan: one's own actions, and a meeting that goes through a plan's open ones."""

TRAIL = ("group", "page", *TableFilterForm.base_fields)
TRAIL_CHARACTERS = 100


class PlanPageMixin(PortalMixin):
    """A page somewhere in a plan.

    What it was opened from goes with its address, so that the way back leads to the same choice of actions.
    """

    def get_plan(self) -> Plan:
        """The plan that the page is about."""
        return self.object.containing_plan()

    def get_breadcrumbs(self):
        plan = self.get_plan()
        if self.came_from:
            return self.get_breadcrumbs_in_plan(plan)
        return [
            (_("Action plans"), self.url("plans:plan_list")),
            (plan.title, plan.get_absolute_url()),
            *self.get_breadcrumbs_in_plan(plan),
        ]

    def get_breadcrumbs_in_plan(self, plan: Plan) -> list[tuple[str, str]]:
        """(text, address) of the pages between the plan's own and this one."""
        return []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**{"plan": self.get_plan(), "trail": self.trail} | kwargs)

    def ways_of_looking(self, plan: Plan, current: str, query: str = "") -> list[dict[str, Any]]:
        """The pages that show a plan as a whole, for the navigation between them; `query` goes along."""
        ways = [("summary", _("Summary"), plan.get_absolute_url())]
        ways += [(key, name, self.url(page, pk=plan.pk) + query) for key, (name, page) in LISTS.items()]
        return [{"text": text, "href": href, "is_current": key == current} for key, text, href in ways]

    @cached_property
    def trail(self) -> str:
        """The list that this page was opened from, for the address of the next page: a query string or nothing."""
        query = self.request.GET
        if query.get("from") not in (*LISTS, MINE, MEETING):
            return ""
        asked = {name: query[name] for name in TRAIL if 0 < len(query.get(name, "")) <= TRAIL_CHARACTERS}
        return "?" + urlencode({"from": query["from"], **asked})

    @property
    def came_from(self) -> str:
        """The address of the page across plans that this one was opened from, if it was."""
        return self.url("plans:action_mine") if self.request.GET.get("from") == MINE else ""

    def table_breadcrumb(self, plan: Plan) -> tuple[str, str]:
        """The list that this page was opened from, as it was; the table if it was opened from elsewhere."""
        if self.came_from:
            return _("My actions"), self.came_from
        _mark, _and, asked = self.trail.partition("&")
        name, page = LISTS.get(self.request.GET.get("from"), LISTS["table"])
        action = getattr(self, "object", None)
        anchor = f"#action-{action.pk}" if isinstance(action, Action) and self.trail else ""
        return str(name), self.url(page, pk=plan.pk) + (f"?{asked}" if asked else "") + anchor


def with_query(address: str, query: str) -> str:
    """The address with this query, which begins with "?" or is empty, before its fragment."""
    path, mark, fragment = address.partition("#")
    return f"{path}{query}{mark}{fragment}"


class OpenPlanMixin(PlanPageMixin):
    """A page that changes something in a plan: a closed plan has no such page."""

    def get_object(self, queryset=None):
        row = super().get_object(queryset)
        # Already here, not only when saving: nobody should fill in a form that cannot be saved.
        row.check_lock()
        return row


class PortalPartCreateView(PlanPageMixin, PortalCreateView):
    """A new part of what the address names as `parent_kwarg`."""

    template_name = "plans/part_form.html"
    parent_model: ClassVar[type[PlanPart] | type[Plan]] = Plan
    parent_kwarg: ClassVar[str] = "plan"

    @cached_property
    def parent(self) -> PlanPart | Plan:
        """The plan, section or objective that the new part goes into."""
        rows = self.parent_model.objects.of(self.organisation).select_related("organisation")
        if self.parent_model is not Plan:
            rows = rows.select_related("plan", "plan__organisation")
        parent = get_object_or_404(rows, pk=self.kwargs[self.parent_kwarg])
        parent.check_lock()
        return parent

    def get_plan(self) -> Plan:
        return self.parent if isinstance(self.parent, Plan) else self.parent.plan

    def get_breadcrumbs_in_plan(self, plan: Plan) -> list[tuple[str, str]]:
        return [self.table_breadcrumb(plan)]

    def new_values(self) -> dict[str, Any]:
        """The fields of the new row that the address gives."""
        values: dict[str, Any] = {"plan": self.get_plan()}
        if self.parent_kwarg != "plan":
            values[self.parent_kwarg] = self.parent
        return values

    def get_form_kwargs(self) -> dict[str, Any]:
        instance = self.model(organisation=self.organisation, **self.new_values())
        return super().get_form_kwargs() | {"instance": instance}

    def get_cancel_url(self) -> str:
        return self.parent.get_absolute_url()


class PortalPartUpdateView(OpenPlanMixin, PortalUpdateView):
    """A change to a part of a plan."""

    template_name = "plans/part_form.html"

    def get_queryset(self):
        return super().get_queryset().select_related("plan", "plan__organisation", "organisation")

    def get_breadcrumbs_in_plan(self, plan: Plan) -> list[tuple[str, str]]:
        return [self.table_breadcrumb(plan)]

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_success_url(self) -> str:
        return with_query(self.object.get_absolute_url(), self.trail)


class PortalPartDeleteView(OpenPlanMixin, PortalDeleteView):
    """Takes a part out of a plan that has not been agreed, or is being amended."""

    permission = "plans.delete_plan"

    def get_queryset(self):
        return super().get_queryset().select_related("plan", "plan__organisation", "organisation")

    def get_object(self, queryset=None):
        row = super().get_object(queryset)
        if row.plan.state == Plan.State.AGREED:
            raise PermissionDenied(
                _("This plan has been agreed. Record first that it is being amended; then parts can be deleted.")
            )
        return row

    def get_breadcrumbs_in_plan(self, plan: Plan) -> list[tuple[str, str]]:
        return [self.table_breadcrumb(plan)]

    def get_success_url(self) -> str:
        _name, address = self.table_breadcrumb(self.object.plan)
        return address

    def get_cancel_url(self) -> str:
        return with_query(self.object.get_absolute_url(), self.trail)


class FormWithRowsMixin:
    """A form page whose record has rows of other records in it (`form.rows`).

    "Add another row" sends the page like "Save" does, and gets it back with one more empty row: it works without
    script and checks nothing yet.
    """

    def post(self, request, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object() if "pk" in self.kwargs else None
        form = self.get_form()
        if wanted := request.POST.get("add_row"):
            if wanted not in form.rows:
                raise Http404
            form.with_another_row(wanted)
            return self.render_to_response(self.get_context_data(form=form))
        with transaction.atomic():
            return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        parts = (form, *form.rows.values())
        return context | {"error_links": [link for part in parts for link in error_links(part)]}

"""From a gap of the self-assessment to an action: a new one in the plan, or one that is there already."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from benchmarks.models import Answer, BenchmarkResult
from prevent_portal import clock
from prevent_portal.forms import PortalForm
from prevent_portal.forms_fields import GovukDateField
from prevent_portal.views import PortalFormView, PortalMixin

from .. import services
from ..forms import NOTHING_PERSONAL, refuse_marking
from ..models import Action, ActionGap, ObjectiveBenchmark, Owner, Plan, Section
from .choosing import ChooseActionsMixin, ChosenActionsForm, open_actions

SECTION_CHARACTERS = 100


class GapActionForm(PortalForm):
    """A new action for a gap."""

    section = forms.ModelChoiceField(
        label=gettext_lazy("Where in the plan?"), queryset=Section.objects.none(), empty_label=None
    )
    text = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        widget=forms.Textarea({"rows": 4}),
        help_text=NOTHING_PERSONAL,
        error_messages={"required": gettext_lazy("Enter what is to be done")},
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Who leads it?"), queryset=Owner.objects.none(), required=False)
    due_on = GovukDateField(label=gettext_lazy("Target date"), required=False)

    def __init__(self, *args, sections: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections
        self.fields["section"].label_from_instance = lambda each: (
            f"{each.plan}: {Truncator(str(each)).chars(SECTION_CHARACTERS)}"
        )
        self.fields["owner"].queryset = Owner.objects.of(self.organisation).filter(left_on=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if section := cleaned.get("section"):
            refuse_marking(self, section)
        return cleaned


class GapMixin(PortalMixin):
    """A page about a gap: a benchmark of an assessment, and with `answer` in its query one question of it."""

    permission = "plans.change_action"

    @cached_property
    def result(self) -> BenchmarkResult:
        """The benchmark in the address."""
        rows = BenchmarkResult.objects.of(self.organisation).select_related(
            "benchmark__framework", "assessment", "organisation"
        )
        return get_object_or_404(rows, pk=self.kwargs["benchmark_result"])

    @cached_property
    def answer(self) -> Answer | None:
        """The question that the gap is in; None: the benchmark as a whole."""
        asked = self.request.GET.get("answer", "")
        if not asked:
            return None
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            raise Http404
        rows = Answer.objects.filter(result=self.result).select_related("question", "local_question", "organisation")
        return get_object_or_404(rows, pk=int(asked))

    @property
    def about(self) -> Answer | BenchmarkResult:
        """What the page goes back to."""
        return self.answer or self.result

    def get_breadcrumbs(self):
        crumbs = [(f"{self.result.assessment}: {self.result}", self.result.get_absolute_url())]
        return [*crumbs, (str(self.answer), self.answer.get_absolute_url())] if self.answer else crumbs

    def get_success_url(self) -> str:
        return self.about.get_absolute_url()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(result=self.result, answer=self.answer, **kwargs)


class GapActionCreateView(GapMixin, PortalFormView):
    """Makes an action in the current plan."""

    form_class = GapActionForm
    template_name = "plans/gap_action_form.html"
    title = gettext_lazy("Make an action")
    submit_text = gettext_lazy("Make the action")
    success_message = gettext_lazy("The action is in the plan, and linked both ways.")

    @cached_property
    def sections(self) -> QuerySet:
        """The sections of plans in which work goes on, the newest plan's first."""
        rows = Section.objects.of(self.organisation).exclude(plan__state="closed").select_related("plan", "benchmark")
        return rows.order_by("-plan__period_start", "-plan", "position", "pk")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"sections": self.sections}

    def get_initial(self) -> dict[str, Any]:
        """The current plan's section on this benchmark, as far as it has one."""
        today = clock.today()
        current = self.sections.filter(plan__period_start__lte=today, plan__period_end__gte=today)
        agreed = current.exclude(plan__state=Plan.State.DRAFT)
        plan = next(
            (found.plan_id for found in (each.first() for each in (agreed, current, self.sections)) if found), None
        )
        if plan is None:
            return {}
        benchmark = self.result.benchmark_id
        of_plan = self.sections.filter(plan=plan)
        answering = ObjectiveBenchmark.objects.filter(benchmark=benchmark, objective__plan=plan)
        on_it = of_plan.filter(Q(benchmark=benchmark) | Q(objectives__in=answering.values("objective")))
        return {"section": (on_it.first() or of_plan.first()).pk}

    def form_valid(self, form: GapActionForm) -> HttpResponse:
        said = form.cleaned_data
        services.make_action_for_gap(
            result=self.result,
            answer=self.answer,
            section=said["section"],
            text=said["text"],
            owner=said["owner"],
            due_on=said["due_on"],
            due_as_written=date_format(said["due_on"], "j F Y") if said["due_on"] else "",
        )
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(has_sections=self.sections.exists(), **kwargs)


class GapActionsView(GapMixin, ChooseActionsMixin, PortalFormView):
    """Looks for open actions by words and links those that close the gap."""

    form_class = ChosenActionsForm
    template_name = "plans/gap_actions.html"
    title = gettext_lazy("Link actions that are there already")

    @cached_property
    def found(self) -> QuerySet:
        """The open actions that have every word and are not linked yet, in the order of their plans."""
        known = ActionGap.objects.filter(result=self.result, answer=self.answer).values("action")
        return open_actions(self.organisation, self.words).exclude(pk__in=known)

    def link(self, actions: list[Action]) -> int:
        return services.link_gap(result=self.result, answer=self.answer, actions=actions)

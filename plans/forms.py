"""The forms of plans. Rows inside the form of an action are in `row_forms.py`."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from benchmarks.models import Benchmark, Framework
from prevent_portal import clock
from prevent_portal.forms import PortalForm, PortalModelForm, portal_formfield
from prevent_portal.forms_fields import GovukDateField
from prevent_portal.markings import carries_marking

from .models import (
    Action,
    Objective,
    ObjectiveBenchmark,
    Plan,
    Remark,
    Section,
)
from .row_forms import ASSIGNMENTS, MILESTONES, STEPS, TARGET_DATES, MarkingErrorsMixin, RowFormSet

NOTHING_PERSONAL = gettext_lazy(
    "Write about the work, never about a person who was referred: no names, no details of a case."
)
LABEL_CHARACTERS = 60
NARROW = "govuk-input--width-10"
FIRST = "first"


def not_in_the_future(form: forms.Form, name: str, message: str) -> None:
    given = form.cleaned_data.get(name)
    if given and given > clock.today():
        form.add_error(name, message)


def refuse_marking(form: forms.Form, row: Plan | Action) -> None:
    """Add an error to each text that carries the marking, unless the row that it is about has it."""
    for name, said in list(form.cleaned_data.items()):
        if isinstance(said, str) and carries_marking(said) and not row.is_sensitive:
            message = _("The words OFFICIAL-SENSITIVE stand here. Mark %(what)s first, or take the words out.")
            form.add_error(name, message % {"what": row._meta.verbose_name})


# Benchmarks to choose from


class _ByFramework(forms.models.ModelChoiceIterator):
    """Benchmarks below their frameworks: their numbers mean something there only."""

    def __iter__(self):
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        groups: dict[str, list] = {}
        for benchmark in self.queryset:
            groups.setdefault(benchmark.framework.title, []).append(self.choice(benchmark))
        yield from groups.items()


class BenchmarkField(forms.ModelChoiceField):
    """One benchmark of a framework in use."""

    iterator = _ByFramework

    def __init__(self, **kwargs):
        super().__init__(queryset=Benchmark.objects.none(), required=False, **kwargs)


class BenchmarksField(forms.ModelMultipleChoiceField):
    """Benchmarks of the frameworks in use."""

    def label_from_instance(self, benchmark: Benchmark) -> str:
        return f"{benchmark.framework}: {benchmark}"

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Benchmark.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **kwargs
        )


def benchmarks_in_use(keep: Q) -> models.QuerySet:
    """Benchmarks of frameworks in use, and those that `keep` finds; newest framework first."""
    in_use = Q(framework__in=Framework.objects.in_use(clock.today()))
    return Benchmark.objects.filter(in_use | keep).select_related("framework").order_by("-framework__year", "number")


# Plans


class PlanForm(MarkingErrorsMixin, PortalModelForm):
    """What is said of a plan as a whole."""

    class Meta:
        model = Plan
        fields = [
            "title", "period_start", "period_end", "aim", "introduction", "marking", "updated_on",
            "declared_total", "declared_green", "declared_amber", "declared_red", "declared_blue",
        ]  # fmt: skip
        widgets = {"marking": forms.RadioSelect} | {
            f"declared_{name}": forms.NumberInput({"class": "govuk-input--width-4"})
            for name in ("total", "green", "amber", "red", "blue")
        }
        formfield_callback = portal_formfield
        error_messages = {"title": {"required": gettext_lazy("Enter a title")}}
        help_texts = {
            "title": gettext_lazy("For example: Prevent action plan 2026-27."),
            "declared_total": gettext_lazy(
                "How many actions the plan's own summary says there are. "
                "Leave the declared numbers empty if it says none."
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end, title = cleaned.get("period_start"), cleaned.get("period_end"), cleaned.get("title")
        if start and end and end < start:
            self.add_error("period_end", _("The period must end after it starts."))
        same = Plan.objects.of(self.organisation).filter(title=title, period_start=start).exclude(pk=self.instance.pk)
        if title and same.exists():
            self.add_error("title", _("There is already a plan of this title and period. Give this one another title."))
        return cleaned


class PlanStateForm(PortalForm):
    """A step in a plan's life."""

    date_field: ClassVar[str]

    def __init__(self, *args, plan: Plan, **kwargs):
        self.plan = plan
        super().__init__(*args, **kwargs)
        self.initial.setdefault(self.date_field, clock.today())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        not_in_the_future(self, self.date_field, _("The date cannot be in the future."))
        refuse_marking(self, self.plan)
        return cleaned


class PlanAgreeForm(PlanStateForm):
    """When and by whom a plan was agreed."""

    date_field = "agreed_on"
    agreed_on = GovukDateField(label=gettext_lazy("When was it agreed?"))
    agreed_by = forms.CharField(
        label=gettext_lazy("Who agreed it?"),
        max_length=200,
        help_text=gettext_lazy("For example: Prevent board, or Cabinet."),
    )


class PlanAmendForm(PlanStateForm):
    """When and how an agreed plan was changed."""

    date_field = "amended_on"
    amended_on = GovukDateField(label=gettext_lazy("When was it amended?"))
    note = forms.CharField(
        label=gettext_lazy("What has changed, and why?"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class PlanCloseForm(PlanStateForm):
    """When a plan ended."""

    date_field = "closed_on"
    closed_on = GovukDateField(label=gettext_lazy("When did the plan end?"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For example: open actions were carried over to the plan for 2027-28."),
    )


# Parts of a plan


class PlacedForm(MarkingErrorsMixin, PortalModelForm):
    """A row with a place among its siblings: those with the same `parent`."""

    place = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    parent: ClassVar[str]
    siblings_need: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        siblings = self._siblings()
        before = FIRST
        for row in siblings:
            if self.instance.pk is None or (row.position, row.pk) < (self.instance.position, self.instance.pk):
                before = str(row.pk)
        labels = [(FIRST, _("First"))]
        labels.extend(
            (str(row.pk), _("After %(row)s") % {"row": Truncator(row).chars(LABEL_CHARACTERS)}) for row in siblings
        )
        self.fields["place"].choices = labels
        self.initial["place"] = before
        if not siblings:
            del self.fields["place"]
        elif "revision" in self.fields:
            self._saved["place"] = before

    def _siblings(self) -> list:
        parent_id = getattr(self.instance, f"{self.parent}_id")
        rows = type(self.instance).objects.filter(**{f"{self.parent}_id": parent_id}).exclude(pk=self.instance.pk)
        return list(rows.select_related(*self.siblings_need).order_by("position", "pk"))

    @transaction.atomic
    def save(self, commit: bool = True):
        siblings = self._siblings()
        after = self.cleaned_data.get("place")
        places = {str(row.pk): index + 1 for index, row in enumerate(siblings)} | {FIRST: 0}
        # A sibling that has gone, or that is in another section: then last.
        index = places.get(after or "", len(siblings))
        rows = [*siblings[:index], self.instance, *siblings[index:]]
        moved = []
        for position, row in enumerate(rows):
            if row.position != position:
                row.position = position
                if row is not self.instance:
                    moved.append(row)
        instance = super().save(commit)
        if moved:
            type(instance).objects.bulk_update(moved, ["position"])
        return instance


class SectionForm(PlacedForm):
    """A heading of a plan."""

    parent = "plan"
    benchmark = BenchmarkField(
        label=gettext_lazy("Benchmark"), help_text=gettext_lazy("If the whole section answers one benchmark.")
    )

    class Meta:
        model = Section
        fields = ["ref", "title", "introduction", "benchmark", "marking"]
        widgets = {"marking": forms.RadioSelect, "ref": forms.TextInput({"class": NARROW})}
        formfield_callback = portal_formfield
        help_texts = {"ref": gettext_lazy("For example: 1, or Priority 1. It may be empty.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["benchmark"].queryset = benchmarks_in_use(Q(pk=self.instance.benchmark_id))


class InSectionForm(PlacedForm):
    """A row that may move to another section of its plan."""

    parent = "section"

    def choices_for(self, name: str, model) -> models.QuerySet:
        rows = super().choices_for(name, model)
        return rows.filter(plan_id=self.instance.plan_id) if name == "section" else rows

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].empty_label = None
        if "place" in self.fields:
            self.fields["place"].help_text = _("In another section the row comes last.")


class ObjectiveForm(InSectionForm):
    """A row of a plan and the benchmarks that it answers."""

    benchmarks = BenchmarksField(label=gettext_lazy("Benchmarks answered"))

    class Meta:
        model = Objective
        fields = ["section", "ref", "text", "tier", "outcome_measure", "marking", "recommendation"]
        widgets = {"marking": forms.RadioSelect, "ref": forms.TextInput({"class": NARROW})}
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["benchmarks"]
        self.linked = set()
        if self.instance.pk is not None:
            self.linked = set(self.instance.benchmark_links.values_list("benchmark_id", flat=True))
        field.queryset = benchmarks_in_use(Q(pk__in=self.linked))
        self.initial["benchmarks"] = sorted(self.linked)
        if "revision" in self.fields:
            self._saved["benchmarks"] = self.initial["benchmarks"]
        if not self.fields["recommendation"].queryset.exists():
            del self.fields["recommendation"]

    @transaction.atomic
    def save(self, commit: bool = True) -> Objective:
        objective = super().save(commit)
        wanted = {benchmark.pk for benchmark in self.cleaned_data["benchmarks"]}
        if gone := self.linked - wanted:
            ObjectiveBenchmark.objects.filter(objective=objective, benchmark__in=gone).delete()
        ObjectiveBenchmark.objects.bulk_create(
            ObjectiveBenchmark(organisation=self.organisation, objective=objective, benchmark_id=pk)
            for pk in sorted(wanted - self.linked)
        )
        return objective


class RollForwardForm(PortalForm):
    """What the next plan is called and which period it is for."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=Plan._meta.get_field("title").max_length)
    period_start = GovukDateField(label=gettext_lazy("Period starts"), required=False)
    period_end = GovukDateField(label=gettext_lazy("Period ends"), required=False)

    def __init__(self, *args, plan: Plan, **kwargs):
        self.plan = plan
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            # The plan's own rules: years that can be meant, an end after the start, no two of one name and period.
            try:
                Plan(organisation=self.organisation, marking=self.plan.marking, **cleaned).full_clean()
            except ValidationError as error:
                self.add_error(None, error.messages)
        return cleaned


class RemarkForm(InSectionForm):
    """A row that is no action."""

    class Meta:
        model = Remark
        fields = ["section", "kind", "text", "points_to", "marking"]
        widgets = {"kind": forms.RadioSelect, "marking": forms.RadioSelect}
        formfield_callback = portal_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == Remark.Kind.POINTER and not cleaned.get("points_to"):
            self.add_error("points_to", _("Enter whose plan this points to."))
        return cleaned


class ActionForm(PlacedForm):
    """An action with its target dates, owners, steps and milestones (`rows`). Progress and RAG have their own page."""

    parent = "objective"
    siblings_need = ("objective",)

    class Meta:
        model = Action
        fields = ["letter", "text", "outcome_measure", "resources", "marking"]
        widgets = {"marking": forms.RadioSelect, "letter": forms.TextInput({"class": NARROW})}
        formfield_callback = portal_formfield
        help_texts = {
            "letter": gettext_lazy("Only where the objective has several actions: a, b, c…"),
            "text": gettext_lazy("What will be done. Put the separate things to do under “Steps”."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows: dict[str, RowFormSet] = {
            name: formset_class(
                self.data if self.is_bound else None,
                instance=self.instance,
                prefix=name,
                organisation=self.organisation,
            )
            for name, formset_class in (
                ("target_dates", TARGET_DATES),
                ("assignments", ASSIGNMENTS),
                ("steps", STEPS),
                ("milestones", MILESTONES),
            )
        }

    def is_valid(self) -> bool:
        # Every one of them, so that all mistakes are shown at once.
        return all([super().is_valid(), *(formset.is_valid() for formset in self.rows.values())])

    def with_another_row(self, name: str) -> None:
        """Show what was typed, with one more empty row of this kind; nothing is checked yet."""
        self.rows[name].add_empty_row()
        for formset in self.rows.values():
            formset.leave_unchecked()
        self._errors = forms.utils.ErrorDict()

    @transaction.atomic
    def save(self, commit: bool = True) -> Action:
        # Whoever changes what was carried over has looked at it.
        self.instance.is_review_needed = False
        action = super().save(commit)
        for formset in self.rows.values():
            formset.save()
        return action

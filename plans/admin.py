"""Plans in the officers' admin: every table, with search, filters, import and export."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Max
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.admin import (
    OwnedInline,
    OwnedModelAdmin,
    OwnedRecordForm,
    OwnRelatedFilter,
    officers_site,
)
from prevent_portal.models import Organisation, Recommendation
from prevent_portal.scoping import OrganisationOwned
from prevent_portal.table_admin import TableAdminMixin

from . import resources
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
from .services import delete_draft_plan, record_progress

TEXT_CHARACTERS = 100

# What a row's place is counted among: the first of these that the row has.
_SIBLINGS_SHARE = ("action", "objective", "section", "plan")


def give_place(obj: OrganisationOwned) -> None:
    """Put a new row after the ones that are there."""
    parents = {name: getattr(obj, name) for name in _SIBLINGS_SHARE if hasattr(obj, name)}
    name, parent = next((name, parent) for name, parent in parents.items() if parent is not None)
    last = type(obj).objects.filter(**{name: parent}).aggregate(last=Max("position"))["last"]
    obj.position = 0 if last is None else last + 1


def _changed_position(form: forms.ModelForm) -> bool:
    return "position" in form.changed_data


class BenchmarkChoice(forms.ModelChoiceField):
    """A benchmark's number means something in its own framework only."""

    def label_from_instance(self, obj) -> str:
        return f"{obj.framework} – {obj}"


# Parts on the page of what they are part of


class PartInline(OwnedInline):
    """Parts, with their places. New ones go to the end unless a place is given."""


class SectionInline(PartInline):
    model = Section
    fields = ("position", "ref", "title")


class ActionInline(PartInline):
    model = Action
    fields = ("position", "letter", "text", "marking", "stated_rag")
    readonly_fields = ("stated_rag",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # An action's name begins with its objective's reference.
        return super().get_queryset(request).select_related("objective")


class ObjectiveBenchmarkInline(OwnedInline):
    model = ObjectiveBenchmark
    fields = ("benchmark",)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        if db_field.name == "benchmark":
            kwargs["form_class"] = BenchmarkChoice
            kwargs["queryset"] = db_field.related_model.objects.select_related("framework")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TargetDateInline(PartInline):
    model = TargetDate
    fk_name = "action"
    fields = ("position", "as_written", "kind", "on", "scope", "met_on")


class AssignmentFormSet(BaseInlineFormSet):
    """Each owner once. The database would say so too late, and not which one."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            owner = getattr(form, "cleaned_data", {}).get("owner")
            if owner is None or self._should_delete_form(form):
                continue
            if owner in seen:
                form.add_error("owner", _("%(owner)s is here twice.") % {"owner": owner})
            seen.add(owner)


class AssignmentInline(PartInline):
    model = Assignment
    fk_name = "action"
    formset = AssignmentFormSet
    fields = ("position", "owner", "role")
    autocomplete_fields = ("owner",)


class StepInline(PartInline):
    model = Step
    fields = ("position", "text", "done_on")


class MilestoneInline(PartInline):
    model = Milestone
    fields = ("position", "text", "due_on", "done_on")


class ProgressUpdateInline(OwnedInline):
    """History: it is added to, not changed. Adding to it says where the action stands now."""

    model = ProgressUpdate
    fields = ("made_on", "note", "rag", "reason", "made_by")
    readonly_fields = ("made_by",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("made_by")

    def get_formset(self, request: HttpRequest, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None and "rag" in formset.form.base_fields:
            # Whoever only adds a note must not take the action's RAG away.
            formset.form.base_fields["rag"].initial = obj.stated_rag
        return formset

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


# The tables


class PlanTableAdmin(TableAdminMixin, OwnedModelAdmin):
    """A table of the plans app."""

    long_text: ClassVar[str] = "text"
    fixed_fields: ClassVar[tuple[str, ...]] = ()
    """What a row belongs to: chosen when it is made, and never again."""

    derived_fields: ClassVar[dict[str, tuple[str, str]]] = {}
    """{field: (parent, field of the parent)} of what a parent says already."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # Not in lists only: a row's name, wherever it stands, is made of what it belongs to.
        rows = super().get_queryset(request)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def get_search_results(self, request: HttpRequest, queryset: models.QuerySet, search_term: str):
        locked = queryset.locked_condition
        if locked is not None and request.resolver_match.url_name == "autocomplete":
            # Nothing is added to a closed plan, so nothing of it is offered.
            queryset = queryset.exclude(locked)
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> tuple[str, ...]:
        fixed = self.fixed_fields if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_form(self, request: HttpRequest, obj=None, change: bool = False, **kwargs):
        derived = self.derived_fields

        def complete_instance(form) -> None:
            for name, (parent_name, parent_field) in derived.items():
                if (parent := getattr(form.instance, parent_name)) is not None:
                    setattr(form.instance, name, getattr(parent, parent_field))

        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"complete_instance": complete_instance})

    def save_model(self, request: HttpRequest, obj, form: forms.ModelForm, change: bool) -> None:
        if not change and hasattr(obj, "position") and not _changed_position(form):
            give_place(obj)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset, change: bool) -> None:
        unplaced = [f.instance for f in formset.extra_forms if f.has_changed() and not _changed_position(f)]
        formset.save(commit=False)
        for obj in formset.deleted_objects:
            obj.delete()
        for obj, _changes in formset.changed_objects:
            obj.save()
        for obj in formset.new_objects:
            if any(obj is each for each in unplaced) and hasattr(obj, "position"):
                give_place(obj)
            self.save_new_part(request, obj)
        formset.save_m2m()

    def save_new_part(self, request: HttpRequest, obj: OrganisationOwned) -> None:
        """Save a new row of an inline."""
        obj.save()

    @admin.display(description=gettext_lazy("text"))
    def short_text(self, obj) -> str:
        """The beginning of a long text."""
        return Truncator(getattr(obj, self.long_text)).chars(TEXT_CHARACTERS)


class PlanAdmin(PlanTableAdmin):
    table_resource = resources.PlanResource
    list_display = ("title", "period_start", "period_end", "state", "marking", "updated_on")
    list_filter = ("state", "marking", "period_start")
    search_fields = ("title", "aim", "introduction")
    date_hierarchy = "period_start"
    readonly_fields = ("state", "agreed_on", "agreed_by", "amended_on", "closed_on", "state_note")
    inlines = (SectionInline,)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        # A draft that was frozen for a meeting stays.
        is_draft = obj is None or (obj.state == Plan.State.DRAFT and not obj.snapshots.exists())
        return is_draft and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs, request: HttpRequest):
        # Django would say that a plan with sections is protected; a draft goes with all that is in it.
        plans = list(objs)
        counts = {
            model._meta.verbose_name_plural: model.objects.filter(plan__in=plans).count()
            for model in (Section, Objective, Action, Remark)
        }
        names = [[str(plan) for plan in plans], [f"{count} {name}" for name, count in counts.items() if count]]
        kept = [plan for plan in plans if not self.has_delete_permission(request, plan)]
        counts = {Plan._meta.verbose_name_plural: len(plans)} | {name: n for name, n in counts.items() if n}
        return [*names[0], *names[1]], counts, {Plan._meta.verbose_name} if kept else set(), []

    def delete_model(self, request: HttpRequest, obj: Plan) -> None:
        delete_draft_plan(plan=obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        for plan in queryset:
            delete_draft_plan(plan=plan)


class SectionAdmin(PlanTableAdmin):
    table_resource = resources.SectionResource
    list_display = ("title", "ref", "plan", "position", "marking")
    list_filter = (("plan", OwnRelatedFilter), "marking")
    list_select_related = ("plan",)
    search_fields = ("title", "ref", "introduction", "plan__title")
    autocomplete_fields = ("plan",)
    fields = ("plan", "position", "ref", "title", "introduction", "benchmark", "marking")
    fixed_fields = ("plan",)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        if db_field.name == "benchmark":
            kwargs["form_class"] = BenchmarkChoice
            kwargs["queryset"] = db_field.related_model.objects.select_related("framework")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ObjectiveAdmin(PlanTableAdmin):
    table_resource = resources.ObjectiveResource
    list_display = ("short_text", "ref", "section", "plan", "tier", "marking", "recommendation")
    list_filter = (("plan", OwnRelatedFilter), "marking", ("recommendation", OwnRelatedFilter))
    list_select_related = ("section", "plan", "recommendation")
    search_fields = ("text", "ref", "tier", "outcome_measure", "section__title")
    autocomplete_fields = ("section", "recommendation")
    fields = (
        "section", "position", "ref", "text", "tier", "outcome_measure", "marking", "recommendation",
        "owners_as_written", "flags",
    )  # fmt: skip
    readonly_fields = ("owners_as_written", "flags")
    fixed_fields = ("section",)
    derived_fields = {"plan": ("section", "plan")}
    inlines = (ActionInline, ObjectiveBenchmarkInline)

    def save_new_part(self, request: HttpRequest, obj: OrganisationOwned) -> None:
        if isinstance(obj, Action):
            obj.plan = obj.objective.plan
        super().save_new_part(request, obj)


class RemarkAdmin(PlanTableAdmin):
    table_resource = resources.RemarkResource
    list_display = ("short_text", "kind", "points_to", "section", "plan", "marking")
    list_filter = (("plan", OwnRelatedFilter), "kind", "marking")
    list_select_related = ("section", "plan")
    search_fields = ("text", "points_to", "section__title")
    autocomplete_fields = ("section",)
    fields = ("section", "position", "kind", "text", "points_to", "marking")
    fixed_fields = ("section",)
    derived_fields = {"plan": ("section", "plan")}


class ActionAdmin(PlanTableAdmin):
    """Where an action stands changes by a progress update, so that its history stays whole."""

    table_resource = resources.ActionResource
    list_display = ("short_text", "ref", "plan", "marking", "stated_rag", "completed_on")
    list_filter = (("plan", OwnRelatedFilter), "stated_rag", "marking", "completed_on")
    list_select_related = ("objective", "plan")
    search_fields = ("text", "outcome_measure", "resources", "objective__ref", "objective__text")
    autocomplete_fields = ("objective",)
    fields = (
        "objective", "position", "letter", "text", "outcome_measure", "resources", "marking",
        "stated_rag", "rag_reason", "completed_on", "owners_as_written", "rag_as_written", "flags",
    )  # fmt: skip
    readonly_fields = ("stated_rag", "rag_reason", "completed_on", "owners_as_written", "rag_as_written", "flags")
    fixed_fields = ("objective",)
    derived_fields = {"plan": ("objective", "plan")}
    inlines = (TargetDateInline, AssignmentInline, StepInline, MilestoneInline, ProgressUpdateInline)

    def save_new_part(self, request: HttpRequest, obj: OrganisationOwned) -> None:
        if isinstance(obj, ProgressUpdate):
            _record(obj, request)
        else:
            super().save_new_part(request, obj)


def _record(update: ProgressUpdate, request: HttpRequest) -> None:
    """Save a new progress update by the service, which also says where the action stands now."""
    saved = record_progress(
        action=update.action,
        made_on=update.made_on,
        note=update.note,
        rag=Rag(update.rag),
        reason=update.reason,
        user=request.user,
    )
    # The admin goes on with the instance that its form made.
    update.__dict__.update(saved.__dict__)


class RowPartForm(OwnedRecordForm):
    """Of an objective's whole row or of one action; the action says which objective."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "objective" in self.fields:
            self.fields["objective"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if action := cleaned.get("action"):
            cleaned["objective"] = action.objective
        elif "objective" in self.fields and not cleaned.get("objective") and "objective" not in self.errors:
            self.add_error("objective", _("Choose an action, or the objective that this is for as a whole."))
        return cleaned


class RowPartAdmin(PlanTableAdmin):
    form = RowPartForm
    fixed_fields = ("objective", "action")
    autocomplete_fields = ("objective", "action")


class TargetDateAdmin(RowPartAdmin):
    table_resource = resources.TargetDateResource
    list_display = ("as_written", "kind", "on", "scope", "met_on", "objective", "action")
    list_filter = (("objective__plan", OwnRelatedFilter), "kind", "on", "met_on")
    list_select_related = ("objective__plan", "action__objective")
    search_fields = ("as_written", "scope", "objective__text", "objective__ref", "action__text")
    fields = ("objective", "action", "position", "as_written", "kind", "on", "scope", "met_on")
    date_hierarchy = "on"


class AssignmentAdmin(RowPartAdmin):
    table_resource = resources.AssignmentResource
    list_display = ("owner", "role", "objective", "action")
    list_filter = (("objective__plan", OwnRelatedFilter), "role", ("owner", OwnRelatedFilter))
    list_select_related = ("owner", "objective__plan", "action__objective")
    search_fields = ("owner__name", "owner__post", "objective__text", "objective__ref", "action__text")
    autocomplete_fields = ("objective", "action", "owner")
    fields = ("objective", "action", "position", "owner", "role")


class ActionPartAdmin(PlanTableAdmin):
    fixed_fields = ("action",)
    autocomplete_fields = ("action",)
    list_filter = (("action__plan", OwnRelatedFilter),)
    list_select_related = ("action__objective", "action__plan")


class StepAdmin(ActionPartAdmin):
    table_resource = resources.StepResource
    list_display = ("short_text", "done_on", "action")
    list_filter = (*ActionPartAdmin.list_filter, "done_on")
    search_fields = ("text", "action__text")
    fields = ("action", "position", "text", "done_on")


class MilestoneAdmin(ActionPartAdmin):
    table_resource = resources.MilestoneResource
    list_display = ("short_text", "due_on", "done_on", "action")
    list_filter = (*ActionPartAdmin.list_filter, "due_on", "done_on")
    search_fields = ("text", "action__text")
    fields = ("action", "position", "text", "due_on", "done_on")
    date_hierarchy = "due_on"


class ProgressUpdateAdmin(ActionPartAdmin):
    """History. The note of an entry can be corrected; what it said of the action's standing cannot."""

    table_resource = resources.ProgressUpdateResource
    long_text = "note"
    list_display = ("made_on", "short_text", "rag", "action", "made_by", "is_imported")
    list_filter = (*ActionPartAdmin.list_filter, "rag", "made_on", "is_imported")
    list_select_related = (*ActionPartAdmin.list_select_related, "made_by")
    search_fields = ("note", "reason", "action__text")
    fields = ("action", "made_on", "note", "rag", "reason", "made_by", "is_imported")
    readonly_fields = ("made_by", "is_imported")
    fixed_fields = ("action", "made_on", "rag")
    date_hierarchy = "made_on"

    def save_model(self, request: HttpRequest, obj: ProgressUpdate, form: forms.ModelForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            _record(obj, request)


class ObjectiveBenchmarkAdmin(PlanTableAdmin):
    table_resource = resources.ObjectiveBenchmarkResource
    list_display = ("objective", "benchmark")
    list_filter = (("objective__plan", OwnRelatedFilter), ("benchmark", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("objective__plan", "benchmark__framework")
    search_fields = ("objective__text", "objective__ref", "benchmark__title")
    autocomplete_fields = ("objective",)
    fields = ("objective", "benchmark")
    fixed_fields = ("objective",)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        if db_field.name == "benchmark":
            kwargs["form_class"] = BenchmarkChoice
            kwargs["queryset"] = db_field.related_model.objects.select_related("framework")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OwnerAdmin(PlanTableAdmin):
    table_resource = resources.OwnerResource
    list_display = ("__str__", "kind", "user", "body", "left_on")
    list_filter = ("kind", "left_on", ("body", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "body")
    search_fields = ("name", "post", "body__name")
    fields = ("kind", "name", "post", "user", "body", "left_on")

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        if db_field.related_model is Organisation:
            kwargs["queryset"] = resources.bodies_to_choose_from(request.organisation)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RecommendationAdmin(PlanTableAdmin):
    table_resource = resources.RecommendationResource
    list_display = ("exercise", "number", "total", "short_text")
    list_filter = ("exercise",)
    search_fields = ("exercise", "text")


class PlanImportAdmin(OwnedModelAdmin):
    """What was given for import and what came of it; without the files themselves."""

    list_display = ("file_name", "title", "state", "is_update", "plan", "uploaded_by", "uploaded_at", "expires_at")
    list_filter = ("state", "is_update", ("plan", OwnRelatedFilter), "uploaded_at")
    list_select_related = ("plan", "uploaded_by")
    search_fields = ("file_name", "plan__title", "sha256")
    fields = (
        "file_name", "title", "part", "parts", "state", "is_update", "plan", "uploaded_by", "uploaded_at", "done_at",
        "expires_at", "sha256",
    )  # fmt: skip
    date_hierarchy = "uploaded_at"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).defer("draft", "given", "written")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


for model, model_admin in (
    (Plan, PlanAdmin),
    (Section, SectionAdmin),
    (Objective, ObjectiveAdmin),
    (ObjectiveBenchmark, ObjectiveBenchmarkAdmin),
    (Action, ActionAdmin),
    (TargetDate, TargetDateAdmin),
    (Assignment, AssignmentAdmin),
    (Step, StepAdmin),
    (Milestone, MilestoneAdmin),
    (ProgressUpdate, ProgressUpdateAdmin),
    (Remark, RemarkAdmin),
    (Owner, OwnerAdmin),
    (PlanImport, PlanImportAdmin),
    (Recommendation, RecommendationAdmin),
):
    officers_site.register(model, model_admin)

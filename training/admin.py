"""Training in the officers' admin: tables to look through and correct; what has a history goes by its pages."""

from django.db import models
from django.http import HttpRequest

from prevent_portal.admin import OwnedInline, OwnedModelAdmin, officers_site
from prevent_portal.table_admin import TableAdminMixin

from . import resources
from .models import (
    Completion,
    Course,
    CourseName,
    Equivalence,
    Exemption,
    Person,
    Post,
    Requirement,
    RequirementGroup,
)


class PersonAdmin(TableAdminMixin, OwnedModelAdmin):
    table_resource = resources.PersonResource
    list_display = ("name", "number", "email")
    list_select_related = ("organisation",)
    search_fields = ("name", "number", "email")
    fields = ("name", "number", "email")


class PostAdmin(TableAdminMixin, OwnedModelAdmin):
    table_resource = resources.PostResource
    list_display = ("person", "kind", "job_role", "team", "directorate", "began_on", "ended_on")
    list_filter = ("kind",)
    list_select_related = ("person", "organisation")
    search_fields = ("person__name", "person__number", "job_role", "team", "directorate")
    autocomplete_fields = ("person",)
    fields = ("person", "kind", "directorate", "team", "job_role", "began_on", "role_began_on", "ended_on")


class CourseNameInline(OwnedInline):
    model = CourseName
    fields = ("name",)


class CourseAdmin(TableAdminMixin, OwnedModelAdmin):
    table_resource = resources.CourseResource
    list_display = ("title", "provider", "delivery", "valid_months", "retired_on")
    list_filter = ("delivery",)
    list_select_related = ("organisation",)
    search_fields = ("title", "provider")
    fields = ("title", "provider", "delivery", "minutes", "valid_months", "needs_first", "retired_on")
    inlines = [CourseNameInline]


class EquivalenceAdmin(OwnedModelAdmin):
    list_display = ("course", "counts_as", "from_on", "until_on")
    list_select_related = ("course", "counts_as", "organisation")
    fields = ("course", "counts_as", "from_on", "until_on")


class CompletionAdmin(TableAdminMixin, OwnedModelAdmin):
    table_resource = resources.CompletionResource
    list_display = ("person", "course", "completed_on", "expires_on", "source")
    list_filter = ("source",)
    list_select_related = ("person", "course", "organisation")
    search_fields = ("person__name", "person__number", "course__title")
    autocomplete_fields = ("person",)
    fields = ("person", "course", "completed_on", "expires_on")


class RequirementGroupInline(OwnedInline):
    model = RequirementGroup
    fields = ("kind", "directorate", "team", "job_role")


class RequirementAdmin(OwnedModelAdmin):
    """Corrections. A change that counts from a day on goes by the requirement's page."""

    list_display = ("course", "within_days", "renew_months", "from_on", "until_on")
    list_select_related = ("course", "organisation")
    fields = ("course", "within_days", "renew_months", "from_on", "until_on")
    inlines = [RequirementGroupInline]


class ExemptionAdmin(OwnedModelAdmin):
    list_display = ("person", "requirement", "from_on", "until_on")
    list_select_related = ("person", "requirement__course", "organisation")
    search_fields = ("person__name", "person__number")
    autocomplete_fields = ("person",)
    fields = ("person", "requirement", "reason", "from_on", "until_on")

    def get_queryset(self, request: HttpRequest):
        # Not in lists only: a row's name, wherever it stands, is made of what it belongs to.
        return super().get_queryset(request).select_related(*self.list_select_related)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "requirement":
            field.queryset = field.queryset.select_related("course")
        return field


officers_site.register(Person, PersonAdmin)
officers_site.register(Post, PostAdmin)
officers_site.register(Course, CourseAdmin)
officers_site.register(Equivalence, EquivalenceAdmin)
officers_site.register(Completion, CompletionAdmin)
officers_site.register(Requirement, RequirementAdmin)
officers_site.register(Exemption, ExemptionAdmin)

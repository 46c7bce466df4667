"""Frameworks in the platform operator's admin, read from documents and never changed; assessments in the officers'."""

import dataclasses
from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from prevent_portal import clock
from prevent_portal.admin import OwnedModelAdmin, PlatformModelAdmin, officers_site, platform_site
from prevent_portal.table_admin import TableAdminMixin
from prevent_portal.tables_in import UnreadableFile, read_document

from . import resources, services
from .forms import FrameworkFileForm
from .framework_reader import FrameworkDraft, draft_from, read_framework
from .models import (
    Answer,
    Assessment,
    Benchmark,
    BenchmarkResult,
    Crosswalk,
    Framework,
    Level,
    LocalQuestion,
    Question,
    Respondent,
)

PREVIEW_HOLDS_SECONDS = 60 * 60
SALT = "benchmarks.framework"
MOST_HELD = 2_000_000
"""Characters; Django takes 2.5 million bytes with a form."""


def is_published(obj: models.Model | None) -> bool:
    """Whether this row is of a framework that has been published."""
    return obj is not None and obj.pk is not None and obj.containing_framework().is_published


class FrameworkPartInline(admin.TabularInline):
    """Parts of a framework, which change until it is published."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request) and not is_published(obj)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class BenchmarkInline(FrameworkPartInline):
    model = Benchmark
    show_change_link = True


class LevelInline(FrameworkPartInline):
    model = Level


class QuestionInline(FrameworkPartInline):
    model = Question


class FrameworkAdmin(PlatformModelAdmin):
    """A published framework can only be retired."""

    list_display = ("title", "year", "published_on", "succeeds", "retired_on")
    list_select_related = ("succeeds",)
    search_fields = ("title",)
    inlines = [LevelInline, BenchmarkInline]
    change_list_template = "admin/benchmarks/framework_list.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Framework | None = None) -> list[str]:
        if not is_published(obj):
            return []
        return [each.name for each in obj._meta.fields if each.attname not in obj.always_changeable]

    def get_urls(self) -> list:
        own = path("read/", self.admin_site.admin_view(self.read_view), name="benchmarks_framework_read")
        return [own, *super().get_urls()]

    def read_view(self, request: HttpRequest) -> HttpResponse:
        """Reads a published document, shows what was found in it, and publishes that when it is confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "held" in request.POST:
            return self._publish(request)
        form = FrameworkFileForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            context = self._preview(form)
        return self._page(request, form, context)

    def _preview(self, form: FrameworkFileForm) -> dict[str, Any]:
        file = form.cleaned_data["file"]
        try:
            draft = read_framework(read_document(file.read(), file.name))
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return {}
        if draft.problems:
            return {"problems": [str(each) for each in draft.problems]}
        said = {name: form.cleaned_data[name] for name in ("title", "year", "source")}
        said["succeeds"] = form.cleaned_data["succeeds"].pk if form.cleaned_data["succeeds"] else None
        held = signing.dumps({"said": said, "draft": dataclasses.asdict(draft)}, salt=SALT, compress=True)
        if len(held) > MOST_HELD:
            # It travels through the page, which could not be sent back.
            form.add_error("file", _("This file holds too much for one framework. Leave out what is not part of it."))
            return {}
        return {
            "draft": draft,
            "counts": draft.counts(),
            "lines": [(each, each.counts()) for each in draft.benchmarks],
            "held": held,
            "framework_title": said["title"],
        }

    def _publish(self, request: HttpRequest) -> HttpResponse:
        try:
            held = signing.loads(request.POST["held"], salt=SALT, max_age=PREVIEW_HOLDS_SECONDS)
        except signing.BadSignature:
            messages.error(request, _("This preview can no longer be confirmed. Choose the file again."))
            return HttpResponseRedirect(reverse("platform:benchmarks_framework_read"))
        said, draft = held["said"], draft_from(held["draft"])
        try:
            framework = self._write(draft, said)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(reverse("platform:benchmarks_framework_read"))
        messages.success(request, _("“%(title)s” has been published.") % {"title": framework})
        return HttpResponseRedirect(reverse("platform:benchmarks_framework_changelist"))

    @staticmethod
    def _write(draft: FrameworkDraft, said: dict[str, Any]) -> Framework:
        succeeds = Framework.objects.filter(pk=said["succeeds"]).first() if said["succeeds"] else None
        return services.publish_framework(
            draft, title=said["title"], year=said["year"], source=said["source"], succeeds=succeeds, on=clock.today()
        )

    def _page(self, request: HttpRequest, form: FrameworkFileForm, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/benchmarks/framework_read.html",
            self.admin_site.each_context(request)
            | {"title": _("Read a framework from a file"), "opts": self.opts, "form": form}
            | context,
        )


class BenchmarkAdmin(PlatformModelAdmin):
    """A benchmark and its questions; of a published one the weight alone changes, which is no word of it."""

    list_display = ("framework", "number", "title", "is_scored", "weight")
    list_display_links = ("title",)
    list_filter = ("framework",)
    list_select_related = ("framework",)
    search_fields = ("title", "outcome")
    inlines = [QuestionInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("framework")

    def get_readonly_fields(self, request: HttpRequest, obj: Benchmark | None = None) -> list[str]:
        if not is_published(obj):
            return []
        return [each.name for each in obj._meta.fields if each.attname not in obj.always_changeable]


class CrosswalkAdmin(PlatformModelAdmin):
    """Which benchmarks take up which earlier ones."""

    list_display = ("benchmark", "earlier")
    list_select_related = ("benchmark__framework", "earlier__framework")
    list_filter = ("benchmark__framework",)
    autocomplete_fields = ("benchmark", "earlier")


platform_site.register(Framework, FrameworkAdmin)
platform_site.register(Benchmark, BenchmarkAdmin)
platform_site.register(Crosswalk, CrosswalkAdmin)


# What belongs to an authority


class AssessmentTableAdmin(TableAdminMixin, OwnedModelAdmin):
    """Rows of assessments: looked through and corrected here, begun and deleted on the pages."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        # Not in lists only: a row's name, wherever it stands, is made of what it belongs to.
        rows = super().get_queryset(request)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class AssessmentAdmin(AssessmentTableAdmin):
    table_resource = resources.AssessmentResource
    list_display = ("__str__", "framework", "dated_on", "state", "version", "marking")
    list_filter = ("state", "year", "framework")
    list_select_related = ("framework", "lead", "organisation")
    readonly_fields = ("framework", "year")
    fields = ("framework", "year", "dated_on", "lead", "marking")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)


class BenchmarkResultAdmin(AssessmentTableAdmin):
    table_resource = resources.BenchmarkResultResource
    list_display = ("assessment", "benchmark", "self_score", "target_score")
    list_display_links = ("benchmark",)
    list_filter = ("assessment__year",)
    list_select_related = ("assessment__framework", "benchmark__framework", "organisation")
    search_fields = ("benchmark__title", "rationale")
    readonly_fields = ("assessment", "benchmark")
    fields = ("assessment", "benchmark", "self_score", "target_score", "rationale", "strengths", "development")


class AnswerAdmin(AssessmentTableAdmin):
    table_resource = resources.AnswerResource
    list_display = ("__str__", "assessment", "level", "respondent", "is_review_needed")
    list_filter = ("assessment__year", "is_review_needed")
    list_select_related = (
        "assessment__framework", "result__benchmark", "question", "local_question", "level", "respondent",
        "organisation",
    )  # fmt: skip
    search_fields = ("details", "question__text", "local_question__text")
    readonly_fields = ("assessment", "asked", "is_review_needed")
    fields = ("assessment", "asked", "respondent", "level", "details", "is_review_needed")

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        if db_field.name == "level":
            match = request.resolver_match
            answer = Answer.objects.filter(pk=match.kwargs.get("object_id")).select_related("assessment").first()
            kwargs["queryset"] = Level.objects.filter(framework=answer.assessment.framework_id if answer else None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class LocalQuestionAdmin(TableAdminMixin, OwnedModelAdmin):
    table_resource = resources.LocalQuestionResource
    list_display = ("reference", "benchmark", "text", "retired_on")
    list_select_related = ("benchmark__framework", "organisation")
    search_fields = ("reference", "text")
    fields = ("benchmark", "position", "reference", "text", "retired_on")


class RespondentAdmin(TableAdminMixin, OwnedModelAdmin):
    table_resource = resources.RespondentResource
    list_display = ("name", "user")
    list_select_related = ("user", "organisation")
    search_fields = ("name",)
    fields = ("name", "user", "email")


officers_site.register(Assessment, AssessmentAdmin)
officers_site.register(BenchmarkResult, BenchmarkResultAdmin)
officers_site.register(Answer, AnswerAdmin)
officers_site.register(LocalQuestion, LocalQuestionAdmin)
officers_site.register(Respondent, RespondentAdmin)

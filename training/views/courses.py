"""Courses, what counts as them, and what is required of whom."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.views import (
    PortalCreateView,
    PortalDetailView,
    PortalFormView,
    PortalListView,
    PortalUpdateView,
)

from .. import forms, services
from ..models import Course, Equivalence, Requirement
from .base import CoursesPageMixin, RequirementsPageMixin, TrainingPageMixin


class CourseListView(TrainingPageMixin, PortalListView):
    """The courses that the authority knows."""

    permission = "training.view_course"
    model = Course
    template_name = "training/course_list.html"
    title = gettext_lazy("Courses")

    def get_queryset(self):
        rows = super().get_queryset().select_related("organisation")
        return rows.annotate(completion_count=Count("completions")).order_by("retired_on", "title")


class CourseDetailView(CoursesPageMixin, PortalDetailView):
    """A course, what counts as it, and who must have taken it."""

    permission = "training.view_course"
    model = Course
    template_name = "training/course_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "needs_first__organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        course = self.object
        return super().get_context_data(
            names=list(course.names.all()),
            equivalents=course.equivalents.select_related("course__organisation", "organisation").order_by(
                "course__title", "from_on"
            ),
            requirements=Requirement.objects.of(self.organisation).filter(course=course).for_list(),
            completion_count=course.completions.count(),
            **kwargs,
        )


class CourseFormMixin(CoursesPageMixin):
    """The form of a course with its names in lists."""

    permission = "training.change_course"
    model = Course
    form_class = forms.CourseForm

    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        course = form.save()
        wanted = set(form.cleaned_data["names"])
        for row in course.names.all():
            if row.name not in wanted:
                row.delete()
        known = set(course.names.values_list("name", flat=True))
        services.name_courses(organisation=self.organisation, names=[(name, course) for name in sorted(wanted - known)])
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(course.get_absolute_url())


class CourseCreateView(CourseFormMixin, PortalCreateView):
    """Adds a course."""

    permission = "training.change_course"
    title = gettext_lazy("Add a course")
    submit_text = gettext_lazy("Add the course")
    success_message = gettext_lazy("The course has been added. Say next who must have taken it.")

    def get_cancel_url(self) -> str:
        return self.url("training:course_list")


class CourseUpdateView(CourseFormMixin, PortalUpdateView):
    """Changes a course."""

    permission = "training.change_course"
    success_message = gettext_lazy("The course has been saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_title(self) -> str:
        return _("Change %(course)s") % {"course": self.object}

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class EquivalenceCreateView(CoursesPageMixin, PortalCreateView):
    """Says that another course counts as this one."""

    permission = "training.change_course"
    model = Equivalence
    form_class = forms.EquivalenceForm
    submit_text = gettext_lazy("Let it count")
    success_message = gettext_lazy("From that day on it counts.")

    @cached_property
    def course(self) -> Course:
        """The course in the address."""
        rows = Course.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(rows, pk=self.kwargs["course"])

    def get_title(self) -> str:
        return _("What counts as %(course)s") % {"course": self.course}

    def get_form_kwargs(self) -> dict[str, Any]:
        instance = Equivalence(organisation=self.organisation, counts_as=self.course)
        return super().get_form_kwargs() | {"instance": instance}

    def get_cancel_url(self) -> str:
        return self.course.get_absolute_url()

    def get_success_url(self) -> str:
        return self.course.get_absolute_url()


class EquivalenceEndView(CoursesPageMixin, PortalFormView):
    """Ends that one course counts as another."""

    permission = "training.change_course"
    form_class = forms.LastDayForm
    submit_text = gettext_lazy("End it")
    intro = gettext_lazy("Until that day it counts, and figures of days until then stay what they were.")
    success_message = gettext_lazy("It does not count any more after that day.")

    @cached_property
    def object(self) -> Equivalence:
        """The row in the address."""
        rows = Equivalence.objects.of(self.organisation).select_related("course", "counts_as__organisation")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return _("End: %(what)s") % {"what": self.object}

    def get_success_url(self) -> str:
        return self.object.counts_as.get_absolute_url()

    def form_valid(self, form) -> HttpResponse:
        if form.cleaned_data["last_on"] < self.object.from_on:
            form.add_error("last_on", _("The last day must be the first day or later."))
            return self.form_invalid(form)
        self.object.until_on = form.cleaned_data["last_on"]
        self.object.save()
        return super().form_valid(form)


# Requirements


class RequirementListView(TrainingPageMixin, PortalListView):
    """What is required of whom."""

    permission = "training.view_course"
    model = Requirement
    template_name = "training/requirement_list.html"
    title = gettext_lazy("What is required")

    def get_queryset(self):
        return super().get_queryset().for_list()


class RequirementDetailView(RequirementsPageMixin, PortalDetailView):
    """A requirement: whom it asks, for what, since when."""

    permission = "training.view_course"
    model = Requirement
    template_name = "training/requirement_detail.html"

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("course__organisation")

    def get_title(self) -> str:
        # The course has a page of its own, and of one course there may be several requirements.
        return _("Required: %(course)s") % {"course": self.object}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        others = Requirement.objects.of(self.organisation).filter(course=self.object.course).exclude(pk=self.object.pk)
        return super().get_context_data(
            is_over=self.object.until_on is not None and self.object.until_on < clock.today(),
            others=others.for_list(),
            **kwargs,
        )


class RequirementCreateView(RequirementsPageMixin, PortalCreateView):
    """Requires a course of somebody."""

    permission = "training.change_requirement"
    model = Requirement
    form_class = forms.RequirementForm
    template_name = "training/requirement_form.html"
    title = gettext_lazy("Add a requirement")
    submit_text = gettext_lazy("Add the requirement")

    def get_cancel_url(self) -> str:
        return self.url("training:requirement_list")

    def form_valid(self, form) -> HttpResponse:
        requirement = services.start_requirement(
            requirement=form.save(commit=False), groups=form.cleaned_data["groups"]
        )
        messages.success(self.request, _("The requirement has been added."))
        return HttpResponseRedirect(requirement.get_absolute_url())


class PortalRequirementStepView(RequirementsPageMixin, PortalFormView):
    """Something that happens to a requirement on a day."""

    permission = "training.change_requirement"

    @cached_property
    def object(self) -> Requirement:
        """The requirement in the address."""
        rows = Requirement.objects.of(self.organisation).select_related("course", "organisation")
        if self.request.method == "POST":
            rows = rows.select_for_update(of=("self",))
        return get_object_or_404(rows.prefetch_related("groups"), pk=self.kwargs["pk"])

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def take(self, form) -> Requirement:
        """Take the step; the requirement to show next."""
        raise ImproperlyConfigured(f"{type(self).__name__} takes no step")

    def form_valid(self, form) -> HttpResponse:
        try:
            with transaction.atomic():
                found = self.take(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(found.get_absolute_url())


class RequirementChangeView(PortalRequirementStepView):
    """Lets it ask something else from a day on."""

    permission = "training.change_requirement"
    form_class = forms.RequirementChangeForm
    template_name = "training/requirement_form.html"
    success_message = gettext_lazy("From that day on the requirement asks this.")

    def get_title(self) -> str:
        return _("Change what is required: %(course)s") % {"course": self.object}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"requirement": self.object}

    def take(self, form) -> Requirement:
        said = {name: form.cleaned_data[name] for name in ("on", "within_days", "renew_months", "groups")}
        return services.change_requirement(requirement=self.object, **said)


class RequirementEndView(PortalRequirementStepView):
    """Lets it end."""

    permission = "training.change_requirement"
    form_class = forms.LastDayForm
    submit_text = gettext_lazy("End the requirement")
    intro = gettext_lazy("Figures of days until then stay what they were.")
    success_message = gettext_lazy("The requirement ends on that day.")

    def get_title(self) -> str:
        return _("End the requirement: %(course)s") % {"course": self.object}

    def take(self, form) -> Requirement:
        services.end_requirement(requirement=self.object, last_on=form.cleaned_data["last_on"])
        return self.object

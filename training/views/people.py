"""People, what they do and what they have completed. Nobody outside the authority's training staff gets here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import audit, clock
from prevent_portal.paper_views import paper_response
from prevent_portal.views import (
    PortalCreateView,
    PortalDeleteView,
    PortalDetailView,
    PortalDownloadView,
    PortalFormView,
    PortalListView,
    PortalUpdateView,
)

from .. import forms, records, services
from ..compliance import asked_of
from ..models import Completion, Exemption, Person, Post
from ..rules import add_months
from ..words import tag_of
from .base import WORKBOOK, PeoplePageMixin, TrainingPageMixin


class PersonListView(TrainingPageMixin, PortalListView):
    """The authority's people."""

    permission = "training.view_person"
    model = Person
    template_name = "training/person_list.html"
    title = gettext_lazy("People and their training")

    @cached_property
    def form(self) -> forms.PersonFilterForm:
        """Whom to look for."""
        return forms.PersonFilterForm(self.request.GET or None, organisation=self.organisation)

    def get_queryset(self):
        said = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        rows = super().get_queryset().select_related("organisation")
        if not said.get("left"):
            rows = rows.here_on(clock.today())
        for word in said.get("q", "").replace("\x00", "").split()[:8]:
            rows = rows.filter(Q(name__icontains=word) | Q(number__icontains=word) | Q(email__icontains=word))
        newest = Post.objects.filter(person=OuterRef("pk")).order_by("-began_on")
        names = ("job_role", "team", "directorate", "ended_on")
        return rows.annotate(**{f"now_{name}": Subquery(newest.values(name)[:1]) for name in names})

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        is_empty = not Person.objects.of(self.organisation).exists()
        return super().get_context_data(form=self.form, is_empty=is_empty, **kwargs)


class PersonDetailView(PeoplePageMixin, PortalDetailView):
    """A person: what is asked of them, what they have completed, what they do and did."""

    permission = "training.view_person"
    model = Person
    template_name = "training/person_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        person, today = self.object, clock.today()
        posts = list(person.posts.order_by("-began_on"))
        return super().get_context_data(
            posts=posts,
            now=next((each for each in posts if each.is_held_on(today)), None),
            asked=[(each, tag_of(each.standing)) for each in asked_of(person, today)],
            completions=person.completions.newest_first().select_related("organisation"),
            exemptions=person.exemptions.select_related("requirement__course", "organisation").order_by("-until_on"),
            **kwargs,
        )


class PersonRecordPdfView(PeoplePageMixin, PortalDownloadView):
    """What is held of a person, for them to have; subclasses write it otherwise."""

    permission = "training.view_person"
    model = Person
    content_type = "application/pdf"
    ending = "pdf"
    write: Callable[[records.PersonRecord], bytes] = staticmethod(records.record_pdf)

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        record = records.build_person_record(self.object, on=clock.today())
        name = f"{record.file_stem}.{self.ending}"
        audit.record(audit.Event.DOWNLOADED, self.object, changes={"file": name})
        return paper_response(lambda: self.write(record), name=name, content_type=self.content_type)


class PersonRecordWorkbookView(PersonRecordPdfView):
    """The same for a spreadsheet."""

    content_type = WORKBOOK
    ending = "xlsx"
    write = staticmethod(records.record_workbook)


class PersonCreateView(PeoplePageMixin, PortalCreateView):
    """Adds somebody whom no list names."""

    permission = "training.change_person"
    model = Person
    form_class = forms.NewPersonForm
    template_name = "training/place_form.html"
    title = gettext_lazy("Add a person")
    submit_text = gettext_lazy("Add the person")

    def get_cancel_url(self) -> str:
        return self.url("training:person_list")

    @transaction.atomic
    def form_valid(self, form) -> HttpResponse:
        person = form.save()
        post = form.post()
        post.person = person
        post.save()
        messages.success(self.request, _("The person has been added."))
        return HttpResponseRedirect(person.get_absolute_url())


class PersonUpdateView(PeoplePageMixin, PortalUpdateView):
    """Corrects name, number or address."""

    permission = "training.change_person"
    model = Person
    form_class = forms.PersonForm
    success_message = gettext_lazy("Saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_title(self) -> str:
        return _("Change the details of %(name)s") % {"name": self.object}

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class OfPersonMixin(PeoplePageMixin):
    """A page whose address names a person."""

    @cached_property
    def person(self) -> Person:
        """The person in the address."""
        rows = Person.objects.of(self.organisation).select_related("organisation")
        if self.request.method == "POST":
            rows = rows.select_for_update(of=("self",))
        return get_object_or_404(rows, pk=self.kwargs.get("person", self.kwargs.get("pk")))

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.person), self.person.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.person.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.person.get_absolute_url()


class PortalPersonStepView(OfPersonMixin, PortalFormView):
    """Something that happens to a person on a day."""

    permission = "training.change_person"

    def take(self, form) -> None:
        """Take the step."""
        raise ImproperlyConfigured(f"{type(self).__name__} takes no step")

    def form_valid(self, form) -> HttpResponse:
        try:
            with transaction.atomic():
                self.take(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)


class PersonMoveView(PortalPersonStepView):
    """Records that somebody does something else from a day on."""

    permission = "training.change_person"
    form_class = forms.MoveForm
    template_name = "training/place_form.html"
    intro = gettext_lazy("What they did until then stays in the figures of the days until then.")
    success_message = gettext_lazy("The move has been recorded.")

    def get_title(self) -> str:
        return _("What %(name)s does") % {"name": self.person}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"post": self.person.posts.order_by("-began_on").first()}

    def take(self, form) -> None:
        services.move_person(person=self.person, place=form.place, on=form.cleaned_data["on"])


class PersonLeaveView(PortalPersonStepView):
    """Records that somebody has left."""

    permission = "training.change_person"
    form_class = forms.LastDayForm
    submit_text = gettext_lazy("Record that they leave")
    success_message = gettext_lazy("It has been recorded that they leave.")

    def get_title(self) -> str:
        return _("Record that %(name)s leaves") % {"name": self.person}

    def take(self, form) -> None:
        services.end_post(person=self.person, last_on=form.cleaned_data["last_on"])


class CompletionCreateView(OfPersonMixin, PortalCreateView):
    """Records by hand that somebody completed a course."""

    permission = "training.change_person"
    model = Completion
    form_class = forms.CompletionForm
    submit_text = gettext_lazy("Record it")
    success_message = gettext_lazy("The completion has been recorded.")

    def get_title(self) -> str:
        return _("What %(name)s has completed") % {"name": self.person}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Completion(organisation=self.organisation, person=self.person)}

    def form_valid(self, form) -> HttpResponse:
        completion = form.instance
        if completion.expires_on is None and completion.course.valid_months:
            completion.expires_on = add_months(completion.completed_on, completion.course.valid_months)
        return super().form_valid(form)


class ExemptionCreateView(OfPersonMixin, PortalCreateView):
    """Exempts somebody from a requirement for a while."""

    permission = "training.change_person"
    model = Exemption
    form_class = forms.ExemptionForm
    submit_text = gettext_lazy("Exempt them")
    success_message = gettext_lazy("The exemption has been recorded.")

    def get_title(self) -> str:
        return _("Exempt %(name)s") % {"name": self.person}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Exemption(organisation=self.organisation, person=self.person)}


class PortalRecordDeleteView(PeoplePageMixin, PortalDeleteView):
    """Deletes a record of a person's that was made by mistake."""

    permission = "training.delete_person"

    def get_queryset(self):
        return super().get_queryset().select_related("person__organisation", "organisation")

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object.person), self.object.person.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.person.get_absolute_url()


class CompletionDeleteView(PortalRecordDeleteView):
    """Deletes a completion recorded by mistake."""

    permission = "training.delete_person"
    model = Completion
    consequence = gettext_lazy("Figures of past days change with it. Delete only what never happened.")

    def get_queryset(self):
        return super().get_queryset().select_related("course")


class ExemptionDeleteView(PortalRecordDeleteView):
    """Deletes an exemption given by mistake."""

    permission = "training.delete_person"
    model = Exemption
    consequence = gettext_lazy("Figures of past days change with it. Delete only what was never given.")

    def get_queryset(self):
        return super().get_queryset().select_related("requirement__course")

"""The register of evidence: what there is, its versions and files, and who relies on it."""

import logging
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock, evidence, evidence_store
from .evidence_forms import (
    EvidenceFilterForm,
    EvidenceForm,
    EvidenceRestoreForm,
    EvidenceRetireForm,
    EvidenceVersionForm,
    NewEvidenceForm,
    say_that_it_was_not_kept,
)
from .models import Evidence, EvidenceState, EvidenceVersion
from .models.evidence import EXPIRING_DAYS
from .views import (
    PortalCreateView,
    PortalDetailView,
    PortalDownloadView,
    PortalFormView,
    PortalListView,
    PortalMixin,
    PortalUpdateView,
)

logger = logging.getLogger(__name__)

MOST_WORDS = 8


class EvidencePageMixin(PortalMixin):
    """A page below the register."""

    def get_breadcrumbs(self):
        crumbs = [(_("Evidence"), self.url("evidence_list"))]
        row = self.evidence_above()
        return crumbs if row is None else [*crumbs, (row.title, row.get_absolute_url())]

    def evidence_above(self) -> Evidence | None:
        """The piece of evidence whose page is above this one."""
        return None


class EvidenceListView(PortalListView):
    """What there is, by state and words."""

    permission = "prevent_portal.view_evidence"
    model = Evidence
    template_name = "portal/evidence_list.html"
    title = gettext_lazy("Evidence")

    @cached_property
    def state(self) -> EvidenceState:
        """The state that was chosen: in use, unless another was."""
        asked = self.request.GET.get("state", "")
        return EvidenceState(asked) if asked in EvidenceState.values else EvidenceState.IN_USE

    @cached_property
    def form(self) -> EvidenceFilterForm:
        """The words to look for."""
        return EvidenceFilterForm(self.request.GET, organisation=self.organisation)

    @cached_property
    def words(self) -> str:
        """What was typed, where it can be looked for."""
        return self.form.cleaned_data["q"] if self.form.is_valid() else ""

    def get_queryset(self):
        rows = super().get_queryset().in_state(self.state, clock.today())
        for word in self.words.split()[:MOST_WORDS]:
            rows = rows.filter(evidence.matching(word))
        return rows.select_related("organisation").prefetch_related("versions")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today = clock.today()
        context = super().get_context_data(
            form=self.form,
            words=self.words,
            state=self.state,
            states=[_choice(each, is_current=each == self.state) for each in EvidenceState],
            **kwargs,
        )
        lines = [
            {"evidence": each, "state": each.state_on(today), "version": next(iter(each.versions.all()), None)}
            for each in context["object_list"]
        ]
        return context | {"lines": lines}


def _choice(state: EvidenceState, *, is_current: bool) -> dict[str, Any]:
    within = _("Expires within %(days)d days") % {"days": EXPIRING_DAYS}
    text = within if state == EvidenceState.EXPIRING else state.label
    return {"value": state.value, "text": text, "is_current": is_current}


class EvidenceDetailView(EvidencePageMixin, PortalDetailView):
    """One piece of evidence: what it is, its versions, and who relies on it."""

    permission = "prevent_portal.view_evidence"
    model = Evidence
    template_name = "portal/evidence_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "added_by")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            state=self.object.state_on(clock.today()),
            versions=list(self.object.versions.select_related("added_by")),
            uses=evidence.uses_of(self.object),
            **kwargs,
        )


class EvidenceCreateView(EvidencePageMixin, PortalCreateView):
    """Adds a file or an address to the register."""

    permission = "prevent_portal.change_evidence"
    model = Evidence
    form_class = NewEvidenceForm
    template_name = "portal/evidence_form.html"
    title = gettext_lazy("Add evidence")
    submit_text = gettext_lazy("Add the evidence")
    success_message = gettext_lazy("The evidence has been added.")

    def get_cancel_url(self) -> str:
        return self.url("evidence_list")

    def form_valid(self, form: NewEvidenceForm) -> HttpResponse:
        try:
            self.object = evidence.add_evidence(evidence=form.instance, content=form.content(), user=self.request.user)
        except evidence_store.FileNotKept as error:
            say_that_it_was_not_kept(form, error)
            return self.form_invalid(form)
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(self.object.get_absolute_url())


class EvidenceUpdateView(EvidencePageMixin, PortalUpdateView):
    """Changes what is said of a piece of evidence that is in use; its files and addresses are versions."""

    permission = "prevent_portal.change_evidence"
    model = Evidence
    form_class = EvidenceForm
    template_name = "portal/evidence_form.html"
    title = gettext_lazy("Change what is said of the evidence")
    success_message = gettext_lazy("The evidence has been saved.")

    def get_queryset(self):
        return super().get_queryset().in_use().select_related("organisation")

    def evidence_above(self) -> Evidence:
        return self.object

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class OfEvidenceMixin(EvidencePageMixin):
    """A form about one piece of evidence; `key` names it in the address."""

    key: ClassVar[str] = "pk"
    is_for_retired: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.is_allowed() and bool(self.object.retired_on) != self.is_for_retired:
            # Somebody else was quicker, or this is an old tab.
            has_been = _("This evidence has been retired.") if self.object.retired_on else _("This evidence is in use.")
            messages.info(request, has_been)
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def object(self) -> Evidence:
        """The piece of evidence in the address."""
        rows = Evidence.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(rows, pk=self.kwargs[self.key])

    def evidence_above(self) -> Evidence:
        return self.object

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"evidence": self.object}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(evidence=self.object, **kwargs)


class EvidenceVersionCreateView(OfEvidenceMixin, PortalFormView):
    """Adds a version; the earlier ones stay."""

    permission = "prevent_portal.change_evidence"
    form_class = EvidenceVersionForm
    template_name = "portal/evidence_form.html"
    title = gettext_lazy("Add a new version")
    submit_text = gettext_lazy("Add the version")
    success_message = gettext_lazy("The new version has been added. The earlier ones are kept.")
    key = "evidence"

    def form_valid(self, form: EvidenceVersionForm) -> HttpResponse:
        try:
            evidence.add_version(
                evidence=self.object,
                content=form.content(),
                note=form.cleaned_data["note"],
                user=self.request.user,
            )
        except evidence_store.FileNotKept as error:
            say_that_it_was_not_kept(form, error)
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)


class EvidenceRetireView(OfEvidenceMixin, PortalFormView):
    """Shows who relies on the evidence, asks why, and takes it out of use."""

    permission = "prevent_portal.retire_evidence"
    form_class = EvidenceRetireForm
    template_name = "portal/evidence_retire.html"
    title = gettext_lazy("Retire the evidence")
    submit_text = gettext_lazy("Retire it")
    success_message = gettext_lazy("The evidence has been retired.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(uses=evidence.uses_of(self.object), **kwargs)

    def form_valid(self, form: EvidenceRetireForm) -> HttpResponse:
        try:
            evidence.retire_evidence(evidence=self.object, on=clock.today(), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)


class EvidenceRestoreView(OfEvidenceMixin, PortalFormView):
    """Takes evidence that was retired into use again."""

    permission = "prevent_portal.retire_evidence"
    form_class = EvidenceRestoreForm
    title = gettext_lazy("Take the evidence back into use?")
    submit_text = gettext_lazy("Take it back into use")
    success_message = gettext_lazy("The evidence is in use again.")
    is_for_retired = True

    def form_valid(self, form: EvidenceRestoreForm) -> HttpResponse:
        evidence.restore_evidence(evidence=self.object)
        return super().form_valid(form)


class EvidenceVersionFileView(PortalDownloadView):
    """The file of one version: always a download, never shown or run in the browser."""

    permission = "prevent_portal.view_evidence"
    model = EvidenceVersion

    def get_queryset(self):
        return super().get_queryset().exclude(sha256="").select_related("organisation", "evidence__organisation")

    def make(self) -> tuple[bytes, str, str]:
        data = evidence_store.read(self.organisation, self.object.sha256)
        return data, self.object.content_type, self.object.file_name

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            response = super().get(request, *args, **kwargs)
        except evidence_store.FileDamaged as error:
            logger.error("The file of version %s of evidence is damaged or missing: %s", self.object.pk, error)
            messages.error(
                request,
                _("The file is missing or no longer what was given, so it is not handed out. Tell your IT team."),
            )
            return HttpResponseRedirect(self.object.evidence.get_absolute_url())
        # SECURITY: a browser that shows it all the same gives it no script, no form and no origin of the portal's.
        response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        return response


evidence_urls = [
    path("evidence/", EvidenceListView.as_view(), name="evidence_list"),
    path("evidence/add/", EvidenceCreateView.as_view(), name="evidence_create"),
    path("evidence/<int:pk>/", EvidenceDetailView.as_view(), name="evidence_detail"),
    path("evidence/<int:pk>/change/", EvidenceUpdateView.as_view(), name="evidence_update"),
    path("evidence/<int:pk>/retire/", EvidenceRetireView.as_view(), name="evidence_retire"),
    path("evidence/<int:pk>/restore/", EvidenceRestoreView.as_view(), name="evidence_restore"),
    path("evidence/<int:evidence>/new-version/", EvidenceVersionCreateView.as_view(), name="evidence_version_create"),
    path("evidence/versions/<int:pk>/file/", EvidenceVersionFileView.as_view(), name="evidence_version_file"),
]

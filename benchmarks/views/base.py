"""What the pages of an assessment share."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from prevent_portal.views import PortalFormView, PortalMixin

from ..models import Answer, Assessment, AssessmentIsClosed


def may_answer(viewer, user, answer: Answer) -> bool:
    """Whether this person may answer this question: any, or one that they are asked."""
    if viewer.may("benchmarks.change_assessment"):
        return True
    respondent = answer.respondent
    return viewer.may("benchmarks.answer_own_question") and respondent is not None and respondent.user_id == user.pk


def require_open(assessment: Assessment) -> None:
    """Raise `AssessmentIsClosed` where nobody should fill in a form that cannot be saved."""
    if not assessment.is_open:
        raise AssessmentIsClosed(
            _("The assessment is “%(state)s”. Open it again, with a reason, to change anything in it.")
            % {"state": assessment.get_state_display()}
        )


class AssessmentPageMixin(PortalMixin):
    """A page somewhere in an assessment."""

    def get_assessment(self) -> Assessment:
        """The assessment that the page is about."""
        return self.object

    def get_breadcrumbs(self):
        assessment = self.get_assessment()
        return [
            (_("Self-assessments"), self.url("benchmarks:assessment_list")),
            (str(assessment), assessment.get_absolute_url()),
            *self.get_breadcrumbs_in_assessment(),
        ]

    def get_breadcrumbs_in_assessment(self) -> list[tuple[str, str]]:
        """(text, address) of the pages between the assessment's own and this one."""
        return []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**{"assessment": self.get_assessment()} | kwargs)


class OfAssessmentMixin(AssessmentPageMixin):
    """A page whose address names an assessment by `pk`."""

    @cached_property
    def object(self) -> Assessment:
        """The assessment in the address."""
        rows = Assessment.objects.of(self.organisation).select_related("framework", "organisation", "lead")
        if self.request.method == "POST":
            # Held, so that two people who take a step at once take it one after the other.
            rows = rows.select_for_update(of=("self",))
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class OpenAssessmentMixin(AssessmentPageMixin):
    """A page that changes an assessment as a whole: there is none while that is locked."""

    def get_queryset(self):
        return super().get_queryset().select_related("organisation", "framework")

    def get_object(self, queryset=None) -> Assessment:
        assessment = super().get_object(queryset)
        require_open(assessment)
        return assessment


class PortalStepView(OfAssessmentMixin, PortalFormView):
    """A step in the assessment's life. Subclasses say which, and from which states it can be taken."""

    from_states: tuple[str, ...] = ()
    template_name = "benchmarks/assessment_step.html"

    def get_doubt(self) -> str:
        """Why the step may come too early, to be shown and answered; "" if nothing says so."""
        return ""

    @cached_property
    def doubt(self) -> str:
        """The same, asked once."""
        return self.get_doubt()

    def take(self, form) -> None:
        """Take the step with the form's values."""
        raise ImproperlyConfigured(f"{type(self).__name__} takes no step")

    def get_form_kwargs(self) -> dict[str, Any]:
        if self.object.state not in self.from_states:
            raise PermissionDenied(
                _(
                    "The assessment is “%(state)s”, so this cannot be done now. Its own page says what comes next. "
                    "Perhaps somebody else took this step before you."
                )
                % {"state": self.object.get_state_display()}
            )
        return super().get_form_kwargs() | {"assessment": self.object, "doubt": self.doubt}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**{"doubt": self.doubt} | kwargs)

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def form_valid(self, form) -> HttpResponse:
        try:
            with transaction.atomic():
                self.take(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)

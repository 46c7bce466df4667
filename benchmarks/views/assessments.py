"""An assessment: the list of them, its task list, its steps and what is unmet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal import clock
from prevent_portal.models import Organisation
from prevent_portal.views import (
    PortalCreateView,
    PortalDeleteView,
    PortalDetailView,
    PortalListView,
    PortalUpdateView,
)

from .. import forms, frozen, services
from ..models import Answer, Assessment, Framework, Submission
from ..querysets import OPEN_STATES
from ..reading import AssessedBenchmark, benchmarks_of, work_on
from ..services.assessing import earlier_assessment
from ..words import hint_in_words
from .answers import ways_to_work
from .base import AssessmentPageMixin, OpenAssessmentMixin, PortalStepView

State = Assessment.State


def task_of(assessed: AssessedBenchmark, *, shows_hints: bool) -> dict[str, Any]:
    """A benchmark as a step of the task list."""
    if assessed.is_complete:
        tag, status = None, _("Completed")
    elif assessed.review_count:
        tag, status = {"text": _("Needs review"), "colour": "yellow"}, ""
    elif assessed.is_begun:
        tag, status = {"text": _("In progress"), "colour": "light-blue"}, ""
    else:
        tag, status = {"text": _("Not yet started"), "colour": "grey"}, ""
    said = []
    if assessed.answers:
        said.append(
            _("%(done)d of %(all)d questions answered") % {"done": assessed.done_count, "all": len(assessed.answers)}
        )
    if assessed.review_count:
        said.append(
            ngettext("%d answer to review", "%d answers to review", assessed.review_count) % assessed.review_count
        )
    if assessed.result.benchmark.is_scored:
        score = assessed.result.self_score
        said.append(_("no score yet") if score is None else _("scored %d") % score)
    else:
        said.append(_("not scored in this framework"))
    if assessed.hints and shows_hints:
        said.append(
            ngettext("%d thing to look at again", "%d things to look at again", len(assessed.hints))
            % len(assessed.hints)
        )
    text = "; ".join(said)
    return {
        "title": str(assessed.result.benchmark),
        "href": assessed.result.get_absolute_url(),
        "hint": text[:1].upper() + text[1:],
        "status": status,
        "tag": tag,
    }


class AssessmentListView(PortalListView):
    """The authority's assessments, newest first, and the versions that were submitted."""

    permission = "benchmarks.view_assessment"
    model = Assessment
    template_name = "benchmarks/assessment_list.html"
    title = gettext_lazy("Self-assessments")

    def get_queryset(self):
        return super().get_queryset().for_list().order_by("-year", "-framework__year", "pk")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        submissions = Submission.objects.of(self.organisation).select_related("copy", "organisation")
        mine = Answer.objects.of(self.organisation).waiting().of_user(self.request.user)
        may_answer = self.request.viewer.may("benchmarks.answer_own_question")
        return super().get_context_data(
            submissions=submissions.order_by("-copy__on", "-version", "-pk")[:20],
            mine_count=mine.count() if may_answer else 0,
            frameworks=Framework.objects.in_use(clock.today()),
            **kwargs,
        )


class AssessmentCreateView(PortalCreateView):
    """Starts an assessment with all questions of its framework."""

    permission = "benchmarks.add_assessment"
    model = Assessment
    form_class = forms.AssessmentForm
    title = gettext_lazy("Start a self-assessment")
    submit_text = gettext_lazy("Start the assessment")

    def get_breadcrumbs(self):
        return [(_("Self-assessments"), self.url("benchmarks:assessment_list"))]

    def get_cancel_url(self) -> str:
        return self.url("benchmarks:assessment_list")

    def get_initial(self) -> dict[str, Any]:
        return {"lead": self.request.user.pk}

    def form_valid(self, form) -> HttpResponse:
        try:
            self.object = services.start_assessment(assessment=form.save(commit=False))
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        messages.success(self.request, _("The assessment has been started. Say next who answers which questions."))
        return HttpResponseRedirect(self.object.get_absolute_url())


class AssessmentDetailView(AssessmentPageMixin, PortalDetailView):
    """The task list: how far each benchmark is, and what comes next."""

    permission = "benchmarks.view_assessment"
    model = Assessment
    template_name = "benchmarks/assessment_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("framework", "organisation", "lead")

    def get_breadcrumbs(self):
        return [(_("Self-assessments"), self.url("benchmarks:assessment_list"))]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        assessment, viewer = self.object, self.request.viewer
        benchmarks = benchmarks_of(assessment, today=clock.today())
        answers = [each for assessed in benchmarks for each in assessed.answers]
        mine = [each for each in answers if each.respondent and each.respondent.user_id == self.request.user.pk]
        may_change = viewer.may("benchmarks.change_assessment") and assessment.is_open
        return super().get_context_data(
            tasks=[task_of(each, shows_hints=viewer.may("benchmarks.answer_own_question")) for each in benchmarks],
            done_count=sum(each.is_complete for each in benchmarks),
            answered_count=sum(each.is_done for each in answers),
            question_count=len(answers),
            mine=mine if assessment.is_open and viewer.may("benchmarks.answer_own_question") else [],
            # Between those who assess: what outsiders read is what was submitted.
            hints=[
                (assessed.result, hint_in_words(hint))
                for assessed in benchmarks
                for hint in assessed.hints
                if viewer.may("benchmarks.answer_own_question")
            ],
            may_change=may_change,
            before=earlier_assessment(assessment) if may_change else None,
            submissions=Submission.objects.filter(assessment=assessment).select_related("copy", "organisation"),
            unmet_count=sum(each.is_unmet for each in benchmarks),
            **kwargs,
        )


class AssessmentUpdateView(OpenAssessmentMixin, PortalUpdateView):
    """Changes as-at date, lead and marking."""

    permission = "benchmarks.add_assessment"
    model = Assessment
    form_class = forms.AssessmentDetailsForm
    title = gettext_lazy("Change the assessment's details")
    success_message = gettext_lazy("The assessment's details have been saved.")

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()


class AssessmentDeleteView(OpenAssessmentMixin, PortalDeleteView):
    """Deletes an assessment that was begun by mistake."""

    permission = "benchmarks.delete_assessment"
    model = Assessment
    consequence = gettext_lazy("Its answers, scores and comments are deleted with it. This cannot be undone.")
    success_message = gettext_lazy("The assessment has been deleted.")

    def get_object(self, queryset=None) -> Assessment:
        assessment = super().get_object(queryset)
        if assessment.submissions.exists():
            # Not only when they have said that they want to.
            raise PermissionDenied(_("A version of this assessment was submitted, so it cannot be deleted."))
        if work_on(assessment.results.all()):
            raise PermissionDenied(services.GAPS_ARE_CLOSED)
        return assessment

    def get_success_url(self) -> str:
        return self.url("benchmarks:assessment_list")

    def form_valid(self, form) -> HttpResponse:
        try:
            services.delete_draft_assessment(assessment=self.object)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
            return HttpResponseRedirect(self.get_cancel_url())
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(self.get_success_url())


class AssessmentCarryView(PortalStepView):
    """Carries last year's answers forward for every question that nobody has answered yet."""

    permission = "benchmarks.change_assessment"
    form_class = forms.ReviewForm
    from_states = OPEN_STATES
    title = gettext_lazy("Carry last year's answers forward")
    submit_text = gettext_lazy("Carry forward")
    intro = gettext_lazy(
        "Levels, details and evidence come over for every question that nobody has answered yet. Each is marked “needs "
        "review” until somebody has looked at it and saved it: nothing counts as answered by being carried forward."
    )

    def take(self, form) -> None:
        count = services.carry_forward_all(assessment=self.object)
        words = ngettext(
            "%d answer has been carried forward and needs review.",
            "%d answers have been carried forward and need review.",
            count,
        )
        self.success_message = words % count


class AssessmentUnmetView(AssessmentPageMixin, PortalDetailView):
    """Unmet benchmarks and what is being done: the pairing that scrutiny asks for."""

    permission = "benchmarks.view_assessment"
    model = Assessment
    template_name = "benchmarks/assessment_unmet.html"
    title = gettext_lazy("Unmet benchmarks and what is being done")

    def get_queryset(self):
        return super().get_queryset().select_related("framework", "organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        benchmarks = benchmarks_of(self.object, today=clock.today())
        lines = [
            {"assessed": each, "ways": ways_to_work(self, self.request.viewer, each.result)}
            for each in benchmarks
            if each.is_unmet
        ]
        return super().get_context_data(lines=lines, **kwargs)


# Steps


class AssessmentReviewView(PortalStepView):
    """Says that the answers are there."""

    permission = "benchmarks.change_assessment"
    form_class = forms.ReviewForm
    from_states = (State.DRAFT,)
    title = gettext_lazy("Send the assessment for review")
    submit_text = gettext_lazy("Send for review")
    success_message = gettext_lazy("The assessment is in review. Answers can still be changed.")
    intro = gettext_lazy(
        "The lead looks through answers, scores and what they rest on, and then records who signs the assessment off."
    )

    def take(self, form) -> None:
        services.send_for_review(assessment=self.object)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        # Worth a word, and no more: a lead may well begin to look before the last answer is there.
        return super().get_context_data(note=unanswered_in_words(self.object), **kwargs)


class AssessmentReturnView(PortalStepView):
    """Gives it back to those who answer."""

    permission = "benchmarks.change_assessment"
    form_class = forms.ReasonForm
    from_states = (State.REVIEW,)
    title = gettext_lazy("Return the assessment to draft")
    submit_text = gettext_lazy("Return to draft")
    success_message = gettext_lazy("The assessment is a draft again.")

    def take(self, form) -> None:
        services.return_to_draft(assessment=self.object, reason=form.cleaned_data["reason"])


def unanswered_in_words(assessment: Assessment) -> str:
    """How many questions still wait for an answer, or for somebody to look at it; "" if none does."""
    count = Answer.objects.filter(assessment=assessment).waiting().count()
    words = ngettext(
        "%d question has no answer yet, or one that was carried forward and needs review.",
        "%d questions have no answer yet, or one that was carried forward and needs review.",
        count,
    )
    return words % count if count else ""


class AssessmentSignOffView(PortalStepView):
    """Records who signed it off."""

    permission = "benchmarks.submit_assessment"
    form_class = forms.SignOffForm
    from_states = (State.REVIEW,)
    template_name = "benchmarks/assessment_sign_off.html"
    title = gettext_lazy("Sign the assessment off")
    submit_text = gettext_lazy("Sign off")
    success_message = gettext_lazy("The assessment is signed off. Submit it next.")
    intro = gettext_lazy(
        "From then on its answers and scores stay as they are, unless it is opened again with a reason."
    )

    def get_doubt(self) -> str:
        return unanswered_in_words(self.object)

    def take(self, form) -> None:
        services.sign_off(assessment=self.object, by=form.cleaned_data["by"], on=form.cleaned_data["on"])

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        benchmarks = benchmarks_of(self.object, today=clock.today())
        return super().get_context_data(
            hints=[(assessed.result, hint_in_words(hint)) for assessed in benchmarks for hint in assessed.hints],
            unscored=[assessed.result for assessed in benchmarks if assessed.needs_score],
            unanswered=[each.result for each in benchmarks if each.done_count < len(each.answers)],
            **kwargs,
        )


class AssessmentSubmitView(PortalStepView):
    """Freezes it and says that it was submitted."""

    permission = "benchmarks.submit_assessment"
    form_class = forms.SubmitForm
    from_states = (State.SIGNED_OFF,)
    title = gettext_lazy("Submit the assessment")
    submit_text = gettext_lazy("Submit")
    success_message = gettext_lazy("The assessment has been submitted and frozen. Its papers stay as they are.")
    intro = gettext_lazy(
        "Its content and papers are frozen. Home Office reviewers with access, colleagues of the county or the "
        "districts and, unless it is OFFICIAL-SENSITIVE, elected members can then read it here. The portal sends "
        "nothing: the Home Office receives it the way it asks for."
    )

    def take(self, form) -> None:
        frozen.submit_assessment(
            assessment=self.object,
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            user=self.request.user,
        )


class AssessmentReopenView(PortalStepView):
    """Opens it again, for a new version."""

    permission = "benchmarks.submit_assessment"
    form_class = forms.ReasonForm
    from_states = (State.SIGNED_OFF, State.SUBMITTED, State.MODERATED)
    title = gettext_lazy("Open the assessment again")
    submit_text = gettext_lazy("Open again")
    success_message = gettext_lazy("The assessment is a draft again.")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        if self.object.submissions.exists():
            intro = _("What was submitted stays, and can still be read. What is submitted next is a new version.")
        else:
            intro = _("It has not been submitted yet: it becomes a draft again, and has to be signed off again.")
        return super().get_context_data(intro=intro, **kwargs)

    def take(self, form) -> None:
        services.reopen_assessment(assessment=self.object, reason=form.cleaned_data["reason"])


class AssessmentModeratedView(PortalStepView):
    """Records that the moderation has come back."""

    permission = "benchmarks.submit_assessment"
    form_class = forms.ModeratedForm
    from_states = (State.SUBMITTED,)
    title = gettext_lazy("Record that the moderation is complete")
    submit_text = gettext_lazy("Record")
    success_message = gettext_lazy("The assessment is now recorded as moderated.")
    intro = gettext_lazy("Enter what the Home Office made of each benchmark on the benchmark's own page first.")

    def get_doubt(self) -> str:
        missing = services.unmoderated(self.object)
        names = "; ".join(str(each) for each in missing)
        words = ngettext(
            "This benchmark has no moderated score: %(names)s.",
            "These benchmarks have no moderated score: %(names)s.",
            len(missing),
        )
        return words % {"names": names} if missing else ""

    def take(self, form) -> None:
        services.finish_moderation(assessment=self.object, on=form.cleaned_data["on"])


def frameworks_of(organisation: Organisation) -> list[Framework]:
    """The frameworks by which this authority has been assessed, and those in use; newest first."""
    used = set(Assessment.objects.of(organisation).values_list("framework", flat=True))
    in_use = {each.pk for each in Framework.objects.in_use(clock.today())}
    return list(Framework.objects.filter(pk__in=used | in_use).order_by("-year", "title"))

"""A benchmark of an assessment and its questions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.panels import registry
from prevent_portal.views import PortalDetailView, PortalFormView, PortalUpdateView

from .. import forms, services
from ..models import Answer, AnswerComment, Assessment, BenchmarkResult, Moderation, Prompt, ResultRecommendation
from ..reading import benchmarks_of, work_on
from ..words import hint_in_words
from .base import AssessmentPageMixin, may_answer, require_open


def ways_to_work(view, viewer, result: BenchmarkResult, answer: Answer | None = None) -> list[tuple[str, str]]:
    """(text, address) of the pages that do something about a gap."""
    query = f"?answer={answer.pk}" if answer else ""
    return [
        (str(text), view.url(url_name, benchmark_result=result.pk) + query)
        for work in registry.gap_work
        if viewer.may(work.permission)
        for text, url_name in work.ways
    ]


class ResultPageMixin(AssessmentPageMixin):
    """A page about one benchmark of an assessment."""

    model = BenchmarkResult

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("benchmark__framework", "assessment__framework", "assessment__organisation", "organisation")
        )

    def get_assessment(self) -> Assessment:
        return self.object.assessment


class BenchmarkResultDetailView(ResultPageMixin, PortalDetailView):
    """A benchmark: its score, its questions, what to look at again, what is being done."""

    permission = "benchmarks.view_assessment"
    template_name = "benchmarks/benchmark_result_detail.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        result, viewer, user = self.object, self.request.viewer, self.request.user
        assessment = result.assessment
        (assessed,) = benchmarks_of(assessment, today=clock.today(), only=result)
        neighbours = list(
            BenchmarkResult.objects.filter(assessment=assessment).in_order().select_related("organisation")
        )
        place = next(i for i, each in enumerate(neighbours) if each.pk == result.pk)
        recommendations = ResultRecommendation.objects.filter(result=result).select_related(
            "recommendation__organisation"
        )
        return super().get_context_data(
            assessed=assessed,
            result=result,
            hints=[hint_in_words(each) for each in assessed.hints if viewer.may("benchmarks.answer_own_question")],
            lines=[
                {
                    "answer": each,
                    "may_answer": assessment.is_open and may_answer(viewer, user, each),
                    "work": assessed.work_by_answer.get(each.pk, ()),
                }
                for each in assessed.answers
            ],
            may_score=assessment.is_open and viewer.may("benchmarks.change_assessment"),
            may_moderate=assessment.state in ("submitted", "moderated") and viewer.may("benchmarks.submit_assessment"),
            ways=ways_to_work(self, viewer, result),
            recommendations=recommendations if viewer.may("prevent_portal.view_recommendation") else [],
            previous=neighbours[place - 1] if place else None,
            following=neighbours[place + 1] if place + 1 < len(neighbours) else None,
            **kwargs,
        )


class BenchmarkResultUpdateView(ResultPageMixin, PortalUpdateView):
    """Scores a benchmark."""

    permission = "benchmarks.change_assessment"
    form_class = forms.ResultForm
    template_name = "benchmarks/benchmark_result_form.html"
    success_message = gettext_lazy("The benchmark has been saved.")

    def get_title(self) -> str:
        return _("Score: %(benchmark)s") % {"benchmark": self.object}

    def get_object(self, queryset=None):
        result = super().get_object(queryset)
        require_open(result.assessment)
        return result

    def get_breadcrumbs_in_assessment(self):
        return [(str(self.object), self.object.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        (assessed,) = benchmarks_of(self.object.assessment, today=clock.today(), only=self.object)
        return super().get_context_data(
            assessed=assessed, result=self.object, hints=[hint_in_words(each) for each in assessed.hints], **kwargs
        )


class BenchmarkResultModerateView(ResultPageMixin, PortalFormView):
    """Writes down what the Home Office made of a benchmark."""

    permission = "benchmarks.submit_assessment"
    form_class = forms.ModerationForm
    success_message = gettext_lazy("The moderation has been saved.")

    @cached_property
    def object(self) -> BenchmarkResult:
        """The benchmark in the address."""
        rows = BenchmarkResult.objects.of(self.organisation).select_related(
            "benchmark__framework", "assessment__framework", "assessment__organisation", "organisation"
        )
        if self.request.method == "POST":
            # Held, so that of two people who moderate it at once the second is told.
            rows = rows.select_for_update(of=("self",))
        result = get_object_or_404(rows, pk=self.kwargs["pk"])
        if result.assessment.state not in (Assessment.State.SUBMITTED, Assessment.State.MODERATED):
            raise PermissionDenied(_("An assessment is moderated after it has been submitted."))
        return result

    def get_queryset(self):
        return BenchmarkResult.objects.none()

    def get_title(self) -> str:
        return _("Moderation: %(benchmark)s") % {"benchmark": self.object}

    def get_breadcrumbs_in_assessment(self):
        return [(str(self.object), self.object.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        moderation = Moderation.objects.current().filter(result=self.object).first()
        return super().get_form_kwargs() | {"result": self.object, "moderation": moderation}

    def form_valid(self, form) -> HttpResponse:
        try:
            with transaction.atomic():
                services.record_moderation(result=self.object, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)


class AnswerPageMixin(AssessmentPageMixin):
    """A page about one answer."""

    model = Answer

    def answers(self):
        """The answers that the page may be about."""
        return (
            Answer.objects.of(self.organisation)
            .with_evidence()
            .select_related(
                "question",
                "local_question",
                "level",
                "respondent",
                "answered_by",
                "result__benchmark__framework",
                "result__organisation",
                "assessment__framework",
                "assessment__organisation",
                "organisation",
            )
        )

    def get_queryset(self):
        rows = self.answers()
        return rows.select_for_update(of=("self",)) if self.request.method == "POST" else rows

    def get_assessment(self) -> Assessment:
        return self.object.assessment

    def get_breadcrumbs_in_assessment(self):
        return [(str(self.object.result), self.object.result.get_absolute_url())]

    @cached_property
    def earlier(self) -> Answer | None:
        """Last year's answer to the same question."""
        answer = self.object
        before = services.earlier_assessment(answer.assessment)
        if before is None:
            return None
        rows = Answer.objects.filter(assessment=before).in_order().with_evidence()
        return rows.filter(question=answer.question_id, local_question=answer.local_question_id).first()

    @cached_property
    def before_and_after(self) -> tuple[list[Answer], list[Answer]]:
        """The questions of the assessment before and after this one."""
        rows = list(Answer.objects.filter(assessment=self.object.assessment_id).in_order())
        place = next(i for i, each in enumerate(rows) if each.pk == self.object.pk)
        return rows[:place], rows[place + 1 :]

    def about_answer(self) -> dict[str, Any]:
        """What every page about an answer shows beside it."""
        answer, viewer = self.object, self.request.viewer
        prompts = Prompt.objects.filter(question=answer.question_id) if answer.question_id else []
        comments = AnswerComment.objects.filter(answer=answer).select_related("made_by", "made_by_respondent")
        work = work_on([answer.result])
        return {
            "answer": answer,
            "result": answer.result,
            "prompts": list(prompts),
            "earlier": self.earlier,
            "comments": comments,
            "may_answer": answer.assessment.is_open and may_answer(viewer, self.request.user, answer),
            "may_see_evidence": viewer.may("prevent_portal.view_evidence"),
            "work": work.get((answer.result_id, answer.pk), []),
            "ways": ways_to_work(self, viewer, answer.result, answer),
        }


class AnswerDetailView(AnswerPageMixin, PortalDetailView):
    """A question, its answer, what it relies on and what was said about it."""

    permission = "benchmarks.view_assessment"
    template_name = "benchmarks/answer_detail.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        before, after = self.before_and_after
        about = self.about_answer()
        if about["may_answer"]:
            about["comment_form"] = forms.CommentForm(organisation=self.organisation, answer=self.object)
        return super().get_context_data(
            previous=before[-1] if before else None, following=after[0] if after else None, **about, **kwargs
        )


class AnswerUpdateView(AnswerPageMixin, PortalUpdateView):
    """Answers a question, with last year's answer beside the form."""

    permission = "benchmarks.answer_own_question"
    form_class = forms.AnswerForm
    template_name = "benchmarks/answer_form.html"
    submit_text = gettext_lazy("Save and go to the next question")
    success_message = gettext_lazy("The answer has been saved.")

    def get_title(self) -> str:
        return _("Answer question %(reference)s") % {"reference": self.object.reference}

    def get_object(self, queryset=None):
        answer = super().get_object(queryset)
        if not may_answer(self.request.viewer, self.request.user, answer):
            raise PermissionDenied(_("This question is asked of somebody else. You can read it, not answer it."))
        require_open(answer.assessment)
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        may_add = self.request.viewer.may("prevent_portal.change_evidence")
        return super().get_form_kwargs() | {"may_add_evidence": may_add}

    def get_cancel_url(self) -> str:
        return self.object.result.get_absolute_url()

    def get_success_url(self) -> str:
        if "stay" in self.request.POST:
            return self.object.result.get_absolute_url()
        _before, after = self.before_and_after
        viewer, user = self.request.viewer, self.request.user
        following = next((each for each in after if may_answer(viewer, user, each)), None)
        if following is None:
            return self.object.assessment.get_absolute_url()
        return self.url("benchmarks:answer_update", pk=following.pk)

    def form_valid(self, form: forms.AnswerForm) -> HttpResponse:
        if (pieces := form.pieces_of_evidence(self.request.user)) is None:
            return self.form_invalid(form)
        kept = list(form.cleaned_data.get("relied_on", ()))
        if form.evidence is None:
            kept = [link.evidence for link in self.object.evidence_links.all()]
        services.record_answer(
            answer=form.instance,
            level=form.cleaned_data["level"],
            details=form.cleaned_data["details"],
            evidence=[*kept, *pieces],
            user=self.request.user,
        )
        messages.success(self.request, str(self.success_message))
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(**self.about_answer(), **kwargs)
        return context | {"error_links": context["form"].error_links()}


class PortalAnswerFormView(AnswerPageMixin, PortalFormView):
    """A small form about an answer that the viewer may give."""

    permission = "benchmarks.answer_own_question"

    @cached_property
    def object(self) -> Answer:
        """The answer in the address, which this person may give."""
        answer = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        if not may_answer(self.request.viewer, self.request.user, answer):
            raise PermissionDenied(_("This question is asked of somebody else. You can read it, not answer it."))
        require_open(answer.assessment)
        return answer

    def get_breadcrumbs_in_assessment(self):
        return [*super().get_breadcrumbs_in_assessment(), (str(self.object), self.object.get_absolute_url())]

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()


class AnswerCommentView(PortalAnswerFormView):
    """Adds a remark."""

    form_class = forms.CommentForm
    title = gettext_lazy("Comment on an answer")
    submit_text = gettext_lazy("Add the comment")
    success_message = gettext_lazy("Your comment has been added.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"answer": self.object}

    def form_valid(self, form) -> HttpResponse:
        services.add_comment(answer=self.object, text=form.cleaned_data["text"], user=self.request.user)
        return super().form_valid(form)


class AnswerCarryView(PortalAnswerFormView):
    """Carries last year's answer forward."""

    form_class = forms.ReviewForm
    title = gettext_lazy("Carry last year's answer forward")
    submit_text = gettext_lazy("Carry forward")
    success_message = gettext_lazy(
        "Last year's answer is here now. Look at it and save it: until then it needs review."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"assessment": self.object.assessment}

    def get_success_url(self) -> str:
        return self.url("benchmarks:answer_update", pk=self.object.pk)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def form_valid(self, form) -> HttpResponse:
        try:
            if self.earlier is None:
                raise ValidationError(_("There is no answer of last year to this question."))
            services.carry_forward(answer=self.object, earlier=self.earlier)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return super().form_valid(form)

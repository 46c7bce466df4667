"""Who answers which questions, and the pages that a one-time link opens for those without an account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from django.views.generic.edit import UpdateView

from prevent_portal.link_views import LinkMail, PortalLinkView
from prevent_portal.models import Marking
from prevent_portal.one_time_links import GOOD_FOR_DAYS, OneTimeLinkView, finish_link
from prevent_portal.views import (
    PortalCreateView,
    PortalDetailView,
    PortalFormView,
    PortalListView,
    PortalMixin,
    PortalUpdateView,
)

from .. import forms, services
from ..models import Answer, LocalQuestion, Prompt, Respondent
from ..querysets import OPEN_STATES
from .base import OfAssessmentMixin, require_open

PURPOSE = "benchmarks.respondent"


class AssessmentAssignView(OfAssessmentMixin, PortalFormView):
    """Asks somebody to answer questions."""

    permission = "benchmarks.change_assessment"
    form_class = forms.AssignForm
    template_name = "benchmarks/assessment_assign.html"
    title = gettext_lazy("Who answers which questions")
    submit_text = gettext_lazy("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        require_open(self.object)
        answers = list(Answer.objects.filter(assessment=self.object).in_order())
        return super().get_form_kwargs() | {"answers": answers}

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_success_url(self) -> str:
        return self.url("benchmarks:assessment_assign", pk=self.object.pk)

    def form_valid(self, form) -> HttpResponse:
        chosen = form.cleaned_data["answers"].select_related("assessment")
        count = services.assign_answers(answers=chosen, respondent=form.cleaned_data["respondent"])
        self.success_message = (
            ngettext("%d question has changed hands.", "%d questions have changed hands.", count) % count
        )
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(has_respondents=Respondent.objects.of(self.organisation).exists(), **kwargs)


class RespondentPageMixin(PortalMixin):
    """A page below the list of those who answer."""

    model = Respondent

    def get_breadcrumbs(self):
        return [
            (_("Self-assessments"), self.url("benchmarks:assessment_list")),
            (_("Who answers questions"), self.url("benchmarks:respondent_list")),
        ]


class RespondentListView(PortalListView):
    """Service leads and partners who answer questions."""

    permission = "benchmarks.view_respondent"
    model = Respondent
    template_name = "benchmarks/respondent_list.html"
    title = gettext_lazy("Who answers questions")

    def get_queryset(self):
        return super().get_queryset().select_related("user", "organisation")

    def get_breadcrumbs(self):
        return [(_("Self-assessments"), self.url("benchmarks:assessment_list"))]


def open_answers(respondent: Respondent):
    """The questions of open assessments that this respondent is asked."""
    rows = Answer.objects.of(respondent.organisation_id).filter(
        respondent=respondent, assessment__state__in=OPEN_STATES
    )
    return rows.in_order().select_related("assessment", "organisation", "result")


class RespondentDetailView(RespondentPageMixin, PortalDetailView):
    """One respondent and what they are asked."""

    permission = "benchmarks.view_respondent"
    template_name = "benchmarks/respondent_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("user", "organisation")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(answers=list(open_answers(self.object)), **kwargs)


class RespondentCreateView(RespondentPageMixin, PortalCreateView):
    """Adds somebody who answers questions."""

    permission = "benchmarks.change_respondent"
    form_class = forms.RespondentForm
    title = gettext_lazy("Add somebody who answers questions")
    submit_text = gettext_lazy("Add")
    success_message = gettext_lazy("They have been added. Say on the assessment's page what they are asked.")

    def get_cancel_url(self) -> str:
        return self.url("benchmarks:respondent_list")


class RespondentUpdateView(RespondentPageMixin, PortalUpdateView):
    """Corrects who answers questions."""

    permission = "benchmarks.change_respondent"
    form_class = forms.RespondentForm
    title = gettext_lazy("Change who answers questions")
    success_message = gettext_lazy("Saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class RespondentLinkView(RespondentPageMixin, PortalLinkView):
    """Makes a link by which a partner without an account answers their own questions."""

    permission = "benchmarks.change_respondent"
    title = gettext_lazy("A link to answer without an account")
    purpose = PURPOSE
    answers_url_name = "respondent_answers"

    @cached_property
    def object(self) -> Respondent:
        """The respondent in the address."""
        rows = Respondent.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_mail(self) -> LinkMail:
        count = answers_for_link(self.object).count()
        words = ngettext(
            "%(asker)s of %(council)s asks you to answer %(count)d question of the Prevent self-assessment. "
            "You need no account.",
            "%(asker)s of %(council)s asks you to answer %(count)d questions of the Prevent self-assessment. "
            "You need no account.",
            count,
        )
        return LinkMail(
            subject=_("Prevent self-assessment: %(council)s asks for your answers") % {"council": self.organisation},
            heading=_("Your part of the Prevent self-assessment"),
            request=words % {"asker": self.request.user, "council": self.organisation, "count": count},
            action=_("Open your questions"),
        )

    def get_explanation(self) -> str:
        count = answers_for_link(self.object).count()
        words = ngettext(
            "The link shows %(count)d question and lets them answer it. It works for %(days)d days. Questions of an "
            "assessment that is OFFICIAL-SENSITIVE are not shown.",
            "The link shows %(count)d questions and lets them answer them. It works for %(days)d days. Questions of an "
            "assessment that is OFFICIAL-SENSITIVE are not shown.",
            count,
        )
        return words % {"count": count, "days": GOOD_FOR_DAYS}


def answers_for_link(respondent: Respondent):
    """The questions that a link shows: of open assessments that are not OFFICIAL-SENSITIVE."""
    return open_answers(respondent).exclude(assessment__marking=Marking.OFFICIAL_SENSITIVE)


class RespondentsLinkView(OneTimeLinkView):
    """What a link for a respondent opens."""

    purpose = PURPOSE
    respondent: Respondent

    def prepare(self) -> None:
        # Somebody who has an account by now signs in instead.
        respondent = Respondent.objects.of(self.organisation).filter(pk=self.link.subject_id, user=None).first()
        if respondent is None:
            raise Http404
        self.respondent = respondent

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(respondent=self.respondent, list_url=self.url("respondent_answers"), **kwargs)


class RespondentAnswersView(RespondentsLinkView, TemplateView):
    """The questions asked."""

    template_name = "benchmarks/respondent_answers.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        answers = [(each, self.url("respondent_answer", answer=each.pk)) for each in answers_for_link(self.respondent)]
        return super().get_context_data(
            title=_("Your questions"),
            answers=answers,
            done_count=sum(each.is_done for each, _address in answers),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """They are done: the link ends."""
        finish_link(self.link)
        return self.render_to_response(self.get_context_data(is_finished=True))


class RespondentAnswerView(RespondentsLinkView, UpdateView):
    """One question of the respondent's own."""

    form_class = forms.RespondentAnswerForm
    template_name = "benchmarks/respondent_answer.html"

    def get_object(self, queryset=None) -> Answer:
        rows = answers_for_link(self.respondent).with_evidence().select_related("result__benchmark__framework")
        if self.request.method == "POST":
            rows = rows.select_for_update(of=("self",))
        return get_object_or_404(rows, pk=self.kwargs["answer"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisation": self.organisation}

    def form_valid(self, form: forms.RespondentAnswerForm) -> HttpResponse:
        if comment := form.cleaned_data["comment"]:
            services.add_comment(answer=form.instance, text=comment, user=None, respondent=self.respondent)
        services.record_answer(
            answer=form.instance,
            level=form.cleaned_data["level"],
            details=form.cleaned_data["details"],
            # What colleagues have named stays: the register is not shown to people without an account.
            evidence=[link.evidence for link in self.object.evidence_links.all()],
            user=None,
        )
        messages.success(self.request, _("Your answer has been saved."))
        return HttpResponseRedirect(self.url("respondent_answers"))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            title=str(self.object),
            answer=self.object,
            result=self.object.result,
            assessment=self.object.assessment,
            prompts=list(Prompt.objects.filter(question=self.object.question_id)) if self.object.question_id else [],
            submit_text=_("Save"),
            cancel_url=self.url("respondent_answers"),
            **kwargs,
        )


# The authority's own questions


class LocalQuestionPageMixin(PortalMixin):
    """A page below the list of the authority's own questions."""

    model = LocalQuestion

    def get_breadcrumbs(self):
        return [
            (_("Self-assessments"), self.url("benchmarks:assessment_list")),
            (_("Your own questions"), self.url("benchmarks:local_question_list")),
        ]

    def get_cancel_url(self) -> str:
        return self.url("benchmarks:local_question_list")


class LocalQuestionListView(PortalListView):
    """What the authority asks itself besides the framework's questions."""

    permission = "benchmarks.view_local_question"
    model = LocalQuestion
    template_name = "benchmarks/local_question_list.html"
    title = gettext_lazy("Your own questions")

    def get_queryset(self):
        rows = super().get_queryset().select_related("benchmark__framework", "organisation")
        return rows.order_by("-benchmark__framework__year", "benchmark__number", "position", "pk")

    def get_breadcrumbs(self):
        return [(_("Self-assessments"), self.url("benchmarks:assessment_list"))]


class LocalQuestionCreateView(LocalQuestionPageMixin, PortalCreateView):
    """Adds a question."""

    permission = "benchmarks.change_local_question"
    form_class = forms.LocalQuestionForm
    title = gettext_lazy("Add a question of your own")
    submit_text = gettext_lazy("Add the question")
    success_message = gettext_lazy("The question has been added. Assessments that are started from now on ask it.")


class LocalQuestionUpdateView(LocalQuestionPageMixin, PortalUpdateView):
    """Corrects or retires a question."""

    permission = "benchmarks.change_local_question"
    form_class = forms.LocalQuestionForm
    title = gettext_lazy("Change your own question")
    success_message = gettext_lazy("The question has been saved.")

    def get_queryset(self):
        return super().get_queryset().select_related("organisation")


answer_urls = [
    path("answer-questions/<slug:council>/<str:secret>/", RespondentAnswersView.as_view(), name="respondent_answers"),
    path(
        "answer-questions/<slug:council>/<str:secret>/<int:answer>/",
        RespondentAnswerView.as_view(),
        name="respondent_answer",
    ),
]

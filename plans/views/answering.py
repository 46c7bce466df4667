"""Owners without an account: a link for their own actions, and the pages that it opens."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView

from prevent_portal import clock, one_time_links
from prevent_portal.link_views import LinkMail, PortalLinkView
from prevent_portal.one_time_links import GOOD_FOR_DAYS, OneTimeLinkView

from .. import services
from ..models import Action, DateRequest, Owner, ProgressUpdate
from ..progress_forms import ProgressForm
from ..rules import Rag
from ..walk import by_urgency
from .owners import OwnerPageMixin

PURPOSE = "plans.owner"


class OwnerLinkView(OwnerPageMixin, PortalLinkView):
    """Makes a link by which an owner without an account answers for their own actions."""

    permission = "plans.change_owner"
    title = gettext_lazy("A link for an owner without an account")
    purpose = PURPOSE
    answers_url_name = "owner_answers"

    @cached_property
    def object(self) -> Owner:
        """The owner in the address."""
        owners = Owner.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(owners, pk=self.kwargs["pk"])

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_mail(self) -> LinkMail:
        count = actions_for_link(self.object).count()
        words = ngettext(
            "%(asker)s of %(council)s asks you to say how %(count)d action of yours in the Prevent plan stands. It "
            "takes a minute, and you need no account.",
            "%(asker)s of %(council)s asks you to say how %(count)d actions of yours in the Prevent plan stand. It "
            "takes a minute each, and you need no account.",
            count,
        )
        return LinkMail(
            subject=_("Your Prevent actions: %(council)s asks how they stand") % {"council": self.organisation},
            heading=_("How do your Prevent actions stand?"),
            request=words % {"asker": self.request.user, "council": self.organisation, "count": count},
            action=_("Open your actions"),
        )

    def get_explanation(self) -> str:
        count = actions_for_link(self.object).count()
        words = ngettext(
            "The link shows %(count)d open action and lets them record progress on it and ask for a new date. It works "
            "for %(days)d days. What is OFFICIAL-SENSITIVE, or in a plan that has not been agreed, is not shown.",
            "The link shows %(count)d open actions and lets them record progress on them and ask for new dates. It "
            "works for %(days)d days. What is OFFICIAL-SENSITIVE, or in a plan that has not been agreed, is not shown.",
            count,
        )
        return words % {"count": count, "days": GOOD_FOR_DAYS}


def actions_for_link(owner: Owner):
    """The open actions that a link shows its owner: of plans that were agreed, and nothing OFFICIAL-SENSITIVE."""
    return Action.objects.of(owner.organisation_id).led_by(owner).incomplete().in_open_plans().released().official()


class OwnersLinkView(OneTimeLinkView):
    """What a link for an owner's actions opens."""

    purpose = PURPOSE
    owner: Owner

    def prepare(self) -> None:
        owner = Owner.objects.of(self.organisation).filter(pk=self.link.subject_id, user=None).first()
        if owner is None or (owner.left_on and owner.left_on <= clock.today()):
            raise Http404
        self.owner = owner

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            owner=self.owner, today=clock.today(), list_url=self.url("owner_answers"), **kwargs
        )


class OwnerAnswersView(OwnersLinkView, TemplateView):
    """The owner's open actions."""

    template_name = "plans/owner_answers.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        today = clock.today()
        actions = list(actions_for_link(self.owner).for_attention(today).with_last_update())
        groups = [
            (heading, [(each, self.url("owner_answer", action=each.pk)) for each in group])
            for heading, group in by_urgency(actions, today)
        ]
        return super().get_context_data(title=_("Your Prevent actions"), groups=groups, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """They are done: the link ends."""
        one_time_links.finish_link(self.link)
        return self.render_to_response(self.get_context_data(is_finished=True))


class OwnerAnswerView(OwnersLinkView, FormView):
    """Progress on one of the owner's actions."""

    form_class = ProgressForm
    template_name = "plans/owner_answer.html"

    @cached_property
    def object(self) -> Action:
        """The action in the address, one of the owner's own."""
        actions = actions_for_link(self.owner).with_rag(clock.today())
        actions = actions.select_related("plan", "objective__plan", "objective__section", "organisation")
        if self.request.method == "POST":
            actions = actions.select_for_update(of=("self",))
        return get_object_or_404(actions, pk=self.kwargs["action"])

    @cached_property
    def latest(self) -> ProgressUpdate | None:
        """The update before this one."""
        return ProgressUpdate.objects.filter(action=self.object).order_by("-made_on", "-pk").first()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "organisation": self.organisation,
            "action": self.object,
            "latest": self.latest,
        }

    def get_success_url(self) -> str:
        return self.url("owner_answers")

    def form_valid(self, form: ProgressForm) -> HttpResponse:
        said = form.cleaned_data
        services.record_progress(
            action=self.object,
            made_on=said["made_on"],
            note=said["note"],
            rag=Rag(said["rag"]),
            reason=said["reason"],
            user=None,
            owner=self.owner,
            completed_on=said["completed_on"],
        )
        services.reach_milestones(milestones=said.get("milestones", ()), on=said["made_on"])
        if said["wanted_on"]:
            services.ask_for_date(
                action=self.object,
                wanted_on=said["wanted_on"],
                reason=said["wanted_because"],
                user=None,
                owner=self.owner,
            )
        messages.success(self.request, _("Your update has been recorded."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        waiting = DateRequest.objects.filter(action=self.object, state=DateRequest.State.WAITING).first()
        return super().get_context_data(
            title=_("Record progress"),
            action=self.object,
            latest=self.latest,
            waiting=waiting,
            submit_text=_("Record progress"),
            cancel_url=self.url("owner_answers"),
            **kwargs,
        )


answer_urls = [
    path("answer/<slug:council>/<str:secret>/", OwnerAnswersView.as_view(), name="owner_answers"),
    path("answer/<slug:council>/<str:secret>/<int:action>/", OwnerAnswerView.as_view(), name="owner_answer"),
]

"""Owners without an account: a link for their own actions, and the pages that it opens."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from prevent_portal import clock, one_time_links, outbox
from prevent_portal.models import OneTimeLink, OutgoingMail, User
from prevent_portal.one_time_links import OneTimeLinkView
from prevent_portal.views import PortalFormView

from .. import services
from ..models import Action, DateRequest, Owner, ProgressUpdate
from ..owner_forms import OwnerLinkForm
from ..progress_forms import ProgressForm
from ..rules import Rag
from ..walk import by_urgency
from .owners import OwnerPageMixin

PURPOSE = "plans.owner"


class OwnerLinkView(OwnerPageMixin, PortalFormView):
    """Makes a link by which an owner without an account answers for their own actions; it is shown once."""

    permission = "plans.change_owner"
    form_class = OwnerLinkForm
    template_name = "plans/owner_link.html"
    title = gettext_lazy("A link for an owner without an account")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.is_allowed() and self.object.user_id is not None:
            messages.info(request, _("This owner has an account and needs no link."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def object(self) -> Owner:
        """The owner in the address."""
        owners = Owner.objects.of(self.organisation).select_related("organisation")
        return get_object_or_404(owners, pk=self.kwargs["pk"])

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (str(self.object), self.object.get_absolute_url())]

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.object.email}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        good = one_time_links.good_links(self.organisation, PURPOSE).filter(subject_id=self.object.pk).first()
        actions = actions_for_link(self.object)
        mail = OutgoingMail.objects.filter(kind=PURPOSE, period=f"link-{good.pk}").first() if good else None
        return super().get_context_data(
            owner=self.object,
            good=good,
            mail=mail,
            action_count=actions.count(),
            days=one_time_links.GOOD_FOR_DAYS,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "revoke" not in request.POST:
            return super().post(request, *args, **kwargs)
        for link in one_time_links.good_links(self.organisation, PURPOSE).filter(subject_id=self.object.pk):
            one_time_links.revoke_link(link)
        messages.success(request, _("The link has been taken back. It opens nothing any more."))
        return HttpResponseRedirect(self.object.get_absolute_url())

    def form_valid(self, form: OwnerLinkForm) -> HttpResponse:
        owner = self.object
        if owner.email != form.cleaned_data["email"]:
            owner.email = form.cleaned_data["email"]
            owner.save()
        is_mailed = "show" not in self.request.POST
        link, secret = one_time_links.make_link(
            organisation=self.organisation,
            purpose=PURPOSE,
            subject_id=owner.pk,
            address=owner.email,
            user=self.request.user,
        )
        address = reverse("owner_answers", kwargs={"council": self.organisation.slug, "secret": secret})
        if is_mailed:
            outbox.put_and_send(mail_of_link(link, owner, address, self.request.user))
            messages.success(self.request, _("A link has been e-mailed to %(email)s.") % {"email": link.address})
            return HttpResponseRedirect(self.object.get_absolute_url())
        # Not after a redirect: the secret is in no session and in no log.
        return self.render_to_response(
            self.get_context_data(form=form, made=link, address=self.request.build_absolute_uri(address))
        )


def mail_of_link(link: OneTimeLink, owner: Owner, path: str, asked_by: User) -> OutgoingMail:
    """The e-mail that takes a link to its owner. The outbox forgets its text, and so the secret, once it has gone."""
    context = {
        "owner": owner,
        "link": link,
        "asked_by": asked_by,
        "council": owner.organisation,
        "count": actions_for_link(owner).count(),
        "address": settings.PORTAL_URL + path,
    }
    return OutgoingMail(
        kind=PURPOSE,
        period=f"link-{link.pk}",
        address=link.address,
        subject=_("Your Prevent actions: %(council)s asks how they stand") % {"council": owner.organisation},
        text=render_to_string("mail/owner_link.txt", context),
        html=render_to_string("mail/owner_link.html", context),
    )


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

    def url(self, name: str, **kwargs) -> str:
        """The address of another page that the same link opens."""
        return reverse(name, kwargs=self.kwargs_of_link() | kwargs)

    def kwargs_of_link(self) -> dict[str, str]:
        """What of the address is the link."""
        return {name: self.request.resolver_match.kwargs[name] for name in ("council", "secret")}

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

"""Making a one-time link for somebody without an account; each domain says for whom and what it opens."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import one_time_links, outbox
from .forms import PortalForm
from .models import OneTimeLink, OutgoingMail
from .views import PortalFormView


@dataclass(frozen=True, slots=True)
class LinkMail:
    """The words of an e-mail that takes a link: its subject and heading, what is asked, and the words of the link."""

    subject: str
    heading: str
    request: str
    action: str


class LinkForm(PortalForm):
    """Whom a link is for."""

    email = forms.EmailField(
        label=gettext_lazy("Their e-mail address"),
        help_text=gettext_lazy("Whoever has the link can answer, so it is sent to nobody else."),
        error_messages={"required": gettext_lazy("Enter the e-mail address that the link is for")},
    )


class PortalLinkView(PortalFormView):
    """Makes a link by which somebody without an account answers; it is e-mailed, or shown once.

    Subclasses have an `object` with `email`, `user_id`, `organisation` and an address of its own, and say what the link
    opens.
    """

    form_class = LinkForm
    template_name = "portal/one_time_link.html"
    purpose: ClassVar[str] = ""
    answers_url_name: ClassVar[str] = ""

    def get_mail(self) -> LinkMail:
        """What the e-mail says."""
        raise ImproperlyConfigured(f"{type(self).__name__} says nothing")

    def get_explanation(self) -> str:
        """What the link lets its holder do."""
        raise ImproperlyConfigured(f"{type(self).__name__} explains nothing")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.is_allowed() and self.object.user_id is not None:
            messages.info(request, _("This person has an account and needs no link."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_initial(self) -> dict[str, Any]:
        return {"email": self.object.email}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        good = self._good_links().first()
        mail = OutgoingMail.objects.filter(kind=self.purpose, period=f"link-{good.pk}").first() if good else None
        return super().get_context_data(
            holder=self.object, good=good, mail=mail, explanation=self.get_explanation(), **kwargs
        )

    def _good_links(self):
        return one_time_links.good_links(self.organisation, self.purpose).filter(subject_id=self.object.pk)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "revoke" not in request.POST:
            return super().post(request, *args, **kwargs)
        for link in self._good_links():
            one_time_links.revoke_link(link)
        messages.success(request, _("The link has been taken back. It opens nothing any more."))
        return HttpResponseRedirect(self.object.get_absolute_url())

    def form_valid(self, form: LinkForm) -> HttpResponse:
        holder = self.object
        if holder.email != form.cleaned_data["email"]:
            holder.email = form.cleaned_data["email"]
            holder.save()
        is_mailed = "show" not in self.request.POST
        link, secret = one_time_links.make_link(
            organisation=self.organisation,
            purpose=self.purpose,
            subject_id=holder.pk,
            address=holder.email,
            user=self.request.user,
        )
        path = reverse(self.answers_url_name, kwargs={"council": self.organisation.slug, "secret": secret})
        if is_mailed:
            outbox.put_and_send(self._mail(link, path))
            messages.success(self.request, _("A link has been e-mailed to %(email)s.") % {"email": link.address})
            return HttpResponseRedirect(self.object.get_absolute_url())
        # Not after a redirect: the secret is in no session and in no log.
        return self.render_to_response(
            self.get_context_data(form=form, made=link, address=self.request.build_absolute_uri(path))
        )

    def _mail(self, link: OneTimeLink, path: str) -> OutgoingMail:
        # The outbox forgets the text, and so the secret, once it has gone.
        words = self.get_mail()
        context = {
            "subject": words.subject,
            "heading": words.heading,
            "request_words": words.request,
            "action": words.action,
            "link": link,
            "asked_by": self.request.user,
            "address": settings.PORTAL_URL + path,
        }
        return OutgoingMail(
            kind=self.purpose,
            period=f"link-{link.pk}",
            address=link.address,
            subject=words.subject,
            text=render_to_string("mail/one_time_link.txt", context),
            html=render_to_string("mail/one_time_link.html", context),
        )

"""The base of every page: permission, authority, stale edits; and the pages that belong to no domain."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import CreateView, DeleteView, DetailView, FormView, ListView, TemplateView, UpdateView
from django.views.generic.base import View

from . import audit, clock
from .audit import Event
from .forms import MembershipEndForm, MembershipForm
from .links import portal_url
from .models import LogEntry, Membership, Organisation
from .paging import NearestPaginator
from .panels import Hit, registry
from .permissions import Role
from .scoping import OrganisationOwned

ROWS_PER_PAGE = 50
SEARCH_HITS_PER_KIND = 20


class PortalMixin:
    """A page of one authority. `permission` is a row of the matrix; a page without one does not start."""

    permission: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    request: HttpRequest
    # Browsers send no others, and Django's own DELETE and PUT would pass by what `form_valid` of a page asks.
    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "options"]

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if issubclass(cls, View) and not cls.permission and not cls.__name__.startswith("Portal"):
            raise ImproperlyConfigured(f"{cls.__name__} names no permission")

    @property
    def organisation(self) -> Organisation:
        """The authority in the address."""
        return self.request.organisation

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.is_allowed():
            raise PermissionDenied(_("Your role here does not include this."))
        response = super().dispatch(request, *args, **kwargs)
        if Role.REVIEWER in request.viewer.roles and request.method == "GET" and response.status_code == 200:
            self.record_view()
        return response

    def record_view(self) -> None:
        """Write down that a Home Office reviewer looked at this page.

        The address without its query: what somebody searched for may be a person's name, which the log must not keep.
        """
        seen = getattr(self, "object", None) or self.organisation
        audit.record(Event.VIEWED, seen, changes={"page": self.request.path})

    def is_allowed(self) -> bool:
        """Whether the viewer's roles here include this page."""
        return self.request.viewer.may(self.permission)

    def url(self, name: str, **kwargs) -> str:
        """The address of another page of this authority."""
        return portal_url(self.organisation, name, **kwargs)

    def get_title(self) -> str:
        return str(self.title)

    def get_breadcrumbs(self) -> Iterable[tuple[str, str]]:
        """(text, address) of the pages above this one, nearest last."""
        return []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        crumbs = [(self.organisation.name, self.url("authority_home")), *self.get_breadcrumbs()]
        return super().get_context_data(
            title=self.get_title(),
            breadcrumbs=[{"text": text, "href": href} for text, href in crumbs],
            today=clock.today(),
            **kwargs,
        )


class OwnedObjectsMixin(PortalMixin):
    """Pages over rows of an owned model: those of the authority in the address."""

    def get_queryset(self):
        return super().get_queryset().of(self.organisation)


class PortalTemplateView(PortalMixin, TemplateView):
    """A page that is no list and no form."""


class PortalListMixin(PortalMixin, ListView):
    """A list, in pages of `ROWS_PER_PAGE` rows; a page that is not there is the nearest that is."""

    paginate_by = ROWS_PER_PAGE
    paginator_class = NearestPaginator

    def paginate_queryset(self, queryset, page_size: int):
        pages = self.get_paginator(queryset, page_size, allow_empty_first_page=self.get_allow_empty())
        page = pages.get_page(self.request.GET.get(self.page_kwarg))
        return pages, page, page.object_list, page.has_other_pages()


class PortalListView(OwnedObjectsMixin, PortalListMixin):
    """A list of owned rows."""


class PortalDetailView(OwnedObjectsMixin, DetailView):
    """One record."""

    def get_title(self) -> str:
        return str(self.title or self.object)


class PortalFormMixin(PortalMixin):
    """A form page. `submit_text` says what happens; `success_message` that it has."""

    template_name = "portal/form.html"
    submit_text: ClassVar[Any] = gettext_lazy("Save")
    success_message: ClassVar[Any] = ""
    intro: ClassVar[Any] = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"organisation": self.organisation}

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_success_message(self) -> str:
        return str(self.success_message)

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        if message := self.get_success_message():
            messages.success(self.request, message)
        return response

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        given = {"submit_text": self.submit_text, "cancel_url": self.get_cancel_url(), "intro": self.intro}
        return super().get_context_data(**given | kwargs)


class PortalFormView(PortalFormMixin, FormView):
    """A form that is not one row."""


class PortalCreateView(PortalFormMixin, CreateView):
    """A new row of this authority."""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if kwargs.get("instance") is None:
            kwargs["instance"] = self.model(organisation=self.organisation)
        return kwargs


class PortalUpdateView(OwnedObjectsMixin, PortalFormMixin, UpdateView):
    """A change to a row, refused politely when somebody else has saved since the form was opened."""

    def get_queryset(self):
        queryset = super().get_queryset()
        # Held until the transaction ends, so that nobody saves between our check and our save.
        return queryset.select_for_update(of=("self",)) if self.request.method == "POST" else queryset


class PortalDeleteView(OwnedObjectsMixin, DeleteView):
    """Asks, then deletes; says what stands in the way where something does."""

    template_name = "portal/confirm_delete.html"
    consequence: ClassVar[Any] = ""
    success_message: ClassVar[Any] = gettext_lazy("Deleted.")

    def get_title(self) -> str:
        return str(self.title or _("Delete “%(name)s”?") % {"name": self.object})

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(consequence=self.consequence, cancel_url=self.get_cancel_url(), **kwargs)

    def form_valid(self, form) -> HttpResponse:
        try:
            with transaction.atomic():
                response = super().form_valid(form)
        except ProtectedError as error:
            kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
            messages.error(self.request, _("This cannot be deleted while these depend on it: %s.") % ", ".join(kinds))
            return HttpResponseRedirect(self.get_cancel_url())
        messages.success(self.request, str(self.success_message))
        return response


class PortalDownloadView(OwnedObjectsMixin, DetailView):
    """Sends a file made from one record, and writes down that it did. Subclasses say `make()`."""

    object: OrganisationOwned

    def make(self) -> tuple[bytes, str, str]:
        """(contents, content type, file name)."""
        raise ImproperlyConfigured(f"{type(self).__name__} makes no file")

    def record_view(self) -> None:
        """Nothing: a download is recorded as such, whoever's it is."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object()
        contents, content_type, name = self.make()
        audit.record(Event.DOWNLOADED, self.object, changes={"file": name})
        return HttpResponse(
            contents,
            content_type=content_type,
            headers={
                "Content-Disposition": content_disposition_header(True, name),
                "Cache-Control": "private, no-store",
            },
        )


# Pages of no authority


class HomeView(TemplateView):
    """Chooses the authority; whoever works for just one, or sees just one, goes straight there."""

    template_name = "portal/home.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        own = [each for each in request.authorities if each.pk in request.viewer.own]
        for authorities in (own, request.authorities):
            if len(authorities) == 1:
                return redirect(authorities[0])
        return super().get(request, *args, **kwargs)


class SecondFactorNeededView(TemplateView):
    """Says why an authenticator app has to be set up before going on."""

    template_name = "portal/second_factor_needed.html"


@method_decorator(login_not_required, name="dispatch")
class PublicPageView(TemplateView):
    """A page that anybody may read: help and statements."""


@method_decorator(login_not_required, name="dispatch")
class HealthView(View):
    """Says that the site answers and that its database does; for the monitoring of the council's IT team."""

    def get(self, request: HttpRequest) -> HttpResponse:
        Organisation.objects.exists()
        return HttpResponse("ok", content_type="text/plain")


# Pages of an authority


class AuthorityHomeView(PortalTemplateView):
    """What needs attention, from every domain."""

    permission = "prevent_portal.view_organisation"
    template_name = "portal/authority_home.html"
    title = gettext_lazy("What needs attention")

    def get_breadcrumbs(self):
        return []

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        viewer, today = self.request.viewer, clock.today()
        panels = [
            {"template": panel.template, **context}
            for panel in registry.panels
            if viewer.may(panel.permission)
            and (context := panel.build(organisation=self.organisation, user=self.request.user, today=today))
        ]
        return super().get_context_data(panels=panels, **kwargs)


class SearchView(PortalTemplateView):
    """Finds words in whatever the viewer may see, other authorities' released records included."""

    permission = "prevent_portal.view_organisation"
    template_name = "portal/search.html"
    title = gettext_lazy("Search")

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        query = self.request.GET.get("q", "").replace("\x00", "").strip()[:200]
        groups: list[tuple[str, list[Hit]]] = []
        if words := query.split()[:8]:
            found = ((s.kind, list(s.search(words, SEARCH_HITS_PER_KIND + 1))) for s in registry.searchers)
            groups = [(str(kind), hits) for kind, hits in found if hits]
        return super().get_context_data(
            query=query,
            groups=[
                {"kind": kind, "hits": hits[:SEARCH_HITS_PER_KIND], "is_cut": len(hits) > SEARCH_HITS_PER_KIND}
                for kind, hits in groups
            ],
            **kwargs,
        )


class MembershipListView(PortalListMixin):
    """Who has an account with this authority, and until when."""

    permission = "prevent_portal.view_membership"
    template_name = "portal/membership_list.html"
    title = gettext_lazy("People")

    def get_queryset(self):
        return (
            Membership.objects.filter(organisation=self.organisation)
            .select_related("user")
            .order_by("user__name", "role", "starts_on")
        )


class MembershipCreateView(PortalFormMixin, CreateView):
    """Gives a person a role here; makes the account where there is none yet."""

    permission = "prevent_portal.change_membership"
    form_class = MembershipForm
    model = Membership
    title = gettext_lazy("Give somebody access")
    submit_text = gettext_lazy("Give access")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": Membership(organisation=self.organisation)}

    def get_success_url(self) -> str:
        return self.url("membership_list")

    def get_success_message(self) -> str:
        return _(
            "%(name)s now has access. They set their password by “Forgotten your password?” on the sign-in page."
        ) % {"name": self.object.user}

    def get_breadcrumbs(self):
        return [(_("People"), self.url("membership_list"))]


class MembershipUpdateView(PortalFormMixin, UpdateView):
    """Changes when a person's access ends."""

    permission = "prevent_portal.change_membership"
    form_class = MembershipEndForm
    success_message = gettext_lazy("Access changed.")

    def get_queryset(self):
        return Membership.objects.filter(organisation=self.organisation).select_related("user", "organisation")

    def get_title(self) -> str:
        return _("Change or end the access of %(name)s") % {"name": self.object.user}

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        given = {"role": self.object.get_role_display(), "on": date_format(self.object.starts_on, "j F Y")}
        return super().get_context_data(intro=_("%(role)s since %(on)s.") % given, **kwargs)

    def get_success_url(self) -> str:
        return self.url("membership_list")

    def get_breadcrumbs(self):
        return [(_("People"), self.url("membership_list"))]


class LogView(PortalListMixin):
    """What was changed and looked at in this authority, newest first."""

    permission = "prevent_portal.view_log"
    template_name = "portal/log.html"
    title = gettext_lazy("Log of changes and views")

    def get_queryset(self):
        return LogEntry.objects.filter(organisation=self.organisation).select_related("actor")


# Errors


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 that says why, where there is something to say."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)

"""Two admin sites of our own: the officers', inside one authority, and the platform operator's.

Django's default site is not used: it would show every account and authenticator secret to any administrator.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import update_wrapper
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import get_script_prefix, get_urlconf, reverse, set_script_prefix, set_urlconf
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.csrf import csrf_failure as django_csrf_failure

from .links import portal_url
from .models import LogEntry, Membership, Organisation, User
from .scoping import OrganisationOwned

HISTORY_LINES_PER_PAGE = 100

KEY_DIGITS = 19
"""As many as the largest key has."""


UNUSED_PAGES = frozenset({"logout", "password_change", "password_change_done", "view_on_site"})
"""Pages of Django's admin that the portal has elsewhere. SECURITY: `view_on_site` answers for every organisation."""


@contextlib.contextmanager
def outside_the_admin() -> Iterator[None]:
    """Make addresses of ordinary pages, also where the officers' admin has the authority as its script name."""
    prefix, urlconf = get_script_prefix(), get_urlconf()
    set_script_prefix("/")
    set_urlconf(None)
    try:
        yield
    finally:
        set_script_prefix(prefix)
        set_urlconf(urlconf)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The portal's 400 page for the officers' admin."""
    with outside_the_admin():
        return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The portal's 403 page for the officers' admin."""
    from .views import permission_denied as portal_permission_denied

    with outside_the_admin():
        return portal_permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The portal's page for a form that was open too long; in the officers' admin too."""
    with outside_the_admin():
        return django_csrf_failure(request, reason)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The portal's 404 page for the officers' admin."""
    with outside_the_admin():
        return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The portal's 500 page for the officers' admin."""
    with outside_the_admin():
        return defaults.server_error(request)


class QuietAdminSite(admin.AdminSite):
    """An admin that signs nobody in by itself and leaves history to the portal's own log."""

    site_title = gettext_lazy("Prevent Portal")
    site_url = None

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if self.has_permission(request):
            return redirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise PermissionDenied(_("Your role here does not include this."))
        with outside_the_admin():
            return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        permitted = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                # Django would send somebody who is signed in to sign in.
                raise PermissionDenied(_("Your role here does not include this."))
            return permitted(request, *args, **kwargs)

        return update_wrapper(checked, permitted)

    def get_urls(self) -> list:
        return [each for each in super().get_urls() if getattr(each, "name", None) not in UNUSED_PAGES]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        with outside_the_admin():
            elsewhere = {"account_url": reverse("mfa_index"), "sign_out_url": reverse("account_logout")}
        return super().each_context(request) | elsewhere


class OfficersSite(QuietAdminSite):
    """Owned models only, for the authority in the address."""

    site_header = gettext_lazy("Officers' admin")
    index_title = gettext_lazy("Records of this authority")

    def has_permission(self, request: HttpRequest) -> bool:
        viewer = getattr(request, "viewer", None)
        return viewer is not None and request.organisation is not None and viewer.may("prevent_portal.use_admin")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {
            "site_header": f"{request.organisation} – {self.site_header}",
            "site_url": portal_url(request.organisation, "authority_home"),
        }


class PlatformSite(QuietAdminSite):
    """Authorities, people and shared lists: everything but the authorities' own rows."""

    site_header = gettext_lazy("Prevent Portal – platform")
    index_title = gettext_lazy("Authorities, accounts and shared lists")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_authenticated and user.is_active and user.is_platform_operator):
            return False
        return "platform_operator" not in settings.MFA_REQUIRED_ROLES or is_mfa_enabled(user)


officers_site = OfficersSite(name="admin")
platform_site = PlatformSite(name="platform")


class RecordedModelAdmin(admin.ModelAdmin):
    """History from the log; `QuerySet`s and saves record themselves."""

    list_per_page = 50

    def view_on_site(self, obj: models.Model) -> str | None:
        """The record's own page in the portal."""
        if not hasattr(obj, "get_absolute_url"):
            return None
        with outside_the_admin():
            return obj.get_absolute_url()

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts, object_id: str) -> HttpResponse:
        # Django would say, on the front page, which id does not exist.
        raise Http404

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address suggests for a new record, without what no choice of the form could be."""
        initial = super().get_changeform_initial_data(request)
        for link in self.opts.concrete_fields:
            if isinstance(link, models.ForeignKey) and link.name in initial:
                key = str(initial[link.name])
                if not (key.isdecimal() and self.may_choose(request, link).filter(pk=key).exists()):
                    del initial[link.name]
        return initial

    def response_action(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        """What an action on the ticked rows answers; ticks that are no keys of rows are refused in words."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(each.isascii() and each.isdecimal() and len(each) <= KEY_DIGITS for each in ticked):
            self.message_user(request, _("What was chosen is not in this list. Choose again."), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def may_choose(self, request: HttpRequest, link: models.ForeignKey) -> models.QuerySet:
        """The rows that this field may point at."""
        rows = link.related_model._default_manager.all()
        return rows.of(request.organisation) if issubclass(link.related_model, OrganisationOwned) else rows

    def log_addition(self, request, obj, message):
        """The log has it already."""

    def log_change(self, request, obj, message):
        """The log has it already."""

    def log_deletions(self, request, queryset):
        """The log has it already."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        lines = LogEntry.objects.filter(model=self.opts.label_lower, object_id=obj.pk).select_related("actor")
        page = Paginator(lines, HISTORY_LINES_PER_PAGE).get_page(request.GET.get("p"))
        context = self.admin_site.each_context(request) | {
            "title": _("History of %s") % obj,
            "object": obj,
            "opts": self.opts,
            "lines": page,
        }
        return TemplateResponse(request, "admin/portal_history.html", context)


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a foreign key that offers the authority's own rows, not all that the viewer may see."""

    def field_choices(self, field, request: HttpRequest, model_admin) -> list:
        ordering = self.field_admin_ordering(field, request, model_admin)
        own = {"organisation": request.organisation}
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=own)


class OwnedAdminForm(forms.ModelForm):
    """Knows its authority before it validates, so that a second record of the same name is a clear error."""

    organisation: Organisation

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.organisation = self.organisation

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"organisation"}


class OwnedRecordForm(OwnedAdminForm):
    """A record on a page of its own."""

    def complete_instance(self) -> None:
        """Fill in what follows from the fields; called when they are in order."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        self.complete_instance()
        try:
            self.instance.check_lock()
        except PermissionDenied as error:
            self.add_error(None, str(error))


class OwnedAdminMixin:
    """Rows and choices of the authority in the address."""

    form = OwnedAdminForm

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).of(request.organisation)

    def formfield_for_foreignkey(self, db_field: models.ForeignKey, request: HttpRequest, **kwargs):
        if issubclass(db_field.related_model, OrganisationOwned):
            rows = db_field.related_model.objects.of(request.organisation)
            locked = rows.locked_condition
            # What is in a closed plan neither changes nor gets new parts.
            kwargs.setdefault("queryset", rows if locked is None else rows.exclude(locked))
        elif db_field.related_model is User:
            # Only people of this authority: the list of all accounts is nobody's business.
            members = User.objects.filter(memberships__organisation=request.organisation).distinct()
            kwargs.setdefault("queryset", members)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _with_organisation(self, form: type[forms.ModelForm], request: HttpRequest) -> type[forms.ModelForm]:
        return type(form.__name__, (form,), {"organisation": request.organisation})


class OwnedModelAdmin(OwnedAdminMixin, RecordedModelAdmin):
    """An owned model in the officers' admin. What is locked can be looked at, and the page says why."""

    form = OwnedRecordForm

    def get_form(self, request: HttpRequest, obj=None, change: bool = False, **kwargs):
        return self._with_organisation(super().get_form(request, obj, change, **kwargs), request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not reason_for_lock(obj)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not reason_for_lock(obj)

    def render_change_form(self, request: HttpRequest, context: dict, *args, obj=None, **kwargs) -> HttpResponse:
        if reason := reason_for_lock(obj):
            messages.warning(request, reason)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        # One by one: a row that was locked meanwhile must stop the deletion, not be passed over in silence.
        for obj in queryset:
            obj.delete()


def reason_for_lock(obj: OrganisationOwned | None) -> str:
    """Why this row must not change any more; empty if it may."""
    if obj is None or obj.pk is None:
        return ""
    try:
        obj.check_lock()
    except PermissionDenied as error:
        return str(error)
    return ""


class OwnedInline(OwnedAdminMixin, admin.TabularInline):
    """Parts of an owned record, on its page."""

    extra = 0
    show_change_link = True
    view_on_site = False

    def get_formset(self, request: HttpRequest, obj=None, **kwargs):
        kwargs["form"] = self._with_organisation(kwargs.get("form", self.form), request)
        return super().get_formset(request, obj, **kwargs)


class PlatformModelAdmin(RecordedModelAdmin):
    """A shared model in the platform operator's admin. Nothing shared is deleted: it is retired."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class OrganisationAdmin(PlatformModelAdmin):
    list_display = ("name", "kind", "parent", "region", "nation", "is_funded")
    list_filter = ("kind", "nation", "region", "is_funded")
    list_select_related = ("parent",)
    search_fields = ("name", "slug", "ons_code")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent",)


class UserAdmin(PlatformModelAdmin):
    """Accounts. A person sets their own password by "Forgotten your password?"; nobody else ever knows it."""

    list_display = ("name", "email", "post", "is_active", "is_platform_operator", "last_login")
    list_filter = ("is_active", "is_platform_operator")
    search_fields = ("name", "email", "post")
    fields = ("name", "email", "post", "is_active", "is_platform_operator")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # SECURITY: with another's address one could have their password set anew. A wrong one is a new account.
        return ("email",) if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


class MembershipAdmin(PlatformModelAdmin):
    list_display = ("user", "organisation", "role", "starts_on", "ends_on")
    list_filter = ("role", "organisation")
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__name")
    autocomplete_fields = ("user", "organisation")


platform_site.register(Organisation, OrganisationAdmin)
platform_site.register(User, UserAdmin)
platform_site.register(Membership, MembershipAdmin)

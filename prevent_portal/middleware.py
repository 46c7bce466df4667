"""From the address to the viewer: which authority, who is looking, and the guard around read-only accounts."""

import contextlib
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from . import audit, clock, guard
from .access import viewer_for
from .models import Organisation
from .scoping import viewing

ADMIN_PREFIX = re.compile(r"^(?P<prefix>/authorities/(?P<authority>[-\w]+))(?P<rest>/admin/.*)$")
GUARDED_PREFIXES = ("/authorities/", "/overview/")


class OrganisationMiddleware:
    """Sets `request.organisation` and `request.viewer`, and answers 404 where somebody has no business."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # On a shared machine the Back button must not bring back what the last person saw.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex
        request.organisation = request.viewer = None
        request.memberships = []
        user = request.user
        guarded = request.path_info.startswith(GUARDED_PREFIXES)
        admin = ADMIN_PREFIX.match(request.path_info)
        slug = admin["authority"] if admin else _authority_in(request)
        if not user.is_authenticated:
            # Every address below /authorities/ answers a stranger alike, whether it exists or not.
            return redirect_to_login(request.get_full_path()) if guarded else self.get_response(request)

        organisation = None
        if slug is not None:
            # The same answer for an authority that does not exist and for one that is none of theirs.
            organisation = Organisation.objects.filter(slug=slug).first()
            if organisation is None:
                raise Http404
        access = viewer_for(user, organisation, today=clock.today())
        if organisation is not None and not access.viewer.roles:
            raise Http404
        # SECURITY: not before now, or the page that says "not found" would name the authority.
        request.organisation, request.viewer, request.authorities = organisation, access.viewer, access.authorities
        if request.organisation is not None and access.needs_second_factor(user):
            return redirect("second_factor_needed")

        with contextlib.ExitStack() as stack:
            stack.enter_context(viewing(access.viewer))
            stack.enter_context(audit.acting(actor_id=user.pk, request_id=request.request_id))
            if admin:
                stack.enter_context(_mounted_at(request, admin))
            if guarded and access.viewer.is_read_only:
                return self._read_only_response(request, stack)
            return self.get_response(request)

    def _read_only_response(self, request: HttpRequest, stack: contextlib.ExitStack) -> HttpResponse:
        from .views import permission_denied

        with guard.read_only() as watch:
            response = self.get_response(request)
        if watch.attempts:
            audit.record_refusal(
                organisation_id=request.organisation and request.organisation.pk,
                what=f"{request.method} {request.path}: {watch.attempts[0]}",
            )
            # Also where the view swallowed the error and returned something else.
            response = permission_denied(request, guard.ReadOnlyViolation(_("This account can look but not change.")))
        return response


def _authority_in(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).kwargs.get("authority")
    except Resolver404:
        return None


@contextlib.contextmanager
def _mounted_at(request: HttpRequest, match: re.Match):
    """Treat `/authorities/<slug>` as the place where the officers' admin is mounted.

    Django's admin knows its addresses by name only, without arguments; with the prefix as the script's name
    its links stay inside the authority. Only here, and put back afterwards.
    """
    before = get_script_prefix()
    request.path_info = match["rest"]
    request.urlconf = settings.ADMIN_URLCONF
    set_script_prefix(match["prefix"] + "/")
    try:
        yield
    finally:
        set_script_prefix(before)

"""Addresses by which somebody without an account answers for their own.

The secret is in the address alone; what is kept is its hash. The link opens what its purpose says and nothing else,
until it expires, is taken back, or whoever has it says that they are done.
"""

import datetime as dt
import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic.base import View

from .audit import because
from .models import OneTimeLink, Organisation, User
from .scoping import acting_for

GOOD_FOR_DAYS = 21
"""A link works for three weeks: long enough for somebody on leave, short enough to be forgotten about safely."""

SECRET_BYTES = 32


def make_link(
    *, organisation: Organisation, purpose: str, subject_id: int, address: str, user: User | None
) -> tuple[OneTimeLink, str]:
    """A new link and its secret, which is known now and never again; earlier ones for the same end."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    now = timezone.now()
    with transaction.atomic():
        for earlier in good_links(organisation, purpose).filter(subject_id=subject_id):
            revoke_link(earlier)
        link = OneTimeLink(
            organisation=organisation,
            purpose=purpose,
            subject_id=subject_id,
            address=address,
            token_sha256=_hash(secret),
            made_by=user,
            made_at=now,
            expires_at=now + dt.timedelta(days=GOOD_FOR_DAYS),
        )
        link.save()
    return link, secret


def revoke_link(link: OneTimeLink) -> None:
    """Take a link back: from now on it opens nothing."""
    link.revoked_at = timezone.now()
    link.save()


def finish_link(link: OneTimeLink) -> None:
    """Whoever has the link says that they are done with it."""
    link.finished_at = timezone.now()
    link.save()


def good_links(organisation: Organisation, purpose: str):
    """The links for this that still open something."""
    return OneTimeLink.objects.of(organisation).filter(
        purpose=purpose, finished_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@method_decorator(login_not_required, name="dispatch")
class OneTimeLinkView(View):
    """A page opened by a one-time link. Its address has `council` and `secret`.

    SECURITY: it acts for the authority with nobody signed in, so subclasses read and write only what belongs to the
    link's own record. A secret that opens nothing is a page that does not exist, whatever the reason.
    """

    purpose: ClassVar[str] = ""
    link: OneTimeLink
    organisation: Organisation

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            # SECURITY: an account that may only look would write by this route. Led away rather than refused: Django
            # logs the address of what it refuses, and this one may be good.
            messages.info(
                request, _("This link is for somebody without an account. To use it, sign out and open it again.")
            )
            return redirect("home")
        organisation = Organisation.objects.filter(slug=kwargs.pop("council")).first()
        if organisation is None:
            raise Http404
        self.organisation = organisation
        with acting_for(organisation), transaction.atomic():
            hashed = _hash(kwargs.pop("secret"))
            link = good_links(organisation, self.purpose).filter(token_sha256=hashed).first()
            if link is None:
                raise Http404
            self.link = link
            if link.opened_at is None:
                link.opened_at = timezone.now()
                link.save()
            with because(_("By one-time link %(number)s") % {"number": link.pk}):
                self.prepare()
                response = super().dispatch(request, *args, **kwargs)
                if hasattr(response, "render"):
                    # Here, where the rows may still be read.
                    response = response.render()
        add_never_cache_headers(response)
        # SECURITY: nobody outside learns the secret as a referrer. Not "no-referrer": browsers then send no origin with
        # a form either, and are refused for that.
        response["Referrer-Policy"] = "same-origin"
        return response

    def url(self, name: str, **kwargs) -> str:
        """The address of another page that the same link opens."""
        held = {part: self.request.resolver_match.kwargs[part] for part in ("council", "secret")}
        return reverse(name, kwargs=held | kwargs)

    def prepare(self) -> None:
        """Find what the link is for; raises Http404 if that is gone."""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(link=self.link, council=self.organisation, **kwargs)

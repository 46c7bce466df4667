"""The pages of calendars: those that one can subscribe to, and what a calendar program fetches."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import View

from . import calendars, clock
from .access import viewer_for
from .models import CalendarFeed, Organisation
from .panels import registry
from .scoping import acting_for, viewing
from .views import PortalTemplateView

PERMISSION = "prevent_portal.use_calendar"

FETCHED_AGAIN_AFTER = dt.timedelta(hours=1)
"""A fetch is written down at most this often: programs ask every few minutes."""

KEPT_FOR_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar that somebody can have, and their address for it if there is one."""

    kind: str
    subject_id: int | None
    title: str
    feed: CalendarFeed | None


class CalendarListView(PortalTemplateView):
    """The calendars that one can subscribe to; makes their addresses and takes them back."""

    permission = PERMISSION
    template_name = "portal/calendar_list.html"
    title = gettext_lazy("Due dates in your calendar")

    def rows(self) -> list[CalendarRow]:
        """All calendars that the viewer can have here."""
        feeds = {
            (each.kind, each.subject_id): each for each in calendars.feeds_of(self.organisation, self.request.user)
        }
        return [
            CalendarRow(source.kind, subject_id, title, feeds.get((source.kind, subject_id)))
            for source in registry.calendar_sources
            if self.request.viewer.may(source.permission)
            for subject_id, title in source.subjects(self.organisation)
        ]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        asked = request.POST.get("calendar", "")
        row = next((each for each in self.rows() if f"{each.kind} {each.subject_id or ''}".strip() == asked), None)
        if row is None:
            raise Http404
        if "revoke" in request.POST:
            if row.feed:
                calendars.revoke_feed(row.feed)
                messages.success(request, _("The address has been taken back. Calendars get nothing from it any more."))
            return HttpResponseRedirect(self.url("calendar_list"))
        secret = calendars.make_feed(
            organisation=self.organisation, user=request.user, kind=row.kind, subject_id=row.subject_id
        )
        address = reverse("calendar", kwargs={"council": self.organisation.slug, "secret": secret})
        # Not after a redirect: the secret is in no session and in no log.
        return self.render_to_response(self.get_context_data(made=row, address=request.build_absolute_uri(address)))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(rows=self.rows(), **kwargs)


@method_decorator(login_not_required, name="dispatch")
class CalendarView(View):
    """What a calendar program fetches.

    SECURITY: nobody is signed in. It shows what the address's owner may see now, as whom every query below runs; a
    secret that opens nothing is a page that does not exist, whatever the reason.
    """

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, council: str, secret: str) -> HttpResponse:
        organisation = Organisation.objects.filter(slug=council).first()
        if organisation is None:
            raise Http404
        with acting_for(organisation):
            feed = calendars.feed_opened_by(organisation, secret)
            source = calendars.source_called(feed.kind) if feed else None
            if source is None or not feed.user.is_active:
                raise Http404
        access = viewer_for(feed.user, organisation, today=clock.today())
        if not (access.viewer.may(PERMISSION) and access.viewer.may(source.permission)):
            raise Http404
        with viewing(access.viewer):
            title = dict(source.subjects(organisation)).get(feed.subject_id)
            if title is None:
                # The plan has been closed: an empty calendar, so that programs drop what they had.
                title, entries = str(source.title), []
            else:
                entries = source.entries(organisation=organisation, user=feed.user, subject_id=feed.subject_id)
            contents = calendars.as_ical(f"{organisation}: {title}", entries)
            now = timezone.now()
            if feed.fetched_at is None or now - feed.fetched_at > FETCHED_AGAIN_AFTER:
                CalendarFeed.objects.filter(pk=feed.pk).update(fetched_at=now)
        response = HttpResponse(contents, content_type="text/calendar; charset=utf-8")
        patch_cache_control(response, private=True, max_age=KEPT_FOR_SECONDS)
        return response


calendar_urls = [path("calendars/", CalendarListView.as_view(), name="calendar_list")]
feed_urls = [path("calendar/<slug:council>/<str:secret>.ics", CalendarView.as_view(), name="calendar")]

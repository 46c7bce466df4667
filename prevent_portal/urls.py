"""The addresses, and the only module that names every app."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from benchmarks.views.respondents import answer_urls as respondent_urls
from plans.views.answering import answer_urls

from . import views
from .admin import platform_site
from .calendar_views import calendar_urls, feed_urls
from .evidence_views import evidence_urls
from .recommendation_views import recommendation_urls
from .reminder_views import reminder_urls

handler403 = "prevent_portal.views.permission_denied"

authority_urls = [
    path("", views.AuthorityHomeView.as_view(), name="authority_home"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("people/", views.MembershipListView.as_view(), name="membership_list"),
    path("people/add/", views.MembershipCreateView.as_view(), name="membership_create"),
    path("people/<int:pk>/change/", views.MembershipUpdateView.as_view(), name="membership_update"),
    path("log/", views.LogView.as_view(), name="log"),
    *evidence_urls,
    *calendar_urls,
    *recommendation_urls,
    path("plans/", include("plans.urls")),
    path("assessments/", include("benchmarks.urls")),
    path("training/", include("training.urls")),
]


def public_page(address: str, name: str, title) -> object:
    """A page of text that anybody may read."""
    view = views.PublicPageView.as_view(template_name=f"portal/{name}.html", extra_context={"title": title})
    return path(address, view, name=name)


urlpatterns = [
    *answer_urls,
    *respondent_urls,
    *feed_urls,
    path("", views.HomeView.as_view(), name="home"),
    path("authorities/<slug:authority>/", include(authority_urls)),
    public_page("help/", "help", _("Help")),
    public_page("help/never-enter/", "never_enter", _("What must never be entered")),
    public_page("accessibility/", "accessibility", _("Accessibility statement")),
    path("health/", views.HealthView.as_view(), name="health"),
    path("account/second-factor/", views.SecondFactorNeededView.as_view(), name="second_factor_needed"),
    # SECURITY: people do not change their own address: it is what an administrator knows them by.
    path("account/email/", RedirectView.as_view(pattern_name="mfa_index"), name="own_email_stays"),
    *reminder_urls,
    path("account/", include("allauth.urls")),
    path("platform/", platform_site.urls),
]

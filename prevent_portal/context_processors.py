"""What every page's frame needs."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .links import portal_url
from .panels import registry


def portal(request: HttpRequest) -> dict:
    """The viewer, the authority, its tabs and the authorities to switch to; no queries."""
    organisation, viewer = getattr(request, "organisation", None), getattr(request, "viewer", None)
    context = {"viewer": viewer, "organisation": organisation, "navigation": [], "authorities": [], "search_url": None}
    if viewer is None:
        return context
    context["authorities"] = [
        {"name": each.name, "href": portal_url(each, "authority_home")} for each in getattr(request, "authorities", ())
    ]
    if organisation is not None and viewer.roles:
        tabs = list(_tabs(organisation, viewer))
        # A tab's pages may lie below another's (owners below plans): the longest address is the nearest.
        current = max(
            (href for _t, href, nested in tabs if request.path == href or (nested and request.path.startswith(href))),
            key=len,
            default=None,
        )
        context["navigation"] = [{"text": text, "href": href, "is_current": href == current} for text, href, _n in tabs]
        context["search_url"] = portal_url(organisation, "search")
    return context


def _tabs(organisation, viewer):
    yield _("Needs attention"), portal_url(organisation, "authority_home"), False
    for item in registry.navigation:
        if viewer.may(item.permission):
            yield item.text, portal_url(organisation, item.url_name), True
    if viewer.may("prevent_portal.view_membership"):
        yield _("People"), portal_url(organisation, "membership_list"), True
    if viewer.may("prevent_portal.view_log"):
        yield _("Log"), portal_url(organisation, "log"), True
    if viewer.may("prevent_portal.use_admin"):
        yield _("Admin"), f"/authorities/{organisation.slug}/admin/", True

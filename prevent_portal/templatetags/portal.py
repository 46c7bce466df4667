"""Template tags of the portal's own pages: what the viewer may do, the log in words."""

from collections.abc import Iterable

from django import template

from prevent_portal import log_words
from prevent_portal.links import portal_url
from prevent_portal.models import LogEntry, Organisation
from prevent_portal.scoping import Viewer

register = template.Library()


@register.filter
def may(viewer: Viewer | None, code: str) -> bool:
    """Whether the viewer has this permission of the matrix here: `{% if viewer|may:"plans.change_plan" %}`."""
    return viewer is not None and viewer.may(code)


@register.simple_tag
def page_url(organisation: Organisation, name: str, **kwargs) -> str:
    """The address of a page of this authority: `{% page_url organisation "plans:plan_detail" pk=plan.pk as href %}`."""
    return portal_url(organisation, name, **kwargs)


@register.simple_tag
def log_lines(entries: Iterable[LogEntry]) -> list[log_words.LogLine]:
    """Lines of the log in words: `{% log_lines object_list as lines %}`."""
    return log_words.in_words(entries)

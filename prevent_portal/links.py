"""Addresses of an authority's pages."""

from django.conf import settings
from django.urls import get_script_prefix, reverse, set_script_prefix

from .models.organisations import Organisation


def portal_url(organisation: Organisation | str, name: str, **kwargs) -> str:
    """The address of a page of this authority (or its slug); alike in a page, the admin, an e-mail or a task."""
    slug = organisation if isinstance(organisation, str) else organisation.slug
    # The officers' admin runs with the authority as its script name; these pages do not.
    before = get_script_prefix()
    set_script_prefix("/")
    try:
        return reverse(name, urlconf=settings.ROOT_URLCONF, kwargs={"authority": slug, **kwargs})
    finally:
        set_script_prefix(before)

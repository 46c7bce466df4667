"""The officers' admin, reached only below an authority's address (see `middleware.py`)."""

from django.urls import path

from .admin import officers_site

handler403 = "prevent_portal.views.permission_denied"

urlpatterns = [path("admin/", officers_site.urls)]

"""The officers' admin, reached only below an authority's address (see `middleware.py`)."""

from django.urls import path

from .admin import officers_site

handler400 = "prevent_portal.admin.bad_request"
handler403 = "prevent_portal.admin.permission_denied"
handler404 = "prevent_portal.admin.page_not_found"
handler500 = "prevent_portal.admin.server_error"

urlpatterns = [path("admin/", officers_site.urls)]

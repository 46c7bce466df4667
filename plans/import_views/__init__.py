"""Giving the portal a plan: upload, check and correct, confirm; what came of it; taking it back."""

from django.urls import path

from . import check, done, give, update

import_urls = [
    path("imports/", done.PlanImportListView.as_view(), name="plan_import_list"),
    path("imports/headings/", done.ColumnHeadingListView.as_view(), name="column_heading_list"),
    path("imports/headings/<int:pk>/delete/", done.ColumnHeadingDeleteView.as_view(), name="column_heading_delete"),
    path("import/", give.PlanImportCreateView.as_view(), name="plan_import_create"),
    path("import/<int:pk>/", check.PlanImportPreviewView.as_view(), name="plan_import_preview"),
    path("import/<int:pk>/plans/", give.PlanImportPartsView.as_view(), name="plan_import_parts"),
    path("import/<int:pk>/columns/", check.PlanImportColumnsView.as_view(), name="plan_import_columns"),
    path("import/<int:pk>/rows/", check.PlanImportRowsView.as_view(), name="plan_import_rows"),
    path("import/<int:pk>/rows/<slug:row>/", check.PlanImportRowView.as_view(), name="plan_import_row"),
    path("import/<int:pk>/set-aside/", check.PlanImportAsideView.as_view(), name="plan_import_aside"),
    path("import/<int:pk>/set-aside/<slug:aside>/", check.PlanImportTakeInView.as_view(), name="plan_import_take_in"),
    path("import/<int:pk>/update/<int:plan>/", update.PlanImportUpdateView.as_view(), name="plan_import_update"),
    path("import/<int:pk>/done/", done.PlanImportDetailView.as_view(), name="plan_import_detail"),
    path("import/<int:pk>/undo/", done.PlanImportUndoView.as_view(), name="plan_import_undo"),
    path("import/<int:pk>/discard/", give.PlanImportDiscardView.as_view(), name="plan_import_discard"),
    path("import/<int:pk>/original/", give.PlanImportOriginalView.as_view(), name="plan_import_original"),
]

__all__ = ["import_urls"]

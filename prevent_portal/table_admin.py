"""Import and export of a table in the officers' admin: choose a file, see what it would change, confirm."""

import base64
import binascii
import datetime as dt
import zlib
from typing import Any, ClassVar

import tablib
from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin
from import_export.results import Result, RowResult

from . import clock
from .audit import Event, because, record
from .models import LogEntry
from .resources import MAX_FILE_BYTES, MAX_ROWS, OwnedResource, error_messages, fingerprint, read_table, write_table
from .tables_in import UnreadableFile

PREVIEW_HOLDS_SECONDS = 60 * 60
"""How long a preview can be confirmed."""

REASON_CHARACTERS = LogEntry._meta.get_field("reason").max_length
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _shown(before: Any, after: Any, is_changed: bool) -> tuple[Any, Any, bool]:
    """A cell of the preview as people read it."""
    dates = [date_format(each, "j F Y") if isinstance(each, dt.date) else each for each in (before, after)]
    return (*dates, is_changed)


class TableUploadForm(forms.Form):
    """A CSV or Excel file; what it is shows in its content."""

    file = forms.FileField(
        label=gettext_lazy("CSV or Excel file"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"})
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        # Refused before it is read into memory.
        data = upload.read(MAX_FILE_BYTES + 1)
        try:
            self.table = read_table(data)
        except UnreadableFile as error:
            raise forms.ValidationError(str(error)) from error
        self.data_read = data
        return upload


class TableDownloadForm(forms.Form):
    """The format of an export."""

    file_format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV (.csv)")], initial="xlsx"
    )


class HeldFile(forms.Form):
    """The file between its preview and its confirmation.

    SECURITY: the file itself travels through the page, signed for this person, authority and table. There is no
    temporary file whose name somebody could guess or change, and nothing is left behind when nobody confirms.
    """

    held = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def signer(*bound_to: Any) -> TimestampSigner:
        return TimestampSigner(salt=":".join(["prevent_portal.held_file", *map(str, bound_to)]))

    @classmethod
    def of(cls, data: bytes, name: str, result: Result, *bound_to: Any) -> "HeldFile":
        """The form that confirms this file with this result."""
        content = base64.b64encode(zlib.compress(data)).decode()
        held = cls.signer(*bound_to).sign_object({"data": content, "name": name, "result": fingerprint(result)})
        return cls(initial={"held": held})

    def open(self, *bound_to: Any) -> tuple[bytes, str, str] | None:
        """(data, file name, fingerprint of what was previewed); None if it is not this person's, or too old."""
        if not self.is_valid():
            return None
        try:
            held = self.signer(*bound_to).unsign_object(self.cleaned_data["held"], max_age=PREVIEW_HOLDS_SECONDS)
            return zlib.decompress(base64.b64decode(held["data"])), held["name"], held["result"]
        except (BadSignature, binascii.Error, zlib.error):
            return None


class TableAdminMixin(ImportExportMixin):
    """An owned model whose table goes out as a file and comes back in.

    import-export gives addresses, buttons and the import itself; the steps around it are the portal's: one
    authority, one transaction, nothing written that was not previewed.
    """

    table_resource: ClassVar[type[OwnedResource]]
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def _resource(self, request: HttpRequest) -> OwnedResource:
        return self.table_resource(organisation=request.organisation)

    def _bound_to(self, request: HttpRequest) -> tuple:
        return request.user.pk, request.organisation.pk, self.opts.label_lower

    # Import

    def import_action(self, request: HttpRequest, **kwargs) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = TableUploadForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            name = form.cleaned_data["file"].name
            result = self._import(request, form.table, name, dry_run=True)
            context = self._preview(request, form.data_read, form.table, name, result)
        return self._import_page(request, form, context)

    def process_import(self, request: HttpRequest, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseRedirect(self._address("import"))
        if not self.has_import_permission(request):
            raise PermissionDenied
        held = HeldFile(request.POST).open(*self._bound_to(request))
        if held is None:
            messages.error(request, _("This preview can no longer be confirmed. Choose the file again."))
            return HttpResponseRedirect(self._address("import"))
        data, name, previewed = held
        table = read_table(data)
        with transaction.atomic():
            result = self._import(request, table, name, dry_run=False)
            is_as_previewed = fingerprint(result) == previewed
            if not is_as_previewed:
                transaction.set_rollback(True)
        if is_as_previewed and not error_messages(result):
            messages.success(request, self._in_words(result))
            return HttpResponseRedirect(self._address("changelist"))
        messages.warning(
            request,
            _("Nothing was imported: the records have changed since the preview. Check again what would change."),
        )
        return self._import_page(request, TableUploadForm(), self._preview(request, data, table, name, result))

    def _import(self, request: HttpRequest, table: tablib.Dataset, name: str, *, dry_run: bool) -> Result:
        reason = _("import of %(file)s") % {"file": name}
        with because(reason[:REASON_CHARACTERS]):
            return self._resource(request).import_data(
                table, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True, user=request.user
            )

    def _preview(
        self, request: HttpRequest, data: bytes, table: tablib.Dataset, name: str, result: Result
    ) -> dict[str, Any]:
        errors = [(number and table.lines[number - 1], column, text) for number, column, text in error_messages(result)]
        context = {"file_name": name, "errors_by_row": errors, "result": result}
        if not errors:
            columns = [index for index, header in enumerate(result.diff_headers) if header in table.headers]
            context |= {
                "summary": self._in_words(result),
                "headers": [result.diff_headers[index] for index in columns],
                "rows": [
                    (table.lines[row.number - 1], row.is_new(), [_shown(*row.diff[index]) for index in columns])
                    for row in result.rows
                ],
                "confirm_form": HeldFile.of(data, name, result, *self._bound_to(request)) if result.rows else None,
            }
        return context

    def _import_page(self, request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
        resource = self._resource(request)
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/import_export/import.html",
            self.admin_site.each_context(request)
            | {
                "title": _("Import %(name)s") % {"name": self.opts.verbose_name_plural},
                "opts": self.opts,
                "form": form,
                "resource": resource,
                "most_rows": MAX_ROWS,
                "most_kilobytes": MAX_FILE_BYTES // 1000,
            }
            | context,
        )

    @staticmethod
    def _in_words(result: Result) -> str:
        totals = result.totals
        return _("%(new)d new, %(changed)d changed, %(same)d as they were.") % {
            "new": totals[RowResult.IMPORT_TYPE_NEW],
            "changed": totals[RowResult.IMPORT_TYPE_UPDATE],
            "same": totals[RowResult.IMPORT_TYPE_SKIP],
        }

    # Export

    def export_action(self, request: HttpRequest) -> HttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            queryset = self.get_export_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._address("changelist"))
        form = TableDownloadForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._download(request, queryset, form.cleaned_data["file_format"])
            except UnreadableFile as error:
                form.add_error("file_format", str(error))
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/import_export/export.html",
            self.admin_site.each_context(request)
            | {
                "title": _("Export %(name)s") % {"name": self.opts.verbose_name_plural},
                "opts": self.opts,
                "form": form,
                "row_count": queryset.count(),
                "resource": self._resource(request),
            },
        )

    def _download(self, request: HttpRequest, queryset, file_format: str) -> HttpResponse:
        table = self._resource(request).export(queryset)
        title = str(self.opts.verbose_name_plural)
        content = write_table(table, title=title, file_format=file_format)
        name = f"{slugify(title)}-{request.organisation.slug}-{clock.today():%Y-%m-%d}.{file_format}"
        record(Event.DOWNLOADED, request.organisation, changes={"file": name, "rows": len(table)})
        return HttpResponse(
            content,
            content_type=CONTENT_TYPES[file_format],
            headers={"Content-Disposition": content_disposition_header(True, name)},
        )

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", current_app=self.admin_site.name)

"""What the pages of a staged import share: the import in the address, its draft, the ways between them."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prevent_portal.views import PortalMixin

from .. import services
from ..import_forms.columns import certainty_of
from ..models import PlanImport
from ..understanding.draft import ObjectiveDraft, PlanDraft

ROWS_PER_PAGE = 100
"""Rows of an import on one page, each with its whole text."""


def page_links(page: Page) -> list[dict[str, Any]]:
    """For each page of rows, the first and the last row on it."""
    rows = page.paginator
    return [
        {
            "number": number,
            "first": (number - 1) * rows.per_page + 1,
            "last": min(number * rows.per_page, rows.count),
            "is_current": number == page.number,
        }
        for number in rows.page_range
    ]


def is_guessed(row: ObjectiveDraft) -> bool:
    """Whether an owner or a date of the row was found in its words instead of in a column of its own."""
    parts = (row, *row.actions)
    return any(each.is_guess for part in parts for each in (*part.owners, *part.target_dates))


def is_worth_a_look(row: ObjectiveDraft) -> bool:
    """Whether something was noticed in the row, or guessed."""
    return bool(row.flags) or any(action.flags for action in row.actions) or is_guessed(row)


class StagedImportMixin(PortalMixin):
    """A page of an import that waits to be checked; 404 once it is imported, thrown away or expired."""

    tab: ClassVar[str] = ""

    @cached_property
    def plan_import(self) -> PlanImport:
        """The staged import in the address."""
        waiting = PlanImport.objects.of(self.organisation).waiting(timezone.now())
        if self.request.method == "POST":
            # Held until the answer is there, so that nobody saves between our look and our save.
            waiting = waiting.select_for_update(of=("self",))
        return get_object_or_404(waiting.select_related("organisation"), pk=self.kwargs["pk"])

    @cached_property
    def draft(self) -> PlanDraft:
        """What was understood of the file, corrections included."""
        return services.draft_of(self.plan_import)

    @property
    def reading(self) -> str:
        """Names the reading of the file that a page shows; another after the file has been read again."""
        return str(self.plan_import.given.get("keys_used", 0))

    def is_of_another_reading(self) -> bool:
        """Whether the page that was sent shows an earlier reading of the file."""
        return self.request.POST.get("reading", self.reading) != self.reading

    def import_url(self, name: str, **kwargs) -> str:
        """The address of another page of this import."""
        return self.url(f"plans:{name}", pk=self.plan_import.pk, **kwargs)

    def get_breadcrumbs(self):
        crumbs = [
            (_("Action plans"), self.url("plans:plan_list")),
            (_("Imports"), self.url("plans:plan_import_list")),
        ]
        if self.plan_import.parts > 1:
            crumbs.append((self.plan_import.file_name, self.import_url("plan_import_parts")))
        return crumbs

    def get_tabs(self) -> list[dict[str, Any]]:
        """The pages of this import, with how much there is on each."""
        draft = self.draft
        rows, aside = len(draft.objectives), len(draft.quarantined)
        doubtful = sum(
            certainty_of(column).is_guess for table in draft.tables if table.is_used for column in table.columns
        )
        columns = (
            ngettext("Columns (%(count)d to check)", "Columns (%(count)d to check)", doubtful) % {"count": doubtful}
            if doubtful
            else _("Columns")
        )
        tabs = [
            ("plan_import_preview", _("Overview")),
            ("plan_import_columns", columns),
            ("plan_import_rows", _("Rows (%(count)d)") % {"count": rows}),
            ("plan_import_aside", _("Set aside (%(count)d)") % {"count": aside}),
        ]
        return [{"text": text, "href": self.import_url(name), "is_current": name == self.tab} for name, text in tabs]

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            plan_import=self.plan_import, draft=self.draft, tabs=self.get_tabs(), reading=self.reading, **kwargs
        )


class RefusedMixin:
    """What a service refuses is said above the form, which keeps what was typed."""

    request: HttpRequest

    def refuse(self, form, error: ValidationError) -> HttpResponse:
        """The form again with what the service said."""
        form.add_error(None, error.messages)
        return self.form_invalid(form)

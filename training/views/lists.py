"""Lists on their way in: given, understood, looked at, and only then written, all or nothing."""

import datetime as dt
import hashlib
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.tables_in import UnreadableFile
from prevent_portal.views import PortalDeleteView, PortalFormView, PortalTemplateView

from .. import forms, services
from ..lists import Columns, ListTable, guessed_columns, missing_columns, plain_heading, read_list
from ..models import Course, Kind, ListHeading, ListImport, ListKind
from ..words import OUTCOME_LABELS
from .base import TrainingPageMixin

KEPT_FOR = dt.timedelta(days=7)
"""Time enough to ask HR about a row; after that the list is forgotten."""

SHOWN_ROWS = 200
LISTS_SHOWN = 20


class ListCreateView(TrainingPageMixin, PortalFormView):
    """Takes a list and goes on to look at it."""

    permission = "training.import_list"
    form_class = forms.ListForm
    template_name = "training/list_form.html"
    title = gettext_lazy("Import a list")
    submit_text = gettext_lazy("Read the list")

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("kind")
        return {"kind": asked} if asked in ListKind.values else {}

    def get_cancel_url(self) -> str:
        return self.url("training:figures")

    def form_valid(self, form) -> HttpResponse:
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        data = file.read()
        try:
            table = read_list(data, kind)
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        remembered = remembered_headings(self.organisation, kind)
        row = ListImport(
            organisation=self.organisation,
            kind=kind,
            file_name=PurePath(file.name.replace("\\", "/")).name[:255],
            sha256=hashlib.sha256(data).hexdigest(),
            data=data,
            columns=guessed_columns(table, kind, remembered),
            expires_at=timezone.now() + KEPT_FOR,
        )
        row.save()
        return HttpResponseRedirect(row.get_absolute_url())

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        rows = ListImport.objects.of(self.organisation).defer("data").select_related("organisation")
        return super().get_context_data(lists=rows.order_by("-pk")[:LISTS_SHOWN], now=timezone.now(), **kwargs)


def remembered_headings(organisation, kind: str) -> dict[str, str]:
    """What people said of headings before."""
    return dict(ListHeading.objects.of(organisation).filter(kind=kind).values_list("heading", "field"))


class ListCheckView(TrainingPageMixin, PortalTemplateView):
    """What a list would change; says what its columns hold, which courses it means, and imports it."""

    permission = "training.import_list"

    @cached_property
    def object(self) -> ListImport:
        """The list in the address."""
        rows = ListImport.objects.of(self.organisation).select_related("organisation")
        if self.request.method == "POST":
            rows = rows.select_for_update(of=("self",))
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def is_people(self) -> bool:
        """Whether it is a list of people."""
        return self.object.kind == ListKind.PEOPLE

    def get_template_names(self) -> list[str]:
        if not self.is_waiting:
            return ["training/list_done.html"]
        return ["training/list_people.html" if self.is_people else "training/list_completions.html"]

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be imported."""
        return self.object.imported_at is None and self.object.expires_at > timezone.now()

    def get_title(self) -> str:
        return _("Check the list: %(file)s") % {"file": self.object.file_name}

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (_("Import a list"), self.url("training:list_import_create"))]

    @cached_property
    def table(self) -> ListTable:
        """The list as read."""
        return read_list(bytes(self.object.data), self.object.kind)

    @property
    def columns(self) -> Columns:
        """What its columns hold."""
        return self.object.columns

    def columns_form(self, data=None) -> forms.ColumnsForm:
        """The form that says what each column holds."""
        return forms.ColumnsForm(
            data, organisation=self.organisation, table=self.table, kind=self.object.kind, columns=self.columns
        )

    def people_form(self, data=None) -> forms.PeopleListForm:
        """The form that says what a list of people does not."""
        return forms.PeopleListForm(
            data, organisation=self.organisation, says_kinds="kind" in self.columns, initial=self.object.outcome
        )

    def found(self):
        """What the list would bring."""
        if not self.is_people:
            return services.read_completions(
                self.table, self.columns, organisation=self.organisation, today=clock.today()
            )
        as_at = self.object.outcome.get("as_at")
        return services.read_people(
            self.table,
            self.columns,
            organisation=self.organisation,
            as_at=dt.date.fromisoformat(as_at) if as_at else clock.today(),
            default_kind=self.object.outcome.get("default_kind", Kind.STAFF),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_waiting:
            return HttpResponseRedirect(self.object.get_absolute_url())
        if "columns" in request.POST:
            return self._say_columns()
        if "about" in request.POST:
            return self._say_about()
        if "courses" in request.POST:
            return self._say_courses()
        return self._import()

    def _again(self) -> HttpResponse:
        return HttpResponseRedirect(self.object.get_absolute_url())

    def _say_columns(self) -> HttpResponse:
        form = self.columns_form(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(columns_form=form))
        held = {place: name for name, place in form.columns.items()}
        wanted = {
            heading: held.get(place, "")
            for place, each in enumerate(self.table.headings)
            if (heading := plain_heading(each))
        }
        with transaction.atomic():
            self.object.columns = form.columns
            self.object.save()
            known = {
                row.heading: row
                for row in ListHeading.objects.of(self.organisation).filter(kind=self.object.kind, heading__in=wanted)
            }
            for heading, name in wanted.items():
                row = known.get(heading) or ListHeading(
                    organisation=self.organisation, kind=self.object.kind, heading=heading
                )
                if row.pk is None or row.field != name:
                    row.field = name
                    row.save()
        messages.success(self.request, _("What the columns hold has been saved, for the next list too."))
        return self._again()

    def _say_about(self) -> HttpResponse:
        form = self.people_form(self.request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(people_form=form))
        said = {"as_at": form.cleaned_data["as_at"].isoformat()}
        if kind := form.cleaned_data.get("default_kind"):
            said["default_kind"] = kind
        self.object.outcome = said
        self.object.save()
        return self._again()

    def _say_courses(self) -> HttpResponse:
        courses = {str(each.pk): each for each in Course.objects.of(self.organisation)}
        unknown = list(self.found().unknown_courses)
        said = [(name, self.request.POST.get(f"course_{place}", "")) for place, name in enumerate(unknown)]
        # SECURITY: a name that the page did not show, or a course that is not the authority's, means nothing.
        shown = self.request.POST.getlist("name")
        names = [(name, courses[key]) for name, key in said if key in courses and name in shown and name]
        try:
            services.name_courses(organisation=self.organisation, names=names)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        return self._again()

    def _import(self) -> HttpResponse:
        found = None if missing_columns(self.columns, self.object.kind) else self.found()
        if found is None or self.request.POST.get("seen") != found.fingerprint():
            messages.error(
                self.request, _("The records have changed since this was shown. Look at it again, then import it.")
            )
            return self._again()
        with transaction.atomic():
            if self.is_people:
                ticked = set(self.request.POST.getlist("missing"))
                confirmed = [post.pk for post in found.missing if str(post.pk) in ticked]
                counts = services.import_people(found, organisation=self.organisation, confirmed=confirmed)
            else:
                counts = services.import_completions(found)
            # What it said of people stands where it belongs now.
            self.object.data = b""
            self.object.outcome = counts
            self.object.imported_at = timezone.now()
            self.object.save()
        messages.success(self.request, _("The list has been imported."))
        return self._again()

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        context = super().get_context_data(list=self.object, **kwargs)
        if not self.is_waiting:
            told = self.object.outcome
            return context | {"counts": [(label, told[key]) for key, label in OUTCOME_LABELS.items() if key in told]}
        missing = missing_columns(self.columns, self.object.kind)
        context |= {
            "table": self.table,
            "row_count": len(self.table.rows),
            "missing_columns": missing,
            "columns_form": context.get("columns_form") or self.columns_form(),
        }
        if self.is_people:
            context["people_form"] = context.get("people_form") or self.people_form()
        if missing:
            return context
        found = self.found()
        context |= {"found": found, "seen": found.fingerprint(), "shown_rows": SHOWN_ROWS}
        if self.is_people:
            groups = [
                (_("Join"), [(said.name, services.place_in_words(place), said.row) for said, place in found.joiners]),
                (_("Come back"), _changes(found.returners)),
                (_("Move"), _changes(found.movers)),
                (_("Name, number or address corrected"), _changes(found.corrected)),
                (_("Leave"), _changes(found.leavers)),
            ]
            context["groups"] = [(title, rows[:SHOWN_ROWS], len(rows)) for title, rows in groups if rows]
            context["missing"] = found.missing
        else:
            context["courses"] = list(Course.objects.of(self.organisation).in_use())
            context["unknown_courses"] = list(enumerate(found.unknown_courses.items()))[:SHOWN_ROWS]
        return context


def _changes(changes) -> list[tuple[str, str, int]]:
    return [(each.said.name, each.place_in_words, each.said.row) for each in changes]


class ListDeleteView(TrainingPageMixin, PortalDeleteView):
    """Throws a list away that nobody will import."""

    permission = "training.import_list"
    model = ListImport
    title = gettext_lazy("Throw this list away?")
    consequence = gettext_lazy("Nothing of it has been imported, and nothing will be.")
    success_message = gettext_lazy("The list has been thrown away.")

    def get_queryset(self):
        return super().get_queryset().filter(imported_at=None).defer("data").select_related("organisation")

    def get_success_url(self) -> str:
        return self.url("training:list_import_create")

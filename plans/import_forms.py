"""The two forms of an import: the file, and what was understood of it."""

import dataclasses
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.forms import PortalForm
from prevent_portal.forms_fields import GovukDateField
from prevent_portal.models import Marking
from prevent_portal.tables_in import MAX_FILE_BYTES

from .models import Plan
from .understanding.draft import PlanDraft, QuarantinedDraft

SUFFIXES = (".docx", ".xlsx", ".csv", ".tsv", ".txt")


class PlanUploadForm(PortalForm):
    """A council's plan as it is."""

    file = forms.FileField(
        label=gettext_lazy("Your plan"),
        help_text=gettext_lazy("A Word (.docx), Excel (.xlsx), CSV or tab-separated text file."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
        error_messages={"required": gettext_lazy("Choose the file that holds your plan.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if PurePath(file.name).suffix.lower() not in SUFFIXES:
            raise ValidationError(
                _("“%(name)s” is not a Word, Excel, CSV or text file. Save the plan as .docx or .xlsx and try again.")
                % {"name": file.name}
            )
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(
                _("The file must be smaller than %(limit)s MB. Take out the pictures, or split the plan.")
                % {"limit": MAX_FILE_BYTES // (1024 * 1024)}
            )
        return file


class PlanConfirmForm(PortalForm):
    """What was understood of the plan as a whole, to be corrected, and the rows to leave out."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    period_start = GovukDateField(label=gettext_lazy("Period starts"), required=False)
    period_end = GovukDateField(label=gettext_lazy("Period ends"), required=False)
    updated_on = GovukDateField(
        label=gettext_lazy("Date of update"), required=False, help_text=gettext_lazy("As the plan itself states it.")
    )
    marking = forms.ChoiceField(label=gettext_lazy("Marking"), choices=Marking.choices, widget=forms.RadioSelect)

    def __init__(self, *args, draft: PlanDraft, **kwargs):
        self.draft = draft
        sensitive = "SENSITIVE" in draft.marking.upper()
        kwargs["initial"] = {
            "title": draft.title,
            "period_start": draft.period_start,
            "period_end": draft.period_end,
            "updated_on": draft.updated_on,
            "marking": Marking.OFFICIAL_SENSITIVE if sensitive else Marking.OFFICIAL,
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", _("The period must end after it starts."))
        title = cleaned.get("title")
        if title and Plan.objects.of(self.organisation).filter(title=title, period_start=start).exists():
            self.add_error("title", _("There is already a plan of this title and period. Give this one another title."))
        return cleaned

    def corrected(self, leave_out: set[str]) -> PlanDraft:
        """The draft as corrected; rows named "section-row" (from 0) in `leave_out` are set aside, not lost."""
        sections, set_aside = [], list(self.draft.quarantined)
        for s, section in enumerate(self.draft.sections):
            kept = []
            for o, objective in enumerate(section.objectives):
                if f"{s}-{o}" in leave_out:
                    set_aside.append(
                        QuarantinedDraft(
                            table=objective.source.table,
                            row=objective.source.row,
                            reason=_("Left out when the import was checked"),
                            text=objective.text,
                        )
                    )
                else:
                    kept.append(objective)
            sections.append(dataclasses.replace(section, objectives=kept))
        values = {name: self.cleaned_data[name] for name in ("title", "period_start", "period_end", "updated_on")}
        marking = Marking(self.cleaned_data["marking"]).label
        return dataclasses.replace(self.draft, sections=sections, quarantined=set_aside, marking=str(marking), **values)

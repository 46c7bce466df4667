"""The file that somebody gives, and what was understood of its plan as a whole."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.forms import PortalForm
from prevent_portal.forms_fields import GovukDateField, present
from prevent_portal.models import Marking
from prevent_portal.tables_in import MAX_FILE_BYTES

from ..models import Plan
from ..understanding.draft import PlanDraft

SUFFIXES = (".docx", ".xlsx", ".csv", ".tsv", ".txt")

NEW_PLAN = "new"


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
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(
                _("The file must be smaller than %(limit)s MB. Take out the pictures, or split the plan.")
                % {"limit": MAX_FILE_BYTES // (1024 * 1024)}
            )
        return file


class PlanConfirmForm(PortalForm):
    """What should come of the file; for a new plan, what was understood of it as a whole."""

    into = forms.ChoiceField(
        label=gettext_lazy("What should come of this file?"),
        widget=present(forms.RadioSelect(), label_classes="govuk-fieldset__legend--s"),
        error_messages={"required": gettext_lazy("Say whether this is a new plan or an update.")},
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    period_start = GovukDateField(label=gettext_lazy("Period starts"), required=False)
    period_end = GovukDateField(label=gettext_lazy("Period ends"), required=False)
    updated_on = GovukDateField(
        label=gettext_lazy("Date of update"), required=False, help_text=gettext_lazy("As the plan itself states it.")
    )
    marking = forms.ChoiceField(label=gettext_lazy("Marking"), choices=Marking.choices, widget=forms.RadioSelect)

    def __init__(self, *args, draft: PlanDraft, plans: Sequence[Plan] = (), **kwargs):
        self.draft, self.plans = draft, {str(plan.pk): plan for plan in plans}
        sensitive = "SENSITIVE" in draft.marking.upper()
        kwargs["initial"] = {
            "title": draft.title,
            "period_start": draft.period_start,
            "period_end": draft.period_end,
            "updated_on": draft.updated_on,
            "marking": Marking.OFFICIAL_SENSITIVE if sensitive else Marking.OFFICIAL,
        }
        super().__init__(*args, **kwargs)
        if self.plans:
            self.fields["into"].choices = [
                *((key, _("Update “%(plan)s”") % {"plan": plan}) for key, plan in self.plans.items()),
                (NEW_PLAN, _("Make a new plan")),
            ]
            hints = {key: _("You see every change before anything is changed.") for key in self.plans}
            hints[NEW_PLAN] = _("Check its title and period below.")
            present(self.fields["into"].widget, item_hints=hints)
        else:
            del self.fields["into"]

    @property
    def plan_to_update(self) -> Plan | None:
        """The plan that the file is an update of, if that was chosen."""
        return self.plans.get(self.data.get(self.add_prefix("into"), ""))

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.plan_to_update:
            # The plan keeps its title, period and marking: what stands in those fields is not looked at.
            self._errors = forms.utils.ErrorDict()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", _("The period must end after it starts."))
        title = cleaned.get("title")
        if title and Plan.objects.of(self.organisation).filter(title=title, period_start=start).exists():
            self.add_error("title", _("There is already a plan of this title and period. Give this one another title."))
        return cleaned

    def cover(self) -> dict[str, Any]:
        """What was said of the plan as a whole."""
        names = ("title", "period_start", "period_end", "updated_on", "marking")
        return {name: self.cleaned_data[name] for name in names}

"""The steps in the life of an assessment."""

from typing import Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalForm
from prevent_portal.forms_fields import GovukDateField

from ..models import (
    Assessment,
)
from ..services.states import earliest_day
from .texts import refuse_marked


class StepForm(PortalForm):
    """A step in an assessment's life; `date_field` lies neither in the future nor before the step before.

    Where there is a `doubt` whether the step comes too early, whoever takes it has to say that they know.
    """

    date_field: ClassVar[str] = ""
    sure_label: ClassVar[str | Promise] = ""
    is_sure = forms.BooleanField()

    def __init__(self, *args, assessment: Assessment, doubt: str = "", **kwargs):
        self.assessment = assessment
        super().__init__(*args, **kwargs)
        if self.date_field:
            self.initial.setdefault(self.date_field, clock.today())
        # Last on the page, or not at all.
        is_sure = self.fields.pop("is_sure")
        if doubt:
            self.fields["is_sure"], is_sure.label = is_sure, self.sure_label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if on := cleaned.get(self.date_field):
            earliest, what = earliest_day(self.assessment)
            if on > clock.today():
                self.add_error(self.date_field, _("The date cannot be in the future."))
            elif on < earliest:
                self.add_error(
                    self.date_field,
                    _("The date must be %(day)s, %(what)s, or later.")
                    % {"day": date_format(earliest, "j F Y"), "what": what},
                )
        refuse_marked(self, is_sensitive=self.assessment.is_sensitive)
        return cleaned


class ReviewForm(StepForm):
    """Nothing but the question."""


class ReasonForm(StepForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Enter the reason")},
        help_text=gettext_lazy("The log keeps it."),
    )


class SignOffForm(StepForm):
    """Who signs off, and when."""

    date_field = "on"
    sure_label = gettext_lazy("Sign it off although questions are open")
    by = forms.CharField(
        label=gettext_lazy("Who signs it off?"),
        max_length=200,
        help_text=gettext_lazy("Name and post, for example the chief officer who answers for Prevent."),
        error_messages={"required": gettext_lazy("Enter who signs it off")},
    )
    on = GovukDateField(label=gettext_lazy("Day of signing off"))


class SubmitForm(StepForm):
    """When it was submitted."""

    date_field = "on"
    on = GovukDateField(label=gettext_lazy("Day of submission"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


class ModeratedForm(StepForm):
    """When the moderation came back."""

    date_field = "on"
    sure_label = gettext_lazy("It is complete although benchmarks have no moderated score")
    on = GovukDateField(label=gettext_lazy("Day the moderation came back"))

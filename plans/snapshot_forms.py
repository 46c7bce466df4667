"""Freezing a plan for a meeting, and choosing since when its changes are shown."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalForm
from prevent_portal.forms_fields import GovukDateField
from prevent_portal.markings import carries_marking

from .models import PlanSnapshot

NOW, ON_A_DAY = "now", "day"


class SnapshotForm(PortalForm):
    """For which meeting a plan is frozen."""

    meeting = forms.CharField(
        label=gettext_lazy("For which meeting?"), max_length=200, help_text=gettext_lazy("For example: Prevent board.")
    )
    meeting_on = GovukDateField(label=gettext_lazy("When is the meeting?"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("meeting", "note"):
            if carries_marking(cleaned.get(name, "")):
                self.add_error(name, _("Take the words OFFICIAL-SENSITIVE out: everybody who sees the plan sees this."))
        return cleaned


class ChangesForm(PortalForm):
    """Since when, and up to when, changes are shown. `snapshots` are the plan's, newest first."""

    since = forms.ChoiceField(label=gettext_lazy("Since"))
    day = GovukDateField(
        label=gettext_lazy("Since the beginning of this day"),
        required=False,
        help_text=gettext_lazy("Only where you have chosen a day above."),
    )
    until = forms.ChoiceField(label=gettext_lazy("Until"))

    def __init__(self, *args, snapshots: list[PlanSnapshot], **kwargs):
        super().__init__(*args, **kwargs)
        self.snapshots = {str(each.pk): each for each in snapshots}
        frozen = [(key, _in_words(each)) for key, each in self.snapshots.items()]
        self.fields["since"].choices = [*frozen, (ON_A_DAY, _("A day of your choice"))]
        self.fields["until"].choices = [(NOW, _("Now")), *frozen]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("since") == ON_A_DAY and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Enter the day since when changes are to be shown."))
        day = cleaned.get("day")
        if cleaned.get("since") == ON_A_DAY and day and day > clock.today():
            self.add_error("day", _("The day cannot be in the future."))
        if not self.errors and self.moments()[0] >= self.moments()[1]:
            self.add_error("until", _("Choose something later than what you chose above."))
        return cleaned

    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """The two moments that were chosen, of a form that is valid."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        if since == ON_A_DAY:
            start = timezone.make_aware(dt.datetime.combine(self.cleaned_data["day"], dt.time()))
        else:
            start = self.snapshots[since].copy.taken_at
        return start, timezone.now() if until == NOW else self.snapshots[until].copy.taken_at


def _in_words(snapshot: PlanSnapshot) -> str:
    copy = snapshot.copy
    taken = date_format(timezone.localtime(copy.taken_at), "j F Y, H:i")
    return _("%(meeting)s, frozen %(taken)s") % {"meeting": copy.meeting, "taken": taken}

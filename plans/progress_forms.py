"""What an owner says of an action, and what the coordinator answers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.evidence_forms import WithEvidenceMixin
from prevent_portal.forms import PortalForm
from prevent_portal.forms_fields import GovukDateField
from prevent_portal.models import Marking

from .forms import NOTHING_PERSONAL, not_in_the_future, refuse_marking
from .models import RAG_CHOICES, RAG_LABELS, Action, DateRequest, Milestone, ProgressUpdate
from .rules import Rag, ReasonNeeded, computed_rag, reason_needed


class ProgressForm(WithEvidenceMixin, PortalForm):
    """What was done and where the action stands now; milestones, evidence and a new date where there is need.

    `may_move_date` says whether a new date holds at once or is asked for.
    """

    note = forms.CharField(
        label=gettext_lazy("Progress"),
        widget=forms.Textarea({"rows": 5}),
        help_text=NOTHING_PERSONAL,
        error_messages={"required": gettext_lazy("Enter what has been done, or why nothing has.")},
    )
    rag = forms.ChoiceField(
        label=gettext_lazy("Where does the action stand?"), choices=RAG_CHOICES, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Needed if the RAG gets worse, or is not what the target date gives."),
    )
    milestones = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Milestones reached"),
        queryset=Milestone.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Somebody else has changed the milestones. Look at them and save again.")
        },
    )
    wanted_on = GovukDateField(label=gettext_lazy("New date"), required=False)
    wanted_because = forms.CharField(
        label=gettext_lazy("Why the date moves"),
        max_length=DateRequest._meta.get_field("reason").max_length,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    made_on = GovukDateField(label=gettext_lazy("Date of this update"))
    completed_on = GovukDateField(
        label=gettext_lazy("Completed on"),
        required=False,
        help_text=gettext_lazy("Only if it is complete. Leave it empty if that was on the date of this update."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args,
        action: Action,
        latest: ProgressUpdate | None,
        may_add_evidence: bool = False,
        may_move_date: bool = False,
        **kwargs,
    ):
        self.action, self.latest, self.may_move_date = action, latest, may_move_date
        super().__init__(*args, **kwargs)
        self.fields["milestones"].queryset = Milestone.objects.filter(action=action, done_on=None)
        if not self.fields["milestones"].queryset:
            del self.fields["milestones"]
        if action.rag is not Rag.NOT_STATED:
            # Once somebody has said where an action stands, nobody can make that unsaid.
            self.fields["rag"].choices = [choice for choice in RAG_CHOICES if choice[0] != Rag.NOT_STATED]
        self.initial = {
            "made_on": clock.today(),
            "rag": action.stated_rag,
            "completed_on": action.completed_on,
            "seen": latest.pk if latest else None,
        } | self.initial
        if may_add_evidence:
            self.attach_evidence(marking=Marking.OFFICIAL_SENSITIVE if action.is_sensitive else Marking.OFFICIAL)

    @property
    def is_date_open(self) -> bool:
        """Whether the part for a new date is shown open: something was typed there."""
        return self.is_bound and bool({"wanted_on", "wanted_because"} & {*self.errors, *self.changed_data})

    @property
    def is_other_day_open(self) -> bool:
        """Whether the part for other days than today is shown open."""
        return self.is_bound and bool({"made_on", "completed_on"} & {*self.errors, *self.changed_data})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        not_in_the_future(self, "made_on", _("The date of the update cannot be in the future."))
        not_in_the_future(self, "completed_on", _("The date of completion cannot be in the future."))
        if "rag" in cleaned:
            stated = Rag(cleaned["rag"])
            if cleaned.get("completed_on") and stated is not Rag.BLUE:
                # Left over from an earlier completion, it says nothing; typed in now, it contradicts the RAG.
                if cleaned["completed_on"] != self.action.completed_on:
                    self.add_error("completed_on", _("Choose “Blue: complete”, or leave the date of completion empty."))
                cleaned["completed_on"] = None
            self._check_reason(stated, cleaned.get("reason", ""))
        self._check_date(cleaned)
        refuse_marking(self, self.action)
        self._check_seen(cleaned.get("seen"))
        return cleaned

    def _check_reason(self, stated: Rag, reason: str) -> None:
        due_on = self.action.due_on
        if self.may_move_date and self.cleaned_data.get("wanted_on"):
            # The date that will hold when this is saved.
            due_on = self.cleaned_data["wanted_on"]
        computed = computed_rag(is_complete=stated is Rag.BLUE, due_on=due_on, today=clock.today())
        why = reason_needed(before=self.action.rag, stated=stated, computed=computed)
        if why is None or reason:
            return
        if why is ReasonNeeded.WORSE:
            message = _("The RAG gets worse: it was “%(rag)s”. Enter the reason.") % {
                "rag": RAG_LABELS[self.action.rag]
            }
        else:
            message = _("The target date gives “%(rag)s”. Enter the reason why you say otherwise.") % {
                "rag": RAG_LABELS[computed]
            }
        self.add_error("reason", message)

    def _check_date(self, cleaned: dict[str, Any]) -> None:
        wanted, why = cleaned.get("wanted_on"), cleaned.get("wanted_because")
        if wanted and cleaned.get("rag") == Rag.BLUE:
            self.add_error("wanted_on", _("The action is complete, so it needs no new date. Leave this empty."))
        elif wanted and wanted < clock.today():
            self.add_error("wanted_on", _("The new date cannot be in the past."))
        elif wanted and wanted == self.action.due_on:
            self.add_error("wanted_on", _("This is the date that the action has already."))
        if wanted and not why and "wanted_because" not in self.errors:
            self.add_error("wanted_because", _("Enter why the date moves."))
        if why and not wanted and "wanted_on" not in self.errors:
            self.add_error("wanted_on", _("Enter the new date, or leave both empty."))

    def _check_seen(self, seen: int | None) -> None:
        if self.latest is None or self.latest.pk == seen:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.latest.pk
        raise ValidationError(
            _(
                "Somebody else recorded progress after you opened this page, on %(date)s: %(note)s. "
                "What you typed is still here. Save again to add yours."
            )
            % {"date": date_format(self.latest.made_on, "j F Y"), "note": self.latest.note or "–"},
            code="stale",
        )


ACCEPT, REFUSE = "accept", "refuse"


class DateRequestAnswerForm(PortalForm):
    """Accept the new date or refuse it."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Does the new date hold?"),
        choices=[
            (ACCEPT, gettext_lazy("Yes, the action is due on the new date")),
            (REFUSE, gettext_lazy("No, the date stays as it is")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether the new date holds")},
    )
    answer = forms.CharField(
        label=gettext_lazy("What to tell whoever asked"),
        max_length=DateRequest._meta.get_field("answer").max_length,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Needed if the date stays as it is."),
    )

    def __init__(self, *args, action: Action, **kwargs):
        self.action = action
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("decision") == REFUSE and not cleaned.get("answer") and "answer" not in self.errors:
            self.add_error("answer", _("Enter why the date stays as it is."))
        refuse_marking(self, self.action)
        return cleaned

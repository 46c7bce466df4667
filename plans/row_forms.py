"""The rows inside the form of an action: target dates, owners, steps and milestones.

They work without script: where there is no row yet one empty row is, and "Add another" sends the page for one more.
"""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalFormMixin, portal_formfield
from prevent_portal.models import Organisation

from .models import Action, Assignment, Milestone, Owner, Step, TargetDate
from .rules import DateKind
from .understanding.dates import read_target_dates

MAX_ROWS = 60


class MarkingErrorsMixin:
    """Shows at its field that a text says it is OFFICIAL-SENSITIVE in a row that is not marked so."""

    def _update_errors(self, errors: ValidationError) -> None:
        by_field = errors.error_dict
        for each in by_field.pop(NON_FIELD_ERRORS, []):
            name = (each.params or {}).get("carried_by")
            by_field.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).append(each)
        super()._update_errors(errors)


class RowForm(MarkingErrorsMixin, PortalFormMixin, forms.ModelForm):
    """One row. The action's revision stands for its rows too."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.organisation = self.organisation


class TargetDateForm(RowForm):
    """By when: as the plan says it, and what that means."""

    class Meta:
        model = TargetDate
        fields = ["kind", "on", "as_written", "scope", "met_on"]
        formfield_callback = portal_formfield
        labels = {
            "kind": gettext_lazy("Kind"),
            "as_written": gettext_lazy("As the plan says it"),
            "scope": gettext_lazy("What it is for"),
        }
        help_texts = {
            "kind": gettext_lazy("Only “By a date” and “Again and again” can become overdue."),
            "as_written": gettext_lazy("For example: March 2027. May be empty if there is a date."),
            "scope": gettext_lazy("If the action has several dates."),
            "met_on": gettext_lazy("If this part is done. For a date that comes again, change the date instead."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["as_written"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        on, kind = cleaned.get("on"), cleaned.get("kind")
        if kind == DateKind.FIXED and not on and "on" not in self.errors:
            self.add_error("on", _("Enter the date, or choose another kind."))
        if not cleaned.get("as_written"):
            if on:
                cleaned["as_written"] = date_format(on, "j F Y")
            elif kind in (DateKind.ONGOING, DateKind.TO_BE_CONFIRMED):
                cleaned["as_written"] = str(dict(self.fields["kind"].choices)[kind])
            elif "on" not in self.errors:
                self.add_error("as_written", _("Enter what the plan says."))
        if kind == DateKind.FIXED and on and "as_written" in self.changed_data and "on" not in self.changed_data:
            self._check_words(cleaned.get("as_written") or "", on)
        if cleaned.get("met_on") and cleaned["met_on"] > clock.today():
            self.add_error("met_on", _("The date cannot be in the future."))
        return cleaned

    def _check_words(self, words: str, on: dt.date) -> None:
        """Papers print the words and count by the date: whoever changes one alone may have meant both."""
        days = {date.on for date in read_target_dates([words]) if date.on}
        if len(days) == 1 and on not in days:
            self.add_error(
                "on",
                _("The words say %(said)s, but the date is %(on)s. Change the one that is wrong.")
                % {"said": date_format(days.pop(), "j F Y"), "on": date_format(on, "j F Y")},
            )


class AssignmentForm(RowForm):
    """Who, and in which role."""

    class Meta:
        model = Assignment
        fields = ["owner", "role"]
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Leavers keep the actions that they have, and get no new ones.
        here = Q(left_on=None) | Q(left_on__gt=clock.today()) | Q(pk=self.instance.owner_id)
        self.fields["owner"].queryset = Owner.objects.of(self.organisation).filter(here)

    def validate_constraints(self) -> None:
        # The formset looks at all of the action's owners together, those taken out and put in included.
        return


class StepForm(RowForm):
    """One thing to do."""

    class Meta:
        model = Step
        fields = ["text", "done_on"]
        widgets = {"text": forms.Textarea({"rows": 2})}
        formfield_callback = portal_formfield


class MilestoneForm(RowForm):
    """One point on the way."""

    class Meta:
        model = Milestone
        fields = ["text", "due_on", "done_on"]
        widgets = {"text": forms.Textarea({"rows": 2})}
        formfield_callback = portal_formfield


class RowFormSet(BaseInlineFormSet):
    """The rows of one kind."""

    legend: ClassVar[str | Promise] = ""
    row_name: ClassVar[str | Promise] = ""
    add_text: ClassVar[str | Promise] = ""

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, form_kwargs={"organisation": organisation}, **kwargs)
        # Where there are rows, "Add another" gives an empty one: the page is long enough.
        self.extra = 0 if self.get_queryset() else 1

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if forms.formsets.DELETION_FIELD_NAME in form.fields:
            form.fields[forms.formsets.DELETION_FIELD_NAME].label = _("Take this out")

    def _construct_form(self, i: int, **kwargs) -> forms.ModelForm:
        form = super()._construct_form(i, **kwargs)
        # The action as it is being typed: it may be marked in the same step.
        form.instance.action = self.instance
        return form

    def add_empty_row(self) -> None:
        """Ask for one more row than was sent."""
        name = f"{self.prefix}-{forms.formsets.TOTAL_FORM_COUNT}"
        self.data = self.data.copy()
        try:
            total = int(self.data.get(name, 0))
        except ValueError:
            total = 0
        self.data[name] = min(total + 1, MAX_ROWS)

    def leave_unchecked(self) -> None:
        """Show what was typed without a word about mistakes."""
        self._errors, self._non_form_errors = [], self.error_class()
        for form in self.forms:
            form._errors = forms.utils.ErrorDict()

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise ValidationError(
                _("Somebody else took out a row that you have here. Open the page again to see what there is now.")
            )

    def remaining_forms(self) -> list[forms.ModelForm]:
        """The rows that there will be, in their order: neither empty nor taken out."""
        return [
            form
            for form in self.forms
            if not self._should_delete_form(form) and (form.instance.pk is not None or form.has_changed())
        ]

    def save(self, commit: bool = True) -> list:
        for position, form in enumerate(self.remaining_forms()):
            if form.instance.position != position:
                form.instance.position = position
                # Django saves a row only if one of its fields was changed.
                form.changed_data.append("position")
        return super().save(commit)


class AssignmentFormSet(RowFormSet):
    """Owners and partners, each once."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.remaining_forms():
            owner = getattr(form, "cleaned_data", {}).get("owner")
            if owner in seen:
                form.add_error("owner", _("%(owner)s is here twice.") % {"owner": owner})
            elif owner:
                seen.add(owner)

    def save(self, commit: bool = True) -> list:
        # Two rows may swap their owners: whoever goes has to be gone before anybody comes.
        wanted = {form.cleaned_data["owner"]: form.cleaned_data["role"] for form in self.remaining_forms()}
        kept = {}
        for assignment in self.get_queryset().select_related("owner", "objective__plan"):
            if assignment.owner in wanted:
                kept[assignment.owner] = assignment
            else:
                assignment.delete()
        for position, (owner, role) in enumerate(wanted.items()):
            assignment = kept.get(owner) or Assignment(
                organisation=self.instance.organisation, action=self.instance, owner=owner
            )
            if assignment.pk is None or (assignment.role, assignment.position) != (role, position):
                assignment.role, assignment.position = role, position
                assignment.save()
        return list(wanted)


def _rows(model: type, form: type[RowForm], formset: type[RowFormSet] = RowFormSet, **texts) -> type[RowFormSet]:
    made = inlineformset_factory(
        Action,
        model,
        form=form,
        formset=formset,
        fk_name="action",
        extra=1,
        max_num=MAX_ROWS,
        absolute_max=MAX_ROWS,
        can_delete_extra=False,
    )
    return type(f"{model.__name__}Rows", (made,), texts)


TARGET_DATES = _rows(
    TargetDate,
    TargetDateForm,
    legend=gettext_lazy("Target dates"),
    row_name=gettext_lazy("Target date"),
    add_text=gettext_lazy("Add another target date"),
)
ASSIGNMENTS = _rows(
    Assignment,
    AssignmentForm,
    AssignmentFormSet,
    legend=gettext_lazy("Owners and partners"),
    row_name=gettext_lazy("Owner or partner"),
    add_text=gettext_lazy("Add another owner or partner"),
)
STEPS = _rows(
    Step,
    StepForm,
    legend=gettext_lazy("Steps"),
    row_name=gettext_lazy("Step"),
    add_text=gettext_lazy("Add another step"),
)
MILESTONES = _rows(
    Milestone,
    MilestoneForm,
    legend=gettext_lazy("Milestones"),
    row_name=gettext_lazy("Milestone"),
    add_text=gettext_lazy("Add another milestone"),
)

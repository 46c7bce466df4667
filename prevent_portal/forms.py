"""Base forms: choices from the authority in the address, dates in three boxes, the stale-edit check."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock
from .forms_fields import COUNT_THRESHOLD, GovukDateField, present
from .models import Membership, Organisation, User
from .permissions import Role, roles_for
from .scoping import OrganisationOwned

STALE = gettext_lazy(
    "Somebody else changed this after you opened it. What you typed is still here. Save again to replace theirs."
)
DASHES = models.fields.BLANK_CHOICE_DASH[0][1]


def portal_formfield(db_field: models.Field, **kwargs) -> forms.Field | None:
    """The form field for a model's field: dates in three boxes, long text in a sensible box."""
    if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
        return GovukDateField(
            label=kwargs.get("label", db_field.verbose_name[:1].upper() + db_field.verbose_name[1:]),
            required=not db_field.blank,
            help_text=kwargs.get("help_text", db_field.help_text),
        )
    if isinstance(db_field, models.TextField) and "widget" not in kwargs:
        kwargs["widget"] = present(forms.Textarea(attrs={"rows": 4}), count_threshold=COUNT_THRESHOLD)
    if isinstance(db_field, models.ForeignKey) and issubclass(db_field.related_model, OrganisationOwned):
        # Nobody is looking when the class is made; the rows are chosen in __init__.
        kwargs["queryset"] = db_field.related_model.objects.none()
    return db_field.formfield(**kwargs)


def people_here(organisation: Organisation, *, may: str, keep: Q) -> models.QuerySet:
    """The accounts whose role here allows `may`, a row of the permission matrix, and those that `keep` finds.

    The list of all accounts is nobody's business.
    """
    here = Q(memberships__organisation=organisation, memberships__role__in=roles_for(may)) & (
        Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=clock.today())
    )
    return User.objects.filter(here | keep).distinct()


class PortalFormMixin:
    """A form of a page of `organisation`."""

    organisation: Organisation

    def __init__(self, *args, organisation: Organisation, **kwargs):
        self.organisation = organisation
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        for field in self.fields.values():
            _say_what_nothing_means(field)

    def _get_validation_exclusions(self) -> set[str]:
        # The authority is no field of the form, but what is unique is unique within it.
        return super()._get_validation_exclusions() - {"organisation"}


def _say_what_nothing_means(field: forms.Field) -> None:
    """Words instead of Django's row of dashes at the top of a list to choose from."""
    words = gettext_lazy("Choose") if field.required else gettext_lazy("None")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField):
        field.choices = [(value, words if label == DASHES else label) for value, label in field.choices]


class PortalForm(PortalFormMixin, forms.Form):
    """A form that is not one row."""


class PortalModelForm(PortalFormMixin, forms.ModelForm):
    """A row of the authority in the address.

    The hidden `revision` is the one that was read; if the row has moved on, the form says what it says now,
    keeps what was typed, and saves at the second try.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and issubclass(field.queryset.model, OrganisationOwned):
                field.queryset = self.choices_for(name, field.queryset.model)
        if self.instance.pk is None or not isinstance(self.instance, OrganisationOwned):
            del self.fields["revision"]
        else:
            self.initial["revision"] = self.instance.revision
            self._saved = {name: self.initial.get(name) for name in self.fields}

    def choices_for(self, name: str, model: type[OrganisationOwned]) -> models.QuerySet:
        """The rows to choose from in field `name`."""
        return model.objects.of(self.organisation)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "revision" in self.fields and cleaned.get("revision") != self.initial["revision"]:
            self.data = self.data.copy()
            self.data[self.add_prefix("revision")] = self.initial["revision"]
            raise ValidationError(
                [
                    STALE,
                    *self._what_they_changed(cleaned),
                ],
                code="stale",
            )
        return cleaned

    def _what_they_changed(self, cleaned: dict[str, Any]) -> list[str]:
        lines = []
        for name, field in self.fields.items():
            theirs, mine = self._saved.get(name), _plain(cleaned.get(name))
            if name != "revision" and (theirs or "") != (mine or ""):
                shown = _in_words(field, theirs) or _("nothing")
                lines.append(_("“%(label)s” now says: %(value)s") % {"label": field.label, "value": shown})
        return lines


def _plain(value: Any) -> Any:
    """A chosen row by its key, chosen rows by theirs in ascending order, anything else as it is."""
    if isinstance(value, models.Model):
        return value.pk
    return sorted(row.pk for row in value) if isinstance(value, models.QuerySet) else value


def _in_words(field: forms.Field, value: Any) -> str:
    """A stored value as the form's reader knows it."""
    if isinstance(value, list):
        return "; ".join(_in_words(field, each) for each in value)
    if isinstance(value, dt.date):
        return date_format(value, "j F Y")
    names: dict[Any, Any] = {}
    for key, label in getattr(field, "choices", ()):
        # A choice with a list for its label is a group of choices.
        names |= dict(label) if isinstance(label, list | tuple) else {key: label}
    return "" if value is None else str(names.get(value, value))


ACCESS_LABELS = {
    "starts_on": gettext_lazy("First day of access"),
    "ends_on": gettext_lazy("Last day of access"),
}
ACCESS_HELP = {"ends_on": gettext_lazy("Empty if no end is in sight.")}


class MembershipForm(PortalFormMixin, forms.ModelForm):
    """Access for a person, who may be new to the portal."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Enter their e-mail address")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, error_messages={"required": gettext_lazy("Enter their name")}
    )
    post = forms.CharField(label=gettext_lazy("Post"), max_length=120, required=False)

    class Meta:
        model = Membership
        fields = ["role", "starts_on", "ends_on", "reason"]
        formfield_callback = portal_formfield
        labels = ACCESS_LABELS
        help_texts = ACCESS_HELP
        error_messages = {"role": {"required": gettext_lazy("Choose a role")}}

    field_order = ["email", "name", "post", "role", "starts_on", "ends_on", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["starts_on"] = self.initial.get("starts_on") or clock.today()
        self.fields["starts_on"].error_messages["required"] = _("Enter the first day of access")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("role") == Role.REVIEWER:
            if not cleaned.get("ends_on") and "ends_on" not in self.errors:
                self.add_error("ends_on", _("Enter the last day of the reviewer's access."))
            if not cleaned.get("reason"):
                self.add_error("reason", _("Enter why the reviewer needs access."))
        _check_order(self, cleaned)
        if (email := cleaned.get("email")) and (role := cleaned.get("role")):
            held = Membership.objects.filter(
                organisation=self.organisation, user__email__iexact=email, role=role
            ).current(clock.today())
            if held.exists():
                self.add_error("role", _("This person already has this role here."))
        return cleaned

    @transaction.atomic
    def save(self, commit: bool = True) -> Membership:
        email = self.cleaned_data["email"].lower()
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, name=self.cleaned_data["name"], post=self.cleaned_data["post"])
        self.instance.user = user
        return super().save(commit)


class MembershipEndForm(PortalFormMixin, forms.ModelForm):
    """When access ends."""

    class Meta:
        model = Membership
        fields = ["ends_on", "reason"]
        formfield_callback = portal_formfield
        labels = ACCESS_LABELS
        help_texts = ACCESS_HELP

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.role == Role.REVIEWER and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Enter the last day of the reviewer's access."))
        _check_order(self, cleaned | {"starts_on": self.instance.starts_on})
        return cleaned


def _check_order(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        form.add_error("ends_on", _("The last day must be the first day or later."))

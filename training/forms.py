"""The forms of training."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalForm, PortalModelForm, portal_formfield
from prevent_portal.forms_fields import GovukDateField, present

from .compliance import DIMENSIONS
from .lists import FIELDS, Columns, ListTable
from .models import (
    EARLIEST_YEAR,
    Completion,
    Course,
    CourseName,
    Equivalence,
    Exemption,
    Kind,
    ListKind,
    Person,
    Post,
    Requirement,
    RequirementGroup,
    plain_name,
)
from .rules import Standing
from .words import DIMENSION_LABELS, STANDING_LABELS

NARROW = "govuk-input--width-4"
GROUPS = 4
"""As many groups as the form of a requirement takes; the officers' admin takes more."""

DAY_LABELS = {"from_on": gettext_lazy("First day"), "until_on": gettext_lazy("Last day")}
MOST_LIST_BYTES = 20 * 1024 * 1024
EARLIEST_DAY = dt.date(EARLIEST_YEAR, 1, 1)
PLACE = ("kind", "directorate", "team", "job_role")


def _day_in_range(day: dt.date, *, latest: dt.date | None = None) -> dt.date:
    if day < EARLIEST_DAY:
        raise ValidationError(_("The year must be %(year)d or later.") % {"year": EARLIEST_YEAR})
    if latest is not None and day > latest:
        raise ValidationError(_("The date cannot be in the future."))
    return day


class FiguresForm(PortalForm):
    """Which day's figures, and by what."""

    by = forms.ChoiceField(
        label=gettext_lazy("By"), choices=[(each, DIMENSION_LABELS[each]) for each in DIMENSIONS], required=False
    )
    on = GovukDateField(label=gettext_lazy("As at"), required=False)

    def clean_on(self) -> dt.date | None:
        """A day that has been: what will be, nobody knows."""
        on = self.cleaned_data["on"]
        return on and _day_in_range(on, latest=clock.today())


class PeopleFilterForm(PortalForm):
    """Which of those whom a requirement asks."""

    standing = forms.ChoiceField(
        label=gettext_lazy("Standing"),
        choices=[("", gettext_lazy("Everybody asked")), *((each.value, STANDING_LABELS[each]) for each in Standing)],
        required=False,
    )
    directorate = forms.ChoiceField(label=gettext_lazy("Directorate"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("directorate", "team"):
            self.fields[name].choices = [
                ("", _("All")),
                *((each, each) for each in known_places(self.organisation, name)),
            ]


class PersonFilterForm(PortalForm):
    """Whom to look for."""

    q = forms.CharField(label=gettext_lazy("Name, number or e-mail address"), required=False, max_length=100)
    left = forms.BooleanField(label=gettext_lazy("Also those who have left"), required=False)


def known_places(organisation, name: str) -> list[str]:
    """What the posts of an authority say in one of their fields."""
    rows = Post.objects.of(organisation).exclude(**{name: ""}).order_by(name).values_list(name, flat=True)
    return list(rows.distinct())


class OfSomethingMixin:
    """A row that belongs to another, which the address names and the form does not ask: unique within that."""

    belongs_to: ClassVar[str]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {self.belongs_to}


class WithPlacesMixin:
    """A form whose texts are suggested from what the authority's posts say already."""

    def suggest(self, organisation, names: dict[str, str]) -> None:
        """Let each of these fields (name -> field of a post) suggest what there is."""
        known = {each: known_places(organisation, each) for each in set(names.values())}
        for name, field in names.items():
            self.fields[name].widget.attrs["list"] = f"known-{field}"
        self.suggestions = {f"known-{field}": values for field, values in known.items()}


class PersonForm(PortalModelForm):
    """Who somebody is."""

    class Meta:
        model = Person
        fields = ["name", "number", "email"]


class NewPersonForm(WithPlacesMixin, PersonForm):
    """Somebody new, with what they do."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of person"), choices=Kind.choices, initial=Kind.STAFF)
    job_role = forms.CharField(
        label=gettext_lazy("Job role"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Of a councillor the office, such as: Councillor, or Chair of scrutiny."),
    )
    team = forms.CharField(label=gettext_lazy("Team"), max_length=120, required=False)
    directorate = forms.CharField(label=gettext_lazy("Directorate"), max_length=120, required=False)
    began_on = GovukDateField(label=gettext_lazy("First day"))

    field_order = ["name", "number", "email", "kind", "job_role", "team", "directorate", "began_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("began_on", clock.today())
        self.suggest(self.organisation, {each: each for each in ("job_role", "team", "directorate")})

    def post(self) -> Post:
        """The post that they begin with, unsaved, of a form that is valid."""
        place = {name: self.cleaned_data[name] for name in PLACE}
        began_on = self.cleaned_data["began_on"]
        return Post(organisation=self.organisation, began_on=began_on, role_began_on=began_on, **place)


class MoveForm(WithPlacesMixin, PortalForm):
    """What somebody does from a day on."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of person"), choices=Kind.choices)
    job_role = forms.CharField(label=gettext_lazy("Job role"), max_length=120, required=False)
    team = forms.CharField(label=gettext_lazy("Team"), max_length=120, required=False)
    directorate = forms.CharField(label=gettext_lazy("Directorate"), max_length=120, required=False)
    on = GovukDateField(label=gettext_lazy("First day"))

    def __init__(self, *args, post: Post | None, **kwargs):
        super().__init__(*args, **kwargs)
        if post is not None:
            self.initial |= {name: getattr(post, name) for name in PLACE}
        self.initial.setdefault("on", clock.today())
        self.suggest(self.organisation, {each: each for each in ("job_role", "team", "directorate")})

    @property
    def place(self) -> dict[str, str]:
        """The new place, of a form that is valid."""
        return {name: self.cleaned_data[name] for name in PLACE}


class LastDayForm(PortalForm):
    """The last day of something."""

    last_on = GovukDateField(label=gettext_lazy("Last day"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last_on", clock.today())


class CompletionForm(OfSomethingMixin, PortalModelForm):
    """That somebody completed a course."""

    belongs_to = "person"

    class Meta:
        model = Completion
        fields = ["course", "completed_on", "expires_on"]
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].help_text = _("Empty if it is good for as long as the course says, or for ever.")


class ExemptionForm(OfSomethingMixin, PortalModelForm):
    """That a requirement does not ask somebody for a while."""

    belongs_to = "person"

    class Meta:
        model = Exemption
        fields = ["requirement", "reason", "from_on", "until_on"]
        labels = DAY_LABELS
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["from_on"] = self.initial.get("from_on") or clock.today()
        self.fields["requirement"].queryset = (
            Requirement.objects.of(self.organisation).valid_on(clock.today()).select_related("course")
        )


class CourseForm(PortalModelForm):
    """A course, and what lists call it."""

    names = forms.CharField(
        label=gettext_lazy("Other names in lists"),
        required=False,
        max_length=4000,
        widget=present(forms.Textarea({"rows": 3}), count_threshold=75),
        help_text=gettext_lazy("What the learning system calls it, each name on a line of its own."),
    )

    class Meta:
        model = Course
        fields = ["title", "provider", "delivery", "minutes", "valid_months", "needs_first", "retired_on"]
        formfield_callback = portal_formfield
        widgets = {
            "delivery": forms.RadioSelect,
            "minutes": forms.NumberInput({"class": NARROW}),
            "valid_months": forms.NumberInput({"class": NARROW}),
        }

    field_order = ["title", "names", "provider", "delivery", "minutes", "valid_months", "needs_first", "retired_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["needs_first"].queryset = Course.objects.of(self.organisation).exclude(pk=self.instance.pk)
        if self.instance.pk:
            self.initial["names"] = "\n".join(self.instance.names.values_list("name", flat=True))
            self._saved["names"] = self.initial["names"]

    def clean_names(self) -> list[str]:
        """The names, each once, none of which means another course."""
        names = list(dict.fromkeys(plain_name(line) for line in self.cleaned_data["names"].splitlines()))
        names = [each for each in names if each]
        if too_long := next((each for each in names if len(each) > 200), None):
            raise ValidationError(_("“%(name)s…” is too long for a name.") % {"name": too_long[:40]})
        taken = CourseName.objects.of(self.organisation).filter(name__in=names).exclude(course=self.instance.pk)
        if other := taken.select_related("course").first():
            raise ValidationError(
                _("“%(name)s” means “%(course)s” already.") % {"name": other.name, "course": other.course}
            )
        return names


class EquivalenceForm(OfSomethingMixin, PortalModelForm):
    """That another course counts as this one."""

    belongs_to = "counts_as"

    class Meta:
        model = Equivalence
        fields = ["course", "from_on", "until_on"]
        labels = DAY_LABELS
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["from_on"] = self.initial.get("from_on") or clock.today()
        self.fields["from_on"].help_text = _("Figures of days before it stay what they were.")
        self.fields["course"].queryset = Course.objects.of(self.organisation).exclude(pk=self.instance.counts_as_id)


class GroupsMixin(WithPlacesMixin):
    """Whom a requirement asks: everybody, or up to `GROUPS` groups."""

    def add_groups(self, groups: list[RequirementGroup]) -> None:
        """Add the fields, filled with what is asked now."""
        said = [{name: getattr(each, name) for name in PLACE} for each in groups]
        self.fields["everybody"] = forms.BooleanField(
            label=_("Everybody on the list of people"), required=False,
            help_text=_("Staff, councillors, contractors, volunteers and all others."),
        )  # fmt: skip
        self.initial.setdefault("everybody", any(not any(each.values()) for each in said))
        places = {}
        for number in range(1, GROUPS + 1):
            old = said[number - 1] if number <= len(said) else {}
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=_("Kind of person"), choices=[("", _("Any")), *Kind.choices], required=False
            )
            for name in PLACE[1:]:
                self.fields[f"{name}_{number}"] = forms.CharField(
                    label=DIMENSION_LABELS[name], max_length=120, required=False
                )
                places[f"{name}_{number}"] = name
            for name in PLACE:
                self.initial.setdefault(f"{name}_{number}", old.get(name, ""))
        self.suggest(self.organisation, places)

    @property
    def group_fields(self) -> list[list]:
        """The bound fields of each group."""
        return [[self[f"{name}_{number}"] for name in PLACE] for number in range(1, GROUPS + 1)]

    def clean_groups(self, cleaned: dict[str, Any]) -> None:
        """Put the groups that say anything together; an error where nobody is asked."""
        if cleaned.get("everybody"):
            cleaned["groups"] = [{}]
            return
        groups = [{name: cleaned.get(f"{name}_{number}", "") for name in PLACE} for number in range(1, GROUPS + 1)]
        cleaned["groups"] = [each for each in groups if any(each.values())]
        if not cleaned["groups"] and not self.errors:
            self.add_error("everybody", _("Tick this, or say below whom it asks."))


class RequirementForm(GroupsMixin, PortalModelForm):
    """A new requirement."""

    class Meta:
        model = Requirement
        fields = ["course", "within_days", "renew_months", "from_on"]
        labels = DAY_LABELS
        formfield_callback = portal_formfield
        widgets = {
            "within_days": forms.NumberInput({"class": NARROW}),
            "renew_months": forms.NumberInput({"class": NARROW}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["from_on"] = self.initial.get("from_on") or clock.today()
        self.fields["course"].queryset = Course.objects.of(self.organisation).in_use()
        self.add_groups([])

    def clean_from_on(self) -> dt.date:
        """The first day, which is no slip of the keyboard."""
        return _day_in_range(self.cleaned_data["from_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_groups(cleaned)
        course, from_on = cleaned.get("course"), cleaned.get("from_on")
        if course and from_on:
            same = Requirement.objects.of(self.organisation).filter(course=course).valid_on(from_on)
            if same.exists():
                self.add_error("course", _("There is a requirement for this course already. Change that one."))
        return cleaned


class RequirementChangeForm(GroupsMixin, PortalForm):
    """What a requirement asks from a day on."""

    on = GovukDateField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Figures of days before it stay what they were.")
    )
    within_days = forms.IntegerField(
        label=gettext_lazy("Within how many days"),
        min_value=0,
        max_value=3650,
        widget=forms.NumberInput({"class": NARROW}),
    )
    renew_months = forms.IntegerField(
        label=gettext_lazy("Again every how many months"),
        required=False,
        min_value=1,
        max_value=240,
        widget=forms.NumberInput({"class": NARROW}),
        help_text=gettext_lazy("Empty if once is enough."),
    )

    def __init__(self, *args, requirement: Requirement, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", max(clock.today(), requirement.from_on))
        self.initial.setdefault("within_days", requirement.within_days)
        self.initial.setdefault("renew_months", requirement.renew_months)
        self.add_groups(list(requirement.groups.all()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.clean_groups(cleaned)
        return cleaned


class ListForm(PortalForm):
    """A list to read."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the list?"), choices=ListKind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV or Excel (.xlsx), at most 20 MB. Of a workbook, the first sheet is read."),
    )

    def clean_file(self):
        """The file, which is not too large to read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_LIST_BYTES:
            raise ValidationError(_("The file is larger than 20 MB. Split it and import the parts."))
        return file


class ColumnsForm(PortalForm):
    """What each column of a list holds."""

    def __init__(self, *args, table: ListTable, kind: str, columns: Columns, **kwargs):
        self.table, self.kind = table, kind
        super().__init__(*args, **kwargs)
        held = {place: name for name, place in columns.items()}
        choices = [("", _("Nothing that is needed")), *((each.name, each.label) for each in FIELDS[kind])]
        for place, heading in enumerate(table.headings):
            sample = table.sample(place)
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or _("Column %(number)d") % {"number": place + 1},
                help_text=_("For example: %(sample)s") % {"sample": sample[:60]} if sample else _("It is empty."),
                choices=choices,
                required=False,
            )
            self.initial[f"column_{place}"] = held.get(place, "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        seen: dict[str, str] = {}
        for name, said in list(cleaned.items()):
            if said and said in seen:
                self.add_error(name, _("Another column holds this already. Choose one of the two."))
            seen.setdefault(said, name)
        return cleaned

    @property
    def columns(self) -> Columns:
        """What was said, of a form that is valid."""
        return {said: int(name.removeprefix("column_")) for name, said in self.cleaned_data.items() if said}


class PeopleListForm(PortalForm):
    """What a list of people does not say of itself."""

    as_at = GovukDateField(
        label=gettext_lazy("The list tells how it was on"),
        help_text=gettext_lazy("Moves count from this day on."),
    )
    default_kind = forms.ChoiceField(label=gettext_lazy("Who is in it?"), choices=Kind.choices)

    def __init__(self, *args, says_kinds: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("as_at", clock.today())
        if says_kinds:
            del self.fields["default_kind"]

    def clean_as_at(self) -> dt.date:
        """A day that has been."""
        return _day_in_range(self.cleaned_data["as_at"], latest=clock.today())

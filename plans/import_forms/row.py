"""One row of an import, to be corrected: its objective and its actions as lines that a person can type.

Owners, partners, target dates and milestones are one a line, as a plan's cell has them; what a line was understood as
is shown beside it. A line that nobody touched keeps what is known of it.
"""

import copy
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from prevent_portal.forms import PortalForm, PortalFormMixin

from ..models import DATE_KIND_CHOICES, RAG_CHOICES, Owner
from ..rules import Rag
from ..understanding.dates import read_target_dates
from ..understanding.draft import (
    ActionDraft,
    ObjectiveDraft,
    OwnerDraft,
    PlanDraft,
    QuarantinedDraft,
    SectionDraft,
    Source,
    TargetDateDraft,
)
from ..understanding.owners import read_owners, read_partners

ACTIONS = "actions"
MAX_ACTIONS = 60
SHOWN_CHARACTERS = 200
TITLE_CHARACTERS = 80
CHARACTERS_A_LINE, MAX_BOX_ROWS = 65, 16

LEAD = "(lead)"
SENSITIVE = "OFFICIAL-SENSITIVE"
MARKING_CHOICES = [("", gettext_lazy("As the plan")), (SENSITIVE, SENSITIVE)]


def owner_line(owner: OwnerDraft) -> str:
    """An owner as one line that reads back as the same owner."""
    line = ", ".join(filter(None, (owner.name, owner.post)))
    return f"{line} {LEAD}" if owner.is_lead else line


def date_line(date: TargetDateDraft) -> str:
    """A target date as one line: as written, with what it is for where the words do not say so."""
    said = not date.scope or date.scope.casefold() in date.as_written.casefold()
    return date.as_written if said else f"{date.scope}: {date.as_written}"


def lines_of(text: str) -> list[str]:
    """What stands on the lines of a box, blank ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _kept_or_read(lines: list[str], known: Iterable, line_of: Callable, read: Callable[[list[str]], list]) -> list:
    """For each line what was known of it, or else what it is read as. A person has looked: it is no guess now."""
    by_line = {" ".join(line_of(each).split()): each for each in known}
    found = []
    for line in lines:
        each = by_line.get(" ".join(line.split()))
        found += [dataclasses.replace(each, is_guess=False)] if each else read([line])
    return found


def owners_from(text: str, known: Iterable[OwnerDraft] = ()) -> list[OwnerDraft]:
    """The owners that a box names, one or more a line; the first of a line that ends in "(lead)" leads."""
    return _kept_or_read(lines_of(text), known, owner_line, _read_owner_line)


def _read_owner_line(lines: list[str]) -> list[OwnerDraft]:
    found = []
    for line in lines:
        named = line.removesuffix(LEAD).strip()
        owners = read_owners([named])
        if named != line and owners:
            owners[0].is_lead = True
        found += owners
    return found


def dates_from(text: str, known: Iterable[TargetDateDraft] = ()) -> list[TargetDateDraft]:
    """The target dates that a box names, one or more a line."""
    return _kept_or_read(lines_of(text), known, date_line, read_target_dates)


@dataclass(frozen=True)
class Understood:
    """A line of a box and what it was understood as; `is_guess` until a person has looked."""

    line: str
    meaning: str
    is_guess: bool = False


def understood_as(each: OwnerDraft | TargetDateDraft) -> Understood:
    """What an owner or a target date was understood as, in words."""
    if isinstance(each, OwnerDraft):
        kind = str(Owner.Kind(each.kind).label)
        return Understood(owner_line(each), kind, each.is_guess)
    kind = str(dict(DATE_KIND_CHOICES)[each.kind.value])
    meaning = _("%(kind)s: %(on)s") % {"kind": kind, "on": date_format(each.on, "j F Y")} if each.on else kind
    return Understood(date_line(each), meaning, each.is_guess)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _rows_for(text: str | None, at_least: int) -> int:
    """The rows of a box in which the text can be read without scrolling, within reason."""
    lines = sum(len(line) // CHARACTERS_A_LINE + 1 for line in (text or "").split("\n"))
    return max(at_least, min(lines + 1, MAX_BOX_ROWS))


def _text_field(label, rows: int = 3, **kwargs) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea({"rows": rows}), **kwargs)


def _lines_field(label, help_text="") -> forms.CharField:
    return _text_field(label, 2, required=False, help_text=help_text)


class ActionForm(PortalFormMixin, forms.Form):
    """One action of the row."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    letter = forms.CharField(
        label=gettext_lazy("Letter"),
        max_length=10,
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
        help_text=gettext_lazy("Only where the row has several actions: a, b, c…"),
    )
    text = _text_field(gettext_lazy("Action"), 4, error_messages={"required": gettext_lazy("Enter what will be done.")})
    owners = _lines_field(gettext_lazy("Owners"), gettext_lazy("One on each line. For example: Ada Moor, Director"))
    partners = _lines_field(gettext_lazy("Partners"), gettext_lazy("One on each line."))
    target_dates = _lines_field(
        gettext_lazy("Target dates"), gettext_lazy("One on each line, as the plan writes it. For example: March 2027")
    )
    outcome = _text_field(gettext_lazy("Outcome measure"), required=False)
    milestones = _lines_field(gettext_lazy("Milestones"), gettext_lazy("One on each line."))
    resources = _text_field(gettext_lazy("Resources"), 2, required=False)
    progress = _text_field(gettext_lazy("Progress"), required=False)
    rag = forms.ChoiceField(
        label=pgettext_lazy("of an action", "RAG"),
        choices=RAG_CHOICES,
        initial=Rag.NOT_STATED.value,
    )
    marking = forms.ChoiceField(label=gettext_lazy("Marking"), choices=MARKING_CHOICES, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = _rows_for(self[name].value(), field.widget.attrs["rows"])

    FURTHER = ("letter", "partners", "outcome", "milestones", "resources", "progress", "marking")
    """What most rows of most plans have not: folded away where it is empty."""

    known: ActionDraft

    @property
    def has_further(self) -> bool:
        """Whether one of the folded boxes has something in it, or something wrong with it."""
        return any(self[name].errors or (self[name].value() and name != "letter") for name in self.FURTHER)

    def further(self) -> list[forms.BoundField]:
        """The folded boxes."""
        return [self[name] for name in self.FURTHER]

    @staticmethod
    def initial_of(action: ActionDraft) -> dict[str, Any]:
        """What the boxes say of an action."""
        return {
            "was": _digest(action.text),
            "letter": action.letter,
            "text": action.text,
            "owners": "\n".join(map(owner_line, action.owners)),
            "partners": "\n".join(action.partners),
            "target_dates": "\n".join(map(date_line, action.target_dates)),
            "outcome": action.outcome,
            "milestones": "\n".join(action.milestones),
            "resources": action.resources,
            "progress": action.progress,
            "rag": action.rag.value,
            "marking": SENSITIVE if "SENSITIVE" in action.marking.upper() else "",
        }

    def understood_owners(self) -> list[Understood]:
        """What the lines of owners are understood as: as typed, or as the file was read."""
        if not self.is_bound:
            return [understood_as(each) for each in self.known.owners]
        return [understood_as(each) for each in owners_from(self["owners"].value() or "", self.known.owners)]

    def understood_dates(self) -> list[Understood]:
        """What the lines of target dates are understood as."""
        if not self.is_bound:
            return [understood_as(each) for each in self.known.target_dates]
        return [understood_as(each) for each in dates_from(self["target_dates"].value() or "", self.known.target_dates)]

    def action(self) -> ActionDraft:
        """The action as corrected."""
        said, known = self.cleaned_data, self.known
        text = said["text"].replace("\r\n", "\n").strip()
        owners = owners_from(said["owners"], known.owners)
        changed = {}
        if owners and not known.owners_as_written:
            changed["owners_as_written"] = "\n".join(lines_of(said["owners"]))
        if said["rag"] != known.rag.value:
            changed["rag_as_written"] = ""
        return dataclasses.replace(
            known,
            letter=said["letter"].strip().rstrip(".)").lower(),
            text=text,
            steps=known.steps if text == known.text else [step for step in known.steps if step in text],
            owners=owners,
            partners=read_partners(lines_of(said["partners"])),
            target_dates=dates_from(said["target_dates"], known.target_dates),
            outcome=said["outcome"].replace("\r\n", "\n"),
            milestones=lines_of(said["milestones"]),
            resources=said["resources"].replace("\r\n", "\n"),
            progress=said["progress"].replace("\r\n", "\n"),
            rag=Rag(said["rag"]),
            marking=said["marking"],
            **changed,
        )


class ActionFormSet(forms.BaseFormSet):
    """The actions of the row."""

    def __init__(self, *args, known: list[ActionDraft], **kwargs):
        self.known = known
        self._unclaimed = list(range(len(known)))
        super().__init__(*args, **kwargs)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if forms.formsets.DELETION_FIELD_NAME in form.fields:
            form.fields[forms.formsets.DELETION_FIELD_NAME].label = _("Take this action out")
        form.known = self._known_of(form, index)

    def _known_of(self, form: forms.Form, index: int | None) -> ActionDraft:
        """The action that a form is about: the one with the text that the form was opened with, wherever it is now."""
        if index is None or not form.is_bound:
            return self.known[index] if index is not None and index < len(self.known) else ActionDraft()
        was = form["was"].value()
        for each in self._unclaimed:
            if _digest(self.known[each].text) == was:
                self._unclaimed.remove(each)
                return self.known[each]
        return ActionDraft()

    def with_empty_row(self) -> None:
        """Ask for one more action than was sent."""
        name = f"{self.prefix}-{forms.formsets.TOTAL_FORM_COUNT}"
        self.data = self.data.copy()
        try:
            total = int(self.data.get(name, 0))
        except ValueError:
            total = 0
        if total < MAX_ACTIONS:
            self.data[name] = total + 1
            # Otherwise the browser would show the first RAG of the list as if somebody had chosen it.
            self.data[f"{self.prefix}-{total}-rag"] = Rag.NOT_STATED.value

    def leave_unchecked(self) -> None:
        """Show what was typed without a word about mistakes."""
        self._errors, self._non_form_errors = [], self.error_class()
        for form in self.forms:
            form._errors = forms.utils.ErrorDict()

    def remaining_forms(self) -> list[forms.Form]:
        """The actions that there will be: neither empty nor taken out."""
        return [form for form in self.forms if not self._should_delete_form(form) and form.has_changed_or_known()]


class _ActionRowForm(ActionForm):
    def has_changed_or_known(self) -> bool:
        return bool(self.known.text) or self.has_changed()


_ACTIONS = forms.formset_factory(
    _ActionRowForm,
    formset=ActionFormSet,
    extra=0,
    can_delete=True,
    max_num=MAX_ACTIONS,
    absolute_max=MAX_ACTIONS,
)


class RowForm(PortalForm):
    """A row: its section, its objective and its actions (`actions`)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section"))
    new_section = forms.CharField(label=gettext_lazy("Or the title of a new section"), max_length=500, required=False)
    ref = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-5"}),
    )
    text = _text_field(gettext_lazy("Objective"), 4, required=False)
    owners = _lines_field(gettext_lazy("Owners of the whole row"), gettext_lazy("One on each line."))
    target_dates = _lines_field(gettext_lazy("Target dates of the whole row"), gettext_lazy("One on each line."))
    outcome = _text_field(gettext_lazy("Outcome measure of the whole row"), required=False)

    OF_SEVERAL = ("owners", "target_dates", "outcome")

    def __init__(self, *args, draft: PlanDraft, row: ObjectiveDraft, section: int | None, **kwargs):
        self.draft, self.row = draft, row
        initial = self._initial(row, section)
        super().__init__(*args, **kwargs | {"initial": initial})
        self.fields["section"].choices = [
            (str(index), section_title(each)) for index, each in enumerate(draft.sections)
        ]
        if not draft.sections:
            del self.fields["section"]
            self.fields["new_section"].label, self.fields["new_section"].required = _("Title of the section"), True
        for name in ("text", *self.OF_SEVERAL):
            attributes = self.fields[name].widget.attrs
            attributes["rows"] = _rows_for(self[name].value(), attributes["rows"])
        # Only a row of several actions has something that could not be matched to one of them.
        if len(row.actions) < 2:
            for name in self.OF_SEVERAL:
                if not initial[name]:
                    del self.fields[name]
        self.actions = _ACTIONS(
            self.data if self.is_bound else None,
            initial=[ActionForm.initial_of(each) for each in row.actions],
            prefix=ACTIONS,
            known=row.actions,
            form_kwargs={"organisation": self.organisation},
        )

    def _initial(self, row: ObjectiveDraft, section: int | None) -> dict[str, Any]:
        return {
            "seen": _digest([section, dataclasses.asdict(row)]),
            "section": "" if section is None else str(section),
            "new_section": "",
            "ref": row.ref,
            "text": row.text,
            "owners": "\n".join(map(owner_line, row.owners)),
            "target_dates": "\n".join(map(date_line, row.target_dates)),
            "outcome": row.outcome,
        }

    def is_valid(self) -> bool:
        # Both, so that all mistakes are shown at once.
        if not self.actions.is_valid():
            # Each says its own; the page's title must say that there is one.
            self.errors.setdefault(ACTIONS, self.error_class())
        return super().is_valid()

    def with_another_action(self) -> None:
        """Show what was typed with one more empty action; nothing is checked yet."""
        self.actions.with_empty_row()
        self.show_unchecked()

    def show_unchecked(self) -> None:
        """Show what was typed, and what it would be understood as, without a word about mistakes."""
        self.actions.leave_unchecked()
        self._errors = forms.utils.ErrorDict()

    def understood_owners(self) -> list[Understood]:
        """What the owners of the whole row are understood as."""
        if "owners" not in self.fields:
            return []
        return [understood_as(each) for each in owners_from(self["owners"].value() or "", self.row.owners)]

    def understood_dates(self) -> list[Understood]:
        """What the target dates of the whole row are understood as."""
        if "target_dates" not in self.fields:
            return []
        return [understood_as(each) for each in dates_from(self["target_dates"].value() or "", self.row.target_dates)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # Which actions remain is known once they have been looked at.
        self.actions.is_valid()
        if not cleaned.get("text") and not self.actions.remaining_forms():
            self.add_error("text", _("A row needs an objective or an action."))
        self._check_seen(cleaned)
        return cleaned

    def _check_seen(self, cleaned: dict[str, Any]) -> None:
        """Refuse once if somebody else has changed this row, and say what it says now."""
        if cleaned.get("seen") == self.initial["seen"]:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.initial["seen"]
        raise ValidationError(
            [
                _(
                    "Somebody else changed this row after you opened it. What you typed is still here. "
                    "Save again to replace theirs."
                ),
                *self._what_it_says_now(cleaned),
            ],
            code="stale",
        )

    def _what_it_says_now(self, cleaned: dict[str, Any]) -> list[str]:
        said = [(self.fields[name].label, self.initial[name], cleaned.get(name)) for name in self._texts()]
        if "section" in self.fields and cleaned.get("section") != self.initial["section"]:
            titles = dict(self.fields["section"].choices)
            said.append((self.fields["section"].label, titles.get(self.initial["section"]), None))
        typed = [form for form in self.actions.forms if not self.actions._should_delete_form(form)]
        for number, action in enumerate(self.row.actions, start=1):
            mine = typed[number - 1] if number <= len(typed) else None
            for name, value in ActionForm.initial_of(action).items():
                if name != "was":
                    label = _("Action %(number)d, %(label)s") % {
                        "number": number,
                        "label": ActionForm.base_fields[name].label,
                    }
                    said.append((label, value, mine[name].value() if mine else None))
        return [
            _("“%(label)s” now says: %(value)s")
            % {"label": label, "value": Truncator(theirs).chars(SHOWN_CHARACTERS) or _("nothing")}
            for label, theirs, mine in said
            if " ".join((theirs or "").split()) != " ".join((mine or "").split())
        ]

    def _texts(self) -> list[str]:
        return [name for name in ("ref", "text", *self.OF_SEVERAL) if name in self.fields]

    def section_chosen(self) -> int | str:
        """The number of the section in the draft, or the title of a new one."""
        return self.cleaned_data["new_section"] or int(self.cleaned_data["section"])

    def objective(self) -> ObjectiveDraft:
        """The row as corrected."""
        said, row = self.cleaned_data, copy.copy(self.row)
        row.ref, row.text = said["ref"].strip(), said["text"].replace("\r\n", "\n").strip()
        row.owners = owners_from(said.get("owners", ""), self.row.owners)
        row.target_dates = dates_from(said.get("target_dates", ""), self.row.target_dates)
        row.outcome = said.get("outcome", "").replace("\r\n", "\n")
        row.actions = [form.action() for form in self.actions.remaining_forms()]
        return row


class TakeInForm(RowForm):
    """What was set aside, as a row: its words are its action's text until a person says otherwise."""

    def __init__(self, *args, draft: PlanDraft, quarantined: QuarantinedDraft, **kwargs):
        source = Source(quarantined.table, quarantined.row)
        row = ObjectiveDraft(actions=[ActionDraft(text=quarantined.text, source=source)], source=source)
        section = len(draft.sections) - 1 if draft.sections else None
        super().__init__(*args, draft=draft, row=row, section=section, **kwargs)


def section_title(section: SectionDraft) -> str:
    """A section as a list to choose from has it."""
    title = " ".join(filter(None, (section.ref, section.title))) or _("Rows without a section")
    return Truncator(title).chars(TITLE_CHARACTERS)

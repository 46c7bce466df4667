"""Form fields as GOV.UK lays them out: the date in three boxes, and what the templates in `templates/govuk/` print.

A widget says by `present()` what Django has no word for:

    reason = forms.CharField(widget=present(forms.TextInput(), label_classes="govuk-label--m", suffix=_("days")))
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

WidgetT = TypeVar("WidgetT", bound=forms.Widget)

COUNT_THRESHOLD = 75
"""The percentage of a long text's limit from which on the count of its characters shows."""

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""Years outside these are slips of the keyboard."""

PRESENTATION = {
    "label_classes": "classes of the label or legend, such as govuk-label--m, govuk-fieldset__legend--s",
    "label_is_heading": "true: the label is the h1 of the page",
    "hint_classes": "classes of the hint",
    "group_classes": "classes round the whole field",
    "prefix": "a unit before the box, such as £",
    "suffix": "a unit after the box",
    "item_hints": "radios, checkboxes: value of the option -> its hint",
    "dividers": 'radios, checkboxes: value of the option -> the word above it, such as "or"',
    "exclusive": "checkboxes: the value that excludes the others",
    "count_words": "textarea: the most words (a maximum length counts characters instead)",
    "count_threshold": "textarea: the percentage from which on the count shows",
}
"""What `present()` takes. Radios and checkboxes side by side or small are classes of the widget: govuk-radios--inline,
govuk-radios--small, govuk-checkboxes--small."""


def present(widget: WidgetT, **options: Any) -> WidgetT:
    """The widget, with what Django has no word for. Raises TypeError for an option that is not in `PRESENTATION`."""
    if unknown := options.keys() - PRESENTATION.keys():
        raise TypeError(f"not an option of a field: {', '.join(sorted(unknown))}")
    widget.presentation = getattr(widget, "presentation", {}) | options
    return widget


class GovukDateWidget(forms.MultiWidget):
    """Day, month and year, each in its own box, with what was typed kept as it is."""

    PARTS = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()], attrs)

    def decompress(self, value: dt.date | str | None) -> list[str]:
        if isinstance(value, str):
            try:
                value = dt.date.fromisoformat(value)
            except ValueError:
                return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}{self.widgets_names[0]}" if id_ else id_


class GovukDateField(forms.Field):
    """A date in three boxes. The month may be a number, or its name in English or in the language of the page.

    The errors name the field and the part at fault; `params["parts"]` tells the template which boxes are red.
    """

    widget = GovukDateWidget
    default_error_messages = {
        "required": gettext_lazy("Enter %(label)s"),
        "incomplete": gettext_lazy("%(Label)s must include %(missing)s"),
        "year": gettext_lazy("%(Label)s must have a year of four numbers, such as 2027"),
        "invalid": gettext_lazy("%(Label)s must be a real date"),
    }

    def clean(self, value: Any) -> dt.date | None:
        value = self.to_python(value)
        if value is None and self.required:
            raise self._error("required", GovukDateWidget.PARTS)
        self.run_validators(value)
        return value

    def to_python(self, value: Any) -> dt.date | None:
        if value is None or isinstance(value, dt.date):
            return value.date() if isinstance(value, dt.datetime) else value
        typed = dict(zip(GovukDateWidget.PARTS, [str(part or "").strip() for part in value], strict=True))
        missing = [part for part, text in typed.items() if not text]
        if len(missing) == len(typed):
            return None
        if missing:
            names = {"day": _("a day"), "month": _("a month"), "year": _("a year")}
            raise self._error("incomplete", missing, missing=get_text_list([names[part] for part in missing], _("and")))
        if not (typed["year"].isascii() and typed["year"].isdigit() and len(typed["year"]) == 4):
            raise self._error("year", ["year"])
        day, month, year = _number(typed["day"]), _month(typed["month"]), int(typed["year"])
        wrong = [
            part
            for part, is_right in (
                ("day", day is not None and 1 <= day <= 31),
                ("month", month is not None),
                ("year", EARLIEST_YEAR <= year <= LATEST_YEAR),
            )
            if not is_right
        ]
        if wrong:
            raise self._error("invalid", wrong)
        try:
            return dt.date(year, month, day)
        except ValueError:
            raise self._error("invalid", GovukDateWidget.PARTS) from None

    def _error(self, code: str, parts: Sequence[str], **params: str) -> ValidationError:
        label = str(self.label or _("Date"))
        return ValidationError(
            self.error_messages[code],
            code=code,
            params={"label": _within_a_sentence(label), "Label": label, "parts": tuple(parts), **params},
        )


def _within_a_sentence(label: str) -> str:
    """`target date` for "Target date"; "RAG" stays."""
    return label if label[:2].isalpha() and label[:2].isupper() else label[:1].lower() + label[1:]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else None


def _month(text: str) -> int | None:
    if (number := _number(text)) is not None:
        return number if 1 <= number <= 12 else None
    typed = text.rstrip(".").casefold()
    for names in (MONTHS, MONTHS_3):
        for month, name in names.items():
            with override("en-gb"):
                spellings = {str(name).casefold()}
            if typed in spellings | {str(name).casefold()} or (typed == "sept" and month == 9):
                return month
    return None


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button, checkbox or line of a select."""

    value: str
    label: Any
    id: str = ""
    is_chosen: bool = False
    is_disabled: bool = False
    hint: Any = ""
    divider: Any = ""
    behaviour: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hint_id(self) -> str:
        return f"{self.id}-item-hint" if self.hint else ""


@dataclass(frozen=True, slots=True)
class DatePart:
    """One box of a date."""

    id: str
    name: str
    label: Any
    value: str
    width: int
    has_error: bool
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldParts:
    """A field as its template prints it."""

    kind: str
    id: str
    name: str
    label: Any
    hint: Any
    errors: Sequence[str]
    classes: str
    described_by: str
    attributes: Mapping[str, Any]
    look: Mapping[str, Any]
    value: Any = None
    type: str = "text"
    rows: Any = 5
    maximum: Any = None
    options: Sequence[Option | tuple[Any, Sequence[Option]]] = ()
    date_parts: Sequence[DatePart] = ()
    is_chosen: bool = False
    is_disabled: bool = False
    is_multiple: bool = False

    @property
    def template(self) -> str:
        return f"govuk/fields/{self.kind}.html"

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint" if self.hint else ""

    @property
    def error_id(self) -> str:
        return f"{self.id}-error" if self.errors else ""


# Said by the template itself, or by the server with a message instead of the browser cutting the text off in silence.
NOT_PASSED_ON = {
    "id", "name", "class", "type", "value", "required", "disabled", "checked", "aria-describedby", "aria-invalid",
    "maxlength", "minlength", "min", "max", "step", "cols", "rows", "multiple", "placeholder",
}  # fmt: skip
DJANGO_ROWS = "10"
"""What Django says where nobody has said anything."""
OPTIONAL_IS_MARKED = {"input", "textarea", "character_count", "select", "date_input", "file_upload", "radios"}


def kind_of(widget: forms.Widget) -> str:
    """The template in `templates/govuk/fields/` that prints this widget."""
    if widget.is_hidden:
        return "hidden"
    for kinds, kind in (
        (GovukDateWidget, "date_input"),
        (forms.PasswordInput, "password_input"),
        (forms.FileInput, "file_upload"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.CheckboxInput, "checkbox"),
        (forms.RadioSelect, "radios"),
        (forms.Select, "select"),
        (forms.MultiWidget, "other"),
        (forms.Textarea, "textarea"),
        (forms.widgets.Input, "input"),
    ):
        if isinstance(widget, kinds):
            return kind
    return "other"


def field_id(bound: BoundField) -> str:
    """The id on which the ids of the field's parts are built."""
    return str(bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name)


def first_input_id(bound: BoundField) -> str:
    """Where a link to the field leads: its first input; for a date, the first box at fault."""
    widget, id_ = bound.field.widget, field_id(bound)
    if isinstance(widget, GovukDateWidget):
        wrong = _parts_at_fault(bound)
        suffixes = dict(zip(widget.PARTS, widget.widgets_names, strict=True))
        return id_ + next((suffixes[part] for part in widget.PARTS if part in wrong), widget.widgets_names[0])
    return id_


def _parts_at_fault(bound: BoundField) -> set[str]:
    found: set[str] = set()
    for error in bound.errors.as_data() if bound.errors else ():
        found.update((error.params or {}).get("parts", GovukDateWidget.PARTS))
    return found


def error_texts(bound: BoundField) -> list[str]:
    """What is wrong with a field. Django's general sentences ("This field is required.") name the field instead."""
    return [_plainly(error, bound) for error in bound.errors.as_data()] if bound.errors else []


def _plainly(error: ValidationError, bound: BoundField) -> str:
    label = str(bound.label)
    names = {"Label": label, "label": _within_a_sentence(label), **(error.params or {})}
    if error.code == "required" and error.message == forms.Field.default_error_messages["required"]:
        kind = kind_of(bound.field.widget)
        if kind == "file_upload":
            return _("Choose a file for “%(Label)s”") % names
        if kind == "checkbox":
            return _("Tick “%(Label)s” to continue") % names
        if label.endswith("?"):
            return _("Answer “%(Label)s”") % names
        if kind in {"radios", "checkboxes", "select"}:
            return _("Select %(label)s") % names
        return _("Enter %(label)s") % names
    if error.code == "max_length" and "limit_value" in names:
        return _("%(Label)s must be %(limit_value)s characters or fewer") % names
    if error.code == "invalid" and error.message == forms.IntegerField.default_error_messages["invalid"]:
        return _("%(Label)s must be a whole number, such as 12") % names
    if error.code == "invalid" and error.message == forms.DecimalField.default_error_messages["invalid"]:
        return _("%(Label)s must be a number, such as 12.5") % names
    if error.code == "min_value" and "limit_value" in names:
        return _("%(Label)s must be %(limit_value)s or more") % names
    if error.code == "max_value" and "limit_value" in names:
        return _("%(Label)s must be %(limit_value)s or less") % names
    return " ".join(str(message) for message in error.messages)


def describe_field(bound: BoundField, *, mark_optional: bool = True) -> FieldParts:
    """What the field's template prints; `mark_optional` adds "(optional)" to the label of one that may stay empty."""
    widget = bound.field.widget
    kind, id_ = kind_of(widget), field_id(bound)
    look = dict(getattr(widget, "presentation", {}))
    helper = getattr(bound.form, "helper", None)
    if getattr(helper, "page_heading", None) == bound.name:
        look["label_is_heading"] = True
        heading = "govuk-fieldset__legend--l" if widget.use_fieldset else "govuk-label--l"
        look.setdefault("label_classes", heading)
    value = bound.value()
    # Radios and checkboxes build their context from the choices; a hidden widget is printed by Django.
    made = widget.get_context(bound.html_name, value, {"id": id_})["widget"] if kind not in {"hidden", "other"} else {}
    attributes = dict(made.get("attrs", {}))
    errors = error_texts(bound)
    maximum = attributes.get("maxlength") or look.get("count_words")
    if kind == "textarea" and maximum:
        kind = "character_count"
    hint = bound.help_text
    described = [attributes.get("aria-describedby", "")]
    if kind == "character_count":
        described.append(f"{id_}-info")
    if kind != "checkbox":
        described.append(f"{id_}-hint" if hint else "")
    described.append(f"{id_}-error" if errors else "")
    if kind == "checkbox":
        described.append(f"{id_}-item-hint" if hint else "")
    described_by = " ".join(part for part in described if part)
    is_disabled = bool(bound.field.disabled or attributes.get("disabled"))
    label = bound.label
    if mark_optional and not bound.field.required and not is_disabled and kind in OPTIONAL_IS_MARKED:
        label = _("%(label)s (optional)") % {"label": label}
    passed_on = {name: said for name, said in attributes.items() if name not in NOT_PASSED_ON}
    if isinstance(widget, forms.EmailInput):
        passed_on = {"autocomplete": "email", "spellcheck": "false"} | passed_on
    elif isinstance(widget, forms.NumberInput):
        whole = isinstance(bound.field, forms.IntegerField) and not isinstance(bound.field, forms.FloatField)
        whole = whole and not isinstance(bound.field, forms.DecimalField)
        passed_on = {"inputmode": "numeric" if whole else "decimal", "spellcheck": "false"} | passed_on
    elif isinstance(widget, forms.PasswordInput):
        passed_on = {"autocomplete": "current-password"} | passed_on
    return FieldParts(
        kind=kind,
        id=id_,
        name=bound.html_name,
        label=label,
        hint=hint,
        errors=errors,
        classes=str(attributes.get("class", "")),
        described_by=described_by,
        attributes=passed_on,
        look=look,
        value=attributes.get("value") if kind == "checkbox" else made.get("value"),
        type="text" if isinstance(widget, forms.NumberInput) else made.get("type", "text"),
        rows=5 if attributes.get("rows") == DJANGO_ROWS else attributes.get("rows", 5),
        maximum=maximum,
        options=_options(kind, widget, made, look, id_, is_disabled),
        date_parts=_date_parts(bound, id_, value) if kind == "date_input" else (),
        is_chosen=bool(attributes.get("checked")),
        is_disabled=is_disabled,
        is_multiple=bool(attributes.get("multiple")),
    )


def _options(
    kind: str, widget: forms.Widget, made: Mapping, look: Mapping, id_: str, is_disabled: bool
) -> Sequence[Any]:
    if kind not in {"radios", "checkboxes", "select"}:
        return ()
    own = set(widget.attrs) | NOT_PASSED_ON | {"selected"}
    hints, dividers = look.get("item_hints", {}), look.get("dividers", {})
    groups, number = [], 0
    for group, members, _index in made["optgroups"]:
        options = []
        for member in members:
            value = "" if member["value"] is None else str(member["value"])
            # GOV.UK Frontend counts the dividers too.
            number += 2 if dividers.get(value) else 1
            options.append(
                Option(
                    value=value,
                    label=member["label"],
                    # The first one has the field's own id, so that links to the field lead to it.
                    id=id_ if number == 1 else f"{id_}-{number}",
                    is_chosen=bool(member["selected"]),
                    is_disabled=is_disabled or bool(member["attrs"].get("disabled")),
                    hint=hints.get(value, ""),
                    divider=dividers.get(value, ""),
                    behaviour="exclusive" if look.get("exclusive") == value else "",
                    attributes={name: said for name, said in member["attrs"].items() if name not in own},
                )
            )
        groups.append((group, options))
    if kind == "select":
        return groups
    return [option for _group, options in groups for option in options]


def _date_parts(bound: BoundField, id_: str, value: Any) -> Sequence[DatePart]:
    widget = bound.field.widget
    typed = value if isinstance(value, list | tuple) else widget.decompress(value)
    wrong = _parts_at_fault(bound)
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    return [
        DatePart(
            id=id_ + suffix,
            name=bound.html_name + suffix,
            label=labels[part],
            value="" if text is None else str(text),
            width=4 if part == "year" else 2,
            has_error=part in wrong,
            attributes={"inputmode": "numeric"}
            | {name: said for name, said in box.attrs.items() if name not in NOT_PASSED_ON},
        )
        for part, suffix, text, box in zip(widget.PARTS, widget.widgets_names, typed, widget.widgets, strict=True)
    ]


def error_links(form: forms.BaseForm | forms.BaseFormSet | None) -> list[dict[str, Any]]:
    """`{"text", "href"}` of every error of a form or formset, in the order of the page; `href` leads to an input."""
    if form is None or not form.is_bound:
        return []
    if isinstance(form, forms.BaseFormSet):
        own = [{"text": text, "href": None} for text in form.non_form_errors()]
        return own + [link for member in form.forms for link in error_links(member)]
    found: list[dict[str, Any]] = [{"text": text, "href": None} for text in form.non_field_errors()]
    for bound in form:
        href = None if bound.is_hidden else f"#{first_input_id(bound)}"
        found += [{"text": text, "href": href} for text in error_texts(bound)]
    return found

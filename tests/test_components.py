"""The page parts and form fields, proved against the fixtures of GOV.UK Frontend: options in, HTML out.

Every fixture of a component that the portal has is run, except those that use an option which the portal does not
offer. Those options are listed below with the reason, and the numbers that match are written down, so nothing
drops out unnoticed.
"""

import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Comment, Tag
from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms.utils import ErrorDict, ErrorList
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import SafeString
from django.utils.translation import override

from prevent_portal.forms_fields import GovukDateField, GovukDateWidget, error_links, present

FIXTURES = settings.BASE_DIR / "static" / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"
INSTALL = "GOV.UK Frontend is not installed: run `npm ci` and `npm run build` in static/, or script/run"

Options = dict[str, Any]

# Which options the portal does not offer, and why. A fixture that uses one does not apply.

IN_BASE = "what stands beside the navigation is written out in base.html"
INTERRUPTION = "the portal has confirmation panels only"
ONE_FIELDSET = "a group of inputs always stands in a fieldset with a legend"
OWN_IDS = "ids and names are Django's, built from the field's name"
SPOKEN = "what the scripts say is GOV.UK Frontend's own wording"
PARTS = "classes and attributes go on the input, not on the parts round it"
FOLLOW_UP = "follow-up questions are asked in plain sight"
CHOICES = "Django's choices have a value and a label, nothing else"
SILENT_CUT = "the browser would cut the text off in silence; the server says what is wrong"
THREE_BOXES = "a date is day, month and year, labelled so"
NOT_A_FIELD = "a file that was chosen before cannot be shown in the input"

NOT_OFFERED: dict[str, dict[str, str]] = {
    "panel": {"actions": INTERRUPTION},
    "service-navigation": {"slots": IN_BASE},
    "input": {
        "prefix.classes": PARTS,
        "prefix.attributes": PARTS,
        "suffix.classes": PARTS,
        "suffix.attributes": PARTS,
        "inputWrapper": PARTS,
    },
    "password-input": {"showPasswordText": SPOKEN},
    "character-count": {
        "textareaDescriptionText": SPOKEN,
        "charactersUnderLimitText": SPOKEN,
        "countMessage": PARTS,
        "attributes.maxlength": SILENT_CUT,
        "countType": "characters are counted, or words",
    },
    "select": {"items.disabled": CHOICES, "items.attributes": CHOICES},
    "radios": {
        "items.conditional": FOLLOW_UP,
        "items.id": OWN_IDS,
        "items.disabled": CHOICES,
        "items.attributes": CHOICES,
        "items.label": CHOICES,
        "fieldset.classes": PARTS,
    },
    "checkboxes": {
        "items.conditional": FOLLOW_UP,
        "items.id": OWN_IDS,
        "items.name": OWN_IDS,
        "items.disabled": CHOICES,
        "items.attributes": CHOICES,
        "items.label": CHOICES,
        "fieldset.classes": PARTS,
    },
    "date-input": {"day.label": THREE_BOXES, "items.id": OWN_IDS},
    "file-upload": {"wrapperClasses": PARTS, "chooseFilesButtonText": SPOKEN, "value": NOT_A_FIELD},
}

# The same for what is not one option but how several are put together

ALWAYS_A_LIMIT = "a count needs something to count to"
IN_WORDS = "an error is always said in words"
OWN_CLASSES = "the boxes of a date have no classes of their own"
PLAIN_START = "the text of a start button is plain"


def _has_no_fieldset(options: Options) -> bool:
    return not options.get("fieldset", {}).get("legend")


def _is_group(options: Options) -> bool:
    return len([item for item in options["items"] if item and "divider" not in item]) > 1


def _date_parts(options: Options) -> list[Options]:
    return options.get("items") or [options.get(part) or {} for part in ("day", "month", "year")]


def _has_other_boxes(options: Options) -> bool:
    if any(not options.get(part, True) for part in ("day", "month", "year")):
        return True
    return bool(options.get("items")) and [item["name"] for item in options["items"]] != ["day", "month", "year"]


def _has_own_classes(options: Options) -> bool:
    classes = " ".join(part.get("classes", "") for part in _date_parts(options))
    return bool(re.sub(r"govuk-input--(width-\d|error)", "", classes).strip())


def _has_error_without_words(options: Options) -> bool:
    marked = any(part.get("error") or "error" in part.get("classes", "") for part in _date_parts(options))
    return marked and "errorMessage" not in options


# component -> (reason, test of the options)
NOT_PUT_TOGETHER_SO: dict[str, list[tuple[str, Callable[[Options], bool]]]] = {
    "button": [(PLAIN_START, lambda options: options.get("isStartButton", False) and "html" in options)],
    "panel": [(INTERRUPTION, lambda options: "interruption" in options.get("classes", ""))],
    "character-count": [(ALWAYS_A_LIMIT, lambda options: not (options.get("maxlength") or options.get("maxwords")))],
    "select": [
        (CHOICES, lambda options: any(item and "value" not in item for item in options.get("items", []))),
        (
            "Django selects the empty choice",
            lambda options: any(i and i["value"] == "" for i in options.get("items", [])),
        ),
    ],
    "radios": [(ONE_FIELDSET, _has_no_fieldset)],
    "checkboxes": [
        (ONE_FIELDSET, lambda options: _has_no_fieldset(options) and _is_group(options)),
        ("the hint of a single box stands below its label", lambda o: _has_no_fieldset(o) and "hint" in o),
    ],
    "date-input": [
        (ONE_FIELDSET, _has_no_fieldset),
        (THREE_BOXES, _has_other_boxes),
        (OWN_IDS, lambda options: any((options.get(part) or {}).get("name") for part in ("day", "month", "year"))),
        (OWN_CLASSES, _has_own_classes),
        (IN_WORDS, _has_error_without_words),
    ],
}


def _paths(options: Any, path: str = "") -> Iterator[str]:
    """`items.hint.text` for every option that is set, list positions left out."""
    yield path
    if isinstance(options, dict):
        for name, value in options.items():
            yield from _paths(value, f"{path}.{name}" if path else name)
    elif isinstance(options, list):
        for value in options:
            yield from _paths(value, path)


def reason_to_leave_out(component: str, options: Options) -> str | None:
    """Why a fixture does not apply, or nothing."""
    used = set(_paths(options))
    for path, reason in NOT_OFFERED.get(component, {}).items():
        if path in used:
            return reason
    for reason, test in NOT_PUT_TOGETHER_SO.get(component, []):
        if test(options):
            return reason
    return None


# HTML without what does not matter: white space, the order of attributes and of classes

INLINE = {"a", "b", "code", "em", "i", "label", "span", "strong", "svg"}


def _nodes(element: Tag) -> list[Any]:
    children = [node for node in element.children if not isinstance(node, Comment)]
    nodes: list[Any] = []
    for position, node in enumerate(children):
        if isinstance(node, Tag):
            attributes = {
                name: sorted(value) if isinstance(value, list) else " ".join(value.split())
                for name, value in node.attrs.items()
            }
            text = [node.get_text().strip()] if node.name == "textarea" else _nodes(node)
            nodes.append((node.name, sorted(attributes.items()), text))
            continue
        text = re.sub(r"\s+", " ", str(node))
        # A space beside an inline element, or within one that only screen readers get, can be heard.
        before = children[position - 1] if position else None
        after = children[position + 1] if position + 1 < len(children) else None
        hidden = "govuk-visually-hidden" in (element.get("class") or [])
        if not (isinstance(before, Tag) and before.name in INLINE - {"svg"}) and not (before is None and hidden):
            text = text.lstrip()
        if not (isinstance(after, Tag) and after.name in INLINE - {"svg"}):
            text = text.rstrip()
        if text.strip():
            nodes.append(text)
    return nodes


def normalised(html: str) -> list[Any]:
    """The HTML as nested lists."""
    return _nodes(BeautifulSoup(html, "html.parser"))


def said(options: Options | None, text: str = "text", html: str = "html") -> Any:
    """The text, or the HTML marked safe."""
    options = options or {}
    return SafeString(options[html]) if options.get(html) else options.get(text, "")


# Page parts: GOV.UK Frontend's options -> the arguments of templates/components/*.html


def same(options: Options, *names: str) -> Options:
    """Those of the named options that are set."""
    return {name: options[name] for name in names if name in options}


def actions(items: list[Options] | None) -> list[Options]:
    return [
        {
            "text": said(item),
            "hidden_text": item.get("visuallyHiddenText"),
            **same(item, "href", "classes", "attributes"),
        }
        for item in items or []
    ]


def cells(items: list[Options]) -> list[Options]:
    return [
        {"text": said(item), **same(item, "format", "classes", "colspan", "rowspan", "attributes")} for item in items
    ]


def button(o: Options) -> Options:
    return {
        "text": said(o),
        "is_start": o.get("isStartButton"),
        "prevent_double_click": o.get("preventDoubleClick"),
        **same(o, "href", "type", "name", "value", "id", "disabled", "classes", "attributes"),
    }


def summary_list(o: Options) -> Options:
    rows = [
        row
        and {
            "key": said(row["key"]),
            "value": said(row["value"]),
            "actions": actions(row.get("actions", {}).get("items")),
            "classes": row.get("classes"),
            "key_classes": row["key"].get("classes"),
            "value_classes": row["value"].get("classes"),
            "actions_classes": row.get("actions", {}).get("classes"),
        }
        for row in o["rows"]
    ]
    card = o.get("card")
    return {
        "rows": rows,
        "card": card
        and {
            "title": said(card.get("title")),
            "heading_level": card.get("title", {}).get("headingLevel"),
            "title_classes": card.get("title", {}).get("classes"),
            "actions": actions(card.get("actions", {}).get("items")),
            "actions_classes": card.get("actions", {}).get("classes"),
            **same(card, "classes", "attributes"),
        },
        **same(o, "classes", "attributes"),
    }


def tabs(o: Options) -> Options:
    items = [
        item
        and {
            "label": item["label"],
            "id": item.get("id"),
            "html": SafeString(item["panel"].get("html", "")),
            "text": item["panel"].get("text"),
            "attributes": item.get("attributes"),
            "panel_attributes": item["panel"].get("attributes"),
        }
        for item in o.get("items", [])
    ]
    return {"items": items, "id_prefix": o.get("idPrefix"), **same(o, "title", "id", "classes", "attributes")}


def task_list(o: Options) -> Options:
    items = []
    for item in o["items"]:
        status = (item or {}).get("status", {})
        tag = status.get("tag")
        items.append(
            item
            and {
                "title": said(item["title"]),
                "title_classes": item["title"].get("classes"),
                "hint": said(item.get("hint")),
                "status": said(status),
                "status_classes": status.get("classes"),
                "tag": tag and {"text": said(tag), **same(tag, "classes", "attributes")},
                **same(item, "href", "classes"),
            }
        )
    return {"items": items, "id_prefix": o.get("idPrefix"), **same(o, "classes", "attributes")}


def pagination_link(link: Options | None) -> Options | None:
    return link and {"text": said(link), "label_text": link.get("labelText"), **same(link, "href", "attributes")}


ARGUMENTS: dict[str, Callable[[Options], Options]] = {
    "back-link": lambda o: {"text": said(o), **same(o, "href", "classes", "attributes")},
    "breadcrumbs": lambda o: {
        "items": [{"text": said(item), **same(item, "href", "attributes")} for item in o["items"]],
        "collapse_on_mobile": o.get("collapseOnMobile"),
        "label_text": o.get("labelText"),
        **same(o, "classes", "attributes"),
    },
    "button": button,
    "details": lambda o: {
        "summary": said(o, "summaryText", "summaryHtml"),
        "text": said(o),
        **same(o, "id", "open", "classes", "attributes"),
    },
    "error-summary": lambda o: {
        "title": said(o, "titleText", "titleHtml"),
        "description": said(o, "descriptionText", "descriptionHtml"),
        "errors": [{"text": said(item), **same(item, "href", "attributes")} for item in o.get("errorList", [])],
        "disable_auto_focus": o.get("disableAutoFocus"),
        **same(o, "classes", "attributes"),
    },
    "generic-header": lambda o: {
        "text": said(o, "logoText", "logoHtml"),
        "href": o.get("url"),
        "container_classes": o.get("containerClasses"),
        **same(o, "classes", "attributes"),
    },
    "inset-text": lambda o: {"text": said(o), **same(o, "id", "classes", "attributes")},
    "notification-banner": lambda o: {
        "html": SafeString(o.get("html", "")),
        "text": o.get("text"),
        "title": said(o, "titleText", "titleHtml"),
        "title_id": o.get("titleId"),
        "title_heading_level": o.get("titleHeadingLevel"),
        "disable_auto_focus": o.get("disableAutoFocus"),
        **same(o, "type", "role", "classes", "attributes"),
    },
    "pagination": lambda o: {
        "items": [
            item
            and {
                "label": item.get("visuallyHiddenText"),
                "is_current": item.get("current"),
                **same(item, "number", "href", "ellipsis", "attributes"),
            }
            for item in o.get("items", [])
        ],
        "previous": pagination_link(o.get("previous")),
        "next": pagination_link(o.get("next")),
        "label": o.get("landmarkLabel"),
        **same(o, "classes", "attributes"),
    },
    "panel": lambda o: {
        "title": said(o, "titleText", "titleHtml"),
        "text": said(o),
        "heading_level": o.get("headingLevel"),
        **same(o, "classes", "attributes"),
    },
    "service-navigation": lambda o: {
        "service_name": o.get("serviceName"),
        "service_url": o.get("serviceUrl"),
        "items": [
            {
                "text": said(item),
                "is_current": item.get("current"),
                "is_active": item.get("active"),
                **same(item, "href", "attributes"),
            }
            for item in o.get("navigation", [])
            if item
        ],
        "menu_button_text": o.get("menuButtonText"),
        "menu_button_label": o.get("menuButtonLabel"),
        "navigation_label": o.get("navigationLabel"),
        "navigation_id": o.get("navigationId"),
        "navigation_classes": o.get("navigationClasses"),
        "collapse_on_mobile": o.get("collapseNavigationOnMobile"),
        "label": o.get("ariaLabel"),
        **same(o, "classes", "attributes"),
    },
    "skip-link": lambda o: {"text": said(o), **same(o, "href", "classes", "attributes")},
    "summary-list": summary_list,
    "table": lambda o: {
        "rows": [row and cells(row) for row in o["rows"]],
        "head": cells(o.get("head", [])),
        "first_cell_is_header": o.get("firstCellIsHeader"),
        "caption_classes": o.get("captionClasses"),
        **same(o, "caption", "classes", "attributes"),
    },
    "tabs": tabs,
    "tag": lambda o: {"text": said(o), **same(o, "classes", "attributes")},
    "task-list": task_list,
    "warning-text": lambda o: {
        "text": said(o),
        "icon_fallback_text": o.get("iconFallbackText"),
        **same(o, "classes", "attributes"),
    },
}


def page_part(component: str, options: Options) -> str:
    """The portal's HTML for a fixture."""
    include = engines["django"].from_string(
        "{% include template with " + " ".join(f"{name}={name}" for name in ARGUMENTS[component](options)) + " only %}"
    )
    template = f"components/{component.replace('-', '_')}.html"
    return include.render({"template": template, **ARGUMENTS[component](options)})


# Form fields: GOV.UK Frontend's options -> a form, printed by crispy-forms with the pack "govuk"


class HyphenatedDateWidget(GovukDateWidget):
    """The boxes named as in the fixtures."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.widgets_names = ["-day", "-month", "-year"]


def attributes_of(o: Options) -> dict[str, Any]:
    attributes = dict(o.get("attributes", {}))
    for name in ("autocomplete", "inputmode", "pattern", "autocapitalize", "rows"):
        if name in o:
            attributes[name] = o[name]
    if "spellcheck" in o:
        attributes["spellcheck"] = str(o["spellcheck"]).lower()
    if o.get("id"):
        attributes["id"] = o["id"]
    if o.get("classes"):
        attributes["class"] = o["classes"]
    if described_by := o.get("describedBy") or o.get("fieldset", {}).get("describedBy"):
        attributes["aria-describedby"] = described_by
    return attributes


def looks(o: Options, label: Options) -> Options:
    named: Options = {
        "label_classes": label.get("classes", ""),
        "label_is_heading": label.get("isPageHeading", False),
        "group_classes": o.get("formGroup", {}).get("classes", ""),
    }
    for affix in ("prefix", "suffix"):
        if affix in o:
            named[affix] = said(o[affix])
    return named


def printed(o: Options, field: forms.Field, initial: Any = None) -> str:
    """The field in a form, as crispy-forms prints it."""
    name = o.get("name") or o["id"]
    label = o.get("fieldset", {}).get("legend") or o.get("label") or {}
    field.label, field.help_text = said(label), said(o.get("hint")) or ""
    field.disabled = o.get("disabled", False)
    present(field.widget, **looks(o, label))
    form = forms.Form(initial={name: initial}, auto_id="%s")
    form.fields[name] = field
    form._errors = ErrorDict()
    if message := o.get("errorMessage"):
        parts = [p for p in ("day", "month", "year") if is_at_fault(o, p)] or ["day", "month", "year"]
        form._errors[name] = ErrorList([ValidationError(message["text"], params={"parts": parts})])
    template = engines["django"].from_string("{% load crispy_forms_tags %}{% crispy form %}")
    form.helper = FormHelper()
    form.helper.form_tag = False
    form.helper.disable_csrf = True
    return template.render({"form": form})


def is_at_fault(o: Options, part: str) -> bool:
    described = o.get(part) or {}
    for item in o.get("items", []):
        if isinstance(item, dict) and item.get("name") == part:
            described = item
    if any((o.get(each) or {}).get("error") is False for each in ("day", "month", "year")) or any(
        isinstance(item, dict) and item.get("error") is False for item in o.get("items", [])
    ):
        return described.get("error") is not False
    return bool(described.get("error")) or "govuk-input--error" in described.get("classes", "")


def text_field(o: Options) -> str:
    attributes = attributes_of(o) | ({"type": o["type"]} if "type" in o else {})
    return printed(o, forms.CharField(widget=forms.TextInput(attributes)), o.get("value"))


def password_field(o: Options) -> str:
    widget = forms.PasswordInput(attributes_of(o), render_value=True)
    return printed(o, forms.CharField(widget=widget), o.get("value"))


def textarea(o: Options) -> str:
    widget = forms.Textarea({"rows": 5} | attributes_of(o))
    return printed(o, forms.CharField(widget=widget), o.get("value"))


def character_count(o: Options) -> str:
    widget = forms.Textarea({"rows": 5} | attributes_of(o))
    if "maxwords" in o:
        present(widget, count_words=o["maxwords"])
    if "threshold" in o:
        present(widget, count_threshold=o["threshold"])
    return printed(o, forms.CharField(widget=widget, max_length=o.get("maxlength")), o.get("value"))


def select(o: Options) -> str:
    items = [item for item in o.get("items", []) if item]
    choices = [(item["value"], item["text"]) for item in items]
    chosen = [item["value"] for item in items if item.get("selected")]
    given = [o.get("value")] if not any(item.get("selected") is False for item in items) else [None]
    value = (chosen + given)[0]
    return printed(o, forms.ChoiceField(choices=choices, widget=forms.Select(attributes_of(o))), value)


def options_of(o: Options, widget: forms.Widget) -> tuple[list[tuple[str, Any]], list[str]]:
    """Choices and chosen values; hints and dividers go to the widget."""
    choices, hints, dividers, divider = [], {}, {}, None
    for item in o["items"]:
        if not item:
            continue
        if "divider" in item:
            divider = item["divider"]
            continue
        choices.append((item["value"], said(item)))
        if item.get("hint"):
            hints[str(item["value"])] = said(item["hint"])
        if divider:
            dividers[str(item["value"])], divider = divider, None
        if item.get("behaviour") == "exclusive":
            present(widget, exclusive=str(item["value"]))
    present(widget, item_hints=hints, dividers=dividers)
    checked = [item["value"] for item in o["items"] if item and item.get("checked")]
    unchecked = [item["value"] for item in o["items"] if item and item.get("checked") is False]
    given = o.get("values") or ([o["value"]] if o.get("value") else [])
    return choices, checked + [value for value in given if value not in unchecked]


def radios(o: Options) -> str:
    o = o | {"id": o.get("idPrefix") or o["name"]}
    widget = forms.RadioSelect(attributes_of(o))
    choices, chosen = options_of(o, widget)
    field = forms.ChoiceField(choices=choices, widget=widget)
    return printed(o, field, chosen[0] if chosen else None)


def checkboxes(o: Options) -> str:
    o = o | {"id": o.get("idPrefix") or o["name"]}
    if not o.get("fieldset"):
        (item,) = [item for item in o["items"] if item]
        attributes = attributes_of(o) | {"value": item["value"]}
        field = forms.BooleanField(widget=forms.CheckboxInput(attributes))
        single = o | {"label": {"text": item["text"]}, "hint": item.get("hint")}
        return printed(single, field, item.get("checked", item["value"] in o.get("values", [])))
    widget = forms.CheckboxSelectMultiple(attributes_of(o))
    choices, chosen = options_of(o, widget)
    return printed(o, forms.MultipleChoiceField(choices=choices, widget=widget), chosen)


def date_input(o: Options) -> str:
    widget = HyphenatedDateWidget(attributes_of(o))
    values = {re.sub(r".*-", "", name): value for name, value in o.get("values", {}).items()}
    for part, box in zip(("day", "month", "year"), widget.widgets, strict=True):
        item = next((item for item in o.get("items", []) if item["name"] == part), o.get(part) or {})
        box.attrs.clear()
        box.attrs.update({n: item[n] for n in ("inputmode", "pattern", "autocomplete") if n in item})
        box.attrs.update(item.get("attributes", {}))
        values[part] = item.get("value", values.get(part))
    field = GovukDateField(widget=widget)
    return printed(o | {"name": o["id"]}, field, [values[part] for part in ("day", "month", "year")])


def file_upload(o: Options) -> str:
    widget = forms.FileInput(attributes_of(o))
    if o.get("multiple"):
        widget.allow_multiple_selected = True
        widget.attrs["multiple"] = True
    return printed(o, forms.FileField(widget=widget))


FIELDS: dict[str, Callable[[Options], str]] = {
    "input": text_field,
    "password-input": password_field,
    "textarea": textarea,
    "character-count": character_count,
    "select": select,
    "radios": radios,
    "checkboxes": checkboxes,
    "date-input": date_input,
    "file-upload": file_upload,
}


def as_the_portal_does(component: str, options: Options, html: str) -> str:
    """The fixture's HTML, with what the portal decides once for all its pages."""
    soup = BeautifulSoup(html, "html.parser")
    if component == "date-input":
        # The boxes are always named after the field.
        prefix = f"{options['namePrefix']}-" if options.get("namePrefix") else ""
        for box in soup.select("input"):
            box["name"] = f"{options['id']}-{box['name'].removeprefix(prefix)}"
    if component == "file-upload" and not options.get("javascript"):
        # Every upload is enhanced.
        wrapper = soup.new_tag("div", attrs={"class": "govuk-file-upload-wrapper", "data-module": "govuk-file-upload"})
        soup.select_one("input").wrap(wrapper)
    return str(soup)


def fixtures_of(component: str) -> list[Options]:
    file = FIXTURES / component / "fixtures.json"
    assert file.exists(), INSTALL
    return json.loads(file.read_text())["fixtures"]


# How many fixtures match, of how many there are: all that apply.
MATCHED: dict[str, tuple[int, int]] = {
    "back-link": (7, 7),
    "breadcrumbs": (12, 12),
    "button": (37, 38),
    "character-count": (18, 34),
    "checkboxes": (17, 42),
    "date-input": (24, 50),
    "details": (10, 10),
    "error-summary": (19, 19),
    "file-upload": (18, 22),
    "generic-header": (7, 7),
    "input": (40, 45),
    "inset-text": (6, 6),
    "notification-banner": (21, 21),
    "pagination": (15, 15),
    "panel": (9, 19),
    "password-input": (11, 12),
    "radios": (20, 43),
    "select": (10, 19),
    "service-navigation": (28, 33),
    "skip-link": (9, 9),
    "summary-list": (30, 30),
    "table": (21, 21),
    "tabs": (14, 14),
    "tag": (12, 12),
    "task-list": (11, 11),
    "textarea": (18, 18),
    "warning-text": (8, 8),
}


@pytest.mark.parametrize("component", sorted(ARGUMENTS | FIELDS))
def test_component_matches_its_fixtures(component):
    all_fixtures = fixtures_of(component)
    applicable = [fixture for fixture in all_fixtures if not reason_to_leave_out(component, fixture["options"])]
    wrong = []
    for fixture in applicable:
        options = fixture["options"]
        ours = FIELDS[component](options) if component in FIELDS else page_part(component, options)
        theirs = as_the_portal_does(component, options, fixture["html"])
        if normalised(ours) != normalised(theirs):
            wrong.append(f"--- {fixture['name']}: {options}\n{ours}\n+++\n{theirs}")
    sys.stdout.write(f"{component}: {len(applicable) - len(wrong)} of {len(all_fixtures)} fixtures match\n")
    assert not wrong, "\n\n".join(wrong)
    assert (len(applicable), len(all_fixtures)) == MATCHED[component]


def test_all_that_applies_matches():
    assert [sum(numbers) for numbers in zip(*MATCHED.values(), strict=True)] == [452, 577]


def test_every_component_template_is_proved_or_our_own():
    templates = {file.stem for file in (settings.BASE_DIR / "templates" / "components").glob("[!_]*.html")}
    own = {"button_group", "empty_state", "figures", "rag", "rag_bar", "selected_filters", "sub_navigation"}
    assert templates - own == {name.replace("-", "_") for name in ARGUMENTS}


@pytest.mark.parametrize("component", sorted(NOT_OFFERED))
def test_options_said_not_to_be_offered_exist(component):
    used = {path for fixture in fixtures_of(component) for path in _paths(fixture["options"])}
    assert not NOT_OFFERED[component].keys() - used


# What the fixtures cannot say: Django's forms, links to fields, our own parts


class EveryField(forms.Form):
    """A field of every type that the portal has."""

    text = forms.CharField(label="Title", max_length=20, help_text="As on the agenda")
    email = forms.EmailField(label="E-mail address")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    number = forms.IntegerField(label="Number of steps", min_value=1)
    area = forms.CharField(label="Progress", widget=forms.Textarea)
    counted = forms.CharField(label="Reason", widget=forms.Textarea, max_length=100)
    select = forms.ChoiceField(label="Section", choices=[("", ""), ("a", "Governance"), ("b", "Training")])
    radios = forms.ChoiceField(label="RAG", choices=[("green", "Green"), ("red", "Red")], widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(
        label="Partners", choices=[("p", "Police"), ("c", "County")], widget=forms.CheckboxSelectMultiple
    )
    single = forms.BooleanField(label="The plan is agreed")
    answer = forms.ChoiceField(label="Tell the owner?", choices=[("y", "Yes")], widget=forms.RadioSelect)
    date = GovukDateField(label="Target date")
    file = forms.FileField(label="Plan", widget=forms.FileInput(attrs={"accept": ".docx"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


PAGE = '{% load crispy_forms_tags %}{% include "components/error_summary.html" with form=form only %}{% crispy form %}'


def page(form: forms.Form | forms.BaseFormSet, source: str = PAGE) -> BeautifulSoup:
    return BeautifulSoup(engines["django"].from_string(source).render({"form": form}), "html.parser")


def test_every_error_link_leads_to_an_input_and_every_field_says_its_error():
    form = EveryField({})
    soup = page(form)
    links = soup.select(".govuk-error-summary__list a")
    assert len(links) == len(form.fields)
    for link in links:
        target = soup.find(id=link["href"].removeprefix("#"))
        assert target is not None and target.name in {"input", "select", "textarea"}, link
        group = target.find_parent(class_="govuk-form-group--error")
        message = group.select_one(".govuk-error-message")
        assert message.get_text(" ", strip=True) == f"Error: {link.get_text()}"
        holder = target if message["id"] in target.get("aria-describedby", "") else target.find_parent("fieldset")
        assert message["id"] in holder["aria-describedby"].split()


@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("text", "input.govuk-input--error"),
        ("email", "input.govuk-input--error"),
        ("password", "input.govuk-input--error"),
        ("number", "input.govuk-input--error"),
        ("area", "textarea.govuk-textarea--error"),
        ("counted", "textarea.govuk-textarea--error"),
        ("select", "select.govuk-select--error"),
        ("date_0", "input.govuk-input--error"),
        ("file", "input.govuk-file-upload--error"),
    ],
)
def test_input_in_error_has_a_red_border(name, selector):
    assert page(EveryField({})).select_one(f'{selector}[name="{name}"]')


def test_ids_are_unique():
    ids = [element["id"] for element in page(EveryField({})).find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_no_input_is_left_to_the_browser_to_judge():
    soup = page(EveryField())
    assert not soup.select("[required], [maxlength], [minlength], [min], [max], [step], [aria-invalid]")
    assert not soup.select('input[type="number"]')


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("text", {}, "Enter title"),
        ("email", {}, "Enter e-mail address"),
        ("answer", {}, "Answer “Tell the owner?”"),
        ("text", {"text": "x" * 21}, "Title must be 20 characters or fewer"),
        ("number", {"number": "two"}, "Number of steps must be a whole number, such as 12"),
        ("number", {"number": "0"}, "Number of steps must be 1 or more"),
        ("select", {}, "Select section"),
        ("radios", {}, "Select RAG"),
        ("single", {}, "Tick “The plan is agreed” to continue"),
        ("file", {}, "Choose a file for “Plan”"),
        ("date", {}, "Enter target date"),
    ],
)
def test_message_names_the_field(name, data, message):
    assert message in [link["text"] for link in error_links(EveryField(data)) if link["href"].startswith(f"#id_{name}")]


def test_optional_field_says_so_but_not_in_a_filter():
    class Optional(forms.Form):
        note = forms.CharField(required=False)

    assert page(Optional()).select_one("label").get_text() == "Note (optional)"
    one_by_one = '{% for field in form %}{% include "govuk/field.html" with mark_optional=False %}{% endfor %}'
    filters = page(Optional(), one_by_one)
    assert filters.select_one("label").get_text() == "Note"


def test_label_is_the_heading_of_the_page():
    form = EveryField()
    form.helper.page_heading = "text"
    soup = page(form)
    assert soup.select_one("h1.govuk-label-wrapper > label.govuk-label--l")["for"] == "id_text"
    form.helper.page_heading = "radios"
    assert page(form).select_one("legend.govuk-fieldset__legend--l > h1").get_text() == "RAG"


def test_a_field_may_be_read_only():
    form = EveryField(initial={"text": "Governance"})
    for field in form.fields.values():
        field.disabled = True
    soup = page(form)
    assert all(element.has_attr("disabled") for element in soup.select("input, select, textarea"))
    assert soup.select_one('[name="text"]')["value"] == "Governance"


def test_formset_prints_its_forms_and_links_to_their_errors():
    formset = forms.formset_factory(EveryField, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-text": "Governance"}
    )
    formset.is_valid()
    soup = page(
        formset,
        "{% load crispy_forms_filters %}{{ form|as_crispy_errors }}{{ form|crispy }}",
    )
    assert soup.select_one('[name="form-TOTAL_FORMS"]')["value"] == "1"
    assert soup.select_one('[name="form-0-text"]')["value"] == "Governance"
    assert all(soup.find(id=link["href"].removeprefix("#")) for link in soup.select(".govuk-error-summary__list a"))


def test_hidden_input_has_no_label():
    class Hidden(forms.Form):
        revision = forms.IntegerField(widget=forms.HiddenInput, initial=3)

    soup = page(Hidden())
    assert soup.select_one('input[type="hidden"]')["value"] == "3"
    assert not soup.select("label")


# Dates


def date_of(day: str, month: str, year: str) -> dt.date | None:
    return GovukDateField(label="Target date", required=False).clean([day, month, year])


@pytest.mark.parametrize("month", ["3", "03", "March", "march", "Mar", "MAR."])
def test_month_may_be_a_number_or_a_name(month):
    assert date_of("8", month, "2027") == dt.date(2027, 3, 8)


def test_month_may_be_named_in_english_or_in_the_language_of_the_page():
    with override("cy"):
        assert date_of("8", "Rhagfyr", "2026") == date_of("8", "December", "2026") == dt.date(2026, 12, 8)
    assert date_of("30", "Sept", "2026") == dt.date(2026, 9, 30)


def test_empty_date_is_no_date():
    assert date_of("", " ", "") is None


@pytest.mark.parametrize(
    ("typed", "message", "parts"),
    [
        (("", "3", "2027"), "Target date must include a day", ("day",)),
        (("8", "", ""), "Target date must include a month and a year", ("month", "year")),
        (("8", "3", "27"), "Target date must have a year of four numbers, such as 2027", ("year",)),
        (("8", "13", "2027"), "Target date must be a real date", ("month",)),
        (("32", "Smarch", "2027"), "Target date must be a real date", ("day", "month")),
        (("29", "2", "2027"), "Target date must be a real date", ("day", "month", "year")),
        (("8", "3", "0027"), "Target date must be a real date", ("year",)),
        (("٣", "3", "2027"), "Target date must be a real date", ("day",)),
    ],
)
def test_error_says_which_part_of_the_date_is_wrong(typed, message, parts):
    with pytest.raises(ValidationError) as raised:
        date_of(*typed)
    assert raised.value.messages == [message]
    assert tuple(raised.value.params["parts"]) == parts


def test_wrong_date_keeps_what_was_typed_and_the_link_leads_to_the_wrong_box():
    form = EveryField({"date_0": "8", "date_1": "Smarch", "date_2": "2027"})
    soup = page(form)
    assert soup.select_one("#id_date_1")["value"] == "Smarch"
    assert soup.select_one('.govuk-error-summary a[href="#id_date_1"]')
    assert "govuk-input--error" not in soup.select_one("#id_date_0")["class"]


def test_unchanged_date_is_no_change():
    initial = {"date": dt.date(2027, 3, 8)}
    assert "date" not in EveryField({"date_0": "8", "date_1": "March", "date_2": "2027"}, initial=initial).changed_data


# Our own parts


def test_unknown_presentation_is_refused():
    with pytest.raises(TypeError, match="colour"):
        present(forms.TextInput(), colour="red")


def test_pages_keep_the_rest_of_the_address():
    request = RequestFactory().get("/plans/", {"q": "a&b", "page": "2"})
    template = engines["django"].from_string("{% load govuk %}{% pagination page %}")
    many = template.render({"page": Paginator(range(500), 50).page(2), "request": request})
    soup = BeautifulSoup(many, "html.parser")
    assert [link["href"] for link in soup.select("li a")] == [f"?q=a%26b&page={n}" for n in (1, 2, 3, 10)]
    assert soup.select_one('[aria-current="page"]').get_text(strip=True) == "2"
    assert soup.select_one('[rel="prev"]')["href"] == "?q=a%26b&page=1"
    assert not template.render({"page": Paginator(range(3), 50).page(1), "request": request}).strip()


@pytest.mark.parametrize(
    ("rag", "words"),
    [
        ("green", "Green: on track"),
        ("amber", "Amber: some slippage"),
        ("red", "Red: significant slippage"),
        ("blue", "Blue: complete"),
        ("not_stated", "Not stated"),
        ("", "Not stated"),
        (None, "Not stated"),
    ],
)
def test_rag_is_said_in_words(rag, words):
    soup = BeautifulSoup(render_to_string("components/rag.html", {"rag": rag}), "html.parser")
    soup.select_one("[aria-hidden]").decompose()
    assert soup.get_text(strip=True) == words


def test_rag_bar_says_its_figures():
    from prevent_portal.documents import rag_bar

    bar = rag_bar([("green", "Green", 15), ("amber", "Amber", 0), ("red", "Red", 2), ("not_stated", "Not stated", 1)])
    soup = BeautifulSoup(render_to_string("components/rag_bar.html", {"bar": bar}), "html.parser")
    assert soup.svg["aria-label"] == "15 Green, 2 Red, 1 Not stated"
    assert [" ".join(item.get_text(" ").split()) for item in soup.select("li")] == [
        "● Green 15 actions (83%)",
        "■ Red 2 actions (11%)",
        "○ Not stated 1 action (6%)",
    ]
    assert not render_to_string("components/rag_bar.html", {"bar": rag_bar([])}).strip()


@pytest.mark.parametrize(
    ("title", "form", "expected"),
    [
        ("Plans", None, "Plans – Elmford & Vale – Prevent Portal"),
        ("Plans", EveryField({}), "Error: Plans – Elmford & Vale – Prevent Portal"),
        ("Error: Plans", EveryField({}), "Error: Plans – Elmford & Vale – Prevent Portal"),
        ("", None, "Elmford & Vale – Prevent Portal"),
    ],
)
def test_title_names_page_authority_and_portal(title, form, expected):
    source = (
        "{% load govuk %}<title>{% page_title errors=form.errors organisation=o %}{{ t }}{% end_page_title %}</title>"
    )
    html = (
        engines["django"]
        .from_string(source)
        .render({"form": form, "o": SimpleNamespace(name="Elmford & Vale"), "t": title})
    )
    assert BeautifulSoup(html, "html.parser").title.get_text() == expected


def test_component_tag_passes_on_what_it_wraps():
    source = '{% load govuk %}{% component "details" summary=text %}<p>{{ text }}</p>{% endcomponent %}'
    html = engines["django"].from_string(source).render({"text": "<b>Why?</b>"})
    assert html.count("&lt;b&gt;Why?&lt;/b&gt;") == 2
    assert "<p>&lt;b&gt;" in html

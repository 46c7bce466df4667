"""The log in words: what changed, from what to what, as somebody reads it who never saw a database."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from .models import LogEntry
from .scoping import OrganisationOwned, current_viewer

VALUE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change. `is_masked`: the log must not keep the values, only that they changed."""

    label: str
    before: str
    after: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as a page shows it."""

    entry: LogEntry
    kind: str
    changes: tuple[Change, ...]


def in_words(entries: Iterable[LogEntry]) -> list[LogLine]:
    """The lines with their changes in words; one query for each kind of record that changes point at.

    What a change points at is shown by its present name if the viewer may see it, else by its number.
    """
    entries = list(entries)
    names = _names_pointed_at(entries)
    return [LogLine(entry, _kind(entry), tuple(_changes(entry, names))) for entry in entries]


def _model(entry: LogEntry) -> type[models.Model] | None:
    try:
        return apps.get_model(entry.model)
    except (LookupError, ValueError):
        # A record of a kind that the portal no longer has.
        return None


def _kind(entry: LogEntry) -> str:
    model = _model(entry)
    return capfirst(str(model._meta.verbose_name)) if model else entry.model


def _field(model: type[models.Model] | None, attname: str) -> models.Field | None:
    if model is None:
        return None
    for field in model._meta.concrete_fields:
        if field.attname == attname:
            return field
    try:
        return model._meta.get_field(attname)
    except FieldDoesNotExist:
        return None


def _names_pointed_at(entries: list[LogEntry]) -> dict[tuple[type, int], str]:
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for entry in entries:
        model = _model(entry)
        for attname, values in entry.changes.items():
            field = _field(model, attname)
            if isinstance(field, models.ForeignKey) and isinstance(values, list):
                wanted[field.related_model].update(value for value in values if isinstance(value, int))
    names = {}
    for model, ids in wanted.items():
        if issubclass(model, OrganisationOwned) and current_viewer() is None:
            continue
        # Some names are made of what the record belongs to.
        related = [f.name for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey) and not f.null]
        for row in model._base_manager.filter(pk__in=ids).select_related(*related):
            names[model, row.pk] = str(row)
    return names


def _changes(entry: LogEntry, names: dict[tuple[type, int], str]) -> Iterable[Change]:
    model = _model(entry)
    for attname, values in entry.changes.items():
        field = _field(model, attname)
        label = capfirst(str(field.verbose_name)) if field is not None else capfirst(attname.replace("_", " "))
        if not (isinstance(values, list) and len(values) == 2):
            yield Change(label, "", _words(field, values, names), False)
            continue
        before, after = values
        if attname == "organisation_id" or (before is None and (attname == "position" or after in ([], {}, False, 0))):
            # Every line of this log is of one authority; what a new row starts with by itself is no news.
            continue
        yield Change(label, _words(field, before, names), _words(field, after, names), before is None and after is None)


def _words(field: models.Field | None, value: Any, names: dict[tuple[type, int], str]) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.ForeignKey):
        name = names.get((field.related_model, value)) if isinstance(value, int) else None
        return name or f"{field.related_model._meta.verbose_name} {value}"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, str) and isinstance(field, models.DateField):
        return _date(value)
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    return Truncator(str(value)).chars(VALUE_CHARACTERS)


def _date(text: str) -> str:
    try:
        return date_format(dt.datetime.fromisoformat(text), "j F Y")
    except ValueError:
        return text

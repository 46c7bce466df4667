"""Freezing what something says: reports become text that depends on no table, and frozen copies that nobody changes.

A report is a frozen dataclass of plain values; `to_text` writes it as canonical JSON, `from_text` reads it back.
A field that a later version of the dataclass has besides needs a default there; one that it no longer has is passed
over. So a copy can be read when both the tables and the dataclasses have moved on.
"""

import dataclasses
import datetime as dt
import functools
import hashlib
import json
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction

from .models import FrozenCopy, FrozenEdition, Marking, Organisation, User

T = typing.TypeVar("T")

SCHEMA = 1
"""How values are written; a copy says which it was."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition to freeze: its content as `to_text` wrote it and its paper."""

    name: str
    marking: Marking
    content: str
    paper: bytes


@transaction.atomic
def freeze(
    *,
    organisation: Organisation,
    kind: str,
    title: str,
    on: dt.date,
    editions: Sequence[Edition],
    is_released: bool,
    marking: Marking = Marking.OFFICIAL,
    meeting: str = "",
    meeting_on: dt.date | None = None,
    note: str = "",
    user: User | None = None,
) -> FrozenCopy:
    """Write a frozen copy with its editions, each with the SHA-256 of its content and of its paper.

    `marking` is that of the whole: of an OFFICIAL-SENSITIVE one elected members see no edition.
    """
    copy = FrozenCopy(
        organisation=organisation,
        kind=kind,
        title=title,
        on=on,
        meeting=meeting,
        meeting_on=meeting_on,
        note=note,
        marking=marking,
        is_released=is_released,
        taken_by=user,
    )
    copy.save()
    for each in editions:
        FrozenEdition(
            organisation=organisation,
            copy=copy,
            edition=each.name,
            marking=each.marking,
            schema=SCHEMA,
            content=each.content,
            content_sha256=sha256(each.content.encode()),
            paper=each.paper,
            paper_sha256=sha256(each.paper),
        ).save()
    return copy


def is_intact(edition: FrozenEdition) -> bool:
    """Whether content and paper are those that were frozen."""
    return (
        sha256(edition.content.encode()) == edition.content_sha256
        and sha256(bytes(edition.paper)) == edition.paper_sha256
    )


def sha256(data: bytes) -> str:
    """The SHA-256 in hex digits."""
    return hashlib.sha256(data).hexdigest()


def to_text(report: Any) -> str:
    """A dataclass as canonical JSON: keys in order, no spaces, dates as 2027-03-31."""
    return json.dumps(_plain(report), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_text(kind: type[T], text: str) -> T:
    """The dataclass of this kind that `to_text` wrote; ValueError if the text is none."""
    return _value(kind, json.loads(text))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    # A translated text that has not been looked up yet, say: what a reader would see.
    return str(value)


@functools.cache
def _fields(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _value(kind: Any, plain: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        choices = [each for each in typing.get_args(kind) if each is not type(None)]
        return None if plain is None else _value(choices[0], plain)
    if origin is tuple:
        inner = typing.get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_value(inner[0], each) for each in plain)
        return tuple(_value(each_kind, each) for each_kind, each in zip(inner, plain, strict=True))
    if dataclasses.is_dataclass(kind):
        if not isinstance(plain, dict):
            raise ValueError(f"{kind.__name__} was expected")
        known = _fields(kind)
        return kind(**{name: _value(known[name], each) for name, each in plain.items() if name in known})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if kind is dt.date:
        return dt.date.fromisoformat(plain)
    return plain

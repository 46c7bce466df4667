"""Which texts of a row say that it is OFFICIAL-SENSITIVE; what refuses them is the row's own model."""

from collections.abc import Iterator

from django.db import models

from .markings import carries_marking


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model into which people write; choices are none."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    ]


def fields_carrying_marking(row: models.Model) -> Iterator[models.Field]:
    """The fields of this row, as far as they are loaded, in which the words stand."""
    for field in text_fields(type(row)):
        if carries_marking(str(row.__dict__.get(field.attname) or "")):
            yield field

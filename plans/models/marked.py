"""No row says that it is OFFICIAL-SENSITIVE without being marked so: what is not marked may be printed in public."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from prevent_portal.marked_rows import fields_carrying_marking
from prevent_portal.models import Marking


class SaysItIsSensitive(ValidationError):
    """The words OFFICIAL-SENSITIVE stand in a row that is not marked so; `params["carried_by"]` names the field."""


class MarkedByWords:
    """A row of a plan, or the plan: its texts carry the marking only where it, or what holds it, is marked.

    `clean()` and `save()` raise `SaysItIsSensitive`, as does the queryset for writes in bulk; so does taking a marking
    away, or moving a row, while something below still needs it.
    """

    ways_down: ClassVar[dict[str, str]] = {}
    """The models of rows below this one, and how each leads up to it."""

    held_by: ClassVar[tuple[str, ...]] = ()
    """The keys that lead to what holds this row."""

    def holders(self) -> Iterator[Any]:
        """What holds this row, as far as it is known yet."""
        for name in self.held_by:
            try:
                holder = getattr(self, name)
            except ObjectDoesNotExist:
                continue
            if holder is not None:
                yield holder
                yield from holder.holders()

    @property
    def is_sensitive(self) -> bool:
        """Whether this row or what holds it is OFFICIAL-SENSITIVE."""
        rows = (self, *self.holders())
        return any(getattr(row, "marking", "") == Marking.OFFICIAL_SENSITIVE for row in rows)

    def texts_carrying_marking(self) -> list[models.Field]:
        """The fields in which the words stand."""
        return list(fields_carrying_marking(self))

    def require_marking(self) -> None:
        """Raise `SaysItIsSensitive` if this row's texts, or those below it, carry a marking that they do not have."""
        fields = self.texts_carrying_marking()
        if fields and not self.is_sensitive:
            raise SaysItIsSensitive([_refusal(field) for field in fields])
        if self._may_lose_marking() and not self.is_sensitive and (below := self._left_unmarked()):
            raise SaysItIsSensitive(
                _(
                    "The words OFFICIAL-SENSITIVE stand in what is below this: “%(row)s”. "
                    "Mark that first, or take the words out there."
                ),
                params={"row": str(below)[:80], "carried_by": "marking"},
            )

    def _may_lose_marking(self) -> bool:
        if self.pk is None or not self.ways_down:
            return False
        lowered = self.stored_value("marking") == Marking.OFFICIAL_SENSITIVE != getattr(self, "marking", "")
        moved = any(
            self.stored_value(f"{name}_id") not in (None, getattr(self, f"{name}_id", None)) for name in self.held_by
        )
        return lowered or moved

    def _left_unmarked(self) -> Any:
        """The first row below this one that carries the words and has no marking but through this one."""
        for name, way in self.ways_down.items():
            for row in apps.get_model("plans", name).objects.filter(**{way: self.pk}):
                between = (each for each in (row, *row.holders()) if (type(each), each.pk) != (type(self), self.pk))
                is_marked = any(getattr(each, "marking", "") == Marking.OFFICIAL_SENSITIVE for each in between)
                if not is_marked and row.texts_carrying_marking():
                    return row
        return None

    def clean(self) -> None:
        super().clean()
        self.require_marking()

    def save(self, *args, **kwargs) -> None:
        self.require_marking()
        super().save(*args, **kwargs)


class NeverSensitive:
    """A register's row, which any row may name: it cannot be marked, so its texts never carry the marking."""

    @property
    def carries_marking(self) -> bool:
        """Whether one of its texts carries the marking."""
        return any(True for _field in fields_carrying_marking(self))

    def require_marking(self) -> None:
        """Raise `SaysItIsSensitive` if a text carries the marking."""
        if self.carries_marking:
            raise SaysItIsSensitive(_("Take the words OFFICIAL-SENSITIVE out: any paper may name this."))

    def clean(self) -> None:
        super().clean()
        self.require_marking()


def _refusal(field: models.Field) -> SaysItIsSensitive:
    return SaysItIsSensitive(
        _("The words OFFICIAL-SENSITIVE stand in “%(label)s”. Mark the row OFFICIAL-SENSITIVE, or take the words out."),
        params={"label": capfirst(field.verbose_name), "carried_by": field.name},
    )

"""The log: who changed what, who looked at what, and why.

Every model that derives from `Recorded` is logged on save, delete and bulk writes alike, in the same
transaction as the change itself; there is nothing to remember to call. Rows of the log can be neither changed
nor deleted: triggers in the database refuse it.

The values of `personal_fields` are never copied: the log says *that* a name changed, not what it was, so that
erasing a person does not leave them behind here.
"""

import contextlib
import datetime as dt
import decimal
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

from django.apps import apps
from django.db import NotSupportedError, models, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

LOG_BATCH_ROWS = 500

rows_written = Signal()
"""Sent once for each kind of row that was created, changed or deleted together, after the log has its lines.

`sender` is the model, `event` what happened, `rows` a list of (instance, {field: [old, new]}, origin): origin is the
instance or queryset whose deletion took this row along. For history that a domain keeps as facts of its own.
"""


class Event(models.TextChoices):
    """What a line of the log records."""

    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")
    VIEWED = "viewed", _("Viewed")
    DOWNLOADED = "downloaded", _("Downloaded")
    REFUSED = "refused", _("Refused")


_WRITES = frozenset({Event.CREATED, Event.CHANGED, Event.DELETED})


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who acts, why, and in which request or command; `actor_id` None is the system."""

    actor_id: int | None = None
    reason: str = ""
    request_id: str = ""


_NOBODY = Occasion()
_occasion: ContextVar[Occasion] = ContextVar("occasion", default=_NOBODY)


@contextlib.contextmanager
def acting(*, actor_id: int | None, reason: str = "", request_id: str = "") -> Iterator[None]:
    """Everything recorded inside is recorded as done by this person for this reason."""
    token = _occasion.set(Occasion(actor_id, reason, request_id or uuid.uuid4().hex))
    try:
        yield
    finally:
        _occasion.reset(token)


@contextlib.contextmanager
def because(reason: str) -> Iterator[None]:
    """Changes recorded inside carry this reason."""
    before = _occasion.get()
    token = _occasion.set(Occasion(before.actor_id, reason, before.request_id))
    try:
        yield
    finally:
        _occasion.reset(token)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is to be logged and told when all of it has been written."""

    lines: list
    told: dict[tuple[type, Event], list[tuple[Any, dict, Any]]]


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


@contextlib.contextmanager
def written_together() -> Iterator[None]:
    """What is deleted inside is written to the log at the end, in batches: Django tells of deleted rows one by one.

    The lines stand or fall with the rows: all of it is one transaction.
    """
    if _waiting.get() is not None:
        yield
        return
    waiting = _Waiting([], {})
    with transaction.atomic():
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        apps.get_model("prevent_portal", "LogEntry").objects.bulk_create(waiting.lines, batch_size=LOG_BATCH_ROWS)
        for (model, event), rows in waiting.told.items():
            rows_written.send(sender=model, event=event, rows=rows)


def reason_so_far() -> str:
    """The reason that what is recorded now would carry."""
    return _occasion.get().reason


def actor_so_far() -> int | None:
    """The account on whose behalf what is recorded now would be recorded; None: the system."""
    return _occasion.get().actor_id


class RecordedQuerySet(models.QuerySet):
    """A queryset whose bulk writes are logged row by row, in a constant number of queries."""

    def update(self, **values: Any) -> int:
        names = [self.model._meta.get_field(name).attname for name in values]
        with transaction.atomic(savepoint=False):
            before = {row.pop("pk"): row for row in self.order_by().values("pk", *names)}
            count = super().update(**values)
            if before:
                after_rows = self.model._base_manager.filter(pk__in=before).values("pk", *names)
                after = {row.pop("pk"): row for row in after_rows}
                self._record_changes(before, after)
        return count

    update.alters_data = True

    def _record_changes(self, before: dict, after: dict) -> None:
        rows = self.model._base_manager.filter(pk__in=before)
        if self.model.log_needs:
            rows = rows.select_related(*self.model.log_needs)
        instances = {instance.pk: instance for instance in rows}
        record_all(
            Event.CHANGED,
            (
                (instances[pk], changes)
                for pk, old in before.items()
                if pk in after and (changes := _differences(self.model, old, after[pk]))
            ),
        )

    def bulk_create(self, objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, **kwargs):
        if ignore_conflicts or update_conflicts:
            # Neither says which rows it wrote, so neither can be recorded.
            raise NotSupportedError("a recorded row is inserted or changed, never either by chance")
        with transaction.atomic(savepoint=False):
            created = super().bulk_create(objs, batch_size, **kwargs)
            record_all(Event.CREATED, ((instance, _initial_values(instance)) for instance in created))
            for instance in created:
                instance._remember_stored_values()
        return created

    bulk_create.alters_data = True

    def bulk_update(self, objs, fields, *args, **kwargs):
        # Django's bulk_update is one update() a batch, and update() records.
        objs = list(objs)
        count = super().bulk_update(objs, fields, *args, **kwargs)
        for instance in objs:
            instance._remember_stored_values()
        return count

    bulk_update.alters_data = True


class Recorded(models.Model):
    """A model each of whose changes is written to the log."""

    personal_fields: frozenset[str] = frozenset()
    """Fields whose values the log must not keep (docs/data-protection.md)."""

    unrecorded_fields: frozenset[str] = frozenset()
    """Fields that change by themselves, such as a counter of revisions."""

    log_needs: ClassVar[tuple[str, ...]] = ()
    """Keys whose rows the row's name in the log is made of: read with it, instead of one by one."""

    is_logged: ClassVar[bool] = True
    """False for rows that are themselves the record of a change, written once and never by hand."""

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values):
        instance = super().from_db(db, field_names, values)
        instance._stored = dict(zip(field_names, values, strict=True))
        return instance

    def refresh_from_db(self, using=None, fields=None, **kwargs):
        super().refresh_from_db(using, fields, **kwargs)
        # Also how Django loads a deferred field: what was changed meanwhile in others is not stored yet.
        self._remember_stored_values(fields)

    def save(self, *args, **kwargs) -> None:
        # The row and its line in the log stand or fall together, outside a request too.
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)

    def log_organisation_id(self) -> int | None:
        """The authority whose log this row's changes belong to."""
        return getattr(self, "organisation_id", None)

    def log_label(self) -> str:
        """How the log names this row. Where `str()` names a person, the model overrides this."""
        return str(self)

    def stored_value(self, attname: str) -> Any:
        """The value that the database held when this instance was read; None if it never was."""
        return getattr(self, "_stored", {}).get(attname)

    def _remember_stored_values(self, names: Collection[str] | None = None) -> None:
        """What these fields (None: all) now hold is what the database holds."""
        before = {} if names is None else getattr(self, "_stored", {})
        self._stored = before | {
            field.attname: self.__dict__[field.attname]
            for field in self._meta.concrete_fields
            if field.attname in self.__dict__ and (names is None or field.name in names or field.attname in names)
        }


def record(event: Event, instance: Recorded, *, changes: dict | None = None, reason: str = "") -> None:
    """Write one line about `instance`: a view or a download, say."""
    with because(reason) if reason else contextlib.nullcontext():
        record_all(event, [(instance, changes or {})])


def record_refusal(*, organisation_id: int | None, what: str) -> None:
    """Write down that a read-only account tried to change something."""
    occasion = _occasion.get()
    apps.get_model("prevent_portal", "LogEntry").objects.create(
        event=Event.REFUSED,
        organisation_id=organisation_id,
        actor_id=occasion.actor_id,
        request_id=occasion.request_id,
        label=what[:200],
    )


def record_all(event: Event, pairs: Iterable[tuple[Recorded, dict]], *, origin: Any = None) -> None:
    """Write one line each for many (instance, changes), in batches, and send `rows_written`."""
    log_entry = apps.get_model("prevent_portal", "LogEntry")
    occasion = _occasion.get()
    pairs = list(pairs)
    lines = [
        log_entry(
            event=event,
            organisation_id=instance.log_organisation_id(),
            actor_id=occasion.actor_id,
            reason=occasion.reason,
            request_id=occasion.request_id,
            model=instance._meta.label_lower,
            object_id=instance.pk,
            label=instance.log_label()[:200],
            changes=changes,
        )
        for instance, changes in pairs
        if instance.is_logged
    ]
    told = [(instance, changes, origin) for instance, changes in pairs] if event in _WRITES else []
    if (waiting := _waiting.get()) is not None:
        waiting.lines.extend(lines)
        for row in told:
            waiting.told.setdefault((type(row[0]), event), []).append(row)
        return
    if lines:
        log_entry.objects.bulk_create(lines, batch_size=LOG_BATCH_ROWS)
    if told:
        rows_written.send(sender=type(told[0][0]), event=event, rows=told)


def _json_value(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    return value if isinstance(value, dict | list) else str(value)


def _is_recorded(model: type[Recorded], attname: str) -> bool:
    return attname not in model.unrecorded_fields and attname != model._meta.pk.attname


def _differences(model: type[Recorded], old: dict, new: dict) -> dict:
    """{field: [old, new]} for what differs; [None, None] stands for values that the log must not keep.

    The old value of a field that was never read is given as None.
    """
    return {
        attname: [None, None]
        if attname in model.personal_fields
        else [_json_value(old.get(attname)), _json_value(value)]
        for attname, value in new.items()
        if (attname not in old or old[attname] != value) and _is_recorded(model, attname)
    }


def _initial_values(instance: Recorded) -> dict:
    """{field: [None, value]} of a new row, leaving out what is empty."""
    return {
        field.attname: [None, None if field.attname in instance.personal_fields else _json_value(value)]
        for field in instance._meta.concrete_fields
        if _is_recorded(type(instance), field.attname) and (value := getattr(instance, field.attname)) not in (None, "")
    }


def _record_save(sender, instance, created, raw=False, update_fields=None, **kwargs) -> None:
    if not isinstance(instance, Recorded):
        return
    if created:
        record_all(Event.CREATED, [(instance, _initial_values(instance))])
        instance._remember_stored_values()
        return
    fields = [f for f in sender._meta.concrete_fields if update_fields is None or f.name in update_fields]
    new = {f.attname: getattr(instance, f.attname) for f in fields if f.attname in instance.__dict__}
    if changes := _differences(sender, getattr(instance, "_stored", {}), new):
        record_all(Event.CHANGED, [(instance, changes)])
    instance.__dict__.setdefault("_stored", {}).update(new)


def _record_delete(sender, instance, origin=None, **kwargs) -> None:
    if isinstance(instance, Recorded):
        record_all(Event.DELETED, [(instance, {})], origin=origin)


def connect() -> None:
    """Start recording; called once when the app is ready."""
    post_save.connect(_record_save, dispatch_uid="record_save")
    post_delete.connect(_record_delete, dispatch_uid="record_delete")

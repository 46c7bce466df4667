"""A plan as it stands in the database, all its rows at once: to tell whether it has changed, and to put it back."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from prevent_portal.audit import written_together
from prevent_portal.models import Marking
from prevent_portal.scoping import OrganisationOwned

from .models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Plan,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)

TO_THE_PLAN: dict[type[OrganisationOwned], str] = {
    Plan: "pk",
    Section: "plan",
    Remark: "plan",
    Objective: "plan",
    ObjectiveBenchmark: "objective__plan",
    Action: "plan",
    TargetDate: "objective__plan",
    Assignment: "objective__plan",
    Step: "action__plan",
    Milestone: "action__plan",
    ProgressUpdate: "action__plan",
}
"""The tables of a plan, each after those that it points at, and how each row leads to its plan."""

_POINTED_AT = {"Plan", "Section", "Objective", "Action"}
_LEFT_OUT = {"id", "organisation_id", "revision"}
_BY_NAME = {model.__name__: model for model in TO_THE_PLAN}

ROWS_PER_STATEMENT = 500

Values = dict[str, Any]
Snapshot = dict[str, dict[int, Values]]
"""By table, by key: what each row holds, as JSON can hold it."""


def take(plan: Plan) -> Snapshot:
    """Every row of the plan; one query for each table."""
    return {
        model.__name__: {
            row.pop("pk"): {name: _plain(value) for name, value in row.items()}
            for row in model.objects.filter(**{lookup: plan.pk}).order_by("pk").values("pk", *_names(model))
        }
        for model, lookup in TO_THE_PLAN.items()
    }


def fingerprint(snapshot: Snapshot) -> str:
    """The same for the same plan: 64 characters. Rows that nothing points at count by what they hold, not by key."""
    held = []
    for name, rows in snapshot.items():
        is_keyed = name in _POINTED_AT
        # A section without a marking counts as it did before sections had any: older imports can still be undone.
        is_new = name == "Section"
        rows = {
            pk: {k: v for k, v in values.items() if not (is_new and (k, v) == ("marking", Marking.OFFICIAL))}
            for pk, values in rows.items()
        }
        texts = (json.dumps([pk if is_keyed else 0, values], sort_keys=True) for pk, values in rows.items())
        held.append([name, sorted(texts)])
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()


def difference(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    """What leads back from `after` to `before`: old values of changed rows, keys of new ones, deleted ones whole."""
    way_back: dict[str, Any] = {"changed": {}, "made": {}, "deleted": {}}
    for name, old in before.items():
        new = after[name]
        changed = {
            str(pk): {field: value for field, value in values.items() if new[pk][field] != value}
            for pk, values in old.items()
            if pk in new and new[pk] != values
        }
        parts = {
            "changed": changed,
            "made": [pk for pk in new if pk not in old],
            "deleted": [values for pk, values in old.items() if pk not in new],
        }
        for kind, found in parts.items():
            if found:
                way_back[kind][name] = found
    return way_back


@transaction.atomic
def put_back(plan: Plan, way_back: dict[str, Any]) -> None:
    """Go the way that `difference` found; rows that were deleted come back under a new key."""
    # Changed ones first: a row that was moved under a new heading must leave it before the heading goes.
    for name, rows in way_back["changed"].items():
        model = _BY_NAME[name]
        fields = {field.attname: field for field in model._meta.concrete_fields}
        instances = []
        for pks in _batches([int(pk) for pk in rows]):
            instances += model.objects.filter(pk__in=pks)
        for instance in instances:
            for attname, value in rows[str(instance.pk)].items():
                setattr(instance, attname, fields[attname].to_python(value))
        names = sorted({fields[attname].name for values in rows.values() for attname in values})
        model.objects.bulk_update(instances, names, batch_size=ROWS_PER_STATEMENT)
    with written_together():
        for name in reversed(_BY_NAME):
            delete_in_batches(_BY_NAME[name].objects.all(), way_back["made"].get(name, []))
    if not way_back["deleted"]:
        return
    # Handed to the rows, so that asking whether one is locked asks nothing of the database.
    holders = {
        "objective": {row.pk: row for row in Objective.objects.filter(plan=plan)},
        "action": {row.pk: row for row in Action.objects.filter(plan=plan)},
    }
    for row in (*holders["objective"].values(), *holders["action"].values()):
        row.plan = plan
    for name in _BY_NAME:
        if deleted := way_back["deleted"].get(name):
            model = _BY_NAME[name]
            rows = [_row(model, plan, values, holders) for values in deleted]
            model.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)


def _row(model: type[OrganisationOwned], plan: Plan, values: Values, holders: dict[str, dict[int, Any]]) -> Any:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    row = model(
        organisation_id=plan.organisation_id,
        **{attname: fields[attname].to_python(value) for attname, value in values.items()},
    )
    for name, rows in holders.items():
        if (holder := rows.get(values.get(f"{name}_id"))) is not None:
            setattr(row, name, holder)
    return row


def delete_in_batches(rows: QuerySet, pks: Iterable[int]) -> None:
    """Delete those of `rows` that have these keys, and have the log say so."""
    with written_together():
        for batch in _batches(sorted(pks)):
            rows.filter(pk__in=batch).delete()


def _batches(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(pks), ROWS_PER_STATEMENT):
        yield pks[start : start + ROWS_PER_STATEMENT]


def _names(model: type[OrganisationOwned]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in _LEFT_OUT]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value

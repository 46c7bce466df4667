"""Bringing a file in: staged, checked and corrected, written in one transaction, or thrown away."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from plans import snapshot, values
from plans.models import COLUMN_LABELS, ColumnHeading, Objective, Plan, PlanImport
from plans.staged import draft_of, last_key, next_key, without_left_out
from plans.understanding import understand_plans
from plans.understanding.columns import normalised
from plans.understanding.draft import ActionDraft, ObjectiveDraft, PlanDraft, SectionDraft, Source
from plans.understanding.markings import mark_row
from prevent_portal.audit import because, reason_so_far
from prevent_portal.models import Organisation, User
from prevent_portal.tables_in import UnreadableFile, read_document

from .files import drop_unused_files, keep_file
from .writing import RowWriter, Written, write_new_plan

STAGED_IMPORT_DAYS = 14
"""A file that nobody has confirmed is removed after this many days."""

MAX_IMPORTED_ACTIONS = 2_000
"""A file with more actions than this is no action plan; councils' plans have some 20 to 200."""

TITLE_CHARACTERS = Plan._meta.get_field("title").max_length

SAME_ROWS_SHARE = 0.3
"""A plan that holds this share of a file's rows word for word may be what the file is a new version of."""

Columns = Mapping[int | str, Mapping[int, str]]
"""By number or name of the table: which column (from 0) holds which field; "" for none."""


# Staging


@transaction.atomic
def stage_imports(
    *,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    user: User | None,
    title: str | None = None,
    period: tuple[dt.date, dt.date] | None = None,
    columns: Columns | None = None,
    as_one: bool = False,
) -> list[PlanImport]:
    """Read a file, understand it as one plan or several and keep it until somebody has checked them.

    `columns` and `as_one` are a person's word; what the authority's headings meant before is remembered. Raises
    `UnreadableFile` with a message for the person if the file cannot be read, ValidationError for a field that does
    not exist. Writes nothing but the staged imports; the same file may be given twice.
    """
    given = {
        "title": title,
        "period": [day.isoformat() for day in period] if period else None,
        "columns": _columns_as_json(columns or {}),
        "as_one": as_one,
    }
    drafts = _understand(organisation, file_name, data, given)
    file = keep_file(organisation, data)
    common = {
        "organisation": organisation,
        "file_name": file_name[-255:],
        "sha256": file.sha256,
        "file": file,
        "batch": uuid.uuid4(),
        "parts": len(drafts),
        "given": given,
        "uploaded_by": user,
        "expires_at": timezone.now() + dt.timedelta(days=STAGED_IMPORT_DAYS),
    }
    staged = []
    for part, draft in enumerate(drafts, start=1):
        plan_import = PlanImport(part=part, **common)
        _save_draft(plan_import, draft)
        staged.append(plan_import)
    return staged


def _understand(organisation: Organisation, file_name: str, data: bytes, given: Mapping[str, Any]) -> list[PlanDraft]:
    document = read_document(data, file_name)
    period = tuple(dt.date.fromisoformat(day) for day in given["period"]) if given.get("period") else None
    columns = _columns_from_json(given.get("columns") or {})
    try:
        drafts = understand_plans(
            document,
            title=given.get("title"),
            period=period,
            columns=columns,
            remembered=remembered_columns(organisation),
            as_one=bool(given.get("as_one")),
        )
    except ValueError as error:
        raise ValidationError(
            _("A column can hold one of these: %(fields)s.") % {"fields": ", ".join(COLUMN_LABELS)}
        ) from error
    _tell_apart(drafts)
    for count in (sum(len(d.actions) for d in drafts), sum(len(d.objectives) for d in drafts)):
        if count > MAX_IMPORTED_ACTIONS:
            raise UnreadableFile(
                _("The file holds more than %(limit)d actions. Split it into several plans, or check that it is one.")
                % {"limit": MAX_IMPORTED_ACTIONS}
            )
    return drafts


def _tell_apart(drafts: Iterable[PlanDraft]) -> None:
    """Number the plans of one file that go by the same title and period: an authority lists a plan once."""
    seen: dict[tuple[str, dt.date | None], int] = {}
    for draft in drafts:
        key = (values.key_of(draft.title), draft.period_start)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            number = f" ({seen[key]})"
            draft.title = draft.title[: TITLE_CHARACTERS - len(number)] + number


def remembered_columns(organisation: Organisation) -> dict[str, str]:
    """What the authority's headings mean, by normalised heading, because somebody has said so before."""
    return dict(ColumnHeading.objects.of(organisation).values_list("heading", "field"))


def _columns_as_json(columns: Columns) -> dict[str, dict[str, str]]:
    return {str(table): {str(column): name for column, name in named.items()} for table, named in columns.items()}


def _columns_from_json(columns: Mapping[str, Mapping[str, str]]) -> dict[int | str, dict[int, str]]:
    found: dict[int | str, dict[int, str]] = {}
    for table, named in columns.items():
        # A number may be a table's, or the name of a sheet: "2026".
        found[table] = {int(column): name for column, name in named.items()}
        if table.isdigit():
            found[int(table)] = found[table]
    return found


def _save_draft(plan_import: PlanImport, draft: PlanDraft) -> PlanImport:
    plan_import.draft, plan_import.title = draft.to_json(), draft.title[:200]
    plan_import.save()
    return plan_import


def earlier_import(*, plan_import: PlanImport) -> PlanImport | None:
    """The import of the very same file, under the same title, that is in a plan; None if there is none."""
    return (
        PlanImport.objects.of(plan_import.organisation)
        .filter(sha256=plan_import.sha256, state=PlanImport.State.DONE, plan__isnull=False)
        .filter(Q(title=plan_import.title) | Q(plan__title=plan_import.title))
        .first()
    )


# Checking


@transaction.atomic
def reread_import(
    *, plan_import: PlanImport, columns: Columns, as_one: bool | None = None, remember: bool = True
) -> list[PlanImport]:
    """Understand the original anew with what a person says of its columns; returns its imports, in order.

    Corrections of rows are lost. With `remember` the authority's headings mean the same the next time. Raises
    ValidationError if a part of the file is in a plan already, and as `locked` does.
    """
    plan_import = locked(plan_import)
    together = list(PlanImport.objects.of(plan_import.organisation).filter(batch=plan_import.batch).order_by("part"))
    if any(each.state in (PlanImport.State.DONE, PlanImport.State.UNDONE) for each in together):
        raise ValidationError(_("A plan of this file has been imported already. Give the file again instead."))
    before = draft_of(plan_import)
    used = last_key([draft_of(each) for each in together], plan_import.given.get("keys_used", 0))
    given = plan_import.given | {
        "keys_used": used,
        "columns": {**plan_import.given.get("columns", {}), **_columns_as_json(columns)},
        "as_one": bool(plan_import.given.get("as_one")) if as_one is None else as_one,
    }
    drafts = _understand(plan_import.organisation, plan_import.file_name, plan_import.original, given)
    for draft in drafts:
        # A form that somebody has open must never be saved into another row than the one that it was opened for.
        draft.give_keys(after=used)
    if remember:
        _remember(plan_import.organisation, columns, before, drafts)
    staged = [each for each in together if each.state == PlanImport.State.STAGED]
    if len(drafts) == plan_import.parts:
        # What was thrown away stays away.
        kept = {each.part for each in staged}
        drafts_by_part = {part: draft for part, draft in enumerate(drafts, start=1) if part in kept}
    else:
        drafts_by_part = dict(enumerate(drafts, start=1))
    fresh = []
    for (part, draft), row in zip(drafts_by_part.items(), [*staged, *[None] * len(drafts)], strict=False):
        row = row or _another_part(plan_import)
        row.part, row.parts, row.given = part, len(drafts), given
        fresh.append(_save_draft(row, draft))
    for row in staged[len(fresh) :]:
        row.delete()
    return fresh


def _another_part(plan_import: PlanImport) -> PlanImport:
    shared = ("organisation", "file_name", "sha256", "file", "batch", "uploaded_by", "expires_at")
    return PlanImport(**{name: getattr(plan_import, name) for name in shared})


def _remember(organisation: Organisation, columns: Columns, before: PlanDraft, drafts: Sequence[PlanDraft]) -> None:
    """Keep what was said of headings, where it is not what the portal thought by itself."""
    known = {each.heading: each for each in ColumnHeading.objects.of(organisation)}
    guessed = {
        (table.number, column.column): column.field
        for table in before.tables
        for column in table.columns
        if column.basis not in ("person", "remembered")
    }
    said: dict[str, str] = {}
    for table in (table for draft in drafts for table in draft.tables):
        named = columns.get(table.number) or columns.get(str(table.number)) or columns.get(table.table) or {}
        for column in table.columns:
            heading = normalised(column.heading)[:200]
            if heading and column.column in named:
                name = named[column.column]
                if heading in known or guessed.get((table.number, column.column)) != name:
                    said[heading] = name
    for heading, name in said.items():
        row = known.get(heading)
        if not name:
            if row is not None:
                row.delete()
        elif row is None:
            ColumnHeading(organisation=organisation, heading=heading, field=name).save()
        elif row.field != name:
            row.field = name
            row.save()


@transaction.atomic
def correct_cover(
    *,
    plan_import: PlanImport,
    title: str,
    period_start: dt.date | None,
    period_end: dt.date | None,
    updated_on: dt.date | None,
    marking: str,
) -> PlanImport:
    """Say what the plan as a whole is called, when it runs and how it is marked (a `Marking`)."""
    plan_import = locked(plan_import)
    draft = dataclasses.replace(
        draft_of(plan_import),
        title=title,
        period_start=period_start,
        period_end=period_end,
        updated_on=updated_on,
        marking="OFFICIAL-SENSITIVE" if "sensitive" in marking.casefold() else "OFFICIAL",
    )
    return _save_draft(plan_import, draft)


@transaction.atomic
def correct_row(*, plan_import: PlanImport, key: str, section: int | str, objective: ObjectiveDraft) -> PlanImport:
    """Put a person's row in a row's place, under this heading: its index, or the title of one, new or not."""
    plan_import = locked(plan_import)
    draft = draft_of(plan_import)
    where, row = _find(draft, key)
    _require_words(objective)
    corrected = dataclasses.replace(objective, key=key, source=row.source, is_left_out=row.is_left_out)
    if corrected.actions:
        corrected.marking = ""  # a person has said it of each action
    mark_row(corrected)
    target = _section(draft, section)
    if target is where:
        where.objectives[:] = [corrected if each is row else each for each in where.objectives]
    else:
        where.objectives[:] = [each for each in where.objectives if each is not row]
        _place(target, corrected)
    return _save_draft(plan_import, draft)


@transaction.atomic
def leave_out_rows(*, plan_import: PlanImport, keys: Collection[str]) -> PlanImport:
    """Leave exactly these rows out; they stay listed with the import."""
    plan_import = locked(plan_import)
    draft = draft_of(plan_import)
    _require_keys(keys, (row.key for row in draft.objectives))
    for row in draft.objectives:
        row.is_left_out = row.key in keys
    return _save_draft(plan_import, draft)


@transaction.atomic
def take_in(*, plan_import: PlanImport, key: str, section: int | str, objective: ObjectiveDraft) -> PlanImport:
    """Make a row, as a person has filled it in, of something that was set aside."""
    plan_import = locked(plan_import)
    draft = draft_of(plan_import)
    found = next((each for each in draft.quarantined if each.key == key), None)
    if found is None:
        raise ValidationError(_("This is no longer set aside. Load the page again."))
    _require_words(objective)
    draft.quarantined = [each for each in draft.quarantined if each is not found]
    source = Source(found.table, found.row)
    row = dataclasses.replace(objective, key=next_key(draft), source=source, is_left_out=False)
    if not row.actions:
        row.actions = [ActionDraft(text=row.text)]
    flag = _("Was set aside at first (%(reason)s) and taken in by hand.") % {"reason": found.reason}
    first = row.actions[0]
    row.actions = [dataclasses.replace(first, flags=[*first.flags, flag], source=source), *row.actions[1:]]
    mark_row(row)
    _place(_section(draft, section), row)
    return _save_draft(plan_import, draft)


def _require_words(row: ObjectiveDraft) -> None:
    if not any(text.strip() for text in (row.text, *(action.text for action in row.actions))):
        raise ValidationError(_("Enter the objective or an action."))


def _find(draft: PlanDraft, key: str) -> tuple[SectionDraft, ObjectiveDraft]:
    for section in draft.sections:
        for row in section.objectives:
            if row.key == key:
                return section, row
    raise ValidationError(_("This row is no longer there. Load the page again."))


def _require_keys(keys: Iterable[str], known: Iterable[str]) -> None:
    if set(keys) - set(known):
        raise ValidationError(_("One of these rows is no longer there. Load the page again."))


def _section(draft: PlanDraft, wanted: int | str) -> SectionDraft:
    """The section of this index or title; a title that is not there makes a new one at the end."""
    if isinstance(wanted, int):
        if not 0 <= wanted < len(draft.sections):
            raise ValidationError(_("This section is no longer there. Load the page again."))
        return draft.sections[wanted]
    title = " ".join(wanted.split())
    if not title:
        raise ValidationError(_("Enter the section's title."))
    for section in draft.sections:
        if values.key_of(section.title) == values.key_of(title):
            return section
    draft.sections.append(SectionDraft(title=title))
    return draft.sections[-1]


def _place(section: SectionDraft, row: ObjectiveDraft) -> None:
    """Put the row where the file has it among those of the same table, or last."""
    at = next(
        (
            index
            for index, other in enumerate(section.objectives)
            if other.source.table == row.source.table and other.source.row > row.source.row
        ),
        len(section.objectives),
    )
    section.objectives.insert(at, row)


# Writing, throwing away


@transaction.atomic
def commit_import(*, plan_import: PlanImport) -> Plan:
    """Write the staged draft as a new draft plan: all that was not left out or set aside, or nothing.

    Raises ValidationError if a plan of that title and period exists, and as `locked` does.
    """
    plan_import = locked(plan_import)
    with because(reason_for(plan_import)):
        draft = without_left_out(draft_of(plan_import))
        if not draft.actions:
            raise ValidationError(
                _(
                    "No action was found in this file, so there is no plan to bring in. Say what its columns hold, "
                    "or start a plan by hand."
                )
            )
        plan, writer = write_new_plan(organisation=plan_import.organisation, draft=draft)
        finish_import(
            plan_import,
            plan,
            {
                "plan": values.plan_values(draft),
                "rows": base_of(draft, writer.written),
                "registers": new_in_registers(writer),
                "state": plan.state,
            },
            snapshot.take(plan),
        )
    return plan


def finish_import(plan_import: PlanImport, plan: Plan, written: dict[str, Any], after: snapshot.Snapshot) -> None:
    """Record what came of an import, and what its plan looked like just after."""
    plan_import.plan, plan_import.state, plan_import.done_at = plan, PlanImport.State.DONE, timezone.now()
    plan_import.written, plan_import.fingerprint = written, snapshot.fingerprint(after)
    plan_import.save()


def base_of(draft: PlanDraft, written: Iterable[Written]) -> dict[str, Any]:
    """What the file said of each row, by the key that the row was given: the next version is compared with it."""
    sections = {id(row): section for section in draft.sections for row in section.objectives}
    return {
        str(each.objective.pk): {
            **values.row_values(sections[id(each.draft)], each.draft),
            "actions": {str(action.pk): values.action_values(of_it) for of_it, action in each.actions},
        }
        for each in written
    }


def new_in_registers(writer: RowWriter) -> dict[str, list[int]]:
    """The owners and recommendations that nobody had listed before."""
    return {
        "owners": [owner.pk for owner in writer.owners.new.values()],
        "recommendations": [each.pk for each in writer.new_recommendations],
    }


def reason_for(plan_import: PlanImport) -> str:
    """Why rows change, for the log; what the caller has said already stays."""
    reason = _("Import of %(file)s") % {"file": plan_import.file_name}
    return f"{reason}: {said}"[:500] if (said := reason_so_far()) else reason


@transaction.atomic
def discard_import(*, plan_import: PlanImport) -> None:
    """Throw a staged import away, and the file unless another import keeps it. Raises ValidationError if it is done."""
    plan_import = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
    _require_staged(plan_import)
    file = plan_import.file_id
    plan_import.state, plan_import.file, plan_import.draft = PlanImport.State.DISCARDED, None, {}
    plan_import.save()
    drop_unused_files(plan_import.organisation, [file])


def locked(plan_import: PlanImport) -> PlanImport:
    """The import as it is stored, to be written by nobody else until the transaction ends.

    Raises ValidationError unless it still waits, has not expired and is what the caller has read (`revision`).
    """
    stored = PlanImport.objects.select_for_update().get(pk=plan_import.pk)
    _require_staged(stored)
    if stored.expires_at <= timezone.now():
        raise ValidationError(_("The time to check this file is over. Give the file again."))
    if stored.revision != plan_import.revision:
        raise ValidationError(_("Somebody else has changed this import meanwhile. Load the page again."))
    return stored


def _require_staged(plan_import: PlanImport) -> None:
    if plan_import.state != PlanImport.State.STAGED:
        raise ValidationError(_("This file has already been imported or discarded."))


# Which plan it may be a new version of


def plans_to_update(*, plan_import: PlanImport) -> list[Plan]:
    """Open plans that this file may be a new version of, the likeliest first: those that the same file or one of that
    title went into, and those that hold its rows word for word."""
    draft = draft_of(plan_import)
    plans = Plan.objects.of(plan_import.organisation).open()
    same_file = set(
        PlanImport.objects.of(plan_import.organisation)
        .filter(state=PlanImport.State.DONE)
        .filter(Q(sha256=plan_import.sha256, part=plan_import.part) | (Q(title=plan_import.title) & ~Q(title="")))
        .values_list("plan", flat=True)
    )
    wanted = {values.key_of(text) for row in draft.objectives for text in _words_of(row)} - {""}
    held: dict[int, set[str]] = {}
    rows = Objective.objects.of(plan_import.organisation).exclude(plan__state=Plan.State.CLOSED).order_by()
    for plan, objective, action in rows.values_list("plan", "text", "actions__text"):
        for text in (objective, action or ""):
            if (key := values.key_of(text)) in wanted:
                held.setdefault(plan, set()).add(key)
    ranked = []
    for plan in plans:
        share = len(held.get(plan.pk, ())) / len(wanted) if wanted else 0.0
        is_known = plan.pk in same_file or values.key_of(plan.title) == values.key_of(draft.title)
        if is_known or share >= SAME_ROWS_SHARE:
            ranked.append((is_known + share, plan))
    return [plan for _rank, plan in sorted(ranked, key=lambda each: (-each[0], each[1].pk))]


def _words_of(row: ObjectiveDraft) -> Iterable[str]:
    yield row.text
    yield from (action.text for action in row.actions)

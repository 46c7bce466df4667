"""Tables out and back in: the officers' CSV and Excel files, kept inside one authority.

A file names rows by what people can read, never by a database key: `id`, `organisation` and `revision` are neither
written nor read. Whatever a cell names is looked up among the authority's own rows, and another authority's row gives
the same message as one that does not exist.
"""

import contextlib
import copy
import datetime as dt
import functools
import hashlib
import logging
import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, Resource
from import_export.results import Result
from import_export.widgets import Widget

from .documents.workbook import FORMULA_STARTS, LONGEST_TEXT, NOT_IN_XML, Sheet, write_csv, write_workbook
from .models import Organisation, User
from .scoping import OrganisationOwned
from .tables_in import UnreadableFile
from .tables_in.values import read_values

logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 1_000_000
"""Largest file of a table, in bytes. It travels signed through the preview page, within Django's limit for forms."""

MAX_ROWS = 5_000
"""Most rows of one file: five times the actions of the longest plan to be expected."""

KEPT_BACK = frozenset({"id", "pk", "organisation", "organisation_id", "authority", "revision"})
"""Columns that no file may bring: they would say whose row it is, or which."""

_ESCAPED = re.compile(r"'+ *[" + re.escape("".join(FORMULA_STARTS)) + "]")
_DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y", "%d %B %Y", "%d %b %Y")


# What a cell says


def unchanged_text(value: Any) -> Any:
    """The value as far as a file can carry it: white space at the ends, line ends and control characters cannot be."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return NOT_IN_XML.sub("", text).replace("\x0b", "\n").replace("\x0c", "\n").strip()


def plain_text(value: Any) -> str:
    """A cell as text. A number that a spreadsheet made of "3" is "3" again; a defused text is itself again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unchanged_text(str(value))
    return text[1:] if _ESCAPED.match(text) else text


def defused(value: Any) -> Any:
    """A value for the writers of `documents`, which put an apostrophe before what a spreadsheet would calculate.

    A text that looks as if it had one already gets another, so that reading takes away what writing put there.
    """
    return f"'{value}" if isinstance(value, str) and _ESCAPED.match(value) else value


class Text(Widget):
    def clean(self, value, row=None, **kwargs) -> str:
        return plain_text(value)

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else str(value)


class Day(Widget):
    """A date: 2026-12-08, 8/12/2026 (the day first), 8 December 2026, or a date cell."""

    def clean(self, value, row=None, **kwargs) -> dt.date | None:
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        text = plain_text(value)
        if not text:
            return None
        for layout in _DAY_FORMATS:
            with contextlib.suppress(ValueError):
                return dt.datetime.strptime(text.removesuffix(" 00:00:00"), layout).date()  # noqa: DTZ007 (a day)
        raise ValueError(_("“%(value)s” is no date. Write 2026-12-08 or 08/12/2026.") % {"value": text})

    def render(self, value, obj=None, **kwargs) -> dt.date | None:
        return value


class Number(Widget):
    def clean(self, value, row=None, **kwargs) -> int | None:
        text = plain_text(value)
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,9}", text):
            raise ValueError(_("“%(value)s” is no whole number.") % {"value": text})
        return int(text)

    def render(self, value, obj=None, **kwargs) -> int | None:
        return value


class YesNo(Widget):
    def clean(self, value, row=None, **kwargs) -> bool | None:
        text = plain_text(value).casefold()
        if not text:
            return None
        if text in {"yes", "y", "true", "1", _("Yes").casefold()}:
            return True
        if text in {"no", "n", "false", "0", _("No").casefold()}:
            return False
        raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": text})

    def render(self, value, obj=None, **kwargs) -> bool | None:
        return value


class Choice(Widget):
    """One of a few values, written as such; its label is understood too."""

    def __init__(self, choices: Iterable[tuple[str, str | Promise]]):
        super().__init__()
        self.choices = tuple(choices)

    def clean(self, value, row=None, **kwargs) -> str | None:
        text = plain_text(value)
        if not text:
            return None
        for code, label in self.choices:
            if text.casefold() in {code.casefold(), str(label).casefold()}:
                return code
        raise ValueError(
            _("“%(value)s” is not one of: %(known)s.")
            % {"value": text, "known": ", ".join(code for code, label in self.choices)}
        )

    def render(self, value, obj=None, **kwargs) -> str:
        return value or ""


class Lines(Widget):
    """A list of texts, one a line."""

    def clean(self, value, row=None, **kwargs) -> list[str]:
        return [line for line in plain_text(value).split("\n") if line.strip()]

    def render(self, value, obj=None, **kwargs) -> str:
        return "\n".join(value or ())


class Column(Field):
    """A column that is read and written.

    `keeps_when_empty`: an empty cell leaves the value as it is (a new row gets the model's default) instead of
    emptying it.
    """

    def __init__(self, attribute: str, column_name: str, widget: Widget, *, keeps_when_empty: bool = False):
        super().__init__(attribute=attribute, column_name=column_name, widget=widget)
        self.keeps_when_empty = keeps_when_empty

    def save(self, instance, row, is_m2m=False, **kwargs) -> None:
        value = self.clean(row, **kwargs)
        if value in (None, "") and self.keeps_when_empty:
            return
        if unchanged_text(value) != unchanged_text(getattr(instance, self.attribute)):
            setattr(instance, self.attribute, value)


class ShownColumn(Field):
    """A column that is written; reading it is the resource's own business, or nobody's.

    `attribute` is a path such as "action__plan__title".
    """

    def __init__(self, attribute: str, column_name: str, widget: Widget, *, is_ignored: bool = False):
        super().__init__(attribute=attribute, column_name=column_name, widget=widget, readonly=True)
        self.is_ignored = is_ignored


class Differences(Diff):
    """Before and after of each column, as values: the template makes the HTML."""

    def as_html(self) -> list[tuple[Any, Any, bool]]:
        return [
            (None if self.new else before, after, self.new or before != after)
            for before, after in zip(self.left, self.right, strict=True)
        ]


# The resource


class OwnedResource(Resource):
    """One table of one authority.

    A row of the file is one row of the table by its parents (`parents_in`) and its `key`; a file never deletes, and
    what it does not mention stays. Each row of the table answers to one row of the file at most, so a table with two
    rows alike survives the way out and back. Where a row of the file could mean several, it means the one that would
    not change; if all would, it is refused.
    """

    key: ClassVar[tuple[str, ...]] = ()
    """Attributes that, among the rows of the same parents, tell a row from the others."""

    required_columns: ClassVar[tuple[str, ...]] = ()
    position_column: ClassVar[str] = ""
    """Column whose empty cell means "wherever": the row is then known by the other columns, or added at the end."""

    class Meta:
        instance_loader_class = BaseInstanceLoader
        skip_unchanged = True
        report_skipped = False
        use_transactions = True

    def __init__(self, *, organisation: Organisation, **kwargs):
        super().__init__(**kwargs)
        self.organisation = organisation
        self._claimed: set[int] = set()
        self._siblings: dict[Hashable, list[OrganisationOwned]] = {}
        self._next_position: dict[Hashable, int] = {}
        self._texts: dict[Hashable, set[tuple[str, ...]]] = {}
        self._users: dict[str, User] | None = None

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return Differences

    def get_queryset(self) -> models.QuerySet:
        return self._meta.model.objects.of(self.organisation)

    def for_columns(self, queryset: models.QuerySet) -> models.QuerySet:
        """The queryset with all that the columns show; a constant number of queries."""
        related = {f.attribute.rpartition("__")[0] for f in self.fields.values() if "__" in f.attribute}
        return queryset.select_related(*related) if related else queryset

    def filter_export(self, queryset: models.QuerySet, **kwargs) -> models.QuerySet:
        return self.for_columns(queryset)

    @property
    def read_columns(self) -> list[str]:
        """The columns that an import takes in."""
        return [f.column_name for f in self.fields.values() if not getattr(f, "is_ignored", False)]

    @property
    def ignored_columns(self) -> list[str]:
        """The columns that an export shows and an import passes over."""
        return [f.column_name for f in self.fields.values() if getattr(f, "is_ignored", False)]

    # What a row of the file means

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        """Load, in a few queries, what the rows of the file name."""

    def existing_rows(self) -> Iterable[OrganisationOwned]:
        """The rows of the table that the file can mean, their parents loaded."""
        return self.for_columns(self.get_queryset())

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        """The rows that this row belongs to, by attribute. Raises ValidationError where there is no such row."""
        return {}

    def parents_of(self, instance: OrganisationOwned) -> Hashable:
        """What `parents_in` would say of an existing row, as primary keys in the same order."""
        return ()

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        """Other rows that this row names, by attribute; columns that the file lacks are left out."""
        return {}

    def before_import(self, dataset: tablib.Dataset, **kwargs) -> None:
        known = [field.column_name for field in self.fields.values()]
        try:
            check_columns(dataset.headers or [], known=known, required=self.required_columns)
        except ValidationError:
            # import-export goes on to the rows all the same.
            dataset.wipe()
            raise
        rows = dataset.dict
        self.prepare(rows)
        if self.position_column:
            self._read_texts(rows)
        for instance in self.existing_rows():
            family = self.parents_of(instance)
            self._siblings.setdefault(family, []).append(instance)
            if self.position_column:
                following = max(self._next_position.get(family, 0), instance.position + 1)
                self._next_position[family] = following

    def get_instance(self, instance_loader, row) -> OrganisationOwned | None:
        draft = self.init_instance(row)
        self.import_instance(draft, row)
        free = [s for s in self._siblings.get(self._family(row), ()) if s.pk not in self._claimed]
        if self.position_column:
            found = self._placed(free, draft, row)
        else:
            found = [sibling for sibling in free if _key_of(sibling, self.key) == _key_of(draft, self.key)]
        if len(found) > 1:
            found = [sibling for sibling in found if self._leaves_alone(sibling, row)]
            if not found:
                raise ValidationError(
                    _("Several records answer to this row. Give them different positions or references first.")
                )
        if not found:
            return None
        self._claimed.add(found[0].pk)
        return found[0]

    def _placed(self, free: Sequence[OrganisationOwned], draft: OrganisationOwned, row: dict[str, Any]) -> list:
        """The rows that the draft can mean where rows have places among each other.

        A place moves whenever somebody puts a row in between; so the text decides, and the place only between equals
        and for a text that was corrected: a row whose own text stands elsewhere in the file is not meant.
        """
        by_text = [sibling for sibling in free if _key_of(sibling, self._by_text) == _key_of(draft, self._by_text)]
        if by_text or self._is_anywhere(row):
            return [sibling for sibling in by_text if sibling.position == draft.position] or by_text
        spoken_for = self._texts.get(self._family(row), set())
        return [
            sibling
            for sibling in free
            if _key_of(sibling, self.key) == _key_of(draft, self.key)
            and _key_of(sibling, self._by_text) not in spoken_for
        ]

    @property
    def _by_text(self) -> tuple[str, ...]:
        names = tuple(name for name in self.key if name != "position")
        text = self._attribute_of(self.required_columns[-1])
        return names if text in names else (*names, text)

    def _read_texts(self, rows: Sequence[dict[str, Any]]) -> None:
        columns = {name: self._column_of(name) for name in self._by_text}
        for row in rows:
            # A row that names parents which are not there is reported when its turn comes.
            with contextlib.suppress(ValidationError):
                said = tuple(self.text_in(row, columns[name]).casefold() for name in self._by_text)
                self._texts.setdefault(self._family(row), set()).add(said)

    def init_instance(self, row=None) -> OrganisationOwned:
        instance = self._meta.model(organisation=self.organisation, **self.parents_in(row))
        if self.position_column and self._is_anywhere(row):
            instance.position = self._next_position.get(self._family(row), 0)
        return instance

    def after_init_instance(self, instance, new, row, **kwargs) -> None:
        if new and self.position_column:
            family = self._family(row)
            self._next_position[family] = max(self._next_position.get(family, 0), instance.position + 1)

    def import_instance(self, instance, row, **kwargs) -> None:
        super().import_instance(instance, row, **kwargs)
        for name, target in self.links_in(row).items():
            if getattr(instance, f"{name}_id") != (target and target.pk):
                setattr(instance, name, target)

    def skip_row(self, instance, original, row, import_validation_errors=None) -> bool:
        return (
            not import_validation_errors and not instance._state.adding and _values_of(instance) == _values_of(original)
        )

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True) -> None:
        errors = dict(import_validation_errors or {})
        # Foreign keys were looked up within the authority; asking the database again would cost a query each.
        not_again = {field.name for field in instance._meta.concrete_fields if field.is_relation} | errors.keys()
        checks = [functools.partial(instance.clean_fields, exclude=not_again), instance.clean]
        if not errors:
            checks.append(instance.validate_constraints)
        for check in (*checks, functools.partial(_check_lock, instance)):
            try:
                check()
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError({self._column_of(name): found for name, found in errors.items()})

    def do_instance_save(self, instance, is_create) -> None:
        try:
            with transaction.atomic():
                super().do_instance_save(instance, is_create)
        except PermissionDenied as error:
            raise ValidationError(str(error)) from error
        except IntegrityError as error:
            raise ValidationError(_("This row contradicts another record.")) from error

    def after_import_row(self, row, row_result, row_number=None, **kwargs) -> None:
        row_result.number = row_number

    # Helpers

    def text_in(self, row: dict[str, Any], column: str) -> str:
        """What the row says in this column; empty where the file has no such column."""
        return plain_text(row.get(column))

    def account_in(self, row: dict[str, Any], column: str, *, named_in: models.QuerySet) -> User | None:
        """The account with this e-mail address; one of the authority's people, or one that its rows name already."""
        address = self.text_in(row, column).casefold()
        if not address:
            return None
        if self._users is None:
            members = User.objects.filter(memberships__organisation=self.organisation)
            named = User.objects.filter(pk__in=named_in)
            self._users = {user.email.casefold(): user for user in (*members, *named)}
        if address not in self._users:
            raise ValidationError({column: _("There is no such account in this authority.")})
        return self._users[address]

    def _family(self, row: dict[str, Any]) -> Hashable:
        return tuple(parent and parent.pk for parent in self.parents_in(row).values())

    def _is_anywhere(self, row: dict[str, Any]) -> bool:
        return bool(self.position_column) and not self.text_in(row, self.position_column)

    def _attribute_of(self, column: str) -> str:
        return next(f.attribute for f in self.fields.values() if f.column_name == column)

    def _column_of(self, attribute: str) -> str:
        return next((f.column_name for f in self.fields.values() if f.attribute == attribute), attribute)

    def _leaves_alone(self, instance: OrganisationOwned, row: dict[str, Any]) -> bool:
        after = copy.deepcopy(instance)
        self.import_instance(after, row)
        return _values_of(after) == _values_of(instance)


def _values_of(instance: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def _key_of(instance: models.Model, names: Sequence[str]) -> tuple:
    values = (unchanged_text(getattr(instance, name)) for name in names)
    return tuple(value.casefold() if isinstance(value, str) else value for value in values)


def _check_lock(instance: OrganisationOwned) -> None:
    try:
        instance.check_lock()
    except PermissionDenied as error:
        raise ValidationError(str(error)) from error


def check_columns(headers: Sequence[str], *, known: Sequence[str], required: Sequence[str]) -> None:
    """Raise ValidationError for columns that are missing, doubled, unknown or kept back."""
    if kept_back := [header for header in headers if header in KEPT_BACK]:
        raise ValidationError(
            _("These columns cannot be imported: %(names)s. Delete them from the file.")
            % {"names": ", ".join(kept_back)}
        )
    if missing := [name for name in required if name not in headers]:
        raise ValidationError(_("The file lacks these columns: %(names)s.") % {"names": ", ".join(missing)})
    if doubled := sorted({header for header in headers if headers.count(header) > 1}):
        raise ValidationError(_("The file has these columns twice: %(names)s.") % {"names": ", ".join(doubled)})
    if unknown := [header for header in headers if header not in known]:
        raise ValidationError(
            _("The file has columns that this table does not know: %(names)s.")
            % {"names": ", ".join(unknown) or _("(no name)")}
        )


def error_messages(result: Result) -> list[tuple[int | None, str, str]]:
    """(row of the file, column, message) of everything that stands against an import.

    SECURITY: what was not foreseen is logged, not shown; a database's message can quote what is not the reader's.
    """
    found: list[tuple[int | None, str, str]] = []
    for error in result.base_errors:
        found += [(None, "", message) for message in _messages_of(error.error)]
    for row in result.error_rows:
        found += [(row.number, "", message) for error in row.errors for message in _messages_of(error.error)]
    for row in result.invalid_rows:
        for column, messages in row.error_dict.items():
            found += [(row.number, "" if column == NON_FIELD_ERRORS else column, message) for message in messages]
    return sorted(found, key=lambda each: each[0] or 0)


def _messages_of(error: Exception) -> list[str]:
    if isinstance(error, ValidationError):
        return error.messages
    if isinstance(error, PermissionDenied):
        return [str(error)]
    logger.error("A row could not be imported", exc_info=error)
    return [_("This could not be imported.")]


def fingerprint(result: Result) -> str:
    """What an import changes, in short: equal for a preview and for what is then written."""
    changes = [(row.number, row.import_type, row.diff) for row in result.rows]
    return hashlib.sha256(repr(changes).encode()).hexdigest()


# Files


def read_table(data: bytes) -> tablib.Dataset:
    """A CSV file or an Excel workbook's first sheet as a table whose first row is its headings.

    Raises UnreadableFile with a message for the person. `dataset.lines` are the rows' numbers in the file.
    """
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(n)d kB. Split it and import the parts.") % {"n": MAX_FILE_BYTES // 1000}
        )
    # Empty rows are not counted: spreadsheets leave many below a table.
    rows = read_values(data, max_rows=10 * MAX_ROWS)
    numbered = [(number, row) for number, row in rows if any(plain_text(value) for value in row)]
    if len(numbered) < 2:
        raise UnreadableFile(_("The file has no rows below its headings."))
    if len(numbered) - 1 > MAX_ROWS:
        raise UnreadableFile(_("The file has more than %(n)d rows. Split it and import the parts.") % {"n": MAX_ROWS})
    headers = [plain_text(value).casefold() for value in numbered[0][1]]
    while headers and not headers[-1]:
        headers.pop()
    dataset = tablib.Dataset(headers=headers)
    for _number, row in numbered[1:]:
        dataset.append([*row[: len(headers)], *[None] * (len(headers) - len(row))])
    dataset.lines = [number for number, row in numbered[1:]]
    return dataset


def write_table(dataset: tablib.Dataset, *, title: str, file_format: str) -> bytes:
    """The table as "csv" or "xlsx", harmless to open and such that `read_table` gives the same values.

    Raises UnreadableFile if a text is too long for a cell of Excel: cut, it would come back shortened.
    """
    rows = [[defused(value) for value in row] for row in dataset]
    sheet = Sheet(title=title, columns=dataset.headers, rows=rows)
    if file_format == "csv":
        return write_csv(sheet)
    texts = (value for row in rows for value in row if isinstance(value, str))
    if any(len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT for text in texts):
        raise UnreadableFile(_("A text in this table is too long for a cell of Excel. Choose CSV."))
    return write_workbook([sheet])

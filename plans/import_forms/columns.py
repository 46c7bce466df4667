"""What each column of each table holds: as it was taken, to be corrected by whoever knows the plan."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal.forms import PortalForm

from ..models import COLUMN_LABELS
from ..understanding.columns import Field
from ..understanding.draft import ColumnDraft, PlanDraft, TableDraft

SURE, LIKELY = 0.9, 0.6
"""From which confidence on a guess is called sure, and likely."""

SET_ASIDE = ""


@dataclass(frozen=True)
class Certainty:
    """How sure it is what a column holds, in words; `is_guess` asks for a look."""

    text: str
    is_guess: bool = False


def certainty_of(column: ColumnDraft) -> Certainty:
    """In words what `confidence` and `basis` say in figures."""
    if not column.field:
        return Certainty(_("Not known"), is_guess=True)
    if column.basis == "person":
        return Certainty(_("A person said so"))
    if column.basis == "remembered":
        return Certainty(_("Remembered from an earlier plan"))
    if column.basis == "values":
        return Certainty(_("Its heading says nothing; judged by what its cells hold"), is_guess=True)
    if column.confidence >= SURE:
        return Certainty(_("Sure, by its heading"))
    if column.confidence >= LIKELY:
        return Certainty(_("Likely, by words in its heading"), is_guess=True)
    return Certainty(_("Doubtful: its heading only resembles what councils write"), is_guess=True)


@dataclass(frozen=True)
class ColumnLine:
    """One column as the page shows it."""

    column: ColumnDraft
    heading: str
    taken_for: str
    certainty: Certainty
    bound: BoundField | None


@dataclass(frozen=True)
class TableLines:
    """One table as the page shows it."""

    table: TableDraft
    lines: list[ColumnLine]


class ColumnsForm(PortalForm):
    """A list to choose from for every column of every table of the file that could be the plan's."""

    remember = forms.BooleanField(
        label=gettext_lazy("Remember what these headings mean, for the next plan"), required=False, initial=True
    )

    def __init__(self, *args, draft: PlanDraft, **kwargs):
        self.draft = draft
        super().__init__(*args, **kwargs)
        choices = [(SET_ASIDE, _("Not known: set it aside")), *COLUMN_LABELS.items()]
        for table in draft.tables:
            for column in table.columns:
                # What the portal's own spreadsheet works out is never read back, whatever anybody says.
                if column.field == Field.DERIVED:
                    continue
                self.fields[self._name(table, column)] = forms.ChoiceField(
                    label=_("What “%(heading)s” holds") % {"heading": self.heading(column)},
                    choices=choices,
                    initial=column.field,
                    required=False,
                )
        if not any(column.heading for table in draft.tables for column in table.columns):
            # What is remembered is what headings mean.
            del self.fields["remember"]

    @staticmethod
    def _name(table: TableDraft, column: ColumnDraft) -> str:
        return f"t{table.number}-c{column.column}"

    @staticmethod
    def heading(column: ColumnDraft) -> str:
        """The column's heading, or its number where it has none."""
        return column.heading or _("column %(number)d") % {"number": column.column + 1}

    def tables(self, *, used: bool) -> list[TableLines]:
        """The tables that were read as the plan's, or those that were not, with a line for each column."""
        return [
            TableLines(table, [self._line(table, column) for column in table.columns])
            for table in self.draft.tables
            if table.is_used is used
        ]

    def used_tables(self) -> list[TableLines]:
        return self.tables(used=True)

    def other_tables(self) -> list[TableLines]:
        return self.tables(used=False)

    def _line(self, table: TableDraft, column: ColumnDraft) -> ColumnLine:
        name = self._name(table, column)
        labels = COLUMN_LABELS | {
            SET_ASIDE: _("Set aside"),
            Field.DERIVED.value: _("Worked out by the portal: not read"),
        }
        return ColumnLine(
            column=column,
            heading=self.heading(column),
            taken_for=str(labels.get(column.field, column.field)),
            certainty=certainty_of(column),
            bound=self[name] if name in self.fields else None,
        )

    def columns(self) -> dict[int, dict[int, str]]:
        """By table and column what a person has said, now or before; what was left as guessed is guessed again."""
        said: dict[int, dict[int, str]] = {}
        for table in self.draft.tables:
            for column in table.columns:
                value = self.cleaned_data.get(self._name(table, column))
                if value is not None and (value != column.field or column.basis == "person"):
                    said.setdefault(table.number, {})[column.column] = value
        return said

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names = [name for name in self.fields if name != "remember"]
        if names and not {Field.ACTION, Field.OBJECTIVE} & {cleaned.get(name) for name in names}:
            self.add_error(names[0], _("Say which column holds the actions, or the objectives."))
        return cleaned

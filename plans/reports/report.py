"""What the papers of one plan say, as text: the frozen dataclasses that the builder fills and every writer reads."""

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.models import RAG_LABELS
from plans.rules import RED_AFTER_DAYS_OVERDUE, Rag, differs_from_dates
from prevent_portal.documents import ContentsEntry, Cover, Figure, KeyFigure, RagMark, Table
from prevent_portal.models import Marking

from . import tables
from .changed import Changed
from .words import RAG_WORDS, due_soon_in_words

LISTED_AT_MOST = 25
"""The summary sheet's lists are cut there: every action is in the tables that follow."""

LONG_ROW_LINES = 15
"""A row that may be longer than this (two fifths of a page) is allowed to break, so that it leaves no gap before it."""

FEWEST_FOR_CONTENTS = 12
"""Papers with fewer actions, or with one section only, do without a contents page and without the tables that only
help in a long one.
"""

LONGEST_PLACE = 100
"""Characters of a section's heading, or of an objective, that a list of the summary sheet gives below an action."""

LONGEST_REF_WORD = 5
"""Characters of a word that fit into the column of references."""

ROWS_OF_A_LONG_SECTION = 10
"""With so many rows on average, sections begin on a page of their own."""

LONGEST_OPENING = 700
"""Characters of an introduction after which the summary sheet still fits on the page."""

_CHARACTERS_PER_LINE = {"band": 145, "action": 35, "people": 24, "dates": 12, "text": 26}
"""About how much text a line of each kind of column holds (static/print.css)."""


class Edition(StrEnum):
    """Who a paper is for."""

    FULL = "full"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One action, or what is said of an objective that has none (`rag` is None then). Names are text already."""

    section: str
    ref: str
    letter: str
    action: str
    steps: tuple[str, ...]
    owners: tuple[str, ...]
    partners: tuple[str, ...]
    resources: str
    target_dates: tuple[str, ...]
    outcome_measure: str
    milestones: tuple[str, ...]
    progress: str
    progress_on: dt.date | None
    rag: Rag | None
    computed_rag: Rag | None
    rag_reason: str
    due_on: dt.date | None
    marking: str
    pk: int = 0

    @property
    def rag_label(self) -> str:
        return str(RAG_LABELS[self.rag]) if self.rag else ""

    @property
    def rag_word(self) -> str:
        return str(RAG_WORDS[self.rag]) if self.rag else ""

    @property
    def computed_rag_label(self) -> str:
        return str(RAG_LABELS[self.computed_rag]) if self.computed_rag else ""

    @property
    def computed_rag_word(self) -> str:
        return str(RAG_WORDS[self.computed_rag]) if self.computed_rag else ""

    @property
    def differs(self) -> bool:
        """Whether somebody has stated another RAG than the dates give, where both say something."""
        return bool(self.rag and self.computed_rag) and differs_from_dates(self.rag, self.computed_rag)

    @property
    def further_steps(self) -> tuple[str, ...]:
        """The steps that the action's own text does not name already."""
        return tuple(step for step in self.steps if step not in self.action)

    @property
    def is_sensitive(self) -> bool:
        return self.marking == Marking.OFFICIAL_SENSITIVE.label

    @property
    def is_long(self) -> bool:
        """Whether the row may be longer than two fifths of a page."""
        cells = (
            ("action", (self.action, *self.further_steps, self.resources)),
            ("people", (*self.owners, ", ".join(self.partners))),
            ("dates", self.target_dates),
            ("text", (self.outcome_measure, *self.milestones)),
            ("text", (self.progress, self.rag_reason)),
        )
        return any(_lines(texts, width) > LONG_ROW_LINES for width, texts in cells)


@dataclass(frozen=True, slots=True)
class PlanObjective:
    """An objective and its actions; `left_out` is how many of them this edition does not show."""

    ref: str
    text: str
    tier: str
    answers: tuple[str, ...]
    marking: str
    left_out: int
    rows: tuple[PlanRow, ...]
    pk: int = 0

    @property
    def is_sensitive(self) -> bool:
        return self.marking == Marking.OFFICIAL_SENSITIVE.label

    @property
    def is_long(self) -> bool:
        return _lines((self.text,), "band") > LONG_ROW_LINES


def _lines(texts: Sequence[str], width: str) -> int:
    """About how many lines the texts, one below the other, take in a column of that width."""
    return sum(-(-len(line) // _CHARACTERS_PER_LINE[width]) for text in texts for line in text.splitlines())


@dataclass(frozen=True, slots=True)
class PlanRemark:
    """A row that is no action."""

    is_pointer: bool
    text: str
    points_to: str
    marking: str
    pk: int = 0

    @property
    def see(self) -> str:
        """Which plan to see, unless the text itself says so."""
        return self.points_to if self.is_pointer and self.points_to not in self.text else ""

    @property
    def is_sensitive(self) -> bool:
        return self.marking == Marking.OFFICIAL_SENSITIVE.label


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section with its objectives."""

    ref: str
    title: str
    introduction: str
    benchmark: str
    remarks: tuple[PlanRemark, ...]
    objectives: tuple[PlanObjective, ...]
    left_out: int
    pk: int = 0

    @property
    def heading(self) -> str:
        return f"{self.ref} {self.title}".strip()

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        return tuple(row for objective in self.objectives for row in objective.rows)


@dataclass(frozen=True, slots=True)
class SummaryList:
    """A list of the summary sheet: actions that the committee should look at first."""

    heading: str
    every: tuple[PlanRow, ...]
    shows_reason: bool = False

    @property
    def rows(self) -> tuple[PlanRow, ...]:
        return self.every[:LISTED_AT_MOST]

    @property
    def more(self) -> int:
        return len(self.every) - len(self.rows)


@dataclass(frozen=True, slots=True)
class Declared:
    """A total of the plan's own summary sheet, beside the one counted; `declared` is None where it states none."""

    label: str
    declared: int | None
    counted: int

    @property
    def agrees(self) -> bool:
        return self.declared is None or self.declared == self.counted


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A recommendation that no action answers; `place` is which of how many."""

    exercise: str
    place: str
    text: str


@dataclass(frozen=True)
class PlanReport:
    """Everything that the papers of one plan say, as at `as_of`.

    What is worked out from all rows is worked out once: the template asks for it in every row.
    """

    edition: Edition
    as_of: dt.date
    title: str
    authority: str
    period: str
    marking: str
    state: str
    updated_on: dt.date | None
    aim: str
    introduction: str
    objective_count: int
    action_count: int
    rag_counts: tuple[tuple[Rag, int], ...]
    declared: tuple[Declared, ...]
    sections: tuple[PlanSection, ...]
    overdue: tuple[PlanRow, ...]
    due_soon: tuple[PlanRow, ...]
    differing: tuple[PlanRow, ...]
    left_out: int
    """Actions that are OFFICIAL-SENSITIVE and not in this paper: in the public edition, and for elected members."""
    left_out_besides: int
    """Likewise, objectives without actions and remarks."""
    is_withheld: bool
    """Whether the plan is sensitive as a whole, so that a public edition has nothing to show."""
    unanswered: tuple[Unanswered, ...] = ()
    """Recommendations made to the authority that no action answers yet; only in the full edition."""
    changed: Changed | None = None
    """What has changed since the last meeting; only in the full edition, and of a plan frozen before."""

    @property
    def is_public(self) -> bool:
        return self.edition is Edition.PUBLIC

    @property
    def is_complete(self) -> bool:
        return not (self.left_out or self.left_out_besides)

    @property
    def edition_in_words(self) -> str:
        if self.is_public:
            return _("Public")
        return _("Full") if self.is_complete else _("Without what is OFFICIAL-SENSITIVE")

    @property
    def cover(self) -> Cover:
        facts = [(_("State"), self.state), (_("Edition"), self.edition_in_words)]
        return Cover(self.title, self.authority, self.as_of, self.period, self.marking, facts, self.updated_on)

    @cached_property
    def rows(self) -> tuple[PlanRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @cached_property
    def actions(self) -> tuple[PlanRow, ...]:
        return tuple(row for row in self.rows if row.rag)

    @property
    def is_short(self) -> bool:
        """Whether the paper can be overlooked without a contents page."""
        return len(self.sections) < 2 or self.action_count < FEWEST_FOR_CONTENTS

    @property
    def contents(self) -> list[ContentsEntry]:
        """The headings of a paper that is long enough to need a contents page."""
        if self.is_short:
            return []
        introduction = [ContentsEntry(_("Introduction"), "introduction")] if self.introduction else []
        summary = [ContentsEntry(_("Summary sheet"), "summary")]
        entries = introduction + summary if self.opens_with_introduction else summary + introduction
        if self.changed and self.changed.kinds:
            entries.insert(0, ContentsEntry(_("What has changed"), "changed"))
        entries.append(ContentsEntry(_("How to read this paper"), "reading"))
        sections = enumerate(self.sections, start=1)
        entries += [ContentsEntry(section.heading, f"section-{number}") for number, section in sections]
        if self.has_owners:
            entries.append(ContentsEntry(_("Who answers for what"), "owners"))
        return entries

    @property
    def sections_begin_pages(self) -> bool:
        """Whether each section begins on a new page: where they are long, little of it stays empty."""
        return self.is_wide and len(self.rows) >= ROWS_OF_A_LONG_SECTION * len(self.sections) > 0

    @property
    def reads_first(self) -> bool:
        """Whether the paper says how to read it before its tables: there is room, where these begin on a new page."""
        return self.action_count > 0 and (self.is_wide or not self.is_short)

    @property
    def opens_with_introduction(self) -> bool:
        """Whether the introduction stands before the summary; a long one would keep that from its reader."""
        return 0 < len(self.introduction) <= LONGEST_OPENING

    @property
    def figures(self) -> list[KeyFigure]:
        return [
            KeyFigure(_("Objectives"), self.objective_count),
            KeyFigure(_("Actions"), self.action_count),
            KeyFigure(_("Complete"), dict(self.rag_counts)[Rag.BLUE]),
            KeyFigure(_("Overdue"), len(self.overdue)),
            KeyFigure(due_soon_in_words(), len(self.due_soon)),
        ]

    @property
    def rag_figure(self) -> Figure | None:
        """How many actions have which RAG; none where nobody has stated any."""
        return tables.rag_figure(self) if self.has_rag or self.declared else None

    @property
    def sections_figure(self) -> Figure | None:
        """The same for each section; none in a short paper."""
        return tables.sections_figure(self) if self.has_rag and not self.is_short else None

    @property
    def rag_key(self) -> list[RagMark]:
        """What each RAG means."""
        return [RagMark(rag.value, str(RAG_LABELS[rag])) for rag in Rag]

    @property
    def reading(self) -> list[str]:
        """How to read the paper."""
        if self.has_rag:
            lines = [
                _("RAG is what the owner of an action states. It stands as a shape and a word, with a colour besides."),
                _(
                    "“By its dates” is what the target date alone would give: green up to that day, amber for %d days "
                    "after it, then red."
                )
                % RED_AFTER_DAYS_OVERDUE,
            ]
        elif self.action_count:
            lines = [_("Nobody has stated a RAG for any of the actions, so the tables have no column for it.")]
        else:
            lines = []
        overdue = _(
            "Overdue means that the last day for an action that is not complete was before %s. Dates that no day "
            "follows from, such as “ongoing”, are never overdue."
        )
        lines += [overdue % date_format(self.as_of, "j F Y"), _("“–” means that the plan says nothing there.")]
        if self.is_public:
            lines.append(
                _(
                    "This is the public edition. Owners are shown by their posts, and what has a higher marking is "
                    "left out. Otherwise the texts are printed as they were written."
                )
            )
        return lines

    @property
    def left_out_in_words(self) -> str:
        """How much this edition leaves out; empty where it is complete and need not say so."""
        if self.is_withheld:
            return (
                ngettext(
                    "This plan is OFFICIAL-SENSITIVE as a whole: nothing of it is public. It has %d action.",
                    "This plan is OFFICIAL-SENSITIVE as a whole: nothing of it is public. It has %d actions.",
                    self.left_out,
                )
                % self.left_out
            )
        if self.left_out:
            return (
                ngettext(
                    "%d action that is OFFICIAL-SENSITIVE has been left out of this edition. "
                    "The figures are of the rest.",
                    "%d actions that are OFFICIAL-SENSITIVE have been left out of this edition. "
                    "The figures are of the rest.",
                    self.left_out,
                )
                % self.left_out
            )
        if self.left_out_besides:
            return _(
                "No action has been left out of this edition, but objectives without actions or remarks that are "
                "OFFICIAL-SENSITIVE have."
            )
        return _("No action has been left out of this public edition.") if self.is_public else ""

    @property
    def owners_table(self) -> Table | None:
        """Who answers for which actions; none in a short paper, or where the plan names nobody."""
        return tables.owners_table(self) if self.has_owners and not self.is_short else None

    @property
    def lists(self) -> list["SummaryList"]:
        """The lists of the summary sheet that are not empty."""
        lists = (
            SummaryList(_("Where the stated RAG and the dates differ"), self.differing, shows_reason=True),
            SummaryList(_("Overdue"), self.overdue),
            SummaryList(due_soon_in_words(), self.due_soon),
        )
        return [each for each in lists if each.every]

    @property
    def list_tables(self) -> list[Table]:
        found = [tables.list_table(each, self) for each in self.lists]
        return [*found, tables.unanswered_table(self.unanswered)] if self.unanswered else found

    @cached_property
    def names_sections(self) -> bool:
        """Whether references say nothing without their section, since they start again in each or there are none."""
        refs = [self.whole_ref(row) for row in self.actions]
        return not all(refs) or len(set(refs)) < len(refs)

    @property
    def disagreeing(self) -> list[Declared]:
        """The declared totals that are not those counted."""
        return [each for each in self.declared if not each.agrees]

    @cached_property
    def _where(self) -> dict[int, tuple[PlanSection, PlanObjective]]:
        return {
            row.pk: (section, objective)
            for section in self.sections
            for objective in section.objectives
            for row in objective.rows
        }

    def whole_ref(self, row: PlanRow) -> str:
        """The reference of an action where it stands outside its section: a letter alone says nothing there."""
        section, objective = self._where[row.pk]
        return row.ref if objective.ref else f"{section.ref} {row.ref}".strip()

    def place_in_words(self, row: PlanRow) -> str:
        """What its whole reference does not say of where an action stands; empty where it says enough."""
        if not self.names_sections:
            return ""
        section, objective = self._where[row.pk]
        in_section = sum(self.whole_ref(each) == self.whole_ref(row) for each in section.rows if each.rag)
        parts = (section.heading, objective.text if in_section > 1 else "")
        return ": ".join(textwrap.shorten(part, LONGEST_PLACE, placeholder="…") for part in parts if part)

    @cached_property
    def ref_kind(self) -> str:
        """How wide the column of references is: a long word in one would be broken in the usual width."""
        words = [word for row in self.rows for word in row.ref.split()]
        return "narrow" if any(len(word) > LONGEST_REF_WORD for word in words) else "ref"

    @cached_property
    def has_rag(self) -> bool:
        """Whether anybody has stated a RAG; where nobody has, a column of "not stated" would say nothing."""
        return any(row.rag is not Rag.NOT_STATED for row in self.actions)

    @cached_property
    def has_owners(self) -> bool:
        return any(row.owners for row in self.rows)

    @cached_property
    def has_partners(self) -> bool:
        return any(row.partners for row in self.rows)

    @property
    def people_heading(self) -> str:
        """The heading of the column that says who does it."""
        if not self.has_partners:
            return _("Owner")
        return _("Owner and partners") if self.has_owners else _("Partners")

    @cached_property
    def has_outcomes(self) -> bool:
        """Whether any row says how success is measured; a column for nothing is left out."""
        return any(row.outcome_measure or row.milestones for row in self.rows)

    @cached_property
    def has_progress(self) -> bool:
        """Whether any row has progress or a reason to tell."""
        return any(row.progress or row.progress_on or row.rag_reason for row in self.rows)

    @property
    def is_wide(self) -> bool:
        """Whether the tables have so many columns that their pages lie down."""
        return self.has_outcomes or self.has_progress

    @cached_property
    def marks_rows(self) -> bool:
        """Whether rows say that they are OFFICIAL-SENSITIVE; where all are, the head of the page says so."""
        return any(not row.is_sensitive for row in self.rows)

    @property
    def column_count(self) -> int:
        return 4 + self.has_outcomes + self.has_progress + self.has_rag

    @property
    def file_stem(self) -> str:
        name = f"{slugify(self.title)[:80] or 'plan'}-{self.as_of.isoformat()}"
        return f"{name}-public" if self.is_public else name

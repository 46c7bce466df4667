"""The plan as a paper: one builder does all the queries, one dataclass feeds preview, PDF and spreadsheet.

The public edition is built from another queryset, the rows that are not OFFICIAL-SENSITIVE. Of the others only their
number is read, also where the viewer may not see them, so that the paper can say how much it leaves out. It prints
posts, not names: of the people who answer for actions in the authority's plans not even where a text mentions them.
"""

import dataclasses
import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from prevent_portal.documents import Cover, KeyFigure, RagBar, Sheet, rag_bar, render_pdf, write_workbook
from prevent_portal.models import Marking, Organisation

from .models import RAG_LABELS, Action, Assignment, Objective, ObjectiveBenchmark, Owner, Plan, Remark, Section
from .rules import DUE_SOON_DAYS, Rag, differs_from_dates

RAG_WORDS = {
    Rag.GREEN: _lazy("Green"),
    Rag.AMBER: _lazy("Amber"),
    Rag.RED: _lazy("Red"),
    Rag.BLUE: _lazy("Complete"),
    Rag.NOT_STATED: _lazy("Not stated"),
}
"""The RAG in one word, for tables; the summary sheet says what each means."""

LISTED_AT_MOST = 25
"""The summary sheet's lists are cut there: every action is in the tables that follow."""

LONG_ROW_LINES = 17
"""A row that may be longer than this (half a page) is allowed to break, so that it leaves no gap before it."""

_CHARACTERS_PER_LINE = {"band": 130, "action": 36, "people": 21, "dates": 12, "text": 23}
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
        """Whether the row may be longer than half a page."""
        cells = (
            ("action", (self.action, *self.further_steps, ", ".join(self.partners), self.resources)),
            ("people", self.owners),
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
class PlanReport:
    """Everything that the papers of one plan say, as at `as_of`."""

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
        facts = [(_("State"), self.state)]
        if self.updated_on:
            facts.append((_("Plan updated"), date_format(self.updated_on, "j F Y")))
        facts.append((_("Edition"), self.edition_in_words))
        return Cover(self.title, self.authority, self.as_of, self.period, self.marking, facts)

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
    def bar(self) -> RagBar:
        return rag_bar([(rag.value, str(RAG_LABELS[rag]), count) for rag, count in self.rag_counts])

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
    def names_sections(self) -> bool:
        """Whether references say nothing without their section, since they start again in each or there are none."""
        refs = [row.ref for section in self.sections for row in section.rows]
        return not all(refs) or len(set(refs)) < len(refs)

    @property
    def disagreeing(self) -> list[Declared]:
        """The declared totals that are not those counted."""
        return [each for each in self.declared if not each.agrees]

    @property
    def has_outcomes(self) -> bool:
        """Whether any row says how success is measured; a column for nothing is left out."""
        return any(row.outcome_measure or row.milestones for s in self.sections for row in s.rows)

    @property
    def has_progress(self) -> bool:
        """Whether any row has progress or a reason to tell."""
        return any(row.progress or row.progress_on or row.rag_reason for s in self.sections for row in s.rows)

    @property
    def marks_rows(self) -> bool:
        """Whether rows say that they are OFFICIAL-SENSITIVE; where all are, the head of the page says so."""
        return any(not row.is_sensitive for section in self.sections for row in section.rows)

    @property
    def column_count(self) -> int:
        return 5 + self.has_outcomes + self.has_progress

    @property
    def file_stem(self) -> str:
        name = f"{slugify(self.title)[:80] or 'plan'}-{self.as_of.isoformat()}"
        return f"{name}-public" if self.is_public else name


def due_soon_in_words() -> str:
    """The heading of what is due soon: "Due within 30 days"."""
    return _("Due within %d days") % DUE_SOON_DAYS


def build_plan_report(plan: Plan, *, as_of: dt.date) -> PlanReport:
    """The full edition: every row of the plan that the current viewer may see, with names."""
    return _Builder(plan, as_of, Edition.FULL, narrowed=lambda rows: rows, named=str).build()


def build_public_plan_report(plan: Plan, *, as_of: dt.date) -> PlanReport:
    """The public edition: no OFFICIAL-SENSITIVE row, posts instead of people, and how many actions are left out."""
    narrowed, named = (lambda rows: rows.official()), (lambda owner: owner.public_name)
    report = _Builder(plan, as_of, Edition.PUBLIC, narrowed=narrowed, named=named).build()
    return _without_names(report, plan.organisation)


def _without_names(report: PlanReport, organisation: Organisation) -> PlanReport:
    """The report with posts in place of the names that people have typed into its texts."""
    # Below the manager: whoever makes the paper, it must name nobody. A name of one word may be any word. Of two
    # entries for one name, the one with a post comes last and counts.
    people = QuerySet(Owner).filter(organisation=organisation, kind=Owner.Kind.PERSON, name__contains=" ")
    people = people.order_by("post")
    posts = {" ".join(owner.name.casefold().split()): owner.public_name for owner in people}
    if not posts:
        return report
    # The longest first: "Sam Lee Whitlock" before "Sam Lee".
    names = (r"\s+".join(map(re.escape, name.split())) for name in sorted(posts, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)

    def post(match: re.Match[str]) -> str:
        return posts.get(" ".join(match[0].casefold().split()), _("An officer"))

    def cleaned(value: Any) -> Any:
        if type(value) is str:
            return pattern.sub(post, value)
        if isinstance(value, tuple):
            return tuple(map(cleaned, value))
        if dataclasses.is_dataclass(value):
            fields = {each.name: cleaned(getattr(value, each.name)) for each in dataclasses.fields(value)}
            return dataclasses.replace(value, **fields)
        return value

    return cleaned(report)


@dataclass(frozen=True)
class _Builder:
    """Reads a plan in a constant number of queries. `narrowed` says which rows, `named` how a person is called."""

    plan: Plan
    as_of: dt.date
    edition: Edition
    narrowed: Callable[[QuerySet], QuerySet]
    named: Callable[[Owner], str]

    def _rows_of(self, model: type) -> QuerySet:
        return self.narrowed(model.objects.filter(plan=self.plan))

    def build(self) -> PlanReport:
        plan = self.plan
        actions = list(self._rows_of(Action).for_table(self.as_of))
        objectives = self._objectives()
        remarks = list(self._rows_of(Remark).order_by("position", "pk"))
        hidden = self._hidden_actions(actions)
        sections = self._sections(objectives, actions, remarks, hidden)
        rows = [row for section in sections for row in section.rows if row.rag]
        pending = sorted((r for r in rows if r.computed_rag is not Rag.BLUE and r.due_on), key=lambda r: r.due_on)
        counts = {rag: sum(1 for row in rows if row.rag is rag) for rag in Rag}
        is_public = self.edition is Edition.PUBLIC
        left_out, besides = sum(hidden.values()), self._hidden_besides(objectives, remarks)
        # Of a plan that is sensitive as a whole nothing is public, its own words included.
        is_withheld = is_public and plan.marking == Marking.OFFICIAL_SENSITIVE
        return PlanReport(
            edition=self.edition,
            as_of=self.as_of,
            title=_("Prevent action plan") if is_withheld else plan.title,
            authority=plan.organisation.name,
            period=period_in_words(plan),
            marking=_highest_marking([plan, *objectives, *actions, *remarks] if not is_public else []),
            state=str(plan.get_state_display()) if is_withheld else state_in_words(plan),
            updated_on=plan.updated_on,
            aim="" if is_withheld else plan.aim,
            introduction="" if is_withheld else plan.introduction,
            objective_count=len(objectives),
            action_count=len(rows),
            rag_counts=tuple(counts.items()),
            # The declared totals are of the whole plan: beside a part of it they would mislead.
            declared=() if is_public or left_out else _declared(plan, counts),
            sections=sections,
            overdue=tuple(row for row in pending if row.due_on < self.as_of),
            due_soon=tuple(row for row in pending if 0 <= (row.due_on - self.as_of).days <= DUE_SOON_DAYS),
            differing=tuple(row for row in rows if row.differs),
            left_out=left_out,
            left_out_besides=besides,
            is_withheld=is_withheld,
        )

    def _objectives(self) -> list[Objective]:
        return list(
            self._rows_of(Objective)
            .select_related("recommendation")
            .prefetch_related(
                Prefetch("assignments", Assignment.objects.filter(action=None).select_related("owner")),
                "targetdates",
                Prefetch("benchmark_links", ObjectiveBenchmark.objects.select_related("benchmark")),
            )
            .order_by("position", "pk")
        )

    def _hidden_actions(self, shown: Sequence[Action]) -> Counter[int]:
        """How many actions of each objective are not shown."""
        # Below the manager, which would hide them from an elected member: only numbers come of it.
        every = QuerySet(Action).filter(plan=self.plan).values_list("objective_id", flat=True)
        return Counter(every) - Counter(action.objective_id for action in shown)

    def _hidden_besides(self, objectives: Sequence[Objective], remarks: Sequence[Remark]) -> int:
        """How many objectives without actions, and remarks, are not shown."""
        seen = {objective.pk for objective in objectives}
        bare = QuerySet(Objective).filter(plan=self.plan, actions=None).values_list("pk", flat=True)
        return sum(pk not in seen for pk in bare) + QuerySet(Remark).filter(plan=self.plan).count() - len(remarks)

    def _sections(
        self,
        objectives: Sequence[Objective],
        actions: Sequence[Action],
        remarks: Sequence[Remark],
        hidden: Counter[int],
    ) -> tuple[PlanSection, ...]:
        actions_of, objectives_of, remarks_of = defaultdict(list), defaultdict(list), defaultdict(list)
        for action in actions:
            actions_of[action.objective_id].append(action)
        for remark in remarks:
            is_pointer = remark.kind == Remark.Kind.POINTER
            marking = self._marking(remark)
            remarks_of[remark.section_id].append(PlanRemark(is_pointer, remark.text, remark.points_to, marking))
        sections = {s.pk: s for s in self._rows_of(Section).select_related("benchmark").order_by("position", "pk")}
        for each in objectives:
            objective = self._objective(sections[each.section_id], each, actions_of[each.pk], hidden[each.pk])
            objectives_of[each.section_id].append(objective)
        hidden_in = self._hidden_by_section(hidden)
        return tuple(
            PlanSection(
                ref=section.ref,
                title=section.title,
                introduction=section.introduction,
                benchmark=str(section.benchmark) if section.benchmark else "",
                remarks=tuple(remarks_of[section.pk]),
                objectives=tuple(objectives_of[section.pk]),
                left_out=hidden_in[section.pk],
            )
            for section in sections.values()
        )

    def _hidden_by_section(self, hidden: Counter[int]) -> Counter[int]:
        found: Counter[int] = Counter()
        if hidden:
            # As above: an objective that is sensitive itself is not among those shown.
            for pk, section_id in QuerySet(Objective).filter(pk__in=hidden).values_list("pk", "section_id"):
                found[section_id] += hidden[pk]
        return found

    def _marking(self, *rows: Any) -> str:
        return _highest_marking([self.plan, *rows])

    def _objective(
        self, section: Section, objective: Objective, actions: Sequence[Action], left_out: int
    ) -> PlanObjective:
        # A benchmark that the section answers as a whole stands at its head.
        links = [link for link in objective.benchmark_links.all() if link.benchmark_id != section.benchmark_id]
        answers = [_("benchmark %s") % link.benchmark for link in links]
        if objective.recommendation:
            answers.append(str(objective.recommendation))
        return PlanObjective(
            ref=objective.ref,
            text=objective.text,
            tier=objective.tier,
            answers=tuple(answers),
            marking=self._marking(objective),
            left_out=left_out,
            rows=tuple(self._rows(str(section), objective, actions)),
        )

    def _rows(self, section: str, objective: Objective, actions: Sequence[Action]) -> list[PlanRow]:
        row_owners, row_partners = self._people(objective.assignments.all())
        row_dates = tuple(str(each) for each in objective.targetdates.all() if each.action_id is None)
        if not actions:
            return [
                PlanRow(
                    section=section, ref=objective.ref, letter="", action="", steps=(), owners=row_owners,
                    partners=row_partners, resources="", target_dates=row_dates, milestones=(),
                    outcome_measure=objective.outcome_measure, progress="", progress_on=None, rag=None,
                    computed_rag=None, rag_reason="", due_on=None, marking=self._marking(objective),
                )
            ]  # fmt: skip
        rows = []
        for index, action in enumerate(actions):
            owners, partners = self._people(action.assignments.all())
            latest = next(iter(action.progressupdates.all()), None)
            rows.append(
                PlanRow(
                    section=section,
                    ref=f"{objective.ref.rstrip('.')} {action.letter}".strip(),
                    letter=action.letter,
                    action=action.text,
                    steps=tuple(step.text for step in action.steps.all()),
                    owners=owners or row_owners,
                    partners=partners or row_partners,
                    resources=action.resources,
                    target_dates=tuple(str(each) for each in action.targetdates.all()) or row_dates,
                    outcome_measure=action.outcome_measure or (objective.outcome_measure if index == 0 else ""),
                    milestones=tuple(milestone.text for milestone in action.milestones.all()),
                    progress=latest.note if latest else "",
                    progress_on=latest.made_on if latest else None,
                    rag=action.rag,
                    computed_rag=Rag(action.computed_rag),
                    rag_reason=action.rag_reason,
                    due_on=action.due_on,
                    marking=self._marking(objective, action),
                )
            )
        return rows

    def _people(self, assignments: Sequence[Assignment]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(owners, the leading one first; partners), each named once."""
        ranked = sorted(assignments, key=lambda a: (a.role != Assignment.Role.LEAD, a.position, a.pk))
        owners = dict.fromkeys(self.named(a.owner) for a in ranked if a.role != Assignment.Role.PARTNER)
        partners = dict.fromkeys(self.named(a.owner) for a in ranked if a.role == Assignment.Role.PARTNER)
        return tuple(owners), tuple(partners)


def _declared(plan: Plan, counts: dict[Rag, int]) -> tuple[Declared, ...]:
    """One for each RAG in order and one for the total; none at all where the plan declares nothing."""
    declared = plan.declared
    if not declared:
        return ()
    by_rag = [Declared(str(RAG_LABELS[rag]), declared.get(rag.value), counts[rag]) for rag in Rag]
    return (*by_rag, Declared(_("All actions"), declared.get("total"), sum(counts.values())))


def _highest_marking(rows: Sequence[Any]) -> str:
    is_sensitive = any(row.marking == Marking.OFFICIAL_SENSITIVE for row in rows)
    return str((Marking.OFFICIAL_SENSITIVE if is_sensitive else Marking.OFFICIAL).label)


def period_in_words(plan: Plan) -> str:
    """The plan's period, as in "1 April 2026 to 31 March 2027"; empty where none is stated."""
    if plan.period_start and plan.period_end:
        return _("%(start)s to %(end)s") % {
            "start": date_format(plan.period_start, "j F Y"),
            "end": date_format(plan.period_end, "j F Y"),
        }
    if plan.period_start:
        return _("from %s") % date_format(plan.period_start, "j F Y")
    return _("until %s") % date_format(plan.period_end, "j F Y") if plan.period_end else ""


def state_in_words(plan: Plan) -> str:
    """The plan's state with when and where it was agreed, amended or closed."""
    if plan.state == Plan.State.DRAFT:
        return _("Draft, not agreed")
    agreed = _("Agreed on %(date)s by %(by)s") % {
        "date": date_format(plan.agreed_on, "j F Y") if plan.agreed_on else "–",
        "by": plan.agreed_by or "–",
    }
    if plan.state == Plan.State.AMENDED and plan.amended_on:
        return _("%(agreed)s; amended on %(date)s") % {
            "agreed": agreed, "date": date_format(plan.amended_on, "j F Y")
        }  # fmt: skip
    if plan.state == Plan.State.CLOSED and plan.closed_on:
        return _("%(agreed)s; closed on %(date)s") % {"agreed": agreed, "date": date_format(plan.closed_on, "j F Y")}
    return agreed


# Papers


def plan_pdf(report: PlanReport) -> bytes:
    """The paper as PDF/UA-1, landscape A4."""
    return render_pdf("plans/reports/plan.html", {"report": report, "cover": report.cover})


TABLE_COLUMNS = (
    "Section", "Ref", "Objective", "Tier", "Action ref", "Action", "Owners", "Partners", "Target date",
    "Outcome measure", "Milestones", "Progress", "RAG", "RAG by dates", "Reason", "Due", "Marking",
)  # fmt: skip
"""The spreadsheet's headings. They are what the import reads, so they stay in English."""

OPTIONAL_COLUMNS = ("Resourcing", "Answers")
"""Headings of columns that are left out where no row has anything in them; the import does not know them."""

_WIDTHS = (24, 8, 40, 16, 10, 50, 28, 28, 22, 34, 30, 44, 22, 22, 28, 16, 20, 24, 24)


def plan_workbook(report: PlanReport) -> bytes:
    """The paper's tables as an Excel file: the summary sheet, the plan, and its remarks."""
    summary_rows = [
        (_("Plan"), report.title),
        (_("Authority"), report.authority),
        (_("Period"), report.period),
        (_("As at"), report.as_of),
        (_("State"), report.state),
        (_("Marking"), report.marking),
        (_("Date of update"), report.updated_on),
        (_("Total number of actions"), report.action_count),
        *((str(RAG_LABELS[rag]), count) for rag, count in report.rag_counts),
        (_("Overdue"), len(report.overdue)),
        (due_soon_in_words(), len(report.due_soon)),
        (_("Edition"), report.edition_in_words),
    ]
    if report.is_public or not report.is_complete:
        summary_rows.append((_("Actions left out of this edition"), report.left_out))
    rows = [_cells(s, o, row) for s in report.sections for o in s.objectives for row in o.rows]
    columns = (*TABLE_COLUMNS, *OPTIONAL_COLUMNS)
    kept = [i for i, column in enumerate(columns) if column in TABLE_COLUMNS or any(row[i] for row in rows)]
    sheets = [
        Sheet(_("Summary"), (_("Figure"), _("Value")), summary_rows, (40, 60)),
        Sheet(
            _("Plan"),
            [columns[i] for i in kept],
            [[row[i] for i in kept] for row in rows],
            [_WIDTHS[i] for i in kept],
        ),
    ]
    remarks = [
        (s.heading, _("Pointer to another plan") if r.is_pointer else _("Statement"), r.text, r.points_to)
        for s in report.sections
        for r in s.remarks
    ]
    if remarks:
        sheets.append(Sheet(_("Remarks"), (_("Section"), _("Kind"), _("Text"), _("Points to")), remarks))
    return write_workbook(sheets, title=report.title)


def _cells(section: PlanSection, objective: PlanObjective, row: PlanRow) -> tuple:
    return (
        section.heading,
        objective.ref,
        objective.text,
        objective.tier,
        row.letter,
        "\n".join((row.action, *(f"• {step}" for step in row.further_steps))),
        "\n".join(row.owners),
        "\n".join(row.partners),
        "\n".join(row.target_dates),
        row.outcome_measure,
        "\n".join(row.milestones),
        row.progress,
        row.rag_label,
        row.computed_rag_label,
        row.rag_reason,
        row.due_on,
        row.marking,
        row.resources,
        "\n".join(objective.answers),
    )

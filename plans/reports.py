"""The plan as a paper: one builder does all the queries, one dataclass feeds preview, PDF and spreadsheet.

The public edition is built from another queryset, the rows that are not OFFICIAL-SENSITIVE; nothing else of them
is ever read. It prints posts, not names.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from prevent_portal.documents import Cover, KeyFigure, RagBar, Sheet, rag_bar, render_pdf, write_workbook
from prevent_portal.models import Marking, Organisation

from .models import RAG_LABELS, Action, Assignment, Objective, ObjectiveBenchmark, Owner, Plan, Remark, Section
from .rules import DUE_SOON_DAYS, Rag

LONG_ROW_CHARACTERS = 900
"""A row with more text than this in one cell may be longer than half a page and is allowed to break."""


class Edition(StrEnum):
    """Who a paper is for."""

    FULL = "full"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One action (or an objective that has none) as a row of the paper. Dates and names are text already."""

    ref: str
    objective_ref: str
    letter: str
    objective: str
    is_continued: bool
    tier: str
    action: str
    steps: tuple[str, ...]
    owners: tuple[str, ...]
    partners: tuple[str, ...]
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
    recommendation: str

    @property
    def rag_label(self) -> str:
        return str(RAG_LABELS[self.rag]) if self.rag else ""

    @property
    def computed_rag_label(self) -> str:
        return str(RAG_LABELS[self.computed_rag]) if self.computed_rag else ""

    @property
    def differs(self) -> bool:
        """Whether somebody has stated another RAG than the dates give, where both say something."""
        silent = {None, Rag.NOT_STATED}
        return self.rag not in silent and self.computed_rag not in silent and self.rag != self.computed_rag

    @property
    def rag_note(self) -> str:
        """What stands below the RAG in the table: the other one, and why they differ."""
        if not self.differs:
            return ""
        note = _("By its dates: %s.") % self.computed_rag_label
        return f"{note} {self.rag_reason}".strip()

    @property
    def is_long(self) -> bool:
        longest = max(len(text) for text in (self.objective, self.action, self.progress, self.outcome_measure))
        return longest > LONG_ROW_CHARACTERS


@dataclass(frozen=True, slots=True)
class PlanRemark:
    """A row that is no action."""

    is_pointer: bool
    text: str
    points_to: str


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section with its rows."""

    ref: str
    title: str
    introduction: str
    benchmark: str
    remarks: tuple[PlanRemark, ...]
    rows: tuple[PlanRow, ...]

    @property
    def heading(self) -> str:
        return f"{self.ref} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Declared:
    """A total that the plan's own summary sheet declares, beside the one counted."""

    label: str
    declared: int
    counted: int

    @property
    def agrees(self) -> bool:
        return self.declared == self.counted


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

    @property
    def is_public(self) -> bool:
        return self.edition is Edition.PUBLIC

    @property
    def cover(self) -> Cover:
        facts = [(_("State"), self.state)]
        if self.updated_on:
            facts.append((_("Plan updated"), date_format(self.updated_on, "j F Y")))
        facts.append((_("Edition"), _("Public") if self.is_public else _("Full")))
        return Cover(self.title, self.authority, self.as_of, self.period, self.marking, facts)

    @property
    def figures(self) -> list[KeyFigure]:
        return [
            KeyFigure(_("Objectives"), self.objective_count),
            KeyFigure(_("Actions"), self.action_count),
            KeyFigure(_("Complete"), dict(self.rag_counts)[Rag.BLUE]),
            KeyFigure(_("Overdue"), len(self.overdue)),
            KeyFigure(_("Due within %d days") % DUE_SOON_DAYS, len(self.due_soon)),
        ]

    @property
    def bar(self) -> RagBar:
        return rag_bar([(rag.value, str(RAG_LABELS[rag]), count) for rag, count in self.rag_counts])

    @property
    def file_stem(self) -> str:
        name = f"{slugify(self.title)[:80] or 'plan'}-{self.as_of.isoformat()}"
        return f"{name}-public" if self.is_public else name


def build_plan_report(plan: Plan, *, as_of: dt.date) -> PlanReport:
    """The full edition: every row of the plan that the current viewer may see, with names."""
    return _build(plan, as_of, Edition.FULL, lambda rows: rows, str)


def build_public_plan_report(plan: Plan, *, as_of: dt.date) -> PlanReport:
    """The public edition: no OFFICIAL-SENSITIVE row, posts instead of people, and how many actions are left out."""
    return _build(plan, as_of, Edition.PUBLIC, lambda rows: rows.official(), lambda owner: owner.public_name)


def _build(
    plan: Plan,
    as_of: dt.date,
    edition: Edition,
    narrowed: Callable[[QuerySet], QuerySet],
    named: Callable[[Owner], str],
) -> PlanReport:
    organisation: Organisation = plan.organisation
    actions = list(narrowed(Action.objects.filter(plan=plan)).for_table(as_of))
    objectives = list(
        narrowed(Objective.objects.filter(plan=plan))
        .select_related("recommendation")
        .prefetch_related(
            Prefetch("assignments", Assignment.objects.filter(action=None).select_related("owner")),
            "targetdates",
            Prefetch("benchmark_links", ObjectiveBenchmark.objects.select_related("benchmark")),
        )
        .order_by("position", "pk")
    )
    remarks = defaultdict(list)
    for remark in narrowed(Remark.objects.filter(plan=plan)).order_by("position", "pk"):
        remarks[remark.section_id].append(
            PlanRemark(remark.kind == Remark.Kind.POINTER, remark.text, remark.points_to)
        )
    by_objective = defaultdict(list)
    for action in actions:
        by_objective[action.objective_id].append(action)
    rows = defaultdict(list)
    for objective in objectives:
        rows[objective.section_id].extend(_rows(objective, by_objective[objective.pk], edition, named))
    sections = tuple(
        PlanSection(
            ref=section.ref,
            title=section.title,
            introduction=section.introduction,
            benchmark=str(section.benchmark) if section.benchmark else "",
            remarks=tuple(remarks[section.pk]),
            rows=tuple(rows[section.pk]),
        )
        for section in narrowed(Section.objects.filter(plan=plan))
        .select_related("benchmark")
        .order_by("position", "pk")
    )
    every_row = [row for section in sections for row in section.rows if row.rag]
    pending = [row for row in every_row if row.computed_rag is not Rag.BLUE and row.due_on]
    pending.sort(key=lambda row: row.due_on)
    counts = {rag: sum(1 for row in every_row if row.rag is rag) for rag in Rag}
    is_public = edition is Edition.PUBLIC
    # Of a plan that is sensitive as a whole nothing is public, its own words included.
    is_withheld = is_public and plan.marking == Marking.OFFICIAL_SENSITIVE
    return PlanReport(
        edition=edition,
        as_of=as_of,
        title=_("Prevent action plan") if is_withheld else plan.title,
        authority=organisation.name,
        period=period_in_words(plan),
        marking=str(Marking.OFFICIAL.label) if is_public else _highest_marking(plan, objectives, actions),
        state=state_in_words(plan),
        updated_on=plan.updated_on,
        aim="" if is_withheld else plan.aim,
        introduction="" if is_withheld else plan.introduction,
        objective_count=len(objectives),
        action_count=len(every_row),
        rag_counts=tuple(counts.items()),
        # The declared totals are of the whole plan; beside a part of it they would mislead, and give away the rest.
        declared=() if is_public else _declared(plan, counts),
        sections=sections,
        overdue=tuple(row for row in pending if row.due_on < as_of),
        due_soon=tuple(row for row in pending if 0 <= (row.due_on - as_of).days <= DUE_SOON_DAYS),
        differing=tuple(row for row in every_row if row.differs),
        left_out=Action.objects.filter(plan=plan).count() - len(actions),
    )


def _rows(
    objective: Objective, actions: Sequence[Action], edition: Edition, named: Callable[[Owner], str]
) -> list[PlanRow]:
    row_owners, row_partners = _people(objective.assignments.all(), named)
    row_dates = tuple(str(each) for each in objective.targetdates.all() if each.action_id is None)
    recommendation = str(objective.recommendation) if objective.recommendation else ""
    common = {
        "objective_ref": objective.ref,
        "objective": objective.text,
        "tier": objective.tier,
        "recommendation": recommendation,
    }
    if not actions:
        return [
            PlanRow(
                **common, ref=objective.ref, letter="", is_continued=False, action="", steps=(), owners=row_owners,
                partners=row_partners, target_dates=row_dates, outcome_measure=objective.outcome_measure,
                milestones=(), progress="", progress_on=None, rag=None, computed_rag=None, rag_reason="",
                due_on=None, marking=str(objective.get_marking_display()),
            )
        ]  # fmt: skip
    rows = []
    for index, action in enumerate(actions):
        owners, partners = _people(action.assignments.all(), named)
        latest = next(iter(action.progressupdates.all()), None)
        is_sensitive = Marking.OFFICIAL_SENSITIVE in (action.marking, objective.marking)
        rows.append(
            PlanRow(
                **common,
                ref=f"{objective.ref.rstrip('.')} {action.letter}".strip(),
                letter=action.letter,
                is_continued=index > 0,
                action=action.text,
                steps=tuple(step.text for step in action.steps.all()),
                owners=owners or row_owners,
                partners=partners or row_partners,
                target_dates=tuple(str(each) for each in action.targetdates.all()) or row_dates,
                outcome_measure=action.outcome_measure or (objective.outcome_measure if index == 0 else ""),
                milestones=tuple(milestone.text for milestone in action.milestones.all()),
                progress=latest.note if latest else "",
                progress_on=latest.made_on if latest else None,
                rag=action.rag,
                computed_rag=Rag(action.computed_rag),
                rag_reason=action.rag_reason,
                due_on=action.due_on,
                marking=str((Marking.OFFICIAL_SENSITIVE if is_sensitive else Marking.OFFICIAL).label),
            )
        )
    return rows


def _people(assignments, named: Callable[[Owner], str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(owners, the leading one first; partners), each named once."""
    ranked = sorted(assignments, key=lambda a: (a.role != Assignment.Role.LEAD, a.position, a.pk))
    owners = dict.fromkeys(named(a.owner) for a in ranked if a.role != Assignment.Role.PARTNER)
    partners = dict.fromkeys(named(a.owner) for a in ranked if a.role == Assignment.Role.PARTNER)
    return tuple(owners), tuple(partners)


def _declared(plan: Plan, counts: dict[Rag, int]) -> tuple[Declared, ...]:
    declared = plan.declared
    counted = {"total": sum(counts.values())} | {rag.value: count for rag, count in counts.items()}
    labels = {"total": _("Actions")} | {rag.value: str(RAG_LABELS[rag]) for rag in Rag}
    return tuple(Declared(labels[name], number, counted[name]) for name, number in declared.items())


def _highest_marking(plan: Plan, objectives: Sequence[Objective], actions: Sequence[Action]) -> str:
    markings = {plan.marking, *(o.marking for o in objectives), *(a.marking for a in actions)}
    highest = Marking.OFFICIAL_SENSITIVE if Marking.OFFICIAL_SENSITIVE in markings else Marking.OFFICIAL
    return str(highest.label)


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

_WIDTHS = (24, 8, 40, 16, 10, 50, 28, 28, 22, 34, 30, 44, 22, 22, 28, 16, 20)


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
        (_("Due within %d days") % DUE_SOON_DAYS, len(report.due_soon)),
    ]
    if report.is_public:
        summary_rows.append((_("Actions left out of this edition"), report.left_out))
    sheets = [
        Sheet(_("Summary"), (_("Figure"), _("Value")), summary_rows, (40, 60)),
        Sheet(_("Plan"), TABLE_COLUMNS, [_cells(s, row) for s in report.sections for row in s.rows], _WIDTHS),
    ]
    remarks = [
        (s.heading, _("Pointer to another plan") if r.is_pointer else _("Statement"), r.text, r.points_to)
        for s in report.sections
        for r in s.remarks
    ]
    if remarks:
        sheets.append(Sheet(_("Remarks"), (_("Section"), _("Kind"), _("Text"), _("Points to")), remarks))
    return write_workbook(sheets, title=report.title)


def _cells(section: PlanSection, row: PlanRow) -> tuple:
    return (
        section.heading,
        row.objective_ref,
        row.objective,
        row.tier,
        row.letter,
        "\n".join((row.action, *(f"• {step}" for step in row.steps if step not in row.action))),
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
    )

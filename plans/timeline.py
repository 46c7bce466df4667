"""A plan's actions along its time: where each mark stands, in the units of the drawing.

A drawing is `WIDTH` units wide however wide the screen is. Whatever is drawn is said in the table below it as well.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max, Min
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Action, Plan, Section, TargetDate
from .querysets import ActionOutline
from .rules import KINDS_THAT_FALL_DUE, DateKind, Rag
from .table_groups import Part

WIDTH = 1000
LEFT, RIGHT = 316, 986
"""Where the axis begins and ends; to its left stand the actions' names."""

TOP, ROW = 52, 30
"""Above the first row stand the months; each row is so high."""

ROWS_PER_DRAWING = 16
"""A section with more is drawn in parts, each of which fits on a sheet of paper with its heading."""

HALF_MARK = 10
NAME_CHARACTERS = 48
TEXT_CHARACTERS = 90
UNITS_PER_CHARACTER = 6.4
"""Of the letters beside a mark, on the safe side: what does not fit to the right of it stands to the left."""

MONTHS_ONE_BY_ONE, MONTHS_BY_QUARTER = 18, 60
"""Up to so many months the axis counts months, up to so many quarters, then years."""

BEYOND_PERIOD = dt.timedelta(days=2 * 365)
"""A date further outside the period than this stands at the edge: one slip of the hand would squeeze all the rest."""

TODAY_NEARBY = dt.timedelta(days=365)
"""The axis reaches to today if today is no further away than this."""

HEAT_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a month, quarter or year begins, and what is written above it."""

    starts_on: dt.date
    x: float
    label: str
    year: str
    """Empty where it is the year of the tick before."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that is drawn, in whole months; `ends_on` is the first day after it."""

    starts_on: dt.date
    ends_on: dt.date
    today: dt.date
    months_per_tick: int

    def x(self, on: dt.date) -> float:
        """Where a day stands; the nearest edge for days that are not drawn."""
        share = (on - self.starts_on) / (self.ends_on - self.starts_on)
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0), 1), 1)

    @property
    def today_x(self) -> float | None:
        """Where today's line stands; None where today is not drawn."""
        return self.x(self.today) if self.starts_on <= self.today < self.ends_on else None

    @property
    def today_anchor(self) -> str:
        """On which side of its line the word "today" begins, so that it stays in the drawing."""
        x = self.today_x or LEFT
        return "start" if x < LEFT + 100 else "end" if x > RIGHT - 100 else "middle"

    @property
    def ticks(self) -> list[Tick]:
        """What the axis counts, from its first day on."""
        found, on, year = [], self.starts_on, None
        while on < self.ends_on:
            label = "" if self.months_per_tick == 12 else date_format(on, "M")
            found.append(Tick(on, self.x(on), label, "" if on.year == year else str(on.year)))
            year, on = on.year, _months_on(on, self.months_per_tick)
        return found


def _first_of_month(on: dt.date) -> dt.date:
    return on.replace(day=1)


def _months_on(first: dt.date, months: int) -> dt.date:
    whole = first.year * 12 + first.month - 1 + months
    return dt.date(whole // 12, whole % 12 + 1, 1)


def axis_of(plan: Plan, *, today: dt.date) -> Axis | None:
    """The plan's period with the dates outside it; None where nothing has a date. One query."""
    dated = TargetDate.objects.filter(objective__plan=plan).aggregate(first=Min("on"), last=Max("on"))
    period = [on for on in (plan.period_start, plan.period_end) if on]
    dates = [on for on in dated.values() if on]
    if not period and not dates:
        return None
    if period:
        earliest, latest = min(period) - BEYOND_PERIOD, max(period) + BEYOND_PERIOD
        dates = [min(max(on, earliest), latest) for on in dates]
    days = [*period, *dates]
    if min(days) - TODAY_NEARBY <= today <= max(days) + TODAY_NEARBY:
        days.append(today)
    starts_on, ends_on = _first_of_month(min(days)), _months_on(_first_of_month(max(days)), 1)
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    if months <= MONTHS_ONE_BY_ONE:
        return Axis(starts_on, ends_on, today, 1)
    # Quarters begin in January, April, July and October, years in January.
    step = 3 if months <= MONTHS_BY_QUARTER else 12
    return Axis(_months_on(starts_on, -((starts_on.month - 1) % step)), ends_on, today, step)


@dataclass(frozen=True, slots=True)
class Mark:
    """A target date on the axis."""

    x: float
    is_met: bool
    is_due: bool
    """Whether it falls due; others are days that the plan names without asking for anything by then."""

    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """From the day on which an action starts to the day by which it is due, or on and on."""

    x: float
    width: float
    is_open: bool


@dataclass(slots=True)
class TimelineRow:
    """An action, drawn and in words."""

    action: Action
    dates: list[TargetDate]
    of_whole_row: bool
    """Whether the dates are those of the objective, because the action has none of its own."""

    days_overdue: int = 0
    y: float = 0
    marks: list[Mark] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    recurs_from: float | None = None
    overdue_to: float | None = None
    text: str = ""
    text_x: float = LEFT + 6
    text_anchor: str = "start"

    @property
    def name(self) -> str:
        """The beginning of the action, for the left of the drawing."""
        return Truncator(f"{self.action.ref} {self.action.text}".strip()).chars(NAME_CHARACTERS)

    @property
    def starts(self) -> list[TargetDate]:
        return [each for each in self.dates if each.kind == DateKind.START]

    @property
    def ends(self) -> list[TargetDate]:
        return [each for each in self.dates if each.kind != DateKind.START]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows of a section below an axis of their own."""

    rows: list[TimelineRow]
    number: int

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.rows) + 6

    @property
    def overdue_count(self) -> int:
        return sum(1 for row in self.rows if row.days_overdue)


@dataclass(slots=True)
class TimelineSection:
    """A section's rows, and the drawings of them."""

    section: Section
    is_continued: bool
    rows: list[TimelineRow] = field(default_factory=list)

    @property
    def drawings(self) -> list[Drawing]:
        """The rows in parts that can be taken in at once."""
        starts = range(0, len(self.rows), ROWS_PER_DRAWING)
        return [Drawing(self.rows[at : at + ROWS_PER_DRAWING], number) for number, at in enumerate(starts, start=1)]


def sections_of(parts: list[Part], axis: Axis | None, *, today: dt.date) -> list[TimelineSection]:
    """What a page of the timeline shows; three queries however much it is."""
    lines = [line.action for part in parts for line in part.lines if line.action]
    actions = {each.pk: each for each in Action.objects.filter(pk__in=[o.pk for o in lines]).for_timeline(today)}
    of_row: dict[int, list[TargetDate]] = defaultdict(list)
    rows = TargetDate.objects.filter(objective__in={each.objective_id for each in lines}, action=None)
    for target in rows.order_by("position", "pk"):
        of_row[target.objective_id].append(target)
    sections = []
    for part in parts:
        section = TimelineSection(part.group.section, part.is_continued)
        for line in part.lines:
            action = actions[line.action.pk]
            own = list(action.targetdates.all())
            row = TimelineRow(action, own or of_row[action.objective_id], of_whole_row=not own)
            row.y = TOP + ROW * (len(section.rows) % ROWS_PER_DRAWING) + ROW / 2
            if action.due_on and action.due_on < today and not line.action.is_complete:
                row.days_overdue = (today - action.due_on).days
            if axis is not None:
                _draw(row, axis, is_complete=line.action.is_complete)
            section.rows.append(row)
        sections.append(section)
    return sections


def _draw(row: TimelineRow, axis: Axis, *, is_complete: bool) -> None:
    dated = [each for each in row.dates if each.on]
    due = [each for each in dated if each.kind in KINDS_THAT_FALL_DUE]
    for target in dated:
        if target.kind == DateKind.START:
            ends = [each.on for each in due if each.on > target.on]
            left, right = axis.x(target.on), axis.x(min(ends)) if ends else RIGHT
            row.bars.append(Bar(left, round(max(right - left, 1), 1), is_open=not ends))
        else:
            is_met, is_due = target.met_on is not None, target.kind in KINDS_THAT_FALL_DUE
            is_late = bool(row.days_overdue) and is_due and not is_met and target.on < axis.today
            row.marks.append(Mark(axis.x(target.on), is_met, is_due, is_late))
        if target.kind == DateKind.RECURRING and not is_complete:
            row.recurs_from = axis.x(target.on)
    if row.days_overdue and axis.today_x is not None:
        row.overdue_to = axis.today_x
    row.text = _in_words(row, due)
    edges = [mark.x for mark in row.marks] + [bar.x for bar in row.bars]
    if row.overdue_to is not None:
        edges.append(row.overdue_to)
    if not edges:
        return
    width = UNITS_PER_CHARACTER * len(row.text)
    if max(edges) + HALF_MARK + 6 + width <= RIGHT:
        row.text_x = round(max(edges) + HALF_MARK + 6, 1)
    else:
        row.text_x, row.text_anchor = round(min(edges) - HALF_MARK - 6, 1), "end"


def _in_words(row: TimelineRow, due: list[TargetDate]) -> str:
    if not row.dates:
        return _("No date")
    if not any(each.on for each in row.dates):
        return _("No date: %(text)s") % {
            "text": Truncator("; ".join(str(each) for each in row.dates)).chars(TEXT_CHARACTERS)
        }
    text = date_format(row.action.due_on or max(each.on for each in due or row.dates if each.on), "j F Y")
    if not due:
        return _("from %(on)s") % {"on": text} if row.starts else text
    if row.days_overdue:
        late = ngettext("%(days)s day overdue", "%(days)s days overdue", row.days_overdue) % {"days": row.days_overdue}
        return f"{text}, {late}"
    return _("%(on)s, then again") % {"on": text} if row.recurs_from is not None else text


@dataclass(frozen=True, slots=True)
class HeatCell:
    """How many open actions of a section are due in one stretch of the axis."""

    count: int
    level: int
    """From 0 (none) to `HEAT_LEVELS` (the most anywhere)."""

    label: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A section at a glance."""

    section: Section
    total: int
    overdue: int
    undated: int
    complete: int
    cells: list[HeatCell]


def heat_of(sections: Iterable[Section], outlines: list[ActionOutline], axis: Axis) -> list[HeatRow]:
    """For each section with any of these actions, how many open ones are due when."""
    ticks = axis.ticks
    starts = [tick.starts_on for tick in ticks]
    labels = [date_format(on, "Y" if axis.months_per_tick == 12 else "F Y") for on in starts]
    now = _stretch(starts, axis.today) if axis.today_x is not None else None
    due: dict[int, Counter[int]] = defaultdict(Counter)
    totals, overdue, undated, complete = Counter(), Counter(), Counter(), Counter()
    for each in outlines:
        key = each.section_id
        totals[key] += 1
        if each.is_complete:
            complete[key] += 1
        elif each.due_on is None:
            undated[key] += 1
        else:
            overdue[key] += each.due_on < axis.today
            due[key][_stretch(starts, each.due_on)] += 1
    most = max((count for of_section in due.values() for count in of_section.values()), default=1)
    return [
        HeatRow(
            section,
            totals[section.pk],
            overdue[section.pk],
            undated[section.pk],
            complete[section.pk],
            [
                HeatCell(count, -(-count * HEAT_LEVELS // most), label, number == now)
                for number, label in enumerate(labels)
                for count in (due[section.pk][number],)
            ],
        )
        for section in sections
        if totals[section.pk]
    ]


def _stretch(starts: list[dt.date], on: dt.date) -> int:
    """Into which stretch of the axis a day falls; the first or last for days beyond it."""
    return max(sum(1 for each in starts if each <= on) - 1, 0)


def rags_shown(sections: list[TimelineSection]) -> list[Rag]:
    """The RAGs that the drawings need a key for."""
    shown = {row.action.rag for section in sections for row in section.rows}
    return [rag for rag in Rag if rag in shown]

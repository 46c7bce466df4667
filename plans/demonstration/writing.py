"""Writes the demonstration's plans: a constant number of queries for each kind of row of an authority."""

import datetime as dt
import string
from dataclasses import dataclass, field

from benchmarks.models import Benchmark
from plans.history import written_anew
from plans.models import (
    Action,
    Assignment,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from plans.rules import KINDS_THAT_FALL_DUE, Rag
from plans.services import agree_plan, amend_plan, close_plan
from prevent_portal.models import Marking, Organisation, Recommendation, User
from prevent_portal.scoping import acting_for

from .shapes import Act, Council, Part, PlanText, Row, When

MONTHS_IN_QUARTER = 3
# Parents first: a row's parent has its key when the row is inserted.
MODELS_PARENTS_FIRST = (
    Section, Remark, Objective, ObjectiveBenchmark, Action, Assignment, TargetDate, Step, Milestone, ProgressUpdate,
)  # fmt: skip


def period(today: dt.date, years_ago: int) -> tuple[dt.date, dt.date]:
    """The twelve months from the quarter before the last one on, or the same months of an earlier year.

    A plan's year is April to March in most councils; sliding by quarters keeps six to nine months of work behind
    every day of the year and three to six before it.
    """
    quarter = (today.year * 12 + today.month - 1) // MONTHS_IN_QUARTER - 2
    year, month = divmod(quarter * MONTHS_IN_QUARTER, 12)
    start = dt.date(year - years_ago, month + 1, 1)
    return start, start.replace(year=start.year + 1) - dt.timedelta(days=1)


def years(start: dt.date, end: dt.date) -> str:
    """The period as a title names it: "2026-27", or "2026" for a calendar year."""
    return f"{start.year}-{end:%y}" if end.year > start.year else str(start.year)


@dataclass
class Writer:
    """Writes one council's plans as its coordinator would have."""

    organisation: Organisation
    council: Council
    today: dt.date
    users: dict[str, User]
    benchmarks: dict[tuple[str, int], Benchmark]
    owners: dict[str, Owner] = field(default_factory=dict)
    recommendations: dict[tuple[str, int], Recommendation] = field(default_factory=dict)
    rows: dict[type, list] = field(default_factory=lambda: {model: [] for model in MODELS_PARENTS_FIRST})

    def write(self) -> None:
        with acting_for(self.organisation):
            self._write_owners()
            self._write_recommendations()
            plans = [(self._add_plan(text), text) for text in self.council.plans]
            with written_anew(self.rows[Action]):
                for model, rows in self.rows.items():
                    model.objects.bulk_create(rows)
            for plan, text in plans:
                self._set_state(plan, text)

    def _write_owners(self) -> None:
        bodies = {organisation.slug: organisation for organisation in Organisation.objects.all()}
        for key, who in self.council.people.items():
            self.owners[key] = Owner(
                organisation=self.organisation,
                kind=who.kind,
                name=who.name,
                post=who.post,
                user=self.users[who.account] if who.account else None,
                body=bodies[who.body] if who.body else None,
                left_on=None if who.left_days_ago is None else self.today - dt.timedelta(days=who.left_days_ago),
            )
        Owner.objects.bulk_create(self.owners.values())

    def _write_recommendations(self) -> None:
        for each in self.council.recommendations:
            exercise = self._named_years(each.exercise, years_ago=1)
            self.recommendations[each.exercise, each.number] = Recommendation(
                organisation=self.organisation, exercise=exercise, number=each.number, total=each.total, text=each.text
            )
        Recommendation.objects.bulk_create(self.recommendations.values())

    def _named_years(self, text: str, years_ago: int) -> str:
        return text.replace("{years}", years(*period(self.today, years_ago)))

    def _add(self, model: type, **values):
        row = model(organisation=self.organisation, **values)
        self.rows[model].append(row)
        return row

    def _add_plan(self, text: PlanText) -> Plan:
        start, end = period(self.today, text.years_ago)
        self._anchor = self.today if text.years_ago == 0 else min(end, self.today)
        plan = Plan(
            organisation=self.organisation,
            title=self._named_years(text.title, text.years_ago),
            period_start=start if text.has_period else None,
            period_end=end if text.has_period else None,
            aim=text.aim,
            introduction=text.introduction,
            marking=self._marking(text.sensitive),
            updated_on=self._day(text.updated_days),
            **{f"declared_{name}": number for name, number in text.declared.items()},
        )
        plan.full_clean()
        plan.save()
        for position, part in enumerate(text.parts):
            self._add_section(plan, text, position, part)
        return plan

    def _day(self, days: int | None) -> dt.date | None:
        return None if days is None else self._anchor + dt.timedelta(days=days)

    @staticmethod
    def _marking(is_sensitive: bool) -> str:
        return Marking.OFFICIAL_SENSITIVE if is_sensitive else Marking.OFFICIAL

    def _add_section(self, plan: Plan, text: PlanText, position: int, part: Part) -> None:
        section = self._add(
            Section,
            plan=plan,
            position=position,
            ref=part.ref,
            title=part.title,
            introduction=part.introduction,
            benchmark=self.benchmarks[text.framework, part.benchmark] if part.benchmark else None,
        )
        for index, row in enumerate(part.rows):
            self._add_row(plan, text, section, index, row)
        for index, note in enumerate(part.notes):
            self._add(
                Remark,
                plan=plan,
                section=section,
                position=index,
                kind=Remark.Kind.POINTER if note.points_to else Remark.Kind.STATEMENT,
                text=note.text,
                points_to=note.points_to,
            )

    def _add_row(self, plan: Plan, text: PlanText, section: Section, position: int, row: Row) -> None:
        objective = self._add(
            Objective,
            plan=plan,
            section=section,
            position=position,
            ref=row.ref,
            text=row.text,
            tier=row.tier,
            outcome_measure=row.outcome,
            marking=self._marking(row.sensitive),
            recommendation=self.recommendations[text.exercise, row.recommendation] if row.recommendation else None,
        )
        for number in row.benchmarks:
            self._add(ObjectiveBenchmark, objective=objective, benchmark=self.benchmarks[text.framework, number])
        self._assign(row, objective=objective)
        self._add_dates(row.dates, completed_on=None, objective=objective)
        for index, act in enumerate(row.actions):
            # Two actions of one row must be told apart; a single one needs no letter.
            letter = act.letter or (string.ascii_lowercase[index] if len(row.actions) > 1 else "")
            self._add_action(plan, objective, index, act, letter)

    def _add_action(self, plan: Plan, objective: Objective, position: int, act: Act, letter: str) -> None:
        last = act.said[-1] if act.said else None
        rag = last.rag if last else act.rag
        completed_on = None
        if rag is Rag.BLUE:
            completed_on = self._day(act.completed_days if act.completed_days is not None else last and last.days)
        action = self._add(
            Action,
            plan=plan,
            objective=objective,
            position=position,
            letter=letter,
            text=act.text,
            outcome_measure=act.outcome,
            resources=act.resources,
            owners_as_written=act.owners_as_written,
            marking=self._marking(act.sensitive),
            stated_rag=rag.value,
            rag_reason=last.reason if last else act.reason,
            completed_on=completed_on,
        )
        self._assign(act, objective=objective, action=action)
        self._add_dates(act.dates, completed_on=completed_on, objective=objective, action=action)
        for index, step in enumerate(act.steps):
            is_done = completed_on is not None or index < act.steps_done
            done_on = (completed_on or self._day(last.days if last else -30)) if is_done else None
            self._add(Step, action=action, position=index, text=step, done_on=done_on)
        for index, (milestone, due, reached) in enumerate(act.milestones):
            self._add(
                Milestone,
                action=action,
                position=index,
                text=milestone,
                due_on=self._day(due),
                done_on=self._day(reached),
            )
        for index, said in enumerate(act.said):
            self._add(
                ProgressUpdate,
                action=action,
                position=index,
                made_on=self._day(said.days),
                note=said.note,
                rag=said.rag.value,
                reason=said.reason,
                made_by=self.users.get(f"{said.by}@{self._mail_domain}"),
            )

    @property
    def _mail_domain(self) -> str:
        return f"{self.organisation.slug}.example"

    def _assign(self, of: Row | Act, **belongs_to) -> None:
        named = [
            *((key, Assignment.Role.LEAD) for key in [of.lead] if key),
            *((key, Assignment.Role.OWNER) for key in of.owners),
            *((key, Assignment.Role.PARTNER) for key in of.partners),
        ]
        for position, (key, role) in enumerate(named):
            self._add(Assignment, owner=self.owners[key], role=role, position=position, **belongs_to)

    def _add_dates(self, dates: tuple[When, ...], *, completed_on: dt.date | None, **belongs_to) -> None:
        for position, when in enumerate(dates):
            as_written, on = when.write(self._anchor)
            met_on = self._day(when.met_days)
            if met_on is None and completed_on is not None and when.kind in KINDS_THAT_FALL_DUE:
                met_on = completed_on
            self._add(
                TargetDate,
                position=position,
                as_written=as_written,
                kind=when.kind.value,
                on=on,
                scope=when.scope,
                met_on=met_on,
                **belongs_to,
            )

    def _set_state(self, plan: Plan, text: PlanText) -> None:
        if text.state == Plan.State.DRAFT:
            return
        start, end = period(self.today, text.years_ago)
        self._anchor = self.today if text.years_ago == 0 else min(end, self.today)
        agreed_on = self._day(text.agreed_days) if text.agreed_days is not None else start + dt.timedelta(days=10)
        agree_plan(plan=plan, agreed_on=agreed_on, agreed_by=text.agreed_by)
        if text.amended_days is not None:
            amend_plan(plan=plan, amended_on=self._day(text.amended_days), note=text.amend_note)
        if text.state == Plan.State.CLOSED:
            close_plan(plan=plan, closed_on=self._day(text.closed_days or 0), note=text.state_note)

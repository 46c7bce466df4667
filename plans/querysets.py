"""Reads of a plan, named after the question they answer."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from prevent_portal.models import Marking, Membership
from prevent_portal.scoping import OwnedQuerySet

from .rules import (
    DUE_SOON_DAYS,
    KINDS_THAT_FALL_DUE,
    QUIET_AFTER_DAYS,
    RED_AFTER_DAYS_OVERDUE,
    DueBand,
    Rag,
    due_band,
)

RELEASED_STATES = ("agreed", "amended", "closed")
"""A draft plan does not exist for anybody outside."""

SENSITIVE = Marking.OFFICIAL_SENSITIVE
_COMPLETE = Q(completed_on__isnull=False) | Q(stated_rag=Rag.BLUE.value)


class ActionOutline(NamedTuple):
    """An action without its texts."""

    pk: int
    objective_id: int
    section_id: int
    stated_rag: Rag
    computed_rag: Rag
    due_on: dt.date | None
    is_review_needed: bool = False

    @property
    def is_complete(self) -> bool:
        return self.computed_rag is Rag.BLUE

    def band(self, today: dt.date) -> DueBand:
        """How near its due date is."""
        return due_band(is_complete=self.is_complete, due_on=self.due_on, today=today)


class MarkedQuerySet(OwnedQuerySet):
    """Rows that must be marked where their texts say so (`models.marked`), also when they are written in bulk."""

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        _require_markings(objs)
        return super().bulk_create(objs, *args, **kwargs)

    bulk_create.alters_data = True

    def bulk_update(self, objs, fields, *args, **kwargs):
        objs, fields = list(objs), list(fields)
        if any(not self.model._meta.get_field(name).get_internal_type().endswith("IntegerField") for name in fields):
            _require_markings(objs)
        return super().bulk_update(objs, fields, *args, **kwargs)

    bulk_update.alters_data = True


def _require_markings(rows: Iterable) -> None:
    for row in rows:
        row.require_marking()


class PlanQuerySet(MarkedQuerySet):
    """Plans of an authority."""

    locked_condition = Q(state="closed")

    @classmethod
    def released_condition(cls) -> Q:
        return Q(state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(marking=SENSITIVE)

    def for_list(self) -> QuerySet:
        """Plans with the number of their objectives and actions, and of actions by stated RAG."""
        return self.annotate(
            objective_count=_counted("Objective"),
            action_count=_counted("Action"),
            **{f"{rag.value}_count": _counted("Action", stated_rag=rag.value) for rag in Rag},
        )

    def open(self) -> QuerySet:
        """Plans in which work goes on."""
        return self.exclude(state="closed")


def _counted(model_name: str, **conditions) -> Coalesce:
    from django.apps import apps

    rows = apps.get_model("plans", model_name).objects.filter(plan=OuterRef("pk"), **conditions)
    return Coalesce(Subquery(rows.order_by().values("plan").annotate(n=Count("pk")).values("n")), 0)


class SectionQuerySet(MarkedQuerySet):
    """Headings of plans."""

    locked_condition = Q(plan__state="closed")

    @classmethod
    def released_condition(cls) -> Q:
        return Q(plan__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(marking=SENSITIVE) | Q(plan__marking=SENSITIVE)


class SectionPartQuerySet(MarkedQuerySet):
    """Remarks, and whatever else has a plan and a marking of its own."""

    # By either way up, so that no row of an open plan is hung into a closed one.
    locked_condition = Q(plan__state="closed") | Q(section__plan__state="closed")

    @classmethod
    def released_condition(cls) -> Q:
        return Q(plan__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(marking=SENSITIVE) | Q(section__marking=SENSITIVE) | Q(plan__marking=SENSITIVE)


class ObjectiveQuerySet(SectionPartQuerySet):
    """Rows of plans."""


class ObjectivePartQuerySet(MarkedQuerySet):
    """What belongs to an objective as a whole."""

    locked_condition = Q(objective__plan__state="closed")

    @classmethod
    def released_condition(cls) -> Q:
        return Q(objective__plan__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return (
            Q(objective__marking=SENSITIVE)
            | Q(objective__section__marking=SENSITIVE)
            | Q(objective__plan__marking=SENSITIVE)
        )


class RowPartQuerySet(ObjectivePartQuerySet):
    """What belongs to an objective's whole row or to one of its actions."""

    locked_condition = Q(objective__plan__state="closed") | Q(action__plan__state="closed")

    @classmethod
    def sensitive_condition(cls) -> Q:
        return super().sensitive_condition() | Q(action__marking=SENSITIVE)


class ActionPartQuerySet(MarkedQuerySet):
    """What belongs to one action."""

    locked_condition = Q(action__plan__state="closed")

    @classmethod
    def released_condition(cls) -> Q:
        return Q(action__plan__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return (
            Q(action__marking=SENSITIVE)
            | Q(action__objective__marking=SENSITIVE)
            | Q(action__objective__section__marking=SENSITIVE)
            | Q(action__plan__marking=SENSITIVE)
        )


class InternalPartQuerySet(ActionPartQuerySet):
    """What the authority's own staff say among themselves about an action; no outsider sees it."""

    @classmethod
    def released_condition(cls) -> None:
        return None


class ActionEventQuerySet(ActionPartQuerySet):
    """The story of actions: what was OFFICIAL-SENSITIVE when it happened stays so."""

    @classmethod
    def sensitive_condition(cls) -> Q:
        return super().sensitive_condition() | Q(marking=SENSITIVE)

    def marked_as_their_action(self) -> QuerySet:
        """Events that are no more sensitive than their action is by now."""
        return self.exclude(Q(marking=SENSITIVE) & ~ActionPartQuerySet.sensitive_condition())


class ActionQuerySet(MarkedQuerySet):
    """Actions, with the RAG that their dates give."""

    locked_condition = Q(plan__state="closed") | Q(objective__plan__state="closed")

    @classmethod
    def released_condition(cls) -> Q:
        return Q(plan__state__in=RELEASED_STATES)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return (
            Q(marking=SENSITIVE)
            | Q(objective__marking=SENSITIVE)
            | Q(objective__section__marking=SENSITIVE)
            | Q(plan__marking=SENSITIVE)
        )

    def with_due_on(self) -> QuerySet:
        """Adds `due_on`, the day by which the action is due, or None.

        It is the earliest unmet date of its own that falls due. An action without any date of its own is due by the
        last date of its row: which of several is meant is not known, but after the last one all of them have passed.
        """
        own = _target_dates().filter(action=OuterRef("pk"))
        of_row = _target_dates().filter(action=None, objective=OuterRef("objective"))
        return self.annotate(
            due_on=Case(
                When(Exists(own), then=_one_date(own, "action", Min("on"))),
                default=_one_date(of_row, "objective", Max("on")),
                output_field=DateField(),
            )
        )

    def with_rag(self, today: dt.date) -> QuerySet:
        """Adds `due_on` and `computed_rag`, the SQL twin of `rules.computed_rag`; a test holds them equal."""
        red_before = today - dt.timedelta(days=RED_AFTER_DAYS_OVERDUE)
        return self.with_due_on().annotate(
            computed_rag=Case(
                When(_COMPLETE, then=Value(Rag.BLUE.value)),
                When(due_on=None, then=Value(Rag.NOT_STATED.value)),
                When(due_on__lt=red_before, then=Value(Rag.RED.value)),
                When(due_on__lt=today, then=Value(Rag.AMBER.value)),
                default=Value(Rag.GREEN.value),
                output_field=CharField(),
            )
        )

    def with_differing_rag(self) -> QuerySet:
        """Of actions `with_rag`: those whose stated RAG is not what the dates give (`rules.differs_from_dates`)."""
        silent = Rag.NOT_STATED.value
        return self.exclude(computed_rag=silent).exclude(stated_rag=silent).exclude(stated_rag=F("computed_rag"))

    def incomplete(self) -> QuerySet:
        """Actions that are not complete."""
        return self.exclude(_COMPLETE)

    def complete(self) -> QuerySet:
        """Actions that are complete."""
        return self.filter(_COMPLETE)

    def with_last_update(self) -> QuerySet:
        """Adds `updated_on`, the day of the last progress update, or None."""
        from .models import ProgressUpdate

        of_action = ProgressUpdate.objects.filter(action=OuterRef("pk")).order_by()
        return self.annotate(updated_on=Subquery(of_action.values("action").annotate(on=Max("made_on")).values("on")))

    def with_heard_of_on(self) -> QuerySet:
        """Adds `heard_of_on`: the day of the last update or, where there is none, of being added or agreed."""
        return self.with_last_update().annotate(
            heard_of_on=Coalesce("updated_on", TruncDate("added_at"), "plan__agreed_on", output_field=DateField())
        )

    def to_be_reminded_of(self, today: dt.date) -> QuerySet:
        """Actions being worked on that are overdue, due soon or have had no update for long; most urgent first."""
        return (
            self.released()
            .in_open_plans()
            .incomplete()
            .with_heard_of_on()
            .for_attention(today)
            .filter(_due_by(today) | _quiet(today))
            .with_holders()
        )

    def counted_by_plan(self, today: dt.date) -> QuerySet:
        """(plan, how many are open, overdue, due soon, stated red, quiet) for plans that were agreed and are open."""
        open_ones = self.released().in_open_plans().incomplete().with_due_on().with_heard_of_on()
        return (
            open_ones.order_by()
            .values("plan")
            .annotate(
                open=Count("pk"),
                overdue=Count("pk", filter=Q(due_on__lt=today)),
                soon=Count("pk", filter=_due_by(today) & Q(due_on__gte=today)),
                red=Count("pk", filter=Q(stated_rag=Rag.RED.value)),
                quiet=Count("pk", filter=_quiet(today)),
            )
        )

    def for_calendar(self) -> QuerySet:
        """Actions with `due_on`, how often and when last they changed; in the plan's order."""
        from .models import ActionEvent

        events = ActionEvent.objects.filter(action=OuterRef("pk")).order_by().values("action")
        return (
            self.with_due_on()
            .annotate(
                change_count=Coalesce(Subquery(events.annotate(n=Count("pk")).values("n")), 0),
                changed_at=Coalesce(Subquery(events.annotate(last=Max("at")).values("last")), "added_at"),
            )
            .with_holders()
            .select_related("organisation")
            .in_plan_order()
        )

    def with_holders(self) -> QuerySet:
        """Actions with the rows that may be marked above them."""
        return self.select_related("plan", "objective__plan", "objective__section__plan")

    def in_open_plans(self) -> QuerySet:
        """Actions of plans in which work goes on."""
        return self.exclude(plan__state="closed")

    def being_worked_on(self) -> QuerySet:
        """Actions of open plans, without those carried into a draft: until that is agreed, the old ones count."""
        return self.in_open_plans().exclude(plan__state="draft", carried_from__isnull=False)

    def overdue(self, today: dt.date) -> QuerySet:
        """Incomplete actions whose target date has passed; earliest first."""
        return self.incomplete().with_due_on().filter(due_on__lt=today).order_by("due_on", "pk")

    def due_soon(self, today: dt.date) -> QuerySet:
        """Incomplete actions due today or within `DUE_SOON_DAYS` days; earliest first."""
        last = today + dt.timedelta(days=DUE_SOON_DAYS)
        return self.incomplete().with_due_on().filter(due_on__range=(today, last)).order_by("due_on", "pk")

    def owned_by_user(self, user) -> QuerySet:
        """Actions that this account's person owns or leads, by themselves or through the whole row."""
        from .models import Assignment

        mine = Assignment.objects.filter(owner__user=user).exclude(role=Assignment.Role.PARTNER)
        return self.filter(
            Exists(mine.filter(action=OuterRef("pk")))
            | Exists(mine.filter(action=None, objective=OuterRef("objective")))
        )

    def led_by(self, owner) -> QuerySet:
        """Actions that this owner owns or leads, by themselves or through the whole row."""
        from .models import Assignment

        theirs = Assignment.objects.filter(owner=owner).exclude(role=Assignment.Role.PARTNER)
        return self.filter(
            Exists(theirs.filter(action=OuterRef("pk")))
            | Exists(theirs.filter(action=None, objective=OuterRef("objective")))
        )

    def of_owner(self, owner) -> QuerySet:
        """Actions assigned to this owner in any role, by themselves or through the whole row."""
        from .models import Assignment

        theirs = Assignment.objects.filter(owner=owner)
        return self.filter(
            Exists(theirs.filter(action=OuterRef("pk")))
            | Exists(theirs.filter(action=None, objective=OuterRef("objective")))
        )

    def without_owner(self) -> QuerySet:
        """Actions that are assigned to nobody, neither by themselves nor through the whole row."""
        from .models import Assignment

        named = Assignment.objects.all()
        return self.exclude(
            Exists(named.filter(action=OuterRef("pk")))
            | Exists(named.filter(action=None, objective=OuterRef("objective")))
        )

    def for_table(self, today: dt.date) -> QuerySet:
        """Actions with all that a row of the plan's table shows; six queries however many rows."""
        from .models import Assignment, Milestone, ProgressUpdate, Step, TargetDate

        return (
            self.with_rag(today)
            .select_related("objective", "objective__section", "organisation")
            .prefetch_related(
                Prefetch("assignments", Assignment.objects.select_related("owner")),
                Prefetch("targetdates", TargetDate.objects.order_by("position", "pk")),
                Prefetch("milestones", Milestone.objects.order_by("position", "pk")),
                Prefetch("steps", Step.objects.order_by("position", "pk")),
                Prefetch(
                    "progressupdates",
                    ProgressUpdate.objects.order_by("action_id", "-made_on", "-pk").select_related(
                        "made_by", "made_by_owner"
                    ),
                ),
            )
            .in_plan_order()
        )

    def for_timeline(self, today: dt.date) -> QuerySet:
        """Actions with their target dates; two queries however many rows."""
        from .models import TargetDate

        return (
            self.with_rag(today)
            .select_related("objective", "organisation")
            .prefetch_related(Prefetch("targetdates", TargetDate.objects.order_by("position", "pk")))
        )

    def in_plan_order(self) -> QuerySet:
        """Actions as the plan has them, section by section."""
        return self.order_by(
            "objective__section__position",
            "objective__section_id",
            "objective__position",
            "objective_id",
            "position",
            "pk",
        )

    def outlines(self, today: dt.date) -> list[ActionOutline]:
        """What a plan's actions are sorted, grouped and counted by, in the plan's order; one query, no texts."""
        rows = self.with_rag(today).in_plan_order()
        return [
            ActionOutline(pk, objective_id, section_id, Rag(stated), Rag(computed), due_on, needs_review)
            for pk, objective_id, section_id, stated, computed, due_on, needs_review in rows.values_list(
                "pk",
                "objective_id",
                "objective__section_id",
                "stated_rag",
                "computed_rag",
                "due_on",
                "is_review_needed",
            )
        ]

    def for_attention(self, today: dt.date) -> QuerySet:
        """Actions with what a short list shows; most urgent first."""
        return (
            self.with_rag(today)
            .select_related("objective", "plan", "organisation")
            .order_by(F("due_on").asc(nulls_last=True), "pk")
        )

    def rag_counts(self) -> dict[Rag, int]:
        """How many actions have each stated RAG, zeros included."""
        rows = self.order_by().values_list("stated_rag").annotate(n=Count("pk"))
        found = dict(rows)
        return {rag: found.get(rag.value, 0) for rag in Rag}


def _due_by(today: dt.date) -> Q:
    return Q(due_on__lte=today + dt.timedelta(days=DUE_SOON_DAYS))


def _quiet(today: dt.date) -> Q:
    """The SQL of `rules.is_quiet`."""
    return Q(heard_of_on__lt=today - dt.timedelta(days=QUIET_AFTER_DAYS))


def _target_dates() -> QuerySet:
    from .models import TargetDate

    return TargetDate.objects.order_by()


def _one_date(dates: QuerySet, group: str, chosen: Min | Max) -> Subquery:
    due = dates.filter(kind__in=[kind.value for kind in KINDS_THAT_FALL_DUE], met_on=None)
    return Subquery(due.values(group).annotate(chosen=chosen).values("chosen"))


class OwnerQuerySet(OwnedQuerySet):
    """Owners of actions. Outsiders see an owner where a released plan names one; sensitive rows name nobody."""

    @classmethod
    def released_condition(cls) -> Q:
        return Q(Exists(_assignments_of_owner().filter(RowPartQuerySet.released_condition())))

    @classmethod
    def sensitive_condition(cls) -> Q:
        named = _assignments_of_owner().filter(RowPartQuerySet.released_condition())
        return ~Q(Exists(named.exclude(RowPartQuerySet.sensitive_condition())))

    def for_list(self) -> QuerySet:
        """Owners with the number of their actions that are not complete, in plans that are open."""
        return self.annotate(open_action_count=_open_actions_of_owner())

    def leavers_with_open_actions(self, today: dt.date) -> QuerySet:
        """Owners who have left, or whose account has no access here any more, and still have open actions."""
        access = Membership.objects.current(today).filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
        gone = Q(left_on__lte=today) | Q(user__is_active=False) | (Q(user__isnull=False) & ~Exists(access))
        return self.for_list().filter(gone, open_action_count__gt=0)


def _open_actions_of_owner() -> Coalesce:
    # Asked of the actions, so that one assigned by itself and by its whole row counts once.
    by_itself = Q(assignments__owner=OuterRef("pk"))
    by_its_row = Q(objective__assignments__owner=OuterRef("pk"), objective__assignments__action=None)
    assigned = _open_actions().filter(by_itself | by_its_row).order_by()
    return Coalesce(Subquery(assigned.values("organisation").annotate(n=Count("pk", distinct=True)).values("n")), 0)


def _open_actions() -> QuerySet:
    from django.apps import apps

    return apps.get_model("plans", "Action").objects.incomplete().in_open_plans()


def _assignments_of_owner() -> QuerySet:
    from .models import Assignment

    # Below the manager: who may see the owner is being decided, and the owner narrows it.
    return QuerySet(Assignment).filter(owner=OuterRef("pk"))


class PlanSnapshotQuerySet(OwnedQuerySet):
    """Snapshots of plans. Outsiders see those that were taken of a plan which had been agreed."""

    @classmethod
    def released_condition(cls) -> Q:
        return Q(copy__is_released=True)

    @classmethod
    def sensitive_condition(cls) -> Q:
        return Q(copy__marking=SENSITIVE) | Q(plan__marking=SENSITIVE)


class PlanImportQuerySet(OwnedQuerySet):
    """Files given for import: never an outsider's business."""

    def waiting(self, now: dt.datetime) -> QuerySet:
        """Staged imports that have not expired."""
        return self.filter(state="staged", expires_at__gt=now)

    def expired(self, now: dt.datetime) -> QuerySet:
        """Staged imports whose time is over."""
        return self.filter(state="staged", expires_at__lte=now)

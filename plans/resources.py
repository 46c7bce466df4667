"""Every table of a plan as a file, and back: what the officers' admin imports and exports."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from benchmarks.models import Benchmark
from prevent_portal import clock
from prevent_portal.models import Marking, Organisation, Recommendation, User
from prevent_portal.resources import (
    Choice,
    Column,
    Day,
    Lines,
    Number,
    OwnedResource,
    ShownColumn,
    Text,
    YesNo,
    unchanged_text,
)
from prevent_portal.scoping import OrganisationOwned

from .models import (
    DATE_KIND_CHOICES,
    RAG_CHOICES,
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


def bodies_to_choose_from(organisation: Organisation) -> models.QuerySet:
    """Organisations that an owner can be said to belong to: partner bodies, the county, the districts."""
    return Organisation.objects.filter(
        Q(kind=Organisation.Kind.PARTNER) | Q(parent=organisation) | Q(pk=organisation.parent_id)
    )


# How a file says which plan, section, objective and action it means


@dataclass(frozen=True)
class Level:
    """One storey of a plan: the columns in which a file says which row it means, and their attributes.

    `place` moves whenever somebody puts a row in between; so the text decides, and `place` only between equals.
    """

    name: str
    model: type[OrganisationOwned]
    text: tuple[str, str]
    ref: tuple[str, str]
    place: tuple[str, str] | None
    parent: str | None
    missing: str | Promise
    several: str | Promise

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(column, attribute) in the order of a file."""
        return (self.place, self.ref, self.text) if self.place else (self.text, self.ref)


LEVELS = {
    level.name: level
    for level in (
        Level(
            "plan",
            Plan,
            text=("plan", "title"),
            ref=("period_start", "period_start"),
            place=None,
            parent=None,
            missing=_("There is no such plan in this authority."),
            several=_("Several plans of this authority answer to this title. Give the start of the period too."),
        ),
        Level(
            "section",
            Section,
            text=("section", "title"),
            ref=("section_ref", "ref"),
            place=("section_position", "position"),
            parent="plan",
            missing=_("There is no such section in this authority's plan."),
            several=_("Several sections of the plan answer to this. Give position, reference and title."),
        ),
        Level(
            "objective",
            Objective,
            text=("objective", "text"),
            ref=("objective_ref", "ref"),
            place=("objective_position", "position"),
            parent="section",
            missing=_("There is no such objective in this authority's plan."),
            several=_("Several objectives of the section answer to this. Give position, reference and text."),
        ),
        Level(
            "action",
            Action,
            text=("action", "text"),
            ref=("letter", "letter"),
            place=("action_position", "position"),
            parent="objective",
            missing=_("There is no such action in this authority's plan."),
            several=_("Several actions of the objective answer to this. Give position, letter and text."),
        ),
    )
}
_WIDGETS = {"period_start": Day, "section_position": Number, "objective_position": Number, "action_position": Number}


def _widget(column: str):
    return _WIDGETS.get(column, Text)()


def _folded(value: Any) -> Any:
    value = unchanged_text(value)
    return value.casefold() if isinstance(value, str) else value


class _Register:
    """The plans that a file names, with their sections, objectives and actions; one query a level."""

    def __init__(self, organisation: Organisation, titles: set[str], levels: Iterable[str]):
        plans = [p for p in Plan.objects.of(organisation) if _folded(p.title) in titles]
        self.rows: dict[str, dict[int, OrganisationOwned]] = {"plan": {plan.pk: plan for plan in plans}}
        self._children: dict[str, dict[int | None, list]] = {"plan": {None: plans}}
        self._found: dict[Hashable, OrganisationOwned] = {}
        for name in levels:
            level = LEVELS[name]
            if level.parent is None:
                continue
            rows = list(level.model.objects.of(organisation).filter(plan__in=self.rows["plan"]))
            self.rows[name] = {row.pk: row for row in rows}
            children = self._children[name] = {}
            for row in rows:
                self.tie(row, "plan", level.parent)
                children.setdefault(getattr(row, f"{level.parent}_id"), []).append(row)

    def tie(self, instance: models.Model, *names: str) -> None:
        """Put the loaded parents in place, so that asking for them costs nothing."""
        for name in names:
            if (pk := getattr(instance, f"{name}_id")) is not None:
                setattr(instance, name, self.rows[name][pk])

    def find(self, name: str, row: dict[str, Any]) -> OrganisationOwned:
        """The row at this level that the file's row means. Raises ValidationError, by column."""
        level = LEVELS[name]
        parent = self.find(level.parent, row) if level.parent else None
        said = {attribute: self._said(column, row) for column, attribute in level.columns}
        memory = (name, parent and parent.pk, *said.values())
        if memory not in self._found:
            among = self._children[name].get(parent and parent.pk, [])
            self._found[memory] = self._choose(level, among, said)
        return self._found[memory]

    @staticmethod
    def _said(column: str, row: dict[str, Any]) -> Any:
        try:
            return _folded(_widget(column).clean(row.get(column)))
        except ValueError as error:
            raise ValidationError({column: str(error)}) from error

    @staticmethod
    def _choose(level: Level, among: list, said: dict[str, Any]) -> OrganisationOwned:
        def matching(rows: list, attribute: str) -> list:
            return [row for row in rows if _folded(getattr(row, attribute)) == said[attribute]]

        text, ref = level.text[1], level.ref[1]
        is_ref_given = said[ref] not in (None, "")
        found = []
        if said[text]:
            found = matching(among, text)
            found = matching(found, ref) or found
        if not found and is_ref_given and level.parent:
            # The text may have been corrected since; a reference is as good.
            found = matching(among, ref)
        if not said[text] and not is_ref_given:
            found = among if level.place and said[level.place[1]] is not None else []
        if len(found) > 1 or (found and not said[text] and not is_ref_given):
            at_place = matching(found, level.place[1]) if level.place else []
            found = at_place if at_place or not (said[text] or is_ref_given) else found
        if len(found) != 1:
            raise ValidationError({level.text[0]: str(level.several if found else level.missing)})
        return found[0]


class PlanPartResource(OwnedResource):
    """A table whose rows belong to a plan. `paths` leads from a row to each storey above it."""

    paths: ClassVar[dict[str, str]] = {}
    parents: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        above = {}
        for name, path in self.paths.items():
            level = LEVELS[name]
            for column, attribute in level.columns:
                above[column] = ShownColumn(f"{path}__{attribute}", column, _widget(column))
        self.fields = above | self.fields

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        titles = {_folded(self.text_in(row, "plan")) for row in rows}
        self.register = _Register(self.organisation, titles, self.paths)

    def existing_rows(self) -> Iterable[OrganisationOwned]:
        rows = list(super().existing_rows().filter(**{f"{self.paths['plan']}__in": self.register.rows["plan"]}))
        for row in rows:
            self.register.tie(row, *self.parents)
        return rows

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        return {name: self.register.find(name, row) for name in self.parents}

    def parents_of(self, instance: OrganisationOwned) -> Hashable:
        return tuple(getattr(instance, f"{name}_id") for name in self.parents)


class RowPartResource(PlanPartResource):
    """Belongs to an objective's whole row or, where the file names one, to an action."""

    paths = {"plan": "objective__plan", "section": "objective__section", "objective": "objective", "action": "action"}
    parents = ("objective", "action")

    def parents_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        names_an_action = any(self.text_in(row, column) for column in ("action_position", "letter", "action"))
        return {
            "objective": self.register.find("objective", row),
            "action": self.register.find("action", row) if names_an_action else None,
        }


class ActionPartResource(PlanPartResource):
    """Belongs to an action."""

    paths = {
        "plan": "action__plan",
        "section": "action__objective__section",
        "objective": "action__objective",
        "action": "action",
    }
    parents = ("action",)


def _benchmark_in(resource: OwnedResource, row: dict[str, Any]) -> Benchmark | None:
    framework, number = resource.text_in(row, "benchmark_framework"), resource.text_in(row, "benchmark_number")
    if not framework and not number:
        return None
    if not hasattr(resource, "_benchmarks"):
        known = Benchmark.objects.select_related("framework")
        resource._benchmarks = {(b.framework.slug, str(b.number)): b for b in known}
    try:
        return resource._benchmarks[framework.casefold(), number]
    except KeyError as error:
        raise ValidationError({"benchmark_number": _now("There is no such benchmark.")}) from error


def _position(column: str = "position") -> Column:
    return Column("position", column, Number(), keeps_when_empty=True)


def _marking() -> Column:
    return Column("marking", "marking", Choice(Marking.choices), keeps_when_empty=True)


# The tables


class PlanResource(OwnedResource):
    """Plans. Their state is shown, never read: a plan is agreed, amended and closed on its page."""

    title = Column("title", "plan", Text())
    period_start = Column("period_start", "period_start", Day())
    period_end = Column("period_end", "period_end", Day())
    aim = Column("aim", "aim", Text())
    introduction = Column("introduction", "introduction", Text())
    marking = _marking()
    updated_on = Column("updated_on", "updated_on", Day())
    declared_total = Column("declared_total", "declared_total", Number())
    declared_green = Column("declared_green", "declared_green", Number())
    declared_amber = Column("declared_amber", "declared_amber", Number())
    declared_red = Column("declared_red", "declared_red", Number())
    declared_blue = Column("declared_blue", "declared_blue", Number())
    state = ShownColumn("state", "state", Text(), is_ignored=True)
    agreed_on = ShownColumn("agreed_on", "agreed_on", Day(), is_ignored=True)
    agreed_by = ShownColumn("agreed_by", "agreed_by", Text(), is_ignored=True)
    amended_on = ShownColumn("amended_on", "amended_on", Day(), is_ignored=True)
    closed_on = ShownColumn("closed_on", "closed_on", Day(), is_ignored=True)
    state_note = ShownColumn("state_note", "state_note", Text(), is_ignored=True)

    key = ("title", "period_start")
    required_columns = ("plan", "period_start")

    class Meta(OwnedResource.Meta):
        model = Plan


class SectionResource(PlanPartResource):
    position = _position("section_position")
    ref = Column("ref", "section_ref", Text())
    title = Column("title", "section", Text())
    introduction = Column("introduction", "section_introduction", Text())
    marking = Column("marking", "section_marking", Choice(Marking.choices), keeps_when_empty=True)
    benchmark_framework = ShownColumn("benchmark__framework__slug", "benchmark_framework", Text())
    benchmark_number = ShownColumn("benchmark__number", "benchmark_number", Number())

    paths = {"plan": "plan"}
    parents = ("plan",)
    key = ("ref", "title")
    required_columns = ("plan", "section")
    position_column = "section_position"

    class Meta(OwnedResource.Meta):
        model = Section

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        return {"benchmark": _benchmark_in(self, row)} if "benchmark_number" in row else {}


class ObjectiveResource(PlanPartResource):
    position = _position("objective_position")
    ref = Column("ref", "objective_ref", Text())
    text = Column("text", "objective", Text())
    tier = Column("tier", "tier", Text())
    outcome_measure = Column("outcome_measure", "outcome_measure", Text())
    marking = _marking()
    owners_as_written = Column("owners_as_written", "owners_as_written", Text())
    recommendation_exercise = ShownColumn("recommendation__exercise", "recommendation_exercise", Text())
    recommendation_number = ShownColumn("recommendation__number", "recommendation_number", Number())
    flags = Column("flags", "noticed_at_import", Lines())

    paths = {"plan": "plan", "section": "section"}
    parents = ("plan", "section")
    key = ("position", "ref")
    required_columns = ("plan", "section", "objective")
    position_column = "objective_position"

    class Meta(OwnedResource.Meta):
        model = Objective

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        super().prepare(rows)
        known = Recommendation.objects.of(self.organisation)
        self.recommendations = {(_folded(r.exercise), str(r.number)): r for r in known}

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        if "recommendation_number" not in row:
            return {}
        exercise = _folded(self.text_in(row, "recommendation_exercise"))
        number = self.text_in(row, "recommendation_number")
        if not exercise and not number:
            return {"recommendation": None}
        if (exercise, number) not in self.recommendations:
            raise ValidationError({"recommendation_number": _now("There is no such recommendation in this authority.")})
        return {"recommendation": self.recommendations[exercise, number]}


class ObjectiveBenchmarkResource(PlanPartResource):
    benchmark_framework = ShownColumn("benchmark__framework__slug", "benchmark_framework", Text())
    benchmark_number = ShownColumn("benchmark__number", "benchmark_number", Number())

    paths = {"plan": "objective__plan", "section": "objective__section", "objective": "objective"}
    parents = ("objective",)
    key = ("benchmark_id",)
    required_columns = ("plan", "section", "benchmark_framework", "benchmark_number")

    class Meta(OwnedResource.Meta):
        model = ObjectiveBenchmark

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        if (benchmark := _benchmark_in(self, row)) is None:
            raise ValidationError({"benchmark_number": _now("Say which benchmark.")})
        return {"benchmark": benchmark}


class RemarkResource(PlanPartResource):
    position = _position()
    kind = Column("kind", "kind", Choice(Remark.Kind.choices), keeps_when_empty=True)
    text = Column("text", "text", Text())
    points_to = Column("points_to", "points_to", Text())
    marking = _marking()

    paths = {"plan": "plan", "section": "section"}
    parents = ("plan", "section")
    key = ("position",)
    required_columns = ("plan", "section", "text")
    position_column = "position"

    class Meta(OwnedResource.Meta):
        model = Remark


class ActionResource(PlanPartResource):
    """Actions. A RAG that an import changes becomes part of the action's history, like any other."""

    position = _position("action_position")
    letter = Column("letter", "letter", Text())
    text = Column("text", "action", Text())
    outcome_measure = Column("outcome_measure", "outcome_measure", Text())
    resources = Column("resources", "resources", Text())
    marking = _marking()
    stated_rag = Column("stated_rag", "rag", Choice(RAG_CHOICES), keeps_when_empty=True)
    rag_reason = Column("rag_reason", "rag_reason", Text())
    completed_on = Column("completed_on", "completed_on", Day())
    owners_as_written = Column("owners_as_written", "owners_as_written", Text())
    rag_as_written = Column("rag_as_written", "rag_as_written", Text())
    flags = Column("flags", "noticed_at_import", Lines())

    paths = {"plan": "plan", "section": "objective__section", "objective": "objective"}
    parents = ("plan", "objective")
    key = ("position", "letter")
    required_columns = ("plan", "section", "action")
    position_column = "action_position"

    class Meta(OwnedResource.Meta):
        model = Action

    def save_instance(self, instance, is_create, row, **kwargs) -> None:
        is_changed = not is_create and instance.stated_rag != instance.stored_value("stated_rag")
        super().save_instance(instance, is_create, row, **kwargs)
        if is_changed:
            # Not services.record_progress: that decides on the day of completion, which the file itself states.
            ProgressUpdate(
                organisation=self.organisation,
                action=instance,
                made_on=clock.today(),
                rag=instance.stated_rag,
                reason=instance.rag_reason,
                made_by=kwargs.get("user"),
            ).save()


class TargetDateResource(RowPartResource):
    position = _position()
    as_written = Column("as_written", "target_date", Text())
    kind = Column("kind", "kind", Choice(DATE_KIND_CHOICES), keeps_when_empty=True)
    on = Column("on", "on", Day())
    scope = Column("scope", "scope", Text())
    met_on = Column("met_on", "met_on", Day())

    key = ("position",)
    required_columns = ("plan", "section", "target_date")
    position_column = "position"

    class Meta(OwnedResource.Meta):
        model = TargetDate


class AssignmentResource(RowPartResource):
    owner_kind = ShownColumn("owner__kind", "owner_kind", Choice(Owner.Kind.choices))
    owner_name = ShownColumn("owner__name", "owner_name", Text())
    owner_post = ShownColumn("owner__post", "owner_post", Text())
    role = Column("role", "role", Choice(Assignment.Role.choices), keeps_when_empty=True)
    position = _position()

    key = ("owner_id",)
    required_columns = ("plan", "section", "owner_name", "owner_post")

    class Meta(OwnedResource.Meta):
        model = Assignment

    def prepare(self, rows: Sequence[dict[str, Any]]) -> None:
        super().prepare(rows)
        self.owners = list(Owner.objects.of(self.organisation))

    def existing_rows(self) -> Iterable[OrganisationOwned]:
        rows = super().existing_rows()
        owners = {owner.pk: owner for owner in self.owners}
        for row in rows:
            row.owner = owners[row.owner_id]
        return rows

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        try:
            kind = Choice(Owner.Kind.choices).clean(row.get("owner_kind"))
        except ValueError as error:
            raise ValidationError({"owner_kind": str(error)}) from error
        name, post = (_folded(self.text_in(row, column)) for column in ("owner_name", "owner_post"))
        found = [
            owner
            for owner in self.owners
            if _folded(owner.name) == name and _folded(owner.post) == post and kind in (None, owner.kind)
        ]
        if len(found) != 1:
            message = (
                _now("Several owners of this authority answer to this. Give the kind too.")
                if found
                else _now("There is no such owner in this authority.")
            )
            raise ValidationError({"owner_name": message})
        return {"owner": found[0]}


class StepResource(ActionPartResource):
    position = _position()
    text = Column("text", "step", Text())
    done_on = Column("done_on", "done_on", Day())

    key = ("position",)
    required_columns = ("plan", "section", "step")
    position_column = "position"

    class Meta(OwnedResource.Meta):
        model = Step


class MilestoneResource(ActionPartResource):
    position = _position()
    text = Column("text", "milestone", Text())
    due_on = Column("due_on", "due_on", Day())
    done_on = Column("done_on", "done_on", Day())

    key = ("position",)
    required_columns = ("plan", "section", "milestone")
    position_column = "position"

    class Meta(OwnedResource.Meta):
        model = Milestone


class ProgressUpdateResource(ActionPartResource):
    """Progress. History is added to, never rewritten: an entry is known by all that it says."""

    made_on = Column("made_on", "made_on", Day())
    note = Column("note", "progress", Text())
    rag = Column("rag", "rag", Choice(RAG_CHOICES), keeps_when_empty=True)
    reason = Column("reason", "reason", Text())
    made_by = ShownColumn("made_by__email", "made_by", Text())
    is_imported = Column("is_imported", "from_the_imported_plan", YesNo(), keeps_when_empty=True)
    position = _position()

    key = ("made_on", "note", "rag", "reason", "made_by_id")
    required_columns = ("plan", "section", "made_on", "progress", "rag", "reason", "made_by")

    class Meta(OwnedResource.Meta):
        model = ProgressUpdate

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        named = self.get_queryset().values("made_by")
        return {"made_by": self.account_in(row, "made_by", named_in=named)}


class OwnerResource(OwnedResource):
    kind = Column("kind", "kind", Choice(Owner.Kind.choices), keeps_when_empty=True)
    name = Column("name", "name", Text())
    post = Column("post", "post", Text())
    account = ShownColumn("user__email", "account", Text())
    body = ShownColumn("body__name", "body", Text())
    left_on = Column("left_on", "left_on", Day())

    key = ("kind", "name", "post")
    required_columns = ("kind", "name", "post")

    class Meta(OwnedResource.Meta):
        model = Owner

    def links_in(self, row: dict[str, Any]) -> dict[str, models.Model | None]:
        readers: dict[str, tuple[str, Callable[[], models.Model | None]]] = {
            "account": ("user", lambda: self._account(row)),
            "body": ("body", lambda: self._body(row)),
        }
        return {attribute: read() for column, (attribute, read) in readers.items() if column in row}

    def _account(self, row: dict[str, Any]) -> User | None:
        return self.account_in(row, "account", named_in=self.get_queryset().values("user"))

    def _body(self, row: dict[str, Any]) -> Organisation | None:
        name = _folded(self.text_in(row, "body"))
        if not name:
            return None
        if not hasattr(self, "_bodies"):
            named = Organisation.objects.filter(pk__in=self.get_queryset().values("body"))
            self._bodies = {_folded(o.name): o for o in (*bodies_to_choose_from(self.organisation), *named)}
        if name not in self._bodies:
            raise ValidationError({"body": _now("There is no such organisation to choose from.")})
        return self._bodies[name]


class RecommendationResource(OwnedResource):
    exercise = Column("exercise", "exercise", Text())
    number = Column("number", "number", Number())
    total = Column("total", "out_of", Number())
    text = Column("text", "recommendation", Text())

    key = ("exercise", "number")
    required_columns = ("exercise", "number")

    class Meta(OwnedResource.Meta):
        model = Recommendation

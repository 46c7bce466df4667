"""No authority sees or changes another's rows, whichever way a query is spelled.

Two councils have a row of every owned model, each with its own sentinel word; the build fails for a model that
`factories.make_everything` does not know.
"""

import copy
import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core import checks
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, IntegrityError, models, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery
from django.test.utils import isolate_apps

from benchmarks.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    Benchmark,
    BenchmarkResult,
    Moderation,
    Submission,
)
from plans.models import (
    Action,
    ActionEvidence,
    Assignment,
    ColumnHeading,
    DateRequest,
    ImportedFile,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    PlanImport,
    PlanSnapshot,
    Remark,
    Section,
)
from prevent_portal import clock
from prevent_portal.access import viewer_for
from prevent_portal.checks import check_links_to_shared_rows, check_owned_models
from prevent_portal.models import (
    CalendarFeed,
    Evidence,
    EvidenceVersion,
    FrozenCopy,
    FrozenEdition,
    Membership,
    OneTimeLink,
    Organisation,
    Recommendation,
    RiskReview,
    User,
)
from prevent_portal.models.frozen import Frozen
from prevent_portal.permissions import Role
from prevent_portal.scoping import (
    NotYours,
    NoViewer,
    OrganisationOwned,
    Viewer,
    acting_for,
    all_organisations,
    current_viewer,
    viewing,
)

from .conftest import undone
from .factories import FAR_AHEAD, LONG_AGO, another, make_authority, make_everything, make_user

OWNED_MODELS = sorted((m for m in apps.get_models() if issubclass(m, OrganisationOwned)), key=lambda m: m.__name__)
FREE_OF_PLANS = {
    Owner, Recommendation, RiskReview, PlanImport, ImportedFile, ColumnHeading, Evidence, EvidenceVersion, OneTimeLink,
    CalendarFeed, FrozenCopy, FrozenEdition, PlanSnapshot,
    *(model for model in OWNED_MODELS if model._meta.app_label in ("benchmarks", "training")),
}  # fmt: skip
PLAN_MODELS = [model for model in OWNED_MODELS if model not in FREE_OF_PLANS]
PARTS = [model for model in PLAN_MODELS if model is not Plan]
PARTS_OF_ACTIONS = [model for model in PARTS if "action" in {field.name for field in model._meta.fields}]
INTERNAL_MODELS = {DateRequest, ActionEvidence}
RELEASED_MODELS = [
    *(model for model in PLAN_MODELS if model not in INTERNAL_MODELS), Owner, FrozenCopy, FrozenEdition, PlanSnapshot,
    Assessment, BenchmarkResult, Answer, AnswerEvidence, Moderation, Submission,
]  # fmt: skip
each_model = pytest.mark.parametrize("model", OWNED_MODELS, ids=lambda m: m.__name__)

pytestmark = pytest.mark.django_db

REFUSALS = (PermissionDenied, ObjectDoesNotExist, DatabaseError, ValueError)
"""How a write may fail. That nothing was written is checked apart."""


@pytest.fixture(scope="module")
def world(shared_rows) -> SimpleNamespace:
    """Alpha and Bravo, each with a draft, an agreed and a closed plan with everything in it."""

    def make() -> SimpleNamespace:
        a, b = make_authority("Alpha"), make_authority("Bravo")
        return SimpleNamespace(
            a=a,
            b=b,
            a_draft=make_everything(a, "ALPHA-DRAFT"),
            b_draft=make_everything(b, "BRAVO-DRAFT"),
            a_agreed=make_everything(a, "ALPHA-AGREED", Plan.State.AGREED),
            b_agreed=make_everything(b, "BRAVO-AGREED", Plan.State.AGREED),
            a_closed=make_everything(a, "ALPHA-CLOSED", Plan.State.CLOSED),
        )

    return shared_rows(make)


def unsaved(model: type[models.Model], row: models.Model, **changes: Any) -> models.Model:
    """A new row with the values of `row`, and others where something must be unique."""
    with acting_for(row.organisation):
        return another(row, beside=True, **changes)


def a_text_field(model: type[models.Model]) -> str:
    """A field of text to change; every owned model has one, or a position."""
    for field in model._meta.concrete_fields:
        is_address = isinstance(field, models.URLField)
        if isinstance(field, models.CharField | models.TextField) and not field.choices and not is_address:
            return field.name
    return "revision"


def everything_stored() -> dict[str, list]:
    """All rows of all owned models, to compare before and after."""
    with all_organisations(reason="comparing in a test"):
        return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in OWNED_MODELS}


def writes_that_get_through(writes: dict[str, Callable[[], Any]], harm: Callable[[], bool] | None = None) -> list[str]:
    """The names of those `writes` after which there is `harm` (left out: any row is not what it was).

    They may fail, or do nothing.
    """
    before = everything_stored() if harm is None else None
    through = []
    for name, write in writes.items():
        with undone():
            try:
                with transaction.atomic():
                    write()
            except REFUSALS:
                continue
            if harm() if harm else everything_stored() != before:
                through.append(name)
    return through


# The world is complete


def test_every_owned_model_is_in_the_world(world) -> None:
    assert set(world.a_draft) == set(OWNED_MODELS), "teach factories.make_everything the new model"


def test_every_owned_model_has_the_owned_manager_as_default_and_base_manager() -> None:
    for model in OWNED_MODELS:
        assert model._default_manager.name == model._base_manager.name == "objects", model
        assert issubclass(type(model._base_manager).__mro__[0], type(model.objects)), model


# Nobody is looking

READS: dict[str, Callable[[type[models.Model]], Any]] = {
    "iteration": lambda m: list(m.objects.all()),
    "iterator": lambda m: list(m.objects.iterator()),
    "slice": lambda m: m.objects.all()[:1][0],
    "count": lambda m: m.objects.count(),
    "exists": lambda m: m.objects.exists(),
    "contains": lambda m: m.objects.contains(m(pk=1)),
    "explain": lambda m: m.objects.all().explain(),
    "aggregate": lambda m: m.objects.aggregate(n=Count("pk")),
    "annotate": lambda m: list(m.objects.annotate(n=Count("pk")).values("n")),
    "in_bulk": lambda m: m.objects.in_bulk([1]),
    "in_bulk of all": lambda m: m.objects.in_bulk(),
    "get": lambda m: m.objects.get(pk=1),
    "first": lambda m: m.objects.first(),
    "last": lambda m: m.objects.last(),
    "earliest": lambda m: m.objects.earliest("pk"),
    "latest": lambda m: m.objects.latest("pk"),
    "values": lambda m: list(m.objects.values()),
    "values_list": lambda m: list(m.objects.values_list("pk")),
    "only": lambda m: list(m.objects.only("pk")),
    "union": lambda m: list(m.objects.order_by().union(m.objects.order_by())),
    "subquery": lambda m: list(Organisation.objects.filter(pk__in=m.objects.values("organisation"))),
    "scalar subquery": lambda m: list(Organisation.objects.annotate(x=Subquery(m.objects.values("pk")[:1]))),
    "exists subquery": lambda m: list(Organisation.objects.filter(Exists(m.objects.filter(pk=OuterRef("pk"))))),
    "select_for_update": lambda m: list(m.objects.select_for_update()),
    "filter": lambda m: list(m.objects.filter(organisation__name="x").exclude(pk=3).order_by("pk").distinct()),
    "an impossible filter": lambda m: list(m.objects.filter(pk__in=[1]).reverse()),
    "raw": lambda m: list(m.objects.raw(f"SELECT * FROM {m._meta.db_table}")),
    "default manager": lambda m: list(m._default_manager.all()),
    "base manager": lambda m: list(m._base_manager.all()),
    "update": lambda m: m.objects.update(**{a_text_field(m): 1}),
    "update of a filter": lambda m: m.objects.filter(pk=1).update(**{a_text_field(m): 1}),
    "delete": lambda m: m.objects.all().delete(),
    "get_or_create": lambda m: m.objects.get_or_create(pk=1),
    "update_or_create": lambda m: m.objects.update_or_create(pk=1),
    "create": lambda m: m.objects.create(organisation_id=1),
    "bulk_create": lambda m: m.objects.bulk_create([m(organisation_id=1)]),
}


@each_model
def test_without_a_viewer_every_query_raises(world, model) -> None:
    assert current_viewer() is None
    answered = []
    for route, read in READS.items():
        try:
            with transaction.atomic():
                read(model)
        except (NoViewer, NotYours):
            continue
        answered.append(route)
    assert answered == []


@each_model
def test_without_a_viewer_an_instance_can_be_neither_saved_deleted_nor_refreshed(world, model) -> None:
    row = copy.copy(world.a_draft[model])
    for write in (row.save, row.delete, row.refresh_from_db, lambda: model.objects.bulk_update([row], ["revision"])):
        with pytest.raises(NoViewer):
            write()


def test_without_a_viewer_relations_raise(world) -> None:
    plan = Plan(pk=world.a_draft[Plan].pk, organisation=world.a)
    section = Section(pk=world.a_draft[Section].pk, organisation=world.a, plan_id=plan.pk)
    for read in (plan.sections.count, plan.sections.exists, lambda: list(plan.sections.all()), lambda: section.plan):
        with pytest.raises(NoViewer):
            read()


def test_crossing_all_organisations_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"), all_organisations(reason=""):
        pass


def test_the_viewer_is_gone_after_an_exception(world) -> None:
    with pytest.raises(KeyError), acting_for(world.a):
        raise KeyError
    assert current_viewer() is None


# Reading


@each_model
def test_each_council_reads_its_own_rows_and_no_other(world, model) -> None:
    own = {world.a_draft[model].pk, world.a_agreed[model].pk, world.a_closed[model].pk}
    with acting_for(world.a):
        assert own <= set(model.objects.values_list("pk", flat=True))
        assert set(model.objects.values_list("organisation", flat=True)) == {world.a.pk}
        theirs = world.b_agreed[model].pk
        assert not model.objects.filter(pk=theirs).exists()
        assert model.objects.in_bulk([theirs]) == {}
        assert model.objects.order_by().union(model.objects.order_by().filter(pk=theirs)).count() == len(
            model.objects.all()
        )
        assert not model._base_manager.filter(pk=theirs).exists()
        with pytest.raises(model.DoesNotExist):
            model.objects.get(pk=theirs)
        with pytest.raises(model.DoesNotExist):
            copy.copy(world.b_draft[model]).refresh_from_db()


def test_relations_and_prefetches_show_no_other_councils_rows(world) -> None:
    theirs = Plan(pk=world.b_agreed[Plan].pk, organisation=world.b)
    with acting_for(world.a):
        for name in ("sections", "objectives", "remarks", "actions", "imports"):
            assert not getattr(theirs, name).exists(), name
        models.prefetch_related_objects([theirs], "sections", "actions__targetdates", Prefetch("objectives"))
        assert theirs.sections.all().count() == len(theirs.actions.all()) == len(theirs.objectives.all()) == 0
        section = Section(organisation=world.a, plan_id=theirs.pk)
        with pytest.raises(Plan.DoesNotExist):
            _ = section.plan


def test_shared_rows_cannot_be_asked_for_the_rows_that_point_at_them(world) -> None:
    for shared in (Organisation, User, Benchmark):
        for relation in shared._meta.get_fields(include_hidden=False):
            if relation.auto_created and not relation.concrete:
                assert not issubclass(relation.related_model, OrganisationOwned), relation
    with pytest.raises(Exception, match="Cannot resolve keyword"):
        Benchmark.objects.annotate(n=Count("section"))
    with pytest.raises(Exception, match="Cannot resolve keyword"):
        Organisation.objects.filter(plan__title="BRAVO")


# Released rows


@pytest.fixture(scope="module")
def county(shared_rows) -> SimpleNamespace:
    """A county, two of its districts and a council elsewhere, with plans in every state and marking."""

    def make() -> SimpleNamespace:
        county = make_authority("Overshire", kind=Organisation.Kind.COUNTY)
        near, next_to_it = make_authority("Neardistrict", parent=county), make_authority("Nextdistrict", parent=county)
        far = make_authority("Fartown", kind=Organisation.Kind.UNITARY)
        rows = {
            (organisation.name, state): make_everything(organisation, f"{organisation.name}-{state}", state)
            for organisation in (county, near, next_to_it, far)
            for state in ("draft", "agreed", "amended", "closed")
        }
        marked = {
            part: make_everything(near, f"SECRET-{part}", "agreed", **{part: "official_sensitive"})
            for part in ("plan", "objective", "action", "remark")
        }
        return SimpleNamespace(county=county, near=near, next=next_to_it, far=far, rows=rows, marked=marked)

    return shared_rows(make)


def _viewer(role: Role, organisation: Organisation, at: Organisation | None = None) -> Viewer:
    user = make_user(role, organisation)
    return viewer_for(user, at or organisation, today=clock.today()).viewer


def _seen(viewer: Viewer, model: type[models.Model], rows: dict) -> set:
    with viewing(viewer):
        pks = set(model.objects.values_list("pk", flat=True))
    return {key for key, made in rows.items() if made[model].pk in pks}


@each_model
def test_a_county_sees_what_its_districts_released_and_a_district_what_its_county_did(county, model) -> None:
    own = {("Overshire", state) for state in ("draft", "agreed", "amended", "closed")}
    released = ("agreed", "amended", "closed") if model in RELEASED_MODELS else ()
    districts = {(name, state) for name in ("Neardistrict", "Nextdistrict") for state in released}
    assert _seen(_viewer(Role.OFFICER, county.county), model, county.rows) == own | districts
    near = {("Neardistrict", state) for state in ("draft", "agreed", "amended", "closed")}
    above = {("Overshire", state) for state in released}
    assert _seen(_viewer(Role.CONTRIBUTOR, county.near), model, county.rows) == near | above


@each_model
def test_a_reviewer_sees_what_was_released_by_the_authorities_of_the_grant_alone(county, model) -> None:
    released = {"agreed", "amended", "closed"} if model in RELEASED_MODELS else set()
    seen = _seen(_viewer(Role.REVIEWER, county.near), model, county.rows)
    assert seen == {("Neardistrict", state) for state in released}


@each_model
def test_an_elected_member_sees_no_draft_of_their_own_council_and_no_other_council(county, model) -> None:
    released = {"agreed", "amended", "closed"} if model in RELEASED_MODELS else set()
    seen = _seen(_viewer(Role.ELECTED_MEMBER, county.near), model, county.rows)
    assert seen == {("Neardistrict", state) for state in released}


@pytest.mark.parametrize("part", ["plan", "objective", "action", "remark"])
def test_an_elected_member_sees_nothing_official_sensitive_at_any_level(county, part) -> None:
    below = {
        "plan": set(RELEASED_MODELS),
        "objective": {Objective, ObjectiveBenchmark, Action, *PARTS_OF_ACTIONS, Owner, FrozenEdition},
        "action": {Action, *PARTS_OF_ACTIONS, Owner, FrozenEdition},
        "remark": {Remark, FrozenEdition},
    }[part]  # fmt: skip
    member = _viewer(Role.ELECTED_MEMBER, county.near)
    for model in RELEASED_MODELS:
        seen = part in _seen(member, model, county.marked)
        assert seen is (model not in below), f"{model.__name__} of a plan with a sensitive {part}"


def test_a_reviewer_and_the_county_do_see_what_is_official_sensitive(county) -> None:
    for viewer in (_viewer(Role.REVIEWER, county.near), _viewer(Role.OFFICER, county.county)):
        assert _seen(viewer, Action, county.marked) == set(county.marked)


def test_an_elected_member_learns_no_number_of_sensitive_actions(county) -> None:
    plan = county.marked["action"][Plan]
    with viewing(_viewer(Role.ELECTED_MEMBER, county.near)):
        listed = Plan.objects.for_list().get(pk=plan.pk)
        assert listed.action_count == listed.not_stated_count == 0
        assert sum(Action.objects.filter(plan=plan).rag_counts().values()) == 0
        assert not Plan.objects.get(pk=plan.pk).actions.exists()


def test_a_grant_that_has_ended_or_not_begun_opens_nothing(county) -> None:
    user = make_user(None)
    for organisation, starts_on, ends_on in ((county.near, LONG_AGO, LONG_AGO), (county.next, FAR_AHEAD, None)):
        Membership.objects.create(
            user=user, organisation=organisation, role=Role.COORDINATOR, starts_on=starts_on, ends_on=ends_on
        )
    viewer = viewer_for(user, county.near, today=clock.today()).viewer
    assert viewer == Viewer(user_id=user.pk, organisation_id=county.near.pk)
    assert _seen(viewer, Plan, county.rows) == set()


def test_a_partner_body_below_a_county_sees_no_plan_of_it(county) -> None:
    partner = make_authority("Partner", kind=Organisation.Kind.PARTNER, parent=county.county)
    assert _seen(_viewer(Role.OFFICER, partner), Plan, county.rows) == set()
    assert not viewer_for(make_user(Role.OFFICER, partner), county.county, today=clock.today()).viewer.roles


# Writing


def _writes_to_anothers_row(model: type[models.Model], world: SimpleNamespace) -> dict[str, Callable[[], Any]]:
    theirs, mine, field = world.b_draft[model], world.a_draft[model], a_text_field(model)

    def tampered(**changes: Any) -> models.Model:
        row = copy.deepcopy(theirs)
        for name, value in changes.items():
            setattr(row, name, value)
        return row

    def forged(row: models.Model) -> models.Model:
        row._state.adding, row._state.db = False, "default"
        return row

    def of_mine(pk: int) -> models.Model:
        row = unsaved(model, mine)
        row.pk = pk
        return row

    def deferred() -> models.Model:
        row = model.objects.defer("organisation").get(pk=mine.pk)
        row.organisation = world.b
        return row

    return {
        "save a row of theirs": lambda: tampered().save(),
        "save a row of theirs as ours": lambda: tampered(organisation=world.a).save(),
        "save with tampered organisation_id": lambda: tampered(organisation_id=world.a.pk).save(),
        "save under their key": lambda: of_mine(theirs.pk).save(),
        "save under their key, forced": lambda: forged(of_mine(theirs.pk)).save(),
        "save under their key by update": lambda: of_mine(theirs.pk).save(force_update=True),
        "save some fields": lambda: tampered(organisation=world.a).save(update_fields=[field]),
        "save base": lambda: of_mine(theirs.pk).save_base(),
        "save base raw": lambda: tampered().save_base(raw=True),
        "save a new row of theirs": lambda: unsaved(model, theirs).save(),
        "save a new row of theirs by base": lambda: unsaved(model, theirs).save_base(force_insert=True),
        "give a row of ours away": lambda: deferred().save(),
        "create": lambda: model.objects.create(**_values(unsaved(model, theirs))),
        "get_or_create": lambda: model.objects.get_or_create(pk=theirs.pk, defaults=_values(unsaved(model, theirs))),
        "update_or_create": lambda: model.objects.update_or_create(pk=theirs.pk, defaults=_values(of_mine(theirs.pk))),
        "bulk_create theirs": lambda: model.objects.bulk_create([unsaved(model, theirs)]),
        "bulk_create among ours": lambda: model.objects.bulk_create([unsaved(model, mine), unsaved(model, theirs)]),
        "bulk_create under their key": lambda: model.objects.bulk_create([of_mine(theirs.pk)]),
        "upsert": lambda: model.objects.bulk_create(
            [of_mine(theirs.pk)], update_conflicts=True, update_fields=[field], unique_fields=["id"]
        ),
        "upsert by position": lambda: model.objects.bulk_create(
            [of_mine(theirs.pk)], None, False, True, [field], ["id"]
        ),
        "insert and ignore": lambda: model.objects.bulk_create([unsaved(model, theirs)], ignore_conflicts=True),
        "bulk_update": lambda: model.objects.bulk_update([tampered(**{field: 7})], [field]),
        "bulk_update under their key": lambda: model.objects.bulk_update([of_mine(theirs.pk)], [field]),
        "bulk_update organisation": lambda: model.objects.bulk_update(
            [tampered(organisation=world.a)], ["organisation"]
        ),
        "update": lambda: model.objects.filter(pk=theirs.pk).update(**{field: 7}),
        "update by base manager": lambda: model._base_manager.filter(pk=theirs.pk).update(**{field: 7}),
        "update organisation": lambda: model.objects.filter(pk=mine.pk).update(organisation=world.b),
        "update organisation_id": lambda: model.objects.filter(pk=mine.pk).update(organisation_id=world.b.pk),
        "update key": lambda: model.objects.filter(pk=mine.pk).update(id=theirs.pk),
        "delete": lambda: model.objects.filter(pk=theirs.pk).delete(),
        "raw delete": lambda: model.objects.filter(pk=theirs.pk)._raw_delete("default"),
        "delete an instance": lambda: tampered().delete(),
        "delete an instance as ours": lambda: tampered(organisation=world.a).delete(),
        "delete by a forged instance": lambda: of_mine(theirs.pk).delete(),
        "delete a deferred instance": lambda: deferred().delete(),
    }


def _values(row: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}


@each_model
def test_no_write_reaches_another_councils_rows(world, model) -> None:
    with acting_for(world.a):
        assert writes_that_get_through(_writes_to_anothers_row(model, world)) == []


@each_model
def test_released_rows_of_others_are_seen_but_not_written(county, model) -> None:
    """The county sees the district's agreed plan; the wall for writes must not lean on what is seen."""
    world = SimpleNamespace(
        a=county.county,
        b=county.near,
        a_draft=county.rows["Overshire", "draft"],
        b_draft=county.rows["Neardistrict", "agreed"],
    )
    with viewing(_viewer(Role.COORDINATOR, county.county)):
        assert writes_that_get_through(_writes_to_anothers_row(model, world)) == []


def _writes_to_a_foreign_target(
    model: type[models.Model], link: models.ForeignKey, world: SimpleNamespace
) -> dict[str, Callable[[], Any]]:
    mine, theirs = world.a_draft[model], world.b_draft[link.related_model]
    forged = link.related_model(pk=theirs.pk, organisation=world.a)
    rows = model.objects.filter(pk=mine.pk)
    other = model.objects.filter(pk=world.a_agreed[model].pk)

    def changed(**values: Any) -> models.Model:
        row = model.objects.get(pk=mine.pk)
        for name, value in values.items():
            setattr(row, name, value)
        return row

    return {
        "save a key": lambda: changed(**{link.attname: theirs.pk}).save(),
        "save an instance": lambda: changed(**{link.name: theirs}).save(),
        "save a forged instance": lambda: changed(**{link.name: forged}).save(),
        "create": lambda: unsaved(model, mine, **{link.attname: theirs.pk}).save(),
        "create with a forged instance": lambda: unsaved(model, mine, **{link.name: forged}).save(),
        "bulk_create": lambda: model.objects.bulk_create([unsaved(model, mine, **{link.attname: theirs.pk})]),
        "bulk_update": lambda: model.objects.bulk_update([changed(**{link.attname: theirs.pk})], [link.name]),
        "bulk_update among good ones": lambda: model.objects.bulk_update(
            [*other, changed(**{link.attname: theirs.pk})], [link.name]
        ),
        "update a key": lambda: rows.update(**{link.attname: theirs.pk}),
        "update a field": lambda: rows.update(**{link.name: theirs}),
        "update a field by key": lambda: rows.update(**{link.name: theirs.pk}),
        "update by a value": lambda: rows.update(**{link.name: models.Value(theirs.pk)}),
        "update by an expression": lambda: rows.update(**{link.name: F("pk") - F("pk") + theirs.pk}),
        "update_or_create": lambda: model.objects.update_or_create(pk=mine.pk, defaults={link.attname: theirs.pk}),
    }


@each_model
def test_a_row_points_at_no_other_councils_row(world, model) -> None:
    """By save, create, bulk writes, keys, instances, forged instances and expressions."""
    for link in model._meta.concrete_fields:
        if isinstance(link, models.ForeignKey) and issubclass(link.related_model, OrganisationOwned):
            with acting_for(world.a):
                pointing = model.objects.filter(**{link.attname: world.b_draft[link.related_model].pk})
                writes = _writes_to_a_foreign_target(model, link, world)
                assert writes_that_get_through(writes, pointing.exists) == [], link


def test_related_managers_write_nothing_into_anothers_plan(world) -> None:
    mine, theirs = world.a_draft[Plan], world.b_draft[Plan]
    forged = Plan(pk=theirs.pk, organisation=world.a)
    writes = (
        lambda: theirs.sections.create(organisation=world.b, title="x"),
        lambda: theirs.sections.create(organisation=world.a, title="x"),
        lambda: forged.sections.create(organisation=world.a, title="x"),
        lambda: theirs.sections.add(copy.deepcopy(world.a_draft[Section])),
        lambda: forged.sections.add(copy.deepcopy(world.a_draft[Section])),
        lambda: mine.sections.add(copy.deepcopy(world.b_draft[Section])),
        lambda: mine.sections.set([copy.deepcopy(world.b_draft[Section])]),
        lambda: mine.sections.add(copy.deepcopy(world.b_draft[Section]), bulk=False),
        lambda: theirs.sections.add(copy.deepcopy(world.a_draft[Section]), bulk=False),
        lambda: theirs.sections.all().update(title="x"),
        lambda: theirs.sections.all().delete(),
        lambda: theirs.imports.clear(),
        lambda: theirs.imports.remove(world.b_draft[PlanImport]),
    )
    with acting_for(world.a):
        assert writes_that_get_through(dict(enumerate(writes))) == []


@each_model
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ELECTED_MEMBER, Role.COLLEAGUE])
def test_a_read_only_viewer_writes_nothing_even_without_the_guard(world, model, role) -> None:
    viewer = dataclasses.replace(
        Viewer(user_id=1, organisation_id=world.a.pk, roles=frozenset({role})), own=frozenset({world.a.pk})
    )
    row, field = world.a_draft[model], a_text_field(model)
    with viewing(viewer):
        writes = (
            lambda: copy.deepcopy(row).save(),
            lambda: unsaved(model, row).save(),
            lambda: copy.deepcopy(row).delete(),
            lambda: model.objects.filter(pk=row.pk).update(**{field: 7}),
            lambda: model.objects.filter(pk=row.pk).delete(),
            lambda: model.objects.bulk_create([unsaved(model, row)]),
            lambda: model.objects.bulk_update([copy.deepcopy(row)], [field]),
        )
        assert writes_that_get_through(dict(enumerate(writes))) == []


@pytest.mark.parametrize("model", [m for m in OWNED_MODELS if not issubclass(m, Frozen)], ids=lambda m: m.__name__)
def test_a_council_does_write_its_own_rows(world, model) -> None:
    """So that the refusals above are not the refusal of everything."""
    field = a_text_field(model)
    row = world.a_draft[model]
    changed = 5 if field == "revision" else "changed"
    with acting_for(world.a):
        new = unsaved(model, row)
        new.save()
        assert model.objects.filter(pk=new.pk).update(**{field: changed}) == 1
        fresh = model.objects.get(pk=new.pk)
        assert getattr(fresh, field) == changed
        fresh.save()
        model.objects.bulk_update([fresh], [field])
        assert model.objects.filter(pk=new.pk).delete()[0] >= 1
        (other,) = model.objects.bulk_create([unsaved(model, row)])
        other.delete()
        for link in {"plan", "section", "objective", "action"} & {field.name for field in model._meta.fields}:
            mine = model.objects.get(pk=row.pk)
            assert model.objects.filter(pk=row.pk).update(**{link: getattr(mine, f"{link}_id")}) == 1
            assert model.objects.bulk_update([mine, model.objects.get(pk=world.a_agreed[model].pk)], [link]) == 2


def test_a_new_rows_key_comes_from_the_database(world) -> None:
    with acting_for(world.a):
        with pytest.raises(NotYours):
            Plan(pk=10**6, organisation=world.a, title="x").save()
        with pytest.raises(NotYours):
            Plan.objects.bulk_create([Plan(pk=10**6, organisation=world.a, title="x")])


# Closed plans


def _writes_to_a_closed_plan(model: type[models.Model], world: SimpleNamespace) -> dict[str, Callable[[], Any]]:
    closed, field = world.a_closed[model], a_text_field(model)

    def stale() -> models.Model:
        """As somebody read it before the plan was closed."""
        row = copy.deepcopy(closed)
        setattr(row, field, "x" if field != "revision" else 7)
        plan = row if model is Plan else copy.deepcopy(world.a_closed[Plan])
        plan.state = Plan.State.AGREED
        plan._stored["state"] = Plan.State.AGREED
        for name, parent in (("plan", plan), ("objective", Objective), ("action", Action)):
            if name in {f.name for f in model._meta.fields}:
                if parent is not plan:
                    parent = copy.deepcopy(world.a_closed[parent])
                    parent.plan = plan
                setattr(row, name, parent)
        return row

    def new_of_stale() -> models.Model:
        row = stale()
        row.pk, row._state.adding, row._stored = None, True, {}
        if model in (Assignment, ObjectiveBenchmark):
            other = unsaved(model, closed)
            for name in ("owner_id", "benchmark_id"):
                if hasattr(other, name):
                    setattr(row, name, getattr(other, name))
        return row

    writes = {
        "save": lambda: copy.deepcopy(closed).save(),
        "save a stale row": lambda: stale().save(),
        "save some fields": lambda: stale().save(update_fields=[field]),
        "update": lambda: model.objects.filter(pk=closed.pk).update(**{field: 7}),
        "bulk_update": lambda: model.objects.bulk_update([stale()], [field]),
        "update_or_create": lambda: model.objects.update_or_create(pk=closed.pk, defaults={field: "x"}),
        "delete": lambda: copy.deepcopy(closed).delete(),
        "delete a stale row": lambda: stale().delete(),
        "delete by queryset": lambda: model.objects.filter(pk=closed.pk).delete(),
    }
    if model is Plan:
        return writes | {
            "open it again": lambda: model.objects.filter(pk=closed.pk).update(state="draft"),
            "open it again by save": lambda: stale().save(update_fields=["state"]),
        }
    return writes | {
        "add": lambda: unsaved(model, closed).save(),
        "add by a stale parent": lambda: new_of_stale().save(),
        "bulk_create": lambda: model.objects.bulk_create([unsaved(model, closed)]),
        "bulk_create by a stale parent": lambda: model.objects.bulk_create([new_of_stale()]),
    }


@pytest.mark.parametrize("model", PLAN_MODELS, ids=lambda m: m.__name__)
def test_a_closed_plan_is_locked_by_every_route(world, model) -> None:
    with acting_for(world.a):
        assert writes_that_get_through(_writes_to_a_closed_plan(model, world)) == []


def _moves(model: type[models.Model], link: str, world: SimpleNamespace) -> dict[str, Callable[[], Any]]:
    open_row, closed_row = world.a_draft[model], world.a_closed[model]
    into, out_of = getattr(closed_row, f"{link}_id"), getattr(open_row, f"{link}_id")

    def moved(row: models.Model, target: int) -> models.Model:
        fresh = model.objects.get(pk=row.pk)
        setattr(fresh, f"{link}_id", target)
        return fresh

    return {
        "update into": lambda: model.objects.filter(pk=open_row.pk).update(**{link: into}),
        "update out of": lambda: model.objects.filter(pk=closed_row.pk).update(**{link: out_of}),
        "save into": lambda: moved(open_row, into).save(),
        "save out of": lambda: moved(closed_row, out_of).save(),
        "add into": lambda: unsaved(model, open_row, **{f"{link}_id": into}).save(),
        "bulk_update into": lambda: model.objects.bulk_update([moved(open_row, into)], [link]),
        "bulk_update out of": lambda: model.objects.bulk_update([moved(closed_row, out_of)], [link]),
    }


@pytest.mark.parametrize("model", PARTS, ids=lambda m: m.__name__)
def test_nothing_moves_into_or_out_of_a_closed_plan(world, model) -> None:
    for link in {"plan", "section", "objective", "action"} & {field.name for field in model._meta.fields}:
        with acting_for(world.a):
            in_closed = model.objects.filter(**{link: getattr(world.a_closed[model], link)}).order_by("pk")
            before = list(in_closed.values_list())

            def changed(rows=in_closed, before=before) -> bool:
                return list(rows.values_list()) != before

            assert writes_that_get_through(_moves(model, link, world), changed) == [], link


def test_a_closed_plan_says_why_it_refuses(world) -> None:
    with acting_for(world.a), pytest.raises(PermissionDenied, match="closed"):
        Action.objects.get(pk=world.a_closed[Action].pk).save()


# System checks


@isolate_apps()
def test_each_system_check_fails_on_a_bad_model() -> None:
    class Unguarded(OrganisationOwned):
        """Has a second door."""

        everything = models.Manager()

        class Meta(OrganisationOwned.Meta):
            app_label = "plans"

    class OtherBase(OrganisationOwned):
        """Has another base manager."""

        class Meta:
            app_label = "plans"

    class UniqueAcross(OrganisationOwned):
        """Tells one authority which names another has taken."""

        name = models.CharField(max_length=10)
        code = models.CharField(max_length=10, unique=True)

        class Meta(OrganisationOwned.Meta):
            app_label = "plans"
            constraints = [models.UniqueConstraint(fields=["name"], name="x_name")]

    class UniqueByExpression(OrganisationOwned):
        """The same, spelled as an expression."""

        name = models.CharField(max_length=10)

        class Meta(OrganisationOwned.Meta):
            app_label = "plans"
            constraints = [models.UniqueConstraint(models.functions.Lower("name"), name="x_lower")]

    class CountedByShared(OrganisationOwned):
        """Can be counted from a shared row."""

        benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="counted")
        people = models.ManyToManyField(User)

        class Meta(OrganisationOwned.Meta):
            app_label = "plans"

    def errors_of(*bad: type[models.Model]) -> list[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("prevent_portal.checks._own_models", lambda: list(bad))
            return [e.id for check in (check_owned_models, check_links_to_shared_rows) for e in check(None)]

    assert errors_of(Unguarded) == ["portal.E001"]
    assert errors_of(OtherBase) == ["portal.E001"]
    assert sorted(errors_of(UniqueAcross)) == ["portal.E002", "portal.E003"]
    assert errors_of(UniqueByExpression) == ["portal.E002"]
    assert errors_of(CountedByShared) == ["portal.E004", "portal.E004"]
    assert errors_of(*OWNED_MODELS) == []
    assert not [e for e in checks.run_checks() if (e.id or "").startswith("portal.")]


def test_two_councils_may_use_the_same_names(world) -> None:
    """What is unique is unique within an authority; another's names are no oracle."""
    with acting_for(world.a):
        Plan(organisation=world.a, title=world.b_draft[Plan].title, period_start=None).full_clean()
        Plan(organisation=world.a, title=world.b_draft[Plan].title).save()
    with acting_for(world.a), pytest.raises(IntegrityError), transaction.atomic():
        owner = world.a_draft[Owner]
        Owner(organisation=world.a, name=owner.name, post=owner.post, kind=owner.kind).save()


def test_a_membership_is_nobodys_way_to_anothers_rows(world) -> None:
    """Shared tables know memberships, and only those."""
    member = make_user(Role.OFFICER, world.a)
    assert list(Membership.objects.filter(user=member).values_list("organisation", flat=True)) == [world.a.pk]

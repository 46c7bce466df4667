"""The log: every change with who and why, in the same transaction, without personal values, and for ever."""

import copy
import datetime as dt
import itertools
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, NotSupportedError, connection, models, transaction

from benchmarks.models import Benchmark, Crosswalk, Framework, Level, Prompt, Question
from plans.models import Action, Owner, Plan, Section
from prevent_portal import audit, clock
from prevent_portal.audit import Event, Recorded, acting, because
from prevent_portal.models import DigestChoice, LogEntry, Membership, Organisation, OutgoingMail, User
from prevent_portal.permissions import Role
from prevent_portal.scoping import NoViewer, acting_for, all_organisations

from .factories import address, another, make_authority, make_everything, make_user, signed_in

RECORDED_MODELS = sorted(
    (m for m in apps.get_models() if issubclass(m, Recorded) and m.is_logged), key=lambda m: m.__name__
)
each_model = pytest.mark.parametrize("model", RECORDED_MODELS, ids=lambda m: m.__name__)
SECRET = "Zebedee Quillfeather"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(shared_rows) -> SimpleNamespace:
    """An authority with one row of everything that is recorded."""

    def make() -> SimpleNamespace:
        organisation = make_authority("Logford")
        user = make_user(Role.COORDINATOR, organisation)
        rows: dict[type[models.Model], models.Model] = make_everything(organisation, "LOGGED")
        rows |= {
            Organisation: make_authority("Logless"),
            User: make_user(None),
            Membership: Membership.objects.get(user=user),
            DigestChoice: DigestChoice.objects.create(user=user),
            Framework: Framework.objects.create(slug="logged", title="Logged", year=2026),
        }
        rows[Benchmark] = Benchmark.objects.create(framework=rows[Framework], number=1, title="Logged")
        rows[Level] = Level.objects.create(framework=rows[Framework], position=1, label="Logged", stage="achieved")
        asked = {"position": 1, "reference": "1.1", "kind": "good_practice", "text": "Logged"}
        rows[Question] = Question.objects.create(benchmark=rows[Benchmark], **asked)
        rows[Prompt] = Prompt.objects.create(question=rows[Question], position=1, text="Logged")
        earlier = Benchmark.objects.create(framework=rows[Framework], number=2, title="Logged earlier")
        rows[Crosswalk] = Crosswalk.objects.create(benchmark=rows[Benchmark], earlier=earlier)
        return SimpleNamespace(organisation=organisation, user=user, rows=rows)

    return shared_rows(make)


_word = itertools.count(1)


def _new(world: SimpleNamespace, model: type[models.Model]) -> models.Model:
    """Another row of `model`, unsaved."""
    row = world.rows[model]
    changes = {"ons_code": ""} if model is Organisation else {}
    if any(field.name == "number" for field in model._meta.fields):
        changes["number"] = next(_word) + 100
    return another(row, **changes)


def _saved(row: models.Model) -> models.Model:
    row.save()
    return row


WRITTEN_ONCE = {"FrozenCopy", "FrozenEdition"}
"""Never changed and never deleted; the database holds it to that (`test_freezing`)."""

NOTHING_TO_CHANGE = {
    "ObjectiveBenchmark", "ImportedFile", "ActionRecommendation", "PlanSnapshot", "Crosswalk", "AnswerEvidence",
    "ResultRecommendation", "Respondent", "Submission", "Person", "Completion", "Equivalence", "CourseName",
    "RequirementGroup", "Exemption", *WRITTEN_ONCE,
}  # fmt: skip
"""What such a row holds is what it is: changed, it would be another one."""


def _a_change(model: type[models.Model]) -> dict[str, Any]:
    """A field that the log keeps, and a new value for it."""
    if model is Organisation:
        return {"region": "london"}
    if model.__name__ == "ColumnHeading":
        return {"field": "outcome"}
    if model is DigestChoice:
        return {"is_on": False}
    named_once = {
        name for each in model._meta.constraints if isinstance(each, models.UniqueConstraint) for name in each.fields
    }
    # What must be unique is changed only where there is nothing else.
    fields = sorted(model._meta.concrete_fields, key=lambda field: field.name in named_once)
    for field in fields:
        plain = field.attname not in model.personal_fields | model.unrecorded_fields and not field.choices
        is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.URLField)
        if plain and is_text and not field.unique and field.name not in named_once:
            return {field.name: "changed"}
    for field in fields:
        if field.attname in model.unrecorded_fields | model.personal_fields or field.choices or field.unique:
            continue
        if isinstance(field, models.PositiveSmallIntegerField):
            return {field.name: 77}
        if isinstance(field, models.CharField) and not isinstance(field, models.URLField):
            return {field.name: "changed"}
    if model is User:
        return {"is_active": False}
    return {"benchmark": None}


def lines(write: Callable[[], Any], model: type[models.Model] | None = None) -> list[LogEntry]:
    """What `write` added to the log about `model` (None: anything), oldest first."""
    last = LogEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    write()
    added = LogEntry.objects.filter(pk__gt=last).order_by("pk")
    return list(added if model is None else added.filter(model=model._meta.label_lower))


def test_every_recorded_model_is_in_the_world(world) -> None:
    assert {model for model in world.rows if model.is_logged} == set(RECORDED_MODELS), (
        "teach this test, or factories.make_everything, the new model"
    )


def test_every_model_of_the_portal_but_the_log_and_the_outbox_is_recorded() -> None:
    for config in apps.get_app_configs():
        if config.name in {"prevent_portal", "plans", "benchmarks", "training"}:
            for model in config.get_models():
                assert issubclass(model, Recorded) or model in {LogEntry, OutgoingMail}, model


# What is logged


@each_model
def test_create_change_and_delete_are_logged(world, model) -> None:
    with acting_for(world.organisation):
        row = _new(world, model)
        (created,) = lines(row.save, model)
        assert (created.event, created.object_id) == (Event.CREATED, row.pk)
        assert created.organisation_id == row.log_organisation_id()

        if model.__name__ not in NOTHING_TO_CHANGE:
            (name, value), *_none = _a_change(model).items()
            setattr(row, name, value)
            (changed,) = lines(row.save, model)
            assert (changed.event, changed.object_id) == (Event.CHANGED, row.pk)
            assert set(changed.changes) == {name}
            assert changed.changes[name][1] == value
            assert lines(row.save, model) == [], "nothing changed, nothing to say"

        if model is Organisation:
            # What its log says of it stays, and so does it.
            with pytest.raises(models.ProtectedError):
                row.delete()
            return
        if model.__name__ in WRITTEN_ONCE:
            return
        pk = row.pk
        (deleted,) = lines(row.delete, model)
        assert (deleted.event, deleted.object_id) == (Event.DELETED, pk)


@each_model
def test_bulk_writes_are_logged_row_by_row(world, model) -> None:
    with acting_for(world.organisation):
        new = [_new(world, model), _new(world, model)]
        created = lines(lambda: model.objects.bulk_create(new), model)
        assert [(line.event, line.object_id) for line in created] == [(Event.CREATED, row.pk) for row in new]
        rows = model.objects.filter(pk__in=[row.pk for row in new])

        if model.__name__ not in NOTHING_TO_CHANGE:
            (name, value), *_none = _a_change(model).items()
            changed = lines(lambda: rows.update(**{name: value}), model)
            assert {(line.event, line.object_id) for line in changed} == {(Event.CHANGED, row.pk) for row in new}
            assert all(line.changes[name][1] == value for line in changed)

            fresh = list(rows)
            other = 78 if value == 77 else True if value is False else "other"
            for row in fresh:
                setattr(row, name, other)
            changed = lines(lambda: model.objects.bulk_update(fresh, [name]), model)
            assert {(line.event, line.changes[name][1]) for line in changed} == {(Event.CHANGED, other)}
            assert len(changed) == 2

        if model is Organisation or model.__name__ in WRITTEN_ONCE:
            return
        deleted = lines(lambda: rows.delete(), model)
        assert {(line.event, line.object_id) for line in deleted} == {(Event.DELETED, row.pk) for row in new}


def test_what_goes_with_a_deleted_row_is_logged_too(world) -> None:
    with acting_for(world.organisation):
        action = Action.objects.get(pk=world.rows[Action].pk)
        gone = lines(lambda: action.delete())
    assert {line.model for line in gone} == {
        f"plans.{name}"
        for name in (
            "action", "targetdate", "assignment", "step", "milestone", "progressupdate", "daterequest",
            "actionevidence", "actionrecommendation", "actiongap", "delivery",
        )
    }  # fmt: skip
    assert {line.event for line in gone} == {Event.DELETED}


def test_a_bulk_write_takes_as_many_queries_for_two_rows_as_for_twelve(world, django_assert_num_queries) -> None:
    def sections(count: int) -> list[Section]:
        plan = Plan.objects.get(pk=world.rows[Plan].pk)
        return [Section(organisation=world.organisation, plan=plan, title=f"s{n}") for n in range(count)]

    with acting_for(world.organisation):
        for count in (2, 12):
            new = sections(count)
            with django_assert_num_queries(3):  # is the plan open, the rows, the log
                made = Section.objects.bulk_create(new)
            with django_assert_num_queries(5):  # before, change, after, what they are called, the log
                Section.objects.filter(pk__in=[row.pk for row in made]).update(title=f"of {count}")


def test_a_deferred_field_that_is_changed_is_logged(world) -> None:
    with acting_for(world.organisation):
        plan = Plan.objects.only("title", "organisation").get(pk=world.rows[Plan].pk)
        plan.aim = "never read, but changed"
        (line,) = lines(plan.save, Plan)
        assert line.changes["aim"] == [None, "never read, but changed"]


def test_loading_a_deferred_field_hides_no_change_of_another(world) -> None:
    with acting_for(world.organisation):
        plan = Plan.objects.only("title", "organisation").get(pk=world.rows[Plan].pk)
        before, plan.title = plan.title, "another title"
        assert plan.introduction  # is read from the database now
        (line,) = lines(plan.save, Plan)
        assert line.changes == {"title": [before, "another title"]}


def test_saving_some_fields_logs_those(world) -> None:
    with acting_for(world.organisation):
        plan = Plan.objects.get(pk=world.rows[Plan].pk)
        plan.title, plan.aim = "kept", "not saved"
        (line,) = lines(lambda: plan.save(update_fields=["title"]), Plan)
        assert set(line.changes) == {"title"}
        (line,) = lines(plan.save, Plan)
        assert set(line.changes) == {"aim"}


def test_a_write_that_could_not_be_logged_is_refused(world) -> None:
    """Neither `ignore_conflicts` nor an upsert says which rows it wrote."""
    user = User(email="new@example.org", name="New")
    with pytest.raises(NotSupportedError):
        User.objects.bulk_create([user], ignore_conflicts=True)
    with pytest.raises(NotSupportedError):
        User.objects.bulk_create([user], None, False, True)


# Together or not at all


@each_model
def test_a_row_does_not_survive_a_log_line_that_fails(world, model, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise IntegrityError("the log is full")

    with acting_for(world.organisation):
        row, others = _new(world, model), [_new(world, model)]
        stored = model.objects.get(pk=world.rows[model].pk)
        before = list(model.objects.order_by("pk").values_list())
        (name, value), *_none = _a_change(model).items()
        setattr(stored, name, value)
        monkeypatch.setattr(type(LogEntry.objects), "bulk_create", fail)
        writes = [row.save, lambda: model.objects.bulk_create(others)]
        if model.__name__ not in NOTHING_TO_CHANGE:
            writes += [stored.save, lambda: model.objects.filter(pk=stored.pk).update(**{name: value})]
        for write in writes:
            with pytest.raises(IntegrityError), transaction.atomic():
                write()
        assert list(model.objects.order_by("pk").values_list()) == before


def test_a_deletion_does_not_survive_a_log_line_that_fails(world, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise IntegrityError("the log is full")

    with acting_for(world.organisation):
        action = Action.objects.get(pk=world.rows[Action].pk)
        monkeypatch.setattr(type(LogEntry.objects), "bulk_create", fail)
        for write in (lambda: copy.copy(action).delete(), lambda: Action.objects.filter(pk=action.pk).delete()):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()
            assert Action.objects.filter(pk=action.pk).exists()


# What the log must not keep


@each_model
def test_personal_values_are_in_no_line(world, model) -> None:
    """Neither as a value nor in the label: the log says that they changed."""
    personal = sorted(model.personal_fields)
    if not personal:
        return
    with acting_for(world.organisation):
        row = _new(world, model)
        for name in personal:
            value = f"{SECRET.replace(' ', '.')}@example.org" if name == "email" else SECRET
            setattr(row, name, value)

        def everything() -> None:
            row.save()
            for name in personal:
                setattr(row, name, f"{name[:1]}{next(_word)}.{SECRET.replace(' ', '')}@example.org")
            row.save()
            rows = model.objects.filter(pk=row.pk)
            rows.update(**{name: f"again.{name}.{SECRET.replace(' ', '')}@example.org" for name in personal})
            rows.delete()

        written = lines(everything, model)
    assert [line.event for line in written] == [Event.CREATED, Event.CHANGED, Event.CHANGED, Event.DELETED]
    for line in written:
        kept = json.dumps(line.changes) + line.label + line.reason
        assert not any(part in kept for part in SECRET.split()), line
        assert all(values == [None, None] for name, values in line.changes.items() if name in personal)
    assert set(personal) <= set(written[0].changes)


def test_a_persons_membership_names_nobody(world) -> None:
    user = make_user(None, name=SECRET)
    (line,) = lines(
        lambda: Membership.objects.create(
            user=user, organisation=world.organisation, role=Role.CLERK, starts_on=clock.today()
        ),
        Membership,
    )
    assert SECRET not in line.label + json.dumps(line.changes)


def test_an_assignment_names_nobody(world) -> None:
    with acting_for(world.organisation):
        owner = _saved(Owner(organisation=world.organisation, name=SECRET))
        assignment = _new(world, apps.get_model("plans", "Assignment"))
        assignment.owner = owner
        (line,) = lines(assignment.save)
    assert SECRET not in line.label + json.dumps(line.changes)


def test_the_contents_of_an_imported_file_are_not_copied(world) -> None:
    for name, values in (
        ("PlanImport", {"draft": {"owner": SECRET}, "written": {"owner": SECRET}, "given": {"title": SECRET}}),
        ("ImportedFile", {"data": SECRET.encode()}),
    ):
        model = apps.get_model("plans", name)
        with acting_for(world.organisation):
            row = _new(world, model)
            for field, value in values.items():
                setattr(row, field, value)
            (line,) = lines(row.save, model)
        assert SECRET not in json.dumps(line.changes)


# For ever


def _line() -> LogEntry:
    return LogEntry.objects.order_by("pk").first()


FORGERIES_BY_ORM: dict[str, Callable[[], Any]] = {
    "save": lambda: _line().save(),
    "update": lambda: LogEntry.objects.update(label="x"),
    "delete": lambda: _line().delete(),
    "delete by queryset": lambda: LogEntry.objects.all().delete(),
    "bulk_update": lambda: LogEntry.objects.bulk_update([_line()], ["label"]),
    "update_or_create": lambda: LogEntry.objects.update_or_create(pk=_line().pk, defaults={"label": "x"}),
    "upsert": lambda: LogEntry.objects.bulk_create(
        [_line()], update_conflicts=True, update_fields=["label"], unique_fields=["id"]
    ),
    "delete the actor": lambda: User.objects.filter(pk__in=LogEntry.objects.values("actor")).delete(),
    "delete the authority": lambda: Organisation.objects.filter(pk=_line().organisation_id).delete(),
}
_UPSERT = (
    "INSERT INTO prevent_portal_logentry"
    " (id, at, event, reason, request_id, model, label, changes)"
    " SELECT id, at, event, reason, request_id, model, 'forged', changes FROM prevent_portal_logentry WHERE true"
    " ON CONFLICT (id) DO UPDATE SET label = 'forged'"
)
FORGERIES_BY_SQL = {
    "both": (
        "UPDATE prevent_portal_logentry SET label = 'forged'",
        "DELETE FROM prevent_portal_logentry",
        _UPSERT,
        "DELETE FROM prevent_portal_user",
        "DELETE FROM prevent_portal_organisation",
    ),
    "sqlite": (
        "INSERT OR REPLACE INTO prevent_portal_logentry SELECT * FROM prevent_portal_logentry",
        "REPLACE INTO prevent_portal_logentry SELECT * FROM prevent_portal_logentry",
        "UPDATE OR REPLACE prevent_portal_logentry SET id = id + 1",
    ),
    "postgresql": (
        "TRUNCATE prevent_portal_logentry",
        "TRUNCATE prevent_portal_organisation CASCADE",
        "WITH gone AS (DELETE FROM prevent_portal_logentry RETURNING 1) SELECT count(*) FROM gone",
    ),
}


@pytest.fixture
def a_log(world) -> list[tuple]:
    """A log with lines by somebody."""
    with acting_for(world.organisation), acting(actor_id=world.user.pk):
        _new(world, Plan).save()
    return list(LogEntry.objects.order_by("pk").values_list())


@pytest.mark.parametrize("forgery", FORGERIES_BY_ORM)
def test_no_line_is_changed_or_deleted_by_the_orm(a_log, forgery) -> None:
    with pytest.raises((DatabaseError, models.ProtectedError, NoViewer)), transaction.atomic():
        FORGERIES_BY_ORM[forgery]()
        connection.check_constraints()
    assert list(LogEntry.objects.order_by("pk").values_list()) == a_log


def test_no_line_is_changed_or_deleted_by_sql(a_log) -> None:
    for forgery in FORGERIES_BY_SQL["both"] + FORGERIES_BY_SQL[connection.vendor]:
        with pytest.raises(DatabaseError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(forgery)
            connection.check_constraints()
        assert list(LogEntry.objects.order_by("pk").values_list()) == a_log, forgery


# Who, why, in which request


def test_a_line_says_who_why_and_in_which_request(world) -> None:
    with acting_for(world.organisation), acting(actor_id=world.user.pk, reason="asked to", request_id="r1"):
        (line,) = lines(_new(world, Plan).save)
        assert (line.actor_id, line.reason, line.request_id) == (world.user.pk, "asked to", "r1")
        with because("a better reason"):
            (line,) = lines(_new(world, Plan).save)
        assert (line.actor_id, line.reason, line.request_id) == (world.user.pk, "a better reason", "r1")
        (line,) = lines(_new(world, Plan).save)
        assert line.reason == "asked to"


def test_outside_requests_and_commands_it_was_the_system(world) -> None:
    with all_organisations(reason="tidying up"):
        (line,) = lines(_new(world, Plan).save)
    assert (line.actor_id, line.reason) == (None, "tidying up")
    assert abs(line.at - LogEntry.objects.latest("at").at) < dt.timedelta(minutes=1)


def test_a_request_is_logged_under_its_person_and_one_request_id(world) -> None:
    client = signed_in(world.user)
    url = address(world.organisation, "plans:owner_create")
    written = lines(lambda: client.post(url, {"kind": "post", "name": "", "post": "Head of Community Safety"}), Owner)
    assert [line.event for line in written] == [Event.CREATED]
    assert written[0].actor_id == world.user.pk
    assert written[0].organisation_id == world.organisation.pk
    assert len(written[0].request_id) == 32
    assert audit._occasion.get() == audit.Occasion(), "the next request starts afresh"


# Looking


def test_a_download_is_logged(world) -> None:
    with acting_for(world.organisation):
        plan_import = apps.get_model("plans", "PlanImport").objects.get(
            pk=world.rows[apps.get_model("plans", "PlanImport")].pk
        )
    url = address(world.organisation, "plans:plan_import_original", pk=plan_import.pk)
    client = signed_in(world.user)
    (line,) = lines(lambda: client.get(url))
    assert (line.event, line.object_id, line.actor_id) == (Event.DOWNLOADED, plan_import.pk, world.user.pk)
    assert line.organisation_id == world.organisation.pk


def _agreed_plan(organisation: Organisation) -> Plan:
    return make_everything(organisation, "SEEN", Plan.State.AGREED)[Plan]


def test_every_page_that_a_reviewer_looks_at_is_logged(world) -> None:
    plan = _agreed_plan(world.organisation)
    reviewer = make_user(Role.REVIEWER, world.organisation)
    client = signed_in(reviewer)
    for name, kwargs, seen in (
        ("plans:plan_detail", {"pk": plan.pk}, plan),
        ("plans:plan_table", {"pk": plan.pk}, plan),
        ("plans:plan_list", {}, world.organisation),
        ("authority_home", {}, world.organisation),
    ):
        url = address(world.organisation, name, **kwargs)
        (line,) = lines(lambda url=url: client.get(url))
        assert (line.event, line.actor_id) == (Event.VIEWED, reviewer.pk), name
        assert (line.model, line.object_id) == (seen._meta.label_lower, seen.pk), name
        assert line.organisation_id == world.organisation.pk
        assert line.changes == {"page": url}
    url = address(world.organisation, "search")
    (line,) = lines(lambda: client.get(url, {"q": SECRET}))
    assert line.changes == {"page": url}, "a name that is searched for is not kept"


def test_what_a_reviewer_did_not_get_to_see_is_no_view(world) -> None:
    client = signed_in(make_user(Role.REVIEWER, world.organisation))
    draft = address(world.organisation, "plans:plan_detail", pk=world.rows[Plan].pk)
    assert [line.event for line in lines(lambda: client.get(draft))] == []
    assert [line.event for line in lines(lambda: client.get(address(world.organisation, "log")))] == []


def test_what_an_officer_looks_at_is_not_logged(world) -> None:
    client = signed_in(world.user)
    url = address(world.organisation, "plans:plan_detail", pk=world.rows[Plan].pk)
    assert lines(lambda: client.get(url)) == []

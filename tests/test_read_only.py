"""A read-only account writes nothing, whatever the code does: the database itself refuses.

`tests/test_access.py` crawls every address with every method for these roles; here is the guard by itself.
"""

import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse

from plans.models import Plan
from prevent_portal import guard
from prevent_portal.audit import Event, record
from prevent_portal.models import LogEntry, Membership, Organisation, User
from prevent_portal.permissions import READ_ONLY_ROLES, Role
from prevent_portal.scoping import acting_for
from prevent_portal.views import AuthorityHomeView

from .conftest import undone
from .factories import LONG_AGO, address, make_authority, make_everything, make_user, signed_in

pytestmark = pytest.mark.django_db

INSERT_ORGANISATION = (
    "INSERT INTO prevent_portal_organisation (name, slug, kind, nation, region, ons_code, is_funded)"
    " VALUES ('x', 'x', 'x', 'x', 'x', 'x', {false})"
)
WRITES = {
    "both": (
        INSERT_ORGANISATION,
        "insert into prevent_portal_organisation select * from prevent_portal_organisation",
        "UPDATE prevent_portal_organisation SET name = 'x'",
        "DELETE FROM plans_step",
        "/* harmless */ DELETE FROM plans_step",
        "-- harmless\nDELETE FROM plans_step",
        "  \n\tDELETE FROM plans_step",
        "WITH x AS (SELECT 1) DELETE FROM plans_step",
        "WITH x AS (SELECT 1) UPDATE plans_step SET text = 'x'",
        "WITH x AS (SELECT 1 AS one) INSERT INTO benchmarks_framework (slug, title, year) SELECT 'x', 'x', one FROM x",
        "UPDATE plans_step SET text = 'x' WHERE id IN (SELECT 1)",
        "DELETE FROM prevent_portal_logentry",
        "UPDATE prevent_portal_logentry SET label = 'x'",
        "DROP TABLE plans_step",
        "ALTER TABLE plans_step ADD COLUMN x integer",
        "CREATE TABLE x (x integer)",
        "CREATE TEMPORARY TABLE x (x integer)",
        "CREATE INDEX x ON plans_step (text)",
        "CREATE VIEW x AS SELECT 1",
        "EXPLAIN ANALYZE DELETE FROM plans_step",
        "SELECT 1; DELETE FROM plans_step",
        "SELECT 1; COMMIT; DELETE FROM plans_step",
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
    ),
    "sqlite": (
        "REPLACE INTO plans_step SELECT * FROM plans_step",
        "INSERT OR REPLACE INTO prevent_portal_user SELECT * FROM prevent_portal_user",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA user_version = 7",
        "ATTACH DATABASE ':memory:' AS other",
        "DETACH DATABASE main",
        "VACUUM",
        "REINDEX",
        "ANALYZE",
        "CREATE TRIGGER x AFTER INSERT ON django_session BEGIN DELETE FROM plans_step; END",
    ),
    "postgresql": (
        "WITH gone AS (DELETE FROM plans_step RETURNING *) SELECT * FROM gone",
        "WITH new AS (UPDATE plans_step SET text = 'x' RETURNING *) SELECT count(*) FROM new",
        "SELECT * INTO x FROM plans_step",
        "SELECT * FROM plans_step FOR UPDATE",
        "EXPLAIN (ANALYZE) UPDATE plans_step SET text = 'x'",
        "SELECT setval(pg_get_serial_sequence('plans_step', 'id'), 1000)",
        "SELECT nextval(pg_get_serial_sequence('plans_step', 'id'))",
        "TRUNCATE plans_step",
        "LOCK TABLE plans_step IN EXCLUSIVE MODE",
        "COPY plans_step FROM '/dev/null'",
        "COPY plans_step TO '/dev/null'",
        "COPY plans_step TO PROGRAM 'true'",
        "MERGE INTO plans_step USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
        "DO $$ BEGIN DELETE FROM plans_step; END $$",
        "DO $$ BEGIN EXECUTE 'RESET ROLE'; DELETE FROM plans_step; END $$",
        "CREATE FUNCTION x() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "GRANT ALL ON plans_step TO PUBLIC",
        "RESET ROLE",
        "RESET ALL",
        "RESET ROLE; DELETE FROM plans_step",
        "SELECT 1; RESET ROLE; DELETE FROM plans_step",
        "SET ROLE portal",
        "SET ROLE NONE",
        "SET LOCAL ROLE NONE",
        "SET SESSION ROLE NONE",
        "SET SESSION AUTHORIZATION DEFAULT",
        "SELECT set_config('role', 'none', true)",
        "SELECT pg_catalog . set_config ('role', session_user, false)",
        "DISCARD ALL",
        "ROLLBACK AND CHAIN",
        "PREPARE x AS DELETE FROM plans_step",
        "ALTER ROLE portal_reader SUPERUSER",
    ),
}


def _sql(statement: str) -> str:
    return statement.replace("{false}", "false" if connection.vendor == "postgresql" else "0")


@pytest.fixture(scope="module")
def world(shared_rows) -> SimpleNamespace:
    """An authority with a draft and an agreed plan."""

    def make() -> SimpleNamespace:
        organisation = make_authority("Readford")
        return SimpleNamespace(
            organisation=organisation,
            agreed=make_everything(organisation, "READ", Plan.State.AGREED),
            reviewer=make_user(Role.REVIEWER, organisation),
            coordinator=make_user(Role.COORDINATOR, organisation),
        )

    return shared_rows(make)


def contents() -> dict[str, list]:
    """Every row of every table but the sessions and the log."""
    kept_apart = set(guard.WRITABLE_TABLES)
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in kept_apart]
        rows = {}
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
    return rows


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


# What is refused


@pytest.mark.parametrize("statement", WRITES["both"])
def test_a_write_is_refused(world, statement) -> None:
    _assert_refused(statement)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own statements")
@pytest.mark.parametrize("statement", WRITES["sqlite"])
def test_a_write_in_sqlites_own_words_is_refused(world, statement) -> None:
    _assert_refused(statement)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own statements")
@pytest.mark.parametrize("statement", WRITES["postgresql"])
def test_a_write_in_postgresqls_own_words_is_refused(world, statement) -> None:
    _assert_refused(statement)


def _assert_refused(statement: str) -> None:
    before = contents()
    with undone():
        with guard.read_only() as watch:
            with pytest.raises((guard.ReadOnlyViolation, DatabaseError)), transaction.atomic():
                connection.cursor().execute(_sql(statement))
            # Whatever it was, the guard still holds.
            with pytest.raises(guard.ReadOnlyViolation), transaction.atomic():
                connection.cursor().execute("UPDATE plans_step SET text = 'x'")
        assert watch.attempts
        assert contents() == before


def test_a_statement_prepared_before_is_refused_all_the_same(world) -> None:
    """SQLite keeps prepared statements: the authorizer has to be asked about those again."""
    sql = "UPDATE plans_step SET text = 'x' WHERE id = 0"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        with guard.read_only(), pytest.raises(guard.ReadOnlyViolation), transaction.atomic():
            cursor.execute(sql)


def test_a_statement_with_many_rows_is_refused(world) -> None:
    before = contents()
    with undone(), guard.read_only(), pytest.raises(guard.ReadOnlyViolation), transaction.atomic():
        connection.cursor().executemany("UPDATE plans_step SET text = %s", [("x",), ("y",)])
    assert contents() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no COPY")
def test_copying_past_the_watch_is_refused_by_the_database(world) -> None:
    before = contents()
    with undone(), guard.read_only(), pytest.raises(connection.Database.Error), transaction.atomic():
        connection.cursor().copy_expert("COPY plans_step FROM STDIN", io.StringIO(""))
    assert contents() == before


def test_the_orm_is_refused_in_every_way_it_writes(world) -> None:
    organisation, user = world.organisation, world.coordinator
    before = contents()
    with undone(), acting_for(organisation), guard.read_only():
        plan = Plan.objects.get(pk=world.agreed[Plan].pk)
        for write in (
            plan.save,
            lambda: Plan(organisation=organisation, title="x").save(),
            lambda: Plan.objects.bulk_create([Plan(organisation=organisation, title="x")]),
            lambda: Plan.objects.update(title="x"),
            lambda: plan.imports.all().delete(),
            lambda: Organisation.objects.create(name="x", slug="x", kind="county"),
            lambda: User.objects.filter(pk=user.pk).update(name="x"),
            lambda: Membership.objects.filter(user=user).delete(),
            lambda: Plan.objects.select_for_update().get(pk=plan.pk).save(),
        ):
            with pytest.raises(guard.ReadOnlyViolation), transaction.atomic():
                write()
    assert contents() == before


# What is not


def test_reading_passes(world) -> None:
    with acting_for(world.organisation), guard.read_only() as watch:
        assert Plan.objects.for_list().count() == Plan.objects.order_by().union(Plan.objects.order_by()).count() == 1
        assert list(Plan.objects.iterator())
        assert Plan.objects.explain()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("WITH x AS (SELECT 1) SELECT * FROM x")
            assert cursor.fetchall() == [(1,)]
            cursor.execute("(SELECT 1)" if connection.vendor == "postgresql" else "SELECT 1;")
    assert watch.attempts == []


def test_the_log_takes_new_lines_and_the_session_is_kept(world) -> None:
    with guard.read_only() as watch:
        record(Event.VIEWED, world.organisation)
        session = SessionStore()
        session["x"] = 1
        session.save()
        session["x"] = 2
        session.save()
        assert Session.objects.count() == 1
        session.delete()
    assert watch.attempts == []
    assert LogEntry.objects.filter(event=Event.VIEWED).count() == 1
    assert not Session.objects.exists()


# Afterwards


def _can_write() -> bool:
    with undone():
        return User.objects.update(post="can write") > 0


def test_afterwards_the_guard_is_off(world) -> None:
    with guard.read_only():
        pass
    assert _can_write()


def test_the_guard_is_off_after_an_exception(world) -> None:
    with pytest.raises(KeyError), guard.read_only():
        raise KeyError
    assert _can_write()


def test_the_guard_is_off_after_an_error_of_the_database(world) -> None:
    with pytest.raises(DatabaseError), guard.read_only():
        connection.cursor().execute("SELECT * FROM no_such_table")
    assert _can_write()


def test_the_guard_is_off_after_a_refusal(world) -> None:
    with pytest.raises(guard.ReadOnlyViolation), guard.read_only():
        connection.cursor().execute("DELETE FROM plans_step")
    assert _can_write()


def test_the_guard_is_off_after_a_refusal_that_was_swallowed(world) -> None:
    with guard.read_only() as watch:
        try:
            connection.cursor().execute("DELETE FROM plans_step")
        except guard.ReadOnlyViolation:
            pass
    assert watch.attempts
    assert _can_write()


def test_an_inner_guard_does_not_open_the_outer_one(world) -> None:
    with guard.read_only():
        with guard.read_only():
            pass
        with pytest.raises(guard.ReadOnlyViolation), transaction.atomic():
            connection.cursor().execute("DELETE FROM plans_step")
    assert _can_write()


# In a request


@pytest.fixture
def naughty_page(monkeypatch) -> Iterator[SimpleNamespace]:
    """The front page of an authority, with whatever `act` does in it."""
    page = SimpleNamespace(act=lambda: None)

    def get(self, request, *args, **kwargs) -> HttpResponse:
        page.act()
        return HttpResponse("all is well")

    monkeypatch.setattr(AuthorityHomeView, "get", get)
    return page


def _swallowed() -> None:
    try:
        User.objects.update(post="changed")
    except Exception:
        return


def _swallowed_within_atomic() -> None:
    try:
        with transaction.atomic():
            User.objects.update(post="changed")
    except Exception:
        return


def _raised() -> None:
    User.objects.update(post="changed")


@pytest.mark.parametrize("act", [_swallowed, _swallowed_within_atomic, _raised])
@pytest.mark.parametrize("role", sorted(READ_ONLY_ROLES))
def test_a_write_in_a_request_is_a_403_and_a_line_in_the_log_even_if_swallowed(world, naughty_page, act, role) -> None:
    naughty_page.act = act
    user = _user_with(role, world.organisation)
    url = address(world.organisation, "authority_home")
    response = signed_in(user).get(url)
    assert response.status_code == 403
    assert "all is well" not in response.content.decode()
    line = LogEntry.objects.filter(event=Event.REFUSED).get()
    assert (line.actor_id, line.organisation_id) == (user.pk, world.organisation.pk)
    assert line.label.startswith(f"GET {url}")
    assert not User.objects.filter(post="changed").exists()
    assert _can_write(), "the next request on this connection writes again"


def test_the_next_request_of_somebody_else_writes(world, naughty_page) -> None:
    naughty_page.act = _raised
    url = address(world.organisation, "authority_home")
    assert signed_in(world.reviewer).get(url).status_code == 403
    assert signed_in(world.coordinator).get(url).status_code == 200
    assert User.objects.filter(post="changed").exists()


def _user_with(role: Role, organisation: Organisation) -> User:
    if role is not Role.COLLEAGUE:
        return make_user(role, organisation)
    county = make_authority(kind=Organisation.Kind.COUNTY)
    organisation.parent = county
    organisation.save()
    return make_user(Role.COORDINATOR, county)


def test_somebody_who_also_works_there_may_write(world, naughty_page) -> None:
    """Two roles in one authority give the rights of both."""
    naughty_page.act = _raised
    user = make_user(Role.ELECTED_MEMBER, world.organisation)
    Membership.objects.create(user=user, organisation=world.organisation, role=Role.OFFICER, starts_on=LONG_AGO)
    assert signed_in(user).get(address(world.organisation, "authority_home")).status_code == 200


def test_their_own_account_pages_lie_outside_the_guard(world) -> None:
    world.reviewer.set_password("a long password for one test")
    world.reviewer.save()
    client = signed_in(world.reviewer)
    response = client.post(
        "/account/password/change/",
        {
            "oldpassword": "a long password for one test",
            "password1": "another long one for the test",
            "password2": "another long one for the test",
        },
    )
    assert response.status_code == 302
    assert User.objects.get(pk=world.reviewer.pk).check_password("another long one for the test")


# The role in PostgreSQL


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_the_reading_role_may_write_the_log_and_sessions_and_nothing_else(world) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, r.verb FROM pg_class c"
            " CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS r(verb)"
            " WHERE c.relkind IN ('r', 'p', 'v') AND c.relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(%s, c.oid, r.verb)",
            [guard.READER_ROLE],
        )
        rights = set(cursor.fetchall())
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = %s",
            [guard.READER_ROLE],
        )
        assert cursor.fetchone() == (False, False, False, False)
    assert rights == {(table, verb) for table, verbs in guard.WRITABLE_TABLES.items() for verb in verbs}

"""The read-only guard: the database itself refuses to write for a read-only account.

PostgreSQL runs such a request as the role `portal_reader` (SELECT everywhere; INSERT on the log; sessions).
SQLite asks an authorizer before each statement is prepared. Judging statements by their first word would not
do: CTE writes, several statements in one, EXPLAIN ANALYZE, setval and COPY all slip past that.

What the database cannot refuse is to hand the role back (RESET ROLE, COMMIT), so only statements that begin like
a read or a write of rows reach it at all.

Code that swallows the database's error still fails: the guard remembers the attempt and the middleware
answers 403 whatever the view returned.
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction
from django.utils.translation import gettext_lazy as _

READER_ROLE = "portal_reader"
WRITABLE_TABLES = {"prevent_portal_logentry": ("INSERT",), "django_session": ("INSERT", "UPDATE", "DELETE")}
"""What a read-only account's request may write: that it looked, and its own session."""

_INSUFFICIENT_PRIVILEGE = "42501"
# Rows, and the savepoints of Django's atomic(). What of it writes, the database judges.
_HARMLESS = re.compile(
    r"[\s(]*(SELECT|VALUES|WITH|INSERT|UPDATE|DELETE|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK\s+TO)\b", re.IGNORECASE
)
_CHANGES_SETTINGS = re.compile(r"\bset_config\b", re.IGNORECASE)
_SQLITE_VERBS = {sqlite3.SQLITE_INSERT: "INSERT", sqlite3.SQLITE_UPDATE: "UPDATE", sqlite3.SQLITE_DELETE: "DELETE"}
_SQLITE_READS = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
        sqlite3.SQLITE_RECURSIVE,
    }
)


_REFUSAL = _("This account can look but not change anything.")


class ReadOnlyViolation(PermissionDenied):
    """A read-only account tried to change something."""


@dataclass
class Watch:
    """What the guard saw during one request."""

    attempts: list[str] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        sql = str(sql)
        if self.attempts and connection.needs_rollback:
            # Somebody swallowed the refusal and goes on in the transaction that it ended.
            raise ReadOnlyViolation(_REFUSAL)
        if not _may_reach_the_database(sql):
            raise self._violation(sql)
        try:
            return execute(sql, params, many, context)
        except DatabaseError as error:
            if not _was_refused(error):
                raise
            raise self._violation(sql) from error

    def _violation(self, sql: str) -> ReadOnlyViolation:
        self.attempts.append(" ".join(sql.split()[:3]))
        # PostgreSQL answers nothing more in a transaction that has failed; let whoever swallows this leave it cleanly.
        connection.set_rollback(True)
        return ReadOnlyViolation(_REFUSAL)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextlib.contextmanager
def read_only() -> Iterator[Watch]:
    """Inside, the database refuses every write but those in `WRITABLE_TABLES`."""
    if (watch := _watch.get()) is not None:
        # On already; switching it off here would open what is outside.
        yield watch
        return
    watch = Watch()
    token = _watch.set(watch)
    # The role holds for a transaction, so there has to be one. The watch is innermost: it lets no role go.
    try:
        with transaction.atomic(), _refusing_database(), connection.execute_wrapper(watch):
            yield watch
    finally:
        _watch.reset(token)


def _may_reach_the_database(sql: str) -> bool:
    statements = [each for each in sql.split(";") if each.strip()]
    return all(map(_HARMLESS.match, statements)) and not _CHANGES_SETTINGS.search(sql)


@contextlib.contextmanager
def _refusing_database() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {READER_ROLE}")
        try:
            yield
        finally:
            # Where the transaction is broken, rolling it back resets the role.
            if not connection.needs_rollback:
                try:
                    with connection.cursor() as cursor:
                        cursor.execute("RESET ROLE")
                except DatabaseError:
                    connection.set_rollback(True)
    else:
        connection.ensure_connection()
        connection.connection.set_authorizer(_authorize)
        try:
            yield
        finally:
            connection.connection.set_authorizer(None)


def _authorize(action: int, table: str | None, column: str | None, database: str | None, trigger: str | None) -> int:
    if action in _SQLITE_READS:
        return sqlite3.SQLITE_OK
    verb = _SQLITE_VERBS.get(action)
    if verb and verb in WRITABLE_TABLES.get(table or "", ()):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _was_refused(error: DatabaseError) -> bool:
    cause = error.__cause__
    return getattr(cause, "pgcode", None) == _INSUFFICIENT_PRIVILEGE or "not authorized" in str(error)


def prepare_reader_role(sender, using: str, **kwargs) -> None:
    """Make the reading role and its rights after each migration; PostgreSQL only.

    Raises ImproperlyConfigured, with the statements for the database administrator (docs/operations.md), where the
    portal's own database user may not create the role.
    """
    db = connections[using]
    if db.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=using), db.cursor() as cursor:
            _grant_reading(db, cursor)
    except ProgrammingError as error:
        user = db.settings_dict["USER"]
        raise ImproperlyConfigured(
            f"Read-only accounts need the role {READER_ROLE}. As an administrator of the database server, run: "
            f'CREATE ROLE {READER_ROLE} NOLOGIN; GRANT {READER_ROLE} TO "{user}"; and then migrate again. ({error})'
        ) from error


def _grant_reading(db, cursor) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER_ROLE])
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE ROLE {READER_ROLE} NOLOGIN")
    # From version 16 on, belonging to a role and being allowed to take it on are two things.
    right = "SET" if db.pg_version >= 160000 else "MEMBER"
    cursor.execute("SELECT pg_has_role(current_user, %s, %s)", [READER_ROLE, right])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {READER_ROLE} TO CURRENT_USER")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {READER_ROLE}")
    cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER_ROLE}")
    tables = db.introspection.table_names(cursor)
    for table, verbs in WRITABLE_TABLES.items():
        if table in tables:
            cursor.execute(f"GRANT {', '.join(verbs)} ON {table} TO {READER_ROLE}")

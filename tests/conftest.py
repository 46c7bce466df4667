"""What every test may lean on: rows made once for a module, and a log that only the tests' own clean-up empties.

`--of-the-database` leaves out the tests that use none, whose answer is the same whatever the engine.
"""

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.testcases import TransactionTestCase

USING_A_DATABASE = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--of-the-database", action="store_true", help="only the tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--of-the-database"):
        return
    free = [each for each in items if not _uses_a_database(each)]
    config.hook.pytest_deselected(items=free)
    items[:] = [each for each in items if _uses_a_database(each)]


def _uses_a_database(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or USING_A_DATABASE & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """`shared_rows(make)` makes rows once for a module; each test's own changes are rolled back as ever.

    A test that changes an instance in memory works on a copy of it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield lambda make: make()
        transaction.set_rollback(True)


@pytest.fixture(scope="session", autouse=True)
def log_is_emptied_between_tests_with_real_transactions() -> Iterator[None]:
    """Such tests are cleaned up by emptying every table, which the log's triggers refuse, as they should."""
    triggers = importlib.import_module("prevent_portal.migrations.0002_refuse_changes_to_the_log")
    clean_up = TransactionTestCase._fixture_teardown

    def without_triggers(self) -> None:
        with connection.schema_editor() as editor:
            triggers.allow_changes(None, editor)
        clean_up(self)
        with connection.schema_editor() as editor:
            triggers.refuse_changes(None, editor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

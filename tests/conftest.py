"""What every test may lean on: one database of two councils per module, and a viewer where one is needed."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """`shared_rows(make)` makes rows once for a module; each test's own changes are rolled back as ever.

    A test that changes an instance in memory works on a copy of it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield lambda make: make()
        transaction.set_rollback(True)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

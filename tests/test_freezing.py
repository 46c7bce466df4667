"""Frozen copies: written once, read back when what they were made of has moved on."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from prevent_portal import freezing
from prevent_portal.models import FrozenCopy, FrozenEdition, Marking
from prevent_portal.scoping import acting_for

from .factories import make_authority


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    text: str
    on: dt.date | None


@dataclass(frozen=True)
class Outer:
    title: str
    rows: tuple[Inner, ...]
    counts: tuple[tuple[Colour, int], ...]
    is_public: bool


REPORT = Outer("Plan “é”", (Inner("one", dt.date(2026, 12, 8)), Inner("two", None)), ((Colour.RED, 3),), False)


def test_a_report_is_read_back_as_it_was_written():
    text = freezing.to_text(REPORT)
    assert freezing.from_text(Outer, text) == REPORT
    assert freezing.to_text(freezing.from_text(Outer, text)) == text


def test_equal_reports_give_equal_bytes():
    assert freezing.to_text(REPORT) == freezing.to_text(dataclasses.replace(REPORT))


def test_a_dataclass_that_has_moved_on_reads_what_an_older_one_wrote():
    @dataclass(frozen=True)
    class Newer:
        title: str
        is_public: bool
        pages: int = 0

    assert freezing.from_text(Newer, freezing.to_text(REPORT)) == Newer("Plan “é”", False, 0)


@pytest.fixture
def copy(db):
    council = make_authority("Frostford")
    with acting_for(council):
        yield freezing.freeze(
            organisation=council,
            kind="test",
            title="Plan",
            on=dt.date(2026, 12, 8),
            is_released=False,
            editions=[freezing.Edition("full", Marking.OFFICIAL, "{}", b"%PDF")],
        )


def test_content_and_paper_carry_their_hashes(copy):
    (edition,) = copy.editions.all()
    assert freezing.is_intact(edition)
    assert edition.paper_sha256 == freezing.sha256(b"%PDF")
    edition.content = "{} "
    assert not freezing.is_intact(edition)


def test_the_portal_changes_and_deletes_no_frozen_copy(copy):
    for row in (copy, copy.editions.get()):
        with pytest.raises(PermissionDenied):
            row.save()
        with pytest.raises(PermissionDenied):
            row.delete()


@pytest.mark.parametrize("model", [FrozenCopy, FrozenEdition])
@pytest.mark.parametrize("statement", ["UPDATE {} SET revision = 7", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete_a_frozen_copy(copy, model, statement):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))
    assert model.objects.count() == 1

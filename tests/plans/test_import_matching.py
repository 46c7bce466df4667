"""Which row of a new version is which row of the old one."""

import pytest

from plans import matching
from plans.matching import Row, match


def rows(*texts: str) -> list[Row]:
    """ "1 | Heading | words" each."""
    return [Row.of(group.strip(), ref.strip(), words) for ref, group, words in (text.split("|") for text in texts)]


def test_the_same_words_are_the_same_row_wherever_they_stand():
    old = rows("1|A|train all staff", "2|A|visit schools", "3|B|check bookings")
    new = rows("1|B|check bookings", "7|A|train  ALL staff.", "8|C|visit schools")
    assert match(new, old) == {0: 2, 1: 0, 2: 1}


def test_rows_of_the_same_words_are_told_apart_by_reference_and_heading():
    old = rows("1|A|annual review", "2|A|annual review", "1|B|annual review")
    new = rows("1|B|annual review", "2|A|annual review", "1|A|annual review")
    assert match(new, old) == {0: 2, 1: 1, 2: 0}


def test_an_inserted_row_does_not_push_the_others_onto_their_neighbours():
    old = rows("1|A|train all staff of the council", "2|A|visit all schools in the district")
    new = rows(
        "1|A|agree who leads",
        "2|A|train all staff of the council and its partners",
        "3|A|visit all schools in the area",
    )
    assert match(new, old) == {1: 0, 2: 1}


def test_a_reworded_row_is_found_by_its_reference_if_the_words_are_related():
    old = rows("1|A|train all staff of the council by autumn", "2|A|x")
    new = rows("1|A|hold courses at which staff of the council learn what to look for by next autumn")
    assert match(new, old) == {0: 0}


def test_a_row_of_wholly_other_words_is_another_row_even_under_the_same_reference():
    assert match(rows("1|A|publish a hire policy for halls"), rows("1|A|train every member of staff")) == {}


def test_no_row_is_found_twice():
    old = rows("|A|visit schools")
    new = rows("|A|visit schools", "|A|visit schools", "|A|visit the schools")
    assert match(new, old) == {0: 0}


def test_rows_without_words_or_reference_are_no_ones():
    assert match(rows("|A|"), rows("|A|", "|A|something")) == {}


@pytest.mark.parametrize("alike", [True, False])
def test_long_plans_are_not_compared_row_with_row(monkeypatch, alike):
    """Counted, not timed: likeness is asked of a few candidates for each row, whatever the rows say."""
    asked = 0
    likeness = matching._likeness

    def counted(one: Row, other: Row) -> float:
        nonlocal asked
        asked += 1
        return likeness(one, other)

    monkeypatch.setattr(matching, "_likeness", counted)
    words = "work with partners on the risk" if alike else "work"
    old = [Row.of("A", str(n), f"{words} {n}a") for n in range(2000)]
    new = [Row.of("A", str(n), f"{words} {n}b") for n in range(2000)]
    match(new, old)
    assert asked <= 2000 * (matching.CANDIDATES + 1)

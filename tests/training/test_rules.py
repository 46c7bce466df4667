"""When training counts: the rules, and that SQL says the same."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevent_portal.scoping import acting_for
from training.compliance import asked_of, people_for
from training.models import Completion
from training.rules import (
    SOON_DAYS,
    Standing,
    Taken,
    Terms,
    add_months,
    due_by,
    good_since,
    good_until,
    percentage,
    standing_of,
)

from ..factories import make_authority
from .rows import make_course, make_person, make_requirement

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 24)
days = st.dates(dt.date(2016, 1, 1), dt.date(2030, 12, 31))
months = st.none() | st.integers(1, 48)


def test_a_month_without_that_day_ends_on_its_last() -> None:
    assert add_months(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert add_months(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert add_months(dt.date(2026, 3, 31), -1) == dt.date(2026, 2, 28)


@given(days, st.integers(1, 48))
def test_the_earliest_day_that_counts_is_the_earliest(day, renew_months) -> None:
    since = good_since(day, renew_months)
    assert add_months(since, renew_months) >= day
    assert add_months(since - DAY, renew_months) < day


def test_a_certificate_and_a_renewal_both_have_to_hold() -> None:
    taken = Taken(dt.date(2026, 1, 10), dt.date(2026, 6, 30))
    assert good_until(taken, 12) == dt.date(2026, 6, 30)
    assert good_until(taken, 3) == dt.date(2026, 4, 10)
    assert good_until(Taken(dt.date(2026, 1, 10)), None) is None


@pytest.mark.parametrize(
    ("completed", "began", "standing"),
    [
        (add_months(TODAY, -24) + dt.timedelta(days=SOON_DAYS), TODAY - 900 * DAY, Standing.CURRENT),
        (add_months(TODAY, -24) + dt.timedelta(days=SOON_DAYS - 2), TODAY - 900 * DAY, Standing.EXPIRING),
        (add_months(TODAY, -24), TODAY - 900 * DAY, Standing.EXPIRING),
        (add_months(TODAY, -24) - DAY, TODAY - 900 * DAY, Standing.EXPIRED),
        (None, TODAY - 28 * DAY, Standing.NOT_YET_DUE),
        (None, TODAY - 29 * DAY, Standing.NEVER),
        (TODAY + DAY, TODAY - 900 * DAY, Standing.NEVER),
    ],
)
def test_how_somebody_stands(completed, began, standing) -> None:
    taken = [Taken(completed)] if completed else []
    terms = Terms(dt.date(2020, 1, 1), 28, 24)
    assert standing_of(taken, terms, role_began_on=began, on=TODAY) is standing


def test_days_of_grace_run_from_the_later_of_role_and_requirement() -> None:
    terms = Terms(dt.date(2026, 5, 1), 28, None)
    assert due_by(terms, dt.date(2020, 1, 1)) == dt.date(2026, 5, 29)
    assert due_by(terms, dt.date(2026, 6, 1)) == dt.date(2026, 6, 29)


def test_a_hundred_per_cent_is_everybody() -> None:
    assert percentage(999, 1000) == 99
    assert percentage(1000, 1000) == 100
    assert percentage(0, 0) is None


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(
    began=days,
    completions=st.lists(st.tuples(days, st.none() | st.integers(0, 900)), max_size=3, unique_by=lambda each: each[0]),
    from_on=days,
    within_days=st.integers(0, 90),
    renew_months=months,
    on=days,
)
def test_sql_and_the_rules_say_the_same(began, completions, from_on, within_days, renew_months, on) -> None:
    council = make_authority()
    course = make_course(council)
    person = make_person(council, began_on=began)
    requirement = make_requirement(course, from_on=from_on, within_days=within_days, renew_months=renew_months)
    with acting_for(council):
        Completion.objects.bulk_create(
            Completion(
                organisation=council,
                person=person,
                course=course,
                completed_on=day,
                expires_on=None if good_for is None else day + good_for * DAY,
            )
            for day, good_for in completions
        )
        asked = {each.requirement.pk: each for each in asked_of(person, on)}
        found = list(people_for(requirement, on))
        if on < from_on or on < began:
            assert requirement.pk not in asked
            return
        (post,) = found
        assert Standing(post.standing) is asked[requirement.pk].standing
        assert post.last_on == asked[requirement.pk].last_on

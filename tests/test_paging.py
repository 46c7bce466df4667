"""Lists in pages: whatever page the address asks for, there is one."""

import inspect

import pytest

from prevent_portal.paging import NearestPaginator
from prevent_portal.permissions import Role
from prevent_portal.views import PortalListMixin
from tests.factories import address, make_authority, make_owner, make_plan, make_user, signed_in
from tests.test_access import AUTHORITY

ODD_NUMBERS = ("-5", "0", "abc", "", "1.5", "last", "999999", "9" * 5000)
LISTS = sorted(
    each.name
    for each in AUTHORITY
    if inspect.isclass(each.view) and issubclass(each.view, PortalListMixin) and each.arguments == ("authority",)
)


@pytest.fixture
def authority(db):
    return make_authority("Ashmere District Council")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("-5", 1),
        ("0", 1),
        ("1", 1),
        (2, 2),
        ("3", 3),
        ("4", 3),
        ("999999", 3),
        ("abc", 1),
        ("1.5", 1),
        ("", 1),
        (None, 1),
        ("9" * 5000, 1),
    ],
    ids=lambda value: str(value)[:10],
)
def test_a_page_that_is_not_there_is_the_nearest_that_is(asked, shown):
    assert NearestPaginator(range(25), 10).get_page(asked).number == shown


def test_an_empty_list_has_one_page():
    assert NearestPaginator([], 10).get_page("7").number == 1


def test_the_lists_of_the_portal_are_known():
    assert {"plan_list", "owner_list", "plan_import_list", "column_heading_list", "membership_list", "log"} <= set(
        LISTS
    )


@pytest.mark.parametrize("number", ODD_NUMBERS, ids=lambda number: number[:8] or "nothing")
@pytest.mark.parametrize("name", LISTS)
def test_every_list_shows_the_nearest_page(authority, name, number):
    (found,) = (each for each in AUTHORITY if each.name == name)
    client = signed_in(make_user(Role.COORDINATOR, authority))
    path = "/" + found.route.replace("<authority>", authority.slug)
    assert client.get(path, {"page": number}).status_code == 200


@pytest.mark.parametrize(("asked", "shown"), [("-5", 1), ("abc", 1), ("2", 2), ("999999", 2)])
def test_a_list_of_two_pages_shows_the_nearest_of_them(authority, asked, shown):
    for number in range(51):
        make_owner(authority, f"Post {number}")
    client = signed_in(make_user(Role.COORDINATOR, authority))
    response = client.get(address(authority, "plans:owner_list"), {"page": asked})
    assert response.context["page_obj"].number == shown
    assert len(response.context["object_list"]) == (50 if shown == 1 else 1)


@pytest.mark.parametrize(("asked", "shown"), [("-5", 1), ("999999", 2)])
def test_a_plans_table_shows_the_nearest_page(authority, asked, shown):
    plan = make_plan(authority, actions=120)
    client = signed_in(make_user(Role.COORDINATOR, authority))
    response = client.get(address(authority, "plans:plan_table", pk=plan.pk), {"page": asked})
    assert response.context["page_obj"].number == shown

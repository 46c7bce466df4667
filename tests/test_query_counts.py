"""How many queries a page takes: no more with 12 rows than with 2, and as many as was committed.

After a change that was meant, write the new counts with `QUERY_COUNTS=write script/test tests/test_query_counts.py`.
"""

import datetime as dt
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Milestone, Objective, Plan, ProgressUpdate, Remark, Section, Step
from prevent_portal import clock
from prevent_portal.models import Membership, Organisation, Recommendation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from .factories import make_action, make_authority, make_everything, make_owner, make_plan, make_user, signed_in
from .test_access import ADMIN, AUTHORITY, Address, fill

BASELINE = Path(__file__).with_name("query_counts.json")
FEW, MANY = 2, 12
ASKED_FOR = {"search": "?q=counted"}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sizes(shared_rows) -> dict[int, SimpleNamespace]:
    """Two councils alike but for the number of rows of each kind."""
    return shared_rows(lambda: {size: _council(size) for size in (FEW, MANY)})


def _council(size: int) -> SimpleNamespace:
    county = make_authority(kind=Organisation.Kind.COUNTY)
    council = make_authority(parent=county)
    user = make_user(Role.COORDINATOR, council)
    # Whoever looks administers too, so that every page opens.
    Membership.objects.create(
        user=user, organisation=council, role=Role.AUTHORITY_ADMINISTRATOR, starts_on=clock.today()
    )
    rows = make_everything(council, "counted", user=user)
    rows |= {Membership: Membership.objects.filter(user=user).first()}
    plan, objective, action = rows[Plan], rows[Objective], _action(rows)
    owner = make_owner(council, left_on=clock.today())
    with acting_for(council):
        for n in range(size):
            make_user(Role.OFFICER, council)
            make_plan(council)
            make_everything(council, f"more {n}")
            section = _saved(Section(organisation=council, plan=plan, title=f"section {n}"))
            _saved(Remark(organisation=council, plan=plan, section=section, text="remark"))
            another = _saved(Objective(organisation=council, plan=plan, section=section, text=f"objective {n}"))
            for days in (-90, -3, 3):
                due_on = clock.today() + dt.timedelta(days=days)
                make_action(plan, objective=another, due_on=due_on, owner=owner)
                make_action(plan, objective=objective, due_on=due_on, owner=owner)
            for part in (Step, Milestone):
                _saved(part(organisation=council, action=action, text=f"part {n}"))
            _saved(ProgressUpdate(organisation=council, action=action, made_on=clock.today(), note="x", made_by=user))
            _saved(Recommendation(organisation=council, exercise="exercise", number=n + 1))
    return SimpleNamespace(council=council, rows=rows, client=signed_in(user))


def _action(rows: dict):
    return next(row for model, row in rows.items() if model.__name__ == "Action")


def _saved(row):
    row.save()
    return row


def pages() -> list[Address]:
    """Every page of an authority that is fetched with GET, the lists of the officers' admin included."""
    return AUTHORITY + [a for a in ADMIN if a.name.endswith(("_changelist", "_change")) or a.name == "index"]


@pytest.fixture(scope="module")
def counts(sizes) -> dict[int, dict[str, int]]:
    with pytest.MonkeyPatch.context() as patch:
        # Papers are counted too, without the time that laying them out takes.
        patch.setattr("prevent_portal.documents.pdf._write_pdf", lambda page, fetcher: page.encode())
        return {size: {name(a): _queries(world, a) for a in pages()} for size, world in sizes.items()}


def name(address: Address) -> str:
    return f"admin: {address}" if address.is_admin else str(address)


def _queries(world: SimpleNamespace, address: Address) -> int:
    path = fill(address, world.council, world.rows) + ASKED_FOR.get(address.name, "")
    # Once to fill what is cached for ever, such as content types.
    response = world.client.get(path)
    assert response.status_code in (200, 302, 403), path
    with CaptureQueriesContext(connection) as captured:
        world.client.get(path)
    return len([q for q in captured if "SAVEPOINT" not in q["sql"]])


def test_a_page_takes_no_more_queries_for_twelve_rows_than_for_two(counts) -> None:
    """Fewer happens: of a long history only the latest lines are shown, which may point at fewer kinds of record."""
    growing = {page: (n, counts[MANY][page]) for page, n in counts[FEW].items() if counts[MANY][page] > n}
    assert growing == {}, "page: (with 2 rows, with 12)"


def test_a_page_takes_as_many_queries_as_was_committed(counts) -> None:
    if os.environ.get("QUERY_COUNTS") == "write":
        BASELINE.write_text(json.dumps(counts[FEW], indent=2, sort_keys=True) + "\n")
    assert json.loads(BASELINE.read_text()) == counts[FEW]

"""The whole plan: grouped, narrowed, a page at a time, and the way back to it."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.models import Benchmark, Framework
from plans import table_groups
from plans.models import Action, Assignment, Objective, ObjectiveBenchmark, Owner, Plan, Remark, Section
from plans.rules import DueBand, Rag, due_band, last_day_of_quarter
from prevent_portal import clock
from prevent_portal.models import Marking, Organisation
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from tests.factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def authority() -> Organisation:
    return make_authority("Ashmere District Council")


@pytest.fixture
def plan(authority) -> Plan:
    return make_plan(authority, actions=0)


@pytest.fixture
def coordinator(authority) -> Client:
    return signed_in(make_user(Role.COORDINATOR, authority))


def show(client: Client, plan: Plan, name: str = "plan_table", **query):
    return client.get(address(plan.organisation, f"plans:{name}", pk=plan.pk) + "?" + urlencode(query))


def soup_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def headings(response) -> list[str]:
    """The table's headings, without their counts."""
    return [block.group.title for block in response.context["blocks"]]


def shown(response) -> dict[str, list[str]]:
    """The texts of the actions below each heading."""
    return {
        block.group.title: [action.text for row in block.rows for action in row.actions]
        for block in response.context["blocks"]
    }


def add_section(plan: Plan, title: str, **fields) -> tuple[Section, Objective]:
    with acting_for(plan.organisation):
        section = Section(organisation=plan.organisation, plan=plan, title=title, position=9, **fields)
        section.save()
        objective = Objective(organisation=plan.organisation, plan=plan, section=section, text=f"Aim of {title}")
        objective.save()
    return section, objective


# Due bands


TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due_on", "band"),
    [
        (TODAY - DAY, DueBand.OVERDUE),
        (TODAY, DueBand.SOON),
        (TODAY + 30 * DAY, DueBand.SOON),
        (TODAY + 31 * DAY, DueBand.QUARTER),
        (dt.date(2026, 12, 31), DueBand.QUARTER),
        (dt.date(2027, 1, 1), DueBand.LATER),
        (None, DueBand.NO_DATE),
    ],
)
def test_a_due_date_belongs_to_the_band_that_comes_first(due_on, band):
    assert due_band(is_complete=False, due_on=due_on, today=TODAY) is band
    assert due_band(is_complete=True, due_on=due_on, today=TODAY) is DueBand.COMPLETE


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 3, 31)),
        (dt.date(2028, 2, 29), dt.date(2028, 3, 31)),
        (dt.date(2026, 6, 30), dt.date(2026, 6, 30)),
        (dt.date(2026, 10, 1), dt.date(2026, 12, 31)),
        (dt.date(2026, 12, 31), dt.date(2026, 12, 31)),
    ],
)
def test_a_quarter_ends_in_march_june_september_or_december(on, last):
    assert last_day_of_quarter(on) == last


# Groups


def test_an_action_with_two_owners_stands_under_both_and_the_total_says_so(authority, plan, coordinator):
    hale, moor = make_owner(authority, "Robin Hale"), make_owner(authority, "alex Moor")
    shared = make_action(plan, text="Shared", owner=hale)
    with acting_for(authority):
        Assignment(organisation=authority, action=shared, owner=moor).save()
    make_action(plan, text="Nobody's")
    response = show(coordinator, plan, group="owner")
    # By name, whatever its case; those without an owner last.
    assert shown(response) == {"alex Moor": ["Shared"], "Robin Hale": ["Shared"], "Nobody named": ["Nobody's"]}
    status = soup_of(response).select_one("[role=status]").get_text(" ", strip=True)
    assert status.startswith("2 actions. They take 3 lines")
    ids = [row["id"] for row in soup_of(response).select("tr[id]")]
    assert len(ids) == len(set(ids)) == 2


def test_an_owner_of_the_whole_row_has_each_of_its_actions(authority, plan, coordinator):
    owner = make_owner(authority, "Robin Hale")
    make_action(plan, text="One")
    make_action(plan, text="Two", owner=owner)
    with acting_for(authority):
        Assignment(organisation=authority, objective=plan.objectives.get(), owner=owner).save()
    assert shown(show(coordinator, plan, group="owner")) == {"Robin Hale": ["One", "Two"]}


def test_by_rag_what_needs_somebody_comes_first_and_within_it_the_most_urgent(plan, coordinator):
    today = clock.today()
    for rag in (Rag.BLUE, Rag.GREEN, Rag.NOT_STATED, Rag.AMBER):
        make_action(plan, rag=rag)
    make_action(plan, text="Undated", rag=Rag.RED)
    make_action(plan, text="Later", rag=Rag.RED, due_on=today + DAY)
    make_action(plan, text="Late", rag=Rag.RED, due_on=today - DAY)
    response = show(coordinator, plan, group="rag")
    assert [block.group.rag for block in response.context["blocks"]] == [
        Rag.RED, Rag.AMBER, Rag.NOT_STATED, Rag.GREEN, Rag.BLUE,
    ]  # fmt: skip
    assert next(iter(shown(response).values())) == ["Late", "Later", "Undated"]


def test_by_due_date_overdue_comes_first_and_complete_last(plan, coordinator):
    today = clock.today()
    make_action(plan, text="Done", rag=Rag.BLUE, due_on=today - DAY)
    make_action(plan, text="Undated")
    make_action(plan, text="In a year", due_on=today + 365 * DAY)
    make_action(plan, text="Late", due_on=today - DAY)
    make_action(plan, text="Today", due_on=today)
    groups = shown(show(coordinator, plan, group="due"))
    assert list(groups.values()) == [["Late"], ["Today"], ["In a year"], ["Undated"], ["Done"]]
    assert next(iter(groups)) == "Overdue"
    assert list(groups)[-2:] == ["No date", "Complete"]


def test_by_benchmark_in_the_order_of_their_numbers_and_none_last(authority, plan, coordinator):
    second, tenth = [
        Benchmark.objects.get(framework=Framework.objects.get(year=2018), number=number) for number in (2, 10)
    ]
    make_action(plan, text="Unlinked")
    _section, objective = add_section(plan, "Publicity", benchmark=tenth)
    make_action(plan, text="Both", objective=objective)
    with acting_for(authority):
        ObjectiveBenchmark(organisation=authority, objective=objective, benchmark=second).save()
    response = show(coordinator, plan, group="benchmark")
    assert shown(response) == {str(second): ["Both"], str(tenth): ["Both"], "No benchmark": ["Unlinked"]}


def test_by_section_the_plan_stays_as_it_is_with_rows_and_sections_that_have_no_action(authority, plan, coordinator):
    make_action(plan, text="Last due", due_on=clock.today() + DAY, position=1)
    make_action(plan, text="First due", due_on=clock.today(), position=2)
    add_section(plan, "An aim alone")
    with acting_for(authority):
        empty = Section(organisation=authority, plan=plan, title="Empty", position=10)
        empty.save()
        Remark(organisation=authority, plan=plan, section=empty, text="See the county's plan").save()
    response = show(coordinator, plan)
    assert shown(response) == {"1 Leadership": ["Last due", "First due"], "An aim alone": [], "Empty": []}
    text = soup_of(response).get_text()
    assert "Aim of An aim alone" in text
    assert "See the county's plan" in text
    # Otherwise grouped, there are only actions.
    assert "See the county's plan" not in soup_of(show(coordinator, plan, group="rag")).get_text()


# Filters


@pytest.fixture
def varied(authority, plan):
    """Actions that differ in everything that can be asked for."""
    owner = make_owner(authority, "Robin Hale")
    make_action(plan, text="Train reception staff", owner=owner, rag=Rag.GREEN, due_on=clock.today() - 40 * DAY)
    make_action(plan, text="Train councillors", owner=owner, rag=Rag.BLUE, due_on=clock.today())
    make_action(plan, text="Map partners", rag=Rag.AMBER)
    return owner


def texts(response) -> list[str]:
    return [text for group in shown(response).values() for text in group]


def test_filters_work_together(plan, coordinator, varied):
    assert texts(show(coordinator, plan, q="train", owner=varied.pk)) == ["Train reception staff", "Train councillors"]
    assert texts(show(coordinator, plan, q="train", owner=varied.pk, due="overdue")) == ["Train reception staff"]
    assert texts(show(coordinator, plan, q="train", rag="amber")) == []


def test_actions_of_nobody_without_benchmark_open_or_against_their_dates_can_be_asked_for(plan, coordinator, varied):
    assert texts(show(coordinator, plan, owner="none")) == ["Map partners"]
    assert texts(show(coordinator, plan, rag="differs")) == ["Train reception staff"]
    assert texts(show(coordinator, plan, due="open")) == ["Train reception staff", "Map partners"]
    assert texts(show(coordinator, plan, due="complete")) == ["Train councillors"]
    assert texts(show(coordinator, plan, due="no_date")) == ["Map partners"]
    assert len(texts(show(coordinator, plan, benchmark="none"))) == 3


def test_one_section_is_shown_with_all_that_is_in_it(authority, plan, coordinator, varied):
    section, _objective = add_section(plan, "An aim alone")
    with acting_for(authority):
        Remark(organisation=authority, plan=plan, section=section, text="See the county's plan").save()
    response = show(coordinator, plan, section=section.pk)
    assert headings(response) == ["An aim alone"]
    assert "See the county's plan" in soup_of(response).get_text()


def test_each_selected_filter_can_be_taken_back_by_itself_and_all_at_once(plan, coordinator, varied):
    page = soup_of(show(coordinator, plan, q="train", owner=varied.pk, group="rag"))
    items = page.select(".portal-selected__item")
    assert [" ".join(item.get_text().split()) for item in items] == [
        "Remove this filter: Words: train ✕",
        "Remove this filter: Owner: Robin Hale ✕",
    ]
    assert [item["href"] for item in items] == [f"?group=rag&owner={varied.pk}", "?group=rag&q=train"]
    assert page.select_one(".portal-selected__list > li:last-child a")["href"] == "?group=rag"
    # The way of grouping outlives a new choice.
    assert page.select_one(".portal-filter input[type=hidden]").attrs == {
        "type": "hidden", "name": "group", "value": "rag",
    }  # fmt: skip


def test_nothing_found_says_so_and_offers_to_clear_the_filters(plan, coordinator, varied):
    response = show(coordinator, plan, q="no-such-word")
    page = soup_of(response)
    assert page.select_one("[role=status]").get_text(strip=True) == "0 actions match."
    assert page.title.get_text().startswith(f"{plan.title}: 0 actions match")
    assert page.select_one(".portal-empty a.govuk-button")["href"] == "?"


@pytest.mark.parametrize(
    "odd",
    [
        {"rag": "purple", "owner": "x", "due": "never", "benchmark": "-1", "section": "9" * 40},
        {"q": "x" * 101},
        {"q": "train\x00"},
        {"group": "colour", "page": "minus one"},
        {"page": "999"},
        {"from": "elsewhere"},
    ],
)
def test_odd_values_are_ignored_without_an_error(plan, coordinator, varied, odd):
    response = show(coordinator, plan, **odd)
    assert len(texts(response)) == 3
    assert soup_of(response).select(".govuk-error-message, .govuk-form-group--error, .portal-selected") == []
    assert len(soup_of(show(coordinator, plan, "plan_timeline", **odd)).select("tr[id^=action-]")) == 3


def test_whom_only_hidden_rows_name_is_no_choice(authority, coordinator):
    plan = make_plan(authority, actions=0)
    other = make_plan(authority, actions=0)
    owner = make_owner(authority, "Robin Hale")
    make_action(plan, text="Hidden", owner=owner, marking=Marking.OFFICIAL_SENSITIVE)
    make_action(plan, text="Open to all")
    make_action(other, owner=owner)
    with acting_for(authority):
        for each in (plan, other):
            each.state, each.agreed_on, each.agreed_by = Plan.State.AGREED, clock.today(), "Board"
            each.save()
    member = signed_in(make_user(Role.ELECTED_MEMBER, authority))
    for name in ("plan_table", "plan_timeline"):
        page = soup_of(show(member, plan, name))
        assert "Open to all" in page.get_text()
        assert "Hidden" not in page.get_text()
        assert "Robin Hale" not in page.get_text()
    assert "Robin Hale" not in soup_of(show(member, plan, group="owner")).get_text()
    assert "Robin Hale" in soup_of(show(coordinator, plan)).get_text()


# Pages


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(table_groups, "LINES_PER_PAGE", 5)
    monkeypatch.setattr(table_groups, "FEWEST_ON_A_PAGE", 0)


def test_a_long_plan_is_cut_into_pages_and_a_cut_section_says_that_it_goes_on(plan, coordinator, short_pages):
    for number in range(7):
        make_action(plan, text=f"Action {number}")
    first, second = (show(coordinator, plan, page=number) for number in (1, 2))
    assert texts(first) == [f"Action {number}" for number in range(5)]
    assert texts(second) == ["Action 5", "Action 6"]
    assert "(continued)" not in soup_of(first).select_one(".portal-section h2").get_text()
    assert "(continued)" in soup_of(second).select_one(".portal-section h2").get_text()
    assert "page 2 of 2" in soup_of(second).title.get_text()
    assert soup_of(first).select_one(".govuk-pagination__next a")["href"] == "?page=2"


def test_the_contents_lead_to_the_page_on_which_a_group_begins(plan, coordinator, short_pages):
    for number in range(7):
        make_action(plan, text=f"Action {number}")
    section, objective = add_section(plan, "Second")
    make_action(plan, text="Elsewhere", objective=objective)
    links = [a["href"] for a in soup_of(show(coordinator, plan, due="open")).select(".portal-contents a")]
    with acting_for(plan.organisation):
        first = plan.sections.first()
    assert links == [f"#section-{first.pk}", f"?due=open&page=2#section-{section.pk}"]


def test_the_address_of_a_section_leads_to_its_page(plan, coordinator, short_pages):
    for number in range(7):
        make_action(plan, text=f"Action {number}")
    section, objective = add_section(plan, "Second")
    make_action(plan, text="Elsewhere", objective=objective)
    path, _mark, anchor = section.get_absolute_url().partition("#")
    response = coordinator.get(path)
    assert "Elsewhere" in texts(response)
    assert soup_of(response).find(id=anchor)
    assert len(texts(show(coordinator, plan, at="nowhere"))) == 5


def test_everything_can_be_shown_on_one_page(plan, coordinator, short_pages):
    for number in range(12):
        make_action(plan, text=f"Action {number}")
    page = soup_of(show(coordinator, plan, rag="not_stated"))
    href = page.select_one("[role=status] a")["href"]
    assert href == "?rag=not_stated&page=all"
    response = coordinator.get(address(plan.organisation, "plans:plan_table", pk=plan.pk) + href)
    assert len(texts(response)) == 12
    assert soup_of(response).select(".govuk-pagination") == []
    assert soup_of(response).select_one("[role=status] a")["href"] == "?rag=not_stated"


@pytest.mark.parametrize("group", ["section", "owner", "benchmark", "rag", "due"])
def test_longer_plans_take_no_more_queries_however_they_are_grouped(authority, coordinator, group):
    plans = [make_plan(authority, actions=0) for _ in range(2)]
    owner = make_owner(authority)
    for plan, count in zip(plans, (3, 30), strict=True):
        for _ in range(count):
            make_action(plan, owner=owner, due_on=clock.today())
    counts = []
    for plan in plans:
        show(coordinator, plan, group=group)
        with CaptureQueriesContext(connection) as seen:
            show(coordinator, plan, group=group)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# The way back


def test_the_way_back_from_an_action_leads_to_the_same_choice(plan, coordinator, varied):
    page = soup_of(show(coordinator, plan, q="train", group="owner"))
    link = next(a for a in page.select(".portal-plan-table a") if a.get_text() == "Train councillors")
    assert link["href"].endswith("?from=table&group=owner&q=train")
    action = soup_of(coordinator.get(link["href"]))
    back = action.select(".govuk-breadcrumbs a")[-1]
    table = address(plan.organisation, "plans:plan_table", pk=plan.pk)
    with acting_for(plan.organisation):
        pk = Action.objects.get(text="Train councillors").pk
    assert back["href"] == f"{table}?group=owner&q=train#action-{pk}"
    # Recording progress and coming back keeps it, too.
    form = action.select_one("a.govuk-button[href*='/progress/']")["href"]
    cancel = soup_of(coordinator.get(form)).select_one("form .govuk-button-group a")["href"]
    assert cancel == link["href"]


def test_a_way_back_that_makes_no_sense_leads_to_the_table(plan, coordinator, varied):
    with acting_for(plan.organisation):
        action = Action.objects.first()
    table = address(plan.organisation, "plans:plan_table", pk=plan.pk)
    for query in ("?from=//evil.example&q=x", "?q=x", "?from=table&next=//evil.example"):
        page = soup_of(coordinator.get(action.get_absolute_url() + query))
        assert page.select(".govuk-breadcrumbs a")[-1]["href"].partition("#")[0] == table
        assert "evil" not in str(page.select_one("main"))


def test_table_and_timeline_keep_each_others_filters(plan, coordinator, varied):
    page = soup_of(show(coordinator, plan, rag="green", group="owner"))
    ways = {a.get_text(): a["href"] for a in page.select(".portal-sub-navigation a")}
    assert ways["Timeline"].endswith("/timeline/?rag=green")
    assert [a.get_text() for a in page.select(".portal-sub-navigation [aria-current=page]")] == ["Whole plan"]


# The summary sheet of a long plan


def test_long_lists_of_the_summary_are_cut_and_lead_to_the_whole_of_them(authority, plan, coordinator):
    for number in range(22):
        _section, objective = add_section(plan, f"Section {number}")
        owner = make_owner(authority)
        make_action(plan, objective=objective, owner=owner, rag=Rag.GREEN, due_on=clock.today() - 40 * DAY)
    response = coordinator.get(plan.get_absolute_url())
    summary = response.context["summary"]
    for found in (summary.overdue, summary.differing):
        assert (len(found.actions), found.count) == (20, 22)
    assert (len(summary.section_lines), summary.section_count) == (20, 22)
    assert (len(summary.owner_lines), summary.owner_count) == (20, 22)
    hrefs = {a["href"].partition("?")[2] for a in soup_of(response).select("main p > a")}
    assert {"due=overdue&group=due", "rag=differs&group=due", "", "group=owner&due=open"} <= hrefs


def test_a_figure_of_the_summary_leads_to_as_many_actions(authority, plan, coordinator, varied):
    with acting_for(authority):
        Owner(organisation=authority, name="Unused").save()
    page = soup_of(coordinator.get(plan.get_absolute_url()))
    for figure in page.select(".portal-figure:has(a)"):
        found = soup_of(coordinator.get(figure.select_one("a")["href"]))
        assert len(found.select("tr[id^=action-]")) == int(figure.select_one(".portal-figure__number").get_text())

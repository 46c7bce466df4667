"""How the work of understanding a plan grows with its rows and tables."""

import pytest

from plans.understanding import plan as plan_module
from plans.understanding import understand_plans
from prevent_portal.tables_in import Document
from tests.plans.documents import heading, table, word
from tests.work import grows_in_step

HEADINGS = (
    "Ref", "Objective", "Action", "Owner", "Target date", "Outcome", "Resources", "Progress", "RAG", "Ward",
)  # fmt: skip


def rows(first: int, count: int) -> list[tuple[str, ...]]:
    return [
        (
            f"{n}", f"Partners know what risk {n} means", f"Publish report {n}", "Head of Libraries", "30/06/2026",
            f"{n} people say so", f"£{n}", f"Meeting {n} was held", "Green", f"Ward {n}",
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def one_table(count: int) -> Document:
    return word(table(HEADINGS, *rows(1, count)))


def headings_on_each_page(count: int) -> Document:
    """Pages of ten rows with a heading row each; on every other page the columns are in another order."""
    made: list[tuple[str, ...]] = []
    for page, first in enumerate(range(1, count, 10)):
        page_rows = [HEADINGS, *rows(first, 10)]
        made += [tuple(reversed(each)) for each in page_rows] if page % 2 else page_rows
    return word(table(*made))


def many_tables(count: int) -> Document:
    tables = [table(HEADINGS, *rows(first, 4), number=first) for first in range(1, count, 4)]
    return word(*(block for each in tables for block in (heading(f"Area {each.number}", 2), each)))


@pytest.mark.parametrize("made", [one_table, headings_on_each_page, many_tables])
def test_work_grows_in_step_with_the_rows(made):
    assert grows_in_step(understand_plans, made(120), made(360), times=3)


def test_headings_of_each_table_are_looked_for_once(monkeypatch):
    asked = []
    find = plan_module.find_header
    monkeypatch.setattr(plan_module, "find_header", lambda each, known: asked.append(each.number) or find(each, known))
    document = many_tables(20)
    understand_plans(document)
    assert asked == [each.number for each in document.tables]

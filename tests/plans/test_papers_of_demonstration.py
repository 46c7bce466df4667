"""Every plan of the demonstration as every paper there is: the validators find nothing wrong with any."""

import datetime as dt
import io

import openpyxl
import pikepdf
import pytest

from plans import reports
from plans.models import Plan
from plans.reports import Edition
from prevent_portal import demonstration
from prevent_portal.scoping import acting_for, all_organisations
from tests.docx_checks import assert_sound_docx, docx_text
from tests.pdf_checks import assert_accessible_pdf, pdf_outline, pdf_structure, pdf_text

TODAY = dt.date(2026, 11, 23)
SHORT_SIDE = 595
BUILDERS = {Edition.FULL: reports.build_plan_report, Edition.PUBLIC: reports.build_public_plan_report}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def every_report(shared_rows) -> list[reports.PlanReport]:
    """Both editions of every plan of the demonstration."""
    return shared_rows(_load_and_build)


def _load_and_build() -> list[reports.PlanReport]:
    demonstration.load(today=TODAY)
    with all_organisations(reason="every paper of the demonstration"):
        plans = list(Plan.objects.select_related("organisation").order_by("pk"))
    built = []
    for plan in plans:
        for build in BUILDERS.values():
            with acting_for(plan.organisation):
                built.append(build(plan, as_of=TODAY))
    return built


@pytest.fixture(scope="module")
def every_pdf(every_report) -> list[tuple[reports.PlanReport, bytes]]:
    return [(report, reports.plan_pdf(report)) for report in every_report]


@pytest.fixture(scope="module")
def every_docx(every_report) -> list[tuple[reports.PlanReport, bytes]]:
    return [(report, reports.plan_docx(report)) for report in every_report]


def test_demonstration_has_papers_of_every_kind(every_report):
    assert {report.edition for report in every_report} == {Edition.FULL, Edition.PUBLIC}
    assert {report.is_short for report in every_report} == {True, False}
    assert {report.is_wide for report in every_report} == {True, False}
    assert {report.has_rag for report in every_report} == {True, False}
    assert any(report.is_withheld for report in every_report)
    assert any(report.left_out for report in every_report)


def test_every_pdf_is_accessible(every_pdf):
    for _report, pdf in every_pdf:
        assert_accessible_pdf(pdf)


def test_a_table_over_several_pages_is_one_table(every_pdf):
    for report, pdf in every_pdf:
        summary = [each.table for each in (report.rag_figure, report.sections_figure) if each]
        summary += [each.table for each in (report.changed.kinds if report.changed else ())]
        tables = [*summary, *report.list_tables, *([report.owners_table] if report.owners_table else [])]
        of_sections = sum(bool(section.objectives) for section in report.sections)
        assert pdf_structure(pdf)["Table"] == len(tables) + of_sections


def test_pages_of_wide_tables_lie_down_and_all_others_stand_upright(every_pdf):
    for report, pdf in every_pdf:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            widths = [round(float(page.mediabox[2])) for page in document.pages]
        lying = [number for number, width in enumerate(widths) if width > SHORT_SIDE]
        assert bool(lying) == (report.is_wide and bool(report.sections))
        assert lying == list(range(lying[0], lying[0] + len(lying))) if lying else True
        assert 0 not in lying


def test_contents_name_the_headings_and_the_pages_on_which_they_stand(every_pdf):
    with_contents = [(report, pdf) for report, pdf in every_pdf if report.contents]
    assert with_contents
    for report, pdf in with_contents:
        bookmarks = [" ".join(title.split()) for level, title in pdf_outline(pdf) if level == 2]
        titles = [" ".join(entry.title.split()) for entry in report.contents]
        assert bookmarks == ["Contents", *titles]
        pages = [" ".join(page.split()) for page in pdf_text(pdf).split("\f")]
        said = [line.rsplit(maxsplit=1) for line in pages_of_contents(pdf)]
        assert [" ".join(words.split()) for words, _number in said] == titles
        for words, number in said:
            assert " ".join(words.split()) in pages[int(number) - 1]


def pages_of_contents(pdf: bytes) -> list[str]:
    """The lines of the contents, their dots left out: "3 Partnership plan 9"."""
    lines = pdf_text(pdf, first_page=1, last_page=1).splitlines()
    return [
        line.replace(".....", "").replace("..", "").replace(" . ", " ").strip() for line in lines if "....." in line
    ]


def test_every_word_file_is_sound_and_in_order(every_docx):
    for _report, document in every_docx:
        assert_sound_docx(document)


def test_every_workbook_opens_without_formulas(every_report):
    for report in every_report:
        workbook = openpyxl.load_workbook(io.BytesIO(reports.plan_workbook(report)))
        assert not [cell for sheet in workbook for row in sheet for cell in row if cell.data_type == "f"]


def test_no_public_paper_names_a_person_and_every_full_one_may(every_pdf, every_docx):
    named = {Edition.FULL: 0, Edition.PUBLIC: 0}
    for (report, pdf), (_report, document) in zip(every_pdf, every_docx, strict=True):
        named[report.edition] += ("Whitlock" in pdf_text(pdf)) + ("Whitlock" in docx_text(document))
    assert named[Edition.PUBLIC] == 0
    assert named[Edition.FULL] > 0

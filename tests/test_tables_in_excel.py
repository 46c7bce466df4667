"""What an Excel sheet shows beside the words of its cells: colours by rule, hidden rows, formats, notes."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.styles.differential import DifferentialStyle

from prevent_portal.tables_in import Document, read_document
from prevent_portal.tables_in.excel import number_text, ranges
from tests.test_tables_in import texts, with_parts
from tests.work import grows_in_step

GREEN, RED = "FF00B050", "FFFF0000"
ROWS = [["Ref", "Action", "RAG"], [1, "Name a lead", "Green"], [2, "Train staff", "Red"], [3, "Write", "not green"]]


def workbook_of(rows: list[list]) -> Workbook:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    return workbook


def saved(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def read(workbook: Workbook) -> Document:
    return read_document(saved(workbook), "plan.xlsx")


def solid(colour: str) -> PatternFill:
    return PatternFill("solid", bgColor=colour)


def text_rule(kind: str, words: str, formula: str) -> Rule:
    style = DifferentialStyle(fill=PatternFill(bgColor=GREEN))
    return Rule(type=kind, operator=kind, text=words, formula=[formula], dxf=style)


# Conditional formats


@pytest.mark.parametrize(
    ("rule", "coloured"),
    [
        (CellIsRule(operator="equal", formula=['"Green"'], fill=solid(GREEN)), [2]),
        (CellIsRule(operator="equal", formula=['"GREEN"'], fill=solid(GREEN)), [2]),
        (CellIsRule(operator="equal", formula=["$C$2"], fill=solid(GREEN)), [2]),
        (CellIsRule(operator="notEqual", formula=['"Green"'], fill=solid(GREEN)), [3, 4]),
        (text_rule("containsText", "green", 'NOT(ISERROR(SEARCH("green",C2)))'), [2, 4]),
        (text_rule("beginsWith", "Gr", 'LEFT(C2,2)="Gr"'), [2]),
        (text_rule("endsWith", "een", 'RIGHT(C2,3)="een"'), [2, 4]),
        (FormulaRule(formula=['$C2="Green"'], fill=solid(GREEN)), [2]),
        (FormulaRule(formula=["$A2=2"], fill=solid(GREEN)), [3]),
        (FormulaRule(formula=["$A2>=2"], fill=solid(GREEN)), [3, 4]),
        (FormulaRule(formula=['OR($C2="Red",LEFT($C2,3)="not")'], fill=solid(GREEN)), [3, 4]),
        (FormulaRule(formula=['AND($C2="Red",$A2=1)'], fill=solid(GREEN)), []),
        (FormulaRule(formula=['ISNUMBER(SEARCH("green",$C2))'], fill=solid(GREEN)), [2, 4]),
    ],
)
def test_a_rule_colours_the_cells_that_it_says(rule, coloured):
    workbook = workbook_of(ROWS)
    workbook.active.conditional_formatting.add("C2:C9", rule)
    document = read(workbook)
    assert [row.number for row in document.tables[0].rows if row.at(2).fill == "00B050"] == coloured
    assert document.warnings == []


@pytest.mark.parametrize(
    ("operator", "formulas", "coloured"),
    [("lessThan", ["2"], [2]), ("between", ["2", "3"], [3, 4]), ("notBetween", ["2", "3"], [2])],
)
def test_a_rule_about_numbers_colours_the_numbers(operator, formulas, coloured):
    workbook = workbook_of(ROWS)
    workbook.active.conditional_formatting.add(
        "A2:A4", CellIsRule(operator=operator, formula=formulas, fill=solid(RED))
    )
    assert [row.number for row in read(workbook).tables[0].rows if row.at(0).fill == "FF0000"] == coloured


def test_the_first_rule_that_holds_wins_over_later_ones_and_the_cells_own_fill():
    workbook = workbook_of(ROWS)
    workbook.active["C2"].fill = PatternFill("solid", fgColor="FFFFC000")
    workbook.active["C1"].fill = PatternFill("solid", fgColor="FFFFC000")
    workbook.active.conditional_formatting.add("C2:C4", FormulaRule(formula=['$C2="Green"'], fill=solid(GREEN)))
    workbook.active.conditional_formatting.add("C2:C4", FormulaRule(formula=["$A2<9"], fill=solid(RED)))
    assert [row.at(2).fill for row in read(workbook).tables[0].rows] == ["FFC000", "00B050", "FF0000", "FF0000"]


def test_rules_that_cannot_be_followed_are_named_and_colour_nothing():
    workbook = workbook_of(ROWS)
    rules = workbook.active.conditional_formatting
    rules.add("C2:C4", FormulaRule(formula=["VLOOKUP($C2,Lists!$A$1:$B$9,2,FALSE)=1"], fill=solid(RED)))
    rules.add("A2:A4", ColorScaleRule(start_type="min", start_color="FF0000", end_type="max", end_color="00FF00"))
    rules.add("A2:A4", IconSetRule("3TrafficLights1", "percent", [0, 33, 67]))
    document = read(workbook)
    assert [cell.fill for row in document.tables[0].rows for cell in row.cells] == [None] * 12
    (warning,) = document.warnings
    assert "formulas, colour scales, icons" in warning and "check the RAG" in warning


def test_many_rules_over_the_whole_sheet_end_early_with_a_warning(monkeypatch):
    monkeypatch.setattr("prevent_portal.tables_in.excel_fills.MAX_CHECKS", 50)
    workbook = workbook_of(ROWS)
    for number in range(9):
        rule = FormulaRule(formula=[f"$A2={number}"], fill=solid(RED))
        workbook.active.conditional_formatting.add("A1:XFD1048576", rule)
    assert any("too many rules" in warning for warning in read(workbook).warnings)


def test_rules_cost_no_more_than_the_cells_that_they_are_for():
    def sheet(rows: int) -> bytes:
        workbook = workbook_of([[number, "x", "Green"] for number in range(rows)])
        rule = CellIsRule(operator="equal", formula=['"Green"'], fill=solid(GREEN))
        workbook.active.conditional_formatting.add("C1:C1048576", rule)
        return saved(workbook)

    assert grows_in_step(lambda data: read_document(data, "plan.xlsx"), sheet(50), sheet(400), times=8)


# Fills


def test_gradients_indexed_colours_and_theme_tints_give_colours():
    workbook = workbook_of([["a", "b", "c", "d"]])
    sheet = workbook.active
    sheet["A1"].fill = GradientFill(stop=[Color(rgb=GREEN), Color(rgb="FFFFFFFF")])
    sheet["B1"].fill = PatternFill("solid", fgColor=Color(indexed=10))
    sheet["C1"].fill = PatternFill("solid", fgColor=Color(theme=9, tint=0.0))
    sheet["D1"].fill = PatternFill("gray125")
    fills = [cell.fill for cell in read(workbook).tables[0].rows[0].cells]
    assert fills[:2] == ["00B050", "FF0000"]
    assert fills[2] is not None and fills[3] is None


# Hidden things


def test_hidden_rows_are_read_marked_and_named():
    workbook = workbook_of([[f"row {number}"] for number in range(1, 8)])
    for number in (3, 5, 6):
        workbook.active.row_dimensions[number].hidden = True
    document = read(workbook)
    assert [row.number for row in document.tables[0].rows if row.is_hidden] == [3, 5, 6]
    assert any("They were read too: 3, 5 to 6." in warning for warning in document.warnings)


def test_hidden_columns_are_read_marked_and_named():
    workbook = workbook_of([["a", "b", "c"]])
    workbook.active.column_dimensions["B"].hidden = True
    document = read(workbook)
    assert [cell.is_hidden for cell in document.tables[0].rows[0].cells] == [False, True, False]
    assert any("hidden columns" in warning and ": B." in warning for warning in document.warnings)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_named(state):
    workbook = workbook_of(ROWS)
    workbook.create_sheet("Old plan").append(["left out"])
    workbook["Old plan"].sheet_state = state
    document = read(workbook)
    assert len(document.tables) == 1
    assert document.warnings == ["The sheet 'Old plan' is hidden and was not read."]


def test_a_sheet_that_is_a_chart_is_named():
    workbook = workbook_of(ROWS)
    workbook.create_chartsheet("Progress").add_chart(BarChart())
    assert any("'Progress' is a chart" in warning for warning in read(workbook).warnings)


def test_many_places_are_named_in_short():
    assert ranges([str(number) for number in range(1, 60, 2)]).endswith("17, 19 and 20 more")


# Values as they are shown


@pytest.mark.parametrize(
    ("value", "number_format", "text", "date"),
    [
        (dt.datetime(2025, 3, 31), "dd/mm/yyyy", "31 March 2025", dt.date(2025, 3, 31)),
        (dt.datetime(2025, 3, 31, 14, 30), "dd/mm/yyyy hh:mm", "31 March 2025, 14:30", dt.date(2025, 3, 31)),
        (dt.datetime(2025, 3, 31, 14, 30), "dd/mm/yyyy", "31 March 2025", dt.date(2025, 3, 31)),
        (dt.datetime(2025, 3, 1), "mmm-yy", "March 2025", None),
        (dt.datetime(2025, 3, 1), '[$-809]mmmm" "yyyy;@', "March 2025", None),
        (dt.datetime(2025, 3, 1), "yyyy", "2025", None),
        (dt.time(14, 30), "hh:mm", "14:30", None),
        (0.5, "0%", "50%", None),
        (0.125, "0.0%", "12.5%", None),
        (1.1, "0.00", "1.10", None),
        (1.5, "General", "1.5", None),
        (1234567.25, "General", "1234567.25", None),
        (7, "000", "007", None),
        (12500, '"£"#,##0', "£12,500", None),
        (12500.5, "£#,##0.00", "£12,500.50", None),
        (True, "General", "Yes", None),
        ("one_x000D_\ntwo", "General", "one\ntwo", None),
    ],
)
def test_a_value_is_read_as_the_sheet_shows_it(value, number_format, text, date):
    workbook = workbook_of([[value]])
    workbook.active["A1"].number_format = number_format
    cell = read(workbook).tables[0].rows[0].cells[0]
    assert (cell.text, cell.value) == (text, date)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 1e308])
def test_numbers_without_end_are_text_like_others(value):
    assert number_text(value, "0.00")


def test_results_of_formulas_are_read_and_errors_are_named():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="str"><f>UPPER("a")</f><v>A</v></c><c r="B1" t="e"><f>Lists!#REF!</f><v>#REF!</v></c></row>'
        "</sheetData></worksheet>"
    )
    document = read_document(with_parts(saved(workbook_of(ROWS)), xl__worksheets__sheet1=sheet), "plan.xlsx")
    assert texts(document.tables[0].rows[0]) == ["A", "#REF!"]
    assert document.warnings == ["The sheet 'Sheet' shows errors such as #REF! in B1. Correct them in Excel."]


def test_rich_text_is_read_whole_and_a_web_link_is_no_obstacle():
    workbook = workbook_of([[CellRichText("Name ", TextBlock(InlineFont(b=True), "a lead")), "see"]])
    workbook.active["B1"].hyperlink = "https://www.example.org/policy"
    assert texts(read(workbook).tables[0].rows[0]) == ["Name a lead", "see"]


def test_cell_that_is_struck_through_says_so():
    workbook = workbook_of(ROWS)
    workbook.active["A2"].font = Font(strike=True)
    assert [[cell.is_struck for cell in row.cells] for row in read(workbook).tables[0].rows][1][:2] == [True, False]


# Beside the cells


def test_comments_on_cells_are_kept_with_their_place():
    workbook = workbook_of(ROWS)
    workbook.active["C3"].comment = Comment("Is this still so?", "A colleague")
    document = read(workbook)
    assert document.notes == ["Comment in sheet 'Sheet', cell C3: Is this still so?"]
    assert any("(C3)" in warning for warning in document.warnings)
    (noted,) = [cell for row in document.tables[0].rows for cell in row.cells if cell.notes]
    assert noted.column == 2
    assert list(noted.notes) == document.notes


def test_of_a_conversation_on_a_cell_the_preface_for_older_programs_is_left_out():
    workbook = workbook_of(ROWS)
    preface = "[Threaded comment]\n\nYour version of Excel can read it.\n\nComment:\n    Still so?\nReply:\n    Yes"
    workbook.active["A2"].comment = Comment(preface, "A colleague")
    assert read(workbook).notes == ["Comment in sheet 'Sheet', cell A2: Still so?\nReply:\n    Yes"]


def test_text_boxes_on_a_sheet_are_kept():
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:txBody><a:p><a:r><a:t>Agreed by </a:t>'
        "</a:r><a:r><a:t>the board</a:t></a:r></a:p><a:p/></xdr:txBody></xdr:wsDr>"
    )
    data = with_parts(saved(workbook_of(ROWS)), xl__drawings__drawing1=drawing)
    document = read_document(data, "plan.xlsx")
    assert document.notes == ["Text box: Agreed by the board"]
    assert any("text boxes" in warning for warning in document.warnings)


def test_strict_workbooks_are_read():
    usual = saved(workbook_of(ROWS))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(usual)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for transitional, strict in (
                (
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
                (b"http://schemas.openxmlformats.org/drawingml/2006/", b"http://purl.oclc.org/ooxml/drawingml/"),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                ),
            ):
                content = content.replace(transitional, strict)
            new.writestr(name, content)
    rows = read_document(buffer.getvalue(), "plan.xlsx").tables[0].rows
    assert texts(rows[1]) == ["1", "Name a lead", "Green"]


# CSV


def test_csv_may_say_its_delimiter_first():
    rows = read_document(b"sep=;\r\nRef;Action, or so\r\n1;a, b, c\r\n", "plan.csv").tables[0].rows
    assert [(row.number, texts(row)) for row in rows] == [(2, ["Ref", "Action, or so"]), (3, ["1", "a, b, c"])]


def test_csv_of_an_old_mac_has_rows():
    rows = read_document(b'Ref,Action\r1,"two\rlines"\r2,three\r', "plan.csv").tables[0].rows
    assert [texts(row) for row in rows] == [["Ref", "Action"], ["1", "two\nlines"], ["2", "three"]]


def test_the_colour_of_a_cells_text_is_read_and_a_links_is_not():
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["●", "●", "plan"])
    sheet["A1"].font = Font(color="FFFF0000")
    sheet["C1"].font = Font(color="FF0000FF")
    sheet["C1"].hyperlink = "https://www.example.org/"
    buffer = io.BytesIO()
    workbook.save(buffer)
    cells = read_document(buffer.getvalue(), "plan.xlsx").tables[0].rows[0].cells
    assert [cell.ink for cell in cells] == ["FF0000", None, None]

"""Reading tables out of files: what each format keeps, and what is refused before it can do harm."""

import datetime as dt
import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from prevent_portal.tables_in import (
    MAX_CELLS,
    MAX_FILE_BYTES,
    MAX_ZIP_ENTRIES,
    Document,
    Paragraph,
    Row,
    SourceKind,
    Table,
    UnreadableFile,
    read_document,
)
from tests.work import calls_made, grows_in_step

FILES = Path(__file__).parent / "plans" / "files"


def read_file(name: str) -> Document:
    return read_document((FILES / name).read_bytes(), name)


def texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def word_file(body: str = "", **parts: str) -> bytes:
    """A Word file whose body is this XML; further parts replace the usual ones by their name."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {nsdecls('w')}>{body}</w:body>"):
        document.element.body.insert_element_before(element, "w:sectPr")
    buffer = io.BytesIO()
    document.save(buffer)
    return with_parts(buffer.getvalue(), **parts) if parts else buffer.getvalue()


def with_parts(data: bytes, **parts: str | bytes) -> bytes:
    """The package with parts replaced or added; "word__document" stands for word/document.xml."""
    named = {name.replace("__", "/") + ("" if "bin" in name else ".xml"): part for name, part in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            new.writestr(name, part)
    return buffer.getvalue()


def excel_file(rows: list[list], **fills: str) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    for address, colour in fills.items():
        workbook.active[address].fill = PatternFill("solid", fgColor=colour)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def cell_xml(text: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def table_xml(*rows: str) -> str:
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


# Word


def test_word_blocks_come_in_the_order_of_the_page():
    document = read_file("colour-plan.docx")
    assert document.kind is SourceKind.WORD
    assert [type(block) for block in document.blocks] == [Paragraph, Paragraph, Paragraph, Table, Table, Table]
    assert document.blocks[0].heading_level == 1
    assert [table.name for table in document.tables] == ["table 1", "table 2", "table 3"]
    assert document.margins == ["OFFICIAL"]


def test_word_cells_keep_shading_and_spans():
    plan = read_file("colour-plan.docx").tables[1]
    assert [cell.fill for cell in plan.rows[0].cells] == ["D9D9D9"] * 9
    assert texts(plan.rows[1]) == ["PRIORITY 1: LEADING THE WORK"]
    assert plan.rows[1].cells[0].column_span == 9
    assert plan.rows[2].cells[8].fill == "00B050"
    assert plan.rows[2].cells[7].fill is None
    assert plan.rows[2].location == "table 2 row 3"


def test_word_bullets_are_markers_and_an_empty_bullet_is_no_text():
    partners = read_file("bullet-plan.docx").tables[0].rows[3].at(3)
    assert [(each.marker, each.text) for each in partners.paragraphs] == [
        ("•", "Prevent Lead"),
        ("•", "Legal"),
        ("•", ""),
    ]
    assert partners.text == "• Prevent Lead\n• Legal\n•"


def test_word_vertical_merge_spans_rows_and_the_rest_continue_it():
    body = table_xml(
        cell_xml("one", '<w:vMerge w:val="restart"/>') + cell_xml("a"),
        cell_xml("", "<w:vMerge/>") + cell_xml("b"),
        cell_xml("", "<w:vMerge/>") + cell_xml("c"),
        cell_xml("two") + cell_xml("d"),
    )
    rows = read_document(word_file(body), "plan.docx").tables[0].rows
    assert [row.cells[0].row_span for row in rows] == [3, 1, 1, 1]
    assert [row.cells[0].is_continuation for row in rows] == [False, True, True, False]


def test_word_theme_shading_and_highlighting_give_colours():
    body = table_xml(
        cell_xml("theme", '<w:shd w:val="clear" w:fill="auto" w:themeFill="accent2"/>')
        + cell_xml("auto", '<w:shd w:val="clear" w:fill="auto"/>')
        + '<w:tc><w:p><w:r><w:rPr><w:highlight w:val="green"/></w:rPr><w:t>G</w:t></w:r></w:p></w:tc>'
    )
    fills = [cell.fill for cell in read_document(word_file(body), "plan.docx").tables[0].rows[0].cells]
    assert fills == ["C0504D", None, "00FF00"]


def test_word_tracked_insertions_are_kept_and_deletions_are_not():
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        "<w:p>" + run.format("kept ") + "<w:ins>" + run.format("added") + "</w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:moveFrom>" + run.format("moved away") + "</w:moveFrom></w:p>"
    )  # fmt: skip
    document = read_document(word_file(body), "plan.docx")
    assert [block.text for block in document.blocks] == ["kept added"]
    assert any("tracked changes" in warning for warning in document.warnings)


def test_word_line_breaks_links_and_hidden_text():
    body = (
        "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r>"
        "<w:hyperlink><w:r><w:t> linked</w:t></w:r></w:hyperlink>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r></w:p>"
    )
    document = read_document(word_file(body), "plan.docx")
    assert document.blocks[0].text == "one\ntwo linked"
    assert any("hidden text" in warning for warning in document.warnings)


def test_word_list_numbers_are_counted_as_word_draws_them():
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/></w:lvl>'
    numbering = (
        f"<w:numbering {nsdecls('w')}><w:abstractNum w:abstractNumId='0'>"
        + level.format(0, "lowerLetter", "%1)")
        + level.format(1, "decimal", "%1.%2")
        + "</w:abstractNum><w:num w:numId='7'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    )
    body = "".join(item.format(at) for at in (0, 0, 1, 1, 0, 1))
    document = read_document(word_file(body, word__numbering=numbering), "plan.docx")
    assert [block.marker for block in document.paragraphs] == ["a)", "b)", "b.1", "b.2", "c)", "c.1"]


def test_word_table_in_a_cell_and_content_controls_keep_their_text():
    inner = table_xml(cell_xml("inner"))
    body = table_xml(
        f"<w:tc><w:p><w:r><w:t>outer</w:t></w:r></w:p>{inner}<w:p/></w:tc>"
        "<w:sdt><w:sdtContent>" + cell_xml("controlled") + "</w:sdtContent></w:sdt>"
    )  # fmt: skip
    assert texts(read_document(word_file(body), "plan.docx").tables[0].rows[0]) == ["outer\ninner", "controlled"]


def test_word_table_of_many_times_the_rows_takes_as_many_times_the_work():
    shorter, longer = (word_file(table_xml(*[cell_xml("one")] * rows)) for rows in (100, 1_600))
    assert len(read_document(longer, "plan.docx").tables[0].rows) == 1_600
    assert grows_in_step(lambda data: read_document(data, "plan.docx"), shorter, longer, times=16)


# Excel, CSV, text


def test_excel_keeps_dates_fills_and_merges_and_reports_hidden_sheets():
    document = read_file("sheet-plan.xlsx")
    table = document.tables[0]
    assert document.kind is SourceKind.EXCEL
    assert table.name == "sheet 'Plan'"
    row = next(row for row in table.rows if row.number == 6)
    assert row.location == "sheet 'Plan' row 6"
    assert row.at(8).text == "31 March 2025"
    assert row.at(8).value == dt.date(2025, 3, 31)
    assert row.at(0).row_span == 3
    assert row.at(12).fill == "0070C0"
    assert row.at(5).text == "Name a lead."
    theme_filled = next(row for row in table.rows if row.number == 7).at(12).fill
    assert theme_filled is not None and theme_filled != "9BBB59", "a tint must change the theme's colour"
    assert any("'Lists' is hidden" in warning for warning in document.warnings)
    assert "Red" not in str(document.blocks[-1])


def test_excel_formula_without_a_stored_result_is_reported():
    document = read_document(excel_file([["Action", "Total"], ["Do it", "=1+1"]]), "plan.xlsx")
    assert any("formulas without a stored result" in warning for warning in document.warnings)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiter_is_found(delimiter):
    lines = ["Ref,Action;x".replace(",", delimiter) if delimiter == "," else f"Ref{delimiter}Action, or so"]
    lines += [f'1{delimiter}"Do it, then{delimiter} rest"', f"2{delimiter}Go on"]
    table = read_document("\n".join(lines).encode(), "plan.csv").tables[0]
    assert [len(row.cells) for row in table.rows] == [2, 2, 2]
    assert table.rows[1].cells[1].text == f"Do it, then{delimiter} rest".strip()


def test_csv_rows_are_numbered_by_line_with_quoted_line_breaks():
    table = read_document(b'Ref,Action\r\n1,"one\r\ntwo"\r\n2,three\r\n', "plan.csv").tables[0]
    assert [row.number for row in table.rows] == [1, 2, 4]
    assert table.rows[1].cells[1].text == "one\ntwo"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_encodings_that_office_writes_are_read(encoding):
    document = read_document("Ref\tAction\n1\tCafé – “open”\n".encode(encoding), "plan.txt")
    assert texts(document.tables[0].rows[1]) == ["1", "Café – “open”"]


def test_text_row_a_line_joins_cells_that_run_over_lines():
    rows = read_document(b"Ref\tAction\tOwner\n1\tone\ntwo\n\nthree\tLead\n2\tfour\tLead\n", "plan.txt").tables[0].rows
    assert [texts(row) for row in rows] == [
        ["Ref", "Action", "Owner"],
        ["1", "one\ntwo\nthree", "Lead"],
        ["2", "four", "Lead"],
    ]


def test_text_quoted_cells_may_hold_tabs_and_breaks():
    rows = read_document(b'Ref\tAction\n1\t"one\ntwo\tthree"\n2\tsaid "so"\n', "plan.txt").tables[0].rows
    assert [texts(row) for row in rows] == [["Ref", "Action"], ["1", "one\ntwo\tthree"], ["2", 'said "so"']]


def test_text_short_rows_and_trimmed_headings_are_not_joined():
    rows = read_document(b"Ref\tAction\tOwner\nPRIORITY 1: LEAD\n1\tone\n2\ttwo\tLead\n", "plan.txt").tables[0].rows
    assert [texts(row) for row in rows][1:] == [["PRIORITY 1: LEAD"], ["1", "one"], ["2", "two", "Lead"]]


def test_text_cell_a_line_gives_the_same_rows_as_the_word_file():
    from_word, from_text = (read_file(f"bullet-plan.{kind}").tables[0] for kind in ("docx", "txt"))
    assert [[text.rstrip("\n•") for text in texts(row) if text] for row in from_text.rows] == [
        [text.rstrip("\n•") for text in texts(row) if text] for row in from_word.rows
    ]


def test_text_after_the_last_cell_is_a_paragraph():
    assert read_file("bullet-plan.txt").blocks[-1].text == "Agreed by the board on 5 January 2026."


# Refusals


def refused(data: bytes, name: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_document(data, name)
    return str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf\n"])
def test_empty_file_is_refused(data):
    assert "empty" in refused(data, "plan.txt")


def test_file_over_the_limit_is_refused():
    assert "20 MB" in refused(b"x" * (MAX_FILE_BYTES + 1), "plan.txt")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plan.doc", "old kind"),
        ("plan.xls", "old kind"),
        ("plan.docm", "macros"),
        ("plan.xlsm", "macros"),
        ("plan.pdf", "PDF"),
        ("plan.exe", "not accepted"),
        ("plan", "not accepted"),
    ],
)
def test_other_kinds_of_file_are_refused_by_name(name, words):
    assert words in refused(b"anything", name)


def test_old_word_file_and_password_are_told_apart():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "before 2007" in refused(ole, "plan.docx")
    assert "password" in refused(ole + "EncryptedPackage".encode("utf-16-le"), "plan.docx")
    assert "before 2007" in refused(ole, "plan.txt")
    assert "e-mail" in refused(ole, "plan.msg")


def test_content_must_match_the_name():
    word, excel = word_file("<w:p/>"), excel_file([["Action"]])
    assert "right ending" in refused(word, "plan.xlsx")
    assert "right ending" in refused(excel, "plan.docx")
    assert "something else" in refused(b"just text", "plan.docx")
    assert "Office or zip" in refused(word, "plan.csv")
    other_zip = io.BytesIO()
    with zipfile.ZipFile(other_zip, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "not a Word or Excel file" in refused(other_zip.getvalue(), "plan.docx")


@pytest.mark.parametrize("data", [b"%PDF-1.4\nabc", b"\x89PNG\r\n\x1a\n\0\0\0", b"\x81\x8d\x8f\x90\x9d", b"a\0b\0c"])
def test_content_that_is_no_text_is_refused(data):
    refused(data, "plan.txt")


def test_macros_are_refused_whatever_the_name():
    assert "macros" in refused(with_parts(word_file("<w:p/>"), word__vbaProject_bin=b"x"), "plan.docx")
    types = zipfile.ZipFile(io.BytesIO(word_file("<w:p/>"))).read("[Content_Types].xml")
    macro_types = types.replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main", b"vnd.ms-word.document.macroEnabled.main"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", macro_types)
    assert "macros" in refused(buffer.getvalue(), "plan.docx")


def test_zip_bomb_is_refused_by_ratio_before_it_is_unpacked(monkeypatch):
    bomb = with_parts(word_file("<w:p/>"), word__media__a_bin=b"\0" * (30 * 1024 * 1024))
    opened: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda archive, name, *rest, **named: opened.append(name))
    assert "unpacks to far more" in refused(bomb, "plan.docx")
    assert opened == []


def test_zip_that_lies_about_its_sizes_is_stopped_while_unpacking():
    data = bytearray(with_parts(word_file("<w:p/>"), word__document="<x>" + " " * 5_000_000 + "</x>"))
    # The directory's uncompressed size of the last entry becomes small; the stream stays as it is.
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    refused(bytes(data), "plan.docx")


def test_too_many_parts_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(MAX_ZIP_ENTRIES + 1):
            archive.writestr(f"{number}.xml", "")
    assert "parts" in refused(buffer.getvalue(), "plan.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_type_and_entities_are_refused(encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'
    assert "never write" in refused(with_parts(word_file("<w:p/>"), word__document=xml.encode(encoding)), "plan.docx")
    sheet = with_parts(excel_file([["Action"]]), xl__worksheets__sheet1=xml.encode(encoding))
    assert "never write" in refused(sheet, "plan.xlsx")


def test_damaged_files_are_refused_in_plain_words():
    data = word_file("<w:p/>")
    assert "damaged" in refused(data[: len(data) // 2], "plan.docx")
    assert "damaged" in refused(with_parts(data, word__document="<w:document"), "plan.docx")
    assert "damaged" in refused(with_parts(excel_file([["Action"]]), xl__styles="<nonsense>"), "plan.xlsx")


def test_more_cells_than_the_limit_are_refused():
    cells = "".join(f'<c r="A{number}"/>' for number in range(MAX_CELLS + 1))
    sheet = f'<worksheet xmlns="x"><sheetData><row>{cells}</row></sheetData></worksheet>'
    assert "cells" in refused(with_parts(excel_file([["a"]]), xl__worksheets__sheet1=sheet), "plan.xlsx")
    assert "cells" in refused(("a\t" * 100 + "\n").encode() * (MAX_CELLS // 100 + 1), "plan.txt")
    assert "cells" in refused(("a," * 100 + "\n").encode() * (MAX_CELLS // 100 + 1), "plan.csv")


@pytest.mark.parametrize(
    "area",
    [
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD9999"/></hyperlinks>',
    ],
)
def test_areas_over_the_whole_sheet_are_refused_before_they_are_filled(area):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1"/></row></sheetData>{area}</worksheet>'
    assert "cells" in refused(with_parts(excel_file([["a"]]), xl__worksheets__sheet1=sheet), "plan.xlsx")


def test_one_cell_at_the_foot_of_a_sheet_does_not_fill_it():
    def sheet_with(far_cell: str) -> bytes:
        workbook = Workbook()
        workbook.active[far_cell], workbook.active["B2"] = "far", "near"
        buffer = io.BytesIO()
        workbook.save(buffer)
        return buffer.getvalue()

    # Thirty thousand rows, not the million that a sheet can have: without the protection this ends all the same.
    near, far = sheet_with("C9"), sheet_with("C30000")
    (table,) = read_document(far, "plan.xlsx").tables
    assert [row.number for row in table.rows] == [2, 30_000]
    (table,) = read_document(sheet_with("XFD3"), "plan.xlsx").tables
    assert [row.number for row in table.rows] == [2], "cells this far to the right belong to no plan"
    read_document(near, "plan.xlsx")
    assert calls_made(read_document, far, "plan.xlsx") < calls_made(read_document, near, "plan.xlsx") + 1_000


def test_parts_disguised_as_something_else_are_refused():
    types = zipfile.ZipFile(io.BytesIO(excel_file([["a"]]))).read("[Content_Types].xml").decode()
    renamed = types.replace("/xl/worksheets/sheet1.xml", "/xl/worksheets/sheet1.png")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(excel_file([["a"]]))) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = renamed if name == "[Content_Types].xml" else old.read(name)
            new.writestr(name.replace("sheet1.xml", "sheet1.png"), content)
    assert "damaged" in refused(buffer.getvalue(), "plan.xlsx")


def test_list_numbers_cannot_ask_for_millions_of_letters():
    numbering = (
        f"<w:numbering {nsdecls('w')}><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='900000'/>"
        f"<w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1{'x' * 5000}'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='7'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )
    item = "<w:p><w:pPr><w:numPr><w:numId w:val='7'/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>"
    document = read_document(word_file(item, word__numbering=numbering), "plan.docx")
    assert len(document.paragraphs[0].marker) < 100


@pytest.mark.parametrize("line", ["more\n", "\tx\n", 'a\t"b\n', "a\t\t\n\n", 'a\tb\t"\n', "a\t\nb\n"])
def test_awkward_text_of_ten_times_the_length_takes_ten_times_the_work(line):
    shorter, longer = (("a\tb\tc\td\n" + line * count).encode() for count in (300, 3_000))
    assert grows_in_step(lambda data: read_document(data, "plan.txt"), shorter, longer, times=10)


OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_relationship(
    data: bytes,
    kind: str,
    target: str,
    of: str = "word/document.xml",
    mode: str = "External",
    number: int = 99,
) -> bytes:
    """The package with one more relationship of this part."""
    folder, name = of.rsplit("/", 1)
    rels = f"{folder}/_rels/{name}.rels"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        xml = old.read(rels).decode() if rels in old.namelist() else EMPTY_RELATIONSHIPS
        added = f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for part in old.namelist():
            if part != rels:
                new.writestr(part, old.read(part))
        new.writestr(rels, xml.replace("</Relationships>", f"{added}</Relationships>"))
    return buffer.getvalue()


EMPTY_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


@pytest.mark.parametrize(
    ("kind", "target", "advice"),
    [
        ("attachedTemplate", "https://example.org/a.dotm", "template's address"),
        ("attachedTemplate", "ftp://example.org/a.dotm", "template's address"),
        ("attachedTemplate", r"file:///\\server\share\Normal.dotm", "template's address"),
        ("attachedTemplate", r"\\server\share\Normal.dotm", "template's address"),
        ("attachedTemplate", "//server/share/Normal.dotm", "template's address"),
        ("attachedTemplate", "file://server/share/Normal.dotm", "template's address"),
        ("oleObject", "file:///C:/budget.xlsx", "Break Link"),
        ("image", "http://example.org/crest.png", "Break Link"),
        ("frame", "part.htm", "frames"),
        ("subDocument", "chapter.docx", "Unlink"),
        ("header", "http://127.0.0.1:9/never", "another file or address"),
    ],
)
def test_word_file_that_fetches_content_is_refused_with_how_to_break_the_link(kind, target, advice):
    assert advice in refused(with_relationship(word_file("<w:p/>"), kind, target), "plan.docx")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://www.example.org/"),
        ("hyperlink", r"file:///\\server\share\policy.docx"),
        ("attachedTemplate", "file:///C:/Users/a.moor/AppData/Roaming/Microsoft/Templates/Normal.dotm"),
        ("attachedTemplate", "file:///C:%5CTemplates%5CNormal.dotm"),
        ("attachedTemplate", r"C:\Templates\Council.dotx"),
        ("attachedTemplate", "Normal.dotm"),
    ],
)
def test_hyperlinks_and_the_authors_own_template_are_no_obstacle(kind, target):
    data = with_relationship(word_file("<w:p><w:r><w:t>text</w:t></w:r></w:p>"), kind, target)
    assert read_document(data, "plan.docx").blocks[0].text == "text"


def test_a_digital_signature_is_no_obstacle():
    data = with_relationship(
        word_file("<w:p><w:r><w:t>text</w:t></w:r></w:p>"),
        "digital-signature/origin",
        "/_xmlsignatures/origin.sigs",
        mode="Internal",
    )
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("_xmlsignatures/origin.sigs", "")
        archive.writestr("_xmlsignatures/sig1.xml", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>')
    assert read_document(buffer.getvalue(), "plan.docx").blocks[0].text == "text"


def test_workbook_with_links_to_other_workbooks_is_refused_with_how_to_break_them():
    data = with_relationship(
        excel_file([["Action"]]),
        "externalLink",
        "externalLinks/externalLink1.xml",
        of="xl/workbook.xml",
        mode="Internal",
    )
    assert "Break Link" in refused(data, "plan.xlsx")


@pytest.mark.parametrize(
    ("start", "advice"),
    [
        (b"%PDF-1.7 x", "PDF"),
        (b"{\\rtf1 x}", "rich text"),
        (b"<html><table><tr><td>Action", "web page"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "web page"),
        ("<html><body>".encode("utf-16"), "web page"),
        (b'<?xml version="1.0"?><html xmlns="x">', "web page"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\x1f\x8b\x08", "archive"),
    ],
)
@pytest.mark.parametrize("name", ["plan.docx", "plan.xls", "plan.csv", "plan"])
def test_content_decides_what_advice_is_given(start, advice, name):
    assert advice in refused(start, name)


def test_a_text_that_begins_like_a_picture_is_text():
    assert read_document(b"BM,Action\n1,Do it\n", "plan.csv").tables[0].rows[0].cells[0].text == "BM"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("plan.odt", "OpenDocument"),
        ("plan.ods", "OpenDocument"),
        ("plan.rtf", "rich text"),
        ("plan.pages", "Pages"),
        ("plan.html", "web page"),
        ("plan.jpg", "picture"),
        ("plan.pptx", "PowerPoint"),
        ("plan.msg", "e-mail"),
        ("plan.xlsb", "macros"),
    ],
)
def test_each_other_kind_of_file_has_advice_of_its_own(name, advice):
    assert advice in refused(b"anything", name)


def zip_of(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("parts", "advice"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "OpenDocument"),
        ({"Index__Document.iwa": "x"}, "Pages"),
        ({"ppt__presentation.xml": "<x/>"}, "PowerPoint"),
        ({"plan.txt": "x"}, "Unpack"),
    ],
)
def test_other_zip_files_are_told_apart_though_named_docx(parts, advice):
    assert advice in refused(zip_of(**parts), "plan.docx")


def test_two_parts_of_one_name_are_refused():
    buffer = io.BytesIO(word_file("<w:p/>"))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("word/document.xml", "<other/>")
    assert "damaged" in refused(buffer.getvalue(), "plan.docx")


@pytest.mark.parametrize("part", ["word/embeddings/budget.xlsm", "word/VBAProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_in_parts_and_in_embedded_files_are_refused(part):
    buffer = io.BytesIO(word_file("<w:p/>"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(part, "<x/>")
    assert "macros" in refused(buffer.getvalue(), "plan.docx")


def test_an_archive_inside_the_file_stays_packed(monkeypatch):
    bomb = zip_of(**{"bomb.xml": "0" * 30_000_000})
    buffer = io.BytesIO(word_file("<w:p><w:r><w:t>text</w:t></w:r></w:p>"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/embeddings/budget.xlsx", bomb)
    opened: list[str] = []
    open_part = zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile,
        "open",
        lambda archive, name, *rest, **named: opened.append(str(name)) or open_part(archive, name, *rest, **named),
    )
    read_document(buffer.getvalue(), "plan.docx")
    assert opened
    assert not [name for name in opened if "embeddings" in name or "bomb" in name]


def test_a_csv_with_a_cell_of_a_million_characters_is_refused_in_words():
    with pytest.raises(UnreadableFile, match="cannot be read near line"):
        read_document(b"Ref,Action\n1," + b"x" * 1_100_000 + b"\n", "plan.csv")

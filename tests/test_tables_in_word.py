"""What Word keeps outside plain paragraphs and cells: boxes, tables in tables, tracked changes, forms, notes."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from prevent_portal.tables_in import Document, Paragraph, Table, UnreadableFile, read_document
from tests.test_tables_in import cell_xml, table_xml, texts, with_parts, with_relationship, word_file

NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def read_body(body: str) -> Document:
    body = f"<w:customXml {NAMESPACES}>{body}</w:customXml>"
    return read_document(word_file(body), "plan.docx")


def outline(document: Document) -> list:
    return [
        block.text if isinstance(block, Paragraph) else [texts(row) for row in block.rows] for block in document.blocks
    ]


def drawing(content: str, *, copy: str | None = None) -> str:
    """A text box as Word writes it, with the copy for old readers."""
    box = f"<w:drawing><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx></w:drawing>"
    old = copy if copy is not None else content
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback><w:pict><v:textbox>'
        f"<w:txbxContent>{old}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


# Text boxes


def test_text_box_follows_the_paragraph_that_holds_it_and_is_read_once():
    box = drawing(p(run("boxed one")) + p(run("boxed two")) + table_xml(cell_xml("a") + cell_xml("b")))
    document = read_body(p(run("before"), box, run(" and after")) + p(run("next")))
    assert outline(document) == ["before and after", "boxed one", "boxed two", [["a", "b"]], "next"]


def test_text_box_of_old_kind_is_read():
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p(run('boxed'))}</w:txbxContent></v:textbox></w:pict></w:r>"
    assert outline(read_body(p(box))) == ["boxed"]


def test_text_box_in_a_cell_is_the_cells_text_in_lines_of_its_own():
    box = drawing(p(run("boxed")))
    document = read_body(table_xml(f"<w:tc>{p(run('said'), box)}{p(run('more'))}</w:tc>" + cell_xml("b") * 2))
    assert outline(document) == [[["said\nboxed\nmore", "b", "b"]]]


def test_text_box_in_a_text_box_is_read_once():
    inner = drawing(p(run("inner")))
    assert outline(read_body(p(drawing(p(run("outer"), inner))))) == ["outer", "inner"]


def test_text_box_that_a_tracked_change_deletes_is_left_out():
    assert outline(read_body(p(run("kept"), f"<w:del>{drawing(p(run('gone')))}</w:del>"))) == ["kept"]


# Tables in tables


PLAN = [["Action", "Owner", "Date"], ["Name a lead", "Director", "March 2027"]]


def plan_table() -> str:
    return table_xml(*["".join(cell_xml(text) for text in row) for row in PLAN])


def test_a_plan_in_a_cell_that_lays_out_the_page_is_a_table_of_its_own():
    cell = f"<w:tc>{p(run('Our plan'))}{plan_table()}{p(run('Agreed in May'))}</w:tc>"
    document = read_body(table_xml(cell))
    assert outline(document) == ["Our plan", PLAN, "Agreed in May"]
    assert document.tables[0].rows[1].location == "table 1 row 2"


def test_plans_beside_their_headings_come_in_order_and_other_rows_stay_a_table():
    rows = (
        cell_xml("Council") + cell_xml("Marlbrook"),
        cell_xml("Priority 1") + f"<w:tc>{plan_table()}<w:p/></w:tc>",
        cell_xml("Priority 2") + f"<w:tc>{plan_table()}<w:p/></w:tc>",
        cell_xml("Agreed") + cell_xml("May"),
    )
    document = read_body(table_xml(*rows))
    assert outline(document) == [
        [["Council", "Marlbrook"]],
        "Priority 1",
        PLAN,
        "Priority 2",
        PLAN,
        [["Agreed", "May"]],
    ]
    assert [table.name for table in document.tables] == ["table 1", "table 2", "table 3", "table 4"]


def test_a_plan_two_layout_tables_deep_is_found():
    inner = table_xml(f"<w:tc>{plan_table()}<w:p/></w:tc>")
    assert outline(read_body(table_xml(f"<w:tc>{inner}<w:p/></w:tc>"))) == [PLAN]


def test_a_small_table_in_a_plans_cell_stays_its_text():
    small = table_xml(cell_xml("Q1") + cell_xml("Q2"), cell_xml("10") + cell_xml("20"))
    document = read_body(table_xml(cell_xml("1") + f"<w:tc>{small}<w:p/></w:tc>" + cell_xml("Lead")))
    assert outline(document) == [[["1", "Q1\nQ2\n10\n20", "Lead"]]]


# Tracked changes


def test_deleted_rows_and_cells_go_and_inserted_ones_stay():
    rows = (
        cell_xml("a") + cell_xml("gone", "<w:cellDel/>") + cell_xml("new", "<w:cellIns/>"),
        "<w:trPr><w:del/></w:trPr>" + cell_xml("gone"),
        "<w:trPr><w:ins/></w:trPr>" + cell_xml("added"),
    )
    document = read_body(table_xml(*rows))
    assert outline(document) == [[["a", "new"], ["added"]]]
    assert [cell.column for cell in document.tables[0].rows[0].cells] == [0, 1]
    assert any("tracked changes" in warning for warning in document.warnings)


def test_moved_text_is_read_where_it_went():
    document = read_body(
        p(run("first"), f"<w:moveFrom>{run(' moved')}</w:moveFrom>")
        + p(run("second"), f"<w:moveTo>{run(' moved')}</w:moveTo>")
    )
    assert outline(document) == ["first", "second moved"]


def test_deleting_a_paragraphs_end_joins_it_to_the_next():
    joined = p(run("Name a lead "), properties="<w:rPr><w:del/></w:rPr>") + p(run("and a deputy.")) + p(run("Next."))
    assert outline(read_body(joined)) == ["Name a lead and a deputy.", "Next."]
    assert outline(read_body(table_xml(f"<w:tc>{joined}</w:tc>"))) == [[["Name a lead and a deputy.\nNext."]]]


def test_deleting_the_end_of_the_last_paragraph_loses_nothing():
    joined = p(run("Name a lead"), properties="<w:rPr><w:del/></w:rPr>")
    assert outline(read_body(joined + table_xml(cell_xml("a")))) == ["Name a lead", [["a"]]]


# Forms, signs, hidden rows


def test_a_hint_to_type_something_is_no_text():
    control = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    filled = "<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    hint = run("Choose an item.")
    body = p(run("Status: "), control.format(hint)) + control.format(p(hint)) + p(filled.format(run("Green")))
    assert outline(read_body(body + table_xml(control.format(cell_xml("Click here")) + cell_xml("b")))) == [
        "Status:",
        "Green",
        [["", "b"]],
    ]


def test_check_boxes_and_drop_downs_of_old_forms_show_what_was_chosen():
    field = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r>'
    ticked = field.format('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
    empty = field.format('<w:checkBox><w:default w:val="0"/></w:checkBox>')
    choice = field.format(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="Red"/><w:listEntry w:val="Green"/></w:ddList>'
    )
    assert outline(read_body(p(ticked, run(" done ")) + p(empty, run(" open ")) + p(choice))) == [
        "☒ done",
        "☐ open",
        "Green",
    ]


@pytest.mark.parametrize(
    ("content", "sign"),
    [
        (run("ü", '<w:rFonts w:ascii="Wingdings"/>'), "✓"),
        (run("P", '<w:rFonts w:ascii="Wingdings 2"/>'), "✓"),
        (run("\uf0fc"), "✓"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="FC"/></w:r>', "✓"),
        ('<w:r><w:sym w:font="Wingdings" w:char="nonsense"/></w:r>', "•"),
        (run("Plain", '<w:rFonts w:ascii="Wingdings"/>'), "Plain"),
    ],
)
def test_signs_of_symbol_fonts_are_read_as_what_they_draw(content, sign):
    assert outline(read_body(p(run("Done: "), content))) == [f"Done: {sign}"]


def test_pronunciation_hints_are_left_out_and_formulas_read():
    ruby = f"<w:r><w:ruby><w:rt>{run('hint')}</w:rt><w:rubyBase>{run('word')}</w:rubyBase></w:ruby></w:r>"
    assert outline(read_body(p(ruby, "<m:oMath><m:r><m:t>=12</m:t></m:r></m:oMath>"))) == ["word=12"]


def test_hidden_rows_are_read_marked_and_named():
    document = read_body(table_xml(cell_xml("a"), "<w:trPr><w:hidden/></w:trPr>" + cell_xml("b")))
    assert [(texts(row), row.is_hidden) for row in document.tables[0].rows] == [(["a"], False), (["b"], True)]
    assert any("hidden rows" in warning and "table 1 row 2" in warning for warning in document.warnings)


def test_tables_and_rows_inside_alternatives_are_read_once():
    old = "<mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>"
    alternatives = f"<mc:AlternateContent><mc:Choice Requires='w14'>{{0}}</mc:Choice>{old}"
    only_old = f"<mc:AlternateContent>{old}"
    body = alternatives.format(p(run("once"))) + only_old.format(p(run("old"))) + table_xml(cell_xml("a"))
    assert outline(read_body(body)) == ["once", "old", [["a"]]]


# Notes and what cannot be read


def notes_part(root: str, *notes: str) -> str:
    return f"<w:{root} {nsdecls('w')}>{''.join(notes)}</w:{root}>"


def test_comments_and_footnotes_are_kept_beside_the_plan_and_counted():
    footnotes = notes_part(
        "footnotes",
        f'<w:footnote w:type="separator">{p(run("line"))}</w:footnote>',
        f"<w:footnote>{p(run('Funding ends in May.'))}</w:footnote>",
    )
    comments = notes_part("comments", *[f"<w:comment>{p(run(text))}</w:comment>" for text in ("Still open?", "Yes.")])
    data = with_parts(word_file(p(run("text"))), word__footnotes=footnotes, word__comments=comments)
    data = with_relationship(data, "footnotes", "footnotes.xml", mode="Internal")
    data = with_relationship(data, "comments", "comments.xml", mode="Internal", number=98)
    document = read_document(data, "plan.docx")
    assert document.notes == ["Comment: Still open?", "Comment: Yes.", "Footnote: Funding ends in May."]
    assert any("2 comments and 1 footnote" in warning for warning in document.warnings)


@pytest.mark.parametrize(
    ("kind", "words"), [("aFChunk", "another document"), ("chart", "charts"), ("package", "Excel")]
)
def test_content_that_is_not_read_is_named(kind, words):
    buffer = io.BytesIO(word_file(p(run("text"))))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/other.xml", "<x/>")
    data = with_relationship(buffer.getvalue(), kind, "other.xml", mode="Internal")
    assert any(words in warning for warning in read_document(data, "plan.docx").warnings)


@pytest.mark.parametrize(
    "field",
    [
        '<w:r><w:instrText> DDEAUTO c:\\x.exe "a"</w:instrText></w:r>',
        "<w:r><w:instrText>D</w:instrText></w:r><w:r><w:instrText>DE excel x</w:instrText></w:r>",
        '<w:fldSimple w:instr="dde excel x"/>',
    ],
)
def test_a_field_that_starts_a_program_is_refused(field):
    with pytest.raises(UnreadableFile, match="DDE"):
        read_body(p(field))


def test_ordinary_fields_are_read_by_what_they_show():
    field = "<w:r><w:instrText> PAGEREF _Toc1 </w:instrText></w:r>" + run("page 3")
    assert outline(read_body(p(run("See "), field))) == ["See page 3"]


# Files of other programs


def bare_word_file(document: str) -> bytes:
    """The least that is a Word file: no styles, no settings, no theme."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in (("[Content_Types].xml", types), ("_rels/.rels", rels), ("word/document.xml", document)):
            archive.writestr(name, part)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "namespace",
    [
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ],
)
@pytest.mark.parametrize("prefix", ["w", "ns0"])
def test_files_without_styles_with_other_prefixes_and_of_the_strict_kind_are_read(namespace, prefix):
    inner = p(run("Plan")) + table_xml(cell_xml("a", '<w:shd w:val="clear" w:fill="00B050"/>'))
    xml = f'<w:document xmlns:w="{namespace}"><w:body>{inner}</w:body></w:document>'
    xml = xml.replace("<w:", f"<{prefix}:").replace("</w:", f"</{prefix}:").replace(" w:", f" {prefix}:")
    document = read_document(bare_word_file(xml.replace("xmlns:w=", f"xmlns:{prefix}=")), "plan.docx")
    assert outline(document) == ["Plan", [["a"]]]
    assert isinstance(document.blocks[1], Table) and document.blocks[1].rows[0].cells[0].fill == "00B050"


def test_text_too_deep_in_controls_is_left_out_with_a_warning():
    body = p(run("deepest"))
    for _ in range(60):
        body = f"<w:customXml>{body}</w:customXml>"
    document = read_body(p(run("text")) + body)
    assert outline(document) == ["text"]
    assert any("too deep" in warning for warning in document.warnings)


@pytest.mark.parametrize(("name", "level"), [("heading 2", 2), ("heading ²", None), ("heading 99999999999", None)])
def test_only_styles_of_word_itself_make_headings(name, level):
    styles = f'<w:styles {nsdecls("w")}><w:style w:styleId="H"><w:name w:val="{name}"/></w:style></w:styles>'
    data = with_parts(word_file(p(run("text"), properties='<w:pStyle w:val="H"/>')), word__styles=styles)
    assert read_document(data, "plan.docx").blocks[0].heading_level == level


def test_the_colour_of_a_cells_text_is_read_unless_it_is_mixed_or_a_links():
    red, green = '<w:color w:val="FF0000"/>', '<w:color w:val="00B050"/>'

    def ink(content: str) -> str | None:
        body = f"<w:tbl><w:tr><w:tc>{content}</w:tc></w:tr></w:tbl>"
        return read_body(body).tables[0].rows[0].cells[0].ink

    assert ink(p(run("●", red))) == "FF0000"
    assert ink(p(run("●", red), run("●", green))) is None
    assert ink(p(run("●"))) is None
    assert ink(p(run("●", '<w:color w:val="auto"/>'))) is None
    assert ink(f"<w:p><w:hyperlink>{run('plan', green)}</w:hyperlink></w:p>") is None


def test_the_words_of_a_watermark_are_among_the_margins_and_those_of_a_label_among_the_properties():
    document = docx.Document()
    shape = parse_xml(
        f'<w:r {nsdecls("w")}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
        '<v:textpath string="OFFICIAL-SENSITIVE"/></v:shape></w:pict></w:r>'
    )
    document.sections[0].header.paragraphs[0]._p.append(shape)
    buffer = io.BytesIO()
    document.add_paragraph("x")
    document.save(buffer)
    label = '<Properties><property name="Label"><lpwstr>OFFICIAL</lpwstr></property></Properties>'
    read = read_document(with_parts(buffer.getvalue(), docProps__custom=label), "plan.docx")
    assert "OFFICIAL-SENSITIVE" in read.margins
    assert read.properties["labels"] == "OFFICIAL"


@pytest.mark.parametrize(
    ("runs", "is_struck"),
    [
        ((run("Old", "<w:strike/>"),), True),
        ((run("Old", "<w:dstrike/>"), run(" words", "<w:strike/>")), True),
        ((run("Old", "<w:strike/>"), run(" new")), False),
        ((run("New", '<w:strike w:val="0"/>'),), False),
        ((), False),
    ],
)
def test_cell_is_struck_through_where_all_of_its_text_is(runs, is_struck):
    document = read_body(table_xml(f"<w:tc><w:tcPr/>{p(*runs)}</w:tc>"))
    assert document.tables[0].rows[0].cells[0].is_struck is is_struck


def test_notes_know_the_cell_that_they_are_fixed_to():
    def note(kind: str, number: int, text: str) -> str:
        return f'<w:{kind} w:id="{number}">{p(run(text))}</w:{kind}>'

    marks = '<w:r><w:commentReference w:id="1"/></w:r>', '<w:r><w:footnoteReference w:id="1"/></w:r>'
    body = p(run("text"), '<w:r><w:footnoteReference w:id="2"/></w:r>') + table_xml(
        cell_xml("Ref") + f"<w:tc><w:tcPr/>{p(run('Lead'), *marks)}</w:tc>"
    )
    footnotes = notes_part("footnotes", note("footnote", 1, "Of the county."), note("footnote", 2, "Until May."))
    comments = notes_part("comments", note("comment", 1, "Still so?"))
    data = with_parts(word_file(body), word__footnotes=footnotes, word__comments=comments)
    data = with_relationship(data, "footnotes", "footnotes.xml", mode="Internal")
    data = with_relationship(data, "comments", "comments.xml", mode="Internal", number=98)
    document = read_document(data, "plan.docx")
    assert [cell.notes for cell in document.tables[0].rows[0].cells] == [
        (),
        ("Comment: Still so?", "Footnote: Of the county."),
    ]
    assert document.notes == ["Comment: Still so?", "Footnote: Of the county.", "Footnote: Until May."]

"""Papers as Word files: structure and marking, and that an import leaves out what the portal has worked out."""

import datetime as dt
import io
import zipfile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from lxml import etree

from prevent_portal.documents import (
    Column,
    Contents,
    Cover,
    Derived,
    Heading,
    Noted,
    Pages,
    RagMark,
    Table,
    Text,
    rag_bar,
    rag_figure,
    rag_figure_by,
    text_blocks,
    write_document,
)
from prevent_portal.tables_in import read_document
from tests.docx_checks import assert_sound_docx, docx_problems, docx_text

COVER = Cover(
    title="Heron plan",
    authority="Borrowmere Council",
    dated_on=dt.date(2026, 12, 8),
    period="2026 to 2027",
    marking="OFFICIAL",
    facts=[("State", "Draft")],
    updated_on=dt.date(2026, 11, 16),
)
COLUMNS = [Column("Ref", "ref"), Column("Action"), Column("Actions", "number"), Column("RAG", "rag")]
ROWS = [
    ["1", "Brief the managers\n• once\n• twice", 3, RagMark("amber", "Amber", "By its dates: Red")],
    ["2", Noted("Write it down", "Section 2"), 4, RagMark("not_stated", "Not stated")],
    ["3", None, 5, None],
]
TABLE = Table("Actions", COLUMNS, ROWS, units="number", note="Counted once.", source="the plan")


def made(*blocks, **cover) -> bytes:
    values = {name: getattr(COVER, name) for name in COVER.__dataclass_fields__} | cover
    return write_document(blocks, cover=Cover(**values))


def opened(data: bytes):
    return docx.Document(io.BytesIO(data))


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


# What is in the file


def test_paper_with_every_kind_of_block_is_sound():
    figure = rag_figure_by("By section", [("One", [("green", "Green", 2)]), ("Two", [])], table=TABLE)
    data = made(
        Contents(), Heading("Summary"), Text("Lead", "lead"), figure, TABLE, Pages(is_wide=True), Heading("Part", 2),
        Text("See this:\n\n• one\n• two", label="Note:"), TABLE, Text("Mind", "callout"), Pages(is_wide=False),
        Text("End"),
    )  # fmt: skip
    assert_sound_docx(data)


def test_headings_have_the_styles_of_word_and_may_leave_out_no_level():
    document = opened(made(Heading("One"), Heading("Two", 2), Heading("Three", 3), Heading("Four")))
    styles = [p.style.name for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert styles == ["Title", "Heading 1", "Heading 2", "Heading 3", "Heading 1"]
    with pytest.raises(ValueError, match="level 3 follows one of level 1"):
        made(Heading("One"), Heading("Three", 3))


def test_file_says_its_title_author_subject_language_and_day():
    properties = opened(made(Text("x"))).core_properties
    assert (properties.title, properties.author, properties.subject) == (
        "Heron plan",
        "Borrowmere Council",
        "2026 to 2027",
    )
    assert (properties.language, properties.comments, properties.category) == ("en-GB", "", "OFFICIAL")
    assert properties.created.date() == dt.date(2026, 12, 8)


def test_language_of_the_text_is_the_language_asked_for():
    data = write_document([Text("Testun")], cover=COVER, language="cy")
    assert opened(data).core_properties.language == "cy"
    languages = part(data, "word/styles.xml").iter(qn("w:lang"))
    assert {each.get(qn("w:val")) for each in languages} == {"cy"}


def test_marking_stands_at_the_top_and_bottom_of_every_page_with_page_numbers_as_fields():
    document = opened(made(Text("x"), Pages(is_wide=True), Text("y"), Pages(is_wide=False), Text("z")))
    assert len(document.sections) == 3
    for section in document.sections:
        assert section.header.paragraphs[0].text == section.footer.paragraphs[-1].text == "OFFICIAL"
        codes = [each.text.strip() for each in section.footer._element.iter(qn("w:instrText"))]
        assert codes == ["PAGE", "NUMPAGES"]
    first = document.sections[0]
    assert first.different_first_page_header_footer
    assert [p.text for p in first.first_page_header.paragraphs] == ["OFFICIAL"]
    assert "PAGE" in [each.text.strip() for each in first.first_page_footer._element.iter(qn("w:instrText"))]
    assert [section.different_first_page_header_footer for section in document.sections[1:]] == [False, False]


def test_pages_lie_down_where_asked_and_stand_up_again():
    document = opened(made(Text("x"), Pages(is_wide=True), TABLE, Pages(is_wide=False), Text("z")))
    turns = [section.orientation for section in document.sections]
    assert turns == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert [round(section.page_width.mm) for section in document.sections] == [210, 297, 210]


def test_table_has_a_header_row_that_repeats_and_rows_that_stay_whole():
    (table,) = opened(made(Heading("Part"), TABLE)).tables
    assert [cell.text for cell in table.rows[0].cells] == ["Ref", "Action", "Actions", "RAG"]
    heads = [row._tr.find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False, False, False]
    width = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid)
    assert abs(width - 9638) < 10


def test_cells_hold_lists_notes_marks_and_a_dash_for_nothing():
    (table,) = opened(made(Heading("Part"), TABLE)).tables
    text, number, rag = table.rows[1].cells[1:]
    assert [(p.text, p.style.name) for p in text.paragraphs] == [
        ("Brief the managers", "Table Text"), ("once", "Table Bullet"), ("twice", "Table Bullet"),
    ]  # fmt: skip
    assert number.paragraphs[0].style.name == "Table Number"
    assert rag.text == "▲ Amber\nBy its dates: Red"
    assert [p.text for p in table.rows[2].cells[1].paragraphs] == ["Write it down", "Section 2"]
    assert [cell.text for cell in table.rows[3].cells] == ["3", "–", "5", "–"]


def test_rag_is_a_symbol_and_a_word_on_a_light_shade_and_not_stated_has_none():
    (table,) = opened(made(Heading("Part"), TABLE)).tables
    shades = [row.cells[3]._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}") for row in table.rows[1:]]
    assert [None if shade is None else shade.get(qn("w:fill")) for shade in shades] == ["FFF0C9", None, None]
    assert table.rows[2].cells[3].text == "○ Not stated"


def test_captions_are_numbered_by_fields_that_already_say_their_number():
    figure = rag_figure("Actions by RAG", rag_bar([("red", "Red", 2)]), table=TABLE)
    document = opened(made(figure, TABLE))
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == ["Figure 1. Actions by RAG", "Table 1. Actions (number)", "Table 2. Actions (number)"]
    codes = [each.text.strip() for each in document.element.iter(qn("w:instrText"))]
    assert codes == ["SEQ Figure \\* ARABIC", "SEQ Table \\* ARABIC", "SEQ Table \\* ARABIC"]


def test_caption_that_would_repeat_the_heading_is_only_the_tables_name():
    data = made(Heading("Part"), Table("Part", COLUMNS, ROWS, shows_caption=False), Text("End"))
    assert [p for p in opened(data).paragraphs if p.style.name == "Caption"] == []
    assert_sound_docx(data)


def test_figure_is_a_picture_with_its_numbers_in_words():
    data = made(rag_figure("Actions by RAG", rag_bar([("red", "Red", 2), ("green", "Green", 1), ("blue", "Blue", 0)])))
    (shape,) = opened(data).inline_shapes
    assert shape._inline.docPr.get("descr") == "2 Red, 1 Green"
    assert round(shape.width.mm) == 170


def test_contents_can_be_followed_and_are_counted_by_word_when_it_opens_the_file():
    data = made(Contents(), Heading("One"), Heading("Two", 2), Heading("Three", 3))
    document = opened(data)
    links = list(document.element.iter(qn("w:hyperlink")))
    assert ["".join(link.itertext(qn("w:t"))).strip() for link in links] == ["One", "Two"]
    assert part(data, "word/settings.xml").find(qn("w:updateFields")) is not None
    # Word asks before it counts anew: not where there is nothing to count.
    assert part(made(Heading("One")), "word/settings.xml").find(qn("w:updateFields")) is None


def test_typed_bullets_become_lists_of_word():
    document = opened(made(Text("Before\n• one\n• two\nafter")))
    body = [(p.text, p.style.name) for p in document.paragraphs[-4:]]
    assert body == [("Before", "Normal"), ("one", "List Bullet"), ("two", "List Bullet"), ("after", "Normal")]


@pytest.mark.parametrize(
    "text",
    [
        "<w:p/>&amp;<script>alert(1)</script>", "bell\x07\x0b\x0c\x00", "\ufffe\uffff", "\u202eright to left",
        "x" * 100_000, " \n\t\u00a0 ", "=1+1", "👩‍👩‍👧 𝔸", "{ INCLUDETEXT \\\\server\\share }",
    ],
)  # fmt: skip
def test_whatever_people_type_stays_text_and_the_file_sound(text):
    rows = [["1", text, 1, RagMark("green", "Green")]]
    figure = rag_figure_by(text[:200], [(text[:200], [("green", "Green", 1)])])
    data = made(Heading("Part"), Text(text, label="Note:"), figure, Table("Part", COLUMNS, rows), title=text or "x")
    problems = [p for p in docx_problems(data) if "is empty" not in p and "no title" not in p]
    assert problems == []


def test_nothing_of_the_template_of_the_library_is_left():
    with zipfile.ZipFile(io.BytesIO(made(Text("x")))) as archive:
        names = archive.namelist()
    assert not [name for name in names if "thumbnail" in name or "customXml" in name or "WithEffects" in name]
    assert "python-docx" not in docx_text(made(Text("x")))


# Read back in


def test_import_leaves_out_what_the_portal_has_worked_out():
    data = made(
        Contents(), Text("To keep people safe.", label="Aim:"), Derived([Heading("Summary"), TABLE, Text("Counted")]),
        Heading("Plan"), Derived([Text("Answers benchmark 2")]), Text("As written"),
    )  # fmt: skip
    document = read_document(data, "paper.docx")
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:4] == ["Heron plan", "Period: 2026 to 2027", "Marking: OFFICIAL", "Date of update: 16 November 2026"]
    assert texts[-2:] == ["Plan", "As written"]
    assert not [text for text in texts if text in ("Summary", "Counted", "Answers benchmark 2", "State: Draft")]
    assert document.tables == []
    assert [warning for warning in document.warnings if "own" in warning]


def test_import_leaves_it_out_when_word_has_saved_the_file_and_moved_the_bookmarks():
    data = made(Text("First"), Derived([Text("Counted"), TABLE, Text("Counted, too")]), Text("Last"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    for mark in list(root.find(qn("w:body"))):
        if mark.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd")):
            following = next(each for each in mark.itersiblings() if each.tag in (qn("w:p"), qn("w:tbl")))
            paragraph = following if following.tag == qn("w:p") else next(following.iter(qn("w:p")))
            last = [each for each in paragraph if each.tag in (qn("w:pPr"), mark.tag)][-1]
            last.addnext(mark)
    parts["word/document.xml"] = etree.tostring(root)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    document = read_document(output.getvalue(), "saved.docx")
    assert [paragraph.text for paragraph in document.paragraphs][-2:] == ["First", "Last"]
    assert document.tables == []


def test_word_files_of_others_are_read_as_a_whole():
    other = docx.Document()
    other.add_paragraph("Contents")
    other.add_table(rows=1, cols=2).rows[0].cells[0].text = "Ref"
    output = io.BytesIO()
    other.save(output)
    document = read_document(output.getvalue(), "other.docx")
    assert ([p.text for p in document.paragraphs], len(document.tables), document.warnings) == (["Contents"], 1, [])


# Typed text


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("One\ntwo", [(False, ("One", "two"))]),
        ("One\n\ntwo", [(False, ("One",)), (False, ("two",))]),
        ("• a\n• b", [(True, ("a", "b"))]),
        ("To do:\n- a\n- b\nthen c", [(False, ("To do:",)), (True, ("a", "b")), (False, ("then c",))]),
        ("– a dash alone", [(False, ("– a dash alone",))]),
        ("2 - 3", [(False, ("2 - 3",))]),
        ("•\n• a", [(False, ("•",)), (True, ("a",))]),
    ],
)
def test_typed_text_in_paragraphs_and_lists(text, blocks):
    assert [(block.is_list, block.lines) for block in text_blocks(text)] == blocks


# The checks must be able to fail


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"<w:tblHeader/>", b"", "no header row"),
        (b"<w:cantSplit/>", b"", "may be broken"),
        (b'w:val="Heading1"', b'w:val="Heading2"', "follows one of level 0"),
        (b'w:val="TableText"', b'w:val="Nowhere"', "does not exist"),
        (b'descr="', b'title="', "no description"),
        (b'<w:bookmarkEnd w:id="3"/>', b"", "bookmarks"),
        (b'<w:fldChar w:fldCharType="end"/>', b"", "does not end"),
        (b"<w:tblCaption", b"<w:tblX", "has no name"),
        (b"<w:rPr>", b"<w:rPr><w:b/>", "formatted past its style"),
        (b"Lead paragraph", b"", "paragraph is empty"),
        (b'w:anchor="_Toc', b'w:anchor="_Gone', "which is not there"),
    ],
)
def test_checks_find_what_is_wrong(old, new, message):
    figure = rag_figure("Actions by RAG", rag_bar([("red", "Red", 2)]))
    data = made(
        Contents(), Heading("Part"), Text("Lead paragraph"), Text("said", label="Who:"), figure, TABLE, Text("End")
    )
    assert_sound_docx(data)
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(output, "w") as spoiled:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "word/document.xml":
                assert old in content
                content = content.replace(old, new)
            spoiled.writestr(name, content)
    with pytest.raises(AssertionError, match=message):
        assert_sound_docx(output.getvalue())

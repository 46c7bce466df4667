"""Papers: accessible PDFs, Excel and CSV files that are safe to open."""

import csv
import datetime as dt
import gc
import io
import logging
import re
import threading
import zipfile
from decimal import Decimal
from functools import lru_cache

import openpyxl
import pikepdf
import pytest
import weasyprint
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext_lazy
from weasyprint.text.line_break import Layout

from prevent_portal.documents import PaperError, Sheet, rag_bar, render_pdf, write_csv, write_workbook
from prevent_portal.documents.parts import NARROWEST, WIDTH
from prevent_portal.documents.pdf import LONGEST_WORD
from tests.paper_sample import sample_plan
from tests.pdf_checks import (
    accessibility_problems,
    assert_accessible_pdf,
    pdf_outline,
    pdf_read_aloud,
    pdf_structure,
    pdf_text,
)

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def sample_templates(settings):
    (templates,) = settings.TEMPLATES
    settings.TEMPLATES = [templates | {"DIRS": [*templates["DIRS"], settings.BASE_DIR / "tests" / "templates"]}]


@pytest.fixture(scope="module")
def plan_context():
    return sample_plan()


@lru_cache
def sample_paper() -> bytes:
    """Made once for the tests that only look at it or spoil a copy."""
    return render_pdf("paper_sample/plan.html", sample_plan())


def fragment(html: str, *, language: str = "en-GB") -> bytes:
    context = {"cover": sample_plan(actions_per_section=1)["cover"], "html": html}
    return render_pdf("paper_sample/fragment.html", context, language=language)


def read_aloud(html: str) -> list[tuple[str, str]]:
    """What is read of the fragment, after the cover and its heading."""
    read = pdf_read_aloud(fragment(html))
    return read[read.index(("H2", "Part")) + 1 :]


# The paper as a whole


def test_sample_paper_is_accessible_and_renders_without_warnings(plan_context, caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        data = render_pdf("paper_sample/plan.html", plan_context)
    assert_accessible_pdf(data)
    assert caplog.records == []


def test_structure_follows_the_html_however_many_pages_it_covers(plan_context):
    data = sample_paper()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) > 5
    structure = pdf_structure(data)
    rag_rows, plan_columns, actions = 5, 6, 36
    assert structure["Table"] == 5
    assert structure["TR"] == 1 + rag_rows + 4 + actions
    assert structure["TH"] == 2 + rag_rows + 4 * plan_columns + actions
    assert structure["TD"] == rag_rows + actions * (plan_columns - 1)
    long_cell = plan_context["sections"][1].actions[1].progress
    paragraphs = [text for role, text in pdf_read_aloud(data) if role == "P"]
    whole = {"".join(paragraph.split()) for paragraph in long_cell.split("\n\n")}
    assert whole <= {"".join(text.split()) for text in paragraphs}


def test_marking_and_page_number_stand_on_every_page():
    data = sample_paper()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        count = len(pdf.pages)
    for page in range(1, count + 1):
        text = pdf_text(data, first_page=page, last_page=page)
        assert text.count("OFFICIAL") >= 2
        assert f"Page {page} of {count}" in text
    assert "Prevent action plan" in pdf_text(data, first_page=2, last_page=2)


def test_running_headers_and_repeated_table_heads_are_not_read_aloud():
    rows = "".join(f"<tr><td>Row {number}</td></tr>" for number in range(80))
    table = f'<table class="paper-table"><thead><tr><th scope="col">Head</th></tr></thead><tbody>{rows}</tbody></table>'
    data = fragment(table)
    assert pdf_text(data).count("Head") > 2
    texts = [text for _, text in pdf_read_aloud(data)]
    assert texts.count("Head") == 1
    assert not [text for text in texts if text.startswith("Page ")]
    assert texts[-80:] == [f"Row {number}" for number in range(80)]


def test_bookmarks_are_the_headings(plan_context):
    outline = pdf_outline(sample_paper())
    sections = [(2, section.title) for section in plan_context["sections"]]
    assert outline == [(1, "Prevent action plan"), (2, "Summary"), *sections, (2, "Sources")]


def test_pages_are_upright_a4_lie_down_where_asked_and_stand_up_again():
    data = fragment('<p>Standing</p><section class="wide"><h3>Lying</h3></section><section><h3>Standing</h3></section>')
    with pikepdf.open(io.BytesIO(data)) as pdf:
        sizes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages]
    assert sizes == [(595, 842), (842, 595), (595, 842)]


def test_language_of_the_paper_is_the_language_asked_for():
    data = fragment("<p>Testun</p>", language="cy")
    assert_accessible_pdf(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.Lang == "cy"


def test_same_template_previews_on_screen_with_a_linked_style_sheet(plan_context):
    html = render_to_string("paper_sample/plan.html", plan_context | {"paper_preview": True})
    assert '<link rel="stylesheet" href="/static/print.css">' in html
    assert "style=" not in html and "<style" not in html and "<script" not in html


# Single pieces of structure


def test_rag_is_read_as_a_word_without_its_symbol():
    read = pdf_read_aloud(sample_paper())
    spoken = "".join(text for _, text in read)
    assert "Amber" in spoken
    assert not set("●▲■♦○") & set(spoken)


def test_lists_have_labels_and_bodies_and_may_be_nested():
    read = read_aloud("<ol><li>One<ul><li>Inner</li></ul></li><li>Two</li></ol>")
    assert read == [
        ("Lbl", "1. "),
        ("LBody", "One"),
        ("Lbl", "◦ "),
        ("LBody", "Inner"),
        ("Lbl", "2. "),
        ("LBody", "Two"),
    ]


@pytest.mark.parametrize("pair", ["<dt>Owner</dt><dd>A post</dd>", "<div><dt>Owner</dt><dd>A post</dd></div>"])
def test_terms_of_a_description_list_are_its_labels(pair):
    data = fragment(f"<dl>{pair}</dl>")
    assert_accessible_pdf(data)
    assert pdf_read_aloud(data)[-2:] == [("Lbl", "Owner"), ("LBody", "A post")]


def test_cells_that_span_keep_the_grid_whole():
    data = fragment(
        '<table><thead><tr><th scope="col">A</th><th colspan="2">B</th></tr></thead><tbody>'
        '<tr><th rowspan="2">C</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>'
    )
    assert_accessible_pdf(data)


def test_cells_that_span_a_page_break_keep_the_grid_whole():
    rows = "".join(f"<tr><td>Row {number}</td></tr>" for number in range(59))
    table = f'<tbody><tr><th rowspan="60">Group</th><td>First</td></tr>{rows}</tbody>'
    data = fragment(f'<table class="paper-table"><thead><tr><th>A</th><th>B</th></tr></thead>{table}</table>')
    assert_accessible_pdf(data)
    assert pdf_read_aloud(data)[-60:] == [("TD", "First"), *(("TD", f"Row {number}") for number in range(59))]


def test_scope_of_header_cells_comes_from_the_attribute_or_the_place():
    data = fragment(
        '<table><thead><tr><th>A</th><th scope="row">B</th></tr></thead><tbody><tr><th>C</th><td>D</td></tr></table>'
    )
    with pikepdf.open(io.BytesIO(data)) as pdf:
        scopes = [
            str(item.A.Scope)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
        ]
    assert sorted(scopes) == ["/Column", "/Row", "/Row"]


def test_a_link_is_described_by_its_words_even_over_two_lines():
    words = "guidance " * 40
    data = fragment(f'<p>See <a href="https://www.example.org/g">{words}</a>.</p>')
    assert_accessible_pdf(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        links = list(pdf.pages[0].obj.Annots)
    assert len(links) > 1
    assert {str(link.Contents) for link in links} == {words.strip()}
    assert pdf_structure(data)["Link"] == 1


def test_text_directly_in_a_block_is_a_paragraph():
    assert read_aloud("<div>Loose</div><section>Looser</section>") == [("P", "Loose"), ("P", "Looser")]


def test_change_of_language_inside_a_sentence_is_marked():
    data = fragment('<p>In Welsh: <span lang="cy">cynllun</span></p>')
    with pikepdf.open(io.BytesIO(data)) as pdf:
        spans = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Span"]
        assert [str(span.Lang) for span in spans] == ["cy"]


# Images and what a paper may ask for


def test_static_images_are_served_and_decorative_ones_not_read(settings, tmp_path):
    (tmp_path / "crest.png").write_bytes(PIXEL)
    settings.STATICFILES_DIRS = [tmp_path]
    data = fragment(
        '<p><img src="/static/crest.png" alt="The council\'s crest"><img src="/static/crest.png" alt=""></p>'
    )
    assert_accessible_pdf(data)
    assert pdf_structure(data)["Figure"] == 1


def test_collected_images_are_served_under_their_hashed_names(settings, tmp_path):
    (tmp_path / "crest.0a1b2c.png").write_bytes(PIXEL)
    settings.STATIC_ROOT = tmp_path
    assert pdf_structure(fragment('<p><img src="/static/crest.0a1b2c.png" alt="Crest"></p>'))["Figure"] == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/secret.png",
        "https://www.example.org/a.png",
        "file:///etc/passwd",
        "//www.example.org/a.png",
        "data:image/png;base64,AAAA",
        "ftp://www.example.org/a.png",
        "/media/plan.png",
        "/static/../../manage.py",
        "/static/%2e%2e/%2e%2e/manage.png",
        "/static/print.css",
        "/static/missing.png",
    ],
)
def test_anything_but_static_images_is_refused_with_an_ordinary_exception(address):
    with pytest.raises(PaperError):
        fragment(f'<p><img src="{address}" alt="x"></p>')


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="http://127.0.0.1/a.css">',
        '<style>body { background: url("file:///etc/passwd") }</style>',
        '<style>@import "http://127.0.0.1/a.css";</style>',
        '<svg role="img" aria-label="x"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        '<object data="file:///etc/passwd">x</object>',
    ],
)
def test_no_other_way_leads_out_of_a_paper(html):
    with pytest.raises(PaperError):
        fragment(html)


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<svg width="9" height="9"><rect width="9" height="9"/></svg>', "no description"),
        ('<p style="opacity: 0.5">Faint</p>', "opacity"),
        ('<p aria-hidden="true"><a href="https://www.example.org/">Hidden</a></p>', "link"),
    ],
)
def test_content_that_cannot_be_made_accessible_is_an_error(html, message):
    with pytest.raises(PaperError, match=message):
        fragment(html)


def test_typed_text_is_text_whatever_it_looks_like():
    context = sample_plan(actions_per_section=1) | {"aim": '<img src="file:///etc/passwd"><script>1</script> & more'}
    data = render_pdf("paper_sample/plan.html", context)
    assert '<img src="file:///etc/passwd"><script>1</script> & more' in pdf_text(data)


# The garbage collector


def test_garbage_collector_is_as_before_after_success_and_failure():
    assert gc.isenabled()
    fragment("<p>Fine</p>")
    assert gc.isenabled()
    with pytest.raises(PaperError):
        fragment('<img src="file:///etc/passwd" alt="x">')
    assert gc.isenabled()
    gc.disable()
    try:
        fragment("<p>Fine</p>")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_papers_made_by_several_threads_at_once_are_whole():
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(fragment("<p>Text</p>"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert gc.isenabled()
    for data in made:
        assert_accessible_pdf(data)


# The checks must be able to fail


def untagged(_: bytes) -> bytes:
    return weasyprint.HTML(string="<title>T</title><h1>Untagged</h1>").write_pdf()


def changed(change):
    def mutate(data: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            change(pdf)
            output = io.BytesIO()
            pdf.save(output)
        return output.getvalue()

    return mutate


def elements(pdf, role):
    return [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == role]


def set_role(pdf, old, new):
    elements(pdf, old)[0].S = pikepdf.Name(new)


def drop_artifacts(pdf):
    page = pdf.pages[0]
    instructions = list(pikepdf.parse_content_stream(page))
    kept, skip = [], []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            skip.append(str(instruction.operands[0]) == "/Artifact")
            if skip[-1]:
                continue
        elif operator == "EMC" and skip.pop():
            continue
        kept.append(instruction)
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


def drop_title(pdf):
    del pdf.docinfo["/Title"]


def drop_font_files(pdf):
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in item:
                    del item[key]


def drop_last_cell(pdf):
    row = elements(pdf, "/TR")[-1]
    row.K = pikepdf.Array(list(row.K)[:-1])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (untagged, "no structure tree"),
        (changed(drop_title), "no title"),
        (changed(lambda pdf: pdf.Root.__delitem__("/Lang")), "no language"),
        (changed(lambda pdf: pdf.Root.__delitem__("/MarkInfo")), "not marked as tagged"),
        (changed(lambda pdf: pdf.Root.__delitem__("/ViewerPreferences")), "show the title"),
        (changed(lambda pdf: pdf.Root.__delitem__("/Metadata")), "PDF/UA-1"),
        (changed(lambda pdf: pdf.pages[0].obj.__delitem__("/Tabs")), "tab order"),
        (changed(lambda pdf: elements(pdf, "/TH")[0].A.__delitem__("/Scope")), "no scope"),
        (changed(lambda pdf: elements(pdf, "/Figure")[0].__delitem__("/Alt")), "no description"),
        (changed(lambda pdf: set_role(pdf, "/H2", "/H4")), "heading of level 4"),
        (changed(lambda pdf: set_role(pdf, "/LI", "/P")), "/L holds /P"),
        (changed(lambda pdf: set_role(pdf, "/H1", "/Sect")), "Text stands directly"),
        (changed(lambda pdf: elements(pdf, "/H1")[0].__setitem__("/K", pikepdf.Array())), "is empty"),
        (changed(drop_artifacts), "neither content nor artifact"),
        (changed(drop_font_files), "not embedded"),
        (changed(drop_last_cell), "different lengths"),
        (changed(lambda pdf: pdf.pages[1].obj.Annots[0].__delitem__("/Contents")), "link has no description"),
        (changed(lambda pdf: pdf.pages[1].obj.Annots[0].__setitem__("/StructParent", 9999)), "parent tree"),
        (changed(lambda pdf: pdf.pages[0].obj.__setitem__("/StructParents", 1)), "parent tree does not lead"),
    ],
)
def test_checks_find_what_is_wrong(spoil, message):
    with pytest.raises(AssertionError, match=message):
        assert_accessible_pdf(spoil(sample_paper()))


def test_plain_weasyprint_tags_would_not_pass():
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(80))
    html = f"<html lang=en><title>T</title><h1>H</h1><table><thead><tr><th>A</th></tr></thead><tbody>{rows}</table>"
    data = weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    assert pdf_structure(data)["Table"] > 1
    assert "A header cell has no scope." in accessibility_problems(data)


# The RAG bar


def test_rag_bar_fills_its_width_and_shows_one_red_among_a_thousand():
    bar = rag_bar([("green", "Green", 999), ("amber", "Amber", 0), ("red", "Red", 1)])
    assert bar.total == 1000
    green, amber, red = bar.parts
    assert (green.left, amber.width, red.left + red.width) == (0, 0, WIDTH)
    assert green.width == amber.left == red.left
    assert red.width >= NARROWEST
    assert bar.description == "999 Green, 1 Red"


def test_rag_bar_without_actions_has_no_width():
    bar = rag_bar([("green", "Green", 0)])
    assert (bar.total, bar.parts[0].width, bar.parts[0].percent) == (0, 0, 0)


# Excel and CSV

FORMULAS = [
    "=1+1",
    "+44 20 7946 0000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    '=HYPERLINK("http://www.example.org")',
    "|calc",
    "%0",
    "＝1",
]


def reopened(*sheets: Sheet, **kwargs):
    return openpyxl.load_workbook(io.BytesIO(write_workbook(sheets, **kwargs)))


def only_cell(value):
    return reopened(Sheet("S", ["C"], [[value]])).active["A2"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_in_excel(text):
    data = write_workbook([Sheet("S", [text], [[text]])])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    worksheet = openpyxl.load_workbook(io.BytesIO(data)).active
    for cell in (worksheet["A1"], worksheet["A2"]):
        assert cell.data_type == "s"
        assert cell.quotePrefix
        assert cell.value == text.replace("\r", "\n")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_in_csv(text):
    rows = list(csv.reader(io.StringIO(write_csv(Sheet("S", ["C"], [[text]])).decode("utf-8-sig"))))
    assert rows == [["C"], ["'" + text.replace("\r", "\n")]]


def test_numbers_stay_numbers_in_csv():
    data = write_csv(Sheet("S", ["A", "B"], [[-5, Decimal("2.50")]]))
    assert data == b'\xef\xbb\xbf"A","B"\r\n"-5","2.50"\r\n'


def test_csv_writes_dates_and_quotes_every_cell():
    row = [dt.date(2026, 12, 8), dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC), None, True, "a;=1"]
    data = write_csv(Sheet("S", list("ABCDE"), [row])).decode("utf-8-sig")
    assert data.splitlines()[1] == '"2026-12-08","2026-07-01 13:00","","Yes","a;=1"'


def test_ordinary_text_is_not_marked():
    assert not only_cell("Ordinary").quotePrefix


def test_dates_are_real_dates_read_the_british_way():
    cell = only_cell(dt.date(2026, 12, 8))
    assert cell.is_date
    assert cell.value == dt.datetime(2026, 12, 8)
    assert cell.number_format == "d mmmm yyyy"


def test_times_are_london_time():
    assert only_cell(dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)).value == dt.datetime(2026, 7, 1, 13, 0)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        ("", None),
        (True, "Yes"),
        (False, "No"),
        (7, 7),
        (2.5, 2.5),
        (12345678901234567, "12345678901234567"),
        (float("nan"), "nan"),
        (dt.date(1605, 11, 5), "5 November 1605"),
        (gettext_lazy("Green"), "Green"),
        ("a\x00b\x0b\ud800\uffffc\r\nd", "abc\nd"),
    ],
)
def test_values_are_shown_as_people_read_them(value, shown):
    assert only_cell(value).value == shown


def test_text_too_long_for_a_cell_is_cut_and_says_so():
    value = only_cell("𝔸" * 20_000).value
    assert len(value.encode("utf-16-le")) // 2 <= 32_767
    assert value.endswith("[Cut here. The whole text has 20000 characters; a cell in Excel holds 32767.]")
    assert only_cell("a" * 32_767).value == "a" * 32_767


def test_long_text_stays_whole_in_csv():
    assert b"a" * 40_000 in write_csv(Sheet("S", ["C"], [["a" * 40_000]]))


def test_sheet_names_are_ones_that_excel_accepts():
    long = "A very long name of a section of a plan"
    titles = ["Plan: 1/2 [draft]?*", "plan 1 2 draft", long, long, "History", "''", "", "𝔸" * 20]
    names = reopened(*(Sheet(title, ["C"], []) for title in titles)).sheetnames
    assert names == [
        "Plan 1 2 draft",
        "plan 1 2 draft (2)",
        "A very long name of a section o",
        "A very long name of a secti (2)",
        "History 1",
        "Sheet",
        "Sheet (2)",
        "𝔸" * 15,
    ]


def test_sheet_is_ready_to_read_and_to_print():
    sheet = Sheet("Actions", ["Ref", "Action", "Due"], [["1.1", "word " * 60, dt.date(2027, 3, 31)]])
    worksheet = reopened(sheet, title="Prevent action plan").active
    assert worksheet.freeze_panes == "A2"
    assert worksheet.auto_filter.ref == "A1:C2"
    assert worksheet["A1"].font.bold
    assert worksheet["B2"].alignment.wrap_text
    assert worksheet.print_title_rows == "$1:$1"
    widths = [worksheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths == [9, 60, 19]


def test_widths_given_are_kept():
    worksheet = reopened(Sheet("S", ["A", "B"], [], widths=[5, 40])).active
    assert [worksheet.column_dimensions[letter].width for letter in "AB"] == [5, 40]


@pytest.mark.parametrize(
    "arguments",
    [(["A"], [["1", "2"]]), ([], []), (["A"], [["1"]], [1, 2])],
)
def test_table_with_ragged_rows_is_refused(arguments):
    with pytest.raises(ValueError):
        Sheet("S", *arguments)


def test_workbook_without_sheets_is_refused():
    with pytest.raises(ValueError):
        write_workbook([])


# Words without end


@pytest.mark.parametrize("letters", ["x", "&", "<", "a&b<", "é"])
def test_word_without_end_is_laid_out_in_parts_and_loses_no_letter(letters, monkeypatch):
    # Laying out a word takes the square of its length: what counts is how long a word reaches the layout.
    laid_out: list[int] = []
    set_text = Layout.set_text

    def watched(layout: Layout, text: str, *rest, **named) -> None:
        laid_out.extend(len(word) for word in re.split(r"[\s\u200b]+", text))
        set_text(layout, text, *rest, **named)

    monkeypatch.setattr(Layout, "set_text", watched)
    word = letters * (5_000 // len(letters))
    data = fragment(f"<p>{escape(word)}</p><p>short &amp; &lt;b&gt; sweet</p>")
    assert 1 < max(laid_out) <= LONGEST_WORD <= 500
    text = "".join(text for _, text in pdf_read_aloud(data))
    assert text.count(letters[0]) >= word.count(letters[0])
    assert "short & <b> sweet" in text


def test_words_that_people_write_stay_whole():
    address = "https://www.example.gov.uk/" + "a-long-address/" * 10
    assert ("P", address) in read_aloud(f"<p>{address}</p>")

"""Papers made in parts, on two cores, from what is kept: the same paper as in one piece, or one piece."""

import datetime as dt
import io
import os
import pickle
import subprocess
import sys

import pikepdf
import pytest
from django.template.loader import render_to_string
from weasyprint import HTML

from prevent_portal.documents import Cover, PaperError, faster, helper, in_parts, kept, painting, pdf, render_pdf
from prevent_portal.documents.parts import ContentsEntry
from prevent_portal.documents.splitting import split_paper
from tests.pdf_checks import assert_accessible_pdf, pdf_outline, pdf_read_aloud, pdf_structure, pdf_text

TEMPLATE = "fast_papers/parts.html"
ORIGINAL_IN_ONE_PIECE = pdf._in_one_piece
SAYS_READY = (
    "import os, pickle, struct, sys, time; data = pickle.dumps('ready'); "
    "os.write(1, struct.pack('<Q', len(data)) + data)"
)
GRADIENT = (
    '<linearGradient id="fade"><stop stop-color="red"/><stop offset="1" stop-color="white"/></linearGradient>'
    '<rect width="9" height="9" fill="url(#fade)" fill-opacity="0.5"/>'
)
ROW = "Agree who attends the briefing, hold it, and bring what was said there to the board of the partnership."


@pytest.fixture(autouse=True)
def _templates(settings):
    (templates,) = settings.TEMPLATES
    settings.TEMPLATES = [templates | {"DIRS": [*templates["DIRS"], settings.BASE_DIR / "tests" / "templates"]}]


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept.PARTS.clear()
    yield
    kept.PARTS.clear()


@pytest.fixture
def helpers(settings):
    """One helper, which gets work however short the paper; it ends with the test."""
    settings.PAPER_PROCESSES = 2
    started = helper.Helper()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_parts, "helpers", lambda: [started])
        patch.setattr(in_parts, "WORTH_A_HELPER", 0)
        yield started
    started.stop()


@pytest.fixture
def only_in_parts(monkeypatch):
    """A paper that would be made in one piece is an error."""

    def refuse(page):
        raise AssertionError("made in one piece")

    monkeypatch.setattr(pdf, "_in_one_piece", refuse)


@pytest.fixture
def painted(monkeypatch):
    """The sources of the parts that are painted in this process."""
    sources = []

    def paint_part(source, sheet, **options):
        part = painting.paint_part(source, sheet, **options)
        sources.append(source)
        return part

    monkeypatch.setattr(in_parts, "paint_part", paint_part)
    return sources


def paper(*rows: int, html: str = "", html_of_third: str = "", **context) -> dict:
    """A paper with a section of so many rows for each number; every other section lies down.

    `html` stands in the second section.
    """
    sections = [
        {
            "title": f"Area {number}",
            "rows": [f"{number}.{row} {ROW}" for row in range(count)],
            "is_wide": number % 2 == 0,
            "html": {2: html, 3: html_of_third}.get(number, ""),
        }
        for number, count in enumerate(rows, start=1)
    ]
    cover = Cover("Action plan", "Exampleshire Council", dt.date(2026, 12, 8), "2026 to 2027", "OFFICIAL")
    entries = [ContentsEntry(section["title"], f"section-{at}") for at, section in enumerate(sections, start=1)]
    return {"cover": cover, "figures": [], "sections": sections, "entries": entries} | context


def chart(colour: str, angle: int) -> str:
    """A bar with a pattern, one that is half transparent, and a circle in a group of its own."""
    return f"""
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20" role="img" aria-label="{colour} bars">
        <defs>
          <pattern id="stripes" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate({angle})">
            <rect width="2" height="4" fill="{colour}"/>
          </pattern>
        </defs>
        <rect width="50" height="9" fill="url(#stripes)" stroke="black"/>
        <rect y="10" width="80" height="9" fill="{colour}" fill-opacity="0.5"/>
        <circle cx="90" cy="10" r="8" fill="{colour}" opacity="0.5"/>
      </svg>"""


def in_one_piece(context: dict, **options) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_in_parts", lambda page: None)
        patch.setattr(pdf, "_in_one_piece", ORIGINAL_IN_ONE_PIECE)
        return render_pdf(TEMPLATE, context, **options)


def page_of(context: dict) -> str:
    return render_to_string(TEMPLATE, context | {"paper_language": "en-GB"})


def drawn(data: bytes) -> list[bytes]:
    """Each page as a picture."""
    pictures = subprocess.run(["pdftoppm", "-r", "50", "-"], input=data, capture_output=True, check=True).stdout
    pages = pictures.split(b"P6\n")[1:]
    # Without any, every two papers would look alike.
    assert pages
    return pages


def links(data: bytes) -> list[list[str]]:
    """Where the links of each page lead: an address, or the page and the height there."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        number_of = {page.objgen: number for number, page in enumerate(opened.pages, start=1)}
        names = list(opened.Root.Names.Dests.Names)
        places = {
            str(name): f"{number_of[place[0].objgen]} {float(place[3]):.1f}"
            for name, place in zip(names[::2], names[1::2], strict=True)
        }
        return [
            [str(link.A.URI) if "/A" in link else places[str(link.Dest)] for link in page.get("/Annots", [])]
            for page in opened.pages
        ]


# The same paper


def test_paper_in_parts_is_the_paper_in_one_piece(only_in_parts):
    context = paper(30, 12, 3, 40, html=chart("navy", 45), html_of_third=chart("green", 90))
    data = render_pdf(TEMPLATE, context)
    whole = in_one_piece(context)
    assert_accessible_pdf(data)
    assert drawn(data) == drawn(whole)
    for read in (pdf_text, pdf_outline, pdf_structure, pdf_read_aloud, links):
        assert read(data) == read(whole)


def test_title_language_author_and_date_are_those_of_the_paper_in_one_piece(only_in_parts):
    context = paper(2, 2)
    data = render_pdf(TEMPLATE, context, language="cy")
    whole = in_one_piece(context, language="cy")
    with pikepdf.open(io.BytesIO(data)) as ours, pikepdf.open(io.BytesIO(whole)) as theirs:
        assert {key: str(value) for key, value in ours.docinfo.items()} == {
            key: str(value) for key, value in theirs.docinfo.items()
        }
        assert str(ours.Root.Lang) == str(theirs.Root.Lang) == "cy"
        assert ours.Root.Metadata.read_bytes() == theirs.Root.Metadata.read_bytes()


def test_tables_are_numbered_through_all_parts(only_in_parts):
    text = pdf_text(render_pdf(TEMPLATE, paper(2, 2, 2)))
    assert [f"Table {number}." in text for number in (1, 2, 3, 4)] == [True, True, True, False]


def test_page_numbers_go_through_all_parts(only_in_parts):
    data = render_pdf(TEMPLATE, paper(30, 30))
    with pikepdf.open(io.BytesIO(data)) as opened:
        count = len(opened.pages)
    for number in range(1, count + 1):
        assert f"Page {number} of {count}" in pdf_text(data, first_page=number, last_page=number)


# What is kept


def test_only_the_part_that_has_changed_is_laid_out_again(only_in_parts, painted):
    context = paper(4, 4, 4)
    render_pdf(TEMPLATE, context)
    painted.clear()
    context["sections"][1]["rows"][0] = "Changed a moment ago"
    data = render_pdf(TEMPLATE, context)
    assert [source.count("Changed a moment ago") for source in painted] == [1]
    assert "Changed a moment ago" in pdf_text(data)


def test_contents_page_names_the_new_pages_when_a_part_before_has_grown(only_in_parts, painted):
    render_pdf(TEMPLATE, paper(4, 4, 4))
    painted.clear()
    data = render_pdf(TEMPLATE, paper(60, 4, 4))
    assert len(painted) < 5
    contents = pdf_text(data, first_page=2, last_page=2)
    with pikepdf.open(io.BytesIO(data)) as opened:
        starts = [n for n in range(3, len(opened.pages) + 1) if "does" in pdf_text(data, first_page=n, last_page=n)]
    for title, start in zip(("Area 1", "Area 2", "Area 3"), starts, strict=True):
        (line,) = [line for line in contents.splitlines() if title in line]
        assert line.split()[-1] == str(start)


def test_other_text_never_finds_what_is_kept():
    assert kept.key_of("style", "text") != kept.key_of("style", "texu")
    assert kept.key_of("ab", "c") != kept.key_of("a", "bc")


def test_kept_parts_are_forgotten_when_nobody_has_asked_for_long_enough():
    now = [0.0]
    store = kept.Kept(1000, seconds=60, clock=lambda: now[0])
    store.put([(b"a", b"1"), (b"b", b"2")])
    now[0] = 50
    assert store.get(b"a") == b"1"
    now[0] = 70
    assert store.get(b"b") is None
    assert store.get(b"a") == b"1"
    now[0] = 200
    # As the timer does: nobody has to ask.
    store._tick()
    assert len(store) == 0


def test_what_was_asked_for_longest_ago_makes_room():
    store = kept.Kept(100, seconds=60)
    store.put([(b"a", b"x" * 40), (b"b", b"x" * 40)])
    store.get(b"a")
    store.put([(b"c", b"x" * 40), (b"too large", b"x" * 90)])
    assert [key for key in (b"a", b"b", b"c", b"too large") if store.get(key)] == [b"a", b"c"]


# The second process


def test_helper_paints_the_same_parts(only_in_parts, helpers):
    source = split_paper(page_of(paper(3, 3))).parts[2]
    helpers.get_ready()
    blob = helpers.paint("a paper", source, pdf._stylesheet_path())
    assert pickle.loads(blob) == painting.paint_part(source, pdf._stylesheet())


def test_paper_made_with_a_helper_is_the_same(only_in_parts, helpers, painted):
    context = paper(6, 6, 6, 6, 6, 6)
    helpers.get_ready()
    data = render_pdf(TEMPLATE, context)
    assert len(painted) < 8
    kept.PARTS.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_parts, "helpers", list)
        assert drawn(data) == drawn(render_pdf(TEMPLATE, context))


@pytest.mark.parametrize(
    "broken",
    [
        "import sys; sys.exit(1)",
        "print('not what was asked for')",
        f"{SAYS_READY}; sys.stdin.buffer.read(8)",
    ],
    ids=["does not start", "talks nonsense", "dies at work"],
)
def test_broken_helper_does_not_break_the_paper(only_in_parts, helpers, monkeypatch, broken):
    popen = subprocess.Popen
    monkeypatch.setattr(helper.subprocess, "Popen", lambda _, **kw: popen([sys.executable, "-c", broken], **kw))
    assert_accessible_pdf(render_pdf(TEMPLATE, paper(3, 3, 3)))


def test_helper_that_does_not_answer_is_given_up(only_in_parts, helpers, monkeypatch):
    silent = f"{SAYS_READY}; time.sleep(600)"
    popen = subprocess.Popen
    monkeypatch.setattr(helper.subprocess, "Popen", lambda _, **kw: popen([sys.executable, "-c", silent], **kw))
    monkeypatch.setattr(in_parts, "PATIENCE", 0.2)
    helpers.get_ready()
    assert_accessible_pdf(render_pdf(TEMPLATE, paper(3, 3, 3)))
    assert helpers._process.wait() != 0


def test_helper_ends_when_its_portal_does(helpers):
    helpers.get_ready()
    process = helpers._process
    process.stdin.close()
    assert process.wait(timeout=60) == 0


def test_helper_is_told_no_secrets(helpers, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not-for-helpers")
    given = {}
    monkeypatch.setattr(helper.subprocess, "Popen", lambda _, **kw: given.update(kw) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        helpers.get_ready()
    assert "PATH" in given["env"]
    assert not any("SECRET" in name or "DATABASE" in name for name in given["env"])


def test_forked_process_leaves_the_helper_to_its_parent(helpers):
    helpers.get_ready()
    kept.PARTS.put([(b"key", b"data")])
    os.register_at_fork(after_in_child=helpers.forget)
    child = os.fork()
    if child == 0:
        os._exit(0 if helpers._process is None and len(kept.PARTS) == 0 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert helpers._process.poll() is None


# In one piece where it has to be


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<style>section { counter-reset: things }</style>", "resets the counter"),
        ("<style>p.n::before { content: counter(page) }</style><p class=n>Here</p>", "counts pages"),
        ("<style>@page :left { margin-left: 40mm }</style>", "side or number"),
        ('<p>To <a href="#nowhere">nowhere</a></p>', "no anchor"),
        (f'<svg viewBox="0 0 9 9" role="img" aria-label="x">{GRADIENT}</svg>', "masks"),
        ('<p style="position: fixed; top: 0">Everywhere</p>', "fixed boxes"),
    ],
)
def test_what_needs_the_whole_paper_is_made_in_one_piece(html, reason, caplog):
    context = paper(2, 2, html=html)
    caplog.set_level("INFO", logger="prevent_portal.documents.pdf")
    data = render_pdf(TEMPLATE, context)
    assert reason in caplog.text
    assert pdf_text(data) == pdf_text(in_one_piece(context))


def test_parts_that_do_not_begin_a_page_are_made_in_one_piece(caplog):
    caplog.set_level("INFO", logger="prevent_portal.documents.pdf")
    context = paper(2, 2, 2, flat=True)
    for section in context["sections"]:
        section["is_wide"] = False
    data = render_pdf(TEMPLATE, context)
    assert "does not begin on a new page" in caplog.text
    assert drawn(data) == drawn(in_one_piece(context))


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ('<p style="opacity: 0.5">Faint</p>', "opacity"),
        ('<svg width="9" height="9"><rect width="9" height="9"/></svg>', "no description"),
        ('<img src="file:///etc/passwd" alt="x">', "static images"),
    ],
)
def test_what_is_refused_in_one_piece_is_refused_in_parts(html, message):
    with pytest.raises(PaperError, match=message):
        render_pdf(TEMPLATE, paper(2, 2, html=html))


# Taking apart


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("<p>None marked</p>", None),
        ("<section data-part>Only one</section>", None),
        ("<section data-part>A</section><section data-part>B</section>", ["A", "B"]),
        ("<p>Before</p><main><section data-part>A</section> <p>Between</p></main>", ["Before", "A", "Between"]),
        ("<p>A</p><section data-part><section>B</section>C</section>", ["A", "BC"]),
        ("<p>A</p><section data-part><section>B</section>", None),
        ("<p>A</p></div><section data-part>B</section>", None),
        ("<p>A</p><article><section data-part>B</section></article>", None),
        ("<p>A<br>&lt;section data-part&gt;</p><section data-part>B</section>", ["A<section data-part>", "B"]),
    ],
)
def test_parts_are_found_or_nothing_is_done(body, parts):
    split = split_paper(f"<html><head><title>T</title></head><body>{body}</body></html>")
    texts = split and ["".join(HTML(string=part).etree_element.itertext()).strip()[1:] for part in split.parts]
    assert (texts and [text.strip() for text in texts]) == parts


# The faster functions


EVERYTHING = """
  <p style="letter-spacing: 1px; word-spacing: 3px; text-align: justify">Spaced words in a line that is justified, so
  that it has to be long enough for two lines of text and a little more than that, which it is by now, or nearly.</p>
  <p style="font-variant: small-caps; text-decoration: underline">Small <em>capitals</em> <b>fi ffi</b> “AV To”</p>
  <p style="background: #eee; border: 1px solid; border-radius: 3mm; padding: 5%; margin: 2% auto; width: 50%">Box</p>
  <p style="direction: rtl" lang="he">\u05e9\u05dc\u05d5\u05dd 123</p>
  <p style="width: 30mm; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">Cut off where it ends here</p>
  <p style="float: right; width: 40mm; box-sizing: border-box; padding: 2mm; border: 1mm double">Aside</p>
  <p style="position: relative; left: 3mm">e\u0301 a\u0308 \u25cf \u25b2 Cynllun \u0175 \u0177</p>
  <ul><li>One<ol><li>Two</li></ol></li></ul>
  <p class="new" style="hyphens: auto; width: 25mm">Counterterrorism coordinators</p>
"""


def test_faster_functions_write_the_same_bytes_as_those_of_weasyprint():
    source = page_of(paper(12, html="") | {"entries": []}).replace("</body>", f"{EVERYTHING}</body>")
    assert "Counterterrorism" in source
    try:
        assert faster.make_faster(on=False)
        theirs = painting.paint_part(source, pdf._stylesheet())
        assert faster.make_faster()
        ours = [painting.paint_part(source, pdf._stylesheet())]
        with faster.shared_styles():
            ours += [painting.paint_part(source, pdf._stylesheet()) for _ in range(2)]
    finally:
        faster.make_faster()
    assert ours == [theirs] * 3


def test_another_version_of_weasyprint_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(faster.weasyprint, "__version__", "71.0")
    before = painting.pydyf._to_bytes
    assert not faster.make_faster(on=False)
    assert painting.pydyf._to_bytes is before


def test_styles_and_the_texts_measured_in_them_go_with_the_paper():
    render_pdf(TEMPLATE, paper(2, 2))
    assert faster._shared is None


@pytest.mark.parametrize("number", [0, 7, -3, 0.0, -0.0, 1.5, -2.25, 1e-9, 123456.789, 3.0, b"x", "y", True])
def test_numbers_are_written_as_pydyf_writes_them(number):
    assert faster.to_bytes(number) == faster._TO_BYTES(number)

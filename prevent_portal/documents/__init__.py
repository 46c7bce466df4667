"""Papers: the one package that knows WeasyPrint, and python-docx and openpyxl for writing.

    render_pdf(template_name, context, *, language="en-GB") -> bytes   an accessible PDF (PDF/UA-1)
    Cover, ContentsEntry, KeyFigure, Table, Figure                     for the partials in templates/reports/
    rag_bar([(key, label, count), ...]) -> RagBar                      how many of each RAG
    rag_figure(caption, bar), rag_figure_by(caption, rows) -> Figure   the same as a chart
    text_blocks(text) -> (TextBlock, ...)                              typed text as paragraphs and lists
    sections_of(blocks) -> [PaperSection, ...]                         blocks for the template `reports/blocks.html`
    write_document([Heading, Text, Table, Figure, ...], *, cover) -> bytes  a Word file
    write_workbook([Sheet(title, columns, rows)], *, title="") -> bytes  an Excel file
    write_csv(Sheet(title, columns, rows)) -> bytes                    a CSV file
    PaperError                                                         what is wrong with the paper

A paper is a template that extends `reports/paper.html`, which lists the blocks, partials and classes there are. The
style is `static/print.css`. In a template for a paper:

* headings start at h2 (the cover holds the h1) and leave out no level; they become the bookmarks;
* a table needs `thead` with `<th scope="col">`, and in each row as many cells as there are columns. The head is
  repeated on every page and read out once;
* images have an `alt`, an inline SVG an `aria-label`; what is only decoration has `aria-hidden="true"`;
* no `opacity`, no links in page margins, no text and blocks side by side in one `div`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from prevent_portal.documents.errors import PaperError
from prevent_portal.documents.parts import (
    Block,
    Column,
    Contents,
    ContentsEntry,
    Cover,
    Derived,
    Figure,
    Heading,
    KeyFigure,
    Noted,
    Pages,
    PaperSection,
    RagBar,
    RagMark,
    RagPart,
    Table,
    Text,
    TextBlock,
    rag_bar,
    rag_figure,
    rag_figure_by,
    sections_of,
    text_blocks,
)
from prevent_portal.documents.workbook import Sheet, write_csv, write_workbook

__all__ = [
    "Block",
    "Column",
    "Contents",
    "ContentsEntry",
    "Cover",
    "Derived",
    "Figure",
    "Heading",
    "KeyFigure",
    "Noted",
    "Pages",
    "PaperError",
    "PaperSection",
    "RagBar",
    "RagMark",
    "RagPart",
    "Sheet",
    "Table",
    "Text",
    "TextBlock",
    "rag_bar",
    "rag_figure",
    "rag_figure_by",
    "render_pdf",
    "sections_of",
    "text_blocks",
    "write_csv",
    "write_document",
    "write_workbook",
]


def render_pdf(template_name: str, context: Mapping[str, Any], *, language: str = "en-GB") -> bytes:
    """The paper that a template extending `reports/paper.html` makes, as a PDF/UA-1 file.

    `language` is a BCP 47 tag: the template is rendered in it and receives it as `paper_language`.
    Raises `PaperError` where the paper would not be accessible (no title, an image without description) or asks for
    anything but static images of the portal.
    """
    # WeasyPrint takes a second to import and needs Pango: only those who make a PDF pay for it.
    from prevent_portal.documents.pdf import render_pdf as render

    return render(template_name, context, language=language)


def write_document(blocks: Sequence[Block], *, cover: Cover, language: str = "en-GB") -> bytes:
    """The paper as a Word file (.docx). Blocks are Heading, Text, Table, Figure, Contents, Pages and Derived.

    The cover gives the file's properties, its first lines and what stands at the top and bottom of every page.
    Raises ValueError for a heading that leaves out a level.
    """
    # As above: python-docx and its template take a moment to load.
    from prevent_portal.documents.word import write_document as write

    return write(blocks, cover=cover, language=language)

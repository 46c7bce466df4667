"""Papers: the one package that knows WeasyPrint, and openpyxl for writing.

    render_pdf(template_name, context, *, language="en-GB") -> bytes   an accessible PDF (PDF/UA-1)
    Cover(title, authority, dated_on, ...), KeyFigure(label, value, note)  for reports/_cover.html, _key_figures.html
    rag_bar([(key, label, count), ...]) -> RagBar                      for reports/_rag_summary.html
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

from collections.abc import Mapping
from typing import Any

from prevent_portal.documents.errors import PaperError
from prevent_portal.documents.parts import Cover, KeyFigure, RagBar, RagPart, rag_bar
from prevent_portal.documents.workbook import Sheet, write_csv, write_workbook

__all__ = [
    "Cover",
    "KeyFigure",
    "PaperError",
    "RagBar",
    "RagPart",
    "Sheet",
    "rag_bar",
    "render_pdf",
    "write_csv",
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

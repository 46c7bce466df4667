"""Papers as Word files that keep their structure: real headings, header rows, lists, captions, page fields.

A paper is a cover and a sequence of blocks. The styles are `templates/reports/word/styles.xml`; nothing is formatted
past them, so that a clerk who pastes a part into a committee system keeps headings, lists and header rows.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import docx
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.parser import oxml_parser
from docx.shared import Mm
from lxml import etree
from lxml.builder import ElementMaker

from prevent_portal.documents.parts import (
    Block,
    Contents,
    Cover,
    Derived,
    Figure,
    Heading,
    Noted,
    Pages,
    RagMark,
    Table,
    Text,
    text_blocks,
)
from prevent_portal.documents.pictures import figure_png
from prevent_portal.documents.workbook import NOT_IN_XML
from prevent_portal.tables_in.own_papers import DERIVED_BOOKMARK

TWIPS_PER_MM = 1440 / 25.4
SHORT_SIDE, LONG_SIDE = 11906, 16838  # A4
MARGIN, WIDE_MARGIN = 1134, 680  # 20 and 12 mm
TOP, BOTTOM, IN_MARGIN = 1474, 1361, 624

COLUMN_MM = {"ref": 15, "count": 19, "number": 22, "narrow": 26, "date": 27, "rag": 28}
SHORTEST_SHARE, LONGEST_SHARE = 6, 160
"""Columns of text share what is left by the root of how much they hold; between these many characters."""

RAG_FILLS = {"green": "DCEFE3", "amber": "FFF0C9", "red": "FBE0DC", "blue": "DCE9F7"}

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_make = ElementMaker(namespace=W, nsmap={"w": W, "r": R}, makeelement=oxml_parser.makeelement)


STYLES = {"body": "Normal", "lead": "Lead", "note": "Note", "callout": "Callout"}


def write_document(blocks: Sequence[Block], *, cover: Cover, language: str = "en-GB") -> bytes:
    """The paper as a .docx file, its words in `language` (a BCP 47 tag).

    The cover gives title, author and date of the file, and what stands at the top and bottom of every page. Characters
    that XML cannot hold are dropped. Raises ValueError for a heading that leaves out a level.
    """
    with translation.override(language.lower()):
        return _Writer(cover, language).write(blocks)


class _Writer:
    def __init__(self, cover: Cover, language: str) -> None:
        self.cover = cover
        self.language = language
        self.document = docx.Document()
        self.body: list[etree._Element] = []
        self.is_wide = self.has_turned = False
        self.level = 0
        self.headings: list[tuple[int, str, str]] = []
        self.numbers = {"Table": 0, "Figure": 0}
        self.bookmarks = 0

    def write(self, blocks: Sequence[Block]) -> bytes:
        self._dress()
        self._cover()
        self.headings = list(_headings_of(blocks))
        self._toc_names = iter(name for _level, _text, name in self.headings)
        for block in blocks:
            self._block(block)
        self._end_table()
        body = self.document.element.body
        last = body.sectPr
        body.clear()
        body.extend(self.body)
        body.append(last)
        self._set_page(last, is_first=not self.has_turned)
        self._margins()
        self._properties()
        output = io.BytesIO()
        self.document.save(output)
        return output.getvalue()

    # The file

    def _dress(self) -> None:
        """Our styles, bullets and settings in place of those of python-docx's template, and nothing of its own."""
        part = self.document.part
        part._styles_part._element = _own_xml("styles")
        part.numbering_part._element = _own_xml("numbering")
        part._settings_part._element = _own_xml("settings")
        for language in part._styles_part._element.iter(qn("w:lang")):
            language.set(qn("w:val"), self.language)
        for language in part._settings_part._element.iter(qn("w:themeFontLang")):
            language.set(qn("w:val"), self.language)
        for owner in (part, part.package):
            for key, relation in list(owner.rels.items()):
                if relation.reltype.endswith(("/thumbnail", "/customXml", "/stylesWithEffects")):
                    del owner.rels[key]

    def _properties(self) -> None:
        properties = self.document.core_properties
        made_on = dt.datetime.combine(self.cover.dated_on, dt.time(), dt.UTC)
        properties.title = _clean(self.cover.title)[:255]
        properties.author = _clean(self.cover.authority)[:255]
        properties.subject = _clean(self.cover.period)[:255]
        properties.category = self.cover.marking
        properties.language = self.language
        properties.comments = ""
        properties.keywords = ""
        properties.last_modified_by = "Prevent Portal"
        properties.revision = 1
        properties.created = properties.modified = made_on
        if not any(isinstance(each, etree._Element) and each.tag == qn("w:hyperlink") for each in self._all()):
            for update in list(self.document.part._settings_part._element.iter(qn("w:updateFields"))):
                update.getparent().remove(update)

    def _all(self) -> Iterator[etree._Element]:
        return self.document.element.body.iter()

    # Pages

    def _set_page(self, properties: etree._Element, *, is_first: bool) -> None:
        for child in list(properties):
            properties.remove(child)
        width, height = (LONG_SIDE, SHORT_SIDE) if self.is_wide else (SHORT_SIDE, LONG_SIDE)
        size = {"w": width, "h": height} | ({"orient": "landscape"} if self.is_wide else {})
        side = WIDE_MARGIN if self.is_wide else MARGIN
        properties.append(_w("pgSz", **size))
        properties.append(
            _w("pgMar", top=TOP, right=side, bottom=BOTTOM, left=side, header=IN_MARGIN, footer=IN_MARGIN, gutter=0)
        )
        if is_first:
            properties.append(_w("titlePg"))

    def _turn(self, is_wide: bool) -> None:
        """End the section: what is written so far keeps its pages."""
        if is_wide == self.is_wide:
            return
        self._end_table()
        paragraph = next(each for each in reversed(self.body) if each.tag == qn("w:p"))
        properties = _w("sectPr")
        self._set_page(properties, is_first=not self.has_turned)
        paragraph.find(qn("w:pPr")).append(properties)
        self.is_wide, self.has_turned = is_wide, True

    def _margins(self) -> None:
        """What stands at the top and bottom of every page; the first page, which is the cover's, says less."""
        for number, section in enumerate(self.document.sections):
            style = "HeaderWide" if section.page_width > section.page_height else "Header"
            foot_style = "HeaderWide" if section.page_width > section.page_height else "Footer"
            if number == 0:
                _fill_margin(section.first_page_header, [self._marking()])
                _fill_margin(section.first_page_footer, [self._foot(foot_style), self._marking()])
            _fill_margin(section.header, [self._marking(), self._head(style)])
            _fill_margin(section.footer, [self._foot(foot_style), self._marking()])

    def _marking(self) -> etree._Element:
        return _paragraph("Marking", _run(self.cover.marking))

    def _head(self, style: str) -> etree._Element:
        return _paragraph(style, _run(self.cover.title), _w("r", _w("tab")), _run(self.cover.authority))

    def _foot(self, style: str) -> etree._Element:
        return _paragraph(
            style,
            _run(date_format(self.cover.dated_on, "j F Y")),
            _w("r", _w("tab")),
            _run(f"{pgettext('page of a paper', 'Page')} "),
            *_field("PAGE", "1"),
            _run(f" {pgettext('page 1 of 2', 'of')} "),
            *_field("NUMPAGES", "1"),
        )

    # Blocks

    def _cover(self) -> None:
        cover = self.cover
        with _Bookmark(self):
            self._add(_paragraph("CoverAuthority", _run(cover.authority)))
        self._add(_paragraph("Title", _run(cover.title)))
        updated = date_format(cover.updated_on, "j F Y") if cover.updated_on else ""
        said = [(_("Period"), cover.period), (_("Marking"), cover.marking), (_("Date of update"), updated)]
        for label, value in said:
            if value:
                self._fact(label, value)
        with _Bookmark(self):
            self._fact(_("Date"), date_format(cover.dated_on, "j F Y"))
            for label, value in cover.facts:
                self._fact(label, value)

    def _fact(self, label: str, value: str) -> None:
        self._add(_paragraph("CoverFact", _run(f"{label}: ", "Strong"), _run(value)))

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Text):
            self._text(block)
        elif isinstance(block, Contents):
            self._contents()
        elif isinstance(block, Pages):
            self._turn(block.is_wide)
        elif isinstance(block, Derived):
            with _Bookmark(self):
                for each in block.blocks:
                    self._block(each)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._figure(block)

    def _heading(self, heading: Heading) -> None:
        if heading.level > self.level + 1:
            raise ValueError(
                f"The heading {heading.text!r} of level {heading.level} follows one of level {self.level}."
            )
        self.level = heading.level
        self.bookmarks += 1
        begin = _w("bookmarkStart", id=self.bookmarks, name=next(self._toc_names))
        self._add(
            _paragraph(f"Heading{heading.level}", begin, _run(heading.text), _w("bookmarkEnd", id=self.bookmarks))
        )

    def _text(self, text: Text) -> None:
        style = STYLES[text.style]
        label = [_run(f"{text.label} ", "Strong")] if text.label else []
        blocks = text_blocks(text.text)
        if label and (not blocks or blocks[0].is_list):
            self._add(_paragraph(style, *label))
            label = []
        for block in blocks:
            if block.is_list:
                for line in block.lines:
                    self._add(_paragraph("ListBullet", _run(line)))
            else:
                self._add(_paragraph(style, *label, _run(block.text)))
                label = []

    def _contents(self) -> None:
        """The field with the entries filled in, so that it can be read (and followed) before Word has counted pages."""
        with _Bookmark(self):
            self._add(_paragraph("TOCHeading", _run(_("Contents"))))
            entries = [entry for entry in self.headings if entry[0] <= 2]
            opening = [_w("r", _w("fldChar", fldCharType="begin")), _instruction('TOC \\o "1-2" \\h \\z \\u')]
            opening.append(_w("r", _w("fldChar", fldCharType="separate")))
            for number, (level, text, name) in enumerate(entries):
                link = _w("hyperlink", _run(text), _w("r", _w("tab")), *_field(f"PAGEREF {name} \\h", " "), anchor=name)
                link.set(qn("w:history"), "1")
                closing = [_w("r", _w("fldChar", fldCharType="end"))] if number == len(entries) - 1 else []
                self._add(_paragraph(f"TOC{level}", *(opening if number == 0 else []), link, *closing))

    def _caption(self, kind: str, label: str, caption: str, units: str = "") -> None:
        self.numbers[kind] += 1
        number = _field(f"SEQ {kind} \\* ARABIC", str(self.numbers[kind]))
        words = f". {caption} ({units})" if units else f". {caption}"
        self._add(_paragraph("Caption", _run(f"{label} "), *number, _run(words)))

    def _figure(self, figure: Figure) -> None:
        self._caption("Figure", pgettext("a numbered figure", "Figure"), figure.caption)
        width = LONG_SIDE - 2 * WIDE_MARGIN if self.is_wide else SHORT_SIDE - 2 * MARGIN
        inline = self.document.part.new_pic_inline(io.BytesIO(figure_png(figure)), Mm(width / TWIPS_PER_MM), None)
        inline.docPr.set("name", pgettext("a numbered figure", "Figure"))
        inline.docPr.set("descr", _clean(figure.description))
        paragraph = _paragraph("Picture")
        run = paragraph.makeelement(qn("w:r"))
        drawing = paragraph.makeelement(qn("w:drawing"))
        drawing.append(inline)
        run.append(drawing)
        paragraph.append(run)
        self._add(paragraph)
        if figure.table:
            self._table(figure.table)

    def _table(self, table: Table) -> None:
        if table.shows_caption:
            self._caption("Table", pgettext("a numbered table", "Table"), table.caption, table.units)
        self._end_table()
        self._add(_table_element(table, LONG_SIDE - 2 * WIDE_MARGIN if self.is_wide else SHORT_SIDE - 2 * MARGIN))
        if table.note:
            self._text(Text(table.note, "note"))
        if table.source:
            self._text(Text(_("Source: %s") % table.source, "note"))

    def _end_table(self) -> None:
        """Two tables with nothing between them would be one, and Word wants a paragraph behind the last."""
        last = next((each for each in reversed(self.body) if not each.tag.startswith(qn("w:bookmark"))), None)
        if last is not None and last.tag == qn("w:tbl"):
            self._add(_paragraph("AfterTable"))

    def _add(self, element: etree._Element) -> None:
        self.body.append(element)


class _Bookmark:
    """Hidden bookmarks round what is written inside."""

    def __init__(self, writer: _Writer) -> None:
        self.writer = writer

    def __enter__(self) -> None:
        self.writer.bookmarks += 1
        self.number = self.writer.bookmarks
        self.writer._add(_w("bookmarkStart", id=self.number, name=f"{DERIVED_BOOKMARK}{self.number}"))

    def __exit__(self, *_error: object) -> None:
        self.writer._add(_w("bookmarkEnd", id=self.number))


def _headings_of(blocks: Iterable[Block]) -> Iterator[tuple[int, str, str]]:
    """Level, text and bookmark of each heading."""
    flat = (each for block in blocks for each in (block.blocks if isinstance(block, Derived) else [block]))
    headings = [each for each in flat if isinstance(each, Heading)]
    for number, heading in enumerate(headings, start=1):
        yield heading.level, heading.text, f"_Toc{number:09d}"


# Elements


def _w(tag: str, *children: etree._Element, **attributes: Any) -> etree._Element:
    """<w:tag w:attribute="...">; attributes of other namespaces are set by hand."""
    return _make(tag, *children, **{qn(f"w:{name}"): str(value) for name, value in attributes.items()})


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("", str(text))


def _run(text: str, style: str = "") -> etree._Element:
    """A run of text, its line breaks kept."""
    run = _w("r", *([_w("rPr", _w("rStyle", val=style))] if style else []))
    for number, line in enumerate(_clean(text).splitlines() or [""]):
        if number:
            run.append(_w("br"))
        piece = _w("t")
        piece.text = line
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(piece)
    return run


def _paragraph(style: str, *children: etree._Element) -> etree._Element:
    return _w("p", _w("pPr", _w("pStyle", val=style)), *children)


def _instruction(code: str) -> etree._Element:
    instruction = _w("instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return _w("r", instruction)


def _field(code: str, result: str) -> list[etree._Element]:
    """A field of Word with what it shows until it is counted anew."""
    return [
        _w("r", _w("fldChar", fldCharType="begin")),
        _instruction(code),
        _w("r", _w("fldChar", fldCharType="separate")),
        _run(result),
        _w("r", _w("fldChar", fldCharType="end")),
    ]


def _fill_margin(margin: Any, paragraphs: Sequence[etree._Element]) -> None:
    margin.is_linked_to_previous = False
    element = margin._element
    for child in list(element):
        element.remove(child)
    element.extend(paragraphs)


def _table_element(table: Table, width: int) -> etree._Element:
    widths = _widths(table, width)
    look = {
        "firstRow": 1,
        "lastRow": int(table.has_total),
        "firstColumn": 1,
        "lastColumn": 0,
        "noHBand": 1,
        "noVBand": 1,
    }
    properties = _w(
        "tblPr",
        _w("tblStyle", val="PaperTable"),
        _w("tblW", w=sum(widths), type="dxa"),
        _w("tblLayout", type="fixed"),
        _w("tblLook", val=f"{0x06A0 + 0x40 * table.has_total:04X}", **look),
        _w("tblCaption", val=_clean(table.caption)),
    )
    grid = _w("tblGrid", *(_w("gridCol", w=each) for each in widths))
    head = _w("tr", _w("trPr", _w("cantSplit"), _w("tblHeader")))
    for column, each in zip(table.columns, widths, strict=True):
        style = "TableNumberHeading" if column.is_number else "TableHeading"
        head.append(_w("tc", _w("tcPr", _w("tcW", w=each, type="dxa")), _paragraph(style, _run(column.heading))))
    element = _w("tbl", properties, grid, head)
    for line in table.lines:
        row = _w("tr", _w("trPr", _w("cantSplit")))
        for cell, each in zip(line, widths, strict=True):
            fill = RAG_FILLS.get(cell.value.key) if isinstance(cell.value, RagMark) else None
            shading = [_w("shd", val="clear", color="auto", fill=fill)] if fill else []
            row.append(_w("tc", _w("tcPr", _w("tcW", w=each, type="dxa"), *shading), *_cell(cell.value, cell.column)))
        element.append(row)
    return element


def _cell(value: Any, column: Any) -> Iterator[etree._Element]:
    """The paragraphs of a cell; there is always one."""
    if isinstance(value, RagMark):
        yield _paragraph("TableText", _run(f"{value.symbol} {value.label}"))
        if value.note:
            yield _paragraph("TableNote", _run(value.note))
    elif isinstance(value, Noted):
        yield from _cell(value.text or "–", column)
        if value.note:
            yield _paragraph("TableNote", _run(value.note))
    elif column.is_number:
        yield _paragraph("TableNumber", _run(str(value)))
    else:
        blocks = text_blocks(str(value))
        for block in blocks:
            for text in block.lines if block.is_list else [block.text]:
                yield _paragraph("TableBullet" if block.is_list else "TableText", _run(text))
        if not blocks:
            yield _paragraph("TableText", _run("–"))


def _widths(table: Table, width: int) -> list[int]:
    """The columns' widths in twips: fixed for short things, the rest shared by how much the columns hold."""
    fixed = {at: COLUMN_MM[c.kind] * TWIPS_PER_MM for at, c in enumerate(table.columns) if c.kind in COLUMN_MM}
    shares = {}
    for at, column in enumerate(table.columns):
        if at not in fixed:
            lengths = [len(_plain(row[at])) for row in table.rows]
            typical = sum(lengths) / len(lengths) if lengths else 0
            shares[at] = min(max(typical, SHORTEST_SHARE, len(column.heading)), LONGEST_SHARE) ** 0.5
    if shares:
        left = width - sum(fixed.values())
        scale = left / sum(shares.values())
        sizes = {at: share * scale for at, share in shares.items()} | fixed
    else:
        sizes = fixed
    return [round(sizes[at]) for at in range(len(table.columns))]


def _plain(value: Any) -> str:
    if isinstance(value, Noted):
        return value.text
    return value.label if isinstance(value, RagMark) else str(value or "")


def _own_xml(name: str) -> etree._Element:
    return parse_xml(_own_file(name))


@cache
def _own_file(name: str) -> bytes:
    return (settings.BASE_DIR / "templates" / "reports" / "word" / f"{name}.xml").read_bytes()

"""Word documents (.docx), read from their XML.

Not through python-docx: it finds a cell's neighbours anew for each cell, which is quadratic in the table's length,
and it shows neither list numbers, nor shading, nor tracked changes.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from prevent_portal.tables_in import colours
from prevent_portal.tables_in.document import (
    Cell,
    Document,
    Paragraph,
    Row,
    SourceKind,
    Table,
    UnreadableFile,
    paragraph_from_line,
)
from prevent_portal.tables_in.numbering import Numbering
from prevent_portal.tables_in.own_papers import derived_parts
from prevent_portal.tables_in.safety import MAX_CELLS, MAX_PARAGRAPHS, Package, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"

# Text in these is not on the page: deleted or moved away by a tracked change, or a second copy for old readers.
_UNSEEN = {f"{W}del", f"{W}moveFrom", f"{_MC}Fallback", f"{W}instrText", f"{W}delText", f"{W}pPr"}
_MAX_NESTING = 20
_TICKS = {"F0FC": "✓", "F0FE": "☑", "F0FB": "✗", "F0A8": "☐", "F06F": "☐"}


def read_word(package: Package) -> Document:
    """The body of a .docx in order; headers and footers go to `margins`."""
    return _WordReader(package).read()


@dataclass(slots=True)
class _Style:
    name: str = ""
    heading_level: int | None = None
    numbering: tuple[str, int] | None = None


class _WordReader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.document = Document(SourceKind.WORD)
        self.cells_read = 0
        self.paragraphs_read = 0
        self.tables_read = 0
        self.hidden_text_seen = False
        self.deletions_seen = False
        self.main = self._main_part()
        parts = self._related(self.main)
        self.theme = colours.theme_colours(package.xml(parts["theme"][0])) if "theme" in parts else {}
        self.styles = self._read_styles(parts["styles"][0]) if "styles" in parts else {}
        self.numbering = Numbering(self._xml(parts["numbering"][0]) if "numbering" in parts else None)
        self.margin_parts = parts.get("header", []) + parts.get("footer", [])

    def read(self) -> Document:
        root = self._xml(self.main)
        body = root.find(f"{W}body")
        if body is None:
            raise UnreadableFile("The Word file has no text in it. Check that it is the right file.")
        self._bound(root)
        derived = derived_parts(body)
        for element in self._contents(body):
            if element in derived:
                continue
            if element.tag == f"{W}p":
                paragraph = self._paragraph(element, f"paragraph {self.paragraphs_read + 1}")
                if paragraph.text:
                    self.document.blocks.append(paragraph)
            else:
                self.document.blocks.append(self._table(element))
        self._read_margins()
        self._read_properties()
        if derived:
            self.document.warnings.append(
                "This is a paper of the portal's own: what it works out itself (contents, summary) was left out."
            )
        if self.deletions_seen:
            self.document.warnings.append(
                "The file has tracked changes: insertions were read, deletions were left out."
            )
        if self.hidden_text_seen:
            self.document.warnings.append("The file has hidden text, which was left out.")
        return self.document

    def _bound(self, root: etree._Element) -> None:
        if sum(1 for _ in root.iter(f"{W}tc")) > MAX_CELLS or sum(1 for _ in root.iter(f"{W}p")) > MAX_PARAGRAPHS:
            raise UnreadableFile(
                f"The file has more than {MAX_CELLS:,} table cells or paragraphs. Split it and import the parts."
            )

    # Parts of the package

    def _xml(self, name: str) -> etree._Element:
        content = self.package.read(name)
        if _STRICT in content:  # "Strict Open XML": the same elements in another namespace
            return parse_xml(content.replace(_STRICT, _TRANSITIONAL))
        return self.package.xml(name)

    def _main_part(self) -> str:
        for kind, targets in self._related("").items():
            if kind == "officeDocument":
                return targets[0]
        if "word/document.xml" in self.package.names:
            return "word/document.xml"
        raise UnreadableFile("The Word file is incomplete: its text is missing. Save it again in Word and try again.")

    def _related(self, part: str) -> dict[str, list[str]]:
        """A part's relationships by the last word of their type; those that lead outside the file are ignored."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, list[str]] = {}
        if rels not in self.package.names:
            return found
        for relationship in self.package.xml(rels).iter(_RELATIONSHIP):
            if relationship.get("TargetMode") == "External":
                continue
            target = relationship.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if path in self.package.names:
                found.setdefault(relationship.get("Type", "").rsplit("/", 1)[-1], []).append(path)
        return found

    def _read_styles(self, part: str) -> dict[str, _Style]:
        raw: dict[str, tuple[_Style, str | None]] = {}
        for element in self._xml(part).iter(f"{W}style"):
            name = _value(element, "name") or ""
            lowered = name.lower()
            level = None
            if lowered == "title":
                level = 1
            elif lowered.startswith("heading ") and lowered[8:].isdigit():
                level = int(lowered[8:])
            numbering = None
            num_pr = element.find(f"{W}pPr/{W}numPr")
            if num_pr is not None and _value(num_pr, "numId"):
                numbering = (_value(num_pr, "numId") or "", _number(_value(num_pr, "ilvl")))
            style = _Style(name, level, numbering)
            raw[element.get(f"{W}styleId", "")] = (style, _value(element, "basedOn"))
        for style, base in raw.values():
            parent = base
            for _ in range(_MAX_NESTING):
                if parent not in raw or (style.heading_level is not None and style.numbering is not None):
                    break
                above, next_parent = raw[parent]
                style.heading_level = style.heading_level or above.heading_level
                style.numbering = style.numbering or above.numbering
                parent = next_parent
        return {style_id: style for style_id, (style, _) in raw.items()}

    def _read_margins(self) -> None:
        for part in self.margin_parts:
            for paragraph in self._xml(part).iter(f"{W}p"):
                text = self._text(paragraph).strip()
                if text and text not in self.document.margins:
                    self.document.margins.append(text)

    def _read_properties(self) -> None:
        for part in self._related("").get("core-properties", []):
            for element in self.package.xml(part):
                name = etree.QName(element).localname if isinstance(element.tag, str) else ""
                if name in {"title", "subject", "creator", "modified"} and (element.text or "").strip():
                    self.document.properties[name] = element.text.strip()

    # The page

    def _contents(self, parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
        """Paragraphs and tables in order, looking into content controls and tracked insertions."""
        for element in parent:
            if element.tag in (f"{W}p", f"{W}tbl"):
                yield element
            elif element.tag in (f"{W}del", f"{W}moveFrom"):
                self.deletions_seen = True
            elif (
                isinstance(element.tag, str)
                and depth < _MAX_NESTING
                and element.tag
                in (
                    f"{W}sdt",
                    f"{W}sdtContent",
                    f"{W}ins",
                    f"{W}moveTo",
                    f"{W}customXml",
                    f"{W}smartTag",
                )
            ):
                yield from self._contents(element, depth + 1)

    def _paragraph(self, element: etree._Element, location: str) -> Paragraph:
        self.paragraphs_read += 1
        properties = element.find(f"{W}pPr")
        style_id, numbering, outline = "", None, None
        if properties is not None:
            style_id = _value(properties, "pStyle") or ""
            num_pr = properties.find(f"{W}numPr")
            if num_pr is not None:
                numbering = (_value(num_pr, "numId") or "", _number(_value(num_pr, "ilvl")))
            outline = _value(properties, "outlineLvl")
        style = self.styles.get(style_id, _Style())
        level = style.heading_level
        if level is None and outline is not None and outline.isdigit() and int(outline) < 9:
            level = int(outline) + 1
        if numbering is None:
            numbering = style.numbering
        elif not numbering[0] and style.numbering:
            numbering = (style.numbering[0], numbering[1])
        text = self._text(element).strip()
        if numbering and numbering[0] and numbering[0] != "0":
            # An empty list item draws its number all the same, and the next one counts on.
            marker = self.numbering.next_marker(*numbering)
            return Paragraph(text, style.name, level, numbering[1], marker, location)
        if style.name.lower().startswith("list bullet"):
            return Paragraph(text, style.name, level, 0, "•", location)
        typed = paragraph_from_line(text) if "\n" not in text else Paragraph(text)
        return replace(typed, style=style.name, heading_level=level, location=location)

    def _text(self, paragraph: etree._Element) -> str:
        parts: list[str] = []
        self._gather(paragraph, parts, 0)
        return "".join(parts).replace("\xa0", " ")

    def _gather(self, parent: etree._Element, parts: list[str], depth: int) -> None:
        for element in parent:
            tag = element.tag
            if tag == f"{W}t":
                parts.append(element.text or "")
            elif tag in _UNSEEN:
                if tag in (f"{W}del", f"{W}moveFrom"):
                    self.deletions_seen = True
            elif tag == f"{W}br" or tag == f"{W}cr":
                parts.append("\n")
            elif tag == f"{W}tab":
                parts.append(" ")
            elif tag == f"{W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{W}sym":
                parts.append(_TICKS.get((element.get(f"{W}char") or "").upper(), "•"))
            elif tag == f"{W}r" and self._is_hidden(element):
                self.hidden_text_seen = True
            elif isinstance(tag, str) and depth < _MAX_NESTING and len(element):
                self._gather(element, parts, depth + 1)

    def _is_hidden(self, run: etree._Element) -> bool:
        vanish = run.find(f"{W}rPr/{W}vanish")
        return vanish is not None and vanish.get(f"{W}val", "true") not in ("0", "false", "off")

    # Tables

    def _table(self, element: etree._Element) -> Table:
        self.tables_read += 1
        name = f"table {self.tables_read}"
        rows = [
            self._row(row_element, number, f"{name} row {number}")
            for number, row_element in enumerate(self._rows(element), start=1)
        ]
        title = _value(element.find(f"{W}tblPr"), "tblCaption") or ""
        return Table(name, tuple(_with_row_spans(rows)), self.tables_read, title)

    def _rows(self, parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
        for element in parent:
            if element.tag == f"{W}tr":
                if element.find(f"{W}trPr/{W}del") is not None:
                    self.deletions_seen = True
                else:
                    yield element
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml") and depth < _MAX_NESTING:
                yield from self._rows(element, depth + 1)

    def _row(self, element: etree._Element, number: int, location: str) -> Row:
        row_properties = element.find(f"{W}trPr")
        is_header = _is_on(row_properties, "tblHeader")
        column = _number(_value(row_properties, "gridBefore"))
        cells: list[Cell] = []
        for cell_element in self._row_cells(element):
            cell = self._cell(cell_element, column, location, is_header)
            cells.append(cell)
            column += cell.column_span
        return Row(tuple(cells), number, location, is_header)

    def _row_cells(self, parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
        for element in parent:
            if element.tag == f"{W}tc":
                yield element
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml") and depth < _MAX_NESTING:
                yield from self._row_cells(element, depth + 1)

    def _cell(self, element: etree._Element, column: int, location: str, is_header: bool) -> Cell:
        properties = element.find(f"{W}tcPr")
        span = max(1, min(_number(_value(properties, "gridSpan")) or 1, 100))
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        is_continuation = merge is not None and merge.get(f"{W}val", "continue") != "restart"
        paragraphs = tuple(self._cell_paragraphs(element, location))
        filled = [paragraph for paragraph in paragraphs if paragraph.text]
        return Cell(
            paragraphs=() if is_continuation and not filled else paragraphs,
            column=column,
            column_span=span,
            is_continuation=is_continuation,
            fill=self._fill(properties, element),
            is_bold=bool(filled) and self._all_bold(element),
            is_header=is_header,
        )

    def _cell_paragraphs(self, cell: etree._Element, location: str, depth: int = 0) -> Iterator[Paragraph]:
        for element in self._contents(cell):
            if element.tag == f"{W}p":
                paragraph = self._paragraph(element, location)
                if paragraph.text or paragraph.marker:
                    yield paragraph
            elif depth < _MAX_NESTING:  # a table inside a cell: its text belongs to the cell
                for nested_row in self._rows(element):
                    for nested_cell in self._row_cells(nested_row):
                        yield from self._cell_paragraphs(nested_cell, location, depth + 1)

    def _fill(self, properties: etree._Element | None, cell: etree._Element) -> str | None:
        shading = properties.find(f"{W}shd") if properties is not None else None
        fill = self._shading(shading)
        if fill:
            return fill
        # Some authors colour the letter's paragraph or highlight the letter instead of shading the cell.
        marks = {self._run_mark(run) for run in cell.iter(f"{W}r") if "".join(run.itertext(f"{W}t")).strip()}
        if len(marks) == 1 and (mark := marks.pop()):
            return mark
        marks = {self._shading(shading) for shading in cell.iterfind(f"{W}p/{W}pPr/{W}shd")}
        return marks.pop() if len(marks) == 1 else None

    def _run_mark(self, run: etree._Element) -> str | None:
        highlight = _value(run.find(f"{W}rPr"), "highlight")
        if highlight in colours.HIGHLIGHTS:
            return colours.HIGHLIGHTS[highlight]
        return self._shading(run.find(f"{W}rPr/{W}shd"))

    def _shading(self, shading: etree._Element | None) -> str | None:
        if shading is None:
            return None
        attribute, theme = ("color", "themeColor") if shading.get(f"{W}val") == "solid" else ("fill", "themeFill")
        base = self.theme.get(colours.WORD_THEME_SLOTS.get(shading.get(f"{W}{theme}", ""), ""))
        if base:
            return colours.word_tint(base, shading.get(f"{W}{theme}Tint"), shading.get(f"{W}{theme}Shade"))
        return colours.clean(shading.get(f"{W}{attribute}"))

    def _all_bold(self, cell: etree._Element) -> bool:
        runs = [run for run in cell.iter(f"{W}r") if "".join(run.itertext(f"{W}t")).strip()]
        return bool(runs) and all(_is_on(run.find(f"{W}rPr"), "b") for run in runs)


def _with_row_spans(rows: list[Row]) -> list[Row]:
    """Give the first cell of each vertical merge the number of rows that it covers."""
    spans: dict[tuple[int, int], int] = {}
    origin: dict[int, int] = {}
    for index, row in enumerate(rows):
        for cell in row.cells:
            if cell.is_continuation and cell.column in origin:
                spans[origin[cell.column], cell.column] = index - origin[cell.column] + 1
            else:
                origin[cell.column] = index
    if not spans:
        return rows
    return [
        replace(row, cells=tuple(replace(cell, row_span=spans.get((index, cell.column), 1)) for cell in row.cells))
        for index, row in enumerate(rows)
    ]


def _value(parent: etree._Element | None, name: str) -> str | None:
    """The w:val of a child element."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child.get(f"{W}val") if child is not None else None


def _is_on(parent: etree._Element | None, name: str) -> bool:
    child = parent.find(f"{W}{name}") if parent is not None else None
    return child is not None and child.get(f"{W}val", "true") not in ("0", "false", "off")


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else 0

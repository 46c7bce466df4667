"""Word documents (.docx), read from their XML.

Not through python-docx: it finds a cell's neighbours anew for each cell, which is quadratic in the table's length,
and it shows neither list numbers, nor shading, nor tracked changes.
"""

import posixpath
import re
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
    some,
)
from prevent_portal.tables_in.numbering import Numbering
from prevent_portal.tables_in.own_papers import derived_parts
from prevent_portal.tables_in.safety import MAX_CELLS, MAX_PARAGRAPHS, Package
from prevent_portal.tables_in.word_looks import Shadings, is_all_bold, is_all_struck
from prevent_portal.tables_in.word_signs import (
    DINGBATS,
    MC,
    W,
    character,
    first_choice,
    is_on,
    old_form_field,
    readable,
    value_of,
    whole_number,
)

_VML = "{urn:schemas-microsoft-com:vml}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

# Text in these is not on the line: deleted or moved away by a tracked change, a second copy for old readers, a hint
# at how to pronounce a word, or a text box, which stands beside the line.
_UNSEEN = {f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rt", f"{W}txbxContent"}
_AROUND = {f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_MAX_NESTING = 50
"""Elements inside each other of one kind; deeper ones are left out with a warning."""

_DATA_FIELD = re.compile(r"(?:^|[\s{])DDE(?:AUTO)?\s", re.IGNORECASE)


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
        self.hidden_rows: list[str] = []
        self.deletions_seen = False
        self.too_deep_seen = False
        self.derived: set[etree._Element] = set()
        self.notes: dict[tuple[str, str], str] = {}  # by what refers to them, and their number
        self.main = self._main_part()
        parts = self._related(self.main)
        self.parts = parts
        theme = colours.theme_colours(package.xml(parts["theme"][0])) if "theme" in parts else {}
        self.shadings = Shadings(theme)
        self.styles = self._read_styles(parts["styles"][0]) if "styles" in parts else {}
        self.numbering = Numbering(package.xml(parts["numbering"][0]) if "numbering" in parts else None)
        self.margin_parts = parts.get("header", []) + parts.get("footer", [])

    def read(self) -> Document:
        root = self.package.xml(self.main)
        body = root.find(f"{W}body")
        if body is None:
            raise UnreadableFile("The Word file has no text in it. Check that it is the right file.")
        self._bound(root)
        self._prepare(root)
        self.derived = derived_parts(body)
        self._read_notes()
        self._add_blocks(body)
        self._read_margins()
        self._read_properties()
        self._warn()
        return self.document

    def _prepare(self, root: etree._Element) -> None:
        """Take out what Word shows only until somebody types: "Click here to enter text"."""
        for control in root.iter(f"{W}sdt"):
            if is_on(control.find(f"{W}sdtPr"), "showingPlcHdr"):
                for text in control.iterfind(f"{W}sdtContent//{W}t"):
                    text.text = ""
        self._refuse_programs(root)

    def _refuse_programs(self, root: etree._Element) -> None:
        """SECURITY: a DDE field starts another program when Word opens the original."""
        codes = [field.get(f"{W}instr", "") for field in root.iter(f"{W}fldSimple")]
        # One field's code may be spread over many runs.
        codes += ["".join(code.text or "" for code in each.iter(f"{W}instrText")) for each in root.iter(f"{W}p")]
        if any(_DATA_FIELD.search(code) for code in codes):
            raise UnreadableFile(
                "The file has a field that starts another program (DDE). Click into it, press Ctrl+Shift+F9 to "
                "turn it into text, save the file and try again."
            )

    def _add_blocks(self, parent: etree._Element, depth: int = 0) -> None:
        """Paragraphs and tables in order; a text box's follow the paragraph that it is anchored to."""
        for element, before in self._contents(parent):
            if element in self.derived:
                continue
            if element.tag == f"{W}tbl":
                self._add_table(element, depth)
                continue
            paragraph = self._paragraph(element, f"paragraph {self.paragraphs_read + 1}", before)
            if paragraph.text:
                self.document.blocks.append(paragraph)
            for box in self._text_boxes(element, depth):
                self._add_blocks(box, depth + 1)

    def _add_table(self, element: etree._Element, depth: int) -> None:
        """A table as a block; one that only lays out the page gives way to the tables in its cells."""
        rows = list(self._rows(element))
        laid_out = [self._is_layout(row) for row in rows] if depth < _MAX_NESTING else []
        if not any(laid_out):
            self.document.blocks.append(self._table(element, rows))
            return
        kept: list[etree._Element] = []
        for row, gives_way in zip(rows, laid_out, strict=True):
            if not gives_way:
                kept.append(row)
                continue
            if kept:
                self.document.blocks.append(self._table(element, kept))
                kept = []
            for cell in self._row_cells(row):
                self._add_blocks(cell, depth + 1)
        if kept:
            self.document.blocks.append(self._table(element, kept))

    def _is_layout(self, row: etree._Element) -> bool:
        """A row of one or two cells with a table of three or more columns in one of them.

        In a row of more cells, a small table is one cell's text.
        """
        cells = list(self._row_cells(row))
        return len(cells) <= 2 and any(
            sum(len(list(self._row_cells(inner_row))) > 2 for inner_row in self._rows(inner)) > 1
            for cell in cells
            for inner in cell.iterfind(f".//{W}tbl")
        )

    def _text_boxes(self, paragraph: etree._Element, depth: int) -> Iterator[etree._Element]:
        """What stands in text boxes anchored here, each once: old readers' copies are passed over."""
        if depth >= _MAX_NESTING:
            self.too_deep_seen = True
            return
        for box in paragraph.iter(f"{W}txbxContent"):
            above = box.getparent()
            while above is not paragraph:
                if above.tag in (f"{W}txbxContent", f"{W}del", f"{W}moveFrom"):
                    break
                if above.tag == f"{MC}Fallback" and first_choice(above.getparent()) is not None:
                    break
                above = above.getparent()
            else:
                yield box

    def _warn(self) -> None:
        warnings = self.document.warnings
        if self.derived:
            warnings.append(
                "This is a paper of the portal's own: what it works out itself (contents, summary) was left out."
            )
        if self.deletions_seen:
            warnings.append("The file has tracked changes: insertions were read, deletions were left out.")
        if self.hidden_text_seen:
            warnings.append("The file has hidden text, which was left out.")
        if self.hidden_rows:
            warnings.append(f"The file has hidden rows, which were read too: {some(self.hidden_rows)}.")
        if self.too_deep_seen:
            warnings.append("Some text stands too deep in tables or boxes inside each other and was left out.")
        for kinds, what in (
            (("aFChunk",), "another document inside this one (an inserted file)"),
            (("diagramData", "chart", "chartEx"), "diagrams or charts"),
            (("package", "oleObject"), "an embedded file, such as an Excel sheet"),
        ):
            if any(kind in self.parts for kind in kinds):
                warnings.append(
                    f"The file has {what}. Text in there was not read: "
                    "if it belongs to the plan, copy it into the page as ordinary text and import the file again."
                )

    def _bound(self, root: etree._Element) -> None:
        if sum(1 for _ in root.iter(f"{W}tc")) > MAX_CELLS or sum(1 for _ in root.iter(f"{W}p")) > MAX_PARAGRAPHS:
            raise UnreadableFile(
                f"The file has more than {MAX_CELLS:,} table cells or paragraphs. Split it and import the parts."
            )

    # Parts of the package

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
        for element in self.package.xml(part).iter(f"{W}style"):
            name = value_of(element, "name") or ""
            lowered = name.lower()
            level = None
            if lowered == "title":
                level = 1
            elif lowered.startswith("heading ") and 0 < whole_number(lowered[8:]) <= 9:
                level = whole_number(lowered[8:])
            numbering = None
            num_pr = element.find(f"{W}pPr/{W}numPr")
            if num_pr is not None and value_of(num_pr, "numId"):
                numbering = (value_of(num_pr, "numId") or "", whole_number(value_of(num_pr, "ilvl")))
            style = _Style(name, level, numbering)
            raw[element.get(f"{W}styleId", "")] = (style, value_of(element, "basedOn"))
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
            root = self.package.xml(part)
            self._refuse_programs(root)
            for paragraph in root.iter(f"{W}p"):
                text = self._text(paragraph).strip()
                if text and text not in self.document.margins:
                    self.document.margins.append(text)
            # Word's own watermark is a drawing whose words are an attribute.
            self.document.margins += [shape.get("string", "") for shape in root.iter(f"{_VML}textpath")]

    def _read_notes(self) -> None:
        """Comments and notes are kept beside the plan: they say something about a row, but are not what it says."""
        counted: list[str] = []
        for kind, name, tag in (
            ("comments", "comment", "comment"),
            ("footnotes", "footnote", "footnote"),
            ("endnotes", "endnote", "endnote"),
        ):
            count = 0
            for part in self.parts.get(kind, []):
                for note in self.package.xml(part).iter(f"{W}{tag}"):
                    lines = [self._text(paragraph).strip() for paragraph in note.iter(f"{W}p")]
                    text = "\n".join(line for line in lines if line)
                    # The line above the footnotes is a footnote itself, of a type.
                    if text and note.get(f"{W}type", "normal") == "normal":
                        count += 1
                        self.document.notes.append(f"{name.capitalize()}: {text}")
                        self.notes[f"{W}{name}Reference", note.get(f"{W}id", "")] = self.document.notes[-1]
            if count:
                counted.append(f"{count} {name}" if count == 1 else f"{count} {name}s")
        if counted:
            self.document.warnings.append(
                f"The file has {_listed(counted)}. They were not read as part of any row: "
                "look through them for anything that belongs to the plan. They are among what is set aside."
            )

    def _read_properties(self) -> None:
        if labels := self.package.labels():
            self.document.properties["labels"] = labels
        for part in self._related("").get("core-properties", []):
            for element in self.package.xml(part):
                name = etree.QName(element).localname if isinstance(element.tag, str) else ""
                if name in {"title", "subject", "creator", "modified"} and (element.text or "").strip():
                    self.document.properties[name] = element.text.strip()

    # The page

    def _contents(self, parent: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        """Paragraphs and tables in order, each paragraph with the text that a tracked change joins to its front.

        Deleting the mark at a paragraph's end joins it to the next one.
        """
        before = ""
        for element in self._parts_of(parent):
            if element.tag == f"{W}tbl":
                yield element, ""
            elif self._joins_next(element):
                before += self._text(element)
                self.deletions_seen = True
            else:
                yield element, before
                before = ""
        if before.strip():
            yield element, before

    def _joins_next(self, paragraph: etree._Element) -> bool:
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None or (mark.find(f"{W}del") is None and mark.find(f"{W}moveFrom") is None):
            return False
        following = paragraph.getnext()
        return following is not None and following.tag == f"{W}p" and next(self._text_boxes(paragraph, 0), None) is None

    def _parts_of(self, parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
        """Paragraphs and tables in order, looking into content controls and tracked insertions."""
        for element in parent:
            if element.tag in (f"{W}p", f"{W}tbl"):
                yield element
            elif element.tag in (f"{W}del", f"{W}moveFrom"):
                self.deletions_seen = True
            elif inner := self._around(element, depth):
                yield from self._parts_of(inner[0], depth + 1)

    def _around(self, element: etree._Element, depth: int) -> list[etree._Element]:
        """The element to look into where this one only wraps others, in a list; an empty one where it does not."""
        if element.tag == f"{MC}AlternateContent":
            choice = first_choice(element)
            chosen = choice if choice is not None else element.find(f"{MC}Fallback")
        else:
            chosen = element if element.tag in _AROUND else None
        if chosen is None:
            return []
        if depth >= _MAX_NESTING:
            self.too_deep_seen = True
            return []
        return [chosen]

    def _paragraph(self, element: etree._Element, location: str, before: str = "") -> Paragraph:
        self.paragraphs_read += 1
        properties = element.find(f"{W}pPr")
        style_id, numbering, outline = "", None, None
        if properties is not None:
            style_id = value_of(properties, "pStyle") or ""
            num_pr = properties.find(f"{W}numPr")
            if num_pr is not None:
                numbering = (value_of(num_pr, "numId") or "", whole_number(value_of(num_pr, "ilvl")))
            outline = value_of(properties, "outlineLvl")
        style = self.styles.get(style_id, _Style())
        level = style.heading_level
        if level is None and outline and outline.isascii() and outline.isdigit() and whole_number(outline) < 9:
            level = whole_number(outline) + 1
        if numbering is None:
            numbering = style.numbering
        elif not numbering[0] and style.numbering:
            numbering = (style.numbering[0], numbering[1])
        text = (before + ("" if self._joins_next(element) else self._text(element))).strip()
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
                parts.append(readable(element, parent))
            elif tag in _UNSEEN:
                if tag in (f"{W}del", f"{W}moveFrom"):
                    self.deletions_seen = True
            elif tag == f"{W}br" or tag == f"{W}cr":
                parts.append("\n")
            elif tag == f"{W}tab" or tag == f"{W}ptab":
                parts.append(" ")
            elif tag == f"{W}noBreakHyphen":
                parts.append("-")
            elif tag == f"{_MATHS}t":
                parts.append(element.text or "")
            elif tag == f"{W}sym":
                parts.append(DINGBATS.get(character(element.get(f"{W}char")), "•"))
            elif tag == f"{W}fldChar":
                parts.append(old_form_field(element))
            elif tag == f"{W}r" and self._is_hidden(element):
                self.hidden_text_seen = True
            elif isinstance(tag, str) and len(element):
                if tag == f"{MC}Fallback" and first_choice(parent) is not None:
                    continue
                if depth < _MAX_NESTING:
                    self._gather(element, parts, depth + 1)
                else:
                    self.too_deep_seen = True

    def _is_hidden(self, run: etree._Element) -> bool:
        vanish = run.find(f"{W}rPr/{W}vanish")
        return vanish is not None and vanish.get(f"{W}val", "true") not in ("0", "false", "off")

    # Tables

    def _table(self, element: etree._Element, row_elements: list[etree._Element]) -> Table:
        self.tables_read += 1
        name = f"table {self.tables_read}"
        rows = [
            self._row(row_element, number, f"{name} row {number}")
            for number, row_element in enumerate(row_elements, start=1)
        ]
        title = value_of(element.find(f"{W}tblPr"), "tblCaption") or ""
        return Table(name, tuple(_with_row_spans(rows)), self.tables_read, title)

    def _rows(self, parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
        for element in parent:
            if element.tag == f"{W}tr":
                if element.find(f"{W}trPr/{W}del") is not None:
                    self.deletions_seen = True
                else:
                    yield element
            elif inner := self._around(element, depth):
                yield from self._rows(inner[0], depth + 1)

    def _row(self, element: etree._Element, number: int, location: str) -> Row:
        row_properties = element.find(f"{W}trPr")
        is_header = is_on(row_properties, "tblHeader")
        is_hidden = is_on(row_properties, "hidden")
        if is_hidden:
            self.hidden_rows.append(location)
        column = whole_number(value_of(row_properties, "gridBefore"))
        cells: list[Cell] = []
        for cell_element in self._row_cells(element):
            cell = self._cell(cell_element, column, location, is_header)
            cells.append(cell)
            column += cell.column_span
        return Row(tuple(cells), number, location, is_header, is_hidden)

    def _row_cells(self, parent: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
        for element in parent:
            if element.tag == f"{W}tc":
                if element.find(f"{W}tcPr/{W}cellDel") is not None:
                    self.deletions_seen = True
                else:
                    yield element
            elif inner := self._around(element, depth):
                yield from self._row_cells(inner[0], depth + 1)

    def _cell(self, element: etree._Element, column: int, location: str, is_header: bool) -> Cell:
        properties = element.find(f"{W}tcPr")
        span = max(1, min(whole_number(value_of(properties, "gridSpan")) or 1, 100))
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        is_continuation = merge is not None and merge.get(f"{W}val", "continue") != "restart"
        paragraphs = tuple(self._cell_paragraphs(element, location))
        filled = [paragraph for paragraph in paragraphs if paragraph.text]
        return Cell(
            paragraphs=() if is_continuation and not filled else paragraphs,
            column=column,
            column_span=span,
            is_continuation=is_continuation,
            fill=self.shadings.of_cell(properties, element),
            ink=self.shadings.ink_of_cell(element),
            is_bold=bool(filled) and is_all_bold(element),
            is_header=is_header,
            is_struck=bool(filled) and is_all_struck(element),
            notes=tuple(self._notes_at(element)),
        )

    def _notes_at(self, element: etree._Element) -> Iterator[str]:
        """The comments and footnotes that are fixed to this part of the text."""
        if self.notes:
            for reference in element.iter(*{kind for kind, _ in self.notes}):
                if note := self.notes.get((reference.tag, reference.get(f"{W}id", ""))):
                    yield note

    def _cell_paragraphs(self, cell: etree._Element, location: str, depth: int = 0) -> Iterator[Paragraph]:
        if depth >= _MAX_NESTING:
            self.too_deep_seen = True
            return
        for element, before in self._contents(cell):
            if element.tag == f"{W}p":
                paragraph = self._paragraph(element, location, before)
                if paragraph.text or paragraph.marker:
                    yield paragraph
                for box in self._text_boxes(element, depth):
                    yield from self._cell_paragraphs(box, location, depth + 1)
            else:  # a table inside a cell: its text belongs to the cell
                for nested_row in self._rows(element):
                    for nested_cell in self._row_cells(nested_row):
                        yield from self._cell_paragraphs(nested_cell, location, depth + 1)


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


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

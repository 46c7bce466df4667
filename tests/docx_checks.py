"""Is a Word file sound, and does it keep its structure? Checks that a machine can make without Word.

Word itself repairs, or refuses, a file whose elements stand in another order than the schema's (ECMA-376 part 1), whose
styles or bookmarks do not exist, or whose fields do not end. The rest is what makes a file usable with a screen reader
and in a committee system: headings in order, header rows, descriptions, a language, styles instead of formats.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator

import docx
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"

ORDER = {
    "pPr": ["pStyle", "keepNext", "keepLines", "numPr", "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"],
    "tblPr": ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption"],
    "tcPr": ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "vAlign"],
    "sectPr": ["headerReference", "pgSz", "pgMar", "cols", "titlePg"],
    "tbl": ["tblPr", "tblGrid", "tr"],
    "tr": ["trPr", "tc"],
    "tc": ["tcPr", "p"],
    "body": ["sectPr"],
}
STYLES = ("pStyle", "rStyle", "tblStyle")


def assert_sound_docx(data: bytes) -> None:
    """Raise AssertionError with everything that is wrong with this file."""
    problems = docx_problems(data)
    assert not problems, "Not a sound Word file:\n" + "\n".join(problems)


def docx_problems(data: bytes) -> list[str]:
    """What is wrong, one sentence each; empty when nothing was found."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        problems = [f"{archive.testzip()} is damaged."] if archive.testzip() else []
        parts = {name: archive.read(name) for name in archive.namelist()}
    problems += list(_check_package(parts))
    document = etree.fromstring(parts["word/document.xml"])
    styles = {each.get(f"{W}styleId") for each in etree.fromstring(parts["word/styles.xml"]).iter(f"{W}style")}
    margins = [etree.fromstring(parts[name]) for name in sorted(parts) if name.startswith(("word/header", "word/foot"))]
    for root in (document, *margins):
        problems += _check_elements(root, styles)
        problems += _check_fields(root)
    problems += _check_bookmarks(document)
    problems += _check_headings(data)
    for table in document.iter(f"{W}tbl"):
        problems += _check_table(table)
    problems += _check_figures(document)
    problems += _check_empty_paragraphs(document)
    problems += _check_properties(data)
    return problems


def docx_text(data: bytes) -> str:
    """Every text of every part, properties, headers, alternative texts and field codes included."""
    texts = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(archive.read(name))
                for element in root.iter():
                    texts += [element.text or "", element.tail or "", *element.attrib.values()]
            texts.append(name)
    return "\n".join(text for text in texts if text.strip())


def _check_package(parts: dict[str, bytes]) -> Iterator[str]:
    types = etree.fromstring(parts["[Content_Types].xml"])
    known = {each.get("PartName", "").lstrip("/") for each in types} | {each.get("Extension") for each in types}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                etree.fromstring(content)
            except etree.XMLSyntaxError as error:
                yield f"{name} is no XML: {error}."
        if name != "[Content_Types].xml" and name not in known and name.rsplit(".", 1)[-1] not in known:
            yield f"{name} has no content type."
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for each in etree.fromstring(content).iter(f"{RELATIONSHIPS}Relationship"):
                if each.get("TargetMode") == "External":
                    yield f"{name} leads out of the file, to {each.get('Target')}."
                elif posixpath.normpath(posixpath.join(folder, each.get("Target", ""))).lstrip("/") not in parts:
                    yield f"{name} leads to {each.get('Target')}, which is not there."


def _check_elements(root: etree._Element, styles: set[str | None]) -> Iterator[str]:
    for tag, order in ORDER.items():
        for element in root.iter(W + tag):
            children = [etree.QName(child).localname for child in element]
            places = [order.index(child) for child in children if child in order]
            if places != sorted(places):
                yield f"In {tag} the elements stand in the wrong order: {children[:12]}."
    for tag in STYLES:
        for element in root.iter(W + tag):
            if element.get(f"{W}val") not in styles:
                yield f"The style {element.get(f'{W}val')} does not exist."
    for element in root.iter(f"{W}rPr"):
        if formats := [etree.QName(child).localname for child in element if child.tag != f"{W}rStyle"]:
            yield f"A text is formatted past its style: {formats}."
    for element in root.iter(f"{W}pPr"):
        if formats := {etree.QName(child).localname for child in element} - {"pStyle", "sectPr"}:
            yield f"A paragraph is formatted past its style: {formats}."


def _check_fields(root: etree._Element) -> Iterator[str]:
    depth = 0
    for mark in root.iter(f"{W}fldChar"):
        depth += {"begin": 1, "end": -1}.get(mark.get(f"{W}fldCharType", ""), 0)
        if depth < 0:
            yield "A field ends that has not begun."
    if depth:
        yield "A field does not end."


def _check_bookmarks(document: etree._Element) -> Iterator[str]:
    starts = list(document.iter(f"{W}bookmarkStart"))
    numbers = [start.get(f"{W}id") for start in starts]
    ends = [end.get(f"{W}id") for end in document.iter(f"{W}bookmarkEnd")]
    names = [start.get(f"{W}name") for start in starts]
    if len(set(numbers)) < len(numbers) or len(set(names)) < len(names) or sorted(numbers) != sorted(ends):
        yield "The bookmarks are not in order."
    for link in document.iter(f"{W}hyperlink"):
        if link.get(f"{W}anchor") not in names:
            yield f"A link leads to {link.get(f'{W}anchor')}, which is not there."


def _check_headings(data: bytes) -> Iterator[str]:
    level = 0
    titles = 0
    for paragraph in docx.Document(io.BytesIO(data)).paragraphs:
        style = paragraph.style.name
        if style == "Title":
            titles += 1
        elif style.startswith("Heading "):
            found = int(style.removeprefix("Heading "))
            if found > level + 1:
                yield f"The heading “{paragraph.text[:40]}” of level {found} follows one of level {level}."
            if not paragraph.text.strip():
                yield "A heading is empty."
            level = found
    if titles != 1:
        yield f"There are {titles} titles."


def _check_table(table: etree._Element) -> Iterator[str]:
    name = table.find(f"{W}tblPr/{W}tblCaption")
    if name is None or not name.get(f"{W}val"):
        yield "A table has no name."
    columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
    rows = table.findall(f"{W}tr")
    if not rows or rows[0].find(f"{W}trPr/{W}tblHeader") is None:
        yield "A table has no header row."
    for number, row in enumerate(rows):
        cells = row.findall(f"{W}tc")
        if len(cells) != columns:
            yield f"A row has {len(cells)} cells, the table {columns} columns."
        if row.find(f"{W}trPr/{W}cantSplit") is None:
            yield "A row may be broken over two pages."
        if number and row.find(f"{W}trPr/{W}tblHeader") is not None:
            yield "A row in the middle of a table calls itself its head."
        for cell in cells:
            if len(cell) == 0 or cell[-1].tag != f"{W}p":
                yield "A cell does not end with a paragraph."
            if not "".join(cell.itertext()).strip():
                yield "A cell is empty: nobody knows whether something is missing."


def _check_figures(document: etree._Element) -> Iterator[str]:
    for figure in document.iter(DOC_PR):
        if not figure.get("descr", "").strip():
            yield "A figure has no description."


def _check_empty_paragraphs(document: etree._Element) -> Iterator[str]:
    for paragraph in document.iter(f"{W}p"):
        if not "".join(paragraph.itertext(f"{W}t")).strip() and paragraph.find(f".//{W}drawing") is None:
            yield "A paragraph is empty."


def _check_properties(data: bytes) -> Iterator[str]:
    document = docx.Document(io.BytesIO(data))
    properties = document.core_properties
    for name in ("title", "author", "language"):
        if not getattr(properties, name):
            yield f"The file has no {name}."
    languages = {each.get(f"{W}val") for each in document.styles.element.iter(f"{W}lang")}
    if languages != {properties.language}:
        yield f"The text's language is {languages}, the file's {properties.language}."

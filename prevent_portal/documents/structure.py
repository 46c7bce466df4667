"""The logical structure of a paper: what a screen reader reads, in which order, as what.

WeasyPrint tags the *boxes* of a layout, so whatever crosses a page (a table, a row, a paragraph, a list) falls into
one structure element per page, every line is a Span of its own, header cells carry no scope, and page headers and
footers are marked as if they were content. For PDF/UA-1 the structure has to follow the *document*. So the pages
remember while they are painted which box received which mark (`RecordedPage`), and a new tree is built from them with
one structure element per HTML element, however many pages it covers (`write_structure`, a WeasyPrint finisher).

What becomes what:

* headings, p, lists, tables, section, article, blockquote, links, images: the PDF element of that name;
* `dl`: a list whose items have the term as label, with `<div>` round each pair or without;
* `div` and other plain blocks: nothing of their own, their direct text a paragraph;
* `th`: its scope from the `scope` attribute, otherwise Column inside `thead` and Row elsewhere;
* page margin boxes, a `thead` repeated on a further page, whatever is `aria-hidden="true"`, images with `alt=""`:
  artifacts, which are seen but not read;
* `lang` on an element: its language; `abbr` with a title: its expansion.

Marked content inside a transparency group (`opacity`, text in a pattern) cannot be numbered page by page and is
refused, as are images without a description.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pydyf
from weasyprint import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from prevent_portal.documents.errors import PaperError

SVG = "{http://www.w3.org/2000/svg}"
POINTS_PER_PIXEL = 0.75

ROLES = {
    "section": "Sect",
    "article": "Art",
    "blockquote": "BlockQuote",
    "p": "P",
    "address": "P",
    "figcaption": "P",
    "pre": "P",
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "h4": "H4",
    "h5": "H5",
    "h6": "H6",
    "ul": "L",
    "ol": "L",
    "dl": "L",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
}
HEADINGS = frozenset({"H1", "H2", "H3", "H4", "H5", "H6"})
ROLES_WITH_TEXT = HEADINGS | {"P", "TD", "TH", "Caption", "Lbl", "LBody", "Link", "Span"}
KEPT_WHEN_EMPTY = frozenset({"TR", "TD", "TH"})
"""An empty cell still has its place in the grid; any other empty element would only be noise."""

SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row", "rowgroup": "/Row"}
LIST_NUMBERING = {
    "disc": "/Disc",
    "circle": "/Circle",
    "square": "/Square",
    "decimal": "/Decimal",
    "lower-alpha": "/LowerAlpha",
    "upper-alpha": "/UpperAlpha",
    "lower-roman": "/LowerRoman",
    "upper-roman": "/UpperRoman",
}


class RecordedPage(Page):
    """A page that remembers, when it is painted, which box received which marked-content number."""

    @classmethod
    def of(cls, page: Page) -> RecordedPage:
        recorded = cls.__new__(cls)
        recorded.__dict__.update(page.__dict__)
        recorded.layout = page._page_box
        return recorded

    def paint(self, stream: Any, scale: float = 1) -> None:
        super().paint(stream, scale)
        self.stream = stream
        self.marks: dict[boxes.Box, int] = {box: mark["mcid"] for box, mark in stream._tags.items()}
        # WeasyPrint would now tag these boxes its own way. An empty page and no marks leave it nothing to do.
        stream._tags.clear()
        self._page_box = self.layout.copy_with_children([])


DECORATION = pydyf.Dictionary({"Type": "/Layout"})
REPEATED_HEADER = pydyf.Dictionary({"Type": "/Pagination"})
PAGE_HEADER = pydyf.Dictionary({"Type": "/Pagination", "Subtype": "/Header"})
PAGE_FOOTER = pydyf.Dictionary({"Type": "/Pagination", "Subtype": "/Footer"})


@dataclass(slots=True, eq=False)
class _Mark:
    """A piece of content: the page it is on (from 0) and its number there."""

    page: int
    number: int


@dataclass(slots=True, eq=False)
class _Annotation:
    """The clickable area of a link and the page it is on (from 0)."""

    page: int
    annotation: pydyf.Dictionary


@dataclass(slots=True, eq=False)
class Node:
    """A structure element and what is in it, in reading order."""

    role: str
    parent: Node | None = None
    kids: list[Node | _Mark | _Annotation] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def attributes(self, owner: str) -> pydyf.Dictionary:
        return self.extra.setdefault("A", pydyf.Dictionary({"O": f"/{owner}"}))

    @property
    def is_kept(self) -> bool:
        return self.role in KEPT_WHEN_EMPTY or any(not isinstance(kid, Node) or kid.is_kept for kid in self.kids)


def write_structure(document: Document, pdf: pydyf.PDF) -> None:
    """Give `pdf` the structure of `document`, whose pages are `RecordedPage`s; a `finisher=` for WeasyPrint.

    Raises `PaperError` for content that cannot be made accessible.
    """
    tree = _Tree()
    for number, page in enumerate(document.pages):
        tree.add_page(number, page)
    _write(tree.root, len(document.pages), pdf)


class _Tree:
    """Builds the nodes from the laid-out pages, one after the other."""

    def __init__(self) -> None:
        self.root = Node("Document")
        self._nodes: dict[tuple[Any, str], Node] = {}
        self._first_page_of_header: dict[Any, int] = {}

    def add_page(self, number: int, page: RecordedPage) -> None:
        self._number = number
        self._page = page
        self._unplaced = dict(page.marks)
        self._artifacts: dict[int, pydyf.Dictionary] = {}
        self._content_marks: dict[int, _Mark] = {}
        for box in page.layout.children:
            self._visit(box, self.root)
        if self._unplaced:
            raise PaperError(f"Page {number + 1} has content outside the document's structure.")
        for new_number, old_number in enumerate(sorted(self._content_marks)):
            self._content_marks[old_number].number = new_number
        self._write_marks()

    def _visit(self, box: Any, node: Node | None, artifact: pydyf.Dictionary = DECORATION) -> None:
        """Add `box` and what is in it to `node`; as an artifact of that kind where node is None."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            node, artifact = None, PAGE_HEADER if box.at_keyword.startswith("@top") else PAGE_FOOTER
        elif node is not None and box.element is not None:
            if box.element.get("aria-hidden") == "true":
                node = None
            elif isinstance(box, boxes.TableRowGroupBox) and box.is_header and self._is_repeated(box.element):
                node, artifact = None, REPEATED_HEADER
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            self._content(box, node, artifact)
            return
        inner = self._enter(box, node) if node is not None else None
        if box.link_annotation is not None:
            self._link(box, inner)
        for child in box.children:
            self._visit(child, inner, artifact)

    def _is_repeated(self, thead: Any) -> bool:
        return self._first_page_of_header.setdefault(thead, self._number) != self._number

    def _enter(self, box: boxes.Box, node: Node) -> Node:
        """The node that the children of `box` belong to: its own where it has a role, else `node`."""
        element, tag = box.element, box.element_tag
        if element is None or tag in ("html", "body"):
            return node
        if tag == "li::marker":
            return self._marker(box)
        if "::" in tag:
            return node
        if tag == "li":
            return self._list_item(box, node)
        if tag in ("dt", "dd"):
            return self._definition(element, tag, node)
        if tag == "div" and node.role == "L":
            return self._node(element, "", "LI", node)
        if tag == "a" and element.get("href"):
            own = self._node(element, "", "Link", node)
        elif tag in ROLES:
            own = self._node(element, "", ROLES[tag], node)
        elif isinstance(box, boxes.BlockBox) and any(isinstance(child, boxes.LineBox) for child in box.children):
            own = self._node(element, "text", "P", node)
        elif tag == "abbr" and element.get("title"):
            own = self._node(element, "", "Span", node)
            own.extra["E"] = pydyf.String(element.get("title"))
        elif element.get("lang"):
            own = self._node(element, "", "Span" if node.role in ROLES_WITH_TEXT else "Sect", node)
        else:
            return node
        if tag in ("td", "th") and "A" not in own.extra:
            self._cell(own, box)
        if tag == "dl":
            own.attributes("List")["ListNumbering"] = "/None"
        if element.get("lang"):
            own.extra["Lang"] = pydyf.String(element.get("lang"))
        return own

    def _node(self, element: Any, part: str, role: str, parent: Node) -> Node:
        """The node of (that part of) the HTML element: the same one on whichever page it goes on."""
        node = self._nodes.get((element, part))
        if node is None:
            node = self._nodes[element, part] = Node(role, parent)
            parent.kids.append(node)
        return node

    def _list_item(self, box: boxes.Box, node: Node) -> Node:
        item = self._node(box.element, "", "LI", node)
        return self._node(box.element, "body", "LBody", item)

    def _marker(self, box: boxes.Box) -> Node:
        item = self._nodes[box.element, ""]
        label = self._nodes.get((box.element, "label"))
        if label is None:
            label = self._nodes[box.element, "label"] = Node("Lbl", item)
            item.kids.insert(0, label)
            if item.parent is not None and item.parent.role == "L":
                style = box.style["list_style_type"]
                numbering = LIST_NUMBERING.get(style, "/None") if isinstance(style, str) else "/None"
                item.parent.attributes("List")["ListNumbering"] = numbering
        return label

    def _definition(self, element: Any, tag: str, node: Node) -> Node:
        if node.role == "L" and (element, "") not in self._nodes:
            begins_item = tag == "dt" or not node.kids
            node = self._node(element, "item", "LI", node) if begins_item else node.kids[-1]
        return self._node(element, "", "Lbl" if tag == "dt" else "LBody", node)

    def _cell(self, node: Node, box: boxes.Box) -> None:
        attributes = node.attributes("Table")
        if node.role == "TH":
            row_group = node.parent.parent if node.parent else None
            by_place = "/Column" if row_group is not None and row_group.role == "THead" else "/Row"
            attributes["Scope"] = SCOPES.get(box.element.get("scope", ""), by_place)
        if box.colspan != 1:
            attributes["ColSpan"] = box.colspan
        if box.rowspan != 1:
            attributes["RowSpan"] = box.rowspan

    def _content(self, box: boxes.Box, node: Node | None, artifact: pydyf.Dictionary) -> None:
        mark = self._unplaced.pop(box, None)
        if mark is None:  # laid out, but not painted
            return
        if node is not None and isinstance(box, boxes.ReplacedBox):
            node = self._figure(box, node)
        if node is None:
            self._artifacts[mark] = artifact
            return
        if node.role not in ROLES_WITH_TEXT and node.role != "Figure":
            node = self._node(node, "text", "P", node)
        self._content_marks[mark] = _Mark(self._number, mark)
        node.kids.append(self._content_marks[mark])

    def _figure(self, box: boxes.Box, node: Node) -> Node | None:
        element = box.element
        description = element.get("alt", element.get("aria-label"))
        if description is None and (title := element.find(f"{SVG}title")) is not None:
            description = title.text
        if description is None:
            name = element.get("src") or element.tag.removeprefix(SVG)
            raise PaperError(f"The image {name} has no description (alt, aria-label or title).")
        if not description.strip():
            return None
        figure = self._node(element, "", "Figure", node)
        figure.extra["Alt"] = pydyf.String(description.strip())
        left, top = box.content_box_x(), box.content_box_y()
        page_height = self._page.height
        corners = (left, page_height - top - box.height, left + box.width, page_height - top)
        figure.attributes("Layout")["BBox"] = pydyf.Array(corner * POINTS_PER_PIXEL for corner in corners)
        return figure

    def _link(self, box: boxes.Box, node: Node | None) -> None:
        while node is not None and node.role != "Link":
            node = node.parent
        if node is None:
            raise PaperError("A link stands where a screen reader does not go (a page margin or hidden text).")
        text = " ".join("".join(box.element.itertext()).split())
        if text:
            box.link_annotation["Contents"] = pydyf.String(text)
        node.kids.append(_Annotation(self._number, box.link_annotation))

    def _write_marks(self) -> None:
        """Renumber the marks in the page's content, and turn those of artifacts into artifacts."""
        content = self._page.stream.stream
        found = 0
        for index, item in enumerate(content):
            if not (isinstance(item, pydyf.Dictionary) and "MCID" in item):
                continue
            found += 1
            mark = item["MCID"]
            if mark in self._artifacts:
                content[index - 1] = "/Artifact"
                content[index] = self._artifacts[mark]
            else:
                item["MCID"] = self._content_marks[mark].number
        if found != len(self._page.marks):
            raise PaperError(f"Page {self._number + 1} has text inside a transparency group (opacity).")


def _write(root: Node, page_count: int, pdf: pydyf.PDF) -> None:
    """Put the nodes into the file, in place of the empty tree that WeasyPrint has written."""
    struct_root = _object(pdf, pdf.catalog["StructTreeRoot"])
    parent_tree = _object(pdf, struct_root["ParentTree"])
    dictionary = _object(pdf, struct_root["K"][0])
    pages = pdf.page_references
    owners: list[dict[int, bytes]] = [{} for _ in range(page_count)]
    annotations: list[tuple[pydyf.Dictionary, bytes]] = []

    def fill(node: Node, dictionary: pydyf.Dictionary) -> None:
        kids = pydyf.Array()
        own_page = next((kid.page for kid in node.kids if isinstance(kid, _Mark)), None)
        if own_page is not None:
            dictionary["Pg"] = pages[own_page]
        for kid in node.kids:
            if isinstance(kid, Node):
                if kid.is_kept:
                    child = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{kid.role}", "P": dictionary.reference})
                    child.update(kid.extra)
                    pdf.add_object(child)
                    fill(kid, child)
                    kids.append(child.reference)
            elif isinstance(kid, _Annotation):
                annotations.append((kid.annotation, dictionary.reference))
                kids.append(pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.annotation.reference, "Pg": pages[kid.page]}))
            else:
                owners[kid.page][kid.number] = dictionary.reference
                if kid.page == own_page:
                    kids.append(kid.number)
                else:
                    kids.append(pydyf.Dictionary({"Type": "/MCR", "Pg": pages[kid.page], "MCID": kid.number}))
        dictionary["K"] = kids

    fill(root, dictionary)
    numbers = pydyf.Array()
    for page, marks in enumerate(owners):
        numbers.extend((page, pydyf.Array(marks[mark] for mark in sorted(marks))))
    for key, (annotation, owner) in enumerate(annotations, start=page_count):
        annotation["StructParent"] = key
        numbers.extend((key, owner))
    parent_tree["Nums"] = numbers
    struct_root["ParentTreeNextKey"] = page_count + len(annotations)


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


# Of one part of a paper


@dataclass(slots=True)
class PackedStructure:
    """The structure of a part in plain values, ready to be written into whichever file.

    The references in the text of an element are `%d`, and `references` says to what: 0 is the document, then come the
    elements, the part's pages and its annotations.
    """

    elements: list[tuple[bytes, tuple[int, ...]]]
    tops: list[int]
    """The elements (counted from 1, as in references) directly below the document."""
    owners: list[list[int]]
    """For each page, the elements that its marks belong to, in the order of the marks."""
    annotation_owners: list[int]
    """The element of each annotation; 0 where none reads it."""


def pack_structure(pages: list[RecordedPage], annotations: list[pydyf.Dictionary]) -> PackedStructure:
    """The structure of the painted `pages`, whose links have `annotations`. Raises `PaperError` as write_structure."""
    tree = _Tree()
    for number, page in enumerate(pages):
        tree.add_page(number, page)
    kept: list[Node] = []

    def number_nodes(node: Node) -> None:
        for kid in node.kids:
            if isinstance(kid, Node) and kid.is_kept:
                kept.append(kid)
                number_nodes(kid)

    number_nodes(tree.root)
    numbers = {id(tree.root): 0} | {id(node): number for number, node in enumerate(kept, start=1)}
    first_page = len(kept) + 1
    first_annotation = first_page + len(pages)
    places = {id(annotation): place for place, annotation in enumerate(annotations)}
    owners: list[dict[int, int]] = [{} for _ in pages]
    packed = PackedStructure([], [], [], [0] * len(annotations))
    packed.tops = [numbers[id(kid)] for kid in tree.root.kids if id(kid) in numbers]
    for node in kept:
        own = numbers[id(node)]
        text = b"<</Type /StructElem/S /" + node.role.encode() + b"/P %d 0 R"
        references = [numbers[id(node.parent)]]
        own_page = next((kid.page for kid in node.kids if isinstance(kid, _Mark)), None)
        if own_page is not None:
            text += b"/Pg %d 0 R"
            references.append(first_page + own_page)
        if node.extra:
            text += pydyf.Dictionary(node.extra).data[2:-2].replace(b"%", b"%%")
        kids = []
        for kid in node.kids:
            if isinstance(kid, Node):
                if id(kid) in numbers:
                    kids.append(b"%d 0 R")
                    references.append(numbers[id(kid)])
            elif isinstance(kid, _Annotation):
                place = places[id(kid.annotation)]
                packed.annotation_owners[place] = own
                kids.append(b"<</Type /OBJR/Obj %d 0 R/Pg %d 0 R>>")
                references += (first_annotation + place, first_page + kid.page)
            else:
                owners[kid.page][kid.number] = own
                if kid.page == own_page:
                    kids.append(b"%d" % kid.number)
                else:
                    kids.append(b"<</Type /MCR/Pg %%d 0 R/MCID %d>>" % kid.number)
                    references.append(first_page + kid.page)
        packed.elements.append((text + b"/K [" + b" ".join(kids) + b"]>>", tuple(references)))
    packed.owners = [[marks[mark] for mark in sorted(marks)] for marks in owners]
    return packed


def mark_as_artifacts(content: list[Any], start: int, *, is_header: bool) -> None:
    """Turn the marked content from `start` of a page's `content` on into a page header or footer, which is not read."""
    for index in range(start, len(content)):
        item = content[index]
        if isinstance(item, pydyf.Dictionary) and "MCID" in item:
            content[index - 1] = "/Artifact"
            content[index] = PAGE_HEADER if is_header else PAGE_FOOTER

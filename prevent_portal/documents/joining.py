"""The painted parts of a paper joined into one accessible PDF.

Here is known what no part could know: the number of each page, how many there are, and on which page each anchor is.
So page headers and footers are painted here. Catalogue, metadata, fonts and bookmarks are written by WeasyPrint as
always, from a document without pages to which the painted ones are added.
"""

from __future__ import annotations

import io
import itertools
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.document import Document
from weasyprint.draw import draw_stacking_context
from weasyprint.formatting_structure import boxes
from weasyprint.html import get_html_metadata
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.layout.page import (
    PageType,
    make_margin_boxes,
    page_height,
    page_width,
    set_page_type_computed_styles,
)
from weasyprint.layout.percent import resolve_percentages
from weasyprint.pdf import VARIANTS, generate_pdf
from weasyprint.pdf.anchors import add_outlines
from weasyprint.pdf.fonts import Font
from weasyprint.stacking import StackingContext
from weasyprint.text.fonts import get_pango_font_key

from prevent_portal.documents.errors import PaperError
from prevent_portal.documents.painting import (
    BASE_URL,
    COMPRESSION,
    NotSeparableError,
    PaintedFont,
    PaintedPage,
    PaintedPart,
    PaintedResources,
    PartFonts,
    document_context,
    fingerprint,
    font_configuration,
    new_resources,
    new_stream,
)
from prevent_portal.documents.structure import POINTS_PER_PIXEL, mark_as_artifacts

VARIANT = "pdf/ua-1"
OBJECTS_IN_A_STREAM = 200

SIDES = tuple(
    frozenset(f"@{side}-{place}" for place in places)
    for side, places in (
        ("top", ("left", "center", "right")),
        ("bottom", ("left", "center", "right")),
        ("left", ("top", "middle", "bottom")),
        ("right", ("top", "middle", "bottom")),
        ("top", ("left-corner", "right-corner")),
        ("bottom", ("left-corner", "right-corner")),
    )
)
"""The margin boxes whose widths depend on each other."""


def anchor_pages(parts: Sequence[PaintedPart | None], lengths: Sequence[int]) -> dict[str, int]:
    """The page (from 1) of each anchor. `lengths` are the pages of each part, for those that are still missing, too."""
    found: dict[str, int] = {}
    number = 0
    for part, length in zip(parts, lengths, strict=True):
        for at, page in enumerate(part.pages if part else (), start=number + 1):
            for name, _, _ in page.anchors:
                found.setdefault(name, at)
        number += length
    return found


def join(frame: str, parts: Sequence[PaintedPart], margins: Margins) -> bytes:
    """One PDF of all `parts` in order; `frame` is the paper's HTML without anything in its body.

    Raises `NotSeparableError` where the parts don't make the paper that they would in one piece, and `PaperError` for a
    paper without title or language.
    """
    for before, part in itertools.pairwise(parts):
        if not (part.begins_page or before.ends_page or before.pages[-1].name != part.pages[0].name):
            raise NotSeparableError("A part does not begin on a new page.")
    counts: Counter[str] = Counter()
    for part in parts:
        if any(counts[name] != part.started_at.get(name, 0) for name in {*counts, *part.started_at, *part.counted}):
            raise NotSeparableError("A part counts from another number than the parts before arrive at.")
        counts.update(part.counted)
    html = HTML(string=frame, base_url=BASE_URL)
    document = Document([], get_metadata(html), None, font_configuration(), {}, None)
    document.fonts = _fonts([*(part.fonts for part in parts), margins.fonts])
    options = DEFAULT_OPTIONS | {"pdf_variant": VARIANT} | VARIANTS[VARIANT][1]
    pdf = generate_pdf(document, None, 1, **options)
    _Assembly(pdf, parts, margins).add()
    document.pages = [page for part in parts for page in part.pages]
    add_outlines(pdf, document.make_bookmark_tree(POINTS_PER_PIXEL, transform_pages=True))
    return _written(pdf)


def get_metadata(html: HTML) -> Any:
    """Title, language and so on. Raises `PaperError` where there is no title or language."""
    from weasyprint.pdf.metadata import DocumentMetadata

    metadata = DocumentMetadata(**get_html_metadata(html))
    if not metadata.title:
        raise PaperError("The paper has no title: fill the block title.")
    if not metadata.lang:
        raise PaperError("The paper has no language: its template must extend reports/paper.html.")
    return metadata


def _fonts(used: Sequence[dict[int, PaintedFont]]) -> PartFonts:
    """The fonts of all parts, asked for anew and checked to be the same, with what each part uses of them."""
    fonts = PartFonts()
    for each in used:
        for key, painted in each.items():
            if key not in fonts:
                fonts[key] = _font(key, painted)
                fonts.wanted[key] = painted.wanted
            font = fonts[key]
            if painted.missing or fingerprint(font) != painted.fingerprint:
                raise NotSeparableError(f"The font {painted.wanted.family!r} is another, or lacks a character.")
            font.widths.update(painted.widths)
            for glyph, text in painted.to_unicode.items():
                font.to_unicode.setdefault(glyph, text)
    return fonts


def _font(key: int, painted: PaintedFont) -> Font:
    loaded = painted.wanted.load()
    found, described, size = get_pango_font_key(loaded)
    if found != key:
        raise NotSeparableError(f"The font {painted.wanted.family!r} is not found again.")
    font = Font(loaded, described, size)
    # Pango frees the font, and HarfBuzz's with it, when nobody holds it.
    font.pango_font = loaded
    return font


@dataclass(slots=True)
class Margins:
    """The headers and footers of all pages of a paper, each page's compressed, and their fonts."""

    contents: list[bytes]
    fonts: dict[int, PaintedFont]
    states: dict[str, bytes]


class _OnlySome:
    """WeasyPrint's StyleFor in which only some margin boxes have a style."""

    def __init__(self, style_for: Any) -> None:
        self._style_for = style_for
        self.shown: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._style_for, name)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        if pseudo_type is not None and pseudo_type not in self.shown:
            return None
        return self._style_for(element, pseudo_type)


def paint_margins(frame: str, pages: Sequence[PaintedPage], sheet: CSS) -> Margins:
    """Paint the headers and footers of `pages`. `frame` is the paper's HTML without anything in its body."""
    painter = _MarginPainter(frame, pages, sheet)
    contents = [painter.painted(number) for number in range(1, len(pages) + 1)]
    fonts = {key: PaintedFont.of(font, painter.fonts.wanted[key]) for key, font in painter.fonts.items()}
    return Margins(contents, fonts, painter.states())


class _MarginPainter:
    """Lays out and paints page headers and footers; what is the same on many pages, once."""

    def __init__(self, frame: str, pages: Sequence[PaintedPage], sheet: CSS) -> None:
        self.fonts = PartFonts()
        self._html = HTML(string=frame, base_url=BASE_URL)
        self._pages = pages
        self._context = document_context(self._html, sheet)
        self._context.style_for = self._styles = _OnlySome(self._context.style_for)
        self._resources = new_resources()
        self._page_boxes: dict[PageType, Any] = {}
        self._unchanging: dict[tuple[Any, ...], list[Any]] = {}
        self._strings: list[tuple[Any, ...]] = []
        """For each page, what the named strings are there, so that equal ones can be told."""
        store = self._context.string_set
        latest: dict[str, str] = {}
        for number, page in enumerate(pages, start=1):
            before = tuple(sorted(latest.items()))
            for name, text in page.strings:
                store[name][number].append(text)
                latest[name] = text
            self._strings.append((before, tuple(page.strings)))

    def painted(self, number: int) -> bytes:
        """The headers and footers of this page (from 1), compressed."""
        page = self._pages[number - 1]
        # No rule asks for more than whether a page is the first: paint_part makes sure of that.
        page_type = PageType("right", False, page.name, min(number - 1, 1), ())
        page_box = self._page_boxes.get(page_type)
        if page_box is None:
            page_box = self._page_boxes[page_type] = self._page_box(page_type)
        if (page_box.margin_width(), page_box.margin_height()) != (page.width, page.height):
            raise NotSeparableError("A page has another size than its style says.")
        context = self._context
        context.current_page = number
        context.page_bottom = page_box.content_box_y() + page_box.height
        content: list[Any] = []
        for side in SIDES:
            styles = [self._styles._style_for(page_type, keyword) for keyword in side]
            shown = [style["content"] for style in styles if style is not None]
            if not shown:
                continue
            self._styles.shown = side
            if any(_counts_pages(each) for each in shown):
                content += self._paint(page_box, number)
                continue
            key = (page_type, side, self._strings[number - 1])
            if key not in self._unchanging:
                self._unchanging[key] = self._paint(page_box, number)
            content += self._unchanging[key]
        return zlib.compress(b"\n".join(pydyf._to_bytes(item) for item in content), COMPRESSION)

    def _page_box(self, page_type: PageType) -> Any:
        context = self._context
        self._styles.shown = frozenset()
        set_page_type_computed_styles(page_type, self._html, context.style_for)
        style = context.style_for(page_type)
        page_box = boxes.PageBox(page_type, style)
        resolve_percentages(page_box, style["size"])
        page_box.position_x = page_box.position_y = 0
        page_width(page_box, context, style["size"][0])
        page_height(page_box, context, style["size"][1])
        page_box.children = ()
        return page_box

    def _paint(self, page_box: Any, number: int) -> list[Any]:
        """What draws the margin boxes that are shown now."""
        stream = new_stream(self.fonts, page_box.margin_width(), page_box.margin_height(), self._resources, {})
        state = ([0], {"page": [number], "pages": [len(self._pages)]}, [{"page", "pages"}], [])
        with stream.stacked():
            stream.transform(a=POINTS_PER_PIXEL, d=POINTS_PER_PIXEL)
            for box in make_margin_boxes(self._context, page_box, state):
                start = len(stream.stream)
                layout_box_backgrounds(page_box, box, self._context.get_image_from_uri)
                draw_stacking_context(stream, StackingContext.from_box(box, page_box))
                mark_as_artifacts(stream.stream, start, is_header=box.at_keyword.startswith("@top"))
        return [*stream.stream, b"Q"]

    def states(self) -> dict[str, bytes]:
        """The transparencies in use. They have the same names everywhere, so pages can have them beside their own."""
        used = PaintedResources.of(self._resources)
        if used.groups or used.patterns or used.shadings or any(key[0] not in "aA" for key in used.states):
            raise NotSeparableError("Its headers have pictures, patterns or groups.")
        return used.states


def _counts_pages(content: Any) -> bool:
    """May this `content` be another on each page? Only plain text and named strings may not."""
    return not isinstance(content, str) and any(kind not in ("string", "string()") for kind, _ in content)


class _Raw(pydyf.Object):
    """An object of the file whose text is there already."""

    def __init__(self, text: bytes = b"") -> None:
        super().__init__()
        self.text = text

    @property
    def data(self) -> bytes:
        return self.text


class _RawStream(pydyf.Stream):
    """A stream whose content is there already, compressed."""

    def __init__(self, content: bytes, extra: bytes = b"") -> None:
        super().__init__()
        self.content = content
        self.before = extra

    @property
    def data(self) -> bytes:
        head = b"<</Filter /FlateDecode/Length %d%s>>" % (len(self.content), self.before)
        return b"\n".join((head, b"stream", self.content, b"endstream"))


class _Assembly:
    """Adds the pages of the parts and what belongs to them to a file that has none."""

    def __init__(self, pdf: pydyf.PDF, parts: Sequence[PaintedPart], margins: Margins) -> None:
        self._pdf = pdf
        self._parts = parts
        self._margins = margins
        self._shared = next(each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and "ExtGState" in each)

    def add(self) -> None:
        pdf = self._pdf
        struct_root = _object(pdf, pdf.catalog["StructTreeRoot"])
        document = _object(pdf, struct_root["K"][0])
        anchors: dict[str, bytes] = {}
        nums: list[bytes] = []
        annotation_nums: list[int] = []
        page_count = len(self._margins.contents)
        remaining = iter(self._margins.contents)
        page_number = 0
        for part in self._parts:
            resources = self._resources(part.resources, self._margins.states)
            annotations = [self._add(_Raw()) for _ in part.annotations]
            pages = []
            for page in part.pages:
                contents = [self._add(_RawStream(content)) for content in (page.content, next(remaining))]
                pages.append(self._add_page(page, page_number + len(pages), contents, annotations, resources))
                for name, x, y in page.anchors:
                    place = b"[%d 0 R /XYZ %s %s 0]" % (pages[-1], pydyf._to_bytes(x), pydyf._to_bytes(y))
                    anchors.setdefault(name, place)
            elements = [self._add(_Raw()) for _ in part.structure.elements]
            numbers = (document.number, *elements, *pages, *annotations)
            for own, (text, references) in zip(elements, part.structure.elements, strict=True):
                pdf.objects[own].text = text % tuple(numbers[reference] for reference in references)
            document["K"].extend(b"%d 0 R" % numbers[top] for top in part.structure.tops)
            for owners in part.structure.owners:
                nums.append(b"%d [%s]" % (page_number, b" ".join(b"%d 0 R" % numbers[owner] for owner in owners)))
                page_number += 1
            for own, text, owner in zip(annotations, part.annotations, part.structure.annotation_owners, strict=True):
                if owner == 0:
                    raise NotSeparableError("A link is outside the structure.")
                pdf.objects[own].text = b"%s/StructParent %d>>" % (text, page_count + len(annotation_nums))
                annotation_nums.append(numbers[owner])
        nums += (b"%d %d 0 R" % (key, owner) for key, owner in enumerate(annotation_nums, start=page_count))
        _object(pdf, struct_root["ParentTree"])["Nums"] = b"[" + b" ".join(nums) + b"]"
        struct_root["ParentTreeNextKey"] = page_count + len(annotation_nums)
        self._add_anchors(anchors)

    def _add(self, added: pydyf.Object) -> int:
        self._pdf.add_object(added)
        return added.number

    def _resources(self, painted: PaintedResources, states: dict[str, bytes] | None = None) -> int:
        """Each part has names of its own: those of different parts may be the same and mean different things."""

        def streams(packed: dict[str, tuple[bytes, bytes, PaintedResources]]) -> pydyf.Dictionary:
            added = pydyf.Dictionary()
            for key, (content, extra, inner) in packed.items():
                extra += b"/Resources %d 0 R" % self._resources(inner)
                added[key] = b"%d 0 R" % self._add(_RawStream(content, extra))
            return added

        resources = pydyf.Dictionary(
            {
                "ExtGState": pydyf.Dictionary((states or {}) | painted.states),
                "Shading": pydyf.Dictionary(painted.shadings),
                "Pattern": streams(painted.patterns),
                "XObject": streams(painted.groups),
                "ColorSpace": self._shared["ColorSpace"],
                "Font": self._shared["Font"],
            }
        )
        return self._add(resources)

    def _add_page(self, page: Any, number: int, contents: list[int], annotations: list[int], resources: int) -> int:
        size = [0, 0, page.width * POINTS_PER_PIXEL, page.height * POINTS_PER_PIXEL]
        added = pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": self._pdf.pages.reference,
                "MediaBox": pydyf.Array(size),
                "Contents": pydyf.Array(b"%d 0 R" % content for content in contents),
                "Resources": b"%d 0 R" % resources,
                "Tabs": "/S",
                "StructParents": number,
            }
        )
        if page.annotations:
            added["Annots"] = pydyf.Array(b"%d 0 R" % annotations[place] for place in page.annotations)
        added["TrimBox"] = added["BleedBox"] = pydyf.Array(size)
        self._pdf.add_page(added)
        return added.number

    def _add_anchors(self, anchors: dict[str, bytes]) -> None:
        targets = {target for part in self._parts for target in part.targets}
        if missing := targets - anchors.keys():
            raise NotSeparableError(f"There is no anchor {missing.pop()}.")
        if anchors:
            names = pydyf.Array()
            for name in sorted(anchors):
                names += (pydyf.String(name), anchors[name])
            self._pdf.catalog["Names"] = pydyf.Dictionary({"Dests": pydyf.Dictionary({"Names": names})})


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _written(pdf: pydyf.PDF) -> bytes:
    """The file. As pydyf writes it, but the objects in several streams, so that a reader need not unpack all."""
    pdf.add_object(pdf.info)
    output = io.BytesIO()
    output.write(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")
    small: list[tuple[int, bytes]] = []
    entries: dict[int, bytes] = {0: b"\0\0\0\0\0\xff\xff"}
    for each in pdf.objects[1:]:
        if isinstance(each, pydyf.Stream):
            entries[each.number] = _entry(1, output.tell(), 0)
            output.write(each.indirect + b"\n")
        else:
            small.append((each.number, each.data))
    next_number = len(pdf.objects)
    for start in range(0, len(small), OBJECTS_IN_A_STREAM):
        batch = small[start : start + OBJECTS_IN_A_STREAM]
        places, position = [], 0
        for place, (number, data) in enumerate(batch):
            entries[number] = _entry(2, next_number, place)
            places.append(b"%d %d" % (number, position))
            position += len(data) + 1
        head = b" ".join(places) + b"\n"
        content = zlib.compress(head + b"\n".join(data for _, data in batch), COMPRESSION)
        extra = b"/Type /ObjStm/N %d/First %d" % (len(batch), len(head))
        entries[next_number] = _entry(1, output.tell(), 0)
        output.write(b"%d 0 obj\n%s\nendobj\n" % (next_number, _RawStream(content, extra).data))
        next_number += 1
    xref = output.tell()
    entries[next_number] = _entry(1, xref, 0)
    content = zlib.compress(b"".join(entries[number] for number in range(next_number + 1)), COMPRESSION)
    extra = b"/Type /XRef/W [1 4 2]/Size %d/Root %s/Info %s" % (
        next_number + 1,
        pdf.catalog.reference,
        pdf.info.reference,
    )
    output.write(b"%d 0 obj\n%s\nendobj\n" % (next_number, _RawStream(content, extra).data))
    output.write(b"startxref\n%d\n%%%%EOF\n" % xref)
    return output.getvalue()


def _entry(kind: int, first: int, second: int) -> bytes:
    return kind.to_bytes(1, "big") + first.to_bytes(4, "big") + second.to_bytes(2, "big")

"""One part of a paper laid out and painted: plain values that can be kept, sent between processes and joined.

What a part cannot know is left out or left open: the numbers of its pages and how many there are (so the headers and
footers are painted when the parts are joined), and where the targets of its links are. A part that cannot do without
raises `NotSeparableError`; then the paper is made in one piece.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pydyf
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Page
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector, TargetLookupItem
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.layout import layout_document
from weasyprint.layout.page import PageType
from weasyprint.matrix import Matrix
from weasyprint.pdf.anchors import add_links
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from prevent_portal.documents.splitting import EARLIER
from prevent_portal.documents.structure import POINTS_PER_PIXEL, PackedStructure, RecordedPage, pack_structure

BASE_URL = "https://paper.invalid/"
"""What relative addresses in a paper resolve against. The domain `.invalid` never exists (RFC 2606)."""

COMPRESSION = 6
"""Of zlib. 9, the default of pydyf, takes twice the time and saves one part in a hundred."""

OWN_COUNTERS = frozenset({"list-item", "footnote"})
BREAKS = frozenset({"page", "always", "recto", "verso", "left", "right"})


class NotSeparableError(Exception):
    """This paper has to be made in one piece."""


class NumbersWantedError(Exception):
    """This part names pages (a contents page), so the others have to be laid out first."""


class _NoFetching(URLFetcher):
    """SECURITY: a part fetches nothing; whatever it asks for, it is refused, and the paper made in one piece."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)
        self.is_asked = False

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        # Inside an SVG, WeasyPrint logs an error and goes on, so it is looked at in the end, too.
        self.is_asked = True
        raise NotSeparableError("It uses files.")


@dataclass(frozen=True, slots=True)
class FontWanted:
    """What Pango has to be asked for to give the same font again; `size` in Pango's units."""

    family: bytes
    style: int
    weight: int
    size: int
    variations: bytes

    @classmethod
    def of(cls, pango_font: Any) -> FontWanted:
        description = ffi.gc(
            pango.pango_font_describe_with_absolute_size(pango_font), pango.pango_font_description_free
        )
        variations = pango.pango_font_description_get_variations(description)
        return cls(
            family=ffi.string(pango.pango_font_description_get_family(description)),
            style=int(pango.pango_font_description_get_style(description)),
            weight=int(pango.pango_font_description_get_weight(description)),
            size=pango.pango_font_description_get_size(description),
            variations=b"" if variations == ffi.NULL else ffi.string(variations),
        )

    def load(self) -> Any:
        """The font. Whoever takes it has to check that it is the right one."""
        font_map = font_configuration().font_map
        context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
        description = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
        pango.pango_font_description_set_family(description, self.family)
        pango.pango_font_description_set_style(description, self.style)
        pango.pango_font_description_set_weight(description, self.weight)
        pango.pango_font_description_set_absolute_size(description, self.size)
        if self.variations:
            pango.pango_font_description_set_variations(description, self.variations)
        return ffi.gc(pango.pango_font_map_load_font(font_map, context, description), gobject.g_object_unref)


@dataclass(slots=True)
class PaintedFont:
    """A font as a part uses it: how to find it again, and what was used of it."""

    wanted: FontWanted
    fingerprint: tuple[Any, ...]
    widths: dict[int, int]
    to_unicode: dict[int, str]
    missing: dict[int, int]

    @classmethod
    def of(cls, font: Font, wanted: FontWanted) -> PaintedFont:
        return cls(wanted, fingerprint(font), font.widths, font.to_unicode, font.missing)


def fingerprint(font: Font) -> tuple[Any, ...]:
    """What has to be the same for two fonts to be the same."""
    return font.hash, font.name, font.index, font.upem, font.glyph_count, len(font.file_content)


@dataclass(slots=True)
class PaintedResources:
    """What content refers to by name, besides fonts: transparencies and shadings as text; patterns and groups each as
    (content, compressed; dictionary; what it refers to itself)."""

    states: dict[str, bytes]
    shadings: dict[str, bytes]
    patterns: dict[str, tuple[bytes, bytes, PaintedResources]]
    groups: dict[str, tuple[bytes, bytes, PaintedResources]]

    @classmethod
    def of(cls, resources: pydyf.Dictionary) -> PaintedResources:
        """Raises `NotSeparableError` for pictures and masks."""
        if any("SMask" in state for state in resources["ExtGState"].values()):
            raise NotSeparableError("It has masks.")
        if any(group is None for group in resources["XObject"].values()):
            raise NotSeparableError("It has pictures.")
        return cls(
            states={key: state.data for key, state in resources["ExtGState"].items()},
            shadings={key: shading.data for key, shading in resources["Shading"].items()},
            patterns={key: cls._packed(stream) for key, stream in resources["Pattern"].items()},
            groups={key: cls._packed(stream) for key, stream in resources["XObject"].items()},
        )

    @classmethod
    def _packed(cls, stream: Stream) -> tuple[bytes, bytes, PaintedResources]:
        extra = {key: value for key, value in stream.extra.items() if key != "Resources"}
        content = b"\n".join(pydyf._to_bytes(item) for item in stream.stream)
        return (
            zlib.compress(content, COMPRESSION),
            pydyf.Dictionary(extra).data[2:-2],
            cls.of(stream.extra["Resources"]),
        )


@dataclass(slots=True)
class PaintedPage:
    """A page without header and footer. `width` and `height` are in CSS pixels; anchors in points from below."""

    width: float
    height: float
    name: str
    content: bytes
    bookmarks: list[Any]
    anchors: list[tuple[str, float, float]]
    strings: list[tuple[str, str]]
    annotations: list[int]


@dataclass(slots=True)
class PaintedPart:
    """A part of a paper, made of plain values only."""

    pages: list[PaintedPage]
    structure: PackedStructure
    fonts: dict[int, PaintedFont]
    resources: PaintedResources
    annotations: list[bytes]
    """Dictionaries without their end, so that the number in the parent tree can be added."""
    targets: list[str]
    """The anchors that its links lead to."""
    begins_page: bool
    ends_page: bool
    started_at: dict[str, int]
    """Where the counters stood that the part was told of."""
    counted: dict[str, int]
    """What it adds to each counter."""
    named: frozenset[str]
    """The anchors whose pages it names."""


class PartFonts(dict[int, Font]):
    """The fonts of a document under WeasyPrint's keys; knows how to ask Pango for each again."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: dict[int, FontWanted] = {}


class PartStream(Stream):
    """A page's content whose fonts can be found again in another process."""

    def add_font(self, pango_font: Any) -> tuple[Font, float]:
        font, size = super().add_font(pango_font)
        if len(self._fonts.wanted) < len(self._fonts):
            new = next(key for key in self._fonts if key not in self._fonts.wanted)
            self._fonts.wanted[new] = FontWanted.of(pango_font)
        return font, size


class _Targets(TargetCollector):
    """Where `target-counter` finds its page numbers: in `numbers`, since the target may be in another part."""

    def __init__(self, own: TargetCollector, numbers: dict[str, int] | None) -> None:
        super().__init__()
        self.target_lookup_items = own.target_lookup_items
        self.numbers = numbers
        self.named: set[str] = set()

    def lookup_target(self, anchor_token: Any, source_box: Any, css_token: str, parse_again: Any) -> TargetLookupItem:
        if self.numbers is None:
            raise NumbersWantedError
        found = self.target_lookup_items
        self.target_lookup_items = _Named(self.named)
        self.target_lookup_items.update((name, _target_on(number)) for name, number in self.numbers.items())
        try:
            return super().lookup_target(anchor_token, source_box, css_token, parse_again)
        finally:
            self.target_lookup_items = found


class _Named(dict[str, TargetLookupItem]):
    """Targets that note which of them are looked for."""

    def __init__(self, named: set[str]) -> None:
        super().__init__()
        self._named = named

    def get(self, name: Any, default: Any = None) -> Any:
        self._named.add(name)
        return super().get(name, default)


class _TargetBox:
    """Of a box in another part, nothing is known but its page."""

    def __init__(self, number: int) -> None:
        self.cached_counter_values = {"page": [number]}


def _target_on(number: int) -> TargetLookupItem:
    item = TargetLookupItem("up-to-date")
    item.target_box = _TargetBox(number)
    return item


class _WithoutMargins:
    """WeasyPrint's StyleFor for pages whose headers and footers are not wanted now."""

    def __init__(self, style_for: Any) -> None:
        self._style_for = style_for

    def __getattr__(self, name: str) -> Any:
        return getattr(self._style_for, name)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        if pseudo_type and isinstance(element, PageType) and pseudo_type not in ("@footnote", "@note-area"):
            return None
        return self._style_for(element, pseudo_type)


@lru_cache(maxsize=1)
def font_configuration() -> FontConfiguration:
    """One for all papers of this process: they use the fonts of the machine and bring none of their own."""
    return FontConfiguration()


def paint_part(source: str, sheet: CSS, *, numbers: dict[str, int] | None = None) -> PaintedPart:
    """Lay out and paint `source`, a page of HTML from `split_paper`.

    Where a later part is meant, its page begins with the element `EARLIER`, whose page is laid out and left out.
    `numbers` are the pages of all anchors of the paper, from 1.
    Raises `NotSeparableError` for what only a whole paper can have, `NumbersWantedError` where it needs `numbers`, and
    `PaperError` for what is not accessible.
    """
    fetcher = _NoFetching()
    html = HTML(string=source, base_url=BASE_URL, url_fetcher=fetcher)
    context = document_context(html, sheet)
    _check_page_rules(context.style_for)
    context.target_collector = _Targets(context.target_collector, numbers)
    context.style_for = _WithoutMargins(context.style_for)
    root_box = build_formatting_structure(
        html.etree_element, context.style_for, context.get_image_from_uri, html.base_url, context.target_collector,
        context.counter_style, context.footnotes,
    )  # fmt: skip
    started_at, counted = _counts(context.style_for, root_box)
    page_boxes = list(layout_document(html, root_box, context))
    _check_layout(context, page_boxes)
    skipped = 1 if EARLIER in source else 0
    del page_boxes[:skipped]
    pages = [RecordedPage.of(Page(page_box)) for page_box in page_boxes]
    painter = _Painter(pages)
    for page in pages:
        painter.paint(page)
    if fetcher.is_asked:
        raise NotSeparableError("It uses files.")
    structure = pack_structure(pages, painter.annotations)
    return PaintedPart(
        pages=[
            PaintedPage(
                width=page.width,
                height=page.height,
                name=page_box.page_type.name,
                content=zlib.compress(_bytes(page.stream), COMPRESSION),
                bookmarks=page.bookmarks,
                anchors=_anchors(page),
                strings=_strings(context, skipped + place + 1),
                annotations=painter.annotations_of[place],
            )
            for place, (page, page_box) in enumerate(zip(pages, page_boxes, strict=True))
        ],
        structure=structure,
        fonts={key: PaintedFont.of(font, painter.fonts.wanted[key]) for key, font in painter.fonts.items()},
        resources=painter.resources(),
        annotations=[annotation.data[:-2] for annotation in painter.annotations],
        targets=painter.targets,
        begins_page=_breaks(root_box, "break_before", skipped),
        ends_page=_breaks(root_box, "break_after", -1),
        started_at=started_at,
        counted=counted,
        named=frozenset(context.target_collector.named),
    )


def document_context(html: HTML, sheet: CSS) -> Any:
    """WeasyPrint's LayoutContext for a page of HTML."""
    options = DEFAULT_OPTIONS | {"pdf_variant": "pdf/ua-1", "stylesheets": [sheet], "pdf_forms": False}
    return Document._build_layout_context(html, font_configuration(), CounterStyle(), {}, options)


class _Painter:
    """Paints the pages of a part and gathers what they have in common."""

    def __init__(self, pages: list[RecordedPage]) -> None:
        self.fonts = PartFonts()
        self.annotations: list[pydyf.Dictionary] = []
        self.annotations_of: list[list[int]] = []
        self.targets: list[str] = []
        self._images: dict[str, Any] = {}
        self._resources = new_resources()

    # What add_links asks of a pydyf.PDF.
    def add_object(self, annotation: pydyf.Dictionary) -> None:
        annotation.number = len(self.annotations)
        self.annotations.append(annotation)

    def paint(self, page: RecordedPage) -> None:
        first = len(self.annotations)
        height = page.height * POINTS_PER_PIXEL
        for kind, target, _, _ in page.links:
            if kind == "attachment":
                raise NotSeparableError("It has attachments.")
            if kind == "internal":
                self.targets.append(target)
        matrix = Matrix(POINTS_PER_PIXEL, 0, 0, -POINTS_PER_PIXEL, 0, height)
        add_links((page.links, []), matrix, self, pydyf.Dictionary(), [], {})
        self.annotations_of.append(list(range(first, len(self.annotations))))
        stream = new_stream(self.fonts, page.width, page.height, self._resources, self._images)
        page.paint(stream, POINTS_PER_PIXEL)

    def resources(self) -> PaintedResources:
        return PaintedResources.of(self._resources)


def new_resources() -> pydyf.Dictionary:
    names = ("ExtGState", "XObject", "Pattern", "Shading")
    resources = pydyf.Dictionary({name: pydyf.Dictionary() for name in names})
    resources["ColorSpace"] = None
    return resources


def new_stream(fonts: PartFonts, width: float, height: float, resources: Any, images: Any) -> PartStream:
    """An empty page content, in CSS pixels from above; it leaves the state of the page as it finds it."""
    stream = PartStream(fonts, (0, 0, width, height), resources, images, {}, {}, None)
    stream.stream.append(b"q")
    stream.transform(d=-1, f=height * POINTS_PER_PIXEL)
    return stream


def _bytes(stream: Stream) -> bytes:
    return b"\n".join(pydyf._to_bytes(item) for item in [*stream.stream, b"Q"])


def _anchors(page: Page) -> list[tuple[str, float, float]]:
    return [
        (name, x * POINTS_PER_PIXEL, (page.height - y) * POINTS_PER_PIXEL)
        for name, (x, y, _, _) in page.anchors.items()
    ]


def _strings(context: Any, number: int) -> list[tuple[str, str]]:
    """The named strings that the page sets. Those of html and body are set on the first page of the paper alone."""
    return [(name, text) for name, pages in context.string_set.items() if number in pages for text in pages[number]]


def _breaks(root_box: Any, side: str, place: int) -> bool:
    """Does the box at `place` in the body, or the first (last) box in it, ask for a new page before (after) itself?"""
    box = root_box.children[-1]
    while isinstance(box, boxes.BlockBox):
        if box.style[side] in BREAKS:
            return True
        in_flow = [child for child in box.children if child.is_in_normal_flow()]
        if len(in_flow) <= max(place, 0):
            return False
        box = in_flow[place]
        place = min(place, 0)
    return False


def _check_page_rules(style_for: Any) -> None:
    """Left, right and numbered pages depend on the parts before."""
    for sheet, _, _ in style_for._sheets:
        for _, selectors, _ in sheet.page_rules:
            for _, _, selector in selectors:
                if selector.side or selector.blank or selector.index:
                    raise NotSeparableError("Its pages differ by their side or number.")


def _counts(style_for: Any, root_box: Any) -> tuple[dict[str, int], dict[str, int]]:
    """Where the counters of a paper stand when the part begins, and what the part adds to each."""
    styles = {id(style): style for style in style_for.get_computed_styles().values()}
    counting = {key: _counter_changes(style) for key, style in styles.items()}
    started_at: dict[str, int] = {}
    counted: dict[str, int] = {}
    if not any(counting.values()):
        return started_at, counted
    seen = set()
    for box in root_box.descendants():
        is_new = (box.element, box.element_tag) not in seen
        if box.element is None or box.element_tag in ("html", "body") or not is_new:
            continue
        seen.add((box.element, box.element_tag))
        into = started_at if box.element.get(EARLIER) is not None else counted
        for kind, name, value in counting.get(id(box.style)) or _counter_changes(box.style):
            if kind != "counter_increment":
                raise NotSeparableError(f"It resets the counter {name}.")
            into[name] = into.get(name, 0) + value
    return started_at, counted


def _counter_changes(style: Any) -> list[tuple[str, str, int]]:
    return [
        (kind, name, value)
        for kind in ("counter_increment", "counter_reset", "counter_set")
        if style[kind] != "auto"
        for name, value in style[kind]
        if name not in OWN_COUNTERS
    ]


def _check_layout(context: Any, page_boxes: list[Any]) -> None:
    if any(any(pages.values()) for pages in context.running_elements.values()):
        raise NotSeparableError("It has running elements.")
    lookups = context.target_collector.counter_lookup_items.values()
    if any(item.missing_counters or item.missing_target_counters for item in lookups):
        raise NotSeparableError("Its text counts pages.")
    for number, page_box in enumerate(page_boxes, start=1):
        counters = context.page_maker[number][3][1]
        if page_box.page_type.blank or page_box.fixed_boxes or counters.get("page") != [number] or len(counters) > 2:
            raise NotSeparableError("Its pages have counters, fixed boxes or blank pages.")
        if any(page_box.style[f"bleed_{side}"].value for side in ("top", "right", "bottom", "left")):
            raise NotSeparableError("It has a bleed.")

"""The places where WeasyPrint spends most of its time, written anew to do the same with less.

Each function here answers as the one of WeasyPrint 70 that it replaces, which tests hold it to. With another version
nothing is replaced: papers then take longer and look the same.

Where the time went, of 41 pages with 300 rows (before, profiled): resolving percentages 9 %, setting up Pango 5 %,
shaping text that was shaped before 4 %, asking each box how it flows 5 %, writing numbers 4 %, empty backgrounds 3 %.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from operator import itemgetter
from typing import Any

import pydyf
import weasyprint
from weasyprint import css
from weasyprint.css.properties import Dimension
from weasyprint.draw import text as draw_text
from weasyprint.draw.color import get_color
from weasyprint.formatting_structure import boxes
from weasyprint.layout import background, percent
from weasyprint.text import fonts, line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango, unicode_to_char_p

VERSION = "70."

LONGEST_KEPT_TEXT = 120
"""Letters. What is longer than a few words is seldom said twice."""

SMALLEST = 1e-6

MOST_FONT_SETTINGS = 500


# Styles


_shared: dict[tuple[Any, ...], Any] | None = None


@contextmanager
def shared_styles() -> Iterator[None]:
    """The parts of one paper share their styles: each is worked out once and not once for each part.

    The style sheets and the fonts must be the same throughout, and whoever enters must hold the lock of all papers.
    SECURITY: short texts are kept beside the style in which they were measured, so the styles go with the paper.
    """
    global _shared
    _shared = {}
    try:
        yield
    finally:
        _shared = None


def find_styles(
    self: Any, html: Any, sheets: Any, presentational_hints: Any, font_config: Any, target_collector: Any
) -> None:
    """What StyleFor.__init__ does, for pseudo-elements and across the parts of a paper, too."""
    cascaded_styles = self._cascaded_styles = {}
    computed_styles = self._computed_styles = {}
    self.initial_page_sizes = {"box": None, "area": None}
    self._sheets = sheets
    self.font_config = font_config
    root = html.etree_element
    found = {} if _shared is None else _shared
    inline: dict[Any, list[Any]] = {}
    for specificity, element, declarations, base_url in css.find_style_attributes(
        root, presentational_hints, html.base_url
    ):
        inline.setdefault(element, []).append((specificity, tuple(declarations), base_url))
    for wrapper in html.wrapper_element.iter_subtree():
        element = wrapper.etree_element
        parent = wrapper.parent.etree_element if wrapper.parent else None
        matches: dict[str | None, list[Any]] = {None: []}
        for sheet, origin, sheet_specificity in sheets:
            for specificity, _, pseudo_type, (declarations, layer) in sheet.matcher.match(wrapper):
                order = inf if layer is None else sheet.layers.index(layer)
                match = sheet, specificity, id(declarations), order, origin, sheet_specificity, declarations
                matches.setdefault(pseudo_type, []).append(match)
        for pseudo_type, matched in matches.items():
            above = parent if pseudo_type is None else element
            own = inline.get(element, ()) if pseudo_type is None else ()
            key = (
                id(computed_styles[above, None]) if above is not None else html.base_url,
                pseudo_type,
                tuple((specificity, _text_of(declarations), url) for specificity, declarations, url in own),
                tuple(match[:4] for match in matched),
            )
            style = found.get(key)
            if style is None:
                cascaded = cascaded_styles[element, pseudo_type] = {}
                for specificity, declarations, base_url in own:
                    _cascade(cascaded, css.preprocess_declarations(base_url, declarations), "author", inf, specificity)
                for _, specificity, _, order, origin, sheet_specificity, declarations in matched:
                    _cascade(cascaded, declarations, origin, order, sheet_specificity or specificity)
                self.set_computed_styles(
                    element, pseudo_type=pseudo_type, root=root, parent=above, base_url=html.base_url,
                    target_collector=target_collector,
                )  # fmt: skip
                found[key] = computed_styles[element, pseudo_type]
            else:
                computed_styles[element, pseudo_type] = style
                if target_collector and style["anchor"]:
                    target_collector.collect_anchor(style["anchor"])
    cascaded_styles.clear()


def _text_of(declarations: Any) -> tuple[str, ...]:
    return tuple(declaration.serialize() for declaration in declarations)


def _cascade(style: dict[str, Any], declarations: Any, origin: str, order: Any, specificity: Any) -> None:
    for name, values, importance in declarations:
        weight = css.declaration_precedence(origin, importance), order, specificity
        old_weight = style.get(name, (None, None))[1]
        if old_weight is None or old_weight <= weight:
            style[name] = values, weight


# Percentages

_SIDEWAYS = ("margin_left", "margin_right", "padding_left", "padding_right", "width", "min_width", "max_width")
_UPRIGHT = ("margin_top", "margin_bottom", "padding_top", "padding_bottom")
_HEIGHTS = ("height", "min_height", "max_height")
_BORDERS = ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width")
_FLOORS = frozenset({"min_width", "min_height"})


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set used values as attributes of the box object."""
    if isinstance(containing_block, boxes.Box):
        cb_width, cb_height = containing_block.width, containing_block.height
    else:
        cb_width, cb_height = containing_block
    style = box.style
    found = box.__dict__
    upright = cb_height if isinstance(box, boxes.PageBox) else cb_width
    names = [(_SIDEWAYS, cb_width), (_UPRIGHT, upright)]
    if cb_height != "auto":
        names.append((_HEIGHTS, cb_height))
    for group, refer_to in names:
        for name in group:
            value = style[name]
            if value.__class__ is Dimension:
                found[name] = refer_to * value.value / 100 if value.unit == "%" else value.value
            elif value == "auto":
                found[name] = 0 if name in _FLOORS else "auto"
            else:
                percent.resolve_one_percentage(box, name, refer_to)
    if cb_height == "auto":
        # The height of the containing block depends on its content.
        height = style["height"]
        is_known = height != "auto" and not percent.check_math(height) and height.unit != "%"
        found["height"] = height.value if is_known else "auto"
        percent.resolve_one_percentage(box, "min_height", 0)
        percent.resolve_one_percentage(box, "max_height", inf)
    if style["border_collapse"] == "collapse":
        # Those of collapsed borders have been resolved already.
        for name in _BORDERS:
            if not hasattr(box, name):
                found[name] = style[name]
    else:
        for name in _BORDERS:
            found[name] = style[name]
    if style["box_sizing"] != "content-box":
        percent.adjust_box_sizing(box, "width")
        percent.adjust_box_sizing(box, "height")


# How boxes flow

_FLOATS = frozenset({"left", "right", "inline-start", "inline-end", "footnote"})
_OUT_OF_FLOW = frozenset({"absolute", "fixed"})
_TAKEN_OUT = frozenset({"running()", "note()"})


def is_in_normal_flow(self: Any) -> bool:
    """Return whether this box is in normal flow."""
    style = self.style
    position = style["position"]
    return style["float"] not in _FLOATS and position not in _OUT_OF_FLOW and position[0] not in _TAKEN_OUT


# Text

_FONT_SETTINGS = ("direction", "font_language_override", "lang", "font_family", "font_style", "font_stretch",
                  "font_weight", "font_size", "font_variant_caps", "font_variation_settings")  # fmt: skip
_font_settings = itemgetter(*_FONT_SETTINGS)
_features = itemgetter(
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip
_NO_FEATURES = ("auto", "normal", "normal", "normal", "normal", "normal", "normal", "normal")


def setup_layout(self: Any, style: Any) -> None:
    """What Layout.setup does, but Pango's context and font description are made once for all text in one font."""
    if style["text_decoration_line"] != "none" or _features(style) != _NO_FEATURES:
        _setup_layout(self, style)
        return
    self.style = style
    self.first_line_direction = 0
    pango_context, description, self.language = _font_of(style)
    self.layout = ffi.gc(pango.pango_layout_new(pango_context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(self.layout, False)
    pango.pango_layout_set_font_description(self.layout, description)
    self.ascent = self.underline_position = self.strikethrough_position = None
    self.underline_thickness = self.strikethrough_thickness = None


def _font_of(style: Any) -> tuple[Any, Any, Any]:
    """Pango's context, font description and language for text of this style."""
    settings = _font_settings(style)
    kept = style.__dict__.get("_portal_font")
    if kept is not None and kept[0] == settings:
        return kept[1]
    # The families are a list where the text is in an SVG.
    key = (*settings[:3], tuple(settings[3]), *settings[4:])
    of_all = style.font_config.__dict__.setdefault("_portal_fonts", {})
    if key not in of_all:
        if len(of_all) >= MOST_FONT_SETTINGS:
            of_all.clear()
        of_all[key] = _new_font(style)
    style._portal_font = settings, of_all[key]
    return of_all[key]


def _new_font(style: Any) -> tuple[Any, Any, Any]:
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = LST_TO_ISO.get(override.lower(), override) if override != "normal" else style["lang"]
    if name:
        pointer, _held = unicode_to_char_p(name)
        language = pango.pango_language_from_string(pointer)
        pango.pango_context_set_language(context, language)
    else:
        language = pango.pango_language_get_default()
    return context, fonts.get_font_description(style), language


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: Any,
    justification_spacing: Any,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, ...]:
    """What WeasyPrint's does, but short text in the same style and width is measured once: owners, dates, RAG."""
    if len(text) > LONGEST_KEPT_TEXT:
        return _split_first_line(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    kept = style.__dict__.get("_portal_lines")
    if kept is None:
        kept = style._portal_lines = {}
    key = text, max_width, justification_spacing, is_line_start, minimum
    found = kept.get(key)
    if found is None:
        found = _split_first_line(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        kept[key] = (_copy_of(found[0]), *found[1:])
        return found
    # Whoever gets a layout may justify it or cut its text.
    return (_copy_of(found[0]), *found[1:])


def _copy_of(layout: Any) -> Any:
    copy = line_break.Layout.__new__(line_break.Layout)
    copy.__dict__.update(layout.__dict__)
    return copy


# Glyphs

_GLYPHS = struct.Struct("=Iiiii")
"""PangoGlyphInfo: the glyph, its width, its offsets, and bits that are of no use here."""


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> list[Any]:
    """What WeasyPrint's does; glyphs that were met before, in their usual place, are written from memory."""
    runs = None
    if text_overflow != "ellipsis" and block_ellipsis == "none" and textbox.text.strip():
        runs = _known_runs(stream, textbox)
    if runs is None:
        return _draw_first_line(stream, textbox, text_overflow, block_ellipsis, matrix)
    stream.set_text_matrix(*matrix.values)
    before, shown = None, ""
    for font, font_size, text in runs:
        if (font, font_size) != before:
            if shown:
                stream.show_text(shown)
            shown = ""
            before = font, font_size
            stream.set_font_size(font.hash, font_size)
        shown += f"<{text}>"
        if shown.endswith("<>"):
            shown = shown[:-2]
    stream.show_text(shown)
    return []


def _known_runs(stream: Any, textbox: Any) -> list[tuple[Any, float, str]] | None:
    """(font, size, what to show) for each run of the first line; None where anything about it is out of the usual."""
    layout = textbox.pango_layout.layout
    pango.pango_layout_set_single_paragraph_mode(layout, True)
    line = pango.pango_layout_get_line_readonly(layout, 0)
    runs: list[tuple[Any, float, str]] = []
    run = line.runs
    while run != ffi.NULL:
        item = run.data
        run = run.next
        font, font_size = stream.add_font(item.item.analysis.font)
        if font.bitmap or font.svg or font.png or font.colr or font_size < SMALLEST or _SIZES_ARE_WRONG:
            return None
        known = font.__dict__.setdefault("_portal_glyphs", {}).setdefault(font_size, {})
        glyphs = item.glyphs
        shown = []
        for glyph in _GLYPHS.iter_unpack(ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * _GLYPHS.size)):
            text = known.get(glyph[:4])
            if text is None:
                text = _glyph_text(font, font_size, *glyph[:4])
                if text is None:
                    return None
                known[glyph[:4]] = text
            shown.append(text)
        runs.append((font, font_size, "".join(shown)))
    return runs if runs else None


def _glyph_text(font: Any, font_size: float, glyph: int, width: int, x_offset: int, y_offset: int) -> str | None:
    """How a glyph is shown that was shown before; None where it was not."""
    if x_offset or y_offset or glyph not in font.to_unicode or glyph not in font.widths:
        return None
    kerning = font.widths[glyph] - width * 1000 * FROM_UNITS / font_size
    return f"{glyph:04x}>{int(kerning)}<" if kerning else f"{glyph:04x}"


# Backgrounds

_CORNERS = ("border_top_left_radius", "border_top_right_radius", "border_bottom_right_radius",
            "border_bottom_left_radius")  # fmt: skip


def layout_box_backgrounds(
    page: Any, box: Any, get_image_from_uri: Any, layout_children: bool = True, style: Any = None
) -> None:
    """What WeasyPrint's does; most boxes have no background, no picture and no round corners, which is found once."""
    if style is not None or not layout_children or box is page or not _is_bare(box.style):
        _layout_box_backgrounds(page, box, get_image_from_uri, layout_children, style)
        return
    found = box.__dict__
    for name in _CORNERS:
        found[name] = (0, 0)
    for child in box.all_children():
        layout_box_backgrounds(page, child, get_image_from_uri)
    box.background = None


def _is_bare(style: Any) -> bool:
    found = style.__dict__.get("_portal_is_bare")
    if found is None:
        found = style._portal_is_bare = (
            all((0, "px") in style[name] for name in _CORNERS)
            and style["border_image_source"][0] == style["mask_border_source"][0] == "none"
            and all(kind == "none" for kind, _ in style["background_image"])
            and get_color(style, "background_color").alpha == 0
            and not style["box_shadow"]
        )
    return found


# Numbers in the file


def to_bytes(item: Any) -> bytes:
    """Convert item to bytes."""
    kind = item.__class__
    if kind is bytes:
        return item
    if kind is float:
        return b"%d" % item if item.is_integer() else (b"%f" % item).rstrip(b"0")
    if kind is int:
        return b"%d" % item
    if isinstance(item, pydyf.Object):
        return item.data
    return str(item).encode("ascii")


_SIZES_ARE_WRONG = pango.pango_version() < 14802
"""Before, Pango says the wrong size of a font now and then (https://gitlab.gnome.org/GNOME/pango/-/issues/530)."""

_draw_first_line = draw_text.draw_first_line
_setup_layout = line_break.Layout.setup
_split_first_line = line_break.split_first_line
_layout_box_backgrounds = background.layout_box_backgrounds
_REPLACED: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (percent.resolve_percentages, resolve_percentages),
    (line_break.split_first_line, split_first_line),
    (draw_text.draw_first_line, draw_first_line),
    (background.layout_box_backgrounds, layout_box_backgrounds),
]
_METHODS: list[tuple[type, str, Callable[..., Any], Callable[..., Any]]] = [
    (boxes.Box, "is_in_normal_flow", boxes.Box.is_in_normal_flow, is_in_normal_flow),
    (css.StyleFor, "__init__", css.StyleFor.__init__, find_styles),
    (line_break.Layout, "setup", line_break.Layout.setup, setup_layout),
]
_TO_BYTES = pydyf._to_bytes


def make_faster(*, on: bool = True) -> bool:
    """Put these functions in place of WeasyPrint's (or with `on=False` back); False where the version is another."""
    if not weasyprint.__version__.startswith(VERSION):
        return False
    for theirs, ours in _REPLACED:
        _replace(*((theirs, ours) if on else (ours, theirs)))
    for owner, name, theirs, ours in _METHODS:
        setattr(owner, name, ours if on else theirs)
    pydyf._to_bytes = to_bytes if on else _TO_BYTES
    return True


def _replace(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """In each module of WeasyPrint that has imported `old`."""
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("weasyprint"):
            for name, value in list(vars(module).items()):
                if value is old:
                    setattr(module, name, new)

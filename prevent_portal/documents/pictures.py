"""Charts as pictures, for formats that cannot take the drawings of the PDF."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from prevent_portal.documents.parts import BAR_HEIGHT, LABEL_LETTERS, Figure, FigureBar, RagPart

SCALE = 2
"""Pixels for each unit of a figure: about 300 to the inch across a page."""

FONTS = ("LiberationSans-Regular.ttf", "Arial.ttf")
FILLS = {"green": "#00662f", "amber": "#ffc03d", "red": "#a3241b", "blue": "#1f5fa8"}
NO_FILL = "#e3e6e9"
DARK, WHITE = "#1d1d1b", "#ffffff"
SHAPE = 7  # half the size of a symbol


def figure_png(figure: Figure) -> bytes:
    """The figure as PNG: its bars, each part with the symbol of its RAG and its number."""
    image = Image.new("RGB", (figure.width * SCALE, figure.height * SCALE), WHITE)
    drawing = ImageDraw.Draw(image)
    for bar in figure.bars:
        _draw_bar(drawing, bar)
    output = io.BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


def _draw_bar(drawing: ImageDraw.ImageDraw, bar: FigureBar) -> None:
    middle = (bar.top + BAR_HEIGHT // 2) * SCALE
    if bar.label:
        drawing.text((0, middle), bar.short_label, fill=DARK, font=_font(), anchor="lm")
    for part in bar.parts:
        left, right = part.left * SCALE, (part.left + part.width) * SCALE
        corners = (left + SCALE, bar.top * SCALE, right - SCALE, (bar.top + BAR_HEIGHT) * SCALE)
        drawing.rectangle(corners, fill=FILLS.get(part.key, NO_FILL))
        if part.has_room:
            _draw_number(drawing, part, middle)


def _draw_number(drawing: ImageDraw.ImageDraw, part: RagPart, middle: int) -> None:
    colour = WHITE if part.key in ("green", "red", "blue") else DARK
    font, half = _font(), SHAPE * SCALE
    number = str(part.count)
    start = part.middle * SCALE - (2 * half + 4 * SCALE + round(font.getlength(number))) // 2
    x = start + half
    box = (x - half, middle - half, x + half, middle + half)
    if part.key == "green":
        drawing.ellipse(box, fill=colour)
    elif part.key == "red":
        drawing.rectangle(box, fill=colour)
    elif part.key == "amber":
        drawing.polygon([(x, middle - half), (x + half, middle + half), (x - half, middle + half)], fill=colour)
    elif part.key == "blue":
        drawing.polygon([(x, middle - half), (x + half, middle), (x, middle + half), (x - half, middle)], fill=colour)
    else:
        drawing.ellipse(box, outline=colour, width=SCALE)
    drawing.text((start + 2 * half + 4 * SCALE, middle), number, fill=colour, font=font, anchor="lm")


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, LABEL_LETTERS * SCALE)
        except OSError:
            continue
    return ImageFont.load_default(LABEL_LETTERS * SCALE)

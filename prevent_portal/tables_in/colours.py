"""Background colours as six hex digits: Office stores them plain, by theme slot with a tint, or by palette number."""

import colorsys
import re

from lxml import etree

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_HEX = re.compile(r"[0-9A-Fa-f]{6}")

THEME_SLOTS = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
"""Excel's theme numbers in order; it swaps light and dark against the order of the theme part."""

WORD_THEME_SLOTS = {
    "background1": "lt1",
    "light1": "lt1",
    "text1": "dk1",
    "dark1": "dk1",
    "background2": "lt2",
    "light2": "lt2",
    "text2": "dk2",
    "dark2": "dk2",
    **{f"accent{number}": f"accent{number}" for number in range(1, 7)},
}

HIGHLIGHTS = {
    "green": "00FF00",
    "darkGreen": "008000",
    "yellow": "FFFF00",
    "darkYellow": "808000",
    "red": "FF0000",
    "darkRed": "800000",
    "blue": "0000FF",
    "darkBlue": "000080",
    "cyan": "00FFFF",
    "darkCyan": "008080",
}
"""Word's text highlighter, as far as it has hues that may carry a RAG status."""


def theme_colours(root: etree._Element) -> dict[str, str]:
    """The theme's slots ("accent1") and their colours."""
    scheme = root.find(f".//{_DRAWING}clrScheme")
    colours: dict[str, str] = {}
    for slot in scheme if scheme is not None else ():
        for colour in slot:
            value = clean(colour.get("lastClr") or colour.get("val"))
            if value and isinstance(slot.tag, str):
                colours[slot.tag.removeprefix(_DRAWING)] = value
    return colours


def clean(value: str | None) -> str | None:
    """Six upper-case hex digits, an alpha channel cut off; None for "auto" and anything else."""
    if not value:
        return None
    digits = value[-6:] if len(value) == 8 else value
    return digits.upper() if _HEX.fullmatch(digits) else None


def tinted(colour: str, tint: float) -> str:
    """Excel's tint, from -1 (black) over 0 (as it is) to 1 (white), applied to lightness."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    tint = max(-1.0, min(1.0, tint))
    lightness = lightness * (1 + tint) if tint < 0 else lightness * (1 - tint) + tint
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, lightness, saturation))


def word_tint(colour: str, tint: str | None, shade: str | None) -> str:
    """Word's themeFillTint and themeFillShade: two hex digits, FF meaning unchanged."""
    for value, towards_white in ((tint, True), (shade, False)):
        if value:
            try:
                kept = int(value, 16) / 255
            except ValueError:
                continue
            colour = tinted(colour, 1 - kept if towards_white else kept - 1)
    return colour

"""Fills of cells by the name that a person would give their colour."""

import colorsys

_FAINT = 0.07
"""Below this saturation a fill reads as white or grey. Excel's palest green has 0.09, its "good" cell style 0.17."""


def is_coloured(fill: str | None) -> bool:
    """Whether a fill is more than white, near-white or grey: it may mean something."""
    return bool(fill) and colour_family(fill or "") not in ("white", "grey", "black", "pale")


def colour_family(fill: str) -> str:
    """What a person would call a colour: green, amber (yellow and orange too), red, blue, purple, teal, grey, white,
    black, or "pale" and "brown" for what could be anything.
    """
    red, green, blue = (int(fill[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, saturation, brightness = colorsys.rgb_to_hsv(red, green, blue)
    degrees = hue * 360
    if brightness < (0.25 if saturation > 0.5 else 0.35):
        return "black"
    if saturation < _FAINT:
        return "white" if brightness > 0.94 else "grey"
    if degrees < 18 or degrees >= 340:
        return "red"
    if degrees < 68:
        # Pale brown is the paper of many themes, dark brown a shade of orange: neither is a traffic light.
        if saturation < 0.35 and brightness < 0.97:
            return "pale"
        return "brown" if degrees < 50 and brightness < 0.6 else "amber"
    if degrees < 170:
        return "green"
    if degrees < 190:
        return "teal"
    if degrees < 255:
        # Office's palest blues are the usual colour of bands and headings.
        return "pale" if saturation < 0.14 else "blue"
    return "purple" if saturation >= 0.14 else "pale"


def is_swatch(fill: str | None) -> bool:
    """Whether an empty cell of this fill can be a key's sample of a colour; grey can."""
    return bool(fill) and colour_family(fill or "") != "white"


def distance(one: str, other: str) -> int:
    """How far apart two colours are."""
    return sum((int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) ** 2 for at in (0, 2, 4))

"""RAG as councils state it: a word or a letter in the RAG cell, or its shading. Anything else is "not stated"."""

import colorsys
import re

from plans.rules import Rag

_WORDS: tuple[tuple[Rag, str], ...] = (
    (Rag.GREEN, r"g|green|on (?:track|target|schedule)|🟢|🟩"),
    (Rag.AMBER, r"a|amber|yellow|orange|some slippage|minor (?:slippage|delay)|slippage|at risk|🟡|🟠|🟨|🟧"),
    (Rag.RED, r"r|red|(?:significant|major|serious) (?:slippage|delay)|off (?:track|target)|overdue|🔴|🟥"),
    (Rag.BLUE, r"b|blue|completed?|done|closed|achieved|finished|fully complete|🔵|🟦"),
)
_COLOURS = {"green": Rag.GREEN, "amber": Rag.AMBER, "yellow": Rag.AMBER, "orange": Rag.AMBER, "red": Rag.RED}
_COLOURS |= {"blue": Rag.BLUE}
_DENIED = re.compile(
    r"\b(?:not|in|un|yet to|to be|nearly|almost|partly|partially|part)[\s-]*(?:be\s)?(?:complete|done|achieved|closed)"
)

MIN_SATURATION = 0.14
"""Below this a fill reads as white or grey. Excel's own "good" cell style, a pale green, has 0.17."""

MIN_BRIGHTNESS = 0.35
"""Below this a fill reads as black."""


def says_not_stated(text: str) -> bool:
    """Whether the words say that there is no status, rather than one that cannot be read."""
    return re.fullmatch(r"\W*(?:not stated|none|n/?a|no rag|tbc)?\W*", text, re.IGNORECASE) is not None


def rag_from_text(text: str) -> Rag | None:
    """The colour that a RAG cell's words state; None when they state none or contradict each other."""
    words = re.sub(r"[\s_]+", " ", text.lower()).strip(" .:;,-–()[]*")
    if not words or _DENIED.search(words):
        return None
    for rag, forms in _WORDS:
        if re.fullmatch(rf"(?:rag(?: status| rating)?\s*[:=-]?\s*)?(?:{forms})", words):
            return rag
    if match := re.match(r"([garb])\s*[-–:(]\s*\w", words):
        return next(rag for rag, forms in _WORDS if forms.startswith(f"{match[1]}|"))
    named = {_COLOURS[colour] for colour in re.findall(r"\b(green|amber|yellow|orange|red|blue)\b", words)}
    if named:
        # "Green - complete" states green: the colour is what the total counts. "Amber/Green" states nothing certain.
        return named.pop() if len(named) == 1 else None
    for rag, forms in _WORDS:
        phrases = "|".join(form for form in forms.split("|") if len(form) > 1)
        if re.match(rf"(?:{phrases})\b", words) or re.fullmatch(rf"(?:[^\w\s])?\s*(?:{phrases})", words):
            return rag
    return None


def rag_from_fill(fill: str | None) -> Rag | None:
    """The colour that a shading of six hex digits shows; None for white, grey, black, purple and no shading."""
    if not fill:
        return None
    red, green, blue = (int(fill[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, saturation, brightness = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < MIN_SATURATION or brightness < MIN_BRIGHTNESS:
        return None
    degrees = hue * 360
    if degrees < 18 or degrees >= 340:
        return Rag.RED
    if degrees < 68:
        return Rag.AMBER
    if degrees < 175:
        return Rag.GREEN
    return Rag.BLUE if degrees < 255 else None

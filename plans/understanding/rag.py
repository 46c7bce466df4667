"""RAG as councils state it: words, a letter or a sign in the RAG cell, or its shading, by the file's own key if any.

Only what states a colour gives one. "On track", "some slippage", "significant slippage" and "complete" are the colours'
own meanings; "in progress", "not started" or "on hold" are none of them: such words are kept and RAG is "not stated".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plans.rules import Rag

from .fills import colour_family, is_coloured, is_swatch
from .rag_key import KeyMeaning, RagKey, key_at_end, read_key
from .rag_words import NO_STATUS, RAG_OF_FAMILY, read_words

__all__ = [
    "KeyMeaning",
    "RagKey",
    "Stated",
    "key_at_end",
    "rag_from_fill",
    "rag_from_text",
    "read_key",
    "read_rag",
    "says_not_stated",
]


@dataclass(frozen=True)
class Stated:
    """What a RAG cell states: the colour, its words as written ("cell shading #00B050"), and what a person is told."""

    rag: Rag = Rag.NOT_STATED
    as_written: str = ""
    flags: tuple[str, ...] = ()


def says_not_stated(text: str) -> bool:
    """Whether the words say that there is no status, rather than one that cannot be read."""
    nothing = r"[\s.?…:;,/()–—-]*"
    said = r"(?:not (?:stated|rated|applicable)|unrated|none|nil|n/?a|no (?:rag|status|rating)|tb[cda])?"
    return re.fullmatch(nothing + said + nothing, text, re.IGNORECASE) is not None


def read_rag(text: str, fill: str | None, key: RagKey | None = None) -> Stated:
    """What a RAG cell states by its words and its shading, by the plan's key where there is one; words come first."""
    flags: list[str] = []
    by_words, by_fill = _rag_of_words(text, key, flags), _rag_of_fill(fill, key, [] if text else flags)
    as_written = text or (f"cell shading #{fill}" if by_fill or flags else "")
    if not text and fill and not by_fill and not flags and is_coloured(fill):
        as_written = f"cell shading #{fill}"
        flags.append(f"The shading #{fill} of the RAG cell is none of its colours: RAG is not stated.")
    if text and by_words and by_fill and by_words is not by_fill:
        flags.append(f"RAG reads “{text}” but its cell is shaded {by_fill.value}; the words were taken.")
    elif re.search(r"\w", text) and not by_words and by_fill:
        if says_not_stated(text) or not NO_STATUS.search(text.lower()):
            flags = [f"RAG was read from the cell's shading; its words are “{text}”."]
        else:
            flags = [f"RAG was read from the cell's shading, {by_fill.value}, though its words are “{text}”."]
    elif text and not by_words and not by_fill and not flags and not says_not_stated(text):
        flags.append(f"“{text}” in the RAG column states no colour: RAG is not stated.")
    return Stated(by_words or by_fill or Rag.NOT_STATED, as_written, tuple(flags))


def rag_from_text(text: str) -> Rag | None:
    """The colour that a RAG cell's words state; None when they state none or contradict each other."""
    return read_words(text).rag


def rag_from_fill(fill: str | None) -> Rag | None:
    """The colour that a shading of six hex digits shows; None for white, grey, black, purple and no shading."""
    return RAG_OF_FAMILY.get(colour_family(fill)) if fill else None


def _rag_of_words(text: str, key: RagKey | None, flags: list[str]) -> Rag | None:
    reading = read_words(text)
    meaning = None
    if key and text:
        meaning = key.of_words(text) or (key.words.get(reading.family) if reading.family else None)
    if meaning is None:
        if reading.rag and reading.is_interpreted:
            flags.append(f"“{text}” in the RAG column was read as {reading.rag.value}.")
        return reading.rag
    _flag_meaning(meaning, f"“{text}”", reading.rag, flags)
    return meaning.rag


def _rag_of_fill(fill: str | None, key: RagKey | None, flags: list[str]) -> Rag | None:
    usual = rag_from_fill(fill)
    meaning = key.of_fill(fill) if key and fill and is_swatch(fill) else None
    if meaning is None:
        return usual
    _flag_meaning(meaning, f"the cell's shading #{fill}", usual, flags)
    return meaning.rag


def _flag_meaning(meaning: KeyMeaning, what: str, usual: Rag | None, flags: list[str]) -> None:
    by_key = f"By the plan's key {what} means “{meaning.says}”"
    if meaning.rag is None:
        flags.append(f"{by_key}, which is no RAG: not stated.")
    elif meaning.is_doubtful:
        flags.append(f"{by_key}; the colour was kept as {meaning.rag.value}.")
    elif meaning.rag is not usual:
        flags.append(f"{by_key}: read as {meaning.rag.value}.")


def shading_is_status(fills: Sequence[str | None]) -> bool:
    """Whether whole rows, of which each has one fill, are shaded by status: two of RAG's colours, not in turns."""
    families = [colour_family(fill) if fill else "" for fill in fills]
    if len({family for family in families if family in RAG_OF_FAMILY}) < 2:
        return False
    is_banded = len(families) > 3 and all(one == other for one, other in zip(families, families[2:], strict=False))
    return not is_banded

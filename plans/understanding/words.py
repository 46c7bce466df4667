"""Lines of a cell, and telling words from what a bad scan leaves."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from prevent_portal.tables_in import Cell

_NAMES = (
    r"(?:p|ul|ol|li|br|hr|b|i|u|s|em|strong|small|sub|sup|span|div|section|article|blockquote|pre|code|font|a|h[1-6]|"
    r"table|caption|thead|tbody|tfoot|tr|td|th|colgroup|col|del|ins|strike|img|label|center|o:p)"
)
_REST = r"(?:\s(?=[^<>]{0,200}=)[^<>]{0,200})?\s?/?>"
"""What follows a tag's name: attributes, which have a "=", so that "a <b and c> d" is no tag."""

_TAG = re.compile(rf"</?{_NAMES}{_REST}|<!--\s?(?:Start|End)Fragment\s?-->", re.IGNORECASE)
_ITEM = re.compile(rf"<li{_REST}", re.IGNORECASE)
_BREAK = re.compile(
    rf"</?(?:p|ul|ol|br|hr|div|li|section|article|blockquote|pre|h[1-6]|table|caption|tr){_REST}", re.IGNORECASE
)
_CELL = re.compile(rf"</?(?:td|th){_REST}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_UNSEEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
"""Soft hyphens, zero-width characters and those that only turn the direction of writing: nobody can read them."""

_LINE_ENDS = dict.fromkeys((0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
_CONTROLS = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)), " ")
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
}  # fmt: skip
"""What PDFs leave of two letters that were printed as one."""

_CLEANED = {**_UNSEEN, **_LINE_ENDS, **_CONTROLS, **_LIGATURES}

_BULLETS = "•·▪▫◦‣⁃●○◉■□◆◇➢➤►▶❖\uf0b7\uf0a7\uf0d8\uf0fc\uf0a8\uf02d"
_SHAPES = frozenset("●■◆◉▲▼►▶")
"""Alone in its cell such a sign is no empty bullet: it may be a traffic light."""

_BULLET = re.compile(rf"^[{_BULLETS}]\s*")
_BULLET_AT_START = re.compile(
    # "●" followed by words; a sign that is also a word or a minus only with a space after it, as symbol fonts leave it
    rf"^[^\S\n]*(?:[{_BULLETS}][^\S\n]*|(?:[-–—*§Ø¨]|o(?=\t|[^\S\n]{{2}}))[^\S\n]+)(?=[^\s{_BULLETS}])",
    re.MULTILINE,
)


def word_set(text: str) -> frozenset[str]:
    """A list of words as it is best read and kept: one text."""
    return frozenset(text.split())


_COMMON = word_set(
    """a an and are as at be by for from has have if in into is it its not of on or our that the their this to via
    was we when where which who will with all any new other than staff training review update ensure develop"""
)

ACTION_VERBS = word_set(
    """add address adopt advise amend agree align analyse appoint arrange assess attend audit brief build carry check
    circulate collate collect commission communicate compile complete conduct confirm consider consult continue
    coordinate create deliver design develop devise disseminate distribute draft draw embed enable encourage
    engage enhance ensure establish evaluate explore extend facilitate feed form formalise gather give have hold
    host identify implement improve include increase inform introduce invite issue launch lead liaise link
    maintain make map meet monitor nominate offer organise participate plan prepare present produce promote
    provide publish put raise receive record recruit refer refresh regular regularly report research respond
    review revise run scope secure seek send set share strengthen submit support sustain take test to track train
    undertake update use utilise work write"""
)
"""What an action begins with: somebody is to do something."""


@dataclass(frozen=True)
class Line:
    """One paragraph of a cell; `marker` is its bullet or its automatic number, "" for plain text."""

    text: str
    marker: str = ""

    @property
    def is_bullet(self) -> bool:
        return self.marker == "•"

    @property
    def full_text(self) -> str:
        return f"{self.marker} {self.text}" if self.marker else self.text


def lines_of(cell: Cell | None) -> list[Line]:
    """A cell's paragraphs without empty ones; HTML tags that stand in the text literally become paragraphs."""
    lines: list[Line] = []
    for paragraph in cell.paragraphs if cell else ():
        marker = paragraph.marker
        for piece in without_tags(paragraph.text).split("\n"):
            piece = re.sub(r"\s+", " ", piece).strip()
            while match := _BULLET.match(piece):
                marker, piece = marker or "•", piece[match.end() :]
            if piece:
                lines.append(Line(piece, marker))
                marker = ""
    if not lines and cell and (shape := cell.text.strip()) in _SHAPES:
        return [Line(shape)]
    return lines


def has_tags(cell: Cell | None) -> bool:
    """Whether HTML stands in the cell literally: tags, or codes such as "&amp;"."""
    return cell is not None and any(
        _TAG.search(paragraph.text) or _ENTITY.search(paragraph.text) for paragraph in cell.paragraphs
    )


def readable(lines: Iterable[Line]) -> str:
    """The lines as one text; a cell that consists of one bullet needs none."""
    lines = list(lines)
    if len(lines) == 1 and lines[0].is_bullet:
        return lines[0].text
    return "\n".join(line.full_text for line in lines)


def words_in(text: str) -> list[str]:
    """The words of a text in lower case."""
    return re.findall(r"[a-z0-9]+(?:['’][a-z]+)?", text.lower())


def is_nonsense(text: str, known_words: frozenset[str]) -> bool:
    """A few words in small letters, none of them common and none used anywhere else in the document."""
    words = words_in(text)
    return 0 < len(words) <= 5 and text == text.lower() and not any(w in _COMMON or w in known_words for w in words)


def share_repeated(text: str, earlier: str) -> float:
    """How much of a text stands in an earlier one, 0 to 1, by runs of three words."""
    words, before = words_in(text), words_in(earlier)
    runs = _runs_of_three(words)
    if not runs:
        return 0.0
    seen = set(_runs_of_three(before))
    return sum(run in seen for run in runs) / len(runs)


def _runs_of_three(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(words, words[1:], words[2:], strict=False))


def without_tags(text: str) -> str:
    """The text as its author meant it to be seen, word for word.

    Literal HTML tags are left out, those that part paragraphs become line breaks, and codes such as "&amp;" their
    characters. Characters that nobody can see go, the ligatures of PDFs are undone, and a bullet of any kind at the
    start of a line becomes "•". Quotation marks and everything else stay as written.
    """
    for _ in range(3):  # "&amp;lt;p&amp;gt;": what was put through HTML several times
        decoded = _ENTITY.sub(_character, text) if "&" in text else text
        if "<" in decoded:
            decoded = _ITEM.sub("\n• ", decoded)
            decoded = _TAG.sub("", _CELL.sub(" ", _BREAK.sub("\n", decoded)))
        if decoded == text:
            break
        text = decoded
    return _BULLET_AT_START.sub("• ", text.replace("\r\n", "\n").translate(_CLEANED))


def _character(match: re.Match[str]) -> str:
    character = html.unescape(match[0])
    # A code for half of a pair of surrogates is no character: it could not be stored.
    return match[0] if any("\ud800" <= each <= "\udfff" for each in character) else character

"""A plan's own colour key: what its colours, letters and fills mean, where the file says so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from plans.rules import Rag

from .fills import colour_family, distance, is_coloured, is_swatch
from .rag_words import COLOURS, FAMILY_OF_WORD, LETTERS, NAMED, NO_STATUS, RAG_OF_FAMILY, SIGNS, UNFINISHED, normalised


@dataclass(frozen=True)
class KeyMeaning:
    """What a colour, letter or word means by a plan's own key; `rag` is None where that is no RAG ("in progress")."""

    rag: Rag | None
    says: str
    is_doubtful: bool = False  # the colour's usual meaning was kept though the key says something else


@dataclass(frozen=True)
class RagKey:
    """The colour key of a file: what words or letters and what fills mean. `key | other` has both; the first wins."""

    words: dict[str, KeyMeaning] = field(default_factory=dict)
    fills: dict[str, KeyMeaning] = field(default_factory=dict)

    def __or__(self, other: "RagKey") -> "RagKey":
        return RagKey({**other.words, **self.words}, {**other.fills, **self.fills})

    def of_fill(self, fill: str) -> KeyMeaning | None:
        """The meaning of this fill, or of the key's nearest one that goes by the same name; None if it has none."""
        if fill in self.fills:
            return self.fills[fill]
        family = colour_family(fill)
        alike = [each for each in self.fills if colour_family(each) == family]
        if alike:
            return self.fills[min(alike, key=lambda each: distance(each, fill))]
        return self._of_word(family)

    def of_words(self, text: str) -> KeyMeaning | None:
        """The meaning of a RAG cell's words that the key names: "C", "C - board agreed", "Purple"."""
        words = normalised(text)
        if found := self._of_word(words):
            return found
        match = re.match(r"([a-z]{1,8})\s*[-–—:=(]", words)
        return self._of_word(match[1]) if match else None

    def _of_word(self, word: str) -> KeyMeaning | None:
        """The meaning of a word, or of the only colour of the key that a letter begins: "P" where purple has one.

        So "B" is black where the key has no blue. The other way round "Purple" is "P", which begins no usual colour.
        """
        if word in self.words:
            return self.words[word]
        if len(word) == 1:
            named = {each for each in (*self.words, *map(colour_family, self.fills)) if each[0] == word}
            named = {each for each in named if _IS_COLOUR(each)}
            return self._of_colour(named.pop()) if len(named) == 1 and LETTERS.get(word) not in named else None
        is_other_colour = word[:1] not in LETTERS and _IS_COLOUR(word)
        return self.words.get(word[0]) if is_other_colour else None

    def _of_colour(self, colour: str) -> KeyMeaning:
        fills = (meaning for fill, meaning in self.fills.items() if colour_family(fill) == colour)
        return self.words[colour] if colour in self.words else next(fills)


MAX_KEY = 3_000
"""Characters. A longer text than this is no key."""

MOST_KEY_ROWS = 12


def read_key(rows: Sequence[Sequence[tuple[str, str | None]]]) -> RagKey | None:
    """The colour key that these rows of cells (text, fill) are; None if they are anything else.

    A paragraph is one row of one cell. Strict: at least two different colours or letters, each with its meaning, and
    nothing besides except a heading such as "Key". One colour that is none of RAG's is enough under such a heading
    ("Key: Purple = complete"), and under one there may be codes of two or three capitals, if all mean a status.
    """
    if sum(len(text) for row in rows for text, _ in row) > MAX_KEY:
        return None
    return _read(rows, _PLAIN) or _read(rows, _WITH_CODES)


def _read(rows: Sequence[Sequence[tuple[str, str | None]]], forms: "_Forms") -> RagKey | None:
    found: list[tuple[str, str | None, str]] = []
    is_headed = False
    for row in rows:
        cells = [(text.strip(), fill) for text, fill in row if text.strip() or is_swatch(fill)]
        without_headings = [cell for cell in cells if not _KEY_HEADING.fullmatch(cell[0])]
        is_headed |= len(without_headings) < len(cells)
        entries = _entries_of(without_headings, forms)
        if entries is None:
            return None
        found += entries
        is_headed |= any(_KEY_PREFIX.match(text) for text, _ in cells)
    labels = [(word, fill) for word, fill, _ in found]
    if not found or len(set(labels)) < len(labels):
        return None
    clear = sum(_meaning(says)[1] != "unclear" for _, _, says in found)
    if len(found) == 1:
        word = found[0][0]
        is_colour_besides = len(word) > 1 and word not in RAG_OF_FAMILY and _IS_COLOUR(word)
        if not (is_headed and is_colour_besides and _meaning(found[0][2])[1] == "clear"):
            return None
    elif clear < (1 if is_headed else 2) or (forms is _WITH_CODES and (not is_headed or clear < len(found))):
        return None
    key = RagKey()
    for word, fill, says in found:
        _put(key, word, fill, says)
    return key


def key_at_end(rows: Sequence[Sequence[tuple[str, str | None]]]) -> tuple[int, RagKey] | None:
    """The colour key that stands in the last rows of a table, an entry in each, and the index of its first row."""
    found = None
    for start in range(len(rows) - 1, max(len(rows) - MOST_KEY_ROWS, 0) - 1, -1):
        if key := read_key(rows[start:]):
            found = start, key
        elif found:
            break
    return found


_KEY_HEADING = re.compile(
    r"(?:(?:colour|status|b?rag|progress)\s+)?(?:key|legend)(?:\s+to\s+[\w ]{1,30})?|(?:b?rag|colour|status)"
    r"(?:\s+(?:status|rating|ratings|colours?|code|coding|scale|guide|definitions?|descriptions?|explained|system))*|"
    r"meaning|definitions?|descriptions?|explanation|what it means|criteria",
    re.IGNORECASE,
)
_KEY_PREFIX = re.compile(rf"^(?:{_KEY_HEADING.pattern})\s*[:–—-]\s*(?=\S)", re.IGNORECASE)
_KEY_COLOUR = rf"(?:{NAMED}|purple|violet|gr[ea]y|white|black|pink|brown|teal|turquoise|lilac|gold|silver)"
_IS_COLOUR = re.compile(_KEY_COLOUR).fullmatch


@dataclass(frozen=True)
class _Forms:
    label: re.Pattern[str]
    entry: re.Pattern[str]


def _forms(letter: str) -> _Forms:
    label = rf"(?:(?P<colour>{_KEY_COLOUR})(?:\s*[(/]\s*(?P<letter_after>[A-Z])\)?)?|(?P<letter>{letter}))"
    entry = (
        rf"(?:(?<=[\s,;|(./])|^)(?:(?P<colour>{_KEY_COLOUR})(?:\s*\(\s*(?P<letter_after>[A-Z])\s*\))?|"
        rf"(?P<letter>{letter}))\s*(?:=|:|[-–—](?=[\s\w])|\bmeans\b|\()\s*"
    )
    return _Forms(re.compile(label, re.IGNORECASE), re.compile(entry, re.IGNORECASE))


_PLAIN, _WITH_CODES = _forms("[A-Z]"), _forms("(?-i:[A-Z]{1,3})")
"""What labels a key's entries: colours and letters, or besides these codes such as "NS" for not started."""


def _entries_of(cells: list[tuple[str, str | None]], forms: _Forms) -> list[tuple[str, str | None, str]] | None:
    """(word, fill, meaning) of a row's cells; None if anything in it is no entry of a key."""
    entries: list[tuple[str, str | None, str]] = []
    at = 0
    while at < len(cells):
        text, fill = cells[at]
        if inline := _inline_entries(text, fill, forms):
            entries += inline
            at += 1
        elif (label := _label(text, forms)) is not None or (not text and is_swatch(fill)):
            meanings = []
            while at + 1 < len(cells) and len(meanings) < 2:
                following, its_fill = cells[at + 1]
                if _label(following, forms) is not None or not re.search(r"[^\W\d_]{2}", following):
                    break
                if meanings and is_coloured(its_fill):
                    break
                meanings.append(following)
                at += 1
            if not meanings:
                return None
            entries.append((label or "", fill if is_swatch(fill) else None, " – ".join(meanings)))
            at += 1
        elif text and is_coloured(fill) and len(text.split()) <= 12 and re.search(r"[^\W\d_]{3}", text):
            entries.append(("", fill, text))
            at += 1
        else:
            return None
    return entries


def _label(text: str, forms: _Forms) -> str | None:
    words = text.translate(SIGNS).strip(" .:=-–—()[]*")
    match = forms.label.fullmatch(words)
    return _word_of(match) if match else None


def _word_of(match: re.Match[str]) -> str:
    if match["colour"]:
        colour = match["colour"].lower()
        return FAMILY_OF_WORD.get(colour, colour)
    return match["letter"].lower()


def _inline_entries(text: str, fill: str | None, forms: _Forms) -> list[tuple[str, str | None, str]]:
    """The entries of "Key: Green = on track, Amber (some slippage)"; none unless all of the text is made of them."""
    entries: list[tuple[str, str | None, str]] = []
    for line in text.split("\n"):
        said = re.sub(r"\s+", " ", _KEY_PREFIX.sub("", line.translate(SIGNS).strip()).strip(" •·-–"))
        if not said or _KEY_HEADING.fullmatch(said.rstrip(" :")):
            continue
        matches = list(forms.entry.finditer(said))
        if not matches or matches[0].start() > 0:
            return []
        for match, meaning in _with_meanings(said, matches):
            if not re.search(r"[^\W\d_]{2}", meaning):
                return []
            entries.append((_word_of(match), None, meaning))
    if len(entries) == 1 and is_coloured(fill):
        return [(entries[0][0], fill, entries[0][2])]
    return entries


def _with_meanings(said: str, matches: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], str]]:
    kept: list[re.Match[str]] = []
    for match in matches:
        # "Green – on track (G)": a letter in brackets that begins no meaning of its own
        if kept and not said[kept[-1].end() : match.start()].strip(" ,;|.()"):
            continue
        kept.append(match)
    for match, following in zip(kept, [*kept[1:], None], strict=True):
        yield match, said[match.end() : following.start() if following else len(said)].strip(" ,;|.()")


_MEANS: tuple[tuple[Rag, re.Pattern[str]], ...] = (
    (
        Rag.RED,
        re.compile(
            r"\b(?:significant\w*|major|serious\w*|severe\w*|critical\w*|off[\s-](?:track|target|schedule)|unlikely|"
            r"missed|overdue|fail\w*|not (?:be )?(?:on (?:track|target)|achiev\w+|met|deliver\w+|"
            r"complet\w+ (?:on|by|with)))\b"
        ),
    ),
    (
        Rag.AMBER,
        re.compile(
            r"(?<!no )\b(?:slipp\w+|delay\w*|at risk|behind|some (?:concern|issue|risk)s?|minor|slight\w*|may not)\b"
        ),
    ),
    (
        Rag.GREEN,
        re.compile(
            r"(?<!not )\bon (?:track|target|schedule|course|time)\b|\bprogressing (?:well|as planned|to plan)\b|"
            r"\bno (?:issues|concerns|slippage|delays?)\b|\bar y trywydd|\bar darged"
        ),
    ),
    (
        Rag.BLUE,
        re.compile(r"\b(?:completed?|achieved|closed|done|delivered|finished|implemented|cwblhawyd|gwblhau)\b"),
    ),
)


def _meaning(says: str) -> tuple[Rag | None, str]:
    """The RAG that a key's explanation means, and "clear", "none" (a status that is no RAG) or "unclear"."""
    words = re.sub(r"\s+", " ", says.lower().translate(SIGNS))
    if match := re.match(rf"({NAMED})\b\W*", words):
        rest = words[match.end() :]
        found, how = _meaning(rest) if rest else (None, "unclear")
        return (found, how) if how == "clear" else (COLOURS[match[1]], "clear")
    found = {rag for rag, form in _MEANS if form.search(words)}
    if Rag.BLUE in found and UNFINISHED.search(words):
        found.discard(Rag.BLUE)
    if {Rag.RED, Rag.AMBER} <= found and re.search(r"\b(?:significant|major|serious|severe|off)", words):
        found.discard(Rag.AMBER)  # "significant slippage" has the word of both
    if len(found) == 1 and not (found == {Rag.BLUE} and NO_STATUS.search(words)):
        return found.pop(), "clear"
    if not found and NO_STATUS.search(words):
        return None, "none"
    return None, "unclear"


def _put(key: RagKey, word: str, fill: str | None, says: str) -> None:
    rag, how = _meaning(says)
    family = LETTERS.get(word, word) or (colour_family(fill) if fill else "")
    if match := re.match(rf"({_KEY_COLOUR})\b", says.lower()):
        family = FAMILY_OF_WORD.get(match[1], match[1])  # "C = coch", "B = black"
    usual = RAG_OF_FAMILY.get(family)
    # Blue closes an action. So it is never kept against the key's word; the other colours stay what the council
    # coloured, and the person is told.
    is_kept = how != "clear" and usual is not None and (usual is not Rag.BLUE or how == "unclear")
    meaning = KeyMeaning(usual if is_kept else rag, says, is_kept and how == "none")
    if fill:
        key.fills.setdefault(fill, meaning)
    for name in {word, family, *(letter for letter, colour in LETTERS.items() if colour == family and word)}:
        if name and (name == word or not fill or word):
            key.words.setdefault(name, meaning)

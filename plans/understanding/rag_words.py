"""The words of RAG: colours, letters, signs and statuses as councils write them, in English and Welsh."""

import re
from dataclasses import dataclass

from plans.rules import Rag

COLOURS = {
    "green": Rag.GREEN, "gwyrdd": Rag.GREEN, "amber": Rag.AMBER, "ambr": Rag.AMBER, "yellow": Rag.AMBER,
    "orange": Rag.AMBER, "oren": Rag.AMBER, "melyn": Rag.AMBER, "red": Rag.RED, "coch": Rag.RED, "blue": Rag.BLUE,
    "glas": Rag.BLUE,
}  # fmt: skip
"""English and Welsh."""

FAMILY_OF_WORD = {"gwyrdd": "green", "ambr": "amber", "yellow": "amber", "orange": "amber", "oren": "amber"}
FAMILY_OF_WORD |= {"melyn": "amber", "coch": "red", "glas": "blue", "gray": "grey", "violet": "purple"}
RAG_OF_FAMILY = {"green": Rag.GREEN, "amber": Rag.AMBER, "red": Rag.RED, "blue": Rag.BLUE}
LETTERS = {"g": "green", "a": "amber", "r": "red", "b": "blue"}
SIGNS = str.maketrans(
    dict.fromkeys("🟢🟩💚", " green ")
    | dict.fromkeys("🟡🟠🟨🟧💛🧡", " amber ")
    | dict.fromkeys("🔴🟥❤", " red ")
    | dict.fromkeys("🔵🟦💙", " blue ")
    | dict.fromkeys("\ufe0f\ufe0e")
    | dict.fromkeys("●▲■♦○")  # the signs beside the words in the portal's own papers
)
_ARROWS = "↑↓←→↔↕↗↘↖↙⬆⬇⬅➡⇧⇩⇨⇦▲▼△▽►▶◄◀➔➜⟶"
NAMED = "(?:" + "|".join(COLOURS) + ")"
_COLOUR = rf"(?:{NAMED}|[garb])(?!\w)"

_LABEL = re.compile(
    r"^(?:(?:current|overall|latest|present)\s+)?(?:b?rag|status|rating|colour|statws)(?:\s+(?:status|rating|colour|is))*\s*"
    r"(?:[:=–-]\s*|\s+)(?=\S)"
)
_BEFORE = re.compile(
    rf"\b(?:(?:moved|changed|improved|worsened|upgraded|downgraded|gone|going)\s+)?from\s+{_COLOUR}\s+(?:in)?to\s+"
    rf"|\(?\b(?:was|were|previously|formerly|prev\.?|last\s+(?:quarter|month|period|report|update|time))\W{{1,3}}"
    rf"(?:at\s+|rated\s+)?{_COLOUR}\)?\W{{0,3}}(?:but\s+)?(?:(?:is\s+)?now\s+)?"
    rf"|^{_COLOUR}\W{{1,3}}(?:but\s+)?(?:is\s+)?now\s+(?={_COLOUR})"
)
"""What a cell says of an earlier colour: "was red", "from red to"."""

_MOVED = re.compile(r"\s*(?:→|➔|➜|➡|⇨|⟶|►|▶|[-=]{1,2}>)\s*")
_LETTER_AT_START = re.compile(r"([garb])\s*[-–—:=(]\s*\w")
_NAMED_ANYWHERE = re.compile(rf"\b{NAMED}\b")
_STATING = re.compile(
    rf"^(?:(?:now|currently|still|remains?|is|overall|rated)\s+)*(?P<start>{NAMED})\b"
    rf"|(?:[-–—:;,(=.]\s*|\b(?:rag|status|rated|rating|currently|now|remains?|overall)\s+(?:is\s+|as\s+)?)(?P<end>{NAMED})\W*$"
)
_NOT_COLOUR = re.compile(rf"\b(?:not|never|no longer|isn'?t|nearly|almost)\s+(?:yet\s+)?{NAMED}\b")
_COLOUR_LATER = re.compile(rf"\b{NAMED}\s+(?:if|when|once|by|subject to|provided)\b")
_BY_QUARTER = re.compile(rf"\b(?:q|quarter\s?)([1-4])\b[^\w]{{0,4}}({_COLOUR})")

_COMPLETE = (
    r"(?:fully |now |all |action |target |objective |task )?(?:completed?|achieved|finished|closed|done|delivered|"
    r"implemented|met)|cwblhawyd|wedi['’]?i (?:g|ch)wblhau|wedi ei (?:g|ch)wblhau|cyflawnwyd"
)
_STATUSES: tuple[tuple[Rag, bool, re.Pattern[str]], ...] = tuple(
    (rag, is_interpreted, re.compile(rf"(?:{forms})(?!\w)"))
    for rag, is_interpreted, forms in (
        (Rag.RED, False, r"not on (?:track|target|schedule)|off[\s-](?:track|target|schedule|course)"),
        (
            Rag.RED,
            False,
            (
                r"(?:significant(?:ly)?|major|serious(?:ly)?|severe(?:ly)?) (?:slippage|delay(?:s|ed)?|behind|"
                r"off track)|oddi ar y (?:trywydd|targed)"
            ),
        ),
        (Rag.RED, True, r"overdue"),
        (
            Rag.GREEN,
            False,
            (
                r"on[\s-](?:track|target|schedule|course|time)|(?:going|progressing) (?:to plan|as planned|on plan)|"
                r"ar y trywydd(?: iawn)?|ar darged|ahead of (?:schedule|target|plan)"
            ),
        ),
        (
            Rag.AMBER,
            False,
            (
                r"(?:(?:some|minor|slight(?:ly)?|small) )?(?:slippage)|(?:some|minor|slight|small) (?:delays?|risk)|"
                r"slight(?:ly)? (?:behind|delayed|off track)|at risk|mewn perygl"
            ),
        ),
        (
            Rag.AMBER,
            True,
            r"delay(?:ed|s)?|slipp(?:ed|ing)|behind(?: (?:schedule|target|plan|time))?|running late|late",
        ),
        (Rag.BLUE, False, _COMPLETE),
    )
)
"""The status, whether reading it as that colour is an interpretation, and its words. "Delayed" says that something
has slipped, not how far: it is read as amber, and the action says so."""

_ONLY_IF_NOTHING_FOLLOWS = re.compile(
    r"\s*(?:$|[-–—:;,.()/|&]|\d|(?:in|on|at|and|with|as)\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|20\d\d)"
)
"""After "complete": else "Completed forms are sent" or "Met the police" would be a completed action."""

UNFINISHED = re.compile(
    r"\b(?:not|isn'?t|un|yet to|to be|will be|nearly|almost|partly|partially|part|mostly|largely|substantially|near|"
    r"expected|due|likely|on track|aim\w*|half|semi|once|when|until)\b[\s-]*(?:\w+\s){0,2}(?:be\s)?"
    r"(?:complet\w+|done|achieved|closed|met|delivered|implemented|finished)"
    r"|\bin(?:complete|[\s-]complete)|\bun(?:done|finished|met)|\bcomplete by\b"
    r"|\b(?:on[\s-]?going|outstanding|remaining|remains|awaiting|in progress|continu\w+|but|except|apart from|"
    r"further|no longer|cancel\w+|withdrawn|superseded|merged|transferred|not required)\b"
)
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?\s?%")
NO_STATUS = re.compile(
    r"\b(?:not (?:yet )?(?:started|begun|commenced|due)|on hold|paused|suspended|cancel\w+|withdrawn|no longer|"
    r"in[\s-]progress|on[\s-]?going|under\s?way|started|planned|deferred|not applicable|n/a|superseded|open|proposed|"
    r"yet to (?:start|begin)|to be (?:started|confirmed)|future|not required|rolled over|carried forward)\b"
)
_MAX_READ = 300
"""A longer text in a RAG cell is a comment; only its beginning is read."""


@dataclass(frozen=True)
class Reading:
    rag: Rag | None = None
    family: str = ""  # the colour that is named outright
    is_interpreted: bool = False


_NOTHING = Reading()


def normalised(text: str) -> str:
    words = re.sub(r"[\s_]+", " ", text[:_MAX_READ].lower().translate(SIGNS))
    return words.strip(" .:;,-–—()[]{}*'\"‘’“”").strip(_ARROWS + " ")


_BOX = re.compile(r"(?P<box>[☐□⬜☒☑✅✓✔]|\[\s?[xX✓✔]?\s?\])[^\S\n]*(?P<said>[^☐□⬜☒☑✅✓✔\[\n]+)")
_EMPTY_BOX = re.compile(r"[☐□⬜]|\[\s*\]")


def ticked(text: str) -> str:
    """Of "☐ Not started ☒ Complete" what is ticked, nothing if that is none or several; any other text as it is."""
    boxes = [(match["box"], match["said"].strip()) for match in _BOX.finditer(text[:_MAX_READ])]
    if len(boxes) < 2 or not any(_EMPTY_BOX.fullmatch(box) for box, _said in boxes):
        return text
    chosen = [said for box, said in boxes if not _EMPTY_BOX.fullmatch(box)]
    return chosen[0] if len(chosen) == 1 else ""


def read_words(text: str) -> Reading:
    text = ticked(text)
    lines = [line for line in text[:_MAX_READ].split("\n") if line.strip()]
    if len(lines) < 2:
        return _read_line(text)
    quarters = [(int(match[1]), match[2]) for match in _BY_QUARTER.finditer(normalised(text))]
    if len(quarters) > 1 and quarters == sorted(quarters):
        return _read_line(quarters[-1][1])
    found = [reading for line in lines if (reading := _read_line(line)).rag]
    if len({reading.rag for reading in found}) == 1:
        return found[0]
    return _NOTHING if found else _read_line(text)


def _read_line(text: str) -> Reading:
    words = normalised(text)
    if not words or text.rstrip().endswith("?"):
        return _NOTHING
    quarters = [(int(match[1]), match[2]) for match in _BY_QUARTER.finditer(words)]
    if len(quarters) > 1 and quarters == sorted(quarters):
        words = quarters[-1][1]
    words = _LABEL.sub("", words)
    moves = _MOVED.split(words)
    if len(moves) > 1 and all(_read_plain(part.strip(_ARROWS + " ()")).family for part in moves):
        return _read_plain(moves[-1].strip(_ARROWS + " ()"))
    words = _BEFORE.sub("", words).strip(" .:;,-–—()[]")
    return _read_plain(words)


def _read_plain(words: str) -> Reading:
    words = re.sub(rf"\s*\(?[{_ARROWS}]+\)?\s*", " ", words).strip()
    if family := LETTERS.get(words):
        return Reading(RAG_OF_FAMILY[family], family)
    if match := _LETTER_AT_START.match(words):
        family = LETTERS[match[1]]
        return Reading(RAG_OF_FAMILY[family], family)
    if _NOT_COLOUR.search(words) or _COLOUR_LATER.search(words):
        return _NOTHING
    if stating := [match["start"] or match["end"] for match in _STATING.finditer(words)]:
        # "Green - complete" states green: the colour is what the total counts. "Amber/Green" states nothing certain.
        is_short = len(words.split()) <= 8
        near = words if is_short else words[: words.find(stating[0]) + len(stating[0]) + 12]
        named = {COLOURS[colour] for colour in (*stating, *_NAMED_ANYWHERE.findall(near))}
        if len(named) == 1:
            return Reading(named.copy().pop(), FAMILY_OF_WORD.get(stating[0], stating[0]))
        return _NOTHING
    return _read_status(words)


def _read_status(words: str) -> Reading:
    """ "On track", "Complete (May 2025)", "Some slippage/risk", "Cwblhawyd / Complete"."""
    whole = re.sub(r"^100\s?%\s*", "", words)
    is_unfinished = UNFINISHED.search(whole) is not None or any(int(share) < 100 for share in _PERCENT.findall(whole))
    found: list[Reading] = []
    for part in re.split(r"\s*[/|]\s*", whole):
        for rag, is_interpreted, form in _STATUSES:
            match = form.match(part)
            if not match:
                continue
            if rag is Rag.BLUE and (is_unfinished or not _ONLY_IF_NOTHING_FOLLOWS.match(part, match.end())):
                return _NOTHING
            found.append(Reading(rag, "", is_interpreted))
            break
    if len({reading.rag for reading in found}) != 1:
        return _NOTHING
    rest = [form.search(whole) for rag, _, form in _STATUSES if rag not in (found[0].rag, Rag.BLUE)]
    if found[0].rag is Rag.GREEN and any(rest):
        return _NOTHING  # "on track but at risk"
    return found[0]

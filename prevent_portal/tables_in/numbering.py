"""The numbers and letters that Word draws in front of list items: they are settings, not text."""

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLET = "•"
MAX_MARKER = 20
"""Characters of a number's pattern and of a repeated letter (z, aa, bb). SECURITY: a file could ask for millions."""
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN += ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(slots=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts through a document's lists as Word does: one counter a list and level, deeper levels restart."""

    def __init__(self, root: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        if root is not None:
            self._read(root)

    def next_marker(self, num_id: str, level: int) -> str:
        """What stands in front of the next item of this list: "a)", "2.1", or "•" for bullets and unknown lists."""
        numbered = self._lists.get(num_id)
        if numbered is None or level not in numbered.levels:
            return BULLET
        definition = numbered.levels[level]
        counters = numbered.counters
        counters[level] = counters.get(level, definition.start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]
        if definition.format in ("bullet", "none"):
            return BULLET if definition.format == "bullet" else ""

        def place(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            other = numbered.levels.get(at, definition)
            return _formatted(counters.get(at, other.start), other.format)

        return _PLACE.sub(place, definition.text).strip()

    def _read(self, root: etree._Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for element in root.iter(f"{W}abstractNum"):
            abstract[element.get(f"{W}abstractNumId", "")] = {
                _integer(level.get(f"{W}ilvl"), 0): _level(level) for level in element.iter(f"{W}lvl")
            }
        counters: dict[str, dict[int, int]] = {}
        for element in root.iter(f"{W}num"):
            reference = element.find(f"{W}abstractNumId")
            abstract_id = reference.get(f"{W}val", "") if reference is not None else ""
            levels = dict(abstract.get(abstract_id, {}))
            # Lists that share a definition count on together, unless one of them says where to start.
            shared = counters.setdefault(abstract_id, {})
            for override in element.iter(f"{W}lvlOverride"):
                at = _integer(override.get(f"{W}ilvl"), 0)
                shared = {}
                if (replacement := override.find(f"{W}lvl")) is not None:
                    levels[at] = _level(replacement)
                start = override.find(f"{W}startOverride")
                if start is not None and at in levels:
                    old = levels[at]
                    levels[at] = _Level(old.format, old.text, _integer(start.get(f"{W}val"), 1))
            self._lists[element.get(f"{W}numId", "")] = _List(levels, shared)


def _level(element: etree._Element) -> _Level:
    def value(name: str, default: str) -> str:
        child = element.find(f"{W}{name}")
        return child.get(f"{W}val", default) if child is not None else default

    text = value("lvlText", "")[:MAX_MARKER]
    return _Level(value("numFmt", "decimal"), text, _integer(value("start", "1"), 1))


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 7 else default


def _formatted(number: int, number_format: str) -> str:
    if number_format in ("lowerLetter", "upperLetter") and 0 < number <= 26 * MAX_MARKER:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if number_format == "upperLetter" else letter
    if number_format in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman, rest = "", number
        for size, digits in _ROMAN:
            roman += digits * (rest // size)
            rest %= size
        return roman.upper() if number_format == "upperRoman" else roman
    return str(number)

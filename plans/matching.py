"""Which row of one table is which row of an earlier one: by words first, then by closeness and reference.

Never compares every row with every row: close words are looked for among the few rows that share rare ones.
"""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

VERY_CLOSE, CLOSE, RELATED = 0.75, 0.5, 0.2
"""How much of two rows' words agrees, of 1. Below RELATED, rows of one reference are different rows: a plan that was
numbered afresh must not write one objective over another."""

COMMON_WORD_ROWS = 25
"""A word that more rows hold than this finds no row."""

CANDIDATES = 3
WORDS_COMPARED = 120


@dataclass(frozen=True)
class Row:
    """A row to be found again: its heading, its reference there, and its words."""

    group: str
    ref: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, group: str, ref: str, *texts: str) -> "Row":
        """From texts as they stand; what stands twice counts once."""
        words = " ".join(dict.fromkeys(" ".join(text.split()) for text in texts))
        return cls(_plain(group), _plain(ref), tuple(re.findall(r"\w+", words.casefold())))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def match(new: Sequence[Row], old: Sequence[Row]) -> dict[int, int]:
    """For each index in `new` the index in `old` that is the same row; no index twice, and none for what is new.

    In this order: same words under the same heading and reference, same words elsewhere, very close words, same
    heading and reference with related words, close words.
    """
    pairs = _Pairs(new, old)
    pairs.by(lambda row: row.words and (row.group, row.ref, row.words))
    pairs.by(lambda row: row.words and (row.group, row.words))
    pairs.by(lambda row: row.words)
    close = pairs.close_ones()
    pairs.take(each for each in close if each[0] >= VERY_CLOSE)
    pairs.by(lambda row: row.ref and (row.group, row.ref), at_least=RELATED)
    pairs.take(close)
    return pairs.found


class _Pairs:
    def __init__(self, new: Sequence[Row], old: Sequence[Row]):
        self.new, self.old = new, old
        self.found: dict[int, int] = {}
        self.taken: set[int] = set()

    def _left(self) -> tuple[list[int], list[int]]:
        return (
            [index for index in range(len(self.new)) if index not in self.found],
            [index for index in range(len(self.old)) if index not in self.taken],
        )

    def _pair(self, new: int, old: int) -> None:
        self.found[new] = old
        self.taken.add(old)

    def by(self, key: Callable[[Row], Hashable], *, at_least: float = 0.0) -> None:
        """Pair rows of the same key, in their order; rows without one stay."""
        left_new, left_old = self._left()
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for index in reversed(left_old):
            if name := key(self.old[index]):
                waiting[name].append(index)
        for index in left_new:
            rows = waiting.get(key(self.new[index]))
            if rows and (not at_least or _likeness(self.new[index], self.old[rows[-1]]) >= at_least):
                self._pair(index, rows.pop())

    def close_ones(self) -> list[tuple[float, int, int]]:
        """(likeness, new, old) of the rows left, the likeliest first."""
        left_new, left_old = self._left()
        holders: dict[str, list[int]] = defaultdict(list)
        for index in left_old:
            for word in set(self.old[index].words):
                holders[word].append(index)
        found = []
        for index in left_new:
            shared: Counter[int] = Counter()
            for word in set(self.new[index].words):
                if len(rows := holders.get(word, ())) <= COMMON_WORD_ROWS:
                    shared.update(rows)
            for candidate, _count in shared.most_common(CANDIDATES):
                likeness = _likeness(self.new[index], self.old[candidate])
                if likeness >= CLOSE:
                    found.append((likeness, index, candidate))
        return sorted(found, key=lambda each: (-each[0], each[1], each[2]))

    def take(self, pairs: Iterable[tuple[float, int, int]]) -> None:
        """Pair these, in their order, where both are still free."""
        for _likeness_of_them, new, old in pairs:
            if new not in self.found and old not in self.taken:
                self._pair(new, old)


def _likeness(one: Row, other: Row) -> float:
    matcher = difflib.SequenceMatcher(None, one.words[:WORDS_COMPARED], other.words[:WORDS_COMPARED], autojunk=False)
    return matcher.ratio()

"""A paper's HTML taken apart into parts that can be laid out each for itself.

A part is an element with the attribute `data-part` directly in `<body>` or in a `<main>` or `<div>` there. Whatever
stands between two parts is a part of its own. Each part becomes a whole page of HTML with the head of the paper, so
that it gets the same styles. This works on text, since taking the time to parse everything would defeat the purpose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

EARLIER = "data-earlier"
"""Marks the element that stands in for the parts before, so that a part does not take its first page for the first of
the paper and counts on from where they stopped."""

COUNTED = {
    "table": re.compile(r"<caption\b[^<>]*\sdata-label(?=[\s=>])"),
    "figure": re.compile(r"<figcaption\b[^<>]*\sdata-label(?=[\s=>])"),
}
"""What print.css counts through a paper. Only a first guess: whoever joins the parts checks it against what each part
has counted."""

PART = re.compile(r"<([a-z][a-z0-9]*)\b[^<>]*\sdata-part(?=[\s=>])[^<>]*>")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
BODY = re.compile(r"<body\b[^<>]*>")
WRAPPERS = frozenset({"main", "div"})
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "col", "area", "base", "source", "track", "embed"})


@dataclass(frozen=True, slots=True)
class SplitPaper:
    """The parts in order, each a whole page of HTML; `frame` is the page without anything in its body."""

    frame: str
    parts: tuple[str, ...]


def split_paper(page: str) -> SplitPaper | None:
    """The parts of `page`; None where there are fewer than two or the HTML can't be followed."""
    body = BODY.search(page)
    end = page.rfind("</body>")
    if body is None or end < body.end() or not PART.search(page, body.end(), end):
        return None
    start, finish = page[: body.end()], page[end:]
    pieces: list[str] = []
    open_tags: list[tuple[str, str]] = []
    at = body.end()
    while at < end:
        part = PART.search(page, at, end)
        loose_end = part.start() if part else end
        opened = "".join(tag for _, tag in open_tags)
        if not _follow(page, at, loose_end, open_tags):
            return None
        closed = "".join(f"</{name}>" for name, _ in reversed(open_tags))
        if _has_content(page[at:loose_end]):
            pieces.append(opened + page[at:loose_end] + closed)
        if part is None:
            break
        if any(name not in WRAPPERS for name, _ in open_tags):
            return None
        at = _end_of(page, part[1], part.start(), end)
        if at == 0:
            return None
        pieces.append("".join(tag for _, tag in open_tags) + page[part.start() : at] + closed)
    if open_tags or len(pieces) < 2:
        return None
    counts = dict.fromkeys(COUNTED, 0)
    parts = []
    for piece in pieces:
        parts.append(start + (_earlier(counts) if parts else "") + piece + finish)
        for name, counted in COUNTED.items():
            counts[name] += len(counted.findall(piece))
    return SplitPaper(start + finish, tuple(parts))


def _earlier(counts: dict[str, int]) -> str:
    counted = " ".join(f"{name} {count}" for name, count in counts.items() if count)
    increment = f"; counter-increment: {counted}" if counted else ""
    return f'<div {EARLIER} style="height: 1px; break-after: page{increment}"></div>'


def _has_content(loose: str) -> bool:
    """Is there more than white space and the beginnings and ends of wrappers?"""
    return bool(TAG.sub(lambda tag: "" if tag[2] in WRAPPERS else tag[0], loose).strip())


def _follow(page: str, start: int, end: int, open_tags: list[tuple[str, str]]) -> bool:
    """Open and close `open_tags` as the text between `start` and `end` does; False where that doesn't go."""
    for tag in TAG.finditer(page, start, end):
        name = tag[2].lower()
        if tag[1]:
            if not open_tags or open_tags.pop()[0] != name:
                return False
        elif name not in VOID and not tag[3].endswith("/"):
            open_tags.append((name, tag[0]))
    return True


def _end_of(page: str, name: str, start: int, end: int) -> int:
    """Where the element that begins at `start` ends; 0 where it does not."""
    depth = 0
    for tag in re.compile(rf"<(/?){name}\b[^<>]*>").finditer(page, start, end):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return 0

"""A paper made of parts: those that are kept are taken, the others painted on all cores, then all are joined."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import re
import threading
import uuid
from collections import deque
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from weasyprint import CSS

from prevent_portal.documents import kept
from prevent_portal.documents.faster import make_faster, shared_styles
from prevent_portal.documents.helper import COLLECT_AFTER, Helper
from prevent_portal.documents.joining import Margins, anchor_pages, join, paint_margins
from prevent_portal.documents.painting import NotSeparableError, NumbersWantedError, PaintedPart, paint_part
from prevent_portal.documents.splitting import SplitPaper

make_faster()

logger = logging.getLogger(__name__)

NUMBERS_WANTED = pickle.dumps(None)
"""Kept in place of a part that names pages, so that it need not be asked again."""

WORTH_A_HELPER = 40_000
"""Characters of HTML to lay out. Below this, the paper is made before a second process is of use."""

PATIENCE = 30
"""Seconds that a helper may take for its last part before the paper goes on without it."""

VIEWPORT = re.compile(r"\d(?:vw|vh|vi|vb|vmin|vmax)\b")

MOST_ROUNDS = 4
"""A contents page changes the numbers that it names by its own length; so often is it made anew at most."""


def paper_in_parts(split: SplitPaper, sheet: CSS, path: Path) -> bytes:
    """The PDF. `sheet` is the style sheet, parsed, and `path` where it is.

    Raises `NotSeparableError` where the paper has to be made in one piece.
    """
    if VIEWPORT.search(path.read_text()):
        raise NotSeparableError("Its style sheet measures by the first page.")
    with shared_styles():
        work = _Work(split, sheet, path)
        work.paint_independent()
        work.paint_numbered()
        data = join(split.frame, [part for part in work.parts if part is not None], work.margins())
    work.keep()
    return data


class _Work:
    """The parts of one paper on their way."""

    def __init__(self, split: SplitPaper, sheet: CSS, path: Path) -> None:
        self._split = split
        self._sheet = sheet
        self._path = path
        self._paper = uuid.uuid4().hex
        self._style = path.read_text() + _versions()
        self._keys = [kept.key_of(self._style, source) for source in split.parts]
        self._blobs: list[bytes | None] = [kept.PARTS.get(key) for key in self._keys]
        self.parts: list[PaintedPart | None] = [pickle.loads(blob) if blob else None for blob in self._blobs]  # noqa: S301
        self._todo: deque[int] = deque()
        self._refused: deque[int] = deque()
        """What a helper could not paint: it is tried again here, where its error is raised."""
        self._lock = threading.Condition()
        self._away: dict[int, Helper] = {}

    def paint_independent(self) -> None:
        """Paint all that names no pages. The longest go first, so that in the end nobody waits long for anybody."""
        missing = [place for place, blob in enumerate(self._blobs) if blob is None]
        missing.sort(key=lambda place: -len(self._split.parts[place]))
        self._todo.extend(missing)
        frames = len(missing) * len(self._split.frame)
        if len(missing) > 1 and sum(len(self._split.parts[place]) for place in missing) - frames > WORTH_A_HELPER:
            for helper in helpers():
                threading.Thread(target=self._feed, args=(helper,), daemon=True).start()
        try:
            while (place := self._next()) is not None:
                self._paint(place)
        finally:
            # After an error, helpers need not go on.
            self._todo.clear()

    def _next(self) -> int | None:
        """The next part to paint here; None when all are painted."""
        with self._lock:
            while True:
                if self._todo or self._refused:
                    return (self._todo or self._refused).popleft()
                if not self._away:
                    return None
                if not self._lock.wait(PATIENCE):
                    for helper in self._away.values():
                        helper.stop()

    def _paint(self, place: int) -> None:
        try:
            self.parts[place] = paint_part(self._split.parts[place], self._sheet)
        except NumbersWantedError:
            kept.PARTS.put([(self._keys[place], NUMBERS_WANTED)])
            return
        if gc.get_count()[0] > COLLECT_AFTER:
            gc.collect()

    def _feed(self, helper: Helper) -> None:
        """Give parts to a helper as long as there are any."""
        with helper.lock:
            place = None
            try:
                helper.get_ready()
                while True:
                    with self._lock:
                        if not self._todo:
                            return
                        place = self._todo.popleft()
                        self._away[place] = helper
                    blob = helper.paint(self._paper, self._split.parts[place], self._path)
                    part = pickle.loads(blob) if blob else None  # noqa: S301 (written by our own child process)
                    with self._lock:
                        self._blobs[place] = blob
                        self.parts[place] = part
                        del self._away[place]
                        if blob is None:
                            self._refused.append(place)
                        self._lock.notify()
            except Exception:
                logger.warning("A helper has failed; the paper is made without it.", exc_info=True)
                helper.stop()
                with self._lock:
                    if place is not None and self._away.pop(place, None) is not None:
                        self._refused.append(place)
                    self._lock.notify()

    def paint_numbered(self) -> None:
        """Paint the parts that name pages, again and again until they name the right ones."""
        wanting = [place for place, part in enumerate(self.parts) if part is None]
        lengths = [len(part.pages) if part else 1 for part in self.parts]
        for _ in range(MOST_ROUNDS if wanting else 0):
            numbers = anchor_pages(self.parts, lengths)
            for place in wanting:
                self.parts[place] = self._numbered(place, numbers)
            lengths = [len(part.pages) if part else 0 for part in self.parts]
            found = anchor_pages(self.parts, lengths)
            named = {name for place in wanting for name in self._named(place)}
            if all(found.get(name) == numbers.get(name) for name in named):
                return
        if wanting:
            raise NotSeparableError("Its contents page does not settle.")

    def _numbered(self, place: int, numbers: dict[str, int]) -> PaintedPart:
        source = self._split.parts[place]
        self._keys[place] = kept.key_of(self._style, source, repr(sorted(numbers.items())))
        self._blobs[place] = blob = kept.PARTS.get(self._keys[place])
        return pickle.loads(blob) if blob else paint_part(source, self._sheet, numbers=numbers)  # noqa: S301

    def _named(self, place: int) -> frozenset[str]:
        part = self.parts[place]
        return part.named if part else frozenset()

    def margins(self) -> Margins:
        """The headers and footers; the same as last time, unless the number of pages is another."""
        pages = [page for part in self.parts if part is not None for page in part.pages]
        described = repr([(page.name, page.width, page.height, page.strings) for page in pages])
        key = kept.key_of(self._style, self._split.frame, described)
        if blob := kept.PARTS.get(key):
            return pickle.loads(blob)  # noqa: S301
        margins = paint_margins(self._split.frame, pages, self._sheet)
        kept.PARTS.put([(key, pickle.dumps(margins, protocol=5))])
        return margins

    def keep(self) -> None:
        """Keep all parts for the next paper that has the same."""
        entries = []
        for key, blob, part in zip(self._keys, self._blobs, self.parts, strict=True):
            if part is not None:
                entries.append((key, blob or pickle.dumps(part, protocol=5)))
        kept.PARTS.put(entries)


@lru_cache(maxsize=1)
def _versions() -> str:
    return " ".join(version(name) for name in ("weasyprint", "pydyf", "tinyhtml5", "fonttools"))


@lru_cache(maxsize=1)
def helpers() -> list[Helper]:
    """One for each further core that papers may use (the setting PAPER_PROCESSES counts the portal's own)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    found = [Helper() for _ in range(min(cores, settings.PAPER_PROCESSES) - 1)]
    for helper in found:
        os.register_at_fork(after_in_child=helper.forget)
    return found

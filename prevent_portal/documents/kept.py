"""Painted parts kept in memory for a while, so that a paper of which one section has changed is made in less time.

SECURITY: a part is found under the hash of all that it was made of: its HTML, the style sheet, the versions. Whoever
finds one has just been shown its text, so nothing comes to light that was not. What nobody has asked for in
`SECONDS` is forgotten, in time and not only with the next paper: text that is deleted must not stay. Nothing is
written to disk, and nothing goes to another process.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

MEGABYTE = 1024 * 1024


def key_of(*ingredients: str) -> bytes:
    """The hash of everything that a part is made of."""
    found = hashlib.sha256()
    for each in ingredients:
        data = each.encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(data) + data)
    return found.digest()


class Kept:
    """Data under keys, no more than `size` bytes of it and none that was not asked for in `seconds`."""

    def __init__(self, size: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        self._timer: threading.Timer | None = None

    def get(self, key: bytes) -> bytes | None:
        with self._lock:
            self._forget_old()
            if key not in self._entries:
                return None
            data = self._entries.pop(key)[1]
            self._entries[key] = self._clock(), data
            return data

    def put(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep these; those asked for longest ago make room."""
        with self._lock:
            for key, data in entries:
                if len(data) > self._size // 2:
                    continue
                self._drop(key)
                self._entries[key] = self._clock(), data
                self._bytes += len(data)
            while self._bytes > self._size:
                self._drop(next(iter(self._entries)))
            self._forget_old()
            self._wake_up()

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def after_fork(self) -> None:
        """In a new process: the timer has stayed behind, and the lock may be in the hands of a thread that has."""
        self._lock = threading.Lock()
        self._timer = None
        self.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def _drop(self, key: bytes) -> None:
        _, data = self._entries.pop(key, (0.0, b""))
        self._bytes -= len(data)

    def _forget_old(self) -> None:
        latest = self._clock() - self._seconds
        while self._entries:
            key, (used, _) = next(iter(self._entries.items()))
            if used > latest:
                return
            self._drop(key)

    def _wake_up(self) -> None:
        if self._entries and self._timer is None:
            self._timer = threading.Timer(self._seconds, self._tick)
            self._timer.daemon = True
            self._timer.start()

    def _tick(self) -> None:
        with self._lock:
            self._timer = None
            self._forget_old()
            self._wake_up()


PARTS = Kept(32 * MEGABYTE, seconds=15 * 60)

os.register_at_fork(after_in_child=PARTS.after_fork)

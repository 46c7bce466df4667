"""A second process that paints parts of papers, so that long ones use a second core.

It is started with the first long paper, works for one process of the portal, and ends with it (its input is then at
an end) or when nothing has been asked of it for `IDLE_SECONDS`. It is a new program and not a fork: forking a server
that runs threads would copy whatever locks these hold. It gets HTML and gives painted parts, knows no database and no
secrets, and reads no files but the style sheet and the machine's fonts. Where it fails, the paper is made without.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parent.parent.parent
IDLE_SECONDS = 300
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME",
               "FONTCONFIG_FILE", "FONTCONFIG_PATH", "DYLD_FALLBACK_LIBRARY_PATH")  # fmt: skip
"""What of the environment is handed on. SECURITY: not the settings, which hold passwords."""

SECONDS_BETWEEN_PARTS = 5

COLLECT_AFTER = 400_000
"""Objects: the collector is off while a part is laid out, and runs when this many have come up since."""

_LENGTH = struct.Struct("<Q")


class HelperError(Exception):
    """The helper has ended or answers nonsense."""


def _send(to: BinaryIO, message: Any) -> None:
    data = pickle.dumps(message, protocol=5)
    to.write(_LENGTH.pack(len(data)) + data)
    to.flush()


def _receive(from_: BinaryIO) -> Any:
    head = from_.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise HelperError("The helper has ended.")
    length = _LENGTH.unpack(head)[0]
    data = from_.read(length)
    if len(data) < length:
        raise HelperError("The helper has ended.")
    return pickle.loads(data)  # noqa: S301 (written by our own child process)


class Helper:
    """The helper as the portal sees it. One thread at a time may use it: hold `lock`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def get_ready(self) -> None:
        """Start it where it doesn't run, and wait until it can take work. Raises `HelperError`."""
        if self._process is not None and self._process.poll() is None:
            return
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "prevent_portal.documents.helper"],
                cwd=ROOT,
                env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Control-C at a terminal is for the portal; its end is the helper's.
                start_new_session=True,
            )
        except OSError as error:
            raise HelperError(str(error)) from error
        # Whoever ends is to be fetched at once and not with the next paper.
        threading.Thread(target=self._process.wait, daemon=True).start()
        if _receive(self._process.stdout) != "ready":
            raise HelperError("The helper does not start.")

    def paint(self, paper: str, source: str, sheet: Path) -> bytes | None:
        """The pickled part that is painted from `source`; None where it can't be painted for itself.

        `paper` is another one for each paper: the parts of one share their styles.
        """
        if self._process is None:
            raise HelperError("The helper does not run.")
        try:
            _send(self._process.stdin, (paper, source, sheet))
            return _receive(self._process.stdout)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            raise HelperError(str(error)) from error

    def stop(self) -> None:
        """End it, whatever it is doing."""
        if self._process is not None:
            self._process.kill()

    def forget(self) -> None:
        """In a forked process: the helper is the other one's."""
        self.lock = threading.Lock()
        self._process = None


def main() -> None:
    """Paint what comes in, until nothing does."""
    # Whatever prints must not get into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from weasyprint import CSS

    from prevent_portal.documents import faster, painting

    faster.make_faster()
    gc.collect()
    gc.freeze()
    gc.disable()
    sheets: dict[tuple[Path, int], CSS] = {}
    _send(answers, "ready")
    asked = _asked()
    while asked is not None:
        paper = asked[0]
        with faster.shared_styles():
            while asked is not None and asked[0] == paper:
                _, source, path = asked
                try:
                    key = path, path.stat().st_mtime_ns
                    if key not in sheets:
                        sheets.clear()
                        sheets[key] = CSS(filename=path, base_url=painting.BASE_URL)
                    answer = pickle.dumps(painting.paint_part(source, sheets[key]), protocol=5)
                except BaseException:
                    # The portal meets it again, and there it belongs.
                    answer = None
                _send(answers, answer)
                asked = source = answer = None
                if gc.get_count()[0] > COLLECT_AFTER:
                    gc.collect()
                # Nothing of a paper is held for longer than until the next part of it may come.
                asked = _asked(SECONDS_BETWEEN_PARTS)
        gc.collect()
        asked = asked or _asked()


def _asked(seconds: float = IDLE_SECONDS) -> tuple[str, str, Path] | None:
    """The next part to paint; None where none has come in so many seconds, or none will."""
    if not select.select([sys.stdin.buffer], [], [], seconds)[0]:
        return None
    try:
        return _receive(sys.stdin.buffer)
    except HelperError:
        return None


if __name__ == "__main__":
    main()

"""The files of the register of evidence: outside the web root, each named by the SHA-256 of its bytes.

A file is written beside its place and then renamed into it, so that it is there whole or not at all. The same bytes are
kept once for each authority, never shared between two. Nothing here decides who may see a file.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from .models import Organisation

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".part-"


class FileNotKept(RuntimeError):
    """The disk did not take the file: it is full, missing, or not the portal's to write to."""


class FileDamaged(RuntimeError):
    """The file is gone, or no longer what its hash says."""


def keep(organisation: Organisation, data: bytes) -> str:
    """Keep these bytes for this authority; returns their SHA-256. Raises FileNotKept, leaving nothing behind."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(organisation, digest)
    try:
        if path.exists() and path.read_bytes() == data:
            # In use again: whoever sweeps away what no row names looks at the time.
            os.utime(path)
            return digest
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, data)
    except OSError as error:
        raise FileNotKept(str(error)) from error
    return digest


def _write(path: Path, data: bytes) -> None:
    # Readable by the portal's own user alone, as mkstemp makes it.
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    # The name too must be on the disk before a row says that the file is there.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(organisation: Organisation, digest: str) -> bytes:
    """The bytes with this SHA-256. Raises FileDamaged if they are not there, or are others."""
    try:
        data = path_of(organisation, digest).read_bytes()
    except OSError as error:
        raise FileDamaged(str(error)) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise FileDamaged(digest)
    return data


def stored(organisation: Organisation) -> Iterator[tuple[Path, str]]:
    """(path, SHA-256) of every file kept for this authority; an unfinished one has the empty hash."""
    folder = _folder(organisation)
    with contextlib.suppress(FileNotFoundError):
        for path in sorted(folder.glob("*/*")):
            yield path, path.name if _DIGEST.fullmatch(path.name) else ""


def path_of(organisation: Organisation, digest: str) -> Path:
    """Where the bytes with this SHA-256 are. Raises ValueError for anything but a hash."""
    # SECURITY: no part of the path comes from a name that somebody chose.
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a SHA-256")
    return _folder(organisation) / digest[:2] / digest


def _folder(organisation: Organisation) -> Path:
    return Path(settings.EVIDENCE_DIR) / str(int(organisation.pk))

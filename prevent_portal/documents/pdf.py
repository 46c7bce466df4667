"""A Django template made into an accessible PDF (PDF/UA-1) by WeasyPrint."""

from __future__ import annotations

import gc
import html
import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from prevent_portal.documents.errors import PaperError
from prevent_portal.documents.in_parts import paper_in_parts
from prevent_portal.documents.painting import BASE_URL, NotSeparableError
from prevent_portal.documents.splitting import split_paper
from prevent_portal.documents.structure import RecordedPage, write_structure

logger = logging.getLogger(__name__)

IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}

LONGEST_WORD = 200
WORD_PART = 20
ZERO_WIDTH_SPACE = "\u200b"
_TEXT_WITH_LONG_WORD = re.compile(rf"(?<=>)[^<]*[^\s<]{{{LONGEST_WORD},}}[^<]*")
_LONG_WORD = re.compile(rf"[^\s{ZERO_WIDTH_SPACE}]{{{LONGEST_WORD},}}")

_one_at_a_time = threading.Lock()


class StaticFilesFetcher(URLFetcher):
    """Hands out the project's own static images and nothing else.

    SECURITY: a paper carries text that people typed. Whatever it asks for (`http:`, `file:`, `data:`, a path
    outside the static files) is refused, and the refusal ends the render instead of leaving a gap in the paper.
    """

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = self._static_name(url)
        path = self._path(name) if name else None
        if not path:
            self.refused.append(url)
            raise PaperError(f"A paper may only use static images of the portal, not {url[:200]}")
        with open(path, "rb") as file:
            return URLFetcherResponse(url, file.read(), {"Content-Type": IMAGE_TYPES[PurePosixPath(name).suffix]})

    @staticmethod
    def _static_name(url: str) -> str | None:
        prefix = BASE_URL.rstrip("/") + settings.STATIC_URL
        if not url.startswith(prefix):
            return None
        name = unquote(urlsplit(url.removeprefix(prefix)).path)
        return name if PurePosixPath(name).suffix in IMAGE_TYPES else None

    @staticmethod
    def _path(name: str) -> str | None:
        """Where the file is: among the collected files (whose names may carry a hash) or where they come from."""
        try:
            if settings.STATIC_ROOT and staticfiles_storage.exists(name):
                return staticfiles_storage.path(name)
            return finders.find(name)
        except SuspiciousFileOperation:
            return None


def render_pdf(template_name: str, context: Mapping[str, Any], *, language: str = "en-GB") -> bytes:
    """The paper that a template extending `reports/paper.html` makes, as a PDF/UA-1 file.

    `language` is a BCP 47 tag: the template is rendered in it and receives it as `paper_language`.
    Raises `PaperError` where the paper would not be accessible (no title, no language, an image without
    description) or asks for anything but static images of the portal.
    """
    with translation.override(language.lower()):
        page = render_to_string(template_name, {**context, "paper_language": language})
    page = _with_breakable_words(page)
    # Rendering holds the interpreter lock anyway, and two long papers at once would need twice the memory.
    with _one_at_a_time, _without_garbage_collection():
        return _in_parts(page) or _in_one_piece(page)


def _in_parts(page: str) -> bytes | None:
    """The PDF of a paper that has parts (`data-part`); None where it has to be made in one piece."""
    split = split_paper(page)
    if split is None:
        return None
    try:
        return paper_in_parts(split, _stylesheet(), _stylesheet_path())
    except (NotSeparableError, PaperError, FatalURLFetchingError) as reason:
        # What is wrong with a paper is said of the whole paper, with the right number of the page.
        logger.info("A paper is made in one piece: %s", reason)
    except Exception:
        logger.exception("A paper could not be made in parts and is made in one piece.")
    return None


def _in_one_piece(page: str) -> bytes:
    fetcher = StaticFilesFetcher()
    try:
        data = _write_pdf(page, fetcher)
    except FatalURLFetchingError as error:
        # Not an Exception: left alone, it would pass every handler and end the worker process.
        raise PaperError(str(error.__cause__ or error)) from error
    if fetcher.refused:
        # Inside an SVG, WeasyPrint logs the refusal, leaves the image out and goes on.
        raise PaperError(f"A paper may only use static images of the portal, not {fetcher.refused[0][:200]}")
    return data


def _with_breakable_words(page: str) -> str:
    """The HTML with places to break inside words that are longer than any real one.

    SECURITY: laying out a word takes the square of its length, 3 minutes at 100,000 letters: one cell typed in that
    way would keep everybody else from making papers.
    """

    def broken(word: re.Match[str]) -> str:
        return ZERO_WIDTH_SPACE.join(word[0][i : i + WORD_PART] for i in range(0, len(word[0]), WORD_PART))

    def rewritten(text: re.Match[str]) -> str:
        return html.escape(_LONG_WORD.sub(broken, html.unescape(text[0])), quote=False)

    return _TEXT_WITH_LONG_WORD.sub(rewritten, page)


def _write_pdf(page: str, fetcher: StaticFilesFetcher) -> bytes:
    options = {"pdf_variant": "pdf/ua-1", "stylesheets": [_stylesheet()]}
    document = HTML(string=page, base_url=BASE_URL, url_fetcher=fetcher).render(**options)
    if not document.metadata.title:
        raise PaperError("The paper has no title: fill the block title.")
    if not document.metadata.lang:
        raise PaperError("The paper has no language: its template must extend reports/paper.html.")
    document = document.copy([RecordedPage.of(page) for page in document.pages])
    return document.write_pdf(finisher=write_structure, **options)


def _stylesheet_path() -> Path:
    return settings.BASE_DIR / "static" / "print.css"


def _stylesheet() -> CSS:
    path = _stylesheet_path()
    return _parsed_stylesheet(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _parsed_stylesheet(path: Any, _modified: int) -> CSS:
    """Parsed once, and again when the file has changed."""
    return CSS(filename=path, base_url=BASE_URL, url_fetcher=StaticFilesFetcher())


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A layout makes millions of objects that all live until its end: looking for dead ones costs a third of the time.

    Held under the lock above, so that no other render finds it off already and leaves it so.
    """
    was_on = gc.isenabled()
    gc.disable()
    # Parts are cleared away one by one, and then only among what they have left.
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()

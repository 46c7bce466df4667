"""Sending papers that take seconds to make."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header


class MadeLaterResponse(HttpResponse):
    """A response whose contents are made when they are first asked for: on the way out, past the view's transaction.

    A long paper takes many seconds to lay out. Inside the transaction of the request, the embedded database would be
    locked and everybody else waiting meanwhile. `make` must not need the database.
    """

    def __init__(self, make: Callable[[], bytes], **kwargs: Any):
        self._make: Callable[[], bytes] | None = None
        super().__init__(**kwargs)
        self._make = make

    @property
    def content(self) -> bytes:
        if self._make is not None:
            make, self._make = self._make, None
            self.content = make()
        return b"".join(self._container)

    @content.setter
    def content(self, value: Any) -> None:
        HttpResponse.content.fset(self, value)

    def __iter__(self):
        return iter([self.content])


def paper_response(make: Callable[[], bytes], *, name: str, content_type: str) -> MadeLaterResponse:
    """A file to keep, made by `make` on the way out; nobody on the way may keep a copy of it."""
    return MadeLaterResponse(
        make,
        content_type=content_type,
        headers={"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "private, no-store"},
    )

"""What training contributes to the shared pages."""

import datetime as dt
from typing import Any

from prevent_portal.models import Organisation, User
from prevent_portal.panels import Hit

from .compliance import DIMENSIONS, matrix
from .models import Course


def attention(*, organisation: Organisation, user: User, today: dt.date) -> dict[str, Any] | None:
    """How many of those who ought to be trained are, by requirement; nothing where nothing is required."""
    found = matrix(organisation, today, DIMENSIONS[0])
    if not found.requirements:
        return None
    return {
        "organisation": organisation,
        "total": found.total,
        "figures": list(zip(found.requirements, found.totals, strict=True)),
    }


def search_courses(words: list[str], limit: int) -> list[Hit]:
    """Courses that have every word in their title. People are looked for on their own page, by those who may."""
    found = Course.objects.select_related("organisation")
    for word in words:
        found = found.filter(title__icontains=word)
    return [
        Hit(each.title, each._meta.verbose_name, each.get_absolute_url(), each.organisation.name)
        for each in found.order_by("title")[:limit]
    ]


def load_demonstration(*, today: dt.date) -> None:
    """The demonstration county's people and courses."""
    from .demonstration import load

    load(today=today)

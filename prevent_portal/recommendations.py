"""Recommendations made to the authority: which of them nobody has answered with an action yet, and who answers one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .models import Organisation, Recommendation, RiskReview, User
from .panels import Hit, registry

ON_FRONT_PAGE = 5


def waiting(rows: QuerySet) -> QuerySet:
    """Of these recommendations, those that have not been dealt with."""
    return rows.filter(closed_on=None)


def without_action(rows: QuerySet) -> QuerySet:
    """Of these recommendations, those that wait and that nothing in any domain answers."""
    rows = waiting(rows)
    for answers in registry.recommendation_answers:
        rows = rows.exclude(answers.is_answered())
    return rows


def answers_to(recommendations: Iterable[Recommendation]) -> dict[int, list[Hit]]:
    """What answers each of them, by key; as many queries however many there are."""
    keys = [each.pk for each in recommendations]
    found: dict[int, list[Hit]] = defaultdict(list)
    for answers in registry.recommendation_answers:
        for key, hits in answers.find(keys).items():
            found[key] += hits
    return found


def reviews_overdue(organisation: Organisation, today: dt.date) -> list[RiskReview]:
    """The last review of each document whose next one should have been by now."""
    last: dict[str, RiskReview] = {}
    for review in RiskReview.objects.of(organisation).order_by("reviewed_on"):
        last[review.kind] = review
    return [each for each in last.values() if each.next_review_on and each.next_review_on < today]


def attention(*, organisation: Organisation, user: User, today: dt.date) -> dict[str, Any] | None:
    """For the front page: recommendations without an action, and reviews of risk that are overdue."""
    rows = without_action(Recommendation.objects.of(organisation)).select_related("organisation")
    shown = list(rows.order_by(Coalesce("made_on", dt.date.max), "exercise", "number")[:ON_FRONT_PAGE])
    reviews = reviews_overdue(organisation, today)
    if not shown and not reviews:
        return None
    return {"organisation": organisation, "recommendations": shown, "count": rows.count(), "reviews": reviews}


def search_recommendations(words: list[str], limit: int) -> list[Hit]:
    """Recommendations that have every word in their text or exercise."""
    found = Recommendation.objects.select_related("organisation")
    for word in words:
        found = found.filter(text__icontains=word) | found.filter(exercise__icontains=word)
    return [
        Hit(str(each), _("Recommendation"), each.get_absolute_url(), each.organisation.name, each.text[:200])
        for each in found[:limit]
    ]

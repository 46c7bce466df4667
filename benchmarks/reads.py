"""What self-assessments contribute to the shared pages: the front page, search, who relies on evidence."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prevent_portal.models import Evidence, Organisation, User
from prevent_portal.panels import Hit

from .models import Answer, AnswerEvidence, Assessment
from .querysets import OPEN_STATES

EXTRACT_CHARACTERS = 200


def attention(*, organisation: Organisation, user: User, today: dt.date) -> dict[str, Any] | None:
    """Open assessments with how far they are, and the questions that this person is asked."""
    assessments = list(Assessment.objects.of(organisation).open().for_list().order_by("-year"))
    if not assessments:
        return None
    mine = Answer.objects.of(organisation).waiting().of_user(user)
    expired = AnswerEvidence.objects.of(organisation).filter(
        answer__assessment__state__in=OPEN_STATES, evidence__expires_on__lt=today, evidence__retired_on=None
    )
    return {
        "organisation": organisation,
        "assessments": assessments,
        "mine": list(mine.in_order().select_related("assessment", "organisation")[:10]),
        "expired_count": expired.values("answer").distinct().count(),
    }


def uses_of_evidence(evidence: Evidence) -> list[Hit]:
    """The answers that a piece of evidence supports; one query."""
    links = AnswerEvidence.objects.filter(evidence=evidence).select_related(
        "answer__question", "answer__local_question", "answer__assessment", "answer__organisation"
    )
    return [
        Hit(
            str(link.answer.asked)[:EXTRACT_CHARACTERS],
            _("Answer"),
            link.answer.get_absolute_url(),
            link.answer.organisation.name,
            str(link.answer.assessment),
        )
        for link in links.order_by("answer__assessment", "answer")
    ]


def search_answers(words: list[str], limit: int) -> list[Hit]:
    """Answers that have every word in their details or their question."""
    found = Answer.objects.select_related("question", "local_question", "assessment", "organisation")
    for word in words:
        found = found.filter(
            Q(details__icontains=word) | Q(question__text__icontains=word) | Q(local_question__text__icontains=word)
        )
    return [
        Hit(
            str(each.asked)[:EXTRACT_CHARACTERS],
            _("Answer"),
            each.get_absolute_url(),
            each.organisation.name,
            f"{each.assessment}: {each.details[:EXTRACT_CHARACTERS]}",
        )
        for each in found.order_by("-assessment__year", "pk")[:limit]
    ]


def load_demonstration(*, today: dt.date) -> None:
    """The demonstration county's self-assessments."""
    from .demonstration import load

    load(today=today)

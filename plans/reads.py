"""What plans contribute to the shared pages: the front page's panel, search, the demonstration county."""

import datetime as dt
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from prevent_portal.models import Evidence, Organisation, User
from prevent_portal.panels import Hit

from .models import Action, ActionEvidence, ActionRecommendation, DateRequest, Owner, Plan, PlanImport
from .rules import Rag

ACTIONS_ON_FRONT_PAGE = 10
EXTRACT_CHARACTERS = 200


def attention(*, organisation: Organisation, user: User, today: dt.date) -> dict[str, Any] | None:
    """Overdue and soon due actions, disagreeing RAGs, leavers with open actions and waiting imports."""
    actions = Action.objects.of(organisation).being_worked_on()
    return {
        "organisation": organisation,
        "today": today,
        "mine": actions.owned_by_user(user).incomplete().for_attention(today)[:ACTIONS_ON_FRONT_PAGE],
        "overdue": actions.overdue(today).for_attention(today)[:ACTIONS_ON_FRONT_PAGE],
        "overdue_count": actions.overdue(today).count(),
        "due_soon": actions.due_soon(today).for_attention(today)[:ACTIONS_ON_FRONT_PAGE],
        "due_soon_count": actions.due_soon(today).count(),
        "differing": actions.for_attention(today).with_differing_rag()[:ACTIONS_ON_FRONT_PAGE],
        "red_count": actions.filter(stated_rag=Rag.RED.value).count(),
        "leavers": Owner.objects.of(organisation).leavers_with_open_actions(today),
        "imports": PlanImport.objects.of(organisation)
        .filter(state=PlanImport.State.STAGED)
        .select_related("organisation")
        # Whole files, of which the page shows the name.
        .defer("draft", "given", "written"),
        "request_count": DateRequest.objects.of(organisation).filter(state=DateRequest.State.WAITING).count(),
        "has_plans": Plan.objects.of(organisation).exists(),
    }


def uses_of_evidence(evidence: Evidence) -> list[Hit]:
    """The actions that a piece of evidence supports; one query."""
    links = ActionEvidence.objects.filter(evidence=evidence).select_related(
        "action__plan", "action__objective", "action__organisation"
    )
    return [
        Hit(
            f"{link.action.ref} {link.action.text}".strip()[:EXTRACT_CHARACTERS],
            _("Action"),
            link.action.get_absolute_url(),
            link.action.organisation.name,
            str(link.action.plan),
        )
        for link in links.order_by("action__plan", "action")
    ]


def answers_to_recommendations(keys: list[int]) -> dict[int, list[Hit]]:
    """The actions that answer recommendations, by the recommendation's key; three queries."""
    linked = ActionRecommendation.objects.filter(recommendation__in=keys).values_list("recommendation", "action")
    by_row = Action.objects.filter(objective__recommendation__in=keys).values_list("objective__recommendation", "pk")
    pairs = {*linked, *by_row}
    actions = Action.objects.filter(pk__in={action for _key, action in pairs})
    actions = {each.pk: each for each in actions.select_related("plan", "objective", "organisation")}
    found: dict[int, list[Hit]] = {}
    for key, pk in sorted(pairs):
        if action := actions.get(pk):
            title = f"{action.ref} {action.text}".strip()[:EXTRACT_CHARACTERS]
            extract = f"{action.plan}: {action.get_stated_rag_display()}"
            hit = Hit(title, _("Action"), action.get_absolute_url(), action.organisation.name, extract)
            found.setdefault(key, []).append(hit)
    return found


def is_answered_by_an_action() -> Q:
    """The condition that an action answers a recommendation, by itself or through its objective."""
    by_itself = ActionRecommendation.objects.filter(recommendation=OuterRef("pk"))
    by_its_row = Action.objects.filter(objective__recommendation=OuterRef("pk"))
    return Q(Exists(by_itself)) | Q(Exists(by_its_row))


def _all_words(words: list[str], *fields: str) -> Q:
    """Every word somewhere in these fields."""
    return reduce(and_, (reduce(lambda a, b: a | b, (Q(**{f"{f}__icontains": w}) for f in fields)) for w in words))


def search_plans(words: list[str], limit: int) -> list[Hit]:
    """Plans whose title, aim or introduction has every word."""
    found = Plan.objects.filter(_all_words(words, "title", "aim", "introduction")).select_related("organisation")
    return [
        Hit(plan.title, _("Plan"), plan.get_absolute_url(), plan.organisation.name, plan.aim[:EXTRACT_CHARACTERS])
        for plan in found[:limit]
    ]


def search_actions(words: list[str], limit: int) -> list[Hit]:
    """Actions that have every word in their text, objective, measure, steps or progress."""
    fields = ("text", "objective__text", "objective__ref", "outcome_measure", "owners_as_written")
    found = (
        Action.objects.filter(_all_words(words, *fields))
        .select_related("organisation", "objective", "plan")
        .order_by("-plan__period_start", "pk")
    )
    return [
        Hit(
            action.text[:EXTRACT_CHARACTERS],
            _("Action"),
            action.get_absolute_url(),
            action.organisation.name,
            f"{action.plan} – {action.objective}",
        )
        for action in found[:limit]
    ]


def load_demonstration(*, today: dt.date) -> None:
    """The demonstration county's plans."""
    from .demonstration import load

    load(today=today)

"""Actions that close the gaps a self-assessment found, for the assessment's pages and papers."""

import datetime as dt

from django.db.models import Prefetch

from benchmarks.models import BenchmarkResult
from prevent_portal import clock
from prevent_portal.panels import Work

from .models import Action, ActionGap, Assignment
from .querysets import RELEASED_STATES
from .reports.words import RAG_WORDS
from .rules import Rag


def work_on_gaps(results: list[int]) -> dict[tuple[int, int | None], list[Work]]:
    """The actions linked to these benchmarks' results and to answers in them; five queries."""
    links = list(ActionGap.objects.filter(result__in=results).values_list("result", "answer", "action").order_by("pk"))
    if not links:
        return {}
    actions = Action.objects.filter(pk__in={action for _result, _answer, action in links})
    owned = Prefetch("assignments", Assignment.objects.select_related("owner"))
    of_row = Prefetch("objective__assignments", Assignment.objects.filter(action=None).select_related("owner"))
    actions = actions.with_rag(clock.today()).with_holders().select_related("organisation")
    found = {each.pk: _work(each) for each in actions.prefetch_related(owned, of_row)}
    works: dict[tuple[int, int | None], list[Work]] = {}
    for result, answer, action in links:
        if action in found:
            works.setdefault((result, answer), []).append(found[action])
    return works


def _work(action: Action) -> Work:
    owners = {each.owner for each in (*action.assignments.all(), *action.objective.assignments.all())}
    rag = Rag(action.stated_rag)
    return Work(
        text=f"{action.ref} {action.text}".strip(),
        source=str(action.plan),
        address=action.get_absolute_url(),
        status=str(RAG_WORDS[rag]),
        rag=rag.value,
        # By their posts: the papers in which this stands are read outside.
        owners=tuple(sorted({owner.public_name for owner in owners})),
        due_on=action.due_on,
        is_open_to_all=action.plan.state in RELEASED_STATES and not action.is_sensitive,
    )


def gaps_closed_by(action: Action) -> list[tuple[BenchmarkResult, str, str]]:
    """The gaps that an action closes, of assessments that the viewer may see: (result, name, address); two queries."""
    links = list(ActionGap.objects.filter(action=action).values_list("result", "answer"))
    if not links:
        return []
    results = BenchmarkResult.objects.filter(pk__in={result for result, _answer in links})
    results = results.select_related("benchmark", "assessment", "organisation")
    return [(each, f"{each.assessment}: {each}", each.get_absolute_url()) for each in results.order_by("pk")]


def load_demonstration(*, today: dt.date) -> None:
    """In the demonstration county, actions for two of the gaps that last year's self-assessment found."""
    from .demonstration.living import close_gaps

    close_gaps(today)

"""Template tags of plans: RAG counts as words and as a bar."""

import datetime as dt
from typing import Any

from django import template

from plans.models import RAG_LABELS, Action, Plan
from plans.rules import Rag, differs_from_dates
from prevent_portal.documents import RagBar, rag_bar

register = template.Library()


@register.filter
def rag_counts(plan: Plan) -> list[dict[str, Any]]:
    """`{"rag", "count"}` for each RAG that actions of the plan have; the plan comes from `for_list()`."""
    return [{"rag": rag.value, "count": count} for rag in Rag if (count := getattr(plan, f"{rag.value}_count"))]


@register.filter
def as_rag_bar(plan: Plan) -> RagBar:
    """The argument of components/rag_bar.html; the plan comes from `for_list()`."""
    return rag_bar([(rag.value, label, getattr(plan, f"{rag.value}_count")) for rag, label in RAG_LABELS.items()])


@register.filter
def dates_give(action: Action) -> str:
    """The RAG that the dates give, where it is not the one stated; empty where they agree or say nothing."""
    computed = Rag(action.computed_rag)
    if differs_from_dates(action.rag, computed) or (action.rag is Rag.NOT_STATED and computed is not Rag.NOT_STATED):
        return computed.value
    return ""


@register.filter
def days_since(due_on: dt.date, today: dt.date) -> int:
    """How many days have gone by from `due_on` to `today`."""
    return (today - due_on).days

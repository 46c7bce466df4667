"""Template tags of plans: RAG in words, days, long texts."""

import datetime as dt
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language

from plans.models import Action, Plan
from plans.rules import Rag, differs_from_dates

register = template.Library()


@register.filter
def rag_counts(plan: Plan) -> list[dict[str, Any]]:
    """`{"rag", "count"}` for each RAG that actions of the plan have; the plan comes from `for_list()`."""
    return [{"rag": rag.value, "count": count} for rag in Rag if (count := getattr(plan, f"{rag.value}_count"))]


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


@register.filter
def short_rag(rag: str) -> SafeString:
    """components/rag.html in its short form, for pages with hundreds of them: `{{ action.stated_rag|short_rag }}`."""
    return _short_rag(Rag(rag), get_language())


@cache
def _short_rag(rag: Rag, _language: str | None) -> SafeString:
    return render_to_string("components/rag.html", {"rag": rag.value, "short": True})


@register.filter
def at_most(text: str, characters: int) -> str:
    """The text, cut where it is longer; what is not is given back without a look at each letter."""
    return text if len(text) <= characters else Truncator(text).chars(characters)

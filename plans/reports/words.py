"""What papers say in words: periods, states, RAGs."""

import textwrap

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from plans.models import Plan
from plans.rules import DUE_SOON_DAYS, Rag

RAG_WORDS = {
    Rag.GREEN: _lazy("Green"),
    Rag.AMBER: _lazy("Amber"),
    Rag.RED: _lazy("Red"),
    Rag.BLUE: _lazy("Complete"),
    Rag.NOT_STATED: _lazy("Not stated"),
}
"""The RAG in one word, for tables; the summary sheet says what each means."""


LONGEST_ACTION = 150
"""Characters of an action that a list gives."""


def first_words(text: str) -> str:
    """The beginning of an action's text, for a list."""
    words = textwrap.shorten(text.replace("•", " "), LONGEST_ACTION, placeholder="…")
    # A text of one endless word has nothing that would fit.
    return words if words.strip("…") else f"{text[:LONGEST_ACTION]}…"


def due_soon_in_words() -> str:
    """The heading of what is due soon: "Due within 30 days"."""
    return _("Due within %d days") % DUE_SOON_DAYS


def period_in_words(plan: Plan) -> str:
    """The plan's period, as in "1 April 2026 to 31 March 2027"; empty where none is stated."""
    if plan.period_start and plan.period_end:
        return _("%(start)s to %(end)s") % {
            "start": date_format(plan.period_start, "j F Y"),
            "end": date_format(plan.period_end, "j F Y"),
        }
    if plan.period_start:
        return _("from %s") % date_format(plan.period_start, "j F Y")
    return _("until %s") % date_format(plan.period_end, "j F Y") if plan.period_end else ""


def state_in_words(plan: Plan) -> str:
    """The plan's state with when and where it was agreed, amended or closed."""
    if plan.state == Plan.State.DRAFT:
        return _("Draft, not agreed")
    agreed = _("Agreed on %(date)s by %(by)s") % {
        "date": date_format(plan.agreed_on, "j F Y") if plan.agreed_on else "–",
        "by": plan.agreed_by or "–",
    }
    if plan.state == Plan.State.AMENDED and plan.amended_on:
        return _("%(agreed)s; amended on %(date)s") % {
            "agreed": agreed, "date": date_format(plan.amended_on, "j F Y")
        }  # fmt: skip
    if plan.state == Plan.State.CLOSED and plan.closed_on:
        return _("%(agreed)s; closed on %(date)s") % {"agreed": agreed, "date": date_format(plan.closed_on, "j F Y")}
    return agreed

"""What of a plan to show: words and choices in the address of its table and its timeline."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from benchmarks.models import Benchmark

from .models import RAG_CHOICES, Assignment, ObjectiveBenchmark, Owner, Plan, Section
from .querysets import ActionOutline
from .rules import DueBand, differs_from_dates

WORDS_AT_MOST = 8
LABEL_CHARACTERS = 80
NONE = "none"
"""Asked for in place of an owner or a benchmark: the actions that have none."""

DIFFERS = "differs"
"""Asked for in place of a RAG: the actions whose stated RAG is not what their dates give."""

OPEN = "open"
"""Asked for in place of a due date: the actions that are not complete."""

REVIEW = "review"
"""Asked for in place of a due date: the actions that were carried over and need review."""

DUE_LABELS = {
    DueBand.OVERDUE: gettext_lazy("Overdue"),
    DueBand.SOON: gettext_lazy("Within 30 days"),
    DueBand.QUARTER: gettext_lazy("Later this quarter"),
    DueBand.LATER: gettext_lazy("After this quarter"),
    DueBand.NO_DATE: gettext_lazy("No date"),
    DueBand.COMPLETE: gettext_lazy("Complete"),
}

Choices = list[tuple[str, Any]]


class TableFilterForm(forms.Form):
    """The fields of the filter; a choice that the plan does not have is no choice."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    rag = forms.ChoiceField(label=gettext_lazy("RAG"), required=False)
    due = forms.ChoiceField(label=gettext_lazy("Due"), required=False)
    benchmark = forms.ChoiceField(label=gettext_lazy("Benchmark"), required=False)

    def __init__(self, *args, choices: Mapping[str, Choices], **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for name, options in choices.items():
            self.fields[name].choices = options


@dataclass(frozen=True, slots=True)
class Selected:
    """A choice that is in force, and the address without it."""

    label: str
    text: str
    href: str


class TableFilter:
    """What was asked for of one plan. Whatever makes no sense is left out, not refused.

    `sections` are the plan's; `extra` are parameters of the address beside the filter's, such as the grouping.
    """

    def __init__(self, query: Mapping[str, str], *, plan: Plan, sections: Iterable[Section], extra: Mapping[str, str]):
        self.plan, self.sections, self.extra = plan, sections, extra
        given = TableFilterForm(query, choices=self.choices)
        given.is_valid()
        self.asked: dict[str, str] = {name: value for name, value in given.cleaned_data.items() if value}

    @cached_property
    def choices(self) -> dict[str, Choices]:
        """(value, label) by field, with whom and what the plan names."""
        owners = Owner.objects.filter(
            # Through the assignments that the viewer sees: whom a hidden row names is hidden as well.
            pk__in=Assignment.objects.filter(objective__plan=self.plan).order_by().values("owner")
        )
        linked = ObjectiveBenchmark.objects.filter(objective__plan=self.plan).values("benchmark")
        of_sections = [each.benchmark_id for each in self.sections if each.benchmark_id]
        benchmarks = (
            Benchmark.objects.filter(Q(pk__in=linked) | Q(pk__in=of_sections))
            .select_related("framework")
            .order_by("-framework__year", "number")
        )
        benchmarks = [(str(each.pk), f"{each} ({each.framework})") for each in benchmarks]
        return {
            "section": [
                ("", _("All")),
                *((str(each.pk), Truncator(each).chars(LABEL_CHARACTERS)) for each in self.sections),
            ],
            "owner": [("", _("Anybody")), *((str(each.pk), str(each)) for each in owners), (NONE, _("Nobody named"))],
            "rag": [("", _("Any")), *RAG_CHOICES, (DIFFERS, _("Differs from the dates"))],
            "due": [
                ("", _("Any time")),
                *((band.value, label) for band, label in DUE_LABELS.items()),
                (OPEN, _("Not complete")),
                (REVIEW, _("Carried over, needs review")),
            ],
            "benchmark": [("", _("Any")), *benchmarks, (NONE, _("No benchmark"))],
        }

    @cached_property
    def form(self) -> TableFilterForm:
        """The fields as they stand; unbound, so that an odd address shows no error."""
        return TableFilterForm(initial=self.asked, choices=self.choices)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for that leaves actions out."""
        return bool(self.asked)

    @property
    def has_choices(self) -> bool:
        """Whether anything but words was asked for."""
        return bool(self.asked.keys() - {"q"})

    def query(self, **changes: str | None) -> str:
        """The query string with these changes (None takes out), beginning with "?"; empty where nothing is asked."""
        wanted = {**self.extra, **self.asked, **changes}
        asked = urlencode({name: value for name, value in wanted.items() if value})
        return f"?{asked}" if asked else ""

    @property
    def selected(self) -> list[Selected]:
        """Every choice in force."""
        found = []
        for name, value in self.asked.items():
            text = value if name == "q" else str(dict(self.choices[name])[value])
            # "?" alone, because an empty address would keep the query that the page has now.
            found.append(Selected(str(self.form.fields[name].label), text, self.query(**{name: None}) or "?"))
        return found

    def narrow(self, actions: models.QuerySet, today: dt.date) -> list[ActionOutline]:
        """The actions asked for, in the plan's order; one query."""
        for word in self.asked.get("q", "").split()[:WORDS_AT_MOST]:
            actions = actions.filter(
                Q(text__icontains=word)
                | Q(objective__text__icontains=word)
                | Q(objective__ref__icontains=word)
                | Q(outcome_measure__icontains=word)
                | Q(objective__outcome_measure__icontains=word)
            )
        if section := self.asked.get("section"):
            actions = actions.filter(objective__section=section)
        if owner := self.asked.get("owner"):
            actions = actions.without_owner() if owner == NONE else actions.of_owner(owner)
        if benchmark := self.asked.get("benchmark"):
            linked = ObjectiveBenchmark.objects.filter(objective=OuterRef("objective"))
            if benchmark == NONE:
                actions = actions.filter(~Exists(linked), objective__section__benchmark=None)
            else:
                linked = linked.filter(benchmark=benchmark)
                actions = actions.filter(Exists(linked) | Q(objective__section__benchmark=benchmark))
        rag, due = self.asked.get("rag"), self.asked.get("due")
        if rag and rag != DIFFERS:
            actions = actions.filter(stated_rag=rag)
        outlines = actions.outlines(today)
        if rag == DIFFERS:
            outlines = [each for each in outlines if differs_from_dates(each.stated_rag, each.computed_rag)]
        if due == REVIEW:
            return [each for each in outlines if each.is_review_needed]
        if due == OPEN:
            return [each for each in outlines if not each.is_complete]
        return [each for each in outlines if each.band(today) == due] if due else outlines

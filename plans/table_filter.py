"""What of the whole plan's table to show."""

import datetime as dt
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from benchmarks.models import Benchmark

from .models import RAG_CHOICES, Action, ObjectiveBenchmark, Owner, Plan, Section


class TableFilterForm(forms.Form):
    """What of a plan's table to show. Whatever makes no sense is left out, not refused."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"), queryset=None, required=False, empty_label=gettext_lazy("Anybody")
    )
    rag = forms.ChoiceField(label=gettext_lazy("RAG"), required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Due"),
        required=False,
        choices=[
            ("", gettext_lazy("Any time")),
            ("overdue", gettext_lazy("Overdue")),
            ("soon", gettext_lazy("Within 30 days")),
        ],
    )
    benchmark = forms.ModelChoiceField(
        label=gettext_lazy("Benchmark"), queryset=None, required=False, empty_label=gettext_lazy("Any")
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["owner"].queryset = Owner.objects.filter(assignments__objective__plan=plan).distinct()
        self.fields["rag"].choices = [("", _("Any")), *RAG_CHOICES]
        linked = ObjectiveBenchmark.objects.filter(objective__plan=plan).values("benchmark")
        of_sections = Section.objects.filter(plan=plan).values("benchmark")
        self.fields["benchmark"].queryset = (
            Benchmark.objects.filter(Q(pk__in=linked) | Q(pk__in=of_sections))
            .select_related("framework")
            .order_by("-framework__year", "number")
        )

    def asked(self) -> dict[str, Any]:
        """What was asked for and makes sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, actions: models.QuerySet, today: dt.date) -> models.QuerySet:
        """The actions asked for; `actions` come with their due dates."""
        asked = self.asked()
        for word in asked.get("q", "").split()[:8]:
            actions = actions.filter(
                Q(text__icontains=word)
                | Q(objective__text__icontains=word)
                | Q(objective__ref__icontains=word)
                | Q(outcome_measure__icontains=word)
                | Q(objective__outcome_measure__icontains=word)
            )
        if owner := asked.get("owner"):
            actions = actions.of_owner(owner)
        if rag := asked.get("rag"):
            actions = actions.filter(stated_rag=rag)
        if due := asked.get("due"):
            of_plan = Action.objects.filter(plan=self.plan)
            late = of_plan.overdue(today) if due == "overdue" else of_plan.due_soon(today)
            actions = actions.filter(pk__in=late.order_by().values("pk"))
        if benchmark := asked.get("benchmark"):
            linked = ObjectiveBenchmark.objects.filter(benchmark=benchmark).values("objective")
            actions = actions.filter(Q(objective__in=linked) | Q(objective__section__benchmark=benchmark))
        return actions

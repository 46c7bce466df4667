"""Choosing actions by words, some of very many: what pages that link actions to something share."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy, ngettext

from prevent_portal.forms import PortalForm
from prevent_portal.models import Organisation

from ..models import Action

CHOICES_AT_MOST = 40
MOST_WORDS = 8
WORDS_CHARACTERS = 100
LABEL_CHARACTERS = 160


def with_words(actions: QuerySet, words: str) -> QuerySet:
    """Of these actions those that have every word, in their own text or their objective's."""
    for word in words.replace("\x00", "").split()[:MOST_WORDS]:
        actions = actions.filter(Q(text__icontains=word) | Q(objective__text__icontains=word))
    return actions


def open_actions(organisation: Organisation, words: str) -> QuerySet:
    """The open actions that have every word, in the order of their plans, the newest plan's first."""
    actions = Action.objects.of(organisation).in_open_plans().incomplete().select_related("plan", "objective")
    return with_words(actions, words).order_by(
        "-plan__period_start", "plan", "objective__section__position", "objective__position", "position", "pk"
    )


class ChosenActionsForm(PortalForm):
    """Actions to link; `found` are those to choose from."""

    actions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Open actions"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one action.")},
    )

    def __init__(self, *args, found: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actions"].queryset = found
        self.fields["actions"].label_from_instance = self.name_of

    def name_of(self, action: Action) -> str:
        """What the list calls an action."""
        return f"{Truncator(str(action)).chars(LABEL_CHARACTERS)} ({action.plan})"


class ChooseActionsMixin:
    """Shows as many of `found` as one page takes, and looks among them for the words in `q`. Subclasses `link` them."""

    found: ClassVar[Any]
    submit_text = gettext_lazy("Link the actions")

    def link(self, actions: list[Action]) -> int:
        """Link the chosen actions; how many are new."""
        raise ImproperlyConfigured(f"{type(self).__name__} links nothing")

    @cached_property
    def words(self) -> str:
        """What was looked for."""
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:WORDS_CHARACTERS]

    @cached_property
    def shown(self) -> QuerySet:
        """As many as one page takes."""
        keys = list(self.found.values_list("pk", flat=True)[:CHOICES_AT_MOST])
        return self.found.filter(pk__in=keys)

    def get_form_kwargs(self) -> dict[str, Any]:
        # What was shown when somebody ticked it may be on another page by now.
        return super().get_form_kwargs() | {"found": self.found if self.request.method == "POST" else self.shown}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.get_form()
        if form.is_valid():
            return self.form_valid(form)
        # The page shows as many as before, the errors with them.
        form.fields["actions"].queryset = self.shown
        return self.form_invalid(form)

    def form_valid(self, form: ChosenActionsForm) -> HttpResponse:
        count = self.link(list(form.cleaned_data["actions"]))
        self.success_message = ngettext("%(n)d action linked.", "%(n)d actions linked.", count) % {"n": count}
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        count = self.found.count()
        return super().get_context_data(
            words=self.words, count=count, is_cut=count > CHOICES_AT_MOST, most=CHOICES_AT_MOST, **kwargs
        )

"""Assessments, answers and scores."""

import itertools
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.evidence_forms import WithEvidenceMixin
from prevent_portal.forms import PortalForm, PortalModelForm, people_here, portal_formfield
from prevent_portal.markings import carries_marking
from prevent_portal.models import Evidence

from ..models import (
    Answer,
    Assessment,
    BenchmarkResult,
    Framework,
    Level,
)
from .texts import COMMENT_CHARACTERS, MARKED, NARROW, NOTHING_PERSONAL, long_text, refuse_marked


class AssessmentForm(PortalModelForm):
    """A new assessment."""

    class Meta:
        model = Assessment
        fields = ["framework", "year", "dated_on", "lead", "marking"]
        widgets = {
            "framework": forms.RadioSelect,
            "marking": forms.RadioSelect,
            "year": forms.NumberInput({"class": NARROW}),
        }
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = people_here(
            self.organisation, may="benchmarks.change_assessment", keep=Q(pk=self.instance.lead_id)
        )
        if "framework" in self.fields:
            frameworks = Framework.objects.in_use(clock.today())
            self.fields["framework"].queryset = frameworks
            self.fields["framework"].empty_label = None
            # What the empty instance says of them is None.
            self.fields["year"].error_messages["invalid"] = _("The year must be four numbers, such as 2026")
            self.initial["year"] = self.initial.get("year") or self._next_year()
            self.initial["dated_on"] = self.initial.get("dated_on") or clock.today()

    def _next_year(self) -> int:
        """This year, or the first after it for which there is no assessment yet."""
        taken = set(Assessment.objects.of(self.organisation).values_list("year", flat=True))
        return next(year for year in itertools.count(clock.today().year) if year not in taken)


class AssessmentDetailsForm(AssessmentForm):
    """What is said of an assessment as a whole; its framework and year stay."""

    class Meta(AssessmentForm.Meta):
        fields = ["dated_on", "lead", "marking"]


UNKNOWN_LEVEL = gettext_lazy("Choose one of the levels.")


class AnswerForm(WithEvidenceMixin, PortalModelForm):
    """The answer to one question, and what it relies on."""

    level = forms.ModelChoiceField(
        label=gettext_lazy("Where do you stand?"),
        queryset=Level.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": UNKNOWN_LEVEL},
    )
    relied_on = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Evidence named so far"),
        queryset=Evidence.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Untick what it does not rely on any more. It stays in the register."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    """The keys of the evidence that was there to be unticked: what a colleague has named since then stays."""

    marked_words: ClassVar[str | Promise] = MARKED

    class Meta:
        model = Answer
        fields = ["level", "details"]
        widgets = {"details": long_text(rows=8)}
        help_texts = {"details": NOTHING_PERSONAL}

    field_order = ["level", "details", "relied_on"]

    def __init__(self, *args, may_add_evidence: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        answer = self.instance
        self.fields["level"].queryset = Level.objects.filter(framework=answer.result.benchmark.framework_id)
        links = list(answer.evidence_links.all()) if may_add_evidence else []
        keys = sorted(link.evidence_id for link in links)
        self.fields["relied_on"].queryset = Evidence.objects.of(self.organisation).filter(pk__in=keys)
        self.initial["relied_on"], self.initial["shown"] = keys, _keys_in_words(keys)
        if not keys:
            del self.fields["relied_on"], self.fields["shown"]
        else:
            self._saved["relied_on"] = keys
            self._keep_what_was_not_shown(keys)
        if may_add_evidence:
            self.attach_evidence(marking=answer.assessment.marking)

    def _keep_what_was_not_shown(self, keys: list[int]) -> None:
        """Tick the evidence that was named after the form was opened, so that saving does not take it away."""
        if not self.is_bound:
            return
        shown = set(self.data.get(self.add_prefix("shown"), "").split())
        new = [str(key) for key in keys if str(key) not in shown]
        self.data = self.data.copy()
        ticked = self.data.getlist(self.add_prefix("relied_on"))
        self.data.setlist(self.add_prefix("relied_on"), [*ticked, *(key for key in new if key not in ticked)])
        self.data[self.add_prefix("shown")] = self.initial["shown"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_marked(self, is_sensitive=self.instance.assessment.is_sensitive, words=self.marked_words)
        return cleaned


def _keys_in_words(keys: Iterable[int]) -> str:
    return " ".join(map(str, keys))


class RespondentAnswerForm(AnswerForm):
    """An answer by somebody without an account, who can say something to the lead besides."""

    marked_words = gettext_lazy(
        "The words OFFICIAL-SENSITIVE stand here. Take them out: nothing with that marking may come by this link."
    )

    comment = forms.CharField(
        label=gettext_lazy("Comment for the council"),
        max_length=COMMENT_CHARACTERS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For whoever leads the assessment: it is no part of the answer, and is not submitted."),
    )


class CommentForm(PortalForm):
    """A remark on an answer."""

    text = forms.CharField(
        label=gettext_lazy("Add a comment"),
        max_length=COMMENT_CHARACTERS,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Between you and your colleagues: comments are not submitted."),
        error_messages={"required": gettext_lazy("Enter your comment")},
    )

    def __init__(self, *args, answer: Answer, **kwargs):
        self.answer = answer
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        """The comment, which carries no marking that the assessment has not."""
        text = self.cleaned_data["text"]
        if carries_marking(text) and not self.answer.assessment.is_sensitive:
            raise ValidationError(_("Take the words OFFICIAL-SENSITIVE out: the assessment is not marked so."))
        return text


class ResultForm(PortalModelForm):
    """The score of one benchmark and what stands behind it."""

    class Meta:
        model = BenchmarkResult
        fields = ["self_score", "rationale", "target_score", "strengths", "development"]
        labels = {"target_score": gettext_lazy("Target for the next assessment")}
        help_texts = {
            "self_score": gettext_lazy("Your judgement. It does not follow from the answers."),
            "rationale": NOTHING_PERSONAL,
        }
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        benchmark = self.instance.benchmark
        for name, widget in (("self_score", forms.RadioSelect), ("target_score", forms.Select)):
            if not benchmark.is_scored:
                del self.fields[name]
                continue
            old = self.fields[name]
            choices = [(score, benchmark.framework.score_label(score)) for score in benchmark.framework.scores]
            empty = _("Not scored yet") if name == "self_score" else _("No target")
            self.fields[name] = forms.TypedChoiceField(
                label=old.label,
                help_text=old.help_text,
                required=False,
                choices=[("", empty), *choices],
                coerce=int,
                empty_value=None,
                widget=widget,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_marked(self, is_sensitive=self.instance.assessment.is_sensitive)
        return cleaned

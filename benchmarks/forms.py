"""The forms of self-assessments."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.evidence_forms import WithEvidenceMixin
from prevent_portal.forms import STALE, PortalForm, PortalModelForm, people_here, portal_formfield
from prevent_portal.forms_fields import COUNT_THRESHOLD, GovukDateField, present
from prevent_portal.markings import carries_marking
from prevent_portal.models import Evidence

from .models import (
    Answer,
    Assessment,
    Benchmark,
    BenchmarkResult,
    Framework,
    Level,
    LocalQuestion,
    Moderation,
    Respondent,
)
from .models.assessments import EARLIEST_YEAR, LONG_TEXT_CHARACTERS
from .services.states import earliest_day

NOTHING_PERSONAL = gettext_lazy(
    "Write about the work, never about a person who was referred: no names, no details of a case."
)
NARROW = "govuk-input--width-4"
COMMENT_CHARACTERS = 2000
MOST_RECOMMENDATIONS = 30
UNKNOWN_LEVEL = gettext_lazy("Choose one of the levels.")


def long_text(rows: int = 4) -> forms.Textarea:
    """A box for a text that few come near the limit of: the count shows late."""
    return present(forms.Textarea({"rows": rows}), count_threshold=COUNT_THRESHOLD)


MARKED = gettext_lazy("The words OFFICIAL-SENSITIVE stand here. Mark the assessment first, or take the words out.")


def refuse_marked(form: forms.Form, *, is_sensitive: bool, words: str | Promise = MARKED) -> None:
    """Add an error to each text that says OFFICIAL-SENSITIVE unless the assessment is marked so."""
    if is_sensitive:
        return
    for name, said in list(form.cleaned_data.items()):
        if isinstance(said, str) and carries_marking(said):
            form.add_error(name, words)


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


class ModerationForm(PortalForm):
    """What the Home Office made of one benchmark.

    The hidden `read` is the revision of the moderation that was shown, empty where there was none.
    """

    read = forms.CharField(widget=forms.HiddenInput, required=False)

    score = forms.TypedChoiceField(
        label=gettext_lazy("Moderated score"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    strengths = forms.CharField(
        label=gettext_lazy("Strengths that the Home Office saw"),
        max_length=LONG_TEXT_CHARACTERS,
        required=False,
        widget=long_text(),
    )
    comment = forms.CharField(
        label=gettext_lazy("Why the score was changed or confirmed"),
        max_length=LONG_TEXT_CHARACTERS,
        required=False,
        widget=long_text(),
    )
    recommendations = forms.CharField(
        label=gettext_lazy("New recommendations"),
        max_length=LONG_TEXT_CHARACTERS,
        required=False,
        widget=long_text(),
        help_text=gettext_lazy("Each on a line of its own. They go into the register of recommendations."),
    )
    made_on = GovukDateField(label=gettext_lazy("Day the recommendations were made"), required=False)

    def __init__(self, *args, result: BenchmarkResult, moderation: Moderation | None, **kwargs):
        self.result, self.moderation = result, moderation
        super().__init__(*args, **kwargs)
        self.initial["read"] = str(moderation.revision) if moderation else ""
        framework = result.benchmark.framework
        if result.benchmark.is_scored:
            choices = [(score, framework.score_label(score)) for score in framework.scores]
            self.fields["score"].choices = [("", _("Not moderated")), *choices]
        else:
            del self.fields["score"]
        if moderation:
            self.initial |= {name: getattr(moderation, name) for name in ("score", "strengths", "comment")}
        self.initial["score"] = "" if self.initial.get("score") is None else self.initial["score"]

    def clean_recommendations(self) -> list[str]:
        """Each line that says anything."""
        lines = [line.strip().lstrip("•-*").strip() for line in self.cleaned_data["recommendations"].splitlines()]
        found = [line for line in lines if line]
        if any(carries_marking(line) for line in found):
            raise ValidationError(_("Take the words OFFICIAL-SENSITIVE out: any paper may name a recommendation."))
        if len(found) > MOST_RECOMMENDATIONS:
            raise ValidationError(
                _("Enter at most %(most)d recommendations at once; these are %(count)d lines.")
                % {"most": MOST_RECOMMENDATIONS, "count": len(found)}
            )
        return found

    def clean_made_on(self) -> dt.date | None:
        """The day, which has been and is not before there was a duty."""
        made_on = self.cleaned_data["made_on"]
        if made_on and made_on > clock.today():
            raise ValidationError(_("The date cannot be in the future."))
        if made_on and made_on.year < EARLIEST_YEAR:
            raise ValidationError(_("The year must be %(year)d or later.") % {"year": EARLIEST_YEAR})
        return made_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_marked(self, is_sensitive=self.result.assessment.is_sensitive)
        self._refuse_stale(cleaned)
        return {"score": None} | {name: value for name, value in cleaned.items() if name != "read"}

    def _refuse_stale(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("read", "") == self.initial["read"]:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("read")] = self.initial["read"]
        theirs = [
            _("“%(label)s” now says: %(value)s") % {"label": self.fields[name].label, "value": said}
            for name in ("score", "strengths", "comment")
            if name in self.fields and (said := getattr(self.moderation, name)) not in (cleaned.get(name), "", None)
        ]
        self.add_error(None, ValidationError([STALE, *theirs], code="stale"))


# Steps in an assessment's life


class StepForm(PortalForm):
    """A step in an assessment's life; `date_field` lies neither in the future nor before the step before.

    Where there is a `doubt` whether the step comes too early, whoever takes it has to say that they know.
    """

    date_field: ClassVar[str] = ""
    sure_label: ClassVar[str | Promise] = ""
    is_sure = forms.BooleanField()

    def __init__(self, *args, assessment: Assessment, doubt: str = "", **kwargs):
        self.assessment = assessment
        super().__init__(*args, **kwargs)
        if self.date_field:
            self.initial.setdefault(self.date_field, clock.today())
        # Last on the page, or not at all.
        is_sure = self.fields.pop("is_sure")
        if doubt:
            self.fields["is_sure"], is_sure.label = is_sure, self.sure_label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if on := cleaned.get(self.date_field):
            earliest, what = earliest_day(self.assessment)
            if on > clock.today():
                self.add_error(self.date_field, _("The date cannot be in the future."))
            elif on < earliest:
                self.add_error(
                    self.date_field,
                    _("The date must be %(day)s, %(what)s, or later.")
                    % {"day": date_format(earliest, "j F Y"), "what": what},
                )
        refuse_marked(self, is_sensitive=self.assessment.is_sensitive)
        return cleaned


class ReviewForm(StepForm):
    """Nothing but the question."""


class ReasonForm(StepForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Enter the reason")},
        help_text=gettext_lazy("The log keeps it."),
    )


class SignOffForm(StepForm):
    """Who signs off, and when."""

    date_field = "on"
    sure_label = gettext_lazy("Sign it off although questions are open")
    by = forms.CharField(
        label=gettext_lazy("Who signs it off?"),
        max_length=200,
        help_text=gettext_lazy("Name and post, for example the chief officer who answers for Prevent."),
        error_messages={"required": gettext_lazy("Enter who signs it off")},
    )
    on = GovukDateField(label=gettext_lazy("Day of signing off"))


class SubmitForm(StepForm):
    """When it was submitted."""

    date_field = "on"
    on = GovukDateField(label=gettext_lazy("Day of submission"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


class ModeratedForm(StepForm):
    """When the moderation came back."""

    date_field = "on"
    sure_label = gettext_lazy("It is complete although benchmarks have no moderated score")
    on = GovukDateField(label=gettext_lazy("Day the moderation came back"))


# Who answers what


class RespondentForm(PortalModelForm):
    """A service lead or a partner who answers questions."""

    class Meta:
        model = Respondent
        fields = ["name", "user", "email"]
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people_here(
            self.organisation, may="benchmarks.answer_own_question", keep=Q(pk=self.instance.user_id)
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        same = Respondent.objects.of(self.organisation).filter(name=cleaned.get("name", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This name is in the list already."))
        return cleaned


class AssignForm(PortalForm):
    """Which questions are asked of whom."""

    respondent = forms.ModelChoiceField(
        label=gettext_lazy("Who answers?"),
        queryset=Respondent.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody in particular"),
    )
    answers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Questions"),
        queryset=Answer.objects.none(),
        widget=forms.CheckboxSelectMultiple({"class": "govuk-checkboxes--small"}),
        error_messages={"required": gettext_lazy("Choose at least one question")},
    )

    def __init__(self, *args, answers: Sequence[Answer], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["respondent"].queryset = Respondent.objects.of(self.organisation)
        field = self.fields["answers"]
        field.queryset = Answer.objects.filter(pk__in=[each.pk for each in answers])
        labels = {
            each.pk: f"{each.asked}" + (f" ({each.respondent})" if each.respondent_id else "") for each in answers
        }
        field.choices = list(labels.items())


class LocalQuestionForm(PortalModelForm):
    """A question of the authority's own."""

    class Meta:
        model = LocalQuestion
        fields = ["benchmark", "reference", "text", "position", "retired_on"]
        widgets = {
            "reference": forms.TextInput({"class": "govuk-input--width-10"}),
            "position": forms.NumberInput({"class": NARROW}),
        }
        formfield_callback = portal_formfield
        help_texts = {"position": gettext_lazy("Local questions stand in this order behind the published ones.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_use = Q(framework__in=Framework.objects.in_use(clock.today()))
        rows = Benchmark.objects.filter(in_use | Q(pk=self.instance.benchmark_id)).select_related("framework")
        self.fields["benchmark"].queryset = rows.order_by("-framework__year", "number")
        self.fields["benchmark"].label_from_instance = lambda each: f"{each.framework}: {each}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reference, benchmark = cleaned.get("reference"), cleaned.get("benchmark")
        if benchmark and reference and benchmark.questions.filter(reference=reference).exists():
            self.add_error("reference", _("A published question has this reference. Choose another, such as L1."))
        return cleaned


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


class FrameworkFileForm(forms.Form):
    """A published framework in a file."""

    file = forms.FileField(label=gettext_lazy("File"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=Framework._meta.get_field("title").max_length)
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2015, max_value=2099)
    source = forms.CharField(
        label=gettext_lazy("Where the wording comes from"),
        max_length=Framework._meta.get_field("source").max_length,
        required=False,
    )
    succeeds = forms.ModelChoiceField(label=gettext_lazy("Succeeds"), queryset=Framework.objects.none(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["succeeds"].queryset = Framework.objects.published()

    def clean_title(self) -> str:
        """The title, of which an address can be made and which no other framework has."""
        title = self.cleaned_data["title"]
        if not slugify(title):
            raise ValidationError(_("Enter a title with letters or numbers in it."))
        if Framework.objects.filter(title=title).exists():
            raise ValidationError(_("There is a framework called “%(title)s” already.") % {"title": title})
        return title

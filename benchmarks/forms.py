"""The forms of self-assessments."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.evidence_forms import WithEvidenceMixin
from prevent_portal.forms import PortalForm, PortalModelForm, people_here, portal_formfield
from prevent_portal.forms_fields import GovukDateField
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

NOTHING_PERSONAL = gettext_lazy(
    "Write about the work, never about a person who was referred: no names, no details of a case."
)
NARROW = "govuk-input--width-4"
COMMENT_CHARACTERS = 2000
UNKNOWN_LEVEL = gettext_lazy("Choose one of the levels.")


def refuse_marked(form: forms.Form, *, is_sensitive: bool) -> None:
    """Add an error to each text that says OFFICIAL-SENSITIVE unless the assessment is marked so."""
    if is_sensitive:
        return
    for name, said in list(form.cleaned_data.items()):
        if isinstance(said, str) and carries_marking(said):
            form.add_error(
                name,
                _("The words OFFICIAL-SENSITIVE stand here. Mark the assessment first, or take the words out."),
            )


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
        self.fields["lead"].queryset = people_here(self.organisation, keep=Q(pk=self.instance.lead_id))
        if "framework" in self.fields:
            frameworks = Framework.objects.in_use(clock.today())
            self.fields["framework"].queryset = frameworks
            self.fields["framework"].empty_label = None
            # What the empty instance says of them is None.
            self.initial["year"] = self.initial.get("year") or clock.today().year
            self.initial["dated_on"] = self.initial.get("dated_on") or clock.today()


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

    class Meta:
        model = Answer
        fields = ["level", "details"]
        widgets = {"details": forms.Textarea({"rows": 8})}
        help_texts = {"details": NOTHING_PERSONAL}

    field_order = ["level", "details", "relied_on"]

    def __init__(self, *args, may_add_evidence: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        answer = self.instance
        self.fields["level"].queryset = Level.objects.filter(framework=answer.result.benchmark.framework_id)
        links = list(answer.evidence_links.all()) if may_add_evidence else []
        keys = sorted(link.evidence_id for link in links)
        self.fields["relied_on"].queryset = Evidence.objects.of(self.organisation).filter(pk__in=keys)
        self.initial["relied_on"] = keys
        if not keys:
            del self.fields["relied_on"]
        elif "revision" in self.fields:
            self._saved["relied_on"] = keys
        if may_add_evidence:
            self.attach_evidence(marking=answer.assessment.marking)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_marked(self, is_sensitive=self.instance.assessment.is_sensitive)
        return cleaned


class RespondentAnswerForm(AnswerForm):
    """An answer by somebody without an account, who can say something to the lead besides."""

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
    """What the Home Office made of one benchmark."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("Moderated score"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    strengths = forms.CharField(
        label=gettext_lazy("Strengths that the Home Office saw"), required=False, widget=forms.Textarea({"rows": 4})
    )
    comment = forms.CharField(
        label=gettext_lazy("Why the score was changed or confirmed"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    recommendations = forms.CharField(
        label=gettext_lazy("New recommendations"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Each on a line of its own. They go into the register of recommendations."),
    )
    made_on = GovukDateField(label=gettext_lazy("When were they made?"), required=False)

    def __init__(self, *args, result: BenchmarkResult, moderation: Moderation | None, **kwargs):
        self.result = result
        super().__init__(*args, **kwargs)
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
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_marked(self, is_sensitive=self.result.assessment.is_sensitive)
        return {"score": None} | cleaned


# Steps in an assessment's life


class StepForm(PortalForm):
    """A step in an assessment's life; `date_field` may not lie in the future."""

    date_field: ClassVar[str] = ""

    def __init__(self, *args, assessment: Assessment, **kwargs):
        self.assessment = assessment
        super().__init__(*args, **kwargs)
        if self.date_field:
            self.initial.setdefault(self.date_field, clock.today())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        on = cleaned.get(self.date_field)
        if on and on > clock.today():
            self.add_error(self.date_field, _("The date cannot be in the future."))
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
    by = forms.CharField(
        label=gettext_lazy("Who signs it off?"),
        max_length=200,
        help_text=gettext_lazy("Name and post, for example the chief officer who answers for Prevent."),
        error_messages={"required": gettext_lazy("Enter who signs it off")},
    )
    on = GovukDateField(label=gettext_lazy("When?"))


class SubmitForm(StepForm):
    """When it was submitted."""

    date_field = "on"
    on = GovukDateField(label=gettext_lazy("When is it submitted?"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


class ModeratedForm(StepForm):
    """When the moderation came back."""

    date_field = "on"
    on = GovukDateField(label=gettext_lazy("When did the moderation come back?"))


# Who answers what


class RespondentForm(PortalModelForm):
    """A service lead or a partner who answers questions."""

    class Meta:
        model = Respondent
        fields = ["name", "user", "email"]
        formfield_callback = portal_formfield

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people_here(self.organisation, keep=Q(pk=self.instance.user_id))

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

"""Who answers what, local questions, and frameworks from files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import PortalForm, PortalModelForm, people_here, portal_formfield

from ..models import (
    Answer,
    Benchmark,
    Framework,
    LocalQuestion,
    Respondent,
)
from .texts import NARROW


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

"""The forms of recommendations and of reviews of risk."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import clock
from .forms import PortalModelForm, portal_formfield
from .markings import carries_marking
from .models import Recommendation, RiskReview

MOST = 999
"""Recommendations of one exercise; a longer number is a slip of the keyboard."""


class NewRecommendationForm(PortalModelForm):
    """A recommendation as it was made."""

    class Meta:
        model = Recommendation
        fields = ["text", "source", "exercise", "number", "total", "made_on", "risk_review"]
        formfield_callback = portal_formfield
        labels = {
            "source": gettext_lazy("Who made it?"),
            "exercise": gettext_lazy("In which exercise?"),
            "total": gettext_lazy("Out of how many?"),
            "risk_review": gettext_lazy("Review of risk that it came of"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        for name in ("number", "total"):
            self.fields[name].validators += [MinValueValidator(1), MaxValueValidator(MOST)]
        if not self.fields["risk_review"].queryset.exists():
            del self.fields["risk_review"]

    def clean_made_on(self):
        """The day on which it was made, which has been."""
        return _not_in_the_future(self.cleaned_data["made_on"])


class RecommendationForm(NewRecommendationForm):
    """A recommendation, and when it was dealt with."""

    class Meta(NewRecommendationForm.Meta):
        fields = [*NewRecommendationForm.Meta.fields, "closed_on"]

    def clean_closed_on(self):
        """The day on which it was dealt with, which has been."""
        return _not_in_the_future(self.cleaned_data["closed_on"])


class RiskReviewForm(PortalModelForm):
    """That a document about risk was reviewed."""

    class Meta:
        model = RiskReview
        fields = ["kind", "reviewed_on", "reviewed_by", "next_review_on"]
        formfield_callback = portal_formfield
        widgets = {"kind": forms.RadioSelect}
        labels = {"kind": gettext_lazy("Which document?")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A list of circles needs none for "nothing chosen yet".
        self.fields["kind"].choices = RiskReview.Kind.choices

    def clean_reviewed_on(self):
        """The day of the review, which has been."""
        return _not_in_the_future(self.cleaned_data["reviewed_on"])

    def clean_reviewed_by(self) -> str:
        """Who reviewed it; no content of the document."""
        said = self.cleaned_data["reviewed_by"]
        if carries_marking(said):
            raise ValidationError(_("Enter only the post or the group, nothing that is OFFICIAL-SENSITIVE."))
        return said


def _not_in_the_future(on):
    if on and on > clock.today():
        raise ValidationError(_("This day cannot be in the future."))
    return on

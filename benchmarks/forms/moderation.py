"""What the Home Office made of it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prevent_portal import clock
from prevent_portal.forms import STALE, PortalForm
from prevent_portal.forms_fields import GovukDateField
from prevent_portal.markings import carries_marking

from ..models import (
    BenchmarkResult,
    Moderation,
)
from ..models.assessments import EARLIEST_YEAR, LONG_TEXT_CHARACTERS
from .texts import long_text, refuse_marked

MOST_RECOMMENDATIONS = 30


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

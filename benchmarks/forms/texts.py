"""What the forms of self-assessments share: boxes for long texts, and words that want a marking."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from prevent_portal.forms_fields import COUNT_THRESHOLD, present
from prevent_portal.markings import carries_marking

NOTHING_PERSONAL = gettext_lazy(
    "Write about the work, never about a person who was referred: no names, no details of a case."
)
NARROW = "govuk-input--width-4"
COMMENT_CHARACTERS = 2000
MARKED = gettext_lazy("The words OFFICIAL-SENSITIVE stand here. Mark the assessment first, or take the words out.")


def long_text(rows: int = 4) -> forms.Textarea:
    """A box for a text that few come near the limit of: the count shows late."""
    return present(forms.Textarea({"rows": rows}), count_threshold=COUNT_THRESHOLD)


def refuse_marked(form: forms.Form, *, is_sensitive: bool, words: str | Promise = MARKED) -> None:
    """Add an error to each text that says OFFICIAL-SENSITIVE unless the assessment is marked so."""
    if is_sensitive:
        return
    for name, said in list(form.cleaned_data.items()):
        if isinstance(said, str) and carries_marking(said):
            form.add_error(name, words)

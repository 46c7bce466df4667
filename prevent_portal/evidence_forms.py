"""The forms of the register of evidence."""

import logging
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .evidence import Content, add_evidence
from .evidence_kinds import KINDS, KeptFile, check_file, too_large
from .evidence_store import FileNotKept
from .forms import PortalForm, PortalModelForm, portal_formfield
from .forms_fields import error_links
from .markings import carries_marking
from .models import Evidence, EvidenceVersion, Marking, User

logger = logging.getLogger(__name__)

WORDS_CHARACTERS = 100


class ContentFields(forms.Form):
    """A file or an address on the web: one of the two."""

    is_content_required: ClassVar[bool] = True

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
    )
    url = forms.URLField(
        label=gettext_lazy("Address on the web"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        help_text=gettext_lazy("Instead of a file, for what is kept elsewhere: it begins with https:// or http://."),
        # SECURITY: people follow it; it must lead to a page, not run anything.
        validators=[URLValidator(schemes=["http", "https"])],
        error_messages={"invalid": gettext_lazy("Enter an address that begins with https:// or http://")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, Word, Excel, PowerPoint, picture (PNG, JPEG), text, CSV or e-mail (.eml), at most %(limit)s MB, "
            "without macros."
        ) % {"limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024)}

    def clean_file(self) -> KeptFile | None:
        """The file, if one was chosen, as it may be kept."""
        file = self.cleaned_data.get("file")
        if file is None:
            return None
        # Before it is read into memory.
        if file.size > settings.EVIDENCE_MAX_BYTES:
            raise ValidationError(too_large(settings.EVIDENCE_MAX_BYTES))
        return check_file(file.name, file.read(), most_bytes=settings.EVIDENCE_MAX_BYTES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not {"file", "url"} & self.errors.keys():
            if cleaned.get("file") and cleaned.get("url"):
                self.add_error("url", _("Choose a file or enter an address, not both."))
            elif self.is_content_required and not cleaned.get("file") and not cleaned.get("url"):
                self.add_error("file", _("Choose a file, or enter an address below."))
        return cleaned

    def refuse_marking(self, marking: str, *names: str) -> None:
        """Add an error where the file's name, or a text in fields `names`, carries a marking that the evidence has not.

        The rows refuse it as well; here it is said beside its field.
        """
        if marking == Marking.OFFICIAL_SENSITIVE:
            return
        for name in ("file", "url", *names):
            value = self.cleaned_data.get(name) or ""
            if carries_marking(value.name if isinstance(value, KeptFile) else str(value)):
                self.add_error(
                    name, _("This says OFFICIAL-SENSITIVE. Mark the evidence so, or take the words out here.")
                )

    def content(self) -> Content:
        """What was given, of a form that is valid."""
        return Content(file=self.cleaned_data.get("file"), url=self.cleaned_data.get("url") or "")


class EvidenceForm(PortalModelForm):
    """What a piece of evidence is, apart from its content."""

    class Meta:
        model = Evidence
        fields = ["title", "description", "kept_by", "dated_on", "expires_on", "marking"]
        formfield_callback = portal_formfield
        widgets = {"marking": forms.RadioSelect}
        error_messages = {"title": {"required": gettext_lazy("Enter what the evidence is called")}}


class NewEvidenceForm(ContentFields, EvidenceForm):
    """A new piece of evidence with its file or address."""

    field_order = ["title", "file", "url", "description"]

    class Meta(EvidenceForm.Meta):
        pass

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_marking(cleaned.get("marking", ""))
        return cleaned


class AttachEvidenceForm(ContentFields, PortalForm):
    """Evidence for something else: a piece that the register has, or a new one; may be left empty.

    It is part of a larger form. `marking` is that of what the evidence is for, which a new piece gets too.
    """

    is_content_required = False
    field_order = ["known", "title", "file", "url"]

    known = forms.ModelChoiceField(
        label=gettext_lazy("From the register"), queryset=Evidence.objects.none(), required=False
    )
    title = forms.CharField(
        label=gettext_lazy("What new evidence is called"),
        max_length=Evidence._meta.get_field("title").max_length,
        required=False,
        help_text=gettext_lazy("For example: Minutes of the board, 14 October 2026."),
    )

    def __init__(self, *args, marking: str, **kwargs):
        self.marking = marking
        super().__init__(*args, **kwargs)
        self.fields["known"].queryset = Evidence.objects.of(self.organisation).in_use()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        has_content = bool(cleaned.get("file") or cleaned.get("url"))
        if has_content and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", _("Enter what the evidence is called."))
        elif cleaned.get("title") and not has_content and not {"file", "url"} & self.errors.keys():
            self.add_error("file", _("Choose a file, or enter an address below."))
        self.refuse_marking(self.marking, "title")
        return cleaned

    def pieces(self, user: User | None) -> list[Evidence]:
        """What was chosen, and what was given, which is now in the register; of a form that is valid.

        Raises `evidence_store.FileNotKept` if the disk does not take the file.
        """
        chosen = [known] if (known := self.cleaned_data["known"]) else []
        if self.cleaned_data["title"]:
            new = Evidence(organisation=self.organisation, title=self.cleaned_data["title"], marking=self.marking)
            chosen.append(add_evidence(evidence=new, content=self.content(), user=user))
        return chosen


class WithEvidenceMixin:
    """A form of which evidence is a part: `evidence`, None where the person may add none."""

    evidence: AttachEvidenceForm | None = None

    def attach_evidence(self, *, marking: str) -> None:
        """Make the part for evidence; `marking` is that of what it is for."""
        given = (self.data, self.files) if self.is_bound else ()
        self.evidence = AttachEvidenceForm(*given, organisation=self.organisation, marking=marking, prefix="evidence")

    @property
    def is_multipart(self) -> bool:
        """Whether the page must send files."""
        return self.evidence is not None

    @property
    def is_evidence_open(self) -> bool:
        """Whether the part for evidence is shown open."""
        return bool(self.evidence and self.evidence.is_bound and (self.evidence.errors or self.evidence.has_changed()))

    def is_valid(self) -> bool:
        # Both, so that all mistakes are shown at once.
        return all([super().is_valid(), self.evidence is None or self.evidence.is_valid()])

    def error_links(self) -> list[dict[str, Any]]:
        """The errors of the form and of its part for evidence."""
        return [link for part in (self, self.evidence) for link in error_links(part)]

    def pieces_of_evidence(self, user: User | None) -> list[Evidence] | None:
        """What was chosen and given, of a form that is valid; None, and an error beside the field, if the disk does not
        take the file: then nothing has been written.
        """
        if self.evidence is None:
            return []
        try:
            return self.evidence.pieces(user)
        except FileNotKept as error:
            say_that_it_was_not_kept(self.evidence, error)
            return None


def say_that_it_was_not_kept(form: forms.Form, error: FileNotKept) -> None:
    """Beside the field, in words; what the disk said is for whoever runs the portal."""
    logger.error("A file of evidence was not kept: %s", error)
    form.add_error(
        "file", _("The portal could not keep the file just now. Try again; if it happens again, tell your IT team.")
    )


class EvidenceVersionForm(ContentFields, PortalForm):
    """A new version of a piece of evidence."""

    note = forms.CharField(
        label=gettext_lazy("What is new"),
        max_length=EvidenceVersion._meta.get_field("note").max_length,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args, evidence: Evidence, **kwargs):
        self.evidence = evidence
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_marking(self.evidence.marking, "note")
        return cleaned


class EvidenceRetireForm(PortalForm):
    """Why evidence is retired."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it retired?"),
        max_length=Evidence._meta.get_field("retired_because").max_length,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Enter why it is retired")},
    )

    def __init__(self, *args, evidence: Evidence, **kwargs):
        self.evidence = evidence
        super().__init__(*args, **kwargs)

    def clean_reason(self) -> str:
        """The reason, which carries no marking that the evidence has not."""
        reason = self.cleaned_data["reason"]
        if carries_marking(reason) and not self.evidence.is_sensitive:
            raise ValidationError(_("Take the words OFFICIAL-SENSITIVE out: the evidence is not marked so."))
        return reason


class EvidenceRestoreForm(PortalForm):
    """Nothing but the question."""

    def __init__(self, *args, evidence: Evidence, **kwargs):
        super().__init__(*args, **kwargs)


class EvidenceFilterForm(PortalForm):
    """Words to look for in the register."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=WORDS_CHARACTERS)

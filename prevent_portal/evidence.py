"""The register of evidence: adding, new versions, retiring, and who relies on a piece of it."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from . import evidence_store
from .audit import because
from .evidence_kinds import KeptFile
from .models import Evidence, EvidenceVersion, Organisation, User
from .panels import Hit, registry

EXTRACT_CHARACTERS = 200


@dataclass(frozen=True)
class Content:
    """What a version of evidence is: a file or an address on the web, one of the two."""

    file: KeptFile | None = None
    url: str = ""

    def __post_init__(self) -> None:
        if bool(self.file) == bool(self.url):
            raise ValueError("either a file or an address")


def add_evidence(*, evidence: Evidence, content: Content, note: str = "", user: User | None) -> Evidence:
    """Write a new piece of evidence with its first version.

    Raises `evidence_store.FileNotKept` if the disk does not take the file: then nothing is written.
    """
    # The file first: one that no row names does no harm, a row without its file does.
    digest = _keep(evidence.organisation, content)
    with transaction.atomic():
        evidence.added_by = user
        evidence.save()
        _write_version(evidence, content, digest, number=1, note=note, user=user)
    return evidence


def add_version(*, evidence: Evidence, content: Content, note: str = "", user: User | None) -> EvidenceVersion:
    """Write a new version; the earlier ones stay.

    Raises ValidationError if it is retired or the current version is the same, `evidence_store.FileNotKept` if the disk
    does not take the file.
    """
    digest = _keep(evidence.organisation, content)
    with transaction.atomic():
        # Held, so that two people who add one at once get two numbers.
        held = Evidence.objects.of(evidence.organisation).select_for_update(of=("self",)).get(pk=evidence.pk)
        if held.retired_on:
            raise ValidationError(_("This evidence has been retired. Nothing is added to it any more."))
        current = held.versions.order_by("-number").first()
        if current and (current.sha256, current.url) == (digest, content.url):
            raise ValidationError(_("This is the same as the version that is there now."))
        number = (held.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        return _write_version(held, content, digest, number=number, note=note, user=user)


def _keep(organisation: Organisation, content: Content) -> str:
    return evidence_store.keep(organisation, content.file.data) if content.file else ""


def _write_version(
    evidence: Evidence, content: Content, digest: str, *, number: int, note: str, user: User | None
) -> EvidenceVersion:
    version = EvidenceVersion(
        organisation=evidence.organisation, evidence=evidence, number=number, url=content.url, note=note, added_by=user
    )
    if content.file:
        version.file_name, version.content_type = content.file.name, content.file.content_type
        version.size, version.sha256 = len(content.file.data), digest
    version.save()
    return version


def retire_evidence(*, evidence: Evidence, on: dt.date, reason: str) -> None:
    """Take a piece of evidence out of use. What relies on it, its versions and their files stay.

    Raises ValidationError without a reason, or if it has been retired already.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the evidence is retired."))
    if evidence.retired_on:
        raise ValidationError(_("This evidence has been retired already."))
    evidence.retired_on, evidence.retired_because = on, reason.strip()
    with because(evidence.retired_because):
        evidence.save()


def restore_evidence(*, evidence: Evidence) -> None:
    """Take a piece of evidence that was retired into use again; the log keeps why it was retired."""
    evidence.retired_on, evidence.retired_because = None, ""
    evidence.save()


def uses_of(evidence: Evidence) -> list[Hit]:
    """What relies on a piece of evidence, from every domain."""
    return [hit for use in registry.evidence_uses for hit in use.find(evidence)]


def search_evidence(words: list[str], limit: int) -> list[Hit]:
    """Evidence that has every word in its title, description, keeper or the name of a version of it."""
    found = Evidence.objects.select_related("organisation")
    for word in words:
        found = found.filter(matching(word))
    return [
        Hit(each.title, _("Evidence"), each.get_absolute_url(), each.organisation.name, _extract(each))
        for each in found[:limit]
    ]


def matching(word: str) -> Q:
    """The condition that this word stands somewhere in a piece of evidence."""
    in_versions = EvidenceVersion.objects.filter(Q(file_name__icontains=word) | Q(url__icontains=word))
    return (
        Q(title__icontains=word)
        | Q(description__icontains=word)
        | Q(kept_by__icontains=word)
        | Q(pk__in=in_versions.values("evidence"))
    )


def _extract(evidence: Evidence) -> str:
    return evidence.description[:EXTRACT_CHARACTERS]

"""Drafts as a file would give them, staged without the file: for tests of what comes after understanding."""

import datetime as dt
import hashlib

from plans import services
from plans.models import PlanImport
from plans.rules import DateKind
from plans.understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft, PlanDraft, SectionDraft, TargetDateDraft
from prevent_portal.models import Organisation


def row(ref: str, objective: str, action: str = "", owner: str = "", by: str = "", *, key: str = "") -> ObjectiveDraft:
    """A row with one action; the owner is a post."""
    return ObjectiveDraft(
        ref=ref,
        text=objective,
        key=key or f"r{ref}",
        actions=[
            ActionDraft(
                text=action,
                owners=[OwnerDraft(name=owner, kind="post")] if owner else [],
                target_dates=[_date(by)] if by else [],
            )
        ],
    )


def _date(text: str) -> TargetDateDraft:
    if text == "Ongoing":
        return TargetDateDraft(text, DateKind.ONGOING)
    return TargetDateDraft(text, DateKind.FIXED, dt.datetime.strptime(text, "%d %B %Y").date())


def plan_of(*rows: ObjectiveDraft, title: str = "Prevent action plan") -> PlanDraft:
    """A plan of one section."""
    return PlanDraft(title=title, sections=[SectionDraft(ref="1", title="Leadership", objectives=list(rows))])


def stage_draft(organisation: Organisation, draft: PlanDraft, *, file_name: str = "plan.docx") -> PlanImport:
    """An import of a file of which this was understood; other words are another file."""
    data = f"Prevent {hashlib.sha256(str(draft.to_json()).encode()).hexdigest()}".encode()
    (staged,) = services.stage_imports(organisation=organisation, file_name="plan.txt", data=data, user=None)
    staged.file_name, staged.draft, staged.title = file_name, draft.to_json(), draft.title
    staged.save()
    return staged

"""Drafts as a file would give them, staged without the file: for tests of what comes after understanding."""

import datetime as dt
import functools
import hashlib
from io import BytesIO

from openpyxl import Workbook

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


@functools.cache  # a workbook says when it was made: another one would be another file
def two_years() -> bytes:
    """A workbook with a plan for each of two years, on a sheet of its own."""
    book = Workbook()
    for number, year in enumerate(("2025-26", "2026-27")):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = year
        sheet.append(["Ref", "Objective", "Action", "Owner", "RAG"])
        for line in range(1, number + 3):
            sheet.append([str(line), f"Objective {line} of {year}", f"Do {line} in {year}", "Prevent Officer", "Green"])
    data = BytesIO()
    book.save(data)
    return data.getvalue()

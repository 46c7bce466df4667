"""Writes what a changed workbook asks for, all or nothing, the way that the portal's own forms write it."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from plans.models import Action, Assignment, Owner
from plans.round_trip import RAG_BY_WORD, Compared
from prevent_portal.audit import because
from prevent_portal.models import User

from .progress import move_date, record_progress

TEXTS = {"text": "text", "outcome": "outcome_measure", "resources": "resources"}
SAID = frozenset({"rag", "reason", "completed", "note"})


@transaction.atomic
def write_round_trip(*, compared: Compared, leave: Collection[int], today: dt.date, user: User) -> int:
    """Write every change but those of the actions in `leave`; how many actions were changed."""
    written = 0
    with because(_("From a workbook")):
        for row in compared.difference.rows:
            if row.row in leave:
                continue
            _write(compared.actions[row.row], compared.wanted[row.row], compared.owners.get(row.row), today, user)
            written += 1
    return written


def _write(action: Action, cells: dict[str, str], owners: list[Owner] | None, today: dt.date, user: User) -> None:
    texts = {TEXTS[key]: said for key, said in cells.items() if key in TEXTS}
    if texts:
        for name, said in texts.items():
            setattr(action, name, said)
        action.save(update_fields=list(texts))
    if owners is not None:
        _set_owners(action, owners)
    if "due" in cells:
        move_date(action=action, to=dt.date.fromisoformat(cells["due"]))
    if SAID & cells.keys():
        rag = RAG_BY_WORD[cells["rag"].casefold()] if "rag" in cells else action.rag
        completed = cells.get("completed")
        record_progress(
            action=action,
            made_on=today,
            note=cells.get("note", ""),
            rag=rag,
            reason=cells.get("reason", action.rag_reason),
            user=user,
            completed_on=dt.date.fromisoformat(completed) if completed else action.completed_on,
        )


def _set_owners(action: Action, owners: list[Owner]) -> None:
    """Who leads goes on leading; a partner who is named becomes an owner."""
    partner = Assignment.Role.PARTNER
    known = {each.owner_id: each for each in Assignment.objects.filter(action=action)}
    for owner_id, assignment in known.items():
        if assignment.role != partner and owner_id not in {owner.pk for owner in owners}:
            assignment.delete()
    for position, owner in enumerate(owners):
        if owner.pk in known and known[owner.pk].role == partner:
            known[owner.pk].role = Assignment.Role.OWNER
            known[owner.pk].save()
        elif owner.pk not in known:
            Assignment(
                organisation=action.organisation,
                objective=action.objective,
                action=action,
                owner=owner,
                position=position,
            ).save()

"""What a plan's rows say as plain values, from a draft and from the database alike, so that the two can be compared.

Values are texts, lists of texts or lists of lists of texts, as JSON can keep them.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from prevent_portal.models import Marking

from .models import RAG_LABELS, Assignment, Owner
from .rules import Rag
from .snapshot import Snapshot
from .understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft, PlanDraft, SectionDraft

DECLARED = ("total", "green", "amber", "red", "blue")

PLAN_LABELS = {
    "period_start": _("period starts"),
    "period_end": _("period ends"),
    "aim": _("aim"),
    "introduction": _("introduction"),
    "marking": _("marking"),
    "updated_on": _("date of update"),
    "declared_total": _("declared actions"),
    "declared_green": _("declared green"),
    "declared_amber": _("declared amber"),
    "declared_red": _("declared red"),
    "declared_blue": _("declared blue"),
    "remarks": _("remarks"),
}
ROW_LABELS = {
    "section": _("section"),
    "ref": _("reference"),
    "text": _("objective"),
    "tier": _("tier"),
    "owners": _("owners"),
    "target_dates": _("target dates"),
    "outcome_measure": _("outcome measure"),
    "recommendation": _("recommendation answered"),
    "marking": _("marking"),
}
ACTION_LABELS = {
    "letter": _("letter"),
    "text": _("action"),
    "steps": _("steps"),
    "owners": _("owners"),
    "target_dates": _("target dates"),
    "outcome_measure": _("outcome measure"),
    "milestones": _("milestones"),
    "resources": _("resources"),
    "marking": _("marking"),
    "rag": _("RAG"),
    "notes": _("progress"),
}

Values = dict[str, Any]


@dataclass(frozen=True)
class ProgressNote:
    """One entry of an action's history as it is written; `made_on` None: of the plan's own day."""

    text: str
    made_on: dt.date | None = None
    is_current: bool = False
    rag: Rag = Rag.NOT_STATED

    @property
    def key(self) -> str:
        return key_of(self.text)


def key_of(text: str) -> str:
    """What makes two texts the same: their words, whatever the spaces and capitals."""
    return " ".join(text.split()).casefold()


def progress_notes(draft: ActionDraft) -> list[ProgressNote]:
    """The action's history, the earliest first. A note without a date keeps the heading that it stood under."""
    notes = [
        ProgressNote(
            each.note if each.made_on or not each.heading else f"{each.heading}: {each.note}",
            each.made_on,
            rag=each.rag,
        )
        for each in draft.progress_notes
        if each.note
    ]
    if draft.progress:
        notes.append(ProgressNote(draft.progress, is_current=True))
    return notes


def owner_values(draft: OwnerDraft) -> tuple[str, str, str]:
    """Kind, name and post; a post stands in the field of posts, whichever one the plan's author put it in."""
    if draft.kind == Owner.Kind.POST and not draft.post:
        return Owner.Kind.POST, "", draft.name
    return draft.kind, draft.name, draft.post


def recommendation_key(draft: ObjectiveDraft) -> tuple[str, int] | None:
    """The exercise and the number of the recommendation that the row answers."""
    found = draft.recommendation
    return (found.exercise[:120], found.number) if found else None


def marking_of(written: str) -> str:
    """The marking that these words of a file mean; none is OFFICIAL."""
    return Marking.OFFICIAL_SENSITIVE if "SENSITIVE" in written.upper() else Marking.OFFICIAL


# From a draft


def plan_values(draft: PlanDraft) -> Values:
    """What the file says of the plan as a whole."""
    return {
        "period_start": _day(draft.period_start),
        "period_end": _day(draft.period_end),
        "aim": draft.aim,
        "introduction": draft.introduction,
        "marking": _marking(draft.marking),
        "updated_on": _day(draft.updated_on),
        **{f"declared_{name}": str(draft.declared.get(name, "")) for name in DECLARED},
        "remarks": [remark.text for section in draft.sections for remark in section.remarks],
    }


def row_values(section: SectionDraft, draft: ObjectiveDraft) -> Values:
    """What the file says of a row, but for its actions."""
    answered = recommendation_key(draft)
    return {
        "section": _heading(section.ref[:30], section.title[:500]),
        "ref": draft.ref[:30],
        "text": draft.text,
        "tier": draft.tier[:200],
        "owners": _owners(draft.owners, ()),
        "target_dates": _dates(draft),
        "outcome_measure": draft.outcome,
        "recommendation": f"{answered[0]} {answered[1]}".strip() if answered else "",
        "marking": _marking(draft.marking),
    }


def action_values(draft: ActionDraft) -> Values:
    """What the file says of an action."""
    return {
        "letter": draft.letter[:10],
        "text": draft.text,
        "steps": list(draft.steps),
        "owners": _owners(draft.owners, draft.partners),
        "target_dates": _dates(draft),
        "outcome_measure": draft.outcome,
        "milestones": list(draft.milestones),
        "resources": draft.resources,
        "marking": _marking(draft.marking),
        "rag": draft.rag.value,
        "notes": [note.text for note in progress_notes(draft)],
    }


def _marking(written: str) -> str:
    """Only what raises it: a file that says OFFICIAL, or nothing, does not take a marking away."""
    return str(Marking.OFFICIAL_SENSITIVE) if marking_of(written) == Marking.OFFICIAL_SENSITIVE else ""


def _day(on: dt.date | None) -> str:
    return on.isoformat() if on else ""


def _heading(ref: str, title: str) -> str:
    return f"{ref} {title}".strip()


def _owners(named: Iterable[OwnerDraft], partners: Iterable[str]) -> list[list[str]]:
    roles: dict[tuple[str, ...], list[str]] = {}
    for draft in named:
        kind, name, post = owner_values(draft)
        role = Assignment.Role.LEAD if draft.is_lead else Assignment.Role.OWNER
        _assign(roles, kind, name, post, role)
    for name in partners:
        _assign(roles, Owner.Kind.BODY, name, "", Assignment.Role.PARTNER)
    return list(roles.values())


def _assign(roles: dict, kind: str, name: str, post: str, role: str) -> None:
    values = [str(kind), name[:200], post[:200]]
    roles.setdefault(tuple(map(key_of, values)), [*values, str(role)])


def _dates(draft: ObjectiveDraft | ActionDraft) -> list[list[str]]:
    return [[date.as_written[:500], date.kind.value, _day(date.on), date.scope[:500]] for date in draft.target_dates]


# From the database


def stored_plan_values(snapshot: Snapshot) -> Values:
    """What the portal holds of the plan as a whole."""
    ((_pk, plan),) = snapshot["Plan"].items()
    values = {name: "" if plan[name] is None else str(plan[name]) for name in PLAN_LABELS if name != "remarks"}
    return values | {"remarks": [remark["text"] for remark in snapshot["Remark"].values()]}


def stored_rows(
    snapshot: Snapshot, owners: dict[int, tuple[str, str, str]], recommendations: dict[int, tuple[str, int]]
) -> dict[int, tuple[Values, dict[int, Values]]]:
    """By key of the objective: what the portal holds of it, and by key what it holds of its actions.

    `owners` (kind, name, post) and `recommendations` (exercise, number) by key.
    """
    sections = {pk: _heading(each["ref"], each["title"]) for pk, each in snapshot["Section"].items()}
    rows = {
        pk: (
            {
                "section": sections[each["section_id"]],
                **{name: each[name] for name in ("ref", "text", "tier", "outcome_measure", "marking")},
                "owners": [],
                "target_dates": [],
                "recommendation": " ".join(map(str, recommendations.get(each["recommendation_id"], ()))).strip(),
            },
            {},
        )
        for pk, each in _placed(snapshot["Objective"])
    }
    actions: dict[int, Values] = {}
    for pk, each in _placed(snapshot["Action"]):
        actions[pk] = {
            **{name: each[name] for name in ("letter", "text", "outcome_measure", "resources", "marking")},
            "rag": each["stated_rag"],
            **{name: [] for name in ("steps", "owners", "target_dates", "milestones", "notes")},
        }
        rows[each["objective_id"]][1][pk] = actions[pk]
    for row, its_actions in rows.values():
        # A file has one marking for a row: where all its actions have it, so has the row.
        if its_actions and all(each["marking"] == Marking.OFFICIAL_SENSITIVE for each in its_actions.values()):
            row["marking"] = str(Marking.OFFICIAL_SENSITIVE)
    for _pk, each in _placed(snapshot["Assignment"]):
        holder = actions[each["action_id"]] if each["action_id"] else rows[each["objective_id"]][0]
        holder["owners"].append([*owners[each["owner_id"]], each["role"]])
    for _pk, each in _placed(snapshot["TargetDate"]):
        holder = actions[each["action_id"]] if each["action_id"] else rows[each["objective_id"]][0]
        holder["target_dates"].append([each["as_written"], each["kind"], each["on"] or "", each["scope"]])
    for model, name in (("Step", "steps"), ("Milestone", "milestones")):
        for _pk, each in _placed(snapshot[model]):
            actions[each["action_id"]][name].append(each["text"])
    for _pk, each in sorted(snapshot["ProgressUpdate"].items(), key=lambda item: (item[1]["made_on"], item[0])):
        if each["note"]:
            actions[each["action_id"]]["notes"].append(each["note"])
    return rows


def _placed(rows: dict[int, Values]) -> list[tuple[int, Values]]:
    return sorted(rows.items(), key=lambda item: (item[1]["position"], item[0]))


# Comparing and showing


def is_same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: spaces and the order of owners say nothing."""
    one, other = _normal(one), _normal(other)
    if name == "owners":
        return sorted(_small(one)) == sorted(_small(other))
    return one == other


def is_silent(name: str, value: Any) -> bool:
    """Whether a file that gives this value says nothing of the field."""
    return value in ("", [], None) or (name == "rag" and value == Rag.NOT_STATED.value)


def in_words(name: str, value: Any) -> str:
    """A value as a person reads it; one line for each entry of a list."""
    if name == "rag":
        return str(RAG_LABELS[Rag(value)])
    if name == "marking":
        return str(Marking(value).label) if value else ""
    if name == "owners":
        return "\n".join(_owner_in_words(*each) for each in value)
    if name == "target_dates":
        return "\n".join(f"{scope}: {as_written}" if scope else as_written for as_written, _kind, _on, scope in value)
    if name in ("period_start", "period_end", "updated_on"):
        return _day_in_words(value)
    return "\n".join(value) if isinstance(value, list) else value


def _owner_in_words(_kind: str, name: str, post: str, role: str) -> str:
    who = ", ".join(part for part in (name, post) if part)
    return who if role == Assignment.Role.OWNER else f"{who} ({Assignment.Role(role).label})"


def _day_in_words(value: str) -> str:
    if not value:
        return ""
    return date_format(dt.date.fromisoformat(value), "j F Y")


def _normal(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_normal(each) for each in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _small(value: Any) -> list[list[str]]:
    return [[part.casefold() for part in each] for each in value]

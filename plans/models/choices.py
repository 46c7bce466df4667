"""The words that a plan's choices have on pages and papers."""

from django.utils.translation import gettext_lazy as _

from ..rules import DateKind, Rag

EARLIEST_YEAR, LATEST_YEAR = 2000, 2100
"""A plan's dates lie between these years: the duty began in 2015, and what is further off is a slip of the hand."""

RAG_LABELS = {
    Rag.GREEN: _("Green: on track"),
    Rag.AMBER: _("Amber: some slippage"),
    Rag.RED: _("Red: significant slippage"),
    Rag.BLUE: _("Blue: complete"),
    Rag.NOT_STATED: _("Not stated"),
}
RAG_CHOICES = [(rag.value, label) for rag, label in RAG_LABELS.items()]
DATE_KIND_CHOICES = [
    (DateKind.FIXED.value, _("By a date")),
    (DateKind.RECURRING.value, _("Again and again")),
    (DateKind.ONGOING.value, _("Ongoing")),
    (DateKind.START.value, _("From a date on")),
    (DateKind.TERM.value, _("In a school term")),
    (DateKind.CONDITIONAL.value, _("When something allows")),
    (DateKind.CROSS_REFERENCE.value, _("As for another action")),
    (DateKind.TO_BE_CONFIRMED.value, _("To be confirmed")),
    (DateKind.UNREADABLE.value, _("As written")),
]


COLUMN_LABELS = {
    "section": _("Section or theme"),
    "ref": _("Reference"),
    "objective": _("Objective"),
    "tier": _("Tier"),
    "action_ref": _("Reference of the action"),
    "action": _("Action"),
    "owner": _("Owner"),
    "partners": _("Partners"),
    "resources": _("Resources"),
    "start_date": _("Start date"),
    "target_date": _("Target date"),
    "completed_on": _("Date of completion"),
    "outcome": _("Outcome measure"),
    "milestones": _("Milestones"),
    "progress": _("Progress"),
    "rag": _("RAG"),
    "marking": _("Marking"),
    "note": _("A remark, kept with the row"),
    "leave_out": _("Nothing: leave it out"),
}
"""What a person can say that a column of a file holds; a test holds them equal to `understanding.columns.Field`."""

COLUMN_CHOICES = list(COLUMN_LABELS.items())

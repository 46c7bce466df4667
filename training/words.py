"""How standings are said and drawn, on pages and in papers alike."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .compliance import DIMENSIONS
from .rules import Standing

STANDING_LABELS: Mapping[Standing, str | Promise] = {
    Standing.CURRENT: _("Up to date"),
    Standing.EXPIRING: _("Runs out soon"),
    Standing.NOT_YET_DUE: _("Not yet due"),
    Standing.EXPIRED: _("Run out"),
    Standing.NEVER: _("Never done"),
}

STANDING_COLOURS: Mapping[Standing, str] = {
    Standing.CURRENT: "green",
    Standing.EXPIRING: "yellow",
    Standing.NOT_YET_DUE: "light-blue",
    Standing.EXPIRED: "red",
    Standing.NEVER: "red",
}

DIMENSION_LABELS: Mapping[str, str | Promise] = dict(
    zip(DIMENSIONS, (_("Directorate"), _("Team"), _("Job role"), _("Kind of person")), strict=True)
)

NOT_STATED = _("Not stated")


def tag_of(standing: Standing) -> dict[str, str]:
    """A standing as the tag component takes it."""
    return {"text": str(STANDING_LABELS[standing]), "colour": STANDING_COLOURS[standing]}


OUTCOME_LABELS: Mapping[str, str | Promise] = {
    "accepted": _("New completions"),
    "repeated": _("Known already"),
    "not_completed": _("Left aside: not completed"),
    "course_unknown": _("Left aside: course not known"),
    "unmatched": _("Left aside: person not known"),
    "joiners": _("Joined"),
    "returners": _("Came back"),
    "movers": _("Moved"),
    "corrected": _("Corrected"),
    "leavers": _("Left"),
    "confirmed_leavers": _("Left, as they were not in the list"),
    "unchanged": _("As before"),
    "rejected": _("Refused"),
}
"""What became of the rows of a list, in the order in which it is told."""

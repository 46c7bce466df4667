"""How hints, stages and standings are said and drawn; used by pages and papers alike."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .rules import Hint, HintKind, Stage, Standing

STAGE_COLOURS = {Stage.ACHIEVED: "green", Stage.UNDER_WAY: "amber", Stage.NOT_STARTED: "red"}
"""The colour and shape of a level: those of RAG, which can be told apart without colour."""

STANDING_COLOURS = {Standing.ABOVE: "blue", Standing.MET: "green", Standing.BELOW: "red"}

NOT_ANSWERED = gettext_lazy("Not answered")


def hint_in_words(hint: Hint) -> str:
    """A hint as a sentence. It asks to look again and judges nothing."""
    references = ", ".join(hint.references)
    count = len(hint.references)
    if hint.kind is HintKind.MET_BUT_NOT_STARTED:
        words = ngettext(
            "Scored as met, while this expectation of compliance is not yet started: %(references)s.",
            "Scored as met, while these expectations of compliance are not yet started: %(references)s.",
            count,
        )
    elif hint.kind is HintKind.ACHIEVED_WITHOUT_EVIDENCE:
        words = ngettext(
            "Achieved, but no evidence is named: %(references)s.",
            "Achieved, but no evidence is named for any of these: %(references)s.",
            count,
        )
    elif hint.kind is HintKind.EVIDENCE_EXPIRED:
        words = ngettext(
            "Evidence that has expired stands behind this answer: %(references)s.",
            "Evidence that has expired stands behind these answers: %(references)s.",
            count,
        )
    else:
        return _("The target is below the score.")
    return words % {"references": references}

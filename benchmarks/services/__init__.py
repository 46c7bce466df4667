"""Writes of frameworks and self-assessments that touch several rows."""

from .assessing import (
    add_comment,
    assign_answers,
    carry_forward,
    carry_forward_all,
    earlier_answers,
    earlier_assessment,
    record_answer,
    start_assessment,
)
from .frameworks import publish_framework
from .past_scores import ScoreLine, import_scores, read_scores
from .states import (
    GAPS_ARE_CLOSED,
    delete_draft_assessment,
    finish_moderation,
    record_moderation,
    reopen_assessment,
    return_to_draft,
    send_for_review,
    sign_off,
    unmoderated,
)

__all__ = [
    "GAPS_ARE_CLOSED",
    "ScoreLine",
    "add_comment",
    "assign_answers",
    "carry_forward",
    "carry_forward_all",
    "delete_draft_assessment",
    "earlier_answers",
    "earlier_assessment",
    "finish_moderation",
    "import_scores",
    "publish_framework",
    "read_scores",
    "record_answer",
    "record_moderation",
    "reopen_assessment",
    "return_to_draft",
    "send_for_review",
    "sign_off",
    "start_assessment",
    "unmoderated",
]

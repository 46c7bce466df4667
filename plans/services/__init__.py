"""Writes that touch several rows of a plan."""

from plans.comparison import compare
from plans.staged import draft_of, without_left_out

from .county import add_deliveries
from .gaps import link_gap, make_action_for_gap
from .imports import (
    MAX_IMPORTED_ACTIONS,
    STAGED_IMPORT_DAYS,
    commit_import,
    correct_cover,
    correct_row,
    discard_import,
    earlier_import,
    leave_out_rows,
    plans_to_update,
    remembered_columns,
    reread_import,
    stage_imports,
    take_in,
)
from .progress import (
    answer_date_request,
    ask_for_date,
    link_evidence,
    move_date,
    reach_milestones,
    record_progress,
)
from .recommendations import answer_recommendations, link_actions
from .rolling import confirm_carried, next_plan, roll_forward
from .round_trip import write_round_trip
from .states import (
    agree_plan,
    amend_plan,
    close_plan,
    delete_draft_plan,
    reassign_actions,
)
from .undoing import undo_blocked_by, undo_import
from .updating import update_plan_from_import
from .writing import write_draft

__all__ = [
    "MAX_IMPORTED_ACTIONS",
    "STAGED_IMPORT_DAYS",
    "add_deliveries",
    "agree_plan",
    "amend_plan",
    "answer_date_request",
    "answer_recommendations",
    "ask_for_date",
    "close_plan",
    "commit_import",
    "compare",
    "confirm_carried",
    "correct_cover",
    "correct_row",
    "delete_draft_plan",
    "discard_import",
    "draft_of",
    "earlier_import",
    "leave_out_rows",
    "link_actions",
    "link_evidence",
    "link_gap",
    "make_action_for_gap",
    "move_date",
    "next_plan",
    "plans_to_update",
    "reach_milestones",
    "reassign_actions",
    "record_progress",
    "remembered_columns",
    "reread_import",
    "roll_forward",
    "stage_imports",
    "take_in",
    "undo_blocked_by",
    "undo_import",
    "update_plan_from_import",
    "without_left_out",
    "write_draft",
    "write_round_trip",
]

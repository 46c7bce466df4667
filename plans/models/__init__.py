"""An action plan as councils really write them: sections, objectives, actions, and everything said about them.

One row of a council's table is one `Objective` with one `Action`, unless its action cell is lettered: then each
letter is an action of its own. What could not be matched to a letter stays with the objective.
"""

from .choices import (
    COLUMN_CHOICES,
    COLUMN_LABELS,
    DATE_KIND_CHOICES,
    EARLIEST_YEAR,
    LATEST_YEAR,
    RAG_CHOICES,
    RAG_LABELS,
)
from .imports import ColumnHeading, ImportedFile, PlanImport
from .marked import MarkedByWords, SaysItIsSensitive
from .plan import Owner, Plan, PlanIsClosed, PlanPart, Section
from .progress import (
    ActionEvent,
    ActionEvidence,
    ActionGap,
    ActionPart,
    ActionRecommendation,
    DateRequest,
    Delivery,
    Milestone,
    ProgressUpdate,
    Step,
)
from .rows import Action, Assignment, Objective, ObjectiveBenchmark, Remark, RowPart, TargetDate
from .snapshots import PlanSnapshot

__all__ = [
    "COLUMN_CHOICES",
    "COLUMN_LABELS",
    "DATE_KIND_CHOICES",
    "EARLIEST_YEAR",
    "LATEST_YEAR",
    "RAG_CHOICES",
    "RAG_LABELS",
    "Action",
    "ActionEvent",
    "ActionEvidence",
    "ActionGap",
    "ActionPart",
    "ActionRecommendation",
    "Assignment",
    "ColumnHeading",
    "DateRequest",
    "Delivery",
    "ImportedFile",
    "MarkedByWords",
    "Milestone",
    "Objective",
    "ObjectiveBenchmark",
    "Owner",
    "Plan",
    "PlanImport",
    "PlanIsClosed",
    "PlanPart",
    "PlanSnapshot",
    "ProgressUpdate",
    "Remark",
    "RowPart",
    "SaysItIsSensitive",
    "Section",
    "Step",
    "TargetDate",
]

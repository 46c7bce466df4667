"""The forms of an import: the file, the plan as a whole, what its columns hold, one row of it."""

from .columns import ColumnsForm
from .plan import PlanConfirmForm, PlanUploadForm
from .row import RowForm, TakeInForm, understood_as

__all__ = ["ColumnsForm", "PlanConfirmForm", "PlanUploadForm", "RowForm", "TakeInForm", "understood_as"]

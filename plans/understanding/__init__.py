"""Understanding a council's plan: from paragraphs and tables to sections, objectives, actions, owners and dates.

Nothing is repaired silently: what is understood is written down as understood, what is doubtful carries a flag, and
what cannot be a part of a plan is set aside with its reason. Nothing here imports Django.
"""

from .draft import PlanDraft, summary
from .plan import understand_plan, understand_plans

__all__ = ["PlanDraft", "summary", "understand_plan", "understand_plans"]

"""The forms of self-assessments."""

from .asking import AssignForm, FrameworkFileForm, LocalQuestionForm, RespondentForm
from .assessing import AnswerForm, AssessmentDetailsForm, AssessmentForm, CommentForm, RespondentAnswerForm, ResultForm
from .moderation import ModerationForm
from .steps import ModeratedForm, ReasonForm, ReviewForm, SignOffForm, StepForm, SubmitForm

__all__ = [
    "AnswerForm",
    "AssessmentDetailsForm",
    "AssessmentForm",
    "AssignForm",
    "CommentForm",
    "FrameworkFileForm",
    "LocalQuestionForm",
    "ModeratedForm",
    "ModerationForm",
    "ReasonForm",
    "RespondentAnswerForm",
    "RespondentForm",
    "ResultForm",
    "ReviewForm",
    "SignOffForm",
    "StepForm",
    "SubmitForm",
]

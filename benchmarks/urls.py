"""The pages of self-assessments, below an authority's address."""

from django.urls import path

from .views import answers, assessments, looking, papers, respondents

app_name = "benchmarks"

urlpatterns = [
    path("", assessments.AssessmentListView.as_view(), name="assessment_list"),
    path("add/", assessments.AssessmentCreateView.as_view(), name="assessment_create"),
    path("<int:pk>/", assessments.AssessmentDetailView.as_view(), name="assessment_detail"),
    path("<int:pk>/change/", assessments.AssessmentUpdateView.as_view(), name="assessment_update"),
    path("<int:pk>/delete/", assessments.AssessmentDeleteView.as_view(), name="assessment_delete"),
    path("<int:pk>/assign/", respondents.AssessmentAssignView.as_view(), name="assessment_assign"),
    path("<int:pk>/carry-forward/", assessments.AssessmentCarryView.as_view(), name="assessment_carry"),
    path("<int:pk>/unmet/", assessments.AssessmentUnmetView.as_view(), name="assessment_unmet"),
    path("<int:pk>/scores/", looking.AssessmentScoresView.as_view(), name="assessment_scores"),
    path("<int:pk>/review/", assessments.AssessmentReviewView.as_view(), name="assessment_review"),
    path("<int:pk>/return/", assessments.AssessmentReturnView.as_view(), name="assessment_return"),
    path("<int:pk>/sign-off/", assessments.AssessmentSignOffView.as_view(), name="assessment_sign_off"),
    path("<int:pk>/submit/", assessments.AssessmentSubmitView.as_view(), name="assessment_submit"),
    path("<int:pk>/reopen/", assessments.AssessmentReopenView.as_view(), name="assessment_reopen"),
    path("<int:pk>/moderated/", assessments.AssessmentModeratedView.as_view(), name="assessment_moderated"),
    path("<int:pk>/preview/", papers.AssessmentPreviewView.as_view(), name="assessment_preview"),
    path("<int:pk>/assessment.pdf", papers.AssessmentPdfView.as_view(), name="assessment_pdf"),
    path("<int:pk>/summary.pdf", papers.AssessmentSummaryPdfView.as_view(), name="assessment_summary_pdf"),
    path("<int:pk>/assessment.docx", papers.AssessmentDocumentView.as_view(), name="assessment_docx"),
    path("<int:pk>/assessment.xlsx", papers.AssessmentWorkbookView.as_view(), name="assessment_xlsx"),
    path("forms/<slug:framework_slug>/form.pdf", papers.FormPdfView.as_view(), name="form_pdf"),
    path("forms/<slug:framework_slug>/form.docx", papers.FormDocumentView.as_view(), name="form_docx"),
    path("results/<int:pk>/", answers.BenchmarkResultDetailView.as_view(), name="benchmark_result_detail"),
    path("results/<int:pk>/score/", answers.BenchmarkResultUpdateView.as_view(), name="benchmark_result_update"),
    path("results/<int:pk>/moderate/", answers.BenchmarkResultModerateView.as_view(), name="benchmark_result_moderate"),
    path("answers/<int:pk>/", answers.AnswerDetailView.as_view(), name="answer_detail"),
    path("answers/<int:pk>/change/", answers.AnswerUpdateView.as_view(), name="answer_update"),
    path("answers/<int:pk>/comment/", answers.AnswerCommentView.as_view(), name="answer_comment"),
    path("answers/<int:pk>/carry-forward/", answers.AnswerCarryView.as_view(), name="answer_carry"),
    path("scores/", looking.ScoreHistoryView.as_view(), name="score_history"),
    path("scores/<int:benchmark_id>/", looking.BenchmarkHistoryView.as_view(), name="benchmark_history"),
    path("submitted/<int:pk>/", papers.SubmissionDetailView.as_view(), name="submission_detail"),
    path("submitted/<int:pk>/full/", papers.SubmissionReadView.as_view(edition="full"), name="submission_full"),
    path(
        "submitted/<int:pk>/summary/", papers.SubmissionReadView.as_view(edition="summary"), name="submission_summary"
    ),
    path("submitted/<int:pk>/full.pdf", papers.SubmissionPaperView.as_view(edition="full"), name="submission_full_pdf"),
    path(
        "submitted/<int:pk>/summary.pdf",
        papers.SubmissionPaperView.as_view(edition="summary"),
        name="submission_summary_pdf",
    ),
    path("respondents/", respondents.RespondentListView.as_view(), name="respondent_list"),
    path("respondents/add/", respondents.RespondentCreateView.as_view(), name="respondent_create"),
    path("respondents/<int:pk>/", respondents.RespondentDetailView.as_view(), name="respondent_detail"),
    path("respondents/<int:pk>/change/", respondents.RespondentUpdateView.as_view(), name="respondent_update"),
    path("respondents/<int:pk>/link/", respondents.RespondentLinkView.as_view(), name="respondent_link"),
    path("own-questions/", respondents.LocalQuestionListView.as_view(), name="local_question_list"),
    path("own-questions/add/", respondents.LocalQuestionCreateView.as_view(), name="local_question_create"),
    path("own-questions/<int:pk>/change/", respondents.LocalQuestionUpdateView.as_view(), name="local_question_update"),
]

"""The pages of training, below an authority's address."""

from django.urls import path

from .views import courses, figures, lists, people

app_name = "training"

urlpatterns = [
    path("", figures.FiguresView.as_view(), name="figures"),
    path("figures.pdf", figures.FiguresPdfView.as_view(), name="figures_pdf"),
    path("figures.xlsx", figures.FiguresWorkbookView.as_view(), name="figures_xlsx"),
    path("requirements/", courses.RequirementListView.as_view(), name="requirement_list"),
    path("requirements/add/", courses.RequirementCreateView.as_view(), name="requirement_create"),
    path("requirements/<int:pk>/", courses.RequirementDetailView.as_view(), name="requirement_detail"),
    path("requirements/<int:pk>/change/", courses.RequirementChangeView.as_view(), name="requirement_change"),
    path("requirements/<int:pk>/end/", courses.RequirementEndView.as_view(), name="requirement_end"),
    path("requirements/<int:pk>/people/", figures.RequiredPeopleView.as_view(), name="requirement_people"),
    path("courses/", courses.CourseListView.as_view(), name="course_list"),
    path("courses/add/", courses.CourseCreateView.as_view(), name="course_create"),
    path("courses/<int:pk>/", courses.CourseDetailView.as_view(), name="course_detail"),
    path("courses/<int:pk>/change/", courses.CourseUpdateView.as_view(), name="course_update"),
    path("courses/<int:course>/counts-as/", courses.EquivalenceCreateView.as_view(), name="equivalence_create"),
    path("equivalences/<int:pk>/end/", courses.EquivalenceEndView.as_view(), name="equivalence_end"),
    path("people/", people.PersonListView.as_view(), name="person_list"),
    path("people/add/", people.PersonCreateView.as_view(), name="person_create"),
    path("people/<int:pk>/", people.PersonDetailView.as_view(), name="person_detail"),
    path("people/<int:pk>/record.pdf", people.PersonRecordPdfView.as_view(), name="person_record_pdf"),
    path("people/<int:pk>/record.xlsx", people.PersonRecordWorkbookView.as_view(), name="person_record_xlsx"),
    path("people/<int:pk>/change/", people.PersonUpdateView.as_view(), name="person_update"),
    path("people/<int:pk>/move/", people.PersonMoveView.as_view(), name="person_move"),
    path("people/<int:pk>/leave/", people.PersonLeaveView.as_view(), name="person_leave"),
    path("people/<int:person>/completions/add/", people.CompletionCreateView.as_view(), name="completion_create"),
    path("people/<int:person>/exemptions/add/", people.ExemptionCreateView.as_view(), name="exemption_create"),
    path("completions/<int:pk>/delete/", people.CompletionDeleteView.as_view(), name="completion_delete"),
    path("exemptions/<int:pk>/delete/", people.ExemptionDeleteView.as_view(), name="exemption_delete"),
    path("lists/", lists.ListCreateView.as_view(), name="list_import_create"),
    path("lists/<int:pk>/", lists.ListCheckView.as_view(), name="list_import_detail"),
    path("lists/<int:pk>/delete/", lists.ListDeleteView.as_view(), name="list_import_delete"),
]

"""What the pages of training share."""

from django.utils.translation import gettext as _

from prevent_portal.views import PortalMixin

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TrainingPageMixin(PortalMixin):
    """A page below that of the figures."""

    def get_breadcrumbs(self):
        return [(_("Training"), self.url("training:figures"))]


class CoursesPageMixin(TrainingPageMixin):
    """A page below the list of courses."""

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (_("Courses"), self.url("training:course_list"))]


class RequirementsPageMixin(TrainingPageMixin):
    """A page below the list of what is required."""

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (_("What is required"), self.url("training:requirement_list"))]


class PeoplePageMixin(TrainingPageMixin):
    """A page below the list of people."""

    def get_breadcrumbs(self):
        return [*super().get_breadcrumbs(), (_("People and their training"), self.url("training:person_list"))]

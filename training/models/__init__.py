"""Who must know what, who does, and the lists that say so."""

from .courses import EARLIEST_YEAR, Completion, Course, CourseName, Equivalence, plain_name
from .imports import ListHeading, ListImport, ListKind
from .people import Kind, Person, Post
from .requirements import LONGEST_EXEMPTION_DAYS, Exemption, Requirement, RequirementGroup

__all__ = [
    "EARLIEST_YEAR",
    "LONGEST_EXEMPTION_DAYS",
    "Completion",
    "Course",
    "CourseName",
    "Equivalence",
    "Exemption",
    "Kind",
    "ListHeading",
    "ListImport",
    "ListKind",
    "Person",
    "Post",
    "Requirement",
    "RequirementGroup",
    "plain_name",
]

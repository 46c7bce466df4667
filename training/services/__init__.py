"""Writes of training that touch several rows."""

from .completions import CompletionList, import_completions, name_courses, read_completions
from .people import PeopleList, end_post, import_people, move_person, place_in_words, read_people
from .requirements import change_requirement, end_requirement, start_requirement

__all__ = [
    "CompletionList",
    "PeopleList",
    "change_requirement",
    "end_post",
    "end_requirement",
    "import_completions",
    "import_people",
    "move_person",
    "name_courses",
    "place_in_words",
    "read_completions",
    "read_people",
    "start_requirement",
]

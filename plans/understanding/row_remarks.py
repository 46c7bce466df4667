"""What stands in columns that nobody knows: remarks that name the row they are said of.

A paper prints remarks under their section, so "Priority: H" alone could be said of any of its actions.
"""

from collections import Counter
from dataclasses import dataclass

from .draft import ActionDraft, ObjectiveDraft, RemarkDraft, SectionDraft

WORDS_OF_A_NAME = 6
"""So many of an action's first words name it where no reference does."""

_DASH = " – "


@dataclass
class _Said:
    remark: RemarkDraft
    section: SectionDraft
    objective: ObjectiveDraft | None
    actions: list[ActionDraft]


class RowRemarks:
    """Remarks of a table's rows. They are given their row's name in the end, when all references are known."""

    def __init__(self) -> None:
        self._said: list[_Said] = []

    def keep(
        self, remark: RemarkDraft, section: SectionDraft, objective: ObjectiveDraft | None, actions: list[ActionDraft]
    ) -> None:
        """Put a remark into the section; it is said of these actions, or of the objective as a whole."""
        section.remarks.append(remark)
        if objective is not None:
            self._said.append(_Said(remark, section, objective, list(actions)))

    def name_rows(self) -> None:
        """Begin each remark with its row's reference; with the action's first words where no reference tells it."""
        refs = Counter(_place(each) for each in {each.remark.source: each for each in self._said}.values())
        for each in self._said:
            ref = _ref(each)
            names = [ref] if ref else []
            if not ref or refs[_place(each)] > 1:
                names.append(_first_words(each))
            each.remark.about = f"{' '.join(names)}{_DASH}"
            each.remark.text = f"{each.remark.about}{each.remark.text}"
            if any(action.marking for action in each.actions):
                each.remark.marking = next(action.marking for action in each.actions if action.marking)
        self._said = []


def _place(said: _Said) -> tuple[int, str]:
    return id(said.section), _ref(said)


def _ref(said: _Said) -> str:
    """The reference as the plan shows it: the objective's, and the letter where one action of several is meant."""
    ref = said.objective.ref if said.objective else ""
    letter = said.actions[0].letter if len(said.actions) == 1 else ""
    return f"{ref} {letter}".strip()


def _first_words(said: _Said) -> str:
    text = said.actions[0].text if said.actions else said.objective.text if said.objective else ""
    words = text.split()
    more = "…" if len(words) > WORDS_OF_A_NAME else ""
    return f"“{' '.join(words[:WORDS_OF_A_NAME]).rstrip(' ,;:.')}{more}”"

"""A made-up plan of a made-up district, as the context of tests/templates/paper_sample/plan.html."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from prevent_portal.documents import Column, Cover, KeyFigure, RagMark, Table, rag_bar, rag_figure

RAG_LABELS = {
    "green": "Green",
    "amber": "Amber",
    "red": "Red",
    "blue": "Complete",
    "not_stated": "Not stated",
}
SECTIONS = (
    ("Governance", "Keep one board that sees the whole of the work and answers for it."),
    ("Risk assessment", "Know the local risk and act on it, year by year."),
    ("Training", "Give every post the learning that it needs, and keep it fresh."),
    ("Venues and grants", "Keep council buildings and money out of reach of those who would divide people."),
)
ACTIONS = (
    "Agree the terms of reference of the partnership board and publish them on the council's website.",
    "Write the situational risk assessment with schools, health and the police, and share it with the board.",
    "Check who has done the induction course and write to the managers of those who have not.",
    "Put a clause on the use of rooms into every hire agreement, and brief the staff who take bookings.",
)
OWNERS = ("Community Safety Manager", "Head of Schools", "Venue Bookings Officer", "Learning and Development Lead")
PROGRESS = (
    "Draft with the board.\nTwo members have still to comment.",
    "Done at the June meeting. The minutes are published.",
    "Waiting for the training figures of the two leisure centres; a reminder went out in October.",
    "",
)


@dataclass(frozen=True)
class SampleAction:
    ref: str
    text: str
    owner: str
    due: str
    progress: str
    rag: str
    rag_note: str = ""
    steps: tuple[str, ...] = ()
    is_long: bool = False

    @property
    def rag_label(self) -> str:
        return RAG_LABELS[self.rag]


@dataclass(frozen=True)
class SampleSection:
    title: str
    objective: str
    actions: list[SampleAction] = field(default_factory=list)


def rag_table(counts: list[tuple[str, str, int]]) -> Table:
    columns = [Column("RAG"), Column("Actions", "number")]
    rows = [[RagMark(key, label), count] for key, label, count in counts]
    return Table("Actions by RAG", columns, rows, note="As their owners state it.", source="the plan")


def sample_plan(*, actions_per_section: int = 9, long_row: bool = True) -> dict[str, Any]:
    """A plan in which every kind of content occurs; with `long_row`, one row that is longer than a page."""
    keys = list(RAG_LABELS)
    sections = []
    for number, (title, objective) in enumerate(SECTIONS, start=1):
        actions = []
        for index in range(actions_per_section):
            is_long = long_row and number == 2 and index == 1
            progress = PROGRESS[(index + number) % len(PROGRESS)]
            actions.append(
                SampleAction(
                    ref=f"{number}.{index + 1}",
                    text=ACTIONS[(index * 3 + number) % len(ACTIONS)],
                    owner=OWNERS[(index + number) % len(OWNERS)],
                    due="31 March 2027" if index % 3 else "Ongoing",
                    progress="\n\n".join([" ".join([ACTIONS[i % 4]] * 4) for i in range(8)]) if is_long else progress,
                    rag=keys[(index * index + number) % len(keys)],
                    rag_note="The dates alone give red: 44 days late." if index == 2 else "",
                    steps=("Draft the text", "Ask the partners", "Publish it") if index % 4 == 0 else (),
                    is_long=is_long,
                )
            )
        sections.append(SampleSection(f"{number}. {title}", objective, actions))
    everything = [action for section in sections for action in section.actions]
    counts = [(key, label, sum(action.rag == key for action in everything)) for key, label in RAG_LABELS.items()]
    return {
        "cover": Cover(
            title="Prevent action plan",
            authority="Exampleshire County Council",
            period="2026 to 2027",
            dated_on=dt.date(2026, 12, 8),
            marking="OFFICIAL",
            facts=(("For", "Communities Scrutiny Committee"), ("Status", "Agreed 3 June 2026"), ("Edition", "Full")),
        ),
        "aim": "This plan says what the council and its partners will do this year so that fewer people are drawn into "
        "terrorism, who does it and by when.",
        "figures": [
            KeyFigure("Actions", len(everything), "in 4 sections"),
            KeyFigure("Complete", counts[3][2]),
            KeyFigure("Overdue", 3, "the longest by 44 days"),
            KeyFigure("Due in 30 days", 5),
            KeyFigure("Declared in the plan", 35, "the table has 36"),
        ],
        "figure": rag_figure("Actions by RAG", rag_bar(counts), table=rag_table(counts)),
        "sections": sections,
        "sources": ("Minutes of the partnership board, 3 June 2026", "Situational risk assessment 2026"),
    }

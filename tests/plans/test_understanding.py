"""Understanding plans: the known answers of our own files, and that nothing a table says is lost."""

import datetime as dt
import json
import re
import re._parser as regex_parser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.rules import DateKind, Rag
from plans.understanding import PlanDraft, dates, owners, rows, summary, understand_plan
from plans.understanding import words as words_module
from plans.understanding.columns import Field, candidates
from plans.understanding.draft import ActionDraft, ObjectiveDraft, OwnerDraft
from plans.understanding.headings import guess_header
from prevent_portal.tables_in import Cell, Document, Paragraph, Row, SourceKind, Table, read_document
from tests.plans.make_files import long_plan
from tests.work import grows_in_step

FILES = Path(__file__).parent / "files"


def understood(name: str) -> PlanDraft:
    return understand_plan(read_document((FILES / name).read_bytes(), name))


def document_of(*rows: list[str | Cell], name: str = "table 1") -> Document:
    """A Word file's document with one table of these rows; a list item starts with "* ", lines part paragraphs."""
    return Document(SourceKind.WORD, [table_of(*rows, name=name)])


def table_of(*rows: list[str | Cell], name: str = "table 1") -> Table:
    made = []
    for number, texts in enumerate(rows, start=1):
        cells = tuple(cell_of(text, column) if isinstance(text, str) else text for column, text in enumerate(texts))
        made.append(Row(cells, number, f"{name} row {number}"))
    return Table(name, tuple(made))


def cell_of(text: str, column: int, **values) -> Cell:
    paragraphs = tuple(
        Paragraph(line.removeprefix("* "), marker="•" if line.startswith("* ") else "") for line in text.split("\n")
    )
    return Cell(paragraphs if text else (), column=column, **values)


HEADER = ["Ref", "Objective", "Action", "Owner", "Target date", "Progress", "RAG"]


def only_action(*row: str | Cell) -> ActionDraft:
    (action,) = understand_plan(document_of(HEADER, list(row))).actions
    return action


# Our own files


def test_coloured_word_plan_meets_its_own_totals():
    figures = summary(understood("colour-plan.docx"))
    assert figures.pop("cells")["set_aside"] == 0
    assert [len(table["columns"]) for table in figures.pop("columns") if table["is_used"]] != []
    assert figures == {
        "guessed": {"owners": 0, "target_dates": 0},
        "sections": [
            {"title": "PRIORITY 1: LEADING THE WORK", "objectives": 2, "actions": 2},
            {"title": "PRIORITY 2: SAFE PLACES", "objectives": 3, "actions": 3},
        ],
        "objectives": 5,
        "actions": 5,
        "rag": {"green": 3, "amber": 1, "red": 1, "blue": 0},
        "not_stated": 0,
        "declared": {"total": 5, "green": 3, "amber": 1, "red": 1},
        "mismatches": [],
        "quarantined": [],
        "dates": {"fixed": 2, "to_be_confirmed": 1},
    }


def test_cover_of_the_coloured_plan():
    draft = understood("colour-plan.docx")
    assert draft.title == "Marlbrook Prevent Delivery Plan 2024/25"
    assert (draft.period_start, draft.period_end) == (dt.date(2024, 4, 1), dt.date(2025, 3, 31))
    assert draft.introduction == "What the town does about the Prevent duty this year."
    assert draft.updated_on == dt.date(2025, 1, 14)
    assert draft.marking == "OFFICIAL"


def test_text_without_colours_states_no_rag_and_shows_the_mismatch():
    figures = summary(understood("colour-plan.txt"))
    assert [section["actions"] for section in figures["sections"]] == [2, 3]
    assert figures["not_stated"] == 5
    assert figures["rag"] == {"green": 0, "amber": 0, "red": 0, "blue": 0}
    assert figures["mismatches"] == [
        {"what": "green", "declared": 3, "computed": 0},
        {"what": "amber", "declared": 1, "computed": 0},
        {"what": "red", "declared": 1, "computed": 0},
    ]


def test_literal_html_tags_become_paragraphs_and_are_flagged():
    objective = understood("colour-plan.txt").sections[1].objectives[2]
    assert objective.text == "Public computers are filtered\n• library machines\n• guest wireless"
    assert objective.actions[0].steps == ["Check the filter.", "Log what is blocked.", "Report once a year."]
    assert any("HTML" in flag for flag in objective.flags)


def test_recommendation_without_an_action_is_noted():
    draft = understood("colour-plan.docx")
    found = draft.sections[1].objectives[0].recommendation
    assert (found.exercise, found.number, found.total) == ("2023-24 national assurance", 1, 2)
    assert any(note.endswith("no action answers recommendation 2 of 2.") for note in draft.notes)


@pytest.mark.parametrize("kind", ["docx", "txt"])
def test_bulleted_plan_has_its_sections_steps_partners_and_dates(kind):
    draft = understood(f"bullet-plan.{kind}")
    assert [(section.title, len(section.objectives)) for section in draft.sections] == [
        ("Governance", 3),
        ("Training", 3),
    ]
    assert [objective.ref for objective in draft.objectives] == ["1", "2", "3", "4", "5", "6"]
    letting = draft.actions[1]
    assert letting.text == "• Write guidance;\n• brief staff"
    assert letting.steps == ["Write guidance;", "brief staff"]
    assert letting.partners == ["Prevent Lead", "Legal"]
    assert letting.milestones == ["Guidance out", "Briefings held"]
    assert [(date.on, date.scope) for date in letting.target_dates] == [
        (dt.date(2026, 3, 31), "Halls and schools"),
        (dt.date(2026, 6, 30), "All other buildings"),
    ]
    assert [date.kind for date in draft.actions[5].target_dates] == [
        DateKind.RECURRING,
        DateKind.CONDITIONAL,
        DateKind.CONDITIONAL,
    ]


def test_lettered_plan_groups_by_benchmark_and_splits_letters():
    draft = understood("letter-plan.docx")
    assert [(section.ref, section.title, len(section.objectives)) for section in draft.sections] == [
        ("1", "Partnership group", 1),
        ("2", "Risk assessment", 1),
        ("3", "Plan", 1),
        ("4", "Referrals", 1),
        ("5", "Safe places", 2),
        ("6", "Communication", 2),
    ]
    assert sum(bool(action.letter) for action in draft.actions) == 12
    assert [action.letter for action in draft.actions if not action.letter] == [""]
    assert draft.aim == "Work with partners to keep people safe."
    assert draft.sections[4].introduction == "Rooms and systems of the district are not used to spread hatred"
    assert draft.sections[4].objectives[0].text == "Room hire – partners work together."
    assert [action.letter for action in draft.sections[5].objectives[1].actions] == ["c"], "letters run on"


def test_pointers_and_statements_are_remarks_not_actions():
    remarks = [remark for section in understood("letter-plan.docx").sections for remark in section.remarks]
    assert [(remark.kind, remark.points_to) for remark in remarks if remark.kind == "pointer"] == [
        ("pointer", "Fenshire Delivery Plan 2024/25"),
        ("pointer", "FCC Delivery Plan"),
    ]
    assert "Fenshire has an agreed plan which is kept by the county." in [remark.text for remark in remarks]


def test_garbage_row_and_garbage_letter_are_set_aside():
    figures = summary(understood("letter-plan.docx"))
    assert [(each["table"], each["row"]) for each in figures["quarantined"]] == [("table 1", 3), ("table 1", 9)]
    assert "mid-sentence" in figures["quarantined"][0]["reason"]
    assert "occurs twice" in figures["quarantined"][1]["reason"]


def test_dates_of_a_lettered_row_stay_with_the_row_and_are_flagged():
    objective = understood("letter-plan.docx").sections[1].objectives[0]
    assert [date.as_written for date in objective.target_dates] == ["03/2024", "September 2024"]
    assert all(not action.target_dates for action in objective.actions)
    assert any("could not be matched" in flag for flag in objective.flags)
    assert any("“03/2024” lies before the plan's period" in flag for flag in objective.flags)


def test_bad_scan_is_set_aside_as_a_whole():
    draft = understood("scanned-plan.txt")
    assert draft.title == "Fenwick District Prevent Action Plan 2024-25"
    assert draft.aim == "Work with partners to keep people safe."
    assert draft.sections == []
    assert len(draft.quarantined) == 8
    assert any("lost its tables" in note for note in draft.notes)


@pytest.mark.parametrize("name", ["sheet-plan.xlsx", "sheet-plan.csv"])
def test_our_own_columns_are_read_back(name):
    draft = understood(name)
    assert [(section.ref, section.title) for section in draft.sections] == [("1", "Leadership"), ("2", "Training")]
    first = draft.sections[0].objectives[0]
    assert [(action.letter, action.rag) for action in first.actions] == [("a", Rag.BLUE), ("b", Rag.GREEN)]
    assert first.tier == "Borough"
    assert first.actions[0].owners == [OwnerDraft("Ada Moor", "Director", "person")]
    assert first.actions[0].partners == ["Police"]
    assert first.actions[0].milestones == ["Letter sent", "Name online"]
    assert first.actions[0].target_dates[0].on == dt.date(2025, 3, 31)
    assert first.actions[1].steps == ["in spring", "in autumn"]
    survey = draft.sections[0].objectives[1].actions[0]
    assert survey.rag is Rag.NOT_STATED
    assert not survey.flags
    assert [date.kind for date in survey.target_dates] == [DateKind.FIXED, DateKind.RECURRING]


def test_facts_above_the_table_of_a_sheet_are_read():
    draft = understood("sheet-plan.xlsx")
    assert draft.title == "Northolm Prevent Action Plan 2024-25"
    assert draft.updated_on == dt.date(2025, 1, 14)
    assert draft.declared == {"total": 4}


def test_our_own_spreadsheet_brings_back_remarks_and_marking_but_nothing_worked_out():
    document = document_of(
        [*HEADER, "RAG by dates", "Reason", "Due", "Marking"],
        [
            "1",
            "Lead",
            "Name a lead",
            "",
            "March 2025",
            "",
            "Green: on track",
            "Red",
            "late",
            "31 March 2025",
            "OFFICIAL-SENSITIVE",
        ],
    )
    document.blocks.insert(0, table_of(["Figure", "Value"], ["Overdue", "3"], ["Total number of actions", "1"]))
    remarks = table_of(["Section", "Kind", "Text", "Points to"], ["Actions", "Pointer to another plan", "See it", "It"])
    document.blocks.append(remarks)
    draft = understand_plan(document)
    assert draft.declared == {"total": 1}
    assert draft.quarantined == []
    assert draft.actions[0].marking == "OFFICIAL-SENSITIVE"
    assert [(remark.kind, remark.points_to) for remark in draft.sections[0].remarks] == [("pointer", "It")]


def test_plan_of_eight_times_the_length_takes_eight_times_the_work_to_understand():
    shorter, longer = (read_document(long_plan(actions), "plan.docx") for actions in (50, 400))
    draft = understand_plan(longer)
    assert (len(draft.sections), len(draft.objectives), len(draft.actions)) == (10, 400, 400)
    assert grows_in_step(understand_plan, shorter, longer, times=8)


# Rows


def test_one_row_is_one_objective_with_one_action():
    action = only_action("1.", "Lead well", "Name a lead", "Ada Moor", "March 2025", "Done", "G")
    assert action.text == "Name a lead"
    assert action.rag is Rag.GREEN
    assert action.progress == "Done"
    assert action.owners[0].name == "Ada Moor"


def test_letters_in_other_cells_are_matched():
    owners, dates = "a) Ada Moor\nb) Sam Field", "a) May 2025\nb) June 2025"
    row = ["1", "Lead", "a) Name a lead\nb) Tell members", owners, dates, "", "a) G\nb) R"]
    (objective,) = understand_plan(document_of(HEADER, row)).objectives
    assert [(a.letter, a.owners[0].name, a.target_dates[0].on.month, a.rag) for a in objective.actions] == [
        ("a", "Ada Moor", 5, Rag.GREEN),
        ("b", "Sam Field", 6, Rag.RED),
    ]
    assert objective.owners == []
    assert objective.target_dates == []


def test_letters_on_one_line_are_split_and_roman_numbers_are_steps():
    (lettered,) = understand_plan(
        document_of(HEADER, ["1", "Lead", "Do: a) one b) two c) three", *[""] * 4])
    ).objectives
    assert [action.letter for action in lettered.actions] == ["a", "b", "c"]
    roman = only_action("1", "Lead", "i) one\nii) two", "", "", "", "")
    assert (roman.letter, roman.steps) == ("", ["i) one", "ii) two"])


def test_a_sentence_that_begins_with_a_letter_is_no_letter():
    assert only_action("1", "Lead", "I. Moor writes the policy", "", "", "", "").letter == ""


def test_rag_once_for_a_lettered_row_counts_for_each_and_says_so():
    (objective,) = understand_plan(document_of(HEADER, ["1", "Lead", "a) one\nb) two", "", "", "", "Amber"])).objectives
    assert [action.rag for action in objective.actions] == [Rag.AMBER, Rag.AMBER]
    assert all("once for the whole row" in action.flags[0] for action in objective.actions)


def test_empty_objective_cell_belongs_to_the_objective_above():
    draft = understand_plan(document_of(HEADER, ["1", "Lead", "one", "", "", "", ""], ["", "", "two", "", "", "", ""]))
    (objective,) = draft.objectives
    assert [action.text for action in objective.actions] == ["one", "two"]
    assert any("put under the objective above" in flag for flag in objective.flags)


def test_merged_objective_and_owner_count_for_each_row_beside_them():
    draft = understand_plan(
        document_of(
            HEADER,
            ["1", cell_of("Lead", 1, row_span=2), "one", cell_of("Ada Moor", 3, row_span=2), "", "", "G"],
            ["", Cell(column=1, is_continuation=True), "two", Cell(column=3, is_continuation=True), "", "", "R"],
        )
    )
    (objective,) = draft.objectives
    assert [(action.owners[0].name, action.rag) for action in objective.actions] == [
        ("Ada Moor", "green"),
        ("Ada Moor", "red"),
    ]
    assert objective.flags == []


def test_empty_action_cell_takes_the_objectives_words_and_says_so():
    (objective,) = understand_plan(
        document_of(HEADER, ["1", "Lead the work", "", "Ada Moor", "", "Done", "G"])
    ).objectives
    assert objective.actions[0].text == "Lead the work"
    assert any("action cell is empty" in flag for flag in objective.flags)


def test_row_with_an_owner_alone_is_set_aside():
    draft = understand_plan(document_of(HEADER, ["", "", "", "Ada Moor", "March 2025", "", ""]))
    assert [each.reason for each in draft.quarantined] == ["The row has neither an objective nor an action."]


def test_unknown_column_is_kept_as_remark_that_names_its_row_and_noted():
    draft = understand_plan(document_of(["Ref", "Objective", "Action", "Ward"], ["1", "Lead", "Name a lead", "Castle"]))
    assert [remark.text for remark in draft.sections[0].remarks] == ["1 – Ward: Castle"]
    assert any("“Ward”" in note for note in draft.notes)


def test_table_without_objectives_or_without_actions_still_gives_both():
    for heading in ("Action", "Objective"):
        draft = understand_plan(document_of(["Ref", heading, "Owner"], ["1", "Name a lead", "Ada Moor"]))
        assert [(objective.text, objective.actions[0].text) for objective in draft.objectives] == [("Name a lead",) * 2]
        assert any("has no column" in note for note in draft.notes)


def test_columns_said_by_a_person_are_not_guessed():
    document = document_of(["A", "B", "C"], ["Name a lead", "Lead", "green"])
    assert understand_plan(document).sections == []
    draft = understand_plan(document, columns={1: {0: "action", 1: "objective", 2: "rag"}})
    assert [(a.text, a.rag) for a in draft.actions] == [("Name a lead", Rag.GREEN)]
    with pytest.raises(ValueError, match="nonsense"):
        understand_plan(document, columns={1: {0: "nonsense"}})


def test_table_goes_on_over_a_page_break_without_its_heading_row():
    document = document_of(HEADER, ["1", "Lead", "one", "", "", "", ""])
    document.blocks.append(table_of(["2", "Train", "two", "Ada Moor", "", "", ""], name="table 2"))
    assert [objective.ref for objective in understand_plan(document).objectives] == ["1", "2"]


def test_heading_paragraph_above_a_table_opens_a_section():
    document = document_of(HEADER, ["1", "Lead", "one", "", "", "", ""])
    document.blocks[:0] = [
        Paragraph("A plan", heading_level=1),
        Paragraph("Priority 1: Lead"),
        Paragraph("Why it matters"),
    ]
    (section,) = understand_plan(document).sections
    assert (section.title, section.introduction) == ("Priority 1: Lead", "Why it matters")


def test_shading_of_the_whole_row_or_the_heading_is_no_rag():
    banded = [cell_of(text, at, fill="9BBB59") for at, text in enumerate(["1", "Lead", "one", "", "", "", ""])]
    assert only_action(*banded).rag is Rag.NOT_STATED
    header = [cell_of(text, at, fill="00B050") for at, text in enumerate(HEADER)]
    draft = understand_plan(document_of(header, ["1", "Lead", "one", "", "", "", ""]))
    assert draft.actions[0].rag is Rag.NOT_STATED


def test_words_win_over_shading_and_both_are_shown():
    action = only_action("1", "Lead", "one", "", "", "", cell_of("Red", 6, fill="00B050"))
    assert action.rag is Rag.RED
    assert any("shaded green" in flag for flag in action.flags)


def test_words_that_state_no_colour_are_kept_and_flagged():
    action = only_action("1", "Lead", "one", "", "", "", "In hand")
    assert (action.rag, action.rag_as_written) == (Rag.NOT_STATED, "In hand")
    assert action.flags


def test_progress_after_the_date_of_update_is_flagged():
    document = document_of(HEADER, ["1", "Lead", "one", "", "", "Newsletter November 2025", ""])
    document.blocks.insert(0, Paragraph("Date of update: 14/01/25"))
    assert any("November 2025, after" in flag for flag in understand_plan(document).actions[0].flags)


def test_official_in_a_sentence_is_no_marking():
    document = document_of(HEADER, ["1", "Lead", "one", "", "", "", ""])
    document.blocks.insert(0, Paragraph("Official profile (redacted) is shared with partners"))
    assert understand_plan(document).marking == ""
    document.blocks.insert(0, Paragraph("OFFICIAL – SENSITIVE"))
    assert understand_plan(document).marking == "OFFICIAL-SENSITIVE"


def test_title_and_period_given_win():
    period = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    draft = understand_plan(document_of(HEADER), title="Ours", period=period)
    assert (draft.title, draft.period_start, draft.period_end) == ("Ours", *period)


# Columns


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Objective – What are we going to do?", Field.OBJECTIVE),
        ("Action- What are we going to do to achieve the objective.", Field.ACTION),
        ("City / County / District/Rutland", Field.TIER),
        ("Evidence of Impact/ Outcome Measure", Field.OUTCOME),
        ("Lead Officer/Owner", Field.OWNER),
        ("Action owner", Field.OWNER),
        ("By not later than", Field.TARGET_DATE),
        ("Partners and Resources", Field.PARTNERS),
        ("Milestones/Outcomes", Field.MILESTONES),
        ("RAG Completed", Field.RAG),
        ("Who is responsible?", Field.OWNER),
        ("By when", Field.TARGET_DATE),
        ("How will we know?", Field.OUTCOME),
        ("Progress Update", Field.PROGRESS),
    ],
)
def test_headings_are_known(heading, field):
    assert candidates(heading)[0][2] is field


def test_sentences_of_a_plan_are_no_headings():
    sentences = ["Action to be taken by every service in the coming year", "Progress is good", "Ada Moor"]
    rows = table_of(["1", *sentences], [*sentences, "Police"], ["1", "Action plan", "Progress note"]).rows
    assert [guess_header(rows, at, {}) for at in range(len(rows))] == [None, None, None]


def test_priority_of_high_and_low_is_no_section():
    rows = table_of(["Priority", "Action", "Owner"], ["High", "one", "x"], ["Low", "two", "y"]).rows
    assert Field.SECTION not in guess_header(rows, 0, {}).fields.values()


# Nothing is lost


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text).lower())


def all_texts(value) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in all_texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in all_texts(each)]
    return [value] if isinstance(value, str) else []


def lost_lines(document: Document, draft: PlanDraft) -> list[str]:
    """Lines of table cells below a heading row that the draft does not say anywhere."""
    said = " ".join(" ".join(words(text)) for text in all_texts(draft.to_json()))
    lost = []
    for table in document.tables:
        for at, row in enumerate(table.rows):
            if guess_header(table.rows, at, {}):
                continue
            for cell in row.filled_cells:
                for line in re.split(r"\n|<[^>]*>|\s–\s|(?<=\w)\)\s|;", cell.text):
                    own = " ".join(words(re.sub(r"^\W*(?:\w{1,2}[.)]\s*)?", "", line)))
                    if own and own not in said:
                        lost.append(line)
    return lost


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*-plan.*")))
def test_every_cell_of_our_files_is_accounted_for(name):
    document = read_document((FILES / name).read_bytes(), name)
    facts = ("date of update", "total number", "number of actions", "14 january", "4")
    lost = [line for line in lost_lines(document, understand_plan(document)) if not line.lower().startswith(facts)]
    assert [line for line in lost if not re.fullmatch(r"\d+|14/01/25|30/09/26|30 September 2026", line)] == []


SNIPPETS = st.sampled_from(
    [
        "", "", "1.", "2", "Lead the work", "a) one\nb) two", "* step one\n* step two", "See LCC Delivery Plan",
        "f)oulia ranta", "March 2025", "a) May 2025\nb) tbc", "Ongoing", "Ada Moor (Director) & Sam Field",
        "Police/Fire", "tbc",
        "G", "Green", "PRIORITY 3: SAFETY", "<p>Tagged</p><ul><li>item</li></ul>", "there is an agreed plan",
        "i) first\nii) second", "9. Numbered – with a dash that goes on for more than six words", "See 9 above",
        "h) go on", "N/A", "b) wrong letter first",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.permutations(
        ["Ref", "Objective", "Action", "Owner", "Target date", "Outcome", "Progress", "RAG", "Partners", "Ward"]
    ),
    st.lists(st.lists(SNIPPETS, min_size=10, max_size=10), max_size=6),
    st.integers(4, 10),
)
def test_no_row_is_ever_lost_or_crashes(header, rows, width):
    headings = header[:width]
    if not {"Action", "Objective"} & set(headings):
        headings[0] = "Action"
    document = document_of(headings, *(row[:width] for row in rows))
    draft = understand_plan(document)
    # "N/A", "tbc" and bare letters state nothing; a reference is kept without its dot.
    lost = [line for line in lost_lines(document, draft) if line.strip() not in ("N/A", "tbc", "1.", "2")]
    assert lost == []
    assert PlanDraft.from_json(json.loads(json.dumps(draft.to_json()))) == draft


class WatchedPattern:
    """A pattern that remembers the longest text it was given."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.longest = 0

    def __getattr__(self, name: str):
        method = getattr(self.pattern, name)
        if name not in ("search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn"):
            return method

        def watched(*arguments, **named):
            text = named.get("string", arguments[1 if name in ("sub", "subn") else 0])
            self.longest = max(self.longest, len(text))
            return method(*arguments, **named)

        return watched


def watched_patterns(monkeypatch, module) -> list[WatchedPattern]:
    patterns = {name: value for name, value in vars(module).items() if isinstance(value, re.Pattern)}
    watched = {name: WatchedPattern(pattern) for name, pattern in patterns.items()}
    for name, pattern in watched.items():
        monkeypatch.setattr(module, name, pattern)
    return list(watched.values())


@pytest.mark.parametrize(
    "text", ["if when ", "(", "/", "a, b and ", "1/", "see ", "march ", "(1 of 3) recommendation "]
)
def test_lines_without_end_are_not_searched_for_dates_owners_or_recommendations(monkeypatch, text):
    # Each of these patterns looks at the rest of its text from every place in it: the square of the length.
    of_dates, of_owners = watched_patterns(monkeypatch, dates), watched_patterns(monkeypatch, owners)
    recommendation = WatchedPattern(rows._RECOMMENDATION)
    monkeypatch.setattr(rows, "_RECOMMENDATION", recommendation)
    ordinary = ["1.", "Lead well", "Name a lead (#1 of 2)", "Ada Moor (Director)", "March 2025", "Done", "Under way"]
    long = text * (20_000 // len(text))
    understand_plan(document_of(HEADER, ordinary, [long] * 7, ["", long, *[""] * 5]))
    assert 0 < max(pattern.longest for pattern in of_dates) <= dates.MAX_LINE <= 1_000
    assert 0 < max(pattern.longest for pattern in of_owners) <= owners.MAX_LINE <= 1_000
    assert 0 < recommendation.longest <= rows.MAX_SEARCHED <= 10_000


@pytest.mark.parametrize("name", ["_TAG", "_ITEM", "_BREAK"])
def test_what_is_taken_for_a_tag_has_a_longest_length(name):
    # Without one, "<p <p <p ..." is searched to its end from every "<".
    assert regex_parser.parse(getattr(words_module, name).pattern).getwidth()[1] < 250


def test_ten_times_the_lines_in_a_cell_take_ten_times_the_work_to_understand():
    def plan_with(lines: int) -> Document:
        long = "\n".join(f"{chr(97 + number % 26)}) do this by March 2025" for number in range(lines))
        return document_of(HEADER, ["1.", long, long, "Ada Moor", "March 2025", long, "Under way"])

    assert grows_in_step(understand_plan, plan_with(26), plan_with(260), times=10)


@pytest.mark.parametrize("path", sorted(FILES.glob("*-plan.*")), ids=lambda path: path.name)
def test_draft_survives_json(path):
    draft = understand_plan(read_document(path.read_bytes(), path.name))
    assert PlanDraft.from_json(json.loads(json.dumps(draft.to_json()))) == draft


def test_unknown_json_keys_are_ignored_and_missing_ones_default():
    assert PlanDraft.from_json(
        {"title": "x", "later": 1, "sections": [{"objectives": [{"text": "y"}]}]}
    ).objectives == [ObjectiveDraft(text="y")]

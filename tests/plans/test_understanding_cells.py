"""What the cells of a council's plan say: RAG by words, fills and keys; dates, owners, history and guesses."""

import datetime as dt
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.rules import KINDS_THAT_FALL_DUE, DateKind, Rag
from plans.understanding.columns import Field
from plans.understanding.dates import looks_like_serials, read_target_dates, unread_dates
from plans.understanding.draft import ActionDraft, ProgressDraft
from plans.understanding.fills import colour_family
from plans.understanding.guesses import guess
from plans.understanding.history import in_order, late_notes, names_time, read_progress, time_of_heading
from plans.understanding.owners import read_owners
from plans.understanding.rag import RagKey, rag_from_text, read_key, read_rag, shading_is_status
from plans.understanding.rows import RowParts, Understood, split_letters, understand_row
from plans.understanding.words import Line, has_tags, lines_of, readable, without_tags
from prevent_portal.tables_in import Cell, Paragraph, Row
from tests.work import grows_in_step

YEAR = (dt.date(2025, 4, 1), dt.date(2026, 3, 31))
TWO_YEARS = (dt.date(2025, 4, 1), dt.date(2027, 3, 31))


def cell(text: str, column: int = 0, **values) -> Cell:
    return Cell(tuple(Paragraph(line) for line in text.split("\n")) if text else (), column=column, **values)


def row_of(*columns: tuple[Field, str, str | Cell], **values) -> RowParts:
    """A row of these columns: field, heading, and text or cell."""
    cells = [said if isinstance(said, Cell) else cell(said, column) for column, (_, _, said) in enumerate(columns)]
    parts = RowParts(Row(tuple(cells), 2, "table 1 row 2"), "table 1", **values)
    for one, (each, heading, _) in zip(cells, columns, strict=True):
        parts.cells.setdefault(each, []).append(one)
        parts.headings[one.column] = heading
    parts.fields = frozenset(parts.cells)
    return parts


def understood(*columns: tuple[Field, str, str | Cell], **values) -> Understood:
    parts = row_of((Field.ACTION, "Action", "Name a lead"), *columns, **values)
    # the first column is the action's
    return understand_row(parts, parts.lines(Field.ACTION), frozenset(), "")


def only_action(*columns: tuple[Field, str, str | Cell], **values) -> ActionDraft:
    (action,) = understood(*columns, **values).actions
    return action


def rag_columns(*columns: tuple[str, str | Cell], **values) -> ActionDraft:
    made = [
        (Field.RAG, heading, said if isinstance(said, Cell) else cell(said, at))
        for at, (heading, said) in enumerate(columns, start=1)
    ]
    return only_action(*made, **values)


# RAG: words


@pytest.mark.parametrize(
    "text",
    [
        "On target", "ON TRACK", "G - on track", "[G]", "g)", "BRAG: G", "Status: Green", "🟢 On track", "● Green",
        "G ↑",
        "Gwyrdd / Green", "Ar y trywydd iawn", "Green (complete)", "Green, previously red", "On track - 50% complete",
        "Progressing as planned", "Ahead of schedule", "Green\nTraining held in May", "On track to complete",
    ],
)  # fmt: skip
def test_words_that_state_green(text):
    assert rag_from_text(text) is Rag.GREEN


@pytest.mark.parametrize(
    "text",
    [
        "Oren / Amber", "Ambr", "At risk", "Red → Amber", "R->A", "from red to amber", "currently amber", "🟠",
        "Slight delay", "Q1: Green\nQ2: Amber", "Amber - awaiting green light from the board of the whole partnership",
    ],
)  # fmt: skip
def test_words_that_state_amber(text):
    assert rag_from_text(text) is Rag.AMBER


@pytest.mark.parametrize(
    "text",
    ["Off target", "Off Track", "Coch/Red", "Not on track", "RED - significant slippage", "Red (was Amber)", "r"],
)
def test_words_that_state_red(text):
    assert rag_from_text(text) is Rag.RED


@pytest.mark.parametrize(
    "text",
    [
        "Complete", "Done", "CLOSED", "Achieved", "Met", "100% complete", "Cwblhawyd / Complete", "Completed June 2024",
        "Complete (May 2025)", "Action complete", "wedi'i gwblhau", "B - complete", "🔵",
    ],
)  # fmt: skip
def test_words_that_state_blue(text):
    assert rag_from_text(text) is Rag.BLUE


@pytest.mark.parametrize(
    "text",
    [
        "In progress", "Ongoing", "Started", "Not started", "Not due", "On hold", "Paused", "Cancelled", "AMBER/RED",
        "Complete 80%", "80% complete", "100%", "✓", "↑", "🔴🟢", "Complete / ongoing", "Complete by March 2026",
        "Completed forms are sent", "Met the police", "Partially achieved", "Not yet complete", "Green\nAmber",
        "Green?",
        "not green", "Green once agreed", "on track but at risk", "Meeting at the Green Room", "C", "Yes", "tick",
        "A red flag process for all of the staff across the whole organisation", "incomplete", "To be completed",
        "Closed - no longer required", "Closed: merged with 2.1", "Amber-Green", "A/G",
    ],
)  # fmt: skip
def test_words_that_state_no_colour_are_kept_and_flagged(text):
    stated = read_rag(text, None)
    assert (stated.rag, stated.as_written) == (Rag.NOT_STATED, text)
    assert f"“{text}” in the RAG column states no colour" in stated.flags[0]


@pytest.mark.parametrize("text", ["", "-", "N/A", "Not applicable", "not rated", "TBC"])
def test_words_that_state_nothing_are_not_flagged(text):
    assert read_rag(text, None).rag is Rag.NOT_STATED
    assert read_rag(text, None).flags == ()


@pytest.mark.parametrize(("text", "rag"), [("Delayed", "amber"), ("Behind schedule", "amber"), ("Overdue", "red")])
def test_slippage_of_no_stated_size_is_read_and_says_so(text, rag):
    stated = read_rag(text, None)
    assert stated.rag == rag
    assert stated.flags == (f"“{text}” in the RAG column was read as {rag}.",)


# RAG: fills


@pytest.mark.parametrize(
    ("fills", "family"),
    [
        ("E2EFDA C6EFCE EBF1DE A9D08E 375623", "green"),
        ("FFF2CC FCE4D6 F8CBAD ED7D31 FFC000 FFFF00 C55A11", "amber"),
        ("F2DCDB FFC7CE 943634 C00000", "red"),
        ("00B0F0 0070C0 2F5597 002060", "blue"),
        ("7030A0 B4A7D6", "purple"),
        ("DCE6F1 DDEBF7 D9E2F3 DDD9C3 C4BD97", "pale"),
        ("D9D9D9 7F7F7F EEECE1", "grey"),
        ("FFFFFF F2F2F2", "white"),
        ("833C0B", "brown"),
        ("00FFFF 008080", "teal"),
    ],
)
def test_fills_go_by_the_names_that_people_give_them(fills, family):
    assert {fill: colour_family(fill) for fill in fills.split()} == dict.fromkeys(fills.split(), family)


@pytest.mark.parametrize("fill", ["7030A0", "00FFFF"])
def test_coloured_rag_cell_that_is_no_rag_is_written_down_and_flagged(fill):
    stated = read_rag("", fill)
    assert (stated.rag, stated.as_written) == (Rag.NOT_STATED, f"cell shading #{fill}")
    assert "RAG is not stated" in stated.flags[0]


@pytest.mark.parametrize("fill", ["FFFFFF", "D9D9D9", None])
def test_white_and_grey_say_nothing(fill):
    assert read_rag("", fill) == read_rag("", None)


def test_fill_of_the_whole_row_is_no_rag_unless_rows_are_shaded_by_status():
    shaded = [
        (Field.OWNER, "Owner", cell("Police", 1, fill="00B050")),
        (Field.PROGRESS, "Progress", cell("", 2, fill="00B050")),
        (Field.RAG, "RAG", cell("", 3, fill="00B050")),
    ]
    action = only_action(*shaded)
    assert action.rag is Rag.NOT_STATED
    assert "shaded alike" in action.flags[0]
    assert only_action(*shaded, rows_shaded_by_status=True).rag is Rag.GREEN


def test_rows_shaded_in_turns_are_bands_and_other_shading_is_status():
    assert shading_is_status(["00B050", "00B050", "FFC000", "00B050", "FF0000"])
    assert not shading_is_status(["00B050", "FFC000", "00B050", "FFC000", "00B050"])
    assert not shading_is_status(["00B050", None, "00B050", None])
    assert not shading_is_status(["D9D9D9", "DCE6F1", None])


# RAG: keys


def key_of(*rows: list[tuple[str, str | None]]) -> RagKey:
    key = read_key(rows)
    assert key is not None
    return key


@pytest.mark.parametrize(
    "rows",
    [
        [[("Key: G = on track, A = delayed, R = not achieved, C = complete", None)]],
        [[("Green – on track\nAmber – at risk\nRed – off track\nC – complete", None)]],
        [[("RAG rating", None), ("Definition", None)], [("G", None), ("Action is on track", None)],
         [("Amber", None), ("Some slippage but expected to be delivered", None)], [("C", None), ("Completed", None)]],
        [[("Green (on track), Amber (some slippage), C (completed)", None)]],
        [[("C = Glas, G = Gwyrdd, A = Oren", None)]],
    ],
)  # fmt: skip
def test_key_in_words_gives_letters_their_meaning(rows):
    key = key_of(*rows)
    assert [read_rag(text, None, key).rag for text in ("C", "G", "Amber")] == [Rag.BLUE, Rag.GREEN, Rag.AMBER]
    assert read_rag("C", None).rag is Rag.NOT_STATED


@pytest.mark.parametrize(
    "rows",
    [
        [[("", "7030A0"), ("Complete", None)], [("", "00B050"), ("On track", None)],
         [("", "FF0000"), ("Off track", None)]],
        [[("Key", None)], [("", "7030A0"), ("Complete", None), ("", "00B050"), ("On track", None), ("", "FF0000"),
         ("Off track", None)]],
        [[("Complete", "7030A0"), ("On track", "00B050"), ("Off track", "FF0000")]],
    ],
)  # fmt: skip
def test_key_of_samples_gives_colours_their_meaning(rows):
    key = key_of(*rows)
    assert [read_rag("", fill, key).rag for fill in ("7030A0", "00B050", "C00000")] == [Rag.BLUE, Rag.GREEN, Rag.RED]
    assert read_rag("", "6F2F9F", key).rag is Rag.BLUE, "the nearest of that colour"
    assert read_rag("", "7030A0").rag is Rag.NOT_STATED


def test_blue_is_not_complete_where_the_key_says_otherwise():
    key = key_of([("Blue = in progress; Green = on track; Red = off track", None)])
    for text, fill in (("Blue", None), ("B", None), ("", "0070C0")):
        stated = read_rag(text, fill, key)
        assert stated.rag is Rag.NOT_STATED
        assert "means “in progress”" in stated.flags[0]


def test_green_is_complete_where_the_key_says_so_and_the_person_is_told():
    key = key_of(
        [("Green", "00B050"), ("Complete", None)],
        [("Red", None), ("Not started", None)],
        [("", "FFC000"), ("On track", None)],
    )
    assert [read_rag("", fill, key).rag for fill in ("00B050", "FFC000")] == [Rag.BLUE, Rag.GREEN]
    assert "means “Complete”: read as blue" in read_rag("Green", None, key).flags[0]
    red = read_rag("Red", None, key)
    assert (red.rag, red.flags) == (
        Rag.RED,
        ("By the plan's key “Red” means “Not started”; the colour was kept as red.",),
    )


@pytest.mark.parametrize(
    "rows",
    [
        [[("Name a lead", None), ("Green", None)], [("Train staff", None), ("Amber", None)]],
        [[("Green", None), ("15", None)], [("Amber", None), ("2", None)]],
        [[("Governance", "00B050")], [("Training", "0070C0")]],
        [[("Action", "1F4E78"), ("Owner", "1F4E78")]],
        [[("a) Review the policy b) Train staff", None)]],
        [[("Green", None), ("Name a lead", None)], [("Green", None), ("Train staff", None)]],
        [[("1", None), ("Lead the work", None), ("Green", None)]],
        [[("On track", None)]],
        [[]],
        [],
    ],
)
def test_rows_of_a_plan_are_no_key(rows):
    assert read_key(rows) is None


def test_keys_merge_and_the_first_wins():
    first, second = key_of([("C = complete, G = on track", None)]), key_of([("C = off track, P = complete", None)])
    both = first | second
    assert [read_rag(text, None, both).rag for text in ("C", "P", "G")] == [Rag.BLUE, Rag.BLUE, Rag.GREEN]


# RAG: several columns


def test_current_rag_counts_and_the_previous_one_is_history():
    action = rag_columns(("Previous RAG", "Red"), ("Current RAG", "Green"))
    assert (action.rag, action.rag_as_written) == (Rag.GREEN, "Green")
    assert action.progress_notes == [ProgressDraft("Red", None, "Previous RAG", Rag.RED)]
    assert rag_columns(("Previous RAG", "Red"), ("Current RAG", "")).rag is Rag.NOT_STATED


def test_latest_filled_quarter_is_the_rag_and_the_earlier_ones_are_history():
    amber = cell("", 1, fill="FFC000")
    action = rag_columns(("Q1 RAG", amber), ("Q2 RAG", "Green"), ("Q3 RAG", ""), period=YEAR)
    assert action.rag is Rag.GREEN
    assert action.progress_notes == [ProgressDraft("cell shading #FFC000", dt.date(2025, 6, 30), "Q1 RAG", Rag.AMBER)]


def test_white_cell_of_a_later_quarter_is_not_filled():
    columns = (("Q1 RAG", "Red"), ("Q2 RAG", cell("", 2, fill="FFFFFF")), ("Q3 RAG", cell("", 3, fill="D9D9D9")))
    assert rag_columns(*columns, period=YEAR).rag is Rag.RED


def test_shape_in_a_shaded_cell_needs_no_flag():
    assert read_rag("●", "00B050").flags == ()
    assert read_rag("●", None).rag is Rag.NOT_STATED


def test_trend_beside_the_rag_states_nothing_and_is_kept():
    action = rag_columns(("RAG", "Amber"), ("RAG trend", "↑"))
    assert action.rag is Rag.AMBER
    assert [note.note for note in action.progress_notes] == ["↑"]


def test_cross_under_a_colours_heading_states_that_colour():
    headings = ("Red", "Amber", "Green")
    crossed = rag_columns(*zip(headings, ("", "X", ""), strict=True))
    assert (crossed.rag, crossed.rag_as_written) == (Rag.AMBER, "Amber: X")
    twice = rag_columns(*zip(headings, ("X", "X", ""), strict=True))
    assert (twice.rag, twice.rag_as_written) == (Rag.NOT_STATED, "Red: X; Amber: X")
    assert rag_columns(*zip(headings, ("", "", ""), strict=True)).rag is Rag.NOT_STATED


@pytest.mark.parametrize(
    ("heading", "said", "rag"),
    [
        ("Current status and comments", "On track: draft circulated", Rag.GREEN),
        ("Status / comments", "Some slippage – awaiting funds", Rag.AMBER),
        ("Status update", "Not started: no funds", Rag.NOT_STATED),
        ("Status update", "Draft circulated: on track", Rag.NOT_STATED),
        ("Comments", "On track: draft circulated", Rag.NOT_STATED),
    ],
)
def test_comment_on_the_status_states_a_rag_only_where_its_first_words_do(heading, said, rag):
    action = only_action((Field.PROGRESS, heading, cell(said, 1)))
    assert (action.rag, action.progress) == (rag, said)
    assert any("first words" in flag for flag in action.flags) is (rag is not Rag.NOT_STATED)
    beside_rag = only_action((Field.PROGRESS, heading, cell(said, 1)), (Field.RAG, "RAG", cell("Red", 2)))
    assert beside_rag.rag is Rag.RED


def test_yes_under_complete_is_complete():
    assert rag_columns(("Completed? (Y/N)", "Yes")).rag is Rag.BLUE
    assert rag_columns(("Completed?", "No")).rag is Rag.NOT_STATED
    assert rag_columns(("RAG", "Yes")).rag is Rag.NOT_STATED


# Dates


@pytest.mark.parametrize(
    ("written", "kind", "on"),
    [
        ("by end of Q3 2024/25", DateKind.FIXED, dt.date(2024, 12, 31)),
        ("Q3 24/25", DateKind.FIXED, dt.date(2024, 12, 31)),
        ("2024/25 Q3", DateKind.FIXED, dt.date(2024, 12, 31)),
        ("end of FY 24/25", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("31.03.25", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("31-Mar-2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("25 March 25", DateKind.FIXED, dt.date(2025, 3, 25)),
        ("2025/03/31", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("2025-03-31 00:00:00", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("March/April 2025", DateKind.FIXED, dt.date(2025, 4, 30)),
        ("Apr–Jun 2024", DateKind.FIXED, dt.date(2024, 6, 30)),
        ("From March to June 2025", DateKind.FIXED, dt.date(2025, 6, 30)),
        ("December/January 2026", DateKind.FIXED, dt.date(2026, 1, 31)),
        ("1-5 March 2025", DateKind.FIXED, dt.date(2025, 3, 5)),
        ("mid June 2025", DateKind.FIXED, dt.date(2025, 6, 30)),
        ("Monday 3 March 2025", DateKind.FIXED, dt.date(2025, 3, 3)),
        ("Week commencing 3 March 2025", DateKind.FIXED, dt.date(2025, 3, 9)),
        ("w/e 7 March 2025", DateKind.FIXED, dt.date(2025, 3, 7)),
        ("Mawrth 2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("To be completed by March 2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("April 2025 onwards", DateKind.START, dt.date(2025, 4, 1)),
        ("By March 2025 and annually thereafter", DateKind.RECURRING, dt.date(2025, 3, 31)),
        ("31 March each year", DateKind.RECURRING, None),
        ("6 monthly", DateKind.RECURRING, None),
        ("bi-annual", DateKind.RECURRING, None),
        ("Every 6 months", DateKind.RECURRING, None),
        ("Chwarterol", DateKind.RECURRING, None),
        ("Throughout 2024/25", DateKind.ONGOING, None),
        ("Parhaus", DateKind.ONGOING, None),
        ("Spring term 2025", DateKind.TERM, None),
        ("within 3 months of approval", DateKind.CONDITIONAL, None),
        ("as per training schedule", DateKind.CROSS_REFERENCE, None),
        ("to be scheduled", DateKind.TO_BE_CONFIRMED, None),
    ],
)
def test_target_date_of_further_forms(written, kind, on):
    (date,) = read_target_dates([written])
    assert (date.as_written, date.kind, date.on, date.scope) == (written, kind, on, "")
    assert unread_dates([date]) == []


@pytest.mark.parametrize(
    "written",
    [
        "Summer 2025", "within 6 months", "Immediate", "ASAP", "2025", "2024-2026", "Year 1", "Short term",
        "Medium term (1-2 years)", "45382", "13/25/2024", "30 February 2026", "30 February", "31 June 2025",
        "June 31, 2025", "31st of June 2025", "Q2 2024", "Dec 24/Jan 25", "2 weeks before the event",
    ],
)  # fmt: skip
def test_what_names_no_day_is_kept_as_written_and_flagged(written):
    (date,) = read_target_dates([written])
    assert (date.as_written, date.kind, date.on) == (written, DateKind.UNREADABLE, None)
    assert "was not read as a date" in unread_dates([date])[0]


@pytest.mark.parametrize("written", ["Completed March 2024", "COMPLETED", "Done 14/12/23", "Complete: May 2024"])
def test_date_of_completion_is_no_deadline(written):
    (date,) = read_target_dates([written])
    assert (date.kind, date.on) == (DateKind.UNREADABLE, None)
    assert "says that the work is done" in unread_dates([date])[0]


@pytest.mark.parametrize("written", ["2024/25", "FY24/25", "by 2024-25", "during 2024/2025"])
def test_financial_year_alone_is_due_at_its_end_and_flagged(written):
    (date,) = read_target_dates([written])
    assert (date.kind, date.on) == (DateKind.FIXED, dt.date(2025, 3, 31))
    assert "read as 31 March 2025, the end of that financial year" in unread_dates([date])[0]


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("Q2", dt.date(2025, 9, 30)),
        ("by end of Quarter 4", dt.date(2026, 3, 31)),
        ("31 March", dt.date(2026, 3, 31)),
        ("by end of September", dt.date(2025, 9, 30)),
        ("Sept 25", dt.date(2025, 9, 30)),
        ("end of financial year", dt.date(2026, 3, 31)),
    ],
)
def test_date_without_a_year_is_read_in_a_plan_of_one_year_and_flagged(written, on):
    (date,) = read_target_dates([written], period=YEAR)
    assert (date.kind, date.on) == (DateKind.FIXED, on)
    assert "was read as" in unread_dates([date])[0]
    if written != "Sept 25":  # which has a year
        assert [each.on for each in read_target_dates([written], period=TWO_YEARS)] == [None]
    assert [each.on for each in read_target_dates([written])] == [None]


def test_two_months_with_one_year_are_two_dates_and_a_revision_counts_last():
    two = read_target_dates(["March and September 2024"])
    assert [(date.as_written, date.on) for date in two] == [
        ("March", dt.date(2024, 3, 31)),
        ("September 2024", dt.date(2024, 9, 30)),
    ]
    (revised,) = read_target_dates(["March 2025 (revised to June 2025)"])
    assert (revised.on, revised.scope) == (dt.date(2025, 6, 30), "")
    assert "the later of its dates" in unread_dates([revised])[0]


def test_excel_number_is_a_date_only_where_all_of_its_column_is():
    assert looks_like_serials(["45382", "", "45400.0"])
    assert not looks_like_serials(["45382"])
    assert not looks_like_serials(["45382", "March 2025"])
    assert not looks_like_serials(["12000", "45000"])
    (date,) = read_target_dates(["45382"], serials=True)
    assert (date.as_written, date.kind, date.on) == ("45382", DateKind.FIXED, dt.date(2024, 3, 31))
    assert "Excel's number" in unread_dates([date])[0]
    action = only_action((Field.TARGET_DATE, "Due", cell("45382", 1)), serial_columns=frozenset({1}))
    assert action.target_dates[0].on == dt.date(2024, 3, 31)


def test_start_dates_are_starts_and_leave_the_target_date_alone():
    action = only_action(
        (Field.START_DATE, "Start", cell("April 2025", 1)), (Field.TARGET_DATE, "End", cell("June 2025", 2))
    )
    assert {(date.kind, date.on) for date in action.target_dates} == {
        (DateKind.FIXED, dt.date(2025, 6, 30)),
        (DateKind.START, dt.date(2025, 4, 1)),
    }
    (unread,) = only_action((Field.START_DATE, "Start", cell("soon", 1))).target_dates
    assert (unread.as_written, unread.kind, unread.on) == ("soon", DateKind.START, None)


# Owners


@pytest.mark.parametrize(
    ("written", "owners"),
    [
        ("Lead: Ada Moor; Support: Police", ["Ada Moor", "Police"]),
        ("Lead: Head of Housing Support: Police, NHS", ["Head of Housing", "Police", "NHS"]),
        ("Police, NHS and Probation", ["Police", "NHS", "Probation"]),
        ("Head of Housing, Head of Legal", ["Head of Housing", "Head of Legal"]),
        ("Prevent Coordinator and Community Safety Manager", ["Prevent Coordinator", "Community Safety Manager"]),
        ("Prevent Coordinator with support from Police", ["Prevent Coordinator", "Police"]),
        ("Police and Crime Commissioner", ["Police and Crime Commissioner"]),
        ("Police/Fire and Rescue Service", ["Police", "Fire and Rescue Service"]),
        ("Director of Adults, Health and Communities", ["Director of Adults, Health and Communities"]),
        ("Assistant Director, Community Safety", ["Assistant Director, Community Safety"]),
        ("Legal, Audit and Risk", ["Legal, Audit and Risk"]),
        ("AB/CD", ["AB", "CD"]),
        ("All partners", ["All partners"]),
        ("T/Supt Sam Field", ["T/Supt Sam Field"]),
        ("University of Fenshire", ["University of Fenshire"]),
        ("Victim Support", ["Victim Support"]),
        ("To be identified", []),
        ("Lead officer: TBC", []),
        ("Ada Moor 01632 960123", ["Ada Moor"]),
        ("Ada Moor\nSam Field", ["Ada Moor", "Sam Field"]),
        ("Ada Moor, Head of Housing and Sam Field, Legal Manager", ["Ada Moor", "Sam Field"]),
        ("Ada Moor <ada.moor@council.example>", ["Ada Moor"]),
        ("prevent@council.example", ["prevent@council.example"]),
    ],
)
def test_owners_of_many_shapes(written, owners):
    assert [owner.name or owner.post for owner in read_owners(written.split("\n"))] == owners


@pytest.mark.parametrize(
    ("written", "name", "post"),
    [
        ("J. Bloggs (Prevent Lead)", "J. Bloggs", "Prevent Lead"),
        ("Head of Service – Ada Moor", "Ada Moor", "Head of Service"),
        ("Prevent Coordinator (JB)", "JB", "Prevent Coordinator"),
        ("Fenshire Police (Det Insp Kit Low)", "Det Insp Kit Low", "Fenshire Police"),
        ("Ada Moor, HR", "Ada Moor", "HR"),
        ("Ada Moor\nHead of Housing", "Ada Moor", "Head of Housing"),
        ("Ada Moor, Head of Communities and Prevent Lead", "Ada Moor", "Head of Communities and Prevent Lead"),
        ("Cllr Moor", "Cllr Moor", ""),
        ("PC Kit Low", "PC Kit Low", ""),
    ],
)
def test_person_with_post(written, name, post):
    (owner,) = read_owners(written.split("\n"))
    assert (owner.kind, owner.name, owner.post) == ("person", name, post)


# History


@pytest.mark.parametrize(
    ("heading", "on"),
    [
        ("Q1 update", dt.date(2025, 6, 30)),
        ("Quarter 2 Progress", dt.date(2025, 9, 30)),
        ("Fourth quarter", dt.date(2026, 3, 31)),
        ("Q3 2024/25", dt.date(2024, 12, 31)),
        ("Apr–Jun 24", dt.date(2024, 6, 30)),
        ("Jan - Mar", dt.date(2026, 3, 31)),
        ("Update June 2025", dt.date(2025, 6, 30)),
        ("Progress (Sept 24)", dt.date(2024, 9, 30)),
        ("Update 14/12/23", dt.date(2023, 12, 14)),
        ("Mid-year update", dt.date(2025, 9, 30)),
        ("2024/25 update", dt.date(2025, 3, 31)),
    ],
)
def test_heading_of_an_update_column_names_a_time(heading, on):
    assert time_of_heading(heading, YEAR)[1] == on
    assert names_time(heading)


def test_quarter_without_a_year_needs_a_plan_of_one_year_and_a_season_has_no_day():
    assert time_of_heading("Q1 update", None) is None
    assert time_of_heading("Q1 update", TWO_YEARS) is None
    assert time_of_heading("Q1 update", (dt.date(2025, 1, 1), dt.date(2025, 12, 31)))[1] == dt.date(2025, 3, 31)
    assert time_of_heading("Autumn update", YEAR) is None
    assert names_time("Autumn update")
    for heading in ("Progress to date", "Comments (may include risks)"):
        assert not names_time(heading)
        assert time_of_heading(heading, YEAR) is None


def test_update_columns_become_dated_notes_and_other_progress_stays():
    action = only_action(
        (Field.PROGRESS, "Q2 update", cell("Half done", 1)),
        (Field.PROGRESS, "Q1 update", cell("Started", 2)),
        (Field.PROGRESS, "Q3 update", cell("", 3)),
        (Field.PROGRESS, "Comments", cell("Going well", 4)),
        period=YEAR,
    )
    assert action.progress == "Going well"
    assert action.progress_notes == [
        ProgressDraft("Started", dt.date(2025, 6, 30), "Q1 update"),
        ProgressDraft("Half done", dt.date(2025, 9, 30), "Q2 update"),
    ]
    without_year = only_action((Field.PROGRESS, "Q1 update", cell("Started", 1)))
    assert without_year.progress_notes == [ProgressDraft("Started", None, "Q1 update")]


def test_dated_paragraphs_of_one_cell_are_notes_of_their_own():
    text = "In hand.\n14/12/23: Training held.\n10/01/24 - Report sent\nto the board\nMarch 2024 deadline was missed"
    action = only_action((Field.PROGRESS, "Progress", cell(text, 1)))
    assert action.progress == "In hand."
    assert action.progress_notes == [
        ProgressDraft("14/12/23: Training held.", dt.date(2023, 12, 14)),
        ProgressDraft("10/01/24 - Report sent\nto the board\nMarch 2024 deadline was missed", dt.date(2024, 1, 10)),
    ]


def test_notes_come_earliest_first_and_undated_ones_keep_their_place():
    notes = [ProgressDraft("b", dt.date(2025, 5, 1)), ProgressDraft("c"), ProgressDraft("a", dt.date(2025, 4, 1))]
    assert [note.note for note in in_order(notes)] == ["a", "b", "c"]


def test_note_later_than_the_plans_update_is_flagged():
    notes = [ProgressDraft("x", dt.date(2025, 2, 1)), ProgressDraft("y", dt.date(2025, 3, 31), "Q4 2024/25")]
    (flag,) = late_notes(notes, dt.date(2025, 1, 14))
    assert flag == "The progress note of 1 February 2025 is later than the plan's update of 14 January 2025."
    assert late_notes(notes, None) == []


def test_column_of_completion_dates_becomes_a_note_and_no_rag():
    action = only_action((Field.COMPLETED, "Date completed", cell("14/12/23", 1)))
    assert action.progress_notes == [ProgressDraft("Date completed: 14/12/23", dt.date(2023, 12, 14))]
    assert action.rag is Rag.NOT_STATED


def test_progress_of_lettered_actions_is_shared_out_column_by_column():
    parts = row_of(
        (Field.ACTION, "Action", "a) one\nb) two"),
        (Field.PROGRESS, "Q1 update", "a) first\nb) second"),
        (Field.PROGRESS, "Q2 update", "for both"),
        period=YEAR,
    )
    made = understand_row(parts, parts.lines(Field.ACTION), frozenset(), "")
    assert [[note.note for note in action.progress_notes] for action in made.actions] == [
        ["first", "for both"],
        ["second", "for both"],
    ]
    assert made.flags == ["“Q2 update” stands once for all letters of the row."]


# Guesses


def guessed(text: str, *, owner_column: bool = False, date_column: bool = False) -> ActionDraft:
    action = ActionDraft(text=text)
    guess(action, owner_column, date_column)
    assert action.text == text
    assert all(owner.is_guess for owner in action.owners)
    assert all(date.is_guess for date in action.target_dates)
    return action


@pytest.mark.parametrize(
    ("text", "owners", "days"),
    [
        ("The Community Safety Manager will review it by March 2026", ["Community Safety Manager"], ["2026-03-31"]),
        ("Chief Executive's office to circulate it by 30 June 2025", ["Chief Executive's office"], ["2025-06-30"]),
        ("Lead: Community Safety Manager. Review it by May 2025", ["Community Safety Manager"], ["2025-05-31"]),
        ("Review the policy (Lead: HR, deadline 30/6/25)", ["HR"], ["2025-06-30"]),
        ("Write letters. Action: Head of Housing", ["Head of Housing"], []),
        ("Owner - Head of Housing", ["Head of Housing"], []),
        ("Training to be led by the Head of Housing by end of March 2026.", ["Head of Housing"], ["2026-03-31"]),
        ("Who: Prevent Lead; When: June 2025", ["Prevent Lead"], ["2025-06-30"]),
    ],
)
def test_owner_and_date_in_an_actions_words_are_offered(text, owners, days):
    action = guessed(text)
    assert [owner.name or owner.post for owner in action.owners] == owners
    assert [date.on.isoformat() for date in action.target_dates] == days
    assert len(action.flags) == bool(owners) + bool(days)
    assert action.flags[0].startswith("Owner guessed from the action's words")


@pytest.mark.parametrize(
    "text",
    [
        "Continue to attend", "Action: Review the policy", "All staff to complete the training",
        "Members to be trained",
        "Ask the Prevent Lead to circulate it", "Support Head of Housing to deliver training", "Lead - the review",
        "Guidance published by Home Office by December 2023 review", "The plan was completed by March 2024",
        "The Council will ensure that", "Frontline staff will be able to refer", "Ensure the 2015 Act is followed",
        "Raise awareness of Prevent Duty to strengthen referrals", "Report on the meeting of 14/12/23",
    ],
)  # fmt: skip
def test_better_no_guess_than_a_wrong_one(text):
    action = guessed(text)
    assert (action.owners, action.target_dates, action.flags) == ([], [], [])


def test_where_the_table_has_the_columns_only_outright_words_count():
    action = guessed("The Head of Housing will act by May 2025", owner_column=True, date_column=True)
    assert (action.owners, action.target_dates) == ([], [])
    action = guessed("Act. Lead: Head of Housing; deadline: May 2025", owner_column=True, date_column=True)
    assert [owner.post for owner in action.owners] == ["Head of Housing"]
    assert [date.as_written for date in action.target_dates] == ["deadline: May 2025"]


def test_what_the_cells_say_is_never_guessed_over():
    action = only_action((Field.OWNER, "Owner", cell("tbc", 1)), (Field.TARGET_DATE, "Due", cell("tbc", 2)))
    assert [owner.is_guess for owner in action.owners] == []
    assert [date.is_guess for date in action.target_dates] == [False]


def test_row_without_columns_for_owner_and_date_is_offered_guesses():
    parts = row_of((Field.ACTION, "What we will do", "The Head of Housing will write to landlords by May 2026"))
    (action,) = understand_row(parts, parts.lines(Field.ACTION), frozenset(), "").actions
    assert [(owner.post, owner.is_guess) for owner in action.owners] == [("Head of Housing", True)]
    assert [(date.as_written, date.is_guess) for date in action.target_dates] == [("by May 2026", True)]


# Letters and words


@pytest.mark.parametrize(
    "text",
    ["a) one\nb) two", "(a) one\n(b) two", "A. one\nB. two", "a. one\nb. two", "a - one\nb - two", "A: one\nB: two"],
)
def test_letters_of_every_form(text):
    lead, lettered = split_letters([Line(line) for line in text.split("\n")])
    assert (lead, [(letter, readable(body)) for letter, body in lettered]) == ([], [("a", "one"), ("b", "two")])


@pytest.mark.parametrize(
    "text",
    ["1. one\n2. two", "i) one\nii) two", "A. Moor writes", "1) one\na) x\nb) y\n2) two\na) x\nb) y", "- one\n- two"],
)
def test_numbers_roman_numbers_and_initials_are_no_letters(text):
    assert split_letters([Line(line) for line in text.split("\n")])[1] == []


def test_roman_numbers_under_letters_are_steps_of_the_letter():
    lines = [Line(text) for text in ("a) one", "i) first", "ii) second", "b) two")]
    assert [(letter, len(body)) for letter, body in split_letters(lines)[1]] == [("a", 3), ("b", 1)]


def test_initials_of_owners_are_no_letters():
    parts = row_of((Field.ACTION, "Action", "a) one\nb) two"), (Field.OWNER, "Owner", "A. Moor\nB. Field"))
    made = understand_row(parts, parts.lines(Field.ACTION), frozenset(), "")
    assert [line.text for line in made.shared[Field.OWNER]] == ["A. Moor", "B. Field"]


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("<p>Understand&nbsp;local risk</p>", ["Understand local risk"]),
        ("<ul><li>Meet police</li><li>Write &amp; share</li></ul>", ["• Meet police", "• Write & share"]),
        ("Prevent Lead<br/>Police", ["Prevent Lead", "Police"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ["a b", "c"]),
        ("- one\n– two\n● three\n➢ four\n\uf0b7 five\n•\n", ["• one", "• two", "• three", "• four", "• five"]),
        ("o\tone\no\ttwo", ["• one", "• two"]),
        ("co\u00adoperate\u200b now\x0bthen", ["cooperate now", "then"]),
        ("ﬁnal oﬀer", ["final offer"]),
        ("a <b and c> d", ["a <b and c> d"]),
        ("-5% & “quoted” – dash", ["-5% & “quoted” – dash"]),
        ("R&D AT&T &copy", ["R&D AT&T &copy"]),
    ],
)  # fmt: skip
def test_lines_read_as_their_author_meant_them(written, lines):
    assert [line.full_text for line in lines_of(cell(written))] == lines


def test_shape_alone_in_its_cell_is_no_empty_bullet():
    assert [line.text for line in lines_of(Cell((Paragraph("●"),)))] == ["●"]
    assert lines_of(Cell((Paragraph("•"),))) == []


def test_html_codes_count_as_html():
    assert has_tags(cell("Fish &amp; chips"))
    assert not has_tags(cell("Fish & chips <5"))


# Whatever the cells say


PIECES = st.sampled_from(
    [
        "March", "Mar", "2024", "24", "31", "31/02/2024", "03/2024", "/", "-", "–", "from", "by", "ongoing", "annually",
        "and", "to", "term", "summer", "see", "above", "Q2", "2024/25", "FY", "when", "available", "tbc", "(", "1st",
        "'25",
        "0/0/0", "99/99/9999", "30 February 2026", "31 June", "w/c", "week commencing", "revised to", "→", "completed",
        "45382", "within", "6 months", "&amp;", "<p>", "\u00ad", "Lead:", "Head of Housing", "will", "the", "review",
        "Green", "was", "A", "a)", "b)", "\n", "●", "deadline", ".", ";", "Police", "Support:", "14/12/23:",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=9).map(" ".join))
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def is_written(day: dt.date, text: str) -> bool:
    """Whether the year, or a year of the financial year, and the month or the quarter of a date stand in its text."""
    low = text.lower()
    has_year = str(day.year)[-2:] in low or str(day.year - 1)[-2:] in low
    has_month = MONTHS[day.month - 1] in low or str(day.month) in low or "q" in low or "20" in low or "fy" in low
    return has_year and has_month


@settings(deadline=None)
@given(TEXTS)
def test_dates_never_raise_never_lose_and_never_invent(text):
    for date in read_target_dates(text.split("\n")):
        assert date.as_written in text
        if date.on is not None:
            assert date.kind in KINDS_THAT_FALL_DUE | {DateKind.START}
            assert any(is_written(date.on - dt.timedelta(days=back), text) for back in (0, 6))
    for date in read_target_dates(text.split("\n"), period=YEAR):
        assert date.as_written in text
        read_without = {each.on for each in read_target_dates(text.split("\n"))}
        if date.on is not None and date.on not in read_without:
            assert YEAR[0] <= date.on <= YEAR[1] or is_written(date.on, text)
            assert unread_dates([date]), "a date of the plan's year is flagged"


@settings(deadline=None)
@given(TEXTS, st.one_of(st.none(), st.from_regex(r"[0-9A-F]{6}", fullmatch=True)))
def test_rag_never_raises_and_keeps_its_words(text, fill):
    key = read_key([[("C = complete, G = on track, Blue = in progress", None)]])
    for stated in (read_rag(text, fill), read_rag(text, fill, key)):
        assert stated.rag in Rag
        assert stated.as_written == text or not text
        if stated.rag is not Rag.NOT_STATED and not fill:
            assert text
    assert read_key([[(text, fill), ("Green", None)], [("", fill)]]) is None or text


@settings(deadline=None)
@given(TEXTS)
def test_cleaning_a_text_twice_changes_nothing_more(text):
    assert without_tags(without_tags(text)) == without_tags(text)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", without_tags(text).lower())


@settings(deadline=None)
@given(
    st.lists(TEXTS, max_size=4),
    st.lists(st.sampled_from(["Q1 update", "Progress", "June 2025", "Comments"]), min_size=4),
)
def test_progress_never_loses_a_word(texts, headings):
    columns = [(heading, lines_of(cell(text))) for heading, text in zip(headings, texts, strict=False)]
    progress, notes = read_progress(columns, YEAR)
    said = [*words("\n".join([progress, *(note.note for note in notes)])), "n", "a", "na", "none", "nil"]
    for _, lines in columns:
        for line in lines:
            assert all(word in said for word in words(line.text))
    days = [note.made_on for note in notes if note.made_on]
    assert days == sorted(days)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=8, max_size=8), st.sampled_from([None, YEAR]))
def test_row_never_raises_and_never_loses_a_word(texts, period):
    fields = (
        (Field.OWNER, "Owner"), (Field.TARGET_DATE, "Due"), (Field.START_DATE, "Start"), (Field.RESOURCES, "Resources"),
        (Field.PROGRESS, "Q1 update"), (Field.COMPLETED, "Completed on"), (Field.RAG, "Q1 RAG"), (Field.RAG, "RAG"),
    )  # fmt: skip
    columns = [
        (each, heading, cell(text, at)) for at, ((each, heading), text) in enumerate(zip(fields, texts, strict=True), 1)
    ]
    made = understood(*columns, period=period)
    action = made.actions[0] if made.actions else ActionDraft()
    said = " ".join(
        [
            action.owners_as_written, action.resources, action.progress, action.rag_as_written, *action.flags,
            *(f"{note.heading} {note.note} {note.rag_as_written}" for note in action.progress_notes),
            *(date.as_written for date in action.target_dates), *(remark.text for remark in made.remarks),
        ]
    )  # fmt: skip
    known = set(words(said)) | {"and"}  # the "and" between two dates stands in neither
    known |= {"n", "a", "na", "none", "nil"}  # "N/A" in an update column is no note
    for _, _, one in columns:
        for line in lines_of(one):
            assert set(words(line.text)) <= known


@settings(deadline=None)
@given(TEXTS)
def test_guesses_never_raise_and_stand_in_the_text(text):
    action = ActionDraft(text=text)
    guess(action, False, False)
    assert action.text == text
    for date in action.target_dates:
        assert date.as_written in text
        assert date.on is not None
    for owner in action.owners:
        assert owner.is_guess


@pytest.mark.parametrize(
    "piece",
    [
        "14/12/23: done\n", "by March 2025 ", "Lead: HR, ", "Green / ", "<p &amp; ", "- ", "a) ", "The Head of ",
        "Q1 G, ",
        "March and ", "(", "1", " ", "was red ",
    ],
)  # fmt: skip
def test_text_eight_times_as_long_takes_eight_times_the_work(piece):
    def work(text: str) -> None:
        lines = [Line(line) for line in without_tags(text).split("\n")]
        read_progress([("Progress", lines)], YEAR)
        read_rag(text, None)
        read_target_dates([line.text for line in lines], period=YEAR)
        read_owners([line.text for line in lines])
        split_letters(lines)
        read_key([[(text, None)]])
        guess(ActionDraft(text=text), False, False)

    assert grows_in_step(work, piece * 100, piece * 800, times=8)

"""The smaller rooms of the understanding: dates, owners, RAG, letters."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.rules import KINDS_THAT_FALL_DUE, DateKind, Rag
from plans.understanding.dates import dates_named, read_date, read_target_dates
from plans.understanding.owners import read_owners, read_partners
from plans.understanding.rag import rag_from_fill, rag_from_text
from plans.understanding.rows import find_recommendation, pointer_target, split_letters
from plans.understanding.words import Line, is_nonsense, share_repeated

# Target dates


@pytest.mark.parametrize(
    ("written", "kind", "on"),
    [
        ("March 2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("03/2024", DateKind.FIXED, dt.date(2024, 3, 31)),
        ("February 2024", DateKind.FIXED, dt.date(2024, 2, 29)),
        ("September 2024.", DateKind.FIXED, dt.date(2024, 9, 30)),
        ("Sept 2024", DateKind.FIXED, dt.date(2024, 9, 30)),
        ("Mar-25", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("14/12/23", DateKind.FIXED, dt.date(2023, 12, 14)),
        ("31.03.2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("2025-03-31", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("by 31st March 2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("end of March 2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("End of 2025", DateKind.FIXED, dt.date(2025, 12, 31)),
        ("Q1 2024/25", DateKind.FIXED, dt.date(2024, 6, 30)),
        ("Q4 2024/25", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("April 2024 – March 2025", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("On going", DateKind.ONGOING, None),
        ("Ongoing – regular sessions planned through the year", DateKind.ONGOING, None),
        ("Ongoing, last newsletter November 2024", DateKind.ONGOING, None),
        ("Programme already in place, to be continued", DateKind.ONGOING, None),
        ("March 2016 and annual review", DateKind.RECURRING, dt.date(2016, 3, 31)),
        ("Annually and Ongoing", DateKind.RECURRING, None),
        ("Annual update of the register", DateKind.RECURRING, None),
        ("With the unit for governors, but annually", DateKind.RECURRING, None),
        ("Quarterly from April 2024", DateKind.RECURRING, None),
        ("With effect from 1st January 2016", DateKind.START, dt.date(2016, 1, 1)),
        ("From January 2016 and ongoing", DateKind.START, dt.date(2016, 1, 1)),
        ("Start of the summer term 2016", DateKind.TERM, None),
        ("When resources allow", DateKind.CONDITIONAL, None),
        ("The board to consider when the list is available", DateKind.CONDITIONAL, None),
        ("As resources are available", DateKind.CONDITIONAL, None),
        ("See 9 above", DateKind.CROSS_REFERENCE, None),
        ("tbc", DateKind.TO_BE_CONFIRMED, None),
        ("To be confirmed", DateKind.TO_BE_CONFIRMED, None),
        ("Follow the programme of the board", DateKind.UNREADABLE, None),
        ("31/02/2024", DateKind.UNREADABLE, None),
        ("13/2024", DateKind.UNREADABLE, None),
        ("March 25", DateKind.UNREADABLE, None),
        ("March", DateKind.UNREADABLE, None),
        ("2025", DateKind.UNREADABLE, None),
        ("2024/25", DateKind.FIXED, dt.date(2025, 3, 31)),
        ("Q1 2024", DateKind.UNREADABLE, None),
        ("Spring 2025", DateKind.UNREADABLE, None),
    ],
)
def test_target_date_has_its_kind_and_day(written, kind, on):
    (date,) = read_target_dates([written])
    assert (date.as_written, date.kind, date.on) == (written, kind, on)


@pytest.mark.parametrize(
    ("written", "scope"),
    [
        ("Halls and schools by March 2016", "Halls and schools"),
        ("January 2016 for the first draft.", "the first draft"),
        ("January 2016 to tell partners", "to tell partners"),
        ("12 March 2024 (policy)", "policy"),
        ("by end of March 2025", ""),
    ],
)
def test_target_date_says_what_it_is_for(written, scope):
    assert read_target_dates([written])[0].scope == scope


def test_several_dates_in_a_cell_are_several_dates():
    assert [date.on for date in read_target_dates(["March 2024 and September 2024", "", "–", "1 May 2025"])] == [
        dt.date(2024, 3, 31),
        dt.date(2024, 9, 30),
        dt.date(2025, 5, 1),
    ]


def test_days_come_first_and_a_cover_date_must_be_one():
    assert read_date("1/4/2024") == dt.date(2024, 4, 1)
    assert read_date("12/31/2024") is None
    assert read_date("March 2024 or May 2024") is None


PIECES = st.sampled_from(
    ["March", "Mar", "2024", "24", "31", "31/02/2024", "03/2024", "/", "-", "–", "from", "by", "ongoing", "annually",
     "and", "term", "summer", "see", "above", "Q2", "2024/25", "when", "available", "tbc", "(", "1st", "'25",
     "0/0/0", "99/99/9999"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=7).map(" ".join)))
def test_dates_never_raise_never_lose_and_never_invent(text):
    for date in read_target_dates(text.split("\n")):
        assert date.as_written in text
        assert date.kind in DateKind
        if date.on is not None:
            assert date.kind in KINDS_THAT_FALL_DUE | {DateKind.START}
            assert str(date.on.year)[-2:] in text or str(date.on.year - 1)[-2:] in text, "the year is written there"
    for words, first, last in dates_named(text):
        assert words in text
        assert first <= last


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2079, 12, 31)))
def test_every_day_is_read_in_every_usual_form(day):
    for form in (f"{day:%d/%m/%Y}", f"{day:%d/%m/%y}", f"{day.day} {day:%B %Y}", f"{day:%d-%b-%y}", day.isoformat()):
        (date,) = read_target_dates([form])
        assert (date.kind, date.on) == (DateKind.FIXED, day)


# Owners


@pytest.mark.parametrize(
    ("written", "owners"),
    [
        (
            "Ada Moor (Director) & Sam Field (Communities & Safeguarding Manager)",
            [("person", "Ada Moor", "Director"), ("person", "Sam Field", "Communities & Safeguarding Manager")],
        ),
        (
            "Kit Lowe – County Prevent lead and Lyn Dale -D&B lead",
            [("person", "Kit Lowe", "County Prevent lead"), ("person", "Lyn Dale", "D&B lead")],
        ),
        ("Kit Lowe/ ICT Team", [("person", "Kit Lowe", ""), ("post", "", "ICT Team")]),
        (
            "Ada Moor, Bo Tree and Cy Low",
            [("person", "Ada Moor", ""), ("person", "Bo Tree", ""), ("person", "Cy Low", "")],
        ),
        ("Ada Moor, Head of Housing", [("person", "Ada Moor", "Head of Housing")]),
        ("Head of Legal, Governance and HR", [("post", "", "Head of Legal, Governance and HR")]),
        ("Market and Events Manager", [("post", "", "Market and Events Manager")]),
        ("Fenshire", [("body", "Fenshire", "")]),
        ("FNR/Channel Panel", [("body", "FNR", ""), ("body", "Channel Panel", "")]),
        ("Human Resources", [("post", "", "Human Resources")]),
        ("N/A", []),
        ("tbc", []),
    ],
)
def test_owners_are_people_posts_and_bodies(written, owners):
    assert [(owner.kind, owner.name, owner.post) for owner in read_owners([written])] == owners


def test_who_leads_is_taken_only_from_words():
    assert [owner.is_lead for owner in read_owners(["Lead: Ada Moor", "Sam Field (lead)", "Prevent Lead"])] == [
        True,
        True,
        False,
    ]


def test_an_owner_named_twice_counts_once_and_partners_are_not_cut_at_and():
    assert len(read_owners(["Ada Moor", "Ada Moor"])) == 1
    assert read_partners(["Library, Sport and Leisure", "Police.", "", "Police"]) == [
        "Library, Sport and Leisure",
        "Police",
    ]


@given(st.text(max_size=100))
def test_owners_never_raise_and_always_have_a_name_or_a_post(text):
    for owner in read_owners(text.split("\n")):
        assert owner.name or owner.post
        assert owner.kind in {"person", "post", "body"}


# RAG


@pytest.mark.parametrize(
    ("text", "rag"),
    [
        ("G", Rag.GREEN),
        ("green", Rag.GREEN),
        ("On track", Rag.GREEN),
        ("Green – complete", Rag.GREEN),
        ("A", Rag.AMBER),
        ("Some slippage/risk", Rag.AMBER),
        ("RAG: Red", Rag.RED),
        ("R - overdue", Rag.RED),
        ("Completed June 2024", Rag.BLUE),
        ("🟢", Rag.GREEN),
        ("", None),
        ("Amber/Green", None),
        ("Not complete", None),
        ("In progress", None),
        ("Ready for review", None),
    ],
)
def test_rag_words(text, rag):
    assert rag_from_text(text) is rag


@pytest.mark.parametrize(
    ("fills", "rag"),
    [
        ("00B050 92D050 C6EFCE E2EFDA EBF1DE 008000", Rag.GREEN),
        ("FFC000 FFFF00 FFEB9C ED7D31", Rag.AMBER),
        ("FF0000 C00000 FFC7CE", Rag.RED),
        ("0070C0 00B0F0 0000FF", Rag.BLUE),
        ("FFFFFF D9D9D9 000000 F2F2F2 DCE6F1 DDEBF7 C4BD97 00FFFF 7030A0", None),
    ],
)
def test_rag_shading(fills, rag):
    assert {rag_from_fill(fill) for fill in fills.split()} == {rag}
    assert rag_from_fill(None) is None


@given(st.text(max_size=40), st.from_regex(r"[0-9A-F]{6}", fullmatch=True))
def test_rag_never_raises(text, fill):
    assert rag_from_text(text) in (None, *Rag)
    assert rag_from_fill(fill) in (None, *Rag)


# Words


def test_letters_count_from_a_or_go_on_in_the_section():
    assert split_letters([Line("g) one"), Line("h) two")])[1] == []
    assert [letter for letter, _ in split_letters([Line("h) two")], "g")[1]] == ["h"]
    assert [letter for letter, _ in split_letters([Line("one", "a)"), Line("two", "b)")])[1]] == ["a", "b"]


def test_pointers_lead_to_a_plan_or_another_row():
    assert pointer_target("See FCC Delivery Plan") == "FCC Delivery Plan"
    assert pointer_target("See 9 above") == "9 above"
    assert pointer_target("See that staff are trained") is None


def test_recommendation_is_found_with_its_exercise():
    found = find_recommendation("Implement the 2023-24 assurance recommendation (#2 of 3) on training")
    assert (found.exercise, found.number, found.total, found.text) == ("2023-24 assurance", 2, 3, "#2 of 3")
    assert find_recommendation("training, 2 of 3 modules") is None


def test_nonsense_has_no_word_that_the_document_uses():
    assert is_nonsense("oulia ranta orchis", frozenset({"policy"}))
    assert not is_nonsense("oulia policy", frozenset({"policy"}))
    assert not is_nonsense("Induction", frozenset())


def test_share_repeated_is_by_runs_of_words():
    assert share_repeated("one two three four", "zero one two three four five") == 1
    assert share_repeated("four three two one", "one two three four") == 0
    assert share_repeated("one", "one") == 0

"""What the letters, codes and other colours of a council's own colour key mean."""

import re

import pytest

from plans.rules import Rag
from plans.understanding.rag import RagKey, read_key, read_rag


def key_of(*rows: list[tuple[str, str | None]]) -> RagKey:
    key = read_key(rows)
    assert key is not None
    return key


PURPLE_IN_WORDS = [("Key: Purple = complete; Green = on track; Amber = some slippage; Red = off track", None)]
PURPLE_AS_SAMPLE = [("", "7030A0"), ("Complete", None), ("", "00B050"), ("On track", None)]
PURPLE_ALONE = [("Key: Purple = complete", None)]


@pytest.mark.parametrize("row", [PURPLE_IN_WORDS, PURPLE_AS_SAMPLE, PURPLE_ALONE])
@pytest.mark.parametrize("text", ["P", "p", "P - signed off"])
def test_a_letter_is_the_only_colour_of_the_key_that_it_begins(row, text):
    assert read_rag(text, None, key_of(row)).rag is Rag.BLUE


def test_a_colour_is_the_keys_letter_that_begins_it():
    key = key_of([("P = complete, G = on track, B = off track", None)])
    assert [read_rag(text, fill, key).rag for text, fill in (("Purple", None), ("", "7030A0"))] == [Rag.BLUE] * 2
    assert read_rag("Black", None, key).rag is Rag.NOT_STATED, "B is blue's letter too"


def test_a_letter_that_begins_two_colours_of_the_key_is_none():
    key = key_of([("Purple = complete, Pink = off track, Green = on track", None)])
    assert read_rag("P", None, key).rag is Rag.NOT_STATED


@pytest.mark.parametrize(
    "rows",
    [
        [[("Key: Black = not started, Green = on track, Red = off track", None)]],
        [[("", "000000"), ("Not started", None), ("", "00B050"), ("On track", None), ("", "FF0000"),
          ("Off track", None)]],
    ],
)  # fmt: skip
def test_b_is_black_and_not_complete_where_the_key_has_black_and_no_blue(rows):
    stated = read_rag("B", None, key_of(*rows))
    assert stated.rag is Rag.NOT_STATED
    assert re.search("means “[Nn]ot started”", stated.flags[0])


@pytest.mark.parametrize(
    "rows",
    [
        [[("Grey = not started, Green = on track, Black = off track, Blue = complete", None)]],
        [[("", "A6A6A6"), ("Not started", None), ("", "00B050"), ("On track", None), ("", "0070C0"), ("Complete", None),
          ("", "000000"), ("Off track", None)]],
    ],
)  # fmt: skip
def test_g_and_b_are_green_and_blue_where_the_key_has_them(rows):
    key = key_of(*rows)
    assert [read_rag(text, None, key).rag for text in ("G", "B")] == [Rag.GREEN, Rag.BLUE]


@pytest.mark.parametrize(
    "rows",
    [
        [[("RAG key: NS = not started, CP = complete, OT = on track, D = delayed", None)]],
        [[("Key", None)], [("NS", None), ("Not started", None)], [("CP", None), ("Complete", None)],
         [("OT", None), ("On track", None)], [("D", None), ("Delayed", None)]],
    ],
)  # fmt: skip
def test_codes_mean_what_a_headed_key_says(rows):
    key = key_of(*rows)
    wanted = {"CP": Rag.BLUE, "OT": Rag.GREEN, "D": Rag.AMBER, "NS": Rag.NOT_STATED}
    assert {text: read_rag(text, None, key).rag for text in wanted} == wanted


@pytest.mark.parametrize(
    "rows",
    [
        [[("OT", None), ("On track", None)], [("CP", None), ("Complete", None)]],
        [[("Key", None)], [("PSG", None), ("Prevent steering group", None)], [("OT", None), ("On track", None)]],
        [[("Purple = complete", None)]],
        [[("Status: Green - on track", None)]],
        [[("Key: Purple = the county's own actions", None)]],
    ],
)
def test_codes_without_heading_and_a_single_colour_that_might_be_a_status_are_no_key(rows):
    assert read_key(rows) is None

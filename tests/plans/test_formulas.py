"""Formulas whose results a workbook does not have: nothing is made up of the rest of the row."""

import io

from openpyxl import Workbook

from plans.understanding import understand_plan
from prevent_portal.tables_in import read_document

HEADINGS = ["Ref", "Objective", "Action", "Owner", "Target date", "Progress"]


def understood(*rows):
    workbook = Workbook()
    for each in (HEADINGS, *rows):
        workbook.active.append(each)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return understand_plan(read_document(buffer.getvalue(), "plan.xlsx"))


def test_a_row_whose_action_is_a_formula_without_a_result_is_set_aside_with_what_to_do():
    draft = understood(
        ["1", "=Other!A1", "=Other!B1", "=Other!C1", "June 2026", ""],
        ["2", "Clear leadership", "Review the terms of reference", "Prevent lead", "March 2027", ""],
    )
    assert [action.text for action in draft.actions] == ["Review the terms of reference"]
    (aside,) = draft.quarantined
    assert aside.row == 2
    assert "formula without a stored result (Objective, Action, Owner)" in aside.reason
    assert "save it to store the results" in aside.reason
    assert aside.text == "1 | June 2026"
    assert [section.title for section in draft.sections] == ["Actions"]


def test_a_row_is_read_where_only_its_progress_is_such_a_formula_and_the_gap_is_set_aside():
    draft = understood(["1", "Clear leadership", "Review the terms", "Prevent lead", "March 2027", "=Other!D1"])
    assert [action.text for action in draft.actions] == ["Review the terms"]
    (aside,) = draft.quarantined
    assert "(Progress)" in aside.reason

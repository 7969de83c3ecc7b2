"""Cells go out so that a spreadsheet runs nothing, and come back as they were."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.standards import csvfile

tricky = st.text(st.sampled_from("=+-@\t\r\n'\",; aé\u200f😀"), max_size=8)


@given(st.lists(st.tuples(tricky, tricky), max_size=5))
def test_any_cell_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    content = b"".join(csvfile.lines([("first", "second"), *rows]))
    read = [
        tuple(cells.values())
        for _, cells in csvfile.Rows(io.BytesIO(content))
        if not isinstance(cells, csvfile.BadLine)
    ]
    assert read == rows


@given(tricky)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    content = b"".join(csvfile.lines([(cell, "")])).decode()
    written = next(csv.reader(io.StringIO(content, newline="")))[0]
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''-1"])
def test_a_formula_gets_one_apostrophe_that_reading_takes_away(cell: str) -> None:
    assert csvfile.quoted(cell) == "'" + cell
    assert csvfile.unquoted(csvfile.quoted(cell)) == cell


@pytest.mark.parametrize("cell", ["", "plain", "'quoted'", "a=b", " =1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert csvfile.quoted(cell) == cell == csvfile.unquoted(cell)


def test_a_row_is_told_by_the_line_on_which_it_begins() -> None:
    content = b'\xef\xbb\xbfa,b\r\n1,"two\r\nlines"\r\n\r\n3\r\n4,5\n'
    rows = list(csvfile.Rows(io.BytesIO(content)))
    assert [line for line, _ in rows] == [2, 5, 6]
    assert rows[0][1] == {"a": "1", "b": "two\r\nlines"}
    assert isinstance(rows[1][1], csvfile.BadLine)

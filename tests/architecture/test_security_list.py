"""docs/security.md answers every requirement of ASVS 5.0, levels 1 and 2, and the tests that it names exist."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from config.env import PROJECT

SECURITY = (PROJECT / "docs" / "security.md").read_text(encoding="utf-8")

# Section to requirement numbers of level 1 or 2 in version 5.0.0.
REQUIRED = {
    "1.1": "1 2",
    "1.2": "1 2 3 4 5 6 7 8 9",
    "1.3": "1 2 3 4 5 6 7 8 9 10 11",
    "1.4": "1 2 3",
    "1.5": "1 2",
    "2.1": "1 2 3",
    "2.2": "1 2 3",
    "2.3": "1 2 3 4",
    "2.4": "1",
    "3.2": "1 2",
    "3.3": "1 2 3 4",
    "3.4": "1 2 3 4 5 6",
    "3.5": "1 2 3 4 5",
    "3.7": "1 2",
    "4.1": "1 2 3",
    "4.2": "1",
    "4.3": "1 2",
    "4.4": "1 2 3 4",
    "5.1": "1",
    "5.2": "1 2 3",
    "5.3": "1 2",
    "5.4": "1 2 3",
    "6.1": "1 2 3",
    "6.2": "1 2 3 4 5 6 7 8 9 10 11 12",
    "6.3": "1 2 3 4",
    "6.4": "1 2 3 4",
    "6.5": "1 2 3 4 5",
    "6.6": "1 2 3",
    "6.8": "1 2 3 4",
    "7.1": "1 2 3",
    "7.2": "1 2 3 4",
    "7.3": "1 2",
    "7.4": "1 2 3 4 5",
    "7.5": "1 2",
    "7.6": "1 2",
    "8.1": "1 2",
    "8.2": "1 2 3",
    "8.3": "1",
    "8.4": "1",
    "9.1": "1 2 3",
    "9.2": "1 2 3 4",
    "10.1": "1 2",
    "10.2": "1 2",
    "10.3": "1 2 3 4",
    "10.4": "1 2 3 4 5 6 7 8 9 10 11",
    "10.5": "1 2 3 4 5",
    "10.6": "1 2",
    "10.7": "1 2 3",
    "11.1": "1 2",
    "11.2": "1 2 3",
    "11.3": "1 2 3",
    "11.4": "1 2 3 4",
    "11.5": "1",
    "11.6": "1",
    "12.1": "1 2 3",
    "12.2": "1 2",
    "12.3": "1 2 3 4",
    "13.1": "1",
    "13.2": "1 2 3 4 5",
    "13.3": "1 2",
    "13.4": "1 2 3 4 5",
    "14.1": "1 2",
    "14.2": "1 2 3 4",
    "14.3": "1 2 3",
    "15.1": "1 2 3",
    "15.2": "1 2 3",
    "15.3": "1 2 3 4 5 6 7",
    "16.1": "1",
    "16.2": "1 2 3 4 5",
    "16.3": "1 2 3 4",
    "16.4": "1 2 3",
    "16.5": "1 2 3",
    "17.1": "1",
    "17.2": "1 2 3 4",
    "17.3": "1 2",
}
ANSWERS = ("**Documented**: ", "**Operator**: ", "**Does not apply**: ", "**Open**: ")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def required() -> list[tuple[int, ...]]:
    found = [f"{section}.{number}" for section, numbers in REQUIRED.items() for number in numbers.split()]
    return sorted(as_number(text) for text in found)


def as_number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def rows() -> list[tuple[str, str, str]]:
    """Number or range, title and answer of each line of the list."""
    return re.findall(r"^\| (\d+\.\d+\.\d+(?:–\d+\.\d+\.\d+)?) \| ([^|]+) \| ([^|]+) \|$", SECURITY, re.MULTILINE)


def numbers_of(place: str) -> list[tuple[int, ...]]:
    first, _dash, last = place.partition("–")
    low, high = as_number(first), as_number(last or first)
    return [number for number in required() if low <= number <= high]


@cache
def names_in(path: str) -> frozenset[str]:
    file = PROJECT / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_the_list_of_requirements_is_whole() -> None:
    assert len(required()) == 253
    assert {number[0] for number in required()} == set(range(1, 18))


def test_every_requirement_is_answered_once() -> None:
    answered = [number for place, _title, _answer in rows() for number in numbers_of(place)]
    assert sorted(answered) == required()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_an_answer_is_a_test_that_exists_or_says_what_it_is(row: tuple[str, str, str]) -> None:
    _place, title, answer = row
    named = TEST.findall(answer)
    assert named or answer.startswith(ANSWERS), title
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_what_is_open_is_said_again_at_the_end() -> None:
    still = {place for place, _title, answer in rows() if answer.startswith("**Open**")}
    assert still == set(re.findall(r"^- \*\*([\d.]+)\*\*", SECURITY, re.MULTILINE))

"""Times, dates and names in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from common import phrases

NOW = datetime(2026, 8, 20, 14, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en-gb"):
        yield


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=59), "Due now"),
        (timedelta(minutes=1), "Due in 1 minute"),
        (timedelta(minutes=59, seconds=59), "Due in 59 minutes"),
        (timedelta(hours=19, minutes=30), "Due in 19 hours"),
        (timedelta(hours=47), "Due in 47 hours"),
        (timedelta(hours=48), "Due in 2 days"),
        (timedelta(days=90), "Due in 90 days"),
        (timedelta(days=365), "Due in 12 months"),
        (timedelta(days=800), "Due in 2 years"),
        (timedelta(0), "Due now"),
        (-timedelta(seconds=30), "Due now"),
        (-timedelta(hours=26), "Overdue by 1 day"),
        (-timedelta(minutes=90), "Overdue by 1 hour"),
    ],
)
def test_a_due_phrase_says_how_long_in_one_unit(left: timedelta, words: str) -> None:
    assert phrases.due(NOW + left, NOW) == words


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=20), "20 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=119), "119 days ago"),
        (timedelta(days=120), "4 months ago"),
    ],
)
def test_ago_says_how_long_before_now(passed: timedelta, words: str) -> None:
    assert phrases.ago(NOW - passed, NOW) == words


def test_a_moment_in_the_future_is_never_said_to_be_ago() -> None:
    assert phrases.ago(NOW + timedelta(hours=2), NOW) == "just now"


def test_a_length_shorter_than_a_minute_is_said_so() -> None:
    assert phrases.duration(timedelta(seconds=3)) == "less than a minute"
    assert phrases.duration(timedelta(days=16)) == "16 days"


def test_the_first_calendar_day_of_the_exercise_is_day_1() -> None:
    start = datetime(2026, 8, 18, 22, 0, tzinfo=UTC)
    assert phrases.exercise_day(start, start) == "Day 1, 22:00 (exercise)"
    assert phrases.exercise_day(NOW, start) == "Day 3, 14:20 (exercise)"


def test_the_day_of_the_exercise_turns_at_midnight_of_the_zone() -> None:
    start = datetime(2026, 8, 18, 12, 0, tzinfo=UTC)
    late = datetime(2026, 8, 18, 23, 30, tzinfo=UTC)
    assert phrases.exercise_day(late, start) == "Day 1, 23:30 (exercise)"
    assert phrases.exercise_day(late, start, "Africa/Lagos") == "Day 2, 00:30 (exercise)"


@pytest.mark.parametrize("language", ["en-gb", "fr", "ar"])
def test_a_date_has_its_month_in_words(language: str) -> None:
    with translation.override(language):
        words = phrases.long_date(date(2026, 8, 20))
    assert {"en-gb": "20 August 2026", "fr": "20 août 2026", "ar": "20 أغسطس 2026"}[language] == words


def test_a_moment_is_dated_in_the_zone_of_its_country() -> None:
    late = datetime(2026, 8, 20, 23, 30, tzinfo=UTC)
    assert phrases.long_date(late, "Africa/Lagos") == "21 August 2026"
    assert phrases.long_moment(late, "Africa/Lagos") == "21 August 2026, 00:30"


def test_isolated_text_stands_between_its_marks() -> None:
    assert phrases.isolate("Tunisia") == "\u2068Tunisia\u2069"

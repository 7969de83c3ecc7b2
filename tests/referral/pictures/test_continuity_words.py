from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from referral.pictures.continuity_words import EntryState, continuity_list, continuity_sentence, period_words
from referral.pictures.facts import Continuity, CoverStretch, Episode, Mark, MarkKind
from tests.referral.pictures.histories import NAMES, day, five_countries, nothing_yet, one_night, there_and_back


def covered(*stretches: CoverStretch, days: int = 10) -> str:
    return continuity_sentence(
        Continuity(NAMES, day(3, 1) + timedelta(days=days), [Episode("NE", day(3, 1))], cover=stretches)
    )


def test_the_sentence_counts_days_and_gaps_and_places_the_longest_between_two_countries() -> None:
    assert continuity_sentence(five_countries()) == (
        "Covered on 210 of 231 days (91\u00a0%). There were 2 gaps; the longest was 16 days, between Mali and Tunisia."
    )


def test_a_short_history_is_counted_in_hours_and_a_gap_inside_one_country_is_placed_in_it() -> None:
    assert continuity_sentence(one_night()) == (
        "Covered for 25 of 30 hours (83\u00a0%). There was 1 gap; it lasted 5 hours, in Niger."
    )


def test_a_gap_that_lasts_until_now_is_said_last() -> None:
    assert continuity_sentence(there_and_back()).endswith("Not covered now, for 24 days so far.")


def test_a_whole_time_is_called_whole() -> None:
    assert covered(CoverStretch(day(3, 1), None, True)) == "Covered on all 10 days."


def test_a_gap_too_short_to_cost_a_day_still_takes_the_last_percent() -> None:
    sentence = covered(
        CoverStretch(day(3, 1), day(3, 2), True),
        CoverStretch(day(3, 2), day(3, 2) + timedelta(minutes=40), False),
        CoverStretch(day(3, 2) + timedelta(minutes=40), None, True),
    )
    assert sentence.startswith("Covered on 10 of 10 days (99\u00a0%). There was 1 gap; it lasted 40 minutes")


def test_nobody_covered_is_none_of_the_days() -> None:
    assert covered(CoverStretch(day(3, 1), None, False)).startswith("Covered on 0 of 10 days (0\u00a0%).")


def test_neighbouring_stretches_without_cover_are_one_gap_with_both_reasons() -> None:
    history = Continuity(
        NAMES,
        day(3, 11),
        [Episode("NE", day(3, 1))],
        cover=[
            CoverStretch(day(3, 4), day(3, 6), False, "Missing."),
            CoverStretch(day(3, 1), day(3, 4), False, "No safe place."),
            CoverStretch(day(3, 6), None, True),
        ],
    )
    (gap,) = history.gaps()
    assert gap.length == timedelta(days=5)
    assert gap.whys == ("No safe place.", "Missing.")
    assert not gap.is_open


def test_nothing_recorded_is_said_plainly() -> None:
    assert continuity_sentence(nothing_yet()) == "Nothing is recorded yet about where the person was covered."


def test_the_list_tells_every_fact_in_order_of_time() -> None:
    entries = continuity_list(five_countries())
    assert [(entry.state, entry.title) for entry in entries] == [
        (EntryState.DONE, "Gambia answered for the person"),
        (EntryState.DONE, "Mali answered for the person"),
        (EntryState.GAP, "16 days not covered"),
        (EntryState.DECLINED, "Tunisia declined: no capacity"),
        (EntryState.DONE, "Tunisia answered for the person"),
        (EntryState.DONE, "Italy answered for the person"),
        (EntryState.GAP, "5 days not covered"),
        (EntryState.DONE, "Germany answers for the person"),
    ]
    assert entries[1].when == "28 March 2026 to 22 May 2026"
    assert entries[1].services == ("Shelter", "Medical care", "Documents")
    assert entries[1].sentences == ("Handed over by Gambia, sent on 24 March 2026.",)
    assert entries[2].sentences == ("No safe place tonight.",)
    assert entries[-1].when == "Since 20 September 2026"


def test_an_offer_without_an_answer_stands_open_in_the_list() -> None:
    entry = continuity_list(one_night())[-1]
    assert (entry.state, entry.title, entry.when) == (EntryState.OPEN, "Waiting for Nigeria", "Not answered yet")
    assert entry.sentences == ("Sent on 20 August 2026, 20:00.",)


def test_an_end_that_is_no_refusal_is_named_so() -> None:
    assert "Offer to Sweden ended: the person chose to stay" in [e.title for e in continuity_list(there_and_back())]


def test_an_arrival_that_opens_no_episode_keeps_its_own_entry() -> None:
    history = replace(five_countries(), marks=[Mark(MarkKind.RECEIVED, day(4, 2), "GM", "ML")])
    assert "Mali confirmed the arrival" in [entry.title for entry in continuity_list(history)]


def test_a_period_within_one_day_names_the_day_once() -> None:
    assert period_words(day(4, 2, 8), day(4, 2, 12), five_countries()) == "2 April 2026"


def test_what_lies_ahead_is_neither_counted_nor_listed() -> None:
    history = replace(five_countries(), now=day(4, 30))
    assert continuity_sentence(history) == "Covered on all 58 days."
    assert [entry.title for entry in continuity_list(history)] == [
        "Gambia answered for the person",
        "Mali answers for the person",
    ]


@pytest.mark.parametrize("language", ["en-gb", "fr", "ar"])
def test_names_are_isolated_where_text_runs_from_right_to_left(language: str) -> None:
    with translation.override(language):
        assert ("\u2068Mali\u2069" in continuity_sentence(five_countries())) is (language == "ar")

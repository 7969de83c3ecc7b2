from __future__ import annotations

import pytest

from referral.age_band import AgeBand, band_of


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (18, 24, AgeBand.YOUNG),
        (28, 33, AgeBand.MIDDLE),
        (40, None, AgeBand.OLDER),
        (60, 90, AgeBand.OLD),
        (None, None, AgeBand.ADULT),
    ],
)
def test_an_adult_stands_in_the_band_of_the_middle_of_the_range(
    low: int | None, high: int | None, band: AgeBand
) -> None:
    assert band_of(low, high, child=False) is band


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [(8, 11, AgeBand.UNDER_12), (16, 19, AgeBand.UNDER_18), (None, None, AgeBand.CHILD), (19, 22, AgeBand.CHILD)],
)
def test_who_is_presumed_to_be_a_child_is_asked_for_as_a_child(
    low: int | None, high: int | None, band: AgeBand
) -> None:
    assert band_of(low, high, child=True) is band

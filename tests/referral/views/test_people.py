"""The list of people: search, filters in the address, pages of 25, few queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_case
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_a_person_is_found_by_code_word_and_by_code_however_it_is_typed(scene: Scene) -> None:
    case, other = open_case(scene), open_case(scene)
    word, code = case.person.code_word, case.person.public_code
    seat = Seat(scene, "NG")
    typed = f"{code[:4].lower()} {code[4:].lower()}"
    for text in (word.lower(), code, typed):
        page = seat.text(f"/people/?q={text}")
        assert code in page
        assert other.person.public_code not in page
        assert f'value="{text}"' in page


def test_filters_stand_in_the_address_and_stay_chosen(scene: Scene) -> None:
    safe, lost = open_case(scene), open_case(scene, safe_tonight="no", age_low=15, age_high=16)
    page = Seat(scene, "NG").text("/people/?covered=no&child=yes&answers=now")
    assert lost.person.public_code in page
    assert safe.person.public_code not in page
    assert '<option value="no" selected>Not covered now</option>' in page
    assert "No safe place tonight" in page


def test_nobody_found_says_what_to_do(scene: Scene) -> None:
    open_case(scene)
    assert "Nobody fits" in Seat(scene, "NG").text("/people/?q=zzzz")


def test_a_stub_tells_nothing_and_answers_to_no_filter(scene: Scene) -> None:
    case = open_case(scene, age_low=20, age_high=20)
    advance(scene, ready_draft(scene, case), "received")
    seat = Seat(scene, "NG")
    page = seat.text("/people/")
    assert case.person.code_word in page
    assert "Niger</bdi> answers now" in page
    assert "Woman" not in page
    assert case.person.code_word in seat.text("/people/?answers=before")
    for query in ("covered=yes", "covered=no", "child=no", "child=yes", f"stage={case.stage}"):
        assert case.person.code_word not in seat.text(f"/people/?{query}")


def test_people_of_another_country_are_not_listed(scene: Scene) -> None:
    case = open_case(scene, "NE")
    assert case.person.public_code not in Seat(scene, "NG").text("/people/")


def test_pages_hold_25_and_keep_the_filters(scene: Scene) -> None:
    for _number in range(26):
        make_case(scene.institutions["NG"])
    page = Seat(scene, "NG").text("/people/?answers=now")
    assert page.count("item-who") == 25
    assert "?answers=now&amp;page=2" in page
    assert Seat(scene, "NG").text("/people/?answers=now&page=2").count("item-who") == 1


def test_the_number_of_queries_does_not_grow_with_the_list(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    seat.text("/people/")  # the first request of a session also notes that somebody is there
    counts = []
    for number in (1, 24):
        for _case in range(number):
            make_case(scene.institutions["NG"])
        with CaptureQueriesContext(connection) as asked:
            seat.text("/people/")
        counts.append(len([q for q in asked if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1]
    assert counts[1] <= 12, [q["sql"][:90] for q in asked]

"""A person is found: tonight first, nothing else needed but five answers, the same form sent twice opens one case."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from referral.enums import InstitutionKind, Role
from referral.models import Case, Deadline, Release
from tests.factories import make_institution, make_member, make_user
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, two_countries

pytestmark = pytest.mark.django_db

LEAST = {
    "safe_tonight": "no", "found_by": "border", "languages_0": "ha", "sex": "female", "age_basis": "statement",
    "accompanied": "unknown",
}  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_five_answers_open_a_case_and_the_next_page_says_its_code_word(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    answer = seat.post("/people/new/", **LEAST)
    case = Case.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/people/{case.person.public_code}/opened/"
    page = seat.text(answer["Location"])
    assert case.person.code_word in page
    assert case.person.public_code in page
    assert "Make safe tonight" in page
    assert "Exercise default" in page


def test_the_page_asks_about_tonight_before_anything_else(scene: Scene) -> None:
    page = Seat(scene, "NG").text("/people/new/")
    order = ["Is the person safe tonight?", "immediate danger", "How was the person found?", "Language spoken best",
             "Youngest plausible age", "What did you see or hear?", "What does the person want?", "Invented name"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "treated as a child until a named authority finds otherwise" in page


def test_what_is_missing_is_said_and_what_was_typed_is_kept(scene: Scene) -> None:
    answer = Seat(scene, "NG").post(
        "/people/new/", age_low="20", age_high="10", wishes="To see her sister.", indicators=["debt"]
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not Case.objects.exists()
    assert "<title>Error:" in page
    for sentence in ("Say whether the person is safe tonight", "Choose at least one language", "cannot be below the youngest",
                     "Say what the age rests on", "You ticked what you saw. Say what you think"):  # fmt: skip
        assert sentence in page
    assert "To see her sister." in page
    assert 'value="20"' in page


def test_the_same_form_sent_twice_opens_one_case(scene: Scene) -> None:
    seat, key = Seat(scene, "NG"), str(uuid4())
    first = seat.post("/people/new/", **LEAST, submission=key)
    second = seat.post("/people/new/", **LEAST, submission=key)
    assert Case.objects.count() == 1
    assert first["Location"] == second["Location"]
    assert "Already recorded." in seat.text(second["Location"])


def test_a_presumed_minor_is_seen_at_once_and_child_protection_is_owed_a_notice(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    answer = seat.post("/people/new/", **LEAST, age_low="16", age_high="19")
    page = seat.text(answer["Location"])
    assert "Presumed to be a child" in page
    assert "Tell child protection" in page
    assert Deadline.objects.filter(kind="child_notice").exists()


def test_a_bed_is_typed_in_the_countrys_own_time_and_kept_in_utc(scene: Scene) -> None:
    until = (scene.moment().at + timedelta(days=2)).replace(hour=9, minute=30, second=0, microsecond=0)
    Seat(scene, "NG").post("/people/new/", **LEAST | {"safe_tonight": "yes"}, **moment("bed_until_at", until))
    person = Case.objects.get().person
    assert person.bed_until_at == until


def test_a_bed_in_the_past_is_questioned(scene: Scene) -> None:
    until = scene.moment().at - timedelta(days=1)
    answer = Seat(scene, "NG").post("/people/new/", **LEAST | {"safe_tonight": "yes"}, **moment("bed_until_at", until))
    assert "This moment has passed already" in answer.content.decode()
    assert not Case.objects.exists()


def test_a_telephone_number_in_free_text_is_questioned_and_can_be_said_to_be_invented(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    answer = seat.post("/people/new/", **LEAST, wishes="Call +234 803 123 4567")
    assert "looks like real personal data" in answer.content.decode()
    assert not Case.objects.exists()
    assert seat.post("/people/new/", **LEAST, wishes="Call +234 803 123 4567", invented="on").status_code == 302
    assert Case.objects.count() == 1


def test_whoever_is_in_an_arrival_centre_waits_for_the_way_on(scene: Scene) -> None:
    seat = Seat(scene, "NG")
    assert "is in an arrival centre" in seat.text("/people/new/")
    assert seat.post("/people/new/", **LEAST, in_centre="on").status_code == 302
    owed = Deadline.objects.get(kind="centre")
    assert (owed.owes, owed.due_at - owed.opened_at) == (scene.institutions["NG"], timedelta(hours=72))
    where = f"/people/{owed.case.person.public_code}/whereabouts/"
    page = seat.text("/inbox/")
    assert "Find the way on" in page
    assert f'href="{where}"' in page
    assert seat.post(where, kind="supported_place", country="NG", support_running="on").status_code == 302
    assert "Find the way on" not in seat.text("/inbox/")


def test_a_first_responder_opens_a_case_of_which_the_focal_point_is_told(scene: Scene) -> None:
    border = make_institution(scene.registry, "NG", kind=InstitutionKind.BORDER)
    scene.users["guard"] = make_user()
    make_member(border, Role.FIRST_RESPONDER, user=scene.users["guard"])
    seat = Seat(scene, "guard")
    assert "Second citizenship" not in seat.text("/people/new/")
    answer = seat.post("/people/new/", **LEAST, held_by_security="on")
    case = Case.objects.get()
    assert case.holder == scene.institutions["NG"]
    assert Release.objects.get().held_by == border
    assert "Release" in seat.text(answer["Location"])
    focal = Seat(scene, "NG")
    page = focal.text(f"/people/{case.person.public_code}/")
    assert "Take the case" in page
    assert focal.post(f"/people/{case.person.public_code}/take/").status_code == 302
    case.refresh_from_db()
    assert case.taken_at is not None
    assert seat.get(f"/people/{case.person.public_code}/").status_code == 404


def test_child_protection_cannot_open_a_case_and_is_told_who_can(scene: Scene) -> None:
    answer = Seat(scene, "NG-child").get("/people/new/")
    assert answer.status_code == 403
    assert "Focal point" in answer.content.decode()

from __future__ import annotations

import pytest

from referral.enums import Role
from referral.selectors.audit import Kind
from tests.referral.desks import seat
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    seat(scene, Role.DATA_PROTECTION)
    return scene


def test_the_audit_list_says_who_shared_what_with_whom_and_nothing_of_the_person(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    person = handover.case.person
    Seat(scene, "NG").post(f"/people/{person.public_code}/identity/")
    officer = Seat(scene, Role.DATA_PROTECTION)
    shared = officer.text("/audit/")
    assert handover.reference in shared
    assert scene.institutions["NG"].name in shared
    assert "What the person wants" in shared
    seen = officer.text("/audit/?kind=seen")
    assert person.public_code in seen
    assert "Focal point" in seen
    pages = [officer.text(f"/audit/?kind={kind}") for kind in Kind]
    for hidden in ("To live near her sister.", "Invented Name", person.code_word):
        assert not any(hidden in page for page in (*pages, shared, officer.text("/desk/")))


def test_the_list_is_narrowed_by_day_and_country(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    officer, at = Seat(scene, Role.DATA_PROTECTION), handover.offered_at
    assert at is not None
    day = f"day_day={at.day}&day_month={at.month}&day_year={at.year}"
    other = f"day_day={at.day}&day_month={at.month}&day_year={at.year - 1}"
    assert handover.reference in officer.text(f"/audit/?kind=shared&country=NE&{day}")
    assert handover.reference not in officer.text(f"/audit/?kind=shared&country=IT&{day}")
    assert handover.reference not in officer.text(f"/audit/?kind=shared&{other}")
    assert officer.get("/audit/?kind=nonsense&country=XX&day_day=99").status_code == 200


def test_nobody_else_opens_it(scene: Scene) -> None:
    assert Seat(scene, "NG").get("/audit/").status_code == 403

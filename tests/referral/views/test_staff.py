from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Country
from referral.enums import DeadlineKind, Role
from referral.models import BlockedRecipient, Deadline, Membership, Notice
from tests.factories import code_of, make_member, make_user
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def seat_of(scene: Scene, name: str) -> Membership:
    return Membership.objects.get(user=scene.users[name], institution=scene.institutions[name[:2]])


def test_an_officer_is_absent_and_here_again(scene: Scene) -> None:
    niger = Seat(scene, "NE")
    assert "/staff/" in niger.text("/inbox/")
    assert "Choose how long" in niger.post("/staff/").content.decode()
    assert niger.post("/staff/", minutes="120").status_code == 302
    assert seat_of(scene, "NE").away_until_wall == scene.wall + timedelta(hours=2)
    assert "Your deputy hears at once" in niger.text("/staff/")
    assert niger.post("/staff/back/").status_code == 302
    assert seat_of(scene, "NE").away_until_wall is None


def test_a_colleague_sees_who_is_on_it_and_may_take_over(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    niger, deputy = Seat(scene, "NE"), Seat(scene, "NE-deputy")
    row = Deadline.objects.get(handover=handover, kind=DeadlineKind.DECIDE)
    take, page = f"/deadlines/{code_of('deadline', row.pk)}/take/", f"/handovers/{handover.reference}/"
    assert take in niger.text("/inbox/")
    assert take in niger.text(page)
    assert take not in Seat(scene, "NG").text(page)
    assert niger.post(take, stay="inbox", seen="0")["Location"] == "/inbox/"
    name = scene.users["NE"].email
    for url in ("/inbox/", page):
        assert f"<bdi>{name}</bdi> is on it" in deputy.text(url)
        assert "You are on it" in niger.text(url)
    assert deputy.post(take, seen="0")["Location"] == page
    assert "A colleague has taken this on" in deputy.text(page)
    deputy.post(take, seen=str(seat_of(scene, "NE").pk))
    assert "You are on it" in deputy.text(page)
    deputy.post(f"/deadlines/{code_of('deadline', row.pk)}/leave/")
    assert "is on it" not in niger.text(page)
    assert Seat(scene, "NG-child").post(take).status_code == 404
    assert niger.post("/deadlines/999999999/take/").status_code == 404


def test_a_seat_passes_on_and_the_leaver_sees_nothing_more(scene: Scene) -> None:
    scene.users["NE-new"] = make_user(f"new-{scene.registry.pk}@example.org")
    make_member(scene.institutions["NE"], Role.CASE_MANAGER, user=scene.users["NE-new"])
    handover = advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    leaver, deputy = Seat(scene, "NE"), Seat(scene, "NE-deputy")
    url = f"/staff/{code_of('seat', seat_of(scene, 'NE').pk)}/replace/"
    assert leaver.get("/inbox/").status_code == 200
    assert url in deputy.text("/staff/")
    assert "Choose who takes over" in deputy.post(url).content.decode()
    assert deputy.post(url, successor=str(scene.users["NE-new"].pk)).status_code == 302
    scene.wall += timedelta(seconds=1)
    for page in ("/inbox/", f"/handovers/{handover.reference}/", "/staff/digest/"):
        assert leaver.get(page)["Location"] == f"/sign-in/?next={page}", "signed out at once"
    back = Seat(scene, "NE")
    for page in ("/inbox/", f"/handovers/{handover.reference}/", "/staff/digest/"):
        assert back.get(page).status_code == 403
    Membership.objects.filter(user=scene.users["NE-new"], role=Role.CASE_MANAGER).update(until_wall=scene.wall)
    new = Seat(scene, "NE-new")
    assert new.text(f"/handovers/{handover.reference}/")
    notice = Notice.objects.get(user=scene.users["NE-new"], kind="replace_officer")
    assert new.get(f"/notices/{code_of('notice', notice.pk)}/")["Location"] == "/staff/digest/"
    assert "Work of an officer passed on" in new.text("/inbox/notices/")
    assert Seat(scene, "NG").get(url).status_code == 404
    assert Seat(scene, "NE-child").get("/staff/").status_code == 403


@pytest.mark.parametrize("role", [Role.DATA_PROTECTION, Role.JUSTICE_LIAISON, Role.CASE_MANAGER])
def test_a_seat_that_does_not_answer_is_not_given_by_its_address(scene: Scene, role: Role) -> None:
    other = make_member(scene.institutions["NE"], role)
    niger, url = Seat(scene, "NE"), f"/staff/{code_of('seat', other.pk)}/replace/"
    assert url not in niger.text("/staff/")
    assert niger.get(url).status_code == 403
    assert niger.post(url, successor=str(scene.users["NE-deputy"].pk)).status_code == 403
    assert not Membership.objects.filter(user=scene.users["NE-deputy"], role=role).exists()


def test_the_digest_says_what_is_due_what_the_person_wants_and_what_must_not_be_shared(scene: Scene) -> None:
    case = open_case(scene, feared_countries=["LY"], no_family_contact=True)
    BlockedRecipient.objects.create(person=case.person, country=Country.objects.get(pk="NE"))
    other = open_case(scene, "NE")
    text = Seat(scene, "NG").text("/staff/digest/")
    for words in (case.person.code_word, "To live near her sister.", "Nothing to Libya", "Nothing to Niger",
                  "Do not contact the family", "Do not share the location", "What is due"):  # fmt: skip
        assert words in text
    assert other.person.code_word not in text


def test_the_digest_costs_the_same_for_two_people_and_for_ten(scene: Scene) -> None:
    nigeria, costs = Seat(scene, "NG"), []
    nigeria.get("/staff/digest/")  # the first request of a seat notes that the exercise is looked at
    for upto in (2, 10):
        for _number in range(upto - (2 if upto > 2 else 0)):
            open_case(scene, feared_countries=["LY"])
        with CaptureQueriesContext(connection) as asked:
            nigeria.text("/staff/digest/")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_who_is_on_it_costs_no_further_query_for_people_who_are_not_covered(scene: Scene) -> None:
    nigeria, costs = Seat(scene, "NG"), []
    for _number in range(3):
        open_case(scene, safe_tonight="no")
    nigeria.get("/inbox/")
    for row in Deadline.objects.filter(kind=DeadlineKind.TONIGHT):
        with CaptureQueriesContext(connection) as asked:
            nigeria.text("/inbox/")
        costs.append(len(asked))
        nigeria.post(f"/deadlines/{code_of('deadline', row.pk)}/take/", stay="inbox", seen="0")
        nigeria.get("/inbox/")  # reads the message, which costs a write of its own
    assert nigeria.text("/inbox/").count("You are on it") >= 3
    assert len(set(costs)) == 1

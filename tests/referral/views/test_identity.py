"""Identity on the pages: covered everywhere, shown once by a button, and every look in the record and the audit list."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from referral.enums import Role
from referral.models import CaseEvent, Denial, HomeReferral, PersonIdentity
from referral.selectors.identity import values_of
from referral.services import care
from tests.referral.desks import seat
from tests.referral.identities import WORDS, draft_with_identity, open_identified, refer_with_identity
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

COVER = '<span aria-hidden="true">••••••••</span><span class="visually-hidden">hidden</span>'
PAGES = ("", "needs/", "handovers/", "consent/", "history/", "shared/", "facts/", "tonight/", "file/")


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def looks() -> int:
    return CaseEvent.objects.filter(kind="identity_shown").count()


def shown(text: str) -> list[str]:
    """What of the identity stands on a page, however dates are written."""
    return [word for word in (*WORDS, "Canary", 'value="1984"', "5550199") if word in text]


def test_every_page_of_the_person_covers_the_identity_alike(scene: Scene) -> None:
    case = open_identified(scene)
    nobody = open_case(scene, name="")
    seen = Seat(scene, "NG")
    for page in PAGES:
        assert shown(seen.text(f"/people/{case.person.public_code}/{page}")) == [], page
    for person in (case.person, nobody.person):
        page = seen.text(f"/people/{person.public_code}/")
        assert page.count(COVER) == 3, "as many, whatever is recorded"
        assert "Show name and contact" in page
    assert looks() == 0


def test_a_button_shows_it_once_on_the_page_that_answers(scene: Scene) -> None:
    case = open_identified(scene)
    url, seen = f"/people/{case.person.public_code}/identity/", Seat(scene, "NG")
    answered = seen.post(url)
    text = answered.content.decode()
    assert answered.status_code == 200
    for word in ("Canary Nameson", "29 February 1984", "+234 canary 5550199", "It is in the record that you looked"):
        assert word in text, word
    assert "7 Canary Lane" not in text, "a focal point does not read the exact location"
    assert answered.headers["Cache-Control"].count("no-store") == 1
    assert shown(seen.text(f"/people/{case.person.public_code}/")) == []
    assert seen.get(url).status_code == 405
    event = CaseEvent.objects.get(kind="identity_shown")
    assert (event.compartment, event.user) == ("D1", scene.users["NG"])
    assert "Identity shown" in seen.text(f"/people/{case.person.public_code}/history/")


def test_the_same_form_sent_twice_is_two_looks(scene: Scene) -> None:
    case = open_identified(scene)
    key = "5b0c3f0e-6b52-4c1e-9b0a-1d2f3a4b5c6d"
    for _press in (1, 2):
        Seat(scene, "NG").post(f"/people/{case.person.public_code}/identity/", submission=key)
    assert looks() == 2


def test_an_identity_with_nothing_in_it_says_so(scene: Scene) -> None:
    case = open_case(scene, name="")
    assert (
        "Nothing is recorded."
        in Seat(scene, "NG").post(f"/people/{case.person.public_code}/identity/").content.decode()
    )


def test_nobody_looks_without_the_token_of_the_form(scene: Scene) -> None:
    case = open_identified(scene)
    seen = Seat(scene, "NG")
    seen.client.handler.enforce_csrf_checks = True
    assert seen.post(f"/people/{case.person.public_code}/identity/").status_code == 403
    assert looks() == 0


def test_a_refused_look_stands_in_the_list_of_refusals(scene: Scene) -> None:
    case = open_identified(scene)
    seat(scene, Role.JUSTICE_LIAISON)
    assert Seat(scene, Role.JUSTICE_LIAISON).post(f"/people/{case.person.public_code}/identity/").status_code == 403
    assert Seat(scene, "NE").post(f"/people/{case.person.public_code}/identity/").status_code == 404
    found = set(Denial.objects.values_list("user", "page", "code", "answer"))
    code = case.person.public_code
    assert found == {
        (scene.users[Role.JUSTICE_LIAISON].pk, "identity", code, "403"),
        (scene.users["NE"].pk, "identity", code, "404"),
    }
    assert looks() == 0


def test_what_was_changed_outside_is_a_sentence_and_no_error(scene: Scene) -> None:
    case = open_identified(scene)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referral_personidentity SET name = contact WHERE person_id = %s", [case.person_id])
    seen, url = Seat(scene, "NG"), f"/people/{case.person.public_code}/"
    assert seen.post(f"{url}identity/").status_code == 302
    assert "changed outside the system" in seen.text(url)
    assert looks() == 1


def test_both_sides_read_a_packet_with_covered_names_until_they_ask(scene: Scene) -> None:
    draft = draft_with_identity(scene, open_identified(scene))
    preview = f"/people/{draft.case.person.public_code}/handover/{draft.reference}/preview/"
    page = Seat(scene, "NG").text(preview)
    assert (shown(page), page.count(COVER)) == ([], 2)
    assert "Name and birth date stay hidden here" in page
    handover = advance(scene, draft, "acknowledged")
    url = f"/handovers/{handover.reference}/"
    for name in ("NG", "NE"):
        seen = Seat(scene, name)
        page = seen.text(url)
        assert (shown(page), page.count(COVER)) == ([], 2)
        answered = seen.post(f"{url}identity/").content.decode()
        assert "Canary Nameson" in answered
        assert "29 February 1984" in answered
        assert COVER not in answered
        assert f'action="{url}identity/"' not in answered
        assert shown(seen.text(url)) == []
        assert seen.get(f"{url}identity/").status_code == 405
    assert looks() == 2
    history = Seat(scene, "NG").text(f"/people/{handover.case.person.public_code}/history/")
    assert history.count("Identity shown") == 2, "the holder sees that the other side looked"


def test_a_packet_without_identity_has_no_button(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_identified(scene)), "offered")
    seen, url = Seat(scene, "NE"), f"/handovers/{handover.reference}/"
    assert "Show name and birth date" not in seen.text(url)
    assert seen.post(f"{url}identity/").headers["Location"] == url
    assert looks() == 0


def test_a_service_reads_the_name_it_was_told_with_an_event(scene: Scene) -> None:
    case = open_identified(scene)
    refer_with_identity(scene, case)
    url, seen = f"/referrals/{HomeReferral.objects.get().reference}/", Seat(scene, "NG")
    page = seen.text(url)
    assert (shown(page), page.count(COVER)) == ([], 2)
    assert "Canary Nameson" in seen.post(f"{url}identity/").content.decode()
    assert looks() == 1


def test_the_page_of_a_person_who_came_with_a_packet_covers_what_was_sent(scene: Scene) -> None:
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "received")
    page = Seat(scene, "NE").text(f"/people/{handover.case.person.public_code}/")
    assert shown(page) == []
    assert page.count(COVER) == 5


def facts(seen: Seat, code: str, **more: Any) -> Any:
    return seen.post(
        f"/people/{code}/facts/", version=CaseEvent.objects.filter(case__person__public_code=code).latest("seq").case.version,
        sex="female", age_low="24", age_high="45", age_basis="statement", accompanied="unknown", wishes="To study.", **more,
    )  # fmt: skip


def test_a_birth_date_is_written_kept_and_removed_without_being_shown(scene: Scene) -> None:
    case = open_case(scene)
    code, seen = case.person.public_code, Seat(scene, "NG")

    def recorded() -> Any:
        return PersonIdentity.objects.get(person=case.person_id).birth_date

    day = {"birth_date_day": "3", "birth_date_month": "4", "birth_date_year": "1991"}
    assert "Remove the birth date" not in seen.text(f"/people/{code}/facts/")
    assert facts(seen, code, **day).status_code == 302
    assert recorded().isoformat() == "1991-04-03"
    form = seen.text(f"/people/{code}/facts/")
    assert "1991" not in form
    assert "A birth date is recorded and stays hidden here." in form
    assert facts(seen, code).status_code == 302
    assert recorded().isoformat() == "1991-04-03", "an empty answer keeps it"
    assert facts(seen, code, no_birth_date="on").status_code == 302
    assert recorded() is None


def test_name_and_contact_are_written_kept_and_removed_without_being_shown(scene: Scene) -> None:
    case = open_identified(scene)
    url, seen = f"/people/{case.person.public_code}/identity/change/", Seat(scene, "NG")

    def send(**answers: Any) -> Any:
        case.refresh_from_db()
        return seen.post(url, version=case.version, **answers)

    def recorded() -> dict[str, Any]:
        return values_of(PersonIdentity.objects.get(person=case.person_id))

    form = seen.text(url)
    assert shown(form) == []
    assert "Exact location" not in form, "a focal point does not read it, so it does not write it"
    before = recorded()
    assert send(contact="Through the canary house", exact_location="Elsewhere").status_code == 302
    assert recorded() == before | {"contact": "Through the canary house"}
    assert send(removed=["name"]).status_code == 302
    assert "name" not in recorded()
    for wrong, words in (({}, "Write what is to change"), ({"contact": "A", "removed": ["contact"]}, "not both")):
        refused = send(**wrong)
        assert (refused.status_code, words in refused.content.decode()) == (200, True)
    events = list(CaseEvent.objects.filter(kind="identity_changed").order_by("pk"))
    assert [event.payload.content["content"]["facts"] for event in events] == [["contact"], ["name"]]
    assert {event.compartment for event in events} == {"D1"}
    assert "Name or contact recorded" in seen.text(f"/people/{case.person.public_code}/history/")
    seat(scene, Role.DATA_PROTECTION)
    assert "Contact · written" in Seat(scene, Role.DATA_PROTECTION).text("/audit/?kind=seen")


def test_who_works_with_the_person_writes_where_she_is(scene: Scene) -> None:
    case = open_identified(scene)
    with scene.clock():
        guard = scene.institutions["NG-child"]
        care.assign(scene.actor("NG"), case.pk, {"kind": "child_protection", "institution": guard}, submission=uuid4())
    case.refresh_from_db()
    url, seen = f"/people/{case.person.public_code}/identity/change/", Seat(scene, "NG-child")
    assert "Exact location" in seen.text(url)
    assert seen.post(url, version=case.version, exact_location="9 Other Lane").status_code == 302
    assert PersonIdentity.objects.get(person=case.person_id).exact_location == "9 Other Lane"
    assert "9 Other Lane" in seen.post(f"/people/{case.person.public_code}/identity/").content.decode()


def test_the_audit_list_says_who_looked_at_which_fields_and_who_wrote_them(scene: Scene) -> None:
    handover = advance(scene, draft_with_identity(scene, open_identified(scene)), "acknowledged")
    code = handover.case.person.public_code
    seat(scene, Role.DATA_PROTECTION)
    Seat(scene, "NG").post(f"/people/{code}/identity/")
    Seat(scene, "NE").post(f"/handovers/{handover.reference}/identity/")
    assert (
        facts(Seat(scene, "NG"), code, birth_date_day="3", birth_date_month="4", birth_date_year="1991").status_code
        == 302
    )
    page = Seat(scene, Role.DATA_PROTECTION).text("/audit/?kind=seen")
    for words in ("Focal point · Birth date, Contact, Invented name", f"Birth date, Invented name · {handover.reference}",
                  "Birth date · written", code):  # fmt: skip
        assert words in page, words
    assert shown(page) == []

"""The person's page: what is read first, what each role reads, what stays sealed after a handover."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from referral.enums import InstitutionKind, Role
from referral.services import care
from tests.factories import make_institution, make_member, make_user
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

TABS = ("", "needs/", "handovers/", "consent/", "history/", "shared/")


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE", "IT")


def staff(scene: Scene, name: str, kind: InstitutionKind, role: Role, work: str, case_id: int) -> Seat:
    """A seat in an institution that works on the case."""
    place = make_institution(scene.registry, "NG", kind=kind)
    scene.users[name] = make_user()
    make_member(place, role, user=scene.users[name])
    with scene.clock():
        care.assign(scene.actor("NG"), case_id, {"kind": work, "institution": place}, submission=uuid4())
    return Seat(scene, name)


def test_tonight_and_wishes_stand_before_the_key_facts(scene: Scene) -> None:
    case = open_case(scene)
    page = Seat(scene, "NG").text(f"/people/{case.person.public_code}/")
    order = ["Covered", "Care here", "Start a handover", "Danger now", ">Tonight</h2>", "What the person wants",
             "What is due next", "Continuity of protection", "Key facts"]  # fmt: skip
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "To live near her sister." in page
    assert "answers for the person since 2 March 2026." in page


def test_why_a_person_is_not_covered_is_said(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no")
    page = Seat(scene, "NG").text(f"/people/{case.person.public_code}/")
    assert "Not covered now: No safe place tonight" in page
    assert "notice-gap" in page


def test_what_is_due_names_its_basis_and_who_owes_it(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "offered")
    page = Seat(scene, "NG").text(f"/people/{case.person.public_code}/")
    assert "Exercise default" in page
    assert f"<bdi>{scene.institutions['NE'].name}</bdi>" in page
    assert "Due in 48 hours" in page or "Due in 2 days" in page
    assert "Open handover" in page
    assert "Start a handover" not in page


def test_a_health_worker_reads_needs_but_neither_law_nor_what_happened(scene: Scene) -> None:
    case = open_case(scene)
    seat = staff(scene, "nurse", InstitutionKind.HEALTH, Role.HEALTH_WORKER, "health", case.pk)
    code = case.person.public_code
    page = seat.text(f"/people/{code}/")
    assert "To live near her sister." in page
    for words in (
        "Screening",
        "Trafficking is possible",
        "Citizenship",
        "Route</h2>",
        "Danger now",
        "Show name and contact",
    ):
        assert words not in page
    history = seat.text(f"/people/{code}/history/")
    assert "Case opened" in history
    assert "Screening recorded" not in history


def test_a_shelter_without_the_file_reads_cover_and_code_word_alone(scene: Scene) -> None:
    case = open_case(scene)
    seat = staff(scene, "shelter", InstitutionKind.SHELTER, Role.SERVICE_PROVIDER, "shelter", case.pk)
    code = case.person.public_code
    page = seat.text(f"/people/{code}/")
    assert case.person.code_word in page
    assert "Covered" in page
    for words in ("To live near her sister.", "Hausa", "says 24", "Through the shelter.", "Needs and services"):
        assert words not in page
    assert seat.get(f"/people/{code}/needs/").status_code == 403
    assert seat.get(f"/people/{code}/consent/").status_code == 403


def test_the_way_of_an_asylum_seeker_is_drawn_only_for_those_who_read_it(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    code = case.person.public_code
    with scene.clock():
        care.record_legal(scene.actor("NE"), case.pk, {"kind": "asylum", "state": "open"}, submission=uuid4())
    clinic = make_institution(scene.registry, "NE", kind=InstitutionKind.HEALTH)
    scene.users["nurse"] = make_user()
    make_member(clinic, Role.HEALTH_WORKER, user=scene.users["nurse"])
    with scene.clock():
        care.assign(scene.actor("NE"), case.pk, {"kind": "health", "institution": clinic}, submission=uuid4())
    assert "From Nigeria to Niger" in Seat(scene, "NE").text(f"/people/{code}/")
    assert "Nigeria" not in Seat(scene, "nurse").text(f"/people/{code}/").split("<main", 1)[1]


def test_after_a_handover_the_sender_reads_a_stub_and_the_receiver_what_was_sent(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock():
        care.add_need(
            scene.actor("NG"),
            case.pk,
            {"kind": "medical", "urgency": "urgent", "note": "Sealed note"},
            submission=uuid4(),
        )
    handover = advance(scene, ready_draft(scene, case), "received")
    code = case.person.public_code
    sender, receiver = Seat(scene, "NG"), Seat(scene, "NE")
    stub = sender.text(f"/people/{code}/")
    assert "Niger</bdi> answers for" in stub
    assert handover.reference in stub
    assert "Nothing more is needed from you now." in stub
    for words in ("To live near her sister.", "Hausa", "Key facts", "Not to be punished"):
        assert words not in stub
    for tab in TABS[1:]:
        assert sender.get(f"/people/{code}/{tab}").status_code == 403
    page = receiver.text(f"/people/{code}/")
    assert "What <bdi>Nigeria</bdi> sent" in page
    assert "To live near her sister." in page
    assert "Sealed note" not in receiver.text(f"/people/{code}/needs/")
    assert "Decision recorded" not in receiver.text(f"/people/{code}/history/")


def test_a_country_that_never_had_the_person_finds_nothing(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "offered")
    for name in ("IT", "NE"):
        for tab in (*TABS, "tonight/", "opened/"):
            assert Seat(scene, name).get(f"/people/{case.person.public_code}/{tab}").status_code == 404


def test_the_history_has_both_times_and_newest_first(scene: Scene) -> None:
    case = open_case(scene)
    page = Seat(scene, "NG").text(f"/people/{case.person.public_code}/history/")
    assert page.index("Case taken by the focal point") < page.index("Case opened")
    assert "2 March 2026, 09:00" in page
    assert "real time 7 September 2026, 10:00" in page


def test_an_older_fact_says_when_it_happened(scene: Scene) -> None:
    case = open_case(scene)
    then = scene.moment().at
    scene.after(hours=30)
    with scene.clock():
        care.record_whereabouts(
            scene.actor("NG"), case.pk, {"kind": "safe_place", "happened_at": then}, submission=uuid4()
        )
    assert "Happened 2 March 2026, 09:00" in Seat(scene, "NG").text(f"/people/{case.person.public_code}/history/")


def test_what_was_shared_names_recipient_fields_and_permission(scene: Scene) -> None:
    case = open_case(scene)
    seat, code = Seat(scene, "NG"), case.person.public_code
    assert "Nothing about this person has left the country." in seat.text(f"/people/{code}/shared/")
    advance(scene, ready_draft(scene, case), "offered")
    page = seat.text(f"/people/{code}/shared/")
    assert "Niger" in page
    assert "Permission of 2 March 2026" in page
    assert "What the person wants" in page
    assert "Invented name" not in page
    assert "To live near her sister." not in page


def test_a_service_whose_money_ends_early_says_so(scene: Scene) -> None:
    case = open_case(scene)
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    at = scene.moment().at
    facts = {"kind": "shelter", "provider": shelter, "payer": "National fund", "until_at": at + timedelta(days=30),
             "funded_until_at": at + timedelta(days=10)}  # fmt: skip
    with scene.clock():
        care.add_service(scene.actor("NG"), case.pk, facts, submission=uuid4())
    page = Seat(scene, "NG").text(f"/people/{case.person.public_code}/needs/")
    assert "National fund" in page
    assert "The money ends before the service does." in page


def test_a_need_that_the_packet_asked_for_is_added_with_one_press(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    seat, url = Seat(scene, "NE"), f"/people/{case.person.public_code}/needs/"
    page = seat.text(url)
    assert "Asked for on arrival" in page
    assert "Add as a need" in page
    assert seat.post(f"{url}new/", kind="shelter", urgency="urgent").status_code == 302
    page = seat.text(url)
    assert "Asked for on arrival" not in page
    assert "A safe place" in page

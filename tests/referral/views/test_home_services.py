"""Help at home over time: who gives a bed sees who sleeps there, and what was promised runs from its day to its day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral.enums import InstitutionKind, Role
from referral.errors import InstitutionElsewhere, RecipientBlocked
from referral.home_referrals import Answer
from referral.models import Assignment, BlockedRecipient, Case, CaseEvent, Handover, HomeReferral, Notice, Service
from referral.pages.continuity import continuity
from referral.selectors import person as rows
from referral.selectors.cases import case_by_code
from referral.selectors.facts import gate_view, packet_contents
from referral.services import care, referrals
from tests.factories import code_of, make_institution
from tests.referral.desks import seat
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db

SHELTER = Role.SERVICE_PROVIDER
PLACE = "Who has a place here"


@pytest.fixture
def scene() -> Scene:
    found = two_countries("NG", "NE")
    seat(found, SHELTER)
    return found


def bed(scene: Scene, case: Case, **more: Any) -> Any:
    """A place in the shelter, written down on the page of the person."""
    facts = {"kind": "shelter", "provider": str(scene.institutions[SHELTER].pk), "state": "running"} | more
    return Seat(scene, "NG").post(f"/people/{case.person.public_code}/services/new/", **facts)


def places(scene: Scene) -> str:
    """What the shelter's first screen says from the list of its places on."""
    text = Seat(scene, SHELTER).text("/desk/")
    return text[text.index(PLACE) :]


def test_a_shelter_reads_on_its_first_screen_who_sleeps_there_and_no_more_than_its_role_reads(scene: Scene) -> None:
    case = open_case(scene, wishes="CANARY-WISH", name="CANARY-NAME")
    with scene.clock():
        need = {"kind": "legal", "urgency": "urgent", "note": "CANARY-NEED"}
        care.add_need(scene.actor("NG"), case.pk, need, submission=uuid4())
    assert case.person.code_word not in Seat(scene, SHELTER).text("/desk/")
    page = f"/people/{case.person.public_code}/"
    assert Seat(scene, SHELTER).get(page).status_code == 404

    assert bed(scene, case).status_code == 302
    assert case.person.code_word in places(scene)
    told = Notice.objects.get(user=scene.users[SHELTER])
    assert (told.kind, told.case) == ("add_service", case)
    shelter = Seat(scene, SHELTER)
    shown = shelter.text(page) + shelter.text("/desk/") + shelter.text("/inbox/")
    assert "CANARY" not in shown
    assert shelter.get(f"{page}needs/").status_code == 403
    assert Assignment.objects.get(institution=scene.institutions[SHELTER], until_at=None).kind == "shelter"


def test_a_place_that_begins_tomorrow_is_seen_today_and_is_gone_after_its_last_day(scene: Scene) -> None:
    case, now = open_case(scene), scene.moment().at
    days = moment("since_at", now + timedelta(days=1)) | moment("until_at", now + timedelta(days=4))
    assert bed(scene, case, **days).status_code == 302
    assert Service.objects.get().state == "confirmed"
    assert "Confirmed" in places(scene)
    scene.after(days=2)
    assert "Running" in places(scene)
    scene.after(days=3)
    assert PLACE not in Seat(scene, SHELTER).text("/desk/")


@pytest.mark.parametrize(
    "facts",
    [{"state": "planned"}, {"kind": "counselling"}, {"since_at": timedelta(days=-9), "until_at": timedelta(days=-2)}],
    ids=["only planned", "no bed", "over already"],
)
def test_nobody_else_is_told_or_sees_the_case(scene: Scene, facts: dict[str, Any]) -> None:
    case = open_case(scene)
    given = {"kind": "shelter", "provider": scene.institutions[SHELTER], "state": "running"} | facts
    given |= {name: scene.moment().at + value for name, value in facts.items() if isinstance(value, timedelta)}
    with scene.clock():
        care.add_service(scene.actor("NG"), case.pk, given, submission=uuid4())
    assert not Notice.objects.filter(user=scene.users[SHELTER]).exists()
    assert not Assignment.objects.filter(institution=scene.institutions[SHELTER]).exists()


def test_a_bed_that_is_no_help_to_ask_for_lets_nobody_see_the_case(scene: Scene) -> None:
    """The holder's own house, and a cell for whom no indication keeps out of one."""
    case = open_case(scene, opinion="unlikely", indicators=[])
    station = make_institution(scene.registry, "NG", kind=InstitutionKind.POLICE)
    before = Assignment.objects.count()
    for provider in (scene.institutions["NG"], station):
        with scene.clock():
            care.add_service(scene.actor("NG"), case.pk, {"kind": "shelter", "provider": provider}, submission=uuid4())
    assert Service.objects.count() == 2
    assert Assignment.objects.count() == before


def test_no_bed_with_whom_the_person_keeps_out_nor_in_another_country(scene: Scene) -> None:
    case = open_case(scene)
    abroad = make_institution(scene.registry, "NE", kind=InstitutionKind.SHELTER)
    BlockedRecipient.objects.create(person=case.person, institution=scene.institutions[SHELTER])
    answer = bed(scene, case, payer="National fund")
    page = answer.content.decode()
    assert str(RecipientBlocked.sentence) in page
    assert 'value="National fund"' in page
    with scene.clock(), pytest.raises(InstitutionElsewhere):
        care.add_service(scene.actor("NG"), case.pk, {"kind": "shelter", "provider": abroad}, submission=uuid4())
    assert not Service.objects.exists()
    assert not CaseEvent.objects.filter(kind="add_service").exists()


def test_the_same_form_twice_tells_the_shelter_once(scene: Scene) -> None:
    case, key = open_case(scene), str(uuid4())
    for _again in range(2):
        assert bed(scene, case, submission=key).status_code == 302
    assert Service.objects.count() == Notice.objects.filter(user=scene.users[SHELTER]).count() == 1


def promised(scene: Scene, draft: Handover) -> Service:
    """A shelter says that it counsels the person from tomorrow to the fourth day."""
    now, shelter = scene.moment().at, scene.institutions[SHELTER]
    asked = {"provider": shelter, "kind": "counselling", "compartments": [], "person_agrees": True}
    with scene.clock():
        referrals.send(scene.actor("NG"), draft.case_id, asked, submission=uuid4())
        days = {"begins_at": now + timedelta(days=1), "until_at": now + timedelta(days=4)}
        one = HomeReferral.objects.get()
        referrals.answer(scene.actor(SHELTER), one.pk, Answer.ACCEPT, days, submission=uuid4())
    return Service.objects.get(case=draft.case)


def what_they_say(scene: Scene, draft: Handover) -> tuple[str, list[str], list[str], list[str]]:
    """The page of the person, the packet, gate 9 and the picture, about the counselling."""
    at, actor = scene.moment().at, scene.actor("NG")
    handover = Handover.objects.get(pk=draft.pk)
    case = case_by_code(actor, handover.case.person.public_code)
    history = continuity(actor, case, rows.services(actor, case), [], now=at, zone="Africa/Lagos", home_only=False)
    with scene.clock():
        response = Seat(scene, "NG").get(f"/people/{case.person.public_code}/needs/")
    care_page = response.context["care"]
    (row,) = (*care_page.services, *care_page.ended)
    return (
        row.state.value,
        packet_contents(handover, at)["D2"].get("services", []),
        [service.kind.value for service in gate_view(handover, at).services],
        [service.kind for service in history.services],
    )


def test_promised_help_runs_from_its_day_and_ends_with_its_day_wherever_it_is_read(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene))
    service = promised(scene, draft)
    assert what_they_say(scene, draft) == ("confirmed", [], [], [])
    scene.after(days=1)
    assert what_they_say(scene, draft) == ("running", ["counselling"], ["counselling"], ["counselling"])
    scene.after(days=3)
    assert what_they_say(scene, draft) == ("ended", [], [], ["counselling"])
    was = (service.state, service.since_at, service.until_at)
    service.refresh_from_db()
    assert (service.state, service.since_at, service.until_at) == was, "a day that comes writes nothing"


def test_who_is_asked_to_work_on_a_case_reads_so_and_when_that_is_over(scene: Scene) -> None:
    case = open_case(scene)
    nigeria, shelter, file = Seat(scene, "NG"), Seat(scene, SHELTER), f"/people/{case.person.public_code}/"
    nigeria.post(f"{file}assign/", kind="shelter", institution=str(scene.institutions[SHELTER].pk))
    told = shelter.text("/inbox/notices/")
    assert "You are asked to work on the case" in told
    assert case.person.code_word in told
    assert shelter.get(newest_notice(scene))["Location"] == file
    work = Assignment.objects.get(case=case, institution=scene.institutions[SHELTER])
    nigeria.post(f"{file}assign/{code_of('assignment', work.pk)}/end/")
    assert shelter.get(newest_notice(scene))["Location"] == "/inbox/notices/"
    told = shelter.text("/inbox/notices/")
    assert "This file is no longer open to you." in told
    assert "Your work on the case has ended" in told
    assert case.person.code_word not in told, "whoever no longer works there does not read about whom"


def newest_notice(scene: Scene) -> str:
    """The address in the mail about what the shelter was told last."""
    row = Notice.objects.filter(user=scene.users[SHELTER]).latest("pk")
    return f"/notices/{code_of('notice', row.pk)}/"

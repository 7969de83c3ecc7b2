"""The file page and what is done on it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from referral.enums import CustodyReason, LegalTrackKind, LegalTrackState, Role
from referral.models import Case, CaseEvent, ContinuingTask, LegalTrack, Proposal
from referral.services import care, custody
from tests.factories import EXERCISE, code_of
from tests.referral.desks import assign
from tests.referral.desks import seat as seat_of
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_two_files_are_joined_and_the_past_overlap_is_shown(scene: Scene) -> None:
    stays, goes = open_case(scene), open_case(scene)
    seat = Seat(scene, "NG")
    code, other = goes.person.public_code, stays.person.public_code
    assert "Join with another file" in seat.text(f"/people/{code}/file/")
    empty = seat.post(f"/people/{code}/join/").content.decode()
    assert "Enter the code of the other file" in empty
    answer = seat.post(f"/people/{code}/join/", into_code=other.lower(), reason="The same scar.")
    assert answer.status_code == 302
    page = seat.text(f"/people/{other}/file/")
    assert "Joined files" in page
    assert f"{code}: Nigeria answered there from" in page
    assert "Files of one person joined" in seat.text(f"/people/{other}/history/")
    assert "Continues in another file of the same person" in seat.text(f"/people/{code}/file/")


def test_where_the_other_file_of_an_asylum_seeker_was_is_for_those_who_read_migration(scene: Scene) -> None:
    stays, goes = open_case(scene), open_case(scene, "NE")
    custody.append(goes, None, CustodyReason.MERGED, scene.moment())
    Case.objects.filter(pk=goes.pk).update(merged_into=stays)
    LegalTrack.objects.create(
        case=stays, kind=LegalTrackKind.ASYLUM, state=LegalTrackState.OPEN, country_id="NG", since_at=stays.opened_at,
        institution=scene.institutions["NG"],
    )  # fmt: skip
    seat_of(scene, Role.HEALTH_WORKER)
    assign(scene, Role.HEALTH_WORKER, stays)
    place, code = f"/people/{stays.person.public_code}/file/", goes.person.public_code
    hidden = Seat(scene, Role.HEALTH_WORKER).text(place)
    assert f"{code}: another country answered there from" in hidden
    assert "Niger answered" not in hidden
    assert f"{code}: Niger answered there from" in Seat(scene, "NG").text(place)


def test_a_second_person_closes_what_the_first_proposed(scene: Scene) -> None:
    case = open_case(scene)
    code, first, second = case.person.public_code, Seat(scene, "NG"), Seat(scene, "NG-deputy")
    contact = scene.institutions["NG"].pk
    assert first.post(f"/people/{code}/close/", reason="not_trafficked", contact_later=contact).status_code == 302
    own = first.text(f"/people/{code}/file/")
    assert "You have proposed this." in own
    assert "Yes, confirm" not in own
    theirs = second.text(f"/people/{code}/file/")
    assert "A colleague proposes to close the case: Not trafficked" in theirs
    proposal = Proposal.objects.get()
    assert second.post(f"/people/{code}/file/{code_of('proposal', proposal.pk)}/yes/").status_code == 302
    case.refresh_from_db()
    assert case.closure_reason == "not_trafficked"
    assert "The case is closed: Not trafficked" in second.text(f"/people/{code}/file/")
    assert second.post(f"/people/{code}/file/{code_of('proposal', proposal.pk)}/yes/").status_code == 404


def test_a_proposal_is_dropped(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    seat.post(f"/people/{code}/close/", reason="died", contact_later=scene.institutions["NG"].pk)
    proposal = Proposal.objects.get()
    assert Seat(scene, "NE").post(f"/people/{code}/file/{code_of('proposal', proposal.pk)}/no/").status_code == 404
    assert seat.post(f"/people/{code}/file/{code_of('proposal', proposal.pk)}/no/").status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == "dropped"


def test_an_entry_is_corrected_from_the_history(scene: Scene) -> None:
    case = open_case(scene)
    code, seat = case.person.public_code, Seat(scene, "NG")
    wrong = CaseEvent.objects.filter(case=case, institution=scene.institutions["NG"]).earliest("seq")
    url = f"/people/{code}/history/{code_of('event', wrong.pk)}/correct/"
    assert url in seat.text(f"/people/{code}/history/")
    kept = seat.post(url, text="Found by a school.").content.decode()
    assert "Say why the entry was wrong" in kept
    assert "Found by a school." in kept
    assert seat.post(url, text="Found by a school.", reason="Wrong box.", language="en").status_code == 302
    page = seat.text(f"/people/{code}/history/")
    for words in ("Found by a school.", "Wrong box.", "Corrected by entry", "Corrects entry"):
        assert words in page
    assert url not in page
    assert Seat(scene, "NE").get(url).status_code == 404


def test_a_former_holder_goes_on_with_its_task_and_sees_nothing_else(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock():
        track = {"kind": "claim", "state": "open", "reference": "Claim 7"}
        care.record_legal(scene.actor("NG"), case.pk, track, submission=uuid4())
    advance(scene, ready_draft(scene, case), "received")
    code, former, now = case.person.public_code, Seat(scene, "NG"), Seat(scene, "NE")
    assert "Tasks that stayed here" in former.text(f"/people/{code}/")
    page = former.text(f"/people/{code}/file/")
    assert "Claim 7" in page
    task = ContinuingTask.objects.get()
    url = f"/people/{code}/tasks/{code_of('task', task.pk)}/"
    assert former.post(url, state="granted", reference="Claim 7").status_code == 302
    task.refresh_from_db()
    assert task.until_at is not None
    assert task.track.until_at is not None
    assert former.get(url).status_code == 403
    assert "Claim 7" not in now.text(f"/people/{code}/file/")
    assert now.get(url).status_code == 403


def test_child_protection_reviews_the_safeguards_of_somebody_who_came_of_age(scene: Scene) -> None:
    case = open_case(scene, age_low=17, age_high=17)
    birthday = (EXERCISE + timedelta(days=1)).date()
    with scene.clock():
        facts = {"birth_date": birthday.replace(year=birthday.year - 18)}
        care.record_person(scene.actor("NG"), case.pk, facts, submission=uuid4())
        care.tell_child_protection(scene.actor("NG"), case.pk, scene.institutions["NG-child"], submission=uuid4())
    code = case.person.public_code
    assert "Review the child" not in Seat(scene, "NG-child").text(f"/people/{code}/file/")
    scene.after(days=2)
    with scene.clock():
        care.add_need(scene.actor("NG"), case.pk, {"kind": "legal", "urgency": "standard"}, submission=uuid4())
    seat = Seat(scene, "NG-child")
    assert re.search(r"Review the child", seat.text(f"/people/{code}/file/"))
    assert "came of age" in seat.text(f"/people/{code}/history/")
    assert seat.post(f"/people/{code}/majority/").status_code == 302
    case.person.refresh_from_db()
    assert case.person.adult_confirmed_by == scene.institutions["NG-child"]

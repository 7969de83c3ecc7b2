from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from referral.enums import EnquiryState
from referral.models import Case, Enquiry, Mail, Notice, PersonIdentity
from referral.pages.mails import mail_cards
from tests.factories import code_of, make_country
from tests.referral.views.seats import Seat, moment
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db

CANARIES: dict[str, Any] = {
    "wishes": "CANARYWISH", "safe_contact": "CANARYCONTACT", "call_tonight": "CANARYCALL",
    "adaptation": "CANARYADAPTED",
    "gender": "CANARYGENDER", "citizenships": ["BF"], "feared_countries": ["LY"], "languages": ["mos"],
    "name": "CANARYNAME",
}  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def asked(scene: Scene, case: Case, **more: Any) -> Enquiry:
    answers = {"country": "NE", "urgency": "standard", "services": ["shelter"], "told_person": "on"} | more
    response = Seat(scene, "NG").post(f"/people/{case.person.public_code}/enquiry/", **answers)
    assert response.status_code == 302, response.content.decode()
    enquiry = Enquiry.objects.order_by("-pk")[0]
    assert response["Location"] == f"/enquiries/{enquiry.reference}/"
    return enquiry


def test_nothing_tells_the_country_that_is_asked_who_it_is(scene: Scene) -> None:
    case = open_case(scene, **CANARIES)
    PersonIdentity.objects.filter(person=case.person).update(contact="CANARYPHONE", exact_location="CANARYPLACE")
    enquiry, niger = asked(scene, case), Seat(scene, "NE")
    notice = Notice.objects.get(user=scene.users["NE"])
    assert niger.get(f"/notices/{code_of('notice', notice.pk)}/")["Location"] == "/enquiries/"
    mails = mail_cards(Mail.objects.filter(user=scene.users["NE"]).select_related("notice", "user", "notice__registry"))
    pages = ("/inbox/", "/inbox/notices/", "/enquiries/", f"/enquiries/{enquiry.reference}/", "/mails/")
    read = [niger.text(url) for url in pages] + [f"{mail.subject} {mail.text}" for mail in mails]
    told = "\n".join(read)
    assert enquiry.reference in told
    assert "25 to 39 years" in told
    forbidden = ["CANARY", case.person.public_code, "Burkina", "Libya", "Mooré", "Medical"]
    assert [word for word in forbidden if word.lower() in told.lower()] == []
    # As a word of its own: "Sage" is one of the words, and stands in "message".
    assert not re.search(rf"\b{re.escape(case.person.code_word)}\b", told, re.IGNORECASE)
    assert niger.get(f"/people/{case.person.public_code}/").status_code == 404


def test_health_is_not_among_what_may_be_asked_for(scene: Scene) -> None:
    case = open_case(scene)
    url = f"/people/{case.person.public_code}/enquiry/"
    assert 'value="medical"' not in Seat(scene, "NG").text(url)
    response = Seat(scene, "NG").post(url, country="NE", urgency="standard", services=["medical"], told_person="on")
    assert response.status_code == 200
    assert not Enquiry.objects.exists()


def test_the_form_asks_whether_the_person_was_told_and_keeps_what_was_typed(scene: Scene) -> None:
    case = open_case(scene)
    url = f"/people/{case.person.public_code}/enquiry/"
    text = Seat(scene, "NG").post(url, country="NE", urgency="urgent").content.decode()
    assert "Tell the person first" in text
    assert re.search(r'value="urgent"[^>]* checked', text)
    assert f"{url}" in Seat(scene, "NG").text(f"/people/{case.person.public_code}/")


def test_the_other_country_answers_and_the_sender_reads_it(scene: Scene) -> None:
    case = open_case(scene)
    enquiry, niger = asked(scene, case), Seat(scene, "NE")
    url = f"/enquiries/{enquiry.reference}/"
    assert "Answer the enquiry" in niger.text("/inbox/")
    text = niger.post(url, answer="yes").content.decode()
    assert "Enter until when the yes holds" in text
    later = moment("valid_until_at", scene.moment().at + timedelta(days=4))
    assert niger.post(url, answer="yes", note="Two beds.", **later).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.YES
    nigeria = Seat(scene, "NG").text(url)
    assert "Two beds." in nigeria
    assert case.person.code_word in nigeria
    assert "Answer the enquiry" not in niger.text("/inbox/")
    assert case.person.code_word in Seat(scene, "NG").text("/enquiries/?list=sent")


def test_nobody_else_finds_an_enquiry(scene: Scene) -> None:
    enquiry = asked(scene, open_case(scene))
    for name in ("NE-child", "NG-child"):
        assert Seat(scene, name).get(f"/enquiries/{enquiry.reference}/").status_code == 403
    other = two_countries("NG", "NE")
    assert Seat(other, "NE").get(f"/enquiries/{enquiry.reference}/").status_code == 404
    assert Seat(scene, "NE").get("/enquiries/Q-NOTHING/").status_code == 404
    assert Seat(scene, "NG").post(f"/enquiries/{enquiry.reference}/", answer="no").status_code == 403
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.OPEN
    assert Seat(scene, "NE").post(f"/enquiries/{enquiry.reference}/withdraw/").status_code == 403
    assert Seat(scene, "NE").get(f"/enquiries/{enquiry.reference}/record/").status_code == 404
    assert Seat(scene, "NG").post(f"/enquiries/{enquiry.reference}/withdraw/").status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.WITHDRAWN


def test_a_country_without_a_seat_is_called_and_its_answer_written_down(scene: Scene) -> None:
    make_country("TN")
    enquiry, nigeria = asked(scene, open_case(scene), country="TN"), Seat(scene, "NG")
    page = nigeria.text(f"/enquiries/{enquiry.reference}/")
    record = f"/enquiries/{enquiry.reference}/record/"
    assert record in page
    assert "Write down who answered" in nigeria.post(record, answer="no").content.decode()
    called = {"officer": "Duty officer", "answer": "no", **moment("answered_at", scene.moment().at)}
    assert nigeria.post(record, **called).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.officer) == (EnquiryState.NO, "Duty officer")

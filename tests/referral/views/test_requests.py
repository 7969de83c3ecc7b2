from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Country
from referral.enums import HandoverState, LegalTrackKind, LegalTrackState, PullState
from referral.models import BlockedRecipient, LegalTrack, Notice, PullRequest
from tests.referral.views.seats import Seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db

SILENCE = "If the person is known, the institution that answers for the person has been told and decides."


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "IT")


def ask(seat: Seat, code: str, kind: str = "pull", **more: Any) -> Any:
    return seat.post("/requests/new/", code=code, kind=kind, reason="The family is worried.", **more)


def plain(text: str, request: PullRequest) -> str:
    """A page without what the asker typed or what is drawn anew each time."""
    text = text.replace(request.reference, "REFERENCE").replace(request.code, "CODE")
    return re.sub(r'(name="(?:csrfmiddlewaretoken|submission)" value=")[^"]*', r"\1", text)


@pytest.mark.wide
def test_the_asker_reads_the_same_whatever_the_code_is(scene: Scene) -> None:
    known, blocked, seeker = open_case(scene), open_case(scene), open_case(scene, citizenships=["IT"])
    BlockedRecipient.objects.create(person=blocked.person, country=Country.objects.get(pk="IT"))
    LegalTrack.objects.create(
        case=seeker, kind=LegalTrackKind.ASYLUM, state=LegalTrackState.OPEN, country_id="NG",
        since_at=scene.moment().at, institution=scene.institutions["NG"],
    )  # fmt: skip
    italy = Seat(scene, "IT")
    for kind in ("search", "presence", "pull"):
        answers = set()
        for code in (
            known.person.code_word,
            blocked.person.public_code,
            seeker.person.code_word,
            "NOBODY AT ALL",
            "0000",
        ):
            PullRequest.objects.all().delete()
            response = ask(italy, code, kind)
            request = PullRequest.objects.get()
            assert response["Location"] == f"/requests/{request.reference}/sent/"
            pages = [
                italy.text(url) for url in (response["Location"], "/requests/?list=asked", "/requests/", "/inbox/")
            ]
            headers = sorted((name, value) for name, value in response.headers.items() if name != "Location")
            answers.add((response.status_code, str(headers), *(plain(page, request) for page in pages)))
            assert SILENCE in pages[0]
        assert len(answers) == 1
    assert not Notice.objects.filter(institution=scene.institutions["IT"]).exists()


def test_what_the_holder_decides_never_shows_on_the_askers_pages(scene: Scene) -> None:
    case, italy, nigeria = open_case(scene), Seat(scene, "IT"), Seat(scene, "NG")
    sent = ask(italy, case.person.code_word)["Location"]
    request = PullRequest.objects.get()
    before = [plain(italy.text(url), request) for url in (sent, "/requests/?list=asked")]
    decide = f"/requests/{request.reference}/"
    assert italy.get(decide).status_code == 404
    assert "Decide about the request" in nigeria.text("/inbox/")
    page = nigeria.text(decide)
    assert "The family is worried." in page
    assert "Neither confirm nor deny" not in page
    assert "Choose why the person would move" in nigeria.post(decide, act="agree").content.decode()
    assert nigeria.post(decide, act="agree", purpose="family_unity", urgency="standard").status_code == 302
    request.refresh_from_db()
    assert request.state == PullState.AGREED
    assert request.handover is not None
    assert request.handover.state == HandoverState.DRAFT
    assert [plain(italy.text(url), request) for url in (sent, "/requests/?list=asked")] == before
    assert "Open the handover that was prepared" in nigeria.text(decide)
    assert case.person.code_word in nigeria.text("/requests/")


def test_where_nothing_may_reach_the_asker_the_holder_is_warned_and_cannot_agree(scene: Scene) -> None:
    case, nigeria = open_case(scene, feared_countries=["IT"]), Seat(scene, "NG")
    ask(Seat(scene, "IT"), case.person.code_word)
    url = f"/requests/{PullRequest.objects.get().reference}/"
    page = nigeria.text(url)
    assert "Neither confirm nor deny" in page
    assert 'value="agree"' not in page
    refused = nigeria.post(url, act="agree", purpose="family_unity", urgency="standard", decision_note="Kept.")
    assert "nothing reaches the country of origin" in refused.content.decode()
    assert "Kept." in refused.content.decode()
    assert PullRequest.objects.get().state == PullState.OPEN
    assert nigeria.post(url, act="refuse").status_code == 302


def test_the_same_form_sent_twice_is_one_request(scene: Scene) -> None:
    italy = Seat(scene, "IT")
    key = "8a1f2c52-4b0c-4e3b-9a39-1d3f0f6c1a11"
    first, second = (ask(italy, "NOBODY", submission=key)["Location"] for _time in range(2))
    assert first == second
    assert PullRequest.objects.count() == 1


def test_too_many_questions_are_refused_in_the_same_words_for_every_code(scene: Scene) -> None:
    case, italy = open_case(scene), Seat(scene, "IT")
    for number in range(20):
        ask(italy, f"NOBODY {number}", "search")
    for code in (case.person.code_word, "NOBODY"):
        response = ask(italy, code)
        assert response.status_code == 200
        assert "has asked about many people today" in response.content.decode()


def test_a_list_of_requests_costs_the_same_for_two_and_for_twenty(scene: Scene) -> None:
    nigeria, italy = Seat(scene, "NG"), Seat(scene, "IT")
    costs = []
    for upto in (2, 20):
        for number in range(PullRequest.objects.count(), upto):
            code = open_case(scene).person.code_word if number < 6 else f"NOBODY {number}"
            ask(italy, code, "search")
        with CaptureQueriesContext(connection) as held:
            nigeria.text("/requests/")
        with CaptureQueriesContext(connection) as asked:
            italy.text("/requests/?list=asked")
        costs.append((len(held), len(asked)))
    assert costs[0] == costs[1]


def test_only_focal_points_ask(scene: Scene) -> None:
    assert Seat(scene, "NG-child").get("/requests/new/").status_code == 403
    assert ask(Seat(scene, "NG-child"), "NOBODY").status_code == 403
    assert Seat(scene, "NG").get("/requests/S-NOTHING/sent/").status_code == 404
